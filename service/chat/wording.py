"""What a message says beside the answer, in both languages."""

from __future__ import annotations

from typing import Final

from service.answering.answer import Language, Reason, Status

__all__ = ["NEAREST", "NOT_FOUND", "REFERENCES", "STATUS"]

REFERENCES: Final[dict[Language, str]] = {"en": "References", "zh": "出处"}
NEAREST: Final[dict[Language, str]] = {
    "en": "Nearest paragraphs (not an answer):",
    "zh": "最接近的段落（并非答案）：",
}
NOT_FOUND: Final[dict[Reason, dict[Language, str]]] = {
    "no_evidence": {
        "en": "The documents do not answer this, as far as this index can tell.",
        "zh": "在已收录的文件中找不到答案。",
    },
    "unknown_document": {
        "en": "This document is not in the index:",
        "zh": "索引中没有这份文件：",
    },
    "not_a_question": {
        "en": "Ask about what the documents say: when, where, how many, who, or under which decision.",
        "zh": "请就文件的内容提问：何时、何地、多少、何人，或根据哪项决定。",
    },
}
STATUS: Final[dict[Status, dict[Language, str]]] = {
    "partial": {
        "en": "The documents answer only a part of the question.",
        "zh": "文件只回答了问题的一部分。",
    },
    "conflicting": {
        "en": "The paragraphs disagree; all are cited.",
        "zh": "各段落说法不一，均已列出。",
    },
}
