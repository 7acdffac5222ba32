"""Mandates and dated facts as tables in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.presentation import DIGEST, shortened
from service.record_schemas import DatedFact, MandateList, MandateRecord, Timeline
from service.terminal import safe

__all__ = ["show_mandates", "show_timeline"]


def show_mandates(console: Console, found: MandateList) -> None:
    """One row for each mandate, in the language that its record leads with."""
    table = Table("paragraph", "who", "verb", "whom", "what", "when", "decision", box=None, pad_edge=False)
    for record in found.mandates:
        table.add_row(
            _label(record),
            _cell(record.actor),
            _cell(record.verb_text),
            _cell(record.addressee),
            _cell(record.action),
            _cell(record.due_text or record.session),
            _cell(record.decision),
        )
    if found.mandates:
        console.print(table)
    _count(console, found, len(found.mandates), "mandates", [record.edition for record in found.mandates])


def show_timeline(console: Console, found: Timeline) -> None:
    """One row for each dated fact, in order."""
    table = Table("date", "paragraph", "sentence", box=None, pad_edge=False)
    for fact in found.facts:
        table.add_row(fact.value, _label(fact), _cell(fact.quote))
    if found.facts:
        console.print(table)
    _count(console, found, len(found.facts), "dated facts", [fact.edition for fact in found.facts])


def _label(record: MandateRecord | DatedFact) -> Text:
    return Text(safe(record.label.zh if record.language == "zh" else record.label.en), style="cyan")


def _cell(text: str | None) -> Text:
    return Text(safe(shortened(text or "")))


def _count(
    console: Console, found: MandateList | Timeline, shown: int, things: str, editions: list[str]
) -> None:
    of = f"{shown} of {found.total}" if shown < found.total else f"{found.total}"
    console.print(Text(f"{of} {things}", style="bold"))
    if "digest" in editions:
        console.print(Text(f"[{DIGEST['en']}]", style="yellow"))
    for symbol in found.unknown_documents:
        console.print(Text(f"{safe(symbol)} is not in the index", style="yellow"))
