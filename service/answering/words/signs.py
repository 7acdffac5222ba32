"""What shows from outside that somebody is named, a sum told or something counted, and what asks for it.

For :mod:`service.answering.words.concepts`. Signs are looked for in folded text, but persons by their
capitals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ingest.facts.numerals import small

__all__ = ["COUNTED", "PERSON", "SIGNS", "asked_signs", "counting", "described_countries", "organizations"]

COUNTED: Final = "counted"
"""Stands for a number before one of a concept's forms: :func:`counting`."""

_CURRENCY: Final = (
    "euros?|dollars?|francs?|pounds?|yen|yuan|kron(?:e|or)|roubles?|rupees?|pesos?|reais|rands?|cents?|"
    "usd|eur|chf|gbp|cad|aud"
)
_NUMERALS: Final = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen|both|no|"
    "several|all|a|an|another|once|twice|only"
)
SIGNS: Final[Mapping[str, re.Pattern[str]]] = {
    "money": re.compile(
        rf"[$€£¥]\s?\d|\d\s*(?:million|billion|thousand|m|bn)?\s*(?:\w+\s)?\b(?:{_CURRENCY})\b|"
        rf"\b(?:{_CURRENCY})\s\d|(?:[\d零一二三四五六七八九十百千万亿]\s*)(?:多|余)?"
        r"(?:美元|欧元|美金|瑞士法郎|瑞郎|法郎|英镑|日元|澳元|克朗|卢布|卢比|比索|加元|人民币|兰特|雷亚尔|元)|"
        r"\bfree\s+of\s+charge\b|\bat\s+no\s+(?:cost|charge)\b|\bwithout\s+(?:charge|cost)\b|免费|无偿|不收费"
    ),
    "percent": re.compile(
        r"\d\s*(?:%|per\s*cent\b|percent\b)|百分之|分之|[一二三四五六七八九]成(?!员|立|为|果|功)|"
        r"\b(?:half|third|quarter|fifth|tenth|majority)s?\b|一半|半数|\bout\s+of\b|"
        r"\d\s*(?:名|个|位|人|台|家|项|座)?\s*(?:中|里)"
    ),
    "people": re.compile(
        r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
        r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|hundred|dozen|no))\s+(?:[\w-]+\s+){0,4}?"
        r"(?:persons?|people|participants?|delegates?|representatives?|experts?|members?|trainees?|authors?|"
        r"students?|scientists?|ministers?|mayors?|observers?|officers?|officials?|coordinators?|women|men|"
        r"farmers?|inspectors?|attendees|reviewers?|teachers?|staff|users?|graduates?|young|chairs|co-chairs)\b|"
        r"\b(?:attend\w*|participants?|persons)\b[^.]{0,25}\d|"
        r"[\d两二三四五六七八九十百千]\s*(?:多|余)?\s*(?:名|位|人(?!居)|个\S{0,4}(?:人|代表|专家))"
    ),
    "nations": re.compile(
        r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|no))\s+(?:[\w-]+\s+){0,3}?"
        r"(?:countr(?:y|ies)|states?|part(?:y|ies)|governments?|nations|members?)\b|"
        r"[\d两二三四五六七八九十百]\s*(?:多|余)?\s*(?:个)?\s*(?:\w{0,4})(?:国|缔约方|政府)"
    ),
    "copies": re.compile(r"\bcop(?:y|ies)\b|\d\s*(?:册|份|本)|印"),
    "pages": re.compile(
        r"(?:\d|\b(?:ten|twenty|thirty|forty|fifty|hundred|two|three|four|five)[- ])\s*(?:\w+\s)?pages?\b|"
        r"[\d一二三四五六七八九十百]\s*(?:多|余)?\s*页"
    ),
    "votes": re.compile(
        r"\d\s*(?:\w+\s)?votes?\b|\d+\s*票|\bby\s+\d+\s*(?:votes?\s+)?to\s+\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|no)\s+votes?\b|[一二三四五六七八九十百]\s*票|一致|\bunanim"
    ),
    "comments": re.compile(
        r"\d\s*(?:\w+\s){0,2}(?:comments?|observations?|remarks?|submissions?|responses?|replies)\b|\d\s*(?:多|余)?\s*(?:条|项|份|个)\S{0,6}(?:意见|评论|答复|材料|建议)|[意评]\S{0,6}\d"
    ),
    "third": re.compile(r"\bthird\b|第三|三稿|\b3rd\b"),
    "quoted": re.compile('["“「《]'),
    "symbol": re.compile(
        r"\b[a-z]{1,5}/[a-z0-9().-]*\d|\b\d+/(?:cop|cp|cmp|cst)\b|\b(?:decision|resolution)s?\s+[\divx]+\b|"
        r"(?:决定|决议)\s*\d|第?\s*[\divx/.-]+\s*(?:号|和)\S{0,12}(?:决定|决议|文件)"
    ),
}

