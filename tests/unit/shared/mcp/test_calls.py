"""A tool that fails unexpectedly says nothing about the inside of the service, and its cause is logged."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

import pytest

from shared.mcp import calls
from shared.mcp.tool_catalogue import TOOLS
from shared.mcp.tools.tool import ToolAnswer, ToolArguments, ToolContext
from shared.observability.telemetry import request_scope

CONTEXT = cast(ToolContext, None)


async def _defective(_context: ToolContext, _arguments: ToolArguments) -> ToolAnswer:
    raise RuntimeError("password in /srv/app.py")


async def test_defects_are_logged_and_not_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    defective: Any = replace(TOOLS["get_peers"], run=_defective)
    monkeypatch.setattr(calls, "TOOLS", MappingProxyType({"get_peers": defective}))
    with request_scope("known-id", "mcp"):
        result = await calls.call_tool(CONTEXT, "get_peers", {"symbol": "AAPL"}, "2026-07-28")
    assert result.is_error
    text = result.content[0].text  # type: ignore[union-attr]
    assert "known-id" in text
    assert "password" not in text
    assert "RuntimeError" not in text
    assert "password" in caplog.text
