"""Adjustment of prices for splits, dividends and special distributions."""

from datetime import date, timedelta

import pytest

from shared.domain.market_data import CorporateActions, Dividend, History, Split
from shared.market.analysis.adjustment import apply_unapplied_splits, indicator_candles, split_adjusted
from tests.support.market import MOMENT, make_candles


def history_of(closes: list[float], *, adjusted: bool = True) -> History:
    candles = make_candles(closes)
    if not adjusted:
        candles = tuple(candle.model_copy(update={"adjusted_close": None}) for candle in candles)
    return History(
        source="alpha_vantage",
        as_of=MOMENT,
        fetched_at=MOMENT,
        symbol="AAPL",
        currency="USD",
        period=None,
        interval="1d",
        adjustment="none",
        candles=candles,
    )


def day_of(history: History, index: int) -> date:
    return history.candles[index].timestamp.date()


def test_prices_before_a_split_are_divided_and_volumes_multiplied() -> None:
    raw = history_of([1000.0, 1010.0, 101.0, 102.0], adjusted=False)
    split = Split(date=day_of(raw, 2), numerator=10, denominator=1)
    history = split_adjusted(raw, CorporateActions(adjustment="none", splits=(split,)))
    assert history.adjustment == "split"
    assert [candle.close for candle in history.candles] == pytest.approx([100.0, 101.0, 101.0, 102.0])
    assert [candle.high for candle in history.candles] == pytest.approx([100.0, 101.0, 101.0, 102.0])
    assert [candle.volume for candle in history.candles] == [10_000, 10_010, 1002, 1003]
    adjusted = [candle.adjusted_close for candle in history.candles]
    assert adjusted == pytest.approx([100.0, 101.0, 101.0, 102.0])


def test_small_and_reverse_splits_are_applied_too() -> None:
    raw = history_of([110.0, 110.0, 100.0, 1000.0], adjusted=False)
    splits = (
        Split(date=day_of(raw, 2), numerator=11, denominator=10),
        Split(date=day_of(raw, 3), numerator=1, denominator=10),
    )
    history = split_adjusted(raw, CorporateActions(adjustment="none", splits=splits))
    assert [candle.close for candle in history.candles] == pytest.approx([1000.0] * 4)


def test_dividends_as_paid_are_on_the_basis_of_their_day() -> None:
    # 20 of 1000 paid before a 10:1 split are 2 of 100 per share of today.
    raw = history_of([1000.0, 980.0, 98.0, 98.0], adjusted=False)
    actions = CorporateActions(
        adjustment="none",
        dividends=(Dividend(ex_date=day_of(raw, 1), amount=20.0, currency="USD"),),
        splits=(Split(date=day_of(raw, 2), numerator=10, denominator=1),),
    )
    history = split_adjusted(raw, actions)
    assert [candle.adjusted_close for candle in history.candles] == pytest.approx([98.0] * 4)


def test_event_on_a_day_without_a_candle_applies_from_the_next_one() -> None:
    raw = history_of([100.0, 90.0], adjusted=False)
    later = [raw.candles[0], raw.candles[1].model_copy(update={"timestamp": MOMENT + timedelta(days=9)})]
    gap = raw.model_copy(update={"candles": tuple(later)})
    dividend = Dividend(ex_date=MOMENT.date() + timedelta(days=4), amount=10.0, currency="USD")
    history = split_adjusted(gap, CorporateActions(adjustment="none", dividends=(dividend,)))
    assert [candle.adjusted_close for candle in history.candles] == pytest.approx([90.0, 90.0])


def test_listed_split_that_the_source_did_not_apply_is_applied() -> None:
    history = history_of([400.0, 404.0, 101.0, 100.0]).model_copy(update={"adjustment": "split"})
    split = Split(date=day_of(history, 2), numerator=4, denominator=1)
    repaired, applied = apply_unapplied_splits(history, [split])
    assert applied == (split,)
    assert [candle.close for candle in repaired.candles] == pytest.approx([100.0, 101.0, 101.0, 100.0])
    assert [candle.adjusted_close for candle in repaired.candles] == pytest.approx(
        [100.0, 101.0, 101.0, 100.0]
    )


def test_split_that_is_applied_already_is_left() -> None:
    history = history_of([100.0, 101.0, 99.0, 100.0]).model_copy(update={"adjustment": "split"})
    for numerator, denominator in ((4, 1), (11, 10), (1, 10)):
        split = Split(date=day_of(history, 2), numerator=numerator, denominator=denominator)
        assert apply_unapplied_splits(history, [split]) == (history, ())


def test_special_dividend_is_taken_out_of_earlier_prices_and_an_ordinary_one_is_not() -> None:
    history = history_of([100.0, 100.0, 80.0, 80.0])
    ratios = (0.8, 0.8, 1.0, 1.0)
    special = tuple(
        candle.model_copy(update={"adjusted_close": candle.close * ratio})
        for candle, ratio in zip(history.candles, ratios, strict=True)
    )
    assert [candle.close for candle in indicator_candles(special)] == pytest.approx([80.0] * 4)
    ordinary = tuple(
        candle.model_copy(update={"adjusted_close": candle.close * ratio})
        for candle, ratio in zip(history.candles, (0.96, 0.96, 1.0, 1.0), strict=True)
    )
    assert indicator_candles(ordinary) == ordinary
