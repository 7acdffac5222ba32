"""Documents fetched from a server of ours that plays the document service, redirects and failures too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from office_examples import docx, paragraph
from pdf_examples import page, pdf

from ingest.corpus import read_corpus
from ingest.download import Downloader
from ingest.fetch import Fetched, fetch, file_name
from ingest.origin import URL
from rapporteur import main

WORD = docx(paragraph("Wells", style="H1") + paragraph("1.\tWells were dug.") + paragraph("2.\tIt rained."))
PRINTED = pdf([page(["1. Wells were dug by hand.", "", "2. It rained."])])


@dataclass
class Service:
    """What the server gives: (symbol, language, type) → bytes, a status, or where it sends one on to."""

    files: dict[tuple[str, str, str], bytes | str | int] = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    """Statuses with which the next requests are answered."""
    broken_after: list[int] = field(default_factory=list)
    """Bytes after which the next files break off."""
    tagged: bool = True
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    service: Service

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        service = self.service
        service.asked.append(self.path)
        split = urlsplit(self.path)
        if service.failures:
            self._empty(service.failures.pop(0), {"Retry-After": "7"})
        elif split.path == "/api/symbol/access":
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            found = service.files.get((query["s"], query["l"], query["t"]), 404)
            if isinstance(found, int):
                self._empty(found, {})
            elif isinstance(found, str):
                self._empty(302, {"Location": found})
            else:
                self._empty(
                    302, {"Location": f"/files/{query['s'].replace('/', '-')}.{query['l']}.{query['t']}"}
                )
        else:
            symbol, language, kind = split.path.removeprefix("/files/").rsplit(".", 2)
            data = service.files[symbol.replace("-", "/"), language, kind]
            assert isinstance(data, bytes)
            self._file(data)

    def _empty(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, data: bytes) -> None:
        service = self.service
        begin = 0
        asked = self.headers.get("Range")
        if asked and self.headers.get("If-Range") == '"v1"':
            service.ranges.append(asked)
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        if service.tagged:
            self.send_header("ETag", '"v1"')
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        cut = service.broken_after.pop(0) if service.broken_after else len(data)
        self.wfile.write(data[begin : begin + cut])


def serving(service: Service) -> Iterator[Service]:
    handler = type("Bound", (Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    service.url = (
        f"http://127.0.0.1:{server.server_port}/api/symbol/access?s={{symbol}}&l={{language}}&t={{type}}"
    )
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    yield from serving(Service())


@pytest.fixture
def waits() -> list[float]:
    return []


def fetched(
    service: Service,
    folder: Path,
    waits: list[float],
    *symbols: str,
    languages: str = "en",
    max_bytes: int = 2**20,
) -> list[Fetched]:
    with Downloader(service.url.partition("?")[0], max_bytes=max_bytes) as downloader:
        return list(
            fetch(symbols, languages.split(","), folder, downloader, url=service.url, sleep=waits.append)
        )


def test_word_is_taken_before_pdf_and_a_missing_language_is_said(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files |= {
        ("A/1/1", "en", "doc"): WORD,
        ("A/1/1", "en", "pdf"): PRINTED,
        ("A/1/1", "zh", "pdf"): PRINTED,
    }
    done = fetched(service, tmp_path, waits, "A/1/1", languages="en,zh,fr")
    assert [(one.language, one.state, one.path and one.path.name) for one in done] == [
        ("en", "fetched", "A_1_1.en.docx"), ("zh", "fetched", "A_1_1.zh.pdf"), ("fr", "missing", None),
    ]  # fmt: skip
    assert (tmp_path / "A_1_1.en.docx").read_bytes() == WORD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A_1_1.en.docx", "A_1_1.zh.pdf"]
    assert [document.symbol for document in read_corpus([tmp_path / "A_1_1.en.docx"]).documents] == ["A/1/1"]


def test_what_is_there_is_not_asked_for_again_and_requests_are_a_pause_apart(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files |= {(f"A/1/{n}", "en", "doc"): WORD for n in (1, 2, 3)}
    fetched(service, tmp_path, waits, "A/1/1", "A/1/2", "A/1/3")
    assert waits == [1.0, 1.0]
    before = len(service.asked)
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1", "A/1/2", "A/1/3")] == [
        "there"
    ] * 3
    assert len(service.asked) == before


def test_a_busy_service_is_asked_again_later_and_when_it_says(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files["A/1/1", "en", "doc"] = WORD
    service.failures = [503, 429]
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["fetched"]
    assert waits == [7.0, 7.0]
    service.failures = [500] * 9
    (failed,) = fetched(service, tmp_path, waits, "A/1/2")
    assert failed.state == "failed"
    assert "500" in failed.why
    assert len(service.failures) == 4


def test_a_download_that_breaks_off_goes_on_where_it_was(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files["A/1/1", "en", "doc"] = WORD
    service.broken_after = [100, 50]
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["fetched"]
    assert service.ranges == ["bytes=100-", "bytes=150-"]
    assert (tmp_path / "A_1_1.en.docx").read_bytes() == WORD


def test_a_run_that_was_interrupted_goes_on_where_it_was(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files["A/1/1", "en", "doc"] = WORD
    service.broken_after = [100, 0, 0, 0, 0]
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["failed"]
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["fetched"]
    assert service.ranges[-1] == "bytes=100-"
    assert (tmp_path / "A_1_1.en.docx").read_bytes() == WORD


def test_without_a_tag_a_broken_download_begins_again(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files["A/1/1", "en", "doc"] = WORD
    service.tagged = False
    service.broken_after = [100]
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["fetched"]
    assert service.ranges == []
    assert (tmp_path / "A_1_1.en.docx").read_bytes() == WORD


def test_a_redirect_to_a_private_address_is_not_followed(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    inner = Service(files={("A/1/1", "en", "doc"): WORD})
    for _ in serving(inner):
        inside = inner.url.partition("/api")[0]
        named = inside.replace("127.0.0.1", "localhost")
        for target in (
            f"{inside}/files/A-1-1.en.doc",
            f"{named}/files/A-1-1.en.doc",
            "http://10.0.0.1/a.doc",
            "http://[::1]/a.doc",
            "http://169.254.169.254/latest",
        ):
            service.files["A/1/1", "en", "doc"] = target
            (done,) = fetched(service, tmp_path, waits, "A/1/1")
            assert done.state == "failed", target
            assert "public address" in done.why
        assert inner.asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "target", ["ftp://example.org/a", "file:///etc/passwd", "/api/symbol/access?s=A/1/1&l=en&t=doc"]
)
def test_other_schemes_and_circles_are_refused(
    service: Service, tmp_path: Path, waits: list[float], target: str
) -> None:
    service.files["A/1/1", "en", "doc"] = target
    assert [one.state for one in fetched(service, tmp_path, waits, "A/1/1")] == ["failed"]


def test_a_name_that_leads_inside_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    with Downloader(URL.partition("{")[0], resolve=lambda host, port: ["192.168.1.1"]) as downloader:
        # The service's own address is its operator's choice; where it sends one on to is not.
        (done,) = fetch(
            ["A/1/1"],
            ["en"],
            tmp_path,
            downloader,
            url="https://elsewhere.example/{symbol}/{language}/{type}",
        )
    assert done.state == "failed"
    assert "192.168.1.1" in done.why


def test_what_is_too_large_or_of_another_type_is_not_kept(
    service: Service, tmp_path: Path, waits: list[float]
) -> None:
    service.files |= {
        ("A/1/1", "en", "doc"): WORD + b"\0" * 2**20,
        ("A/1/2", "en", "doc"): b"<html>not here</html>",
    }
    large, page = fetched(service, tmp_path, waits, "A/1/1", "A/1/2")
    assert (large.state, page.state) == ("failed", "missing")
    assert "at most 1 MiB" in large.why
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "symbol", ["", "A", "../etc/passwd", "A/../B/1", "A/1/1 (Sect. 2)", "a/1/1", "A/1/1#2", "A/1/1?x=1"]
)
def test_what_is_no_symbol_is_refused_before_anything_is_fetched(symbol: str) -> None:
    with pytest.raises(ValueError, match="document symbol"):
        file_name(symbol, "en", ".pdf")
    with pytest.raises(ValueError, match="'de'"):
        file_name("A/64/202", "de", ".pdf")


def test_the_command_fetches_and_ingests(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service.files |= {("A/1/1", "en", "doc"): WORD}
    monkeypatch.setenv("RAPPORTEUR_FETCH_URL", service.url)
    folder, data = tmp_path / "documents", tmp_path / "data"
    with pytest.raises(SystemExit) as left:
        main(["--data", str(data), "fetch", "A/1/1", "--languages", "en", "--to", str(folder)])
    assert not left.value.code
    printed = capsys.readouterr().out
    assert "A/1/1 (en) fetched" in printed
    assert "1 documents, 2 paragraphs" in printed
    for wrong in (["fetch", "../etc"], ["fetch", "A/1/1", "-l", "de"]):
        with pytest.raises(SystemExit) as left:
            main(["--data", str(data), *wrong, "--to", str(folder)])
        assert left.value.code == 2
    monkeypatch.setenv("RAPPORTEUR_FETCH_URL", "https://example.org/{nothing}")
    with pytest.raises(SystemExit) as left:
        main(["fetch", "A/1/1"])
    assert left.value.code == 2
