"""What holds of a paragraph although it doesn't say it: its document's symbol and date, and who speaks.

"The 2021 resolution of the Environment Assembly" is asked of a paragraph that names neither.
"""

from __future__ import annotations

from ingest.facts.mandates import organ
from ingest.paragraphs import ParagraphId
from ingest.symbols import decided_in, year_of

__all__ = ["origin_of"]


def origin_of(pid: ParagraphId, date: str | None) -> str:
    """A line of text that says where a paragraph of a document of ``date`` (ISO 8601) is from; a report to
    the General Assembly without a date is of the year in which that session opened.

    ``A/RES/75/217, 2020, General Assembly``; ``ICCD/COP(12)/20/Add.1, decision 21/COP.12, 2015``.
    """
    decision = decided_in(pid.part) if pid.part else None
    year = date[:4] if date else year_of(pid.symbol)
    said = (pid.symbol, f"decision {decision}" if decision else None, year, organ(pid.symbol, "en"))
    return ", ".join(filter(None, said))
