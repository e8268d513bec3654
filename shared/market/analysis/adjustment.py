"""Adjustment of prices for corporate actions.

===================  ===================================================================================
split-adjusted       prices before a split divided by its factor, volumes multiplied: the basis of indicators
dividend-adjusted    split-adjusted and, before each ex-date, multiplied by ``1 - dividend / close before``:
                     the basis of returns and volatility (the method of CRSP)
indicator prices     split-adjusted, and adjusted for distributions above 5 % of the price (special
                     dividends, spin-offs), which are no market moves
===================  ===================================================================================
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from shared.domain.market_data import Candle, CorporateActions, Dividend, History, Split
from shared.market.analysis.exchanges import time_zone_of
from shared.market.analysis.periods import is_intraday, last_day, spans_days

SPECIAL_SHIFT: Final = 0.05
"""A distribution of more than this share of the price is excluded from indicators."""

_UNAPPLIED_FROM: Final = math.log(1.4)
"""Logarithm of the smallest split factor that the price alone distinguishes from an ordinary move."""
_UNAPPLIED_TOLERANCE: Final = 0.12
"""Deviation of a move from the split factor, as logarithm: the market's own move of the day."""


@dataclass(frozen=True)
class _Factors:
    """Cumulative adjustment factors: ``at(day)`` applies to what traded on that day."""

    days: tuple[date, ...]
    factors: tuple[float, ...]

    @classmethod
    def of(cls, steps: Iterable[tuple[date, float]]) -> "_Factors":
        """Accumulates the factors of events; each applies to all days before its date."""
        ordered = sorted(steps)
        factors = [1.0]
        for _, factor in reversed(ordered):
            factors.append(factors[-1] * factor)
        return cls(tuple(day for day, _ in ordered), tuple(reversed(factors)))

    def at(self, day: date) -> float:
        """Returns the product of the factors of all events after the day."""
        return self.factors[bisect_right(self.days, day)]


def split_adjusted(history: History, actions: CorporateActions) -> History:
    """Returns the history with prices as if every split had happened before it began.

    Args:
        history: Candles as traded (``adjustment`` is ``none``).
        actions: All splits since the first candle; the dividends give ``adjusted_close`` where the source
            has none.
    """
    factors, days = _split_factors(actions.splits), exchange_days(history)
    candles = tuple(
        _scaled(candle, factors.at(day)) for candle, day in zip(history.candles, days, strict=True)
    )
    dividends = _amounts_of_today(actions, factors)
    if all(candle.adjusted_close is None for candle in candles):
        candles = _dividend_adjusted(candles, days, dividends)
    adjusted = CorporateActions(adjustment="split", dividends=tuple(dividends), splits=actions.splits)
    return history.model_copy(update={"candles": candles, "adjustment": "split", "actions": adjusted})


def as_known(history: History, splits: Sequence[Split], known_on: date, *, unadjusted: bool) -> History:
    """Returns a history with prices as they were known at the end of a day.

    Args:
        history: Split-adjusted candles up to that day.
        splits: All splits, also later ones.
        known_on: Prices stay adjusted for splits up to this day only. ``adjusted_close`` is adjusted for
            splits and dividends up to the last candle.
        unadjusted: Whether open, high, low, close and volume are as traded.
    """
    if history.adjustment == "none":
        return history
    fetched = history.fetched_at.astimezone(time_zone_of(history.symbol, history.asset_type)).date()
    applied = [split for split in splits if split.date <= fetched]
    later = _inverse_factors(split for split in applied if split.date > known_on)
    traded = _inverse_factors(applied) if unadjusted else later
    basis = _ratio(history.candles[-1]) if history.candles else None
    candles = []
    for candle, day in zip(history.candles, exchange_days(history), strict=True):
        ratio = _ratio(candle)
        adjusted = None
        if ratio is not None and basis is not None:
            adjusted = candle.close * later.at(day) * ratio / basis
        scaled = _scaled(candle, traded.at(day))
        candles.append(scaled.model_copy(update={"adjusted_close": adjusted}))
    adjustment = "none" if unadjusted else history.adjustment
    return history.model_copy(update={"candles": tuple(candles), "adjustment": adjustment})


def apply_unapplied_splits(history: History, splits: Sequence[Split]) -> tuple[History, tuple[Split, ...]]:
    """Applies the splits that the source lists but has not applied to its earlier prices.

    A split counts as unapplied when close and adjusted close both move by its factor on its date. Small
    splits (factor below 1.4) look like market moves and are left to the source. Of a week, month or quarter
    with a split within, the prices from before it are divided too.

    Returns:
        The history, and the splits that were applied.
    """
    days = exchange_days(history)
    unapplied = tuple(split for split in splits if _is_unapplied(split, _move_at(history, days, split.date)))
    if not unapplied:
        return history, ()
    factors = _split_factors(unapplied)
    candles = [
        _scaled(candle, factors.at(day), with_adjusted=True)
        for candle, day in zip(history.candles, days, strict=True)
    ]
    if spans_days(history.interval):
        for split in unapplied:
            index = bisect_left(days, split.date)
            candles[index] = _with_split_within(candles[index], split)
    return history.model_copy(update={"candles": tuple(candles)}), unapplied


def indicator_candles(candles: Sequence[Candle]) -> tuple[Candle, ...]:
    """Returns candles adjusted for special dividends and spin-offs.

    A special distribution shows as a shift of ``adjusted_close / close`` by more than ``SPECIAL_SHIFT`` from
    one candle to the next. All earlier prices are multiplied by it.
    """
    steps = _special_steps(candles)
    if not steps:
        return tuple(candles)
    adjusted = list(candles)
    for end, factor in steps:
        adjusted[:end] = [_with_prices(candle, factor) for candle in adjusted[:end]]
    return tuple(adjusted)


