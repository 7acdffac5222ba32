"""What a question says of a document itself: its year, who speaks, its title."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_texts import desk_over

from index.origins import agreement
from index.store import DocumentVersion, StoredDocument


def document(symbol: str, title: str, date: str | None) -> StoredDocument:
    return StoredDocument(symbol, {"en": DocumentVersion("en", title, date, "official", "x.txt")}, 3)


LAMPS = document("A/RES/78/901", "Lamps of harbours", "2031-12-19")


@pytest.mark.parametrize(
    ("question", "named", "gained"),
    [
        ("What does the 2031 resolution ask for?", set(), 1.0),
        ("2031年那份决议要求什么？", set(), 1.0),
        ("What does the 2030 resolution ask for?", set(), 0.0),
        # A year may be of anything.
        ("What was lit in 2031?", set(), 0.0),
        ("What did the Assembly ask for?", {"General Assembly"}, 0.5),
        ("What did the Council ask for?", {"Security Council"}, 0.0),
        ("What did the Assembly's 2031 declaration ask for?", {"General Assembly"}, 1.5),
    ],
)
def test_what_is_said_of_a_document_counts(question: str, named: set[str], gained: float) -> None:
    assert agreement(question, named, set(), LAMPS, None) == gained


def test_its_symbol_counts_most() -> None:
    assert agreement("What does resolution 78/901 ask?", (), {"A/RES/78/901"}, LAMPS, None) == 3.0


def test_a_document_without_a_date_or_a_speaker_gains_nothing() -> None:
    assert (
        agreement(
            "What did the 2031 resolution ask?", {"General Assembly"}, (), document("HB/1", "", None), None
        )
        == 0
    )


SAME = "Requests the Secretary-General to report on the matter to the Assembly at its {} session."


def test_paragraphs_that_say_the_same_are_told_apart_by_their_documents(tmp_path: Path) -> None:
    with desk_over(
        tmp_path,
        ("A/RES/78/901", "en", "Lighting of harbours", (SAME.format("eightieth"), "Welcomes the lamps.")),
        ("A/RES/79/902", "en", "Counting of anchors", (SAME.format("eighty-first"), "Welcomes the anchors.")),
        ("A/RES/80/903", "en", "Schools for divers", (SAME.format("eighty-second"), "Welcomes the boats.")),
    ) as desk:
        for question, gold in (
            (
                "At which session is the report on the resolution about counting anchors due?",
                "A/RES/79/902#1",
            ),
            ("关于清点船锚的决议，秘书长应在第几届会议上提出报告？", "A/RES/79/902#1"),
            ("When is the report on the lighting of harbours due at the Assembly?", "A/RES/78/901#1"),
        ):
            assert str(desk.answerer.search(question, limit=1)[0].id) == gold