_ROLE_EN: Final = (
    r"(?:co-?\s?)?(?:chair\w*|president|director|secretary|head|leader|rapporteur|moderator|facilitator|coordinator|"
    r"inspectors?|consultants?|consultents?|experts?|authors?|editors?|scientists?|winners?|minister|ambassador|reader|members?|"
    r"speakers?|trainers?|officer|manager|evaluators?|reviewers?|convener)s?"
)
_ROLE_ZH: Final = (
    "(?:主席|组长|主任|团长|所长|院长|作者|报告员|协调员|负责人|主持人|发言人|秘书|检查员|顾问|部长|大使|总干事|司长|"
    "处长|主编|导演|专家|科学家|总经理|干事|经理|成员|领队|评委)"
)
_PERSON_ASKED: Final = re.compile(
    rf"\bnames?\s+of\s+(?:the\s+)?(?:[\w-]+\s+){{0,6}}?{_ROLE_EN}\b|"
    rf"\bwho(?:'s|\s+(?:is|was|are|were))\s+(?:the\s+)?(?:[\w-]+\s+){{0,4}}?{_ROLE_EN}\b|"
    r"\bwho\s+(?:chair|presid|wrote\s+(?:the|a|an|this)\b|open|moderat|taught|teach|directs|is\s+going\s+to\s+teach|sign|singed|won\b)|"
    rf"^(?:names?\s+)(?:of\s+)?(?:\w+\s+){{0,4}}?{_ROLE_EN}\b|"
    rf"{_ROLE_ZH}们?(?:的?(?:名字|姓名)?(?:都|分别)?(?:是|叫)(?:谁|什么名字|什么|哪位|何人)|的?\s*(?:姓名|名字))|"
    rf"谁(?:是|当|任|担任|出任)\S{{0,16}}?{_ROLE_ZH}|谁主持|由谁(?:来)?(?:主持|执笔|撰写|当|担任|带队|代职)|(?:人|者|名|员)\S{{0,4}}叫什么名字|姓名|"
    r"是谁(?:主持|带队|签|起草|撰写)|哪位(?:主持|专家|科学家|部长|大使)"
)
PERSON: Final = re.compile(
    r"先生|女士|教授|博士|阁下|[\u4e00-\u9fff]·[\u4e00-\u9fff]|"
    r"\b(?:Mr|Ms|Mrs|Mme|Dr|Prof|Sir|Messrs)\b\.?\s+[A-Z]|\bProfessor\s+[A-Z]|\bH\.\s?E\.|\b[A-Z][a-z]+\s[A-Z]\.\s[A-Z][a-z]+|"
    r"\b[A-Z][a-zà-ÿ]+(?:\s[A-Z][a-zà-ÿ-]+){1,3}\s\([A-Z]|"
    # Whoever holds an office, or a country, may take the chair.
    r"\b(?:chaired|presided\s+over|moderated|facilitated|opened)\s+(?:jointly\s+)?by\s|"
    r"由[^，。；]{2,24}(?:主持|担任(?:共同)?主席|任(?:共同)?主席|牵头|执笔|撰写|起草)|"
    r"(?:主任|干事|秘书长|部长|大使|总统|总理|市长|司长)[^，。；]{0,6}(?:主持|担任(?:共同)?主席|任(?:共同)?主席|致辞|签署)"
)
_MANY: Final = r"two|three|four|five|six|seven|eight|nine|ten|\d+"
_MANY_ZH: Final = "[两二三四五六七八九十]"
_BODIES: Final = (
    r"(?:organi[sz]ations|institutions|companies|firms|businesses|enterprises|agencies|donors|federations|"
    r"associations|universities|banks|foundations|laborator(?:y|ies)|museums|ngos)"
)
_BODIES_ZH: Final = "(?:机构|组织|企业|公司|单位|捐助方|大学|协会|联合会|银行|基金会|实验室|博物馆)"
_COUNTRY_ASKED: Final = re.compile(
    r"\b(?:which|wich|name|list|what(?=\s+(?:two|three|four|five|six|countr|part|gov|nation)))\s+(?:of\s+)?(?:the\s+)?"
    rf"(?:(?P<en>{_MANY})\s+)?"
    r"(?!period|date|decision|text|year|time|city|body|document)(?:\w+\s+)?(?:countr(?:y|ies|ys)|states|part(?:y|ies)|governments?|nations?)\b|"
    r"\bnames?\s+of\s+(?:the\s+)?(?:\w+\s+)?(?:countries|parties|states|governments)\b|^countries\b|"
    rf"哪(?:些|几|一|(?P<zh>{_MANY_ZH}))?个?(?:亚洲|非洲|欧洲|拉美|邻)?(?:国家|缔约方|国(?![际家内籍])|政府)|"
    r"(?:国家|缔约方)(?:都|分别)?是(?:哪|谁)|(?:国家|缔约方)分别|哪国|国籍|\bnationalit(?:y|ies)\b"
)
_BODY_ASKED: Final = re.compile(
    rf"\b(?:which|what|name|list)\s+(?:of\s+)?(?:the\s+)?(?:(?P<en>{_MANY})\s+)?(?:(?!(?:will|did|do|does|is|are|was|were|have|has|must|should|can|for|of|to)\b)[\w-]+\s+){{0,2}}?"
    rf"{_BODIES}\b|"
    rf"\bnames?\s+of\s+(?:the\s+)?(?:(?P<many>{_MANY})\s+)?(?:[\w-]+\s+){{0,2}}?{_BODIES}\b|"
    rf"哪(?:些|几|(?P<zh>{_MANY_ZH}))[个家所]?\w{{0,4}}?{_BODIES_ZH}|{_BODIES_ZH}(?:的?名单|都?分别是)"
)

