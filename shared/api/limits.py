"""How often one caller may ask."""

import time
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from shared.api.caller import Caller
from shared.config.settings import LimitSettings
from shared.errors import RateLimitedError

Scope = Literal["chat", "reports"]


class RateLimiter:
    """Counts requests of each caller over a moving minute, in this worker."""

    def __init__(self, settings: LimitSettings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "chat": RateLimitItemPerMinute(settings.chat_per_minute),
            "reports": RateLimitItemPerMinute(settings.reports_per_minute),
        }

    async def check(self, scope: Scope, caller: Caller) -> None:
        """Counts one request.

        Raises:
            RateLimitedError: The caller is over the limit; it knows when the next request may come.
        """
        limit = self._limits[scope]
        if await self._limiter.hit(limit, scope, caller):
            return
        window = await self._limiter.get_window_stats(limit, scope, caller)
        raise RateLimitedError(
            f"At most {limit.amount} requests a minute are allowed here.",
            retry_after=max(1.0, window.reset_time - time.time()),
        )
