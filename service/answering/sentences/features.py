"""What sentences, and what in them could be the short answer, are weighed by: the names of the columns."""

from __future__ import annotations

from typing import Final

from service.answering.sentences.cues import KINDS
from service.answering.sentences.sought import MARKS

__all__ = ["FEATURES", "FINDING_FEATURES"]

FEATURES: Final = (
    "retrieval",
    "first",
    "coverage",
    "coverage_with_previous",
    "paragraph_coverage",
    "interaction",
    "interaction_with_previous",
    "paragraph_interaction",
    "similarity",
    "length",
    *(f"without_{kind}" for kind in KINDS),
    "not_first",
    "together",
    "rest",
    "next",
    "wordwise",
    *MARKS,
)
"""In the order of the columns of ``Candidate.features``.

``retrieval``: log-odds of the paragraph's retrieval score, within ±8. ``first``: 1 / its rank. ``coverage``:
share of the question's terms, by weight × idf, that the sentence holds, 0..1; ``…_with_previous`` counts the
sentence before it too, ``paragraph_…`` the whole paragraph and its headings. ``interaction``: how well the
words of the question are matched in the sentence, in either language (:mod:`index.late`), 0..1;
``…_with_previous`` as above, ``paragraph_…`` the best of the paragraph. ``similarity``: cosine of question
and sentence, -1..1. ``length``: natural logarithm of 1 + the sentence's number of terms, over 5.
``without_…``: 1 where that kind of thing is asked for and no sign of it stands in the sentence, else 0.
``not_first``: 1 for all sentences of a paragraph but the first. A paragraph names a thing once and then
speaks of "it": ``together`` is how well the words of the question are matched in the sentence and all before
it in the paragraph, 0..1, ``rest`` how well the sentence matches what those before it don't, 0..1, and
``next`` how much better the sentence after it matches, 0..1. ``wordwise``: what is made of the words one by
one and of all other features together (:mod:`service.answering.sentences.wordwise`), in log-odds. Those of
:mod:`service.answering.sentences.sought`.
"""

FINDING_FEATURES: Final = (
    "sentence",
    "clause",
    "clause_with_previous",
    "clause_with_next",
    "coverage",
    "figures",
    "echoed",
    "first",
    "exact",
    "measure",
    "clash",
    "noun",
    "new",
    "wordwise",
    "length",
    *MARKS,
    "counted",
    "same_sort",
    "other_sort",
)
"""In the order of the columns of ``Finding.features``.

``sentence``: how far the score of its sentence lies below the best one's, at most 8, as a negative number.
``clause``: how well the words of the question are matched in the clause that holds it (:mod:`index.late`),
0..1; ``…_with_previous``, ``…_with_next``: in that clause and its neighbour. ``coverage``: share of the
question's terms that the clause holds. ``figures``: share of the question's numbers and ordinals that it
holds, 0 if there are none. ``echoed``: 1 if the question itself states it. ``first``: 1 for the first of its
kind in the sentence. ``exact``: 1 for a date as exact as asked for, -1 for one that is not, and where that
is not said 1 for a day, 0.5 for a month, -1 for "this year"; 1 for a city, -1 for a region. ``measure``: 1
for a number that counts what is asked for, ``clash``: 1 for one that counts something else. ``noun``: how
well the thing that a number counts is matched in the question, 0..1. ``new``: how much of the clause is new
beside the question, 0..1. ``wordwise``: what is made of the words one by one and of all other features
together (:mod:`service.answering.sentences.wordwise`), in log-odds. ``length``: natural logarithm of the
clause's characters, Chinese ones counted twice, over 5. Those of :mod:`service.answering.sentences.sought` in
the clause; an ordinal, year, month or place that it lacks, in the sentence. ``counted``: how well the thing
whose number is asked for is matched beside the number, 0..1; ``same_sort``, ``other_sort``: 1 where both are
of a known sort, the same or not.
"""
