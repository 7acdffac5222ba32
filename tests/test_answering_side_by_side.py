"""Several things told side by side in one paragraph: the one that is asked about answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from own_texts import desk_over

from service.library import Desk

ENGLISH = (
    (
        "The ferry plan was first proposed in Lisbon in 2003, and finally adopted in Oslo in 2007. "
        "Regional meetings prepared the conference: the African ports met in Dakar from 3 to 5 March 2009, "
        "the Asian ports in Hanoi from 11 to 13 May 2009."
    ),
    (
        "The secretariat invited 40 pilots to apply for the panel. Nine of them applied, and four were "
        "chosen. The panel is funded by Norway and chaired by Kenya."
    ),
    (
        "The ferry board met in Lisbon (May 2003), Oslo (June 2004) and Dakar (July 2005), and adopted the "
        "Oslo Declaration in Dakar."
    ),
    "The knot fair drew many sailors. The Government of Kenya set up the knot panel in 2012.",
    (
        "The pilots' panel made proposals.\n"
        "(a) Recommendation 1: Ask the ports to mend their lamps;\n"
        "(b) Recommendation 2: Ask the keepers to count the whales every two years."
    ),
    (
        "The eighth and ninth meetings of the ferry panel will be held in Lisbon in May 2012 and in Kenya in "
        "June 2013, respectively."
    ),
    (
        "The storm study was prepared in two steps. A sketch was drawn in Hanoi from 3 to 5 March 2011. "
        "The storm study was approved by the storm panel at its meeting in Madrid from 7 to 9 May 2011."
    ),
    (
        "The tide experts met three times. At the first meeting, held in Lisbon from 2 to 4 May 2012, they "
        "drew maps. At the second meeting, held in Hanoi, Viet Nam, in June 2012, they counted tides. At the "
        "third meeting, held in Dakar in July 2012, they wrote it all down."
    ),
    "The whale count was opened on 4 June 2013 in Oslo, and closed with a song. The count was a great joy.",
    (
        "The Assembly may wish:\n"
        "(a) To urge States that have not yet joined the Harbour Convention to do so without delay;\n"
        "(b) To invite the fund to pay for the training of divers in island States;\n"
        "(c) To request the Executive Secretary to report to the next conference on lighthouses."
    ),
)
CHINESE = (
    "灯塔公约第二次审查在里斯本会议上进行。不过，各国未能达成协议，没有通过任何决定。",
    "航标小组第一次会议于2009年2月3日至5日在釜山举行。第二次会议定于2010年6月在横滨举行。",
    "渔港基金邀请了40名引航员提出申请。其中九人提出了申请，四人被选中。",
    "为此，请渔港基金加入风帆委员会，并参加帆布的检验。",
    "风帆大会的报告写成之后，主席团在里斯本、奥斯陆各开了一次会。",
    "船主协会开了三次会：2008年10月在里斯本，2008年11月在奥斯陆，2009年2月在达喀尔。",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_over(
        tmp_path_factory.mktemp("side_by_side"),
        ("HC/2010/1", "en", "Report on the Harbour Convention", ENGLISH),
        ("LH/2010/3", "zh", "灯塔公约秘书处的报告", CHINESE),
    ) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("In which city was the ferry plan finally adopted?", "Oslo"),
        ("Where was the ferry plan first proposed?", "Lisbon"),
        ("On what dates did the Asian ports meet?", "11–13 May 2009"),
        ("When did the African ports hold their meeting?", "3–5 March 2009"),
        ("How many pilots were chosen for the panel?", "four"),
        ("In which month did the ferry board meet in Oslo?", "June 2004"),
        ("Which government set up the knot panel?", "Kenya"),
        ("What does recommendation 2 of the pilots' panel say?", "count the whales"),
        ("What did the pilots' panel say in its first recommendation?", "mend their lamps"),
        ("How often are the keepers to count the whales?", "every two years"),
        ("Where was the Oslo Declaration of the ferry board adopted?", "Dakar"),
        ("When will the eighth meeting of the ferry panel be held?", "May 2012"),
        ("When will the ninth meeting of the ferry panel be held?", "June 2013"),
        ("Where will the eighth meeting of the ferry panel be held?", "Lisbon"),
        ("In which three cities did the tide experts meet?", "Lisbon; Hanoi, Viet Nam; and Dakar [1][2][3]"),
        ("Hanoi meeting on the storm study: which days?", "3–5 March 2011"),
        ("渔港基金受邀加入哪个委员会，还要做什么？", "参加帆布的检验"),
        ("船主协会的三次会分别在哪些城市开的？", "里斯本、奥斯陆、达喀尔"),
        ("航标小组第二次会议定在什么时候？", "2010年6月"),
        ("航标小组第一次会议是哪几天开的？", "2009年2月3日至5日"),
        ("灯塔公约的第二次审查最后达成协议了没有？", "未能达成协议"),
    ],
)
def test_what_is_told_beside_it_does_not_answer(desk: Desk, question: str, said: str) -> None:
    assert said in (desk.answerer.answer(question).text or "")


def test_two_numbers_that_are_asked_for_are_both_served_once(desk: Desk) -> None:
    text = desk.answerer.answer("渔港基金邀请了几名引航员？最后选中了几人？").text or ""
    assert "40名" in text
    assert "四人" in text


def test_an_item_that_answers_is_served_without_its_list(desk: Desk) -> None:
    text = (
        desk.answerer.answer("Which States would be urged to join the Harbour Convention without delay?").text
        or ""
    )
    assert "not yet joined" in text
    assert "lighthouses" not in text


@pytest.mark.parametrize(
    "question",
    [
        "In which month did the ferry board meet in Abidjan?",
        "When did the World Meteorological Organization ask the ferry board to meet?",
        "航标小组第一次会议是哪几天在阿比让开的？",
    ],
)
def test_what_names_a_place_or_a_body_that_nothing_speaks_of_is_refused(desk: Desk, question: str) -> None:
    assert desk.answerer.answer(question).status == "not_found"
