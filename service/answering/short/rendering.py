"""Findings → the short answer in the asker's language: its text, its kind, its normalised value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from ingest.crossreferences import find_pinpointed
from ingest.facts.dates import Date
from ingest.facts.dates_text import render_date
from ingest.facts.entities import Entity
from ingest.facts.numbers import Number, in_full
from ingest.facts.numbers_text import compared, render_number
from ingest.facts.numerals import han
from ingest.facts.sessions import Session
from ingest.symbols import Reference
from service.answering.answer import AnswerKind, Language
from service.answering.asking.wants import Want
from service.answering.short.findings import Fact, Finding
from service.answering.words.figures import ORDINALS

__all__ = ["LONGEST", "Short", "in_a_row", "short_answer"]

LONGEST: Final = {"en": 150, "zh": 74}
"""Characters that a short answer in words may have."""

_EDGES: Final = " \n，；：。、,;:.—–"
_HAN: Final = re.compile("[\u3400-\u9fff]")
_ADDED: Final = re.compile(r"并|以及|[，,;；]|\s(?:and|as\s+well\s+as|including)\s")
_BY_ABBREVIATION: Final = re.compile(r"[A-Z][A-Z-]+\b")
# What an article is of, before and after it.
_TREATY_BEFORE: Final = re.compile(
    r"(?:《[^《》]{2,30}》|(?<![\u3400-\u9fff])(?:公约|议定书)|(?<=[据照按])(?:公约|议定书))的? ?\Z"
)
_TREATY_AFTER: Final = re.compile(r" of the (?:Convention|Protocol|Agreement|Charter)\b")
_ARTICLE: Final = re.compile(r"\Athe\s+", re.IGNORECASE)
_ASIDE: Final = re.compile(r"[(（][^()（）]*[)）]")
# Names in a row, and nothing else.
_NAMES: Final = re.compile(
    r"[^，。；：、]+(?:、[^，。；：、]+){2,}|(?:the )?[A-Z][^,;.]*(?:, (?:and )?(?:the )?[A-Z][^,;.]*){2,}"
)
# What ties a clause to the one before, which isn't shown.
_JOINING: Final = re.compile(
    r"\A(?:(?:不过|此外|另外|与此同时|因此|为此|然而|最后|但是|而且|并且|总之|在这方面)[，,] ?|"
    r"和(?=需要|要求|请|敦促|鼓励|呼吁)|(?:但是|并且|而且|并(?!未|不|非|无|没|列|存|行|购)|但)(?=[\u3400-\u9fff])|"
    r"(?:However|In addition|Moreover|Furthermore|In this regard|To th(?:at|is) end|Finally|Lastly|Also), |"
    r"(?:and|but) (?=[a-z]))"
)
# 《公约》缔约方会议第五届会议 is told by all of its name.
_CONVENTION: Final = re.compile(
    r"(?:(?<![\u3400-\u9fff])|(?<=[向在由给交送至为与和供于]))(?P<name>公约|《公约》)\Z"
)
_LABEL: Final = re.compile(r"\A\s*[(（]\w{1,5}[)）]\s*")
_FRACTIONS_EN: Final = {
    Fraction(1, 2): "half",
    Fraction(1, 3): "one third",
    Fraction(2, 3): "two thirds",
    Fraction(1, 4): "one quarter",
    Fraction(3, 4): "three quarters",
}


@dataclass(frozen=True, slots=True)
class Short:
    """``text`` without marks; ``value`` as the API has it: ISO 8601, a number, a decision's key."""

    text: str
    kind: AnswerKind
    value: str | int | float | None


def short_answer(
    want: Want,
    found: Sequence[Finding],
    language: Language,
    names: Sequence[Entity] = (),
    *,
    alone: bool = False,
) -> Short:
    """The short answer to ``want`` that ``found`` (at least one, of one paragraph version) give.

    Clauses must be neighbours, in reading order; ``names`` are put before them, unless they say them. Names
    that ``alone`` are what is asked for take the place of clauses in another language, or too long.
    """
    if not found[0].facts:
        return _words(want, found, language, names, alone=alone)
    found = [_at_edge(want, finding) for finding in found]
    texts = list(
        dict.fromkeys(_written(finding, language) + _paragraphs(want, finding, language) for finding in found)
    )
    values = list(dict.fromkeys(_value(finding.facts[0]) for finding in found))
    kind: AnswerKind = want.kind if len(texts) == 1 else "list"
    return Short(
        (None if want.pinpoint else _together([finding.facts[0] for finding in found], language))
        or in_a_row(texts, language),
        kind,
        values[0] if len(values) == 1 else None,
    )


