"""The keys that count now: the file of keys, followed without a restart."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from service.access.keys import Key, KeyFileError, id_of, read_keys

__all__ = ["Keyring"]

_log = logging.getLogger(__name__)

_NOBODY = hashlib.sha256(b"").hexdigest()
"""Compared with where there is no key of that id, so that known and unknown ids take the same time."""


def _now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """Tells keys apart. One for the service; looks at the file's status at each request (some 2 µs)."""

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        """:raises KeyFileError: if the file is not there or is no file of keys: the service must not start
        with another notion of who may do what than its operator has.
        """
        self._path = path
        self._now = now
        self._seen = self._signature()
        try:
            self._keys = self._read()
        except FileNotFoundError as error:
            raise KeyFileError(
                f"expected the file of keys {path}, found none: "
                'make a first key by "rapporteur keys add NAME --role admin"'
            ) from error
        self.problem: KeyFileError | None = None

    def holder(self, presented: str) -> Key | None:
        """Whose key this is; ``None`` if it is nobody's, or no longer. Takes the same time for any key."""
        self._follow()
        identity = id_of(presented)
        key = None if identity is None else self._keys.get(identity)
        digest = hashlib.sha256(presented.encode("utf-8", "surrogatepass")).hexdigest()
        same = hmac.compare_digest(digest, _NOBODY if key is None else key.sha256)
        if not same or key is None:
            return None
        return None if key.expires is not None and self._now() >= key.expires else key

    def _follow(self) -> None:
        """Read the file again if it changed. Where it can't be read, the keys known so far go on counting:
        a slip of the editor must lock nobody out. The log says so, once.
        """
        seen = self._signature()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._keys = self._read()
        except (KeyFileError, FileNotFoundError) as error:
            self.problem = KeyFileError(f"the keys of before go on counting: {error}")
            _log.error("%s", self.problem)
        else:
            self.problem = None
            _log.info("%d keys are in use", len(self._keys))

    def _read(self) -> Mapping[str, Key]:
        return {key.id: key for key in read_keys(self._path)}

    def _signature(self) -> tuple[int, ...]:
        try:
            status = self._path.stat()
        except OSError:
            return ()
        return status.st_ino, status.st_mtime_ns, status.st_size
