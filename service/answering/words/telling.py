"""What a question asks for in so many words, and what tells it: a reason, a person, a title, an outcome.

Each leaves a mark of its own in a text, in either language, whatever its other words. A mark is weighed, not
required: a cause may be told without "because".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from service.answering.words.signs import PERSON

__all__ = [
    "DEADLINE",
    "DENIAL",
    "OUTCOME",
    "PURPOSE",
    "REASON",
    "SAYING",
    "TITLE",
    "Telling",
    "asks_person",
    "names_person",
    "shows_person",
    "takes_denial_for_granted",
]


@dataclass(frozen=True, slots=True)
class Telling:
    """What asks for something, and what tells it."""

    asked: re.Pattern[str]
    told: re.Pattern[str]

    def is_asked(self, question: str) -> bool:
        return self.asked.search(question) is not None

    def is_told(self, text: str) -> bool:
        return self.told.search(text) is not None


REASON: Final = Telling(
    asked=re.compile(
        r"为什么|为何|何以|因何|怎么会|什么原因|原因是|缘由|理由|出于什么|"
        r"\bwhy\b|\breasons?\b|\bhow\s+come\b|\bwhat\s+(?:\w+\s+)?(?:led|caused|prompted|made|kept)\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"因|由于|鉴于|原因|理由|为了|以便|以期|以使|旨在|目的|考虑到|缺乏|缺少|不足|无法|未能|有助于|抗议|节省|避免|请求|愿望|为由|认为|希望|需要|没有|只有|仅有|重合|导致|以防|"
        r"\bbecause\b|\bowing\b|\bdue\s+to\b|\bsince\b|\bas\s+(?:it|they|the|no|only|most|some|many|there|a|its)\b|\bin\s+view\s+of\b|"
        r"\bgiven\b|\bfor\s+want\b|\black(?:ed|ing)?\b|\bso\s+that\b|\bin\s+order\b|\breasons?\b|\bcaused?\b|\bfollowing\b|"
        r"\bafter\b|\bon\s+account\b|\btherefore\b|\bthus\b|\bgrounds\b|\bfear|\bconcern|\bcould\s+not\b|\bunable\b|\bfailed\b|"
        r"\bhaving\b|\bwhen\s+(?:it|he|she|they|the)\b|\bproved\b|\bforced\b|\bprotest|\bto\s+(?:avoid|save|spare|become|prevent)\b|\bcoincid|\bresign|"
        r"\bat\s+the\s+(?:request|wish|demand)\b|\b(?:request|wish)\s+of\b|\bin\s+answer\s+to\b|\bonly\b|\bappointed\b|\bfor\s+(?:not\s+)?\w+ing\b|\btoo\b|\bshortage|\boutside\b",
        re.IGNORECASE,
    ),
)
PURPOSE: Final = Telling(
    asked=re.compile(
        r"用来|作用|目的|用途|旨在|\bwhat\b.*\bfor\b\s*\?|\bpurpose\b|\baim|\bintend|\bmeant\s+to\b|\bsupposed\s+to\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"以便|为了|旨在|目的|以期|用于|用来|以使|\bin\s+order\b|\bto\b|\baim|\bpurpose|\bso\s+that\b|\bintended",
        re.IGNORECASE,
    ),
)
OUTCOME: Final = Telling(
    asked=re.compile(
        r"有没有|是否|是不是|能不能|[成过定]了?没有?|没有[?？]?$|[吗嗎]|结果(?:如何|怎[么样])|"
        r"^(?:[\w\s-]+,\s*)?(?:did|was|were|has|have|had)\b|\bwhether\b|\b(?:and|or|but|,)\s+(?:did|was|were|has|have)\b|"
        r"\boutcome\b(?!\s+(?:reports?|documents?|papers?|statements?)\b)|\bhow\s+did\b.*\b(?:end|go|turn\s+out)\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"未能|没有|未|不(?:能|会|过|同意|再)|否决|拒绝|推迟|达成|商定了|同意|通过|核准|批准|撤回|失败|成功|一致|"
        r"\b(?:not|no|never|none|without|failed|agreed|agreement|adopted|approved|accepted|rejected|refused|declined|postponed|deferred|"
        r"withdr[ae]w\w*|voted|consensus|concluded|decided|unable|lost|defeated|endorsed|settled|dropped|shelved)\b",
        re.IGNORECASE,
    ),
)
"""A question to be answered by yes or no, and what was or wasn't agreed, adopted or done."""
DENIAL: Final = Telling(
    asked=re.compile(
        r"没(?!有[吗?？])|未(?!来)|不(?:肯|给|同意|让|准|被|赋予|予|再|愿|接受|采纳|批准|通过|承认|答应|许|派|去|参加)|拒|否决|驳回|终止|中止|取消|撤|推翻|反对|"
        r"缺席|退出|推迟|延期|改[到至在为期]|搬|迁[到至]|废[止除]|叫停|谢绝|回绝|解散|抵制|失败|不符合|退[回给]|搁置|删[掉去除]|缩短|关[掉停闭]了|"
        r"\b(?:reject|refus|declin|deni|deny|terminat|abolish|abandon|cancel|postpon|oppos|object(?:ed|ion)|veto|overturn|"
        r"dissolv|disband|suspend|relocat|boycott|scrap|shelv|shorten|fail|withdr[ae]w|withheld|withhold|absent|unable)|"
        r"\bsen[dt]\w*\b.{0,40}\bback\b|\bstay(?:ed|ing)?\s+away\b|\b(?:turn(?:ed|s|ing)?|vot(?:ed?|ing)|struck|strike)\s+down\b|\bthr(?:ow|ew|own)\w*\s+out\b|\bpull(?:ed|ing|s)?\s+out\b|\bcall(?:ed|ing)?\s+off\b|"
        r"\bwalk(?:ed|ing)?\s+out\b|\b(?:mov|shift|switch)(?:ed|e)?\b(?=.*\b(?:from|away)\b)|\b(?:not|never|without)\b|n['’]t\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"没|未(?!来)|不(?![断仅但同妨限久少])|忽[略视]|拒|否|驳回|终止|中止|取消|撤|推翻|反对|缺|退[出回约还]|推迟|延[期误]|改[到至在为期由用]|搬|迁|废|无法|难以|失败|"
        r"保留|异议|谢绝|排除|除名|除外|禁|删|放弃|暂停|停[止办用]|打捞出|捞出|阻|仅|只[有是对]|而非|例外|解散|拖欠|欠款|零|免|逾期|作罢|其余|余额|晚|分歧|倾覆|警告|批评|"
        r"\b(?:reject|refus|declin|deni|deny|terminat|abolish|abandon|cancel|postpon|oppos|object|veto|overturn|"
        r"dissolv|disband|suspend|relocat|scrap|fail|withdr[ae]w|absent|unable|instead|defer|lack|ignor|overlook|neglect|mov(?:e|ed|ing)\b|remov|struck|strik|exclud|except|"
        r"bann?(?:ed)?\b|prohibit|forbid|forbad|resign|left\b|replac|delay|late\b|later\b|missing|rather|without|stopp|dropp|releas|remain|discontinu|reserv|against|arrear|unpaid|"
        r"unfilled|vacan|criticiz|few\b|fewer|only\b|zero|but\b|however|outside|insist|free\s+of|rest\b|deadline|time\s+limit|expir|penal|lose[sn]?\b|lost\b|brought\s+up)|"
        r"\b(?:given?|gave|taken?|took|called?|turned?|thrown?|threw|set|put|sent|pulled?|fished)\s+(?:\w+\s+)?(?:up|out|off|down|aside|back)\b|"
        r"\b(?:not|no|never|none|nobody|nothing|without|nor|cannot)\b|n['’]t\b",
        re.IGNORECASE,
    ),
)
"""Something is taken for granted to have been rejected, called off or moved; and anything that says no."""
SAYING: Final = Telling(
    asked=re.compile(
        r"(?:说|讲|谈|提|定|认定|指出|发现|商定|达成|得出|通过)(?:了|到|出)?(?:了|些)?(?:什么|啥|哪些|哪几)|(?:结论|共识|发现|成果|要点|主张|观点|看法|意见|立场)(?:都|分别)?(?:是|有|包括)(?:什么|啥|哪)|"
        r"(?:什么|哪些|哪几\w)(?:主要|重要|具体)?的?(?:结论|共识|发现|主张|观点|看法|立场|内容)|"
        r"\bwhat\s+(?:\w+\s+){0,6}?(?:did|does|do|has|have|had|was|were)\b.*\b(?:say|said|conclude[ds]?|find|found|propose[ds]?|recommend(?:ed|s)?|decided?|agreed?|"
        r"settled?|stress(?:ed)?|urged?|suggest(?:ed)?|demand(?:ed)?|argued?|warn(?:ed)?|point(?:ed)?\s+out|objection|think|reach(?:ed)?)\b|"
        r"\bwhat\s+(?:was|were|is|are)\s+(?:the\s+)?(?:[\w'-]+\s+){0,4}?(?:conclusions?|findings?|messages?|outcomes?|results?|views?|positions?|objections?)\b|"
        r"\bwhich\s+(?:[\w-]+\s+){0,2}?(?:conclusions?|findings?|results|weaknesses|views)\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"认为|指出|强调|表示|说|呼吁|敦促|建议|结论|发现|表明|显示|决定|同意|商定|要求|提[出议到及]|重申|承认|认识到|达成|确认|注意到|期待|赞赏|欢迎|讨论|批评|警告|请|鼓励|申明|宣布|声明|主张|意见|忽略|不|需要|应|须|条件|将|定为|规定|确定|议定|希望|决|"
        r"\b(?:sa(?:id|ys?)|stat(?:ed|es)|stress\w*|emphasi[sz]\w*|underlin\w*|conclu\w*|f(?:ound|inds?)|show\w*|recommend\w*|propos\w*|suggest\w*|urg\w*|call(?:ed|s)\s+(?:for|on|upon)|"
        r"agree\w*|decid\w*|request\w*|invit\w*|encourag\w*|not(?:ed|es|ing)?|recogni[sz]\w*|affirm\w*|reaffirm\w*|welcom\w*|discuss\w*|consider\w*|think\w*|thought|"
        r"argu\w*|warn\w*|point(?:ed|s)\s+out|view\w*|that|declar\w*|acknowledg\w*|express\w*|identif\w*|critici\w*|object\w*|should|must|settl\w*|fix\w*|postpon\w*|demand\w*|put\s+forward|need\w*|"
        r"set|sets|ask\w*|adopt\w*|approv\w*|reject\w*|could|would|will|because)\b",
        re.IGNORECASE,
    ),
)
"""What somebody said, found or concluded."""
TITLE: Final = Telling(
    asked=re.compile(
        r"(?<!采)[叫取名题題](?:做|作|为|為)?(?:什么|甚么|什麼|啥)|(?:标题|题目|名称|书名|名字|題目|名稱)|什么名|啥名|"
        r"\btitles?\b|\bcalled\b(?!\s+(?:for|on|upon|off|that|the|this|an?|its|his|her|their|it|them)\b)|\bname\s+of\s+the\b|\bentitled\b|\bnamed?\s*\?",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"[“「《‘\"]|题为|名为|称为|简称|俗称|通称|主题是|标题|\b(?:entitled|titled|called|named|(?:known|referred\s+to)\s+as)\b"
    ),
)
DEADLINE: Final = Telling(
    asked=re.compile(
        r"最[晚迟遲]|至[迟遲]|截止|期限|以前|之前|应[当在于]?|[应本原]该|须|規定|规定|原定|预定|到什么时候|"
        r"\bby\s+(?:when|what|which)\b|\bdeadline|\bdue\b|\blater?\s+than\b|\blatest\b|\bsupposed\b|\buntil\b|\bexpected\b|\bshould\b|\bmust\b",
        re.IGNORECASE,
    ),
    told=re.compile(
        r"应|须|必须|截止|期限|之前|以前|至迟|最迟|不迟于|不晚于|预计|定于|前[，。；完提向]|"
        r"\b(?:before|by|due|later|deadline|shall|must|until|expected|should|required|to\s+be)\b",
        re.IGNORECASE,
    ),
)
# A purpose, no refusal: "so that chapters don't repeat each other".
_SO_THAT: Final = re.compile(r"\bso\s+(?:that|as)\b.*|(?:以便|以免|免得).*", re.IGNORECASE)

