"""Public question and paragraph sets as documents and queries, to measure retrieval within and across
languages.

None of them is part of the project; the folder that holds them is named when they are used.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from ingest.paragraphs import Document, Paragraph, ParagraphId

__all__ = [
    "PAIR_SETS",
    "PARALLEL_SETS",
    "QUESTION_SETS",
    "Query",
    "RetrievalSet",
    "SetError",
    "clause",
    "crossed",
    "mixed",
    "pairs",
    "parallel_english",
    "questions",
    "sentences",
]

QUESTION_SETS: Final = {
    "cmrc2018_trial": ("train/qa/cmrc2018_trial.jsonl.gz", "zh"),
    "drcd_test": ("train/qa/drcd_test.jsonl.gz", "zh"),
    "policyqa_test": ("train/qa/policyqa_test.jsonl.gz", "en"),
}
"""Name → file and language. Nothing was trained on these; drcd is in traditional characters."""

PAIR_SETS: Final = {
    "unccd_prais4": "measure/unccd_prais4.tsv.gz",
    "fao_fra": "measure/fao_fra.tsv.gz",
    "trends_earth": "measure/trends_earth.tsv.gz",
}

PARALLEL_SETS: Final = {
    name: f"train/parallel/{name}.tsv.gz"
    for name in ("open_sdg", "cbd_chm", "tico19", "wmo_wis2box", "tw_law_zhtw", "python_docs", "mlqe_pe_wiki")
}
"""Trained on, so never asked about; their English sides make a crowd."""

_SENTENCES: Final = "train/qa/nqg_squad_test_qsent.jsonl.gz"
_HELD_BACK: Final = 1200
"""The last questions of that file were not trained on."""
_TOGETHER: Final = 5
"""Neighbouring sentences that make a paragraph."""
_CROSSED: Final = "cmrc2018_trial"

_SHORTEST: Final = {"en": 60, "zh": 20}
"""Characters; shorter rows are labels and headings, not paragraphs."""


_CLAUSE: Final = {"en": 12, "zh": 24}
"""Words, or Chinese characters and Latin words, of a query: about a question's length."""


class SetError(ValueError):
    """A set can't be read; the message says which file and what it should hold."""


@dataclass(frozen=True, slots=True)
class Query:
    """``gold`` is the one paragraph that answers ``text`` or says the same; ``direction`` is
    ``query→document``.
    """

    id: str
    text: str
    gold: str
    direction: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise SetError(
            f"expected gzipped text at {path}, got {error}: name the folder of the sets"
        ) from error


def _document(name: str, language: str, texts: Sequence[tuple[int, str, str]]) -> Document:
    """``texts``: number, heading (may be empty) and text of each paragraph."""
    symbol = f"set/{name}"
    paragraphs = tuple(
        Paragraph(ParagraphId(symbol, str(number)), "numbered", text, (heading,) if heading else ())
        for number, heading, text in texts
    )
    return Document(symbol, language, name, paragraphs)


def questions(folder: Path, name: str, rows: int) -> RetrievalSet:
    """Questions, each with the paragraph it was asked about; all paragraphs of the first ``rows`` questions.

    :raises SetError: if the file is missing or holds something else.
    """
    file, language = QUESTION_SETS[name]
    numbers: dict[str, int] = {}
    texts: list[tuple[int, str, str]] = []
    queries: dict[str, Query] = {}
    for line in _lines(folder / file):
        try:
            record = json.loads(line)
            context, question = record["context"].strip(), record["question"].strip()
            key, title = str(record["id"]), str(record["title"])
        except (KeyError, TypeError, ValueError) as error:
            raise SetError(f"{file}: expected id, title, context and question, got {error!r}") from error
        if context not in numbers:
            numbers[context] = len(numbers) + 1
            texts.append((numbers[context], title, context))
        gold = str(ParagraphId(f"set/{name}", str(numbers[context])))
        queries[key] = Query(f"{name}/{key}", question, gold, f"{language}→{language}")
        if len(queries) >= rows:
            break
    return RetrievalSet(name, (_document(name, language, texts),), tuple(queries.values()))


