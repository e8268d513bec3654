"""Fixtures of the unit tests: clocks that stand still, and a Redis in process."""

from collections.abc import AsyncIterator, Iterator

import pytest
import time_machine
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from tests.support.cache import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that is injected."""
    return FrozenClock()


@pytest.fixture
def wall_clock() -> Iterator[time_machine.Traveller]:
    """The system's clock, which libraries read; it stands still until the test moves it."""
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def server() -> FakeServer:
    """A Redis in process, shared by the clients that name it."""
    return FakeServer()


@pytest.fixture
async def redis(server: FakeServer) -> AsyncIterator[EmbeddedRedis]:
    """A client of that Redis."""
    async with EmbeddedRedis(server) as client:
        yield client
