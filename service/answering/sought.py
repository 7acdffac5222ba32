"""What shows in a sentence or clause that it is the one asked about, whatever its other words.

A question may be tied to an occasion by the number of a session or by a year: reports tell of the first
meeting and the second in one breath, in words that hardly differ. And what is asked for leaves a mark of its
own: somebody named who isn't in the question, a reason, a person's name, a purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ingest.facts.dates_en import MONTHS
from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.geography import with_countries
from ingest.facts.numerals import chinese
from ingest.facts.ordinals import ORDINAL_WORDS, ordinals
from ingest.facts.sessions import Session, find_sessions
from service.answering.question import Question

__all__ = [
    "AT_ODDS",
    "MARKS",
    "PERSON_NAMED",
    "PLACES",
    "REASON_ASKED",
    "REASON_TOLD",
    "UNTOLD",
    "Sought",
    "asks_person",
]

MARKS: Final = (
    "ordinal",
    "year",
    "month",
    "place",
    "shows_body",
    "shows_reason",
    "shows_person",
    "shows_purpose",
    "shows_outcome",
    "shows_title",
    "shows_deadline",
)
"""What :meth:`Sought.signs` returns, in order, each 0 where the question asks for nothing of the kind.

``ordinal``: the share of the question's numbers of sessions, rounds and editions that stand there, -1 if only
others do; ``year``, ``month``, ``place``: the same for its years, months and places. ``shows_body``: 1 if a
body is asked for and one is named that the question doesn't name; ``shows_reason``, ``shows_person``,
``shows_purpose``, ``shows_title``, ``shows_deadline``: 1 if one is asked for and told; ``shows_outcome``: 1
if the question is to be answered by yes or no, and it is told what was or wasn't agreed, adopted or done.
"""

UNTOLD: Final = ("untitled", "undated", "undecided", "undenied")
"""What :meth:`Sought.untold` returns, in order, each 0 or 1: a title, a deadline or an outcome is asked for,
and nothing in the text tells of one; ``undenied``: it is taken for granted that something was rejected,
withheld, called off or moved elsewhere ("why did the Parties turn it down?"), and nothing there says no.
"""

AT_ODDS: Final = (
    *("no_place", "other_place", "no_year", "no_month", "other_ordinal", "other_session", "no_item"),
)
"""What :meth:`Sought.at_odds` returns, in order, each 0 or 1.

