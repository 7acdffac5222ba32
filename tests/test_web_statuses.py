"""Every status, kind and gap that an answer may have, shown by the page.

The responses are made up here and served over HTTP: not all of them can be had from a small index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import Visitor, violations
from fastapi import Body, FastAPI, Request
from playwright.sync_api import Browser, Page, expect
from serving import serving

from service.routes import home
from service.web.site import Site


def citation(index: int, text: str, quote: str, **more: Any) -> dict[str, Any]:
    start = text.index(quote)
    return {
        "index": index,
        "id": f"X/1/2#{index}",
        "symbol": "X/1/2",
        "part": None,
        "paragraph": str(index),
        "item": None,
        "label": {"en": f"X/1/2, para. {index}", "zh": f"X/1/2，第{index}段"},
        "section": ["I. Lights"],
        "language": "en",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "text": text,
        "translations": {},
        "edition": "official",
        "url": f"/documents/X/1/2#{index}",
        "score": 0.8,
    } | more


def response(status: str = "answered", **more: Any) -> dict[str, Any]:
    return {
        "id": "ans_1",
        "question": "?",
        "language": "en",
        "status": status,
        "reason": None,
        "answer": {"text": "4 May 2011 [1]", "kind": "date", "value": "2011-05-04", "confidence": 0.95},
        "citations": [citation(1, "The board met on 4 May 2011 in Tallinn.", "on 4 May 2011")],
        "related": [],
        "unknown_documents": [],
        "index": {"generation": "g", "model": "m"},
        "timing_ms": {"retrieve": 1.0, "answer": 1.0, "total": 2.0},
    } | more


def short(text: str, kind: str, value: object, confidence: float = 0.8) -> dict[str, Any]:
    return {"text": text, "kind": kind, "value": value, "confidence": confidence}


TWO = [
    citation(1, "The board met on 4 May 2011 in Tallinn.", "on 4 May 2011"),
    citation(2, "The meeting of 5 May 2011 was the first.", "5 May 2011", edition="digest"),
]
RESPONSES: dict[str, dict[str, Any]] = {
    "date": response(),
    "number": response(answer=short("58 billion dollars [1]", "number", 58000000000)),
    "share": response(answer=short("2 per cent [1]", "number", 0.000012)),
    "decision": response(answer=short("decision 21/COP.12 [1]", "decision", "21/COP.12")),
    "body": response(answer=short("the harbour board [1]", "body", "harbour board")),
    "place": response(answer=short("Tallinn [1]", "place", None)),
    "list": response(answer=short("Tallinn [1]\nHelsinki [2]", "list", None), citations=TWO),
    "new kind": response(answer=short("something [1]", "something", "x")),
    "partial": response("partial", answer=short("4 May 2011 [1]", "date", "2011-05-04", 0.5)),
    "conflicting": response(
        "conflicting", answer=short("4 May 2011 [1] or 5 May 2011 [2]", "date", None, 0.2), citations=TWO
    ),
    "chinese only": response(
        citations=[citation(1, "理事会于2011年5月4日在塔林开会。", "2011年5月4日", language="zh")]
    ),
    "beyond the plane": response(
        citations=[citation(1, "𝔖𝔖 met on 𠮷 day 4 May 2011 𝔖.", "on 𠮷 day 4 May 2011")]
    ),
    "hostile": response(
        answer=short("<img src=x onerror=alert(1)> [1] [7]", "text", None),
        citations=[
            citation(
                1,
                "a <script>alert(1)</script> b",
                "<script>alert(1)</script>",
                label={"en": "<b>X</b>", "zh": "<b>X</b>"},
                url="javascript:alert(1)",
                section=["<i>s</i>"],
            )
        ],
        notes=[{"code": "language_model", "message": "the language model <b>did not answer</b>"}],
    ),
    "elsewhere": response(citations=[citation(1, "on 4 May 2011", "4 May", url="//example.org/#1")]),
    "nothing near": response("not_found", reason="not_a_question", answer=None, citations=[]),
    "unheard of": response("not_found", reason="some_new_reason", answer=None, citations=[]),
}


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    app = FastAPI()
    app.state.site = Site()
    app.include_router(home.router)

    @app.get("/v1/documents")
    def documents() -> dict[str, Any]:
        return {"documents": [], "total": 0, "offset": 0, "limit": 500, "next": None}

    @app.post("/v1/answers")
    def answers(question: str = Body(embed=True), language: str = Body(embed=True)) -> dict[str, Any]:
        return RESPONSES[question] | {"question": question}

    @app.get("/v1/timeline")
    def timeline(request: Request) -> dict[str, Any]:
        month = request.query_params.get("from", "")
        facts = [f for f in map(fact, range(3000)) if f["value"].startswith(month)]
        return {"facts": sorted(facts, key=lambda f: f["value"]), "total": len(facts)}

    with serving(app) as client:
        yield str(client.base_url).rstrip("/")


def fact(number: int) -> dict[str, Any]:
    """One of very many dated facts, some days after the one before it."""
    day = f"20{10 + number % 8:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    text = f"The board met on {day}."
    return {
        "record": f"dat_{number}",
        "value": day,
        "first": day,
        "last": day,
        "date": {"en": day, "zh": day},
        "date_start": text.index(day),
        "date_end": text.index(day) + len(day),
        "quote": text,
        "translations": {},
    } | {name: citation(1, text, text)[name] for name in (
        "id", "label", "symbol", "language", "start", "end", "text", "edition", "url",
    )}  # fmt: skip


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    with Visitor(browser, origin) as visitor:
        yield visitor


def opened(visitor: Visitor, name: str, **profile: Any) -> Page:
    page = visitor.open(f"/?{urlencode({'q': name})}", **profile)
    expect(page.locator(".answer")).to_be_visible()
    return page


def test_every_kind_shows_its_answer_and_its_value(visitor: Visitor) -> None:
    page = visitor.open("/")
    shown = {}
    for name in ("date", "number", "share", "decision", "body", "place", "list", "new kind"):
        page.get_by_label("Your question").fill(name)
        page.keyboard.press("Enter")
        expect(page).to_have_title(f"{name} · rapporteur")
        expect(page.locator("#result")).not_to_have_attribute("aria-busy", "true")
        expect(page.locator(".citation").first).to_be_visible()
        value = page.locator(".value")
        shown[name] = value.text_content() if value.count() else None
    assert shown == {
        "date": "Date 2011-05-04",
        "number": "Number 58,000,000,000",
        "share": "Number 0.000012",
        "decision": "Decision 21/COP.12",
        "body": "Body harbour board",
        "place": None,
        "list": None,
        "new kind": None,
    }


def test_marks_lead_to_their_citations_and_a_mark_without_one_stays_text(visitor: Visitor) -> None:
    page = opened(visitor, "conflicting")
    page.get_by_role("link", name="Citation 2").click()
    expect(page.locator("#citation-2")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#citation-1")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#citation-2")).to_be_focused()
    assert "[7]" in (opened(visitor, "hostile").locator(".short").text_content() or "")


def test_a_part_of_the_answer_is_said_to_be_one(visitor: Visitor) -> None:
    page = opened(visitor, "partial")
    expect(page.locator(".state")).to_have_text("Part of the answer")
    expect(page.locator(".caution")).to_contain_text("only part of what was asked")
    expect(page.locator(".confidence")).to_contain_text("About as likely right as not (50%)")


def test_paragraphs_that_disagree_are_all_shown_and_said_to(visitor: Visitor) -> None:
    page = opened(visitor, "conflicting")
    expect(page.locator(".state")).to_have_text("The paragraphs disagree")
    expect(page.locator(".citation")).to_have_count(2)
    expect(page.locator(".citation .badge.digest")).to_have_count(1)
    expect(page.locator(".confidence")).to_contain_text("Unlikely to be right (20%)")


def test_a_missing_version_is_marked(visitor: Visitor) -> None:
    page = opened(visitor, "chinese only")
    expect(page.locator(".badge.missing")).to_have_text("no English version in this index")
    expect(page.locator(".version")).to_have_count(1)
    expect(page.locator(".version blockquote")).to_have_text("理事会于2011年5月4日在塔林开会。")
    page = opened(visitor, "date", locale="zh-CN")
    expect(page.locator(".badge.missing")).to_have_text("索引中没有中文文本")


def test_offsets_count_code_points(visitor: Visitor) -> None:
    page = opened(visitor, "beyond the plane")
    assert page.locator("mark.quote").text_content() == "on 𠮷 day 4 May 2011"


def test_nothing_in_a_response_becomes_markup_or_leads_elsewhere(visitor: Visitor) -> None:
    page = opened(visitor, "hostile")
    assert page.locator("main img, main script, main b, main i").count() == 0
    expect(page.locator("mark.quote")).to_have_text("<script>alert(1)</script>")
    expect(page.locator(".caution")).to_have_text("the language model <b>did not answer</b>")
    for name in ("hostile", "elsewhere"):
        addresses = (
            opened(visitor, name).locator("main a[href]").evaluate_all("(all) => all.map((a) => a.href)")
        )
        allowed = (visitor.origin, "https://docs.un.org/")
        assert [address for address in addresses if not address.startswith(allowed)] == []


def test_a_reason_is_always_given(visitor: Visitor) -> None:
    expect(opened(visitor, "nothing near").locator(".reason")).to_contain_text("does not ask anything")
    expect(opened(visitor, "unheard of").locator(".reason")).to_contain_text("No paragraph in this index")


@pytest.mark.parametrize("name", ["conflicting", "nothing near"])
def test_none_of_them_keeps_assistive_technology_out(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []


def test_very_many_facts_are_drawn_by_the_month_and_looked_into(visitor: Visitor) -> None:
    page = visitor.open("/timeline")
    expect(page.locator(".chart figcaption")).to_contain_text("Each bar is a month")
    bars = page.locator(".chart a.fact")
    assert 0 < bars.count() <= 96
    expect(page.locator(".years li")).to_have_count(1000)
    expect(page.locator(".hint").last).to_contain_text("Only the first 1,000 of 3,000 are shown")
    bars.first.focus()
    expect(page.locator(".tip")).to_contain_text("dated facts")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".chart figcaption")).to_contain_text("Dots are days")
    assert page.locator(".chart a.fact").count() == page.locator(".years li").count() < 1000
