"""What a question turns on — an act, an attribute, a person, a sum — and whether it is stated at all.

A near miss is answered from the paragraph about the right thing although what is asked of it isn't there: who
sponsored the meeting, how many pages the report has. Each such concept is a row of ``concepts.tsv``, our own
compiling, with the words that ask for it and the words that state it, in English and Chinese. The latter are
many: where none of them stands in a paragraph, it doesn't state the concept in either language.

In the table ``; `` parts forms. In English ``*`` at a word's end stands for any ending and ``..`` for up to
three words. What asks for a concept also states it. ``evidence`` names what states it too (``money``), or,
after ``=``, what alone does.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from index.analysis import fold

__all__ = ["CONCEPTS", "UNSTATED", "Concept", "read_concepts", "turns_on", "unstated"]

UNSTATED: Final = (
    "unstated_act",
    "unstated_attribute",
    "unstated_body",
    "unstated_people",
    "unstated_person",
    "unstated_country",
    "unstated_money",
)
"""What :func:`unstated` returns, in order."""

CONCEPTS: Final = Path(__file__).with_name("concepts.tsv")
_COLUMNS: Final = ("name", "sort", "asked_en", "asked_zh", "stated_en", "stated_zh", "evidence")
_SORTS: Final = tuple(name.removeprefix("unstated_") for name in UNSTATED)
_ELSEWHERE: Final = 0.5
_GAP: Final = 3
_LONG: Final = 6
"""Letters of a word that is mended, and of the beginning that it is mended to."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"

_WORD: Final = re.compile("[a-z]+")
_QUOTED: Final = re.compile("《[^》]{1,60}》|“[^”]{1,60}”|\"[^\"]{1,60}\"|「[^」]{1,60}」")

_CURRENCY: Final = (
    "euros?|dollars?|francs?|pounds?|yen|yuan|kron(?:e|or)|roubles?|rupees?|pesos?|reais|rands?|cents?|"
    "usd|eur|chf|gbp|cad|aud"
)
_EVIDENCE: Final[Mapping[str, re.Pattern[str]]] = {
    "money": re.compile(
        rf"[$€£¥]\s?\d|\d\s*(?:million|billion|thousand|m|bn)?\s*(?:\w+\s)?\b(?:{_CURRENCY})\b|"
        rf"\b(?:{_CURRENCY})\s\d|(?:[\d零一二三四五六七八九十百千万亿]\s*)(?:多|余)?"
        r"(?:美元|欧元|美金|瑞士法郎|瑞郎|法郎|英镑|日元|澳元|克朗|卢布|卢比|比索|加元|人民币|兰特|雷亚尔|元)|"
        r"\bfree\s+of\s+charge\b|\bat\s+no\s+(?:cost|charge)\b|\bwithout\s+(?:charge|cost)\b|免费|无偿|不收费"
    ),
    "percent": re.compile(
        r"\d\s*(?:%|per\s*cent\b|percent\b)|百分之|分之|[一二三四五六七八九]成(?!员|立|为|果|功)|"
        r"\b(?:half|third|quarter|fifth|tenth|majority)s?\b|一半|半数|\bout\s+of\b|"
        r"\d\s*(?:名|个|位|人|台|家|项|座)?\s*(?:中|里)"
    ),
    "people": re.compile(
        r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
        r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|hundred|dozen|no))\s+(?:[\w-]+\s+){0,4}?"
        r"(?:persons?|people|participants?|delegates?|representatives?|experts?|members?|trainees?|authors?|"
        r"students?|scientists?|ministers?|mayors?|observers?|officers?|officials?|coordinators?|women|men|"
        r"farmers?|inspectors?|attendees|reviewers?|teachers?|staff|users?|graduates?|young|chairs|co-chairs)\b|"
        r"\b(?:attend\w*|participants?|persons)\b[^.]{0,25}\d|"
        r"[\d两二三四五六七八九十百千]\s*(?:多|余)?\s*(?:名|位|人(?!居))"
    ),
    "nations": re.compile(
        r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|no))\s+(?:[\w-]+\s+){0,3}?"
        r"(?:countr(?:y|ies)|states?|part(?:y|ies)|governments?|nations|members?)\b|"
        r"[\d两二三四五六七八九十百]\s*(?:多|余)?\s*(?:个)?\s*(?:\w{0,4})(?:国|缔约方|政府)"
    ),
    "copies": re.compile(r"\bcop(?:y|ies)\b|\d\s*(?:册|份|本)|印"),
    "pages": re.compile(r"(?:\d|\b(?:ten|twenty|thirty|forty|fifty|hundred|one|two|three|four|five)[- ])\s*(?:\w+\s)?pages?\b|[\d一二三四五六七八九十百]\s*(?:多|余)?\s*页"),
    "votes": re.compile(r"\d\s*(?:\w+\s)?votes?\b|\d+\s*票|\bby\s+\d+\s*(?:votes?\s+)?to\s+\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|no)\s+votes?\b|[一二三四五六七八九十百]\s*票|一致|\bunanim"),
    "comments": re.compile(r"\d\s*(?:\w+\s){0,2}(?:comments?|observations?|remarks?|submissions?|responses?|replies)\b|\d\s*(?:多|余)?\s*(?:条|项|份|个)\S{0,6}(?:意见|评论|答复|材料|建议)|[意评]\S{0,6}\d"),
    "third": re.compile(r"\bthird\b|第三|三稿|\b3rd\b"),
}

