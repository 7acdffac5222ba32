"""What a language model said, held against the paragraphs. What can't be confirmed is not served.

A statement is confirmed by rules that a reader can check, not by another model:

- its quote stands in the paragraph (up to spacing, dashes, quotation marks, width and case of characters);
  what is then cited are the whole sentences around it, so that nothing is torn out of its sentence;
- every date, number, symbol and decision in it stands there too (:mod:`service.answering.verify`);
- so does every word of it that carries meaning, there or in the sentence before or in the headings;
- it denies, obliges or allows exactly where those sentences do;
- those sentences have to do with the question.

A statement in another language than its paragraph can't be confirmed word by word: then the sentences
themselves are served in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis import fold, query_terms, tokens
from index.store import StoredParagraph
from ingest.sentences import sentences
from service.answering.answer import Citation, Language
from service.answering.asking.question import language_of
from service.answering.compose import cite
from service.answering.verify import defects
from service.language_model.statements import Statement

__all__ = ["Confirmed", "Evidence", "confirmed", "quote_span"]

_LEAST_QUOTE: Final = 6
"""Characters of a quote without spaces: a shorter one stands anywhere."""
_RELEVANT: Final = 0.5
"""Share of the question's terms that the sentences, their paragraph's headings included, must hold."""
_BIGRAMS: Final = 0.6
"""Share of a Chinese statement's character pairs that must stand there. Characters must all do."""

_SAME = str.maketrans("“”„‟«»‘’‚‛`´—–‐‑‒−", '""""""' + "'" * 6 + "------")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_HAN_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")

# Words that say how, not what: any sentence about a paragraph may use them.
_LIGHT: Final = frozenset(
    tokens(
        """
        hold held take took taken place happen happened occur occurred say said state stated report reported
        document paragraph accord note noted mention mentioned include includes included indicate indicated
        year date day period time number namely total locate located city country
        """
    )
)
_LIGHT_HAN: Final = frozenset(
    "的了是在于和与及以为由将至到从等该其本此这那有个日月年，根据指出表示举行召开发生进段文件"
)

_STANCES: Final = (
    re.compile(
        r"\b(?:no|not|never|none|neither|nor|without|cannot|fail(?:s|ed)?\s+to|refus\w+|reject\w+)\b|n't\b|"
        r"[不未没无非勿莫]",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:shall|must)\b|必须|应当", re.IGNORECASE),
    re.compile(r"\bshould\b", re.IGNORECASE),
    re.compile(r"\b(?:may|might|could)\b|可能|也许"),
)
"""Denial, obligation, advice, possibility. ``May`` in capitals is a month."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paragraph that the model was shown: its version in ``language``, and its retrieval score."""

    stored: StoredParagraph
    language: str
    score: float

    @property
    def text(self) -> str:
        return self.stored.versions[self.language].text


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``text`` is served with the mark of ``citation``."""

    text: str
    citation: Citation


def confirmed(
    statement: Statement,
    evidence: Sequence[Evidence],
    question: str,
    trusted: Sequence[Citation] = (),
) -> Confirmed | None:
    """``statement`` with what confirms it; ``None`` if nothing does.

    ``trusted`` are citations that answer the question by other means: what stands in their paragraphs has to
    do with it.
    """
    if not 1 <= statement.paragraph <= len(evidence):
        return None
    shown = evidence[statement.paragraph - 1]
    span = quote_span(shown.text, statement.quote)
    if span is None:
        return None
    start, end, before = _whole_sentences(shown.text, shown.language, *span)
    document = shown.stored.document.versions[shown.language]
    citation = cite(
        shown.stored.versions, shown.language, start, end, edition=document.edition, score=shown.score
    )
    context = " ".join(
        (shown.text[before:end], *shown.stored.versions[shown.language].section, document.title)
    )
    near = any(one.id.paragraph == citation.id.paragraph for one in trusted)
    if not near and _shared(question, context) < _RELEVANT:
        return None
    if defects(f"{statement.text} [1]", [citation]):
        return None
    if language_of(statement.text) != _written_in(shown.language):
        return Confirmed(citation.quote, citation)
    if not _words_stand(statement.text, context) or _stance(statement.text) != _stance(citation.quote):
        return None
    return Confirmed(statement.text, citation)


def quote_span(text: str, quote: str) -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``, up to spacing and forms of characters; ``None`` if it doesn't."""
    wanted, _ = _folded(quote.strip(" .。…\"“”'‘’"))
    if len(wanted) < _LEAST_QUOTE:
        return None
    folded, places = _folded(text)
    at = folded.find(wanted)
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def _folded(text: str) -> tuple[str, list[int]]:
    """``text`` without spaces, in one form of its characters, and the place of each in ``text``."""
    folded, places = [], []
    for place, char in enumerate(text):
        for one in unicodedata.normalize("NFKC", char).translate(_SAME).casefold():
            if not one.isspace() and unicodedata.category(one) != "Cf":
                folded.append(one)
                places.append(place)
    return "".join(folded), places


def _whole_sentences(text: str, language: str, start: int, end: int) -> tuple[int, int, int]:
    """Start and end of the sentences around ``text[start:end]``, and the start of the one before them."""
    spans = [
        (first + len(inner) - len(inner.lstrip()), last - (len(inner) - len(inner.rstrip())))
        for first, last in sentences(text, language)
        if (inner := text[first:last]).strip()
    ]
    inside = [number for number, (first, last) in enumerate(spans) if first < end and last > start]
    return spans[inside[0]][0], spans[inside[-1]][1], spans[max(0, inside[0] - 1)][0]


def _written_in(language: str) -> Language | None:
    return {"en": "en", "zh": "zh"}.get(language)  # type: ignore[return-value]


def _stance(text: str) -> tuple[bool, ...]:
    return tuple(stance.search(text) is not None for stance in _STANCES)


def _words_stand(statement: str, context: str) -> bool:
    """Whether every word of ``statement`` that carries meaning stands in ``context``, in either script."""
    # Numbers have been compared by what they say: "21–23" and "21 to 23" are the same.
    terms = {
        term for term in query_terms(statement) if not any(map(str.isdigit, term)) and not _HAN.search(term)
    }
    return terms - _LIGHT <= set(tokens(context)) and _characters_stand(statement, context)


def _characters_stand(statement: str, context: str) -> bool:
    """All Han characters do, and most pairs of them; particles aside."""
    there = _runs(context)
    held = set("".join(there))
    if not {char for run in _runs(statement) for char in run} - _LIGHT_HAN <= held:
        return False
    known = {run[at : at + 2] for run in there for at in range(len(run) - 1)}
    pairs = {
        run[at : at + 2]
        for run in _runs(statement)
        for at in range(len(run) - 1)
        if not set(run[at : at + 2]) & _LIGHT_HAN
    }
    return not pairs or len(pairs & known) / len(pairs) >= _BIGRAMS


def _runs(text: str) -> list[str]:
    return _HAN_RUN.findall(fold(text))


def _shared(question: str, context: str) -> float:
    """Share of the weight of the question's terms that ``context`` holds, 0..1; 0 for a question without."""
    terms: Mapping[str, float] = query_terms(question)
    held = set(tokens(context))
    total = sum(terms.values())
    return sum(weight for term, weight in terms.items() if term in held) / total if total else 0.0
