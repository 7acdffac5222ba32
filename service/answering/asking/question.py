"""What a question asks for, read off its words: language, expected kind of answer, documents it names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.wording import Variant
from ingest.symbols import find_references
from service.answering.answer import AnswerKind, Language
from service.answering.asking.courtesy import request
from service.answering.asking.errands import Errands
from service.answering.asking.wants import Want, read_wants

__all__ = ["Question", "language_of", "read_question"]

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[^\W\d_]+", re.ASCII)

# Words that only an English, only a Chinese sentence holds: they decide where names of the other
# language stand in it ("What does 土地退化零增长 mean?", "IPBES 秘书处在哪里").
_ENGLISH_FRAME = re.compile(
    r"\b(?:what|when|which|who|whom|whose|where|why|how|is|are|was|were|does|did|do|has|have|the|of|"
    r"in|on|by|to|for|and|about|mean|means)\b",
    re.IGNORECASE,
)
_CHINESE_FRAME = re.compile(r"[的是在了吗呢哪谁何几么和与及]|多少")

# What people say to a service that is no request for something in a document.
_CHAT = re.compile(
    r"(?:hi|hello|hey|good\s+(?:morning|afternoon|evening|day|night)|thanks?(?:\s+you)?(?:\s+very\s+much|\s+a\s+lot)?|"
    r"bye|goodbye|ok(?:ay)?|yes|no|please|test(?:ing)?|how\s+are\s+you(?:\s+(?:today|doing))?|who\s+are\s+you|"
    r"what\s+(?:are\s+you|is\s+your\s+name|can\s+you\s+do)|what's\s+up|nice\s+to\s+meet\s+you|help(?:\s+me)?|"
    r"(?:can\s+you\s+)?(?:please\s+)?tell\s+me\s+(?:a\s+joke|about\s+yourself)|are\s+you\s+(?:there|ok|human|a\s+(?:ro)?bot|real)|"
    r"你好(?:吗|啊|呀)?|您好|嗨|哈[喽罗]|早上好|下午好|晚上好|早安|晚安|谢谢(?:你|您|啦|了)?|多谢|再见|拜拜|好的|是的|不是|"
    r"(?:你好[呀啊吗]?[，, ]?)?(?:今天|最近)?过得怎么样|你喜欢\S{1,8}|你(?:几岁|多大)了?|吃了吗|"
    r"在吗|你是谁|您是谁|你叫什么(?:名字)?|你会(?:做)?什么|你能做(?:什么|些什么)|讲个笑话|测试|帮帮我|请)"
    r"(?:\s*(?:there|all|everyone|rapporteur|friend|sir|madam|大家|各位))?",
    re.IGNORECASE,
)

# What asks how the service is, beside whatever is said of the meeting.
_OF_YOURSELF = re.compile(
    r"\bdo(?:n't)?\s+you\s+(?:ever\b|(?:like|enjoy|feel|sleep|dream|eat|drink)\b|get\s+(?:bored|tired|hungry|lonely|a\s+break)\b)|"
    r"你(?:们)?(?:也|都|还)?(?:会|要|用)?(?:不会)?(?:觉得|感到)?(?:累|困|饿|无聊|睡觉|吃饭|休息|喝咖啡)(?:吗|不|了吗|么)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood without looking into any document.

    ``text`` is the part that asks (:mod:`service.answering.asking.courtesy`), with compatibility characters
    folded (NFKC) and white space normalised. ``wants`` is what is asked for, the most important first; at
    least one. ``documents`` are the symbols of documents named in it, normalised, in order of appearance,
    without decisions and resolutions. ``variants`` are other names for parts of ``text``, where they were
    looked up.
    """

    text: str
    language: Language
    wants: tuple[Want, ...]
    documents: tuple[str, ...]
    is_question: bool
    variants: tuple[Variant, ...] = ()

    @property
    def asks(self) -> AnswerKind:
        """The kind of answer expected first of all."""
        return self.wants[0].kind


# 那 is often typed for 哪, where nothing else asks.
_THAT_ASKS = re.compile(
    r"(?<=[是在按照由于从给向])那(?=[几两]?(?:天|年|月|日|号|个|一[天年个]|些|儿|里|位|家|次|届|项|座|份)|[几两]个?月)|"
    r"那(?=[几两]?[天年日]|几个月|些|里|儿)(?=.{1,2}[?？]?$)"
)
_INTERROGATIVE = re.compile(
    r"哪|[谁誰](?!知)|何[时時地处處人年月日]|[为為]何|如何|什[么麼]|甚[么麼]|啥|多[少久]|多[长長][时時]|(?<!那)[几幾][个個天年月日名位次项項份种種届屆人家]|"
    r"[吗嗎]|是否|有[没沒]有|怎"
)


# The words that a question hangs on, with the slips that they are typed with.
_SLIPS = re.compile(
    r"\b(?:(?P<which>wich|whcih|whihc|hwich)|(?P<when>wen|whn|wehn|whne|hwen)|(?P<where>wher|whre|wheer)|(?P<what>waht|wath|whta)|"
    r"(?P<who>hwo))\b",
    re.IGNORECASE,
)


def _with_interrogative(asking: str) -> str:
    """``asking`` with the words that ask spelled right, and 那 read as 哪 where no other word asks."""
    asking = _SLIPS.sub(lambda match: str(match.lastgroup), asking)
    return asking if _INTERROGATIVE.search(asking) is not None else _THAT_ASKS.sub("哪", asking)


def language_of(text: str) -> Language:
    """Chinese or English, by script; in mixed text by the words that frame the names.

    Text in neither script counts as English.
    """
    han = len(_HAN.findall(text))
    if not han:
        return "en"
    latin = len(_LATIN_WORD.findall(text))
    if not latin:
        return "zh"
    english = len(_ENGLISH_FRAME.findall(text))
    chinese = len(_CHINESE_FRAME.findall(text))
    if english >= 2 and english > chinese:
        return "en"
    # A Chinese word has some two characters.
    return "zh" if chinese or han / 2 >= latin else "en"


def read_question(text: str) -> Question:
    """Understand ``text``.

    Anything with a letter or digit that is no greeting and no order to the service counts as a question.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    bare = folded.strip(" .,;:!?。，；：！？~、…'\"“”")
    has_words = any(char.isalnum() for char in bare)
    asking = _with_interrogative(request(folded))
    chat = _CHAT.fullmatch(bare) is not None or _OF_YOURSELF.search(bare) is not None
    errand = chat or Errands.load().is_errand(folded, asking)
    return Question(
        text=asking,
        language=language_of(asking),
        wants=read_wants(asking),
        documents=tuple(
            dict.fromkeys(
                reference.key for reference in find_references(folded) if reference.kind == "document"
            )
        ),
        is_question=has_words and not errand,
    )
