"""More than the service can do, clients that are slow, and the end: what was begun is finished."""

from __future__ import annotations

import asyncio
import json
import select
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
from guarding import guarded
from serving import error_of, running, serving
from serving_process import Service
from starlette.responses import StreamingResponse
from starlette.types import Message

from service.config import Settings

Ask = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def at_once(settings: Settings, count: int, seconds: float = 0.05) -> tuple[list[httpx.Response], int]:
    """``count`` requests at once, each of which takes ``seconds``; and how many ran at the same time."""
    app = guarded(settings)
    running = most = 0

    @app.post("/v1/slow")
    async def slow() -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(seconds)
        running -= 1
        return "done"

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://rapporteur.test") as client:
            done = await asyncio.gather(*(client.post("/v1/slow", json={}) for _ in range(count)))
            again = await client.post("/v1/slow", json={})
            assert again.status_code == 200, "it recovers"
            return done

    responses = asyncio.run(ask())
    gauges = app.state.metrics.exposition().decode()
    assert "rapporteur_requests_running 0.0" in gauges
    assert "rapporteur_requests_waiting 0.0" in gauges
    return responses, most


def test_as_many_as_may_run_do_and_the_next_wait() -> None:
    responses, most = at_once(Settings(max_running=4, max_waiting=16), 20, 0.01)
    assert {response.status_code for response in responses} == {200}
    assert most == 4


def test_what_no_queue_has_room_for_is_told_at_once_when_to_come_again() -> None:
    responses, most = at_once(Settings(max_running=2, max_waiting=3), 50)
    assert Counter(response.status_code for response in responses) == {200: 5, 503: 45}
    assert most == 2
    shed = next(response for response in responses if response.status_code == 503)
    assert error_of(shed)["code"] == "overloaded"
    assert shed.headers["retry-after"] == "1"


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    responses, _ = at_once(Settings(max_running=1, max_waiting=50, max_wait_seconds=0.1), 30)
    statuses = Counter(response.status_code for response in responses)
    assert set(statuses) == {200, 503}  # who waited without bound would be answered in the end


def test_a_client_that_hung_up_while_it_waited_is_not_worked_for() -> None:
    app = guarded(Settings(max_running=1))
    worked: list[int] = []

    @app.post("/v1/slow/{number}")
    async def slow(number: int) -> None:
        worked.append(number)
        await asyncio.sleep(0.05)

    async def ask(number: int, hangs_up: bool) -> None:
        body: list[Message] = [
            {"type": "http.request", "body": b"{}", "more_body": False},
            {"type": "http.disconnect"},
        ]
        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": f"/v1/slow/{number}",
            "raw_path": b"", "query_string": b"", "scheme": "http", "root_path": "",
            "client": ("192.0.2.1", 1),            "server": ("rapporteur.test", 80), "state": {},
            "headers": [(b"host", b"rapporteur.test"), (b"content-length", b"2")],
        }  # fmt: skip

        async def receive() -> Message:
            if len(body) == 1 and not hangs_up:
                await asyncio.Event().wait()
            return body.pop(0) if len(body) > 1 else body[0]

        async def send(message: Message) -> None:
            pass

        await app(scope, receive, send)

    async def all_of_them() -> None:
        await asyncio.gather(ask(0, False), ask(1, True), ask(2, False))

    asyncio.run(all_of_them())
    assert worked == [0, 2]


def test_half_a_body_and_slow_heads_hold_nothing_up_and_are_given_up(sample_data: Path) -> None:
    settings = {
        "RAPPORTEUR_BODY_SECONDS": "1",
        "RAPPORTEUR_HEAD_SECONDS": "2",
        "RAPPORTEUR_MAX_RUNNING": "1",
        "RAPPORTEUR_MAX_WAITING": "0",
    }
    with ExitStack() as stack:
        service = stack.enter_context(Service(sample_data, **settings))
        client = stack.enter_context(httpx.Client(base_url=service.url, timeout=60))
        half, heads, endless, silent = (stack.enter_context(service.connection()) for _ in range(4))
        half.sendall(
            b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b'Content-Type: application/json\r\n\r\n{"question":'
        )
        heads.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        answer = client.post("/v1/answers", json={"question": "When was the symposium held?"})
        assert answer.status_code == 200, "the one place there is is not taken by them"
        assert _never_ending(endless) < 1_000_000
        refusal = b"".join(iter(lambda: half.recv(65_536), b""))
        assert refusal.startswith(b"HTTP/1.1 408 ")
        assert b"body_too_slow" in refusal
        assert heads.recv(10) == b""
        assert silent.recv(10) == b""
        assert client.get("/healthz").status_code == 200


