"""What the mandate grammars of both languages share: a directive verb with its parts, as spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["REACH", "Directive", "DirectiveVerb"]

REACH = 4000
"""How many characters of a sentence are read at most, so that a text without full stops stays cheap."""

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
