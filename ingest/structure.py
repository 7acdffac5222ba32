"""Blocks → a document: parts, headings, numbered paragraphs, items.

The place in the numbering decides whether ``9. …`` is a paragraph or a heading (:mod:`ingest.numbering`);
what is not numbered is a heading, a line of the paragraph before it, or an unnumbered paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.drafts import Draft, Heading
from ingest.footnotes import FrontLine, Note, attach, plain_mark
from ingest.labels import Label, Rank, heading_label, item_label, paragraph_number
from ingest.layout import Block, blocks, is_chinese, looks_like_heading
from ingest.numbering import Candidate, Reading, part_names, read_numbers
from ingest.paragraphs import Document, Edition, Item, Kind, Paragraph, ParagraphId
from ingest.readers.text import TextSource
from ingest.resolutions import adopted_on, is_enacting, is_operative, is_preambular, iso_date, title_line
from ingest.symbols import is_symbol

__all__ = ["Parsed", "Role", "parse"]

Role = Literal["front matter", "contents", "furniture", "heading", "paragraph", "item", "footnote"]
"""What a source line is. The line that names who acts (``The General Assembly,``) is front matter."""

_ORDER: Mapping[Rank, int] = {
    "annex": 0, "title": 1, "part": 2, "roman": 3, "rule": 4, "letter": 5, "arabic": 6, "bracket": 7, "plain": 9,
}  # fmt: skip
_SUMMARY = re.compile(r"(?:内容)?[概摘提]\s*要|(?:Executive )?[Ss]ummary|SUMMARY|Abstract")
_BULLET = re.compile(r"([•▪◦●■\uf0b7])\s*")
_STOP = re.compile(r"[.。．;；:：!！?？…][\"'”’»」』)）\]⁰¹²³⁴⁵⁶⁷⁸⁹*\s]*\Z")
_SENTENCES = re.compile(r"[。；;]|：.|[a-z)]\.\s+[A-Z]")
_BY_LINE = re.compile(
    r".{0,40}的(?:说明|报告)|(?:Note|Report|Letter|Memorandum|Statement)s? (?:by|of|from) .*"
)
_META = re.compile(
    r"Distr\.?.*|General|Limited|(?:Chinese|English|French|Spanish|Russian|Arabic)(?: (?:only|and).*)?|Original:.*|原件.*|中文.*|普遍|联合国|United Nations"
    r"|临时议程.*|议程项目.*|(?:Agenda )?[Ii]tems? .*|.*provisional agenda.*|第.{1,10}[届次](?:会议|特别会议|年度会议).{0,12}|.{3,40} session(?: \(.*\))?|\d{4} session|\[.*\]|\d{4}年.*"
    r"|[A-Z][\w ]+, \d{1,2}[\s–-].*\d{4}.*"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document, the one role of each non-blank line (by number from 1), and what was odd on the way.

    ``symbols`` are the document symbols, and ``numbers`` the resolution numbers (``67/78``), that the
    front matter states.
    """

    document: Document
    roles: Mapping[int, Role]
    remarks: tuple[str, ...]
    symbols: tuple[str, ...]
    numbers: tuple[str, ...]


def parse(
    source: TextSource,
    symbol: str,
    language: str,
    *,
    title: str | None = None,
    date: str | None = None,
    edition: Edition = "official",
) -> Parsed:
    """Read a document. ``title`` and ``date``, where given, win over what the text says of itself."""
    reader = _Reader(blocks(source.lines))
    reader.read()
    return reader.finish(source, symbol, language, title=title, date=date, edition=edition)


