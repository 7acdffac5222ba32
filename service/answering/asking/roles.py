"""What of a mandate or an event is asked for: who asks, who is asked, who gets a report, with whom, by whom,
whom somebody joins, who speaks, or what shall be done.

"Which body was asked to report?" wants the addressee of a mandate, "who asked for a report?" its actor, "to
whom?" the recipient, "together with which department?" the partner, "by whom was it held?" the doer, "who
chaired it?" the chair, "which panel shall it join?" what is joined, "who gave the keynote?" the speaker,
"what was the Unit asked to do?" the action. Which words of a text those are:
:mod:`service.answering.short.parties`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from ingest.facts.mandates import Mandate, Part

__all__ = ["Role", "action_in", "asks_action", "asks_more", "role_asked"]

Role = Literal[
    "actor", "addressee", "recipient", "partner", "doer", "chair", "joined", "speaker", "supporter"
]

_ASKING_EN: Final = (
    r"ask|request|invite|urge|encourage|call(?:ed)?\s+(?:up)?on|instruct|direct|task|charge|mandate|"
    "authori[sz]e|commission|order|want"
)
_PASSIVE_EN: Final = re.compile(
    rf"\b(?:who(?:m|se)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:\w+\s+){{0,2}}?(?:is|are|r|was|were|been|be|being|gets?|got)\s+"
    rf"(?:\w+ly\s+)?(?:to\s+be\s+)?(?:{_ASKING_EN})(?:e?d)?\b|"
    rf"\b(?:who(?:m|se)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:is|was|are|were)\s+(?:supposed|expected|meant|obliged|due|to)\b|"
    rf"\bwho(?:m|se)?(?:['’]d|['’]ll)?\s+(?:should|shall|must|(?:would\s+|will\s+)?(?:has|have|had)\s+to)\b|"
    r"\b(?:is|are|was|were|been|be|being|gets?|got)\s+(?:told|tasked|charged|entrusted|assigned|put\s+in\s+charge|made\s+responsible)\b|"
    r"\bwho(?:m|se)?\s+(?:\w+\s+)?(?:gets?|got|given|has|had)\s+the\s+(?:job|task|duty)\b|"
    r"\bwho\s+(?:is|was|are|were)\s+(?:responsible|in\s+charge)\b|"
    rf"\b(?:who(?:m)?|(?:which|what)\s+[\w\s-]{{1,40}}?)\s+(?:did|does|do|will|may|might|should|shall|would)\s+.{{2,80}}?\b(?:{_ASKING_EN})\b",
    re.IGNORECASE,
)
_ACTIVE_EN: Final = re.compile(
    rf"\b(?:who|(?:which|what)\s+(?:(?!was|were|is|are|did|does)\w+\s+){{1,4}}?)\s*(?:\w+ly\s+)?(?:has\s+|have\s+|had\s+)?"
    rf"(?:(?:{_ASKING_EN}|recommend|advise?|suggest|propose?)(?:e?d|s)|told|tells)\b|"
    r"\bby\s+(?:whom|which|what)\b|\b(?:at|on|upon)\s+whose\b",
    re.IGNORECASE,
)
_ASKING_ZH: Final = "要求|请求|请|邀请|授权|鼓励|敦促|呼吁|委托|责成|指示|建议|决定|叫|让|要"
_WHO_ZH: Final = (
    r"(?:谁|何人|哪(?:一|个|些|家|几)*\w{0,4}?(?:机构|组织|组|部门|司部|部|司|署|平台|委员会|单位|国家|政府|方|秘书处|人)|"
    r"哪家|哪[一个]?国)"
)
_SENT_ZH: Final = "提交|呈交|转交|递交|送交|汇报|报告|报送|提供|交|转|报"
_GETTING_ZH: Final = re.compile(
    rf"(?:向|对){_WHO_ZH}(?:汇报|报告|交代|交差|提出|提交|通报|负责)|"
    rf"(?:{_SENT_ZH})(?:给|到|至|往)?(?:了)?(?:{_WHO_ZH}|哪(?:里|儿|边)|哪(?:个|一|次|届)*会议?)"
    r"(?!来|去|起草|拟|写|编|准备|牵头|负责|办|做|建|管)|(?:给|供)(?:谁|哪[个些家]\w{0,6})(?:参考|审议|讨论|使用|看)"
)
_SEND_EN: Final = "report|submi|present|transmi|forward|sent|send|pass|refer|deliver|hand|convey"
_GETTING_EN: Final = re.compile(
    rf"\b(?:{_SEND_EN}|give|provide)\w*\b[^?]{{0,100}}?\bto\s+(?:whom|who|which|what)\b|"
    rf"\bto\s+(?:whom|which|what|whose)\b[^?]{{0,120}}?\b(?:{_SEND_EN}|go)\w*\b|"
    r"\b(?:who(?:m)?|(?:which|what)\s+[\w\s-]{1,40}?)\b[^?]{0,120}?\b(?:report(?:ed|ing)?|submit(?:ted)?|presented|transmitted|forwarded|"
    r"sent|passed\s+on|referred|answerable|accountable)\s+(?:back\s+)?to(?=\s*(?:[?,]|$|on\b|about\b|by\b|for\b|at\b|and\b))|"
    r"\bwhere\b(?=[^?]*\b(?:sen[dt]|submit(?:ted)?|forward(?:ed)?|transmit(?:ted)?|refer(?:red)?|go(?:es)?\s+for)\b)|"
    r"\b(?:who|(?:which|what)\s+[\w\s-]{1,40}?)\s+(?:(?:is|was|are|were)\s+(?:supposed\s+)?to\s+|will\s+|would\s+)?"
    r"(?:gets?|receives?|got|received)\b(?!\s+the\s+(?:job|task|duty))",
    re.IGNORECASE,
)
_WITH_ZH: Final = re.compile(rf"(?:跟|与|同|和|协同|会同|拉着?)(?:联合国(?:秘书处)?的?)?{_WHO_ZH}")
_WITH_EN: Final = re.compile(
    r"\b(?:with|alongside)\s+(?:whom|who|which|what)\b|"
    r"\b(?:who(?:m)?|(?:which|what)\s+[\w\s-]{1,60}?)\b[^?]{3,140}?\b(?:with|alongside)\s*\?",
    re.IGNORECASE,
)
_DOING_ZH: Final = re.compile(
    rf"{_WHO_ZH}(?:一起|共同|联合|来|在)?(?:主办|举办|承办|合办|组织|召集|牵头|主持|操办|张罗|发起|搞|办|编写|撰写|编制|设立|成立|创[办建立]|建立|启动|领头|带头|挑头|主导|领导)|[由归]{_WHO_ZH}"
)
_JOINING_ZH: Final = re.compile(
    rf"(?:加入|参加|进入?|列席)(?:了|到)?(?:{_WHO_ZH}|(?:什么|哪个)[\w]{{0,6}}(?:委员会|组|机构|平台|网络|联盟))"
)
_JOINING_EN: Final = re.compile(
    r"\b(?:which|what)\s+(?!(?:was|were|is|are|did|does)\b)(?:[\w'-]+\s+){1,14}?(?:to\s+)?"
    r"(?:join|sit\s+(?:on|in)|become\s+(?:a\s+)?(?:member|part)\s+of)\b(?!\s+(?:the|an?|its|their|(?-i:[A-Z]))\b)|"
    r"\b(?:join|sit\s+(?:as\s+(?:an?\s+)?\w+\s+)?(?:on|in))\s+(?:which|what)\b",
    re.IGNORECASE,
)
_SUPPORTING: Final = re.compile(
    rf"{_WHO_ZH}(?:来|从旁|在旁)?(?:支持|协助|帮忙|帮助|相助|指导)|在{_WHO_ZH}的?(?:支持|协助|帮助|指导)下|"
    r"\bwho(?:m)?\s+(?:(?:is|was|are|were)\s+to|should|shall|would|will|had\s+to|must)\s+(?:support|assist|help|back)\b|"
    r"\bwith\s+whose\s+(?:support|assistance|help|guidance)\b",
    re.IGNORECASE,
)
_SPEAKING: Final = re.compile(
    r"(?:谁|哪[一]?位)\S{0,14}(?:主旨|主题)(?:演讲|发言|讲话)|(?:主旨|主题)(?:演讲|发言|讲话)\S{0,6}(?:谁|哪[一]?位)|"
    r"\b(?:who|which|whose)\b[^?]{0,60}\b(?:keynote|main\s+(?:talk|speech|address|lecture))|\bkeynote\b[^?]{0,40}\b(?:who|whom)\b",
    re.IGNORECASE,
)
_HELD_EN: Final = r"organi[sz]ed|hosted|convened|led|sponsored|prepared|conducted"
_DOING_EN: Final = re.compile(
    r"\bwho\s+(?:would|will|shall|should|is\s+to|was\s+to)\s+(?:call|convene|hold|organi[sz]e|host|lead|chair|run)\b|"
    rf"\bwho\s+(?:\w+ly\s+)?(?:{_HELD_EN}|launched|initiated|started|kicked\s+off|set\s+up|established|created|(?:is|was|were)\s+(?:leading|hosting|running)|leads|ran|runs|held|"
    r"took\s+the\s+lead|takes\s+the\s+lead)\b|"
    rf"\b(?:{_HELD_EN}|run)\s+by\s+(?:whom|who|which|what)\b|"
    rf"\b(?:which|what)\s+(?!(?:was|were|is|are|did|does)\b)(?:[\w-]+\s+){{1,4}}?(?:{_HELD_EN}|ran)\b",
    re.IGNORECASE,
)
_CHAIRING: Final = re.compile(
    rf"{_WHO_ZH}(?:来|在)?(?:(?:当|担任|出任|任|做)(?:了)?(?:\S{{1,10}}的)?(?:共同|联合)?主席|主持)|(?:由|请){_WHO_ZH}[^,，。?？]{{0,8}}(?:主席|主持)|主席(?:是|由)(?:谁|哪[一]?位)|"
    r"\bwho\s+(?:(?:is|was|were|are)\s+(?:(?:co-?)?chairing|presiding|heading)|(?:co-?)?chair(?:s|ed)|presided?s?|head(?:s|ed)|(?:will|would|is\s+to|was\s+to|should)\s+(?:co-?)?(?:chair|preside))\b|"
    r"\bwho\s+(?:is|was|were|are)\s+(?:the\s+|its\s+)?(?:co-?)?chair(?:s|man|woman|person)?\b|"
    r"\b(?:co-?)?chaired\s+by\s+(?:whom|who|which|what)\b",
    re.IGNORECASE,
)
_PASSIVE_ZH: Final = re.compile(
    rf"(?:{_ASKING_ZH}|由)(?:[^,，。?？是]{{1,12}}的)?{_WHO_ZH}|{_WHO_ZH}(?:被|受|获|应|该|须|必须|需要?|负责|奉命|来|要(?=[在于向给为就]|负责|提交|拿出|写|编))|交(?:给|由)?{_WHO_ZH}|"
    rf"(?:[受被](?:邀|请|要求|敦促|鼓励|授权|委托)|获授权|获邀)[^？?。]{{2,80}}的是{_WHO_ZH}"
)
_ACTIVE_ZH: Final = re.compile(
    rf"{_WHO_ZH}(?:在\S{{1,12}})?(?:{_ASKING_ZH}|交代|吩咐)|应{_WHO_ZH}的?(?:要求|请求|邀请)"
)
# In this order: "who was asked to report to whom" is put to the recipient.
_ROLES: Final[tuple[tuple[Role, tuple[re.Pattern[str], ...]], ...]] = (
    ("speaker", (_SPEAKING,)),
    ("chair", (_CHAIRING,)),
    ("supporter", (_SUPPORTING,)),
    ("joined", (_JOINING_EN, _JOINING_ZH)),
    ("recipient", (_GETTING_EN, _GETTING_ZH)),
    ("partner", (_WITH_EN, _WITH_ZH)),
    ("addressee", (_PASSIVE_EN, _PASSIVE_ZH)),
    ("actor", (_ACTIVE_EN, _ACTIVE_ZH)),
    ("doer", (_DOING_EN, _DOING_ZH)),
)
_ACTION_EN: Final = re.compile(
    rf"\bwhat\b(?:(?!\b(?:when|who|which)\b).){{0,120}}?\b(?:{_ASKING_EN}|told?|tell|suppose|expect|meant|recommend)(?:e?d|s)?\b|"
    r"\bwhat\s+(?:should|must|shall)\b|\bwhat\b.{0,80}\bto\s+do\b",
    re.IGNORECASE,
)
_ACTION_ZH: Final = re.compile(
    rf"(?:{_ASKING_ZH}|希望|吁请)\S{{0,40}}?(?:做|干|采取|搞|办)(?:些|点|了)?(?:什么|啥|哪些|何)|(?:{_ASKING_ZH}|希望)\S{{0,40}}?怎么(?:做|办)|"
    rf"派(?:了|给)?(?:什么|哪些|啥)(?:活|任务|差事)|(?:布置|交办|分派)了?(?:什么|哪[些几])\S{{0,4}}(?:任务|活|工作|事)|"
    rf"(?:{_ASKING_ZH})\S{{0,40}}哪[几两二三]\S{{0,5}}事|"
    r"(?:提|有)(?:出|了)?(?:什么|哪些|啥|哪几[点项条])要求|(?:请|要求|邀请|鼓励|敦促|呼吁)\S{0,30}(?:什么|啥)[?？]?$"
)

_MORE: Final = re.compile(
    r"(?:还|另外|此外)[^,，。;；?？]{0,8}?[做干](?:些|点)?(?:什么|啥|哪些)|\bwhat\s+(?:else|more)\b",
    re.IGNORECASE,
)


def asks_action(text: str) -> bool:
    """Whether ``text`` asks what somebody shall do."""
    return _ACTION_EN.search(text) is not None or _ACTION_ZH.search(text) is not None


def asks_more(text: str) -> bool:
    """Whether ``text`` asks what else somebody shall do (还要做什么？)."""
    return _MORE.search(text) is not None


def action_in(span: tuple[int, int], mandates: Sequence[Mandate]) -> Part | None:
    """What shall be done under the one mandate whose action ``span`` touches; ``None`` where that is none, or
    where ``span`` lies in another's.
    """
    touched = [one for one in mandates if one.action.start < span[1] and span[0] < one.action.end]
    return touched[0].action if len(touched) == 1 else None


def role_asked(text: str) -> Role | None:
    """The role that ``text`` asks for, in which somebody has to do with something; ``None`` where none."""
    return next((role for role, asking in _ROLES if any(each.search(text) for each in asking)), None)
