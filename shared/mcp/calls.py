"""Runs a tool and puts its answer or its error into a result."""

from typing import Any, Final

import mcp_types as types
from mcp.shared.exceptions import MCPError

from shared.errors import ProblemError
from shared.http.parameters import validate
from shared.mcp.resources import report_link
from shared.mcp.shortening import clipped_text, shortened
from shared.mcp.tool_catalogue import TOOLS
from shared.mcp.tool_errors import error_text, unexpected_error_text
from shared.mcp.tools.tool import DetailArguments, ToolContext
from shared.observability.telemetry import annotate
from shared.runtime.compact_json import dumps

_WITHOUT_STRUCTURE: Final = frozenset({"2024-11-05", "2025-03-26"})
"""Protocol revisions whose results have no structured content."""

_ERROR_TOKENS: Final = 1_000


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
        # Models send null for arguments that they leave out.
        values = validate(
            tool.arguments, {name: value for name, value in arguments.items() if value is not None}
        )
        answer = await tool.run(call, values)
        may_detail = isinstance(values, DetailArguments)
        detail = may_detail and values.detail
        data = shortened(answer, detail=detail, may_detail=may_detail)
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
    return types.CallToolResult(
        content=[types.TextContent(text=clipped_text(text, _ERROR_TOKENS))], is_error=True
    )
