"""Documents as they are promised on the wire: their paragraphs, who cites whom, and what an index holds."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.paragraphs import Edition, Kind
from service.schemas import Label, LaterDocument

__all__ = [
    "CitingParagraph",
    "ComparedVersions",
    "DocumentEntry",
    "DocumentList",
    "DocumentResponse",
    "Footnote",
    "Inspection",
    "Item",
    "Paragraph",
    "Place",
    "Reference",
    "ReferenceTarget",
    "Unpaired",
    "VersionDiscrepancy",
    "VersionsReport",
]


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True)


class DocumentEntry(_Response):
    symbol: str
    title: str = Field(description="In English where there is an English version.")
    titles: dict[str, str] = Field(description="By language.")
    date: str | None = Field(description="The document's own date, ISO 8601, whole or shortened.")
    edition: Edition
    languages: list[str]
    paragraphs: int
    later: list[LaterDocument] = Field(
        description="Documents of the index that revise, amend, correct or add to this one."
    )
    earlier: list[LaterDocument] = Field(
        description="Documents of the index that this one revises, amends, corrects or adds to."
    )
    url: str


class DocumentList(_Response):
    documents: list[DocumentEntry]
    total: int
    offset: int
    limit: int
    next: str | None = Field(description="Address of the next page; null on the last.")


class Item(_Response):
    id: str
    item: str
    label: Label
    texts: dict[str, str]


class Footnote(_Response):
    mark: str
    texts: dict[str, str]


class Place(_Response):
    """`text[start:end]` names it, counted in Unicode code points: of the paragraph, or of its footnote."""

    language: str
    footnote: str | None = Field(description="The mark of the footnote; null where the paragraph names it.")
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class ReferenceTarget(_Response):
    """What a reference leads to in this index."""

    symbol: str
    id: str = Field(
        description="The paragraph or item that is meant; the symbol where it is the document as a whole.",
        examples=["A/RES/63/218#14"],
    )
    label: Label | None = Field(description="Of the paragraph; null for a document as a whole.")
    url: str


class Reference(_Response):
    """A decision, resolution or document that a paragraph refers to, or one paragraph of it."""

    key: str = Field(examples=["21/COP.12", "A/RES/63/218"])
    kind: Literal["decision", "resolution", "document"]
    paragraph: str | None = Field(
        description="The paragraph named, as the text numbers it; else null.", examples=["II.35", "36(c)"]
    )
    places: list[Place]
    target: ReferenceTarget | None = Field(description="Null where this index does not hold it.")


class CitingParagraph(_Response):
    """A paragraph that refers to a document or a paragraph."""

    id: str
    symbol: str
    label: Label
    target: str | None = Field(description="The paragraph or item referred to; null: the whole document.")
    url: str


class Paragraph(_Response):
    id: str
    part: str | None
    paragraph: str
    kind: Kind
    label: Label
    section: list[str] = Field(description="In the language of `title`; `sections` has all.")
    sections: dict[str, list[str]]
    texts: dict[str, str] = Field(
        description="The whole paragraph by language, its items included, each on a line of its own."
    )
    items: list[Item]
    footnotes: list[Footnote]
    cites: list[str] = Field(
        description="Decisions, resolutions and documents that the paragraph and its footnotes refer to."
    )
    references: list[Reference] = Field(description="The same one by one, with what each leads to.")
    cited_by: list[CitingParagraph] = Field(
        description="Paragraphs of the index that refer to this one by its number; at most 100."
    )
    url: str


class DocumentResponse(_Response):
    symbol: str
    title: str
    titles: dict[str, str]
    date: str | None
    edition: Edition
    languages: list[str]
    later: list[LaterDocument] = Field(
        description="Documents of the index that revise, amend, correct or add to this one."
    )
    earlier: list[LaterDocument] = Field(
        description="Documents of the index that this one revises, amends, corrects or adds to."
    )
    paragraphs: list[Paragraph] = Field(description="In reading order; one with `?paragraph=`.")
    cited_by: list[CitingParagraph] = Field(
        description="Paragraphs of other documents that refer to this one, by document; at most 100."
    )
    cited_by_total: int = Field(description="How many paragraphs of other documents refer to this one.")
    url: str


class Unpaired(_Response):
    id: str
    missing: list[str] = Field(description="Languages that the document has and this paragraph lacks.")


class Inspection(_Response):
    """What `rapporteur inspect --json` prints."""

    generation: str
    created: str
    model: str
    dimensions: int
    documents: list[DocumentEntry]
    paragraphs: int
    texts: int
    passages: int
    languages: dict[str, int]
    unpaired: list[Unpaired]


class ComparedVersions(_Response):
    """A document in several languages: how many paragraphs each has, and how many stand in all."""

    symbol: str
    languages: dict[str, int]
    paired: int


class VersionDiscrepancy(_Response):
    """One thing that differs between two language versions; ``first`` and ``second`` are paragraphs."""

    symbol: str
    kind: str = Field(examples=["numbers"])
    languages: list[str] = Field(examples=[["en", "zh"]])
    first: list[str]
    second: list[str]
    only_first: list[str]
    only_second: list[str]
    message: str


class VersionsReport(_Response):
    """What `rapporteur inspect --versions --json` prints."""

    documents: list[ComparedVersions]
    discrepancies: list[VersionDiscrepancy]
