"""The list of all tools."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import mcp_types as types

from shared.mcp.tools import company_tools, price_tools, research_tools
from shared.mcp.tools.tool import Tool

TOOLS: Final[Mapping[str, Tool[Any]]] = {
    tool.name: tool
    for tool in (
        price_tools.SEARCH,
        price_tools.QUOTES,
        price_tools.HISTORY,
        price_tools.TECHNICALS,
        company_tools.FUNDAMENTALS,
        company_tools.STATEMENTS,
        company_tools.EARNINGS,
        company_tools.EVENTS,
        company_tools.PEERS,
        price_tools.NEWS,
        research_tools.REPORT,
        research_tools.ASK,
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
