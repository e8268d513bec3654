"""Conversations: turns that belong to somebody, and a lock for one answer at a time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.data.documents import Turn
from shared.data.repositories import Repositories
from shared.errors import NotFoundError
from tests.integration.data.conftest import Place
from tests.support.mongo import NOW


def turns(*contents: str) -> list[Turn]:
    return [Turn("user", content, NOW, symbols=("AAPL",)) for content in contents]


async def test_unknown_conversation_is_none(repositories: Repositories) -> None:
    assert await repositories.conversations.load("c1", "me") is None


async def test_turns_come_back_in_order(repositories: Repositories) -> None:
    store = repositories.conversations
    interrupted = Turn("assistant", "Up to", NOW, interrupted=True)
    await store.append("c1", "me", turns("hello"), max_turns=10, summary=None)
    await store.append("c1", "me", [interrupted], max_turns=10, summary=None)
    found = await store.load("c1", "me")
    assert found is not None
    assert found.turns == (*turns("hello"), interrupted)
    assert (found.conversation_id, found.owner, found.summary) == ("c1", "me", None)
    assert found.updated_at == NOW


async def test_oldest_turns_are_dropped_and_the_summary_stays(repositories: Repositories) -> None:
    store = repositories.conversations
    await store.append("c1", "me", turns("1", "2", "3"), max_turns=2, summary="one")
    await store.append("c1", "me", turns("4"), max_turns=2, summary=None)
    found = await store.load("c1", "me")
    assert found is not None
    assert ([turn.content for turn in found.turns], found.summary) == (["3", "4"], "one")


async def test_conversation_of_somebody_else_is_not_found(repositories: Repositories) -> None:
    store = repositories.conversations
    await store.append("c1", "me", turns("mine"), max_turns=5, summary=None)
    with pytest.raises(NotFoundError):
        await store.load("c1", "you")
    with pytest.raises(NotFoundError):
        await store.append("c1", "you", turns("yours"), max_turns=5, summary=None)
    with pytest.raises(NotFoundError):
        await store.try_lock("c1", "you", "t1", 30)
    found = await store.load("c1", "me")
    assert found is not None
    assert found.turns == tuple(turns("mine"))


async def test_one_answer_at_a_time(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 30)
    assert not await store.try_lock("c1", "me", "t2", 30)
    assert await store.try_lock("c1", "me", "t1", 30)
    await store.unlock("c1", "t2")
    assert not await store.try_lock("c1", "me", "t2", 30)
    await store.unlock("c1", "t1")
    assert await store.try_lock("c1", "me", "t2", 30)


async def test_lease_of_a_killed_worker_expires(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 30)
    past = datetime.now(UTC) - timedelta(seconds=1)
    place.database["conversations"].update_one({"_id": "c1"}, {"$set": {"lock.until": past}})
    assert await store.try_lock("c1", "me", "t2", 30)


async def test_lease_is_timed_by_the_clock_of_the_database(place: Place) -> None:
    store = place.repositories.conversations
    place.clock.forward(30 * 86_400)  # a worker whose clock is a month ahead
    assert await store.try_lock("c1", "me", "t1", 30)
    lock = place.database["conversations"].find_one({"_id": "c1"})["lock"]
    assert lock["until"] < datetime.now(UTC) + timedelta(seconds=40)
    place.clock.forward(-60 * 86_400)
    assert not await store.try_lock("c1", "me", "t2", 30)


async def test_of_many_at_once_one_gets_the_lock(repositories: Repositories) -> None:
    got = await asyncio.gather(
        *(repositories.conversations.try_lock("c1", "me", f"t{number}", 30) for number in range(8))
    )
    assert sum(got) == 1


async def test_turns_added_at_once_are_all_there(repositories: Repositories) -> None:
    store = repositories.conversations
    await asyncio.gather(
        *(store.append("c1", "me", turns(str(number)), max_turns=50, summary=None) for number in range(12))
    )
    found = await store.load("c1", "me")
    assert found is not None
    assert sorted(int(turn.content) for turn in found.turns) == list(range(12))


async def test_locked_conversation_without_turns_is_empty(repositories: Repositories) -> None:
    await repositories.conversations.try_lock("c1", "me", "t1", 30)
    found = await repositories.conversations.load("c1", "me")
    assert found is not None
    assert found.turns == ()


async def test_conversation_expires_after_its_last_turn(place: Place) -> None:
    index = next(item for item in place.database["conversations"].list_indexes() if item["name"] == "expiry")
    assert dict(index["key"]) == {"updated_at": 1}
    assert timedelta(seconds=index["expireAfterSeconds"]) == timedelta(days=30)
