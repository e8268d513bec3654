"""The server of one request: connects the protocol's methods to tools, resources and prompts."""

from dataclasses import replace
from typing import Any, Final

import mcp_types as types
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server

from shared import __version__
from shared.mcp.calls import call_tool
from shared.mcp.prompts import get_prompt, list_prompts
from shared.mcp.resources import TEMPLATES, list_reports, read_report
from shared.mcp.tool_catalogue import tool_list
from shared.mcp.tools.tool import ToolContext
from shared.observability.telemetry import annotate
from shared.reports.report_events import ProgressEvent

McpContext = ServerRequestContext[Any, Any]
_Page = types.PaginatedRequestParams | None

_INSTRUCTIONS: Final = (
    "Market data, filings and research on listed companies. Every answer names its source and time; stale "
    "and quality say what to doubt. omitted counts entries left out for length, omitted_note says how to get "
    "them. Find tickers with search_symbols. Figures are in the stated currency."
)


def build_server(call: ToolContext) -> Server[Any]:
    """Returns the server for the messages of one HTTP request."""

    async def on_list_tools(_: McpContext, __: _Page) -> types.ListToolsResult:
        return tool_list()

    async def on_call_tool(context: McpContext, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await call_tool(
            _with_progress(call, context), params.name, params.arguments or {}, context.protocol_version
        )

    async def on_list_resources(_: McpContext, __: _Page) -> types.ListResourcesResult:
        return await list_reports(call)

    async def on_list_templates(_: McpContext, __: _Page) -> types.ListResourceTemplatesResult:
        return TEMPLATES

    async def on_read_resource(
        _: McpContext, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        return await read_report(call, str(params.uri))

    async def on_list_prompts(_: McpContext, __: _Page) -> types.ListPromptsResult:
        return list_prompts()

    async def on_get_prompt(_: McpContext, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        return get_prompt(params.name, params.arguments or {})

    server: Server[Any] = Server(
        "stock-research",
        title="Stock research",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=on_list_resources,
        on_list_resource_templates=on_list_templates,
        on_read_resource=on_read_resource,
        on_list_prompts=on_list_prompts,
        on_get_prompt=on_get_prompt,
        get_tool_input_schema=lambda _: None,
    )
    # In place of the SDK's spans: the request's log line names the method.
    server.middleware[:] = [_note_method]
    return server


async def _note_method(ctx: McpContext, call_next: CallNext) -> HandlerResult:
    annotate(rpc_method=ctx.method[:100])
    return await call_next(ctx)


def _with_progress(call: ToolContext, context: McpContext) -> ToolContext:
    if context.meta is None or context.meta.get("progress_token") is None:
        return call

    async def report(step: ProgressEvent) -> None:
        await context.session.report_progress(step.done, step.total, step.step)

    return replace(call, report_progress=report)
