"""An answer as one message of a conversation: text with marks, references, annotations, sources.

The text is Markdown, since that is what front-ends show. What a document or a client wrote stays text in
it: the few constructs that would load an image, hide a link or open a tag are escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from service.answering.answer import Language
from service.chat.wording import NEAREST, NOT_FOUND, REFERENCES, STATUS
from service.presentation import DIGEST
from service.schemas import AnswerResponse, Citation, Related

__all__ = ["Annotation", "RenderedMessage", "render"]

_MARK = re.compile(r"\[([1-9]\d*)\]")
# Images, links with a text of their own, link definitions, tags, autolinks.
# What stands before them may be the document's own backslash, which must not undo ours.
_ACTIVE = re.compile(r"(\\*)((?<=!)\[|\](?=[(:])|<(?=[A-Za-z/!?]))")


@dataclass(frozen=True, slots=True)
class Annotation:
    """``text[start:end]`` of the message is a mark that cites ``url``. Offsets count code points."""

    url: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """``annotations`` are in the order of the text.

    ``source`` is what Open WebUI lists under a message: one document (the quote) for each citation, with
    its metadata; ``None`` where nothing is cited.
    """

    text: str
    annotations: tuple[Annotation, ...]
    source: dict[str, Any] | None

    def within(self, end: int) -> RenderedMessage:
        """The message cut off at ``end``, a position in its text."""
        kept = tuple(annotation for annotation in self.annotations if annotation.end <= end)
        return RenderedMessage(self.text[:end], kept, self.source)


def render(response: AnswerResponse, base: str) -> RenderedMessage:
    """``response`` as a message. ``base`` is the address of this service, without a slash at its end."""
    if response.answer is None:
        return RenderedMessage(_not_found(response, base), (), None)
    language = response.language
    text = _inert(response.answer.text)
    annotations = _annotations(text, response, base)
    parts = [text]
    if response.status in STATUS:
        parts.append(STATUS[response.status][language])
    references = [_reference(citation, language, base, shown=text) for citation in response.citations]
    parts.append("\n".join([f"{REFERENCES[language]}{_colon(language)}", "", *references]))
    parts += [note.message for note in response.notes]
    return RenderedMessage("\n\n".join(parts), annotations, _source(response, base))


def _annotations(text: str, response: AnswerResponse, base: str) -> tuple[Annotation, ...]:
    """One for each mark of ``text``; what looks like a mark inside a quote is the document's own."""
    own = text
    for citation in response.citations:
        quote = _inert(citation.quote)
        own = own.replace(quote, " " * len(quote))
    cited = {citation.index: citation for citation in response.citations}
    found = []
    for mark in _MARK.finditer(own):
        number = int(mark[1])
        if number in cited:
            citation = cited[number]
            title = _title(citation, response.language)
            found.append(Annotation(base + citation.url, title, mark.start(), mark.end()))
    return tuple(found)


def _reference(citation: Citation, language: Language, base: str, *, shown: str) -> str:
    """One entry of the list: mark, label, the quote unless it is ``shown`` already, address."""
    entry = f"- [{citation.index}] {_title(citation, language)}"
    quote = _inert(citation.quote)
    if quote not in shown:
        entry += f" — “{quote}”"
    return f"{entry} <{base}{citation.url}>"


def _title(cited: Citation | Related, language: Language) -> str:
    label: str = getattr(cited.label, language)
    return label if cited.edition == "official" else label + _bracketed(DIGEST[language], language)


def _source(response: AnswerResponse, base: str) -> dict[str, Any]:
    return {
        "source": {"id": response.id, "name": "rapporteur", "url": base},
        "document": [citation.quote for citation in response.citations],
        "metadata": [
            {
                "source": base + citation.url,
                "source_url": base + citation.url,
                "name": _title(citation, response.language),
                "id": citation.id,
                "language": citation.language,
                "edition": citation.edition,
            }
            for citation in response.citations
        ],
    }


def _not_found(response: AnswerResponse, base: str) -> str:
    language = response.language
    reason = response.reason or "no_evidence"
    first = NOT_FOUND[reason][language]
    if reason == "unknown_document":
        first += (" " if language == "en" else "") + _inert(", ".join(response.unknown_documents))
    parts = [first]
    if response.related and reason != "not_a_question":
        nearest = [f"- {_title(related, language)} <{base}{related.url}>" for related in response.related]
        parts.append("\n".join([NEAREST[language], "", *nearest]))
    parts += [note.message for note in response.notes]
    return "\n\n".join(parts)


def _inert(text: str) -> str:
    return _ACTIVE.sub(lambda found: f"{found[1] * 2}\\{found[2]}", text)


def _colon(language: Language) -> str:
    return ":" if language == "en" else "："


def _bracketed(text: str, language: Language) -> str:
    return f" ({text})" if language == "en" else f"（{text}）"
