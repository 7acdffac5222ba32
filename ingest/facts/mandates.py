"""Mandates as records: who asks whom to do what, to report to whom, by when, under which decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.facts import mandates_en, mandates_zh
from ingest.facts.dates import Date, Language
from ingest.facts.directives import BY_DECISION, REACH, Directive, DirectiveVerb
from ingest.facts.entities import Entity
from ingest.facts.folding import fold
from ingest.facts.spans import Spans
from ingest.paragraphs import Item
from ingest.symbols import Reference

__all__ = ["Mandate", "Part", "find_mandates", "organ", "organ_names"]


@dataclass(frozen=True, slots=True)
class Part:
    """``text[start:end]`` of the paragraph."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """One directive: ``text[start:end]`` of the paragraph holds its verb, addressee and action.

    ``actor`` is who decides or asks: as printed, or what the word standing for it means (it, 它: the last
    actor named), or the organ that adopted the resolution. ``actor_span`` is where it is printed, if it
    is. ``addressee`` is ``None`` where the actor shall act itself or nobody is named. ``due`` is the date by
    which, ``session`` the session at which it shall be done. ``decision`` is the key of the decision or
    resolution that holds it, ``references`` all keys named with it. ``proposed``: ``proposed_by`` (or the
    document itself) only suggests that the actor should do it. ``item`` holds the labels of the item.
    """

    start: int
    end: int
    text: str
    verb: DirectiveVerb
    verb_span: Part
    actor: str | None
    actor_span: Part | None
    addressee: Part | None
    action: Part
    report_to: Part | None
    session: Part | None
    due: Date | None
    decision: str | None
    references: tuple[str, ...]
    proposed: bool
    proposed_by: str | None
    item: tuple[str, ...]


_ORGANS = (
    ("A/RES/", "General Assembly", "大会"),
    ("E/RES/", "Economic and Social Council", "经济及社会理事会"),
    ("S/RES/", "Security Council", "安全理事会"),
    ("UNEP/EA", "United Nations Environment Assembly", "联合国环境大会"),
    ("A/HRC/RES/", "Human Rights Council", "人权理事会"),
)
_MAY_WISH = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,30}?)(?:因此|还|也|亦|或)?不妨 ?:\s*$"
    r"|(?P<en>[Tt]he [A-Z][\w’' -]{2,80}?(?: \([A-Z]+\))?) may (?:also |therefore )?wish to ?:\s*$"
)
_CONFERENCES = ("缔约方会议", "onference of the Parties", "COP", "CMP")
_SAME = re.compile(
    r"同一(?:决定|决议)|(?:该|上述|这一)(?:决定|决议)|\b(?:the same|that|the said) (?:decision|resolution)\b"
)
_SIGNS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "请",
        "促",
        "呼吁",
        "鼓励",
        "鼓勵",
        "要求",
        "授权",
        "授權",
        "决定",
        "決定",
        "建议",
        "建議",
        "议",
        "委托",
        "责成",
        "指示",
        "不妨",
    ),
    "en": (
        *(
            "equest",
            "nvit",
            "ncourag",
            "rge",
            "uthori",
            "ecide",
            "ecommend",
            "all upon",
            "alls upon",
            "all on",
        ),
        *(
            "alls on",
            "alls for",
            "all for",
            "alled",
            "alling",
            "ppeal",
            "nstruct",
            "irect",
            "andate",
            "ntrust",
        ),
        *("ropose", "sk", "wish"),
    ),
}
"""One of these stands in every text with a directive verb."""


def organ(symbol: str, language: Language) -> str | None:
    """The organ whose resolution a symbol is: ``A/RES/63/218`` → General Assembly; else ``None``."""
    names = organ_names(symbol)
    return None if names is None else names[0 if language == "en" else 1]


def organ_names(symbol: str) -> tuple[str, str] | None:
    """Its name in English and in Chinese."""
    return next(((en, zh) for start, en, zh in _ORGANS if symbol.startswith(start)), None)


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    end: int
    item: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chapeau:
    """What an opening line leaves to its items."""

    actor: tuple[int, int] | None
    proposed: bool
    proposed_by: str | None
    directive: Directive | None


def find_mandates(
    text: str,
    language: Language,
    *,
    items: Sequence[Item] = (),
    dates: Sequence[Date] = (),
    references: Sequence[Reference] = (),
    entities: Sequence[Entity] = (),
    symbol: str = "",
    decision: str | None = None,
    topic: str | None = None,
) -> tuple[Mandate, ...]:
    """The mandates of one paragraph, in order.

    ``decision`` is the key of the decision last named before the paragraph ("in the same decision");
    ``topic`` the body that the nearest heading names, for an "it" without another antecedent; ``symbol``
    is the document's: the mandates of a resolution stand under its own key.
    """
    if not any(map(text.__contains__, _SIGNS[language])):
        return ()
    finder = _Finder(text, language, dates, references, entities, symbol, decision, topic)
    return tuple(finder.run(items))


class _Finder:
    """One pass over a paragraph; what earlier sentences leave to later ones is its state."""

    def __init__(
        self,
        text: str,
        language: Language,
        dates: Sequence[Date],
        references: Sequence[Reference],
        entities: Sequence[Entity],
        symbol: str,
        decision: str | None,
        topic: str | None,
    ) -> None:
        self._text = text
        self._folded = fold(text)
        self._grammar = mandates_en if language == "en" else mandates_zh
        self._dates = dates
        self._references = [reference for reference in references if reference.kind != "document"]
        self._bodies = Spans((entity.start, entity.end) for entity in entities if entity.kind == "body")
        self._own = symbol if organ(symbol, language) else None
        self._organ = organ(symbol, language)
        self._before = decision
        self._topic = topic
        self._entities = entities
        self._actor: tuple[int, int] | None = None
        self._decision: str | None = None

    # Most paragraphs have no directive: what only these need is made with the first.
    @cached_property
    def _date_spans(self) -> Spans:
        return Spans((date.start, date.end) for date in self._dates)

    @cached_property
    def _reference_spans(self) -> Spans:
        return Spans((reference.start, reference.end) for reference in self._references)

    @cached_property
    def _subjects(self) -> Spans:
        return Spans(
            (entity.start, entity.end)
            for entity in self._entities
            if (entity.kind == "body" or entity.text.endswith(("会议", "onference")))
            and self._grammar.is_subject(self._folded, entity.start)
        )

    def run(self, items: Sequence[Item]) -> Iterator[Mandate]:
        chapeaux: dict[int, _Chapeau] = {}
        for segment in self._segments(items):
            depth = len(segment.item)
            for deeper in [level for level in chapeaux if level >= depth]:
                del chapeaux[deeper]
            inherited = chapeaux.get(depth - 1)
            folded = self._folded[segment.start : segment.end]
            bodies = self._bodies.moved(segment.start, segment.end)
            found = list(self._grammar.directives(folded, bodies))
            made = [self._shift(directive, segment.start) for directive in found]
            first = self._first_action(segment)
            if (
                inherited is not None
                and inherited.directive is not None
                and not (made and made[0].verb_span[0] <= first + 40)
            ):
                yield self._inherit(inherited, segment, first)
            for directive in made:
                mandate = self._mandate(directive, segment, inherited)
                opens = directive.opens and directive is made[-1] and depth < self._deepest(items, segment)
                if opens:
                    chapeaux[depth] = self._chapeau(directive, mandate)
                if not (opens and mandate.action.end - mandate.action.start < 3):
                    yield mandate
            wish = _MAY_WISH.search(folded) if "不妨" in folded or " may " in folded else None
            if depth not in chapeaux and wish is not None:
                start, end = wish.span("zh" if wish["zh"] else "en")
                start = next((body for body, _ in bodies.within(start, end)), start)
                span = (segment.start + start, segment.start + end)
                self._actor = span
                chapeaux[depth] = _Chapeau(span, True, None, None)

    def _segments(self, items: Sequence[Item]) -> list[_Segment]:
        if not items:
            return [_Segment(0, len(self._text), ())]
        ordered = sorted(items, key=lambda item: item.start)
        starts = [self._text.rfind("\n", 0, item.start) + 1 for item in ordered]
        segments = [_Segment(0, starts[0], ())]
        for at, item in enumerate(ordered):
            following = starts[at + 1] if at + 1 < len(ordered) else len(self._text)
            end = max(item.start, min(item.end, following))
            segments.append(_Segment(item.start, end, item.labels))
            if at + 1 == len(ordered) and end < len(self._text):
                segments.append(_Segment(end, len(self._text), ()))
        return [segment for segment in segments if segment.end > segment.start]

    @staticmethod
    def _deepest(items: Sequence[Item], segment: _Segment) -> int:
        """How deep the items below this segment go; its own depth if there are none."""
        depth = len(segment.item)
        return max(
            (
                len(item.labels)
                for item in items
                if item.labels[:depth] == segment.item and item.start >= segment.start
            ),
            default=depth,
        )

    @staticmethod
    def _shift(directive: Directive, by: int) -> Directive:
        def move(span: tuple[int, int] | None) -> tuple[int, int] | None:
            return None if span is None else (span[0] + by, span[1] + by)

        return Directive(
            directive.verb,
            (directive.verb_span[0] + by, directive.verb_span[1] + by),
            move(directive.actor),
            directive.pronoun,
            move(directive.addressee),
            (directive.action[0] + by, directive.action[1] + by),
            directive.opens,
            directive.proposed,
        )

    def _first_action(self, segment: _Segment) -> int:
        """Where an item's own words begin, after 建议 1： or "Recommendation 1:"."""
        match = re.compile(r"\s*(?:(?:建议|Recommendation) ?\d+ ?[:—-]+ ?)?").match(
            self._folded, segment.start, segment.end
        )
        return segment.start if match is None else match.end()

    def _chapeau(self, directive: Directive, mandate: Mandate) -> _Chapeau:
        if directive.verb in ("recommend", "propose"):
            by = mandate.actor
            return _Chapeau(directive.addressee or directive.actor, True, by, None)
        return _Chapeau(
            None if mandate.actor_span is None else (mandate.actor_span.start, mandate.actor_span.end),
            mandate.proposed,
            mandate.proposed_by,
            directive,
        )

    def _inherit(self, chapeau: _Chapeau, segment: _Segment, first: int) -> Mandate:
        """An item that is itself the action: ``Requests the secretariat: (a) To prepare…``."""
        opening = chapeau.directive
        if opening is None:
            raise ValueError("expected a chapeau with a directive")
        start = first + 3 if self._folded.startswith("To ", first) else first
        end = segment.end
        while end > start and self._folded[end - 1] in " ;.,。\n":
            end -= 1
        directive = Directive(
            opening.verb,
            opening.verb_span,
            chapeau.actor,
            True,
            opening.addressee,
            (start, end),
            False,
            chapeau.proposed,
        )
        return self._mandate(directive, segment, chapeau, span=(segment.start, end))

    def _part(self, span: tuple[int, int] | None) -> Part | None:
        return None if span is None else Part(span[0], span[1], self._text[span[0] : span[1]])

    def _mandate(
        self,
        directive: Directive,
        segment: _Segment,
        inherited: _Chapeau | None,
        *,
        span: tuple[int, int] | None = None,
    ) -> Mandate:
        printed = self._text[slice(*directive.verb_span)]
        past = self._organ is not None and printed.endswith(
            "ed"
        )  # what another body, or an earlier text, did
        actor = None if self._organ is not None and printed.endswith("s") else directive.actor
        by_decision = directive.actor is None and self._of_a_decision(directive.verb_span[0])
        if by_decision:
            actor = self._conference(directive.verb_span[0])
        elif actor is None and directive.pronoun:
            actor = inherited.actor if inherited is not None else None
            actor = actor or self._antecedent(directive.verb_span[0])
        if directive.actor is not None:
            if directive.actor != self._actor and self._named(directive.actor) != self._named(self._actor):
                self._decision = None
            self._actor = directive.actor
        start, end = span or (
            min(directive.verb_span[0], (directive.actor or directive.verb_span)[0]),
            directive.action[1],
        )
        begin, stop = directive.action
        proposed = directive.proposed or (inherited is not None and inherited.proposed)
        topic = self._topic if directive.pronoun and not by_decision else None
        named = self._named(actor) or self._organ or topic
        return Mandate(
            start=start,
            end=max(end, stop),
            text=self._text[start : max(end, stop)],
            verb=directive.verb,
            verb_span=Part(*directive.verb_span, self._text[slice(*directive.verb_span)]),
            actor=named,
            actor_span=self._part(actor),
            addressee=self._part(directive.addressee),
            action=Part(begin, stop, self._text[begin:stop]),
            report_to=self._part(self._grammar.report_to(self._folded, begin, stop, self._bodies)),
            session=self._session(directive.verb, begin, stop),
            due=self._due(directive.verb, begin, stop),
            decision=None if proposed else self._under(directive.verb_span[0], past=past),
            references=tuple(
                dict.fromkeys(
                    self._references[at].key for at in self._reference_spans.indices(start, max(end, stop))
                )
            ),
            proposed=proposed,
            proposed_by=inherited.proposed_by if inherited is not None and proposed else None,
            item=segment.item,
        )

    def _named(self, span: tuple[int, int] | None) -> str | None:
        return None if span is None else self._text[span[0] : span[1]]

    def _of_a_decision(self, at: int) -> bool:
        """Whether the clause before ``at`` says that a decision named before asks (该决定还请)."""
        return self._organ is None and BY_DECISION.search(self._folded, max(0, at - 40), at) is not None

    def _conference(self, at: int) -> tuple[int, int] | None:
        """The conference of the parties named before ``at``, whose decisions have its abbreviation."""
        spans = (
            (one.start, one.end)
            for one in self._entities
            if one.end <= at and one.text.endswith(_CONFERENCES)
        )
        return max(spans, default=None)

    def _antecedent(self, at: int) -> tuple[int, int] | None:
        """The last actor or subject named before ``at``, outside the items' own scope."""
        if self._organ is not None:
            return None
        latest = self._subjects.before(at)
        if self._actor is not None and (latest is None or latest[0] < self._actor[0]):
            return self._actor
        return latest

    def _session(self, verb: DirectiveVerb, begin: int, end: int) -> Part | None:
        found = self._grammar.session(self._folded, begin, end)
        if found is None or (verb == "decide" and found[0] - begin < 8):  # when it was decided
            return None
        return self._part(found)

    def _due(self, verb: DirectiveVerb, begin: int, end: int) -> Date | None:
        """The date by which, or for a decision to hold something the day it shall be held."""
        within = [
            date
            for date in map(self._dates.__getitem__, self._date_spans.indices(begin, end))
            if date.value is not None and not self._quoted(begin, date.start)
        ]
        for date in within:
            if date.relation in ("by", "before", "until"):
                return date
        if verb != "decide":
            return None
        return next(
            (date for date in within if date.relation == "on" and date.value and "-" in date.value[1:]), None
        )

    def _quoted(self, begin: int, at: int) -> bool:
        return self._text.count("“", begin, at) > self._text.count("”", begin, at)

    def _under(self, at: int, *, past: bool) -> str | None:
        """The decision a directive stands under: named before it in its sentence, or carried over."""
        if self._own is not None and not past:
            return self._own
        floor = max(0, at - REACH)
        sentence = max(self._folded.rfind(mark, floor, at) for mark in ("。", "\n", ". ", ";"))
        before = self._reference_spans.indices(max(0, sentence), at)
        if before:
            self._decision = self._references[before[-1]].key
        elif _SAME.search(self._folded, max(floor, sentence), at):
            earlier = self._reference_spans.indices(0, at)
            self._decision = self._references[earlier[-1]].key if earlier else self._before
        return self._decision
