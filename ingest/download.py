"""One file over HTTP: bounded, resumable, and never from an address inside our own network."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

__all__ = ["Answer", "DownloadError", "Downloader", "RetriableError"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 500, 502, 503, 504})
_ABSENT = frozenset({400, 404, 410})
_MOST_REDIRECTS = 5
_LONGEST_WAIT = 120.0


class DownloadError(Exception):
    """A download that can't be had: the message says what was expected, what came, what to do."""


class RetriableError(DownloadError):
    """One that may succeed later; ``after`` is when, in seconds, if the service said so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said: whether it has the file, why not, and the type it gives it."""

    found: bool
    why: str = ""
    content_type: str = ""


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Downloader:
    """A context manager. ``trusted`` is the service's own address, which its operator chose and which alone
    may lie in a private network; ``resolve`` gives a host's addresses.

    Proxies of the environment are not used: the address that is checked is the one that is connected to.
    """

    def __init__(
        self,
        trusted: str,
        *,
        max_bytes: int = 200 * 2**20,
        seconds: float = 300.0,
        resolve: Callable[[str, int], list[str]] = _addresses,
    ) -> None:
        own = httpx.URL(trusted)
        self._trusted = (own.scheme, own.host, own.port)
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve
        self._client = httpx.Client(
            timeout=httpx.Timeout(30.0),
            trust_env=False,
            headers={"User-Agent": "rapporteur (document reader)"},
        )

    def __enter__(self) -> Downloader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, target: Path) -> Answer:
        """Write the file at an address to ``target``, going on with what is there of it.

        :raises RetriableError: if the service is busy, or the connection breaks.
        :raises DownloadError: if it is refused: a redirect inside, too many of them, too large, too slow.
        """
        here = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                request = self._request(here, target)
                with closing(self._client.send(request, stream=True, follow_redirects=False)) as response:
                    if response.status_code in _REDIRECTS:
                        here = here.join(response.headers.get("location", ""))
                        continue
                    return self._received(response, here, target)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise DownloadError(
                    f"expected an address to be sent on to, got a broken one ({error})"
                ) from None
            except httpx.TransportError as error:
                raise RetriableError(
                    f"the connection to {here.host} broke ({error or type(error).__name__})"
                ) from None
        raise DownloadError(f"expected at most {_MOST_REDIRECTS} redirects, got more: {url}")

    def _request(self, url: httpx.URL, target: Path) -> httpx.Request:
        """A request to the one address that was checked: its name can't lead elsewhere in between."""
        if url.scheme not in ("https", "http") or not url.host:
            raise DownloadError(f"expected an http or https address, was sent to {str(url)[:200]!r}")
        own = (url.scheme, url.host, url.port) == self._trusted
        if url.scheme == "http" and self._trusted[0] == "https":
            raise DownloadError(f"expected https, was sent to {str(url)[:200]!r}")
        try:
            addresses = self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except OSError as error:
            raise RetriableError(
                f"the name {url.host} can't be resolved ({error.strerror or error})"
            ) from None
        if not own and not all(ipaddress.ip_address(a.partition("%")[0]).is_global for a in addresses):
            raise DownloadError(
                f"expected a public address, was sent to {url.host} ({', '.join(addresses)}): not followed"
            )
        headers = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        tag = _tag(target)
        if target.exists() and tag.exists():
            headers["Range"] = f"bytes={target.stat().st_size}-"
            headers["If-Range"] = tag.read_text(encoding="ascii")
        at = url.copy_with(host=addresses[0])
        return self._client.build_request("GET", at, headers=headers, extensions={"sni_hostname": url.host})

    def _received(self, response: httpx.Response, url: httpx.URL, target: Path) -> Answer:
        status = response.status_code
        if status in _BUSY:
            raise RetriableError(f"{url.host} answered {status}", _after(response))
        if status in _ABSENT:
            return Answer(False, f"the service has none ({status})")
        if status == 416:
            # What is there is not the beginning of this file.
            _tag(target).unlink(missing_ok=True)
            raise RetriableError(f"{url.host} answered 416")
        if status not in (200, 206):
            raise DownloadError(
                f"expected the file, {url.host} answered {status}: try its address in a browser"
            )
        kept = target.stat().st_size if status == 206 and target.exists() else 0
        if status == 206 and not response.headers.get("content-range", "").startswith(f"bytes {kept}-"):
            _tag(target).unlink(missing_ok=True)
            raise RetriableError(f"{url.host} sent another part of the file than was asked for")
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and kept + int(stated) > self._max_bytes:
            raise self._too_large()
        _remember(_tag(target), response.headers.get("etag", ""))
        deadline = time.monotonic() + self._seconds
        with target.open("ab" if kept else "wb") as file:
            for piece in response.iter_raw():
                kept += len(piece)
                if kept > self._max_bytes:
                    file.close()
                    target.unlink()
                    raise self._too_large()
                if time.monotonic() > deadline:
                    raise DownloadError(
                        f"expected the file within {self._seconds:g} seconds, got {kept} bytes of it: "
                        "run the same command again, it goes on from there"
                    )
                file.write(piece)
        _tag(target).unlink(missing_ok=True)
        return Answer(True, content_type=response.headers.get("content-type", ""))

    def _too_large(self) -> DownloadError:
        return DownloadError(
            f"expected at most {self._max_bytes // 2**20} MiB, the file is larger: not taken"
        )


def _tag(target: Path) -> Path:
    """Where the version is kept that a partial file is part of."""
    return target.with_name(f"{target.name}.tag")


def _remember(tag: Path, etag: str) -> None:
    # A weak tag says nothing about bytes (RFC 9110, 13.1.5).
    if etag and not etag.startswith("W/") and etag.isascii():
        tag.write_text(etag, encoding="ascii")
    else:
        tag.unlink(missing_ok=True)


def _after(response: httpx.Response) -> float | None:
    stated = response.headers.get("retry-after", "")
    return min(float(stated), _LONGEST_WAIT) if stated.isdigit() else None
