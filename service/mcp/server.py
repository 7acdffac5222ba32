"""The protocol's side of it: the official SDK's server over our tools and resources."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from index.encoder import EncoderError
from index.generation import GenerationError
from service.config import Settings
from service.library import Library, UnknownDocumentError, UnknownParagraphError
from service.mcp.resources import TEMPLATE, CursorError, entries, versions
from service.mcp.tools import ArgumentError, Fetched, FetchRequest, Results, Tools
from service.respondent import Respondent
from service.schemas import AnswerRequest, AnswerResponse, SearchRequest

__all__ = ["Context", "make_server", "serve_stdio", "session_manager"]

Context = ServerRequestContext[Any, Any]

_INSTRUCTIONS = (
    "United Nations documents, by numbered paragraph, in English and Chinese. Use answer for a question of "
    "fact: it quotes the sentence that says so, with the paragraph to cite, or says that the documents don't "
    "answer. Use search and fetch to read around it. Cite paragraphs by their title, never by page."
)
_EXPECTED = (ArgumentError, UnknownDocumentError, UnknownParagraphError, GenerationError, EncoderError)
"""What can be wrong without a fault in the program. An assistant is told, and may try again."""


def make_server(tools: Tools, base: Callable[[Context], str]) -> Server[Any]:
    """A server without state of its own. ``base`` gives the address that links of a request begin with."""

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(_TOOLS))

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        arguments, address = params.arguments or {}, base(context)
        try:
            match params.name:
                case "search":
                    return _result(await tools.search(arguments, address))
                case "fetch":
                    return _result(await tools.fetch(arguments, address))
                case "answer":
                    text, response = await tools.answer(arguments, address)
                    return _result(response, text)
        except _EXPECTED as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)
        names = ", ".join(tool.name for tool in _TOOLS)
        raise MCPError(types.INVALID_PARAMS, f"expected one of the tools {names}, got {params.name[:100]!r}")

    async def list_resources(
        _: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        cursor = params.cursor if params else None
        found, following = await _read(tools, lambda desk: entries(desk, cursor))
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=entry.uri,
                    name=entry.name,
                    title=entry.title,
                    description=entry.description,
                    mime_type="text/plain",
                )
                for entry in found
            ],
            next_cursor=following,
        )

    async def list_templates(
        _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=TEMPLATE,
                    name="paragraph",
                    title="A paragraph in all its languages",
                    description="By its id, as ICCD/COP(13)/CST/5#15 or A/64/202#II.35.",
                    mime_type="text/plain",
                )
            ]
        )

    async def read_resource(_: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        found = await _read(tools, lambda desk: versions(desk, params.uri))
        return types.ReadResourceResult(
            contents=[
                types.TextResourceContents(
                    uri=params.uri,
                    text=one.text,
                    mime_type="text/plain",
                    _meta={"language": one.language},
                )
                for one in found
            ]
        )

    return Server(
        "rapporteur",
        title="rapporteur",
        version=version("rapporteur"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


async def _read(tools: Tools, look: Callable[[Any], Any]) -> Any:
    """:raises MCPError: invalid params for what is unknown, internal error where there is no index."""
    try:
        return await tools.read(look)
    except (CursorError, UnknownDocumentError, UnknownParagraphError) as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from error
    except (GenerationError, EncoderError) as error:
        raise MCPError(types.INTERNAL_ERROR, str(error)) from error


def _result(body: BaseModel, text: str | None = None) -> types.CallToolResult:
    """``body`` as structured content, and as text for clients that know no other."""
    content = body.model_dump(mode="json")
    shown = json.dumps(content, ensure_ascii=False) if text is None else text
    return types.CallToolResult(content=[types.TextContent(text=shown)], structured_content=content)


def _tool(
    name: str, title: str, description: str, takes: type[BaseModel], gives: type[BaseModel]
) -> types.Tool:
    return types.Tool(
        name=name,
        title=title,
        description=description,
        input_schema=takes.model_json_schema(),
        output_schema=gives.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(
            title=title, read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


_TOOLS = (
    _tool(
        "search",
        "Search paragraphs",
        "Paragraphs of the documents that fit a query best, whatever language it and they are in.",
        SearchRequest,
        Results,
    ),
    _tool(
        "fetch",
        "Read a paragraph or document",
        "The full text of a paragraph by its id, in all its languages; or of a document by its symbol.",
        FetchRequest,
        Fetched,
    ),
    _tool(
        "answer",
        "Answer a question",
        "One verified answer: the verbatim sentence and the paragraph it stands in, or that the documents "
        "don't answer the question. In the question's language, or in the one asked for (en, zh).",
        AnswerRequest,
        AnswerResponse,
    ),
)


def session_manager(
    server: Server[Any], *, hosts: tuple[str, ...] | None, origins: tuple[str, ...], max_body_bytes: int
) -> StreamableHTTPSessionManager:
    """Streamable HTTP without sessions: what a client leaves behind is nothing.

    ``hosts`` are the only names in ``Host`` and ``Origin`` that are let in, against DNS rebinding; ``None``
    lets in all. ``origins`` are let in as well.
    """
    named = [form for host in hosts or () for form in (host, f"{host}:*")]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=hosts is not None,
        allowed_hosts=named,
        allowed_origins=[*origins, *(f"{scheme}://{form}" for form in named for scheme in ("http", "https"))],
    )
    return StreamableHTTPSessionManager(
        app=server, stateless=True, security_settings=security, max_request_body_size=max_body_bytes
    )


def serve_stdio(library: Library, settings: Settings) -> None:
    """Serve one client on standard input and output until it closes them."""

    async def serve() -> None:
        async with (
            Respondent.opened(library, settings) as respondent,
            stdio_server() as (incoming, outgoing),
        ):
            server = make_server(Tools(library, respondent), lambda _: settings.address)
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(serve)
