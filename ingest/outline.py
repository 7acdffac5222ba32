"""Blocks put on a sheet one after the other: which is a heading, a paragraph, an item, more of a paragraph.

The place in the numbering decides whether ``9. …`` is a paragraph or a heading (:mod:`ingest.numbering`);
what is not numbered is a heading, a line of the paragraph before it, or an unnumbered paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.drafts import Draft
from ingest.footnotes import Note, plain_mark
from ingest.frontmatter import is_prose, is_summary_heading
from ingest.labels import Label, heading_label, item_label, paragraph_number
from ingest.layout import Block, is_chinese, looks_like_heading
from ingest.lookahead import BULLET
from ingest.resolutions import is_enacting, is_operative, is_preambular, iso_date
from ingest.sheet import Sheet
from ingest.surroundings import Surroundings, told

__all__ = ["Outline"]


class Outline:
    """Reads blocks in their order; ``sheet`` is what they make, ``notes`` the footnotes with their blocks."""

    def __init__(self, found: Sequence[Block]) -> None:
        self.sheet = Sheet()
        self.notes: list[tuple[Note, Block]] = []
        self._blocks = found
        self._around = Surroundings(found)
        self._closing = False
        self._table: Draft | None = None
        self._interrupted: Draft | None = None

    def read(self) -> None:
        for i, block in enumerate(self._blocks):
            if block.kind == "text":
                self._text(i, block)
            elif block.kind == "footnote":
                self.notes.append((Note(plain_mark(block.mark), block.text, block.lines[0].number), block))
                self.sheet.role(block, "footnote")
            elif block.kind == "contents":
                self.sheet.role(block, "contents")
                self.sheet.current = None
            elif block.kind == "symbol":
                self.sheet.role(block, "furniture" if self.sheet.started else "front matter")
                if not self.sheet.started:
                    self.sheet.symbols.append(block.text.rstrip("*"))
            else:
                self.sheet.role(block, "furniture")
                if block.kind == "back":
                    self._close(block)

    def _close(self, block: Block) -> None:
        self.sheet.close(block)
        self._closing = True

    def _text(self, i: int, block: Block) -> None:
        text = block.text
        role = told(block)
        if role in ("title", "front") and not self.sheet.started:
            self.sheet.front(block)
            if role == "title":
                self.sheet.titles.append(text)
            return
        if role in ("table", "caption", "note"):
            self._put_in_table(block, opens=role == "caption")
            return
        if self._table is not None:
            self._resume(text)
        if role in ("heading", "title"):
            self._told_heading(block)
            return
        if self._closing:
            self._closing = False
            if iso_date(" ".join(text.split())):
                self._close(block)
                self.sheet.role(block, "furniture")
                return
        reading = self._around.readings.get(i)
        if reading in ("paragraph", "restart"):
            self._numbered(block, restart=reading == "restart")
            return
        if reading == "heading":
            number = paragraph_number(text)
            value = int(number[0].rpartition(".")[2].rstrip("abequirst")) if number else 0
            self.sheet.head(block, Label("arabic", value, f"s{value}", 0))
            return
        if reading == "text" and self.sheet.current is not None:
            self.sheet.more(block, text, broken=not self.sheet.current.complete)
            return
        if (item := item_label(text)) is not None:
            self._item(i, block, *item)
            return
        label = (
            heading_label(text, self.sheet.sections.previous)
            if block.hint is None and looks_like_heading(text, labelled=True)
            else None
        )
        if label is not None and not (
            self.sheet.started or label.rank in ("annex", "decision", "roman", "letter", "part", "rule")
        ):
            label = None
        if label is not None and not self.sheet.inside_sentence(text):
            self.sheet.head(block, label)
        elif is_enacting(text, titled=self.sheet.titled) and (
            not self.sheet.acting or self.sheet.ends_operative()
        ):
            self.sheet.enact(block)
        else:
            self._plain(i, block)

    def _told_heading(self, block: Block) -> None:
        """A heading that the format calls one: its level is given, its label gives its name."""
        text = block.text
        if is_summary_heading(text) and not self.sheet.started:
            self.sheet.head(block, None)
            self.sheet.draft(block, "summary")
            return
        label = heading_label(text, self.sheet.sections.previous)
        if label is None and (number := paragraph_number(text)) is not None:
            value = int(number[0].rpartition(".")[2].rstrip("abequirst"))
            label = Label("arabic", value, f"s{value}", 0)
        elif label is None and (item := item_label(text)) is not None:
            label = Label("bracket", 0, "", item[1])
        self.sheet.head(block, label)

    def _put_in_table(self, block: Block, *, opens: bool) -> None:
        """A caption or a row: tables are paragraphs of their own, so that what they interrupt stays whole."""
        if opens or self._table is None:
            if self._table is None:
                self._interrupted = self.sheet.current
            self._table = self.sheet.draft(block, "unnumbered")
        self._table.add_line(block.text, block.lines[0].number)
        self.sheet.role(block, "paragraph")

    def _resume(self, text: str) -> None:
        """After a table: an item goes on with the list that the table stands in, anything else is new."""
        label = item_label(text)
        before = self._interrupted
        self.sheet.current = (
            before if before is not None and label is not None and before.expects(label[0]) else None
        )
        self._table = self._interrupted = None

    def _numbered(self, block: Block, *, restart: bool) -> None:
        found = paragraph_number(block.text)
        if found is None:
            raise ValueError(f"expected a numbered block, got {block.text[:40]!r}")
        number, length = found
        if restart:
            self.sheet.run += 1
        draft = self.sheet.draft(block, "operative" if self.sheet.acting else "numbered", number)
        self.sheet.preamble = False
        rest = block.text[length:]
        item = item_label(rest)
        if item is not None and item[0] in ("a", "i", "一"):
            draft.add_item(item[0], rest[item[1] :], block.lines[0].number)
        else:
            draft.add_line(rest, block.lines[0].number)
        self.sheet.role(block, "paragraph")

    def _item(self, i: int, block: Block, label: str, length: int) -> None:
        text = block.text[length:]
        line = block.lines[0].number
        current = self.sheet.current
        next_item = item_label(self._around.following(i) or "")
        shaped = block.hint is None and looks_like_heading(text, labelled=True)
        if (shaped and self._around.leads(i)) and (
            current is None or (current.complete and not current.introduces and not current.expects(label))
        ):
            self.sheet.head(block, Label("bracket", 0, "", length))
            return
        if current is None:
            if not self.sheet.started:
                self.sheet.front(block)
                return
            current = self.sheet.draft(block, "unnumbered")
        elif not current.complete and current.nested(label, None) is None:
            self.sheet.more(block, block.text, broken=True)
            return
        if not current.add_item(label, text, line, next_item[0] if next_item else None):
            self.sheet.remarks.append(
                f"line {line}: item ({label}) is out of order; its text stays in the paragraph, without an id"
            )
        self.sheet.role(block, "item")

    def _plain(self, i: int, block: Block) -> None:
        text = block.text
        if not self.sheet.started:
            self._opening(block)
            return
        if block.hint is not None:
            self._body(i, block)
            return
        current = self.sheet.current
        if current is not None and not current.complete and not self.sheet.listing and self._continues(text):
            self.sheet.more(block, text, broken=True)
            return
        if self.sheet.acting and self._acts(i, block):
            return
        if i in self._around.table and i not in self._around.broken:
            if current is None:
                self.sheet.unnumbered(block)
            else:
                self.sheet.more(block, text, broken=False)
            return
        if self.sheet.sections.opens_annex and current is None and looks_like_heading(text, labelled=True):
            self.sheet.head(block, None)
            return
        if current is not None and looks_like_heading(text) and self._listed(i, current):
            self.sheet.listing = True
            self.sheet.more(block, text, broken=False)
        elif (
            looks_like_heading(text)
            and BULLET.match(text) is None
            and i not in self._around.broken
            and not (current is not None and self._around.runs_on(i, text))
        ):
            self.sheet.head(block, None)
        elif self.sheet.takes_more(text):
            self.sheet.more(block, text, broken=False)
        else:
            self.sheet.unnumbered(block)

    def _body(self, i: int, block: Block) -> None:
        """A whole paragraph without a number: it is no heading, and nothing of it stands elsewhere."""
        current = self.sheet.current
        if self.sheet.acting and self._acts(i, block):
            return
        if current is not None and not current.complete and block.text[:1].islower():
            self.sheet.more(block, block.text, broken=True)
            return
        if self.sheet.takes_more(block.text):
            self.sheet.more(block, block.text, broken=False)
        else:
            self.sheet.unnumbered(block)

    def _continues(self, text: str) -> bool:
        """Whether a block can be the rest of a paragraph that a page broke off."""
        unnumbered = self.sheet.current is not None and not self.sheet.current.number
        if self.sheet.acting and unnumbered and (is_preambular(text) or is_operative(text)):
            return False
        if is_chinese(text):
            return not looks_like_heading(text)
        return text[:1].islower() or text[:1] in "“\"‘'" or not looks_like_heading(text)

    def _acts(self, i: int, block: Block) -> bool:
        """Take a preambular or an unnumbered operative paragraph; ``False`` where it is neither."""
        text = block.text
        numbered = self.sheet.current is not None and bool(self.sheet.current.number)
        comma = text[-1] in ",，"
        recalls = is_preambular(text) and not (looks_like_heading(text) and self._around.before_number(i))
        if (recalls and (self.sheet.preamble or (comma and not numbered))) or (comma and self.sheet.preamble):
            self.sheet.draft(block, "preambular")
        elif is_operative(text) and not numbered:
            self.sheet.draft(block, "operative")
            self.sheet.preamble = False
        else:
            return False
        self.sheet.more(block, text, broken=False)
        return True

    def _listed(self, i: int, current: Draft) -> bool:
        """Whether a short line without punctuation is an entry of the list that the paragraph announces."""
        if current.introduces:
            return True
        following = self._around.following(i)
        if not self.sheet.listing or following is None:
            return self.sheet.listing
        return (
            not self._around.before_reading(i)
            and heading_label(following, self.sheet.sections.previous) is None
        )

    def _opening(self, block: Block) -> None:
        text = block.text
        if is_summary_heading(text):
            self.sheet.head(block, None)
            self.sheet.draft(block, "summary")
        elif is_prose(text):
            self.sheet.unnumbered(block)
        else:
            self.sheet.front(block)
