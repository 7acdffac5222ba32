"""Mandates as a table and dated facts as a chart, in a real browser."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import Visitor
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from serving import running

from service.config import Settings


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


@pytest.fixture
def visitor(browser: Browser, client: httpx.Client) -> Iterator[Visitor]:
    with Visitor(browser, str(client.base_url).rstrip("/")) as visitor:
        yield visitor


def column(page: Page, key: str) -> list[str]:
    return [text.strip() for text in page.locator(f"td.{key}").all_text_contents()]


def test_mandates_are_filtered_as_the_interface_filters_them_and_the_address_keeps_it(
    visitor: Visitor, client: httpx.Client
) -> None:
    total = client.get("/v1/mandates").json()["total"]
    fewer = client.get("/v1/mandates", params={"actor": "CST"}).json()["total"]
    assert 0 < fewer < total
    page = visitor.open("/mandates")
    expect(page.locator(".count")).to_have_text(f"{total} mandates")
    page.get_by_label("Who asks").fill("CST")
    expect(page.locator(".count")).to_have_text(f"{fewer} mandates")
    expect(page.locator(".records tbody tr")).to_have_count(fewer)
    assert page.url.endswith("/mandates?actor=CST")
    page.reload()
    expect(page.get_by_label("Who asks")).to_have_value("CST")
    expect(page.locator(".records tbody tr")).to_have_count(fewer)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".count")).to_have_text(f"{total} mandates")


def test_mandates_are_sorted_by_any_column_in_both_directions(visitor: Visitor) -> None:
    page = visitor.open("/mandates")
    expect(page.locator("th.where")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="By when").click()
    expect(page.locator("th.when")).to_have_attribute("aria-sort", "ascending")
    decisions = page.get_by_role("button", name="Decision")
    decisions.click()
    up = [text for text in column(page, "decision") if text]
    assert column(page, "decision")[: len(up)] == up
    decisions.click()
    expect(page.locator("th.decision")).to_have_attribute("aria-sort", "descending")
    down = [text for text in column(page, "decision") if text]
    assert down[0] == up[-1]
    assert sorted(down) == sorted(up)


def test_a_filter_that_does_not_fit_is_told_and_what_was_found_stays(visitor: Visitor) -> None:
    page = visitor.open("/mandates", expected="422")
    expect(page.locator(".records tbody tr").first).to_be_visible()
    shown = page.locator(".records tbody tr").count()
    page.get_by_label("Decision").first.fill("nonsense")
    expect(page.get_by_role("alert")).to_contain_text("expected a decision or resolution")
    expect(page.locator(".records tbody tr")).to_have_count(shown)


def test_a_row_leads_to_its_paragraph_with_the_quote_marked(visitor: Visitor) -> None:
    page = visitor.open("/mandates?documents=ICCD/COP(13)/CST/5")
    page.locator("td.where a").first.click()
    page.wait_for_url(re.compile(r"/documents/ICCD/COP\(13\)/CST/5\?mark=(en|zh):"))
    expect(page.locator(".para.target mark.quote")).to_be_visible()


def test_what_is_filtered_is_what_is_exported(visitor: Visitor, client: httpx.Client) -> None:
    page = visitor.open("/mandates?actor=CST")
    expect(page.locator(".records tbody tr").first).to_be_visible()
    rows = page.locator(".records tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "mandates.csv"
    served = client.get("/v1/mandates", params={"actor": "CST", "format": "csv"}).content
    assert Path(download.value.path()).read_bytes() == served
    assert len(client.get("/v1/mandates", params={"actor": "CST"}).json()["mandates"]) == rows


def test_the_timeline_draws_every_fact_with_a_year_and_lists_all(
    visitor: Visitor, client: httpx.Client
) -> None:
    facts = client.get("/v1/timeline", params={"limit": 5000}).json()["facts"]
    dated = [fact for fact in facts if fact["first"]]
    page = visitor.open("/timeline")
    expect(page.locator(".chart a.fact")).to_have_count(len(dated))
    expect(page.locator(".years li")).to_have_count(len(facts))
    expect(page.locator(".years h2").last).to_have_text("Without a year")
    places = page.locator(".chart a.fact rect:last-child").evaluate_all(
        "(all) => all.map((r) => [r.getBBox().x, r.getBBox().x + r.getBBox().width])"
    )
    width = page.locator(".chart svg").evaluate("(s) => s.getBoundingClientRect().width")
    assert all(0 <= left < right <= width + 1 for left, right in places)


def test_marks_that_stand_in_one_lane_do_not_cover_each_other(visitor: Visitor) -> None:
    page = visitor.open("/timeline")
    expect(page.locator(".chart a.fact").first).to_be_visible()
    boxes = page.locator(".chart a.fact rect:last-child").evaluate_all(
        "(all) => all.map((r) => { const b = r.getBBox(); return [b.y, b.x, b.x + b.width]; })"
    )
    lanes: dict[float, list[tuple[float, float]]] = {}
    for y, left, right in boxes:
        lanes.setdefault(round(y, 1), []).append((left, right))
    for marks in lanes.values():
        marks.sort()
        assert all(one[1] <= other[0] + 0.5 for one, other in itertools.pairwise(marks))


def test_a_year_is_looked_into_and_all_years_come_back(visitor: Visitor, client: httpx.Client) -> None:
    page = visitor.open("/timeline")
    page.get_by_role("link", name="Only 2009").click()
    expect(page.locator("input[name=from]")).to_have_value("2009")
    total = client.get("/v1/timeline", params={"from": "2009", "to": "2009"}).json()["total"]
    expect(page.locator(".count")).to_have_text(f"{total} dated facts")
    assert page.url.endswith("/timeline?from=2009&to=2009")
    page.get_by_role("button", name="All years").click()
    expect(page.locator("input[name=from]")).to_have_value("")


def test_the_chart_is_one_stop_on_the_keyboard_and_arrows_go_through_it(visitor: Visitor) -> None:
    page = visitor.open("/timeline?from=2017&to=2017")
    expect(page.locator(".chart a.fact").first).to_be_visible()
    assert page.locator(".chart a.fact[tabindex='0']").count() == 1
    page.locator(".chart a.fact[tabindex='0']").focus()
    expect(page.locator(".tip")).to_be_visible()
    first = page.locator(".tip").text_content()
    page.keyboard.press("End")
    expect(page.locator(".chart a.fact").last).to_be_focused()
    assert page.locator(".tip").text_content() != first
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/documents/.+\?mark=(en|zh):\d+-\d+#"))
    expect(page.locator(".para.target mark.quote")).to_be_visible()


def test_the_timeline_is_exported_as_a_calendar(visitor: Visitor, client: httpx.Client) -> None:
    page = visitor.open("/timeline?from=2017&to=2017")
    expect(page.locator(".years li").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="iCalendar").click()
    assert download.value.suggested_filename == "timeline.ics"
    calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
    assert len(calendar.walk("VEVENT")) == page.locator(".years li").count()


def test_in_chinese_the_table_says_what_the_chinese_text_says(visitor: Visitor) -> None:
    page = visitor.open("/mandates", locale="zh-CN")
    expect(page.locator("td.who").first).to_have_text("大会")
    expect(page.locator(".count")).to_have_text(re.compile(r"^\d+ 项$"))
    expect(page.locator("th.what")).to_contain_text("任务")
