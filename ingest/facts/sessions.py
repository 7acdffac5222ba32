"""Sessions and meetings of bodies, and when they were held where the text says so.

A session is told by its body and its number. "COP 9" alone is nobody's: the convention named with it, or in
the headings above it, says whose. "The fifth session" alone is that of the one body that the paragraph has
named so far, if no other that meets in sessions was. Where two paragraphs date one session differently, both
stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.facts.dates import Date, Language
from ingest.facts.entities import Entity
from ingest.facts.folding import fold
from ingest.facts.numerals import chinese, english
from ingest.facts.ordinals import ORDINAL_WORDS
from ingest.facts.spans import Spans

__all__ = ["Session", "find_sessions"]


@dataclass(frozen=True, slots=True)
class Session:
    """``text[start:end]`` names a session: ``key`` is ``body#number`` with the body's English name.

    A conference of parties is told by its convention: ``Convention on Biological Diversity, Conference of
    the Parties#10``; ``zh`` is the body's Chinese name. ``value`` is the ISO 8601 date at which the sentence
    says it is held, and ``date_span`` where that stands; both ``None`` where it does not say.
    """

    start: int
    end: int
    text: str
    key: str
    body: str
    number: int
    value: str | None = None
    date_span: tuple[int, int] | None = None
    zh: str = ""


_ZH = re.compile(
    r"第 ?(?P<n>\d{1,3}|[一二三四五六七八九十百]{1,5}) ?"
    r"(?P<kind>届(?:会议|常会)?|次(?:会议|联合会议|工作会议)|"
    r"次(?= ?[和、及与] ?第 ?[\d一二三四五六七八九十]{1,4} ?次会议)|届特别会议)"
)
_NOUNS_EN = (" session", " meeting")
_EN_NOUN = re.compile(r" (?:session|meeting)\b")
_EN = re.compile(
    r"\b(?P<n>(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-)?(?:first|second|third|[a-z]+th))"
    r" (?:(?P<kind>resumed|special|regular|joint) )?(?:session|meeting)\b(?P<of> of (?:the )?)?"
)
# "The group held its fifth and sixth sessions": 特设工作组举行了第五届和第六届会议.
_HELD_ZH = re.compile(r"\)?(?:今年|去年|明年)?(?:已|将)?(?:先后|分别)?(?:举行|召开)?(?:了|过)?的?")
# "…工作组于4月2日至8日在教科文组织总部举行了第七届会议": where it met may name other bodies.
_MET_ZH = re.compile(
    r"\)?(?:(?:按照|根据|依照)[^,。;]{2,40},)?(?:已|将)?(?:定?于|在)[^,。;]{2,60}(?:举行|召开)(?:了|过)?"
)
_HELD = ("举行", "举行了", "召开", "召开了", "举行过", "召开过")
_CLAUSE = 70
"""Characters before a session within which its clause begins."""
_AND_ZH = re.compile(r" ?(?:、|和|及|与|以及) ?")
# What stands before a session that isn't its body's name.
_NO_NAME_ZH = re.compile(r"(?:\A|[^\u3400-\u9fff]|[的在于供和及与由向对将至是])\Z")
_NO_NAME_EN = re.compile(r"\b(?:the|its|their)(?: \d{4})? \Z", re.IGNORECASE)
_ITS = (" its ", "其")
_BACK = 16
"""Characters before a session in which it is said whose it is."""
_MEETS = re.compile(
    r"Conference|Committee|Commission|Group|Subsidiary Body|Council|Assembly|Panel|Board|Platform"
)
_AT_ITS = re.compile(r",? (?:\([A-Z][\w-]*\) )?(?:at|for) (?:its|the|their) $|'s $|’s $|,? its $")
_TO_THE = re.compile(r"(?: \([A-Z]+\))? (?:to|of) (?:the )?")
_SHORT_NAMES = ("COP", "CMP", "CMA", "CST", "CRIC", "SBSTTA", "SBSTA", "SBI", "CSD", "AWG-LCA", "AWG-KP")
_SHORT = re.compile(rf"\b(?P<body>{'|'.join(_SHORT_NAMES)})[ -]?(?P<n>\d{{1,3}})\b(?!/|\.\d)")
_COP = "Conference of the Parties"
_NOT_ITSELF = re.compile(
    r"主席|的?高级别|期间|之前|之后|以前|以后"
)  # the bureau of a session, its high-level part
_THAT_SESSION = re.compile(r"[。;\n](?:该|这次|本次|此次)?(?:届)?会议(?:将|已)?(?:定?于|在)? ?$")
_ZH_AFTER = re.compile(r"(?:续会)?[ ,]?(?:将|已|也|现)?(?:分别)?(?:定?于|在|为期|的?会期[是为])? ?\(?$")
_ZH_BEFORE = re.compile(r"(?:[在,]?[^,，。;]{0,16})?(?:举行|召开|主办)(?:了|的)?[^,，。;]{0,24}$")
_EN_AFTER = re.compile(
    r"(?: \([A-Z][\w-]*\))?,? (?:of [^,;.]{2,90},? )?(?:(?:to be |was |will be |is to be )?(?:held"
    r"|convened)|will meet|met|took place)"
    r" (?:in [^;.]{2,60}? )?(?:on |from |in )?$|,? from $| \((?:[^()]{2,40}, )?$"
)


def find_sessions(
    text: str,
    language: Language,
    entities: Sequence[Entity],
    dates: Sequence[Date],
    *,
    convention: str | None = None,
    organ: tuple[str, str] | None = None,
) -> tuple[Session, ...]:
    """The sessions of known bodies named in one paragraph, in order.

    ``convention`` is the English name of the convention that the headings above the paragraph name, ``organ``
    the English and the Chinese name of the organ whose resolution it stands in: "its sixty-seventh session"
    is that organ's where nobody else is named.
    """
    folded = fold(text)
    found = sorted(
        _mentions(folded, language, entities, convention, organ), key=lambda session: session.start
    )
    if not found:
        return ()
    kept: list[Session] = []
    for session in found:
        if not kept or session.start >= kept[-1].end:
            kept.append(session)
    sessions: list[Session] = []
    spans = Spans((date.start, date.end) for date in dates)
    for at, session in enumerate(kept):
        date = _dated(folded, language, session, dates, spans)
        if date is None:
            stop = kept[at + 1].start if at + 1 < len(kept) else len(folded)
            date = _that_session(folded, session, stop, dates, spans)
        sessions.append(
            Session(
                session.start,
                session.end,
                text[session.start : session.end],
                session.key,
                session.body,
                session.number,
                None if date is None else date.value,
                None if date is None else (date.start, date.end),
                session.zh,
            )
        )
    return tuple(sessions)


def _mentions(
    folded: str,
    language: Language,
    entities: Sequence[Entity],
    convention: str | None,
    organ: tuple[str, str] | None,
) -> Iterator[Session]:
    short = any(map(folded.__contains__, _SHORT_NAMES))
    if not short and language == "en" and not any(map(folded.__contains__, _NOUNS_EN)):
        return
    known = {entity.start: entity for entity in entities if entity.kind == "body"}
    if not known and organ is None:
        return
    bodies = Spans((entity.start, entity.end) for entity in known.values())
    conventions = {entity.start: entity for entity in entities if entity.kind == "convention"}
    treaties = Spans((entity.start, entity.end) for entity in conventions.values())

    def session(body: Entity, start: int, end: int, number: int) -> Session:
        named = _of(folded, body, treaties)
        treaty = "" if named is None else conventions[named].zh
        of = convention if named is None else conventions[named].en
        return _session(start, end, body.en, number, of, treaty + body.zh)

    for match in _SHORT.finditer(folded) if short else ():
        body = known.get(match.start())
        if body is not None:
            yield session(body, match.start(), match.end(), int(match["n"]))
    last: tuple[int, Entity] | None = None
    for match in _ZH.finditer(folded) if language == "zh" else _english(folded):
        number = _number(match["n"])
        before = bodies.before(match.start())
        if number is None or match["kind"] in ("special", "joint", "届特别会议"):
            continue
        start, end = match.start(), match.end()
        body = None if before is None else known[before[0]]
        if language == "zh":
            if before is not None and not folded[before[1] : start].strip():
                start = before[0]
            elif last is not None and _AND_ZH.fullmatch(folded, last[0], start):
                body = last[1]
            elif before is None or not _HELD_ZH.fullmatch(folded, before[1], start):
                body = _that_met(folded, start, known)
                if body is None and _nameless(folded, match, language):
                    body = _sole(start, known)
            last = None if body is None else (end, body)
        elif match["of"] and end in known:
            body = known[end]
            end = body.end
        else:
            end -= len(match["of"] or "")
            if before is not None and _AT_ITS.fullmatch(folded, before[1], start):
                start = before[0]
            else:
                body = _sole(start, known) if _nameless(folded, match, language) else None
        if body is not None:
            yield session(body, start, end, number)
        elif organ is not None and _its_own(folded, start, bodies):
            yield _session(start, end, organ[0], number, None, organ[1])


def _its_own(folded: str, start: int, bodies: Spans) -> bool:
    """Whether a session is "its", and nobody else's of the clause that says so."""
    clause = max(folded.rfind(mark, max(0, start - 200), start) for mark in ",;，；。\n")
    return folded.endswith(_ITS, 0, start) and not bodies.within(max(0, clause), start)


