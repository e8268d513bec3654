"""A fund beside the index that it follows, and no fund beside one that it does not."""

from collections.abc import Callable
from datetime import timedelta
from math import exp, log, sin

import pytest

from shared.domain.market_data import AssetType, Candle, History
from shared.reports.data import ReportData
from shared.reports.index_record import index_record_of
from tests.support.golden_reports import GOLDEN
from tests.support.stock_data import NOW

Level = Callable[[int], float]


def index_level(day: int) -> float:
    return exp(0.0003 * day + 0.05 * sin(day / 11) + 0.02 * sin(day))


def history_of(level: Level, days: int = 1_900) -> History:
    candles = []
    for day in range(days):
        close = 100 * level(day)
        moment = (NOW - timedelta(days=days - 1 - day)).replace(hour=0)
        candles.append(
            Candle(
                timestamp=moment, open=close, high=close, low=close, close=close, adjusted_close=close,
                volume=None,
            )
        )  # fmt: skip
    return GOLDEN["etf"].history.model_copy(update={"candles": tuple(candles)})


def data_of(level: Level, *, kind: AssetType = "etf", symbol: str = "FUND", days: int = 1_900) -> ReportData:
    quote = GOLDEN["etf"].quote.model_copy(update={"asset_type": kind, "symbol": symbol})
    if symbol.endswith(".DE"):
        quote = quote.model_copy(update={"currency": "EUR"})
    return ReportData(quote, history=history_of(level, days), index=history_of(index_level, days))


def costly(day: int) -> float:
    """The index less one percent a year."""
    return index_level(day) * exp(log(0.99) * day / 365.25)


@pytest.mark.parametrize(("days", "span", "years"), [(1_900, "5y", 5), (1_300, "3y", 3)])
def test_costs_of_a_tracker_are_what_it_lags_behind(days: int, span: str, years: int) -> None:
    record = index_record_of(data_of(costly, days=days))
    assert record is not None
    assert (record.index.symbol, record.span, record.years) == ("^GSPC", span, years)
    growth = (1 + record.other) ** (1 / years)
    assert record.yearly_excess == pytest.approx(-0.01 * growth, rel=0.01)


@pytest.mark.parametrize(
    "level",
    [
        lambda day: exp(0.0003 * day + 0.05 * sin(day / 7)),
        lambda day: index_level(day) ** 3,
        lambda day: index_level(day) ** -1,
        lambda _: 1.0,
    ],
    ids=["of other things", "leveraged", "inverse", "without movement"],
)
def test_fund_that_does_not_follow_the_index_is_not_compared(level: Level) -> None:
    assert index_record_of(data_of(level)) is None


def test_there_is_no_record_without_years_or_for_other_kinds_or_beside_an_index_with_dividends() -> None:
    assert index_record_of(data_of(costly, days=1_000)) is None
    assert index_record_of(data_of(costly, kind="equity")) is None
    # The DAX counts dividends, the price of the fund does not.
    assert index_record_of(data_of(costly, symbol="FUND.DE")) is None
    without_index = data_of(costly)
    assert index_record_of(ReportData(without_index.quote, history=without_index.history)) is None
