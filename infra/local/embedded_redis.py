"""The embedded Redis of a machine without one: fakeredis, in this process, gone when it ends."""

from functools import cache

from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis


@cache
def _server() -> FakeServer:
    return FakeServer()


def embedded_redis() -> Redis:
    """A client of the one embedded server that all clients in this process share."""
    client: Redis = FakeAsyncRedis(server=_server())
    return client
