"""Conversations of their owners: read, and deleted with their streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, cast

import pytest
from fakeredis import FakeServer

from shared.chat.owned_conversations import Conversations
from shared.data.documents import Conversation, Turn
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.stream_records import StreamOpening
from shared.streams.log import StreamLog, frame_line
from shared.streams.stream_transport import StreamTransport
from shared.streams.sync import ProducedStream
from tests.support.stock_data import NOW
from tests.support.stream_parts import make_transport

ALICE, BOB = Owner("alice"), Owner("bob")
TURN = Turn("user", "How is Apple?", NOW)


class StoredConversations:
    """Conversations in a dict: their owner and turns by id."""

    def __init__(self, **conversations: tuple[Owner, tuple[Turn, ...]]) -> None:
        self.kept = dict(conversations)
        self.holders: dict[str, str] = {}
        self.before_deletion: Callable[[], Awaitable[None]] | None = None

    async def load(self, conversation_id: str, owner: str) -> Conversation | None:
        if conversation_id not in self.kept or self.kept[conversation_id][0] != owner:
            return None
        return Conversation(conversation_id, owner, self.kept[conversation_id][1], None, NOW)

    async def owned(self, owner: Owner, conversation_ids: Sequence[str]) -> list[str]:
        return [name for name in conversation_ids if name in self.kept and self.kept[name][0] == owner]

    async def ids_of(self, owner: Owner) -> list[str]:
        return [name for name, (of, _) in self.kept.items() if of == owner]

    async def streams_of(self, _owner: Owner, names: Sequence[str], _since: datetime) -> dict[str, str]:
        stored = {turn.stream_id: name for name in names for turn in self.kept[name][1] if turn.stream_id}
        return stored | {self.holders[name]: name for name in names if name in self.holders}

    async def delete(self, _owner: Owner, names: Sequence[str], answers: Collection[str]) -> int:
        if self.before_deletion is not None:
            begins, self.before_deletion = self.before_deletion, None
            await begins()
        free = [name for name in names if self.holders.get(name) in (None, *answers)]
        return sum(self.kept.pop(name, None) is not None for name in free)


@pytest.fixture
async def transport(server: FakeServer) -> AsyncIterator[StreamTransport]:
    async with make_transport(server) as transport:
        yield transport


def service(transport: StreamTransport, stored: StoredConversations) -> Conversations:
    return Conversations(cast(Any, stored), transport.streams, lambda: NOW)


async def test_conversation_without_turns_or_of_another_owner_does_not_exist(
    transport: StreamTransport,
) -> None:
    conversations = service(transport, StoredConversations(a=(ALICE, (TURN,)), b=(ALICE, ())))
    assert (await conversations.read(ALICE, "a")).turns == (TURN,)
    for owner, name in ((ALICE, "b"), (BOB, "a"), (ALICE, "c")):
        with pytest.raises(NotFoundError):
            await conversations.read(owner, name)


async def test_deletion_stops_the_running_answer_and_removes_its_stream(transport: StreamTransport) -> None:
    stream_id, stopped = "5" * 32, asyncio.Event()
    stream = ProducedStream(StreamLog(stream_id), "a", StreamOpening(stream_id, b"{}", 60), stopped.set)
    assert await transport.sync.produce(stream)
    stream.log.append(frame_line(1, 1, b'{"chunk":"x"}'))
    for _ in range(500):
        if stream.announced:
            break
        await asyncio.sleep(0.01)
    stored = StoredConversations(a=(ALICE, (TURN,)), b=(BOB, (TURN,)))
    assert await service(transport, stored).delete(ALICE, ["a", "b", "c"]) == 1
    async with asyncio.timeout(60):
        await stopped.wait()
    assert await transport.streams.load(stream_id) is None
    assert (await transport.streams.running_in(["a"]), set(stored.kept)) == ({}, {"b"})


async def test_answer_that_begins_after_the_look_up_is_stopped_and_deleted(
    transport: StreamTransport,
) -> None:
    stream_id, stopped = "5" * 32, asyncio.Event()
    stored = StoredConversations(a=(ALICE, (TURN,)), b=(ALICE, (TURN,)))

    async def begins() -> None:
        stream = ProducedStream(StreamLog(stream_id), "a", StreamOpening(stream_id, b"{}", 60), stopped.set)
        assert await transport.sync.produce(stream)
        stored.holders["a"] = stream_id

    stored.before_deletion = begins
    assert await service(transport, stored).delete(ALICE, ["a", "b"]) == 2
    async with asyncio.timeout(60):
        await stopped.wait()
    assert (await transport.streams.load(stream_id), stored.kept) == (None, {})


async def test_deletion_removes_the_streams_of_stored_answers(transport: StreamTransport) -> None:
    answer = Turn("assistant", "Fine.", NOW, stream_id="6" * 32)
    await transport.streams.open([StreamOpening("6" * 32, b"{}", 60)])
    await service(transport, StoredConversations(a=(ALICE, (TURN, answer)))).delete(ALICE, ["a"])
    assert await transport.streams.load("6" * 32) is None


async def test_nothing_is_deleted_while_redis_cannot_confirm_it(
    transport: StreamTransport, server: FakeServer
) -> None:
    stored = StoredConversations(a=(ALICE, (TURN,)))
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await service(transport, stored).delete(ALICE, ["a"])
    assert set(stored.kept) == {"a"}


async def test_all_of_an_owner_are_deleted_in_batches(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.chat.owned_conversations._BATCH", 2)
    stored = StoredConversations(**{f"a{number}": (ALICE, (TURN,)) for number in range(5)}, b=(BOB, (TURN,)))
    await service(transport, stored).delete_all(ALICE)
    assert set(stored.kept) == {"b"}
