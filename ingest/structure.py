"""Blocks → a document: parts, headings, numbered paragraphs, items.

The place in the numbering decides whether ``9. …`` is a paragraph or a heading (:mod:`ingest.numbering`);
what is not numbered is a heading, a line of the paragraph before it, or an unnumbered paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.drafts import Draft
from ingest.footnotes import FrontLine, Note, attach, plain_mark
from ingest.frontmatter import date_of, is_prose, is_summary_heading, numbers_of, title_of
from ingest.identities import identify
from ingest.labels import Label, heading_label, item_label, paragraph_number
from ingest.layout import Block, blocks, ends_sentence, is_chinese, looks_like_heading
from ingest.lookahead import BULLET, broken_off, is_flush_prose, number_readings, table_lines
from ingest.paragraphs import Document, Edition, Kind
from ingest.readers.lines import HintRole, TextSource
from ingest.resolutions import is_enacting, is_operative, is_preambular, iso_date, title_line
from ingest.sections import Sections

__all__ = ["Parsed", "Role", "parse"]

Role = Literal["front matter", "contents", "furniture", "heading", "paragraph", "item", "footnote"]
"""What a source line is. The line that names who acts (``The General Assembly,``) is front matter."""

_CLAUSE = re.compile(r"[，；：,]")
_LINE = 45
"""Characters from which on a Chinese line without a stop is a line of text rather than a heading."""


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


def _told(block: Block) -> HintRole | None:
    return None if block.hint is None else block.hint.role


class _Reader:
    def __init__(self, found: list[Block]) -> None:
        self.blocks = found
        self.roles: dict[int, Role] = {}
        self.remarks: list[str] = []
        self.drafts: list[Draft] = []
        self.front_blocks: list[Block] = []
        self.symbols: list[str] = []
        self.back: list[str] = []
        self.notes: list[tuple[Note, Block]] = []
        self.sections = Sections()
        self.current: Draft | None = None
        self.run = 0
        self.started = False
        self.titled = False
        self.acting = False
        self.preamble = False
        self.closing = False
        self.listing = False
        self.tabular: Draft | None = None
        self.interrupted: Draft | None = None
        self.titles: list[str] = []
        self.texts = [i for i, block in enumerate(found) if block.kind == "text"]
        self.next_text = dict(zip(self.texts, self.texts[1:], strict=False))
        self.broken = broken_off(found)
        told = [
            i for i in self.texts if _told(found[i]) not in ("table", "caption", "title", "front", "note")
        ]
        self.readings = number_readings(found, told, self.broken)
        unhinted = [(i, found[i].text) for i in told if found[i].hint is None]
        self.table = table_lines(unhinted, self.readings)

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
                    self._close(block)

    def _close(self, block: Block) -> None:
        """The meeting and the day at the end of a resolution."""
        self.back.extend(line.text for line in block.lines)
        self.current = None
        self.acting = self.preamble = False
        self.closing = True

    def _role(self, block: Block, role: Role) -> None:
        for line in block.lines:
            self.roles[line.number] = role

    def _text(self, i: int, block: Block) -> None:
        text = block.text
        told = _told(block)
        if told in ("title", "front") and not self.started:
            self._front(block)
            if told == "title":
                self.titles.append(text)
            return
        if told in ("table", "caption", "note"):
            self._tabular(block, opens=told == "caption")
            return
        if self.tabular is not None:
            self._resume(text)
        if told in ("heading", "title"):
            self._told_heading(block)
            return
        if self.closing:
            self.closing = False
            if iso_date(" ".join(text.split())):
                self._close(block)
                self._role(block, "furniture")
                return
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
        label = (
            heading_label(text, self.sections.previous)
            if block.hint is None and looks_like_heading(text, labelled=True)
            else None
        )
        if label is not None and not (
            self.started or label.rank in ("annex", "decision", "roman", "letter", "part", "rule")
        ):
            label = None
        if label is not None and not self._inside_sentence(text):
            self._head(block, label)
        elif is_enacting(text, titled=self.titled) and (not self.acting or self._operative_seen()):
            self._role(block, "front matter")
            self.started = self.acting = self.preamble = True
            self.current = None
        else:
            self._plain(i, block)

    def _told_heading(self, block: Block) -> None:
        """A heading that the format calls one: its level is given, its label gives its name."""
        text = block.text
        if is_summary_heading(text) and not self.started:
            self._head(block, None)
            self._draft(block, "summary")
            return
        label = heading_label(text, self.sections.previous)
        if label is None and (number := paragraph_number(text)) is not None:
            value = int(number[0].rpartition(".")[2].rstrip("abequirst"))
            label = Label("arabic", value, f"s{value}", 0)
        elif label is None and (item := item_label(text)) is not None:
            label = Label("bracket", 0, "", item[1])
        self._head(block, label)

    def _tabular(self, block: Block, *, opens: bool) -> None:
        """A caption or a row: tables are paragraphs of their own, so that what they interrupt stays whole."""
        if opens or self.tabular is None:
            if self.tabular is None:
                self.interrupted = self.current
            self.tabular = self._draft(block, "unnumbered")
        self.tabular.add_line(block.text, block.lines[0].number)
        self._role(block, "paragraph")

    def _resume(self, text: str) -> None:
        """After a table: an item goes on with the list that the table stands in, anything else is new."""
        label = item_label(text)
        before = self.interrupted
        self.current = (
            before if before is not None and label is not None and before.expects(label[0]) else None
        )
        self.tabular = self.interrupted = None

    def _operative_seen(self) -> bool:
        return any(draft.kind == "operative" for draft in self.drafts[-1:])

    def _inside_sentence(self, text: str) -> bool:
        """Whether the paragraph before is broken off and goes on here, in Chinese or in lower case."""
        current = self.current
        return current is not None and not current.complete and not is_chinese(text) and text[:1].islower()

    def _draft(self, block: Block, kind: Kind, number: str = "") -> Draft:
        self.started = True
        self.listing = False
        draft = Draft(kind, number, self.sections.path, self.run, block.lines[0].number)
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
        self.preamble = False
        rest = block.text[length:]
        item = item_label(rest)
        if item is not None and item[0] in ("a", "i", "一"):
            draft.add_item(item[0], rest[item[1] :], block.lines[0].number)
        else:
            draft.add_line(rest, block.lines[0].number)
        self._role(block, "paragraph")

    def _head(self, block: Block, label: Label | None) -> None:
        if label is not None and label.rank == "annex":
            self.acting = self.preamble = False
        level = block.hint.level if block.hint is not None else 0
        self.sections.enter(block.text, block.lines[0].number, label, self.drafts, level)
        self._role(block, "heading")
        self.started = True
        self.current = None

    def _item(self, i: int, block: Block, label: str, length: int) -> None:
        text = block.text[length:]
        line = block.lines[0].number
        current = self.current
        after = self.next_text.get(i)
        following = self.blocks[after].text if after is not None else ""
        next_item = item_label(following)
        under = self.readings.get(after) if after is not None else None
        leads = under in ("paragraph", "restart") or (next_item is None and ends_sentence(following))
        shaped = block.hint is None and looks_like_heading(text, labelled=True) and leads
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
                f"line {line}: item ({label}) is out of order; its text stays in the paragraph, without an id"
            )
        self._role(block, "item")

    def _more(self, block: Block, text: str, *, broken: bool) -> None:
        current = self.current
        if current is None:
            raise ValueError("expected an open paragraph")
        if broken:
            current.continue_with(text, block.lines[0].number)
        elif BULLET.match(text):
            current.add_line(BULLET.sub(r"\1 ", text, count=1), block.lines[0].number, flush=False)
        else:
            current.add_line(text, block.lines[0].number)
        self._role(block, "paragraph")

    def _plain(self, i: int, block: Block) -> None:
        text = block.text
        if not self.started:
            self._opening(block)
            return
        if block.hint is not None:
            self._body(i, block)
            return
        current = self.current
        if current is not None and not current.complete and not self.listing and self._continues(text):
            self._more(block, text, broken=True)
            return
        if self.acting and self._acts(i, block):
            return
        if i in self.table and i not in self.broken:
            if current is None:
                self._draft(block, "unnumbered")
            self._more(block, text, broken=False)
            return
        if self.sections.opens_annex and current is None and looks_like_heading(text, labelled=True):
            self._head(block, None)
            return
        if current is not None and looks_like_heading(text) and self._listed(i, current):
            self.listing = True
            self._more(block, text, broken=False)
        elif (
            looks_like_heading(text)
            and BULLET.match(text) is None
            and i not in self.broken
            and not (current is not None and self._runs_on(i, text))
        ):
            self._head(block, None)
        elif current is None:
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)
        elif (
            current.number
            or current.kind in ("summary", "operative", "preambular")
            or current.introduces
            or BULLET.match(text)
        ):
            self._more(block, text, broken=False)
        else:
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)

    def _body(self, i: int, block: Block) -> None:
        """A whole paragraph without a number: it is no heading, and nothing of it stands elsewhere."""
        current = self.current
        if self.acting and self._acts(i, block):
            return
        if current is not None and not current.complete and block.text[:1].islower():
            self._more(block, block.text, broken=True)
            return
        if current is None or not (
            current.number
            or current.kind in ("summary", "operative", "preambular")
            or current.introduces
            or BULLET.match(block.text)
        ):
            self._draft(block, "unnumbered")
        self._more(block, block.text, broken=False)

    def _continues(self, text: str) -> bool:
        """Whether a block can be the rest of a paragraph that a page broke off."""
        unnumbered = self.current is not None and not self.current.number
        if self.acting and unnumbered and (is_preambular(text) or is_operative(text)):
            return False
        if is_chinese(text):
            return not looks_like_heading(text)
        return text[:1].islower() or text[:1] in "“\"‘'" or not looks_like_heading(text)

    def _runs_on(self, i: int, text: str) -> bool:
        """Whether a Chinese line is too much of a sentence to be the heading of the prose after it."""
        after = self.next_text.get(i)
        if after is None or not is_chinese(text) or (len(text) < _LINE and _CLAUSE.search(text) is None):
            return False
        return is_flush_prose(self.blocks[after].text)

    def _acts(self, i: int, block: Block) -> bool:
        """Take a preambular or an unnumbered operative paragraph; ``False`` where it is neither."""
        text = block.text
        numbered = self.current is not None and bool(self.current.number)
        comma = text[-1] in ",，"
        recalls = is_preambular(text) and not (looks_like_heading(text) and self._before_number(i))
        if (recalls and (self.preamble or (comma and not numbered))) or (comma and self.preamble):
            self._draft(block, "preambular")
        elif is_operative(text) and not numbered:
            self._draft(block, "operative")
            self.preamble = False
        else:
            return False
        self._more(block, text, broken=False)
        return True

    def _before_number(self, i: int) -> bool:
        after = self.next_text.get(i)
        return after is not None and self.readings.get(after) in ("paragraph", "restart")

    def _listed(self, i: int, current: Draft) -> bool:
        """Whether a short line without punctuation is an entry of the list that the paragraph announces."""
        if current.introduces:
            return True
        after = self.next_text.get(i)
        if not self.listing or after is None:
            return self.listing
        following = self.blocks[after].text
        return self.readings.get(after) is None and heading_label(following, self.sections.previous) is None

    # -- front matter

    def _opening(self, block: Block) -> None:
        text = block.text
        if is_summary_heading(text):
            self._head(block, None)
            self._draft(block, "summary")
        elif is_prose(text):
            self._draft(block, "unnumbered")
            self._more(block, text, broken=False)
        else:
            self._front(block)

    def _front(self, block: Block) -> None:
        self._role(block, "front matter")
        self.front_blocks.append(block)
        self.titled = self.titled or title_line(block.text) is not None

    # -- the end

    def _with_bare_headings(self, drafts: list[Draft]) -> list[Draft]:
        """Headings that the format told and nothing stands under are kept as paragraphs, in their place."""
        hinted = {block.lines[0].number for block in self.blocks if block.hint is not None}
        used = {id(heading) for draft in drafts for heading in draft.headings}
        bare = [h for h in self.sections.all if h.line in hinted and id(h) not in used and h.text]
        if not bare:
            return drafts
        for heading in bare:
            draft = Draft("unnumbered", "", heading.above, 0, heading.line)
            draft.add_line(heading.text, heading.line)
            self.roles[heading.line] = "paragraph"
            drafts.append(draft)
        return sorted(drafts, key=lambda draft: draft.line)

    def _told_title(self) -> str | None:
        """The lines that the format calls the title, each once: the body's name and the document's."""
        lines = dict.fromkeys(" ".join(text.split()).rstrip("*†‡ ") for text in self.titles)
        return ": ".join(line for line in lines if line) or None

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
        drafts = self._with_bare_headings([draft for draft in self.drafts if draft.text])
        front = [FrontLine(block.text, block.lines[0].number) for block in self.front_blocks]
        in_front, odd = attach(drafts, self.sections.all, front, [note for note, _ in self.notes])
        unclaimed = {id(note) for note in in_front}
        for note, block in self.notes:
            if id(note) in unclaimed:
                self._role(block, "front matter")
        paragraphs, doubled = identify(drafts, symbol)
        document = Document(
            symbol=symbol,
            language=language,
            title=title or self._told_title() or title_of(self.front_blocks) or symbol,
            paragraphs=tuple(paragraphs),
            date=date or date_of(self.front_blocks, self.back),
            edition=edition,
            source=source.name,
        )
        remarks = (*source.remarks, *self.remarks, *odd, *doubled)
        return Parsed(document, self.roles, remarks, tuple(self.symbols), numbers_of(self.front_blocks))
