"""The signs by which a sentence shows that it holds what is asked for."""

from __future__ import annotations

import pytest

from service.answering.sentences.cues import KINDS, holds


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("The fair was held from 3 to 5 June 1998.", "date"),
        ("In June 1998 the fair was held.", "date"),
        ("The fair will end by 2030.", "date"),
        ("集市于 1998 年 6 月 3 日至 5 日开放。", "date"),
        ("集市一九九八年开放。", "date"),
        ("Some 488 visitors came.", "number"),
        ("Twelve ferries came.", "number"),
        ("来宾共有二十七名。", "number"),
        ("增加了 2%。", "number"),
        ("It was adopted by decision 21/COP.12.", "decision"),
        ("第63/218号决议通过了它。", "decision"),
        ("They met in Tallinn.", "place"),
        ("会议在塔林举行。", "place"),
        ("The Committee met.", "body"),
        ("委员会开会了。", "body"),
        ("bread, butter, and jam", "list"),
        ("面包、黄油和果酱", "list"),
    ],
)
def test_a_sign_is_seen(sentence: str, kinds: str) -> None:
    assert holds(sentence, kinds)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The fair was held on time.", "date"),
        ("来宾共有 2000 人。", "date"),
        ("The fair was held on 3 June 1998.", "number"),
        ("它由第 21/COP.12 号决定通过。", "number"),
        ("They met often.", "decision"),
        ("They met often.", "place"),
        ("Often and again.", "number"),
    ],
)
def test_what_is_no_sign_is_not_taken_for_one(sentence: str, kind: str) -> None:
    assert not holds(sentence, kind)  # type: ignore[arg-type]


def test_every_sentence_holds_text_and_an_empty_one_holds_nothing_else() -> None:
    assert holds("", "text")
    assert not any(holds("", kind) for kind in KINDS)
