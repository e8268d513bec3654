"""The task that produces an answer: its slot, its readers, its end."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fakeredis import FakeServer

from shared.chat.streams.producer import AnswerProducer
from shared.errors.service_errors import ModelInterruptedError, ModelUnavailableError
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from tests.support.stock_data import NOW
from tests.support.stream_parts import QUERY, ScriptedAgent, Slot, Step, make_transport

STREAM = "5" * 32


@pytest.fixture
async def transport(server: FakeServer) -> AsyncIterator[StreamTransport]:
    async with make_transport(server) as transport:
        yield transport


class Production:
    """One answer and its first reader."""

    def __init__(self, transport: StreamTransport, *steps: Step, grace: float = 30) -> None:
        self.agent, self.slot = ScriptedAgent(*steps), Slot()
        self.producer = AnswerProducer(
            replace(QUERY, stream_id=STREAM),
            self.agent,
            self.slot.hold(),
            transport,
            grace=grace,
            seconds=60,
            clock=lambda: NOW,
        )
        load = transport.followed.load_after(STREAM)
        self.reader = StreamReader(self.producer.log, 0, load, self.producer.left)
        self.producer.joined(self.reader)

    async def ended(self) -> list[dict[str, Any]]:
        """Waits for the end and returns the frames."""
        async with asyncio.timeout(60):
            await self.producer.task
        lines = self.producer.log.after(0, most=1 << 20)[1].splitlines()
        return [json.loads(data) for line in lines if (data := line.partition(b" ")[2]) != b"[DONE]"]


async def test_first_frame_names_the_stream_and_the_slot_is_held_to_the_end(
    transport: StreamTransport,
) -> None:
    go_on = asyncio.Event()
    production = Production(transport, "a ", go_on, "b")
    await production.reader.wait()
    assert production.slot.held == 1
    go_on.set()
    meta, *_ = await production.ended()
    assert (meta["stream_id"], meta["resumable"]) == (STREAM, True)
    assert (production.slot.held, production.agent.open) == (0, 0)


async def test_without_grace_the_answer_ends_with_its_reader(transport: StreamTransport) -> None:
    production = Production(transport, "a ", asyncio.Event(), grace=0)
    await production.reader.wait()
    production.reader.close()
    *_, error = await production.ended()
    assert (error["code"], error["retryable"], production.agent.open) == ("answer_stopped", False, 0)


async def test_reader_that_returns_in_time_keeps_the_answer(transport: StreamTransport) -> None:
    go_on = asyncio.Event()
    production = Production(transport, "a ", go_on, "b", grace=0.1)
    await production.reader.wait()
    production.producer.left(production.reader)
    production.producer.joined(production.reader)
    await asyncio.sleep(0.2)
    go_on.set()
    frames = await production.ended()
    assert [frame["chunk"] for frame in frames if "chunk" in frame] == ["a ", "b"]


async def test_before_its_first_frame_an_answer_has_no_grace(transport: StreamTransport) -> None:
    production = Production(transport)
    production.reader.close()
    assert await production.ended() == []
    assert production.agent.open == 0


@pytest.mark.parametrize("times", [1, 3])
async def test_stop_is_the_error_once(transport: StreamTransport, times: int) -> None:
    production = Production(transport, "a ", asyncio.Event())
    await production.reader.wait()
    for _ in range(times):
        production.producer.stop_on_request()
    frames = await production.ended()
    assert [frame["code"] for frame in frames if frame.get("event") == "error"] == ["answer_stopped"]


@pytest.mark.parametrize("error", [ModelInterruptedError("ended"), ModelUnavailableError("down")])
async def test_failure_in_the_middle_is_a_frame(transport: StreamTransport, error: Exception) -> None:
    production = Production(transport, "a ", error)
    *_, last = await production.ended()
    assert last["error"] == str(error)