class _Reader:
    def __init__(self, found: list[Block]) -> None:
        self.blocks = found
        self.roles: dict[int, Role] = {}
        self.remarks: list[str] = []
        self.drafts: list[Draft] = []
        self.headings: list[Heading] = []
        self.front: list[FrontLine] = []
        self.front_blocks: list[Block] = []
        self.symbols: list[str] = []
        self.back: list[str] = []
        self.notes: list[tuple[Note, Block]] = []
        self.stack: list[Heading] = []
        self.previous: dict[Rank, int] = {}
        self.current: Draft | None = None
        self.run = 0
        self.started = False
        self.acting = False
        self.listing = False
        self.texts = [i for i, block in enumerate(found) if block.kind == "text"]
        self.next_text = dict(zip(self.texts, self.texts[1:], strict=False))
        self.readings = self._numbers()

    # -- numbers

    def _heads(self, text: str) -> bool:
        return looks_like_heading(text) or (
            heading_label(text, {}) is not None and looks_like_heading(text, labelled=True)
        )

    def _numbers(self) -> dict[int, Reading]:
        numbered: list[int] = []
        candidates: list[Candidate] = []
        boundary = False
        for position, i in enumerate(self.texts):
            text = self.blocks[i].text
            number = paragraph_number(text)
            if number is None:
                boundary = boundary or self._heads(text) or is_enacting(text)
                continue
            following = self.blocks[self.texts[position + 1]].text if position + 1 < len(self.texts) else ""
            rest = text[number[1] :]
            prose = (
                _STOP.search(following[-24:]) is not None
                and paragraph_number(following) is None
                and item_label(following) is None
                and _BULLET.match(following) is None
            )
            candidates.append(
                Candidate(
                    number[0], looks_like_heading(rest) and _SENTENCES.search(rest) is None, boundary, prose
                )
            )
            numbered.append(i)
            boundary = False
        return dict(zip(numbered, read_numbers(candidates), strict=True))

    # -- reading

    def read(self) -> None:
        for i, block in enumerate(self.blocks):
            if block.kind == "text":
                self._text(i, block)
            elif block.kind == "footnote":
                self.notes.append((Note(plain_mark(block.mark), block.text, block.lines[0].number), block))
                self._role(block, "footnote")
            elif block.kind == "contents":
                self._role(block, "contents")
                self.current = None
            elif block.kind == "symbol":
                self._role(block, "furniture" if self.started else "front matter")
                if not self.started:
                    self.symbols.append(block.text.rstrip("*"))
            else:
                self._role(block, "furniture")
                if block.kind == "back":
                    self.back.extend(line.text for line in block.lines)
                    self.current = None
                    self.acting = False

    def _role(self, block: Block, role: Role) -> None:
        for line in block.lines:
            self.roles[line.number] = role

    def _text(self, i: int, block: Block) -> None:
        text = block.text
        reading = self.readings.get(i)
        if reading in ("paragraph", "restart"):
            self._numbered(block, restart=reading == "restart")
            return
        if reading == "heading":
            number = paragraph_number(text)
            value = int(number[0].rpartition(".")[2].rstrip("abequirst")) if number else 0
            self._head(block, Label("arabic", value, f"s{value}", 0))
            return
        if reading == "text" and self.current is not None:
            self._more(block, text, broken=not self.current.complete)
            return
        if (item := item_label(text)) is not None:
            self._item(i, block, *item)
            return
        label = heading_label(text, self.previous) if looks_like_heading(text, labelled=True) else None
        if label is not None and not (
            self.started or label.rank in ("annex", "roman", "letter", "part", "rule")
        ):
            label = None
        if label is not None and not self._inside_sentence(text):
            self._head(block, label)
        elif is_enacting(text) and (not self.acting or self._operative_seen()):
            self._role(block, "front matter")
            self.started = self.acting = True
            self.current = None
        else:
            self._plain(i, block)

    def _operative_seen(self) -> bool:
        return any(draft.kind == "operative" for draft in self.drafts[-1:])

    def _inside_sentence(self, text: str) -> bool:
        """Whether the paragraph before is broken off and goes on here, in Chinese or in lower case."""
        current = self.current
        return current is not None and not current.complete and not is_chinese(text) and text[:1].islower()

    def _draft(self, block: Block, kind: Kind, number: str = "") -> Draft:
        self.started = True
        self.listing = False
        draft = Draft(kind, number, tuple(self.stack), self.run, block.lines[0].number)
        self.drafts.append(draft)
        self.current = draft
        return draft

    def _numbered(self, block: Block, *, restart: bool) -> None:
        found = paragraph_number(block.text)
        if found is None:
            raise ValueError(f"expected a numbered block, got {block.text[:40]!r}")
        number, length = found
        if restart:
            self.run += 1
        draft = self._draft(block, "operative" if self.acting else "numbered", number)
        rest = block.text[length:]
        item = item_label(rest)
        if item is not None and item[0] in ("a", "i", "一"):
            draft.add_item(item[0], rest[item[1] :], block.lines[0].number)
        else:
            draft.add_line(rest, block.lines[0].number)
        self._role(block, "paragraph")

    def _head(self, block: Block, label: Label | None) -> None:
        rank: Rank = label.rank if label else "plain"
        if rank == "annex":
            self.previous.clear()
            self.acting = False
        if label is not None:
            self._infer_first(label)
            for deeper in [r for r in self.previous if _ORDER[r] > _ORDER[rank]]:
                del self.previous[deeper]
            self.previous[rank] = label.number
        elif self.stack and self.stack[-1].order == 0:
            rank = "title"
        heading = Heading(block.text, block.lines[0].number, _ORDER[rank], label.name if label else "")
        self._push(heading)
        self.headings.append(heading)
        self._role(block, "heading")
        self.started = True
        self.current = None

    def _push(self, heading: Heading) -> None:
        orders = [h.order for h in self.stack]
        if heading.order in orders:
            del self.stack[orders.index(heading.order) :]
        elif (
            heading.order < 9 and self.stack and self.stack[-1].order == 9 and not self._used(self.stack[-1])
        ):
            # A heading straight above the first of a numbered series names them all.
            self.stack[-1].order = 1 if heading.order > 1 else 9
            if 1 in orders[:-1]:
                del self.stack[orders.index(1)]
        while self.stack and self.stack[-1].order > heading.order:
            self.stack.pop()
        self.stack.append(heading)

    def _used(self, heading: Heading) -> bool:
        return bool(self.drafts) and heading in self.drafts[-1].headings

    def _infer_first(self, label: Label) -> None:
        """``II`` without a ``I`` before it: what stood under a heading without a label was section I."""
        if label.rank != "roman" or label.number != 2 or "roman" in self.previous:
            return
        for draft in reversed(self.drafts):
            if any(h.order == 0 for h in draft.headings) != any(h.order == 0 for h in self.stack):
                break
            top = next((h for h in draft.headings if h.order == 9), None)
            if top is not None and not top.name:
                top.name = "I"

    def _item(self, i: int, block: Block, label: str, length: int) -> None:
        text = block.text[length:]
        line = block.lines[0].number
        current = self.current
        after = self.next_text.get(i)
        following = self.blocks[after].text if after is not None else ""
        next_item = item_label(following)
        under = self.readings.get(after) if after is not None else None
        leads = under in ("paragraph", "restart") or (
            next_item is None and _STOP.search(following[-24:]) is not None
        )
        shaped = looks_like_heading(text, labelled=True) and leads
        if shaped and (
            current is None or (current.complete and not current.introduces and not current.expects(label))
        ):
            self._head(block, Label("bracket", 0, "", length))
            return
        if current is None:
            if not self.started:
                self._front(block)
                return
            current = self._draft(block, "unnumbered")
        elif not current.complete and current.nested(label, None) is None:
            self._more(block, block.text, broken=True)
            return
        if not current.add_item(label, text, line, next_item[0] if next_item else None):
            self.remarks.append(
                f"line {line}: item ({label}) is out of order in paragraph {current.number or 'without a number'}; its text stays in the paragraph"
            )
        self._role(block, "item")

    def _more(self, block: Block, text: str, *, broken: bool) -> None:
        current = self.current
        if current is None:
            raise ValueError("expected an open paragraph")
        if broken:
            current.continue_with(text, block.lines[0].number)
        else:
            current.add_line(
                _BULLET.sub(r"\1 ", text, count=1) if _BULLET.match(text) else text, block.lines[0].number
            )
        self._role(block, "paragraph")

    def _plain(self, i: int, block: Block) -> None:
        text = block.text
        if not self.started:
            self._opening(block)
            return
        current = self.current
        if current is not None and not current.complete and not self.listing and self._continues(text):
            self._more(block, text, broken=True)
            return
        if self.acting and self._acts(block):
            return
        if current is not None and looks_like_heading(text) and self._listed(i, current):
            self.listing = True
            self._more(block, text, broken=False)
        elif looks_like_heading(text) and _BULLET.match(text) is None:
            self._head(block, None)
        elif current is None:
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)
        elif (
            current.number
            or current.kind in ("summary", "operative", "preambular")
            or current.introduces
            or _BULLET.match(text)
        ):
            self._more(block, text, broken=False)
        else:
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)

    def _continues(self, text: str) -> bool:
        if self.acting and (is_preambular(text) or is_operative(text)):
            return False
        if is_chinese(text):
            return not looks_like_heading(text)
        return text[:1].islower() or text[:1] in "“\"‘'" or not looks_like_heading(text)

    def _acts(self, block: Block) -> bool:
        """Preambular and unnumbered operative paragraphs."""
        text = block.text
        current = self.current
        operative = current is not None and current.kind == "operative"
        if is_preambular(text) and not operative:
            self._draft(block, "preambular")
        elif (current is None or not current.number) and is_operative(text):
            self._draft(block, "operative")
        elif (
            is_preambular(text)
            and text.endswith((",", "，"))
            and current is not None
            and not current.number
            and not current.introduces
        ):
            self._draft(block, "preambular")
        else:
            return False
        self._more(block, text, broken=False)
        return True

    def _listed(self, i: int, current: Draft) -> bool:
        """Whether a short line without punctuation is an entry of the list that the paragraph announces."""
        if current.introduces:
            return True
        after = self.next_text.get(i)
        if not self.listing or after is None:
            return self.listing
        following = self.blocks[after].text
        return self.readings.get(after) is None and heading_label(following, self.previous) is None

    # -- front matter

    def _opening(self, block: Block) -> None:
        text = block.text
        if _SUMMARY.fullmatch(text):
            heading = Heading(text, block.lines[0].number, _ORDER["plain"])
            self.headings.append(heading)
            self.stack = [heading]
            self._role(block, "heading")
            self._draft(block, "summary")
            return
        enough = 18 if is_chinese(text) else 50
        if (
            len(text) >= enough
            and _STOP.search(text[-24:])
            and text[-1] not in ":：;；"
            and title_line(text) is None
            and adopted_on(text) is None
        ):
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)
            return
        self._front(block)

    def _front(self, block: Block) -> None:
        self._role(block, "front matter")
        self.front_blocks.append(block)
        self.front.append(FrontLine(block.text, block.lines[0].number))

    # -- the end

    def finish(
        self,
        source: TextSource,
        symbol: str,
        language: str,
        *,
        title: str | None,
        date: str | None,
        edition: Edition,
    ) -> Parsed:
        drafts = [draft for draft in self.drafts if draft.text]
        in_front, odd = attach(drafts, self.headings, self.front, [note for note, _ in self.notes])
        for note, block in self.notes:
            if note in in_front:
                self._role(block, "front matter")
        self.remarks += odd
        document = Document(
            symbol=symbol,
            language=language,
            title=title or self._title() or symbol,
            paragraphs=tuple(self._paragraphs(drafts, symbol)),
            date=date or self._date(),
            edition=edition,
            source=source.name,
        )
        numbers = [found[0] for block in self.front_blocks if (found := title_line(block.text))]
        return Parsed(
            document, self.roles, (*source.remarks, *self.remarks), tuple(self.symbols), tuple(numbers)
        )

    def _paragraphs(self, drafts: Sequence[Draft], symbol: str) -> list[Paragraph]:
        for draft in drafts:
            draft.names = tuple(h.name for h in draft.headings if h.name)
        runs: dict[int, tuple[str, ...]] = {}
        for draft in drafts:
            if draft.number:
                known = runs.get(draft.run)
                runs[draft.run] = draft.names if known is None else _shared(known, draft.names)
        order = sorted(runs)
        names = dict(zip(order, part_names([runs[run] for run in order]), strict=True))
        parts = sorted((name for name in names.values() if name), key=len, reverse=True)
        counts: dict[tuple[str | None, str], int] = {}
        seen: set[ParagraphId] = set()
        made: list[Paragraph] = []
        for draft in drafts:
            part = names[draft.run] if draft.number else _enclosing(draft.names, parts)
            number = draft.number
            text = draft.text
            pid = ParagraphId(symbol, number or "summary", part)
            if number and pid in seen:
                self.remarks.append(
                    f"line {draft.line}: paragraph number {number} stands twice; the second is kept without it"
                )
                text = f"{number}. {text}"
                shift = len(number) + 2
                for span in draft.spans:
                    span.start, span.end = span.start + shift, span.end + shift
                number = ""
            if draft.kind == "summary" and ParagraphId(symbol, "summary") not in seen:
                pid = ParagraphId(symbol, "summary")
            elif not number:
                prefix = "pp" if draft.kind == "preambular" else "u"
                counts[part, prefix] = counts.get((part, prefix), 0) + 1
                pid = ParagraphId(symbol, f"{prefix}{counts[part, prefix]}", part)
            seen.add(pid)
            made.append(
                Paragraph(
                    id=pid,
                    kind=draft.kind,
                    text=text,
                    section=tuple(h.text for h in draft.headings),
                    items=tuple(Item(span.labels, span.start, span.end) for span in draft.spans),
                    footnotes=tuple(draft.footnotes),
                )
            )
        return made

    def _title(self) -> str | None:
        for block in self.front_blocks:
            if found := title_line(block.text):
                return " ".join(found[1].split())
        rest = [b.text for b in self.front_blocks if not _META.fullmatch(b.text) and not is_symbol(b.text)]
        named = [text for text in rest if not _BY_LINE.fullmatch(text)]
        return (named or rest or [None])[-1]

    def _date(self) -> str | None:
        lines = [line.text for block in self.front_blocks for line in block.lines]
        for block in self.front_blocks:
            if found := adopted_on(" ".join(block.text.split())):
                return found
        for i, text in enumerate(lines):
            if text.startswith("Distr.") or text.startswith("分发") or text == "普遍":
                for near in lines[i : i + 4]:
                    if found := iso_date(near):
                        return found
        for text in self.back:
            if found := iso_date(" ".join(text.split())):
                return found
        return None


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    depth = 0
    while depth < min(len(one), len(other)) and one[depth] == other[depth]:
        depth += 1
    return one[:depth]


def _enclosing(names: tuple[str, ...], parts: Sequence[str]) -> str | None:
    """The part an unnumbered paragraph stands in: the innermost whose headings enclose it; else its annex."""
    path = ".".join(names)
    for part in parts:
        if path == part or path.startswith(part + "."):
            return part
    return names[0] if names and names[0].startswith(("annex", "appendix")) else None
