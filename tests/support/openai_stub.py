"""A local server of the chat completions protocol, in every dialect and with every known failure.

In process: ``async with openai_stub() as stub``; alone: ``python -m tests.support.openai_stub`` prints
its base URL. Its behaviour comes from ``stub.script(...)`` (one ``Behaviour`` per call, in order) or from the
model's name: ``tokens=100&rate=2`` sets the fields of ``Behaviour``. ``GET /calls`` lists the calls.
"""

import argparse
import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.support.dialects import DIALECTS

_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
}
_MAX_CALLS: Final = 20_000
_TITLES: Final = re.compile(r"risks: (.+?)\.\n", re.DOTALL)


@dataclass(frozen=True)
class Behaviour:
    """How the server treats one call.

    Attributes:
        text: The answer; by default ``tokens`` numbered words.
        tokens: How many words that are.
        prose: Words of each section of a report, which come word by word and with Markdown; 0 for one short
            sentence, which comes as a whole.
        rate: Words a second; 0 for as fast as can be.
        first_after: Seconds until the first word.
        status: Answers with this status in place of a stream.
        code: The error's code; ``param`` the parameter it names.
        retry_after: ``Retry-After`` of an error.
        refuses: Parameters (with commas) that are answered with 400 when they are in the request.
        fault: Failure after ``fault_after`` words: ``hang`` (nothing more comes), ``drop`` (a broken
            connection), ``end`` (a clean end), ``garbage`` (a line that is no JSON), ``shape`` (other JSON,
            then the end), ``error`` (an error line). ``silence`` sends not even headers, ``refuse`` closes
            immediately.
        after_end: Failure after the finish reason: ``hang``, ``drop`` or ``garbage``.
        heartbeat: Seconds between comments while it waits; 0 for none.
        usage: Whether the chunk with the usage is sent (when it is requested).
        finish_reason: Of the answer; ``tool_calls`` when there are tools to call.
        tool_calls: Calls the model wants, each ``{"name", "arguments"}``.
        stamped: Whether each word is the time at which it is sent, by the machine's monotonic clock.
        role_only: Whether the answer begins with a chunk that has a role and no text, as OpenAI's does.
        reasoning: Pieces of streamed reasoning before the first word, as many a second as ``rate``.
        dialect: Name of the dialect (``tests.support.dialects``) in which everything is sent.
        body: Bytes that are sent in place of an answer or an error.
        headers: Further headers of the response.
    """

    text: str = ""
    tokens: int = 3
    prose: int = 0
    rate: float = 0.0
    first_after: float = 0.0
    status: int = 200
    code: str = ""
    param: str = ""
    retry_after: str = ""
    refuses: str = ""
    fault: str = ""
    fault_after: int = 0
    after_end: str = ""
    heartbeat: float = 0.0
    usage: bool = True
    finish_reason: str = "stop"
    tool_calls: tuple[Mapping[str, str], ...] = ()
    stamped: bool = False
    role_only: bool = True
    reasoning: int = 0
    dialect: str = ""
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, model: str) -> "Behaviour":
        """Returns the behaviour in a model's name; any other name is an ordinary answer."""
        given = dict(parse_qsl(model))
        kinds: dict[str, Any] = {
            item.name: type(item.default)
            for item in fields(cls)
            if item.name not in ("tool_calls", "body", "headers")
        }
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name in kinds:
                values[name] = value == "1" if kinds[name] is bool else kinds[name](value)
        return cls(**values)

    @property
    def words(self) -> list[str]:
        """Returns the words of the answer."""
        if self.tool_calls:
            return []
        if self.text:
            return [f"{word} " for word in self.text.split(" ")]
        return [f"w{number} " for number in range(self.tokens)]


@dataclass
class Call:
    """One call that arrived.

    Attributes:
        path: Where it was sent.
        key: What it signed in with.
        body: The request.
        sent: Words sent so far.
        outcome: ``open``, ``finished``, ``failed`` on purpose, or ``disconnected`` by the client.
        ended: Set when it is no longer open.
    """

    path: str
    key: str
    body: Mapping[str, Any]
    sent: int = 0
    outcome: str = "open"
    ended: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def end(self, outcome: str) -> None:
        """Records the outcome, once."""
        if not self.ended.is_set():
            self.outcome = outcome
            self.ended.set()


