"""United Nations document symbols, decisions and resolutions: find, normalise, label.

Grammar (UN Editorial Manual, "Document symbols"):
``ORGAN/[SUBSIDIARY/]SESSION-OR-YEAR/[TYPE.]NUMBER[/MODIFICATION]``; conferences of parties carry the session
in brackets (``ICCD/COP(13)/CST/5``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.paragraphs import ParagraphId
from ingest.scanning import matches

__all__ = [
    "LANGUAGES",
    "Reference",
    "decided_in",
    "decision_key",
    "find_references",
    "is_symbol",
    "label",
    "symbol_from_filename",
    "year_of",
]

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The six official languages, ISO 639-1."""

_ORGANS = (
    "A|E|S|T|ST|DP|CERD|CEDAW|CCPR|CRC|CAT|HRI|HSP|HS|ICCD|FCCC|UNEP|CBD|IPBES|TD|UNCTAD|UNFCCC|UNFF|SPLOS|"
    "ISBA|CLCS|LOS|PBC|IDB|GC|UNIDO|WHO|ICEF|DPI|JIU|CTOC|CAC|COSP|BWC|NPT|IMO|SAICM|UNW|UNHABITAT|INCB|AG|SC"
)
_SYMBOL = re.compile(
    rf"(?:{_ORGANS})(?:-\d{{1,2}})?(?:/[A-Z0-9][A-Za-z0-9.\-]*(?:\([A-Z0-9.\-]+\))?)*"
    r"/(?:[A-Za-z.\-]*\d[A-Za-z0-9.\-]*(?:\([A-Z0-9]+\))?)"
    r"(?:/(?:Add|Amend|Corr|Rev|Summary|Excerpt)\.?\s?\d*)*\*{0,2}"
)
_PREFIXED = re.compile(r"(?:UNEP|ICCD|FCCC|CBD|A|E|S)/\S+")
_ASSEMBLY = re.compile(r"A/(\d{2})/\d")


def is_symbol(text: str) -> bool:
    """Whether a whole text is one document symbol (``A/64/202``, ``ICCD/COP(9)/CST/INF.7``)."""
    return len(text) < 80 and "/" in text and _SYMBOL.fullmatch(text) is not None


_FILENAME = re.compile(
    r"(?P<symbol>[^\s#/\\]+_[^\s#/\\]+?)\.(?P<language>ar|en|es|fr|ru|zh)(?:\.[A-Za-z0-9]{1,8})?"
)


