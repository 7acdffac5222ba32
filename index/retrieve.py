"""Question → the paragraphs most likely to answer it, whatever their language.

Each ranker proposes candidates in each language; every version of every candidate is scored by every
ranker; what they say becomes odds that can be compared across languages (:mod:`index.fusion`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import rerank
from index.analysis import query_terms, tokens
from index.backends.contract import Opened
from index.encoder import StaticEncoder
from index.fusion import Fusion, Opinions, Regime, paragraph_scores
from index.interpreter import Interpreter
from index.keys import PARAGRAPH_BITS, first_of_each
from index.lexical import LexicalMatches
from index.manifest import check_encoder
from index.origins import agreement
from index.rerank import Reranker
from index.spelling import Spelling
from index.store import UnknownIdError
from index.wording import Wording, read_wording
from ingest.facts.entities import find_entities
from ingest.facts.glossary import Glossary, load_glossary
from ingest.facts.ordinals import ordinals
from ingest.paragraphs import ParagraphId
from ingest.symbols import find_references

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = ["RANKERS", "RANKERS_OF_ANY_MODEL", "Evidence", "Hit", "Retriever", "question_language"]

_DEPTH: Final = 50
"""Candidates that each ranker proposes in each language. Standings are measured against them, so that a
score doesn't depend on how many hits are wanted."""

_LEXICAL_DEPTH: Final = 300
"""Far more than are proposed, so that a candidate of another ranker nearly always has its score."""

_FEW: Final = 100
"""Paragraphs; a language with fewer counts as having so many: one stray text is no collection."""

_ALIKE: Final = 0.25
"""Log odds by which a paragraph may match better than the one that replaces it in a revision, and still give
way to it (measured: eval/RESULTS.md). Where only the old text says what is asked, it keeps its place.
"""

_NUMBERED: Final = 40
"""Paragraphs that are looked at for numbers of sessions and for their documents: the first, before that."""
_WORDINGS: Final = 256
"""Questions whose wording is remembered: one answer looks at it more than once."""
_REMEMBERED: Final = 1 << 16
"""Versions of paragraphs whose symbols are remembered, about."""

RANKERS: Final = ("bm25", "dense", "late", "translation")
RANKERS_OF_ANY_MODEL: Final = ("bm25", "dense")
"""What there is with a model that has no vocabulary of ours."""

_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found, by its best language version.

    ``score`` is the probability, 0 to 1, that the paragraph answers, ``rank`` counts from 1. ``signals``
    holds what each ranker said about the version, 0 to 1. ``passage`` is the span of the best passage in
    that version's text, where the dense ranker knows one.
    """

    id: ParagraphId
    language: str
    score: float
    rank: int
    signals: Mapping[str, float]
    passage: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the candidates in one language: paragraph keys, sorted, shape (n,).

    ``windows`` are the numbers of the best passages, -1 where the dense ranker knows none; ``symbols`` the
    share of the question's references that each names, ``None`` where the question has none.
    """

    language: str
    keys: NDArray[np.int64]
    windows: NDArray[np.int64]
    opinions: Opinions
    symbols: NDArray[np.float32] | None