def _asked_across(name: str) -> list[tuple[int, str]]:
    """Our own questions in the other language, each with the number (from 0) of what they ask about."""
    table = resources.files("index.training").joinpath("crossed.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines()]
    return [(int(number), question) for of, number, question in rows if of == name]


def crossed(folder: Path) -> RetrievalSet:
    """Our own English questions over all Chinese paragraphs of a question set.

    :raises SetError: if the file is missing or holds something else.
    """
    one = questions(folder, _CROSSED, 1_000_000)
    queries = [
        Query(f"{_CROSSED}/en/{place}", question, f"set/{_CROSSED}#{number + 1}", "en→zh")
        for place, (number, question) in enumerate(_asked_across(_CROSSED))
    ]
    return RetrievalSet(f"{_CROSSED}, our questions", one.documents, tuple(queries))


def sentences(folder: Path, rows: int) -> RetrievalSet:
    """English sentences that answer questions, five neighbours to a paragraph; asked in English by the set's
    questions, in Chinese by our own.

    :raises SetError: if the file is missing or holds something else.
    """
    name = _SENTENCES.rpartition("/")[2].removesuffix(".jsonl.gz")
    try:
        records = [json.loads(line) for line in _lines(folder / _SENTENCES)][-_HELD_BACK:]
        asked = [(record["question"], record["context"]) for record in records]
    except (KeyError, TypeError, ValueError) as error:
        raise SetError(f"{_SENTENCES}: expected context and question, got {error!r}") from error
    numbers = {text: number for number, text in enumerate(dict.fromkeys(context for _, context in asked))}
    found = list(numbers)
    texts = [
        (first // _TOGETHER + 1, "", " ".join(found[first : first + _TOGETHER]))
        for first in range(0, len(found), _TOGETHER)
    ]

    def gold(number: int) -> str:
        return f"set/{name}#{number // _TOGETHER + 1}"

    queries = [
        Query(f"{name}/en/{place}", question, gold(numbers[context]), "en→en")
        for place, (question, context) in enumerate(asked[:rows])
    ]
    queries += [
        Query(f"{name}/zh/{place}", question, gold(number), "zh→en")
        for place, (number, question) in enumerate(_asked_across(name))
        if number < len(found)
    ]
    return RetrievalSet(f"{name}, fives", (_document(name, "en", texts),), tuple(queries))


def _rows(folder: Path, name: str, rows: int) -> list[tuple[str, str]]:
    """English and Chinese of paragraph-long rows; a text that occurs twice in either language is left out."""
    found: list[tuple[str, str]] = []
    for line in _lines(folder / PAIR_SETS[name]):
        english, tab, chinese = line.rstrip("\n").partition("\t")
        if not tab:
            raise SetError(f"{PAIR_SETS[name]}: expected English, a tab and Chinese, got {line[:60]!r}")
        english, chinese = english.strip(), chinese.strip()
        if len(english) >= _SHORTEST["en"] and len(chinese) >= _SHORTEST["zh"]:
            found.append((english, chinese))
    keys = [(re.sub(r"\W+", "", english).lower(), re.sub(r"\W+", "", chinese)) for english, chinese in found]
    seen: dict[str, int] = {}
    for pair in keys:
        for key in pair:
            seen[key] = seen.get(key, 0) + 1
    unique = [row for row, pair in zip(found, keys, strict=True) if all(seen[key] == 1 for key in pair)]
    return unique[:rows]


def clause(text: str, language: str) -> str:
    """The longest stretch of ``text`` without punctuation in it, cut to a question's length.

    A whole paragraph finds its translation too easily to tell rankers apart.
    """
    stretches = re.split(r"[,;:.!?()\[\]\"“”，。；：！？（）《》、]+(?=\s|[\u3400-\u9fff]|$)", text)
    words = [re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", stretch) for stretch in stretches]
    longest = max(words, key=len)[: _CLAUSE[language]]
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", " ".join(longest))


def pairs(folder: Path, name: str, rows: int) -> list[RetrievalSet]:
    """Translated paragraphs, two sets: a clause of each in one language over the paragraphs in the other.

    :raises SetError: if the file is missing or holds something else.
    """
    found = _rows(folder, name, rows)
    sets = []
    for query, language in (("zh", "en"), ("en", "zh")):
        column = {"en": 0, "zh": 1}
        texts = [(number, "", row[column[language]]) for number, row in enumerate(found, start=1)]
        queries = [
            Query(
                f"{name}/{query}/{number}",
                clause(row[column[query]], query),
                str(ParagraphId(f"set/{name}", str(number))),
                f"{query}→{language}",
            )
            for number, row in enumerate(found, start=1)
        ]
        sets.append(RetrievalSet(name, (_document(name, language, texts),), tuple(queries)))
    return sets


def mixed(folder: Path, rows: int) -> RetrievalSet:
    """All sets in one index. Of the translated paragraphs the odd ones are there in English only, the even
    ones in
    Chinese only, and each is asked for in the other language: what one language hides of the other shows
    here.

    :raises SetError: if a file is missing or holds something else.
    """
    documents: list[Document] = []
    queries: list[Query] = []
    for one in (*(questions(folder, name, rows) for name in QUESTION_SETS), sentences(folder, rows)):
        documents += one.documents
        queries += one.queries
    there = {str(paragraph.id) for document in documents for paragraph in document.paragraphs}
    queries += [query for query in crossed(folder).queries if query.gold in there]
    for name in PAIR_SETS:
        for part, language in zip(pairs(folder, name, rows), ("en", "zh"), strict=True):
            odd = language == "en"
            (document,) = part.documents
            kept = tuple(p for p in document.paragraphs if (int(p.id.number) % 2 == 1) == odd)
            ids = {str(paragraph.id) for paragraph in kept}
            documents.append(Document(document.symbol, language, name, kept))
            queries += [query for query in part.queries if query.gold in ids]
    return RetrievalSet("all in one index", tuple(documents), tuple(queries))


def parallel_english(folder: Path, name: str) -> list[str]:
    """The English sides of a file of parallel texts.

    :raises SetError: if the file is missing.
    """
    return [line.partition("\t")[0].strip() for line in _lines(folder / PARALLEL_SETS[name])]
