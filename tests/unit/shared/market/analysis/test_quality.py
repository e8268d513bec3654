"""The quality checks of histories: what they find, and what they must not find."""

import math
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.market_data import Candle, CandleChanges, CorporateActions, Dividend, History, Split
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.quality import (
    JUMP_FACTORS,
    HistoryFindings,
    check_history,
    dividend_remarks,
    find_jumps,
)
from tests.support.market import MOMENT, make_candles

NONE = CorporateActions(adjustment="split")


def walk(seed: int, move: float, count: int = 250) -> list[float]:
    """A calm or wild walk around 100."""
    dice = random.Random(seed)
    closes = [100.0]
    for _ in range(count - 1):
        closes.append(closes[-1] * math.exp(dice.gauss(0, move)))
    return closes


def history_of(candles: Sequence[Candle], symbol: str = "AAPL", **fields: object) -> History:
    return History(
        source="yahoo",
        as_of=MOMENT,
        fetched_at=MOMENT,
        symbol=symbol,
        currency="USD",
        period=None,
        interval="1d",
        adjustment="split",
        candles=tuple(candles),
    ).model_copy(update=fields)


def codes(findings: HistoryFindings, history: History) -> list[str]:
    first, last = history.candles[0].timestamp, history.candles[-1].timestamp
    remarks = findings.within(first.date(), None, (first, last))
    return [remark.code for remark in remarks]


# Jumps


@pytest.mark.parametrize("factor", JUMP_FACTORS)
@pytest.mark.parametrize("deviation", [0.985, 1.0, 1.015])
@pytest.mark.parametrize("upwards", [True, False])
def test_move_by_a_factor_of_a_split_is_a_jump(factor: float, deviation: float, upwards: bool) -> None:
    closes = walk(1, 0.015)
    ratio = factor * deviation if upwards else 1 / (factor * deviation)
    closes[200:] = [close * ratio * closes[199] / closes[200] for close in closes[200:]]
    candles = make_candles(closes)
    (jump,) = find_jumps(candles, NONE)
    assert jump.at == candles[200].timestamp
    assert jump.ratio == pytest.approx(ratio)


def test_move_by_another_factor_is_none() -> None:
    closes = walk(1, 0.015)
    for factor in (1.5, 2.5, 7.0):
        assert find_jumps(make_candles([*closes[:200], *(close * factor for close in closes[200:])])) == ()


def test_bad_price_of_one_day_jumps_there_and_back() -> None:
    closes = walk(2, 0.01)
    closes[100] = closes[99] * 100
    closes[101] = closes[99]
    assert len(find_jumps(make_candles(closes), NONE)) == 2


def test_move_on_the_day_of_a_corporate_action_is_explained() -> None:
    closes = walk(1, 0.015)
    candles = make_candles([*closes[:200], *(close / 2 for close in closes[200:])])
    day = candles[200].timestamp.date()
    split = CorporateActions(adjustment="split", splits=(Split(date=day, numerator=2, denominator=1),))
    spin_off = CorporateActions(
        adjustment="split", dividends=(Dividend(ex_date=day, amount=50.0, currency="USD"),)
    )
    assert find_jumps(candles, split) == find_jumps(candles, spin_off) == ()
    other_day = CorporateActions(
        adjustment="split",
        splits=(Split(date=day + timedelta(days=30), numerator=2, denominator=1),),
    )
    assert len(find_jumps(candles, other_day)) == 1


def fat_tailed(dice: random.Random) -> float:
    """A draw of Student's t with 3 degrees of freedom and variance 1."""
    spread = sum(dice.gauss(0, 1) ** 2 for _ in range(3))
    return dice.gauss(0, 1) / math.sqrt(spread / 3) / math.sqrt(3)


@pytest.mark.parametrize("move", [0.03, 0.05, 0.08, 0.12, 0.2])
def test_volatile_walks_have_hardly_any_jump(move: float) -> None:
    dice = random.Random(11)
    with_jump = 0
    for _ in range(1000):
        closes = [1.0]
        for _ in range(250):
            closes.append(closes[-1] * math.exp(move * fat_tailed(dice)))
        with_jump += bool(find_jumps(make_candles(closes)))
    assert with_jump <= 10


@pytest.mark.parametrize("start", [0.0003, 0.001, 0.02])
def test_penny_stocks_that_move_in_ticks_have_hardly_any_jump(start: float) -> None:
    dice = random.Random(5)
    with_jump = 0
    for _ in range(1000):
        price, closes = start, []
        for _ in range(250):
            price *= math.exp(dice.gauss(0, 0.12))
            closes.append(max(round(price, 4), 0.0001))
        with_jump += bool(find_jumps(make_candles(closes)))
    assert with_jump <= 10


# Sessions


