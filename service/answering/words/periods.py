"""Years that say which plan is meant ("work programme for 2009", 2010年目标), not when something happened."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["asks_period", "of_a_plan"]

_BEFORE: Final = re.compile(
    r"\b(?:programmes?|plans?|budgets?|targets?|goals?|agendas?|workplans?|calendars?)(?:\s+of\s+work|\s+budget)?\s+"
    r"(?:for|covering)\s+(?:the\s+)?(?:years?\s+|period\s+|biennium\s+|triennium\s+)?$",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s+(?:(?!the\b|an?\b|its\b|their\b|th[eo]se\b)[a-z]+\s+)?"
    r"(?:targets?|goals?|(?:work\s)?programmes?|workplans?|budgets?|agendas?)\b|"
    # 计划 alone may be "plans to".
    r"(?:两年期|期间)?(?:的(?:\w{2,6})?(?:方案|计划)|的?(?:生物多样性|可持续发展|全球)?"
    r"(?:工作方案|工作计划|方案预算|具体目标|目标|议程))",
)
# In that year, not of that year.
_WHEN: Final = re.compile(
    r"\b(?:in|by|since|until|during|on|from|to|early|late)\s+$|[于在自从到至]$", re.IGNORECASE
)
_PERIOD_ASKED: Final = re.compile(
    r"\b(?:which|what)\s+(?:(?:\w+\s+)?years|period|biennium|triennium)\b|\b(?:for|cover\w*)\s+(?:which|what)\s+year\b|"
    r"\b(?:which|what)\s+year\b.{0,90}\b(?:cover|for)\b|\bfrom\s+when\b|\bhow\s+long\b|"
    r"哪一?年度?的|哪(?:几|些|两|三)个?年|哪(?:一|几|两)?个?(?:时期|期间|两年期|时段|阶段)|从?哪年(?:起|开始)?到|"
    r"涵盖|覆盖|跨|期限|起止|多久|多长",
    re.IGNORECASE,
)


def of_a_plan(text: str, start: int, end: int) -> bool:
    """Whether the years at ``start:end`` of a paragraph's ``text`` belong to the name of a plan or target."""
    around = max(0, start - 60)
    if _BEFORE.search(text, around, start) is not None:
        return True
    return _AFTER.match(text, end) is not None and _WHEN.search(text, around, start) is None


def asks_period(question: str) -> bool:
    """Whether a question asks for which years a plan is made."""
    return _PERIOD_ASKED.search(question) is not None
