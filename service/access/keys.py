"""API keys: how one looks, what is stored of it, and the file they stand in.

A key is ``rapporteur_`` + id + ``_`` + secret. The id (8 hexadecimal digits) is no secret and stands in logs;
of the whole key only the SHA-256 is stored. A slow password hash would add nothing: the secret is 256
random bits, not something a person chose, so there is nothing to guess.
"""

from __future__ import annotations

import enum
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from index.disk import replace_text

__all__ = ["Key", "KeyFileError", "Role", "id_of", "issue", "read_keys", "write_keys"]

_FORM: Final = re.compile(r"rapporteur_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class KeyFileError(RuntimeError):
    """The file of keys can't be used; the message says why and what to do."""


class Role(enum.StrEnum):
    """What a key is good for. Each may do what those before it may."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key. ``sha256`` is of the whole key, in hexadecimal; times are in UTC.

    ``expires`` is the first moment at which the key no longer counts; ``None`` if it does not end.
    """

    id: str
    name: str
    role: Role
    sha256: str
    created: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class _File:
    keys: tuple[Key, ...]


_ADAPTER: Final = TypeAdapter(_File)


def issue(name: str, role: Role, now: datetime, expires: datetime | None = None) -> tuple[str, Key]:
    """A new key, which is shown once, and what is stored of it."""
    identity = secrets.token_hex(4)
    key = f"rapporteur_{identity}_{secrets.token_urlsafe(32)}"
    return key, Key(identity, name, role, hashlib.sha256(key.encode("ascii")).hexdigest(), now, expires)


def id_of(presented: str) -> str | None:
    """The id in what a client sent as a key; ``None`` if it does not look like one."""
    match = _FORM.fullmatch(presented)
    return None if match is None else match[1]


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys in a file.

    :raises FileNotFoundError: if there is no such file.
    :raises KeyFileError: if it is no file of keys.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyFileError(f"{path} can't be read: {error.strerror}: repair it or its permissions") from error
    try:
        keys = _ADAPTER.validate_json(content).keys
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise KeyFileError(
            f"{path} is no file of keys: {where}: {first['msg']}: restore it, or begin another by "
            '"rapporteur keys add"'
        ) from error
    if len({key.id for key in keys}) != len(keys):
        raise KeyFileError(f"{path}: expected each id once, got one twice: leave one of them out")
    naive = next((key for key in keys if key.expires is not None and key.expires.tzinfo is None), None)
    if naive is not None:
        raise KeyFileError(
            f"{path}: expected the end of key {naive.id} with its time zone, got {naive.expires}: append Z"
        )
    return keys


def write_keys(path: Path, keys: tuple[Key, ...]) -> None:
    """Replace the file at once: a service that reads it meanwhile sees the old keys or the new."""
    replace_text(path, _ADAPTER.dump_json(_File(keys), indent=2).decode() + "\n")
    path.chmod(0o600)
