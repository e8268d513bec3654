"""The list of all tools."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import mcp_types as types

from shared.mcp.tools import companies, quotes, research
from shared.mcp.tools.base import Tool

TOOLS: Final[Mapping[str, Tool[Any]]] = {
    tool.name: tool
    for tool in (
        quotes.SEARCH,
        quotes.QUOTES,
        quotes.HISTORY,
        quotes.TECHNICALS,
        companies.FUNDAMENTALS,
        companies.STATEMENTS,
        companies.EARNINGS,
        companies.EVENTS,
        companies.PEERS,
        quotes.NEWS,
        research.REPORT,
        research.ASK,
    )
}


@cache
def tool_list() -> types.ListToolsResult:
    """Returns the descriptions of the tools for clients."""
    return types.ListToolsResult(tools=[_described(tool) for tool in TOOLS.values()])


def _described(tool: Tool[Any]) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.read_only,
            destructive_hint=None if tool.read_only else False,
            idempotent_hint=tool.idempotent,
            open_world_hint=True,
        ),
    )
