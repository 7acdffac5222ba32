"""What a question asks for: a date, a number with its unit, a place, a body, a decision, a list, or text.

Read off the words that ask. A question may ask for several things (哪天在哪里, "when and where").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

from index.analysis import fold
from service.answering.answer import AnswerKind
from service.answering.asking.roles import asks_more
from service.answering.words.frequency import FREQUENCY
from service.answering.words.ordinals import asked_ordinal
from service.answering.words.purposes import PURPOSE, asks_purpose

__all__ = ["FACTS", "Edge", "Grain", "Measure", "Want", "read_wants", "stands_alone", "without_cues"]

Grain = Literal["day", "month", "year"]
FACTS: Final = frozenset({"date", "number", "decision", "place"})
"""Kinds that only a fact can answer."""

Edge = Literal["start", "end", "both"]
Measure = Literal["money", "share", "time", "area", "people"]


@dataclass(frozen=True, slots=True)
class Want:
    """One thing asked for.

    ``grain`` is how exact a date has to be, ``measure`` what a number has to count (``None``: not said).
    ``several`` is whether more than one is expected. ``of`` tells what is asked for by a name of its own:
    a session, an article, a document, how often. ``edge`` is the end of a period that alone is asked for
    ("until when", 从哪天开始), or ``both`` of them. ``pinpoint`` is whether the paragraph of a decision is
    asked for too. ``at`` is where the words that ask begin in the folded question, if known, ``part`` the
    span of the part that asks for this, where another asks for the like.
    """

    kind: AnswerKind
    grain: Grain | None = None
    measure: Measure | None = None
    several: bool = False
    of: Literal["session", "article", "document", "frequency"] | None = None
    edge: Edge | None = None
    pinpoint: bool = False
    at: int | None = field(default=None, compare=False)
    part: tuple[int, int] | None = field(default=None, compare=False)

    @property
    def weighed(self) -> AnswerKind:
        """The kind of facts whose weights and signs are used for it; ``text`` where words answer."""
        if self.of is not None:
            return "decision"
        return self.kind if self.kind in FACTS else "text"


_MANY_ZH = "[几两二三四五六七八]"
_SHARE_ZH = "百分之几|几分之几|多大(?:的|一)*(?:部分|份额?|块|比[例重])"
_THING_ZH = (
    "(?:机构|组织|组|机关|部门|司部|部(?!分)|司(?!法)|署|平台|委员会|单位|(?<![两二三四五六七八]个)方面|小组|集团|大学|公司|政府|缔约方|"
    "伙伴)"
)

# In order: what is named first here is asked for where two cues overlap.
_CUES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        # Who gets a report, not in which town.
        "body",
        re.compile(
            r"(?:提交|呈交|转交|[交送报递转])[到给往去]?哪(?:里|儿|边)|"
            r"\bwhere\b(?=[^?]*\b(?:sen[dt]|submit(?:ted)?|forward(?:ed)?|transmit(?:ted)?|refer(?:red)?|pass(?:ed)?\s+on|"
            r"(?:go|goes|went)\s+for\s+(?:consideration|approval|adoption|discussion|review))\b)"
        ),
    ),
    (
        "session",
        re.compile(
            r"哪[一]?[届次](?!数)|第几[届次](?!增资|充资|评估|审[查评]|报告|修[正订])(?:会议|大会)?|"
            r"\b(?:which|what)\s+(?:\w+\s+)?ses\w{0,2}ions?\b|"
            r"\b(?:which|what)\s+(?!the\b|do|did)(?:\w+\s+)?(?:(?:conference|meeting)\s+of\s+(?:the\s+)?parties|cop|cmp)\b"
            r"(?!(?:\s*\d+)?\s+(?:decision|resolution|document|bod)|\s*\d)|"
            r"\bto\s+which\s+conference\b(?!\s+of\b)"
        ),
    ),
    ("frequency", re.compile(FREQUENCY)),
    ("article", re.compile(r"第几[条款]|哪[一]?条(?:款)?|\b(?:which|what)\s+(?:article|provision)\b")),
    (
        "document",
        re.compile(
            r"(?:文件|报告)(?:编号|号|文号)|文号|哪[一]?[份个]文件|"
            r"\bdocument\s+(?:symbol|number)\b|\b(?:which|what)\s+(?:\w+\s+){0,1}?document\b(?!s)"
        ),
    ),
    (
        "decision",
        re.compile(
            rf"哪{_MANY_ZH}?[一项个份号条]*(?:的)?(?:\w{{0,8}}的|联大|大会|缔约方(?:会议|大会))?(?:决定|决议)|(?:根据|按照|依据)什么(?:决定|决议)|"
            r"第几号(?:决定|决议)|什么(?:决定|决议)(?!内容)|(?:决定|决议)(?:的)?(?:编号|号码|号|文号)(?!\w)|"
            r"(?:决定|决议)是(?:哪(?![一两几]?[年月天日届次])|多少)|哪[一]?[号项份个]决[定议意]|"
            rf"{_MANY_ZH}[个项份]?(?:决定|决议)(?=.*哪{_MANY_ZH}[个项份])|"
            r"\b(?:two|three|four|several)\s+(?:\w+\s+){0,2}?(?:decisions|resolutions)\b(?=.*\bwhich\s+(?:two|three|four|ones)\b)|"
            r"\b(?:indicate|give|cite|quote|identify|specify|state)\s+(?:me\s+|us\s+)?the\s+(?:\w+\s+)?(?:decision|resolution)s?\b|"
            # Room for a slip or two in the word that the whole question hangs on.
            r"\b(?:which|what)\s+(?:\w+\s+){0,3}?(?:dec\w{1,4}ons?|res\w{1,4}tions?)\b|"
            r"\bname\s+the\s+(?:\w+\s+){0,2}?(?:decisions?|resolutions?)\b|\b(?:decision|resolution)\s+number\b|"
            r"\b(?:pursuant\s+to|by\s+virtue\s+of|based\s+on|under)\s+(?:decision|resolution)\s*\??$"
        ),
    ),
    (
        "pinpoint",
        re.compile(r"第几段|哪[一]?段(?![期时日])|(?:\b(?:which|what)\s+|(?<=\band ))para(?:graph)?s?\b"),
    ),
    (
        "date",
        re.compile(
            rf"什么时[候间侯后]|[啥甚]么?时[候间]?|何时|何年|何月|何日|几时|[哪什]么?(?:一|个)?(?:段)?(?:期间|时间|时期|时段)|哪(?:一|{_MANY_ZH})?个?(?:年|月|天|日|号|两?年期)|几[年月日号]"
            r"|什么日[期子]|多会儿|"
            r"\bfrom\s+when\s+to\s+when\b|"
            r"\bwhen\b|\b(?:what|which)\s+(?:(?:is|are|was|were)\s+the\s+)?(?:\w+\s+){0,2}?(?:dates?|years?|months?|weeks?|days?|period|biennium|time)\b|"
            r"^(?:the\s+)?(?:exact\s+)?(?:days?|dates?|weeks?|months?|years?)\s+(?:on|in|during)\s+which\b|"
            r"^(?:the\s+)?(?:day|month)\s+(?:and|&)\s+(?:month|year)\b|"
            r"\b(?:by|until|since|from)\s+when\b|\bover\s+what\s+period\b"
        ),
    ),
    (
        "time",
        re.compile(
            r"多久|多长时间|多少[年天周月个小时]+(?=[？?。 ]|$)|几(?:个月|天|周|小时)|"
            r"\bhow\s+(?:long|far\s+ahead)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|(?:(?<![哪那这十百千的第])|(?<=的)(?=几\w(?:[,;?、 ]|$)))"
            r"几[个名位次项份种届人家所场条段国倍期章成笔张页票度分]|"
            rf"{_SHARE_ZH}|"
            r"\bhow\s+(?:many|much|large|big|far)\b|"
            r"\bwhat\s+(?:percentage|proportion|share|fraction|slice|cut|amount|number|sum|level\s+of|is\s+the\s+total)\b|"
            r"\bwhat\s+(?:did|does|do|will|would|was|is)\s+(?:\w+\s+){1,8}?costs?\b"
        ),
    ),
    (
        "place",
        re.compile(
            r"哪里|哪儿|何地|何处|什么地[方点]|哪(?:一|个|座|坐|里|些|几|两|三|四|五)*(?:城市|城|地)(?![区方])|哪(?:一|个|座|坐|里)*国家?(?![区方])|"
            r"在哪(?![一个些座家项号份届次方级几两三])|"
            r"\bwhere\b|\b(?:which|what)\s+(?:\w+\s+)?(?:city|capital|country|place|town|venue|location|cities|towns|venues|locations)\b"
        ),
    ),
    (
        "body",
        re.compile(
            rf"谁|哪(?:一|个|些|家|{_MANY_ZH})*(?:\w{{0,4}}的?)?{_THING_ZH}|何人|由哪|哪(?:些|几)?方|什么(?:机构|委员会|平台)|哪[一几些]?位|"
            r"哪[一个]*会(?:议)?(?=[的上里,;?。 ]|$)|"
            rf"哪{_MANY_ZH}?家|哪些(?:国家|人)|跟哪|与哪|"
            r"\bwho(?:m|se)?\b|\b(?:which|what)\s+"
            r"(?!(?:is|are|was|were|do|does|did|should|must|shall|can|could|will|would|may|has|have)\b)"
            r"(?:[\w-]+\s+){0,2}?(?:bod(?:y|ies)|organi[sz]ations?|agenc(?:y|ies)|"
            r"committee|panel|platform|secretariat|institutions?|partners?|board|federation|countries|governments|group|unit|"
            r"department|part\s+of\s+the\s+(?:un|united\s+nations|secretariat)|division|office|agencies)\b"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪[几两二三四五六]|分别是|列[出举]|有哪|都有什么|"
            rf"{_MANY_ZH}[个项大条点种类]\w{{0,4}}?(?:主题|议题|题目|专题|话题|方面|领域|目标|原则|任务|要点|内容|问题)"
            r"(?:分别|各)?(?:是|有|包括|为)(?:什么|啥|哪)|"
            r"\b(?:which|what)\s+(?:(?:are|were)\b|(?:\w+\s+){0,3}?(?:themes|topics|elements|causes|kinds|types|issues|"
            r"documents|reports|areas|regions|outputs)\b)|"
            r"\blist\b(?!\s*[:)]|\s+of\s+(?:least|world|endangered))(?<!\bldc list)(?<!\bred list)|"
            r"\bname\s+(?:all\s+)?the\b"
        ),
    ),
)
# Where no word asks: the noun that a keyword query ends in.
_NOUNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "date",
        re.compile(
            r"日期|日子|年月|年份|(?<!闭)会期(?!间)|[审评展任]期(?=[ ？?]|$)|起止|截[止至](?:日期|时间)|期限|"
            r"期间(?=[ ？?]|$)|(?<!宝贵)时间(?=[是为呢？?。 ]|$)|时间段(?!落)|"
            r"\bstart\s+and\s+end\b|\b(?:start|starting|launch|target|completion|end)\s+year\b|\bcut-?\s?off\b|\bdeadlines?\b|\bdates?\b|\b(?:which|last|final|closing)\s+day\b|\bperiod\s*\??$"
        ),
    ),
    (
        "place",
        re.compile(
            r"地点|举办地|会址|会场(?=[ ？?名]|$)|所在地|城市(?=[是为 ？?。]|$)|"
            r"\b(?:venue|city|place|location)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"数[量额目]|数字(?=[是为呢 ?。]|$)|比例|金额|总额|人数|[个总页]数|数(?=[ ？?]|$)|"
            r"(?:经费|费用|预算|[美欧]元|公顷)(?=[ ？?]|$)|"
            r"\b(?:number|no\.?|percentage|proportion|amount|total)\s+of\b|\bfigures?\b|\b(?:total|annual)\s+(?:costs?|budget)\b|"
            r"\b(?:turnout|attendance|head\s?count)\b|\b(?:budget|per\s?cent(?:age)?)\s*\??$|\btotal\s+(?:\w+\s+)?(?:organi[sz]ations|partners|participants|members|projects)\b"
        ),
    ),
    (
        "decision",
        re.compile(
            r"(?:决定|决议)(?:的)?(?:编号|号码|号|文号)(?!\w)|\b(?:decision|resolution)\s+number\b|"
            r"\b(?:decision|resolution)\b[^?]{0,100}[:,–-]\s*(?:number|no\.?|symbol)\s*\??$"
        ),
    ),
    (
        "list",
        re.compile(
            rf"名单|{_MANY_ZH}[个项大条点种](?:主题|议题|题目|专题|方面|领域|目标|原则|任务|要点|结论|建议)"
            r"(?=[ ？?]|$)|\blist\b|\b(?:two|three|four|five)\s+\w+s\b|"
            r"\b(?:two|three|four|five)\s+\w+\s+\w+s\b(?=[^.?!]{0,14}\??$)|"
            r"^(?:the\s+)?(?:top\s+|main\s+|key\s+)?(?:topics|themes|elements|causes|priorities|goals|aims)\b"
        ),
    ),
    ("body", re.compile(r"(?:主办|组织)(?:方|单位|机构)(?=[ ？?]|$)|\borganizers?\b")),
)
# "…的培训班,日期是?": what a question ends in, it asks for.
_AT_LAST: Final = re.compile(r"(?:是|为|呢|在)?[ ?。]*")
# What asks for words, whatever nouns stand beside it.
_ASKS_TEXT: Final = re.compile(
    r"(?:[干做谈讲说写提叫]|要求|建议|希望|规定|决定|请求)(?:了|些|到)?(?:什么|啥)|"
    r"[把对为给将][什啥]|干嘛|怎么|如何|为什么|为何|有没有|是否|吗(?=[?？ ]|$)|"
    r"\bwhy\b|^(?:did|does|do|is|was|were|are|has|have)\b"
)
_SEVERAL: Final = re.compile(
    rf"哪(?:些|{_MANY_ZH})|分别|列[出举]|名单|"
    r"\b(?:two|three|four|five|six|several)\b|\b(?:which|what)\s+(?:\w+\s+){0,2}?"
    r"(?:decisions|resolutions|bodies|organi[sz]ations|countries|cities|agencies|themes|topics|partners|are|were)\b|"
    r"\blist\b|\bwho\s+(?:are|were)\b"
)
# "How many meetings of the two groups" is one number.
_EACH: Final = re.compile(r"分别|各|\b(?:each|respectively)\b")
_MEASURES: Final[tuple[tuple[Measure, re.Pattern[str]], ...]] = (
    (
        "money",
        re.compile(
            r"多少(?:钱|美元|欧元|资金|经费|资本|投资|款|预算)|金额|经费|预算|捐款|拨了|花了|费用|"
            r"\bhow\s+much\s+(?:money|did|does|was|is|will)\b|\b(?:sum|dollars?|cost|budget|money|funding|invest\w*)\b"
        ),
    ),
    (
        "share",
        re.compile(
            rf"{_SHARE_ZH}|比例|占多少|百分比|几成|\b(?:percentage|proportion|share|fraction|slice|cut|per\s*cent)\b"
        ),
    ),
    (
        "people",
        re.compile(
            r"多少(?:名|位|号?人|代表|专家|学员|学者|来宾|嘉宾|听众)|(?<![十百千])几[名位人]|人数|几(?:个|号)人|"
            r"[来到]了(?:多少|几)个?(?=[?？。 ]|$)|\bturnout\b|\battendance\b|\bhead\s?count\b|"
            r"\bhow\s+many\s+(?:\w+\s+){0,2}?(?:people|persons|folks?|souls|heads|participants|experts|delegates|members|guests|"
            r"visitors|attendees|trainees|attended|authors)\b|"
            r"\bhow\s+many\s+(?:came|turned\s+up|showed\s+up|took\s+part|were\s+(?:there|present)|participated|joined)\b"
        ),
    ),
    ("area", re.compile(r"多大面积|多少(?:公顷|平方公里|亩)|面积|\b(?:hectares?|area|square)\b")),
)
_DAY: Final = re.compile(
    rf"哪(?:一|{_MANY_ZH})?[天日号]|何日|几[日号]|起止(?!年)|日期|会期(?=[是为呢 ?。]|$)|"
    r"\b(?:days?|dates|(?<!latest )(?<!last )date)\b"
)
_MONTH: Final = re.compile(rf"哪(?:一|{_MANY_ZH})?个?月|何月|几月|\bmonths?\b")
_YEAR: Final = re.compile(rf"哪(?:一|{_MANY_ZH})?年|何年|几年|\byears?\b")
_BIENNIUM: Final = re.compile(r"两年期|\bbiennium\b")
_WHEN_ZH: Final = "(?:什么时[候间]|何时|哪(?:一)?[天日年月]|哪个月|几[月号日])"
_STARTS: Final = re.compile(
    rf"[从自]{_WHEN_ZH}|{_WHEN_ZH}[开一]?[到至]|{_WHEN_ZH}(?:开始|开幕|启动|起(?![草源]))|\b(?:first|opening)\s+day\b|\bstart(?:ing)?\s+date\b|"
    r"\b(?:since|from)\s+(?:when|what|which)\b|"
    r"\b(?:when|(?:what|which)\s+(?:day|date|month)s?)\b.*\b(?:start|begin|began|begun|open(?!\s+(?:for|to)\b)|commence|kick\s+off|launch)(?:ed|s|d)?\b"
)
_ENDS: Final = re.compile(
    rf"截[止至]|最后一天|[到至]{_WHEN_ZH}|{_WHEN_ZH}(?:结束|闭幕|截止|收尾|为止)|"
    r"\b(?:until|till|to)\s+(?:when|what|which)\b|\b(?:last|final|closing)\s+day\b|\bclosing\s+date\b|\bdeadlines?\b|"
    r"\b(?:when|(?:what|which)\s+(?:day|date|month)s?)\b.*\b(?:end|close|conclude|finish|expire|wrap\s+up)(?:ed|s|d)?\b"
)
_PREPOSITION: Final = (
    r"at|in|on|by|from|with|under|to|for|during|over|within|until|since|after|before|out\s+of"
)
_WITH: Final = (
    r"(?:together\s+|jointly\s+|"
    r"in\s+(?:co-?operation|collaboration|partnership|consultation|coordination)\s+)"
)
_LED: Final = rf"(?:{_WITH}?(?:{_PREPOSITION})\s+)?"
# A second thing is asked for in English only where it is added: "when" and "where" also open clauses.
_ADDED: Final = re.compile(rf"(?:\band\b|\bor\b|[,/;?]|\s-)\s*{_LED}$")
# What asks politely, or only carries the question.
_ASKING: Final = re.compile(
    r"请问|请教|请告诉我|您好|你好|打扰了?|谢谢(?:您|你)?|感激不尽|非常感谢|麻烦|告诉|想(?:知道|了解|请教)(?:一下)?|为什么|为何|怎[么样]+|"
    r"如何|是否|什么|多少|哪[些个]?|[的了吗呢吧是]|"
    r"\b(?:please|hello|dear|thank(?:s| you)?|kind(?:ly)?|regards|could|would|tell|know|like|grateful|"
    r"good (?:morning|day|afternoon)|let me|i|am|my|what|how|why)\b"
)
_HAN: Final = re.compile("[\u3400-\u9fff]")
# The same asked of another thing: "由谁授权,报告交谁审议", "how many applied, and how many were chosen".
_TWICE: Final = frozenset({"date", "number", "place", "body", "session"})
_BREAK: Final = re.compile(r"[,;?、 ]|\band\b")
_AGAIN: Final = re.compile(
    r"(?!.*(?:具体|也就|即|到底|究竟|或|\bor\b))(?:(?=.*[,;?、 ])(?:[,;?、 ]*[^,;?、 ]){2,}[,;?、 ]*|"
    rf".*\w\w.*(?:\band\b|[,;?])\s*{_LED})"
)
_OF_WHAT: Final = rf"(?:(?:{_PREPOSITION}|of|about)\s+)?"
# What may be a question of its own: up to a question mark, or from where it is added.
_PART: Final = re.compile(
    rf"[^?;]*?(?=,?\s*(?:{PURPOSE})|,?\s+and\s+{_OF_WHAT}(?:which|what|how|why|when|where|who)\b|"
    r"[,，]\s*(?:并且?|又|还|以及|同时|再)|[,，、]\s*[^,，、。?;]{0,6}?(?:谁|哪|第几)|[?;]|$)[?;]?"
)
_BEFORE_CUE: Final = re.compile(rf"\b{_WITH}?(?:{_PREPOSITION}|of)\s+\Z")
_IN_WORDS: Final = re.compile(
    rf"(?<!为)什么|啥|怎么|如何|为什么|为何|第几|^(?:\W*\band\s+)?\W*{_OF_WHAT}(?:which|what|how|why)\b"
)
# "…, and in which round?": of what stands before.
_ADDED_NOUN: Final = re.compile(rf"\W*and\s+(?:{_PREPOSITION})\s+(?:which|what)\s+(?!else\b|exactly\b)\w+")
_TOLD: Final = re.compile("[a-z0-9]+|[\u3400-\u9fff]{2}")
_FEWEST: Final = 3
"""Words beside those that ask, of which a part of a question consists at least."""
# A sentence up to its question mark.
_MARKED: Final = re.compile(r"(?:[^.!?。!]|\.(?!\s))+\?")
_NOUN_FIRST: Final = re.compile(
    r"\s*(?:i\s+)?(?:(?:just\s+)?(?:need|want|give\s+me)\s+)(?:the\s+)?(?:exact\s+)?(?:dates?|venue)\b"
)
_RELATIVE: Final = re.compile(r"when|where|who(?:m|se)?")
_INTERROGATIVE: Final = re.compile(r"\b(?:which|what)\b")
# "our mayor, who is keen", "the session where it was": no question.
_OF_A_NOUN: Final = re.compile(r"\b(?:the|our|a|an|my|his|her|its|their)\s+(?:\w+\s+){0,3}?\w+,?\s*$")
_BEFORE_WHO: Final = re.compile(
    r"(?:\b(?:and|or|know|tell|me|us|say|says|wonder(?:ing)?|ask(?:ing)?|learn|hear|see|by|to|from|with|of|for)|[:;–—-])\s*$|"
    r"^(?:when|while|after|before|once|as|if|at|in|on|of)\b.*,\s*$"
)
_INVERTED: Final = re.compile(
    r"\s+and\s+(?:in|at|on|where|when|who)\b|\s+(?:(?:exactly|else|precisely)\s+)?(?:is|are|was|were|do|does|did|has|have|had|will|would|shall|should|can|could|"
    r"may|might|must|to|exactly|precisely)\b|\s*\?"
)


def read_wants(text: str) -> tuple[Want, ...]:
    """What ``text`` asks for, the most important first; ``text`` alone where no cue says more."""
    folded = fold(text)
    chinese = _HAN.search(folded) is not None
    asking = _asking(folded)
    found, named = _found(asking, _CUES), False
    # "Need the dates of the Lisbon meeting where it was decided."
    if not found or _NOUN_FIRST.match(asking) is not None:
        found, named = _found(asking, _NOUNS), True
        if _ASKS_TEXT.search(asking) is not None:
            found = [one for one in found if _AT_LAST.fullmatch(asking, one[1]) is not None]
    if not found:
        worded = _worded(folded, [])
        return tuple(worded[:2]) if len(worded) > 1 else (Want("text"),)
    if not chinese:
        found = _leading(asking, sorted(found))
    elif len({name for *_, name in found} - {"pinpoint"}) > 2:
        found = sorted(found)
    several = _SEVERAL.search(asking) is not None
    names: list[tuple[str, int]] = []
    before = 0
    for start, end, name in found:
        beside = named and not asking[before:start].strip(" ,/&")
        if names and not (chinese or beside or _ADDED.search(asking, max(0, start - 24), start)):
            continue
        again = names and names[-1][0] == name and _AGAIN.fullmatch(asking, before, start) is not None
        if name == "date" and again:
            # "From which day to which?" is one period.
            again = _edge(asking) != "both"
        if name not in [known for known, _ in names] or (again and name in _TWICE):
            names.append((name, start))
        before = end
    if len(names) > 1:
        names = [(name, at) for name, at in names if name != "list"]
    pinpoint = "pinpoint" in dict(names)
    names = [(name, at) for name, at in names if name != "pinpoint"]
    if not names:
        return (Want("text"),)
    parts = _parts(asking, [at for _, at in names]) if len({name for name, _ in names}) < len(names) else {}
    wants = tuple(
        replace(
            _want(name, asking, several),
            at=at,
            part=parts.get(at),
            pinpoint=pinpoint and name == "decision",
        )
        for name, at in names
    )
    worded = _worded(folded, [(start, end) for start, end, _ in found]) if len(wants) == 1 else []
    return (*wants, *worded[:1])


def _worded(folded: str, cues: Sequence[tuple[int, int]]) -> list[Want]:
    """What is asked for in words, in a sentence or a clause of its own, beside what ``cues`` ask for."""
    found = []
    for match in _PART.finditer(folded):
        words = _IN_WORDS.search(match[0])
        if words is None or any(match.start() < end and start < match.end() for start, end in cues):
            continue
        if (
            asks_purpose(match[0])
            or asks_more(match[0])
            or asked_ordinal(match[0]) is not None
            or _ADDED_NOUN.match(match[0])
            or len(_TOLD.findall(match[0][words.end() :])) >= _FEWEST
            or len(_TOLD.findall(match[0][: words.start()])) >= _FEWEST
        ):
            found.append(Want("text", at=match.start() + words.start(), part=match.span()))
    return found


def _parts(asking: str, places: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The parts of the question that ask at ``places``, cut at the last break before each but the first."""
    places = sorted(places)
    cuts = [0]
    for before, at in pairwise(places):
        cut = max((m.end() for m in _BREAK.finditer(asking, before, at)), default=at)
        preposition = _BEFORE_CUE.search(asking, before, cut)
        cuts.append(cut if preposition is None else preposition.start())
    return dict(zip(places, pairwise([*cuts, len(asking)]), strict=True))


