"""The English grammar of dates: days, months, years, and what stands between and around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.facts.isodates import Point
from ingest.facts.spots import Joint, Qualifier, Relation, Spot
from ingest.scanning import figures, matches, words

__all__ = ["MONTHS", "future", "joint", "past", "recurring", "relation", "spots"]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:1[5-9]|20|21)\d\d(?![\d/]|[.,]\d{3}(?!\d)|-?[A-Za-z_%])"
_YEAR_OPEN = r"(?:1[5-9]|20|21)\d\d(?!\d|[.,]\d{3}(?!\d)|[A-Za-z_%])"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PART = r"(?:early|mid|late|(?:the\ )?(?:beginning|start|middle|end)\ of|end)[ -](?:in\ )?"
_PARTS: dict[str, Qualifier] = {
    "early": "early",
    "beg": "early",
    "start": "early",
    "mid": "mid",
    "late": "late",
}
_RELATIVE = {
    "this": 0,
    "the current": 0,
    "the present": 0,
    "last": -1,
    "the past": -1,
    "the previous": -1,
    "next": 1,
}
_SAME = {"the same": 0, "that": 0, "the following": 1, "the preceding": -1}
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}

_WORDS = "|".join((*_RELATIVE, *_SAME)).replace("the ", "the\\ ")

_FIRST_WORDS = """
    jan feb mar apr jun jul aug sep sept oct nov dec early mid late the beginning start middle end biennium
    first second third fourth last q1 q2 q3 q4 this that next
"""
_BEGINNINGS = frozenset((*_FIRST_WORDS.split(), *map(str.lower, MONTHS)))
"""The words that dates begin with, if they don't begin with a figure."""
_BEFORE_YEAR = frozenset(("this", "that", "next", "the"))
_AFTER_THE = frozenset(("year", "beginning", "start", "middle", "end"))
"""The commonest of them begin one only where such a word stands, too: "the end of", "this year"."""

