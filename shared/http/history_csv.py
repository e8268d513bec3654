"""A price history as CSV (RFC 4180)."""

import csv
import io
from typing import TYPE_CHECKING

from shared.domain.moments import rfc3339

if TYPE_CHECKING:
    from shared.domain.market_data import History

COLUMNS = ("timestamp", "open", "high", "low", "close", "adjusted_close", "volume")


def history_csv(history: "History") -> bytes:
    """Returns a header row and one row per candle; times in RFC 3339, null values are empty."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for candle in history.candles:
        rows.writerow(
            (
                rfc3339(candle.timestamp),
                candle.open,
                candle.high,
                candle.low,
                candle.close,
                candle.adjusted_close,
                candle.volume,
            )
        )
    return text.getvalue().encode()
