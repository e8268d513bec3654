"""Names, TTLs and rules of cache keys."""

from typing import Final

from shared.cache.cache_entry import CacheKey, TtlClass
from shared.config.store_settings import CacheSettings
from shared.redis.keys import RedisKeys

READ_BYTES: Final = 1 << 20
"""Bytes that one command should read at most."""

_EXPECTED_BYTES: Final = {"quote": 8 << 10, "stored_history": 64 << 10}
_EXPECTED_BYTES_DEFAULT: Final = 256 << 10
"""A history over ten years has 390 KB."""
_CONFIRMED_KINDS: Final = frozenset({"report"})
"""Kinds of which a copy in this worker is served only if Redis has confirmed it: they can be deleted."""


class KeyPolicy:
    """Names of keys, how long each class is fresh, and which rules hold for a kind.

    Args:
        settings: Prefix and TTLs.
    """

    def __init__(self, settings: CacheSettings) -> None:
        self._keys = RedisKeys(settings.prefix)
        self._kind_begins = len(self._keys.root) + 1
        ttl = settings.ttl
        self.probe = self._keys.key("probe")
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
        """Returns the name of a key in Redis."""
        return f"{self._keys.root}:{key.kind}:{key.symbol}:{key.params}"

    def ttl(self, ttl_class: TtlClass) -> int:
        """Returns the seconds for which a response of the class is fresh."""
        return self._ttl[ttl_class]

    def expected_bytes(self, name: str) -> int:
        """Returns an upper estimate of the size of a value, which bounds the names of one read."""
        return _EXPECTED_BYTES.get(self.kind(name), _EXPECTED_BYTES_DEFAULT)

    def must_be_confirmed(self, name: str) -> bool:
        """Returns whether a copy in this worker is served only if Redis has confirmed it."""
        return self.kind(name) in _CONFIRMED_KINDS

    def kind(self, name: str) -> str:
        """Returns the kind of response with a name."""
        return name[self._kind_begins :].partition(":")[0]
