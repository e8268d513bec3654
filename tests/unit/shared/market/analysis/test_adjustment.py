"""Adjustment of prices for splits, dividends and special distributions."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared.domain.market_data import Candle, CorporateActions, Dividend, History, Split
from shared.market.analysis.adjustment import (
    apply_unapplied_splits,
    as_known,
    indicator_candles,
    special_distributions,
    split_adjusted,
)
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


def test_dividends_of_one_day_are_added() -> None:
    raw = history_of([100.0, 89.5, 89.5], adjusted=False)
    paid = tuple(Dividend(ex_date=day_of(raw, 1), amount=amount, currency="USD") for amount in (0.5, 10.0))
    history = split_adjusted(raw, CorporateActions(adjustment="none", dividends=paid))
    assert history.candles[0].adjusted_close == pytest.approx(89.5)


def test_adjusted_history_keeps_its_actions_per_share_of_today() -> None:
    raw = history_of([1000.0, 980.0, 98.0], adjusted=False)
    split = Split(date=day_of(raw, 2), numerator=10, denominator=1)
    paid = Dividend(ex_date=day_of(raw, 1), amount=20.0, currency="USD")
    actions = CorporateActions(adjustment="none", dividends=(paid,), splits=(split,))
    kept = split_adjusted(raw, actions).actions
    assert kept == CorporateActions(
        adjustment="split", dividends=(paid.model_copy(update={"amount": 2.0}),), splits=(split,)
    )


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


@pytest.mark.parametrize(
    ("symbol", "opening"), [("AAPL", 14), ("BHP.AX", -1)], ids=["same date in UTC", "evening before in UTC"]
)
def test_split_that_candles_of_hours_do_not_have_is_applied(symbol: str, opening: int) -> None:
    # Three hours of the day before and three of the day of the split, at the exchange.
    day = datetime(2026, 11, 18, tzinfo=UTC)
    starts = [day + timedelta(days=after, hours=opening + hour) for after in (0, 1) for hour in range(3)]
    closes = [400.0, 402.0, 404.0, 101.0, 100.5, 100.0]
    candles = tuple(
        candle.model_copy(update={"timestamp": start})
        for candle, start in zip(make_candles(closes), starts, strict=True)
    )
    changes = {"symbol": symbol, "interval": "1h", "adjustment": "split", "candles": candles}
    split = Split(date=date(2026, 11, 19), numerator=4, denominator=1)
    history, applied = apply_unapplied_splits(history_of([1.0]).model_copy(update=changes), (split,))
    assert applied == (split,)
    assert [candle.close for candle in history.candles] == [100.0, 100.5, 101.0, 101.0, 100.5, 100.0]


def test_split_dated_on_a_day_without_a_candle_is_applied() -> None:
    raw = history_of([400.0, 404.0, 101.0, 100.0])
    weekend = raw.candles[2].timestamp + timedelta(days=2)
    moved = [
        candle.model_copy(update={"timestamp": candle.timestamp + timedelta(days=2)})
        for candle in raw.candles[2:]
    ]
    history = raw.model_copy(update={"candles": (*raw.candles[:2], *moved)})
    split = Split(date=(weekend - timedelta(days=1)).date(), numerator=4, denominator=1)
    adjusted, applied = apply_unapplied_splits(history, (split,))
    assert applied == (split,)
    assert [candle.close for candle in adjusted.candles] == [100.0, 101.0, 101.0, 100.0]


WEEKS = [datetime(2026, 11, day, tzinfo=UTC) for day in (2, 9, 16)]


def weekly(rows: list[tuple[float, float, float, float]]) -> History:
    """Weeks of November 2026 from open, high, low and close."""
    candles = tuple(
        Candle(
            timestamp=start,
            open=opened,
            high=high,
            low=low,
            close=close,
            adjusted_close=close,
            volume=100,
        )
        for start, (opened, high, low, close) in zip(WEEKS, rows, strict=True)
    )
    changes = {"interval": "1wk", "adjustment": "split", "candles": candles}
    return history_of([1.0]).model_copy(update=changes)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rows", "expected"),
    [
        # The price before the split is the highest of the week, or its lowest.
        (10, 1, [(100, 105, 95, 102), (102, 106, 10, 10.3), (10.3, 11, 10, 10.6)], (10.2, 10.6, 10, 10.3)),
        (1, 20, [(1, 1.05, 0.95, 1.02), (1.02, 21, 1, 20.6), (20.3, 21, 20, 20.6)], (20.4, 21, 20, 20.6)),
    ],
)
def test_split_within_a_week_is_applied_to_the_prices_before_it(
    numerator: int,
    denominator: int,
    rows: list[tuple[float, float, float, float]],
    expected: tuple[float, ...],
) -> None:
    split = Split(date=date(2026, 11, 11), numerator=numerator, denominator=denominator)
    repaired, applied = apply_unapplied_splits(weekly(rows), [split])
    assert applied == (split,)
    before, week, after = repaired.candles
    assert before.close == pytest.approx(rows[0][3] * denominator / numerator)
    assert (week.open, week.high, week.low, week.close) == pytest.approx(expected)
    assert (after.open, after.high, after.low, after.close) == rows[2]


def test_split_on_the_first_day_of_a_week_leaves_its_prices() -> None:
    rows = [(100.0, 105.0, 95.0, 102.0), (10.2, 10.6, 10.0, 10.3), (10.3, 11.0, 10.0, 10.6)]
    split = Split(date=date(2026, 11, 9), numerator=10, denominator=1)
    repaired, applied = apply_unapplied_splits(weekly(rows), [split])
    assert (applied, repaired.candles[1].high) == ((split,), 10.6)
    assert repaired.candles[0].close == pytest.approx(10.2)


def test_close_of_a_week_is_that_of_its_last_day() -> None:
    rows = [(100.0, 105.0, 95.0, 102.0), (102.0, 106.0, 98.0, 103.0), (103.0, 110.0, 100.0, 106.0)]
    history = weekly(rows).model_copy(update={"fetched_at": MOMENT})
    split = Split(date=date(2026, 11, 11), numerator=2, denominator=1)
    traded = as_known(history, [split], MOMENT.date(), unadjusted=True)
    # The week of the split ends after it, at prices of the new shares.
    assert [candle.close for candle in traded.candles] == [204.0, 103.0, 106.0]


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
    ((day, share),) = special_distributions(special)
    assert day == special[2].timestamp.date()
    assert share == pytest.approx(0.2)
    ordinary = tuple(
        candle.model_copy(update={"adjusted_close": candle.close * ratio})
        for candle, ratio in zip(history.candles, (0.96, 0.96, 1.0, 1.0), strict=True)
    )
    assert indicator_candles(ordinary) == ordinary


def test_prices_known_on_a_day_are_adjusted_for_earlier_splits_only() -> None:
    """A split before the day and one after it: the later one is undone, both for prices as traded."""
    days = [date(2026, 1, number) for number in (5, 6, 7)]
    splits = (
        Split(date=date(2026, 1, 6), numerator=2, denominator=1),
        Split(date=date(2026, 2, 2), numerator=5, denominator=1),
    )
    candles = tuple(
        Candle(
            timestamp=datetime.combine(day, time(), UTC),
            open=10.0,
            high=10.0,
            low=10.0,
            close=10.0,
            adjusted_close=adjusted,
            volume=1_000,
        )
        for day, adjusted in zip(days, (8.0, 8.0, 9.0), strict=True)
    )
    history = History(
        source="yahoo",
        as_of=None,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        symbol="AAPL",
        currency="USD",
        period=None,
        interval="1d",
        adjustment="split",
        candles=candles,
    )
    known = as_known(history, splits, days[-1], unadjusted=False)
    assert [candle.close for candle in known.candles] == [50.0, 50.0, 50.0]
    # The dividend after the second day was known, the one that made 10 into 9 later was not.
    assert [candle.adjusted_close for candle in known.candles] == pytest.approx([50 * 8 / 9, 50 * 8 / 9, 50])
    traded = as_known(history, splits, days[-1], unadjusted=True)
    assert [candle.close for candle in traded.candles] == [100.0, 50.0, 50.0]
    assert [candle.volume for candle in traded.candles] == [100, 200, 200]
    assert (known.adjustment, traded.adjustment) == ("split", "none")


def test_announced_split_has_not_happened() -> None:
    history = _one_candle()
    ahead = Split(date=date(2026, 4, 1), numerator=2, denominator=1)
    assert as_known(history, [ahead], date(2026, 1, 7), unadjusted=True).candles[0].close == 10.0


def test_split_of_a_morning_in_sydney_has_happened() -> None:
    changes = {"symbol": "BHP.AX", "fetched_at": datetime(2026, 3, 31, 23, 30, tzinfo=UTC)}
    split = Split(date=date(2026, 4, 1), numerator=2, denominator=1)
    history = _one_candle().model_copy(update=changes)
    assert as_known(history, [split], date(2026, 1, 7), unadjusted=True).candles[0].close == 20.0


def test_history_as_traded_stays_as_it_is() -> None:
    history = _one_candle().model_copy(update={"adjustment": "none"})
    split = Split(date=date(2026, 2, 1), numerator=2, denominator=1)
    assert as_known(history, [split], date(2026, 1, 7), unadjusted=False) == history


def _one_candle() -> History:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    candle = Candle(
        timestamp=moment, open=10.0, high=10.0, low=10.0, close=10.0, adjusted_close=10.0, volume=1
    )
    return History(
        source="yahoo",
        as_of=None,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        symbol="AAPL",
        currency="USD",
        period=None,
        interval="1d",
        adjustment="split",
        candles=(candle,),
    )