_ROLE_EN: Final = (
    r"(?:co-?\s?)?(?:chair\w*|president|director|secretary|head|leader|rapporteur|moderator|facilitator|coordinator|"
    r"inspectors?|consultants?|consultents?|experts?|authors?|editors?|scientists?|winners?|minister|ambassador|reader|members?|"
    r"speakers?|trainers?|officer|manager|evaluators?|reviewers?|convener)s?"
)
_ROLE_ZH: Final = (
    "(?:主席|组长|主任|团长|所长|院长|作者|报告员|协调员|负责人|主持人|发言人|秘书|检查员|顾问|部长|大使|总干事|司长|"
    "处长|主编|导演|专家|科学家|总经理|干事|经理|成员|领队|评委)"
)
_PERSON_ASKED: Final = re.compile(
    rf"\bnames?\s+of\s+(?:the\s+)?(?:[\w-]+\s+){{0,6}}?{_ROLE_EN}\b|"
    rf"\bwho(?:'s|\s+(?:is|was|are|were))\s+(?:the\s+)?(?:[\w-]+\s+){{0,4}}?{_ROLE_EN}\b|"
    r"\bwho\s+(?:chair|presid|wrote\s+(?:the|a|an|this)\b|open|moderat|taught|teach|directs|is\s+going\s+to\s+teach|sign|singed|won\b)|"
    rf"^(?:names?\s+)(?:of\s+)?(?:\w+\s+){{0,4}}?{_ROLE_EN}\b|"
    rf"{_ROLE_ZH}们?(?:的?(?:名字|姓名)?(?:都|分别)?(?:是|叫)(?:谁|什么名字|什么|哪位|何人)|的?\s*(?:姓名|名字))|"
    rf"谁(?:是|当|任|担任|出任)\S{{0,16}}?{_ROLE_ZH}|谁主持|由谁(?:来)?(?:主持|执笔|撰写|当|担任|带队|代职)|(?:叫什么名字|姓名)|"
    r"是谁(?:主持|带队|签|起草|撰写)|哪位(?:主持|专家|科学家|部长|大使)"
)
_PERSON: Final = re.compile(
    r"先生|女士|教授|博士|阁下|[\u4e00-\u9fff]·[\u4e00-\u9fff]|"
    r"\b(?:Mr|Ms|Mrs|Mme|Dr|Prof|Sir|Messrs)\b\.?\s+[A-Z]|\bProfessor\s+[A-Z]|\bH\.\s?E\.|\b[A-Z][a-z]+\s[A-Z]\.\s[A-Z][a-z]+|"
    r"\b[A-Z][a-zà-ÿ]+(?:\s[A-Z][a-zà-ÿ-]+){1,3}\s\([A-Z]"
)
_COUNTRY_ASKED: Final = re.compile(
    r"\b(?:which|wich|name|list|what(?=\s+(?:two|three|four|five|six|countr|part|gov|nation)))\s+(?:of\s+)?(?:the\s+)?"
    r"(?:(?P<en>two|three|four|five|six|seven|eight|nine|ten|\d+)\s+)?"
    r"(?!period|date|decision|text|year|time|city|body|document)(?:\w+\s+)?(?:countr(?:y|ies|ys)|states|part(?:y|ies)|governments?|nations?)\b|"
    r"\bnames?\s+of\s+(?:the\s+)?(?:\w+\s+)?(?:countries|parties|states|governments)\b|^countries\b|"
    r"哪(?:些|几|一|(?P<zh>[两二三四五六七八九十]))?个?(?:亚洲|非洲|欧洲|拉美|邻)?(?:国家|缔约方|国(?![际家内籍])|政府)|"
    r"(?:国家|缔约方)(?:都|分别)?是(?:哪|谁)|(?:国家|缔约方)分别|哪国"
)
_COUNTS: Final[Mapping[str, int]] = {
    **{word: count for count, word in enumerate("两三四五六七八九十", 2)},
    "二": 2,
    **{
        word: count
        for count, word in enumerate(
            ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 2
        )
    },
}
_MONEY_ASKED: Final = re.compile(
    r"\bcosts?\b|(?<!by )\bhow\s+much\s+(?:money|did|does|do|has|have|was|were|is|will|would)\b(?!\s+(?:longer|of))|"
    r"\b(?:budget|price|salary|total\s+bill|expenses|expenditure|fee)\b(?=\s*(?:of|for|to|$|\?))|^contribution|"
    r"\bhow\s+big\s+was\b.{0,30}\bcontribution|\bhow\s+(?:many|much)\s+(?:euros?|dollars?|francs)\b|"
    r"多少(?:钱|美元|欧元|澳元|日元|瑞郎|资金|经费|费用|旅费|预算|款)|(?:花|捐|出|付|拨|交|收)(?:掉|了|给|过)?\S{0,8}?多少(?!人|名|位|个|份|年|国|次|项)|"
    r"(?:经费|费用|预算|薪酬|工资|酬金|租金|开支|捐款|成本|造价|损失)\s*(?:一?共|总共|总额|数额|金额)?\s*(?:是|有|为|花)?\s*(?:多少|多小|多大|几|数额|金额|[?？]|$)"
)
_OTHER_ASKED: Final = re.compile(
    r"谁|哪(?:天|年|月|里|儿|个|家|国|项|些|几)|什么时候|何时|为什么|\b(?:when|who|which|where|why|whose)\b|\bwhat\s+(?:reply|date|percentage)\b"
)
"""Where a question names something else that it asks for, the sum in it is not what it asks for."""

