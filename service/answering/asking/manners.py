# ruff: noqa: E501, SIM905 - lists of words and patterns made of them read worse in short lines
"""The words in which people are polite, introduce themselves and ask, in both languages, folded.

Everything here is matched against text folded by :func:`index.analysis.fold`: small letters, simplified
script, ASCII punctuation.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "APART",
    "ASIDE",
    "ASKED",
    "CAPITAL",
    "COURTESY",
    "CUE",
    "FRAME",
    "GOING_ON",
    "LEANING",
    "NAMING",
    "OPENING",
    "PERSON",
    "PREPOSITION",
    "QUOTED",
    "TAIL",
    "TELLING",
    "TOPIC",
    "content",
    "suspected",
]

_PERSON_EN = (
    r"\b(?:(?<!annex )(?<!part )(?<!war )(?<!section )(?<!table )i|i'\w+|im|ive|my|me|mine|myself|we|we'\w+|us|our|ours|you|you'\w+|your|yours|yuo|yuor|u|ur|yall|"
    r"somebody|anybody|someone|anyone|colleagues?|supervisor|boss|professor|friends?|wife|husband|intern|"
    r"to\swhom\sit\smay\sconcern|this\smessage|this\semail)\b"
)
_PERSON_ZH = (
    "我(?!国)|咱|俺|本人|您|你|贵处|贵组织|贵单位|贵署|小弟|小妹|小女子|晚辈|晚生|在下|鄙人|不才|同事|领导|老板|导师|老师|"
    "同学|前辈|朋友|好心人|大神|大佬|学生正在|笔者|诸位|各位|大家|有人|老朽|大大|大神"
)
PERSON: Final = re.compile(f"{_PERSON_EN}|{_PERSON_ZH}")
"""Who asks, who is asked, and the people around them."""

_GREETING_EN = (
    r"hello|helo|hallo|hullo|hi|hiya|hey|howdy|greetings|dear|esteemed|good\s?(?:morning|afternoon|evening|day|night)|"
    r"thanks?|thank\s?you\w*|thankyou|thx|thnx|tks|ta|cheers|many\sthanks|much\s(?:obliged|appreciated)|gracias|muchas|"
    r"merci|danke|xie\s?xie|sorry|apologies|apologise|apologize|pardon|excuse|(?:kind|best|warm|kindest|warmest)\s"
    r"(?:regards|wishes)|regards|yours|sincerely|faithfully|respectfully|cordially|looking\sforward|(?:with|please\saccept)\s"
    r"(?:\w+\s){0,3}(?:thanks|regards|gratitude|appreciation|respect|assurances|wishes)|much\sobliged|bye|goodbye|ciao|"
    r"have\sa\s(?:\w+\s)?(?:day|evening|weekend|week|one|time)|congratulations|hope\sthis|no\s(?:rush|hurry|worries)|"
    r"an?\s(?:\w+\s)?(?:reply|response|answer)\swould|any\s(?:help|pointers?|hints?|advice|answer|information)"
)
_GREETING_ZH = (
    "您好|你好|大家好|各位好|老师好|您号|哈喽|哈罗|嗨|嘿|喂|早上好|上午好|中午好|下午好|晚上好|早安|晚安|见信好|谢谢|谢了|谢啦|谢过|"
    "先谢|多谢|感谢|感激|万谢|万分感|十分感|非常感|不胜|蟹蟹|3q|打扰|打搅|叨扰|冒昧|抱歉|对不起|不好意思|劳驾|有劳|烦请|麻烦|拜托|"
    "恳请|敬请|祝|顺祝|顺颂|顺致|此致|敬礼|敬上|谨上|敬启|盼复|盼覆|期待|静候|恭候|等候|尊敬的|亲爱的|再见|回见|回头见|拜拜|求助|"
    "求解|求教|求指|求帮|如蒙|提前|辛苦|多有|恕|容我|请教|耽误|万望|敢问"
)
OPENING: Final = re.compile(rf"[\s\W]*(?:(?:{_GREETING_EN})\b|(?:{_GREETING_ZH}))")
"""How a greeting, thanks, an apology, a wish or a signature begins."""

APART: Final = re.compile(r"[\s,:!.~]|您|你|$")
"""What follows a greeting that is one."""

COURTESY: Final = re.compile(
    rf"\b(?:{_GREETING_EN}|please|plese|pls|plz|kindly|kind|grateful|obliged|appreciat\w+|help|sorry|silly|stupid|question|"
    r"questions|following|wondering|curious|curiosity|advise|enlighten)\b|"
    rf"{_GREETING_ZH}|请问|请教|帮|问|烦|复|赐|指点|指教|解答|告知|告诉|好奇|为荷|见笑|包涵|着急|慢慢来|敬上|谨启"
)
"""What only courtesies and questions about to be asked hold."""

_ASK_VERB_EN = (
    r"know|knowing|knows|tell|told|ask|asking|inform|informed|learn|find\sout|finding\sout|understand|check|checking|"
    r"confirm|confirming|clarify|clarifying|explain|see|remember|recall|wonder|wondering|wondered|verify|verifying|"
    r"establish|figure\sout|work\sout|determine|look\sup|looking\sup|advise|advice|enlighten|remind|curious|sure|certain|"
    r"interested|question|point\sout|say|hear|idea|clue|questions?\sis|ascertain|shed\slight\son|inquire|enquire"
)
ASKED: Final = re.compile(
    rf"\b(?:{_ASK_VERB_EN})(?:\s(?:me|us|you|them|him|her|my|boss|please|kindly|exactly|about|of|on|in|as\sto|to|and|"
    r"precisely|the|following|quickly|briefly|is|just|if|possible|in|on|at|by|under|for|from|with|since|until|through|"
    r"during|into|within|over|up|across|among|around|against|before|after|between))*?[\s,:]*$"
)
"""The end of what stands before an indirect question."""

TELLING: Final = re.compile(
    r"\b(?:tell(?:ing)?\s(?:me|us)|let\s(?:me|us)\sknow|explain|remember|recall|know|find\sout|check|ask|wonder(?:ing)?|say|but)\b\s*"
)
"""After which a question may follow that does not begin with what asks."""

TOPIC: Final = re.compile(
    r"\s*(?:关于|针对|对于|至于|就|在|regarding|concerning|about|as\s(?:for|to)|on|in|under|at)"
)
"""How a clause begins that says what a question is about."""

PREPOSITION: Final = re.compile(
    r"\b(?:(?:the\s+)?(?:exact\s+)?(?:days?|dates?|weeks?|months?|years?|city|place|venue)\s+)?(?:in|on|at|by|under|to|for|from|with|since|until|through|during|of|into|within|over|up\sto|across|"
    r"among|around|against|before|after|between|out\sof)\s+$"
)
"""What belongs to the indirect question that follows."""

CUE: Final = re.compile(
    r"\b(?:what|what's|whats|which|who|whom|whose|who's|when|where|why|how|whether)\b|"
    r"(?:(?:^|[,:]\s*)(?:is|are|was|were|did|does|do|has|have|had|will|would|should|can|could|must|may)|"
    r"(?:^|[,:-]\s*|\bplease\s+)(?:list|name|describe|explain|state|summari[sz]e|give))\s+(?!(?:you|i|we|u|anyone|anybody|someone|somebody|it|an?)\b)|"
    r"什么|多少|哪|几(?!乎)|谁|何|怎[么样]?|为啥|是否|是不是|有没有|有无|多[长大久远高]|多会儿|(?:^|[,:-]\s*)(?:具体|准确)?(?:日期|时间|地点|人数|金额|数[额量]|名称|文号|城市)\s*\?|[吗么呢][?\s]*$|(?:^|[,:-])\s*请?(?:列[出举]|说明|解释|概括|写出|给出)"
)
"""What asks."""

_WISH_EN = (
    r"(?:i|we|our\s\w+|my\s\w+)(?:'d|'m|\s(?:would|should|do|am|are|really|also|just|only|very\smuch|have|has|need|needs|"
    r"want|wants|wish|hope|am))*\s(?:(?:like|love|need|needs|want|wants|wish|wishes|prefer|hope|hopes|(?:looking|look|"
    r"searching|search)\sfor|trying|try|interested\sin|grateful|obliged|glad|pleased|happy|thankful|delighted|appreciate(?:\sit)?|seeking|seek|after)\b\s?)+(?:(?:to|if|you|could|"
    r"would|please|know|knowing|find|out|learn|ask|get|have|see|be|told|tell|me|us|help)\b\s?)*"
)
_TELL_EN = (
    r"(?:(?:would|could|can|will|may|might|do)\s(?:you|u|somebody|someone|anyone|anybody|i|we)(?:\s(?:be\sso\skind\sas\sto|"
    r"be\sable\sto|be\swilling\sto|possibly|perhaps|please|pls|kindly|maybe|also|just|then|happen\sto|mind|quickly))*\s"
    r"|please\s|pls\s|kindly\s|just\s)?"
    r"(?:tell|telling|(?<!will you )(?:show|give)|giving|inform|remind|let(?=\s(?:me|us)\sknow)|send|find|help|point|enlighten|ask|check)\s"
    r"(?:me|us|you|for\sme)\b(?:\s(?:know|about|please|exactly|the\sfollowing))*"
)
_POLITE_EN = r"(?:please|pls|plz|kindly)\b"
_COULD_EN = (
    r"(?:would|could|can|will)\s(?:you|u)(?:\s(?:be\sso\skind\sas\sto|be\sable\sto|possibly|perhaps|please|kindly|maybe|"
    r"quickly))*"
)
_ASIDE_ZH = (
    "然后|接着|那么|要是|如果|假如|有人|怎么也|总是?|老是?|我们?|咱们?|俺|本人|学生|晚辈|小弟|在下|笔者|领导|老师|同事|代表团|您|你们?|诸位|各位|大家|谁|有人|哪位|也|还|再|又|就|都|只是|只|"
    "很|真|特别|非常|十分|一直|正|现在|这里|在此|是|想要|想|要|希望|打算|愿意|需要?|得|能不能|能否|能够|能|可不可以|可否|可以|是否方便|是否|"
    "方便的话|方便|有劳|有谁|请|麻烦|烦请|烦|劳驾|劳烦|恳请|敬请|冒昧地?|斗胆|顺便|容|允许|不知道?|不晓得|不清楚|帮忙?|替|给|跟|向|和|"
    "一下|下|个|一个|一声|一句|问题|小问题|您好|你好|打扰了?|不好意思|抱歉|请问|[,:\\s]"
)
_TELL_ZH = (
    "请问|敢问|试问|借问|清问|问一下|问一问|问下|问问|想问|要问|请教一下|请教|讨教|打听一下|想打听|咨询一下|想咨询|求教|"
    "想知道|要知道|知道一下|您知道|你知道|谁知道|不知道|想了解|了解一下|想弄?清楚|弄清楚|弄明白|搞清楚|搞懂|想确认|确认一下|核实一下|核对一下|想核实|想核对|"
    "想查|查一下|查一查|查查看|查查|帮我查|帮忙查|找一下|找找看|看一下|看看|说一下|说说|讲讲|讲一下|介绍一下|解答一下|"
    "解释一下|说明一下|想不起来?|记不清楚?|记不得|不记得|忘了|查不到|找不到|搞不懂|搞不清楚?|弄不明白|弄不清楚?|答不上来|"
    "告诉(?:我们?|本人|咱|俺|大家)|告知(?:我们?|本人)|告诉一下|告知一下|告知|提示我|帮我看看|问的是|请告诉"
)
_HEAD_ZH = rf"(?:{_ASIDE_ZH}){{0,14}}(?:{_TELL_ZH})(?:一下|下|的是|的问题是|一个问题|个问题|个事|[,:\s])*"
FRAME: Final = re.compile(
    rf"\s*(?:(?:(?:so|and|but|now|well|ok|okay|again|also)\b[,\s]*)?(?:what\s{_WISH_EN}is\b|{_WISH_EN}(?:{_TELL_EN})?|"
    rf"{_TELL_EN}|{_POLITE_EN}\s(?={_COULD_EN})?|{_COULD_EN}\s(?:please\s)?(?=list|name|describe|explain|state|summari)|"
    rf"(?:do|does|would|might)\s(?:you|u|anyone|anybody|someone|somebody)\s(?:happen\sto\s|by\sany\schance\s)?know\b|"
    rf"{_POLITE_EN})[\s,:]*|(?:{_HEAD_ZH})+)"
)
"""At the head of a clause, what only carries the question."""

TAIL: Final = re.compile(
    r"[\s,]+(?:please|pls|plz|thanks|many\sthanks|thank\s?you|thx|cheers|kindly)(?:\s(?:so\smuch|very\smuch|a\slot|in\sadvance|again))*"
    r"[\s.!,]*$|[\s,]*(?:(?:十分|非常|先|万分)?(?:谢谢|多谢|感谢|拜托|感激)(?:您|你|大家|各位|啦|了)?)+[\s.!。~]*$"
)
"""Courtesy that no mark divides from the question before it."""

_SUSPECT_EN: Final = frozenset(
    """
    i i'm i'd i've i'll im ive my me mine myself we we're we'd we've us our you you're you'd your yours u ur yuo somebody
    anybody someone anyone colleague supervisor boss professor friend hello helo hallo hi hiya hey howdy greetings dear
    esteemed good thanks thank thankyou thx thnx tks ta cheers gracias merci danke sorry apologies apologise apologize pardon
    excuse regards wishes yours sincerely faithfully respectfully bye goodbye congratulations help please pls plz plese
    kindly question questions curious curiosity appreciated grateful obliged wondering concern message
    """.split()
)
_SUSPECT_ZH: Final = (
    *(
        "我",
        "咱",
        "俺",
        "您",
        "你",
        "诸位",
        "各位",
        "大家",
        "大大",
        "请问",
        "请教",
        "请告",
        "敬请",
        "烦",
        "谢",
        "帮",
        "感激",
        "好奇",
        "祝",
    ),
    *(
        "敬",
        "盼",
        "求",
        "劳驾",
        "有劳",
        "抱歉",
        "冒昧",
        "打扰",
        "打搅",
        "拜托",
        "恳",
        "说一句",
        "直说",
        "多亏",
        "急",
        "有人",
        "解答",
        "回答",
    ),
    *(
        "问一下",
        "问问",
        "问下",
        "想问",
        "敢问",
        "问个",
        "不好意思",
        "对不起",
        "喂",
        "嗨",
        "哈喽",
        "哈罗",
        "早上好",
        "上午好",
        "下午好",
    ),
    *(
        "晚上好",
        "好人",
        "问题:",
        "问题如下",
        "下列问题",
        "小问题",
        "讨教",
        "赐教",
        "指教",
        "想知道",
        "想了解",
        "不知道",
        "不晓得",
        "查不到",
    ),
    *("找不到", "想不起", "记不", "忘了", "查一下", "找一下", "打听", "咨询", "见谅", "包涵", "回见"),
)


def suspected(view: str) -> bool:
    """Whether ``view`` has a word or character of courtesy: without one there is nothing to take off."""
    return any(word in view for word in _SUSPECT_ZH) or not _SUSPECT_EN.isdisjoint(_WORD.findall(view))


QUOTED: Final = re.compile('[「『《“"”]')
"""What is said in quotation marks is nobody's courtesy."""

