"""The bilingual glossary: names of bodies, conventions, funds, places and terms, and a finder over them.

Two tables are embedded, ``glossary.tsv`` and ``places.tsv``; users add their own in the same columns. The
finder is our own: two dictionaries keyed by how a form begins keep it linear and free of another
compiled dependency.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ingest.facts.dates import Language
from ingest.facts.folding import fold
from ingest.scanning import lower, words

__all__ = ["Glossary", "GlossaryError", "Mention", "Term", "load_glossary"]

COLUMNS = ("en", "zh", "abbr_en", "abbr_zh", "type")
EMBEDDED = (Path(__file__).with_name("glossary.tsv"), Path(__file__).with_name("places.tsv"))


class GlossaryError(ValueError):
    """A table that is no glossary: the message names file, line, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing with its names, the name to show first. At least one of ``en`` and ``zh`` is not empty."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    abbr_en: tuple[str, ...]
    abbr_zh: tuple[str, ...]
    kind: str

    def name(self, language: Language) -> str:
        """The name to show: in ``language`` where there is one, else in the other."""
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        return (first or second)[0]

    @property
    def forms(self) -> tuple[str, ...]:
        """All names and abbreviations, English ones first."""
        return self.en + self.abbr_en + self.zh + self.abbr_zh


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names a term, or one of several that share a form (突尼斯: Tunisia, Tunis)."""

    start: int
    end: int
    terms: tuple[Term, ...]


_WORD = re.compile("[A-Za-z0-9À-ž]+")
# WSIS+10 is one word.
_PLUS = re.compile(r"[A-Za-z0-9À-ž+]*")
_JOINED = re.compile(r"[A-Za-z0-9À-ž]\++\Z")
_LATIN = re.compile(r"[A-Za-zÀ-ž]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TAIL = re.compile(r"[A-Za-zÀ-ž0-9]")
# A short name that stands by chance across two words: 发展+中国+家, 沿+海地+区, 世界+大会.
_NOT_BEFORE = MappingProxyType(
    {"中国": "家内际土", "海地": "区貌下理", "马里": "亚兰奥", "主席": "台", "大会": "堂", "届会": "议"}
)
_NOT_AFTER = MappingProxyType({"大会": "界展盟代扩重强最", "中国": "其", "日本": "今昔", "决定": "不否"})


@dataclass(frozen=True, slots=True)
class _Form:
    folded: str
    lowered: str
    exact: bool
    capital: bool
    terms: tuple[Term, ...]


_DEPTHS = (3, 6, 10, 14)


class _ByNext:
    """Forms that share their first word, the longest first, by the ``depth`` characters that follow it."""

    def __init__(self, word: str, entries: Sequence[_Form]) -> None:
        rests = {entry: entry.lowered[len(word) :] for entry in entries}

        def most_alike(depth: int) -> int:
            short = sum(len(rest) < depth for rest in rests.values())
            alike = Counter(rest[:depth] for rest in rests.values() if len(rest) >= depth)
            return short + max(alike.values(), default=0)

        self.entries = entries
        self.depth = depth = min(_DEPTHS, key=most_alike) if len(entries) > 1 else _DEPTHS[0]
        self._short = [entry for entry, rest in rests.items() if len(rest) < depth]
        self._long: dict[str, list[_Form]] = {}
        for entry, rest in rests.items():
            if len(rest) >= depth:
                self._long.setdefault(rest[:depth], []).append(entry)
        for longer in self._long.values():
            longer += self._short

    def beginning(self, rest: str) -> Sequence[_Form]:
        """The forms that may stand where ``rest`` follows their first word."""
        return self._long.get(rest, self._short)


class Glossary:
    """Terms and a finder over them."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        forms: dict[tuple[str, bool], list[Term]] = {}
        for term in self.terms:
            for form in (*term.en, *term.zh, *term.abbr_zh):
                forms.setdefault((form, False), []).append(term)
                if form.startswith("《") and form.endswith("》"):
                    forms.setdefault((form[1:-1], False), []).append(term)
            for form in term.abbr_en:
                forms.setdefault((form, True), []).append(term)
        latin: dict[str, list[_Form]] = {}
        self._han: dict[str, list[_Form]] = {}
        for (form, exact), found in forms.items():
            terms_of = tuple(dict.fromkeys(found))
            folded = fold(form)
            if _LATIN.match(folded) or (folded[0].isdigit() and _LATIN.search(folded)):
                entry = _Form(folded, lower(folded), exact, form[0].isupper(), terms_of)
                first = _WORD.match(entry.lowered)
                latin.setdefault(entry.lowered if first is None else first[0], []).append(entry)
            else:
                self._han.setdefault(folded[:2], []).append(_Form(folded, folded, True, False, terms_of))
        self._first_han = frozenset(key[0] for key in self._han)
        for index in (latin, self._han):
            for entries in index.values():
                entries.sort(key=lambda entry: -len(entry.folded))
        self._latin = {word: _ByNext(word, entries) for word, entries in latin.items()}

    def find(self, text: str, *, any_case: bool = False) -> tuple[Mention, ...]:
        """The terms named in ``text``, leftmost and longest first, none overlapping another.

        Names that begin with a capital do so in the text too, and abbreviations stand as they are,
        unless ``any_case`` (for questions); abbreviations of two or three letters always do.
        """
        folded = fold(text)
        found = self._find_latin(folded, any_case=any_case) + self._find_han(folded)
        found.sort(key=lambda mention: (mention.start, -mention.end))
        mentions: list[Mention] = []
        end = 0
        for mention in found:
            if mention.start >= end:
                mentions.append(mention)
                end = mention.end
        return tuple(mentions)

    def _find_latin(self, folded: str, *, any_case: bool) -> list[Mention]:
        split = words(folded)
        named = self._latin.keys() & split.known
        if not named:
            return []
        lowered = split.text
        if "the" in named and not any(form.lowered in lowered for form in self._latin["the"].entries):
            named.discard("the")
        found: list[Mention] = []
        end = 0
        for at, word in split.places(named):
            after, forms = at + len(word), self._latin[word]
            entries = forms.beginning(lowered[after : after + forms.depth])
            if not entries or at < end:
                continue
            if lowered[at - 1 : at] == "+" and _JOINED.search(lowered, 0, at):
                continue
            joined = _PLUS.match(lowered, at) if lowered.startswith("+", after) else None
            for entry in entries:
                stop = at + len(entry.folded)
                if joined is not None and not entry.lowered.startswith(joined[0]):
                    continue
                if entry.exact and (not any_case or len(entry.folded) <= 3):
                    if not folded.startswith(entry.folded, at):
                        continue
                elif not lowered.startswith(entry.lowered, at):
                    continue
                if _TAIL.match(lowered, stop):
                    continue
                if entry.exact and (folded[at - 1 : at] == "/" or folded[stop : stop + 1] in ("/", "(")):
                    continue  # part of a symbol: 21/COP.12
                if entry.capital and not any_case and not folded[at].isupper():
                    continue
                found.append(Mention(at, stop, entry.terms))
                end = stop
                break
        return found

    def _find_han(self, folded: str) -> list[Mention]:
        if not _HAN.search(folded):
            return []
        found: list[Mention] = []
        index = self._han
        end = 0
        for at, sign in enumerate(folded):
            if sign not in self._first_han or at < end:
                continue
            entries = index.get(folded[at : at + 2])
            if entries is None:
                continue
            for entry in entries:
                stop = at + len(entry.folded)
                if not folded.startswith(entry.folded, at):
                    continue
                if folded[stop : stop + 1] in _NOT_BEFORE.get(entry.folded, "") and stop < len(folded):
                    continue
                if at and folded[at - 1] in _NOT_AFTER.get(entry.folded, ""):
                    continue
                enclosed = at and folded[at - 1] == "《" and folded[stop : stop + 1] == "》"
                found.append(Mention(at - enclosed, stop + enclosed, entry.terms))
                end = stop
                break
        return found