class Retriever:
    """Searches one generation with the encoder that built it. Safe from any number of threads."""

    def __init__(
        self,
        generation: Opened,
        encoder: Encoder,
        fusion: Fusion | None = None,
        glossary: Glossary | None = None,
        reranker: Reranker | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        """``fusion`` is the fitted one by default, ``glossary`` the embedded one; there is no re-ranker.

        ``interpreter`` is that of ``encoder``, if there is one already: loading it takes time and memory.

        :raises EncoderMismatchError: if the generation was built with another encoder.
        :raises EncoderError: if the encoder is the embedded model and its translation table can't be read.
        """
        check_encoder(generation.manifest, encoder)
        self.generation = generation
        self.encoder = encoder
        if isinstance(encoder, StaticEncoder):
            self._interpreter: Interpreter | None = interpreter or Interpreter(encoder)
        else:
            self._interpreter = None
        self._reranker = reranker
        self._glossary = load_glossary() if glossary is None else glossary
        self._spelling = (
            Spelling(encoder.vocabulary, lru_cache(maxsize=1 << 14)(self._holds))
            if isinstance(encoder, StaticEncoder)
            else None
        )
        self._worded = lru_cache(maxsize=_WORDINGS)(
            partial(read_wording, glossary=self._glossary, spelling=self._spelling)
        )
        sizes = generation.manifest.counts.by_language
        fewest = max(min(sizes.values(), default=1), _FEW)
        self._crowding = {language: math.log(max(size / fewest, 1.0)) for language, size in sizes.items()}
        store = generation.store
        # Numbers of the documents that a revision replaces, and that revision.
        self._revised = {
            store.number(old): store.revisions.later(old, "")[0].symbol for old in store.revisions.superseded
        }
        # What paragraphs name by symbol, by key and language: reading it takes longer than all the rest.
        self._named: dict[tuple[int, str], frozenset[str]] = {}
        self.fusion = fusion or Fusion.load(RANKERS if self._interpreter else RANKERS_OF_ANY_MODEL)

    def wording(self, query: str) -> Wording:
        """``query`` as it is searched: script folded, typing errors mended, other names for what it names."""
        return self._worded(query)

    @property
    def embedded(self) -> bool:
        """Whether hits are in the order that the embedded model and its rankers give."""
        return self._interpreter is not None and self._reranker is None

    def search(
        self,
        query: str,
        *,
        documents: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """The best paragraphs, at most ``limit``, best first; fewer, or none, where nothing matches at all.

        ``documents`` (symbols) and ``languages`` restrict where is looked; ``None`` means everywhere.

        :raises UnknownIdError: if a document is not in the index.
        """
        wanted = limit if self._reranker is None else max(limit, rerank.DEPTH)
        hits = self._fused(query, documents, languages, wanted)
        if self._reranker is not None and hits:
            first = hits[: rerank.DEPTH]
            scores = self._reranker.scores(query, self._texts(first))
            hits = rerank.reordered(hits, scores)
        return hits[:limit]

    def _texts(self, hits: Sequence[Hit]) -> list[str]:
        """The innermost heading and the text of the version that each hit found."""
        versions = [self.generation.store.paragraph(hit.id).versions[hit.language] for hit in hits]
        return ["\n".join((*version.section[-1:], version.text)) for version in versions]

    def _fused(
        self, query: str, documents: Sequence[str] | None, languages: Sequence[str] | None, limit: int
    ) -> list[Hit]:
        found = self.evidence(query, documents=documents, languages=languages, limit=limit)
        if not found:
            return []
        keys = np.concatenate([one.keys for one in found])
        log_odds = np.concatenate([self.fusion.log_odds(one.opinions, one.symbols) for one in found])
        numbers = ordinals(self.wording(query).text)
        if numbers:
            log_odds += np.float32(self.fusion.ordinal) * self._numbered(numbers, found, log_odds)
        log_odds += self._of_documents(query, keys, log_odds)
        paragraphs, scores, versions = self._revised_first(*paragraph_scores(keys, log_odds), limit)
        starts = [0, *accumulate(len(one.keys) for one in found)]
        ids = self.generation.store.ids(paragraphs[:limit].tolist())
        spans = self.generation.store.passage_spans(paragraphs[:limit].tolist())
        hits = []
        for rank, (key, score, version) in enumerate(
            zip(paragraphs[:limit].tolist(), scores.tolist(), versions.tolist(), strict=False), start=1
        ):
            number = bisect_right(starts, version) - 1
            hits.append(_hit(found[number], version - starts[number], rank, score, ids[key], spans))
        return hits

    def _of_documents(
        self, query: str, keys: NDArray[np.int64], log_odds: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """What the likeliest versions gain by what the question says of their documents."""
        gained = np.zeros(len(log_odds), np.float32)
        likeliest = np.argsort(-log_odds, kind="stable")[:_NUMBERED]
        text = self.wording(query).text
        named = {entity.en for entity in find_entities(text, self._glossary)}
        references = {reference.key for reference in find_references(query)}
        known: dict[str, float] = {}
        for place, key in zip(likeliest.tolist(), keys[likeliest].tolist(), strict=True):
            document = self.generation.store.document_at(key)
            if document.symbol not in known:
                known[document.symbol] = agreement(text, named, references, document, self._interpreter)
            gained[place] = known[document.symbol]
        # What is said of all of them tells none from the others.
        gained[likeliest] -= min(known.values(), default=0.0)
        return gained

    def _numbered(
        self, numbers: frozenset[int], found: Sequence[Evidence], log_odds: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The share of the sessions numbered in the question that each of the likeliest versions numbers."""
        shares = np.zeros(len(log_odds), np.float32)
        likeliest = np.argsort(-log_odds, kind="stable")[:_NUMBERED]
        start = 0
        for one in found:
            places = likeliest[(likeliest >= start) & (likeliest < start + len(one.keys))]
            keys = one.keys[places - start].tolist()
            texts = self.generation.store.texts_at(keys, one.language)
            shares[places] = [len(numbers & ordinals(texts[key])) / len(numbers) for key in keys]
            start += len(one.keys)
        return shares

    def _revised_first(
        self,
        keys: NDArray[np.int64],
        scores: NDArray[np.float32],
        versions: NDArray[np.int64],
        limit: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Ranked paragraphs, a revised one that matches about as well before the one that it replaces.

        It takes that one's score. Only the first ``limit`` are looked at.
        """
        old = [
            place for place, key in enumerate(keys[:limit].tolist()) if key >> PARAGRAPH_BITS in self._revised
        ]
        if not old:
            return keys, scores, versions
        ids = self.generation.store.ids([int(keys[place]) for place in old])
        places = {key: place for place, key in enumerate(keys.tolist())}
        order, raised = list(range(len(keys))), scores.copy()
        for place in old:
            pid = ids[int(keys[place])]
            revised = ParagraphId(self._revised[int(keys[place]) >> PARAGRAPH_BITS], pid.number, pid.part)
            try:
                now = places.get(self.generation.store.key(revised))
            except UnknownIdError:
                continue
            if (
                now is not None
                and now > place
                and _log_odds(scores[place]) - _log_odds(scores[now]) <= _ALIKE
            ):
                order.remove(now)
                order.insert(order.index(place), now)
                raised[now] = scores[place]
        return keys[order], raised[order], versions[order]

    def evidence(
        self,
        query: str,
        *,
        documents: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        limit: int = 0,
    ) -> list[Evidence]:
        """What the rankers say about the candidates, by language; languages without any are left out.

        There are at least ``limit`` candidates, if that many are found.
        """
        store = self.generation.store
        numbers = None if documents is None else sorted({store.number(symbol) for symbol in documents})
        wording = self.wording(query)
        asked = _Question(
            wording,
            *_lexical_terms(wording),
            question_language(query),
            self.encoder.encode([wording.text])[0],
        )
        proposals = {
            language: self._propose(asked, language, max(_DEPTH, limit), numbers)
            for language in self.generation.languages
            if languages is None or language in languages
        }
        if not proposals:
            return []
        keys = np.sort(np.concatenate([keys for one in proposals.values() for keys in one.proposed]))
        keys = keys[first_of_each(keys)]
        pool = np.concatenate([keys[:_DEPTH] for one in proposals.values() for keys in one.proposed])
        references = frozenset(reference.key for reference in find_references(query))
        found = []
        for language, one in proposals.items():
            here = keys[self.generation.vectors[language].holds(keys)]
            if len(here):
                inside = _over(here, pool, np.ones(len(pool), np.bool_))
                found.append(self._weigh(asked, language, one.lexical, here, inside, references))
        return found

    def _holds(self, word: str) -> bool:
        """Whether a text in any language holds the word, or the two Chinese characters side by side."""
        terms = [term for term in tokens(word) if len(term) > 1]
        return any(index.holds(term) for term in terms for index in self.generation.lexical.values())

    def _propose(
        self, asked: _Question, language: str, depth: int, documents: Sequence[int] | None
    ) -> _Proposals:
        lexical = self.generation.lexical[language]
        names = asked.names.get(language, ())
        found = lexical.search(asked.terms, max(_LEXICAL_DEPTH, depth), documents, names)
        nearest = self.generation.vectors[language].search(asked.vector, depth, documents)
        proposed = [nearest.keys, found.keys[:depth]]
        if self._interpreter is not None and {asked.language, language} == {"en", "zh"}:
            terms = self._interpreter.translated_terms(asked.wording, asked.language)
            proposed.append(lexical.search(terms, depth, documents).keys)
        return _Proposals(proposed, found)

    def _weigh(
        self,
        asked: _Question,
        language: str,
        lexical: LexicalMatches,
        keys: NDArray[np.int64],
        pool: NDArray[np.bool_],
        references: frozenset[str],
    ) -> Evidence:
        dense = self.generation.vectors[language].score(asked.vector, keys)
        signals: dict[str, NDArray[np.float32]] = {}
        if len(dense.keys):
            signals["dense"] = _over(keys, dense.keys, np.clip(dense.scores, 0, 1))
        if lexical.known > 0:
            signals["bm25"] = _over(keys, lexical.keys, lexical.scores)
        if self._interpreter is not None:
            spoken: Literal["en", "zh"] = "zh" if language == "zh" else "en"
            signals |= self._interpreter.signals(
                self._interpreter.asked(asked.wording, spoken),
                self.generation.words[language],
                keys,
                across=language != asked.language,
            )
        return Evidence(
            language=language,
            keys=keys,
            windows=_over(keys, dense.keys, dense.windows + 1) - 1,
            opinions=Opinions(_regime(asked.language, language), signals, pool, self._crowding[language]),
            symbols=self._symbols(references, language, keys) if references else None,
        )

    def _symbols(
        self, references: frozenset[str], language: str, keys: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The share of ``references`` that each paragraph's text names."""
        named = {key: self._named.get((key, language)) for key in keys.tolist()}
        unread = [key for key, there in named.items() if there is None]
        if unread:
            texts = self.generation.store.texts_at(unread, language)
            read = {key: frozenset(ref.key for ref in find_references(texts[key])) for key in unread}
            named |= read
            if len(self._named) > _REMEMBERED:
                self._named.clear()
            self._named |= {(key, language): there for key, there in read.items()}
        return np.array(
            [len(references & there) / len(references) for there in named.values() if there is not None],
            np.float32,
        )


def _log_odds(probability: np.float32) -> float:
    held = min(max(float(probability), 1e-7), 1 - 1e-7)
    return math.log(held / (1 - held))


def _hit(
    found: Evidence,
    place: int,
    rank: int,
    score: float,
    pid: ParagraphId,
    spans: Mapping[tuple[int, str, int], tuple[int, int]],
) -> Hit:
    key, window = int(found.keys[place]), int(found.windows[place])
    passage = None if window < 0 else spans[key, found.language, window]
    signals = {name: float(values[place]) for name, values in found.opinions.signals.items()}
    if found.symbols is not None:
        signals["symbols"] = float(found.symbols[place])
    return Hit(pid, found.language, score, rank, signals, passage)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as each ranker needs it. ``terms`` are those outside names, ``names`` by language of the
    texts as :meth:`LexicalIndex.search` takes them.
    """

    wording: Wording
    terms: Mapping[str, float]
    names: Mapping[str, Sequence[Sequence[Mapping[str, float]]]]
    language: Literal["en", "zh"]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Proposals:
    """Paragraph keys by ranker, best first, and all that the words of the question found."""

    proposed: Sequence[NDArray[np.int64]]
    lexical: LexicalMatches


@lru_cache(maxsize=1 << 13)
def _name_terms(name: str) -> dict[str, float]:
    """:func:`query_terms` of a name of the glossary; not to be changed."""
    return query_terms(name)


def _lexical_terms(
    wording: Wording,
) -> tuple[dict[str, float], dict[str, list[list[dict[str, float]]]]]:
    """Terms outside names; and by language of the texts, for each name its terms and those of its others."""
    terms = query_terms(wording.text)
    names: dict[str, list[list[dict[str, float]]]] = {"en": [], "zh": []}
    inside: set[str] = set()
    for variant in wording.variants:
        written = query_terms(wording.text[variant.start : variant.end])
        if written:
            inside |= written.keys()
            for language in ("en", "zh"):
                others = [_name_terms(form) for form in variant.forms.get(language, ())]
                names[language].append([written, *(other for other in others if other)])
    return {term: weight for term, weight in terms.items() if term not in inside}, names


def question_language(query: str) -> Literal["en", "zh"]:
    """The language a question is in: Chinese where it holds any Chinese character.

    Names and abbreviations stand in Latin letters in Chinese questions, not the other way round.
    """
    return "zh" if _HAN.search(query) else "en"


def _regime(asked: Literal["en", "zh"], language: str) -> Regime:
    if language == "zh":
        return "en→zh" if asked == "en" else "zh→zh"
    return "en→en" if asked == "en" else "zh→en"


_Scores = TypeVar("_Scores", np.float32, np.int64, np.bool_)


def _over(keys: NDArray[np.int64], found: NDArray[np.int64], scores: NDArray[_Scores]) -> NDArray[_Scores]:
    """Scores for the candidates ``keys`` (sorted); 0 where a ranker did not find one."""
    spread = np.zeros(len(keys), scores.dtype)
    if len(keys):
        places = keys.searchsorted(found)
        hit = keys.take(places, mode="clip") == found
        spread[places[hit]] = scores[hit]
    return spread
