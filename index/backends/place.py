"""What ``--data`` and ``RAPPORTEUR_DATA`` name: a folder, or an index on Milvus by its URI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

__all__ = ["MilvusPlace", "parse_place"]

_SCHEMES: Final = {"http": "http", "https": "https", "milvus": "http"}
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_EXPECTED: Final = (
    "expected a folder, a Milvus Lite file (index.db), or the URI of a Milvus server such as "
    "http://127.0.0.1:19530, with /DATABASE and #NAME where it holds several indexes"
)


@dataclass(frozen=True, slots=True)
class MilvusPlace:
    """An index on Milvus: the server (or the file of Milvus Lite), its database and the index's name there.

    ``uri`` is as pymilvus takes it; an empty ``database`` is the server's default one.
    """

    uri: str
    database: str = ""
    name: str = "rapporteur"

    @property
    def lite(self) -> bool:
        """Whether it is a file, which one process at a time can have open."""
        return "://" not in self.uri

    def __str__(self) -> str:
        database = f"/{self.database}" if self.database else ""
        return f"{self.uri}{database}" + ("" if self.name == "rapporteur" else f"#{self.name}")


def parse_place(named: str | Path | MilvusPlace) -> Path | MilvusPlace:
    """A folder, or where on Milvus: ``http://…``, ``https://…``, ``milvus://…`` or a file ending in ``.db``.

    :raises ValueError: if it is a URI that can't be one of Milvus.
    """
    if not isinstance(named, str):
        return parse_place(str(named)) if isinstance(named, Path) and named.suffix == ".db" else named
    if "://" not in named:
        path, _, name = named.partition("#")
        if not path.endswith(".db"):
            return Path(named)
        return MilvusPlace(str(Path(path).absolute()), name=_name(name or "rapporteur"))
    parts = urlsplit(named)
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{error}: {_EXPECTED}") from error
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.query:
        raise ValueError(_EXPECTED)
    if parts.username is not None or parts.password is not None:
        raise ValueError("expected no password in the address: give it in RAPPORTEUR_MILVUS_TOKEN")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    database = parts.path.strip("/")
    return MilvusPlace(
        f"{_SCHEMES[parts.scheme]}://{host}:{port or 19530}",
        _name(database) if database else "",
        _name(parts.fragment or "rapporteur"),
    )


def _name(text: str) -> str:
    if _NAME.fullmatch(text) is None:
        raise ValueError(f"expected a name of letters, digits and _, got {text!r}: {_EXPECTED}")
    return text
