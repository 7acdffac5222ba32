"""A question as it is asked in a conversation → a question that can be understood alone.

"And where?" means nothing to a search. What an elliptic question leaves out stands in the question before
it, so that is where its words come from, by these rules, in either language:

- nothing but a question word ("and where?", "那是哪一年？"): it takes the place of the one before;
- a pronoun ("who organised it?", "它由谁主办？"): the topic of the question before takes its place;
- nothing but a new topic ("what about 2018?", "那第十六届呢？"): it takes the place of the old one: of the
  year, session, symbol or decision where there is one of the same sort, else of the name or subject.

A question with enough words of its own stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from ingest.symbols import find_references
from service.answering.answer import AnswerKind
from service.answering.asking.question import read_question

__all__ = ["Turn", "standalone"]

_REMEMBERED = 20
"""Turns of the user that are looked at."""
_LONGEST_ELLIPSIS = 200
_LONGEST = 2000
"""Characters of a question."""

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")

_LEAD = re.compile(
    r"\s*(?:那么|那(?![些个次项届里])|还有|另外|以及|而且|然后)[，,\s]*|"
    r"\s*(?:(?:and|but|so|ok(?:ay)?|also|then|well)\b[,，\s]*)*(?:(?:what|how)\s+about\b\s*)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:what|how)\s+about\b", re.IGNORECASE)
_TAIL = re.compile(r"(?:呢|吗|啊)?\s*[?？!！.。]*\s*$")

_ASK = re.compile(
    r"\b(?:(?:in|on|at|by|under|to|for|from|since|until)\s+)?"
    r"(?:how\s+(?:many|much|long|large|often)|when|where|why|how|who(?:m|se)?|"
    r"(?:what|which)(?:\s+(?:year|month|date|day|city|country|place|town|venue|decision|resolution|session|"
    r"body|organi[sz]ation|number|percentage|amount))?)\b|"
    r"(?:在|于|由|到|自|从|根据)?(?:什么(?:时候|时间|地方|日期|决定|决议|机构|城市)?|何[时地处年月日人]|"
    r"哪(?:一|几|两)?(?:年|月|天|日|次|个|项|届|份|些|里|儿|位)(?:决定|决议|机构|城市|国家|文件|地方)?|哪(?=[^\w]|$)|"
    r"多少|第?几(?:年|月|日|号|个|次|项|届|名|位)|谁|为什么|怎么样?|如何)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|they|them|he|she|him|that|this|these|those|there|its|their|his|her|"
    r"(?:this|that|the\s+same)\s+(?:one|meeting|event|decision|document|body|year|place))\b|"
    r"(?:它们?|他们?|她们?|其(?![他它余中实])|[这那该此](?:个|次|项|届|份|些|里|时)?(?:会议|活动|决定|决议|文件|机构|研讨会)?|"
    r"上述|当时)",
    re.IGNORECASE,
)
# Words that carry no topic.
_EMPTY = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|will|would|shall|can|could|should|may|the|a|an|of|in|on|"
    r"at|by|to|for|from|with|held|happen(?:ed)?|take|took|place|again|exactly|please|tell|me|more|else|you|know|"
    r"and|or|but|so|also|then|about)\b|"
    r"[的了是在于和与及吗呢吧啊呀就也都又再还请问有人]|发生|举[行办]|召开|进行",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_AUXILIARY = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|has|have|had|will|would|shall|can|could|should|may)\b", re.IGNORECASE
)
_TAKES_PLACE = re.compile(
    r"(?:\s(?:held|taken?\s+place|happen(?:ed)?)|\s*(?:是?在?|于)(?:举[行办]|召开)的?)\s*$"
)
# What a new topic may give in place of the old one without being all of it: a year, a session, an ordinal.
_SLOTS = (
    re.compile(r"(?<![\d/.])(?:19|20)\d\d(?![\d/])"),
    re.compile(r"第\s*[一二三四五六七八九十百\d]+\s*(?=[届次期轮])"),
    re.compile(
        r"\b(?:(?:twenty|thirty|forty|fifty|sixty)-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
        r"tenth|eleventh|twelfth|\w+teenth|twentieth|thirtieth|sixtieth|\d+(?:st|nd|rd|th))\b",
        re.IGNORECASE,
    ),
    re.compile(r"\bCO?P[\s.-]?\(?\d{1,2}\)?", re.IGNORECASE),
)
_QUESTION_WORDS: Mapping[AnswerKind, tuple[str, str]] = {
    "date": ("when", "什么时候"),
    "place": ("where", "在哪里"),
    "number": ("how many", "多少"),
    "body": ("who", "谁"),
    "decision": ("which decision", "哪项决定"),
    "list": ("which", "哪些"),
}
"""English, Chinese."""
# A name: capitalised words, joined by small ones.
_NAME = re.compile(
    r"(?<!^)(?:\b[Tt]he\s+)?\b(?-i:[A-Z][\w'’./()-]*)(?:\s+(?:(?:of|on|for|the|and|to|in)\s+)*(?-i:[A-Z0-9][\w'’./()-]*))*"
)


@dataclass(frozen=True, slots=True)
class Turn:
    role: Literal["user", "assistant"]
    text: str


def standalone(turns: Sequence[Turn]) -> str:
    """The last question of the user among ``turns``, completed from the earlier ones; at most 2000
    characters.

    :raises ValueError: if the user says nothing in them.
    """
    asked: list[tuple[str, str]] = []  # question, what was answered to it
    for turn in turns:
        text = " ".join(turn.text.split())
        if turn.role == "user" and text:
            asked.append((text[:_LONGEST], ""))
        elif turn.role == "assistant" and asked and not asked[-1][1]:
            asked[-1] = (asked[-1][0], text[:_LONGEST])
    if not asked:
        raise ValueError("expected a question of the user among the turns, got none")
    recent = asked[-_REMEMBERED:]
    return reduce(lambda before, now: (_resolved(now[0], *before), now[1]), recent[1:], recent[0])[0]


def _resolved(question: str, before: str, answered: str) -> str:
    """``question`` with what it leaves out put in from the question ``before`` and its answer."""
    if len(question) > _LONGEST_ELLIPSIS:
        return question
    lead = _LEAD.match(question)
    rest = question[lead.end() if lead else 0 :]
    rest = _TAIL.sub("", rest).strip()
    led = len(rest) < len(_TAIL.sub("", question).strip())
    own = _own_words(rest)
    ask = _ASK.search(rest)
    pronoun = _pronoun(rest)

    completed = question
    if own == 0 and ask is not None:
        completed = _other_question_word(ask[0].strip(), before)
    elif pronoun is not None and own <= 4:
        completed = _pronoun_replaced(rest, pronoun, _referent(before, answered))
    elif led and ask is None and _is_topic(question, own):
        completed = _other_topic(rest, before)
    elif ask is not None and own <= _few(led, rest, ask[0]):
        completed = f"{_topic(before)} {rest}" if _HAN.search(rest) else f"{rest} {_topic(before)}"
    return completed[:_LONGEST].strip() or question


def _is_topic(question: str, own: int) -> bool:
    return own > 0 and (_ABOUT.search(question) is not None or "呢" in question or own <= 3)


def _few(led: bool, rest: str, ask: str) -> int:
    """Own words up to which a question word without a pronoun still leans on the question before.

    A Chinese verb may stand without its subject ("谁主办的？"); an English one may not, and "what is
    desertification?" and "什么是荒漠？" lean on nothing.
    """
    if led:
        return 2
    return 1 if _HAN.search(rest) and ask != "什么" else 0


def _own_words(text: str) -> int:
    """Words that carry a topic; two Han characters count as one."""
    bare = _EMPTY.sub(" ", _PRONOUN.sub(" ", _ASK.sub(" ", text)))
    han = len(_HAN.findall(bare))
    return len(_WORD.findall(_HAN.sub(" ", bare))) + (han + 1) // 2


def _pronoun(text: str) -> re.Match[str] | None:
    """The first pronoun that is no part of a question word (哪, 那) or of a determiner's noun phrase."""
    asks = [found.span() for found in _ASK.finditer(text)]
    for found in _PRONOUN.finditer(text):
        if not any(start <= found.start() < end for start, end in asks):
            return found
    return None


