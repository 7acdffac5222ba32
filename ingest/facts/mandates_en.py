"""English directives: who requests, decides or recommends, of whom, what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.facts.directives import BY_DECISION, REACH, Directive, DirectiveVerb
from ingest.facts.spans import Spans
from ingest.facts.verbs_en import BASE_VERBS
from ingest.scanning import matches, words

__all__ = ["directives", "is_subject", "report_to", "session"]

_STEMS: dict[str, DirectiveVerb] = {
    "request": "request",
    "invit": "invite",
    "encourag": "encourage",
    "urg": "urge",
    "authoriz": "authorize",
    "authoris": "authorize",
    "decid": "decide",
    "recommend": "recommend",
    "call": "call",
    "appeal": "appeal",
    "instruct": "instruct",
    "direct": "instruct",
    "mandat": "authorize",
    "entrust": "entrust",
    "propos": "propose",
    "ask": "request",
}
_VERB = re.compile(
    r"\b(?:(?P<plain>request|invit|encourag|urg|authori[sz]|decid|recommend|instruct|direct|mandat|entrust"
    r"|propos|ask)(?P<end>e?s|e?d|e|ing|)"
    r"|(?P<call>call)(?P<cend>s|ed|ing|) (?P<prep>upon|on|for)|(?P<appeal>appeal)(?P<aend>s|ed|ing|) to)\b",
    re.IGNORECASE,
)
_FORMS = frozenset(stem + ending for stem in _STEMS for ending in ("", "s", "es", "d", "ed", "e", "ing"))
"""All that ``_VERB`` may begin with."""

_ADVERBS = (
    r"(?:(?:also|further|again|strongly|therefore|once|more|then|likewise|in (?:this|that) (?:regard|respect)"
    r"|accordingly|urgently|consequently|particularly|moreover),? )"
)
_OPENING = re.compile(
    rf"\s*(?:\(?[a-z]{{1,4}}\) )?(?:Recommendation \d+ ?[:-] ?)?(?P<we>we )?{_ADVERBS}{{0,3}}", re.IGNORECASE
)
_AND = re.compile(rf"(?:,? and|[,;]) {_ADVERBS}{{0,3}}$", re.IGNORECASE)
_AND_ONLY = re.compile(rf",? and {_ADVERBS}{{0,2}}$", re.IGNORECASE)
_ADVERB_LAST = re.compile(r"\b(?:also|further|again|strongly|which it|therefore),? $")
_WE = re.compile(r"\b[Ww]e (?:also |further |strongly |therefore )*$")
_WISH = re.compile(
    rf"\b(?:may|might|could) (?:also |therefore |further )*(?:wish to"
    rf"|consider)(?: consider)? {_ADVERBS}{{0,3}}$",
    re.IGNORECASE,
)
_WISHED = re.compile(r"[Ww][Ii][Ss][Hh] |[Cc][Oo][Nn][Ss]")
# …that the CST consider the recommendations, and [recommend]
_THAT_WHO = re.compile(r"\bthat (?P<who>the [A-Z][^,;.]{2,80}?),? (?:consider [^.;]{2,60},? and )?$")
_PASSIVE = re.compile(
    r"(?P<who>(?:[A-Z][\w’'-]*|[Tt]he) [^,;.]{0,70}?|[A-Z]{2,}) (?:is|are|was|were|has been|have been)"
    r" (?:also |further )?$"
)
_PRONOUN = re.compile(
    r"\b(?:[Ii]t|[Tt]hey|[Ww]e|[Tt]he (?:Assembly|Conference|Council|Commission|Committee|Board))"
    r"(?: has| have| had| may| might| wish to| consider| therefore| also| further| again| strongly)* $"
)
_ACTOR = re.compile(
    r"(?P<actor>(?:[Tt]he )?(?:(?:United Nations|[A-Z][\w’'-]*)(?: (?:of|the|and|for|on|to|in"
    r"|with)){0,3} ){0,14}"
    r"(?!The\b)[A-Z][\w’'-]*(?: \([A-Z][\w-]*\))?)"
    r"(?: (?:in )?(?:resolution|decision) [\w/.]{2,24}\w,?)?"
    r"(?:,? (?:at|in|by) (?:its|the|their) [^,;.]{2,60},?)?"
    r"(?: has| have| had| also| further| again| then| therefore| strongly| may| might| wish to| consider)* $"
)
_NO_VERB_BEFORE = re.compile(
    r"\b(?:the|a|an|any|such|its|their|his|her|this|that|these|those|of|for|upon|as|no|specific|by|with"
    r"|from|on|in"
    r"|other|several|to|not|where|when|if|be|been|being|is|are|was|were|following|previous|above-mentioned"
    r"|said) $",
    re.IGNORECASE,
)
_TO = re.compile(
    r",? to (?:also |further |fully |actively |jointly |duly |urgently |effectively |promptly |\w+ly )?"
    r"(?P<verb>[a-z]+(?:-[a-z]+)?)\b"
)
_NO_BASE_VERB_WORDS = """
    the a an its their his her this that these those all any which whom each other it them such
    relevant affected developing developed sustainable international national regional climate
    implementation
