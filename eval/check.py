"""Whether the question files are what they claim: ids that exist, values that stand in the paragraph, no
copies.

``python -m eval.check [FOLDER]`` checks the fixed set; with a folder of the official texts also against them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final

from eval.questions import CHECKSUMS, SPLITS, Question, checksum, load_questions
from ingest.corpus import SAMPLE, Corpus, read_corpus
from ingest.paragraphs import ParagraphId

__all__ = ["balance", "copied", "derivable", "main", "problems", "runs_of", "texts", "underivable"]

LONGEST_COPY: Final = 12
"""Chinese characters in a row that a question may share with an official text."""

_CHINESE_DIGITS: Final = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_SCALES: Final = {"万": 10_000, "亿": 100_000_000}
_DOCUMENT_YEARS: Final = {"ICCD/COP(13)/CST/5": {2017}, "A/64/202": {2009, 2008}}
"""Years that a date may take from its document: its own, and the year before (``去年``, A/64/202 only)."""


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")


def texts(corpus: Corpus, language: str) -> dict[str, str]:
    """Text by id: paragraphs with their footnotes at the end, and their items."""
    found: dict[str, str] = {}
    for document in corpus.documents:
        if document.language != language:
            continue
        for paragraph in document.paragraphs:
            notes = "".join(f"\n{note.text}" for note in paragraph.footnotes)
            found[str(paragraph.id)] = paragraph.text + notes
            for item in paragraph.items:
                name = ParagraphId(paragraph.id.symbol, paragraph.id.number, paragraph.id.part, item.labels)
                found[str(name)] = paragraph.text[item.start : item.end]
    return found


def _numbers(text: str) -> set[float]:
    found = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    found |= {
        float(number) * _SCALES[scale] for number, scale in re.findall(r"(\d+(?:\.\d+)?)([万亿])", text)
    }
    found |= {float(value) for sign, value in _CHINESE_DIGITS.items() if sign in text}
    return found


def _day_derivable(value: str, text: str, years: set[int]) -> bool:
    match = re.fullmatch(r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?", value)
    if match is None:
        return False
    year, month, day = match["year"], match["month"], match["day"]
    in_text = {int(found) for found in re.findall(r"\d{4}", text)}
    return (
        (year == "-" or int(year) in in_text | years)
        and (month is None or f"{int(month)}月" in text)
        and (day is None or re.search(rf"(?<!\d){int(day)}日", text) is not None)
    )


def derivable(question: Question, paragraph_id: str, text: str) -> bool:
    """Whether the normalised value of a question can be read off the Chinese text of a paragraph.

    Dates: each of year, month and day is written there, the year maybe only in the document's date.
    Numbers: in digits, with 万 or 亿, or as one Chinese digit. Decisions: their number.
    """
    value = question.value
    if value is None:
        return True
    folded = _fold(text)
    if isinstance(value, str) and question.answer_kind == "date":
        years = _DOCUMENT_YEARS[ParagraphId.parse(paragraph_id).symbol]
        candidates = (value, *question.accept)
        return any(all(_day_derivable(day, folded, years) for day in each.split("/")) for each in candidates)
    if isinstance(value, str):
        return value.removeprefix("A/RES/") in folded
    return value in _numbers(folded)


def copied(question: str, runs: Set[str]) -> list[str]:
    """Runs of Chinese characters in a question that are in ``runs``, which :func:`runs_of` made."""
    return sorted(runs & runs_of([question]))


def runs_of(sources: Iterable[str]) -> set[str]:
    """All runs of ``LONGEST_COPY + 1`` Chinese characters, white space taken out."""
    size = LONGEST_COPY + 1
    return {
        run[start : start + size]
        for source in sources
        for run in re.findall(r"[\u3400-\u9fff]+", _fold(source))
        for start in range(len(run) - size + 1)
    }


def _key(question: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", question)).casefold()


def problems(questions: Sequence[Question], paragraphs: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a set of questions, given the Chinese texts of the paragraphs by id."""
    for kind, counts in (
        ("id", Counter(question.id for question in questions)),
        ("question", Counter(_key(question.question) for question in questions)),
    ):
        yield from (f"{kind} {name!r} stands {count} times" for name, count in counts.items() if count > 1)
    for question in questions:
        if unknown := [name for name in (*question.gold, *question.paragraphs) if name not in paragraphs]:
            yield f"{question.id}: no such paragraph: {', '.join(unknown)}"
            continue
        if {str(ParagraphId.parse(name).paragraph) for name in question.gold} != set(question.paragraphs):
            yield f"{question.id}: paragraphs are not those of gold"
        if question.answerable and not (question.answers["zh"] and question.answers["en"]):
            yield f"{question.id}: no acceptable answer in one of the languages"
        if not question.answerable and (
            question.why is None or question.status != "not_found" or not question.reasons
        ):
            yield f"{question.id}: unanswerable, but why and with what status is not said"


def underivable(questions: Sequence[Question], paragraphs: Mapping[str, str]) -> Iterator[str]:
    """Values that no gold paragraph states, given official Chinese texts by id."""
    for question in questions:
        if question.answerable and not any(
            derivable(question, name, paragraphs[name]) for name in question.gold
        ):
            yield f"{question.id}: {question.value!r} is not stated in {', '.join(question.gold)}"


def balance(questions: Sequence[Question]) -> dict[str, Counter[str]]:
    """Counts by language, kind (answerable ones), style and cause of refusal."""
    return {
        "language": Counter(question.language for question in questions),
        "kind": Counter(question.kind for question in questions if question.answerable),
        "style": Counter(question.style for question in questions),
        "why": Counter(question.why or "answerable" for question in questions),
    }


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong and how the set is balanced; 1 if something is wrong."""
    questions = [question for split in SPLITS for question in load_questions(split)]
    sample = texts(read_corpus([SAMPLE]), "zh")
    found = list(problems(questions, sample))
    found.extend(
        f"{split}.jsonl has checksum {checksum(split)}, not the one it was frozen with"
        for split in SPLITS
        if checksum(split) != CHECKSUMS[split]
    )
    if arguments:
        official = texts(read_corpus([Path(arguments[0])]), "zh")
        found.extend(problems(questions, official))
        found.extend(underivable(questions, official))
        runs = runs_of(official.values())
        found.extend(
            f"{question.id}: copies {', '.join(same)}"
            for question in questions
            if (same := copied(question.question, runs))
        )
    for line in found:
        print(line)
    for name, counts in balance(questions).items():
        print(f"{name}: " + ", ".join(f"{key} {count}" for key, count in counts.most_common()))
    print(f"{len(questions)} questions, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
