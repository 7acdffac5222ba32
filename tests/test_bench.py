"""The benchmark measures what it says, on the documents that it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from eval.bench.clock import bandwidth, memory_mb, percentiles, timed, worked
from eval.bench.corpora import SAMPLE_SIZE, build, documents
from eval.bench.ours import latency
from eval.bench.peers import PEERS, measure
from eval.bench.tables import curves, tables
from index.encoder import StaticEncoder

LONG = "为了让符合条件的国家能拿到钱哪个委员会被赋予了法律上的行为能力"
QUESTIONS = [LONG, *(f"When was the symposium on soil number {n} held?" for n in range(24))]


@pytest.fixture(scope="module")
def resolutions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One English resolution of our own, of 30 paragraphs."""
    folder = tmp_path_factory.mktemp("resolutions")
    lines = ["A/RES/90/1", "", "Harbours", "", "The General Assembly,", ""]
    for number in range(1, 31):
        master = f"the harbour master of pier {number}"
        lines += [f"{number}. Requests {master} of Fiji to count {number * 7} ships before 2031;", ""]
    (folder / "A_RES_90_1.en.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def texts_of(size: int, resolutions: Path) -> list[str]:
    return [p.text for one in documents(size, resolutions) for p in one.paragraphs if one.language == "en"]


def test_the_smallest_size_is_the_sample_alone(resolutions: Path) -> None:
    symbols = {one.symbol for one in documents(SAMPLE_SIZE, resolutions)}
    assert symbols == {"A/64/202", "ICCD/COP(13)/CST/5"}


def test_a_larger_one_has_real_paragraphs_first_and_then_changed_ones(resolutions: Path) -> None:
    sample = len(texts_of(SAMPLE_SIZE, resolutions))
    texts = texts_of(SAMPLE_SIZE + 90, resolutions)[sample:]
    real = [text for text in texts if "the harbour master of pier 5 of Fiji to count 35 ships" in text]
    assert len(texts) == 90
    assert len(real) == 1
    assert len(set(texts)) > 80


def test_without_resolutions_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected English resolutions"):
        list(documents(1000, tmp_path))


def test_an_index_is_made_once_and_its_figures_kept(resolutions: Path, tmp_path: Path) -> None:
    first = build(200, resolutions, tmp_path)
    assert first["paragraphs"] >= 200
    assert first["texts_per_second"] > 0
    assert first["disk_mb"] > 0
    assert build(200, resolutions, tmp_path) == first


def test_every_stage_of_a_question_is_timed(sample_data: Path) -> None:
    found = latency(sample_data, QUESTIONS)
    assert found["questions"] == len(QUESTIONS) - 20
    for stage in ("encode", "propose", "rerank", "search", "answer", "answer_work", "search_work"):
        shares: Any = found[stage]
        assert 0 <= shares["p50"] <= shares["p95"] <= shares["p99"]


def test_a_peer_finds_and_a_missing_one_says_why() -> None:
    texts = [f"The harbour master counts ship {n}." for n in range(80)]
    encoder = StaticEncoder()
    vectors, asked = encoder.encode(texts), encoder.encode(QUESTIONS)
    found = measure("floor", texts, vectors, QUESTIONS, asked)
    assert found["questions"] == len(QUESTIONS) - 1
    assert found["build_s"] > 0
    assert found["memory"]["resident_mb"] > 10
    missing = measure("nothing such", texts, vectors, QUESTIONS, asked)
    assert "nothing such" in missing["skipped"]


def test_times_and_sizes_are_of_the_work_given() -> None:
    calls: list[int] = []
    assert len(timed(calls.append, range(5))) == len(worked(calls.append, range(5))) == 5
    assert calls == [*range(5), *range(5)]
    assert percentiles([1.0, 2.0, 3.0]) == pytest.approx({"p50": 2.0, "p95": 2.9, "p99": 2.98})
    memory = memory_mb()
    assert memory["resident_mb"] == pytest.approx(memory["own_mb"] + memory["mapped_mb"])
    assert bandwidth() > 1e8


def row(size: int) -> dict[str, Any]:
    """What a run at ``size`` leaves, with figures that are easy to tell apart."""
    shares = {"p50": 1.0 + size / 1e6, "p95": 2.0, "p99": 3.0}
    stages = ("encode", "propose", "rerank", "search", "answer", "search_work", "answer_work")
    answers = {"per_second": 77.0, "failed": 0, **shares}
    return {
        "size": size,
        "latency": {**dict.fromkeys(stages, shares), "memory": {"resident_mb": 99.0}},
        "built": {"texts_per_second": 1234.0, "disk_mb": 5.0, "seconds": 6.0},
        "start": {"ready_s": 0.7, "first_answer_s": 0.8, "resident_mb": 240.0, "mapped_mb": 50.0},
        "http": {"fresh": {"1": answers, "8": answers}, "remembered": {"1": answers, "8": answers}},
        "least": {"bytes": 1000.0, "ms": 0.5},
        "peers": {
            **{name: {"skipped": "not installed"} for name in PEERS},
            "floor": {"search_work": shares, "build_s": 9.0, "memory": {"resident_mb": 88.0}},
        },
    }


def test_tables_show_every_size_and_say_what_was_not_run() -> None:
    text = tables([row(135), row(10_000)])
    assert text.count("\n| 135 |") == text.count("\n| 10,000 |") == 5
    assert "77 (3)" in text
    assert "1,234" in text
    assert "(1×)" in text
    assert "not installed" in text
    for line in text.splitlines():
        assert not line.startswith("|") or line.endswith("|")


def test_curves_are_svg_with_a_point_for_each_value() -> None:
    drawn = curves("Growth", "ms", {"a < b": [(135.0, 0.5), (10_000.0, 20.0)], "none": []})
    root = ElementTree.fromstring(drawn)  # noqa: S314 (our own drawing)
    names = [node.text for node in root.iter() if node.text]
    circles = [node for node in root.iter() if node.tag.endswith("circle")]
    assert "a < b" in names
    assert "none" not in names
    assert len(circles) == 2
    places = np.array([[float(node.attrib["cx"]), float(node.attrib["cy"])] for node in circles])
    assert places[1, 0] > places[0, 0]
    assert places[1, 1] < places[0, 1]
