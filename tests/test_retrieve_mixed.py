"""Both languages in one index: what one language says must not hide what the other says."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from index_models import document

from index.build import build_generation
from index.encoder import StaticEncoder
from index.fusion import CROWD, REGIMES, SPREAD_FLOOR, Fusion, Opinions, Weight, paragraph_scores, standing
from index.generation import open_generation
from index.retrieve import RANKERS, RANKERS_OF_ANY_MODEL, Retriever, question_language
from ingest.paragraphs import ParagraphId

BODIES = (
    ("the drought committee", "旱灾委员会"),
    ("the forest forum", "森林论坛"),
    ("the soil laboratory", "土壤实验室"),
    ("the wetland secretariat", "湿地秘书处"),
    ("the trust fund", "信托基金"),
)
DEEDS = (
    ("publishes an annual report on water quality", "每年发表水质报告"),
    ("trains young farmers in seed storage", "培训青年农民储存种子"),
    ("pays for satellite images of grassland", "支付草原卫星图像的费用"),
    ("meets in Geneva every second spring", "每两年春天在日内瓦开会"),
    ("counts migrating birds along the coast", "沿海岸统计候鸟"),
    ("lends pumps to mountain villages", "向山区村庄出借水泵"),
)


def sentence(body: tuple[str, str], deed: tuple[str, str], language: str) -> str:
    return f"{body[0].capitalize()} {deed[0]}." if language == "en" else f"{body[1]}{deed[1]}。"


PARAGRAPHS = tuple(product(BODIES, DEEDS))


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, encoder: StaticEncoder) -> Iterator[Retriever]:
    """Each paragraph in one language, turn by turn; and a few in both."""
    data = tmp_path_factory.mktemp("mixed")
    texts: dict[str, list[str]] = defaultdict(list)
    for number, (body, deed) in enumerate(PARAGRAPHS):
        language = ("en", "zh")[number % 2]
        texts[language].append(sentence(body, deed, language))
    both = [("The registry of symbols cites decision 21/COP.12.", "符号登记册引用第21/COP.12号决定。")]
    build_generation(
        data,
        [
            *(document(f"M/{language}", language, found) for language, found in texts.items()),
            document("M/both", "en", [en for en, _ in both]),
            document("M/both", "zh", [zh for _, zh in both]),
        ],
        encoder,
    )
    with open_generation(data) as generation:
        yield Retriever(generation, encoder)


def gain(found: Sequence[str], right: str) -> float:
    return 1 / math.log2(found.index(right) + 2) if right in found[:10] else 0.0


def test_the_fused_order_is_never_below_the_best_ranker_in_any_direction(retriever: Retriever) -> None:
    gains: dict[tuple[str, str], list[float]] = defaultdict(list)
    places = {"en": 0, "zh": 0}
    for number, (body, deed) in enumerate(PARAGRAPHS):
        there = ("en", "zh")[number % 2]
        places[there] += 1
        right = f"M/{there}#{places[there]}"
        for asked in ("en", "zh"):
            question = f"{body[0]} {deed[0]}?" if asked == "en" else f"{body[1]}是否{deed[1]}？"
            hits = retriever.search(question, limit=40)
            direction = f"{asked}→{there}"
            gains[direction, "fused"].append(gain([str(hit.id) for hit in hits], right))
            for ranker in RANKERS:
                said = sorted(hits, key=lambda hit: -hit.signals.get(ranker, 0.0))
                gains[direction, ranker].append(
                    gain([str(hit.id) for hit in said if hit.signals.get(ranker)], right)
                )
    means = {key: sum(found) / len(found) for key, found in gains.items()}
    for direction in REGIMES:
        best = max(means[direction, ranker] for ranker in RANKERS)
        assert means[direction, "fused"] >= best - 1e-9, (direction, means)


def test_each_hit_says_what_every_ranker_said(retriever: Retriever) -> None:
    for question in ("Who lends pumps to villages?", "谁向村庄出借水泵？"):
        hits = retriever.search(question, limit=30)
        assert {hit.language for hit in hits} == {"en", "zh"}
        for hit in hits:
            asked = question_language(question)
            assert {"dense", "late"} <= set(hit.signals)
            assert ("translation" in hit.signals) == (hit.language != asked)
            assert all(0 <= value <= 1 for value in hit.signals.values())


def test_a_heading_finds_the_paragraphs_under_it(tmp_path: Path, encoder: StaticEncoder) -> None:
    """What a paragraph is about often stands in its heading only."""
    plain = document("H/1", "en", ["It meets twice a year.", "It has nine members.", "Its seat is in Lima."])
    headings = ("The panel on peatlands", "The panel on glaciers", "The panel on deserts")
    paragraphs = tuple(
        replace(paragraph, section=("II. Bodies", heading))
        for paragraph, heading in zip(plain.paragraphs, headings, strict=True)
    )
    build_generation(tmp_path, [replace(plain, paragraphs=paragraphs)], encoder)
    with open_generation(tmp_path) as generation:
        retriever = Retriever(generation, encoder)
        for question, number in (
            ("Where is the seat of the panel on deserts?", 3),
            ("glaciers", 2),
            ("冰川", 2),
        ):
            hit = retriever.search(question)[0]
            assert str(hit.id) == f"H/1#{number}"
            assert hit.passage == (0, len(paragraphs[number - 1].text))


def test_both_versions_of_a_paragraph_speak_for_it(retriever: Retriever) -> None:
    found = retriever.evidence("第21/COP.12号决定由什么引用？")
    key = retriever.generation.store.key(ParagraphId("M/both", "1"))
    assert [key in one.keys for one in found] == [True, True]
    alone = [
        float(retriever.fusion.log_odds(one.opinions, one.symbols)[list(one.keys).index(key)])
        for one in found
    ]
    hit = retriever.search("第21/COP.12号决定由什么引用？")[0]
    assert str(hit.id) == "M/both#1"
    assert hit.signals["symbols"] == 1.0
    odds = sum(math.exp(value) for value in alone)
    assert hit.score == pytest.approx(odds / (1 + odds), rel=1e-4)


def test_a_score_does_not_depend_on_how_many_hits_are_wanted(retriever: Retriever) -> None:
    few = retriever.search("forest forum meets in Geneva", limit=3)
    assert retriever.search("forest forum meets in Geneva", limit=30)[:3] == few


@pytest.mark.parametrize(
    ("question", "language"),
    [("SPI 有多少成员？", "zh"), ("Who chairs the SPI?", "en"), ("", "en"), ("旱", "zh")],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert question_language(question) == language


def opinions(**signals: Sequence[float]) -> Opinions:
    count = len(next(iter(signals.values())))
    return Opinions(
        "en→en",
        {name: np.array(values, np.float32) for name, values in signals.items()},
        np.ones(count, np.bool_),
    )


def test_the_best_of_very_many_is_taken_for_less_than_the_best_of_few() -> None:
    one = replace(fusion(bm25=Weight(1.0, 0.0)), crowd=0.5)
    few, many = opinions(bm25=[0.4]), replace(opinions(bm25=[0.4]), crowding=math.log(100))
    assert one.log_odds(few)[0] - one.log_odds(many)[0] == pytest.approx(0.5 * math.log(100))
    assert Fusion.load(RANKERS).crowd > 0


def test_a_crowd_in_one_language_does_not_hide_the_few_texts_of_the_other(
    tmp_path: Path, encoder: StaticEncoder
) -> None:
    """120 Chinese paragraphs, 3,000 English ones that share words with the questions."""
    chinese = [f"{body[1]}{deed[1]}，第{year}年起。" for year in range(4) for body, deed in PARAGRAPHS]
    crowd = [
        f"In {1950 + n % 70} {BODIES[n % 5][0]} of region {n} noted item {n}: {DEEDS[n % 6][0].split()[0]}."
        for n in range(3000)
    ]
    build_generation(tmp_path, [document("M/zh", "zh", chinese), document("M/en", "en", crowd)], encoder)
    with open_generation(tmp_path) as generation:
        retriever = Retriever(generation, encoder)
        found = 0
        for body, deed in PARAGRAPHS:
            question = f"Is it {body[0]} that {deed[0]}?"
            hit = retriever.search(question, limit=1)[0]
            text = generation.store.paragraph(hit.id).versions[hit.language].text
            found += text.startswith(f"{body[1]}{deed[1]}")
    assert found >= 0.9 * len(PARAGRAPHS)


def fusion(**weights: Weight) -> Fusion:
    return Fusion(dict.fromkeys(REGIMES, weights), dict.fromkeys(REGIMES, 0.0), 1.0, 0.0, 2.0)


def test_a_ranker_that_knows_nothing_leaves_its_weight_to_the_others() -> None:
    both = fusion(bm25=Weight(1.0, 0.5), dense=Weight(3.0, 0.5))
    alone = both.log_odds(opinions(bm25=[0.2, 0.8]))
    spread = standing(np.array([0.2, 0.8], np.float32), np.ones(2, np.bool_))
    assert spread == pytest.approx(np.array([-0.3, 0.3]) / (0.3 + SPREAD_FLOOR) / (1 + CROWD / 2))
    assert alone == pytest.approx(4.0 * np.array([0.2, 0.8]) + 1.0 * spread)


def test_a_signal_without_a_weight_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected signals \['bm25'\], got \['dense'\]"):
        fusion(bm25=Weight(1.0, 0.0)).log_odds(opinions(dense=[0.5]))


def test_where_no_ranker_knows_anything_nothing_is_likely() -> None:
    nothing = Opinions("en→zh", {}, np.ones(3, np.bool_))
    assert np.isneginf(fusion(bm25=Weight(1.0, 0.0)).log_odds(nothing)).all()


def test_what_is_named_by_symbol_counts() -> None:
    one = fusion(bm25=Weight(1.0, 0.0))
    plain = one.log_odds(opinions(bm25=[0.5, 0.5]))
    named = one.log_odds(opinions(bm25=[0.5, 0.5]), np.array([0.0, 1.0], np.float32))
    assert named - plain == pytest.approx([0.0, 2.0])


def test_the_odds_of_versions_add_up() -> None:
    keys, scores, versions = paragraph_scores(
        np.array([7, 9, 7], np.int64), np.array([0.0, 0.5, 0.0], np.float32)
    )
    assert keys.tolist() == [7, 9]
    assert scores == pytest.approx([2 / 3, 1 / (1 + math.exp(-0.5))])
    assert versions.tolist() == [0, 1]


@pytest.mark.parametrize("signals", [RANKERS, RANKERS_OF_ANY_MODEL])
def test_there_are_fitted_weights_for_every_set_of_rankers(signals: Sequence[str]) -> None:
    assert set(Fusion.load(signals).weights["zh→en"]) == set(signals)


def test_weights_that_are_not_there_are_named() -> None:
    with pytest.raises(ValueError, match="expected weights for"):
        Fusion.load(("bm25", "dreams"))
