"""The score of a recommendation from daily candles."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.data.documents import RecommendationScore
from shared.domain.market_data import Candle
from shared.domain.track_record import Months
from shared.market.analysis.adjustment import indicator_candles
from shared.market.analysis.periods import months_before

HOLD_RANGE: Final = 5.0
"""A hold is successful within so many percent of the index."""
MAX_GAP: Final = timedelta(days=10)
"""Longest time without a session before a date; after a longer one the instrument is not traded any more."""
_BUY: Final = frozenset({"strong_buy", "buy"})
_SELL: Final = frozenset({"strong_sell", "sell"})


@dataclass(frozen=True)
class Span:
    """The time over which a recommendation is scored: from the day of the report to ``ends``."""

    starts: date
    months: Months

    @property
    def ends(self) -> date:
        """Returns the last day."""
        return months_before(self.starts, -self.months)


def total_return(candles: Sequence[Candle], span: Span) -> float | None:
    """Returns the return over a span in percent, with dividends where the adjusted closes have them.

    It is measured between the last closes on or before both days. None if either is missing.

    Args:
        candles: Daily candles, oldest first.
        span: The span.
    """
    return _return(candles, span, _adjusted_close)


def price_return(candles: Sequence[Candle], span: Span) -> float | None:
    """Returns the return over a span in percent without ordinary dividends; see :func:`total_return`.

    Special dividends and spin-offs are no losses: share indexes are adjusted for them.
    """
    return _return(indicator_candles(candles), span, _close)


def knows_dividends(candles: Sequence[Candle]) -> bool:
    """Returns whether candles have closes adjusted for dividends."""
    return bool(candles) and all(candle.adjusted_close is not None for candle in candles)


def score(action: str, span: Span, own: float, excess: float | None) -> RecommendationScore:
    """Returns the score of a recommendation.

    A buy is successful if the instrument did better than the index, a sale if it did worse, a hold if it
    stayed within ``HOLD_RANGE``. Without an index the instrument's own return decides.

    Args:
        action: The recommended action.
        span: The span.
        own: Total return of the instrument in percent.
        excess: Its return over the index of its market in percent; None without one.
    """
    measure = own if excess is None else excess
    direction = -1.0 if action in _SELL else 1.0
    success = direction * measure > 0 if action in _BUY | _SELL else abs(measure) <= HOLD_RANGE
    followed = None if excess is None else direction * excess
    return RecommendationScore(span.months, own, followed, success)


def _return(candles: Sequence[Candle], span: Span, value_of: Callable[[Candle], float]) -> float | None:
    days = [candle.timestamp.date() for candle in candles]
    first, last = (_last_by(candles, days, day) for day in (span.starts, span.ends))
    if first is None or last is None or value_of(first) <= 0:
        return None
    return (value_of(last) / value_of(first) - 1) * 100


def _last_by(candles: Sequence[Candle], days: Sequence[date], day: date) -> Candle | None:
    """Returns the last candle on or before a day; None after a gap."""
    index = bisect_right(days, day) - 1
    return None if index < 0 or day - days[index] > MAX_GAP else candles[index]


def _close(candle: Candle) -> float:
    return candle.close


def _adjusted_close(candle: Candle) -> float:
    return candle.close if candle.adjusted_close is None else candle.adjusted_close
