"""Footnotes out of the flow: each goes to the paragraph that carries its mark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.drafts import Draft, Heading
from ingest.paragraphs import Footnote

__all__ = ["FrontLine", "Note", "attach"]

_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹" + _LETTERS, "0123456789" + "abcdefghijklmnoprstuvwxyz")
_MARK = re.compile(rf"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[{_LETTERS}]+|(?<=\S)\s?\*{{1,4}}|[†‡]+")
# km², m³, 10⁶ are no marks.
_UNIT = re.compile(r"(?:(?<![A-Za-z])(?:k|c|m|d|h|µ)?m|(?<!\d)10)\Z")
_TIGHT = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u2018-\u201d]\Z")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote as it stood in the file: its mark in plain digits, and its first line's number."""

    mark: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class FrontLine:
    """A line of front matter; its marks call notes that belong to no paragraph."""

    text: str
    line: int


@dataclass(slots=True, eq=False)
class _Call:
    holder: Draft | Heading | FrontLine
    start: int
    end: int
    line: int
    note: Note | None = None


def plain_mark(mark: str) -> str:
    """``¹²`` → ``12``, ``ᵃ`` → ``a``; stars stay."""
    return mark.translate(_PLAIN).strip()


def _calls(holders: Sequence[Draft | Heading | FrontLine], marks: frozenset[str]) -> dict[str, list[_Call]]:
    found: dict[str, list[_Call]] = {mark: [] for mark in marks}
    for holder in holders:
        for match in _MARK.finditer(holder.text):
            printed = match[0]
            if _UNIT.search(holder.text, max(0, match.start() - 3), match.start()) and printed in "²³⁶⁹":
                continue
            line = holder.line_at(match.start()) if isinstance(holder, Draft) else holder.line
            mark = plain_mark(printed)
            if mark in marks:
                found[mark].append(_Call(holder, match.start(), match.end(), line))
            elif mark.isalnum() and all(digit in marks for digit in mark):
                for i, digit in enumerate(mark):
                    found[digit].append(_Call(holder, match.start() + i, match.start() + i + 1, line))
    return found


def attach(
    drafts: Sequence[Draft], headings: Sequence[Heading], front: Sequence[FrontLine], notes: Sequence[Note]
) -> tuple[list[Note], list[str]]:
    """Take the marks out of the texts and put each note where its mark stood.

    A note is called by the first marks of its name after the note of that name before it (numbering
    that starts again on each page), or else by the first mark after it. A mark in a heading counts
    for the first paragraph under it.

    :returns: the notes that belong to the front matter, and a remark for each note that nothing calls
        (it goes to the end of the paragraph printed before it).
    """
    if not notes:
        return [], []
    holders: list[Draft | Heading | FrontLine] = sorted(
        [*drafts, *headings, *front], key=lambda holder: holder.line
    )
    calls = _calls(holders, frozenset(note.mark for note in notes))
    in_front: list[Note] = []
    remarks: list[str] = []
    starts = [draft.line for draft in drafts]
    for mark, named in _by_mark(notes).items():
        remaining = calls[mark]
        lines = [call.line for call in remaining]
        begin = 0
        for i, note in enumerate(named):
            end = bisect_left(lines, note.line, lo=begin)
            if end == begin and begin < len(remaining):
                end = begin + 1
            if i + 1 == len(named):
                end = len(remaining)
            mine = remaining[begin:end]
            begin = end
            for call in mine:
                call.note = note
            if not mine:
                if not drafts:
                    in_front.append(note)
                    continue
                home = drafts[max(0, bisect_left(starts, note.line) - 1)]
                home.footnotes.append(Footnote(note.mark, note.text, len(home.text)))
                remarks.append(
                    f"line {note.line}: nothing calls footnote {note.mark}; the paragraph before it takes it"
                )
            elif all(isinstance(call.holder, FrontLine) for call in mine):
                in_front.append(note)
    _take_out([call for named_calls in calls.values() for call in named_calls if call.note], drafts)
    return in_front, remarks


def _by_mark(notes: Sequence[Note]) -> dict[str, list[Note]]:
    grouped: dict[str, list[Note]] = {}
    for note in notes:
        grouped.setdefault(note.mark, []).append(note)
    return grouped


def _take_out(calls: Sequence[_Call], drafts: Sequence[Draft]) -> None:
    by_holder: dict[int, list[_Call]] = {}
    for call in calls:
        by_holder.setdefault(id(call.holder), []).append(call)
    first_under: dict[int, Draft] = {}
    for draft in drafts:
        for heading in draft.headings:
            first_under.setdefault(id(heading), draft)
    late: list[tuple[Draft, Note]] = []
    for group in by_holder.values():
        group.sort(key=lambda call: call.start)
        holder = group[0].holder
        if isinstance(holder, FrontLine):
            continue
        cuts = _Cuts(holder.text, group)
        if isinstance(holder, Heading):
            home = first_under.get(id(holder))
            if home is None:
                continue
            late.extend((home, call.note) for call in group if call.note)
            holder.text = cuts.remaining().strip()
            continue
        for call in group:
            if call.note:
                holder.footnotes.append(Footnote(call.note.mark, call.note.text, cuts.shifted(call.start)))
        for span in holder.spans:
            span.start, span.end = cuts.shifted(span.start), cuts.shifted(span.end)
        holder.text = cuts.remaining()
    for home, note in late:
        home.footnotes.append(Footnote(note.mark, note.text, 0))
    for draft in drafts:
        draft.footnotes = [Footnote(n.mark, n.text, min(n.offset, len(draft.text))) for n in draft.footnotes]
        draft.footnotes.sort(key=lambda n: n.offset)


class _Cuts:
    """The marks of one text, in order, each with the space after it that only the mark called for."""

    def __init__(self, text: str, calls: Sequence[_Call]) -> None:
        self._text = text
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._gone: list[int] = [0]
        for call in calls:
            self._starts.append(call.start)
            self._ends.append(self._end(call))
            self._gone.append(self._gone[-1] + self._ends[-1] - call.start)

    def _end(self, call: _Call) -> int:
        text, after = self._text, call.end
        while after < len(text) and text[after] in " \xa0":
            after += 1
        before = text[call.start - 1 : call.start]
        tight = not before or before.isspace() or _TIGHT.match(before) is not None
        return after if tight else call.end

    def remaining(self) -> str:
        """The text without the marks."""
        kept = [
            self._text[begin:end] for begin, end in zip([0, *self._ends], [*self._starts, None], strict=True)
        ]
        return "".join(kept)

    def shifted(self, offset: int) -> int:
        """Where in the remaining text an offset into the whole one has come to."""
        passed = bisect_left(self._starts, offset)
        inside = max(0, self._ends[passed - 1] - offset) if passed else 0
        return offset - self._gone[passed] + inside
