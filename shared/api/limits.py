"""How often callers may ask, each and all together, and how many streams one may have open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

from fastapi import Request

from shared.api.caller import Caller, caller_of
from shared.api.quota import Quota, note_quota
from shared.cache.rates import Limit, Rates
from shared.cache.slots import Slots
from shared.config.settings import LimitSettings
from shared.errors import RateLimitedError

Scope = Literal["chat", "reports"]

_MINUTE: Final = 60
_LONGEST_STREAM: Final = 600.0
"""Seconds after which a slot is free though nobody released it, as when its worker died. No stream may last
longer by the settings."""
_TRY_STREAM_AGAIN: Final = 5.0


class RateLimiter:
    """Counts what callers ask for, over all workers; while Redis is away, in this worker.

    Args:
        settings: The limits.
        rates: Count requests.
        slots: Count streams.
    """

    def __init__(self, settings: LimitSettings, rates: Rates, slots: Slots) -> None:
        self._rates = rates
        self._slots = slots
        self._per_minute: dict[Scope, int] = {
            "chat": settings.chat_per_minute,
            "reports": settings.reports_per_minute,
        }
        self._of_all: dict[Scope, Limit] = {
            "chat": Limit("chat:all", settings.chat_total_per_minute, _MINUTE)
        }
        self._streams = settings.streams_per_caller

    async def check(self, scope: Scope, req: Request) -> None:
        """Counts one request against its caller's minute and that of all; its answer will tell what is left.

        Raises:
            RateLimitedError: The caller, or all together, are over the limit; it knows when to come back.
        """
        limit = self._per_minute[scope]
        own = await self._rates.hit(Limit(f"{scope}:{caller_of(req)}", limit, _MINUTE))
        note_quota(req, Quota(limit, own.remaining, own.resets_in))
        if not own.granted:
            raise _refused(f"At most {limit} requests a minute are allowed here.", own.resets_in)
        if scope in self._of_all:
            seconds = await self._rates.refused_for(self._of_all[scope])
            if seconds is not None:
                raise _refused("Too many callers ask at the same time.", seconds)

    async def aclose(self) -> None:
        """Ends what is being counted."""
        await self._slots.aclose()

    @asynccontextmanager
    async def stream(self, caller: Caller) -> AsyncIterator[None]:
        """Counts a stream as open for the block. Enter it in the generator of the frames, before the first.

        Raises:
            RateLimitedError: The caller has too many open.
        """
        name = f"streams:{caller}"
        slot = await self._slots.acquire(name, limit=self._streams, seconds=_LONGEST_STREAM)
        if not slot.granted:
            raise _refused(
                f"At most {self._streams} streams may be open at the same time.", _TRY_STREAM_AGAIN
            )
        try:
            yield
        finally:
            await self._slots.release(name, slot.token)


def _refused(why: str, seconds: float) -> RateLimitedError:
    return RateLimitedError(why, retry_after=max(1.0, seconds))