def _at_edge(want: Want, finding: Finding) -> Finding:
    """With a period's first or last day (or month) alone where that is what is asked for."""
    date = finding.facts[0]
    if (
        want.edge in (None, "both")
        or not isinstance(date, Date)
        or not date.value
        or date.year_from == "document"
    ):
        return finding
    first, _, last = date.value.partition("/")
    # Days or months only: a span of years, such as a biennium, is one answer.
    if "-" not in first or "-" not in last:
        return finding
    edge = replace(date, value=first if want.edge == "start" else last, relation="on", qualifier=None)
    return replace(finding, facts=(edge, *finding.facts[1:]))


def _words(
    want: Want, found: Sequence[Finding], language: Language, names: Sequence[Entity], *, alone: bool
) -> Short:
    text = found[0].candidate.passage.text[found[0].start : found[-1].end]
    kind: AnswerKind = want.kind if want.kind in ("list", "body") else "text"
    words = " ".join(_JOINING.sub("", _LABEL.sub("", text).strip(_EDGES)).split())
    longest = LONGEST["zh" if _HAN.search(words) else "en"]
    if _NAMES.fullmatch(_ASIDE.sub("", words)) is not None:
        longest *= 2
    same = found[0].candidate.passage.language == language
    known = [name.zh if language == "zh" else name.en for name in names]
    if alone and (len(words) > longest or not same):
        full = [_in_full(name, name.text, language) if same else _in_both(name, language) for name in names]
        return Short(in_a_row(full, language), kind, None)
    unsaid = [name for name in known if name.lower() not in words.lower()]
    if len(words) > longest:
        words = _cut(words, longest)
    for count in (2, 1):
        named = in_a_row(unsaid[:count], language) + ("：" if language == "zh" else ": ") if unsaid else ""
        if named and len(named) + len(words) <= longest:
            return Short(named + words, kind, None)
    return Short(words, kind, None)