def load_glossary(*extra: Path) -> Glossary:
    """The embedded tables and any ``extra`` ones, theirs first where names are shared.

    :raises GlossaryError: if a table lacks the columns ``en zh abbr_en abbr_zh type``, or a row a name.
    :raises OSError: if a table can't be read.
    """
    return Glossary([term for path in (*extra, *EMBEDDED) for term in _read(path)])


def _read(path: Path) -> Iterable[Term]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise GlossaryError(
            f"{path.name}: expected UTF-8 text, got {error.reason} at byte {error.start}"
        ) from error
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        if header is None:
            header = [cell.strip() for cell in cells]
            if set(COLUMNS) - set(header):
                raise GlossaryError(
                    f"{path.name}:{number}: expected tab-separated columns {' '.join(COLUMNS)}, got {line!r}"
                )
            continue
        row = dict(zip(header, cells, strict=False))
        en, zh, abbr_en, abbr_zh = (
            tuple(part.strip() for part in row.get(column, "").split(";") if part.strip())
            for column in COLUMNS[:4]
        )
        if not en and not zh:
            raise GlossaryError(f"{path.name}:{number}: expected a name in column en or zh, got {line!r}")
        yield Term(en, zh, abbr_en, abbr_zh, row.get("type", "").strip() or "term")
