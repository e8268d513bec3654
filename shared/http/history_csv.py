"""A price history as CSV (RFC 4180)."""

import csv
import io
from typing import TYPE_CHECKING, Final

from shared.domain.moments import rfc3339

if TYPE_CHECKING:
    from shared.domain.market_data import Candle, History

FIGURES: Final = ("open", "high", "low", "close", "adjusted_close", "volume")

CandleFigures = tuple[float, float, float, float, float | None, int | None]


def history_csv(history: "History") -> bytes:
    """Returns a header row and one row per candle; times in RFC 3339, null values are empty."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("timestamp", *FIGURES))
    for candle in history.candles:
        rows.writerow((rfc3339(candle.timestamp), *figures_of(candle)))
    return text.getvalue().encode()


def figures_of(candle: "Candle") -> CandleFigures:
    """Returns the figures of a candle in the order of ``FIGURES``."""
    return candle.open, candle.high, candle.low, candle.close, candle.adjusted_close, candle.volume
