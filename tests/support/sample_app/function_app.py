"""A small app that shows what the platform does, whatever the functions are about."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

events: list[str] = []
"""What happened, in order; read by GET /api/events."""
released = asyncio.Event()
"""Lets the stream go on, and slow timers end."""


@app.route("echo/{name}", methods=["GET", "POST", "HEAD"])
async def echo(req: Request) -> JSONResponse:
    body = await req.body()
    return JSONResponse(
        {
            "method": req.method,
            "path_params": req.path_params,
            "query": req.query_params.multi_items(),
            "headers": dict(req.headers),
            "body": body.decode(),
            "url": str(req.url),
        }
    )


def _matched(req: Request, name: str) -> JSONResponse:
    return JSONResponse({"function": name, "path_params": req.path_params})


@app.route("files/{*rest}", methods=["GET"])
async def files(req: Request) -> JSONResponse:
    return _matched(req, "files")


@app.route("pages/{number?}", methods=["GET"])
async def pages(req: Request) -> JSONResponse:
    return _matched(req, "pages")


@app.route("things/{id:int}", methods=["GET"])
async def things_b_by_number(req: Request) -> JSONResponse:
    return _matched(req, "things_b_by_number")


@app.route("things/{name}", methods=["GET"])
async def things_c_by_name(req: Request) -> JSONResponse:
    return _matched(req, "things_c_by_name")


@app.route("things/special", methods=["GET"])
async def things_d_never_reached(req: Request) -> JSONResponse:
    return _matched(req, "things_d_never_reached")


@app.route("things/{name}", methods=["DELETE"])
async def things_e_delete(req: Request) -> JSONResponse:
    return _matched(req, "things_e_delete")


@app.route("sync", methods=["GET"])
def runs_in_a_thread(req: Request, context: func.Context) -> JSONResponse:
    return JSONResponse(
        {
            "main_thread": threading.current_thread() is threading.main_thread(),
            "function": context.function_name,
            "invocation": context.invocation_id,
            "query": str(req.url.query),
        }
    )


@app.route("block", methods=["GET"])
def block(req: Request) -> Response:
    events.append("block started")
    time.sleep(60)
    return Response(req.method)


@app.route("plain", methods=["GET"])
async def without_annotations(req):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    return {"path": req.url.path}


@app.route("own-cors", methods=["GET"])
async def own_cors(req: Request) -> Response:
    return Response(req.method, headers={"Access-Control-Allow-Origin": "https://own.example"})


@app.route("with-options", methods=["GET", "OPTIONS"])
async def with_options(req: Request) -> Response:
    return Response(req.method)


@app.route("boom", methods=["GET"])
async def boom(req: Request) -> Response:
    raise RuntimeError(f"secret detail of {req.url.path}")


@app.route("stream", methods=["GET"])
async def stream(req: Request) -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        try:
            yield b"first\n"
            await released.wait()
            yield b"second\n"
            if "endless" in req.query_params:
                await asyncio.Event().wait()
            if "broken" in req.query_params:
                raise RuntimeError("in the middle")
        except asyncio.CancelledError:
            events.append("stream cancelled")
            raise
        finally:
            events.append("stream closed")

    return StreamingResponse(chunks(), media_type="text/event-stream")


@app.route("release", methods=["POST"])
async def release(req: Request) -> Response:
    released.set()
    return Response(req.method)


@app.route("events", methods=["GET"])
async def list_events(req: Request) -> JSONResponse:
    return JSONResponse({"events": events, "query": str(req.url.query)})


@app.timer_trigger(schedule="%TICK_SCHEDULE%", arg_name="timer", run_on_startup=False)
async def tick(timer: func.TimerRequest) -> None:
    events.append(f"tick past_due={timer.past_due}")


# No timer is due while tests run, but on a 29 February.
@app.timer_trigger(schedule="0 0 3 29 2 *", arg_name="timer", run_on_startup=False)
async def slow(timer: func.TimerRequest) -> None:
    events.append(f"slow started past_due={timer.past_due}")
    await released.wait()
    events.append("slow ended")


@app.timer_trigger(schedule="0 0 3 29 2 *", arg_name="timer", run_on_startup=False)
def failing(timer: func.TimerRequest) -> None:
    raise RuntimeError(f"the timer broke past_due={timer.past_due}")