def _other_question_word(word: str, before: str) -> str:
    old = _ASK.search(before)
    chinese = _HAN.search(before) is not None
    if chinese != (_HAN.search(word) is not None):
        # What completes the question is in the other language: so must be what asks.
        word = _QUESTION_WORDS.get(read_question(word).asks, (word, word))[chinese]
    if old is None or chinese != (_HAN.search(old[0]) is not None):
        return f"{word} {_topic(before)}"
    if old.start() == 0:
        word = word[0].upper() + word[1:]
    return before[: old.start()] + word + before[old.end() :]


def _pronoun_replaced(question: str, pronoun: re.Match[str], referent: str) -> str:
    space = "" if _HAN.search(pronoun[0]) else " "
    return " ".join(
        (question[: pronoun.start()] + space + referent + space + question[pronoun.end() :]).split()
    )


def _referent(before: str, answered: str) -> str:
    """What a pronoun means: the decision or document that was answered where one was asked for, else the
    topic.
    """
    ask = _ASK.search(before)
    if ask is not None and re.search(r"decision|resolution|document|决定|决议|文件", ask[0], re.IGNORECASE):
        first = answered.partition("[1]")[0]
        for reference in find_references(first):
            return first[reference.start : reference.end]
    return _topic(before)


def _topic(question: str) -> str:
    """What a question is about: all of it but the question word, its auxiliary and the mark at its end."""
    bare = _TAIL.sub("", question)
    ask = _ASK.search(bare)
    if ask is not None:
        bare = f"{bare[: ask.start()]} {_AUXILIARY.sub('', bare[ask.end() :])}"
    return " ".join(_TAKES_PLACE.sub("", bare).split())


def _other_topic(topic: str, before: str) -> str:
    """``before`` with ``topic`` in place of its own."""
    for slot in _SLOTS:
        given, old_one = slot.search(topic), slot.search(before)
        if given is not None and old_one is not None:
            return before[: old_one.start()] + given[0] + before[old_one.end() :]
    new = next(iter(find_references(topic)), None)
    if new is not None:
        for old in find_references(before):
            if (old.kind == "document") == (new.kind == "document"):
                return before[: old.start] + topic[new.start : new.end] + before[old.end :]
    ask = _ASK.search(before)
    if _HAN.search(before):
        if ask is not None and ask.start() > 0:
            return topic + before[ask.start() :]
    elif (name := _NAME.search(before)) is not None:
        return before[: name.start()] + topic + before[name.end() :]
    return f"{before} {topic}"
