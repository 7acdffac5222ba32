"""The document reader in a real browser: two languages, deep links, search, and text that is only text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Visitor
from playwright.sync_api import Browser, Page, expect
from serving import running

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import read_corpus
from service.config import Settings

HOSTILE = {
    1: 'The lighthouse keeper wrote <script>window.fallen = "script"</script> on 4 May 2011.',
    2: 'The second keeper drew <img src=x onerror="window.fallen = 1"> and <b>bold</b> in the log.',
    3: "The third keeper linked [the log](javascript:alert(1)) and **emphasis** with `code` in the log.",
    4: "The fourth keeper counted \u202e321\u202c lamps, \u200fand then \u2067went\u2069 home.",
    5: "The fifth keeper ended </textarea></style><svg/onload=window.fallen=1> with {{braces}} and &amp;.",
}


@pytest.fixture(scope="module")
def origin(sample_data: Path) -> Iterator[str]:
    with running(Settings(data=sample_data)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    with Visitor(browser, origin) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on a document that tries to be more than text; one paragraph has no Chinese."""
    folder = tmp_path_factory.mktemp("hostile")
    for language, paragraphs in (("en", HOSTILE), ("zh", {1: "灯塔看守人于2011年5月4日写下<script>。"})):
        lines = [f"{number}. {text}\n" for number, text in paragraphs.items()]
        (folder / f"X_1_2.{language}.txt").write_text("".join(lines), encoding="utf-8")
    build_generation(folder / "data", read_corpus([folder]).documents, load_encoder())
    with running(Settings(data=folder / "data")) as client:
        yield str(client.base_url).rstrip("/")


def in_view(page: Page, selector: str) -> bool:
    seen: bool = page.locator(selector).first.evaluate(
        "(e) => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; }"
    )
    return seen


