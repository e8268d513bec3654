"""The databases that the repositories' suite runs against: embedded, and the real driver over the wire."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from infra.local.embedded_mongo import embedded_mongo
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaManager, StorageForm, all_collections
from tests.support.mongo import HandClock, mongo_server

SERVER_OPTIONS = {
    "time_series": (),
    "ordinary": ("--no-timeseries",),
    "bare": ("--no-timeseries", "--no-validators"),
    "denied": ("--deny", "listCollections"),
}

REAL_SERVER = (
    [pytest.param("server", marks=pytest.mark.real_mongo)] if "MONGODB_TEST_URI" in os.environ else []
)
"""A MongoDB server that somebody else started; only where ``MONGODB_TEST_URI`` names it."""

WITH_VALIDATORS = ["time_series", "ordinary", *REAL_SERVER]
"""Kinds of databases that check documents themselves."""


@dataclass(frozen=True)
class Place:
    """A database under test."""

    kind: str
    mongo: Mongo
    client: "MongoClient[dict[str, Any]]"
    database: Any
    repositories: Repositories
    clock: HandClock
    form: StorageForm


class Servers:
    """The test servers of a run, each started on first use."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._uris: dict[str, str] = {}

    def uri(self, kind: str) -> str:
        """Returns the URI of a server, which is started on first use."""
        if kind == "server":
            return os.environ["MONGODB_TEST_URI"]
        if kind not in self._uris:
            self._uris[kind] = self._stack.enter_context(mongo_server(*SERVER_OPTIONS[kind]))
        return self._uris[kind]


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=[*("embedded", "time_series", "ordinary", "bare"), *REAL_SERVER])
async def place(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> AsyncIterator[Place]:
    """A database with the schema and nothing in it, of every kind in turn."""
    kind = request.param
    name = f"test_{uuid.uuid4().hex[:12]}"
    client: MongoClient[dict[str, Any]]
    if kind == "embedded":
        client = embedded_mongo(str(tmp_path))
    else:
        client = MongoClient(servers.uri(kind), tz_aware=True, serverSelectionTimeoutMS=5_000)
    database = client[name]
    clock = HandClock()
    mongo = Mongo(client, name)
    repositories = Repositories(mongo, clock)
    forms = SchemaManager(database, all_collections()).apply().forms
    repositories.migrations.note_forms(database["schema_migrations"], forms)
    yield Place(kind, mongo, client, database, repositories, clock, forms["market_data"])
    if kind != "embedded":
        client.drop_database(name)
    await mongo.aclose()


@pytest.fixture
def repositories(place: Place) -> Repositories:
    return place.repositories
