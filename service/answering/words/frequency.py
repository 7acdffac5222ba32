"""How often: what is asked to be done every year, every two years, at regular intervals.

"Requests the Secretary-General to report annually", 每两年提交一次: no date and no number answers how often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.facts.entities import Entity

__all__ = ["FREQUENCY", "frequencies"]

FREQUENCY: Final = (
    r"多久[^，。？,?]{0,16}?[一1](?:次|回)|隔多久|多长时间[^，。？,?]{0,10}?一次|几年[^，。？,?]{0,8}?一次|"
    r"\bhow\s+(?:often|frequently|regularly)\b|\bat\s+what\s+(?:intervals?|frequency)\b"
)
"""What asks for it, in a folded question."""

_COUNTS: Final = {"two": "两", "three": "三", "four": "四", "five": "五", "six": "六"}
_HAN_COUNTS: Final = {
    "一": "",
    "两": "two ",
    "二": "two ",
    "三": "three ",
    "四": "four ",
    "五": "five ",
    "六": "six ",
}
_UNITS: Final = {"year": "年", "month": "个月", "week": "周", "session": "届会议"}
_HAN_UNITS: Final = {"年": "year", "个月": "month", "周": "week", "届": "session", "届会议": "session"}
_TOLD: Final = re.compile(
    r"\bevery\s+(?P<count>two|three|four|five|six)\s+(?P<units>year|month|week|session)s\b|"
    r"\b(?P<yearly>annual(?:ly)?|yearly|(?:every|each)\s+year)\b|"
    r"\b(?P<two>biennial(?:ly)?|every\s+(?:second|other)\s+year)\b|"
    r"\b(?P<three>triennial(?:ly)?|every\s+third\s+year)\b|\b(?P<four>quadrennial(?:ly)?)\b|"
    r"\b(?P<half>semi-?annual(?:ly)?|twice\s+(?:a|every|each)\s+year|every\s+six\s+months)\b|"
    r"\b(?P<quarter>quarterly)\b|\b(?P<month>monthly|every\s+month)\b|"
    r"\b(?P<regular>regularly|on\s+a\s+regular\s+basis|at\s+regular\s+intervals|periodically|from\s+time\s+to\s+time)\b|"
    r"每(?P<each>[一两二三四五六])?(?P<of>年|个月|周|届会议|届)(?:度)?(?P<times>[一两二三]次)?|"
    r"(?P<once>[两二三四五])年(?:举行|召开|提交|审查|编写|进行)?一次|(?P<often>定期|不定期)|(?P<by_quarter>每季度?)|(?P<by_half>每半年)"
)
_SAID: Final = {
    "yearly": ("every year", "每年"),
    "two": ("every two years", "每两年"),
    "three": ("every three years", "每三年"),
    "four": ("every four years", "每四年"),
    "half": ("twice a year", "每年两次"),
    "quarter": ("every quarter", "每季度"),
    "month": ("every month", "每月"),
    "regular": ("regularly", "定期"),
    "often": ("regularly", "定期"),
    "by_quarter": ("every quarter", "每季度"),
    "by_half": ("twice a year", "每半年"),
}


def frequencies(text: str, span: tuple[int, int]) -> Iterator[Entity]:
    """How often something is done, wherever ``text[span]`` says so, in order, named in both languages."""
    for match in _TOLD.finditer(text, *span):
        en, zh = _named(match)
        yield Entity(match.start(), match.end(), match[0], "frequency", en, zh)


def _named(match: re.Match[str]) -> tuple[str, str]:
    if match["count"]:
        unit = match["units"]
        return f"every {match['count']} {unit}s", f"每{_COUNTS[match['count']]}{_UNITS[unit]}"
    if match["of"]:
        count, unit = _HAN_COUNTS[match["each"] or "一"], _HAN_UNITS[match["of"]]
        return f"every {count}{unit}{'s' if count else ''}", match[0]
    if match["once"]:
        return f"every {_HAN_COUNTS[match['once']]}years", match[0]
    return next(said for name, said in _SAID.items() if match[name])