class OpenAIStub:
    """The server.

    Attributes:
        base_url: Its address, with ``/v1``.
        calls: What arrived, oldest first.
        connections: How many connections are open.
        always: What every call meets that the script does not tell, whatever its model is called.
    """

    def __init__(self) -> None:
        self.base_url = ""
        self.calls: deque[Call] = deque(maxlen=_MAX_CALLS)
        self.connections = 0
        self.always: Behaviour | None = None
        self._script: deque[Behaviour] = deque()
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()

    def script(self, *behaviours: Behaviour) -> None:
        """Sets the behaviours of the next calls; after them the model's name decides again."""
        self._script.extend(behaviours)

    def _behaviour(self, call: Call) -> Behaviour:
        if self._script:
            return self._script.popleft()
        return self.always or Behaviour.parse(str(call.body["model"]))

    async def start(self, port: int = 0) -> None:
        """Starts the server; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port, backlog=4096)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def aclose(self) -> None:
        """Closes all connections."""
        assert self._server is not None
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    async def serve_forever(self) -> None:
        """Runs until it is cancelled."""
        assert self._server is not None
        await self._server.serve_forever()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.ensure_future(self._serve(reader, writer))
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        ahead: bytes | None = b""
        try:
            while ahead is not None:
                request = await _read_request(reader, ahead)
                ahead = await self._answer(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections -= 1
            writer.close()

    async def _answer(
        self, request: "_Request", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        """Answers one request; returns the bytes already read of the next, or None at the end."""
        if request.path == "/calls":
            _write_json(writer, 200, {"calls": [_listed(call) for call in self.calls]})
            return b""
        body = json.loads(request.body)
        call = Call(request.path, request.headers.get("authorization", ""), body)
        self.calls.append(call)
        behaviour = self._behaviour(call)
        watcher = asyncio.ensure_future(reader.read(1))
        answering = asyncio.ensure_future(_Answering(behaviour, call, writer).run())
        try:
            await asyncio.wait({watcher, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                call.end("disconnected")
                return None
            ahead = watcher.result() if watcher.done() else b""
            return ahead if answering.result() else None
        except ConnectionError:
            call.end("disconnected")
            return None
        finally:
            for task in (watcher, answering):
                task.cancel()
            await asyncio.wait({watcher, answering})
            call.end("failed")


class _Answering:
    """Answers one call."""

    def __init__(self, behaviour: Behaviour, call: Call, writer: asyncio.StreamWriter) -> None:
        self._behaviour = behaviour
        self._call = call
        self._writer = writer

    async def run(self) -> bool:
        """Answers the call; returns whether the connection can be used again."""
        behaviour = self._behaviour
        refused = next((name for name in behaviour.refuses.split(",") if name in self._call.body), None)
        if refused is not None:
            self._refuse(400, "unsupported_parameter", refused)
            return True
        if (
            body := behaviour.body if behaviour.body is not None else _in_dialect(behaviour.dialect)
        ) is not None:
            return await self._raw(body)
        if behaviour.status != 200:
            self._refuse(behaviour.status, behaviour.code, behaviour.param or None)
            return True
        if behaviour.fault == "refuse":
            return False
        if behaviour.fault == "silence":
            await asyncio.Event().wait()
        if not await self._stream():
            return False
        self._call.end("finished")
        return True

    def _refuse(self, status: int, code: str, param: str | None) -> None:
        message = f"Refused: {param or code or status}; your key is sk-echoed. It came as {self._call.key}."
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": code or None}
        headers = {"Retry-After": self._behaviour.retry_after} if self._behaviour.retry_after else {}
        self._call.end("failed")
        _write_json(self._writer, status, {"error": error}, headers)

    async def _raw(self, body: bytes) -> bool:
        """Sends bytes as they are, in small blocks."""
        kind = "text/event-stream" if self._behaviour.status == 200 else "application/json"
        lines = [
            f"HTTP/1.1 {self._behaviour.status} {_REASONS.get(self._behaviour.status, 'Error')}",
            *(f"{name}: {text}" for name, text in self._behaviour.headers.items()),
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
        ]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        for start in range(0, len(body), 100):
            self._writer.write(body[start : start + 100])
            await self._writer.drain()
        self._call.end("finished")
        return True

    async def _stream(self) -> bool:
        """Streams the answer; returns whether it was completed."""
        behaviour = self._behaviour
        self._writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        if behaviour.role_only:
            self._chunk({"role": "assistant", "content": ""})
        for number in range(behaviour.reasoning):
            await self._wait(1 / behaviour.rate if behaviour.rate and number else 0)
            self._chunk({"reasoning_content": f"r{number} "})
        await self._wait(behaviour.first_after)
        words = behaviour.words
        if self._call.body.get("response_format") and not behaviour.text:
            written = json.dumps(_report(self._call.body, behaviour.prose), ensure_ascii=False)
            words = re.findall(r"\S+\s*", written) if behaviour.prose else [written]
        begun = time.monotonic()
        for number, word in enumerate(words):
            if behaviour.fault and number == behaviour.fault_after:
                return await self._fail(behaviour.fault)
            if number and behaviour.rate:
                # By the clock: delays of single words must not add up.
                await self._wait(begun + number / behaviour.rate - time.monotonic())
            self._chunk({"content": f"{time.monotonic():.6f} " if behaviour.stamped else word})
            self._call.sent += 1
            await self._writer.drain()
        if behaviour.fault and behaviour.fault_after >= len(words):
            return await self._fail(behaviour.fault)
        return await self._end()

    async def _end(self) -> bool:
        behaviour = self._behaviour
        self._tool_calls()
        reason = "tool_calls" if behaviour.tool_calls else behaviour.finish_reason
        self._chunk({}, reason)
        if behaviour.after_end:
            return await self._fail(behaviour.after_end)
        if behaviour.usage and self._call.body.get("stream_options", {}).get("include_usage"):
            usage = {"prompt_tokens": 11, "completion_tokens": self._call.sent}
            usage["total_tokens"] = sum(usage.values())
            self._data({**self._envelope(), "choices": [], "usage": usage})
        self._write(b"data: [DONE]\n\n")
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        return True

    async def _fail(self, fault: str) -> bool:
        match fault:
            case "hang":
                await self._writer.drain()
                await self._wait(3600)
            case "drop":
                await self._writer.drain()
                self._writer.transport.abort()
            case "end":
                self._writer.write(b"0\r\n\r\n")
            case "garbage":
                self._write(b'data: {"choices": [{"delta": {"content": "brok\n\n')
                await self._wait(3600)
            case "shape":
                self._write(b'data: ["not", "a", "chunk"]\n\n')
                self._writer.write(b"0\r\n\r\n")
            case "error":
                self._write(b'data: {"error": {"message": "overloaded", "code": "server_error"}}\n\n')
                await self._wait(3600)
        self._call.end("failed")
        return False

    async def _wait(self, seconds: float) -> None:
        beat = self._behaviour.heartbeat
        while beat and seconds > beat:
            await asyncio.sleep(beat)
            self._write(b": ping\n\n")
            seconds -= beat
        await asyncio.sleep(seconds)

    def _tool_calls(self) -> None:
        """Sends tool calls as OpenAI does: id and name first, then the arguments in pieces with the index."""
        for index, call in enumerate(self._behaviour.tool_calls):
            function = {"name": call["name"], "arguments": ""}
            first = {"index": index, "id": f"call_{index}_x", "type": "function", "function": function}
            self._chunk({"tool_calls": [first]})
        longest = max((len(call["arguments"]) for call in self._behaviour.tool_calls), default=0)
        for start in range(0, longest, 5):
            for index, call in enumerate(self._behaviour.tool_calls):
                if piece := call["arguments"][start : start + 5]:
                    self._chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})

    def _envelope(self) -> dict[str, Any]:
        return {
            "id": "chatcmpl-stub",
            "object": "chat.completion.chunk",
            "created": 1_795_000_000,
            "model": self._call.body["model"],
        }

    def _chunk(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        self._data({**self._envelope(), "choices": [choice], "usage": None})

    def _data(self, chunk: Mapping[str, Any]) -> None:
        self._write(b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n")

    def _write(self, data: bytes) -> None:
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def _in_dialect(name: str) -> bytes | None:
    """Returns the bytes of a dialect; None without a name."""
    return next(dialect.body for dialect in DIALECTS if dialect.name == name) if name else None


def _report(body: Mapping[str, Any], prose: int) -> dict[str, Any]:
    """Returns the prose of a report as its schema wants it; the prompt names the sections."""
    prompt = body["messages"][0]["content"]
    titles = _TITLES.search(prompt)
    names: list[str] = titles[1].split("; ") if titles else []
    more = f"\n\n- **Point:** {' '.join(['word'] * prose)} [1]." if prose else ""
    sections = [{"title": name, "content": f"About {name}.{more}", "risk_factors": []} for name in names]
    return {"summary": "In short.", "sections": sections}


@dataclass(frozen=True)
class _Request:
    path: str
    headers: Mapping[str, str]
    body: bytes


async def _read_request(reader: asyncio.StreamReader, ahead: bytes) -> _Request:
    head = ahead + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return _Request(first.split(" ")[1], headers, body)


def _write_json(
    writer: asyncio.StreamWriter, status: int, value: object, headers: Mapping[str, str] | None = None
) -> None:
    body = json.dumps(value).encode()
    lines = [
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {text}" for name, text in (headers or {}).items()),
    ]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def _listed(call: Call) -> dict[str, Any]:
    return {"path": call.path, "body": call.body, "sent": call.sent, "outcome": call.outcome}


@asynccontextmanager
async def openai_stub() -> AsyncIterator[OpenAIStub]:
    """Runs the server in this process."""
    stub = OpenAIStub()
    await stub.start()
    try:
        yield stub
    finally:
        await stub.aclose()


async def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.openai_stub")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", default="[]", help="behaviours of the first calls, as a JSON list")
    arguments = parser.parse_args()
    stub = OpenAIStub()
    await stub.start(arguments.port)
    stub.script(*(Behaviour(**given) for given in json.loads(arguments.script)))
    print(stub.base_url, flush=True)  # noqa: T201 - its parent process reads it
    await stub.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
