"""Runs a tool and puts its answer or its error into a result."""

from typing import Any, Final

import mcp_types as types
from mcp.shared.exceptions import MCPError

from shared.errors import ProblemError
from shared.http.parameters import validate
from shared.mcp.resources import report_link
from shared.mcp.tokens import shortened
from shared.mcp.tool_catalogue import TOOLS
from shared.mcp.tool_errors import error_text, unexpected_error_text
from shared.mcp.tools.tool import DetailArguments, ToolContext
from shared.observability.telemetry import annotate
from shared.runtime.compact_json import dumps

_WITHOUT_STRUCTURE: Final = frozenset({"2024-11-05", "2025-03-26"})
"""Protocol revisions whose results have no structured content."""


async def call_tool(
    call: ToolContext, name: str, arguments: dict[str, Any], protocol_version: str
) -> types.CallToolResult:
    """Returns the result of a tool; a failure is a result with ``isError``.

    Raises:
        MCPError: There is no such tool.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise MCPError(types.INVALID_PARAMS, f"There is no tool {name[:100]!r}; tools/list has their names.")
    annotate(tool=name)
    try:
        values = validate(tool.arguments, arguments)
        answer = await tool.run(call, values)
        detail = isinstance(values, DetailArguments) and values.detail
        data = shortened(answer, detail=detail)
        annotate(symbol=data.get("symbol"), source=data.get("source"))
    except ProblemError as error:
        return _error(error_text(error))
    except Exception:  # noqa: BLE001 - the cause is logged; a client must not see it
        return _error(unexpected_error_text())
    links = [report_link(answer.report_id, answer.summary)] if answer.report_id else []
    if protocol_version in _WITHOUT_STRUCTURE:
        return types.CallToolResult(content=[types.TextContent(text=dumps(data).decode())])
    # The data are sent once: the text is a summary of them.
    content: list[types.ContentBlock] = [types.TextContent(text=answer.summary), *links]
    return types.CallToolResult(content=content, structured_content=data)


def _error(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)
