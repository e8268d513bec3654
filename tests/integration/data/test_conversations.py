"""Conversations: turns that belong to somebody, and a lock for one answer at a time."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.data.documents import Carried, Turn
from shared.data.repositories import Repositories
from shared.domain.caller import Owner
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from tests.integration.data.conftest import Place
from tests.support.mongo import NOW


def turns(*contents: str) -> list[Turn]:
    return [Turn("user", content, NOW, symbols=("AAPL",)) for content in contents]


async def append(
    repositories: Repositories, conversation_id: str, added: list[Turn], *, max_turns: int = 10, **more: Any
) -> bool:
    """Adds turns as an answer does: under the lease of the conversation."""
    store, token = repositories.conversations, uuid.uuid4().hex
    assert await store.try_lock(conversation_id, "me", token, 15)
    stored = await store.append(
        conversation_id, "me", added, token=token, max_turns=max_turns, carried=Carried(**more)
    )
    await store.unlock(conversation_id, token)
    return stored


async def test_unknown_conversation_is_none(repositories: Repositories) -> None:
    assert await repositories.conversations.load("c1", "me") is None


async def test_turns_come_back_in_order(repositories: Repositories) -> None:
    interrupted = Turn("assistant", "Up to", NOW, interrupted=True)
    await append(repositories, "c1", turns("hello"))
    await append(repositories, "c1", [interrupted])
    found = await repositories.conversations.load("c1", "me")
    assert found is not None
    assert found.turns == (*turns("hello"), interrupted)
    assert (found.conversation_id, found.owner, found.summary) == ("c1", "me", None)
    assert found.updated_at == NOW


async def test_oldest_turns_are_dropped_and_the_summary_stays(repositories: Repositories) -> None:
    store = repositories.conversations
    assert await store.try_lock("c1", "me", "t", 15)
    await store.append(
        "c1", "me", turns("1", "2", "3"), token="t", max_turns=2, carried=Carried(summary="one")
    )
    await store.append("c1", "me", turns("4"), token="t", max_turns=2, carried=Carried())
    found = await store.load("c1", "me")
    assert found is not None
    assert ([turn.content for turn in found.turns], found.summary) == (["3", "4"], "one")


async def test_conversation_of_somebody_else_is_not_found(repositories: Repositories) -> None:
    store = repositories.conversations
    await append(repositories, "c1", turns("mine"))
    assert await store.try_lock("c1", "me", "t", 15)
    with pytest.raises(NotFoundError):
        await store.load("c1", "you")
    assert not await store.append("c1", "you", turns("yours"), token="t", max_turns=5, carried=Carried())
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


def expire_lease(place: Place, ahead: timedelta = timedelta(seconds=-1)) -> None:
    until = datetime.now(UTC) + ahead
    place.database["conversations"].update_one({"_id": "c1"}, {"$set": {"lock.until": until}})


async def test_lease_of_a_killed_worker_expires(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 30)
    expire_lease(place)
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


async def test_only_the_holder_of_the_lease_adds_turns(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 15)
    expire_lease(place)
    assert await store.try_lock("c1", "me", "t2", 15)
    assert not await store.append("c1", "me", turns("late"), token="t1", max_turns=5, carried=Carried())
    assert await store.append("c1", "me", turns("mine"), token="t2", max_turns=5, carried=Carried())
    found = await store.load("c1", "me")
    assert found is not None
    assert [turn.content for turn in found.turns] == ["mine"]


async def test_turns_of_a_stream_are_stored_once(repositories: Repositories) -> None:
    answer = Turn("assistant", "AAPL", NOW, stream_id="5" * 32, sources=({"id": 1},))
    for _ in range(2):
        assert await append(repositories, "c1", [*turns("q"), answer])
    found = await repositories.conversations.find_by_stream("5" * 32, "me")
    assert found is not None
    assert found.turns == (*turns("q"), answer)
    assert await repositories.conversations.find_by_stream("5" * 32, "you") is None


async def test_deleted_conversation_does_not_come_back(repositories: Repositories) -> None:
    store = repositories.conversations
    await append(repositories, "c1", turns("q"), title="q")
    assert await store.try_lock("c1", "me", "t1", 15)
    assert await store.delete(Owner("you"), ["c1"], ["t1"]) == 0
    assert await store.delete(Owner("me"), ["c1", "c2"], ["t1"]) == 1
    assert not await store.renew_lock("c1", "t1", 15)
    assert not await store.append("c1", "me", turns("late"), token="t1", max_turns=5, carried=Carried())
    with pytest.raises(NotFoundError):
        await store.try_lock("c1", "me", "t2", 15, create=False)
    assert await store.load("c1", "me") is None


async def test_conversation_with_an_answer_that_the_deletion_does_not_know_is_left(
    repositories: Repositories,
) -> None:
    store, me = repositories.conversations, Owner("me")
    for name in ("free", "held", "new"):
        await append(repositories, name, turns("q"), title="q")
    assert await store.try_lock("held", "me", "t1", 15)
    assert await store.try_lock("new", "me", "t2", 15)
    assert await store.delete(me, ["free", "held", "new"], ["t1"]) == 2
    assert await store.owned(me, ["free", "held", "new"]) == ["new"]
    assert await store.delete(me, ["new"], ["t2"]) == 1


async def test_conversation_without_an_answer_leaves_nothing_behind(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 15)
    await store.unlock("c1", "t1")
    assert place.database["conversations"].count_documents({}) == 0


async def test_list_has_every_conversation_once_while_new_ones_arrive(place: Place) -> None:
    store = place.repositories.conversations
    for number in range(7):
        await append(place.repositories, f"c{number}", turns("q"), title=f"title {number}")
        if number % 2:
            place.clock.forward(1)
    assert await store.try_lock("unanswered", "me", "t", 15)
    seen: list[str] = []
    cursor = None
    while True:
        page = await store.page(Owner("me"), 2, cursor)
        seen += [entry.conversation_id for entry in page.conversations]
        # Neither a new turn nor a new conversation moves what has not been listed.
        await append(place.repositories, "c0", turns("again"))
        await append(place.repositories, f"new{len(seen)}", turns("q"), title="new")
        if (cursor := page.next_cursor) is None:
            break
    assert sorted(name for name in seen if not name.startswith("new")) == [f"c{n}" for n in range(7)]
    assert seen.index("c6") < seen.index("c3") < seen.index("c0")
    assert len(seen) == len(set(seen))
    assert (await store.page(Owner("you"), 10, None)).conversations == ()
    with pytest.raises(InvalidRequestError):
        await store.page(Owner("me"), 2, "x")


async def test_title_is_changed_by_the_owner_only(repositories: Repositories) -> None:
    store = repositories.conversations
    await append(repositories, "c1", turns("q"), title="first")
    entry = await store.rename("c1", Owner("me"), "second")
    assert (entry.conversation_id, entry.title, entry.created_at) == ("c1", "second", NOW)
    with pytest.raises(NotFoundError):
        await store.rename("c1", Owner("you"), "third")
    await append(repositories, "c1", turns("more"))
    assert (await store.page(Owner("me"), 1, None)).conversations[0].title == "second"


async def test_remaining_time_of_the_lease_is_known(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.lock_remaining("c1") == 0
    assert await store.try_lock("c1", "me", "t1", 15)
    assert 13 < await store.lock_remaining("c1") <= 15
    assert await store.renew_lock("c1", "t1", 18)
    assert 16 < await store.lock_remaining("c1") <= 18
    assert not await store.renew_lock("c1", "t2", 15)


async def test_expiry_that_is_too_far_ahead_counts_as_expired(place: Place) -> None:
    store = place.repositories.conversations
    assert await store.try_lock("c1", "me", "t1", 15)
    expire_lease(place, timedelta(seconds=21))
    assert await store.try_lock("c1", "me", "t2", 15)


async def test_locked_conversation_without_turns_is_empty(repositories: Repositories) -> None:
    await repositories.conversations.try_lock("c1", "me", "t1", 30)
    found = await repositories.conversations.load("c1", "me")
    assert found is not None
    assert found.turns == ()


async def test_conversation_expires_after_its_last_turn(place: Place) -> None:
    index = next(item for item in place.database["conversations"].list_indexes() if item["name"] == "expiry")
    assert dict(index["key"]) == {"updated_at": 1}
    assert timedelta(seconds=index["expireAfterSeconds"]) == timedelta(days=30)


def expire(place: Place) -> None:
    """Makes a conversation expire, on a server that deletes late."""
    place.database["conversations"].drop_index("expiry")
    changes = {"updated_at": place.clock() - timedelta(days=31), "title": "old"}
    place.database["conversations"].update_one({"_id": "c1"}, {"$set": changes})


async def test_expired_conversation_is_not_read(place: Place) -> None:
    store = place.repositories.conversations
    answer = Turn("assistant", "an answer", NOW, stream_id="s" * 32)
    await append(place.repositories, "c1", [*turns("a question"), answer], title="a question")
    await append(place.repositories, "c2", turns("another"), title="another")
    assert await store.find_by_stream("s" * 32, "me") is not None
    expire(place)
    assert await store.load("c1", "me") is None
    assert await store.find_by_stream("s" * 32, "me") is None
    assert [one.conversation_id for one in (await store.page(Owner("me"), 10, None)).conversations] == ["c2"]
    with pytest.raises(NotFoundError):
        await store.rename("c1", Owner("me"), "again")


async def test_expired_conversation_begins_anew(place: Place) -> None:
    store = place.repositories.conversations
    await append(place.repositories, "c1", turns("old"), title="old", summary="old", statements=["I own SAP"])
    expire(place)
    assert await append(place.repositories, "c1", turns("new"), title="new")
    found = await store.load("c1", "me")
    assert found is not None
    assert [turn.content for turn in found.turns] == ["new"]
    assert (found.title, found.summary, found.statements) == ("new", None, ())
    assert found.created_at == place.clock()


async def test_worker_whose_clock_is_ahead_empties_nothing(place: Place) -> None:
    store = place.repositories.conversations
    await append(place.repositories, "c1", turns("old"), title="old")
    place.clock.forward(400 * 86_400)
    assert await append(place.repositories, "c1", turns("new"), title="new")
    found = await store.load("c1", "me")
    assert found is not None
    assert [turn.content for turn in found.turns] == ["old", "new"]


async def test_streams_are_those_of_stored_and_of_running_answers(repositories: Repositories) -> None:
    store, since = repositories.conversations, NOW - timedelta(minutes=15)
    await append(repositories, "c1", [Turn("assistant", "stored", NOW, stream_id="a" * 32)])
    await append(repositories, "c2", turns("no stream"))
    assert await store.try_lock("c3", "me", "b" * 32, 15)
    assert await store.try_lock("c1", "me", "c" * 32, 15)
    streams = await store.streams_of(Owner("me"), ["c1", "c2", "c3", "c4"], since)
    assert streams == {"a" * 32: "c1", "b" * 32: "c3", "c" * 32: "c1"}
    assert await store.streams_of(Owner("you"), ["c1", "c3"], since) == {}
