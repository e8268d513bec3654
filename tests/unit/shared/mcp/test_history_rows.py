"""Price histories as few rows: merged candles keep first open, extremes, last close and volume."""

from datetime import UTC, datetime

from shared.domain.market_data import History
from shared.mcp.history_rows import history_rows
from tests.support.market import make_candles
from tests.support.stock_data import HISTORY


def history(closes: list[float], **changes: object) -> History:
    candles = make_candles(closes, datetime(2026, 11, 20, tzinfo=UTC))
    return HISTORY.model_copy(update={"candles": candles, **changes})


def test_history_within_the_limit_has_a_row_per_candle() -> None:
    prices = history([1.0, 2.0, 3.0])
    rows, merged = history_rows(prices, 3)
    assert merged == 1
    assert [row[4] for row in rows] == [1.0, 2.0, 3.0]
    assert rows[-1][0] == prices.candles[-1].timestamp.date().isoformat()


def test_longer_history_is_merged_and_the_newest_row_is_complete() -> None:
    prices = history([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    rows, merged = history_rows(prices, 3)
    assert (len(rows), merged) == (3, 3)
    assert [row[4] for row in rows] == [1.0, 4.0, 7.0]
    last = prices.candles[4:]
    assert rows[-1][1:] == [
        last[0].open,
        max(candle.high for candle in last),
        min(candle.low for candle in last),
        last[-1].close,
        sum(candle.volume or 0 for candle in last),
    ]


def test_intraday_rows_have_moments_and_unknown_volumes_are_null() -> None:
    prices = history([1.0], interval="1h")
    (candle,) = prices.candles
    bare = prices.model_copy(update={"candles": (candle.model_copy(update={"volume": None}),)})
    ((moment, *_, volume),), _ = history_rows(bare, 10)
    assert moment.endswith("Z")
    assert volume is None


def test_noise_of_32_bit_figures_is_cut() -> None:
    (row,), _ = history_rows(history([250.10000610351562]), 10)
    assert row[4] == 250.1000061


def test_history_without_candles_has_no_rows() -> None:
    assert history_rows(history([]), 5) == ([], 1)
