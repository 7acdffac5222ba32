"""How resolutions and decisions are worded: who acts, what it recalls, what it does.

The United Nations Editorial Manual sets preambular paragraphs as participles that end with a comma
and operative paragraphs as verbs in the third person that end with a semicolon, the last with a full stop.
"""

from __future__ import annotations

import re

__all__ = ["adopted_on", "is_enacting", "is_operative", "is_preambular", "iso_date", "title_line"]

_ENACTING = re.compile(
    r"The\s+[\w\s’'-]*\b(?:Assembly|Conference|Council|Committee|Commission|Board|Parties|Meeting|Forum|Platform"
    r"|Plenary)\b[\w\s’'()-]{0,120},"
    r"|[\u4e00-\u9fff]{0,30}(?:大会|会议|理事会|委员会)[，,]"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BARE_ORGANS = frozenset({"The General Assembly", "The Economic and Social Council", "大会"})

_PARTICIPLES = _words(
    """
    aware conscious concerned mindful convinced alarmed guided having bearing determined encouraged inspired
    disturbed cognizant desirous dismayed appalled distressed shocked resolved committed pursuant gratified
    satisfied troubled cognisant
    """
)
_LEADING = _words(
    """
    also further again once more strongly deeply gravely seriously fully particularly keenly firmly acutely
    solemnly
    """
)
# Verbs that open operative paragraphs: those met in 120 resolutions, and their kin.
_VERBS = _words(
    """
    accepts acknowledges adopts advises affirms agrees appeals appoints appreciates approves asks assures
    authorizes avails calls charges clarifies commends commits concludes concurs condemns confirms
    congratulates considers convenes decides declares defers demands deplores designates determines directs
    draws elects emphasizes encourages endorses entrusts establishes expects expresses extends foresees
    grants highlights hopes identifies instructs insists invites launches looks mandates notes observes
    offers outlines pays pledges proclaims promotes proposes reaffirms realizes recalls recognizes
    recommends reconfirms re-emphasizes regrets reiterates reminds remains renews repeats requests requires
    resolves reviews salutes seeks shares stipulates stresses submits suggests supports takes terminates
    thanks transmits trusts underlines underscores undertakes upholds urges warns welcomes wishes
    """
)
_NO_ADVERBS = frozenset({"early", "family", "monthly", "only", "supply"})
_PARTICIPLE = re.compile(r"(?:re-?)?[a-z]+ing")
_WORD = re.compile(r"[A-Za-z’'-]+")
_ZH_PREAMBULAR = re.compile(
    r"(?:又|还|并|进一步|特别|深为|深切|再次|重新|充分)?"
    r"(?:回顾|铭记|认识到|注意到|意识到|考虑到|确认|重申|欢迎|关切|念及|审议了|强调|深信|承认|赞赏|满意)"
)
_ZH_OPERATIVE = re.compile(
    r"(?:又|还|并|也|再次|再度|强烈|进一步){0,3}(?:决定|请|促请|敦促|呼吁|邀请|鼓励|要求|赞同|核可|通过|欢迎"
    r"|注意到|重申|强调|确认|表示|建议|授权|认可|批准|赞赏)"
)


def is_enacting(text: str, *, titled: bool = False) -> bool:
    """Whether a block is the line that names who acts: ``The General Assembly,``.

    After a resolution's title (``titled``) the comma may be missing: so where one paragraph adopts a text.
    """
    if len(text) > 160:
        return False
    return _ENACTING.fullmatch(text) is not None or (titled and text in _BARE_ORGANS)


def _first_verb(text: str) -> str | None:
    """The first word that is neither an adverb nor a filler, lower-cased."""
    for word in _WORD.findall(text[:120])[:4]:
        lowered: str = word.lower()
        if lowered in _LEADING or (lowered.endswith("ly") and lowered not in _NO_ADVERBS):
            continue
        return lowered
    return None


def is_preambular(text: str) -> bool:
    """Whether a block opens like a preambular paragraph."""
    if _ZH_PREAMBULAR.match(text):
        return text.endswith(("，", ","))
    if not text[:1].isupper():
        return False
    verb = _first_verb(text)
    return verb is not None and (verb in _PARTICIPLES or _PARTICIPLE.fullmatch(verb) is not None)


def is_operative(text: str) -> bool:
    """Whether an unnumbered block opens like an operative paragraph."""
    if _ZH_OPERATIVE.match(text):
        return text.endswith(("；", "。", ";", "：", ":"))
    if not text[:1].isupper():
        return False
    verb = _first_verb(text)
    return verb is not None and verb in _VERBS and text.endswith((";", ".", ":"))


_TITLE = re.compile(
    r"(?P<number>(?:[SE]S?-)?\d{1,4}/\d{1,3}|[\dIVX]{1,6}/(?:COP\.)?\d{1,3})\.\s*(?P<title>\S.*)"
)


def title_line(text: str) -> tuple[str, str] | None:
    """``67/78.\\tOceans and the law of the sea`` → its number and its title."""
    match = _TITLE.fullmatch(text)
    if match is None:
        return None
    return match["number"], match["title"]


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = rf"\d{{1,2}}\s+(?:{'|'.join(_MONTHS)})\s+\d{{4}}"
_ZH_DATE = r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
_ADOPTED = re.compile(
    rf"(?:Resolution|Decision)s?(?: \S+)? adopted by .{{3,120}}? on\s+(?P<date>{_DATE})\b"
    rf"|(?P<zh>{_ZH_DATE})\s*.{{2,20}}通过的?(?:决议|决定).*"
)
_DISTR_DATE = re.compile(rf"(?P<date>{_DATE})|(?P<zh>{_ZH_DATE})")


def iso_date(text: str) -> str | None:
    """``20 June 2017`` or ``2017年6月20日``, alone in a line, as ISO 8601."""
    match = _DISTR_DATE.fullmatch(text.strip())
    if match is None:
        return None
    if match["zh"]:
        year, month, day = (int(n) for n in re.findall(r"\d+", match["zh"]))
    else:
        day_text, name, year_text = match["date"].split()
        day, month, year = int(day_text), _MONTHS.index(name) + 1, int(year_text)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def adopted_on(text: str) -> str | None:
    """The date in ``Resolution adopted by the General Assembly on 11 December 2012``, ISO 8601."""
    match = _ADOPTED.fullmatch(text)
    return iso_date(match["date"] or match["zh"]) if match else None
