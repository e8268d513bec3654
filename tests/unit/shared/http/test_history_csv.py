"""A price history as CSV: times, figures, empty fields."""

from datetime import UTC, datetime

from shared.domain.market_data import Candle
from shared.http.history_csv import history_csv
from tests.support.stock_data import HISTORY


def test_one_row_per_candle_below_a_header() -> None:
    header, first, second, end = history_csv(HISTORY).decode().split("\r\n")
    assert header == "timestamp,open,high,low,close,adjusted_close,volume"
    assert first == "2026-11-19T00:00:00Z,247.0,249.0,246.5,248.0,248.0,48000000"
    assert second.startswith("2026-11-20T00:00:00Z,")
    assert end == ""


def test_unknown_figures_are_empty() -> None:
    moment = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    candle = Candle(timestamp=moment, open=1, high=2, low=1, close=2, adjusted_close=None, volume=None)
    history = HISTORY.model_copy(update={"candles": (candle,)})
    assert history_csv(history).decode().splitlines()[1] == "2026-11-20T14:30:00Z,1.0,2.0,1.0,2.0,,"
