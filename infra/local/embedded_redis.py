"""The embedded Redis: fakeredis in this process; its data ends with the process."""

from functools import cache

from fakeredis import FakeAsyncRedis, FakeServer  # noqa: TID251


class EmbeddedRedis(FakeAsyncRedis):  # type: ignore[misc]
    """A client of an embedded server.

    It has no timeout: a server in the same process needs none. With a timeout, redis-py sends through
    ``asyncio.wait_for``. On Python 3.11 that loses a cancellation that arrives while a command is being sent:
    the task continues, and a caller that waits for its end waits forever.

    Args:
        server: The server; by default an empty one of its own.
    """

    def __init__(self, server: FakeServer | None = None) -> None:
        super().__init__(server=server or FakeServer(), socket_timeout=None)


@cache
def _server() -> FakeServer:
    return FakeServer()


def embedded_redis() -> EmbeddedRedis:
    """Returns a client of the embedded server, which all clients of the process share."""
    return EmbeddedRedis(_server())
