"""An answer as a message: marks, references, annotations; text of documents stays text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from service.chat.completions import Completion, pieces
from service.chat.rendering import render
from service.chat.tokens import cut, token_count
from service.schemas import AnswerResponse

BASE = "http://127.0.0.1:8000"


def response(
    text: str | None, quote: str = "The meeting took place in 2017.", **fields: Any
) -> AnswerResponse:
    citation = {
        "index": 1,
        "id": "A/64/202#II.35",
        "symbol": "A/64/202",
        "part": "II",
        "paragraph": "35",
        "item": None,
        "label": {"en": "A/64/202, sect. II, para. 35", "zh": "A/64/202，第二节，第35段"},
        "section": [],
        "language": "en",
        "quote": quote,
        "start": 0,
        "end": len(quote),
        "text": quote,
        "translations": {},
        "edition": "official",
        "url": "/documents/A/64/202#II.35",
        "score": 0.9,
    }
    return AnswerResponse.model_validate(
        {
            "id": "ans_0",
            "question": "When?",
            "language": "en",
            "status": "not_found" if text is None else "answered",
            "reason": "no_evidence" if text is None else None,
            "answer": None
            if text is None
            else {"text": text, "kind": "date", "value": "2017", "confidence": 0.9},
            "citations": [] if text is None else [citation],
            "related": [],
            "unknown_documents": [],
            "mode": "extractive",
            "notes": [],
            "index": {"generation": "g", "model": "m"},
            "timing_ms": {"retrieve": 1.0, "answer": 1.0, "total": 2.0},
            **fields,
        }
    )


def test_a_short_answer_is_followed_by_its_reference_with_the_quote() -> None:
    message = render(response("2017. [1]"), BASE)
    assert message.text == (
        "2017. [1]\n\nReferences:\n\n- [1] A/64/202, sect. II, para. 35 — “The meeting took place in 2017.” "
        "<http://127.0.0.1:8000/documents/A/64/202#II.35>"
    )
    (annotation,) = message.annotations
    assert message.text[annotation.start : annotation.end] == "[1]"
    assert annotation.url == "http://127.0.0.1:8000/documents/A/64/202#II.35"


def test_a_quote_that_is_the_answer_is_not_repeated() -> None:
    text = render(response("The meeting took place in 2017. [1]"), BASE).text
    assert text.count("The meeting took place") == 1


def test_a_mark_inside_a_quote_is_the_documents_own() -> None:
    message = render(response("As in [1] of 2017. [1]", quote="As in [1] of 2017."), BASE)
    assert [(a.start, a.end) for a in message.annotations] == [(19, 22)]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
        ("![x](http://h/?q=1)", r"!\[x\](http://h/?q=1)"),
        ("[click](javascript:x)", r"[click\](javascript:x)"),
        ("[1]: http://h", r"[1\]: http://h"),
        ("<http://h>", r"\<http://h>"),
        (r"\<img src=x>", r"\\\<img src=x>"),
        ("a < b, 2 <3 and [1] (a)", "a < b, 2 <3 and [1] (a)"),
    ],
)
def test_what_a_document_says_never_becomes_markup(quote: str, shown: str) -> None:
    message = render(response(f"{quote} [1]", quote=quote), BASE)
    assert message.text.startswith(f"{shown} [1]")
    assert message.source is not None
    assert message.source["document"] == [quote]


def test_marks_that_stand_together_are_all_annotated() -> None:
    message = render(response("2017 [1][1], or [1]: 2018", quote="2017, 2018"), BASE)
    assert [message.text[a.start : a.end] for a in message.annotations] == ["[1]", "[1]"]


_HOSTILE = st.sampled_from(
    [
        *(
            "![a](http://h)",
            "[a](javascript:x)",
            "[1]: http://h",
            "<img src=x onerror=y>",
            "</p>",
            "<!--",
            "<http://h>",
        ),
        *(
            "![",
            "[",
            "](",
            "][",
            "]:",
            ")",
            "<",
            ">",
            "`",
            "```",
            "*",
            "_",
            "\\",
            "\n",
            "#",
            "|",
            "!",
            "&lt;",
            "&#91;",
        ),
        *("a", " ", "[1]", "“", "http://h"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_HOSTILE, max_size=10).map("".join))
def test_a_markdown_renderer_finds_no_markup_of_a_document(quote: str) -> None:
    text = render(response(f"{quote} [1]", quote=quote), BASE).text
    blocks = MarkdownIt("commonmark").parse(text)
    tokens = [*blocks, *(token for block in blocks for token in block.children or ())]
    assert not [token for token in tokens if token.type in ("image", "html_inline", "html_block")]
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert all(str(link).startswith(BASE) for link in links)


def test_a_message_about_nothing_found_names_the_nearest_paragraphs_as_no_answer() -> None:
    related = {
        "id": "A/64/202#II.35",
        "label": {"en": "A/64/202, sect. II, para. 35", "zh": "A/64/202，第二节，第35段"},
        "language": "en",
        "text": "…",
        "section": [],
        "edition": "official",
        "url": "/documents/A/64/202#II.35",
        "score": 0.1,
    }
    message = render(response(None, related=[related], language="zh"), BASE)
    assert message.text == (
        "在已收录的文件中找不到答案。\n\n最接近的段落（并非答案）：\n\n"
        "- A/64/202，第二节，第35段 <http://127.0.0.1:8000/documents/A/64/202#II.35>"
    )
    assert (message.annotations, message.source) == ((), None)


@pytest.mark.parametrize("status", ["partial", "conflicting"])
def test_the_reader_is_told_when_an_answer_is_partial_or_conflicting(status: str) -> None:
    plain = render(response("2017. [1]"), BASE).text
    assert len(render(response("2017. [1]", status=status), BASE).text) > len(plain)


def test_a_message_can_be_cut_by_a_stop_sequence_or_a_length() -> None:
    message = render(response("2017. [1]"), BASE)
    stopped = Completion.of(message, ["When?"], stops=["References", "2017. ["])
    assert (stopped.message.text, stopped.finish_reason, stopped.message.annotations) == ("", "stop", ())
    short = Completion.of(message, ["When?"], most_tokens=4)
    assert (short.message.text, short.finish_reason) == ("2017. [1", "length")
    assert short.message.annotations == ()
    assert short.usage == {"prompt_tokens": 2, "completion_tokens": 4, "total_tokens": 6}
    assert Completion.of(message, [], most_tokens=1000).finish_reason == "stop"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("soil", 1), ("21/COP.12", 5), ("土壤 carbon", 3), ("a_b", 3), (" \n", 0)]
)
def test_tokens_are_words_han_characters_and_marks(text: str, count: int) -> None:
    assert token_count(text) == count
    for most in range(1, count + 1):
        assert token_count(cut(text, most)) == most


@pytest.mark.parametrize("text", ["", "  two  words\n", "土壤有机碳问题 in 2017年。", "\u3000x\t"])
def test_the_pieces_of_a_stream_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text
