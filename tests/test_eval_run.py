"""A run from questions to report, against a small service of known answers."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from eval_examples import CHAT, DATE
from fastapi import FastAPI, Response
from rich.console import Console
from typer.testing import CliRunner

from eval.cli import app as command
from eval.compare import RunError, compare, read_run
from eval.judgement import HIGHER_IS_BETTER
from eval.page import write_html
from eval.report import Report, floors_missed, markdown, percentile, show, write_json, write_trec
from eval.run import evaluate
from eval.service import ServiceError, in_process, remote

TEXT = "The workshop on river mud met in June 2009."
FOUND = "A/1/2#I.5"


def _answer(question: str, quote: str, text: str) -> dict[str, Any]:
    base = {"index": {"generation": "g1", "model": "tiny"}, "related": []}
    if question != DATE.question:
        return {**base, "status": "not_found", "reason": "not_a_question", "answer": None, "citations": []}
    start = text.find(quote)
    citation = {"id": f"{FOUND}(b)", "language": "en", "edition": "digest", "quote": quote}
    return {
        **base,
        "status": "answered",
        "reason": None,
        "answer": {"text": "June 2009 [1]", "kind": "date", "value": "2009-06", "confidence": 0.8},
        "citations": [{**citation, "text": text, "start": start, "end": start + len(quote)}],
    }


def make_service(*, quote: str = TEXT, text: str = TEXT, ready: int = 200, search: int = 200) -> FastAPI:
    """The contract's four routes over one paragraph; ``text`` is what an answer says it says."""
    service = FastAPI()

    @service.get("/readyz")
    def readyz(response: Response) -> dict[str, str]:
        response.status_code = ready
        return {"status": "ready"}

    @service.post("/v1/search")
    def find(query: dict[str, Any], response: Response) -> dict[str, Any]:
        response.status_code = search
        return {"hits": [{"id": f"{FOUND}(b)"}, {"id": FOUND}, {"id": "A/1/2#I.6"}]}

    @service.post("/v1/answers")
    def answer(query: dict[str, Any]) -> dict[str, Any]:
        return _answer(query["question"], quote, text)

    @service.get("/v1/documents/{symbol:path}")
    def document(symbol: str) -> dict[str, Any]:
        return {"paragraphs": [{"id": FOUND, "texts": {"en": TEXT}}] if symbol == "A/1/2" else []}

    return service


QUESTIONS = [DATE, replace(CHAT, question="How are you today?")]


def _run(service: FastAPI) -> Report:
    return evaluate(in_process(service), QUESTIONS, {"set": "mine"})


@pytest.fixture(scope="module")
def report() -> Report:
    return _run(make_service())


def test_items_and_their_paragraph_are_one_hit(report: Report) -> None:
    assert report.responses[0].ranked == (FOUND, "A/1/2#I.6")


def test_conditions_name_the_index_and_what_was_cited(report: Report) -> None:
    assert report.conditions["index"] == "generation g1, model tiny"
    assert "en digest" in report.conditions["cited texts"]


@pytest.mark.parametrize(
    ("quote", "text", "right"),
    [
        (TEXT, TEXT, 1.0),
        ("river mud met", TEXT, 1.0),
        ("lake mud met", TEXT, 0.0),
        ("in June 2010", TEXT.replace("2009", "2010"), 0.0),
        ("", TEXT, 0.0),
    ],
)
def test_a_quote_must_stand_in_the_text_that_the_document_view_serves(
    quote: str, text: str, right: float
) -> None:
    assert _run(make_service(quote=quote, text=text)).scores["q1"]["quote verbatim"] == right


def test_an_error_scores_zero_and_is_counted() -> None:
    scores = _run(make_service(search=503)).scores["q1"]
    assert (scores["errors"], scores["Success@1"]) == (1.0, 0.0)


def test_a_service_that_is_not_ready_is_not_measured() -> None:
    with pytest.raises(ServiceError, match="ready, got 503"):
        _run(make_service(ready=503))


def test_a_service_that_is_not_there_is_named() -> None:
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9"):
        evaluate(remote("http://127.0.0.1:9"), QUESTIONS, {})


def test_what_is_written_reads_back(report: Report, tmp_path: Path) -> None:
    write_json(report, tmp_path / "run.json")
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["summary"]["cited first"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert record["slices"]["language"]["en"]["status"]["n"] == 2
    assert read_run(tmp_path / "run.json").scores == report.scores
    write_trec(report, tmp_path)
    judged = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.txt")))
    found = list(ir_measures.read_trec_run(str(tmp_path / "run.txt")))
    again = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], judged, found)
    assert again[ir_measures.nDCG @ 10] == pytest.approx(report.scores["q1"]["nDCG@10"])


def test_the_page_needs_nothing_else_and_shows_measures_charts_and_failures(
    report: Report, tmp_path: Path
) -> None:
    wrong = replace(report, scores={**report.scores, "q1": {**report.scores["q1"], "cited first": 0.0}})
    write_html(wrong, tmp_path / "run.html")
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert not re.search(r"<script|<link|src=|https?://", page)
    assert all(measure in page for measure in report.summary())
    assert "another paragraph" in page


def test_the_page_shows_what_was_served_as_text_not_as_markup(report: Report, tmp_path: Path) -> None:
    said = replace(report.responses[0], answer="<script>alert(1)</script>")
    scores = {**report.scores, "q1": {**report.scores["q1"], "short answer": 0.0}}
    write_html(replace(report, responses=[said, *report.responses[1:]], scores=scores), tmp_path / "run.html")
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_table_shows_every_measure_that_applies(report: Report) -> None:
    console = Console(record=True, width=160, file=io.StringIO())
    show(report, console)
    text = console.export_text() + markdown(report)
    assert all(measure in text for measure in report.summary())
    assert "| cited first | 100.0 (100.0–100.0) |" in markdown(report)


def test_a_missed_floor_is_said_and_a_ceiling_counts_the_other_way(report: Report) -> None:
    assert floors_missed(report, {"cited first": 1.0, "falsely refused": 0.0}) == []
    slower = replace(report, scores={"q1": {"falsely refused": 0.5, "cited first": 0.5}, "q2": {}})
    assert floors_missed(slower, {"cited first": 0.6, "falsely refused": 0.1}) == [
        "cited first is 0.500, expected at least 0.6",
        "falsely refused is 0.500, expected at most 0.1",
    ]


def test_runs_compare_by_the_questions_they_share(report: Report, tmp_path: Path) -> None:
    write_json(report, tmp_path / "one.json")
    write_json(_run(make_service(quote="no such words")), tmp_path / "two.json")
    found = compare(read_run(tmp_path / "one.json"), read_run(tmp_path / "two.json"))
    assert found["quote verbatim"].value == -1.0
    assert found["cited first"].value == 0.0
    assert found.keys() <= HIGHER_IS_BETTER.keys()


def test_a_file_that_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(RunError, match=r"x\.json"):
        read_run(tmp_path / "x.json")


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.95, 4), (0.01, 1), (1.0, 4)])
def test_percentiles_are_values_that_occurred(share: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], share) == expected


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--split", "train"], 2, "expected dev or test"),
        (["--fail-under", "speed=1"], 2, "MEASURE=VALUE"),
        (["--fail-under", "cited first=most"], 2, "number"),
        (["--url", "http://127.0.0.1:9"], 1, "start it"),
        (["compare", "none.json", "none.json"], 1, "none.json"),
        (["retrieval", "no-such-folder"], 1, "no-such-folder"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], code: int, said: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == code
    assert said in result.output
