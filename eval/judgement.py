"""Right or wrong: what was served for a question against what was expected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from eval.metrics import MEASURES, Scores, score_runs
from eval.questions import Question
from eval.service import Response

__all__ = ["HIGHER_IS_BETTER", "judge", "mentions", "short_answer_right", "value_right"]

SHORT: Final = 160
"""Characters that a short answer may have, Chinese ones counted twice; without a value, a longer text is a
paragraph to read, not an answer.
"""

HIGHER_IS_BETTER: Final = {
    **{str(measure): True for measure in MEASURES},
    "cited first": True,
    "cited": True,
    "exact item": True,
    "right if answered": True,
    "citation precision": True,
    "quote verbatim": True,
    "short answer": True,
    "value": True,
    "status": True,
    "refused": True,
    "reason": True,
    "falsely refused": False,
    "errors": False,
    "search ms": False,
    "answer ms": False,
}
"""Every measure by name, in the order of the table. See :func:`judge` for what each says."""


_HAN: Final = re.compile("[\u3400-\u9fff]")
_BOUND: Final = re.compile("[0-9a-z]")


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\d)[,\s](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"[^\w%]+", " ", text)
    return re.sub(r" ?([\u3400-\u9fff]) ?", r"\1", text).strip()


def mentions(text: str, answer: str, *, stem: bool = False) -> bool:
    """Whether ``text`` says ``answer``: the same words, whatever their case, spacing and punctuation.

    A number must stand alone (5 is not in 15), a Latin word be whole (with ``stem``, begin so). Chinese has
    no such bounds: 第四十五届会议 is said where a date in brackets follows it.
    """
    wanted = re.sub(r"^(the|an?) ", "", _fold(answer))
    if not wanted:
        return False
    begin = "(?<![0-9a-z])" if _BOUND.match(wanted) else ""
    end = "" if stem and not wanted[-1].isdigit() else "(?![0-9a-z])" if _BOUND.match(wanted[-1]) else ""
    return re.search(f"{begin}{re.escape(wanted)}{end}", _fold(text)) is not None


def value_right(question: Question, value: str | float | None) -> bool:
    """Whether a served value is the expected one. A date may be more exact than asked for (2009-06-01 for
    2009-06).
    """
    if value is None or question.value is None:
        return False
    if isinstance(question.value, str) and isinstance(value, str):
        if value in (question.value, *question.accept):
            return True
        return "/" not in question.value and all(
            day.startswith(f"{question.value}-") and question.answer_kind == "date"
            for day in value.split("/")
        )
    return value == question.value


def short_answer_right(question: Question, response: Response) -> bool:
    """Whether the short answer says what was asked: the value, every part of a list, or an acceptable
    wording.
    """
    if value_right(question, response.value):
        return True
    # The marks of citations are no part of what is said: 波兰波兹南 [1].
    answer = re.sub(r"\s*\[\d+\]", "", response.answer)
    if len(answer) + len(_HAN.findall(answer)) > SHORT * max(1, len(question.parts)):
        return False
    if question.parts:
        return all(any(mentions(answer, each, stem=True) for each in part) for part in question.parts)
    return any(mentions(answer, each) for texts in question.answers.values() for each in texts)


def _answer_scores(question: Question, response: Response) -> dict[str, float]:
    right = [citation.paragraph in question.paragraphs for citation in response.citations]
    scores: dict[str, float] = {
        "status": response.status == question.status,
        "errors": response.error is not None,
        "search ms": response.search_seconds * 1000,
        "answer ms": response.answer_seconds * 1000,
    }
    if response.answered:
        scores["right if answered"] = bool(right) and right[0]
        scores["citation precision"] = sum(right) / len(right) if right else 0.0
        scores["quote verbatim"] = bool(right) and all(citation.verbatim for citation in response.citations)
    if question.answerable:
        scores["falsely refused"] = response.status == "not_found"
        scores["cited first"] = bool(right) and right[0]
        scores["cited"] = any(right)
        scores["short answer"] = response.answered and short_answer_right(question, response)
        if any("(" in name.partition("#")[2] for name in question.gold):
            scores["exact item"] = bool(right) and response.citations[0].id in question.gold
        if question.value is not None:
            scores["value"] = value_right(question, response.value)
    else:
        scores["refused"] = response.status == "not_found"
        if response.status == "not_found":
            scores["reason"] = response.reason in question.reasons
    return {name: float(score) for name, score in scores.items()}


def judge(questions: Sequence[Question], responses: Iterable[Response]) -> Scores:
    """Every measure that applies, for every question.

    Over answerable questions: the retrieval measures; ``cited first`` (the first citation is a gold
    paragraph; 0 if refused), ``cited`` (any is), ``exact item`` (where the fact stands in an item), ``short
    answer``, ``value`` (where there is one), ``falsely refused``. Over the unanswerable: ``refused``, and
    ``reason`` for the refused. Over what was answered, answerable or not: ``right if answered`` (the first
    citation is gold), ``citation precision`` (share of citations that are; both 0 where there is no answer
    to cite), ``quote verbatim`` (all quotes). Over all: ``status``, ``errors``, times.
    A question without a response, or with an error for one, scores zero.
    """
    by_id: Mapping[str, Response] = {response.question: response for response in responses}
    answerable = [question for question in questions if question.answerable]
    ranked = {question.id: by_id[question.id].ranked for question in answerable if question.id in by_id}
    scores: Scores = {question.id: {} for question in questions}
    for name, values in score_runs(
        {question.id: question.paragraphs for question in answerable}, ranked
    ).items():
        scores[name].update(values)
    for question in questions:
        if question.id not in by_id:
            missing = ("cited first", "cited", "short answer") if question.answerable else ("refused",)
            scores[question.id].update({"errors": 1.0, "status": 0.0, **dict.fromkeys(missing, 0.0)})
            continue
        scores[question.id].update(_answer_scores(question, by_id[question.id]))
    return scores
