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

__all__ = [
    "LANGUAGES",
    "Reference",
    "decision_key",
    "find_references",
    "is_symbol",
    "label",
    "symbol_from_filename",
]

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The six official languages, ISO 639-1."""

_ORGANS = (
    "A|E|S|T|ST|DP|CERD|CEDAW|CCPR|CRC|CAT|HRI|HSP|HS|ICCD|FCCC|UNEP|CBD|IPBES|TD|UNCTAD|UNFCCC|UNFF|SPLOS|"
    "ISBA|CLCS|LOS|PBC|IDB|GC|UNIDO|WHO|ICEF|DPI|JIU|CTOC|CAC|COSP|BWC|NPT|IMO|SAICM|UNW|UNHABITAT|INCB|AG|SC"
)
_SYMBOL = re.compile(
    rf"(?:{_ORGANS})(?:[/-][A-Z0-9][A-Za-z0-9.\-]*(?:\([A-Z0-9.\-]+\))?)*"
    r"/(?:[A-Za-z.\-]*\d[A-Za-z0-9.\-]*(?:\([A-Z0-9]+\))?)"
    r"(?:/(?:Add|Amend|Corr|Rev|Summary|Excerpt)\.?\s?\d*)*\*{0,2}"
)
_PREFIXED = re.compile(r"(?:UNEP|ICCD|FCCC|CBD|A|E|S)/\S+")


def is_symbol(text: str) -> bool:
    """Whether a whole text is one document symbol (``A/64/202``, ``ICCD/COP(13)/CST/INF.1``)."""
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


_ROMAN = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V|X))"
# 21/COP.12, 6/CMP.4, 1/CP.13, ICCD/COP(12) style excluded
_COP = r"\d{1,3}/(?:COP|CP|CMP|CMA|MOP|BS|NP|CST|CRIC)[.\-]?(?:[IVX]+/)?\d{1,3}"
_CBD = rf"(?:BS-|NP-|CP-|SBSTTA\s)?{_ROMAN}/\d{{1,3}}(?:\s?[A-Z](?![A-Za-z]))?"
_SESSION = r"(?:S-|ES-)?\d{1,2}/\d{1,3}(?:\s?[A-Z](?![A-Za-z]))?"
_YEARLY = r"(?:19|20)\d\d/\d{1,3}(?:\s?[A-Z](?![A-Za-z]))?"
_LIST_ZH = r"(?:\s*[、和及与]\s*|\s*以及\s*)"
_REFERENCES = re.compile(
    rf"(?P<document>(?<![\w/]){_SYMBOL.pattern})"
    rf"|(?P<cop>(?<![\w/.]){_COP})"
    rf"|(?P<zh>第\s*(?:{_SESSION}|{_YEARLY})(?:{_LIST_ZH}(?:第\s*)?(?:{_SESSION}|{_YEARLY}))*\s*号决议)"
    rf"|(?P<zh2>决议\s*(?:{_YEARLY}|{_SESSION}))"
    rf"|(?P<zh3>(?P<cbdzh>(?<![\w/]){_CBD})(?=\s*号决定))"
    rf"|(?P<en>\b[Rr]esolutions?\s+(?:{_YEARLY}|{_SESSION})(?:(?:,\s+|\s+and\s+|,\s+and\s+)(?:{_YEARLY}|{_SESSION})(?![\d/]))*)"
    rf"|(?P<cbd>(?<![\w/])(?:(?<=决定)|(?<=ecision\s)|(?<=ecisions\s))\s*{_CBD})"
    rf"|(?P<sdec>\b[Dd]ecisions?\s+(?:{_YEARLY}|{_SESSION}))"
)
_ONE = re.compile(rf"{_YEARLY}|{_SESSION}")


def _tidy(key: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(?<=\d)(?=[A-Z]$)", " ", key)).strip()


def find_references(text: str) -> list[Reference]:
    """Documents, decisions and resolutions named in ``text``, in order, each with its normalised key.

    ``第63/218号决议`` → ``A/RES/63/218``; ``decision 21/COP.12`` → ``21/COP.12``;
    ``IX/13 A 号决定`` → ``IX/13 A``. A year before the stroke (``resolution 2013/1``) names a resolution of
    the Economic and Social Council, ``E/RES/2013/1``.
    """
    found: list[Reference] = []
    for match in _REFERENCES.finditer(text):
        group = match.lastgroup
        if group in ("zh", "zh2", "en", "sdec"):
            for one in _ONE.finditer(text, match.start(), match.end()):
                yearly = re.match(r"(?:19|20)\d\d/", one[0]) is not None
                if group == "sdec":
                    found.append(Reference(_tidy(one[0]), "decision", one.start(), one.end()))
                else:
                    found.append(
                        Reference(
                            ("E/RES/" if yearly else "A/RES/") + _tidy(one[0]),
                            "resolution",
                            one.start(),
                            one.end(),
                        )
                    )
        elif match["document"]:
            symbol = match["document"].rstrip("*.")
            kind: Literal["resolution", "document"] = "resolution" if "/RES/" in symbol else "document"
            found.append(Reference(symbol, kind, match.start(), match.start() + len(symbol)))
        else:
            key = (match["cop"] or match["cbdzh"] or match["cbd"]).strip()
            end = match.end()
            found.append(Reference(_tidy(key), "decision", end - len(key), end))
    return found


def decision_key(text: str) -> str | None:
    """The key of the first decision or resolution named in ``text``, which may be bare (``63/218``)."""
    bare = text.strip()
    if re.fullmatch(_YEARLY, bare):
        return f"E/RES/{_tidy(bare)}"
    if re.fullmatch(_SESSION, bare):
        return f"A/RES/{_tidy(bare)}"
    if re.fullmatch(_CBD, bare):
        return _tidy(bare)
    return next((r.key for r in find_references(text) if r.kind != "document"), None)


_EN_WORDS = {"annex": "annex", "appendix": "appendix", "rule": "rule", "article": "article"}


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
        if not word:
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
