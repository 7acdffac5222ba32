"""Official versions of documents from the United Nations document service, into a folder."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import tenacity

from ingest.download import Answer, Downloader, DownloadError, RetriableError
from ingest.origin import URL
from ingest.symbols import LANGUAGES, symbol_from_filename

__all__ = ["Fetched", "fetch", "file_name"]

_SYMBOL = re.compile(r"[A-Z][A-Z0-9-]{0,15}(?:/[A-Za-z0-9().-]{1,40}){1,10}")
_TYPES = ("doc", "pdf")
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ".docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"%PDF", ".pdf"),
)
_ATTEMPTS = 5

State = Literal["fetched", "there", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one language version: ``path`` where a file is there, ``why`` where none is."""

    symbol: str
    language: str
    state: State
    path: Path | None = None
    why: str = ""

    def __str__(self) -> str:
        said = f": {self.why}" if self.why else f": {self.path}"
        return f"{self.symbol} ({self.language}) {self.state}{said}"


def file_name(symbol: str, language: str, ending: str) -> str:
    """``A/64/202``, ``zh``, ``.docx`` → ``A_64_202.zh.docx``.

    :raises ValueError: if ``symbol`` is no document symbol, or ``language`` none of the official ones.
    """
    name = f"{symbol.replace('/', '_')}.{language}{ending}"
    if not _SYMBOL.fullmatch(symbol) or ".." in symbol or symbol_from_filename(name) != (symbol, language):
        raise ValueError(
            f"expected a document symbol such as A/64/202 and one of {' '.join(LANGUAGES)}, "
            f"got {symbol!r} and {language!r}"
        )
    return name


def fetch(
    symbols: Sequence[str],
    languages: Sequence[str],
    folder: Path,
    downloader: Downloader,
    *,
    url: str = URL,
    pause: float = 1.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Fetched]:
    """Download each symbol in each language, Word before PDF; what the folder has already is left as it is.

    ``pause`` is the least time between two documents, in seconds. A request that the service is too busy for
    is made again, later each time, up to five times in all; an interrupted download goes on where it was.

    :raises ValueError: before anything is fetched, if a symbol or language is none.
    :raises OSError: if the folder can't be written.
    """
    wanted = [(symbol, language) for symbol in symbols for language in languages]
    for symbol, language in wanted:
        file_name(symbol, language, ".pdf")
    folder.mkdir(parents=True, exist_ok=True)
    first = True
    for symbol, language in wanted:
        there = [folder / file_name(symbol, language, ending) for _, ending in _KINDS]
        known = next((path for path in there if path.exists()), None)
        if known is not None:
            yield Fetched(symbol, language, "there", known)
            continue
        if not first:
            sleep(pause)
        first = False
        yield _fetch_one(symbol, language, folder, downloader, url, pause, sleep)


def _fetch_one(
    symbol: str,
    language: str,
    folder: Path,
    downloader: Downloader,
    url: str,
    pause: float,
    sleep: Callable[[float], None],
) -> Fetched:
    why = ""
    for i, kind in enumerate(_TYPES):
        if i:
            sleep(pause)
        address = url.format(symbol=quote(symbol, safe=""), language=language, type=kind)
        part = folder / f".{file_name(symbol, language, f'.{kind}')}.part"
        try:
            answer = _patiently(lambda a=address, p=part: downloader.get(a, p), pause, sleep)  # type: ignore[misc]
        except DownloadError as error:
            return Fetched(symbol, language, "failed", why=str(error))
        if not answer.found:
            why = answer.why
            continue
        ending = _ending(part)
        if ending is None:
            part.unlink()
            why = f"what the service sent is neither Word nor PDF but {answer.content_type or 'of no type'}"
            continue
        path = folder / file_name(symbol, language, ending)
        part.replace(path)
        return Fetched(symbol, language, "fetched", path)
    return Fetched(symbol, language, "missing", why=why)


def _patiently(get: Callable[[], Answer], pause: float, sleep: Callable[[float], None]) -> Answer:
    """Ask again where the service is busy: after one, two, four … seconds, or when it says."""

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, RetriableError) and error.after else 0.0
        return max(asked, pause * 2.0 ** (state.attempt_number - 1))

    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(RetriableError),
        stop=tenacity.stop_after_attempt(_ATTEMPTS),
        wait=wait,
        sleep=sleep,
        reraise=True,
    )
    return attempts(get)


def _ending(part: Path) -> str | None:
    with part.open("rb") as file:
        head = file.read(1024)
    for magic, ending in _KINDS:
        if head.startswith(magic) or (ending == ".pdf" and magic in head):
            return ending
    return None
