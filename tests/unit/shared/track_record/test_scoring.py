"""Scores of recommendations from candles."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared.domain.market_data import Candle
from shared.track_record.record_service import due_at, next_due
from shared.track_record.scoring import Span, knows_dividends, price_return, score, total_return

SPAN = Span(date(2026, 1, 31), 1)


def candle(day: date, close: float, adjusted: float | None = None) -> Candle:
    return Candle(
        timestamp=datetime.combine(day, time(), UTC),
        open=close,
        high=close,
        low=close,
        close=close,
        adjusted_close=adjusted,
        volume=1,
    )


def test_span_ends_on_the_last_day_of_a_shorter_month() -> None:
    assert (SPAN.ends, Span(date(2026, 1, 31), 12).ends) == (date(2026, 2, 28), date(2027, 1, 31))


def test_return_is_that_between_the_last_closes_on_or_before_both_days() -> None:
    candles = [
        candle(date(2026, 1, 29), 50.0),
        candle(date(2026, 1, 30), 100.0),
        candle(date(2026, 2, 27), 110.0),
        candle(date(2026, 3, 2), 500.0),
    ]
    assert total_return(candles, SPAN) == pytest.approx(10.0)


def test_return_includes_dividends_where_they_are_known() -> None:
    candles = [candle(date(2026, 1, 30), 100.0, 96.0), candle(date(2026, 2, 27), 99.0, 99.0)]
    assert total_return(candles, SPAN) == pytest.approx(3.125)
    assert price_return(candles, SPAN) == pytest.approx(-1.0)
    assert knows_dividends(candles)
    assert not knows_dividends([*candles, candle(date(2026, 2, 28), 99.0)])
    assert not knows_dividends([])


def test_spin_off_is_no_loss() -> None:
    candles = [candle(date(2026, 1, 30), 120.0, 80.0), candle(date(2026, 2, 27), 88.0, 88.0)]
    assert price_return(candles, SPAN) == pytest.approx(10.0)


def test_instrument_that_stopped_trading_has_no_return() -> None:
    assert total_return([], SPAN) is None
    assert total_return([candle(date(2026, 1, 30), 100.0)], SPAN) is None
    assert total_return([candle(date(2026, 2, 27), 100.0)], SPAN) is None


@pytest.mark.parametrize(
    ("action", "own", "excess", "followed", "success"),
    [
        ("buy", 12.0, 2.0, 2.0, True),
        ("strong_buy", 8.0, -2.0, -2.0, False),
        ("sell", 8.0, -2.0, 2.0, True),
        ("strong_sell", 12.0, 2.0, -2.0, False),
        ("hold", 14.0, 4.0, 4.0, True),
        ("hold", 4.0, -6.0, -6.0, False),
        ("buy", 1.0, None, None, True),
        ("sell", 1.0, None, None, False),
    ],
)
def test_success_is_measured_against_the_index(
    action: str, own: float, excess: float | None, followed: float | None, success: bool
) -> None:
    result = score(action, SPAN, own, excess)
    assert (result.return_percent, result.excess_return_percent) == (own, followed)
    assert (result.months, result.success) == (1, success)


def test_next_score_is_due_when_every_exchange_has_closed() -> None:
    report = datetime(2026, 1, 31, 15, tzinfo=UTC)
    first = due_at(SPAN)
    assert first == datetime(2026, 3, 2, tzinfo=UTC)
    assert next_due(report, report) == first
    assert next_due(report, first) == due_at(Span(date(2026, 1, 31), 3))
    assert next_due(report, first + timedelta(days=400)) is None
