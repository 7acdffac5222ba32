"""Nothing is served that does not stand in its own citations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.paragraphs import ParagraphId
from service.answering.answer import Citation
from service.answering.compose import answer_text
from service.answering.verify import UnverifiedAnswerError, defects, verify

TEXT = "The panel met in Oslo on 4 March 2015. Its 27 members adopted decision 21/COP.12."


def citation(quote: str, text: str = TEXT) -> Citation:
    start = text.index(quote)
    return Citation(
        id=ParagraphId("A/1/2", "3"),
        language="en",
        quote=quote,
        start=start,
        end=start + len(quote),
        text=text,
        translations={},
        section=(),
        edition="official",
        score=0.5,
    )


MET = citation("The panel met in Oslo on 4 March 2015.")
ADOPTED = citation("Its 27 members adopted decision 21/COP.12.")


@pytest.mark.parametrize(
    "text",
    [
        "The panel met in Oslo on 4 March 2015. [1]",
        "On 4 March 2015, in Oslo. [1]",
        "2015年3月4日。[1]",
        "Oslo [1]",
    ],
)
def test_what_stands_in_the_quote_passes(text: str) -> None:
    verify(text, [MET])


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("5 March 2015 [1]", "5"),
        ("4 April 2015 [1]", "month 4"),
        ("2015年4月 [1]", "month 4"),
        ("2016 [1]", "2016"),
        ("488 members [1]", "488"),
        ("under decision 22/COP.12 [1]", "22/COP.12"),
        ("see A/64/202 [1]", "A/64/202"),
    ],
)
def test_a_value_that_stands_in_no_quote_is_refused(text: str, missing: str) -> None:
    assert f"{missing} stands in no quote" in defects(text, [MET])
    with pytest.raises(UnverifiedAnswerError):
        verify(text, [MET])


def test_a_value_from_the_rest_of_the_paragraph_is_refused() -> None:
    assert "27" in MET.text
    assert defects("27 members [1]", [MET])
    assert not defects("27 members [1], in 2015 [2]", [ADOPTED, MET])


@pytest.mark.parametrize("text", ["Oslo", "Oslo [2]", "Oslo [0]", "Oslo [1] [2]"])
def test_marks_and_citations_must_match(text: str) -> None:
    assert defects(text, [MET])


def test_a_mark_that_the_document_itself_prints_is_not_ours() -> None:
    quoted = citation("as noted [7] before", "They went on as noted [7] before.")
    assert not defects(answer_text((quoted,)), [quoted])


@pytest.mark.parametrize(("start", "end"), [(0, 5), (1, 39), (-1, 37), (100, 138)])
def test_a_quote_must_stand_at_its_offsets(start: int, end: int) -> None:
    assert defects("Oslo [1]", [replace(MET, start=start, end=end)])


def test_an_empty_quote_is_refused() -> None:
    assert defects("[1]", [replace(MET, quote="", start=0, end=0)])


def test_an_article_is_the_same_in_words_and_digits() -> None:
    quoted = citation("依据《公约》第十七条提出。", "依据《公约》第十七条提出。")
    assert not defects("article 17 [1]", [quoted])
    assert defects("article 18 [1]", [quoted])


def test_grouped_digits_are_one_number() -> None:
    quoted = citation("It cost 1 186 dollars.", "It cost 1 186 dollars.")
    assert not defects("1,186 [1]", [quoted])
    assert not defects("1186 [1]", [quoted])
    assert defects("186 [1]", [quoted])


_SENTENCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


@given(before=_SENTENCES, quote=_SENTENCES, after=_SENTENCES)
def test_a_quote_as_it_stands_is_always_verified(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    found = citation(quote, text)
    assert not defects(answer_text((found,)), [found])


@given(before=_SENTENCES, quote=_SENTENCES, shift=st.integers(1, 5))
def test_a_quote_that_was_altered_is_never_verified(before: str, quote: str, shift: int) -> None:
    text = before + quote
    altered = replace(citation(quote, text), quote=quote + "x" * shift)
    assert defects(answer_text((altered,)), [altered])
