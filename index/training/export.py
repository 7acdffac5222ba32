"""The trained vectors on disk, in the form that sentence-transformers reads as well."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from index.training.alignment import Links
from index.training.lexicon import Lexicon
from index.training.vectors import TokenVectors

__all__ = ["principal", "rewrite_model", "trained_vectors", "write_model", "write_translations"]


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
    mapping = np.where(lexicon.rows < 0, len(trained.vectors), lexicon.rows).astype(np.int32)
    _write_tensors(out, mapping, trained)
    dimensions = trained.vectors.shape[1]
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


def trained_vectors(folder: Path) -> TokenVectors:
    """What the model in ``folder`` was written from, as rounding left it; vectors of length 1 on average."""
    tensors = load_file(folder / "model.safetensors")
    weights = np.maximum(tensors["late_weights"].astype(np.float32)[:-1], 1e-6)
    steps = np.zeros(len(weights) + 1, np.float32)
    steps[tensors["mapping"]] = tensors["weights"].astype(np.float32)
    vectors = tensors["embeddings"][:-1] * (steps[:-1] / weights)[:, None]
    vectors /= np.linalg.norm(vectors, axis=1).mean()
    return TokenVectors(vectors.astype(np.float32), weights)


def rewrite_model(source: Path, out: Path, identifier: str, trained: TokenVectors) -> None:
    """Write the model in ``source`` to ``out``, with other vectors and weights and another name."""
    mapping = load_file(source / "model.safetensors")["mapping"]
    if out.resolve() != source.resolve():
        shutil.copytree(source, out, dirs_exist_ok=True)
    _write_tensors(out, mapping, trained)
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    _write(out / "config.json", config | {"id": identifier})


def _write_tensors(out: Path, mapping: NDArray[np.int32], trained: TokenVectors) -> None:
    steps = np.maximum(np.abs(trained.vectors).max(axis=1), 1e-12) / 127.0
    embeddings = np.rint(trained.vectors / steps[:, None]).astype(np.int8)
    embeddings = np.vstack([embeddings, np.zeros((1, embeddings.shape[1]), dtype=np.int8)])
    weights = np.append(steps * trained.weights, 0.0)
    weights *= 100.0 / weights.max()  # only proportions matter; this keeps float16 exact enough
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
