"""Looks at every fault of a part of the surroundings, one after the other, in one process of the service."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import bson

from tests.support.faults.faults import Fault, Part
from tests.support.faults.operations import KEPT, NEW, STORED, Operations
from tests.support.faults.stage import DATABASE, Stage, stage
from tests.support.faults.stored_history import store_history
from tests.support.faults.table import NOTHING, Table, fits
from tests.support.secret_watch import MARKER

_HEAL_SECONDS: Final = 120.0
_WARM_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 1.0
_LOOKS: Final = 3
"""Looks at one fault at most. A machine that stands still is a fault of its own: what differs from the table
must differ each time."""
_EXPIRED_SECONDS: Final = 1.1
"""After this, stored responses have expired: its TTL is a second on a stage."""


@dataclass(frozen=True)
class Seen:
    """What came of one fault.

    Attributes:
        during: What each operation gave while it was on.
        after: The same once it was off for a while, with the data stored before.
        lost: What was answered as stored and was not there afterwards.
        complaints: Lines at WARNING and above in the service's log while it was on.
    """

    during: Mapping[str, str]
    after: Mapping[str, str]
    lost: Sequence[str]
    complaints: Sequence[str]


@dataclass(frozen=True)
class Report:
    """What came of the faults of a part.

    Attributes:
        seen: By the fault's name; the usual is under ``nothing``.
        leaks: Where a secret was found.
    """

    seen: Mapping[str, Seen]
    leaks: Sequence[str]


def look_at(part: Part, folder: Path, table: Table) -> Report:
    """Switches every fault of a part on and off again, and asks for everything meanwhile and afterwards.

    Args:
        part: What is looked at.
        folder: Takes everything that is written.
        table: What each operation should give.
    """
    with stage(folder, part.settings, with_vault=part.with_vault) as on:
        operations = Operations(on)
        operations.timer("migrations")
        with on.mongo_control() as client:
            asyncio.run(store_history(client, DATABASE, STORED))
        usual = _usual(operations, table[NOTHING])
        operations.keep_preferences("before")
        seen = {NOTHING: Seen(usual, usual, [], [])}
        for fault in part.faults:
            seen[fault.name] = _look_at(fault, on, operations, table)
        leaks = [*_leaks_in_stores(on), *_leaks_in("an answer", operations.texts)]
    # What the service printed at its end is looked at too.
    leaks += _leaks_in("its output", [on.host.output()])
    return Report(seen, leaks)


def _usual(operations: Operations, said: Mapping[str, str]) -> Mapping[str, str]:
    """What there is without a fault: the responses, once the libraries that it waits for are imported."""
    ends = time.monotonic() + _WARM_SECONDS
    while (usual := operations.run(KEPT, KEPT)) != said and time.monotonic() < ends:
        time.sleep(_POLL_SECONDS)
    return usual


def _look_at(fault: Fault, on: Stage, operations: Operations, table: Table) -> Seen:
    """Looks until what was seen is what the table says, three times at most."""
    usual = table[NOTHING]
    for _ in range(_LOOKS):
        seen = _look_once_at(fault, on, operations, usual)
        if all(fits(seen.during[name], said, usual[name]) for name, said in table[fault.name].items()):
            break
    return seen


def _look_once_at(fault: Fault, on: Stage, operations: Operations, usual: Mapping[str, str]) -> Seen:
    time.sleep(_EXPIRED_SECONDS)
    begins = len(on.host.output())
    fault.on(on)
    try:
        during = operations.run(KEPT, NEW)
        operations.keep_preferences(f"during-{fault.name.replace(' ', '-')}")
        complaints = [line for line in on.host.output()[begins:].splitlines() if _complains(line)]
    finally:
        fault.off(on)
    after = _healed(operations, usual)
    return Seen(during, after, operations.lost(), complaints)


def _healed(operations: Operations, usual: Mapping[str, str]) -> Mapping[str, str]:
    """What there is as soon as all is as usual, or when it has taken too long."""
    ends = time.monotonic() + _HEAL_SECONDS
    while True:
        after = operations.run(KEPT, KEPT)
        if after == usual or time.monotonic() > ends:
            return after
        time.sleep(_POLL_SECONDS)


def _complains(line: str) -> bool:
    return " WARNING " in line or " ERROR " in line


def _leaks_in(where: str, texts: Sequence[str]) -> list[str]:
    return [f"{where}: {_around(text)}" for text in texts if MARKER in text]


def _leaks_in_stores(on: Stage) -> Iterator[str]:
    with closing(on.redis_control()) as redis:
        for key in redis.scan_iter():
            if MARKER.encode() in key + (redis.dump(key) or b""):
                yield f"Redis: {key!r}"
    with on.mongo_control() as client:
        for collection in client[DATABASE].list_collection_names():
            for document in client[DATABASE][collection].find():
                if MARKER.encode() in bson.encode(document):
                    yield f"MongoDB: {collection} {document['_id']}"


def _around(text: str) -> str:
    at = text.index(MARKER)
    return text[max(0, at - 200) : at + 100]
