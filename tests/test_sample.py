"""The sample corpus: equal facts in both languages, all of the official facts, no official sentence."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import Document, Paragraph

ICCD = "ICCD/COP(13)/CST/5"
CLIMATE = "A/64/202"
SYMBOLS = (ICCD, CLIMATE)

IDS = {
    ICCD: ["summary", *map(str, range(1, 37))],
    CLIMATE: [
        "u1",
        *(f"{part}.{n}" for part, last in (("I", 27), ("II", 44), ("III", 27)) for n in range(1, last + 1)),
    ],
}

BETWEEN_LANGUAGES: Mapping[str, frozenset[str]] = {}
"""Paragraph → numbers that one language states in figures or as an ordinal and the other in words."""

LEFT_OUT: Mapping[str, frozenset[str]] = {}
"""Paragraph → numbers of the official text that the digest leaves out."""

RUN = 24
"""No run of this many characters, white space taken out, may stand in a digest and in the official text."""

_CHINESE_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_MONTHS = list(calendar.month_name)
_UNITS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60}
_ORDINALS = {
    **{word: i for i, word in enumerate(_UNITS, start=1)},
    **{f"{stem}ieth": tens for stem, tens in _TENS.items()},
    **{
        f"{stem}y-{unit}": tens + i
        for stem, tens in _TENS.items()
        for i, unit in enumerate(_UNITS[:9], start=1)
    },
}
_SCALE = {"万": 10**4, "亿": 10**8, "million": 10**6, "billion": 10**9}
_ADDRESS = re.compile(r"<*(?:https?://)?(?:www\.)?[a-z]+\.[a-z]+[./][\w./-]+>*")


def _chinese(numeral: str) -> int:
    """``四十五`` → 45; numerals up to 99."""
    tens, ten, units = numeral.rpartition("十")
    return (_CHINESE_DIGITS.get(tens, 1) * 10 if ten else 0) + _CHINESE_DIGITS.get(units, 0)


def _numbers(text: str) -> frozenset[str]:
    """The numbers a text states in figures, as ordinals or as months, in one spelling whatever the language.

    ``2017年3月`` and ``March 2017`` → 3, 2017; ``6 000万`` and ``60 million`` → 60000000;
    ``第十三届`` and ``thirteenth`` → 13. Fractions and web addresses are left out.
    """
    text = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text))
    text = re.sub(r"\b(?:one|two)[ -](?:third|quarter|fifth)s?\b", " ", text)
    ordinals = re.findall(r"第([一二三四五六七八九十]+)|([一二三四五六七八九十]+)世纪", text)
    found = {str(_chinese(numeral or century)) for numeral, century in ordinals}
    found.update("1" for _ in re.findall("首[次届个]", text))
    found.update(
        str(_ORDINALS[word]) for word in re.findall(r"[a-z]+(?:-[a-z]+)?", text.lower()) if word in _ORDINALS
    )
    found.update(str(_MONTHS.index(month)) for month in re.findall(rf"\b(?:{'|'.join(_MONTHS[1:])})\b", text))
    for figure, scale in re.findall(
        r"(\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+(?:\.\d+)?)\s*(万|亿|million|billion)?", text
    ):
        plain = re.sub(r"[ ,]", "", figure)
        found.add(f"{float(plain) * _SCALE[scale]:.0f}" if scale else plain.lstrip("0"))
    return frozenset(found)


def _whole(paragraph: Paragraph) -> str:
    return "\n".join([paragraph.text, *(footnote.text for footnote in paragraph.footnotes)])


def _by_id(document: Document) -> dict[str, Paragraph]:
    return {paragraph.id.local: paragraph for paragraph in document.paragraphs}


def _folded(text: str) -> str:
    """Without white space, and with one form of each width, dash and quotation mark."""
    text = re.sub(r"[‐‑–—]", "-", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s", "", text.translate(str.maketrans("“”‘’", "\"\"''")))


def _read(paths: Sequence[Path]) -> dict[tuple[str, str], Document]:
    corpus = read_corpus(paths)
    assert corpus.report.ok, corpus.report
    return {(document.symbol, document.language): document for document in corpus.documents}


@pytest.fixture(scope="module")
def sample() -> dict[tuple[str, str], Document]:
    return _read([SAMPLE])


@pytest.fixture(scope="module")
def official(official_corpus: Path) -> dict[tuple[str, str], Document]:
    return _read([official_corpus / f"{symbol.replace('/', '_')}.zh.txt" for symbol in SYMBOLS])


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("2017年3月21日至23日，第十三届会议", "the thirteenth session, 21–23 March 2017"),
        ("第四十三届会议，6 000万美元，2%", "$60 million, 2 per cent, at the forty-third session"),
        ("580亿单位，1 186个，第30822号", "58 billion units, 1,186, No. 30822"),
        ("第二十条第2款，具体目标15.3", "article 20, paragraph 2, target 15.3"),
        ("二十一世纪首次会议，占三分之一", "the first meeting of the twenty-first century, one third"),
    ],
)
def test_numbers_compare_across_languages(chinese: str, english: str) -> None:
    assert _numbers(chinese) == _numbers(english) != frozenset()


def test_the_sample_is_both_documents_in_both_languages_marked_as_a_digest(
    sample: dict[tuple[str, str], Document],
) -> None:
    assert {key: document.edition for key, document in sample.items()} == {
        (symbol, language): "digest" for symbol in SYMBOLS for language in ("en", "zh")
    }


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_paragraph_of_the_original_has_its_digest(
    sample: dict[tuple[str, str], Document], symbol: str, language: str
) -> None:
    assert [paragraph.id.local for paragraph in sample[symbol, language].paragraphs] == IDS[symbol]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_items_and_footnotes_agree_between_the_languages(
    sample: dict[tuple[str, str], Document], symbol: str
) -> None:
    english, chinese = _by_id(sample[symbol, "en"]), _by_id(sample[symbol, "zh"])
    for number in IDS[symbol]:
        one, other = english[number], chinese[number]
        assert [item.labels for item in one.items] == [item.labels for item in other.items], number
        assert [note.mark for note in one.footnotes] == [note.mark for note in other.footnotes], number
        assert len(one.section) == len(other.section), number


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_both_languages_state_the_same_numbers(sample: dict[tuple[str, str], Document], symbol: str) -> None:
    english, chinese = _by_id(sample[symbol, "en"]), _by_id(sample[symbol, "zh"])
    apart = {}
    for number in IDS[symbol]:
        difference = _numbers(_whole(english[number])) ^ _numbers(_whole(chinese[number]))
        if difference != BETWEEN_LANGUAGES.get(f"{symbol}#{number}", frozenset()):
            apart[number] = sorted(difference)
    assert apart == {}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_digest_has_the_items_and_footnotes_of_the_official_text(
    sample: dict[tuple[str, str], Document], official: dict[tuple[str, str], Document], symbol: str
) -> None:
    digest, original = _by_id(sample[symbol, "zh"]), _by_id(official[symbol, "zh"])
    assert list(digest) == list(original)
    for number, paragraph in original.items():
        assert [item.labels for item in digest[number].items] == [item.labels for item in paragraph.items], (
            number
        )
        assert len(digest[number].section) == len(paragraph.section), number


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_number_of_the_official_text_stands_in_the_digest(
    sample: dict[tuple[str, str], Document], official: dict[tuple[str, str], Document], symbol: str
) -> None:
    digest, original = _by_id(sample[symbol, "zh"]), _by_id(official[symbol, "zh"])
    missing = {}
    for number in IDS[symbol]:
        lost = _numbers(_whole(original[number])) - _numbers(_whole(digest[number]))
        if lost != LEFT_OUT.get(f"{symbol}#{number}", frozenset()):
            missing[number] = sorted(lost)
    assert missing == {}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_no_sentence_of_the_official_text_is_copied(official_corpus: Path, symbol: str) -> None:
    name = f"{symbol.replace('/', '_')}.zh.txt"
    original = _folded((official_corpus / name).read_text(encoding="utf-8"))
    runs = {original[i : i + RUN] for i in range(len(original) - RUN + 1)}
    copied = []
    for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines():
        text = _folded(line)
        copied += [text[i : i + RUN] for i in range(len(text) - RUN + 1) if text[i : i + RUN] in runs]
    assert copied == []