def test_a_deep_link_opens_the_document_at_its_paragraph_and_marks_it(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202#II.35")
    target = page.locator(".para.target")
    expect(target).to_have_attribute("id", "II.35")
    expect(target).to_be_focused()
    page.wait_for_timeout(300)
    assert in_view(page, ".para.target .number")
    expect(target.locator(".version")).to_have_count(2)
    expect(target.locator("[lang=zh-Hans] .text")).to_contain_text("2009年9月21日")
    assert page.title() == "A/64/202 · rapporteur"


def test_a_deep_link_to_an_item_marks_the_item_in_both_languages(visitor: Visitor) -> None:
    page = visitor.open("/documents/ICCD/COP(13)/CST/5#36(c)")
    items = page.locator(".line.target")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("(c) Recommendation 3")
    assert page.locator(".para.target").get_attribute("id") == "36"
    page.evaluate("location.hash = '#15'")
    expect(page.locator(".para.target")).to_have_attribute("id", "15")
    expect(page.locator(".line.target")).to_have_count(0)


def test_a_paragraph_that_is_not_there_is_told(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202#IX.99")
    expect(page.locator(".caution")).to_contain_text("no paragraph IX.99")
    expect(page.locator(".para").first).to_be_visible()


def test_a_document_that_is_not_there_is_told(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/99/999", expected="404")
    expect(page.get_by_role("heading", level=1)).to_have_text("This document is not in the index.")
    expect(page.locator(".reason")).to_have_text("A/99/999")


def test_paragraphs_stand_beside_their_translation_with_headings_footnotes_and_outline(
    visitor: Visitor,
) -> None:
    page = visitor.open("/documents/ICCD/COP(13)/CST/5")
    expect(page.locator(".para")).to_have_count(37)
    row = page.locator("[id='18']")
    boxes = [version.bounding_box() for version in row.locator(".version").all()]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 4
    assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
    expect(row.locator(".footnote")).to_have_count(2)
    expect(row.locator(".footnote").first).to_contain_text("FAO website")
    heading = page.get_by_role("heading", name="IV. Conclusions and recommendations")
    expect(heading).to_contain_text("四. 结论与建议")
    page.locator(".outline").get_by_role("link", name="IV. Conclusions and recommendations").click()
    expect(page.locator(".para.target")).to_have_attribute("id", "36")


def test_one_language_can_be_shown_alone_and_that_is_remembered(visitor: Visitor) -> None:
    page = visitor.open("/documents/A/64/202#I.1")
    page.locator(".views").get_by_role("button", name="中文").click()
    expect(page.locator("[id='I.1'] [lang=en]")).to_be_hidden()
    expect(page.locator("[id='I.1'] [lang=zh-Hans]")).to_be_visible()
    page.reload()
    expect(page.locator("[id='I.1'] [lang=zh-Hans]")).to_be_visible()
    expect(page.locator("[id='I.1'] [lang=en]")).to_be_hidden()


def test_search_within_counts_marks_and_steps_through_the_matches(visitor: Visitor) -> None:
    page = visitor.open("/documents/ICCD/COP(13)/CST/5")
    expect(page.locator(".para").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("land degradation NEUTRALITY")
    found = page.locator("mark.found")
    expect(found.first).to_have_text(re.compile("^land degradation neutrality$", re.IGNORECASE))
    total = found.count()
    assert found.first.evaluate("(mark) => getComputedStyle(mark).display") == "inline"
    assert total > 1
    assert {text.lower() for text in found.all_text_contents()} == {"land degradation neutrality"}
    expect(page.locator(".finding .count")).to_have_text(f"1 of {total}")
    page.keyboard.press("Enter")
    expect(page.locator(".finding .count")).to_have_text(f"2 of {total}")
    page.wait_for_timeout(200)
    assert in_view(page, "mark.current")
    page.get_by_label("Search in this document").fill("(c) [.*")
    expect(page.locator(".finding .count")).to_have_text("no match")
    page.keyboard.press("Escape")
    expect(page.locator("mark.found")).to_have_count(0)


def test_what_a_document_says_is_shown_as_text_whatever_it_is(browser: Browser, hostile: str) -> None:
    with Visitor(browser, hostile) as visitor:
        page = visitor.open("/documents/X/1/2#2")
        expect(page.locator(".para")).to_have_count(5)
        for number, text in HOSTILE.items():
            assert page.locator(f"[id='{number}'] [lang=en] .text").text_content() == text
        assert page.locator("main script, main img, main svg, main b").count() == 0
        assert page.evaluate("window.fallen") is None
        expect(page.locator("[id='2'] .absent")).to_contain_text("no 中文 version")


def test_what_a_question_and_an_answer_say_is_shown_as_text(browser: Browser, hostile: str) -> None:
    with Visitor(browser, hostile) as visitor:
        for question in (
            "What did the second keeper draw in the log?",
            "How many lamps did the fourth keeper count?",
            "When did the keeper write <script>window.fallen = 1</script>?",
        ):
            page = visitor.open("/")
            page.get_by_label("Your question").fill(question)
            page.keyboard.press("Enter")
            expect(page.locator(".answer")).to_be_visible()
            assert page.locator("main script, main img, main svg, main b").count() == 0
            assert page.evaluate("window.fallen") is None


def test_a_direction_mark_turns_nothing_round_and_is_shown(browser: Browser, hostile: str) -> None:
    with Visitor(browser, hostile) as visitor:
        page = visitor.open("/documents/X/1/2#4")
        text = page.locator("[id='4'] [lang=en] .text")
        expect(text.locator("bdi.control[data-code='U+202E']")).to_have_count(1)
        # The digits after the override run from left to right, as they stand.
        order = text.evaluate(
            """(element) => {
              const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf("321");
                if (at < 0) continue;
                return [0, 1, 2].map((step) => {
                  const range = document.createRange();
                  range.setStart(node, at + step);
                  range.setEnd(node, at + step + 1);
                  return range.getBoundingClientRect().left;
                });
              }
            }"""
        )
        assert order == sorted(order)


def test_documents_are_listed_filtered_and_lead_to_the_reader(visitor: Visitor) -> None:
    page = visitor.open("/documents")
    expect(page.locator(".documents li")).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("cst/5")
    expect(page.locator(".documents li")).to_have_count(1)
    page.get_by_role("link", name="ICCD/COP(13)/CST/5").click()
    page.wait_for_url(re.compile(r"/documents/ICCD/COP\(13\)/CST/5$"))
    expect(page.locator(".para").first).to_be_visible()
