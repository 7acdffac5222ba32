"""Mandates and dated facts over the wire: what may be asked for, and what comes."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ingest.facts.isodates import bounds, parse_value
from ingest.paragraphs import Edition
from ingest.symbols import decision_key
from service.schemas import IndexInfo, Label, Symbol

__all__ = [
    "JSON_PAGE",
    "LONGEST_PAGE",
    "DateText",
    "DatedFact",
    "MandateList",
    "MandateQuery",
    "MandateRecord",
    "MandateText",
    "RecordQuery",
    "Timeline",
    "TimelineQuery",
]

LONGEST_PAGE = 5000
"""Records in one response; what CSV and iCalendar give where no limit is named."""

JSON_PAGE = 100
"""Records in a JSON response where no limit is named."""


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but white space: write some words of what is looked for, or leave it out")
    return text


def _day(text: str) -> str:
    problem = f"expected a day, a month or a year such as 2017-03-21, 2017-03 or 2017, got {text!r}"
    try:
        first, last = parse_value(text)
    except ValueError as error:
        raise ValueError(problem) from error
    if last is not None or first.year is None:
        raise ValueError(problem)
    return text


def _decision(text: str) -> str:
    key = decision_key(text)
    if key is None:
        raise ValueError(f"expected a decision or resolution such as 21/COP.12 or A/RES/63/218, got {text!r}")
    return key


Words = Annotated[Symbol, AfterValidator(_words)]
Day = Annotated[str, Field(max_length=40), AfterValidator(_day)]


class RecordQuery(BaseModel):
    """Unknown parameters are refused: a misspelt filter would silently let everything through."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    actor: Words | None = Field(
        default=None,
        description="Who asks or decides, by any name or abbreviation, in either language: part of it will "
        "do. Of a dated fact: a body or treaty that its sentence names.",
        examples=["CST"],
    )
    action: Words | None = Field(
        default=None,
        description="Words of the action, or its verb (`request`, `invite`, …). Of a dated fact: words of "
        "its sentence.",
    )
    decision: Annotated[Symbol, AfterValidator(_decision)] | None = Field(
        default=None,
        description="Decision or resolution, in any wording: of a mandate, the one that holds it; of a dated "
        "fact, one that its paragraph names.",
        examples=["21/COP.12"],
    )
    from_: Day | None = Field(
        default=None, alias="from", description="Not over before this day, month or year.", examples=["2017"]
    )
    to: Day | None = Field(default=None, description="Begun by the end of this day, month or year.")
    documents: list[Symbol] | None = Field(
        default=None, max_length=1000, description="Only in these documents; may be repeated."
    )
    language: Literal["en", "zh"] | None = Field(
        default=None, description="Only what a text in this language says, quoted from it."
    )
    offset: int = Field(default=0, ge=0, le=10**9, description="Records to leave out at the start.")
    limit: int | None = Field(
        default=None,
        ge=1,
        le=LONGEST_PAGE,
        description=f"Records at most; if not given, {JSON_PAGE} in JSON, {LONGEST_PAGE} in other formats.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"expected from to lie before to, got from={self.from_} and to={self.to}")
        return self

    @property
    def since(self) -> datetime.date | None:
        """The first day of ``from``."""
        days = bounds(self.from_) if self.from_ else None
        return days[0] if days else None

    @property
    def until(self) -> datetime.date | None:
        """The last day of ``to``."""
        days = bounds(self.to) if self.to else None
        return days[1] if days else None


class MandateQuery(RecordQuery):
    addressee: Words | None = Field(
        default=None, description="Who is asked to act, by any name or abbreviation: part of it will do."
    )
    format: Literal["json", "csv"] | None = Field(
        default=None, description="If not given, the `Accept` header decides."
    )


class TimelineQuery(RecordQuery):
    format: Literal["json", "csv", "ics"] | None = Field(
        default=None, description="If not given, the `Accept` header decides."
    )


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Quoted(_Response):
    """`text[start:end] == quote`, counted in Unicode code points."""

    language: str = Field(description="Language of quote and text (ISO 639-1).")
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(description="The whole paragraph.")
    edition: Edition = Field(description="`digest`: sample digest, not an official text.")


class _Placed(_Response):
    record: str = Field(description="Of this record alone; the same as long as the paragraph says the same.")
    id: str = Field(
        description="The paragraph, or its item where the fact lies in one.",
        examples=["ICCD/COP(13)/CST/5#36(c)"],
    )
    label: Label
    symbol: str
    part: str | None
    paragraph: str
    item: str | None
    section: list[str] = Field(description="Headings above the paragraph, outermost first.")
    url: str


class MandateText(_Quoted):
    """What one language version says."""

    verb: str = Field(description="`request`, `invite`, `encourage`, …", examples=["request"])
    verb_text: str = Field(description="The verb as printed.")
    actor: str | None = Field(description="Who decides or asks; null where nobody is named.")
    addressee: str | None = Field(description="Who is asked to act.")
    action: str
    report_to: str | None
    session: str | None = Field(description="At which session, as printed.")
    due_text: str | None = Field(description="By when, as printed.")
    proposed: bool = Field(description="The actor has not done it: others suggest that it should.")
    proposed_by: str | None


class MandateRecord(MandateText, _Placed):
    due: str | None = Field(description="By when, ISO 8601.", examples=["2017-09"])
    session_key: str | None = Field(
        description="The session at which, as `body#number`.",
        examples=["Committee on Science and Technology#14"],
    )
    session_dates: list[str] = Field(description="When the document says that session is, ISO 8601.")
    first: datetime.date | None = Field(description="First day of its time: see `time_from`.")
    last: datetime.date | None
    time_from: Literal["due", "session", "text"] | None = Field(
        description="Whose days `first` and `last` are: those of `due`, the session, or dates in the quote."
    )
    decision: str | None = Field(description="Key of the decision or resolution that holds it.")
    references: list[str] = Field(description="All decisions and resolutions named with it.")
    translations: dict[str, MandateText] = Field(description="The same mandate in other languages.")


class MandateList(_Response):
    mandates: list[MandateRecord] = Field(description="By document and reading order.")
    total: int
    offset: int
    limit: int
    next: str | None = Field(description="Address of the next page; null on the last.")
    unknown_documents: list[str] = Field(description="Symbols asked for that are not in the index.")
    index: IndexInfo


class DateText(_Quoted):
    """The sentence of a date in one language version."""

    date_text: str = Field(description="The date as printed.")
    date_start: int = Field(ge=0, description="`text[date_start:date_end] == date_text`.")
    date_end: int = Field(ge=0)
    relation: Literal["on", "by", "before", "until", "since", "after", "as_of"]
    qualifier: Literal["early", "mid", "late", "end"] | None
    period: Literal["biennium", "decade"] | None
    year_from: Literal["text", "paragraph", "document", "none"] = Field(
        description="Where its year stands: in it, earlier in the paragraph, on the document, nowhere."
    )
    actors: list[str] = Field(description="Bodies, treaties and events that the sentence names.")
    sessions: list[str] = Field(description="Sessions that it dates, as `body#number`.")


class DatedFact(DateText, _Placed):
    value: str = Field(description="ISO 8601.", examples=["2017-03-21/2017-03-23"])
    first: datetime.date | None = Field(description="First day; null where the text gives no year.")
    last: datetime.date | None
    date: Label = Field(description="The value written out in both languages.")
    decisions: list[str] = Field(description="Decisions and resolutions that the paragraph names.")
    translations: dict[str, DateText] = Field(description="The same date in other languages.")


class Timeline(_Response):
    facts: list[DatedFact] = Field(description="By first and last day; those without a year at the end.")
    total: int
    offset: int
    limit: int
    next: str | None = Field(description="Address of the next page; null on the last.")
    unknown_documents: list[str] = Field(description="Symbols asked for that are not in the index.")
    index: IndexInfo
