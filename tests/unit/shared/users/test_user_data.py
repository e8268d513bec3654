"""Export and erasure of everything that is kept about a user, whatever kinds of items there are."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from shared.domain.caller import Owner
from shared.errors.service_errors import DependencyUnavailableError
from shared.users.user_data import KeptItems, UserData

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
ALICE = Owner("alice")


class Items:
    """A kind of items; records erasures, and fails if it has an error."""

    def __init__(self, log: list[str], name: str, *items: object, error: Exception | None = None) -> None:
        self._log = log
        self._name = name
        self._items = items
        self.error = error

    async def export(self, owner: Owner) -> AsyncIterator[bytes]:
        for item in self._items if owner == ALICE else ():
            yield json.dumps(item).encode()

    async def erase(self, owner: Owner) -> None:
        if self.error is not None:
            raise self.error
        self._log.append(f"{self._name} of {owner}")


class Erasures:
    """The record of erasures."""

    def __init__(self, log: list[str]) -> None:
        self._log = log

    async def put(self, owner: Owner) -> None:
        self._log.append(f"erasure of {owner}")


def user_data(log: list[str], kinds: dict[str, Items]) -> UserData:
    return UserData(cast(dict[str, KeptItems], kinds), cast(Any, Erasures(log)), lambda: NOW)


async def exported(data: UserData, owner: Owner = ALICE) -> tuple[Sequence[bytes], dict[str, Any]]:
    parts = [part async for part in data.export(owner, "alice")]
    return parts, json.loads(b"".join(parts))


async def test_export_is_one_document_in_parts() -> None:
    log: list[str] = []
    kinds = {
        "preferences": Items(log, "preferences"),
        "reports": Items(log, "reports", {"id": 1}, {"id": 2}),
        "conversations": Items(log, "conversations", {"id": 3}),
    }
    parts, document = await exported(user_data(log, kinds))
    assert len(parts) == 4
    assert document == {
        "user_id": "alice",
        "exported_at": "2026-11-20T21:00:00Z",
        "preferences": [],
        "reports": [{"id": 1}, {"id": 2}],
        "conversations": [{"id": 3}],
    }


async def test_export_of_a_user_without_items_is_a_whole_document() -> None:
    log: list[str] = []
    kinds = {"reports": Items(log, "reports", 1), "conversations": Items(log, "conversations")}
    _, document = await exported(user_data(log, kinds), Owner("bob"))
    assert (document["reports"], document["conversations"]) == ([], [])


async def test_erasure_is_recorded_before_anything_is_deleted() -> None:
    log: list[str] = []
    await user_data(log, {"reports": Items(log, "reports"), "chats": Items(log, "chats")}).erase(ALICE)
    assert log == ["erasure of alice", "reports of alice", "chats of alice"]


async def test_erasure_that_failed_is_completed_by_the_next_one() -> None:
    log: list[str] = []
    chats = Items(log, "chats", error=DependencyUnavailableError("Redis is unavailable."))
    data = user_data(log, {"reports": Items(log, "reports"), "chats": chats})
    with pytest.raises(DependencyUnavailableError):
        await data.erase(ALICE)
    chats.error = None
    await data.erase(ALICE)
    assert log[-1] == "chats of alice"