def _asking(folded: str) -> str:
    """``folded`` with those sentences blanked out that neither end in a question mark nor ask for something;
    as it is where all do.
    """
    marked = [
        match.span()
        for match in _MARKED.finditer(folded)
        if any(cue.search(match[0]) for _, cue in (*_CUES, *_NOUNS))
    ]
    if not marked:
        return folded
    kept = list(" " * len(folded))
    for start, end in marked:
        kept[start:end] = folded[start:end]
    return "".join(kept)


def _leading(asking: str, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Without "when", "where" and "who" that open a clause and ask nothing, unless all do.

    "When the panel met, who chaired it?", "the session where it was decided".
    """
    asked = [
        (start, end, name)
        for start, end, name in found
        if not _RELATIVE.fullmatch(asking, start, end) or _asks(asking, start, end)
    ]
    if asked:
        return asked
    other = _INTERROGATIVE.search(asking)
    if other is not None:
        return [(other.start(), other.end(), "text")]
    opening, *rest = found
    return rest if rest and opening[0] == 0 and "," in asking[opening[1] : rest[0][0]] else found


def _asks(asking: str, start: int, end: int) -> bool:
    """Whether "when", "where" or "who" there asks, and opens no clause."""
    if _INVERTED.match(asking, end) and not _OF_A_NOUN.search(asking, 0, start):
        return True
    return asking.startswith("who", start) and (
        start == 0 or _BEFORE_WHO.search(asking, 0, start) is not None
    )


def stands_alone(part: str) -> bool:
    """Whether a part of a question says what it is about, as "汇报给谁？" and "by whom?" don't."""
    return len(_TOLD.findall(without_cues(fold(part)))) >= _FEWEST


def without_cues(folded: str) -> str:
    """A folded question with the words that ask blanked out; characters keep their places."""
    for _, cue in _CUES:
        folded = cue.sub(_blank, folded)
    return _ASKING.sub(_blank, folded)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _found(folded: str, cues: tuple[tuple[str, re.Pattern[str]], ...]) -> list[tuple[int, int, str]]:
    """Start, end and name of the cues, in their order, none overlapping one named before it."""
    found: list[tuple[int, int, str]] = []
    for name, cue in cues:
        for match in cue.finditer(folded):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), name))
    return found