"""
_NO_BASE_VERB = frozenset(_NO_BASE_VERB_WORDS.split())
_NO_ACTOR = ("He", "She", "This", "That", "’s", "'s")
_AGENT = re.compile(
    r"\b(?:States?|Governments?|[Pp]art(?:y|ies)|organizations?|[Bb]od(?:y|ies)|entit(?:y|ies)|countr(?:y|ies)"
    r"|secretariats?|Secretar(?:y|ies)|Directors?|Board|Committees?|Chairs?|Co-Chairs|President|experts?"
    r"|[Mm]embers?"
    r"|stakeholders?|sector|communit(?:y|ies)|agenc(?:y|ies)|institutions?|donors?|partners?|participants?"
    r"|representatives?|funds|programmes|leaders|all|those|him|her|them|it|us|Office|Bureau|Group|Panel"
    r"|Commissions?|Conferences?|Council|Facility|Fund|Banks?|Union|Unit|centres?|authorities|coordinators?"
    r"|facilitators?|societ(?:y|ies)|actors?|institutes?|industr(?:y|ies)|business(?:es)?|universities"
    r"|media|people"
    r"|youth|women|Mechanism|Interface|Assembly|Rapporteur|Representative|Envoy|High Commissioner"
    r"|Administrator"
    r"|mechanisms?|networks?|forums?|platforms?|others|everyone|Programme|Organization|University|Platform"
    r"|Force"
    r"|teams?|missions?|Nations|systems?|[A-Z]{3,})\b"
)
_ASIDE = re.compile(
    r",? (?:in (?:this|that) (?:regard|respect|context)|in particular|inter alia|to (?:this|that) end"
    r"|(?:where|as) appropriate|as a matter of urgency|once again|in this connection),"
)
_HEAD = re.compile(r".*?(?= (?:on|of|for|to|in|among|between|with)\b)")
_END = re.compile(r";|\.(?=\s|$)|\n|$")
_STOP = re.compile(r"[;\n]|\.\s")
_LINK = re.compile(rf",? (?:and )?{_ADVERBS}{{0,3}}$")
_UNTIL = r"(?=[,;.:]| (?:at (?:its|the)|on|by|in|through|for|with|during|no later|not later|and|under) |$)"
_REPORT = re.compile(
    r"\breport(?:ing)?(?: back| further| regularly| annually| orally| biennially)?"
    rf" to (?P<to>it\b|(?:the )?[A-Z][^,;.:]{{1,90}}?){_UNTIL}"
)
_SUBMIT = re.compile(
    r"\b(?:submit|present|transmit|convey)\b[^;.]{0,160}?"
    r" to (?P<to>it\b|the (?:[A-Z][\w’'-]* (?:of (?:the )?|and |on )?){0,6}?(?:Assembly|Council|Conference"
    r"|Committee|Commission|Board|Secretary-General|Parties|Forum|Body|Platform|Meeting)\b)"
)
_SESSION = re.compile(
    r"\b(?:its|the|their) (?P<session>(?:(?:[a-z]+-)?(?:first|second|third|[a-z]+th)|next)"
    r" (?:regular |resumed |special |extraordinary )?(?:session|meeting)"
    r"(?: of the [A-Z][\w’'-]*(?:(?: (?:of|the|and|for|on|to)){0,3} [A-Z][\w’'-]*){0,8})?)"
)
_SUBJECT_BEFORE = re.compile(
    r"(?:^|\. |[\n;] ?|, |\b(?:[Ii]n (?:its )?(?:resolution|decision) \S+|[Tt]hat|[Ww]hile) )"
    r"(?:[Tt]he )?$"
)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What stands before a directive verb: the actor or a pronoun for it; whether it is only suggested."""

    actor: tuple[int, int] | None
    pronoun: bool = False
    proposed: bool = False
    passive: tuple[int, int] | None = None


