"""How often one caller may ask, and how many streams it may have open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

from fastapi import Request
from redis.asyncio import Redis

from shared.api.caller import Caller, caller_of
from shared.api.quota import Quota, note_quota
from shared.cache.guard import RedisGuard
from shared.cache.slots import Slots
from shared.clock import Clock
from shared.config.settings import LimitSettings
from shared.errors import RateLimitedError

Scope = Literal["chat", "reports"]

_WINDOW: Final = 60.0
_LONGEST_STREAM: Final = 600.0
"""Seconds after which a slot is free though nobody released it, as when its worker died. No stream may last
longer by the settings."""
_TRY_STREAM_AGAIN: Final = 5.0


class RateLimiter:
    """Counts what each caller asks for, over all workers; while Redis is away, in this worker.

    Args:
        settings: The limits.
        redis: The client.
        clock: The time.
        prefix: Put before every key in Redis.
    """

    def __init__(self, settings: LimitSettings, redis: Redis, clock: Clock, *, prefix: str) -> None:
        self._slots = Slots(RedisGuard(redis), prefix, clock)
        self._per_minute: dict[Scope, int] = {
            "chat": settings.chat_per_minute,
            "reports": settings.reports_per_minute,
        }
        self._streams = settings.streams_per_caller

    async def check(self, scope: Scope, req: Request) -> None:
        """Counts one request against its caller's last minute; its answer will tell what is left.

        Raises:
            RateLimitedError: The caller is over the limit; it knows when the next request may come.
        """
        limit = self._per_minute[scope]
        slot = await self._slots.acquire(f"rate:{scope}:{caller_of(req)}", limit=limit, seconds=_WINDOW)
        note_quota(req, Quota(limit, limit - slot.used, slot.frees_in))
        if not slot.granted:
            raise RateLimitedError(
                f"At most {limit} requests a minute are allowed here.", retry_after=max(1.0, slot.frees_in)
            )

    @asynccontextmanager
    async def stream(self, caller: Caller) -> AsyncIterator[None]:
        """Counts a stream as open for the block. Enter it in the generator of the frames, before the first.

        Raises:
            RateLimitedError: The caller has too many open.
        """
        name = f"streams:{caller}"
        slot = await self._slots.acquire(name, limit=self._streams, seconds=_LONGEST_STREAM)
        if not slot.granted:
            raise RateLimitedError(
                f"At most {self._streams} streams may be open at the same time.",
                retry_after=_TRY_STREAM_AGAIN,
            )
        try:
            yield
        finally:
            await self._slots.release(name, slot.token)