def _want(name: str, folded: str, several: bool) -> Want:
    match name:
        case "session" | "article" | "document" | "frequency":
            return Want("text", of=name, several=several)
        case "date":
            return Want("date", grain=_grain(folded), several=several, edge=_edge(folded))
        case "time":
            return Want("number", measure="time")
        case "number":
            measure = next((measure for measure, cue in _MEASURES if cue.search(folded)), None)
            return Want("number", measure=measure, several=several and _EACH.search(folded) is not None)
        case "list":
            return Want("list", several=True)
        case "text":
            return Want("list" if several else "text", several=several)
        case _:
            return Want(name, several=several)  # type: ignore[arg-type]


def _grain(folded: str) -> Grain | None:
    """How exact a date is asked for; ``None`` where that isn't said, or a biennium is."""
    if _BIENNIUM.search(folded):
        return None
    grains: tuple[tuple[Grain, re.Pattern[str]], ...] = (("day", _DAY), ("month", _MONTH), ("year", _YEAR))
    return next((grain for grain, asking in grains if asking.search(folded)), None)


def _edge(folded: str) -> Edge | None:
    """Which end of a period is asked for; ``None`` for neither."""
    starts, ends = _STARTS.search(folded) is not None, _ENDS.search(folded) is not None
    if starts and ends:
        return "both"
    return "start" if starts else "end" if ends else None