_MONEY_ASKED: Final = re.compile(
    r"\bcosts?\b|"
    r"(?<!by )\bhow\s+much\s+(?:money|did|does|do|has|have|was|were|is|will|would)\b(?!\s+(?:longer|of))|"
    r"\b(?:budget|price|salary|total\s+bill|expenses|expenditure|fee)\b(?=\s*(?:of|for|to|$|\?))|^contribution|"
    r"\bhow\s+big\s+was\b.{0,30}\bcontribution|\bhow\s+(?:many|much)\s+(?:euros?|dollars?|francs)\b|"
    r"多少(?:钱|美元|欧元|澳元|日元|瑞郎|资金|经费|费用|旅费|预算|款)|(?:花|捐|出|付|拨|交|收)(?:掉|了|给|过)?\S{0,8}?多少(?!人|名|位|个|份|年|国|次|项)|"
    r"(?:经费|费用|预算|薪酬|工资|酬金|租金|开支|捐款|成本|造价|损失)\s*(?:一?共|总共|总额|数额|金额)?\s*(?:是|有|为|花)?\s*(?:多少|多小|多大|几|数额|金额|[?？]|$)"
)
_OTHER_ASKED: Final = re.compile(
    r"谁|哪(?:天|年|月|里|儿|个|家|国|项|些|几)|什么时候|何时|为什么|\b(?:when|who|which|where|why|whose)\b|\bwhat\s+(?:reply|date|percentage)\b"
)
"""Where a question names something else that it asks for, the sum in it is not what it asks for."""
_NAMES_ASKED: Final[Mapping[str, re.Pattern[str]]] = {
    "country": _COUNTRY_ASKED,
    "body": _BODY_ASKED,
}
_ORGANIZATION: Final = re.compile(
    r"(?<!^)(?<![.!?] )\b[A-Z][a-z-]+(?:\s(?:of|for|the|and|on|de|des|du)|\s[A-Z][a-z-]+){1,6}|\b[A-Z]{3,}\b|"
    r"[\u4e00-\u9fff]{2}(?<!伙伴|有关|相关|国际|区域|国家|多边|政府|民间|个新|新的|各种|各类|其他|主办|参加|两个|这些|成员|专门|社会|附属)"
    r"(?:公司|组织|研究所|研究院|大学|协会|学会|联合会|银行|基金会|联盟|集团|博物馆)"
)


