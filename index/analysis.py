"""Text → terms for the lexical index: one analyser for Chinese and English, in documents and questions.

Chinese becomes single characters and bigrams, never across punctuation: on Chinese questions that finds
what a word splitter finds, and it can't be blind to a word that no dictionary knows (a naive tokenizer
finds next to nothing). English becomes Snowball stems. A symbol or a decision number (``21/COP.12``,
``A/RES/63/218``, ``2016-2017``, ``8(j)``) becomes its pieces, its neighbouring pairs and the whole, with
one separator, so that ``COP 12``, ``COP.12`` and ``COP(12)`` meet. ``1 186`` and ``1,186`` become ``1186``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from itertools import chain, pairwise
from typing import Final

import Stemmer
from opencc import OpenCC

from index.remembering import remembered

__all__ = ["fold", "query_terms", "simplify", "terms_of", "tokens"]

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[./()'_:-]{{1,2}}[^\W_{_HAN}]+)*")
_HAN_CHARACTER: Final = re.compile(f"[{_HAN}]")
_FIRST_HAN: Final = _HAN[0]
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]")
_FEW_FOREIGN: Final = 12
_GROUPED: Final = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:[ ,][0-9]{3})+(?![0-9,])")
_FIGURES: Final = re.compile(r"[0-9][ ,][0-9]")
_PIECE: Final = re.compile(r"[0-9]+|[^\W_0-9]+")

_MAX_PIECES: Final = 8
"""A longer chain (an address, a table row) is indexed by its pieces and pairs only, not as a whole."""
_MAX_PIECE: Final = 40
"""Characters of a piece that count; what is longer is no word."""

_SINGLE_CHARACTER_WEIGHT: Final = 0.5
"""A single Chinese character beside its bigrams: enough to find one-character words, not to drown bigrams."""

_ENGLISH_STOP_WORDS: Final = """
    a about according after all also an and any are as at be been before being between both but by can
    could did do does during each for from had has have he her his how i if in into is it its many may me
    more most much must no nor not of on one only or other our over please s same shall she should so some
    such t tell th than that the their them then there these they this those through to under until up upon
    us was we were what when where which while who whom whose why will with would you your
"""
_CHINESE_STOP_WORDS: Final = """
    的 了 是 在 和 与 及 或 对 于 为 以 其 等 之 有 被 把 从 到 中 上 下 这 那 也 都 就 而 并 且 则 所 者 个
    请 我 你 您 他 它 们 几 将 由 向 该 此 些 么 哪 何 以及 对于 关于 根据 其中
