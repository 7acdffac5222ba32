"""What a question turns on, and whether a paragraph in either language states it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold
from service.answering.words.concepts import UNSTATED, turns_on, unstated
from service.answering.words.lexicon import CONCEPTS, read_concepts
from service.answering.words.phrases import Finder

MEETING = (
    "The expert group on wells met in Lima from 3 to 5 May 2011, with 14 members attending. It agreed on a "
    "list of 40 sites and asked the secretariat to circulate it before 1 July 2011."
)
MEETING_ZH = (
    "水井专家组于2011年5月3日至5日在利马开会，14名成员出席。"
    "专家组商定了一份列有40个地点的清单，并请秘书处在2011年7月1日前分发。"
)


def lacks(question: str, paragraph: str, around: str | None = None) -> dict[str, float]:
    turn = turns_on(question)
    none = dict.fromkeys(turn.named, 0)
    found = unstated(turn, paragraph if around is None else around, paragraph, none, none)
    return dict(zip(UNSTATED, found, strict=True))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who sponsored the expert meeting on wells?", "unstated_act"),
        ("Why did the expert group resign?", "unstated_act"),
        ("Which resolution abolished the expert group?", "unstated_act"),
        ("Why was the meeting in Lima cancelled?", "unstated_act"),
        ("Who chaired the meeting in Lima?", "unstated_attribute"),
        ("How many pages did the list run to?", "unstated_attribute"),
        ("In which hotel did the group meet?", "unstated_attribute"),
        ("How much did the meeting in Lima cost?", "unstated_attribute"),
        ("Which five countries proposed the list?", "unstated_attribute"),
        ("What are the names of the experts?", "unstated_attribute"),
        ("How many women took part?", "unstated_attribute"),
        ("Which company made the list?", "unstated_attribute"),
        ("专家组会议是谁资助的？", "unstated_act"),
        ("專家組為什麼辭職？", "unstated_act"),
        ("专家组的组长叫什么名字？", "unstated_attribute"),
        ("利马会议花了多少钱？", "unstated_attribute"),
        ("会议在哪家酒店举行？", "unstated_attribute"),
        ("清单有多少页？", "unstated_attribute"),
        ("清单是哪五个国家提议的？", "unstated_attribute"),
    ],
)
@pytest.mark.parametrize("paragraph", [MEETING, MEETING_ZH], ids=["en", "zh"])
def test_what_no_word_of_the_paragraph_states_is_missed_in_either_language(
    question: str, name: str, paragraph: str
) -> None:
    assert lacks(question, paragraph)[name] == 1.0


@pytest.mark.parametrize(
    ("question", "paragraph"),
    [
        ("When did the expert group meet?", MEETING),
        ("How many members came to Lima?", MEETING),
        ("How many sites are on the list?", MEETING_ZH),
        ("專家組有多少成員出席？", MEETING),
        ("By when is the list to be circulated?", MEETING_ZH),
        ("Who sponsored the meeting?", "The costs were borne by the Government of Peru."),
        ("Who sponsored the meeting?", "会议经费由秘鲁政府承担。"),
        ("Why was the course called off?", "该课程因资金不足而取消。"),
        ("课程为什么被叫停？", "The course was cancelled for want of teachers."),
        ("Why did the chair step down?", "主席因健康原因辞职。"),
        ("Who chaired the meeting?", "会议由玛丽亚·洛佩斯女士主持。"),
        ("会议由谁主持？", "The meeting was chaired by Ms. Maria Lopez (Peru)."),
        ("How much did it cost?", "总费用为12万美元。"),
        ("花了多少钱？", "The total came to $120,000."),
        ("How much did it cost?", "The hall was made available free of charge."),
        ("How many pages does the report have?", "报告共64页。"),
        ("What share of them were women?", "女性占百分之四十。"),
        ("In which hotel did they meet?", "会议在海滨酒店举行。"),
        ("In what language was it writen?", "It was issued in Arabic."),
    ],
)
def test_what_other_words_or_the_other_language_state_is_not_missed(question: str, paragraph: str) -> None:
    assert lacks(question, paragraph) == dict.fromkeys(UNSTATED, 0.0)


def test_what_is_stated_elsewhere_in_the_paragraph_counts_by_half() -> None:
    sentence = "The group met in Lima."
    paragraph = f"{sentence} It reviewed the list. Costs were borne by the Government of Peru."
    assert lacks("Who sponsored the meeting?", paragraph, sentence)["unstated_act"] == 0.5


@pytest.mark.parametrize(
    ("question", "kind", "many"),
    [
        ("Which two countries proposed the list?", "country", 2),
        ("提出清单的是哪两个国家？", "country", 2),
        ("Names of the 11 new organizations, please", "body", 11),
        ("参加会议的是哪几家机构？", "body", 2),
        ("Which country proposed the list?", "country", 1),
    ],
)
def test_names_asked_for_are_counted(question: str, kind: str, many: int) -> None:
    turn = turns_on(question)
    assert turn.named == {kind: many}
    enough = min(many, 2)
    assert unstated(turn, MEETING, MEETING, {kind: enough}, {kind: enough})[1] == 0.0
    assert unstated(turn, MEETING, MEETING, {kind: enough - 1}, {kind: enough})[1] == 0.5
    assert unstated(turn, MEETING, MEETING, {kind: 0}, {kind: enough - 1})[1] == 1.0


def test_words_in_names_and_titles_are_not_what_is_asked_for() -> None:
    question = "When did the Abolish Landmines Fund meet?"
    start = question.index("Abolish")
    assert lacks(question, MEETING)["unstated_act"] == 1.0
    named = turns_on(question, [(start, start + len("Abolish Landmines Fund"))])
    assert unstated(named, MEETING, MEETING, {}, {}) == (0.0, 0.0)
    assert lacks("“废除地雷”讲习班什么时候开？", MEETING_ZH)["unstated_act"] == 0.0


@pytest.mark.parametrize("slip", ["sponsord", "sposnored", "sponnsored"])
def test_a_slip_in_a_long_word_is_read_over(slip: str) -> None:
    assert lacks(f"Who {slip} the meeting?", MEETING)["unstated_act"] == 1.0


def test_politeness_turns_on_nothing() -> None:
    question = "Excuse me, I am preparing a statement for my delegation: when did the group meet? Thank you."
    assert lacks(question, MEETING) == dict.fromkeys(UNSTATED, 0.0)


def test_which_are_asked_for_in_chinese_is_not_how_many() -> None:
    finder = Finder([("几个项目", 0)])
    assert finder.find("共有几个项目", {0}) == {0}
    assert not list(finder.places("是哪几个项目"))


def test_a_form_may_leave_out_words_between() -> None:
    finder = Finder([("how many .. sites", 0), ("多少…站", 1)])
    assert finder.find("how many new sites", {0}) == {0}
    assert finder.find("how many of the very new sites", {0}) == set()
    assert {owner for owner, _, _ in finder.places("有多少个水文站")} == {1}


def test_every_concept_has_both_languages_in_folded_forms_and_a_name_of_its_own() -> None:
    concepts = read_concepts()
    assert len({concept.name for concept in concepts}) == len(concepts) > 150
    for concept in concepts:
        assert any(form.isascii() for form in concept.asked), concept.name
        assert any(not form.isascii() for form in concept.asked), concept.name
        for form in concept.forms:
            assert fold(form.replace("…", "")) == form.replace("…", ""), (concept.name, form)
            assert len(form.split()) == 1 or form.isascii(), (concept.name, form)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("boil\tact\tboil*", "expected 7 columns"),
        ("boil\tdeed\tboil*\t煮\t\t\t", "expected a sort"),
        ("boil\tact\tboil*\t煮\t\t\t=steam", "expected evidence"),
    ],
)
def test_a_bad_row_is_named(line: str, message: str, tmp_path: Path) -> None:
    table = tmp_path / "concepts.tsv"
    head = CONCEPTS.read_text(encoding="utf-8").partition("\n")[0]
    table.write_text(f"{head}\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"line 2: {message}"):
        read_concepts(table)
    table.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected the columns"):
        read_concepts(table)


@given(st.text(max_size=80), st.text(max_size=200))
def test_each_is_missed_not_at_all_by_half_or_wholly(question: str, paragraph: str) -> None:
    turn = turns_on(question)
    none = dict.fromkeys(turn.named, 0)
    found = unstated(turn, paragraph[:50], paragraph, none, none)
    assert len(found) == len(UNSTATED)
    assert set(found) <= {0.0, 0.5, 1.0}


@given(
    st.sampled_from([form for concept in read_concepts() if concept.sort == "act" for form in concept.asked])
)
def test_what_asks_for_an_act_states_it(form: str) -> None:
    said = form.replace("*", "").replace("..", "the").replace("…", "")
    assert unstated(turns_on(said), said, said, {}, {})[0] == 0.0