def asked_signs(folded: str) -> tuple[bool, bool, Mapping[str, int]]:
    """Whether a question asks for a person, for a sum of money, and for how many countries and organizations
    by name (``country``, ``body``; only those that it asks for).
    """
    named = {}
    for kind, pattern in _NAMES_ASKED.items():
        match = pattern.search(folded)
        if match is not None:
            said = next(filter(None, match.groups()), None)
            # Of several at least two.
            fewest = 1 if kind == "country" else 2
            named[kind] = fewest if said is None else int(said) if said.isdecimal() else small(said)
    money = _MONEY_ASKED.search(folded) is not None and _OTHER_ASKED.search(folded) is None
    return _PERSON_ASKED.search(folded) is not None, money, named


# "States that have not yet joined": who is asked for, without a name.
_DESCRIBED: Final = re.compile(
    r"\b(?:States|countries|Parties|parties|Governments)\s+(?:that|which|who|in|with|not\s+yet)\b|"
    r"\b(?:developing|developed|landlocked|donor|least\s+developed|island)\s+(?:\w+\s+)?(?:countries|States)\b|"
    r"(?:尚未|还没有?|未|已经?|所有|受\S{1,6})\S{0,24}?的?(?:国家|缔约方|各国|会员国)|(?:发展中|发达|内陆|岛屿)\S{0,6}国家?"
)


def described_countries(text: str) -> frozenset[str]:
    """What ``text`` says of countries that it doesn't name."""
    return frozenset(_DESCRIBED.findall(text))


def organizations(text: str, asked: str) -> frozenset[str]:
    """What ``text`` names that may be organizations, by capitals or last words, and ``asked`` doesn't."""
    return frozenset(name for name in _ORGANIZATION.findall(text) if name not in asked)


@lru_cache(maxsize=256)
def counting(forms: tuple[str, ...]) -> re.Pattern[str]:
    """A number before one of ``forms``, as in the table of concepts."""
    english = "|".join(re.escape(form).replace(r"\*", r"\w*") for form in forms if form.isascii())
    chinese = "|".join(re.escape(form) for form in forms if not form.isascii())
    return re.compile(
        rf"(?:\d|\b(?:{_NUMERALS}))[\s-]+(?:[\w'-]+\s+){{0,3}}?(?:{english})\b|"
        rf"[\d零两二三四五六七八九十百千万]\s*(?:多|余)?[^\d，。；,;]{{0,5}}?(?:{chinese})|"
        rf"(?:{chinese})[^\d，。；,;]{{0,6}}[\d零两二三四五六七八九十百千万][\d ]*[个名位项次份]|"
        rf"一\s*[个名位次项份种届期家起章条][^，。；]{{0,4}}?(?:{chinese})"
    )
