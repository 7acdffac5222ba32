"""Lines of Chinese and English as they are set: rich breaks only at white space, which Chinese has not."""

from __future__ import annotations

from rich.cells import get_character_cell_size
from rich.text import Text

__all__ = ["wrapped"]

# GB/T 15834-2011, 5.1: what may not stand at the beginning of a line, and what may not at its end.
_NOT_FIRST = frozenset("，。、；：？！）》〉”’】」』…—·,.;:?!)%]")
_NOT_LAST = frozenset("（《〈“‘【「『(")


def wrapped(text: Text, width: int) -> Text:
    """``text`` with line breaks, no line wider than ``width`` cells where a break allows it."""
    cuts = _cuts(text.plain, max(width, 2))
    lines = text.divide(cuts)
    for line in lines:
        line.rstrip()
    return Text("\n", no_wrap=True).join(lines)


def _cuts(text: str, width: int) -> list[int]:
    """Offsets at which a new line begins, those after a line break of the text itself excepted."""
    cuts: list[int] = []
    used, begun, allowed = 0, 0, 0
    for place, char in enumerate(text):
        if char == "\n":
            used, begun, allowed = 0, place + 1, place + 1
            continue
        cells = get_character_cell_size(char)
        if used + cells > width and not char.isspace():
            cut = allowed if allowed > begun else place
            cuts.append(cut)
            begun, allowed = cut, cut
            used = sum(map(get_character_cell_size, text[cut:place]))
        used += cells
        if _breaks(char, text[place + 1 : place + 2]):
            allowed = place + 1
    return cuts


def _breaks(char: str, following: str) -> bool:
    """Whether a line may end between the two."""
    if char.isspace():
        return True
    if not following or following in _NOT_FIRST or char in _NOT_LAST:
        return False
    return get_character_cell_size(char) == 2 or get_character_cell_size(following) == 2
