"""The streaming chat against the library alone and a handler that only passes on, in one run on one machine.

``python -m tests.benchmarks.chat`` prints the rows alone. The model is a stand-in that speaks OpenAI's
protocol, in a process of its own; what is measured goes through the real library, factory, agent and host.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.request import urlopen

from tests.benchmarks.row import Row
from tests.support.host import REPOSITORY, running_host
from tests.support.mongo import mongo_server
from tests.support.openai_process import openai_process
from tests.support.redis_server import redis_server
from tests.support.streams import Stream, read_stream, read_with_reconnect

CHAT: Final = "/api/chat/stream"
RESUME: Final = "/api/chat/streams"
BARE: Final = "/api/passthrough"
FIRST_TOKENS: Final = 40
"""Streams whose first token is timed, of either kind."""
FIRST_ROUNDS: Final = 5
FAST_STREAMS: Final = 8
FAST_TOKENS: Final = 2000
FAST_ROUNDS: Final = 5
MANY_STREAMS: Final = 1000
MANY_TOKENS: Final = 100
MANY_RATE: Final = 2
MANY_ROUNDS: Final = 3
RECONNECTING: Final = 3
"""One of so many readers loses its connection once."""
BROKEN_STREAMS: Final = 5000
BROKEN_AT_ONCE: Final = 100
WARM_UP: Final = 2500
"""Enough for as many to be ended together as there will be: what a worker takes for these, it takes once."""

Measure = Callable[[str], Coroutine[Any, Any, list[Row]]]


def rows() -> list[Row]:
    """Measures everything; takes about six minutes."""
    with openai_process() as model:
        return [
            *_with_host(model, _first_tokens),
            _rate(model),
            *_with_host(model, _many),
            *broken_rows(model),
        ]


def broken_rows(model: str) -> list[Row]:
    """Measures what broken streams leave behind.

    The database is no part of the worker, as in Azure: an embedded one holds each conversation, some 5 KiB.
    """
    with mongo_server() as uri:
        # Without a grace time a stream that is broken off ends immediately.
        return _with_host(model, _broken, CHAT_GRACE_SECONDS="0", MONGODB_URI=uri)


def _with_host(model: str, measure: Measure, **more: str) -> list[Row]:
    with _host(model, **more) as base_url:
        return asyncio.run(measure(base_url))


@contextmanager
def _host(model: str, **more: str) -> Iterator[str]:
    environ = {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": model,
        "MODEL_ALLOWED_MODELS": "*",
        "LIMIT_MODEL_DOLLARS_PER_DAY": "1000000",
        "LIMIT_STREAMS_PER_CALLER": "100000",
        **more,
    }
    app = REPOSITORY / "tests/support/chat_app"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if shutil.which("redis-server"):
            # As in Azure: Redis is no part of the worker, and takes none of its time.
            redis = stack.enter_context(redis_server(folder))
            environ |= {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis.port)}
        yield stack.enter_context(running_host(folder, environ, app=app))


async def _ask(base_url: str, path: str, model: str, words: int | None = None) -> Stream:
    return await read_stream(base_url, path, words=words, message="hello there", model=model)


# The first token


async def _first_tokens(base_url: str) -> list[Row]:
    """From the moment the model sends its first token to the moment a client has it."""
    waits: list[float] = []
    ratios: list[float] = []
    for number in range(FIRST_ROUNDS + 1):
        chat, bare = [], []
        for _ in range(FIRST_TOKENS):
            chat.append(await _first_token(base_url, CHAT))
            bare.append(await _first_token(base_url, BARE))
        if number:
            waits.append(median(chat) * 1000)
            ratios.append(median(chat) / median(bare))
    return [
        Row("the model's first token to the client's, p50 (ms)", *_spread(waits), "at most", 10),
        Row("that over a handler that passes on, in the same worker", *_spread(ratios), "at most", 1.5),
    ]


async def _first_token(base_url: str, path: str) -> float:
    stream = await _ask(base_url, path, "stamped=1&tokens=2&first_after=0.02&rate=100")
    return stream.first_at - float(stream.text.split()[0])


# Tokens a second


def _rate(model: str) -> Row:
    """Both in turns, so that both meet the same machine; the library reads in a process of its own."""
    ratios = []
    with _host(model) as base_url:
        for number in range(FAST_ROUNDS + 1):
            alone = _library_seconds(model)
            ours = asyncio.run(_fast(base_url))
            if number:
                ratios.append(alone / ours)
    name = f"tokens a second over the library's alone, {FAST_STREAMS} streams at full speed"
    return Row(name, *_spread(ratios), "at least", 0.6)


def _library_seconds(model: str) -> float:
    arguments = [model, f"tokens={FAST_TOKENS}", str(FAST_STREAMS), "1"]
    read = subprocess.run(
        [sys.executable, "-m", "tests.support.openai_reader", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(read.stdout.split()[-1])


async def _fast(base_url: str) -> float:
    started = time.perf_counter()
    streams = await asyncio.gather(
        *(_ask(base_url, CHAT, f"tokens={FAST_TOKENS}") for _ in range(FAST_STREAMS))
    )
    seconds = time.perf_counter() - started
    _check_complete(streams, FAST_TOKENS)
    return seconds


# Many concurrently


async def _many(base_url: str) -> list[Row]:
    """Slow streams, as many as one worker may have to hold; a third of the readers reconnect once."""
    await asyncio.gather(*(_ask(base_url, CHAT, "tokens=2") for _ in range(20)))
    rounds = [await _hold_many(base_url) for _ in range(MANY_ROUNDS)]
    ratios = [seconds / (MANY_TOKENS / MANY_RATE) for seconds, _, _ in rounds]
    cpus = [cpu / (MANY_TOKENS / MANY_RATE) for _, cpu, _ in rounds]
    # The later ones find the memory that the first one took.
    kib = rounds[0][2] / MANY_STREAMS
    what = f"{MANY_STREAMS:,} streams of {MANY_TOKENS} tokens at {MANY_RATE} a second"
    return [
        Row(f"{what}: seconds over the model's own", *_spread(ratios), "at most", 1.15),
        # On a machine that does other work besides, the row above says more of that than of the worker.
        Row(f"{what}: the worker's CPU seconds over these", *_spread(cpus), "at most", 0.6),
        Row(f"{what}: memory a stream (KiB)", kib, kib, kib, "at most", 150),
    ]


async def _hold_many(base_url: str) -> tuple[float, float, float]:
    """Seconds that the streams took, the worker's seconds of CPU, and the KiB that it took more half-way."""
    before = await _inside(base_url)
    model = f"tokens={MANY_TOKENS}&rate={MANY_RATE}"
    started = time.perf_counter()
    asking = asyncio.gather(
        *(_reconnecting(base_url, model, number) for number in range(MANY_STREAMS // RECONNECTING)),
        *(_ask(base_url, CHAT, model) for _ in range(MANY_STREAMS - MANY_STREAMS // RECONNECTING)),
    )
    await asyncio.sleep(MANY_TOKENS / MANY_RATE / 2)
    during = await _inside(base_url)
    streams = await asking
    seconds = time.perf_counter() - started
    _check_complete(streams, MANY_TOKENS)
    cpu = ((await _inside(base_url))["cpu_ms"] - before["cpu_ms"]) / 1000
    return seconds, cpu, during["kib"] - before["kib"]


async def _reconnecting(base_url: str, model: str, number: int) -> Stream:
    # At different places, so that the connections are not lost all in the same moment.
    words = 5 + number % (MANY_TOKENS - 10)
    return await read_with_reconnect(
        base_url, CHAT, words=words, resume_path=RESUME, message="hello there", model=model
    )


def _check_complete(streams: Sequence[Stream], tokens: int) -> None:
    expected = "".join(f"w{number} " for number in range(tokens))
    for stream in streams:
        assert stream.ended, "a stream did not end"
        assert not stream.errors, stream.errors[0]
        # Another text may also be another model's: this one did not answer in time.
        assert stream.text == expected, f"a word was lost, or out of order: {stream.text[:200]!r}"


# Broken off


async def _broken(base_url: str) -> list[Row]:
    """Streams that their clients break off after two words."""
    await _break(base_url, WARM_UP)
    before = await _at_rest(base_url)
    await _break(base_url, BROKEN_STREAMS)
    after = await _at_rest(base_url)
    left = {name: float(after[name] - before[name]) for name in before}
    kib = left["kib"] / BROKEN_STREAMS
    what = f"left behind by {BROKEN_STREAMS:,} broken streams"
    return [
        Row(f"tasks {what}", left["tasks"], left["tasks"], left["tasks"], "at most", 0),
        Row(f"connections {what}", left["files"], left["files"], left["files"], "at most", 0),
        Row(f"memory {what}, each (KiB)", kib, kib, kib, "at most", 4),
    ]


async def _break(base_url: str, count: int) -> None:
    for _ in range(count // BROKEN_AT_ONCE):
        await asyncio.gather(
            *(_ask(base_url, CHAT, "tokens=1000&rate=20", words=2) for _ in range(BROKEN_AT_ONCE))
        )


async def _at_rest(base_url: str) -> dict[str, int]:
    """What is in the worker when nothing changes any more."""
    last: dict[str, int] = {}
    for _ in range(60):
        found = await _inside(base_url)
        del found["cpu_ms"]
        if found == last:
            break
        last = found
        await asyncio.sleep(1)
    return last


async def _inside(base_url: str) -> dict[str, int]:
    def get() -> dict[str, int]:
        with urlopen(f"{base_url}/api/inside") as response:
            found: dict[str, int] = json.load(response)
            return found

    return await asyncio.to_thread(get)


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return median(values), min(values), max(values)


if __name__ == "__main__":
    for row in rows():
        print(row)
