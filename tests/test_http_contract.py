"""The HTTP interface over a real socket: what is promised comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import running

from service.config import Settings
from service.presentation import DIGEST

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def ask(client: httpx.Client, question: str, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_an_answer_has_the_shape_of_the_contract(client: httpx.Client) -> None:
    body = ask(client, WHEN)
    assert set(body) >= {
        "id", "question", "language", "status", "reason", "answer", "citations", "related", "index",
        "timing_ms",
    }  # fmt: skip
    assert re.fullmatch(r"ans_[0-9a-f]+", body["id"])
    assert (body["question"], body["language"], body["status"], body["reason"]) == (
        WHEN,
        "en",
        "answered",
        None,
    )
    assert set(body["answer"]) == {"text", "kind", "value", "confidence"}
    assert 0 <= body["answer"]["confidence"] <= 1
    assert set(body["index"]) == {"generation", "model"}
    assert set(body["timing_ms"]) == {"retrieve", "answer", "total"}
    citation = body["citations"][0]
    assert set(citation) >= {
        "index", "id", "symbol", "part", "paragraph", "item", "label", "section", "language", "quote",
        "start", "end", "text", "translations", "url", "score",
    }  # fmt: skip
    assert citation["index"] == 1
    assert citation["id"] == "ICCD/COP(13)/CST/5#15"
    assert (citation["symbol"], citation["part"]) == ("ICCD/COP(13)/CST/5", None)
    assert (citation["paragraph"], citation["item"]) == ("15", None)
    assert citation["label"] == {"en": "ICCD/COP(13)/CST/5, para. 15", "zh": "ICCD/COP(13)/CST/5，第15段"}
    assert citation["url"] == "/documents/ICCD/COP(13)/CST/5#15"
    assert citation["edition"] == "digest"
    assert citation["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert set(citation["translations"]) == {"zh"}
    assert 0 <= citation["score"] <= 1
    for related in body["related"]:
        assert set(related) >= {"id", "label", "text", "score", "edition"}


@pytest.mark.parametrize(
    ("question", "date", "short"),
    [
        (WHEN, "21 to 23 March 2017", "21–23 March 2017 [1]"),
        (WHEN_ZH, "2017年3月21日至23日", "2017年3月21日至23日 [1]"),
    ],
)
def test_a_date_is_answered_by_the_sentence_that_holds_it(
    client: httpx.Client, question: str, date: str, short: str
) -> None:
    body = ask(client, question)
    assert body["citations"][0]["id"] == "ICCD/COP(13)/CST/5#15"
    assert date in body["citations"][0]["quote"]
    assert body["answer"]["text"] == short
    assert (body["answer"]["kind"], body["answer"]["value"]) == ("date", "2017-03-21/2017-03-23")


def test_the_answer_comes_in_the_language_asked_for_where_there_is_that_version(client: httpx.Client) -> None:
    body = ask(client, WHEN, language="zh")
    assert body["language"] == "zh"
    assert body["citations"][0]["language"] == "zh"
    assert "2017年3月21日至23日" in body["citations"][0]["quote"]


def test_the_limit_counts_cited_and_related_paragraphs_together(client: httpx.Client) -> None:
    for limit in (1, 3, 20):
        body = ask(client, WHEN, limit=limit)
        assert len(body["citations"]) + len(body["related"]) <= limit
    assert len(ask(client, WHEN)["related"]) == 4


def test_documents_narrow_where_the_answer_is_looked_for(client: httpx.Client) -> None:
    body = ask(client, WHEN, documents=["A/64/202"])
    found = [*body["citations"], *body["related"]]
    assert all(entry["id"].startswith("A/64/202#") for entry in found)


def test_an_unknown_document_is_a_result_with_its_reason(client: httpx.Client) -> None:
    asked_for = ask(client, WHEN, documents=["A/99/999"])
    named = ask(client, "What does A/99/999 say about soil?")
    for body in (asked_for, named):
        assert (body["status"], body["reason"]) == ("not_found", "unknown_document")
        assert body["unknown_documents"] == ["A/99/999"]
        assert (body["answer"], body["citations"]) == (None, [])


def test_a_greeting_is_a_result_with_its_reason(client: httpx.Client) -> None:
    body = ask(client, "你好！")
    assert (body["status"], body["reason"], body["answer"]) == ("not_found", "not_a_question", None)


def test_what_the_documents_do_not_say_is_not_found_and_the_nearest_paragraphs_are_no_citations(
    client: httpx.Client,
) -> None:
    body = ask(client, "Who won the football world cup in 1998?")
    assert (body["status"], body["reason"]) == ("not_found", "no_evidence")
    assert (body["answer"], body["citations"]) == (None, [])


def test_search_ranks_paragraphs(client: httpx.Client) -> None:
    body = client.post("/v1/search", json={"query": "soil organic carbon symposium", "limit": 4}).json()
    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3, 4]
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    for hit in body["hits"]:
        assert set(hit) >= {"id", "label", "language", "text", "section", "score", "rank", "edition"}
    assert {"ICCD/COP(13)/CST/5#15", "ICCD/COP(13)/CST/5#16"} & {hit["id"] for hit in body["hits"]}


def test_search_can_be_kept_to_a_language(client: httpx.Client) -> None:
    body = client.post("/v1/search", json={"query": "soil organic carbon", "languages": ["zh"]}).json()
    assert {hit["language"] for hit in body["hits"]} == {"zh"}
    assert client.post("/v1/search", json={"query": "soil", "languages": ["fr"]}).json()["hits"] == []


def test_documents_are_listed_by_page(client: httpx.Client) -> None:
    whole = client.get("/v1/documents").json()
    assert [document["symbol"] for document in whole["documents"]] == ["A/64/202", "ICCD/COP(13)/CST/5"]
    assert (whole["total"], whole["next"]) == (2, None)
    for document in whole["documents"]:
        assert set(document) >= {"symbol", "title", "date", "languages", "paragraphs", "edition"}
        assert document["languages"] == ["en", "zh"]
        assert document["edition"] == "digest"
    first = client.get("/v1/documents", params={"limit": 1}).json()
    second = client.get(first["next"]).json()
    assert first["documents"] + second["documents"] == whole["documents"]
    assert second["next"] is None


def test_a_document_is_given_in_reading_order_with_both_languages(client: httpx.Client) -> None:
    body = client.get("/v1/documents/ICCD/COP(13)/CST/5").json()
    assert set(body) >= {"symbol", "title", "date", "edition", "languages", "paragraphs"}
    numbers = [paragraph["paragraph"] for paragraph in body["paragraphs"]]
    assert numbers == ["summary", *map(str, range(1, 37))]
    for paragraph in body["paragraphs"]:
        assert set(paragraph) >= {
            "id", "part", "paragraph", "section", "texts", "items", "footnotes", "cites", "label",
        }  # fmt: skip
        assert set(paragraph["texts"]) == {"en", "zh"}
    last = body["paragraphs"][-1]
    assert last["items"][0]["id"] == "ICCD/COP(13)/CST/5#36(a)"
    assert last["items"][0]["item"] == "a"
    for item in last["items"]:
        for language, text in item["texts"].items():
            assert text in last["texts"][language]
    assert "21/COP.12" in body["paragraphs"][2]["cites"]


@pytest.mark.parametrize(
    "address",
    [
        "/v1/documents/A/64/202?paragraph=II.35",
        "/v1/documents/A%2F64%2F202?paragraph=II.35",
        "/v1/documents/A/64/202%23II.35",
    ],
)
def test_one_paragraph_of_a_document_can_be_asked_for(client: httpx.Client, address: str) -> None:
    body = client.get(address).json()
    assert [paragraph["id"] for paragraph in body["paragraphs"]] == ["A/64/202#II.35"]


@pytest.mark.parametrize("symbol", ["ICCD/COP(13)/CST/5", "ICCD%2FCOP%2813%29%2FCST%2F5"])
def test_an_item_gives_its_paragraph(client: httpx.Client, symbol: str) -> None:
    body = client.get(f"/v1/documents/{symbol}", params={"paragraph": "36(c)"}).json()
    assert [paragraph["id"] for paragraph in body["paragraphs"]] == ["ICCD/COP(13)/CST/5#36"]


def test_the_address_of_a_citation_leads_to_its_document(client: httpx.Client) -> None:
    address = ask(client, WHEN)["citations"][0]["url"]
    assert address == "/documents/ICCD/COP(13)/CST/5#15"
    response = client.get(address, follow_redirects=True)
    assert response.status_code == 200
    assert response.json()["symbol"] == "ICCD/COP(13)/CST/5"
    assert client.get("/documents/A/99/999", follow_redirects=True).status_code == 404


def test_ready_says_which_index_is_in_use(client: httpx.Client) -> None:
    body = client.get("/readyz").json()
    assert (body["status"], body["documents"], body["paragraphs"]) == ("ready", 2, 136)
    assert body["languages"] == {"en": 136, "zh": 136}
    assert body["generation"] == ask(client, WHEN)["index"]["generation"]
    assert body["model"] == ask(client, WHEN)["index"]["model"]
    assert client.get("/healthz").json()["status"] == "ok"


def test_the_schema_is_complete_and_the_first_page_leads_to_it(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/v1/answers", "/v1/search", "/v1/documents", "/v1/documents/{symbol}", "/v1/mandates",
        "/v1/timeline", "/v1/chat/completions", "/v1/responses", "/v1/models", "/v1/models/{model}",
        "/healthz", "/readyz", "/metrics",
    }  # fmt: skip
    assert client.get("/docs").status_code == 200
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert 'href="/docs"' in page.text


def test_a_digest_is_said_to_be_one_in_both_languages() -> None:
    assert DIGEST == {"en": "sample digest, not an official text", "zh": "样本摘要，非正式文本"}