``no_place``, ``no_year``, ``no_month``: the question names one that the paragraph, its headings and the title
don't; ``other_place``: the same where the sentence that answers or one beside it names another;
``other_ordinal``: it numbers a session, and only others are numbered there; ``other_session``: it says whose,
and only sessions of that number of other bodies are told of there. ``no_item``: it numbers a recommendation,
an objective or the like that isn't there.
"""

REASON_ASKED: Final = re.compile(
    r"为什么|为何|何以|因何|怎么会|什么原因|原因是|缘由|理由|出于什么|"
    r"\bwhy\b|\breasons?\b|\bhow\s+come\b|\bwhat\s+(?:\w+\s+)?(?:led|caused|prompted|made|kept)\b",
    re.IGNORECASE,
)
REASON_TOLD: Final = re.compile(
    r"因|由于|鉴于|原因|理由|为了|以便|以期|以使|旨在|目的|考虑到|缺乏|缺少|不足|无法|未能|有助于|"
    r"\bbecause\b|\bowing\b|\bdue\s+to\b|\bsince\b|\bas\s+(?:it|they|the|no|only|most|some|many|there|a|its)\b|\bin\s+view\s+of\b|"
    r"\bgiven\b|\bfor\s+want\b|\black(?:ed|ing)?\b|\bso\s+that\b|\bin\s+order\b|\breasons?\b|\bcaused?\b|\bfollowing\b|"
    r"\bafter\b|\bon\s+account\b|\btherefore\b|\bthus\b|\bgrounds\b|\bfear|\bconcern|\bcould\s+not\b|\bunable\b|\bfailed\b",
    re.IGNORECASE,
)
_PERSON_ASKED: Final = re.compile(
    r"叫什么|姓名|姓什么|姓甚名谁|什么名字|名字|(?:分别|都|各)是谁|哪[一几两]?位|哪些(?:官员|市长|部长|大使|人士)|(?:主席|组长|主任|团长|所长|作者|报告员|协调员|负责人|主持人|发言人|院长|秘书|检查员|顾问|执笔人?)"
    r"[们]?(?:是|由|为)?(?:谁|哪位|何人)|谁(?:是|担任|当|任|主持|执笔|撰写|做|作|发表|致|讲)|由谁(?:来)?(?:主持|当|担任|执笔|撰写)|"
    r"\bwhat(?:'s|\s+is|\s+was|\s+are|\s+were)\s+the\s+(?:\w+\s+)?names?\b|\bname\s+of\s+the\b|\bnamed?\s*\?|"
    r"\bwho\s+(?:is|was|are|were)\b(?=.*\b(?:chair|president|director|author|secretary|head|rapporteur|co-?chair|facilitator|"
    r"leader|moderator|speaker|coordinator|officer|inspector|consultant|convener)s?\b)|"
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:officials?|ministers?|mayors?|ambassadors?|officers?|inspectors?|envoys?)\b|"
    r"\bwho\s+(?:sat|sits|spoke|are\s+the\s+\w+)\b|"
    r"\bwho\s+(?:chair|presid|author|wrote|draft|open|moderat|led|lead|sign|head|direct|r[au]n|deliver|gave)",
    re.IGNORECASE,
)
PERSON_NAMED: Final = re.compile(
    r"先生|女士|教授|博士|阁下|[\u4e00-\u9fff]·[\u4e00-\u9fff]|"
    r"\b(?:Mr|Ms|Mrs|Dr|Prof|Sir)\b\.?\s+[A-Z]|\bProfessor\s+[A-Z]|\bH\.\s?E\.|\b[A-Z][a-z]+\s[A-Z]\.\s[A-Z][a-z]+|"
    # "Ana Lima, Special Adviser to …"
    r"\b[A-Z][a-zà-ÿ]+\s[A-Z][a-zà-ÿ-]+,\s(?:(?:the|a)\s)?(?:[A-Z][\w-]+\s(?:of\s)?){0,4}?"
    r"(?:Advis[eo]r|Director|Secretary|Minister|President|Chair\w*|Professor|Ambassador|Head|Representative|Officer|Chief|Rapporteur)\b"
)
# The name of a thing: 报告叫什么名字, "the name of the programme".
_THING_NAMED: Final = re.compile(
    r"(?:报告|文件|[书奖]|出版物|方案|计划|项目|活动|平台|会议?|主题|指南|网站|数据库|刊物|战略|框架|指数|机制|基金)"
    r"(?:究竟|到底|最后|后来)?(?:叫|取名|题为|的?名[字称])|"
    r"\bnames?\s+of\s+(?:the|that|this|its)\s+(?:[\w'-]+\s+){0,3}?(?:reports?|publications?|programmes?|programs?|initiatives?|projects?|"
    r"events?|documents?|books?|papers?|strateg(?:y|ies)|ind(?:ex|ices)|funds?|plans?|tools?|frameworks?|platforms?|groups?|panels?|"
    r"conferences?|meetings?|workshops?|cit(?:y|ies)|countr(?:y|ies)|bod(?:y|ies)|organi[sz]ations?)\b",
    re.IGNORECASE,
)
_PURPOSE_ASKED: Final = re.compile(
    r"用来|作用|目的|用途|旨在|\bwhat\b.*\bfor\b\s*\?|\bpurpose\b|\baim|\bintend|\bmeant\s+to\b|\bsupposed\s+to\b",
    re.IGNORECASE,
)
_PURPOSE_TOLD: Final = re.compile(
    r"以便|为了|旨在|目的|以期|用于|用来|以使|\bin\s+order\b|\bto\b|\baim|\bpurpose|\bso\s+that\b|\bintended",
    re.IGNORECASE,
)
_OUTCOME_ASKED: Final = re.compile(
    r"有没有|是否|是不是|能不能|[成过定]了?没有?|没有[?？]?$|[吗嗎]|结果(?:如何|怎[么样])|"
    r"^(?:[\w\s-]+,\s*)?(?:did|does|do|was|were|is|are|has|have|had|could|can)\b|\bwhether\b|\b(?:and|or|but|,)\s+(?:did|was|were|has|have)\b|"
    r"\boutcome\b|\bhow\s+did\b.*\b(?:end|go|turn\s+out)\b",
    re.IGNORECASE,
)
_OUTCOME_TOLD: Final = re.compile(
    r"未能|没有|未|不(?:能|会|过|同意|再)|否决|拒绝|推迟|达成|商定了|同意|通过|核准|批准|撤回|失败|成功|一致|"
    r"\b(?:not|no|never|none|without|failed|agreed|agreement|adopted|approved|accepted|rejected|refused|declined|postponed|deferred|"
    r"withdr[ae]w\w*|voted|consensus|concluded|decided|unable|lost|defeated|endorsed|settled|dropped|shelved)\b",
    re.IGNORECASE,
)
_DENIED_ASKED: Final = re.compile(
    r"没(?!有[吗?？])|未(?!来)|不(?:肯|给|同意|让|准|被|赋予|予|再|愿|接受|采纳|批准|通过|承认|答应|许|派|去|参加)|拒|否决|驳回|终止|中止|取消|撤|推翻|反对|"
    r"缺席|退出|推迟|延期|改[到至在为期]|搬|迁[到至]|废[止除]|叫停|谢绝|回绝|解散|抵制|失败|"
    r"\b(?:reject|refus|declin|deni|deny|terminat|abolish|abandon|cancel|postpon|oppos|object(?:ed|ion)|veto|overturn|"
    r"dissolv|disband|suspend|relocat|boycott|scrap|fail|withdr[ae]w|withheld|withhold|absent|unable)|"
    r"\b(?:turn(?:ed|s|ing)?|vot(?:ed?|ing)|struck|strike)\s+down\b|\bthr(?:ow|ew|own)\w*\s+out\b|\bpull(?:ed|ing|s)?\s+out\b|\bcall(?:ed|ing)?\s+off\b|"
    r"\bwalk(?:ed|ing)?\s+out\b|\b(?:mov|shift|switch)(?:ed|e)?\b(?=.*\b(?:from|away)\b)|\b(?:not|never|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_DENIED_TOLD: Final = re.compile(
    r"没|未(?!来)|不(?![断仅但同妨限久少])|拒|否决|驳回|终止|中止|取消|撤|推翻|反对|缺席|退出|推迟|延期|改[到至在为期]|搬|迁|废|无法|难以|缺乏|失败|"
    r"\b(?:reject|refus|declin|deni|deny|terminat|abolish|abandon|cancel|postpon|oppos|object(?:ed|ion)|veto|overturn|"
    r"dissolv|disband|suspend|relocat|scrap|fail|withdr[ae]w|absent|unable|instead|defer|lack)|"
    r"\b(?:not|no|never|none|without|nor|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_TITLE_ASKED: Final = re.compile(
    r"[叫取名题題](?:做|作|为|為)?(?:什么|甚么|什麼|啥)|(?:标题|题目|名称|书名|名字|題目|名稱)|什么名|啥名|"
    r"\btitles?\b|\bcalled\b|\bname\s+of\s+the\b|\bentitled\b|\bnamed?\s*\?",
    re.IGNORECASE,
)
_TITLE_TOLD: Final = re.compile(
    r"[“「《‘\"]|题为|名为|主题是|标题|\b(?:entitled|titled|called|named|known\s+as)\b"
)
_DEADLINE_ASKED: Final = re.compile(
    r"最[晚迟遲]|至[迟遲]|截止|期限|以前|之前|应[当在于]?|[应本原]该|须|規定|规定|原定|预定|到什么时候|"
    r"\bby\s+(?:when|what|which)\b|\bdeadline|\bdue\b|\blater?\s+than\b|\blatest\b|\bsupposed\b|\buntil\b|\bexpected\b|\bshould\b|\bmust\b",
    re.IGNORECASE,
)
_DEADLINE_TOLD: Final = re.compile(
    r"应|须|必须|截止|期限|之前|以前|至迟|最迟|不迟于|不晚于|预计|定于|前[，。；完提向]|"
    r"\b(?:before|by|due|later|deadline|shall|must|until|expected|should|required|to\s+be)\b",
    re.IGNORECASE,
)
_ITEMS: Final = {
    "建议": "recommendation",
    "目标": "target",
    "附件": "annex",
    "阶段": "phase",
    "备选": "option",
}
_ITEM: Final = re.compile(
    rf"第\s*(?P<zh>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*[项条个]?(?P<what>{'|'.join(_ITEMS)})|"
    rf"(?P<which>{'|'.join(_ITEMS)})\s*(?P<n>\d{{1,2}})(?!\d|\.\d)|"
    rf"\b(?P<en>{'|'.join(_ITEMS.values())})\s+(?P<number>\d{{1,2}})(?!\d|\.\d)|"
    rf"\b(?P<ordinal>{'|'.join(ORDINAL_WORDS)})\s+(?P<noun>{'|'.join(_ITEMS.values())})\b",
    re.IGNORECASE,
)
_MONTHS: Final = {name: number for number, name in enumerate(MONTHS, 1)}
_MONTH: Final = re.compile(
    rf"(?<!\d)(?P<n>1[0-2]|0?[1-9])月|(?P<zh>十[一二]?|[一二三四五六七八九])月|\b(?P<en>{'|'.join(MONTHS)})\b"
)
# What else was going on: "on the margins of the ninth session", "during the ninth session", 在第九届会议期间.
_BACKDROP: Final = re.compile(
    r"在[^，。；]{0,40}?(?:会议|大会|届会)的?(?:空档|间隙|会外|会场外|场外|会场之外|期间|之[前后]|以[前后])|"
    r"\b(?:(?:on|at|in)\s+the\s+(?:margins?|sidelines?|fringes?)\s+of|during|before|after|following|prior\s+to|ahead\s+of)\s+[^,.;]+",
    re.IGNORECASE,
)
_BACKDROP_ASKED: Final = re.compile(
    r"空档|间隙|会外|场外|期间|\b(?:margins?|sidelines?|fringes?|during)\b", re.IGNORECASE
)
PLACES: Final = frozenset({"city", "country", "region"})
"""Kinds of names that are places."""
_BODIES: Final = frozenset({"body", "convention", "fund", "mechanism", "country"})

_YEAR: Final = re.compile(r"(?<![\d/.,])(?:19|20)\d\d(?![\d/])")


def asks_person(text: str) -> bool:
    """Whether the question ``text`` asks for somebody by name."""
    return _PERSON_ASKED.search(text) is not None and _THING_NAMED.search(text) is None


_T = TypeVar("_T", int, str)


@dataclass(frozen=True, slots=True)
class Sought:
    """What signs a question makes worth looking for. ``named`` are the English names of what it names,
    ``sessions`` the keys of the sessions of known bodies, without their conventions.
    """

    ordinals: frozenset[int]
    sessions: frozenset[str]
    years: frozenset[int]
    months: frozenset[int]
    items: frozenset[tuple[str, int]]
    places: frozenset[str]
    named: frozenset[str]
    body: bool
    reason: bool
    person: bool
    purpose: bool
    outcome: bool
    title: bool
    deadline: bool
    denied: bool
    occasion: bool

    @classmethod
    def of(cls, question: Question, named: Sequence[Entity]) -> Sought:
        text = question.text
        return cls(
            ordinals=ordinals(text),
            sessions=frozenset(
                _without_convention(session.key)
                for session in find_sessions(text, question.language, named, ())
                # "The working group" may be any.
                if session.body[0].isupper()
            ),
            years=_years(text),
            months=_months(text),
            items=_items(text),
            places=frozenset(entity.en for entity in named if entity.kind in PLACES),
            named=frozenset(entity.en for entity in named),
            body=question.asks == "body",
            reason=REASON_ASKED.search(text) is not None,
            person=asks_person(text),
            purpose=_PURPOSE_ASKED.search(text) is not None,
            outcome=question.asks == "text" and _OUTCOME_ASKED.search(text) is not None,
            title=_TITLE_ASKED.search(text) is not None,
            deadline=question.asks == "date" and _DEADLINE_ASKED.search(text) is not None,
            denied=_DENIED_ASKED.search(text) is not None and _OUTCOME_ASKED.search(text) is None,
            occasion=question.asks == "date" and _BACKDROP_ASKED.search(text) is None,
        )

    @property
    def nothing(self) -> bool:
        """Whether no sign says anything."""
        return not (
            self.ordinals
            or self.years
            or self.months
            or self.places
            or self.body
            or self.reason
            or self.person
            or self.purpose
            or self.outcome
            or self.title
            or self.deadline
        )

    def signs(self, text: str, start: int, end: int, facts: Callable[[], Facts]) -> tuple[float, ...]:
        """The signs in ``text[start:end]``, of length len(MARKS). ``facts`` gives those of ``text``."""
        part = text[start:end]
        return (
            _agreement(self.ordinals, self._numbered(part) - self._others(start, end, facts))
            if self.ordinals
            else 0.0,
            _agreement(self.years, _stated(_years, start, end, facts())) if self.years else 0.0,
            _agreement(self.months, _stated(_months_of, start, end, facts())) if self.months else 0.0,
            _agreement(self.places, _stated_places(start, end, facts())) if self.places else 0.0,
            float(self.body and self._other_body(start, end, facts())),
            float(self.reason and REASON_TOLD.search(part) is not None),
            float(self.person and PERSON_NAMED.search(part) is not None),
            float(self.purpose and _PURPOSE_TOLD.search(part) is not None),
            float(self.outcome and _OUTCOME_TOLD.search(part) is not None),
            float(self.title and _TITLE_TOLD.search(part) is not None),
            float(self.deadline and _DEADLINE_TOLD.search(part) is not None),
        )

    def backdrop(self, text: str) -> bool:
        """Whether ``text`` tells what took place in or beside the session whose date is asked for, only."""
        if not (self.occasion and self.ordinals):
            return False
        there = self.ordinals & ordinals(text)
        return bool(there) and not there & self._numbered(text)

    def numbers(self, session: Session) -> bool:
        """Whether ``session`` is one that the question numbers, as far as it says whose."""
        if session.number not in self.ordinals:
            return False
        return not self.sessions or _without_convention(session.key) in self.sessions

    def _others(self, start: int, end: int, facts: Callable[[], Facts]) -> frozenset[int]:
        """The numbers of sessions there that the question gives to another body, and to none there."""
        if not self.sessions:
            return frozenset()
        there = [session for session in facts().sessions if start <= session.start < end]
        own = {session.number for session in there if self.numbers(session)}
        return frozenset(session.number for session in there if session.number in self.ordinals) - own

    def _numbered(self, part: str) -> frozenset[int]:
        """The sessions and rounds that ``part`` numbers, without those that it names as a backdrop only: when
        something took place on the margins of a session isn't when that was.
        """
        return ordinals(_BACKDROP.sub(" ", part) if self.occasion else part)

    def untold(self, text: str) -> tuple[float, ...]:
        """Of length len(UNTOLD): what is asked for that nothing in ``text`` tells of."""
        return (
            float(self.title and _TITLE_TOLD.search(text) is None),
            float(self.deadline and _DEADLINE_TOLD.search(text) is None),
            float(self.outcome and _OUTCOME_TOLD.search(text) is None),
            float(self.denied and _DENIED_TOLD.search(text) is None),
        )

    def at_odds(
        self, whole: str, facts: Facts, names: frozenset[str], around: tuple[int, int]
    ) -> tuple[float, ...]:
        """Of length len(AT_ODDS): what the question says of the occasion that a paragraph doesn't.

        ``whole`` is the paragraph with its headings and the title, ``names`` the English names of what is
        named there, ``facts`` are the paragraph's, ``around`` is the span in it of the sentence that answers
        and those beside it.
        """
        dates = [date.value for date in facts.dates if date.value] if self.years or self.months else []
        years = self.years and self.years - _years(whole).union(*map(_years, dates))
        months = self.months and self.months - _months(whole).union(*map(_months_of, dates))
        stated = ordinals(whole) if self.ordinals else frozenset()
        no_place = not self.places <= with_countries(names)
        return (
            float(no_place),
            float(no_place and bool(_stated_places(*around, facts) - self.places)),
            float(bool(years)),
            float(bool(months)),
            float(bool(stated) and not self.ordinals & stated),
            float(bool(self.ordinals & self._others(0, len(whole), lambda: facts))),
            float(bool(self.items) and not self.items & _items(whole)),
        )

    def _other_body(self, start: int, end: int, facts: Facts) -> bool:
        return any(
            start <= entity.start < end and entity.kind in _BODIES and entity.en not in self.named
            for entity in facts.entities
        )


def _items(text: str) -> frozenset[tuple[str, int]]:
    """The numbered recommendations, targets and the like that ``text`` names, by their English nouns."""
    found = set()
    for match in _ITEM.finditer(text):
        digits = match["zh"] or match["n"] or match["number"]
        value = ORDINAL_WORDS[match["ordinal"].lower()] if match["ordinal"] else _count(digits)
        noun = match["what"] or match["which"]
        name = _ITEMS[noun] if noun else (match["en"] or match["noun"]).lower()
        if value is not None:
            found.add((name, value))
    return frozenset(found)


def _count(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else chinese(digits)


def _without_convention(key: str) -> str:
    return key.rpartition(", ")[2]


def _agreement(asked: frozenset[_T], stated: frozenset[_T]) -> float:
    if not stated:
        return 0.0
    common = len(asked & stated)
    return common / len(asked) if common else -1.0


def _stated_places(start: int, end: int, facts: Facts) -> frozenset[str]:
    return with_countries(
        entity.en for entity in facts.entities if start <= entity.start < end and entity.kind in PLACES
    )


def _stated(part_of: Callable[[str], frozenset[int]], start: int, end: int, facts: Facts) -> frozenset[int]:
    """The years or months of the dates there."""
    return frozenset().union(
        *(part_of(date.value) for date in facts.dates if start <= date.start < end and date.value)
    )


def _years(text: str) -> frozenset[int]:
    return frozenset(int(year) for year in _YEAR.findall(text))


def _months(text: str) -> frozenset[int]:
    found = set()
    for match in _MONTH.finditer(text):
        value = (
            int(match["n"]) if match["n"] else chinese(match["zh"]) if match["zh"] else _MONTHS[match["en"]]
        )
        if value is not None:
            found.add(value)
    return frozenset(found)


def _months_of(value: str) -> frozenset[int]:
    """The months of an ISO 8601 date or interval."""
    points = (end.split("-") for end in value.split("/") if not end.startswith("-"))
    return frozenset(int(point[1]) for point in points if len(point) > 1 and point[1].isdecimal())
