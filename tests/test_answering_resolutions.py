"""Questions that name a resolution: it doesn't name itself in its paragraphs, nor its year and who speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from own_texts import desk_over

from ingest.paragraphs import ParagraphId
from service.answering.sentences.origin import origin_of
from service.library import Desk

HARBOURS = (
    "Requests the harbour masters to light every pier by the end of 2031;",
    "Invites the World Lantern Fund to pay for two thirds of the lamps in small ports;",
    "Requests the Secretary-General to report on the lamps to the Assembly at its eighty-second session.",
)
DIVERS = (
    "Requests the divers' schools to count all anchors by the end of 2033;",
    "Invites the World Lantern Fund to pay for one third of the boats in large ports;",
    "Requests the Secretary-General to report on the boats to the Assembly at its eighty-fourth session.",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_over(
        tmp_path_factory.mktemp("resolutions"),
        ("A/RES/78/901", "en", "Lighting of harbours", HARBOURS),
        ("A/RES/80/902", "en", "Counting of anchors", DIVERS),
        (
            "UNEP/EA.7/RES.3",
            "en",
            "Boats of divers",
            ("Requests the Secretary-General to report on the boats to the Assembly at its ninth session.",),
        ),
        (
            "HB/2032/1",
            "en",
            "Report of the Harbour Board",
            ("The Board reported on the lamps as asked in resolution 78/901.", "It met in Suva."),
        ),
    ) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("At which session must the Secretary-General report under resolution 78/901?", "A/RES/78/901#3"),
        ("At which session must the Secretary-General report under resolution 80/902?", "A/RES/80/902#3"),
        ("第80/902号决议要秘书长在第几届会议上提出报告？", "A/RES/80/902#3"),
        ("What share does res. 78/901 want the World Lantern Fund to pay?", "A/RES/78/901#2"),
        ("80/902 World Lantern Fund share of what", "A/RES/80/902#2"),
        ("联大80/902 世界灯笼基金出多少", "A/RES/80/902#2"),
        ("UNEA 7/3: at which session is the report on the boats due?", "UNEP/EA.7/RES.3#1"),
        ("环境大会第7/3号决议要秘书长在第几届会议上提出报告？", "UNEP/EA.7/RES.3#1"),
    ],
)
def test_a_resolution_of_the_index_is_looked_for_in_itself(desk: Desk, question: str, gold: str) -> None:
    answer = desk.answerer.answer(question)
    read = [*(str(one.id) for one in answer.citations), *(str(one.id) for one in answer.related)]
    assert read[0] == gold
    assert {symbol.partition("#")[0] for symbol in read} == {gold.partition("#")[0]}


@pytest.mark.parametrize(
    "question",
    [
        # One that isn't there says nothing on where to look, nor does one that a decision is asked by.
        "At which session does resolution 79/555 want the lamps reported on?",
        "Which resolution followed resolution 78/901?",
        # No resolution: a date, a share, a document.
        "Was the Board's report sent on 12/10 as asked?",
        "What did the Board report on in HB/2032/1?",
    ],
)
def test_other_numbers_do_not_narrow_the_search_to_a_resolution(desk: Desk, question: str) -> None:
    answer = desk.answerer.answer(question, limit=9)
    read = {one.id.symbol for one in answer.citations} | {one.id.symbol for one in answer.related}
    assert read != {"A/RES/78/901"}
    assert answer.reason != "unknown_document"


@pytest.mark.parametrize(
    ("pid", "date", "said"),
    [
        ("A/RES/75/217#3", "2020-12-21", "A/RES/75/217, 2020, General Assembly"),
        ("UNEP/EA.3/RES.4#u2", None, "UNEP/EA.3/RES.4, United Nations Environment Assembly"),
        ("E/RES/2021/7#3", "2021", "E/RES/2021/7, 2021, Economic and Social Council"),
        (
            "ICCD/COP(12)/20/Add.1#decision-21-COP-12.3",
            "2016-01",
            "ICCD/COP(12)/20/Add.1, decision 21/COP.12, 2016",
        ),
        ("A/64/202#II.3", None, "A/64/202, 2009"),
        ("CBD/COP/9/1#3", None, "CBD/COP/9/1"),
    ],
)
def test_where_a_paragraph_is_from_is_said_in_a_line(pid: str, date: str | None, said: str) -> None:
    assert origin_of(ParagraphId.parse(pid), date) == said