_POLITE: Final = re.compile(
    r"各位老师好?|我在?准备发言稿?|\bpreparing\s+a\s+statement(?:\s+for\s+my\s+delegation)?|\bsorry\s+to\s+trouble\s+you|"
    r"\bmy\s+minister\b|\bthank(?:s|\s+you)?\b|非常?感谢|谢谢"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of the table. ``forms`` state it, ``asked`` ask for it; ``evidence`` states it too, or, if ``alone``,
    nothing else does.
    """

    name: str
    sort: str
    asked: tuple[str, ...]
    forms: tuple[str, ...]
    evidence: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What a question turns on. ``countries`` is how many are asked for, 0 if none."""

    concepts: tuple[Concept, ...]
    person: bool
    money: bool
    countries: int


def read_concepts(path: Path = CONCEPTS) -> tuple[Concept, ...]:
    """:raises OSError: if the table can't be read. :raises ValueError: if it is no table of concepts."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != _COLUMNS:
            raise ValueError(f"{path}: expected the columns {', '.join(_COLUMNS)} in the first line")
        return tuple(_concept(row, f"{path}, line {rows.line_num}") for row in rows)


def _concept(row: Sequence[str], place: str) -> Concept:
    if len(row) != len(_COLUMNS):
        raise ValueError(f"{place}: expected {len(_COLUMNS)} columns between tabs, found {len(row)}")
    name, sort, *columns, evidence = row
    asked_en, asked_zh, stated_en, stated_zh = (
        [form for form in column.split("; ") if form] for column in columns
    )
    kind = evidence.removeprefix("=")
    if sort not in _SORTS:
        raise ValueError(f"{place}: expected a sort among {', '.join(_SORTS)}, found {sort!r}")
    if kind and kind not in _EVIDENCE:
        raise ValueError(f"{place}: expected evidence among {', '.join(_EVIDENCE)}, found {kind!r}")
    asked = (*asked_en, *asked_zh)
    return Concept(name, sort, asked, (*asked, *stated_en, *stated_zh), kind, evidence.startswith("="))


class _Finder:
    """Finds concepts by their forms in folded text."""

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        self._exact: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._begun: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._han: dict[str, list[tuple[str, int]]] = {}
        for form, concept in forms:
            first, *rest = form.split(" ")
            if not form[0].isascii() or not form[0].isalpha():
                self._han.setdefault(form[0], []).append((form, concept))
            elif first.endswith("*"):
                self._begun.setdefault(first[:-1], []).append((tuple(rest), concept))
            else:
                self._exact.setdefault(first, []).append((tuple(rest), concept))
        self._first = lru_cache(1 << 14)(self._begins)
        self._mended = lru_cache(1 << 12)(self._mend)

    def _begins(self, word: str, shortest: int = 1) -> tuple[tuple[tuple[str, ...], int], ...]:
        """What follows ``word``, and the concept, for each form whose first word it is; of beginnings of words,
        those of ``shortest`` letters or more.
        """
        found = list(self._exact.get(word, ()))
        for end in range(shortest, len(word) + 1):
            found += self._begun.get(word[:end], ())
        return tuple(found)

    def _mend(self, word: str) -> tuple[tuple[tuple[str, ...], int], ...]:
        """What a long word begins once two letters have changed places, one is doubled, or one is put back."""
        if len(word) < _LONG:
            return ()
        for place in range(1, len(word)):
            others = [word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]]
            if word[place] == word[place - 1]:
                others.append(word[:place] + word[place + 1 :])
            others += [word[:place] + letter + word[place:] for letter in _LETTERS]
            for other in others:
                if found := self._begins(other, _LONG):
                    return found
        return ()

    def find(self, text: str, free: Callable[[int, int], bool] | None = None, mend: bool = False) -> set[int]:
        found: set[int] = set()
        words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
        plain = [word for word, _, _ in words]
        for place, (word, start, end) in enumerate(words):
            begun = self._first(word) or (self._mended(word) if mend else ())
            for rest, concept in begun:
                if (not rest or _follows(rest, plain, place + 1)) and (free is None or free(start, end)):
                    found.add(concept)
        if not text.isascii():
            for start, character in enumerate(text):
                for form, concept in self._han.get(character, ()):
                    if text.startswith(form, start) and (free is None or free(start, start + len(form))):
                        found.add(concept)
        return found


def _follows(rest: tuple[str, ...], words: Sequence[str], place: int) -> bool:
    if not rest:
        return True
    if rest[0] == "..":
        return any(_follows(rest[1:], words, place + skipped) for skipped in range(_GAP + 1))
    if place >= len(words):
        return False
    form, word = rest[0], words[place]
    fits = word.startswith(form[:-1]) if form.endswith("*") else word == form
    return fits and _follows(rest[1:], words, place + 1)


@dataclass(frozen=True, slots=True)
class _Lexicon:
    concepts: tuple[Concept, ...]
    asking: _Finder
    stating: _Finder


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    concepts = read_concepts()
    return _Lexicon(
        concepts,
        _Finder((form, number) for number, one in enumerate(concepts) for form in one.asked),
        _Finder((form, number) for number, one in enumerate(concepts) for form in one.forms),
    )


@lru_cache(maxsize=1 << 12)
def turns_on(text: str, named: tuple[tuple[int, int], ...] = ()) -> Turn:
    """What the question ``text`` turns on; words within ``named`` spans and quoted titles are names."""
    folded = _POLITE.sub(lambda match: " " * len(match[0]), fold(text))
    spans: list[tuple[int, int]] = [match.span() for match in _QUOTED.finditer(folded)]
    if len(folded) == len(text):
        spans += named
    lexicon = _lexicon()

    def free(start: int, end: int) -> bool:
        return all(end <= first or last <= start for first, last in spans)

    found = lexicon.asking.find(folded, free, mend=True)
    countries = 0
    match = _COUNTRY_ASKED.search(folded)
    if match is not None:
        said = match["en"] or match["zh"]
        countries = 1 if not said else int(said) if said.isdecimal() else _COUNTS[said]
    return Turn(
        tuple(lexicon.concepts[number] for number in sorted(found)),
        _PERSON_ASKED.search(folded) is not None,
        _MONEY_ASKED.search(folded) is not None and _OTHER_ASKED.search(folded) is None,
        countries,
    )


@lru_cache(maxsize=1 << 12)
def _stated(text: str) -> frozenset[str]:
    """Names of the concepts and kinds of evidence that ``text`` states."""
    folded = fold(text)
    lexicon = _lexicon()
    found = {lexicon.concepts[number].name for number in lexicon.stating.find(folded)}
    return frozenset(found)


@lru_cache(maxsize=1 << 13)
def _shown(text: str, evidence: str) -> bool:
    return _EVIDENCE[evidence].search(fold(text)) is not None


def unstated(
    turn: Turn,
    around: str,
    paragraph: str,
    countries_around: Collection[str] = (),
    countries: Collection[str] = (),
) -> tuple[float, ...]:
    """Of length len(UNSTATED), each 0 where nothing of the sort is asked for or it stands ``around``, the sentence
    that is quoted with its neighbours; one half where it stands elsewhere in the ``paragraph`` with its
    headings, and 1 where it doesn't. Countries are those named there and not in the question.
    """
    found = dict.fromkeys(_SORTS, 0.0)
    for concept in turn.concepts:
        if found[concept.sort] < 1.0:
            missing = _missing(lambda text, c=concept: _says(c, text), around, paragraph)
            found[concept.sort] = max(found[concept.sort], missing)
    if turn.person:
        found["person"] = _missing(lambda text: _PERSON.search(text) is not None, around, paragraph)
    if turn.money:
        found["money"] = _missing(lambda text: _shown(text, "money"), around, paragraph)
    if turn.countries:
        wanted = min(turn.countries, 2)
        found["country"] = (
            0.0 if len(countries_around) >= wanted else _ELSEWHERE if len(countries) >= wanted else 1.0
        )
    return tuple(found.values())


def _missing(says: Callable[[str], bool], around: str, paragraph: str) -> float:
    return 0.0 if says(around) else _ELSEWHERE if says(paragraph) else 1.0


def _says(concept: Concept, text: str) -> bool:
    if not concept.alone and concept.name in _stated(text):
        return True
    return bool(concept.evidence) and _shown(text, concept.evidence)
