"""What an assistant can ask for: arguments as they are accepted, results as they are promised.

``search`` and ``fetch`` have the shapes that assistants expect of a source of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from index.citations import Target, cited, cited_by
from index.store import StoredParagraph
from service.chat.rendering import render
from service.library import Desk, Library
from service.presentation import (
    answer_response,
    document_url,
    labels,
    leading,
    paragraph_url,
    search_response,
)
from service.respondent import Respondent
from service.schemas import AnswerRequest, AnswerResponse, SearchRequest
from service.turns import in_turn

__all__ = [
    "ArgumentError",
    "FetchRequest",
    "Fetched",
    "Results",
    "Tools",
    "fetched",
]

_Request = TypeVar("_Request", bound=BaseModel)
_Result = TypeVar("_Result")


class ArgumentError(ValueError):
    """The arguments of a call don't fit the tool."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


def _no_blanks(text: str) -> str:
    if any(char.isspace() for char in text.strip()):
        raise ValueError("an id holds no white space: take it from a result of search")
    return text.strip()


class FetchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, AfterValidator(_no_blanks)] = Field(
        min_length=1,
        max_length=300,
        description="A paragraph's id, as `ICCD/COP(13)/CST/5#15`, or a document's symbol for all of it.",
    )
    language: Literal["en", "zh"] | None = Field(
        default=None, description="Of `text`, where there is that version; English first if not given."
    )


class Result(_Shape):
    id: str
    title: str = Field(description="The paragraph as United Nations editors cite it.")
    url: str
    text: str


class Results(_Shape):
    results: list[Result]


class Fetched(_Shape):
    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, Any] = Field(
        description="Symbol, label, section, date, edition, text by language; what it cites, who cites it."
    )


class Tools:
    """The three tools, for any transport.

    :raises ArgumentError: (each) if the arguments don't fit.
    :raises GenerationError: (each) if there is no index.
    :raises UnknownDocumentError: if a document named is not in the index.
    :raises UnknownParagraphError: if it has no such paragraph.
    """

    def __init__(self, library: Library, respondent: Respondent) -> None:
        self._library = library
        self._respondent = respondent

    async def search(self, arguments: dict[str, Any], base: str) -> Results:
        """Ranked paragraphs; addresses begin with ``base``."""
        request = _request(SearchRequest, arguments)
        found = await self.read(lambda desk: search_response(desk, request))
        return Results(
            results=[
                Result(
                    id=hit.id,
                    title=getattr(hit.label, _shown(hit.language)),
                    url=base + hit.url,
                    text=hit.text,
                )
                for hit in found.hits
            ]
        )

    async def fetch(self, arguments: dict[str, Any], base: str) -> Fetched:
        """A paragraph, or a whole document."""
        request = _request(FetchRequest, arguments)
        return await self.read(lambda desk: fetched(desk, request, base))

    async def answer(self, arguments: dict[str, Any], base: str) -> tuple[str, AnswerResponse]:
        """The answer as a message with references, and as the object of ``POST /v1/answers``."""
        request = _request(AnswerRequest, arguments)
        reply = await self._respondent.reply(
            request.question,
            language=request.language,
            documents=request.documents or None,
            limit=request.limit,
        )
        response = answer_response(reply)
        return render(response, base).text, response

    async def read(self, look: Callable[[Desk], _Result]) -> _Result:
        """What ``look`` sees in the newest generation, when its turn comes."""

        def looking() -> _Result:
            with self._library.open() as desk:
                return look(desk)

        return await in_turn(looking)


def fetched(desk: Desk, request: FetchRequest, base: str) -> Fetched:
    """What ``request`` asks for.

    :raises UnknownDocumentError: if the index has no such document.
    :raises UnknownParagraphError: if the document has no such paragraph.
    """
    symbol, mark, local = request.id.partition("#")
    if mark:
        return _paragraph(desk, desk.paragraph(symbol, local), request.language, base)
    document = desk.document(symbol)
    paragraphs = desk.store.paragraphs(symbol)
    titles = {language: version.title for language, version in document.versions.items()}
    return Fetched(
        id=symbol,
        title=titles[_language(titles, request.language)],
        text="\n\n".join(_numbered(paragraph, request.language) for paragraph in paragraphs),
        url=base + document_url(symbol),
        metadata={
            "symbol": symbol,
            "titles": titles,
            "date": document.date,
            "edition": document.edition,
            "languages": list(document.languages),
            "paragraphs": [str(paragraph.id) for paragraph in paragraphs],
            "cited_by": [str(one.id) for one in cited_by(desk.store, symbol).document],
            "later": [one.symbol for one in desk.store.revisions.following(symbol)],
        },
    )


def _paragraph(desk: Desk, paragraph: StoredParagraph, wanted: str | None, base: str) -> Fetched:
    pid = paragraph.id
    cites = cited(desk.store, pid.symbol, [desk.store.key(pid)]).get(pid.local, ())
    by = cited_by(desk.store, pid.symbol).paragraphs.get(pid.local, ())
    language = _language(paragraph.versions, wanted)
    version, label = paragraph.versions[language], labels(paragraph.id)
    return Fetched(
        id=str(paragraph.id),
        title=getattr(label, _shown(language)),
        text=version.text,
        url=base + paragraph_url(paragraph.id),
        metadata={
            "symbol": paragraph.id.symbol,
            "label": label.model_dump(),
            "document": paragraph.document.title(language),
            "section": list(version.section),
            "date": paragraph.document.date,
            "edition": paragraph.document.versions[language].edition,
            "language": language,
            "texts": {other: one.text for other, one in paragraph.versions.items()},
            "footnotes": {
                other: {note.mark: note.text for note in one.footnotes}
                for other, one in paragraph.versions.items()
                if one.footnotes
            },
            "cites": [
                {"key": one.key, "id": one.target and str(one.target.id or one.target.symbol)}
                for one in cites
            ],
            "cited_by": [str(one.id) for one in by],
            "later": [one.symbol for one in desk.store.revisions.following(pid.symbol)],
        },
    )


def _id(target: Target | None) -> str | None:
    return None if target is None else str(target.id or target.symbol)


def _numbered(paragraph: StoredParagraph, wanted: str | None) -> str:
    text = paragraph.versions[_language(paragraph.versions, wanted)].text
    return f"[{paragraph.id.local}] {text}"


def _language(versions: Any, wanted: str | None) -> str:
    return wanted if wanted is not None and wanted in versions else leading(versions)


def _shown(language: str) -> str:
    return "zh" if language == "zh" else "en"


def _request(kind: type[_Request], arguments: dict[str, Any]) -> _Request:
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        raise ArgumentError(_faults(error.errors())) from error


def _faults(errors: Sequence[Any]) -> str:
    """One line that names each argument at fault."""
    return "; ".join(
        f"{'.'.join(map(str, error['loc'])) or 'arguments'}: {error['msg'].removeprefix('Value error, ')}"
        for error in errors[:5]
    )
