"""The real app for tests: functions say how much it holds and start it again; Redis may be slow."""

import asyncio
import ctypes
import gc
import os
import runpy
import sys
from datetime import timedelta
from pathlib import Path

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from shared.app.context import AppContext
from shared.app.context_provider import build_context, contexts
from shared.redis import connection, guard
from shared.runtime.clock import utc_now
from tests.support.host import REDIS_SECONDS, REPOSITORY

probe = func.Blueprint()


@probe.route("inside", methods=["GET"])
async def inside(req: Request) -> JSONResponse:  # noqa: ARG001 - the interface
    """What this worker holds: tasks, threads, open files, objects, blocks and KiB of memory (on Linux)."""
    return JSONResponse({"tasks": len(asyncio.all_tasks()), **_resources()})


def _resources() -> dict[str, int]:
    # Neither cycles that wait for the collector nor what C's allocator keeps free is held by anybody.
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "objects": len(gc.get_objects()),
        "blocks": sys.getallocatedblocks(),
        "kib": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
    }


@probe.route("cold", methods=["POST"])
async def cold(req: Request) -> Response:
    """Makes this worker as a new one, which reads its configuration; ``ahead`` are seconds of its clock."""
    ahead = timedelta(seconds=int(req.query_params.get("ahead", "0")))
    contexts.use(await asyncio.to_thread(_context_ahead, ahead) if ahead else None)
    return Response(status_code=204)


def _context_ahead(ahead: timedelta) -> AppContext:
    return AppContext(build_context().settings, lambda: utc_now() + ahead)


def _wait_for_redis(seconds: float) -> None:
    """Gives Redis more time than the product does."""
    vars(connection).update(_CONNECT_TIMEOUT=seconds)
    vars(guard).update(_DEADLINE=2 * seconds)
    connection._IdleTimeoutParser.idle_timeout = seconds


if seconds := os.environ.get(REDIS_SECONDS):
    _wait_for_redis(float(seconds))
app = runpy.run_path(str(REPOSITORY / "function_app.py"))["app"]
app.register_functions(probe)