_ROLE: Final = (
    r"(?:co-?\s?)?(?:chair\w*|president|director|head|leader|rapporteur|moderator|facilitator|coordinator|inspector|consultant|"
    r"expert|author|editor|scientist|winner|minister|ambassador|member|speaker|officer|reviewer|convener|person)s?"
)
_PERSON_ASKED: Final = re.compile(
    r"(?:(?<!国)家|[人员者长席士授官使师位])们?(?:的|都|各|究竟|到底|分别)?(?:叫什么|(?:叫什么)?名字)|姓名|姓什么|姓甚名谁|(?:分别|都|各)是谁(?![提出做办给])|哪[一几两]?位|哪些(?:官员|市长|部长|大使|人士)|(?:主席|组长|主任|团长|所长|作者|报告员|协调员|负责人|主持人|发言人|院长|秘书|检查员|检查专员|特派员|顾问|执笔人?|协调人|成员|专家)"
    r"[们]?(?:都|分别)?(?:是|由|为)?(?:谁|哪位|何人)|谁(?:是|担任|当|任|主持|执笔|撰写|做|作|发表|致|讲)|由谁(?:来)?(?:主持|当|担任|执笔|撰写)|"
    rf"\bnames?\s+of\s+(?:[\w'-]+\s+){{0,6}}?{_ROLE}\b|\b{_ROLE}(?:['’]s?)?\s+names?\b|"
    r"\bwho\s+(?:is|was|are|were)\b(?!\s+(?:supposed|asked|to|expected|invited|responsible|meant|requested|required)\b)(?=.*\b(?:chair|president|director|author|secretary|head|rapporteur|co-?chair|facilitator|"
    r"leader|moderator|speaker|coordinator|officer|inspector|consultant|convener)s?\b)|"
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:officials?|ministers?|mayors?|ambassadors?|officers?|inspectors?|envoys?)\b|"
    r"(?<!\bon )\b(?:which|names?\s+of)\s+(?:(?!(?:did|do|does|is|was|were|are|will|would|could|can|may|has|"
    r"have|had|to|who|that|of|cit\w+|days?|weeks?|months?|dates?|period|decisions?|meeting|part)\b)[\w-]+\s+){0,4}?"
    r"(?:members|experts|scientists|representatives|coordinators|delegates|persons|people)\b(?!\s+states)|"
    r"\bwho\s+(?:spoke|from)\b(?!.*\b(?:took\s+part|participated|attended)\b)|\bwho\s+are\s+the\s+(?:members|experts|authors|chairs|co-?chairs)\b|"
    r"\bwho\s+(?:chair|presid|author|wrote|draft|open|moderat|led|lead|sign|head|direct|deliver|gave\s+(?:the|a|an)\s+(?:[\w-]+\s+)?(?:speech|address|keynote|talk|lecture|opening|closing))",
    re.IGNORECASE,
)
_PERSON_NAMED: Final = re.compile(
    r"先生|女士|教授|博士|阁下|[\u4e00-\u9fff]·[\u4e00-\u9fff]|"
    r"\b(?:Mr|Ms|Mrs|Dr|Prof|Sir)\b\.?\s+[A-Z]|\bProfessor\s+[A-Z]|\bH\.\s?E\.|\b[A-Z][a-z]+\s[A-Z]\.\s[A-Z][a-z]+|"
    # "Ana Lima, Special Adviser to …"
    r"\b[A-Z][a-zà-ÿ]+\s[A-Z][a-zà-ÿ-]+,\s(?:(?:the|a)\s)?(?:[A-Z][\w-]+\s(?:of\s)?){0,4}?"
    r"(?:Advis[eo]r|Director|Secretary|Minister|President|Chair\w*|Professor|Ambassador|Head|Representative|Officer|Chief|Rapporteur)\b"
)
# "Who chairs it" is told by an office, "what is the chair's name" isn't.
_NAME_ASKED: Final = re.compile(r"姓|名字|叫什么|\bnames?\b", re.IGNORECASE)
_OFFICES: Final = tuple(
    re.compile(rf"{zh}|\b(?:{en})\b", re.IGNORECASE)
    for zh, en in (
        ("执行主任", "Executive Director"),
        ("执行秘书", "Executive Secretary"),
        ("秘书长", "Secretary-General"),
        ("总干事", "Director-General"),
        ("部长|大臣", "ministers?"),
        ("总统", "presidents?"),
        ("总理|首相", "prime ministers?"),
        ("市长", "mayors?"),
        ("大使", "ambassadors?"),
    )
)
_MINISTER_ASKED: Final = re.compile(
    r"哪[一几两]?(?:位|国|个)\S{0,6}(?:部长|大臣)|\bwhich\s+(?:\w+\s+)?ministers?\b", re.IGNORECASE
)
_MINISTER_OF: Final = re.compile(
    r"[\u3400-\u9fff、]{3,}(?:部长|大臣)|\bMinisters?\s+(?:of|for)\s+[A-Z]|\b[A-Z]\w+\s+Ministers?\b"
)
# The name of a thing: 报告叫什么名字, "the name of the programme".
_THING_NAMED: Final = re.compile(
    r"(?:报告|文件|[书奖]|出版物|方案|计划|项目|活动|平台|会议?|主题|指南|网站|数据库|刊物|战略|框架|指数|机制|基金)"
    r"(?:究竟|到底|最后|后来)?(?:叫|取名|题为|的?名[字称])|"
    r"\bnames?\s+of\s+(?:the|that|this|its)\s+(?:[\w'-]+\s+){0,3}?(?:reports?|publications?|programmes?|programs?|initiatives?|projects?|"
    r"events?|documents?|books?|papers?|strateg(?:y|ies)|ind(?:ex|ices)|funds?|plans?|tools?|frameworks?|platforms?|groups?|panels?|"
    r"conferences?|meetings?|workshops?|cit(?:y|ies)|countr(?:y|ies)|bod(?:y|ies)|organi[sz]ations?)\b",
    re.IGNORECASE,
)


def takes_denial_for_granted(question: str) -> bool:
    """Whether ``question`` says that something was rejected or called off, and doesn't ask whether it was."""
    return DENIAL.is_asked(_SO_THAT.sub("", question)) and not OUTCOME.is_asked(question)


def asks_person(question: str) -> bool:
    """Whether ``question`` asks for somebody by name."""
    return _PERSON_ASKED.search(question) is not None and _THING_NAMED.search(question) is None


def shows_person(text: str) -> bool:
    """Whether somebody is named in ``text``."""
    return _PERSON_NAMED.search(text) is not None


def names_person(question: str, text: str) -> bool:
    """Whether ``text`` tells ``question`` who somebody is: a name, an office not named in it, or the minister
    of what, where a minister is asked for.
    """
    if shows_person(text):
        return True
    if _NAME_ASKED.search(question):
        return False
    if PERSON.search(text):
        return True
    if _MINISTER_ASKED.search(question) and _MINISTER_OF.search(text):
        return True
    return any(office.search(text) and not office.search(question) for office in _OFFICES)
