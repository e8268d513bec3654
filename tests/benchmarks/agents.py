"""Calls of the MCP server with the official SDK's client, one after the other.

``python -m tests.benchmarks.agents`` prints the rows alone.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from mcp import Client

from tests.benchmarks.row import Row
from tests.support.host import running_host

CALLS: Final = 300
WARM_UP: Final = 30
MILLISECONDS: Final = 5.0


def rows() -> list[Row]:
    """Measures the calls."""
    with tempfile.TemporaryDirectory() as folder, running_host(Path(folder)) as base_url:
        return [
            asyncio.run(_measure(f"{base_url}/api/mcp", legacy=False)),
            asyncio.run(_measure(f"{base_url}/api/mcp", legacy=True)),
        ]


async def _measure(address: str, *, legacy: bool) -> Row:
    seconds: list[float] = []
    async with Client(address, mode="legacy" if legacy else "auto") as client:
        for number in range(WARM_UP + CALLS):
            began = time.perf_counter()
            result = await client.call_tool("get_quotes", {"symbols": ["AAPL"]})
            assert not result.is_error
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - began)
    ordered = sorted(1000 * value for value in seconds)
    name = f"ms per MCP call of a cached quote, {'older handshake' if legacy else 'revision 2026-07-28'}"
    return Row(name, median(ordered), ordered[5], ordered[-5], "at most", MILLISECONDS)


if __name__ == "__main__":
    for row in rows():
        print(row)
