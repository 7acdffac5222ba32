"""The Model Context Protocol, through its own SDK's client: over HTTP in both its generations, and stdio."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import mcp_types as types
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from serving import running

from service.config import Settings

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"
CITED = "ICCD/COP(13)/CST/5#15"

_Result = TypeVar("_Result")


@pytest.fixture(scope="module")
def service(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


@pytest.fixture(params=["http", "http-legacy", "stdio"])
def connect(request: pytest.FixtureRequest, service: httpx.Client, sample_data: Path) -> Callable[[], Client]:
    """Makes a client of one kind."""
    if request.param == "stdio":
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "rapporteur", "mcp", "--data", str(sample_data)],
            cwd=str(ROOT),
            env={"PYTHONPATH": str(ROOT), "RAPPORTEUR_PUBLIC_URL": "http://127.0.0.1:8000/"},
        )
        return lambda: Client(command)
    mode = "legacy" if request.param == "http-legacy" else "auto"
    return lambda: Client(address(service), mode=mode)


def address(service: httpx.Client) -> str:
    return f"{str(service.base_url).rstrip('/')}/mcp"


def use(connect: Callable[[], Client], work: Callable[[Client], Awaitable[_Result]]) -> _Result:
    async def connected() -> _Result:
        async with connect() as client:
            return await work(client)

    return asyncio.run(asyncio.wait_for(connected(), 60))


def text_of(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def test_a_client_finds_searches_reads_and_asks(connect: Callable[[], Client]) -> None:
    async def work(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "fetch", "answer"}
        for tool in tools.values():
            assert tool.description
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.input_schema["additionalProperties"] is False

        found = await client.call_tool("search", {"query": "soil organic carbon symposium"})
        results = found.structured_content["results"]
        assert json.loads(text_of(found)) == found.structured_content
        assert CITED in [result["id"] for result in results]
        assert all(set(result) == {"id", "title", "url", "text"} for result in results)
        first = results[0]
        assert first["url"].startswith("http://127.0.0.1:")
        assert first["url"].endswith(f"/documents/{first['id']}")

        read = (await client.call_tool("fetch", {"id": CITED})).structured_content
        assert set(read) == {"id", "title", "text", "url", "metadata"}
        assert (read["id"], read["title"]) == (CITED, "ICCD/COP(13)/CST/5, para. 15")
        assert "21 to 23 March 2017" in read["text"]
        assert "2017年3月21日至23日" in read["metadata"]["texts"]["zh"]
        assert read["metadata"]["edition"] == "digest"

        for question, language, date in (
            (WHEN, None, "21 to 23 March 2017"),
            (WHEN_ZH, None, "2017年3月21日至23日"),
            (WHEN, "zh", "2017年3月21日至23日"),
        ):
            arguments = {"question": question} | ({"language": language} if language else {})
            answered = await client.call_tool("answer", arguments)
            assert date in text_of(answered)
            assert answered.structured_content["citations"][0]["id"] == CITED
            assert answered.structured_content["status"] == "answered"

    use(connect, work)


def test_paragraphs_are_resources_listed_in_pages(connect: Callable[[], Client]) -> None:
    async def work(client: Client) -> None:
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "rapporteur://paragraphs/{+id}"
        page = await client.list_resources()
        assert len(page.resources) == 136
        assert page.next_cursor is None
        listed = {resource.name: resource for resource in page.resources}
        assert listed[CITED].title == "ICCD/COP(13)/CST/5, para. 15"
        for uri in (
            str(listed[CITED].uri),
            f"rapporteur://paragraphs/{CITED}",
            f"rapporteur://paragraphs/{CITED.replace('#', '%23')}",
        ):
            contents = (await client.read_resource(uri)).contents
            texts = [content.text for content in contents if isinstance(content, types.TextResourceContents)]
            assert "21 to 23 March 2017" in texts[0]
            assert "2017年3月21日至23日" in texts[1]
            assert [(content.meta or {})["language"] for content in contents] == ["en", "zh"]

    use(connect, work)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("search", {}, "query: Field required"),
    ("search", {"query": ""}, "query: String should have at least 1 character"),
    ("search", {"query": 5}, "query: Input should be a valid string"),
    ("search", {"query": "soil", "top_k": 3}, "top_k: Extra inputs are not permitted"),
    ("search", {"query": "soil", "limit": 0}, "limit: Input should be greater than or equal to 1"),
    ("search", {"query": "soil", "documents": ["A/99/999"]}, "A/99/999"),
    ("search", {"query": "a\x00b"}, "control character U+0000"),
    ("fetch", {"id": ""}, "id: String should have at least 1 character"),
    ("fetch", {"id": "A/64/202#II.35 or so"}, "id: an id holds no white space"),
    ("fetch", {"id": "A/99/999#1"}, "A/99/999"),
    ("fetch", {"id": "A/64/202#XX.1"}, "XX.1"),
    ("fetch", {"id": "A/64/202#"}, "A/64/202"),
    ("fetch", {"id": "nothing"}, "nothing"),
    ("answer", {"question": "x" * 2001}, "question: String should have at most 2000 characters"),
    ("answer", {"question": "soil", "language": "fr"}, "language: Input should be"),
]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_wrong_arguments_are_told_to_the_assistant(service: httpx.Client, mode: str) -> None:
    async def work(client: Client) -> None:
        for tool, arguments, told in WRONG:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert told in text_of(result)
            assert "Traceback" not in text_of(result)
            assert "\n" not in text_of(result)

    use(lambda: Client(address(service), mode=mode), work)


def test_what_is_no_tool_resource_or_page_is_a_protocol_error(connect: Callable[[], Client]) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError, match="expected one of the tools search, fetch, answer") as caught:
            await client.call_tool("delete", {})
        assert caught.value.code == types.INVALID_PARAMS
        for uri in (
            "rapporteur://paragraphs/A/99/999#1",
            "file:///etc/passwd",
            f"rapporteur://paragraphs/{'x' * 99}",
        ):
            with pytest.raises(MCPError) as caught:
                await client.read_resource(uri)
            assert caught.value.code == types.INVALID_PARAMS
        for cursor in ("A/99/999#1", "A/64/202#nothing"):
            with pytest.raises(MCPError, match="expected the cursor") as caught:
                await client.list_resources(cursor=cursor)
            assert caught.value.code == types.INVALID_PARAMS

    use(connect, work)


def test_a_whole_document_can_be_fetched(service: httpx.Client) -> None:
    result = use(
        lambda: Client(address(service)),
        lambda client: client.call_tool("fetch", {"id": "ICCD/COP(13)/CST/5", "language": "zh"}),
    )
    assert isinstance(result, types.CallToolResult)
    read = result.structured_content
    assert "[15] " in read["text"]
    assert "2017年3月21日至23日" in read["text"]
    assert len(read["metadata"]["paragraphs"]) == 37


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"jsonrpc": "2.0"}', 400),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 5}', 400),
        (b"\xff", 400),
    ],
)
def test_what_is_no_json_rpc_gets_a_json_rpc_error(service: httpx.Client, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    response = service.post("/mcp", content=body, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["code"] in (-32700, -32600, -32602)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_METHODS = ["tools/call", "tools/list", "resources/read", "resources/list", "initialize", "ping", "nothing"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(_METHODS),
    params=st.dictionaries(st.sampled_from(["name", "arguments", "uri", "cursor"]), _JSON, max_size=4)
    | st.fixed_dictionaries({"name": st.sampled_from(["search", "fetch", "answer"]), "arguments": _JSON}),
)
def test_no_parameters_make_the_endpoint_fail(
    service: httpx.Client, method: str, params: dict[str, Any]
) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    response = service.post("/mcp", content=json.dumps(body).encode(), headers=headers)
    assert response.status_code < 500
    assert "Traceback" not in response.text


def test_a_body_above_the_limit_is_refused(service: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    assert service.post("/mcp", content=b" " * 3_000_000, headers=headers).status_code == 413


def test_a_page_of_another_host_can_not_reach_a_service_on_loopback(service: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    for wrong, status in (({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)):
        assert service.post("/mcp", json={}, headers=headers | wrong).status_code == status


def test_without_an_index_an_assistant_is_told_what_to_type(tmp_path: Path) -> None:
    with running(Settings(data=tmp_path / "none")) as service:

        async def work(client: Client) -> None:
            for name, arguments in (
                ("search", {"query": "soil"}),
                ("fetch", {"id": CITED}),
                ("answer", {"question": "soil"}),
            ):
                result = await client.call_tool(name, arguments)
                assert result.is_error
                assert "rapporteur ingest" in text_of(result)
            with pytest.raises(MCPError, match="rapporteur ingest"):
                await client.list_resources()

        use(lambda: Client(address(service)), work)


def test_the_sdk_is_not_loaded_before_a_client_comes() -> None:
    code = (
        "import sys, service.app, service.server; sys.exit('mcp' in sys.modules or 'openai' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)  # noqa: S603 (our own code)
