"""Streams of a model through the factory against the openai library alone, on one server in one run.

``python -m tests.benchmarks.llm`` prints the rows alone; it takes about two minutes.
"""

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from openai import AsyncOpenAI

from shared.config.loader import ConfigLoader
from shared.llm.base_model_client import GenerationRequest, Message, TextDelta
from shared.llm.model_factory import ModelClientFactory
from shared.redis.keys import RedisKeys
from shared.redis.shared_health import SharedHealth
from tests.benchmarks.row import Row

ROUNDS = 5
STREAMS = 20
TOKENS = 500
CROWD = 1000
LEFT = 5000
REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=1000)

Read = Callable[[str], Awaitable[list[str]]]


def rows() -> list[Row]:
    """Measures everything."""
    with _server() as base_url:
        return asyncio.run(_rows(base_url))


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.support.openai_stub"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def _rows(base_url: str) -> list[Row]:
    environ = {
        "OPENAI_API_KEY": "sk-bench",
        "OPENAI_BASE_URL": base_url,
        "MODEL_FIRST_EVENT_TIMEOUT": "60",
        "MODEL_ALLOWED_MODELS": "*",
    }
    health = SharedHealth(None, RedisKeys("bench"))
    models = ModelClientFactory(ConfigLoader(environ=environ).load_config(), health)
    library = AsyncOpenAI(api_key="sk-bench", base_url=base_url, max_retries=0)
    ours, alone = _through(models), _by(library)
    try:
        return [
            await _throughput(ours, alone),
            await _first_word(ours, alone),
            *await _crowd(ours),
            await _left_behind(models),
        ]
    finally:
        await models.aclose()
        await library.close()


def _through(models: ModelClientFactory) -> Read:
    async def read(behaviour: str) -> list[str]:
        stream = await models.open_stream(REQUEST, provider=None, model=behaviour)
        return [event.text async for event in stream.events if isinstance(event, TextDelta)]

    return read


def _by(library: AsyncOpenAI) -> Read:
    async def read(behaviour: str) -> list[str]:
        stream = await library.chat.completions.create(
            model=behaviour, messages=[{"role": "user", "content": "How is Apple?"}], stream=True
        )
        async with stream:
            return [
                chunk.choices[0].delta.content
                async for chunk in stream
                if chunk.choices and chunk.choices[0].delta.content
            ]

    return read


async def _throughput(ours: Read, alone: Read) -> Row:
    ratios = [await _rate(ours) / await _rate(alone) for _ in range(ROUNDS)]
    name = f"tokens a second over the openai library alone, {STREAMS} streams"
    return Row(name, median(ratios), min(ratios), max(ratios), "at least", 0.6)


async def _rate(read: Read) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(read(f"tokens={TOKENS}") for _ in range(STREAMS)))
    return STREAMS * TOKENS / (time.perf_counter() - started)


async def _first_word(ours: Read, alone: Read) -> Row:
    """A stream of one word, both in turns; the difference in milliseconds."""
    await _milliseconds(alone)
    differences = [await _milliseconds(ours) - await _milliseconds(alone) for _ in range(50)]
    name = "one word through the factory, longer than by the library alone (ms)"
    return Row(name, median(differences), min(differences), max(differences), "at most", 10)


async def _milliseconds(read: Read) -> float:
    started = time.perf_counter()
    await read("tokens=1")
    return (time.perf_counter() - started) * 1000


async def _crowd(ours: Read) -> list[Row]:
    tokens, rate = 100, 2
    expected = [f"w{number} " for number in range(tokens)]
    gc.collect()
    before, started = _resident_kib(), time.perf_counter()
    reading = [asyncio.ensure_future(ours(f"tokens={tokens}&rate={rate}")) for _ in range(CROWD)]
    await asyncio.sleep(tokens / rate / 2)
    memory = (_resident_kib() - before) / CROWD
    answers = await asyncio.gather(*reading)
    ratio = (time.perf_counter() - started) / ((tokens - 1) / rate)
    lost = float(sum("".join(answer) != "".join(expected) for answer in answers))
    return [
        Row(
            f"{CROWD:,} concurrent streams over what the server itself takes",
            ratio,
            ratio,
            ratio,
            "at most",
            1.1,
        ),
        Row("of these, lost or out of order (count)", lost, lost, lost, "at most", 0),
        Row("memory for each of these (KiB)", memory, memory, memory, "at most", 150),
    ]


async def _left_behind(models: ModelClientFactory) -> Row:
    async def ask_and_leave() -> None:
        stream = await models.open_stream(REQUEST, provider=None, model="tokens=1000&rate=5")
        await stream.events.aclose()

    before = len(asyncio.all_tasks()) + _sockets()
    for _ in range(LEFT // 100):
        await asyncio.gather(*(ask_and_leave() for _ in range(100)))
    await asyncio.sleep(1)
    left = float(max(0, len(asyncio.all_tasks()) + _sockets() - before))
    return Row(f"tasks and connections left by {LEFT:,} broken streams", left, left, left, "at most", 0)


def _resident_kib() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def _sockets() -> int:
    links = Path("/proc/self/fd").iterdir()
    return sum(link.is_symlink() and str(link.readlink()).startswith("socket:") for link in links)


if __name__ == "__main__":
    for row in rows():
        print(row)
