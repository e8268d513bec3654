"""Names and lifetimes of answers."""

from shared.cache.base import CacheKey, TtlClass
from shared.config.settings import CacheSettings

VERSION = "v1"
"""Part of every name: a change of what the values look like changes it, and old ones are never read."""


class Naming:
    """``{prefix}:v1:{kind}:{symbol}:{params}``, and how long an answer of each class is fresh."""

    def __init__(self, settings: CacheSettings) -> None:
        self._prefix = f"{settings.prefix}:{VERSION}"
        ttl = settings.ttl
        self.probe = f"{self._prefix}:probe"
        self._ttl: dict[TtlClass, int] = {
            "price_data": ttl.price_data,
            "historical_data": ttl.historical_data,
            "fundamental_data": ttl.fundamental_data,
            "technical_data": ttl.technical_data,
            "news_data": ttl.news_data,
            "symbol_data": ttl.symbol_data,
            "reports": ttl.reports,
            "negative": ttl.negative,
        }
        self.negative_ttl = ttl.negative

    def name(self, key: CacheKey) -> str:
        """The name of an answer in Redis."""
        return f"{self._prefix}:{key.kind}:{key.symbol}:{key.params}"

    def ttl(self, ttl_class: TtlClass) -> int:
        """Returns the seconds for which a response of the class is fresh."""
        return self._ttl[ttl_class]
