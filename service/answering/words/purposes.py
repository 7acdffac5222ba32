"""What for: the words of a clause that say for what purpose something is done.

"建立国际交易日志，以便核实单位的有效性" tells what the log is for, "so that Parties can obtain resources" why
somebody may act.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["PURPOSE", "asks_purpose", "purpose"]

PURPOSE: Final = (
    r"(?:用来|拿来|是)?(?:[做干](?:什么|啥|嘛)|派(?:什么|啥))用的?|用来(?:做|干)(?:什么|啥|嘛)|有(?:什么|啥)用|"
    r"为了什么(?:目的)?|目的(?:是什么|何在|是啥)|"
    r"图的是(?:什么|啥)|(?:出于|为了?)(?:什么|何种)目的|"
    r"\bwhat(?:'s| is| was| are| were)\s+(?:\w+\s+){1,6}?for(?=\s*(?:\?|$))|"
    r"\b(?:for|to)\s+(?:what|which)\s+(?:purpose|end)\b|\bwhat\s+(?:is|was|were|are)\s+the\s+(?:purpose|aim)\b"
)
_ASKS: Final = re.compile(PURPOSE, re.IGNORECASE)
_TOLD: Final = re.compile(
    r"(?:以便|以期|旨在|借以|(?<=[，,])用[以来于]|目的(?:是|在于))(?P<zh>[^。；;]{2,120}?)(?=[。；;]|$)|"
    r"\b(?:so\s+that|in\s+order\s+to|with\s+a\s+view\s+to|so\s+as\s+to|for\s+the\s+purpose\s+of|"
    r"aim(?:s|ed|ing)?\s+(?:at|to))\s+"
    r"(?P<en>[^.;]{2,240}?)(?=[.;]|$)"
)


def asks_purpose(text: str) -> bool:
    """Whether ``text`` asks what something is for."""
    return _ASKS.search(text) is not None


def purpose(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Where ``text[span]`` tells the one purpose that it tells; ``None`` where that is none or several."""
    found = [match.span(str(match.lastgroup)) for match in _TOLD.finditer(text, *span)]
    return found[0] if len(found) == 1 else None
