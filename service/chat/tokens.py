"""How long a message is. No model reads it, so the unit is of our own choosing, and a stable one."""

from __future__ import annotations

import re

__all__ = ["cut", "token_count"]

# A Han character, a word or number with its joints (21/COP.12), any other visible character.
_TOKEN = re.compile(r"[㐀-䶿一-鿿豈-﫿]|[^\W_㐀-䶿一-鿿豈-﫿]+|[^\w\s]|_")


def token_count(text: str) -> int:
    """Tokens of ``text``: Han characters, runs of other letters and digits, other visible characters."""
    return sum(1 for _ in _TOKEN.finditer(text))


def cut(text: str, most: int) -> str:
    """The longest start of ``text`` with at most ``most`` tokens (> 0), without white space at its end."""
    for number, token in enumerate(_TOKEN.finditer(text)):
        if number == most:
            return text[: token.start()].rstrip()
    return text
