"""Tiers of stored histories: spans of candles that one fetch gets, and their keys in the cache."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from shared.cache.cache_entry import CacheKey, TtlClass
from shared.domain.market_data import HistoryRequest
from shared.domain.terms import EARLIEST, Interval
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.periods import REACH_DAYS, is_intraday

_YEARS: Final[Mapping[str, int]] = {"recent": 3, "decade": 12}
"""Whole years before the current one that the smaller tiers of daily and longer candles reach back."""
_RECENT_DAYS: Final = 7
"""Days that the smaller tier of shorter candles reaches back: what Yahoo delivers in one request."""


@dataclass(frozen=True)
class HistoryTier:
    """A stored span of candles.

    Attributes:
        name: Part of the cache keys.
        start: First exchange date.
    """

    name: str
    start: date


def tier_of(symbol: str, interval: Interval, start: date, now: datetime) -> HistoryTier:
    """Returns the smallest tier that covers the start."""
    today = exchange_date(symbol, now)
    if is_intraday(interval):
        recent = today - timedelta(days=_RECENT_DAYS)
        return (
            HistoryTier("recent", recent) if start >= recent else largest_intraday_tier(symbol, interval, now)
        )
    for name, years in _YEARS.items():
        first = date(today.year - years, 1, 1)
        if start >= first:
            return HistoryTier(name, first)
    return HistoryTier("all", EARLIEST)


def largest_intraday_tier(symbol: str, interval: Interval, now: datetime) -> HistoryTier:
    """Returns the largest tier of candles shorter than a day."""
    return HistoryTier("all", exchange_date(symbol, now) - timedelta(days=REACH_DAYS[interval]))


def ttl_class_of(interval: Interval) -> TtlClass:
    """Returns the TTL class of candles of an interval."""
    return "price_data" if is_intraday(interval) else "historical_data"


def head_key(request: HistoryRequest, tier: HistoryTier) -> CacheKey:
    """Returns the key of the head of a tier."""
    params = f"{request.interval}:{tier.name}"
    return CacheKey(ttl_class_of(request.interval), "stored_history", request.symbol, params)


def piece_key(
    request: HistoryRequest, tier: HistoryTier, name: str, ttl_class: TtlClass = "historical_data"
) -> CacheKey:
    """Returns the key of one piece of a tier, by its name."""
    key = head_key(request, tier)
    return replace(key, ttl_class=ttl_class, params=f"{key.params}:{name}")
