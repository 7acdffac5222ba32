"""Two questions and what a service may say to them."""

from __future__ import annotations

from dataclasses import replace

from eval.questions import Question
from eval.service import Citation, Response

__all__ = ["ANSWERED", "CHAT", "CITATION", "DATE", "REFUSED"]

DATE = Question(
    id="q1",
    fact="f1",
    language="en",
    question="When did the workshop on river mud meet?",
    kind="date",
    style="plain",
    answerable=True,
    answer_kind="date",
    gold=("A/1/2#I.5(b)",),
    paragraphs=("A/1/2#I.5",),
    answers={"zh": ("2009年6月",), "en": ("June 2009",)},
    value="2009-06",
    accept=("--06",),
    parts=(),
    status="answered",
    reasons=(),
    why=None,
    note=None,
)
CHAT = replace(
    DATE,
    id="q2",
    fact="f2",
    answerable=False,
    answer_kind=None,
    gold=(),
    paragraphs=(),
    value=None,
    accept=(),
    status="not_found",
    reasons=("not_a_question",),
    why="chitchat",
)
CITATION = Citation("A/1/2#I.5(b)", "en", "digest", "They met in June 2009.", "They met in June 2009.", True)
ANSWERED = Response(
    question="q1",
    ranked=("A/1/2#I.5", "A/1/2#I.6"),
    status="answered",
    reason=None,
    answer="June 2009 [1]",
    kind="date",
    value="2009-06",
    confidence=0.9,
    citations=(CITATION,),
    search_seconds=0.001,
    answer_seconds=0.002,
    index=("g", "m"),
)
REFUSED = replace(
    ANSWERED, status="not_found", reason="not_a_question", answer="", kind=None, value=None, citations=()
)
