"""What of a mandate is asked for: who asks, who is asked, or what shall be done.

"Which body was asked to report?" wants the addressee of a mandate, "who asked for a report?" its actor, "what
was the Unit asked to do?" its action.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from ingest.facts.entities import Entity
from ingest.facts.mandates import Mandate, Part

__all__ = ["Role", "action_in", "asks_action", "in_role", "role_asked"]

Role = Literal["actor", "addressee"]

_ASKING_EN: Final = (
    r"ask|request|invite|urge|encourage|call(?:ed)?\s+(?:up)?on|instruct|direct|task|charge|mandate|"
    "authori[sz]e|commission|order|want"
)
_PASSIVE_EN: Final = re.compile(
    rf"\b(?:who(?:m|se)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:\w+\s+){{0,2}}?(?:is|are|was|were|been|be|being|gets?|got)\s+"
    rf"(?:\w+ly\s+)?(?:to\s+be\s+)?(?:{_ASKING_EN})(?:e?d)?\b|"
    rf"\b(?:who(?:m|se)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:is|was|are|were)\s+(?:supposed|expected|meant|obliged|due|to)\b|"
    rf"\bwho(?:m|se)?\s+(?:should|shall|must|has\s+to|have\s+to|had\s+to)\b|"
    rf"\b(?:who(?:m)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:did|does|do|will|may|might|should|shall|would)\s+.{{2,80}}?\b(?:{_ASKING_EN})\b",
    re.IGNORECASE,
)
_ACTIVE_EN: Final = re.compile(
    rf"\b(?:who|(?:which|what)\s+(?:(?!was|were|is|are|did|does)\w+\s+){{1,4}}?)\s*(?:\w+ly\s+)?(?:has\s+|have\s+|had\s+)?(?:{_ASKING_EN})(?:e?d|s)\b|"
    rf"\bby\s+(?:whom|which|what)\b|\b(?:at|on)\s+whose\b",
    re.IGNORECASE,
)
# An article, an abbreviation in brackets.
_BESIDE: Final = re.compile(r"\b(?:the|its?)\b|\([^()]*\)|（[^（）]*）|\W", re.IGNORECASE)
_ASKING_ZH: Final = "要求|请求|请|邀请|授权|鼓励|敦促|呼吁|委托|责成|指示|建议|决定|叫|让|要"
_WHO_ZH: Final = (
    r"(?:谁|何人|哪(?:一|个|些|家|几)*\w{0,4}?(?:机构|组织|组|部门|平台|委员会|单位|国家|政府|方|秘书处|人))"
)
_PASSIVE_ZH: Final = re.compile(
    rf"(?:{_ASKING_ZH}|由){_WHO_ZH}|{_WHO_ZH}(?:被|受|获|应|该|须|必须|需要?|负责|奉命|来)|交(?:给|由)?{_WHO_ZH}"
)
_ACTIVE_ZH: Final = re.compile(rf"{_WHO_ZH}(?:在\S{{1,12}})?(?:{_ASKING_ZH})")


_ACTION_EN: Final = re.compile(
    rf"\bwhat\b(?:(?!\b(?:when|who|which)\b).){{0,120}}?\b(?:{_ASKING_EN}|told?|tell|suppose|expect|meant|recommend)(?:e?d|s)?\b|"
    r"\bwhat\s+(?:should|must|shall)\b|\bwhat\b.{0,80}\bto\s+do\b",
    re.IGNORECASE,
)
_ACTION_ZH: Final = re.compile(
    rf"(?:{_ASKING_ZH}|希望|吁请)\S{{0,40}}?(?:做|干|采取|搞|办)(?:些|点|了)?(?:什么|啥|哪些|何)|(?:{_ASKING_ZH}|希望)\S{{0,40}}?怎么(?:做|办)|"
    r"(?:提|有)(?:出|了)?(?:什么|哪些|啥|哪几[点项条])要求|(?:请|要求|邀请|鼓励|敦促|呼吁)\S{0,30}(?:什么|啥)[?？]?$"
)


def asks_action(text: str) -> bool:
    """Whether ``text`` asks what somebody shall do."""
    return _ACTION_EN.search(text) is not None or _ACTION_ZH.search(text) is not None


def action_in(span: tuple[int, int], mandates: Sequence[Mandate]) -> Part | None:
    """What shall be done under the one mandate whose action ``span`` touches; ``None`` where that is none, or
    where ``span`` lies in another's.
    """
    touched = [one for one in mandates if one.action.start < span[1] and span[0] < one.action.end]
    return touched[0].action if len(touched) == 1 else None


def role_asked(text: str) -> Role | None:
    """Whether ``text`` asks who was asked, or who asks; ``None`` where it doesn't say."""
    if _PASSIVE_EN.search(text) or _PASSIVE_ZH.search(text):
        return "addressee"
    return "actor" if _ACTIVE_EN.search(text) or _ACTIVE_ZH.search(text) else None


def in_role(
    role: Role, span: tuple[int, int], mandates: Sequence[Mandate], entities: Sequence[Entity]
) -> tuple[Entity, ...]:
    """Those of ``entities`` that alone have the ``role`` in mandates whose verb stands in ``span``: not the
    convention whose secretariat is asked.
    """
    found: dict[str, Entity] = {}
    for mandate in mandates:
        part = mandate.addressee if role == "addressee" else mandate.actor_span
        if part is None or not span[0] <= mandate.verb_span.start < span[1]:
            continue
        for entity in entities:
            inside = part.start <= entity.start and entity.end <= part.end
            if inside and not _BESIDE.sub("", part.text.replace(entity.text, "", 1)):
                found.setdefault(entity.en, entity)
    return tuple(found.values())
