"""What the mandate grammars of both languages share: a directive verb with its parts, as spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["BY_DECISION", "REACH", "Directive", "DirectiveVerb"]

REACH = 4000
"""How many characters of a sentence are read at most, so that a text without full stops stays cheap."""

BY_DECISION = re.compile(
    r"(?:^|[。;,\n])(?:(?:同一|该|上述|这[一项]*)(?:项)?(?:决定|决议))(?:还|又|并|也|同时|另外|进一步)*$|"
    r"\b[Tt]he (?:same )?(?:decision|resolution)(?: has| had| also| further| again)* $"
)
"""What stands before a directive verb where a decision named before asks (该决定还请): it stands for whoever
took it, which is seldom the body named last.
"""

DirectiveVerb = Literal[
    "decide",
    "request",
    "invite",
    "encourage",
    "urge",
    "call",
    "authorize",
    "recommend",
    "propose",
    "instruct",
    "entrust",
    "appeal",
]


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive verb in a folded text and the spans of its parts.

    ``actor`` is ``None`` where none is printed beside the verb, ``pronoun`` tells that one stands for it
    (it, 它, 会议). ``opens`` tells that the action follows as items (``请秘书处:``, ``Requests the
    secretariat:``). ``proposed``: the actor has not done it, others suggest that it should (``may wish
    to``, 不妨).
    """

    verb: DirectiveVerb
    verb_span: tuple[int, int]
    actor: tuple[int, int] | None
    pronoun: bool
    addressee: tuple[int, int] | None
    action: tuple[int, int]
    opens: bool
    proposed: bool