def _cut(words: str, longest: int) -> str:
    """The beginning of a long clause, up to where something is added to it; as it is where nothing is."""
    places = [match.start() for match in _ADDED.finditer(words, longest // 3, longest)]
    return words[: places[-1]].rstrip(_EDGES) + "…" if places else words


def in_a_row(texts: Sequence[str], language: Language) -> str:
    """At least one text, joined as one says them: A, B and C; A、B、C; "Oslo, Norway; and Lisbon"."""
    if len(texts) == 1:
        return texts[0]
    if language == "zh":
        return "、".join(texts)
    if any(", " in text for text in texts):
        return "; ".join(texts[:-1]) + "; and " + texts[-1]
    return ", ".join(texts[:-1]) + " and " + texts[-1]


def _written(finding: Finding, language: Language) -> str:
    passage = finding.candidate.passage
    same = passage.language == language
    fact = finding.facts[0]
    if isinstance(fact, Entity):
        if not same:
            if fact.kind == "office":
                # Named by us, not by the glossary: so that it can be checked.
                beside = f"{fact.abbr}; {fact.text}" if fact.abbr and language == "en" else fact.text
                return f"{_named(finding.facts, language)} ({beside})"
            return _named(finding.facts, language)
        if fact.kind == "article":
            return _of_its_treaty(passage.text, finding.start, finding.end)
        printed = _ARTICLE.sub("", passage.text[finding.start : finding.end])
        return _in_full(fact, printed, language) if fact.kind == "body" else printed
    if isinstance(fact, Session) and same:
        convention = _CONVENTION.search(passage.text, max(0, finding.start - 6), finding.start)
        start = finding.start if convention is None else convention.start("name")
        if language == "en" and _BY_ABBREVIATION.match(passage.text, start) is not None:
            return _session(fact)
        return " ".join(passage.text[start : finding.end].split())
    if isinstance(fact, Number) and same:
        return in_full(passage.text, fact)
    return _fact(fact, language, same=same)


def _of_its_treaty(text: str, start: int, end: int) -> str:
    """An article with the treaty that it is said to be of: 《公约》第十七条, article 17 of the Convention."""
    before = _TREATY_BEFORE.search(text, max(0, start - 40), start)
    after = _TREATY_AFTER.match(text, end)
    return text[start if before is None else before.start() : end if after is None else after.end()]


def _in_full(body: Entity, printed: str, language: Language) -> str:
    """A body that is printed by an abbreviation, with its name: 科学和技术委员会（科技委）."""
    name = body.zh if language == "zh" else body.en
    if len(printed) >= len(name) or printed in name:
        return printed
    return f"{name}（{printed}）" if language == "zh" else f"{name} ({printed})"


def _in_both(name: Entity, language: Language) -> str:
    """The name of a body with its abbreviation, by which English readers know it: … (FAO)."""
    # "General Assembly (UNGA)" tells nobody anything.
    if language == "zh" or not name.abbr or name.kind != "body" or len(name.en.split()) < 3:
        return name.zh if language == "zh" else name.en
    return f"{name.en} ({name.abbr})"


def _fact(fact: Fact, language: Language, *, same: bool) -> str:
    if isinstance(fact, Date):
        if fact.value is None or (fact.year_from == "document" and same):
            return " ".join(fact.text.split())
        value = fact.value
        if fact.year_from == "document" and "-" in value:
            # The year stands in no paragraph, so it isn't said.
            value = "/".join("-" + end[4:] for end in value.split("/"))
        return render_date(
            value, language, relation=fact.relation, qualifier=fact.qualifier, period=fact.period
        )
    if isinstance(fact, Reference):
        return _reference(fact, language)
    if isinstance(fact, Number):
        return _number(fact, language)
    if isinstance(fact, Session):
        if language == "en":
            return _session(fact)
        # As it is printed, or named from an English text.
        printed = " ".join(fact.text.split())
        return printed if _HAN.search(printed) else f"{fact.zh}第{han(fact.number)}届会议"
    return fact.zh if language == "zh" else fact.en


def _session(session: Session) -> str:
    tail = {1: "st", 2: "nd", 3: "rd"}.get(session.number % 10, "th")
    tail = "th" if session.number % 100 in (11, 12, 13) else tail
    word = ORDINALS.get(session.number, f"{session.number}{tail}")
    convention, _, conference = session.body.rpartition(", ")
    body = f"{conference} to the {convention}" if convention else session.body
    return f"{word} session of the {body}"


def _number(number: Number, language: Language) -> str:
    fraction = Fraction(number.value).limit_denominator(10)
    if number.unit is None and 0 < number.value < 1 and language == "en" and fraction in _FRACTIONS_EN:
        return compared(_FRACTIONS_EN[fraction], "en", number.comparator)
    text = render_number(number.value, language, unit=number.unit, comparator=number.comparator)
    if number.upper is not None:
        first = render_number(number.value, language, comparator=number.comparator)
        upper = render_number(number.upper, language, unit=number.unit)
        text = f"{first}–{upper}" if language == "en" else f"{first}至{upper}"
    return text


def _reference(reference: Reference, language: Language) -> str:
    if reference.kind == "document":
        return reference.key
    number = reference.key
    if reference.kind == "resolution" and number.startswith("A/RES/"):
        number = number.removeprefix("A/RES/")
    if language == "zh":
        return f"第{number}号{'决议' if reference.kind == 'resolution' else '决定'}"
    return f"{reference.kind} {number}"


def _named(facts: Sequence[Fact], language: Language) -> str:
    """Names in ``language``: Dublin, Ireland; 爱尔兰都柏林."""
    entities = [fact for fact in facts if isinstance(fact, Entity)]
    if len(entities) < 2:
        return _in_both(entities[0], language)
    cities_first = sorted(entities, key=lambda entity: entity.kind != "city")
    if language == "en":
        return ", ".join(entity.en for entity in cities_first)
    return "".join(entity.zh for entity in reversed(cities_first))


def _paragraphs(want: Want, finding: Finding, language: Language) -> str:
    """Which paragraphs of a decision its sentence names, where they are asked for; empty where none are."""
    fact = finding.facts[0]
    if not want.pinpoint or not isinstance(fact, Reference):
        return ""
    pinpointed = find_pinpointed(finding.candidate.text)
    numbers = [one.paragraph for one in pinpointed if one.key == fact.key and one.paragraph is not None]
    if not numbers:
        return ""
    if language == "zh":
        return f"第{in_a_row(numbers, 'zh')}段"
    return f", paragraph{'s' if len(numbers) > 1 else ''} {in_a_row(numbers, 'en')}"


def _together(facts: Sequence[Fact], language: Language) -> str | None:
    """Several decisions, or several resolutions, as one speaks of them: decisions 13/COP.8 and 18/COP.8."""
    references = [fact for fact in facts if isinstance(fact, Reference) and fact.kind != "document"]
    kinds = {reference.kind for reference in references}
    if len(references) != len(facts) or len(kinds) != 1 or len({one.key for one in references}) < 2:
        return None
    kind = kinds.pop()
    numbers = list(dict.fromkeys(reference.key.removeprefix("A/RES/") for reference in references))
    if language == "zh":
        *others, last = (f"第{number}号" for number in numbers)
        return "、".join(others) + f"和{last}{'决议' if kind == 'resolution' else '决定'}"
    return f"{kind}s {in_a_row(numbers, language)}"


def _value(fact: Fact) -> str | int | float | None:
    if isinstance(fact, Date):
        return fact.value
    if isinstance(fact, Number):
        return fact.value if fact.upper is None else None
    if isinstance(fact, Reference):
        return fact.key
    return None
