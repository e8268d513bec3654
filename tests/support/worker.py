"""Azure's own worker code, run in this process: what it takes in place of gRPC messages, and its web server.

The worker keeps its functions in module globals: one app a process.
"""

import asyncio
import importlib
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Final

import httpx
import uvicorn

from infra.local.indexing import FunctionIndex
from infra.local.routing import Router

ADDRESS: Final = "127.0.0.1"
_SECONDS: Final = 60.0
"""Of a hang; the first request of a worker waits for imports, on a busy machine for long."""


class Message(SimpleNamespace):
    """Any message of the worker's protocol: its fields as attributes."""


class StatusResult(Message):
    """How something went."""

    Success = "success"
    Failure = "failure"


class BindingInfo(Message):
    """A binding; the numbers are those of the protocol."""

    undefined = 0
    out = 1
    inout = 2


class TypedData:
    """A value of one of several kinds."""

    def __init__(self, **content: Any) -> None:
        ((self._kind, value),) = content.items()
        setattr(self, self._kind, value)

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 - the protocol's own name
        """Which kind it is."""
        return self._kind


class Protos:
    """Makes the messages that the worker answers with."""

    StatusResult = StatusResult
    BindingInfo = BindingInfo
    TypedData = TypedData

    def __getattr__(self, name: str) -> type[Message]:
        return Message


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _WebServer:
    """Takes the place of the extension's, which cannot be stopped and handles signals."""

    started: ClassVar["list[_WebServer]"] = []

    def __init__(self, hostname: str, port: int, web_app: Any) -> None:
        config = uvicorn.Config(
            web_app.get_app(), host=hostname, port=port, log_config=None, access_log=False
        )
        self.server = _Server(config)
        self.base_url = f"http://{hostname}:{port}"
        self.ended = asyncio.Event()
        self.started.append(self)

    async def serve(self) -> None:
        await self.server.serve()
        self.ended.set()


class Worker:
    """The worker with an app loaded, and the part of the host: it routes requests to functions.

    Args:
        index: The app's functions as the stand-in lists them.
        prefix: First part of every route.
        trace_parent: The trace that the host says every invocation belongs to.
    """

    def __init__(self, index: FunctionIndex, prefix: str, *, trace_parent: str = "") -> None:
        from azure_functions_runtime import handle_event

        self._events = handle_event
        self._protos = Protos()
        self._router = Router(index.http, prefix)
        self._trace_parent = trace_parent
        self._ids: dict[str, str] = {}
        self._server: _WebServer | None = None

    async def serve_as_on_azure(self, folder: Path) -> str:
        """Indexes the app of a folder and serves it with the extension's own web server; returns the address.

        Unlike :meth:`load` it handles signals as on Azure and cannot be stopped: for a process of its own.
        """
        answer = await self._events.worker_init_request(
            self._message(
                worker_init_request=Message(capabilities={}, function_app_directory=str(folder)),
            )
        )
        assert answer.result.status == StatusResult.Success, answer.result.exception.message
        return str(answer.capabilities["HttpUri"])

    def begin(self, method: str, path: str) -> tuple[str, asyncio.Task[Any]]:
        """Begins an invocation; returns its id, which the HTTP request must carry, and its end."""
        found = self._router.match(method, path)
        assert found is not None, f"no function for {method} {path}"
        function, params = found
        invocation_id = str(uuid.uuid4())
        http = Message(
            method=method, url=path, headers={}, body=TypedData(string=""), params=params, query={}
        )
        data = Message(name=function.parameter, data=TypedData(http=http), WhichOneof=lambda _group: "data")
        return invocation_id, asyncio.create_task(self._invoke(function.name, invocation_id, data))

    async def load(self, folder: Path) -> None:
        """Indexes the app of a folder and begins to serve."""
        web: Any = importlib.import_module("azurefunctions.extensions.http.fastapi.web")
        original, web.WebServer = web.WebServer, _WebServer
        try:
            answer = await self._events.worker_init_request(
                self._message(
                    worker_init_request=Message(capabilities={}, function_app_directory=str(folder)),
                )
            )
        finally:
            web.WebServer = original
        assert answer.result.status == StatusResult.Success, answer.result.exception.message
        assert answer.capabilities["HttpUri"]
        self._server = _WebServer.started[-1]
        async with asyncio.timeout(_SECONDS):
            while not self._server.server.started:  # noqa: ASYNC110 - uvicorn offers no event
                await asyncio.sleep(0.01)

    async def metadata(self) -> list[Message]:
        """What the worker tells the host of each function; loads them all."""
        answer = await self._events.functions_metadata_request(self._message())
        assert answer.result.status == StatusResult.Success
        functions: list[Message] = answer.function_metadata_results
        for function in functions:
            self._ids[function.name] = function.function_id
            loaded = await self._events.function_load_request(
                self._message(function_load_request=Message(function_id=function.function_id))
            )
            assert loaded.result.status == StatusResult.Success
        return functions

    @asynccontextmanager
    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> AsyncIterator[httpx.Response]:
        """Sends a request as the host does: an invocation, and the request itself to the web server."""
        assert self._server is not None
        invocation_id, invocation = self.begin(method, path.partition("?")[0])
        async with httpx.AsyncClient(base_url=self._server.base_url, timeout=_SECONDS) as client:
            sent = {**(headers or {}), "x-ms-invocation-id": invocation_id}
            async with client.stream(method, path, headers=sent, json=body) as response:
                yield response
        answer = await asyncio.wait_for(invocation, _SECONDS)
        assert answer.result.status == StatusResult.Success, answer.result.exception.message

    async def run_timer(self, name: str, parameter: str) -> Any:
        """Runs a timer; the worker's answer."""
        due = TypedData(json=json.dumps({"IsPastDue": True}))
        data = Message(name=parameter, data=due, WhichOneof=lambda _group: "data")
        return await self._invoke(name, str(uuid.uuid4()), data)

    async def run_queue(self, name: str, parameter: str, message: str, dequeue_count: int = 1) -> Any:
        """Runs a function with a queue trigger, as the host does with a message; the worker's answer."""
        data = Message(name=parameter, data=TypedData(string=message), WhichOneof=lambda _group: "data")
        metadata = {
            "Id": TypedData(string=str(uuid.uuid4())),
            "DequeueCount": TypedData(json=str(dequeue_count)),
        }
        return await self._invoke(name, str(uuid.uuid4()), data, metadata)

    async def aclose(self) -> None:
        """Stops serving."""
        if self._server is not None:
            self._server.server.should_exit = True
            await asyncio.wait_for(self._server.ended.wait(), _SECONDS)

    async def _invoke(
        self, name: str, invocation_id: str, data: Message, metadata: Mapping[str, TypedData] | None = None
    ) -> Any:
        return await self._events.invocation_request(
            self._message(
                invocation_request=Message(
                    invocation_id=invocation_id,
                    function_id=self._ids[name],
                    input_data=[data],
                    trigger_metadata=dict(metadata or {}),
                    trace_context=Message(trace_parent=self._trace_parent, trace_state="", attributes={}),
                    retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
                )
            )
        )

    def _message(self, **content: Message) -> Message:
        return Message(request=Message(**content), properties={"host": ADDRESS, "protos": self._protos})
