"""What a sentence holds, seen from outside: a date, a number, a decision, a place, a body.

Cheap signs that decide between sentences of equal overlap; they claim nothing about which value answers.
"""

from __future__ import annotations

import re
from typing import Final

from ingest.symbols import find_references
from service.answering.answer import AnswerKind

__all__ = ["KINDS", "holds"]

KINDS: Final[tuple[AnswerKind, ...]] = ("date", "number", "decision", "place", "body", "list")
"""The kinds that leave a sign in a sentence."""


_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_CHINESE_DIGITS = "〇零一二三四五六七八九十百千万亿两"

_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s*(?:-|–|—|to|and)\s*\d{{1,2}})?\s+{_MONTHS}\b(?:\s+\d{{4}})?|"
    rf"\b{_MONTHS}\s+\d{{1,4}}\b(?:,\s*\d{{4}})?|(?<![\d/.,])(?:1[0-9]|2[01])\d\d(?![\d/]|\s*[年个名人])|"
    r"(?<!\d)\d{2,4}\s*年(?!来|间|度|代)(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?|\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|"
    r"\d{1,2}\s*日|\d{2,4}\s*年代|[一二三四五六七八九十〇零]{2,4}年|今年|去年|明年|"
    r"\b(?:this|last|next)\s+year\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"\d|[{_CHINESE_DIGITS}]{{1,6}}(?:个|名|位|次|项|份|种|届|人|家|所|场|条|段|国|倍|分之)|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|"
    r"half|third|quarter|twice)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[\w().-]*\w/[\w().-]*\w|第\s*\d+\s*(?:号|段|条|届)")
_PLACE = re.compile(
    r"[在于][^，。；,;]{1,20}?(?:举行|召开|举办|开幕|成立|设立|启动|总部|签署|通过)|"
    r"\b(?:in|at|from)\s+(?:the\s+)?[A-Z][a-zà-ÿ]+|[国市省州岛洲都]"
)
_BODY = re.compile(
    r"委员会|大会|会议|秘书处|秘书长|理事会|平台|小组|组织|机构|基金|署|方案|部[，。；、]|"
    r"\b(?:Committee|Commission|Conference|Assembly|Council|Secretar(?:y|iat)|Panel|Platform|Organi[sz]ation|"
    r"Agency|Fund|Programme|Board|Bureau|Group|Government|Ministry|Part(?:y|ies)|Bank|Union)\b"
)
_LIST = re.compile(r"[、;；]|\([a-z一二三四五六七八九十]\)|（[a-z一二三四五六七八九十]）|,\s.*,\s|\band\b")


def holds(sentence: str, kind: AnswerKind) -> bool:
    """Whether ``sentence`` holds something of ``kind``. ``text`` is held by every sentence."""
    match kind:
        case "date":
            return _DATE.search(sentence) is not None
        case "number":
            # The digits of a date or of a decision's number are no quantity.
            return _NUMBER.search(_REFERENCE.sub(" ", _DATE.sub(" ", sentence))) is not None
        case "decision":
            return any(reference.kind != "document" for reference in find_references(sentence))
        case "place":
            return _PLACE.search(sentence) is not None
        case "body":
            return _BODY.search(sentence) is not None
        case "list":
            return _LIST.search(sentence) is not None
        case "text":
            return True
