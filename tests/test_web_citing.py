"""Links between documents in a real browser: who refers to what, and what came later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Visitor, violations
from citing_examples import FILES, ingest
from playwright.sync_api import Browser, expect
from serving import running

from service.config import Settings


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(Settings(data=ingest(tmp_path_factory.mktemp("citing"), FILES))) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    with Visitor(browser, origin) as visitor:
        yield visitor


def test_a_reference_leads_to_the_paragraph_and_back(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202#I.1")
    row = page.locator("[id='I.1']")
    expect(row.locator(".cites").first).to_contain_text("Refers to: A/RES/63/218 (2(b)), 21/COP.12")
    row.get_by_role("link", name="A/RES/63/218, para. 2 (b)").click()
    page.wait_for_url("**/documents/A/RES/63/218#2(b)")
    target = page.locator("[id='2']")
    expect(target.locator(".line.target")).to_contain_text("To plant trees")
    # With the keyboard alone.
    target.get_by_text("Referred to in 1 paragraph").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(target.get_by_role("link", name="A/64/202, sect. I, para. 1")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/A/64/202#I.1")


def test_what_is_not_in_the_index_is_shown_as_that(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202#II.1")
    lines = page.locator("[id='II.1'] .cites")
    expect(lines.nth(1)).to_have_text("Not in this index: 5/COP.4, A/63/1/Add.1 (3)")
    expect(lines.nth(1).get_by_role("link")).to_have_attribute("href", "https://docs.un.org/en/A/63/1/Add.1")


def test_a_document_tells_who_refers_to_it_and_what_came_later(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202")
    heads = page.locator(".title-page")
    heads.get_by_text("Referred to in 1 paragraph of other documents").click()
    expect(heads.get_by_role("link", name="A/RES/63/218, para. 1")).to_be_visible()
    page = visitor.open("/documents/A/63/9")
    expect(page.locator(".title-page .caution")).to_have_text("Replaced: read instead A/63/9/Rev.1 (English)")
    expect(page.locator(".title-page .note")).to_have_text("Added to by A/63/9/Add.1 (English)")
    page.get_by_role("link", name="A/63/9/Rev.1").click()
    page.wait_for_url("**/documents/A/63/9/Rev.1")
    expect(page.locator(".title-page .note")).to_have_text("Replaces A/63/9 (English)")


def test_the_links_are_there_in_chinese_and_for_those_who_do_not_see_them(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202", locale="zh-CN")
    expect(page.locator("[id='I.1'] .cites").first).to_contain_text("提及: A/RES/63/218")
    expect(page.locator("[id='I.1']").get_by_text("有 1 段提及本段")).to_be_visible()
    assert violations(page) == []
    assert violations(visitor.open("/documents/A/63/9", color_scheme="dark"), "color-contrast") == []