def _nameless(folded: str, match: re.Match[str], language: Language) -> bool:
    """Whether no name stands beside a session: 第五届会议, "the fifth session". Meetings are anybody's."""
    start = match.start()
    if language == "zh":
        before = _NO_NAME_ZH.search(folded, max(0, start - 1), start)
        return match["kind"].startswith("届") and before is not None
    before = _NO_NAME_EN.search(folded, max(0, start - _BACK), start)
    return "session" in match[0] and not match["of"] and before is not None


def _that_met(folded: str, start: int, known: Mapping[int, Entity]) -> Entity | None:
    """The body that the clause before a session says held it, with when or where between."""
    if not folded.endswith(_HELD, 0, start):
        return None
    for body in known.values():
        if start - _CLAUSE < body.end < start and _MET_ZH.fullmatch(folded, body.end, start):
            return body
    return None


def _sole(end: int, known: Mapping[int, Entity]) -> Entity | None:
    """The one body that meets in sessions of those named before ``end``; ``None`` if there are others."""
    found = {body.en: body for start, body in known.items() if start < end and _MEETS.search(body.en)}
    return next(iter(found.values())) if len(found) == 1 else None


def _english(folded: str) -> Iterator[re.Match[str]]:
    """Numbered sessions, looked for from their noun: most words could begin an ordinal."""
    for noun in _EN_NOUN.finditer(folded):
        match = _EN.search(folded, max(0, noun.start() - 32), noun.end() + 8)
        if match is not None and match.start() < noun.start() < match.end():
            yield match


