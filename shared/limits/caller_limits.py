"""How often callers may ask, each and all together, and how many streams one may have open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal

from shared.config.settings import LimitSettings
from shared.domain.caller import Caller
from shared.errors import RateLimitedError
from shared.limits.rates import Limit, Rates
from shared.limits.slots import Slots

Scope = Literal["chat", "reports", "writes"]

_MINUTE: Final = 60
_LONGEST_STREAM: Final = 600.0
"""Seconds after which a slot is free though nobody released it, as when its worker died. No stream may last
longer by the settings."""
_TRY_STREAM_AGAIN: Final = 5.0


@dataclass(frozen=True)
class Quota:
    """What a caller has left of its requests per minute.

    Attributes:
        limit: Requests per minute.
        remaining: Requests left.
        reset: Seconds until one more request is available.
    """

    limit: int
    remaining: int
    reset: float


@dataclass(frozen=True)
class RateDecision:
    """Result of counting one request.

    Attributes:
        quota: What the caller has left.
        refusal: Why the request is refused; None if it is allowed.
    """

    quota: Quota
    refusal: RateLimitedError | None = None


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
            "writes": settings.writes_per_minute,
        }
        self._of_all: dict[Scope, Limit] = {
            "chat": Limit("chat:all", settings.chat_total_per_minute, _MINUTE)
        }
        self._streams = settings.streams_per_caller

    async def count_request(self, scope: Scope, caller: Caller) -> RateDecision:
        """Counts one request against the caller's minute and against the minute of all callers."""
        limit = self._per_minute[scope]
        own = await self._rates.hit(Limit(f"{scope}:{caller}", limit, _MINUTE))
        quota = Quota(limit, own.remaining, own.resets_in)
        if not own.granted:
            refusal = _refused(f"At most {limit} requests a minute are allowed here.", own.resets_in)
            return RateDecision(quota, refusal)
        if scope in self._of_all:
            seconds = await self._rates.refused_for(self._of_all[scope])
            if seconds is not None:
                return RateDecision(quota, _refused("Too many callers ask at the same time.", seconds))
        return RateDecision(quota)

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
