"""How the pages fit people and devices: assistive technology, small screens, dark rooms, paper, languages.

``RAPPORTEUR_SCREENSHOTS=FOLDER`` keeps a picture of every page that these tests open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import Visitor, violations
from playwright.sync_api import Browser, Page, expect
from serving import running

from service.config import Settings

WHEN = f"/?{urlencode({'q': 'When was the Global Symposium on Soil Organic Carbon held?'})}"
NOWHERE = f"/?{urlencode({'q': '1998年世界杯足球赛谁赢了？'})}"
PAGES = {
    "home": ("/", ".holdings a"),
    "answer": (WHEN, ".citation"),
    "not-found": (NOWHERE, ".not-found"),
    "reader": ("/documents/ICCD/COP(13)/CST/5#36(c)", ".para.target"),
    "documents": ("/documents", ".documents li"),
    "mandates": ("/mandates?actor=CST", ".records tbody tr"),
    "timeline": ("/timeline?from=2015", ".chart a.fact"),
}


@pytest.fixture(scope="module")
def origin(sample_data: Path) -> Iterator[str]:
    with running(Settings(data=sample_data)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    with Visitor(browser, origin) as visitor:
        yield visitor


def opened(visitor: Visitor, name: str, **profile: Any) -> Page:
    path, sign = PAGES[name]
    page = visitor.open(path, **profile)
    expect(page.locator(sign).first).to_be_visible()
    return page


def kept(page: Page, name: str) -> None:
    if folder := os.environ.get("RAPPORTEUR_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out_and_fits_its_screen(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name)
    kept(page, name)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    kept(page, f"{name}-dark")
    assert violations(page, "color-contrast") == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(100)
    kept(page, f"{name}-phone")
    assert violations(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ["answer", "timeline"])
def test_a_page_in_chinese_keeps_nobody_out(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name, locale="zh-CN")
    kept(page, f"{name}-chinese")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("locale", "said"), [("zh-CN", "提问"), ("zh-TW", "提问"), ("en-US", "Ask"), ("fr-FR", "Ask")]
)
def test_the_interface_speaks_the_language_of_the_browser(visitor: Visitor, locale: str, said: str) -> None:
    page = opened(visitor, "home", locale=locale)
    expect(page.get_by_role("button", name=said, exact=True)).to_be_visible()


def test_the_language_can_be_switched_and_stays_so(visitor: Visitor) -> None:
    page = opened(visitor, "home")
    page.locator("#switch").click()
    expect(page.get_by_role("button", name="提问", exact=True)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.goto(f"{visitor.origin}/timeline")
    expect(page.get_by_role("heading", level=1)).to_have_text("时间线")
    page.locator("#switch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timeline")


def test_colours_follow_the_device_until_somebody_chooses(visitor: Visitor) -> None:
    def ground(page: Page) -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    light = ground(opened(visitor, "home"))
    page = opened(visitor, "home", color_scheme="dark")
    dark = ground(page)
    assert light != dark
    page.get_by_role("button", name="Colours").click()
    assert ground(page) == light
    page.reload()
    assert ground(page) == light
    page.get_by_role("button", name="Colours").click()
    assert ground(page) == dark


def test_on_paper_there_is_the_answer_and_no_buttons(visitor: Visitor) -> None:
    page = opened(visitor, "answer", color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".short")).to_be_visible()
    expect(page.locator(".citation mark.quote")).to_be_visible()
    for hidden in (".masthead", ".actions", ".colophon", ".scope"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_screen_reader_is_told_the_answer(visitor: Visitor) -> None:
    page = opened(visitor, "answer")
    expect(page.locator("main > [role=status]")).to_contain_text("Answer: 21–23 March 2017")
    expect(page.locator("main > [role=status]")).to_contain_text("ICCD/COP(13)/CST/5, para. 15")


def test_the_reference_for_programs_works_without_a_network(visitor: Visitor) -> None:
    page = visitor.open("/docs")
    expect(page.get_by_text("/v1/answers").first).to_be_visible()
    page.locator("#operations-answers-answer_v1_answers_post, .opblock-post").first.click()
    expect(page.get_by_role("button", name="Try it out").first).to_be_visible()
