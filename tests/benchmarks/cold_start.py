"""Cold start: from the start of the process to the index of functions, over a bare streaming app.

``python -m tests.benchmarks.cold_start`` prints the row alone. Both apps are started in turns by the same
interpreter, with compiled modules, and indexed by the same code.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.row import Row

ROUNDS: Final = 15
STARTS: Final = 5
"""Of each app in a round; the quickest counts, for whatever else the machine does only slows a start down."""
TARGET: Final = 1.15

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
# What the worker itself loads before it imports an app is not the app's cost, but both pay for it.
_INDEX: Final = """
import asyncio, importlib, sys

async def index():
    app = importlib.import_module("function_app").app
    assert app.get_functions()

asyncio.run(index())
print("indexed", flush=True)
sys.stdin.read()
"""
_BARE_APP: Final = """
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("stream", methods=["GET"])
async def stream(req: Request) -> StreamingResponse:
    async def chunks():
        yield b"data: hello\\n\\n"

    return StreamingResponse(chunks(), media_type="text/event-stream")
"""


def rows() -> list[Row]:
    """Measures both apps in turns."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "function_app.py").write_text(_BARE_APP, "utf-8")
        environ = {**os.environ, "APP_ENV": "local", "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        # The first round compiles.
        _ratio(Path(folder), environ)
        ratios = [_ratio(Path(folder), environ) for _ in range(ROUNDS)]
    name = "cold start over a bare one-function streaming app"
    return [Row(name, median(ratios), min(ratios), max(ratios), "at most", TARGET)]


def _ratio(bare: Path, environ: Mapping[str, str]) -> float:
    starts = [(_seconds(_REPOSITORY, environ), _seconds(bare, environ)) for _ in range(STARTS)]
    return min(ours for ours, _ in starts) / min(theirs for _, theirs in starts)


def _seconds(folder: Path, environ: Mapping[str, str]) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _INDEX],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
        process.communicate()
    assert line == "indexed\n", f"{folder} could not be indexed"
    return seconds


if __name__ == "__main__":
    for row in rows():
        print(row)