def symbol_from_filename(name: str) -> tuple[str, str] | None:
    """``A_64_202.zh.txt`` → ``("A/64/202", "zh")``; ``None`` where the name is not of that form."""
    match = _FILENAME.fullmatch(name)
    if match is None:
        return None
    symbol = match["symbol"].replace("_", "/")
    if (
        symbol.startswith("/")
        or "//" in symbol
        or symbol.endswith("/")
        or not any(c.isdigit() for c in symbol)
    ):
        return None
    if not symbol[0].isupper() or not symbol.isascii() or not symbol.isprintable():
        return None
    return symbol, match["language"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A document, decision or resolution named in a text; ``text[start:end]`` names it."""

    key: str
    kind: Literal["decision", "resolution", "document"]
    start: int
    end: int


_ROMAN = r"X{0,3}(?:IX|IV|V?I{1,3}|V|X)"
_LETTER = r"(?:\s?[A-Z](?![A-Za-z]))?"
# 21/COP.12, 1/CP.13; IX/13 A, BS-VII/5; 2013/1; 63/218, S-32/1, 65/37 A; 1325 (2000), 2997 (XXVII).
_COP = r"\d{1,3}/(?:COP|CP|CMP|CMA|MOP|CST|CRIC)[.\-]?\d{1,3}"
_MEETING = rf"(?:BS-|NP-|CP-)?{_ROMAN}/\d{{1,3}}{_LETTER}"
_YEARLY = rf"(?:19|20)\d\d/\d{{1,3}}{_LETTER}"
_SESSION = rf"(?:S-|ES-)?\d{{1,2}}/\d{{1,3}}{_LETTER}"
_BRACKETED = r"\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLES-]{1,8})\)"
_ONE = rf"(?:{_COP}|{_MEETING}|{_YEARLY}|{_SESSION}|{_BRACKETED})(?![A-Za-z0-9/])"
_OF_DATE = r"\s+of\s+\d{1,2}\s+[A-Z][a-z]{2,8}\s+\d{4}"
_DATED = rf"{_ONE}(?:{_OF_DATE})?"
# "decisions 13 and 18/COP.12": only the last has its session.
_AND = r"(?:,\s+and\s+|,\s+|\s+and\s+|\s+or\s+|\s+to\s+|\s?[–-]\s?)"
_ZH_AND = r"(?:\s*号)?\s*(?:、|和|及|与|至|到|[–-])\s*(?:第\s*)?"
_REFERENCES = re.compile(
    rf"(?P<document>(?<![A-Za-z0-9/]){_SYMBOL.pattern})"
    rf"|\b[Dd]ecisions\s+(?P<some>\d{{1,3}}(?:{_AND}\d{{1,3}}){{0,20}}{_AND}{_COP})(?![A-Za-z0-9/])"
    rf"|(?<![A-Za-z0-9/.])(?P<zhsome>\d{{1,3}}(?:{_ZH_AND}\d{{1,3}}){{0,20}}{_ZH_AND}{_COP})(?=\s*号)"
    rf"|\b(?P<word>[Rr]esolution|[Dd]ecision)s?\s+(?P<en>{_DATED}(?:(?:,\s+and|,\s+or|,|\s+and|\s+or)\s+{_DATED})*)"
    rf"|(?<![A-Za-z0-9/.])(?:第\s*)?(?P<zh>{_ONE}(?:(?:\s*号)?\s*(?:、|和|及|与|以及)\s*(?:第\s*)?{_ONE})*)\s*号(?P<zhword>决议|决定)"
    rf"|(?P<zhfirst>决议|决定)\s*(?P<after>{_ONE})"
    rf"|(?<![A-Za-z0-9/.])(?P<bare>{_COP})(?![A-Za-z0-9/])"
    rf"|(?<![A-Za-z0-9/.])(?P<dated>{_YEARLY}|{_SESSION})(?={_OF_DATE})"
)
_TOKEN = re.compile(_ONE)
_MAY_REFER = ("/", "esolution", "决议")
# Where one may start: a symbol or a number, or one of the words.
_START = re.compile(r"[A-Z\d第决rd](?:(?<![rd])|(?=e[sc]))")
_FIRST_GENERAL_ASSEMBLY = 31
"""Up to its thirtieth session the General Assembly numbered otherwise: resolution 2997 (XXVII)."""

# Who resolved or decided, in the words just before: its series of symbols.
_BODIES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:Human Rights Council|人权理事会)[’'s]*\s*(?:its\s+)?第?\s*\Z"), "A/HRC/RES/{0}"),
    (
        re.compile(r"(?:Environment Assembly|\bUNEA|环境大会)[’'s]*\s*(?:its\s+)?第?\s*\Z"),
        "UNEP/EA.{1}/RES.{2}",
    ),
)


def _tidy(key: str) -> str:
    return " ".join(re.sub(r"(?<=\d)(?=[A-Z]\Z)", " ", key).split())


def _resolution_key(token: str, before: str) -> str:
    """The symbol of a resolution given by its number alone; the number itself where its body is not known."""
    token = _tidy(token)
    if token.endswith(")"):
        number, _, of = token.partition("(")
        series = "S/RES" if of[0].isdigit() else "A/RES"
        return f"{series}/{number.strip()}({of}"
    session, _, number = token.partition("/")
    for pattern, symbol in _BODIES:
        if pattern.search(before):
            return symbol.format(token, session, number)
    if re.match(r"(?:19|20)\d\d/", token):
        return f"E/RES/{token}"
    special = session.startswith(("S-", "ES-"))
    if special or (session.isdigit() and int(session) >= _FIRST_GENERAL_ASSEMBLY):
        return f"A/RES/{token}"
    return token


def find_references(text: str) -> list[Reference]:
    """Documents, decisions and resolutions named in ``text``, in order, each with its normalised key.

    ``第63/218号决议`` → ``A/RES/63/218``; ``decision 21/COP.12`` → ``21/COP.12``;
    ``IX/13 A 号决定`` → ``IX/13 A``. A year before the stroke (``resolution 2013/1``) names a resolution of
    the Economic and Social Council, ``E/RES/2013/1``; a session below 31 is no General Assembly's, and its
    number stays as it is unless the body stands just before it.
    """
    if not any(map(text.__contains__, _MAY_REFER)):
        return []
    found: list[Reference] = []
    for match in matches(_REFERENCES, text, (start.start() for start in _START.finditer(text))):
        if symbol := match["document"]:
            symbol = symbol.rstrip("*.")
            kind: Literal["resolution", "document"] = "resolution" if "/RES/" in symbol else "document"
            found.append(Reference(symbol, kind, match.start(), match.start() + len(symbol)))
            continue
        if some := match["some"] or match["zhsome"]:
            session = some.rpartition("/")[2]
            begin = match.end() - len(some)
            for one in re.finditer(r"(?<![\d/.])\d{1,3}(?![\d.])", some[: -len(session)]):
                end = match.end() if one.end() + 1 + len(session) == len(some) else begin + one.end()
                found.append(Reference(f"{one[0]}/{session}", "decision", begin + one.start(), end))
            continue
        word = match["word"] or match["zhword"] or match["zhfirst"] or "decision"
        resolved = word.lower() == "resolution" or word == "决议" or match["dated"] is not None
        group = next(name for name in ("en", "zh", "after", "bare", "dated") if match[name])
        before = text[max(0, match.start() - 40) : match.start()]
        for one in _TOKEN.finditer(text, match.start(group), match.end(group)):
            key = _resolution_key(one[0], before) if resolved and "COP" not in one[0] else _tidy(one[0])
            found.append(Reference(key, "resolution" if resolved else "decision", one.start(), one.end()))
    return found


def decision_key(text: str) -> str | None:
    """The key of the first decision or resolution named in ``text``, which may be bare (``63/218``)."""
    bare = text.strip()
    if re.fullmatch(_ONE, bare):
        return _tidy(bare) if re.fullmatch(f"{_COP}|{_MEETING}", bare) else _resolution_key(bare, "")
    return next((r.key for r in find_references(text) if r.kind != "document"), None)


# The part that a decision makes in a report: decision-21-COP-12, decision-IX-12 (ingest.labels).
_DECIDED_PART = re.compile(
    r"decision-(?:(?P<first>\d+)-(?P<series>[A-Z]+)-(?P<session>\d+)|(?P<meeting>[A-Z-]+)-(?P<number>\d+))"
)


def year_of(symbol: str) -> str | None:
    """The year of a report to the General Assembly, whose nth regular session opens in 1945 + n."""
    match = _ASSEMBLY.match(symbol)
    return None if match is None else str(1945 + int(match[1]))


def decided_in(part: str) -> str | None:
    """The key of the decision that the ``part`` of a report is: ``21/COP.12``; ``None`` if it is none."""
    decided = next(filter(None, map(_DECIDED_PART.fullmatch, part.split("."))), None)
    if decided is None:
        return None
    session = f"{decided['series']}.{decided['session']}" if decided["series"] else decided["number"]
    return f"{decided['first'] or decided['meeting']}/{session}"


def _part_label(part: str, language: str) -> str:
    pieces = part.split(".")
    named: list[str] = []
    if pieces[0] in ("annex", "appendix"):
        numbered = len(pieces) > 1 and re.fullmatch(r"[IVXLC]+", pieces[1]) is not None
        number = pieces[1] if numbered else ""
        if language == "zh":
            named.append(("附件" if pieces[0] == "annex" else "附录") + _zh_number(number))
        else:
            named.append(f"{pieces[0]} {number}".strip())
        pieces = pieces[2:] if numbered else pieces[1:]
    for piece in pieces:
        word, _, number = piece.rpartition("-")
        if (key := decided_in(piece)) is not None:
            named.append(f"第{key}号决定" if language == "zh" else f"decision {key}")
        elif not word:
            zh = _zh_number(piece)
            named.append(f"第{zh}节" if language == "zh" else f"sect. {piece}")
        else:
            named.append(f"{word} {number}")
    return ("，" if language == "zh" else ", ").join(named)


_ZH = "零一二三四五六七八九十"


def _zh_number(roman: str) -> str:
    """``IV`` → ``四``; anything that is no Roman numeral up to 99 stays as it is."""
    if not re.fullmatch(r"[IVXLC]+", roman):
        return roman
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in roman]
    number = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    tens, ones = divmod(number, 10)
    if number > 99:
        return roman
    return ("" if tens == 0 else "十" if tens == 1 else _ZH[tens] + "十") + (
        _ZH[ones] if ones or not tens else ""
    )


def label(pid: ParagraphId, language: Literal["en", "zh"]) -> str:
    """A paragraph's citation as United Nations editors write it, in English or Chinese."""
    comma = "，" if language == "zh" else ", "
    named = [pid.symbol]
    if pid.part:
        named.append(_part_label(pid.part, language))
    items = "".join(f"({item})" for item in pid.items)
    number = pid.number
    if number == "summary":
        named.append("概要" if language == "zh" else "summary")
    elif number.startswith("pp"):
        named.append(f"序言部分第{number[2:]}段" if language == "zh" else f"preambular para. {number[2:]}")
    elif number.startswith("u"):
        named.append(f"未编号的第{number[1:]}段" if language == "zh" else f"unnumbered para. {number[1:]}")
    elif language == "zh":
        named.append(f"第{number}{items}段")
        items = ""
    else:
        named.append(f"para. {number}")
    text = comma.join(named)
    return text + (items if language == "zh" else f" {items}" if items else "")
