"""Export and erasure over kinds of items: one JSON document, and an order that lets nothing reappear."""

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from shared.domain.caller import Owner
from shared.users.user_data import UserData
from tests.support.cache import FrozenClock

ANN = Owner("ann")


class Items:
    """Items in memory."""

    def __init__(self, log: list[str], name: str, *items: bytes) -> None:
        self._log, self._name, self._items = log, name, items

    async def export(self, _owner: Owner) -> AsyncIterator[bytes]:
        for item in self._items:
            yield item

    async def erase(self, _owner: Owner) -> None:
        self._log.append(self._name)


class Erasures:
    """Notes erasures."""

    def __init__(self, log: list[str]) -> None:
        self._log = log

    async def put(self, owner: str) -> None:
        self._log.append(f"erasure of {owner}")


@pytest.mark.parametrize("items", [(), (b'{"a":1}',), (b'{"a":1}', b'{"b":2}')])
async def test_export_is_one_json_document(items: tuple[bytes, ...], clock: FrozenClock) -> None:
    log: list[str] = []
    kinds = {"empty": Items(log, "empty"), "some": Items(log, "some", *items), "last": Items(log, "last")}
    data = UserData(kinds, cast(Any, Erasures(log)), clock)
    document = json.loads(b"".join([part async for part in data.export(ANN, "ann")]))
    assert document["user_id"] == "ann"
    assert document["some"] == [json.loads(item) for item in items]
    assert (document["empty"], document["last"]) == ([], [])


async def test_erasure_is_remembered_before_anything_is_deleted(clock: FrozenClock) -> None:
    log: list[str] = []
    kinds = {name: Items(log, name) for name in ("preferences", "reports")}
    await UserData(kinds, cast(Any, Erasures(log)), clock).erase(ANN)
    assert log == ["erasure of ann", "preferences", "reports"]
