"""The trained vectors on disk, in the form that sentence-transformers reads as well."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from index.training.alignment import Links
from index.training.lexicon import Lexicon
from index.training.vectors import TokenVectors

__all__ = ["principal", "write_model", "write_translations"]


def principal(
    vectors: NDArray[np.float32], importance: NDArray[np.float64], dimensions: int
) -> NDArray[np.float32]:
    """The projection of ``vectors`` on their first principal axes, not centred (inner products are kept).

    ``importance`` (rows,) says how much each row counts in finding the axes.
    """
    moment = (vectors * importance[:, None]).T @ vectors
    _, axes = np.linalg.eigh(moment)
    return np.ascontiguousarray(vectors @ axes[:, ::-1][:, :dimensions], dtype=np.float32)


def write_model(out: Path, identifier: str, lexicon: Lexicon, trained: TokenVectors) -> None:
    """Write ``tokenizer.json``, ``model.safetensors`` and the three small configuration files.

    The embeddings are int8 by row. ``weights`` (float16, one for each token) hold the token's weight
    times its row's quantisation step; ``late_weights`` (float16, by row) the weight alone. The last
    row is zero, for the unknown token.
    """
    out.mkdir(parents=True, exist_ok=True)
    lexicon.tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    steps = np.maximum(np.abs(trained.vectors).max(axis=1), 1e-12) / 127.0
    embeddings = np.rint(trained.vectors / steps[:, None]).astype(np.int8)
    embeddings = np.vstack([embeddings, np.zeros((1, embeddings.shape[1]), dtype=np.int8)])
    weights = np.append(steps * trained.weights, 0.0)
    weights *= 100.0 / weights.max()  # only proportions matter; this keeps float16 exact enough
    mapping = np.where(lexicon.rows < 0, len(embeddings) - 1, lexicon.rows).astype(np.int32)
    save_file(
        {
            "embeddings": embeddings,
            "mapping": mapping,
            "weights": weights[mapping].astype(np.float16),
            "late_weights": np.append(trained.weights, 0.0).astype(np.float16),
        },
        out / "model.safetensors",
        metadata={"format": "np"},
    )
    (out / "model.safetensors").chmod(0o644)  # safetensors writes files only their owner can read
    dimensions = embeddings.shape[1]
    _write(
        out / "config.json", {"model_type": "rapporteur-static", "id": identifier, "dimensions": dimensions}
    )
    kinds = [
        "sentence_transformer.modules.static_embedding.StaticEmbedding",
        "base.modules.normalize.Normalize",
    ]
    _write(
        out / "modules.json",
        [
            {
                "idx": i,
                "name": str(i),
                "path": f"{i}_Normalize" if i else "",
                "type": f"sentence_transformers.{kind}",
            }
            for i, kind in enumerate(kinds)
        ],
    )
    (out / "1_Normalize").mkdir(exist_ok=True)
    _write(out / "1_Normalize" / "config.json", {})
    _write(
        out / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )


def write_translations(out: Path, links: Links, first_chinese: int, *, least: float, likely: float) -> int:
    """Write ``translations.safetensors`` and return its number of entries.

    Kept are links expected at least ``least`` times and with a probability of at least ``likely`` in one
    of the directions. Rows below ``first_chinese`` are English.
    """
    crossing = np.flatnonzero((links.english < first_chinese) & (links.chinese >= first_chinese))
    english, chinese = links.english[crossing], links.chinese[crossing] - first_chinese
    counts = links.counts[crossing]
    forward = counts / np.bincount(english, counts)[english]
    backward = counts / np.bincount(chinese, counts)[chinese]
    kept = np.flatnonzero((counts >= least) & (np.maximum(forward, backward) >= likely))
    kept = kept[np.lexsort((chinese[kept], english[kept]))]
    save_file(
        {
            "counts": np.bincount(english[kept], minlength=first_chinese).astype(np.uint16),
            "first_chinese": np.array([first_chinese], dtype=np.int32),
            "chinese": chinese[kept].astype(np.uint16),
            "forward": np.rint(np.sqrt(forward[kept]) * 255).astype(np.uint8),
            "backward": np.rint(np.sqrt(backward[kept]) * 255).astype(np.uint8),
        },
        out / "translations.safetensors",
    )
    (out / "translations.safetensors").chmod(0o644)
    return len(kept)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
