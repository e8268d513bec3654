"""The parts of streams in process: two workers over one Redis, and a model that is played by a script."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from fakeredis import FakeServer
from redis.asyncio import Redis

from infra.local.embedded_redis import EmbeddedRedis
from shared.chat.chat_events import ChatEvent, ChunkEvent, MetaEvent, SourcesEvent
from shared.chat.query import ChatQuery
from shared.chat.streams.recovery import StreamRecovery
from shared.chat.streams.stream_service import ChatStreams
from shared.domain.caller import Owner
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.redis.streams import RedisStreams
from shared.streams.event_id import EventId
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from tests.support.agent_fakes import chat_settings
from tests.support.stock_data import NOW

ALICE = Owner("alice")
CONVERSATION = "11111111-1111-4111-8111-111111111111"
QUERY = ChatQuery("How is Apple?", ALICE, conversation_id=CONVERSATION)
Step = str | ChatEvent | Exception | asyncio.Event
KEYS = RedisKeys("test")


class ScriptedAgent:
    """Answers every query with the same steps; counts what it is asked and what is still open."""

    def __init__(self, *steps: Step) -> None:
        self.steps = steps
        self.asked = 0
        self.open = 0
        self.yielded = 0

    async def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
        self.asked += 1
        self.open += 1
        try:
            conversation = query.conversation_id or CONVERSATION
            yield MetaEvent("openai", "gpt-test", conversation, "r1", ("AAPL",))
            yield SourcesEvent([])
            for step in self.steps:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Exception):
                    raise step
                else:
                    self.yielded += 1
                    yield ChunkEvent(step) if isinstance(step, str) else step
                    await asyncio.sleep(0)
        finally:
            self.open -= 1


class Slot:
    """Counts the streams that hold it."""

    def __init__(self) -> None:
        self.held = 0

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[None]:
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1


class NoConversations:
    """Stores nothing."""

    async def find_by_stream(self, *_: object) -> None:
        return None


@asynccontextmanager
async def make_transport(server: FakeServer) -> AsyncIterator[StreamTransport]:
    """The streams of a worker at the given Redis."""
    async with EmbeddedRedis(server) as redis:
        transport = StreamTransport.over(RedisStreams(RedisGuard(redis), KEYS))
        yield transport
        await transport.aclose()


class StreamWorker:
    """The streams of one worker.

    Args:
        redis: Its client of the Redis that workers share.
        agent: Answers the queries.
        grace: Seconds for which production continues without readers.
    """

    def __init__(self, redis: Redis, agent: ScriptedAgent, *, grace: float = 30) -> None:
        self.redis = redis
        self.streams = RedisStreams(RedisGuard(self.redis), KEYS)
        self.transport = StreamTransport.over(self.streams)
        conversations = cast(Any, NoConversations())
        self.slot = Slot()
        self.service = ChatStreams(
            agent,
            self.transport,
            StreamRecovery(self.streams, conversations),
            conversations,
            chat_settings(chat={"grace_seconds": grace}),
            lambda: NOW,
        )

    def start(self) -> StreamReader:
        """Starts a stream and returns its first reader."""
        return self.service.start(QUERY, self.slot.hold())

    async def resume(self, stream_id: str, number: int = 0, characters: int = 0) -> StreamReader:
        """Returns a reader that continues after a frame."""
        reader = await self.service.resume(EventId(stream_id, number, characters), ALICE)
        assert reader is not None
        return reader

    async def aclose(self) -> None:
        """Ends the worker."""
        await self.service.aclose()
        await self.transport.aclose()
        await self.redis.aclose()


@asynccontextmanager
async def stream_workers(
    agent: ScriptedAgent, count: int = 1, *, grace: float = 30, connect: Callable[[], Redis] | None = None
) -> AsyncIterator[Sequence[StreamWorker]]:
    """Workers over one Redis: embedded, unless ``connect`` gives their clients."""
    server = FakeServer()
    clients = [connect() if connect else EmbeddedRedis(server) for _ in range(count)]
    workers = [StreamWorker(client, agent, grace=grace) for client in clients]
    try:
        yield workers
    finally:
        for worker in workers:
            await worker.aclose()


async def read(
    reader: StreamReader, *, at_least: int | None = None, into: list[bytes] | None = None
) -> bytes:
    """Returns the frames of a reader to its end, or until there are so many; closes it.

    Args:
        reader: The reader.
        at_least: Number of frames after which reading ends.
        into: Receives the frames as they arrive.
    """
    frames = b""
    try:
        while reader.pending or not reader.ended:
            if at_least is not None and frames.count(b"\n\n") >= at_least:
                break
            await reader.wait()
            part = reader.take()
            frames += part
            if into is not None:
                into.append(part)
    finally:
        reader.close()
    return frames