def _of(folded: str, body: Entity, treaties: Spans) -> int | None:
    """Where the convention is named that a conference of parties is of: before it, or after "to the"."""
    before = treaties.before(body.start)
    if before is not None and folded[before[1] : body.start].strip(" ()《》") in ("", "的"):
        return before[0]
    to = _TO_THE.match(folded, body.end)
    return None if to is None or treaties.opening(to.end()) is None else to.end()


def _session(start: int, end: int, body: str, number: int, convention: str | None, zh: str) -> Session:
    name = f"{convention}, {body}" if body == _COP and convention else body
    return Session(start, end, "", f"{name}#{number}", name, number, zh=zh)


def _number(words: str) -> int | None:
    if words.isdecimal():
        return int(words)
    tens, _, ones = words.rpartition("-")
    if ones not in ORDINAL_WORDS:
        return chinese(words)
    return ORDINAL_WORDS[ones] + ((english(tens) or 0) if tens else 0)


def _dated(
    folded: str, language: Language, session: Session, dates: Sequence[Date], spans: Spans
) -> Date | None:
    after, before = (_ZH_AFTER, _ZH_BEFORE) if language == "zh" else (_EN_AFTER, None)
    if before is not None and not _NOT_ITSELF.match(folded, session.end):
        for at in spans.indices(session.start - 64, session.start):
            date = dates[at]
            if date.value and not date.period and before.fullmatch(folded, date.end, session.start):
                return date
    for at in spans.indices(session.end, session.end + 140):
        date = dates[at]
        if date.value and not date.period and after.fullmatch(folded, session.end, date.start):
            return date
    return None


def _that_session(
    folded: str, session: Session, stop: int, dates: Sequence[Date], spans: Spans
) -> Date | None:
    """``…第十七届会议的审议。该会议于 2008 年 5 月 4 日至 15 日…``: the date of the session last named."""
    for at in spans.indices(session.end, min(stop, session.end + 400)):
        date = dates[at]
        if date.value is not None:
            return (
                date if _THAT_SESSION.search(folded, max(session.end, date.start - 16), date.start) else None
            )
    return None