LEANING: Final = re.compile(
    r"\b(?:it|they|them|its|their|there|this|these|those|that\s(?:one|meeting|event|decision|session)|one)\b(?!\w)|"
    r"[它其该此]|(?<!的)[这那](?:个|次|项|届|份|些|场|里)"
)
"""What points back to something said before."""

GOING_ON: Final = re.compile(r"\bif\s(?:yes|so|not|no)\b")
"""A second question on the answer to the first: both are needed."""

ASIDE: Final = re.compile(
    rf"[\s\W]*(?:(?:and|but|because|since|as|so|for|though|although|or|if|when|else|otherwise)\s+)*(?:{_PERSON_EN})|"
    rf"[\s\W]*(?:因为|因此|所以|不然|否则|但|但是|如果)*(?:{_PERSON_ZH})"
)
"""How a clause begins that speaks of who asks."""

CAPITAL: Final = re.compile(r"(?<=[a-z] )(?!I\b|English|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)[A-Z][A-Za-z]+")
"""A name written with a capital, not folded."""

NAMING: Final = re.compile(
    r"\d|[《“\"]|[a-z]{2,}/|会议|大会|公约|议定书|论坛|研讨会|讲习班|委员会|工作组|决议|决定|基金|方案|计划署|土地|荒漠|气候|生物|"
    r"\b(?:conference|convention|protocol|forum|symposium|workshop|committee|group|panel|decision|resolution|fund|"
    r"programme|session|assembly|platform|initiative|land|climate|soil|desertification|biodiversity)\b"
)
"""What a document may tell of."""

