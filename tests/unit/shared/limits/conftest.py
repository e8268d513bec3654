"""Fixtures of the limits: they count in Redis, and in the worker's memory without it."""

from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeServer
from redis.asyncio import Redis

from infra.local.embedded_redis import EmbeddedRedis


@pytest.fixture(params=["redis", "memory"])
async def either_redis(request: pytest.FixtureRequest, server: FakeServer) -> AsyncIterator[Redis]:
    """A client of a Redis that answers, and one of a Redis that is unavailable."""
    server.connected = request.param == "redis"
    async with EmbeddedRedis(server) as client:
        yield client
