"""The embedded Redis: fakeredis in this process; its data ends with the process."""

from functools import cache

from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis


@cache
def _server() -> FakeServer:
    return FakeServer()


def embedded_redis() -> Redis:
    """Returns a client of the embedded server, which all clients of the process share."""
    client: Redis = FakeAsyncRedis(server=_server())
    return client
