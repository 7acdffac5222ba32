"""What a question counts ("how many delegates", 多少家企业) and whether a number beside it counts that.

A number stands beside what it counts. The right thing may have another name there (people: participants,
代表), a near miss counts something else of the same meeting. Words that everybody knows to mean the same are
grouped here, as our own compiling; of others the model says how alike they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["asked_noun", "beside", "same_sort"]

_ASKED_EN: Final = re.compile(
    r"\b(?:how\s+many|(?:total\s+)?number\s+of|no\.\s+of|what\s+number\s+of|count\s+of)\s+(?P<noun>(?:[\w'-]+\s*){1,4})",
    re.IGNORECASE,
)
_ENDS_NOUN: Final = re.compile(
    r"\b(?:did|do|does|were|was|are|is|be|been|have|has|had|will|would|can|could|should|took|take|came|come|in|on|at|"
    r"of|from|to|for|with|by|and|that|there|they|it|he|she|we|the|this|those|these|attend\w*|participat\w*|signed|"
    r"made|went|got|ended|turned|showed|when|who|which|joined|gave|sent|under|during|after|before)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CLASSIFIERS: Final = "个個名位次项項份种種届家所场場条條段篇国國笔张張票倍章页頁人艘座块本部件"
_ASKED_ZH: Final = re.compile(
    rf"(?:多少|(?<!哪)[几幾])(?P<unit>[{_CLASSIFIERS}])?(?P<noun>[\u4e00-\u9fff]{{0,4}})"
)
_TOTAL_ZH: Final = re.compile(r"(?P<noun>[^\W\d_a-zA-Z的]{1,4}?)(?:数量|数目|总数|个数|(?<=人)数)")
_UNITS_ZH: Final = frozenset("国國票章页頁人次")
"""Classifiers that say by themselves what is counted."""
_NEXT_ZH: Final = re.compile(
    r"[。；;，,]|(?:[、和及与]|以及)?\s*\d|[一二三四五六七八九十百]+(?:[个名位项份])"
)
_NEXT_EN: Final = re.compile(
    r"[.;,](?:\s|$)|(?:\s(?:and|or|from|in|of(?:\sthe)?|to|by))?\s(?=\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)\b)"
)
"""Where what a number counts is no longer named: at a comma, or where the next number stands."""
_AFTER_ZH: Final = 14
_AFTER_EN: Final = 5
"""Characters and words after a number in which what it counts is named."""

_SORTS: Final = {
    "people": (
        (
            r"人|代表|专家|成员|委员|作者|学员|官员|工作人员|员工|雇员|观察员|科学家|从业者|与会|参加者|参与者|嘉宾|学生|青年|志愿者|"
            r"谈判者|部长|记者|候选人"
        ),
        (
            r"people|persons?|folks?|souls|heads|visitors?|participants?|delegates?|representatives?|experts?|members?|authors?|trainees?|officials?|staff|"
            r"employees?|observers?|scientists?|practitioners?|attendees?|students?|volunteers?|specialists?|ministers?|"
            r"guests?|journalists?|reviewers?|negotiators?|candidates?|nominees?|inspectors?|consultants?|youth"
        ),
    ),
    "women": (r"女|妇", r"wom[ae]n|female|girls?"),
    "states": (
        r"国|缔约方|会员国|政府|当事方",
        r"countr\w+|states?|parties|party|governments?|nations?|governmental",
    ),
    "organizations": (
        r"组织|机构|企业|公司|伙伴|团体|单位|协会|大学|银行|商社|基金会",
        (
            r"organi[sz]ations?|agenc\w+|compan\w+|businesses|firms?|partners?|institutions?|associations?|groups?|"
            r"universit\w+|enterprises?|banks?|bodies|ngos?|donors?"
        ),
    ),
    "papers": (
        r"份|文件|报告|通报|方案|计划|提案|提交|意见|评论|答复|问卷|草案|论文|出版物|说明|建议书",
        (
            r"documents?|reports?|communications?|programmes?|plans?|proposals?|submissions?|comments?|replies|"
            r"responses|questionnaires?|drafts?|papers?|publications?|notes?|case\s+studies"
        ),
    ),
    "pages": (r"页|頁|篇幅", r"pages?"),
    "chapters": (r"章", r"chapters?"),
    "decisions": (r"决定|决议|建议|结论", r"decisions?|resolutions?|recommendations?|conclusions?"),
    "votes": (r"票|投票", r"votes?|ballots?"),
    "meetings": (
        r"次会|会议|届|讲习班|研讨会|场|活动|讲座|培训班",
        r"meetings?|sessions?|workshops?|events?|seminars?|conferences?|rounds?",
    ),
    "projects": (r"项目|工程|活动|合同", r"projects?|activit\w+|initiatives?|contracts?|undertakings?"),
    "topics": (r"主题|专题|议题|议程|领域|方面|题", r"themes?|topics?|areas?|issues?|items?|subjects?"),
    "languages": (r"语|文版", r"languages?"),
    "time": (r"年|月|周|天|日|小时|届", r"years?|months?|weeks?|days?|hours?|sessions?"),
    "places": (
        r"城|镇|村|市|地点|站点|站",
        r"cit(?:y|ies)|towns?|villages?|sites?|places?|locations?|stations?",
    ),
    "money": (r"元|欧元|法郎|英镑", r"dollars?|euros?|francs?|pounds?"),
    "species": (r"物种|种类|品种", r"species|varieties|breeds"),
}
_WRITTEN: Final = {
    name: re.compile(rf"{han}|\b(?:{latin})\b", re.IGNORECASE) for name, (han, latin) in _SORTS.items()
}
_HAN: Final = re.compile("[\u3400-\u9fff]")


@lru_cache(maxsize=1 << 10)
def asked_noun(question: str) -> str:
    """What ``question`` asks the number of; empty if that can't be read off it."""
    match = _ASKED_EN.search(question)
    if match is not None:
        return _ENDS_NOUN.sub("", match["noun"]).strip()
    match = _ASKED_ZH.search(question)
    if match is not None:
        unit = match["unit"] or ""
        return unit if unit and unit in _UNITS_ZH else match["noun"] or (unit if unit != "个" else "")
    match = _TOTAL_ZH.search(question)
    return match["noun"] if match is not None else ""


def beside(text: str, start: int, end: int) -> str:
    """The number at ``text[start:end]`` with the words after it, where what it counts is named; where the
    sentence ends with it, with those before it ("a board of nine").
    """
    after, before = text[end : end + 80], text[max(0, start - 80) : start]
    if _HAN.search(text, max(0, start - 6), min(len(text), end + 6)) is not None:
        named = _NEXT_ZH.split(after[:_AFTER_ZH])[0]
        return text[start:end] + named if named.strip() else before[-_AFTER_ZH:] + text[start:end]
    words = _NEXT_EN.split(after)[0].split()
    if not any(map(str.isalnum, "".join(words))):
        return " ".join(before.split()[-_AFTER_EN:]) + " " + text[start:end]
    return text[start:end] + " " + " ".join(words[:_AFTER_EN])


@lru_cache(maxsize=1 << 14)
def _sorts(words: str) -> frozenset[str]:
    return frozenset(name for name, written in _WRITTEN.items() if written.search(words))


def same_sort(asked: str, said: str) -> bool | None:
    """Whether what is said beside a number is of a sort that ``asked`` names; ``None``: not known."""
    wanted, there = _sorts(asked), _sorts(said)
    if not wanted or not there:
        return None
    return bool(wanted & there)
