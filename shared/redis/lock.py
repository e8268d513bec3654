"""Locks in Redis: held by a token, let go of by themselves when their holder dies."""

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from redis.asyncio import Redis

from shared.errors import ConflictError, DependencyUnavailableError
from shared.redis.guard import redis_errors

_log = logging.getLogger(__name__)

_FIRST_POLL: Final = 0.1
_LONGEST_POLL: Final = 1.0

_RELEASE_ATTEMPTS: Final = 3
_RELEASE_PAUSE: Final = 0.1

_RELEASE: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""
_EXTEND: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""


class RedisLock:
    """A lock that at most one holder has, over all workers.

    ::

        async with RedisLock(redis, "stocks:v1:lock:cache_refresh", seconds=300).held():
            ...

    Args:
        redis: The client.
        name: The lock's key.
        seconds: After which it is free again if it is neither extended nor released.
    """

    def __init__(self, redis: Redis, name: str, seconds: float) -> None:
        self._redis = redis
        self._name = name
        self._milliseconds = int(seconds * 1000)
        self._token = uuid.uuid4().hex.encode()

    async def try_acquire(self) -> bool:
        """Takes the lock if it is free; says whether it did.

        Raises:
            DependencyUnavailableError: Redis is away; nobody knows who holds it.
        """
        with redis_errors():
            holder = await self._redis.set(self._name, self._token, nx=True, get=True, px=self._milliseconds)
        # It is its own holder when the client has sent the command again over a new connection.
        return holder in (None, self._token)

    async def extend(self) -> bool:
        """Starts its time anew; False when it is no longer held here.

        Raises:
            DependencyUnavailableError: Redis is away.
        """
        with redis_errors():
            extended = await self._redis.eval(_EXTEND, 1, self._name, self._token, str(self._milliseconds))
        return bool(extended)

    async def release(self) -> bool:
        """Lets go of it; False when it was no longer held here.

        Raises:
            DependencyUnavailableError: Redis is away; the lock ends with its time.
        """
        with redis_errors():
            return bool(await self._redis.eval(_RELEASE, 1, self._name, self._token))

    @asynccontextmanager
    async def held(self) -> AsyncIterator["RedisLock"]:
        """Holds the lock for the block.

        Raises:
            ConflictError: Somebody else holds it.
            DependencyUnavailableError: Redis is away.
        """
        try:
            if not await self.try_acquire():
                raise ConflictError("This is being done by another worker right now.")
            yield self
        finally:
            await self._release_quietly()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["RedisLock"]:
        """Waits until the lock is free, and holds it for the block, however long that takes.

        Raises:
            DependencyUnavailableError: Redis is away before the lock is had.
        """
        try:
            await self._wait_for_it()
            extending = asyncio.create_task(self._keep_extending())
            try:
                yield self
            finally:
                extending.cancel()
        finally:
            await self._release_quietly()

    async def _wait_for_it(self) -> None:
        poll = _FIRST_POLL
        while not await self.try_acquire():
            await asyncio.sleep(poll * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the polls
            poll = min(poll * 1.5, _LONGEST_POLL)

    async def _keep_extending(self) -> None:
        while True:
            await asyncio.sleep(self._milliseconds / 3000)
            with suppress(DependencyUnavailableError):
                # Once lost it is lost: whoever has it now does the same work once more, and no harm.
                await self.extend()

    async def _release_quietly(self) -> None:
        """Lets go of it, also where acquiring failed: Redis may have done it and not said so in time.

        What is not given back keeps the next one waiting for the whole of its time.
        """
        for attempt in range(1, _RELEASE_ATTEMPTS + 1):
            try:
                await self.release()
            except DependencyUnavailableError:
                await asyncio.sleep(_RELEASE_PAUSE * attempt)
            else:
                return
        _log.warning("the lock %s was not given back and ends with its time", self._name)
