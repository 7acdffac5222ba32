"""Other models by one setting: a tiny real transformer, and a tiny real cross-encoder, both made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from index_models import CHINESE, ENGLISH, document

from index.build import build_generation
from index.encoder import EncoderError, SentenceTransformersEncoder, load_encoder
from index.generation import open_generation
from index.rerank import DEPTH, CrossEncoderReranker
from index.retrieve import RANKERS_OF_ANY_MODEL, Retriever
from service.config import Settings
from service.library import Library

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WIDTH = 32


def _vocabulary(folder: Path) -> Path:
    characters = sorted({char for text in (*CHINESE, *ENGLISH) for char in text.lower() if char.isalnum()})
    path = folder / "vocab.txt"
    path.write_text("\n".join((*WORDS, *characters, *(f"##{char}" for char in characters))), encoding="utf-8")
    return path


def _settings(vocabulary: int, **others: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary,
        "hidden_size": WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 128,
    } | others


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with untrained weights as sentence-transformers keeps models."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("transformer")
    tokenizer = BertTokenizer(str(_vocabulary(folder)))
    torch.manual_seed(3)
    bare = folder / "bert"
    BertModel(BertConfig(**_settings(len(tokenizer)))).save_pretrained(bare)
    tokenizer.save_pretrained(bare)
    model = SentenceTransformer(modules=[Transformer(str(bare)), Pooling(WIDTH)], device="cpu")
    model.save_pretrained(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _cross_encoder(tmp_path_factory.mktemp("cross"), 1)


def _cross_encoder(folder: Path, outputs: int) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    tokenizer = BertTokenizer(str(_vocabulary(folder)))
    torch.manual_seed(5)
    config = BertConfig(**_settings(len(tokenizer), num_labels=outputs))
    BertForSequenceClassification(config).save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    return folder / "model"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, transformer: Path) -> Path:
    data = tmp_path_factory.mktemp("data")
    documents = [document("B/1", "zh", CHINESE), document("B/1", "en", ENGLISH)]
    build_generation(data, documents, load_encoder(str(transformer)))
    return data


def test_a_transformer_gives_unit_vectors_and_an_identity(transformer: Path) -> None:
    encoder = load_encoder(str(transformer))
    assert isinstance(encoder, SentenceTransformersEncoder)
    vectors = encoder.encode(ENGLISH)
    assert vectors.shape == (len(ENGLISH), WIDTH)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.fingerprint == load_encoder(str(transformer)).fingerprint


def test_the_service_searches_with_the_model_that_is_set(
    built: Path, transformer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORTEUR_MODEL", str(transformer))
    library = Library(built, Settings().model)
    try:
        with library.open() as desk:
            assert desk.model == str(transformer)
            hits, _ = desk.search("symposium on soil carbon", documents=None, languages=["en"], limit=3)
    finally:
        library.close()
    # The vectors are untrained and may put anything first; the words are found by themselves.
    assert str(max(hits, key=lambda hit: hit.signals["bm25"]).id) == "B/1#2"
    assert set(hits[0].signals) <= set(RANKERS_OF_ANY_MODEL)


def test_an_index_of_one_model_is_not_searched_with_another(built: Path) -> None:
    library = Library(built)
    try:
        assert "--rebuild" in str(library.problem)
    finally:
        library.close()


def test_a_cross_encoder_orders_the_first_hits_and_scores_stay(
    built: Path, transformer: Path, cross_encoder: Path
) -> None:
    encoder, judge = load_encoder(str(transformer)), CrossEncoderReranker(str(cross_encoder))
    with open_generation(built) as generation:
        before = Retriever(generation, encoder).search("symposium on soil 土壤", limit=10)
        after = Retriever(generation, encoder, reranker=judge).search("symposium on soil 土壤", limit=10)
        assert (
            Retriever(generation, encoder, reranker=judge).search("symposium on soil 土壤", limit=2)
            == after[:2]
        )
    assert len(before) <= DEPTH
    assert {str(hit.id) for hit in after} == {str(hit.id) for hit in before}
    assert [(hit.rank, hit.score) for hit in after] == [(hit.rank, hit.score) for hit in before]
    judged = [hit.signals["rerank"] for hit in after]
    assert judged == sorted(judged, reverse=True)
    assert all(0 <= one <= 1 for one in judged)
    one = after[0]
    text = dict(zip(("zh", "en"), (CHINESE, ENGLISH), strict=True))[one.language][int(one.id.number) - 1]
    assert judged[0] == pytest.approx(
        judge.scores("symposium on soil 土壤", [f"A. Detail\n{text}"])[0], abs=1e-5
    )


def test_the_re_ranker_is_one_setting(
    built: Path, transformer: Path, cross_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORTEUR_RERANKER", str(cross_encoder))
    library = Library(built, str(transformer), reranker=Settings().reranker)
    try:
        with library.open() as desk:
            hits, _ = desk.search("drought", documents=None, languages=None, limit=2)
        assert "rerank" in hits[0].signals
    finally:
        library.close()


def test_a_model_that_cannot_rank_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="one output"):
        CrossEncoderReranker(str(_cross_encoder(tmp_path, 3)))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match="RAPPORTEUR_RERANKER"):
        CrossEncoderReranker(str(tmp_path / "empty"))
