"""Whom a document speaks of, and which sessions it dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.coreference import spoken_of
from ingest.facts.dates import Language
from ingest.facts.entities import find_entities
from ingest.facts.extract import document_facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Document, Paragraph, ParagraphId

LCA = "Ad Hoc Working Group on Long-term Cooperative Action"
KP = "Ad Hoc Working Group on Further Commitments for Annex I Parties"
CST = "Committee on Science and Technology"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def document(language: Language, *texts: str, parts: tuple[str | None, ...] = ()) -> Document:
    places = parts or (None,) * len(texts)
    paragraphs = tuple(
        Paragraph(ParagraphId("LAMP/1", str(n), part), "numbered", text)
        for n, (text, part) in enumerate(zip(texts, places, strict=True), 1)
    )
    return Document("LAMP/1", language, "Lamps", paragraphs)


@pytest.mark.parametrize(
    ("language", "texts", "meant"),
    [
        ("zh", ("长期合作行动特设工作组看了灯塔。", "特设工作组请工作组主席写信。"), [LCA, LCA]),
        ("zh", ("科学和技术委员会看了灯塔。", "授权委员会点灯。"), [CST]),
        ("en", (f"The {CST} saw the lamps.", "It was told so; the Committee agreed."), [CST]),
        ("en", (f"The {LCA} met.", "The working group asked for lamps."), [LCA]),
        # A name that isn't known is another one.
        ("zh", ("科学和技术委员会看了灯塔。", "港口灯塔委员会来了，请委员会点灯。"), []),
        ("en", (f"The {CST} met.", "The Committee on Lamps met. The Committee agreed."), []),
        # So are any, and what only begins alike.
        ("zh", ("长期合作行动特设工作组看了灯塔。", "各工作组都有工作组织。"), []),
        ("en", (f"The {CST} met.", "A committee may be set up; its committee is small."), []),
    ],
)
def test_a_body_is_meant_by_the_last_words_of_its_name(
    language: Language, texts: tuple[str, str], meant: list[str], glossary: Glossary
) -> None:
    *_, (_, found) = document_facts(document(language, *texts), glossary)
    known = {LCA, KP, CST}
    assert [entity.en for entity in found.entities if entity.en in known] == meant


def test_another_part_of_a_document_speaks_of_its_own_bodies(glossary: Glossary) -> None:
    texts = (f"The {CST} met.", "The Committee agreed.")
    told = [
        [entity.en for entity in found.entities if entity.kind == "body"]
        for parts in (("I", "I"), ("I", "II"))
        for _, found in list(document_facts(document("en", *texts, parts=parts), glossary))[1:]
    ]
    assert told[0] == [CST]
    assert CST not in told[1]


@pytest.mark.parametrize(
    ("language", "texts", "dated"),
    [
        (
            "zh",
            (
                "长期合作行动特设工作组看了灯塔。",
                "特设工作组召开了第三届和第四届会议。在2007年5月2日至9日举行的第三届会议上，主席点了灯。",
            ),
            {(f"{LCA}#3", "2007-05-02/2007-05-09"), (f"{LCA}#3", None), (f"{LCA}#4", None)},
        ),
        (
            "zh",
            ("科学和技术委员会开了会。", "委员会举行了两届会议。第三届会议为期2001年5月4日至6日。"),
            {(f"{CST}#3", "2001-05-04/2001-05-06")},
        ),
        (
            "en",
            (
                f"The {CST} met.",
                "The Committee met twice. At its third session, from 4 to 6 May 2001, it read.",
            ),
            {(f"{CST}#3", "2001-05-04/2001-05-06")},
        ),
        # When and where it met may stand between, other bodies too.
        (
            "zh",
            ("下雨。", "科学和技术委员会于2001年5月4日至6日在教科文组织总部举行了第三届会议。"),
            {(f"{CST}#3", "2001-05-04/2001-05-06")},
        ),
        (
            "zh",
            ("下雨。", "科学和技术委员会第八次和第九次会议很长。"),
            {(f"{CST}#8", None), (f"{CST}#9", None)},
        ),
        # Of two bodies, or of none that is known, nobody can tell.
        ("en", ("Rain.", f"The {CST} wrote to the {LCA}. The third session was long."), set()),
        ("zh", ("下雨。", "科学和技术委员会写信，渔民组第一次会议很长，区域第三届会议也长。"), set()),
    ],
)
def test_a_session_is_that_of_the_one_body_spoken_of(
    language: Language, texts: tuple[str, str], dated: set[tuple[str, str | None]], glossary: Glossary
) -> None:
    *_, (_, found) = document_facts(document(language, *texts), glossary)
    assert {(session.key, session.value) for session in found.sessions} == dated


def test_its_session_is_that_of_the_organ_whose_resolution_it_is(glossary: Glossary) -> None:
    text = "Decides to include in the agenda of its sixty-seventh session a sub-item, and asks {} to write."
    told = []
    for symbol, who in (("A/RES/66/201", "the keeper"), ("LAMP/1", "the keeper")):
        paragraph = Paragraph(ParagraphId(symbol, "1"), "numbered", text.format(who))
        [(_, found)] = document_facts(Document(symbol, "en", "Lamps", (paragraph,)), glossary)
        told.append([(session.key, session.zh) for session in found.sessions])
    assert told == [[("General Assembly#67", "大会")], []]


def test_a_sum_in_dollars_names_no_country(glossary: Glossary) -> None:
    text = "Notes that 300 billion United States dollars are needed, and the United States of America agrees."
    paragraph = Paragraph(ParagraphId("LAMP/1", "1"), "numbered", text)
    [(_, found)] = document_facts(Document("LAMP/1", "en", "Lamps", (paragraph,)), glossary)
    assert [(number.value, number.unit) for number in found.numbers] == [(300_000_000_000, "USD")]


def test_a_conference_of_the_parties_is_not_that_of_a_protocol(glossary: Glossary) -> None:
    section = ("United Nations Framework Convention on Climate Change", "What the Kyoto Protocol brought")
    paragraph = Paragraph(
        ParagraphId("LAMP/1", "1"),
        "numbered",
        "The fourth session of the Conference of the Parties met.",
        section,
    )
    lamps = Document("LAMP/1", "en", "Lamps", (paragraph,))
    [(_, found)] = document_facts(lamps, glossary)
    assert [session.key for session in found.sessions] == [f"{section[0]}, Conference of the Parties#4"]


@given(
    pieces=st.lists(
        st.sampled_from(
            [
                CST,
                LCA,
                "the Committee",
                "The Working Group",
                "Working Group on Lamps",
                "委员会",
                "科技委员会",
                "各",
                " ",
                "。",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_is_spoken_of_stands_in_the_text_in_order(pieces: list[str], glossary: Glossary) -> None:
    text = " ".join(pieces)
    language: Language
    for language in ("en", "zh"):
        named = find_entities(text, glossary)
        found, after = spoken_of(text, language, named, {})
        assert [one.start for one in found] == sorted({one.start for one in found})
        assert all(text[one.start : one.end] == one.text for one in found)
        assert {one.start for one in named} <= {one.start for one in found}
        again, _ = spoken_of(text, language, found, {})
        assert again == found
        assert spoken_of("", language, (), after) == ((), after)
