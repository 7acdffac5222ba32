"""What has been read of a document so far: paragraphs in the making, headings, the role of each line."""

from __future__ import annotations

from typing import Literal

from ingest.drafts import Draft
from ingest.labels import Label
from ingest.layout import Block, is_chinese
from ingest.lookahead import BULLET
from ingest.paragraphs import Kind
from ingest.resolutions import title_line
from ingest.sections import Sections

__all__ = ["Role", "Sheet"]

Role = Literal["front matter", "contents", "furniture", "heading", "paragraph", "item", "footnote"]
"""What a source line is. The line that names who acts (``The General Assembly,``) is front matter."""


class Sheet:
    """Blocks are put on it in their order: in front matter, as headings, in paragraphs new or open.

    ``current`` is the open paragraph; ``started`` says that the front matter is over, ``acting`` that an
    organ was named that acts, ``preamble`` that no operative paragraph came since, ``listing`` that the
    entries of the list are read which the open paragraph announces.
    """

    def __init__(self) -> None:
        self.roles: dict[int, Role] = {}
        self.remarks: list[str] = []
        self.drafts: list[Draft] = []
        self.sections = Sections()
        self.front_blocks: list[Block] = []
        self.titles: list[str] = []
        self.symbols: list[str] = []
        self.back: list[str] = []
        self.current: Draft | None = None
        self.run = 0
        self.started = False
        self.titled = False
        self.acting = False
        self.preamble = False
        self.listing = False

    def role(self, block: Block, role: Role) -> None:
        for line in block.lines:
            self.roles[line.number] = role

    def front(self, block: Block) -> None:
        """Put a block in the front matter."""
        self.role(block, "front matter")
        self.front_blocks.append(block)
        self.titled = self.titled or title_line(block.text) is not None

    def enact(self, block: Block) -> None:
        """Take note of who acts: what follows are a preamble and operative paragraphs."""
        self.role(block, "front matter")
        self.started = self.acting = self.preamble = True
        self.current = None

    def close(self, block: Block) -> None:
        """The meeting and the day at the end of a resolution."""
        self.back.extend(line.text for line in block.lines)
        self.current = None
        self.acting = self.preamble = False

    def head(self, block: Block, label: Label | None) -> None:
        """Put a heading, which closes the open paragraph."""
        if label is not None and label.rank == "annex":
            self.acting = self.preamble = False
        level = block.hint.level if block.hint is not None else 0
        self.sections.enter(block.text, block.lines[0].number, label, self.drafts, level)
        self.role(block, "heading")
        self.started = True
        self.current = None

    def draft(self, block: Block, kind: Kind, number: str = "") -> Draft:
        """Open a paragraph, still empty, that starts with a block."""
        self.started = True
        self.listing = False
        draft = Draft(kind, number, self.sections.path, self.run, block.lines[0].number)
        self.drafts.append(draft)
        self.current = draft
        return draft

    def more(self, block: Block, text: str, *, broken: bool) -> None:
        """Put text into the open paragraph: the rest of a line that was ``broken`` off, or a line more."""
        current = self.current
        if current is None:
            raise ValueError("expected an open paragraph")
        if broken:
            current.continue_with(text, block.lines[0].number)
        elif BULLET.match(text):
            current.add_line(BULLET.sub(r"\1 ", text, count=1), block.lines[0].number, flush=False)
        else:
            current.add_line(text, block.lines[0].number)
        self.role(block, "paragraph")

    def unnumbered(self, block: Block) -> None:
        """Put a block as a paragraph of its own that has no number."""
        self.draft(block, "unnumbered")
        self.more(block, block.text, broken=False)

    def takes_more(self, text: str) -> bool:
        """Whether a block without a number belongs to the open paragraph."""
        current = self.current
        return current is not None and bool(
            current.number
            or current.kind in ("summary", "operative", "preambular")
            or current.introduces
            or BULLET.match(text)
        )

    def inside_sentence(self, text: str) -> bool:
        """Whether the paragraph before is broken off and goes on here, in Chinese or in lower case."""
        current = self.current
        return current is not None and not current.complete and not is_chinese(text) and text[:1].islower()

    def ends_operative(self) -> bool:
        """Whether the last paragraph is an operative one."""
        return any(draft.kind == "operative" for draft in self.drafts[-1:])

    def with_bare_headings(self, drafts: list[Draft], hinted: set[int]) -> list[Draft]:
        """Headings that the format told (those of the lines ``hinted``) and nothing stands under are kept as
        paragraphs, in their place.
        """
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

    def told_title(self) -> str | None:
        """The lines that the format calls the title, each once: the body's name and the document's."""
        lines = dict.fromkeys(" ".join(text.split()).rstrip("*†‡ ") for text in self.titles)
        return ": ".join(line for line in lines if line) or None
