"""``corpus.toml``: what a text does not say of itself, or says wrongly, given beside it.

::

    edition = "digest"            # of every file in the folder; "official" where nothing is said

    [files."A_64_202.zh.txt"]     # any of these keys
    symbol = "A/64/202"
    language = "zh"
    title = "…"
    date = "2009"                 # or 2009-08, or 2009-08-24
    edition = "official"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from ingest.paragraphs import Edition
from ingest.symbols import LANGUAGES

__all__ = ["MANIFEST", "Entry", "read_manifest"]

MANIFEST = "corpus.toml"
"""The name it has in each folder."""

_KEYS = frozenset({"symbol", "language", "title", "date", "edition"})
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of one file; ``None`` where nothing is."""

    symbol: str | None = None
    language: str | None = None
    title: str | None = None
    date: str | None = None
    edition: Edition | None = None


def read_manifest(path: Path) -> Mapping[str, Entry]:
    """File name → what is said of it; the empty name holds what is said of the whole folder.

    :raises ValueError: if it is not TOML, or not of the form shown above.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    edition = _edition(table.get("edition"), "edition")
    entries: dict[str, Entry] = {"": Entry(edition=edition)}
    files = table.get("files", {})
    if unknown := set(table) - {"edition", "files"}:
        raise ValueError(f'expected edition and [files."NAME"], got {", ".join(sorted(unknown))}')
    if not isinstance(files, dict):
        # What a file holds is one kind of error, whatever is wrong with it.
        raise ValueError('expected tables [files."NAME"], got a value')  # noqa: TRY004
    for name, given in files.items():
        if not isinstance(given, dict) or set(given) - _KEYS:
            got = ", ".join(given) if isinstance(given, dict) else repr(given)
            raise ValueError(f"expected the keys {', '.join(sorted(_KEYS))} for {name}, got {got}")
        if Path(name).name != name:
            raise ValueError(f"expected the name of a file beside the manifest, got {name!r}")
        values = {key: str(value) for key, value in given.items()}
        if "language" in values and values["language"] not in LANGUAGES:
            raise ValueError(
                f"expected one of {' '.join(LANGUAGES)} as the language of {name}, got {values['language']!r}"
            )
        if "date" in values and not _DATE.fullmatch(values["date"]):
            raise ValueError(f"expected a date such as 2017-06-20 or 2009 for {name}, got {values['date']!r}")
        if "symbol" in values and (re.search(r"[\s#]", values["symbol"]) or "/" not in values["symbol"]):
            raise ValueError(
                f"expected a document symbol such as A/64/202 for {name}, got {values['symbol']!r}"
            )
        entries[name] = Entry(
            symbol=values.get("symbol"),
            language=values.get("language"),
            title=values.get("title"),
            date=values.get("date"),
            edition=_edition(given.get("edition"), name) or edition,
        )
    return entries


def _edition(value: object, where: str) -> Edition | None:
    if value is None:
        return None
    for edition in get_args(Edition):
        if value == edition:
            return edition  # type: ignore[no-any-return]
    raise ValueError(f"expected {' or '.join(get_args(Edition))} for {where}, got {value!r}")