_SPOT = re.compile(
    rf"""\b(?:
    (?<![\w/.])(?<!\d[,-])
    (?P<days>{_DAY}(?:(?:\ ?-\ ?|,?\ (?:to|and|through)\ |,\ ){_DAY}\b){{0,7}})
    ,?\ (?:of\ )?(?P<dm>{_MONTH})(?!\w)(?:,?\ (?P<dy>{_YEAR}))?
  | (?<!\w)(?P<mp>{_PART})?(?P<m>{_MONTH})(?!\w)
    (?:,?\ (?P<my>{_YEAR})
      |\ (?P<md>{_DAY})\b(?:(?:\ ?-\ ?|\ (?:to|and)\ )(?P<md2>{_DAY})\b(?!\ {_MONTH}))?
       (?:,?\ (?P<mdy>{_YEAR}))?
    )?
  | (?<![\w/.-])(?P<iso>\d{{4}}-\d\d(?:-\d\d)?)(?![\w/-]|\.\d)
  | (?<![\w/.-])(?P<bi>biennium\ )?(?P<y1>{_YEAR_OPEN})
    (?:-|\ -\ |/(?=\d\d(?:\d\d)?\b(?!/))|\ to\ )(?P<y2>\d{{4}}|\d\d)(?![\w/]|[.,-]\d)(?P<um>\ biennium)?
  | (?<!\w)(?:(?P<half>first|second)\ (?:half|semester)|(?P<quarter>first|second|third|fourth|last)\ quarter)
    \ of\ (?:the\ year\ )?(?P<hy>{_YEAR})
  | (?<!\w)Q(?P<q>[1-4])\ (?:of\ )?(?P<qy>{_YEAR})
  | (?<![\w/.-])(?P<decade>(?:1[5-9]|20)\d0)'?s\b
  | (?<!\w)(?P<yp>{_PART})?(?P<rel>{_WORDS})\ year\b(?!'|-)
  | (?:(?<![\w/.$€£\#-])|(?<=\bpost-)|(?<=\bpre-))(?P<p>{_PART})?(?P<y>{_YEAR})(?!\ \(\d{{4}}\))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_JOINT = re.compile(
    r"(?: ?(?P<to>-) ?|,? (?P<word>to|until|through|and) |(?P<list>, ))(?:from |in |on |the )?"
)
_DAYS = re.compile(
    r"(?P<joint> ?- ?|,? (?:to|and|through) |, )?(?P<day>\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE
)

# A bare number that looks like a year is none after these, or before counted things.
_NO_YEAR_BEFORE = re.compile(
    r"(?:\b(?:nos?\.?|paras?\.?|paragraphs?|pages?|pp?\.|vol\.|articles?|chapters?|items?|resolutions?"
    r"|decisions?|some|about|over|nearly|almost|approximately|than|least|total of|version|annex|US\$|USD|EUR"
    r"|agenda|convention)|\d,| [x×]) ?\(?$",
    re.IGNORECASE,
)
_NO_YEAR_AFTER = re.compile(
    r" (?:Agenda\b|per cent|percent|(?:hundred|thousand|million|billion|people|persons|participants|delegates"
    r"|experts|kilomet|hectares|metres|meters|tons|tonnes|dollars|euros|days|hours|projects)\b)|,\d{3}"
)
_SYMBOL_YEAR = re.compile(r"\b(?:resolutions?|decisions?|and|,)? ?\d[\d/]* \($")
_MONTH_ALONE = re.compile(
    r"\b(?:in|of|by|since|until|till|during|from|before|after|to|between|early|mid|late|last|next|this|held"
    r"|and)"
    r" ?-?$"
)

_MONTH_OF_TWO = re.compile(rf" ?(?:-|to|through|until|and) ?{_MONTH}(?!\w),? {_YEAR}", re.IGNORECASE)
"""What follows the first of two months that share a year."""

_BEFORE: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r"\b(?:as at|as of|as on) $"), "as_of"),
    (re.compile(r"\b(?:by|(?:no|not) later than|at the latest (?:by|on|in)|on or before) $"), "by"),
    (re.compile(r"\b(?:before|prior to|in advance of|ahead of) $|\bpre-$"), "before"),
    (re.compile(r"\b(?:until|till|up to|through|to) $"), "until"),
    (
        re.compile(
            r"\b(?:since|as from|(?:starting|beginning|effective) (?:from|in|on)?|with effect from|from) $"
        ),
        "since",
    ),
    (re.compile(r"\b(?:after|following|beyond|subsequent to) $|\bpost-$"), "after"),
)
_AFTER: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r",? at the latest\b"), "by"),
    (re.compile(r",? (?:onwards?|and (?:beyond|onwards?))\b"), "since"),
    (re.compile(r",? or (?:before|earlier)\b"), "by"),
)
_FUTURE = re.compile(r"\b(?:will|shall|to be|scheduled|planned|expected|next)\b")
_PAST = re.compile(r"\b(?:was|were|had|has been|have been|held|took place|met|convened|adopted|organized)\b")
_RECURRING = re.compile(
    r"\b(?:annually|every year|each year|(?:World|International) (?:\w+ ){1,8}?Day|World Day"
    r"|International Day|observed on|proclaim\w+|declared? \d)\b"
)


def _part(words: str | None) -> Qualifier | None:
    if words is None:
        return None
    words = words.lower()
    return next((name for sign, name in _PARTS.items() if sign in words), "end")


def _month(name: str | None) -> int | None:
    return None if name is None else _MONTH_NUMBERS[name[:3].lower()]


def _year(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def spots(text: str, *, bare_years: bool = True) -> Iterator[Spot]:
    """The dates of folded ``text`` as they stand, in order, none overlapping another.

    Without ``bare_years`` four digits alone are no year: so in Chinese text, where 年 follows a year.
    """
    starts = figures(text)
    if begin := _beginnings(words(text).known):
        starts = sorted(starts + words(text).where(begin))
    for match in matches(_SPOT, text, starts):
        yield from _read(text, match, bare_years)


def _beginnings(known: frozenset[str]) -> frozenset[str]:
    """Those of the words of a text that dates in it may begin with."""
    begin = _BEGINNINGS & known
    if "year" in known or begin.isdisjoint(_BEFORE_YEAR):
        return begin
    return begin - (_BEFORE_YEAR if known.isdisjoint(_AFTER_THE) else _BEFORE_YEAR - {"the"})


def _read(text: str, match: re.Match[str], bare_years: bool) -> Iterator[Spot]:
    found = match.groupdict()
    start, end = match.span()
    if found["days"]:
        yield from _day_month(text, match)
    elif found["m"]:
        yield from _month_first(text, match)
    elif found["iso"]:
        parts = [int(part) for part in found["iso"].split("-")]
        point = Point(*parts)
        if len(parts) == 3 or point.valid:
            yield Spot(start, end, point)
        elif parts[0] < 2000 or 0 < parts[1] - parts[0] % 100 < 20:  # 2016-17
            yield Spot(start, end, Point(parts[0]), Point(parts[0] - parts[0] % 100 + parts[1]))
    elif found["y1"]:
        yield from _years(text, match, bare_years)
    elif found["hy"]:
        year = int(found["hy"])
        if found["half"]:
            first = 1 if found["half"].lower() == "first" else 7
            yield Spot(start, end, Point(year, first), Point(year, first + 5))
        else:
            last = 3 * _ORDER[found["quarter"].lower()]
            yield Spot(start, end, Point(year, last - 2), Point(year, last))
    elif found["q"]:
        last = 3 * int(found["q"])
        yield Spot(start, end, Point(int(found["qy"]), last - 2), Point(int(found["qy"]), last))
    elif found["decade"]:
        yield Spot(start, end, Point(int(found["decade"])), Point(int(found["decade"]) + 9), period="decade")
    elif found["rel"]:
        word = found["rel"].lower()
        if word in _SAME:
            yield Spot(
                start, end, Point(), None, _part(found["yp"]), year_from="paragraph", shift=_SAME[word]
            )
        else:
            yield Spot(
                start, end, Point(), None, _part(found["yp"]), year_from="document", shift=_RELATIVE[word]
            )
    elif bare_years and _is_year(text, match.start("y"), end):
        qualifier = _part(found["p"])
        yield Spot(start, end, Point(int(found["y"])), None, qualifier)


def _is_year(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 16) : start]
    if _NO_YEAR_BEFORE.search(before) or _NO_YEAR_AFTER.match(text[end : end + 16]):
        return False
    return not (before.endswith("(") and _SYMBOL_YEAR.search(text[max(0, start - 24) : start]))


def _day_month(text: str, match: re.Match[str]) -> Iterator[Spot]:
    """``21-23 March 2017``, ``4, 8 and 10 March 2017``: a spot for each day or interval."""
    month, year = _month(match["dm"]), _year(match["dy"])
    if match["dm"] == "may" and year is None:  # the verb
        return
    between = text[max(0, match.start() - 12) : match.start()].lower().rstrip(" the").endswith("between")
    days = list(_DAYS.finditer(match["days"]))
    offset = match.start("days")
    at = 0
    while at < len(days):
        first = last = int(days[at]["day"])
        spot_start = offset + days[at].start("day")
        spot_end = offset + days[at].end()
        while at + 1 < len(days):
            words = (days[at + 1]["joint"] or "").strip(" ,").lower()
            day = int(days[at + 1]["day"])
            if not (words in ("-", "to", "through") or (words == "and" and (between or day == last + 1))):
                break
            last, spot_end, at = day, offset + days[at + 1].end(), at + 1
        if at + 1 == len(days):
            spot_end = match.end()
        ends = Point(year, month, first), Point(year, month, last) if last != first else None
        yield Spot(spot_start, spot_end, *ends)
        at += 1


def _month_first(text: str, match: re.Match[str]) -> Iterator[Spot]:
    """``March 2017``, ``March 21-23, 2017``, ``March 21``, and ``March`` after a preposition."""
    month, qualifier = _month(match["m"]), _part(match["mp"])
    start, end = match.span()
    name = match["m"]
    if match["md"]:
        year = _year(match["mdy"])
        if year is None and not name[0].isupper():
            return
        last = Point(year, month, int(re.sub(r"\D", "", match["md2"]))) if match["md2"] else None
        yield Spot(start, end, Point(year, month, int(re.sub(r"\D", "", match["md"]))), last, qualifier)
    elif match["my"]:
        yield Spot(start, end, Point(int(match["my"]), month), None, qualifier)
    elif name in MONTHS and (
        qualifier
        or _MONTH_ALONE.search(text[max(0, start - 10) : start].lower())
        or _MONTH_OF_TWO.match(text, end)
    ):
        yield Spot(start, end, Point(None, month), None, qualifier)


def _years(text: str, match: re.Match[str], bare_years: bool) -> Iterator[Spot]:
    """``2014-2018``, ``biennium 2016-2017``, ``2016-17``."""
    first, digits = int(match["y1"]), match["y2"]
    last = int(digits) if len(digits) == 4 else first - first % 100 + int(digits)
    named = bool(match["bi"] or match["um"])
    before = text[max(0, match.start() - 16) : match.start()]
    if not named and (not bare_years or not first < last <= first + 300 or _NO_YEAR_BEFORE.search(before)):
        return
    yield Spot(match.start(), match.end(), Point(first), Point(last), period="biennium" if named else None)


def joint(text: str, at: int) -> tuple[Joint, int] | None:
    """What joins the date that ends at ``at`` to a next one, and where that begins."""
    match = _JOINT.match(text, at)
    if match is None:
        return None
    if match["to"] or match["word"] in ("to", "until", "through"):
        return "to", match.end()
    between = re.search(r"\bbetween (?:[^,;]{0,24})$", text[max(0, at - 32) : at])
    if match["word"] == "and" and between:
        return "to", match.end()
    return "and" if match["word"] else "list", match.end()


def relation(text: str, start: int, end: int, *, is_interval: bool) -> Relation:
    """How what is told stands to the date ``text[start:end]``."""
    after = text[end : end + 18]
    for pattern, name in _AFTER:
        if pattern.match(after):
            return name
    before = text[max(0, start - 24) : start].lower()
    before = before.removesuffix("the ")
    for pattern, name in _BEFORE:
        if pattern.search(before):
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
