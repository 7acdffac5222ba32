"""The seam, the embedded model without torch, and models of sentence-transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.encoder import (
    EMBEDDED,
    Encoder,
    EncoderError,
    SentenceTransformersEncoder,
    StaticEncoder,
    load_encoder,
)

TEXTS = [
    "When was the global symposium on soil organic carbon held?",
    "全球土壤有机碳专题讨论会是什么时候举行的？",
    "全球土壤有機碳專題討論會是什麼時候舉行的？",
    "The secretariat reported, in 2017, on café-style meetings: 1 186 people came…",
    "ICCD/COP(13)/CST/5 第15段",
    "",
    "⁂ …",
]


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(EMBEDDED / "tokenizer.json"))


def test_rows_have_length_one_or_are_zero_where_nothing_is_known(encoder: StaticEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 1, 1, 0, 0], atol=1e-5)


def test_no_texts_give_no_rows(encoder: StaticEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_one_text_alone_and_among_many_has_the_same_vector(encoder: StaticEncoder) -> None:
    together = encoder.encode(TEXTS * 5)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS] * 5)
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_traditional_full_width_and_capitals_are_folded(encoder: StaticEncoder) -> None:
    a, b = encoder.encode(["土地退化零增長 ＬＡＮＤ", "土地退化零增长 land"])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_question_is_nearer_its_translation_than_another_text(encoder: StaticEncoder) -> None:
    english, chinese, other = encoder.encode(
        ["How is desertification monitored?", "如何监测荒漠化？", "船员的养恤金由谁支付？"]
    )
    assert english @ chinese > english @ other + 0.2


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example("ﬁnal ½ ㈱ e\u0301a 漢\u200b字 İ ẞ … ―")
@example("desertificationally 防治荒漠化公约科学技术委员会第十三届会议 x" * 3)
@example("\u4dc0䷀\U0002f800\U00020000 丂")
def test_the_fast_path_finds_the_tokens_of_the_tokenizer(
    encoder: StaticEncoder, tokenizer: Tokenizer, text: str
) -> None:
    unknown = len(encoder.vectors) - 1
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    want = [row for row in encoder.mapping[ids].tolist() if row != unknown]
    assert encoder.vocabulary.encode([text])[0].tolist() == want
    assert encoder.vocabulary.encode([text] * 9)[4].tolist() == want


def test_lone_surrogates_are_no_tokens(encoder: StaticEncoder) -> None:
    for copies in (1, 9):
        assert not encoder.encode(["\ud800"] * copies).any()


def test_sentence_transformers_gives_the_same_vectors(encoder: StaticEncoder) -> None:
    model = SentenceTransformersEncoder(str(EMBEDDED))
    texts = TEXTS[:5]
    np.testing.assert_allclose(model.encode(texts), encoder.encode(texts), atol=2e-5)
    assert model.dimensions == encoder.dimensions
    assert len(model.fingerprint) == 64


def test_the_embedded_model_is_the_default_and_a_folder_of_its_kind_loads_alike(tmp_path: Path) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "model")
    default: Encoder = load_encoder()
    copy = load_encoder(str(folder))
    assert isinstance(copy, StaticEncoder)
    assert (copy.id, copy.fingerprint, copy.dimensions) == (
        default.id,
        default.fingerprint,
        default.dimensions,
    )


def test_the_embedded_model_does_not_import_torch() -> None:
    program = (
        "import sys; from index.encoder import load_encoder; load_encoder().encode(['a']); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=EMBEDDED.parent.parent)  # noqa: S603


@pytest.mark.parametrize("damage", ["missing", "truncated", "another tokenizer"])
def test_a_damaged_model_is_refused_with_what_to_do(tmp_path: Path, damage: str) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "model")
    if damage == "missing":
        (folder / "tokenizer.json").unlink()
    elif damage == "truncated":
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:10_000])
    else:
        rules = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        rules["model"]["vocab"].pop()
        (folder / "tokenizer.json").write_text(json.dumps(rules), encoding="utf-8")
    with pytest.raises(EncoderError, match="restore the folder"):
        load_encoder(str(folder))


def test_a_model_that_is_nowhere_is_refused_with_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="hf download nobody/nothing-here"):
        load_encoder("nobody/nothing-here")
    with pytest.raises(EncoderError, match="leave the setting out"):
        load_encoder(str(tmp_path))
