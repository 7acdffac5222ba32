"""What an ingest did, in lines: a file or document each."""

from __future__ import annotations

import sys

from index.build import BuildReport
from ingest.corpus import Corpus

__all__ = ["show_building", "show_reading"]


def show_reading(
    corpus: Corpus, *, verbose: bool = False, quiet: bool = False, told: set[str] | None = None
) -> None:
    """One line for each file skipped, note, document read, file moved and file removed; with ``verbose`` for
    each unchanged file too, else their number, or nothing if ``quiet``.

    Lines about files skipped that are in ``told`` are left out; it holds those of this run afterwards.
    """
    report = corpus.report
    skipped = [f"skipped {problem}" for problem in report.problems]
    for line in skipped:
        if told is None or line not in told:
            print(line, file=sys.stderr)
    if told is not None:
        told.clear()
        told.update(skipped)
    for note in report.notes:
        print(f"note {note}", file=sys.stderr)
    for document in corpus.documents:
        counts: dict[str, int] = {}
        for paragraph in document.paragraphs:
            part = paragraph.id.part if paragraph.kind == "numbered" else None
            group = f"{paragraph.kind} in part {part}" if part else paragraph.kind
            counts[group] = counts.get(group, 0) + 1
        shown = ", ".join(f"{count} {group}" for group, count in counts.items())
        edition = ", sample digest, not an official text" if document.edition == "digest" else ""
        print(f"{document.symbol} ({document.language}{edition}): {shown}")
    for moved in report.moved:
        print(f"moved {moved}")
    for removed in report.removed:
        print(f"removed {removed}")
    if verbose:
        for unchanged in report.unchanged:
            print(f"unchanged {unchanged}")
    elif report.unchanged and not quiet:
        print(f"unchanged, not read again: {_files(len(report.unchanged))}")
    if report.resumed:
        print(f"read by the run that was stopped, not again: {_files(report.resumed)}")


def _files(count: int) -> str:
    return f"{count} {'file' if count == 1 else 'files'}"


def show_building(report: BuildReport) -> None:
    """One line."""
    if not report.written:
        print(f"nothing had changed: generation {report.generation} stays in use")
        return
    counts = report.counts
    print(
        f"generation {report.generation} is in use: {counts.documents} documents, {counts.paragraphs} "
        f"paragraphs ({report.new} texts new, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.removed} removed; {report.embedded} passages embedded, {report.reused} reused)"
    )
