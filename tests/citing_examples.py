"""Documents that cite each other, and one that was revised, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import read_corpus

__all__ = ["FILES", "ingest"]

FILES: Mapping[str, str] = {
    "A_64_202.en.txt": (
        "I. Wells\n\n1. Wells were dug under paragraph 2 (b) of resolution 63/218 and decision 21/COP.12.\n\n"
        "2. Trees were planted, as paragraph 1 above says.\n\n"
        "II. Roads\n\n1. Roads were built under decision IX/12, paragraph 2, and decision 5/COP.4.¹\n\n"
        "¹ See A/63/1/Add.1, para. 3, and resolution 65/37 B.\n"
    ),
    "A_64_202.zh.txt": (
        "一. 水井\n\n1. 根据第63/218号决议第2(b)段和第21/COP.12号决定挖掘了水井。\n\n2. 种植了树木。\n\n"
        "二. 道路\n\n1. 根据IX/12号决定第2段修建了道路。\n"
    ),
    "A_RES_63_218.en.txt": (
        "63/218. Wells\n\nThe General Assembly,\n\nRecalling its resolution 65/37 A,\n\n"
        "1. Takes note of the report on roads (A/64/202, sect. II, para. 1);\n\n"
        "2. Decides:\n\n(a) To dig wells;\n\n(b) To plant trees.\n"
    ),
    "A_RES_65_37_A-B.en.txt": "65/37. Trees\n\nThe General Assembly,\n\n1. Decides that trees shall grow.\n",
    "ICCD_COP(12)_20_Add.1.en.txt": (
        "Action taken\n\nDecision 3/COP.12\n\nRoads\n\nThe Conference of the Parties,\n\n"
        "1. Decides to build roads.\n\n"
        "Decision 21/COP.12\n\nWells\n\nThe Conference of the Parties,\n\n"
        "1. Invites Parties to dig wells;\n\n2. Requests a report on the wells.\n"
    ),
    "UNEP_CBD_COP_DEC_IX_12.en.txt": "Roads\n\n1. Roads should be few.\n\n2. Paths should be many.\n",
    "A_63_9.en.txt": "1. Wells were dug in the old way.\n\n2. Trees were planted.\n",
    "A_63_9_Rev.1.en.txt": "1. Wells were dug in the new way.\n\n2. Trees were planted.\n",
    "A_63_9_Add.1.en.txt": "1. Roads were built besides.\n\n2. Paths were laid.\n",
}


def ingest(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    build_generation(folder / "data", read_corpus([folder]).documents, load_encoder())
    return folder / "data"
