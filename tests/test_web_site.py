"""Pages and their files as they go over the wire."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import running

from service.config import Settings
from service.web.site import Site

STATIC = Path(__file__).resolve().parent.parent / "service" / "web" / "static"
PAGES = ("/", "/documents", "/mandates", "/timeline", "/documents/A/64/202")
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def test_the_page_with_all_its_files_weighs_less_than_150_kb() -> None:
    ours = [file for file in STATIC.iterdir() if file.name != "docs.html"]
    assert sum(file.stat().st_size for file in ours) < 150_000


def test_no_file_of_the_page_asks_for_anything_from_elsewhere_or_makes_markup_of_text() -> None:
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8")
        addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text))
        assert addresses <= {"http://www.w3.org", "https://docs.un.org"}, file.name
        if file.suffix == ".js":
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser", text
            )
        if file.suffix == ".html":
            assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=", text)


def test_every_module_that_is_imported_is_loaded_ahead() -> None:
    """Otherwise a slow network pays a round trip for each step of the import chain."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r"/web/VERSION/([a-z]+\.js)", page))
    imported = {
        name
        for file in STATIC.glob("*.js")
        for name in re.findall(r'from "\./([a-z]+\.js)"', file.read_text(encoding="utf-8"))
    }
    assert imported <= named
    assert all((STATIC / name).is_file() for name in named)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_allows_nothing_inline_and_nothing_from_elsewhere(client: httpx.Client, path: str) -> None:
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-cache"
    head = client.head(path, headers=HTML)
    assert (head.status_code, head.content) == (200, b"")


def test_files_are_kept_for_as_long_as_their_address_names_what_they_are(client: httpx.Client) -> None:
    page = client.get("/").text
    for address in set(re.findall(r'"(/web/[^"]+)"', page)):
        file = client.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
    old = client.get("/web/000000000000/app.js")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["index.html", "nothing.js", "..", "%2e%2e", "site.py", "..%2fsite.py"])
def test_only_files_of_the_page_are_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"/web/x/{name}").status_code == 404


def test_files_are_compressed_for_those_who_take_that(client: httpx.Client) -> None:
    address = f"/web/{Site().version}/style.css"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    small = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert plain.text == small.text == (STATIC / "style.css").read_text(encoding="utf-8")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) < 0.4 * int(plain.headers["content-length"])
    assert len(gzip.compress(plain.content)) >= int(small.headers["content-length"]) * 0.9


def test_a_document_is_a_page_for_browsers_and_data_for_programs(client: httpx.Client) -> None:
    page = client.get("/documents/A/64/202", headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    assert "Accept" in page.headers["vary"]
    data = client.get("/documents/A/64/202", follow_redirects=True)
    assert data.json()["symbol"] == "A/64/202"


def test_a_document_that_is_not_there_is_404_also_as_a_page(client: httpx.Client) -> None:
    page = client.get("/documents/A/99/999", headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_a_paragraph_whose_mark_came_encoded_is_led_to_the_paragraph(client: httpx.Client) -> None:
    led = client.get("/documents/ICCD/COP(13)/CST/5%2336(c)", headers=HTML)
    assert led.status_code == 307
    assert led.headers["location"] == "/documents/ICCD/COP(13)/CST/5#36(c)"


def test_pages_open_without_an_index_too(tmp_path: Path) -> None:
    with running(Settings(data=tmp_path)) as client:
        assert client.get("/", headers=HTML).status_code == 200
        assert client.get("/documents/A/64/202", headers=HTML).status_code == 503


def test_the_reference_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith("/web/")
        assert client.get(address).status_code == 200
