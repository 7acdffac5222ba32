"""Text → vectors: the seam, the embedded model (numpy only) and any sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from index.vocabulary import Rows, Vocabulary

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = [
    "EMBEDDED",
    "Encoder",
    "EncoderError",
    "SentenceTransformersEncoder",
    "StaticEncoder",
    "load_encoder",
]

EMBEDDED = Path(__file__).with_name("model")
"""The folder of the model that comes with the project."""

_BLOCK = 4_000  # tokens pooled at a time: their vectors stay in the processor's cache


class EncoderError(ValueError):
    """A model that cannot be loaded; the message says what to do about it."""


class Encoder(Protocol):
    """Turns texts into vectors whose inner products are similarities.

    ``id`` names the model, ``dimensions`` is the length of a vector, ``fingerprint`` the SHA-256 (hex)
    of the weights: an index built with another fingerprint doesn't fit.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), rows of length 1.

        A row is zero where the model knows no token of the text.
        """
        ...


class StaticEncoder:
    """Weighted means of token vectors: the embedded model, without torch.

    The folder is a sentence-transformers model (``StaticEmbedding`` with a ``mapping`` and
    ``weights``, then ``Normalize``), so ``SentenceTransformer(folder)`` gives the same vectors.
    ``vocabulary``, ``mapping`` (token id → row), ``vectors`` (rows, dimensions; float32; longer where a
    token counts more in a text's mean; the last row, zero, is for what is unknown) and ``weights`` (rows,:
    how much a token counts) are there for the late interaction to share.
    """

    def __init__(self, folder: Path = EMBEDDED) -> None:
        """:raises EncoderError: if a file is missing or damaged, or the files don't belong together."""
        self.folder = folder
        weights, tokenizer = folder / "model.safetensors", folder / "tokenizer.json"
        try:
            tensors = load_file(weights)
            self.mapping: NDArray[np.int32] = tensors["mapping"]
            embeddings: NDArray[np.int8] = tensors["embeddings"]
            self.weights: NDArray[np.float32] = tensors["late_weights"].astype(np.float32)
            unknown = len(embeddings) - 1
            self.vocabulary = Vocabulary.load(
                tokenizer, np.where(self.mapping == unknown, -1, self.mapping).astype(np.int32)
            )
            token_weights = tensors["weights"].astype(np.float32)
            self.id: str = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id"]
            self.fingerprint: str = _fingerprint(weights, tokenizer)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise EncoderError(
                f"expected the embedded model in {folder} (model.safetensors, tokenizer.json, config.json), "
                f"but it cannot be read ({error}): restore the folder, or install the project again"
            ) from error
        self.dimensions: int = embeddings.shape[1]
        row_weights = np.zeros(len(embeddings), dtype=np.float32)
        row_weights[self.mapping] = token_weights
        self.vectors: NDArray[np.float32] = np.multiply(embeddings, row_weights[:, None], dtype=np.float32)

    @cached_property
    def scales(self) -> NDArray[np.float32]:
        """By row, what makes its vector one of length 1; 0 for the zero vector."""
        norms = np.sqrt(np.einsum("ij,ij->i", self.vectors, self.vectors))
        return np.asarray(np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0), np.float32)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions); see :class:`Encoder`."""
        return self.pool(self.vocabulary.encode(texts))

    def pool(self, texts: Rows) -> NDArray[np.float32]:
        """The vectors of texts already looked up."""
        lengths = texts.starts[1:] - texts.starts[:-1]
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        filled = lengths.nonzero()[0]
        ends = texts.starts[filled + 1]
        first = 0
        while first < len(filled):
            begin = texts.starts[filled[first]]
            last = max(first + 1, int(np.searchsorted(ends, begin + _BLOCK, side="right")))
            tokens = self.vectors.take(texts.rows[begin : ends[last - 1]], axis=0)
            vectors[filled[first:last]] = np.add.reduceat(tokens, texts.starts[filled[first:last]] - begin)
            first = last
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        np.divide(vectors, norms[:, None], out=vectors, where=norms[:, None] > 0)
        return vectors


_PREFIXES = {"e5": "query: "}
"""What a family of models wants before each text where questions and passages are treated alike."""


class SentenceTransformersEncoder:
    """Any sentence-transformers model; importing torch takes seconds, so it is imported only here."""

    def __init__(self, name: str) -> None:
        """``name`` is a folder, or a name on the model hub, taken from the local cache where it is there.

        :raises EncoderError: if no such model is found or it cannot be loaded.
        """
        self.id = name
        self._model = _load(name)
        dimensions = self._model.get_embedding_dimension()
        if dimensions is None:
            raise EncoderError(
                f"expected a model that makes one vector for a text, got {name!r}: choose another"
            )
        self.dimensions: int = dimensions
        family = Path(name).name.lower().replace("multilingual-", "").partition("-")[0]
        self._prefix = _PREFIXES.get(family, "")
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
        self.fingerprint: str = digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions); see :class:`Encoder`."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(
            [self._prefix + text for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _load(name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    if Path(name).is_dir():
        try:
            return SentenceTransformer(name, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise EncoderError(
                f"expected a sentence-transformers model in the folder {name}, "
                f"but it cannot be loaded ({error}): "
                "download it again, or leave the setting out to use the embedded model"
            ) from error
    try:
        return SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError):
        pass  # not in the cache: the hub may have it
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"expected the folder or the hub name of a sentence-transformers model, got {name!r}, "
            "which is neither here nor to be had from the hub now. Where there is a network, type: "
            f"hf download {name} (then it is found offline too); or leave the setting out: the embedded model"
        ) from error


def _fingerprint(*files: Path) -> str:
    """SHA-256 (hex) of the contents, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def load_encoder(name: str | None = None) -> Encoder:
    """The embedded model for ``None``, else a sentence-transformers model by hub name or folder.

    A folder that holds a model of the embedded kind is loaded without torch.

    :raises EncoderError: if there is no such model.
    """
    if name is None:
        return StaticEncoder()
    config = Path(name) / "config.json"
    if (
        config.is_file()
        and json.loads(config.read_text(encoding="utf-8")).get("model_type") == "rapporteur-static"
    ):
        return StaticEncoder(Path(name))
    return SentenceTransformersEncoder(name)
