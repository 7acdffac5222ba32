"""Patterns tried only where they may start find what they find everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import analysis
from ingest import symbols
from ingest.facts import dates_en, folding, mandates_en, numbers
from ingest.scanning import figures, lower, matches, words

_PIECES = """
    requests Requested Invites call called upon appeals to urge the same year this March mid-2009
    2009-2010 21–23 march 2017 Q1 first half of US$ USD500 € 5 twenty-one a third one two million per
    cent 3.5 1,000 A/RES/63/218 resolution Resolutions 63/218 and decision 21/COP.12 S-32/1 IX/13
    第 决议 号 1325 (2000) , . ; request_s x2009 biennium Côte × Ω日 end of the start that next half
"""
_TEXTS = st.lists(st.sampled_from([*_PIECES.split(), " ", " ", " ", "\n", "-", "\u00a0"]), max_size=40).map(
    "".join
) | st.text(max_size=60)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(_TEXTS)
def test_what_is_found_from_the_starts_is_what_is_found_everywhere(text: str) -> None:
    folded = folding.fold(text)
    split = words(folded)
    starts: dict[re.Pattern[str], list[int]] = {
        mandates_en._VERB: split.where(mandates_en._FORMS),
        dates_en._SPOT: sorted(figures(folded) + split.where(dates_en._beginnings(split.known))),
        numbers._NUMBER_EN: numbers._starts_en(folded),
        symbols._REFERENCES: [match.start() for match in symbols._START.finditer(folded)],
    }
    for pattern, places in starts.items():
        found = [match.span() for match in matches(pattern, folded, places)]
        assert found == [match.span() for match in pattern.finditer(folded)], pattern.pattern


@given(_TEXTS | st.text("aé“ž世+- A1", max_size=20))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    split = words(text)
    lowered = lower(text)
    assert len(lowered) == len(text)
    places = [(match.start(), match[0]) for match in re.finditer("[a-z0-9À-ÖØ-öø-ž]+", lowered)]
    assert split.places(split.known) == places
    assert split.where(split.known) == [at for at, _ in places]
    assert split.known == {word for _, word in places}


@pytest.mark.parametrize("character", [chr(code) for code in folding._FOLDED])
def test_a_folded_character_is_not_folded_again(character: str) -> None:
    once = folding.fold(character)
    assert folding.fold(once) == once
    assert folding.fold(f"a{character}1 b") == f"a{once}1 b"


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="aé“”–½İŁ①Ａ世界Ω\u00ad", max_size=12))
def test_text_with_few_foreign_characters_is_folded_like_any_other(text: str) -> None:
    assert analysis.fold(text) == text.translate(analysis._FOLDED)
    assert folding.fold(text) == text.translate(folding._FOLDED)