def weekdays(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def daily(days: Sequence[date], symbol: str = "AAPL") -> History:
    candles = [
        candle.model_copy(update={"timestamp": datetime(day.year, day.month, day.day, tzinfo=UTC)})
        for candle, day in zip(make_candles([10.0] * len(days)), days, strict=True)
    ]
    return history_of(candles, symbol)


@pytest.fixture(scope="module")
def calendars() -> MarketCalendars:
    return MarketCalendars(lambda: MOMENT, date(2014, 1, 1))


def test_missing_sessions_are_named_and_holidays_are_none(calendars: MarketCalendars) -> None:
    # The 7th of September 2026 is Labor Day.
    days = weekdays(date(2026, 8, 3), date(2026, 11, 20))
    days.remove(date(2026, 9, 7))
    assert check_history(daily(days), calendars).missing_sessions == ()
    days.remove(date(2026, 10, 1))
    history = daily(days)
    findings = check_history(history, calendars)
    assert findings.missing_sessions == (date(2026, 10, 1),)
    assert codes(findings, history) == ["missing_sessions"]
    assert "2026-10-01" in findings.within(date(2026, 10, 1), None, None)[0].detail
    assert findings.within(date(2026, 10, 2), None, None) == ()
    assert findings.within(date(2026, 8, 3), date(2026, 10, 1), None) == ()


def test_changes_of_a_morning_in_sydney_have_the_date_there() -> None:
    opened = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)
    findings = HistoryFindings(changes=CandleChanges(repaired=(opened,)))
    sydney = ZoneInfo("Australia/Sydney")
    (remark,) = findings.within(date(2026, 10, 2), None, None, sydney)
    assert remark.detail.endswith(": 2026-10-02.")
    assert findings.within(date(2026, 10, 1), date(2026, 10, 2), None, sydney) == ()


def test_funds_have_days_of_their_own(calendars: MarketCalendars) -> None:
    days = weekdays(date(2026, 8, 3), date(2026, 11, 16))
    fund = daily(days[::5]).model_copy(update={"asset_type": "mutual_fund"})
    assert check_history(fund, calendars).missing_sessions == ()


def test_sessions_after_the_last_candle_are_missing_once_a_day_has_passed(
    calendars: MarketCalendars,
) -> None:
    # It is Friday, the 20th of November 2026, 15:30 UTC.
    stopped = daily(weekdays(date(2026, 11, 9), date(2026, 11, 17)))
    assert check_history(stopped, calendars).missing_sessions == (date(2026, 11, 18),)


@pytest.mark.parametrize("symbol", ["ABC.XYZ", "^XYZ", "EURUSD=X", "GC=F"])
def test_sessions_are_not_checked_where_the_calendar_is_a_guess(
    calendars: MarketCalendars, symbol: str
) -> None:
    days = weekdays(date(2026, 8, 3), date(2026, 11, 20))[::3]
    assert check_history(daily(days, symbol), calendars).missing_sessions == ()


# Dividends


def test_cryptocurrency_is_recognised_by_the_kind_that_the_source_names(calendars: MarketCalendars) -> None:
    history = daily(weekdays(date(2026, 11, 2), date(2026, 11, 19)), "XYZ")
    assert check_history(history, calendars).missing_sessions == ()
    crypto = history.model_copy(update={"asset_type": "cryptocurrency"})
    weekends = [date(2026, 11, day) for day in (7, 8, 14, 15)]
    assert check_history(crypto, calendars).missing_sessions[: len(weekends)] == tuple(weekends)


def test_adjusted_closes_agree_with_the_dividends_or_are_remarked() -> None:
    candles = make_candles([100.0] * 20)
    day = candles[10].timestamp.date()
    adjusted = [
        candle.model_copy(update={"adjusted_close": 98.0 if index < 10 else 100.0})
        for index, candle in enumerate(candles)
    ]

    def remarks(amount: float, currency: str = "USD") -> list[str]:
        actions = CorporateActions(
            adjustment="split", dividends=(Dividend(ex_date=day, amount=amount, currency=currency),)
        )
        return [remark.code for remark in dividend_remarks(history_of(adjusted, actions=actions))]

    assert remarks(2.0) == []
    assert remarks(200.0) == ["dividend_mismatch"]
    assert remarks(5.0) == ["dividend_mismatch"]
    assert remarks(5.0, "VND") == []


def test_action_within_a_week_explains_the_move_of_the_week(calendars: MarketCalendars) -> None:
    """A weekly candle begins before the distribution that its close is after."""
    closes = walk(1, 0.01)[:60]
    daily = make_candles([*closes[:50], *(close / 2 for close in closes[50:])])
    monday = datetime(2025, 1, 6, tzinfo=UTC)
    weeks = tuple(
        candle.model_copy(update={"timestamp": monday + timedelta(weeks=index)})
        for index, candle in enumerate(daily)
    )
    paid = (weeks[50].timestamp + timedelta(days=2)).date()
    dividend = Dividend(ex_date=paid, amount=closes[49] / 2, currency="USD")
    actions = CorporateActions(adjustment="split", dividends=(dividend,))
    history = history_of(weeks, interval="1wk", actions=actions)
    assert check_history(history, calendars).jumps == ()
    without = history.model_copy(update={"actions": None})
    assert len(check_history(without, calendars).jumps) == 1
