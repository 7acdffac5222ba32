"""The character map of the tokenizer: NFKC, lower case, no accents, traditional → simplified."""

from __future__ import annotations

import gzip
import io
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import normalizers

__all__ = ["folding_normalizer", "folding_rules"]


def folding_rules(opencc: Path) -> dict[str, str]:
    """Character → its folded form, for every assigned character that changes.

    ``opencc`` is OpenCC's table of traditional characters with their simplified forms, likeliest first.
    """
    simplified: dict[str, str] = {}
    with gzip.open(opencc, "rt", encoding="utf-8") as lines:
        for line in lines:
            traditional, tab, forms = line.rstrip("\n").partition("\t")
            if tab and not line.startswith("#"):
                simplified[traditional] = forms.split(" ")[0]
    rules: dict[str, str] = {}
    for code in (*range(0x20, 0x30000), *range(0xE0000, 0xE0200)):
        char = chr(code)
        category = unicodedata.category(char)
        if category in {"Cn", "Co", "Cs"}:
            continue
        if category in {"Mn", "Me", "Cf"}:
            rules[char] = ""  # accents of their own, zero-width characters, variation selectors
            continue
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).lower())
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        folded = "".join(simplified.get(c, c) for c in unicodedata.normalize("NFKC", bare))
        if folded != char and folded.strip():
            rules[char] = folded
    return rules


def folding_normalizer(rules: dict[str, str]) -> normalizers.Normalizer:
    """``rules`` compiled by sentencepiece into its double-array form."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rules.tsv"
        table.write_text(
            "".join(
                f"{ord(char):X}\t{' '.join(f'{ord(c):X}' for c in folded)}\n"
                for char, folded in rules.items()
            ),
            encoding="utf-8",
        )
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["a b c d e f"] * 10),
            model_writer=model,
            vocab_size=10,
            model_type="char",
            normalization_rule_tsv=str(table),
            minloglevel=2,
        )
    parsed = sentencepiece_model_pb2.ModelProto()
    parsed.ParseFromString(model.getvalue())
    return normalizers.Precompiled(parsed.normalizer_spec.precompiled_charsmap)
