"""The chat beside a handler that only passes a model's words on, so that one process serves both."""

import asyncio
import ctypes
import gc
import json
import os
import time
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, StreamingResponse

from functions.chat import blueprint as chat

if TYPE_CHECKING:
    from openai import AsyncOpenAI

bare = func.Blueprint()


@cache
def _client() -> "AsyncOpenAI":
    from openai import AsyncOpenAI

    return AsyncOpenAI(api_key="sk-test", base_url=os.environ["OPENAI_BASE_URL"], max_retries=0)


@bare.route("passthrough", methods=["GET"])
async def passthrough(req: Request) -> StreamingResponse:
    """The words of a model, as they come from the library."""
    stream = await _client().chat.completions.create(
        model=req.query_params["model"], messages=[{"role": "user", "content": "Hi"}], stream=True
    )

    async def body() -> AsyncIterator[bytes]:
        async with stream:
            async for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield f"data: {json.dumps({'chunk': chunk.choices[0].delta.content})}\n\n".encode()
        yield b"data: [DONE]\n\n"

    return StreamingResponse(body(), media_type="text/event-stream")


@bare.route("inside", methods=["GET"])
async def inside(req: Request) -> JSONResponse:  # noqa: ARG001 - the interface
    """What there is in this worker: tasks, open files and connections, KiB of memory, and its CPU's time."""
    used = {"cpu_ms": round(time.process_time() * 1000)}
    return JSONResponse({"tasks": len(asyncio.all_tasks()), **_resources(), **used})


def _resources() -> dict[str, int]:
    # Neither cycles that wait for the collector nor what C's allocator keeps free is held by anybody.
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    files = len(list(Path("/proc/self/fd").iterdir()))
    return {"files": files, "kib": pages * os.sysconf("SC_PAGE_SIZE") // 1024}


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(chat)
app.register_functions(bare)
