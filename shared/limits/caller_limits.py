"""The limits of each caller and of all callers together: requests per minute, concurrent streams."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal

from shared.config.settings import LimitSettings
from shared.domain.caller import Caller
from shared.errors.request_errors import RateLimitedError
from shared.limits.concurrency import ConcurrencyLimits
from shared.limits.limit import Limit
from shared.limits.rate import RateLimits

Scope = Literal["chat", "reports", "writes"]

_MINUTE: Final = 60
_SLOT_SECONDS: Final = 600.0
"""Time after which the slot of a stream expires if it is not released, because its worker was killed. No
stream may last longer by the settings."""
_STREAM_RETRY_AFTER: Final = 5.0


@dataclass(frozen=True)
class Quota:
    """The remaining requests of a caller.

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
    """Counts requests and streams of callers over all workers; in this worker while Redis is unavailable.

    Args:
        settings: The limits.
        rates: Counts requests.
        streams: Counts concurrent streams.
    """

    def __init__(self, settings: LimitSettings, rates: RateLimits, streams: ConcurrencyLimits) -> None:
        self._rates = rates
        self._streams = streams
        self._per_minute: dict[Scope, int] = {
            "chat": settings.chat_per_minute,
            "reports": settings.reports_per_minute,
            "writes": settings.writes_per_minute,
        }
        self._of_all_callers: dict[Scope, Limit] = {
            "chat": Limit("chat:all", settings.chat_total_per_minute, _MINUTE)
        }
        self._streams_per_caller = settings.streams_per_caller

    async def count_request(self, scope: Scope, caller: Caller) -> RateDecision:
        """Counts one request against the limit of its caller and the limit of all callers."""
        limit = self._per_minute[scope]
        own = await self._rates.hit(Limit(f"{scope}:{caller}", limit, _MINUTE))
        quota = Quota(limit, own.remaining, own.resets_in)
        if not own.granted:
            refusal = _refusal(f"At most {limit} requests per minute are allowed here.", own.resets_in)
            return RateDecision(quota, refusal)
        if scope in self._of_all_callers:
            of_all = await self._rates.hit(self._of_all_callers[scope])
            if not of_all.granted:
                return RateDecision(quota, _refusal("The service has too many requests.", of_all.resets_in))
        return RateDecision(quota)

    async def aclose(self) -> None:
        """Cancels the counting of streams that is under way."""
        await self._streams.aclose()

    @asynccontextmanager
    async def stream(self, caller: Caller) -> AsyncIterator[None]:
        """Counts a stream as open for the block. Enter it in the generator of the frames, before the first.

        Raises:
            RateLimitedError: The caller has too many streams open.
        """
        name = f"streams:{caller}"
        slot = await self._streams.acquire(name, limit=self._streams_per_caller, seconds=_SLOT_SECONDS)
        if not slot.granted:
            message = f"At most {self._streams_per_caller} concurrent streams are allowed."
            raise _refusal(message, _STREAM_RETRY_AFTER)
        try:
            yield
        finally:
            await self._streams.release(name, slot.token)


def _refusal(message: str, seconds: float) -> RateLimitedError:
    return RateLimitedError(message, retry_after=max(1.0, seconds))
