"""Who a mandate or an event has to do with: the words of the text that name them, in the role asked for.

"与环境规划署密切合作" tells with whom, "将结果提交缔约方会议第九届会议" to whom, "in consultation with Member
States" whom to consult. Mandates (:mod:`ingest.facts.mandates`) tell who asks and who is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.mandates import Mandate
from ingest.facts.sessions import Session
from service.answering.asking.roles import Role
from service.answering.sentences.sought import BODIES

__all__ = ["ANYBODY", "named_by", "parties"]

Span = tuple[int, int]

# What a body, or many of them, are called by their last words.
_BODY_ZH: Final = (
    r"(?:会议|大会|委员会|理事会|主席团|主席|平台|秘书处|秘书长|执行秘书|机构|机关|机制|小组|工作组|专家组|组|"
    r"缔约方|缔约国|会员国|国家|各国|政府|组织|部门|部|司|署|各方|利益攸关方|基金|专家|代表|部分|论坛|网络|伙伴|大学|"
    r"研究所|基金会|银行|公司|学会|协会|联合会|公约|社区|人民|监察员|届会)"
)
_THAT: Final = re.compile(
    r"该|其(?!他|它|余)|它|这|上述|本|his\b|her\b|its\b|their\b|the\s+said\b|this\b|that\b|these\b|those\b|it\b|them\b|each\s+other\b",
    re.IGNORECASE,
)
_BODY_EN: Final = (
    r"(?:meeting|session|conference|assembly|committee|council|board|bureau|secretariat|secretary|part(?:y|ies)|"
    r"segment|panel|group|body|bodies|commission|states|governments?|chair\w*|president|forum|organi[sz]ations?|"
    r"COP|CMP|CST|SBSTA|SBI|SBSTTA)"
)
# What begins after who it is: in English words that can't go on with a name, in Chinese what is done.
_ON_EN: Final = (
    r"(?=[.;:()]|,(?!\s+(?:and|or)\b)|,\s+and\s+(?:also\s+)?(?:\w+ed|\w+ing|looks|requests|encourages|invites|urges|notes|welcomes|calls|takes|decides)\b|\s+(?:to|for|with|in|at|by|before|no|through|during|within|under|when|while|"
    r"that|which|who|its|and\s+to|(?<!such )as|from|and\s+\w+ed)\b|$)"
)
_OPENS: Final = r"(?<![^，。；：,;:”\s])"
"""Where a Chinese clause begins."""
_TO_EN: Final = re.compile(
    rf"\bto\s+(?P<who>(?:the|its|all|[A-Z])[^,.;:()]{{0,60}}?\b{_BODY_EN}\b[^,.;:()]{{0,80}}?){_ON_EN}"
)
"""Who gets something, if :data:`_SENT_EN` stands before."""
_TO: Final = (
    re.compile(rf"向(?P<who>[^，。；：、,;:]{{0,40}}?{_BODY_ZH})(?=提出|提交|汇报|报告|作出|转递|通报|提供)"),
    re.compile(
        r"(?:提交|转交|呈交|递交|送交|转递)(?:给|至)? ?"
        rf"(?P<who>[^，。；：,;:]{{0,60}}?{_BODY_ZH})(?=审议|审查|讨论|通过|批准|参考|的(?:请求|要求)|[，。；：）),;]|$)"
    ),
    re.compile(
        r"(?:提供给|，供|,供|,? 供|以供)"
        rf"(?P<who>[^，。；：,;:]{{0,40}}?{_BODY_ZH})(?=审议|审查|讨论|通过|参考|使用)"
    ),
    _TO_EN,
)
_SENT_EN: Final = re.compile(
    r"\b(?:report|submi|transmi|present|forward|convey|sent|refer|provide)\w*\b[^.;]*\Z"
)
_SINCE_SENT: Final = 200
"""Characters from the verb of sending to who gets it."""
_DONE_WITH: Final = (
    r"(?:进行|保持|建立|开展|加强|继续|实行)?(?:密切|积极|充分|进一步|战略|良好)*的?"
    r"(?:共同|联合(?!国|会|检查|王国)|一道|一起|合作|协作|协商|合办|联手|配合|协调|伙伴关系)"
)
_WITH: Final = (
    re.compile(
        rf"(?:与|同|会同)(?P<who>(?:(?!{_DONE_WITH}|进行|保持|建立|开展|举行|举办)[^，。；：,;:]){{2,36}})"
        rf"(?={_DONE_WITH})"
    ),
    re.compile(r"(?:协同|会同)(?P<who>[^，。；：,;:]{2,36}?)(?=[，,])"),
    re.compile(
        r"\b(?:consultations?|coordination|partnership|conjunction|together|jointly|collaborat\w+|cooperat\w+|"
        r"work(?:s|ed|ing)?(?:\s+closely)?)\s+with\s+"
        rf"(?P<who>(?:the\s+)?[\w(][^.;:]{{2,120}}?){_ON_EN}"
    ),
)
_BY: Final = (
    re.compile(
        r"由(?P<who>[^，。；：,;:]{2,36}?)(?=(?:共同|联合(?!国|会|检查|王国)|负责)?"
        r"(?:组织(?![、的和])|主办|举办|承办|召集|牵头|主持|发起|编写|编制|撰写|起草|指导|资助|协调|设立|维护|提供|"
        r"管理(?!小组|局|委员会|机构)|执行(?!主任|秘书|局|委员)))"
    ),
    re.compile(
        rf"(?:^|(?<=[，。；：,;:]))(?:尽管|虽然|由于|鉴于)?(?P<who>[^，。；：,;:]{{0,24}}?{_BODY_ZH})"
        r"(?:在[^，。；：,;:]{1,24}?)?(?:具有|有|起|起着|起到|发挥|发挥着)(?:牵头|主导|领导|带头)(?:的)?作用"
    ),
    re.compile(
        r"(?:主办|承办|组织)(?:方|单位|机构|者)(?:是|为|有|包括)"
        r"(?P<who>(?:[(（][^()（）]{1,40}[)）]|[^，。；：;:(（]){2,200}?)(?=[，。；;]|$)"
    ),
    re.compile(r"\b(?:organi[sz]ers|hosts|sponsors)\s+(?:are|were)\s+(?P<who>[^.;:]{2,400}?)(?=[.;:]|$)"),
    re.compile(
        rf"(?:在|于|了|由)(?P<who>[^，。；：,;:在于了由“”]{{0,28}}?{_BODY_ZH})(?:共同|联合)?(?:组织|主办|举办|召集|合办)的"
    ),
    re.compile(
        r"\b(?:establishment|creation|launch(?:ing)?|convening|hosting|organi[sz]ation)\s+of\s+[^.;:]{2,100}?\s+by\s+"
        rf"(?P<who>(?:the\s+)?[\w(][^.;:]{{2,120}}?){_ON_EN}"
    ),
    re.compile(
        r"\b(?:organi[sz]ed|launched|initiated|hosted|convened|headed|led|sponsored|prepared|conducted|commissioned|"
        r"established|guided|supported|coordinated|managed|developed|drafted|funded|financed|implemented|maintained)(?:,\s[^,.;:]{2,40},)?\s+"
        rf"(?:jointly\s+)?by\s+(?P<who>(?:the\s+)?[\w(][^.;:]{{2,120}}?)(?:(?=\s+on\b)|{_ON_EN})"
    ),
)
_CHAIRED: Final = (
    re.compile(
        r"由(?P<who>[^，。；：,;:]{2,36}?)(?=(?:共同|联合)?(?:(?:担任|出任|任)(?:共同|联合)?主席|主持))"
    ),
    re.compile(
        rf"{_OPENS}(?P<who>[^，。；：,;:由]{{2,24}}?)可?(?:担任|出任|任)(?:[^，。；：,;:]{{1,12}}的)?(?:共同|联合)?主席"
    ),
    re.compile(
        r"\b(?:(?:co-)?chaired|headed|presided\s+over|moderated)\s+(?:jointly\s+)?by\s+"
        rf"(?P<who>(?:the\s+)?[\w(][^.;:]{{2,120}}?)(?:(?=\s+on\b)|{_ON_EN})"
    ),
    re.compile(
        rf"\bunder\s+the\s+(?:co-)?chair(?:manship|personship)?\s+of\s+(?P<who>(?:the\s+)?[\w(][^.;:]{{2,100}}?){_ON_EN}"
    ),
    re.compile(
        r"(?:^|(?<=[.;] ))(?P<who>[A-Z][^,.;]{3,100}?)(?<!\bis)(?<!\bwas)(?<!\bwere)(?<!\bbeen)"
        r"\s+(?:co-)?chaired\b(?!\s+by)"
    ),
)
_AT_REQUEST: Final = (
    re.compile(r"(?:应|根据|按照|依照)(?P<who>[^，。；：,;:]{2,36}?)的(?:要求|请求|邀请|建议)"),
    re.compile(r"在(?P<who>[^，。；：,;:在]{2,30}?)的?授权下"),
    re.compile(
        rf"\b(?:the\s+(?:request|invitation|advice)\s+(?:of|by|from)|[Aa]s\s+(?:requested|invited|decided)\s+by)\s+"
        rf"(?P<who>[\w(][^.;:]{{2,100}}?){_ON_EN}"
    ),
)
_INTO: Final = (
    re.compile(rf"加入(?P<who>[^，。；：,;:]{{2,40}}?{_BODY_ZH})(?=[，。；,;]|提供|并|$)"),
    re.compile(rf"\bjoin(?:s|ed|ing)?\s+(?P<who>the\s+[^.;:,]{{2,100}}?){_ON_EN}"),
)
_SPOKE: Final = (
    re.compile(
        rf"{_OPENS}(?P<who>[^，。；：,;:]{{2,40}}?)(?:在[^，。；：,;:]{{1,16}})?"
        r"(?:作|做|发表)了?(?:主旨|主题)(?:发言|演讲|讲话)"
    ),
    re.compile(
        r"(?:^|(?<=[.;] ))(?P<who>[A-Z][^.;]{3,140}?),?\s+"
        r"(?:gave|delivered|made|presented)\s+(?:the|a)\s+keynote"
    ),
)
_BACKED: Final = (
    re.compile(r"在(?P<who>[^，。；：,;:在]{2,30}?)的?(?:支持|协助|帮助|指导)下"),
    re.compile(
        rf"\bwith\s+(?:the\s+)?(?:support|assistance|help|guidance)\s+(?:of|from)\s+(?P<who>[\w(][^.;:]{{2,80}}?){_ON_EN}"
    ),
)
_INVITED: Final = (
    *_BY,
    re.compile(
        rf"\b(?:invitation|request|call|appeal)\s+to\s+(?P<who>(?:the\s+)?[A-Z][^.;:]{{2,120}}?){_ON_EN}"
    ),
)
_WAYS: Final[Mapping[Role, Sequence[re.Pattern[str]]]] = {
    "actor": _AT_REQUEST,
    "addressee": _INVITED,
    "recipient": _TO,
    "partner": _WITH,
    "doer": _BY,
    "chair": _CHAIRED,
    "joined": _INTO,
    "speaker": _SPOKE,
    "supporter": _BACKED,
}
_SESSION: Final = re.compile(
    r"(?: ?[(（][A-Z-]{2,10}[)）])? ?第 ?[一二三四五六七八九十百\d]{1,5} ?届(?:会议|常会|特别会议)|"
    r"(?: \([A-Z-]{2,10}\))?,? at its [a-z-]+ session\b"
)
# Who else, or by another name: "(科学—政策联系平台)", "in particular UN-Women".
_MORE: Final = re.compile(
    r" ?[(（][^()（）]{2,40}[)）](?! ?号)|[,，]? ?(?:特别是|尤其是|包括)[^,，。；;:：]{2,40}(?=[,，])|"
    r",? (?:in particular|especially|including|notably) [^,.;:]{3,100}(?=[,.;:]|$| to\b)"
)
# How they are to act, told between who they are and what they shall do.
_HOW: Final = re.compile(
    r", (?:through|within|without|subject to|taking|bearing|guided|building|acting|working|consistent|based|"
    r"upon|under|in (?:cooperation|collaboration|consultation|coordination|accordance|close|line|"
    r"partnership)|together with|with|by|as (?:appropriate|necessary)|where|when|while|if)\b"
)
_CONVENTION: Final = re.compile(r"(?<![\u3400-\u9fff])(?:公约|《公约》)\Z")
# Without what only leads up to a name, or on from it.
_BARE: Final = re.compile(
    r"(?:the\s+|了|给)?(?P<bare>.+?)(?:[\s,]+(?:and|or|jointly))?[\s的,]*\Z", re.IGNORECASE | re.DOTALL
)
_OFFICES: Final = (
    ("secretariat", "秘书处"),
    ("Convention secretariat", "公约秘书处"),
    ("Bureau", "主席团"),
    ("Bureau of the Committee", "委员会主席团"),
    ("Chair of the working group", "工作组主席"),
    ("Governments", "各国政府"),
    ("all States", "所有国家"),
    ("all Parties", "所有缔约方"),
)
"""Who acts under no name of its own, in both languages."""
_OFFICES_OF: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("秘书处", "secretariat", "secretariatof"), ("secretariat of the {}", "{}秘书处")),
    **dict.fromkeys(("主席团", "bureau", "bureauof"), ("Bureau of the {}", "{}主席团")),
    **dict.fromkeys(("主席", "chair", "chairof"), ("Chair of the {}", "{}主席")),
}
"""What is left of such a name without the body or convention whose office it is, and how it is said."""
ANYBODY: Final = frozenset({"Party", "State Party", "Member State"})
"""Names of no body of their own; their sessions are those of a conference that isn't named: 缔约方第四届会议.
"""
# An article, an abbreviation in brackets.
_BESIDE: Final = re.compile(r"\b(?:the|its?)\b|\([^()]*\)|（[^（）]*）|\W", re.IGNORECASE)


def parties(
    role: Role, text: str, clauses: Span, sentence: Span, facts: Facts, stated: Iterable[str]
) -> Span | None:
    """Where ``text`` names who is in ``role``, in its ``clauses`` or else in their ``sentence``: by its
    mandates, or else in so many words.

    ``stated`` are English names of what the question itself names, which it doesn't ask for. ``None`` where
    nobody is, several are, or a word stands for who is ("it", 该平台).
    """
    known = frozenset(stated)
    for told in (_mandated(role, text, sentence, facts.mandates), _told(role, text, sentence)):
        there = [
            (at, start, end)
            for at, start, end in told
            if end <= sentence[1] and _THAT.match(text, start) is None
        ]
        for span in (clauses, sentence):
            named = {
                " ".join(text[start:end].split()): (start, end)
                for at, start, end in there
                if span[0] <= at < span[1]
            }
            found = [place for place in named.values() if not _stated(named_by(text, place, facts), known)]
            if not found and role == "actor":
                # "Who told the secretariat to report to the Assembly?" The Assembly did.
                found = list(named.values())
            if found:
                return None if len(found) > 1 else _whole(text, found[0], facts)
    return None


def _whole(text: str, span: Span, facts: Facts) -> Span:
    """With the rest of a name that it ends in, and with who else stands right behind."""
    start, end = span
    end = max([end, *(one.end for one in facts.entities if start <= one.start < end)])
    more = _MORE.match(text, end)
    return start, end if more is None else more.end()


def _stated(name: Entity | Session | None, known: Set[str]) -> bool:
    return isinstance(name, Entity) and name.en in known


def _mandated(
    role: Role, text: str, sentence: Span, mandates: Sequence[Mandate]
) -> Iterator[tuple[int, int, int]]:
    """Who asks, or is asked, in the mandates of ``sentence``: where their verb stands, start and end."""
    for mandate in mandates:
        at = mandate.verb_span.start
        if not sentence[0] <= at < sentence[1]:
            continue
        if role == "actor" and mandate.actor_span is not None:
            bare = _BARE.match(text, mandate.actor_span.start, mandate.actor_span.end)
            if bare is not None:
                yield at, *_with_session(text, bare.span("bare"))
        elif role == "addressee" and mandate.addressee is not None:
            how = _HOW.search(mandate.addressee.text)
            start = mandate.addressee.start
            yield at, start, mandate.addressee.end if how is None else start + how.start()


def _told(role: Role, text: str, sentence: Span) -> Iterator[tuple[int, int, int]]:
    """Who is in ``role`` by the words around (由…主办, "in cooperation with …"): start, start and end."""
    for way in _WAYS[role]:
        for match in way.finditer(text, *sentence):
            at = match.start()
            if way is _TO_EN and not _SENT_EN.search(text, max(sentence[0], at - _SINCE_SENT), at):
                continue
            bare = _BARE.match(text, *match.span("who"))
            if bare is not None:
                start, end = bare.span("bare")
                yield start, *_with_session(text, (start, end))


def _with_session(text: str, span: Span) -> Span:
    """公约缔约方会议第五届会议, not 缔约方会议."""
    start, end = span
    session = _SESSION.match(text, end)
    if text.startswith("缔约方会议", start):
        before = _CONVENTION.search(text, max(0, start - 5), start)
        start = start if before is None else before.start()
    return start, end if session is None else session.end()


def named_by(text: str, span: Span, facts: Facts) -> Entity | Session | None:
    """What ``text[span]`` names and nothing else, if it can be said in either language: not the convention
    whose secretariat it is, but its secretariat.
    """
    start, end = span
    for session in facts.sessions:
        if (
            session.end == end
            and session.body not in ANYBODY
            and not _BESIDE.sub("", text[start : session.start])
        ):
            return session
    said = text[start:end]
    for entity in facts.entities:
        if start <= entity.start and entity.end <= end:
            rest = _BESIDE.sub("", said.replace(entity.text, "", 1))
            if not rest:
                return entity
            if (office := _OFFICES_OF.get(rest.lower())) is not None and entity.kind in BODIES:
                en, zh = office
                return replace(
                    entity,
                    start=start,
                    end=end,
                    text=said,
                    kind="office",
                    en=en.format(entity.en),
                    zh=zh.format(entity.zh),
                )
    bare = _BESIDE.sub("", said).lower()
    for en, zh in _OFFICES:
        if bare in (en.replace(" ", "").lower(), zh):
            return Entity(start, end, said, "office", en, zh)
    return None
