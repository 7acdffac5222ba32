"""The Chinese grammar of dates: years, months, days, and what stands between and around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.facts.isodates import Point
from ingest.facts.spots import Joint, Period, Qualifier, Relation, Spot

__all__ = ["future", "joint", "past", "recurring", "relation", "spot_after", "spots"]

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_YEAR = r"(?:\d{4}|[一二][〇一二三四五六七八九]{3})"
_TWO = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r" {0,2}(?:-|至|到) {0,2}"
_RELATIVE = {
    "今年": 0,
    "本年度": 0,
    "本年": 0,
    "去年": -1,
    "上年": -1,
    "明年": 1,
    "来年": 1,
    "前年": -2,
    "后年": 2,
}
_SAME = {"同年": 0, "当年": 0, "次年": 1, "翌年": 1}
_PARTS: dict[str, Qualifier] = {
    **dict.fromkeys(("初", "上旬", "初期"), "early"),
    **dict.fromkeys(("中", "中旬", "中期"), "mid"),
    **dict.fromkeys(("末", "下旬", "末期", "后期"), "late"),
    "底": "end",
}
_DAY = rf"(?P<d>{_TWO})(?:{_TO}(?P<d2>{_TWO}))? {{0,2}}[日号](?! ?(?:决定|决议|文件))"
_MONTH = rf"(?P<m>{_TWO})(?:{_TO}(?P<m2>{_TWO}))? {{0,2}}月(?!球)(?:份)?"
_MONTH_PART = r"(?P<mq>上旬|中旬|下旬|初(?![步次级审选])|底|末)"
_YEAR_PART = r"(?P<yq>年?(?:初期?(?![步次级审选期])|底|末|中期|后期|末期)|(?<=年)中(?=[,，。;、)期]|$))"
_HALF = r"(?P<half>[上下]) ?半年"
_QUARTER = r"第? ?(?P<q>[一二三四1-4]) {0,2}季度?"
_TAIL = rf"(?: {{0,2}}(?:{_MONTH} {{0,2}}(?:{_DAY}|{_MONTH_PART})?|{_HALF}|{_QUARTER}|{_YEAR_PART}))?"

_UNIT = rf"年?(?:度)? ?[两双]年期|年(?:期间|度)?(?! {{0,2}}{_TWO} {{0,2}}月)|(?![\d年/.:\w-])"
_NO_NUMBER = r"(?<!\d-)(?<![\d/.一二三四五六七八九十百千第])"
_WORDS = "|".join((*_RELATIVE, *_SAME))


def _named(pattern: str, prefix: str) -> str:
    """``pattern`` with its group names begun by ``prefix``, so that it can stand twice in one pattern."""
    return pattern.replace("(?P<", f"(?P<{prefix}")


_BEGINNING = r"(?=[\d一二三四五六七八九十今本去上明来前后同当次翌])"
_SPOT = re.compile(
    _BEGINNING
    + "(?:"
    + "|".join(
        (
            r"(?<!\d)(?P<decade>\d{3}0) {0,2}年代",
            r"(?<!\d)(?P<century>1[5-9]|20|21) ?世纪 ?(?P<tens>[1-9]0|[二三四五六七八九]十) ?年代",
            rf"(?<![\d/.])(?P<y1>{_YEAR}) {{0,2}}年?{_TO}(?P<y2>{_YEAR})(?!\d) {{0,2}}(?P<unit>{_UNIT})",
            rf"(?<!\d-)(?<![\d/.])(?P<y>{_YEAR}) {{0,2}}年(?!代){_TAIL}",
            rf"(?<![目以当之空今此战不近])(?P<rel>{_WORDS})(?![代龄级轻度终])(?: ?的)?{_named(_TAIL, 'r')}",
            rf"{_NO_NUMBER}{_named(_MONTH, 'n')} {{0,2}}(?:{_named(_DAY, 'n')}|{_named(_MONTH_PART, 'n')})?",
        )
    )
    + ")"
)
_SPOT_DAY = re.compile(_DAY)
_JOINT = re.compile(
    r" {0,2}(?:(?P<to>-|(?:一?直)?(?:持续|延续)?(?:至|到))|(?P<and>和|及|与)|(?P<list>、|,)) {0,2}"
)

_BEFORE: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r"(?:截至|截止到?|到了) ?$"), "as_of"),
    (re.compile(r"(?:不迟于|不晚于|最迟于?|最晚于?|最迟在|至迟于?) ?$"), "by"),
    (re.compile(r"(?:自从?|从) ?$"), "since"),
    (re.compile(r"(?:直至|直到|至) ?$"), "until"),
    (re.compile(r"(?<![意达得受看提想遇感收拿注])到 ?$"), "by"),
)
_AFTER: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r" ?(?:之前|以前|前(?!后|[任夕景往主总述言沿]|提(?![交出供请])))"), "before"),
    (re.compile(r" ?(?:以来|起|开始|之后起)"), "since"),
    (re.compile(r" ?(?:之后|以后|后(?![续果期代备]))"), "after"),
    (re.compile(r" ?(?:为止|止)"), "until"),
)
_DONE = re.compile(r"[^。;]{0,6}?已")
_FUTURE = re.compile(r"将|定于|拟|计划|预计|可于|不迟于")
_PAST = re.compile(r"了|已|曾|过去")
_RECURRING = re.compile(r"宣布|定为|每年|世界[^,。]{0,16}日|国际[^,。]{0,16}日|年度纪念")


def _number(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    if "十" not in numeral:
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    tens, _, ones = numeral.partition("十")
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def _tail(
    found: dict[str, str | None], year: int | None, prefix: str
) -> tuple[Point, Point | None, Qualifier | None]:
    """The ends that follow ``year``: months, days, halves, quarters, parts."""

    def read(name: str) -> int | None:
        numeral = found.get(prefix + name)
        return None if numeral is None else _number(numeral)

    month, month2, day, day2 = read("m"), read("m2"), read("d"), read("d2")
    part = found.get(prefix + "mq") or found.get(prefix + "yq")
    qualifier = None if part is None else _PARTS[part.lstrip("年")]
    if month is not None:
        if month2 is not None and day is not None:  # 3-5月1日: no such date
            return Point(year, 0), None, None
        last = Point(year, month2) if month2 is not None else None
        return Point(year, month, day), Point(year, month, day2) if day2 is not None else last, qualifier
    if (half := found.get(prefix + "half")) is not None:
        first = 1 if half == "上" else 7
        return Point(year, first), Point(year, first + 5), None
    if (quarter := read("q")) is not None:
        return Point(year, 3 * quarter - 2), Point(year, 3 * quarter), None
    return Point(year), None, qualifier


def spots(text: str) -> Iterator[Spot]:
    """The dates of folded ``text`` as they stand, in order, none overlapping another."""
    for match in _SPOT.finditer(text):
        if (spot := _read(match)) is not None:
            yield spot


def _read(match: re.Match[str]) -> Spot | None:
    found = match.groupdict()
    start, end = match.span()
    if found["decade"] or found["century"]:
        tens = found["tens"] or ""
        year = (
            int(found["decade"])
            if found["decade"]
            else 100 * int(found["century"])
            - 100
            + (int(tens) if tens.isdecimal() else 10 * _DIGITS[tens[0]])
        )
        return Spot(start, end, Point(year), Point(year + 9), period="decade")
    if found["y1"]:
        first, last = _number(found["y1"]), _number(found["y2"])
        unit = found["unit"]
        if not (1500 <= first <= 2199 if unit else 1900 <= first < last <= 2100):
            return None
        end = end if unit else match.end("y2")
        period: Period | None = "biennium" if unit.endswith("年期") else None
        return Spot(start, end, Point(first), Point(last), period=period)
    if found["y"]:
        year = _number(found["y"])
        if not 1500 <= year <= 2199:
            return None
        first_point, last_point, qualifier = _tail(found, year, "")
        return Spot(start, end, first_point, last_point, qualifier)
    if found["rel"]:
        word = found["rel"]
        first_point, last_point, qualifier = _tail(found, None, "r")
        end = match.end("rel") if match.group().endswith("的") else end
        if word in _SAME:
            return Spot(
                start, end, first_point, last_point, qualifier, year_from="paragraph", shift=_SAME[word]
            )
        return Spot(
            start, end, first_point, last_point, qualifier, year_from="document", shift=_RELATIVE[word]
        )
    first_point, last_point, qualifier = _tail(found, None, "n")
    return Spot(start, end, first_point, last_point, qualifier)


def spot_after(text: str, at: int) -> Spot | None:
    """A bare day (``23日``) at ``text[at:]``: a date only after a joint."""
    match = _SPOT_DAY.match(text, at)
    if match is None:
        return None
    last = Point(None, None, _number(match["d2"])) if match["d2"] else None
    return Spot(match.start(), match.end(), Point(None, None, _number(match["d"])), last)


def joint(text: str, at: int) -> tuple[Joint, int] | None:
    """What joins the date that ends at ``at`` to a next one, and where that begins."""
    match = _JOINT.match(text, at)
    if match is None:
        return None
    kind: Joint = "to" if match["to"] else "and" if match["and"] else "list"
    return kind, match.end()


def relation(text: str, start: int, end: int, *, is_interval: bool) -> Relation:
    """How what is told stands to the date ``text[start:end]``."""
    after = text[end : end + 6]
    for pattern, name in _AFTER:
        if pattern.match(after):
            return "on" if is_interval and name != "before" else name
    before = text[max(0, start - 6) : start]
    for pattern, name in _BEFORE:
        if pattern.search(before):
            if name == "by" and before.rstrip().endswith("到") and _DONE.match(text[end : end + 8]):
                return "as_of"
            return "on" if is_interval and name in ("since", "until") else name
    return "on"


def recurring(text: str) -> bool:
    """Whether a clause tells of a day that comes every year."""
    return _RECURRING.search(text) is not None


def future(text: str) -> bool:
    """Whether a clause tells of what is to come."""
    return _FUTURE.search(text) is not None


def past(text: str) -> bool:
    """Whether a clause tells of what has been."""
    return _PAST.search(text) is not None