def special_distributions(candles: Sequence[Candle]) -> Sequence[tuple[date, float]]:
    """Returns the ex-dates of special dividends and spin-offs, with their share of the price."""
    return [(candles[index].timestamp.date(), 1 - factor) for index, factor in _special_steps(candles)]


def _special_steps(candles: Sequence[Candle]) -> Sequence[tuple[int, float]]:
    """Returns the candles on which special distributions are taken off, with the factor that they leave."""
    ratios = [_ratio(candle) for candle in candles]
    return [
        (index, before / ratio)
        for index, (before, ratio) in enumerate(pairwise(ratios), start=1)
        if before is not None and ratio is not None and ratio > before * (1 + SPECIAL_SHIFT)
    ]


def exchange_days(history: History) -> Sequence[date]:
    """Returns the date at the exchange of each close: a morning in Sydney is the evening before in UTC.

    The close of a week, month or quarter is that of its last day.
    """
    if spans_days(history.interval):
        return [last_day(history.interval, candle.timestamp.date()) for candle in history.candles]
    if not is_intraday(history.interval):
        return [candle.timestamp.date() for candle in history.candles]
    zone = time_zone_of(history.symbol, history.asset_type)
    return [candle.timestamp.astimezone(zone).date() for candle in history.candles]


def dividend_factors(
    candles: Sequence[Candle], days: Sequence[date], dividends: Iterable[Dividend]
) -> Iterator[tuple[date, float]]:
    """Yields the ex-dates between the first and the last candle, each with ``1 - amount / close before``.

    Amounts of one ex-date are added. An amount that is not below the close before is passed over.

    Args:
        candles: Oldest first.
        days: Their dates at the exchange.
        dividends: Amounts on the basis of the candles.
    """
    paid: dict[date, float] = {}
    for dividend in dividends:
        paid[dividend.ex_date] = paid.get(dividend.ex_date, 0.0) + dividend.amount
    for day, amount in paid.items():
        following = bisect_left(days, day)
        if 0 < following < len(days) and (before := candles[following - 1].close) > amount:
            yield day, 1 - amount / before


def _split_factors(splits: Iterable[Split]) -> _Factors:
    return _Factors.of((split.date, split.denominator / split.numerator) for split in splits)


def _inverse_factors(splits: Iterable[Split]) -> _Factors:
    return _Factors.of((split.date, split.numerator / split.denominator) for split in splits)


def _move(before: Candle, candle: Candle) -> float | None:
    """Returns the ratio of the closes; None where it is unknown or the adjusted closes move otherwise."""
    if before.close <= 0 or candle.close <= 0:
        return None
    first, second = _ratio(before), _ratio(candle)
    if first is not None and second is not None and abs(math.log(second / first)) > _UNAPPLIED_TOLERANCE:
        return None
    return candle.close / before.close


def _move_at(history: History, days: Sequence[date], day: date) -> float | None:
    """Returns the move to the first candle on a day or after it; None before the second candle."""
    following = bisect_left(days, day)
    if not 0 < following < len(days):
        return None
    return _move(history.candles[following - 1], history.candles[following])


def _is_unapplied(split: Split, move: float | None) -> bool:
    size = math.log(split.numerator / split.denominator)
    return (
        move is not None
        and abs(size) >= _UNAPPLIED_FROM
        and abs(math.log(move) + size) <= _UNAPPLIED_TOLERANCE
    )


def _with_split_within(candle: Candle, split: Split) -> Candle:
    """Returns a candle of several days with the prices from before a split divided by its factor.

    These are further from the close, which is of after the split, than they are once divided.
    """
    size = math.log(split.numerator / split.denominator)

    def after(price: float) -> float:
        is_before = abs(math.log(price / candle.close) - size) < abs(math.log(price / candle.close))
        return price * split.denominator / split.numerator if is_before else price

    opened, *others = (after(price) for price in (candle.open, candle.high, candle.low))
    prices = (opened, *others, candle.close)
    return candle.model_copy(update={"open": opened, "high": max(prices), "low": min(prices)})


def _amounts_of_today(actions: CorporateActions, factors: _Factors) -> list[Dividend]:
    """Returns the dividends per share of today, oldest first."""
    dividends = sorted(actions.dividends, key=lambda dividend: dividend.ex_date)
    if actions.adjustment != "none":
        return dividends
    return [
        dividend.model_copy(update={"amount": dividend.amount * factors.at(dividend.ex_date)})
        for dividend in dividends
    ]


def _dividend_adjusted(
    candles: Sequence[Candle], days: Sequence[date], dividends: Iterable[Dividend]
) -> tuple[Candle, ...]:
    factors = _Factors.of(dividend_factors(candles, days, dividends))
    return tuple(
        candle.model_copy(update={"adjusted_close": candle.close * factors.at(day)})
        for candle, day in zip(candles, days, strict=True)
    )


def _ratio(candle: Candle) -> float | None:
    adjusted = candle.adjusted_close
    return adjusted / candle.close if adjusted is not None and adjusted > 0 and candle.close > 0 else None


def _scaled(candle: Candle, factor: float, *, with_adjusted: bool = False) -> Candle:
    if factor == 1:
        return candle
    changed = _with_prices(candle, factor)
    update: dict[str, float | int] = {}
    if candle.volume is not None:
        update["volume"] = round(candle.volume / factor)
    if with_adjusted and candle.adjusted_close is not None:
        update["adjusted_close"] = candle.adjusted_close * factor
    return changed.model_copy(update=update)


def _with_prices(candle: Candle, factor: float) -> Candle:
    return candle.model_copy(
        update={name: getattr(candle, name) * factor for name in ("open", "high", "low", "close")}
    )
