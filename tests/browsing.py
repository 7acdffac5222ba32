"""A headless Chromium that visits the service.

Every visit has to go without an error in the console and without a request that goes elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

__all__ = ["Visitor", "launched", "violations"]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_PATIENCE = 20_000
"""Milliseconds: for a machine that is busy with other tests."""
_MISSING = (
    "no Chromium to test the web page with: `apt-get install chromium`, or `python -m playwright install "
    "chromium`, or name one in RAPPORTEUR_BROWSER"
)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; skips the test where there is none."""
    named = os.environ.get("RAPPORTEUR_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        if named is None and not Path(playwright.chromium.executable_path).is_file():
            pytest.skip(_MISSING)
        # No sandbox: CI runs as root, and the pages are our own.
        expect.set_options(timeout=_PATIENCE)
        browser = playwright.chromium.launch(executable_path=named, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Opens pages of the service at ``origin``, each in a fresh profile."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.origin = origin
        self._browser = browser
        self._stack = ExitStack()
        self._faults: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stack.close()
        if kind is None:
            assert self._faults == []

    def open(self, path: str, *, expected: str = "", **profile: Any) -> Page:
        """The page at ``path``. ``expected`` is part of a console message that may come: browsers log every
        4xx response as an error."""
        settings: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}
        context = self._browser.new_context(**(settings | profile))
        self._stack.callback(context.close)
        context.set_default_timeout(_PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self._faults.append(f"{path}: {error}"))
        page.on(
            "console",
            lambda said: (
                self._faults.append(f"{path}: {said.type}: {said.text}")
                if said.type in ("error", "warning") and not (expected and expected in said.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((f"{self.origin}/", "data:"))
                else self._faults.append(f"{path}: asked {request.url}")
            ),
        )
        page.goto(self.origin + path)
        return page


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds wrong for people who use assistive technology, a line each.

    By all its rules, or by ``rules`` alone.
    """
    found = Axe().run(page, options={"runOnly": list(rules)} if rules else None).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found
        for node in violation["nodes"]
    ]
