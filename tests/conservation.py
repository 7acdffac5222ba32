"""The check that nothing of a source is lost or doubled: its lines rebuilt from the document."""

from __future__ import annotations

import re

from ingest.readers.lines import TextSource
from ingest.structure import Parsed

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STRAY = re.compile(r"[-–—•]\s*(?=[(（])")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)*(?:\s*[.．、])?\s*")
_ROLES = {"front matter", "contents", "furniture", "heading", "paragraph", "item", "footnote"}


def squeeze(text: str) -> str:
    return "".join(text.split())


def assert_conserved(source: TextSource, parsed: Parsed) -> None:
    """Every non-blank line has one role; paragraphs, items and footnotes stand in the document once."""
    filled = {line.number for line in source.lines if line.text}
    assert set(parsed.roles) == filled
    assert set(parsed.roles.values()) <= _ROLES
    by_role = {
        role: [line.text for line in source.lines if line.text and parsed.roles[line.number] == role]
        for role in _ROLES
    }
    flow = "".join(
        squeeze(_STRAY.sub("", line.text, count=1) if parsed.roles[line.number] == "item" else line.text)
        for line in source.lines
        if line.text and parsed.roles[line.number] in ("paragraph", "item")
    )
    position = 0
    notes: list[str] = []
    for paragraph in parsed.document.paragraphs:
        text, shown = paragraph.text, []
        last = 0
        for note in paragraph.footnotes:
            shown.append(text[last : note.offset] + note.mark.translate(_SUPERSCRIPTS))
            last = note.offset
            notes.append(squeeze(note.mark.translate(_SUPERSCRIPTS) + note.text))
        whole = squeeze("".join(shown) + text[last:])
        if paragraph.id.number[0].isdigit():
            number = _NUMBER.match(flow, position)
            assert number is not None, f"{paragraph.id}: no number at {flow[position : position + 40]!r}"
            assert number[0].startswith(paragraph.id.number)
            position += len(paragraph.id.number)
            if flow[position] in ".．、":
                position += 1
        assert flow.startswith(whole, position), (
            f"{paragraph.id}: expected {whole[:60]!r}, the source has {flow[position : position + 60]!r}"
        )
        position += len(whole)
    assert position == len(flow), f"left over: {flow[position : position + 60]!r}"
    assert sorted(notes) == sorted(_joined_notes(source, parsed)), by_role["footnote"]


def _joined_notes(source: TextSource, parsed: Parsed) -> list[str]:
    """Footnotes as printed, each with the lines it runs on over."""
    found: list[str] = []
    for line in source.lines:
        if line.text and parsed.roles[line.number] == "footnote":
            if re.match(r"[⁰¹²³⁴⁵⁶⁷⁸⁹*†]", line.text):
                found.append(squeeze(line.text))
            else:
                found[-1] += squeeze(line.text)
    return found