def directives(text: str, bodies: Spans) -> Iterator[Directive]:
    """The directives of one segment of folded text, in order. ``bodies`` are the spans of known bodies."""
    found: list[tuple[re.Match[str], _Opening]] = []
    split = words(text)
    for match in matches(_VERB, text, split.where(_FORMS)) if not _FORMS.isdisjoint(split.known) else ():
        follows = bool(found) and _STOP.search(text, found[-1][0].end(), match.start()) is None
        opening = _opening(text, match, follows=follows)
        if opening is not None:
            found.append((match, opening))
    for at, (match, opening) in enumerate(found):
        end = min(len(text), match.end() + REACH)
        stop = _END.search(text, match.end(), end)
        end = end if stop is None else stop.start()
        if at + 1 < len(found) and found[at + 1][0].start() < end:
            link = _LINK.search(
                text[max(match.end(), found[at + 1][0].start() - 80) : found[at + 1][0].start()]
            )
            if link is not None:
                end = max(match.end(), found[at + 1][0].start() - (link.end() - link.start()))
        verb = _STEMS[(match["plain"] or match["call"] or match["appeal"]).lower()]
        if opening.passive is not None:
            addressee: tuple[int, int] | None = opening.passive
            begin = match.end()
        else:
            addressee, begin = _addressee(text, match, end, verb, bodies)
        while begin < end and text[begin] in " ,":
            begin += 1
        opens = text[begin:end].rstrip().endswith(":")
        last = end
        while last > begin and text[last - 1] in " ,:":
            last -= 1
        yield Directive(
            verb,
            match.span(),
            opening.actor,
            opening.pronoun,
            addressee,
            (begin, last),
            opens,
            opening.proposed,
        )


def _opening(text: str, match: re.Match[str], *, follows: bool) -> _Opening | None:
    """What makes the verb a directive, ``None`` where nothing does.

    ``follows`` tells that another directive stands before it in its sentence.
    """
    ending = (match["end"] or match["cend"] or match["aend"] or "").lower()
    start = match.start()
    before = text[max(0, start - 180) : start]
    cut = max(before.rfind(mark) + len(mark) if mark in before else 0 for mark in (";", "\n", ". "))
    sentence = before[cut:]
    offset = start - len(sentence)
    opens = (offset == 0 or cut > 0) and _OPENING.fullmatch(sentence)
    wish = _WISH.search(sentence) if _WISHED.search(sentence) else None
    if wish is not None:
        actor, pronoun = _actor(sentence[: wish.start()], offset)
        return _Opening(actor, pronoun, proposed=True)
    if ending == "ing":
        return None
    if ending in ("s", "es"):
        return _third_person(sentence, offset, opens=bool(opens))
    if ending in ("ed", "d"):
        return _past(text, match, sentence, offset, follows=follows)
    if _stands_no_verb_after(sentence):
        return None
    if (opens and (opens["we"] or text[start].isupper() or sentence.strip())) or _WE.search(sentence):
        return _Opening(None, pronoun=True)
    who = _THAT_WHO.search(sentence)
    if who is not None:
        return _Opening((offset + who.start("who"), offset + who.end("who")), proposed=True)
    return None


def _stands_no_verb_after(sentence: str) -> bool:
    """Whether ``sentence`` ends with a word that no verb follows (the longest of them has 15 letters)."""
    return _NO_VERB_BEFORE.search(sentence, max(0, len(sentence) - 17)) is not None


def _third_person(sentence: str, offset: int, *, opens: bool) -> _Opening | None:
    if opens:
        return _Opening(None, pronoun=True)
    if _stands_no_verb_after(sentence):
        return None
    actor, pronoun = _actor(sentence, offset)
    if actor is not None or pronoun or BY_DECISION.search(sentence):
        return _Opening(actor, pronoun)
    return _Opening(None, pronoun=True) if _AND.search(sentence) or _ADVERB_LAST.search(sentence) else None


