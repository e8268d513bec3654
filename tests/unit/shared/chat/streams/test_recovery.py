"""The text of a lost producer is stored once, by a reader, the next question or the timer."""

import asyncio
from typing import Any, cast

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.chat.streams.description import StreamDescription
from shared.chat.streams.recovery import StreamRecovery, read_answer
from shared.domain.caller import Owner
from shared.redis.guard import RedisGuard
from shared.redis.stream_records import Exchange, StreamOpening, StreamWrite
from shared.redis.streams import RedisStreams
from shared.streams.log import END_LINE, frame_line
from tests.support.agent_fakes import FakeConversations
from tests.support.stock_data import NOW
from tests.support.stream_parts import CONVERSATION, KEYS

STREAM = "5" * 32
META = b'{"event":"meta","provider":"openai","model":"m","symbols":["AAPL"]}'
LINES = frame_line(1, 0, META) + frame_line(2, 6, b'{"chunk":"Apple "}') + frame_line(3, 8, b'{"chunk":"is"}')


@pytest.fixture
async def streams(redis: EmbeddedRedis) -> RedisStreams:
    """A stream whose producer has been killed."""
    streams = RedisStreams(RedisGuard(redis), KEYS)
    description = StreamDescription(Owner("alice"), CONVERSATION, "How is Apple?", "r1", NOW)
    await streams.open([StreamOpening(STREAM, description.encoded(), 60)])
    await streams.exchange(Exchange([StreamWrite(STREAM, 3, LINES, group=CONVERSATION)]))
    await redis.delete(f"test:v1:stream:{STREAM}:alive")
    return streams


class Kept(FakeConversations):
    """Conversations that exist, and store the turns of a stream once."""

    async def try_lock(self, *arguments: Any, create: bool = True) -> bool:
        assert not create
        return await super().try_lock(*arguments)

    async def append(self, _id: str, _owner: str, turns: Any, **more: Any) -> bool:
        if any(turn.stream_id == STREAM for turn in self.kept):
            return True
        return await super().append(_id, _owner, turns, **more)


def test_answer_is_read_from_the_lines() -> None:
    answer = read_answer(LINES + END_LINE)
    assert (answer.text, answer.meta["provider"], answer.sources) == ("Apple is", "openai", ())


async def test_whoever_comes_first_stores_the_text_once(streams: RedisStreams) -> None:
    conversations = Kept()
    first, second = (StreamRecovery(streams, cast(Any, conversations)) for _ in range(2))
    assert all(await asyncio.gather(first.end_lost(STREAM), second.end_lost(STREAM)))
    await first.recover_all()
    await second.recover_all()
    async with asyncio.timeout(60):
        await conversations.stored.wait()
    question, answer = conversations.kept
    assert (question.content, question.symbols) == ("How is Apple?", ("AAPL",))
    assert (answer.content, answer.interrupted, answer.stream_id) == ("Apple is", True, STREAM)
    loaded = await streams.load(STREAM)
    assert loaded is not None
    assert loaded.lines.count(b"producer_lost") == 1
    assert loaded.lines.endswith(END_LINE)
    assert await streams.all_running(10) == {}
    await first.aclose()
    await second.aclose()


async def test_next_question_stores_it_under_its_own_lease(streams: RedisStreams) -> None:
    conversations = FakeConversations(token="mine")
    recovery = StreamRecovery(streams, cast(Any, conversations))
    await recovery.recover(CONVERSATION, "mine")
    await recovery.recover(CONVERSATION, "mine")
    assert [turn.content for turn in conversations.kept] == ["How is Apple?", "Apple is"]


async def test_living_and_unknown_streams_are_left_alone(streams: RedisStreams, redis: EmbeddedRedis) -> None:
    recovery = StreamRecovery(streams, cast(Any, Kept(away=True)))
    assert not await recovery.end_lost("1" * 32)
    await streams.exchange(Exchange(producing=[STREAM]))
    assert await recovery.end_lost(STREAM)
    await recovery.recover_all()
    loaded = await streams.load(STREAM)
    assert loaded is not None
    assert loaded.lines == LINES
    await redis.delete(f"test:v1:stream:{STREAM}")
    await recovery.recover_all()
    assert await streams.all_running(10) == {}
