"""The verb that opens a paragraph of a resolution or decision, and what it makes of the paragraph.

United Nations Editorial Manual: preambular paragraphs open with a participle (Recalling, Concerned, Mindful),
operative ones with a verb in the third person (Requests) or, in declarations, "We" and a verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.facts.dates import Language
from ingest.facts.folding import fold

__all__ = ["Action", "find_action", "lemma"]

_ADVERBS = (
    "also|further|again|once more|strongly|deeply|gravely|profoundly|fully|firmly|keenly|seriously|solemnly"
    "|particularly|especially|urgently|therefore|additionally|acutely|highly|warmly|gratefully|once again"
    "|moreover"
)
_PARTICIPLES = (
    "concerned|mindful|aware|conscious|convinced|guided|alarmed|disturbed|determined|resolved|committed"
    "|cognizant"
    "|encouraged|inspired|desirous|dismayed|appalled|shocked|distressed|satisfied|gratified|troubled"
    "|motivated"
    "|pursuant"
)
_OPENING = re.compile(
    r"(?:[\"“(]*\(?[a-z0-9]{1,4}\)\s+)?"
    rf"(?P<we>we\s+)?(?:(?:{_ADVERBS})(?:,?\s+|(?=,)))*"
    r"(?P<verb>having\s+\w+(?:\s+also|\s+further)?(?=\W)|will\s+\w+|[a-z]+(?:-[a-z]+)*)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"(?P<verb>[A-Za-z]+(?:-[A-Za-z]+)*)(?!\))")
_NOT_FIRST = frozenset(("we", "having", "will", *re.split(r"[| ]", _ADVERBS)))
"""A first word that is none of these is the verb."""
_FINITE = re.compile(r"[a-z-]+(?:[^aiou\s]s|ies)")
_NOT_VERBS_WORDS = """
    access arrangements as besides children goals his its less means measures members parties peoples persons
    process progress resources services sessions states success these this thus towards various whereas women
"""
_NOT_VERBS = frozenset(_NOT_VERBS_WORDS.split())
_NOT_PARTICIPLES = frozenset(
    ("during", "notwithstanding", "nothing", "something", "according", "regarding", "including")
)
_ZH_PREAMBULAR = re.compile(
    r"(?:又|还|并|也|进一步|特别|深为|深切|深信|再次|充分|强烈){0,3}"
    r"(?P<verb>回顾|铭记|认识到|意识到|考虑到|关切|念及|审议了|注意到|确认|重申|强调|欢迎|赞赏"
    r"|承认)(?P<rest>.*)",
    re.DOTALL,
)
_ZH_OPERATIVE = re.compile(
    r"(?:又|还|并|也|再次|再度|强烈|进一步|郑重|紧急){0,3}"
    r"(?P<verb>决定|促请|敦促|呼吁|吁请|邀请|鼓励|要求|赞同|核可|通过|欢迎|注意到|重申|强调|确认|表示|建议"
    r"|授权|认可"
    r"|批准|赞赏|回顾|认识到|承认|谴责|请)"
)
_ZH_LEMMAS = {
    "回顾": "recall",
    "铭记": "bear",
    "认识到": "recognize",
    "意识到": "aware",
    "考虑到": "take",
    "关切": "concerned",
    "念及": "mindful",
    "审议了": "having considered",
    "注意到": "note",
    "确认": "affirm",
    "重申": "reaffirm",
    "强调": "emphasize",
    "欢迎": "welcome",
    "赞赏": "appreciate",
    "承认": "acknowledge",
    "决定": "decide",
    "促请": "urge",
    "敦促": "urge",
    "呼吁": "call",
    "吁请": "call",
    "邀请": "invite",
    "鼓励": "encourage",
    "要求": "request",
    "请": "request",
    "赞同": "endorse",
    "核可": "endorse",
    "认可": "endorse",
    "通过": "adopt",
    "批准": "approve",
    "表示": "express",
    "建议": "recommend",
    "授权": "authorize",
    "谴责": "condemn",
}


@dataclass(frozen=True, slots=True)
class Action:
    """``text[start:end]`` is the verb that opens the paragraph; ``verb`` its base form in English.

    ``kind`` is what the form of the verb makes of the paragraph.
    """

    start: int
    end: int
    text: str
    verb: str
    kind: Literal["preambular", "operative"]


def find_action(text: str, language: Language) -> Action | None:
    """The opening verb, or ``None`` where the text opens with none: most paragraphs of reports."""
    return _english(text) if language == "en" else _chinese(text)


def _english(text: str) -> Action | None:
    first = _FIRST.match(text)
    plain = first is not None and first[0].lower() not in _NOT_FIRST
    match = first if plain else _OPENING.match(text)
    if match is None:
        return None
    printed = match["verb"]
    word = printed.lower()
    start, end = match.span("verb")
    kind: Literal["preambular", "operative"]
    if word.startswith("having "):
        word = " ".join(word.split()[:2])
        end = start + len(word)
        return Action(start, end, text[start:end], word, "preambular")
    if not plain and match["we"]:
        return Action(start, end, printed, word, "operative")
    if word.startswith("will "):
        return None
    if re.fullmatch(_PARTICIPLES, word) or (
        word.endswith("ing") and len(word) > 5 and word not in _NOT_PARTICIPLES
    ):
        kind = "preambular"
    elif _FINITE.fullmatch(word) and word not in _NOT_VERBS:
        kind = "operative"
    else:
        return None
    return Action(start, end, printed, lemma(word), kind)


def _chinese(text: str) -> Action | None:
    folded = fold(text)
    match = _ZH_OPERATIVE.match(folded)
    kind: Literal["preambular", "operative"] = "operative"
    if folded.rstrip().endswith((",", "，")):  # a preambular paragraph ends with a comma
        match, kind = _ZH_PREAMBULAR.match(folded), "preambular"
    if match is None:
        return None
    start, end = match.span("verb")
    return Action(start, end, text[start:end], _ZH_LEMMAS[match["verb"]], kind)


_IRREGULAR = {
    "having": "have",
    "being": "be",
    "does": "do",
    "goes": "go",
    "has": "have",
    "is": "be",
    "referring": "refer",
    "recommitting": "recommit",
    "committing": "commit",
    "setting": "set",
    "committed": "committed",
    "seeing": "see",
}
# Verbs that open paragraphs and end in a silent e or a doubled consonant, or could be cut wrongly.
_BASES = """
    acknowledge address adhere advise agree appreciate approve assess authorize believe collaborate
    commence commit convene convince decide declare deplore designate desire determine diminish draw
    eliminate emphasize encourage endorse engage enhance ensure establish exercise express
    facilitate guide highlight implement improve increase invite issue make mobilize note observe
    owe pledge prepare proclaim promote propose provide pursue re-emphasize realize recognize
    recommit reduce refer reiterate remove resolve restore salute share stipulate stress take
    terminate underline underscore undertake urge welcome wish
"""
_FORMS: dict[str, str] = {}
for _base in _BASES.split():
    _stem = _base[:-1] if _base.endswith("e") and not _base.endswith("ee") else _base
    _FORMS[f"{_stem}ing"] = _base
    _FORMS[f"{_base}es" if _base.endswith(("s", "sh", "ch", "x")) else f"{_base}s"] = _base


def lemma(word: str) -> str:
    """The base form of a verb in -s or -ing: ``requests`` → ``request``, ``noting`` → ``note``."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _FORMS:
        return _FORMS[word]
    if word.endswith("ing") and len(word) > 5:
        return word[:-3]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s")