def test_who_does_not_take_a_response_is_cut_off_and_who_takes_it_slowly_is_not() -> None:
    """A response nobody reads was held in memory, and its place in the queue with it, without end."""
    app = guarded(Settings(max_running=2))
    content = b"x" * 24_000_000

    @app.get("/v1/large")
    async def large() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 1_000_000):
                yield content[start : start + 1_000_000]

        return StreamingResponse(parts())

    request = b"GET /v1/large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with serving(app, stall_seconds=1) as client, ExitStack() as stack:
        address = (client.base_url.host, client.base_url.port or 0)
        silent, slow = (stack.enter_context(socket.create_connection(address)) for _ in range(2))
        for connection in (silent, slow):
            connection.sendall(request)
        taken = 0
        while part := slow.recv(300_000):
            taken += len(part)
            time.sleep(0.02)
        assert taken > len(content)
        assert client.get("/v1/whoami").status_code == 200, "there is a place again"
        poll = select.poll()
        poll.register(silent, 0)
        ((_, event),) = poll.poll(60_000)
        assert event & (select.POLLHUP | select.POLLERR), "cut off, not closed in good order"
        assert "rapporteur_requests_running 0.0" in app.state.metrics.exposition().decode()


def _never_ending(connection: socket.socket) -> int:
    """Send headers until the other side has had enough; the bytes that it took."""
    connection.sendall(b"GET / HTTP/1.1\r\n")
    header = b"X-More: " + b"x" * 2000 + b"\r\n"
    sent = 0
    with suppress(OSError):
        while sent < 50_000_000:
            connection.sendall(header)
            sent += len(header)
            time.sleep(0.001)
    return sent


def test_a_stopped_service_finishes_what_it_began_and_takes_nothing_new(sample_data: Path) -> None:
    body = json.dumps({"question": "When was the symposium on soil carbon held?"}).encode()
    head = (
        b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"
    )
    with ExitStack() as stack:
        service = stack.enter_context(Service(sample_data))
        begun = [stack.enter_context(service.connection()) for _ in range(4)]
        for connection in begun:
            connection.sendall(head)
        for connection in begun:
            assert connection.recv(100).startswith(b"HTTP/1.1 100 "), "the service waits for the body"
        service.process.send_signal(signal.SIGTERM)
        _until_refused(service)
        for connection in begun:
            connection.sendall(body)
        for connection in begun:
            answer = b"".join(iter(lambda open_=connection: open_.recv(65_536), b""))  # type: ignore[misc]
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["citations"]
        assert service.process.wait(30) == 0


def _until_refused(service: Service) -> None:
    """:raises TimeoutError: if the service goes on taking connections."""
    for _ in range(3000):
        try:
            service.connection().close()
        except ConnectionRefusedError:
            return
        time.sleep(0.01)
    raise TimeoutError


def test_a_large_request_that_comes_in_one_piece_has_no_long_head(sample_data: Path) -> None:
    body = json.dumps({"question": "soil", "documents": ["A/64/202"] * 1000}).encode()
    body += b" " * (200_000 - len(body))
    with running(Settings(data=sample_data)) as client, socket.socket() as connection:
        connection.connect((client.base_url.host, client.base_url.port or 0))
        for _ in range(3):
            connection.sendall(
                b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 200000\r\n\r\n" + body
            )
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
            connection.setblocking(False)
            with suppress(BlockingIOError):
                while connection.recv(65_536):
                    pass
            connection.setblocking(True)
