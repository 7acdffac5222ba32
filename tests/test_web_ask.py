"""The page that asks, in a real browser on the real service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import Visitor
from playwright.sync_api import Browser, Page, expect
from serving import running

from service.config import Settings

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"
NOWHERE = "Who won the football world cup in 1998?"


@pytest.fixture(scope="module")
def origin(sample_data: Path) -> Iterator[str]:
    with running(Settings(data=sample_data)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[Visitor]:
    with Visitor(browser, origin) as visitor:
        yield visitor


def asked(question: str, **more: str) -> str:
    return f"/?{urlencode({'q': question} | more)}"


def test_a_question_is_answered_with_its_sentence_marked_in_the_paragraph(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(WHEN)
    page.keyboard.press("Enter")
    expect(page.locator(".short")).to_contain_text("21–23 March 2017")
    expect(page.locator(".value")).to_have_text("Date 2017-03-21/2017-03-23")
    citation = page.locator(".citation").first
    expect(citation.get_by_role("heading")).to_have_text("ICCD/COP(13)/CST/5, para. 15")
    expect(citation.locator("mark.quote")).to_contain_text("21 to 23 March 2017")
    expect(citation.locator(".badge")).to_have_text("sample digest, not an official text")
    expect(citation.locator(".version")).to_have_count(2)
    expect(citation.locator(".version[lang='zh-Hans']")).to_contain_text("2017年3月21日至23日")
    expect(page.locator(".confidence")).to_have_text(re.compile(r"ikely right \(\d\d%\)"))
    assert page.title() == f"{WHEN} · rapporteur"


def test_the_whole_question_is_seen_when_the_window_becomes_narrow(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN))
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function("(box => box.clientHeight > 50 && box.scrollHeight <= box.clientHeight)(question)")


def test_a_chinese_question_is_answered_in_chinese(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN_ZH), locale="zh-CN")
    expect(page.locator(".short")).to_contain_text("2017年3月21日至23日")
    assert page.locator(".short").get_attribute("lang") == "zh-Hans"
    expect(page.locator(".citation").first.get_by_role("heading")).to_have_text("ICCD/COP(13)/CST/5，第15段")
    expect(page.locator(".citation .badge").first).to_have_text("样本摘要，非正式文本")
    expect(page.locator("nav")).to_contain_text("时间线")


def test_the_quote_is_verbatim_and_the_whole_paragraph_stands_around_it(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN))
    citation = page.locator(".citation").first
    expect(citation).to_be_visible()
    served = page.request.post(f"{visitor.origin}/v1/answers", data={"question": WHEN}).json()["citations"][0]
    assert citation.locator("mark.quote").text_content() == served["quote"]
    assert citation.locator(".version[lang=en] blockquote").text_content() == served["text"]
    assert (
        citation.locator(".version[lang=zh-Hans] blockquote").text_content() == served["translations"]["zh"]
    )


def test_what_is_not_in_the_documents_is_said_and_the_nearest_are_no_answer(visitor: Visitor) -> None:
    page = visitor.open(asked(NOWHERE))
    expect(page.locator(".short")).to_have_text("Not in the documents.")
    expect(page.locator(".reason")).to_contain_text("nothing was made up")
    expect(page.locator(".citation")).to_have_count(0)
    expect(page.locator(".related h3")).to_contain_text("not an answer")
    assert page.locator(".related li").count() > 0


def test_a_document_that_is_not_in_the_index_is_named(visitor: Visitor) -> None:
    page = visitor.open(asked("What does A/99/999 say about soil?"))
    expect(page.locator(".reason")).to_contain_text("not in this index")
    expect(page.locator(".caution")).to_contain_text("A/99/999")


def test_the_answer_can_be_asked_for_in_the_other_language_and_within_a_document(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN))
    expect(page.locator(".short")).to_contain_text("2017")
    page.get_by_label("Answer in").select_option("zh")
    expect(page.locator(".short")).to_contain_text("2017年3月21日至23日")
    page.get_by_label("Search in").select_option("A/64/202")
    expect(page.locator(".short")).not_to_contain_text("2017年3月21日至23日")
    assert "lang=zh" in page.url
    assert "doc=A%2F64%2F202" in page.url
    page.go_back()
    expect(page.locator(".short")).to_contain_text("2017年3月21日至23日")


def test_every_example_on_the_first_page_is_answered_rightly(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(page.locator(".examples a").first).to_be_visible()
    answers = {}
    for question in page.locator(".examples a").all_text_contents():
        served = page.request.post(f"{visitor.origin}/v1/answers", data={"question": question}).json()
        answers[question] = served["answer"] and served["answer"]["text"]
    expected = ["21–23 March 2017", "名古屋", "Istanbul", "2017年3月21日至23日"]
    for (question, answer), fact in zip(answers.items(), expected, strict=True):
        assert fact in (answer or ""), question


def test_a_permalink_asks_again_and_recent_questions_are_kept(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN, lang="zh"))
    expect(page.locator(".short")).to_contain_text("2017年3月21日至23日")
    expect(page.get_by_label("Answer in")).to_have_value("zh")
    page.goto(f"{visitor.origin}/")
    recent = page.locator(".recent a")
    expect(recent).to_have_text(WHEN)
    recent.click()
    expect(page.locator(".short")).to_contain_text("2017年3月21日至23日")
    page.goto(f"{visitor.origin}/")
    page.get_by_role("button", name="Forget them").click()
    expect(page.locator(".recent")).to_have_count(0)


def test_citations_are_copied_as_editors_write_them_in_both_languages(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the citation in English").first.click()
    assert copied(page) == "ICCD/COP(13)/CST/5, para. 15"
    expect(page.locator(".notice")).to_contain_text("ICCD/COP(13)/CST/5, para. 15")
    page.get_by_role("button", name="Copy the citation in 中文").first.click()
    assert copied(page) == "ICCD/COP(13)/CST/5，第15段"
    page.get_by_role("button", name="Copy the quote of citation 1").click()
    assert copied(page).startswith("“The Global Symposium")
    assert copied(page).endswith("(ICCD/COP(13)/CST/5, para. 15; sample digest, not an official text)")
    page.locator(".citation").get_by_role("button", name="Copy link").first.click()
    assert copied(page) == f"{visitor.origin}/documents/ICCD/COP(13)/CST/5#15"


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_everything_is_reached_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(page.locator(".examples a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your question")).not_to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(WHEN)
    page.keyboard.press("Enter")
    expect(page.locator(".citation").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#citation-1")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/documents/ICCD/COP\(13\)/CST/5\?mark=en:0-\d+#15$"))
    expect(page.locator(".para.target mark.quote")).to_contain_text("21 to 23 March 2017")


def test_no_frame_is_drawn_between_a_response_and_its_answer(visitor: Visitor) -> None:
    page = visitor.open(asked(WHEN))
    page.locator(".short").wait_for()
    page.evaluate(
        "frames = []; (function next() { frames.push(performance.now()); requestAnimationFrame(next); })()"
    )
    page.evaluate("performance.clearMeasures(); document.querySelector('.result').replaceChildren()")
    page.get_by_role("button", name="Ask").click()
    page.locator(".short").wait_for()
    [[begun, done]] = page.evaluate(
        "performance.getEntriesByName('answer-shown').map((e) => [e.startTime, e.startTime + e.duration])"
    )
    frames = page.evaluate("frames")
    assert min(frames) < begun < done
    assert not [frame for frame in frames if begun < frame < done]


def test_a_refusal_is_told_in_the_words_of_the_service(visitor: Visitor) -> None:
    page = visitor.open(asked("soil \x07 bell"), expected="422")
    expect(page.get_by_role("alert")).to_contain_text("control character U+0007")


def test_a_service_that_does_not_answer_is_told_and_asked_again(browser: Browser, sample_data: Path) -> None:
    with running(Settings(data=sample_data)) as client:
        visitor = Visitor(browser, str(client.base_url).rstrip("/"))
        visitor.__enter__()
        page = visitor.open("/", expected="ERR_CONNECTION_REFUSED")
        expect(page.locator(".examples")).to_be_visible()
    page.get_by_label("Your question").fill(WHEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The service did not answer")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    visitor.__exit__(None)


def test_without_an_index_the_page_says_so(browser: Browser, tmp_path: Path) -> None:
    with (
        running(Settings(data=tmp_path)) as client,
        Visitor(browser, str(client.base_url).rstrip("/")) as visitor,
    ):
        page = visitor.open("/", expected="503")
        expect(page.get_by_role("alert")).to_contain_text("no index to answer from")
        expect(page.get_by_role("alert")).to_contain_text("rapporteur ingest")
