"""Redis as the scheduled refresh uses it: names of its keys, and commands behind the guard."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys

Result = TypeVar("Result")


class RefreshRedis:
    """Runs the commands of the refresh.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys) -> None:
        self._guard = guard
        self._keys = keys

    def key(self, name: str) -> str:
        """Returns the key of a name."""
        return self._keys.key("refresh", name)

    async def run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        """Runs a command.

        Raises:
            DependencyUnavailableError: Redis is unavailable, or rejects the command.
        """
        try:
            return await self._guard.run(command)
        except ResponseError as error:
            raise DependencyUnavailableError("Redis rejects a command of the refresh.") from error


def text(value: bytes | str) -> str:
    """Returns a name or value of Redis as text."""
    return value.decode() if isinstance(value, bytes) else value
