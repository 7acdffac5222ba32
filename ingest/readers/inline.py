"""What readers of marked-up formats share: raised marks, soft breaks and white space as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.labels import item_label, paragraph_number
from ingest.layout import separator

__all__ = ["BREAK", "CONTENTS", "pieces", "superscript", "tidy"]

BREAK = "\n"
"""A line break inside a paragraph."""

CONTENTS = re.compile(r"目\s*[录次]|(?:Table of )?[Cc]ontents|CONTENTS")
"""The heading of a table of contents."""

_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LETTERS = str.maketrans("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_MARK = re.compile(r"\s*(?:\d{1,3}(?:[,\s]+\d{1,3})*|[*†‡]+|[a-pr-z](?:[,\s]+[a-pr-z])*|[ivx]{1,6})[,\s]*")
_LABEL = re.compile(r"\s*([^\s]{1,12})[^\S\n]*\t\s*")
_SPACES = re.compile(r"[^\S\xa0\u3000]+")


def superscript(text: str) -> str:
    """A raised mark in superscript characters; other raised text (ordinals) as it is."""
    if _MARK.fullmatch(text) is None:
        return text
    return text.translate(_DIGITS).translate(_LETTERS)


def pieces(text: str) -> Iterator[str]:
    """A paragraph's own lines where a soft break sets a number or an item apart; else one line."""
    line = ""
    for piece in text.split(BREAK):
        start = piece.strip()
        if line.strip() and (paragraph_number(start) or item_label(start)):
            yield line
            line = piece
        elif line.strip():
            before = line.rstrip()
            line = before + separator(before, start) + start
        else:
            line = piece
    if line.strip():
        yield line


def tidy(text: str) -> str:
    """White space as a page shows it: a tab only after a label."""
    label = _LABEL.match(text)
    if label is None:
        return _SPACES.sub(" ", text).strip()
    rest = _SPACES.sub(" ", text[label.end() :]).strip()
    return f"{label[1]}\t{rest}" if rest else label[1]