_EMPTY_EN: Final = frozenset(
    """
    a about above absolutely accept accuracy accurate act actually address advance advice advise advisor after
    afternoon again ahead all allow already also although am an and another answer answers any anyone anything
    anywhere apologies apologise apologize apology appreciate appreciated appreciation are around article as aside ask
    asked asking assignment assistance assurances at attention aware away back background be bear because been before
    begin beg best bit boss bother bothering brief briefing briefly bring bringing but by bye can catch certain check
    checking cheers chapter class clarify clue coffee colleague colleagues come comes confirm confused congratulate
    consideration could course curiosity curious currently daughter day days deadline dear delegate delegates
    delegation desk detail did disturb disturbing do does doing done don't double draft drafting due early earliest
    easy email english enlighten essay esteemed evening ever everybody everyone everything exactly explain explaining document documents remember recall excellent excuse
    expecting experts eye fact faithfully feel few figure figured file files find finding fine first folks following follow for
    forgive forward found friend friendly from gather gentlemen get give given glad go goes going good here place bearing got grateful
    gratitude great greatly greetings guess guide had hand happen happy hard has have having headmaster hear hearing
    hello help helpful helping hey hi hint homework hope hoping hours how however hullo i idea if important in indeed
    indulgence info information inform insight intern interrupt interrupting intrude is it job just keen kind kindest
    kindly kindness knew know knowing knowledge ladies last late lately learn least let like line little long look
    looked looking lost lot love lovely ma'am madam made make making manner many matter may maybe me mean meant
    meantime memo message mind minister ministry minute minutes miss missed mission moment moments more morning most
    mr mrs ms much must my myself name need needed needs new newcomer nice night no nobody not note nothing now
    obliged obviously of off office oh ok okay old on once one only opportunity or other our out over pages paper
    papers pardon part patience people perhaps permit phone please pleasure point pointer pointers possible possibly
    prepare preparing presentation prof professor project prompt proper put querry query question questions quick
    quickly quiet quite read reading ready realise really reading regard regarding regards reply replying report
    research respect respond response right rush sake same save say search searched searching see seem
    seems seen send service share shed short should show side silly simple since sincerely sir sirs sister slide
    slides small so somebody someone something sometimes somewhere soon sorry spare speak speech stuck student
    studying stupid such suppose supervisor sure take taking talk talking task teacher team tell thank thankful
    thanking thanks that that's the them then there these thesis they thing things think this those though thought
    time title to today together told tomorrow tonight too translator trivial trouble troubling true try trying
    turn two u understand unfortunately up urgent us use used useful valuable verify very want wanted wants warm warmest
    was way we week weekend welcome well went were what whatever when where whether which while who whole why will
    wish wishes with within without wonder wonderful wondered wondering word words work works world worry
    would wrestling write writing year yes yesterday yet you your yours yourself
    """.split()
)
_EMPTY_ZH: Final = re.compile(
    "能不能|可不可以|有没有|是不是|知不知道|好心人|小问题|一个问题|下面|如下|以下|问题|事情|信息|资料|材料|文件|报告|说明|论文|作业|讲稿|"
    "发言稿|幻灯片|教材|稿子|功课|课题|研究|学习|学生|老师|教师|教授|博士|硕士|大学|专业|代表团|代表|工作人员|工作|实习生|实习|翻译|记者|"
    "律师|志愿者|部长|大使|领导|同事|老板|导师|专家|先生|女士|阁下|秘书处|同学|前辈|晚辈|朋友|新手|新人|新来|初来乍到|不熟悉|不太|不懂|"
    "不明白|不清楚|不知道|不晓得|不确定|不了解|情况|了解|知道|清楚|明白|确认|核实|核对|查到|查一?[下查]|查|找到|找一?[下找]|找|看看|看|想|要|"
    "需要|希望|打算|准备|正在|目前|最近|刚刚|刚才|刚|昨[天晚]|今[天晚]|明[天晚早]|现在|到处|怎么也|实在|真的|非常|十分|特别|很|太|"
    "麻烦|打扰|打搅|冒昧|抱歉|不好意思|对不起|劳驾|恳请|敬请|烦请|请问|请教|赐教|指教|指点|解答|回答|答复|回复|赐复|告诉|告知|说一?[下说]|讲|"
    "帮个?忙|帮一?[下帮]|帮|谢谢|多谢|感谢|感激|不胜|不尽|万分|荣幸|拜托|您好|你好|各位|大家|诸位|您|你们?|我们?|咱们?|俺|本人|在下|人|位|"
    "有谁|哪位|谁|能够|能否|能|可否|可以|是否|合适|合不合适|方便|介意|如果|要是|的话|一下|一会儿?|一分钟|几分钟|时间|宝贵|耽误|占用|着急|急|"
    "尽快|早日|赶紧|赶时间|顺便|另外|还有|还|再|又|也|都|就|只|好|吧|呢|吗|么|啊|呀|哈|啦|哦|嘛|的|地|得|了|着|过|是|在|有|没|不|一|个|件|"
    "这|那|里|上|中|和|与|跟|向|给|对|为|从|到|让|把|被|来|去|做|用|写|编|问|点|些|下|小|傻|笨|可能|也许|或许|纯属|好奇|随便|见笑|包涵|"
    "多多|先|提前|事|打听|咨询|关心|重要|急用|盼|候|复|敬|祝|愉快|顺利|拜|求|容|恕|忙|简短|准确|请"
)
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9'/()-]*")
_HAN_CHARACTER: Final = re.compile("[\u3400-\u9fff]")


def content(piece: str) -> int:
    """How many words of ``piece`` say more than who asks, for what and how; two Han characters are a word."""
    words = sum(
        word not in _EMPTY_EN and not word.startswith(("i'", "you'", "we'")) for word in _WORD.findall(piece)
    )
    han = len(_HAN_CHARACTER.findall(_EMPTY_ZH.sub("", piece)))
    return words + (han + 1) // 2