def _past(text: str, match: re.Match[str], sentence: str, offset: int, *, follows: bool) -> _Opening | None:
    if text.startswith(" of ", match.end()):  # as requested of it
        return None
    passive = _PASSIVE.search(sentence)
    if passive is not None:
        if not text.startswith(" to ", match.end()):
            return None
        return _Opening(None, passive=(offset + passive.start("who"), offset + passive.end("who")))
    if _stands_no_verb_after(sentence):
        return None
    actor, pronoun = _actor(sentence, offset)
    if actor is not None or pronoun or BY_DECISION.search(sentence):
        return _Opening(actor, pronoun)
    if (follows and _AND_ONLY.search(sentence)) or _ADVERB_LAST.search(sentence):
        return _Opening(None, pronoun=True)
    return None


def _actor(sentence: str, offset: int) -> tuple[tuple[int, int] | None, bool]:
    if _PRONOUN.search(sentence):
        return None, True
    match = _ACTOR.search(sentence)
    if match is None or match["actor"].endswith(_NO_ACTOR):
        return None, False
    return (offset + match.start("actor"), offset + match.end("actor")), False


def _addressee(
    text: str, match: re.Match[str], end: int, verb: DirectiveVerb, bodies: Spans
) -> tuple[tuple[int, int] | None, int]:
    """The span of who shall act, and where the action begins."""
    begin = match.end()
    aside = _ASIDE.match(text, begin, end)
    if aside is not None:
        begin = aside.end()
    if text.startswith(" that ", begin):
        return _that(text, begin, end, bodies)
    if verb in ("decide", "propose") or (match["prep"] or "").lower() == "for":
        return None, begin
    colon = text.find(":", begin, end)
    for found in _TO.finditer(text, begin, min(end, begin + 360)):
        word = found["verb"]
        if word == "do" and text.endswith(" in a position", begin, found.start()):  # in a position to do so
            continue
        if word in _NO_BASE_VERB or (0 <= colon < found.start()):
            continue
        if word not in BASE_VERBS:
            later = (other["verb"] for other in _TO.finditer(text, found.end(), min(end, begin + 360)))
            if word.endswith(("s", "ing", "ment", "ion")) or any(other in BASE_VERBS for other in later):
                continue
        start = begin + 1
        last = found.start()
        comma = text.find(",", begin, last)
        if comma > 0 and not re.search(r"\b(?:and|or|including|as well as)\b", text[comma:last]):
            last = comma
        head = _HEAD.match(text, start, last)
        if last <= start or not _AGENT.search(text, start, last if head is None else head.end()):
            return None, begin
        return (start, last), found.start() + found[0].index("to ")
    if colon >= 0 and colon > begin + 1 and _AGENT.search(text, begin, colon):
        return (begin + 1, colon), colon
    return None, begin


def _that(text: str, begin: int, end: int, bodies: Spans) -> tuple[tuple[int, int] | None, int]:
    """``recommends that the Conference of the Parties (COP) consider…``: the body, and its verb onwards."""
    start = begin + len(" that ")
    name = start + 4 if text.startswith("the ", start) else start
    last = bodies.opening(name)
    if last is not None and last <= end:
        abbreviation = re.compile(r" \([A-Z][\w-]*\)").match(text, last, end)
        stop = last if abbreviation is None else abbreviation.end()
        verb = re.compile(r":| (?:should |shall |also )?(?P<verb>[a-z]+)\b").match(text, stop)
        if verb is not None and (verb["verb"] is None or verb["verb"] in BASE_VERBS):
            return (start, stop), stop if verb["verb"] is None else verb.start("verb")
    return None, begin


def report_to(text: str, start: int, end: int, bodies: Spans) -> tuple[int, int] | None:
    """The span of the body that shall be reported to, within ``text[start:end]``."""
    match = _REPORT.search(text, start, end) or _SUBMIT.search(text, start, end)
    if match is None:
        return None
    first, last = match.span("to")
    name = first + 4 if text.startswith("the ", first) else first
    known = bodies.opening(name)
    return first, last if known is None or known > end else max(last, known)


def session(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the session by which it shall be done (``sixty-fourth session``)."""
    match = _SESSION.search(text, start, end)
    return None if match is None else match.span("session")


def is_subject(text: str, start: int) -> bool:
    """Whether a body named at ``start`` opens a clause, so that later words may stand for it."""
    first = start - 4 if text.startswith(("the ", "The "), start - 4) and start > 3 else start
    if first and text[first - 1] not in " \n;":
        return False
    return _SUBJECT_BEFORE.search(text[max(0, start - 60) : start]) is not None
