"""An endpoint that says what a test tells it to, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Request", "Script", "answering", "number_of", "says", "scripted", "stalling", "status"]


@dataclass(frozen=True)
class Request:
    """What came in: the body, the headers in lower case, and the handler to reply with."""

    body: dict[str, Any]
    headers: dict[str, str]
    handler: BaseHTTPRequestHandler

    @property
    def paragraphs(self) -> list[str]:
        """The numbered paragraphs that the model was shown."""
        data = json.loads(self.body["messages"][-1]["content"])
        numbers = [paragraph["paragraph"] for paragraph in data["paragraphs"]]
        assert numbers == list(range(1, len(numbers) + 1))
        return [paragraph["text"] for paragraph in data["paragraphs"]]


Step = Callable[[Request], None]


@dataclass
class Script:
    """The endpoint's address, what it was asked, and what it does next: the last step goes on for ever."""

    base_url: str
    steps: list[Step]
    requests: list[Request] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client closes its connection to a step that stalls."""


@contextmanager
def scripted(*steps: Step) -> Iterator[Script]:
    """An endpoint on a free port of loopback that takes ``steps`` one by one."""
    script = Script("", list(steps))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(body, headers, self)
            script.requests.append(request)
            step = script.steps.pop(0) if len(script.steps) > 1 else script.steps[0]
            try:
                step(request)
            except (BrokenPipeError, ConnectionResetError):
                script.hung_up.set()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        script.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.script = script  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def send(request: Request, code: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
    handler = request.handler
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def says(content: str | None) -> Step:
    """A chat completion with this text."""

    def step(request: Request) -> None:
        message = {"role": "assistant", "content": content}
        body = {"object": "chat.completion", "choices": [{"index": 0, "message": message}]}
        send(request, 200, json.dumps(body).encode())

    return step


def answering(make: Callable[[Sequence[str]], list[dict[str, Any]]]) -> Step:
    """Statements made from the paragraphs that the model was shown."""

    def step(request: Request) -> None:
        says(json.dumps({"statements": make(request.paragraphs)}, ensure_ascii=False))(request)

    return step


def number_of(paragraphs: Sequence[str], words: str) -> int:
    """The number of the first paragraph that holds ``words``."""
    return next(number for number, text in enumerate(paragraphs, 1) if words in text)


def status(code: int, content: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Step:
    return lambda request: send(request, code, content, **headers)


def stalling(seconds: float = 30.0, drip: bytes = b"") -> Step:
    """Nothing, or a drip of bytes, until the client gives up."""

    def step(request: Request) -> None:
        handler = request.handler
        script: Script = handler.server.script  # type: ignore[attr-defined]
        if drip:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.end_headers()
        handler.connection.settimeout(0.02)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if drip:
                handler.wfile.write(drip)
                handler.wfile.flush()
            try:
                if handler.connection.recv(1) == b"":
                    script.hung_up.set()
                    return
            except TimeoutError:
                continue

    return step
