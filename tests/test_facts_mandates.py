"""Mandates and opening verbs: who asks whom to do what, and under which decision."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus import read_corpus
from ingest.facts.actions import find_action
from ingest.facts.dates import Language
from ingest.facts.extract import Context, Facts, document_facts, facts, to_json
from ingest.facts.glossary import Glossary, load_glossary
from ingest.facts.mandates import Mandate
from ingest.paragraphs import Document, Item, Paragraph, ParagraphId


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def with_items(text: str) -> tuple[Item, ...]:
    """Items of a test text: lines that begin with ``(a) ``."""
    items = []
    start = 0
    for line in text.split("\n"):
        if line.startswith("(") and ") " in line:
            label = line[1 : line.index(")")]
            items.append(Item((label,), start + len(label) + 3, start + len(line)))
        start += len(line) + 1
    return tuple(items)


def read(
    text: str, language: Language, glossary: Glossary, symbol: str = "X/1", section: tuple[str, ...] = ()
) -> tuple[Mandate, ...]:
    paragraph = Paragraph(ParagraphId(symbol, "1"), "numbered", text, section, with_items(text))
    return facts(paragraph, Context(language, glossary, symbol, "2017")).mandates


def part(mandate: Mandate, name: str) -> str | None:
    value = getattr(mandate, name)
    return None if value is None else str(value.text)


@pytest.mark.parametrize(
    ("text", "actor", "verb", "addressee", "action", "decision"),
    [
        (
            "缔约方会议第9/COP.3号决定请秘书处向科技委第四届会议提交报告。",
            "缔约方会议",
            "request",
            "秘书处",
            "向科技委第四届会议提交报告",
            "9/COP.3",
        ),
        (
            "大会在第 50/10 号决议中邀请各国政府加强合作。",
            "大会",
            "invite",
            "各国政府",
            "加强合作",
            "A/RES/50/10",
        ),
        (
            "缔约方会议鼓励科学—政策联系平台继续工作。",
            "缔约方会议",
            "encourage",
            "科学—政策联系平台",
            "继续工作",
            None,
        ),
        ("缔约方会议授权该平台协助秘书处。", "缔约方会议", "authorize", "该平台", "协助秘书处", None),
        ("大会敦促还没有加入公约的国家考虑加入。", "大会", "urge", "还没有加入公约的国家", "考虑加入", None),
        ("大会不妨呼吁会员国提供资金。", "大会", "call", "会员国", "提供资金", None),
        ("气专委决定编写一份特别报告。", "气专委", "decide", None, "编写一份特别报告", None),
    ],
)
def test_a_chinese_directive_is_read_with_its_parts(
    glossary: Glossary,
    text: str,
    actor: str,
    verb: str,
    addressee: str | None,
    action: str,
    decision: str | None,
) -> None:
    (mandate,) = read(text, "zh", glossary)
    assert (
        mandate.actor,
        mandate.verb,
        part(mandate, "addressee"),
        mandate.action.text,
        mandate.decision,
    ) == (
        actor,
        verb,
        addressee,
        action,
        decision,
    )


@pytest.mark.parametrize(
    ("text", "actor", "verb", "addressee", "action", "decision"),
    [
        (
            "In resolution 50/10 the General Assembly invited the secretariat to prepare a note.",
            "the General Assembly",
            "invite",
            "the secretariat",
            "to prepare a note",
            "A/RES/50/10",
        ),
        (
            "The Conference of the Parties encouraged the Science-Policy Interface (SPI) to go on.",
            "The Conference of the Parties",
            "encourage",
            "the Science-Policy Interface (SPI)",
            "to go on",
            None,
        ),
        (
            "IPCC decided to prepare a special report.",
            "IPCC",
            "decide",
            None,
            "to prepare a special report",
            None,
        ),
        (
            "The General Assembly may wish to call upon Member States to provide funds.",
            "The General Assembly",
            "call",
            "Member States",
            "to provide funds",
            None,
        ),
    ],
)
def test_an_english_directive_is_read_with_its_parts(
    glossary: Glossary,
    text: str,
    actor: str,
    verb: str,
    addressee: str | None,
    action: str,
    decision: str | None,
) -> None:
    (mandate,) = read(text, "en", glossary)
    assert (
        mandate.actor,
        mandate.verb,
        part(mandate, "addressee"),
        mandate.action.text,
        mandate.decision,
    ) == (
        actor,
        verb,
        addressee,
        action,
        decision,
    )


def test_a_resolution_speaks_as_its_organ_under_its_own_symbol(glossary: Glossary) -> None:
    text = (
        "Welcomes the report, and also requests the Secretary-General to report to the General Assembly"
        " at its ninetieth session;"
    )
    (mandate,) = read(text, "en", glossary, "A/RES/85/3")
    assert (mandate.actor, mandate.decision) == ("General Assembly", "A/RES/85/3")
    assert part(mandate, "report_to") == "the General Assembly"
    assert part(mandate, "session") == "ninetieth session"


def test_a_deadline_is_the_date_by_which(glossary: Glossary) -> None:
    (mandate,) = read("大会请秘书处于2019年3月1日前提交报告。", "zh", glossary)
    assert mandate.due is not None
    assert (mandate.due.value, mandate.due.relation) == ("2019-03-01", "before")
    (mandate,) = read("Requests the secretariat to submit a plan by June 2019;", "en", glossary, "A/RES/85/3")
    assert mandate.due is not None
    assert mandate.due.value == "2019-06"


def test_items_take_actor_and_proposal_from_their_opening_line(glossary: Glossary) -> None:
    text = (
        "科学—政策联系平台建议缔约方会议：\n(a) 建议 1：请秘书处编写报告；\n(b) 建议 2：又请科技委审议报告。"
    )
    first, second = (mandate for mandate in read(text, "zh", glossary) if mandate.item)
    assert (first.item, first.actor, first.proposed, first.proposed_by) == (
        ("a",),
        "缔约方会议",
        True,
        "科学—政策联系平台",
    )
    assert (part(first, "addressee"), part(second, "addressee")) == ("秘书处", "科技委")


def test_items_of_a_directive_are_its_actions(glossary: Glossary) -> None:
    text = "Requests the secretariat:\n(a) To prepare a study;\n(b) To convene a meeting."
    found = read(text, "en", glossary, "A/RES/85/3")
    assert [(mandate.item, part(mandate, "addressee"), mandate.action.text) for mandate in found] == [
        (("a",), "the secretariat", "prepare a study"),
        (("b",), "the secretariat", "convene a meeting"),
    ]


def test_a_resolution_of_a_body_asks_for_it(glossary: Glossary) -> None:
    text = "General Assembly resolution 63/218 asked the Secretary-General to report to it."
    paragraph = Paragraph(ParagraphId("LAMP/1", "1"), "numbered", text)
    (mandate,) = facts(paragraph, Context("en", glossary)).mandates
    assert mandate.actor == "General Assembly"
    assert mandate.addressee is not None
    assert mandate.addressee.text == "the Secretary-General"


def test_a_word_that_stands_for_the_actor_is_resolved(glossary: Glossary) -> None:
    text = "大会在第50/10号决议中重申决心。它还请所有缔约方提出报告。"
    (mandate,) = read(text, "zh", glossary)
    assert (mandate.actor, mandate.decision) == ("大会", None) or mandate.decision == "A/RES/50/10"
    (mandate,) = read("会议呼吁各国政府加强合作。", "zh", glossary, section=("可持续发展委员会第十届会议",))
    assert mandate.actor == "可持续发展委员会"


def test_the_same_decision_is_the_one_last_named(glossary: Glossary) -> None:
    document = Document(
        "X/1",
        "zh",
        "",
        tuple(
            Paragraph(ParagraphId("X/1", str(number)), "numbered", text)
            for number, text in enumerate(
                ("缔约方会议通过了第9/COP.3号决定。", "在同一决定中，缔约方会议请秘书处提供协助。"), 1
            )
        ),
    )
    *_, (_, last) = document_facts(document, glossary)
    assert [mandate.decision for mandate in last.mandates] == ["9/COP.3"]


def test_who_shall_go_on_is_told_without_how(glossary: Glossary) -> None:
    (mandate,) = read("大会请执行秘书今后继续就会议的工作向大会提出报告。", "zh", glossary)
    assert (part(mandate, "addressee"), part(mandate, "report_to")) == ("执行秘书", "大会")


@pytest.mark.parametrize(
    "text", ["联检组受缔约方会议委托，进行了一项审查。", "应缔约方会议之请，秘书处成立了小组。"]
)
def test_at_whose_request_something_was_done_is_no_mandate(text: str, glossary: Glossary) -> None:
    assert read(text, "zh", glossary) == ()


@pytest.mark.parametrize(
    ("text", "language", "actor"),
    [
        (
            (
                "The Conference of the Parties took decision 9/COP.3, which names the Green Climate Fund. "
                "The decision further requested the secretariat to help."
            ),
            "en",
            "Conference of the Parties",
        ),
        (
            "缔约方会议通过了第9/COP.3号决定，绿色气候基金也在其中。该决定还请秘书处提供协助。",
            "zh",
            "缔约方会议",
        ),
        ("The rules are old. The same decision authorized the secretariat to help.", "en", None),
    ],
)
def test_what_a_decision_asks_its_conference_asks(
    text: str, language: Language, actor: str | None, glossary: Glossary
) -> None:
    *_, mandate = read(text, language, glossary)
    assert mandate.actor == actor
    assert mandate.addressee is not None
    assert mandate.addressee.text in ("the secretariat", "秘书处")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("根据缔约方会议的授权和以下建议，响应这一呼吁。", "zh"),
        ("第9/COP.3号决定草案已提交申请，提请注意。", "zh"),
        ("The requests of the Parties and their decisions were noted.", "en"),
        ("As requested, the invited experts left.", "en"),
    ],
)
def test_nouns_are_no_directives(glossary: Glossary, text: str, language: Language) -> None:
    assert read(text, language, glossary) == ()


@pytest.mark.parametrize(
    ("text", "language", "verb", "kind"),
    [
        ("Recalling its resolution 50/10,", "en", "recall", "preambular"),
        ("Deeply concerned that the trend continues,", "en", "concerned", "preambular"),
        ("Having considered the report,", "en", "having considered", "preambular"),
        ("Also notes the report;", "en", "note", "operative"),
        ("Further invites Governments to act;", "en", "invite", "operative"),
        ("Requests also the secretariat to act;", "en", "request", "operative"),
        ("We strongly condemn the acts;", "en", "condemn", "operative"),
        ("回顾其第50/10号决议，", "zh", "recall", "preambular"),
        ("又请秘书长提出报告；", "zh", "request", "operative"),
        ("注意到该报告；", "zh", "note", "operative"),
    ],
)
def test_the_opening_verb_and_what_it_makes_of_the_paragraph(
    text: str, language: Language, verb: str, kind: str
) -> None:
    action = find_action(text, language)
    assert action is not None
    assert (action.verb, action.kind) == (verb, kind)
    assert text[action.start : action.end] == action.text


def test_opening_verbs_agree_with_the_labelled_resolutions(official_corpus: Path) -> None:
    """Floors over all paragraphs that the other team gave a verb; what differs is mostly lists in annexes."""
    total = verbs = kinds = normalised = 0
    for path in sorted((official_corpus / "resolutions").glob("*.reference.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            if not row["action_verb"]:
                continue
            total += 1
            action = find_action(row["text"], "en")
            if action is not None:
                stem = row["action_verb_normalized"]
                verbs += action.text.lower() == row["action_verb"].lower().rstrip(",")
                normalised += action.verb.startswith(stem) or stem.startswith(action.verb)
                kinds += action.kind == row["paragraph_type"]
    assert total > 6000
    assert verbs / total >= 0.99
    assert normalised / total >= 0.99
    assert kinds / total >= 0.97


def spans(found: Facts) -> list[tuple[int, int, str]]:
    result = [(one.start, one.end, one.text) for one in found.dates]
    result += [(one.start, one.end, one.text) for one in found.numbers]
    result += [(one.start, one.end, one.text) for one in found.entities]
    result += [(one.start, one.end, one.text) for one in found.sessions]
    for mandate in found.mandates:
        result.append((mandate.start, mandate.end, mandate.text))
        parts = [mandate.verb_span, mandate.action]
        parts += [
            one
            for one in (mandate.actor_span, mandate.addressee, mandate.report_to, mandate.session)
            if one is not None
        ]
        result += [(one.start, one.end, one.text) for one in parts]
    return result


PIECES = (
    *(
        "请",
        "又请",
        "缔约方会议",
        "秘书处",
        "决定",
        "建议",
        "：",
        "，",
        "。",
        "\n(a) ",
        "\n(b) ",
        "大会",
        "不妨",
        "2017年",
    ),
    *(
        "第9/COP.3号决定",
        "向",
        "报告",
        "它",
        "第十届会议",
        "的",
        "于",
        "前",
        "Requests",
        "requested",
        "the secretariat",
    ),
    *(
        "to submit",
        "and",
        ",",
        ";",
        ".",
        ":",
        "by 2019",
        "that",
        "The General Assembly",
        "may wish",
        "COP 9",
        "its",
    ),
)
DIRECTIVE_LIKE = st.lists(st.sampled_from(PIECES), max_size=24)


@given(words=DIRECTIVE_LIKE, any_text=st.text(max_size=60), language=st.sampled_from(("en", "zh")))
def test_any_text_is_survived_and_every_span_is_its_text(
    glossary: Glossary, words: list[str], any_text: str, language: Language
) -> None:
    for text in ("".join(words), " ".join(words), any_text):
        paragraph = Paragraph(ParagraphId("X/1", "1"), "operative", text, (), with_items(text))
        found = facts(paragraph, Context(language, glossary, "A/64/1"))
        for start, end, printed in spans(found):
            assert text[start:end] == printed
        json.dumps(to_json(found))


@pytest.mark.parametrize(
    "unit",
    [
        "请",
        "大会请秘书处",
        "决定",
        "requests the ",
        "and requests to ",
        "The ",
        "that the X ",
        "第十届会议",
        "COP 9 ",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_runs_take_linear_time(glossary: Glossary, unit: str, language: Language) -> None:
    text = (unit * 20_000)[:20_000]
    paragraph = Paragraph(ParagraphId("X/1", "1"), "numbered", text)
    started = time.perf_counter()
    facts(paragraph, Context(language, glossary))
    assert time.perf_counter() - started < 60  # quadratic work would take hours


def test_the_recommendations_of_the_panel_are_read(official_corpus: Path, glossary: Glossary) -> None:
    """Paragraph 36 of the panel's report: six items, the conference asks, the platform proposes it."""

    (document,) = read_corpus([official_corpus / "ICCD_COP(13)_CST_5.zh.txt"]).documents
    found = {pid.local: record for pid, record in document_facts(document, glossary)}
    items = [mandate for mandate in found["36"].mandates if mandate.item]
    assert [mandate.item for mandate in items] == [(label,) for label in "abcdef"]
    assert {mandate.actor for mandate in items} == {"缔约方会议"}
    assert [mandate.verb for mandate in items] == [
        "request",
        "request",
        "encourage",
        "request",
        "request",
        "request",
    ]
    assert [part(mandate, "addressee") for mandate in items][:4] == ["科学—政策联系平台"] * 3 + ["秘书处"]
    assert all(mandate.proposed and mandate.proposed_by == "科学—政策联系平台" for mandate in items)
    assert part(items[0], "session") == "第十四届会议"
    assert [mandate.decision for mandate in found["3"].mandates] == ["21/COP.12", "21/COP.12"]