"""
_ASKING: Final = re.compile(
    "什么(?:时候|时间|地方|样)?|何[时地处种人]|哪(?:[年天些个种里儿位]|一[年天个种])?|多[少久大长]|怎么?样?|如何"
    "|为[何啥]|是否|谁|请问|[的了吗呢吧是]"
)
"""What asks in a Chinese question, and its particles: no bigram across them, none of their characters."""


class _Fold(dict[int, str]):
    """Code point → what it is searched as, worked out when a character is first seen.

    Compatibility forms (full-width, circled, presentation forms), case, diacritics, traditional characters
    and the many dashes fold; what can't be seen (zero-width, bidirectional controls, soft hyphens) goes.
    """

    def __init__(self, case: Callable[[str], str]) -> None:
        super().__init__()
        self._case = case
        self._simplify = OpenCC("t2s")
        self._lock = threading.Lock()

    def __missing__(self, code: int) -> str:
        folded = self._case("".join(map(self._character, unicodedata.normalize("NFKD", chr(code)))))
        self[code] = folded
        return folded

    def _character(self, character: str) -> str:
        category = unicodedata.category(character)
        if category in {"Mn", "Cf"}:
            return ""
        if category == "Pd" or character == "\u2212":
            return "-"
        if category in {"Zs", "Zl", "Zp", "Cc", "Cs"}:
            return " "
        if character in "\u2018\u2019\u02bc\u2032":
            return "'"
        if character in "\u2044\u2215":
            return "/"
        if category == "Nd":
            return str(unicodedata.digit(character))
        if category == "Lo":
            with self._lock:
                return str(self._simplify.convert(character))
        return character


_FOLDED: Final = _Fold(str.casefold)
_SIMPLIFIED: Final = _Fold(str)

_LOCAL: Final = threading.local()


def fold(text: str) -> str:
    """``text`` as it is searched: compatibility forms, case, diacritics, dashes and traditional script
    folded.

    The result may be shorter or longer than ``text``: offsets don't carry over.
    """
    if not text.isascii():
        text = _without_foreign(text)
    return text.translate(_FOLDED)


def _without_foreign(text: str) -> str:
    """``text`` with its characters beyond ASCII folded where they are few and all become plain: the rest is
    folded at once then, the whole character by character otherwise.
    """
    foreign = set(_FOREIGN.findall(text))
    if len(foreign) > _FEW_FOREIGN:
        return text
    folded = {character: _FOLDED[ord(character)] for character in foreign}
    if "".join(folded.values()).isascii():
        for character, plain in folded.items():
            text = text.replace(character, plain)
    return text


def simplify(text: str) -> str:
    """:func:`fold` that leaves case alone, which tells an abbreviation from a word."""
    return text.translate(_SIMPLIFIED)


def tokens(text: str) -> list[str]:
    """The terms of a document's text in reading order, repeated as often as they occur. None holds white
    space.
    """
    folded = fold(text)
    if _FIGURES.search(folded):
        folded = _GROUPED.sub(_ungroup, folded)
    if folded.isascii():
        # No run holds white space, and between white space stands the same again and again.
        return list(chain.from_iterable(map(_stretch, folded.split())))
    found: list[str] = []
    for run in _RUN.findall(folded):
        if run[0] < _FIRST_HAN or not _is_han(run[0]):
            found += _pieces(run)
        else:
            found += run
            found += map("".join, pairwise(run))
    return found


def terms_of(text: str) -> str:
    """What a lexical index is given of a text: its terms in order, a space between them."""
    return " ".join(tokens(text))


def query_terms(text: str) -> dict[str, float]:
    """The terms of a question and how much each counts (> 0): no stop words, each term once.

    Empty where the question holds nothing to look for.
    """
    weights: dict[str, float] = {}
    for term in tokens(_ASKING.sub(" ", fold(text))):
        if term not in _STOP_WORDS:
            weights[term] = _SINGLE_CHARACTER_WEIGHT if len(term) == 1 and _is_han(term) else 1.0
    return weights


def _ungroup(number: re.Match[str]) -> str:
    return number[0].replace(" ", "").replace(",", "")


def _taken_apart(run: str) -> tuple[str, ...]:
    pieces = [_stem(piece[:_MAX_PIECE]) for piece in _PIECE.findall(run)]
    if pieces[-1] == "s" and "'" in run:
        del pieces[-1]
    if len(pieces) == 1:
        return tuple(pieces)
    pairs = [f"{left}/{right}" for left, right in pairwise(pieces)]
    whole = ["/".join(pieces)] if 2 < len(pieces) <= _MAX_PIECES else []
    return (*pieces, *pairs, *whole)


_pieces: Final = remembered(_taken_apart, 1 << 16)


def _read(stretch: str) -> tuple[str, ...]:
    return tuple(term for run in _RUN.findall(stretch) for term in _pieces(run))


_stretch: Final = remembered(_read, 1 << 16)
"""The terms of what stands between two white spaces in folded text of ASCII alone."""


def _stem(piece: str) -> str:
    if not piece.isascii() or not piece.isalpha():
        return piece
    # A stemmer keeps the word it works on in itself, so each thread has its own.
    try:
        stemmer = _LOCAL.stemmer
    except AttributeError:
        stemmer = _LOCAL.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(piece))


_STOP_WORDS: Final = frozenset(
    _stem(word) for word in (*_ENGLISH_STOP_WORDS.split(), *_CHINESE_STOP_WORDS.split())
)


def _is_han(character: str) -> bool:
    return _HAN_CHARACTER.match(character) is not None
