"""What tests of the cache have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.cache.cache_entry import CacheKey, Fetched
from shared.config.store_settings import CacheSettings, TtlSettings

QUOTE = CacheKey("price_data", "quote", "AAPL")


def quote_key(symbol: str) -> CacheKey:
    """The key of a symbol's quote."""
    return CacheKey("price_data", "quote", symbol)


def cache_settings(*, local_ttl: float = 0.0, lease_seconds: float = 5.0) -> CacheSettings:
    """Settings with the documented lifetimes; without a local cache, unless one is requested."""
    ttl = TtlSettings(
        price_data=60,
        historical_data=3600,
        fundamental_data=86_400,
        technical_data=900,
        news_data=86_400,
        symbol_data=86_400,
        reports=43_200,
        negative=60,
    )
    return CacheSettings(
        prefix="test",
        stale_factor=10,
        local_ttl=local_ttl,
        local_bytes=1 << 20,
        lease_seconds=lease_seconds,
        ttl=ttl,
    )


@dataclass
class FrozenClock:
    """A clock that moves when told."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 15, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Moves it forward."""
        self.now += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """The same as seconds, for what measures pauses."""
        return self.now.timestamp()


@dataclass
class Upstream:
    """What a fetch gets: bodies and errors in turn, the last of them again and again."""

    answers: list[bytes | Exception]
    calls: int = 0
    before: Callable[[], Awaitable[object]] | None = None

    async def __call__(self) -> Fetched:
        self.calls += 1
        if self.before is not None:
            await self.before()
        answer = self.answers[min(self.calls, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return Fetched(answer)
