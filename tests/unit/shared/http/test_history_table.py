"""Histories of several symbols as one table: what a spreadsheet or a data frame reads from it."""

import csv
import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from pyarrow import parquet

from shared.domain.market_data import Candle, History
from shared.errors.request_errors import NotAcceptableError
from shared.http import history_table
from shared.http.history_table import check_parquet, table_csv, table_parquet
from tests.support.stock_data import HISTORY

PENCE = HISTORY.model_copy(update={"symbol": "VOD.L", "currency": None})


def hourly(symbol: str) -> History:
    candle = Candle(
        timestamp=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        open=1.0,
        high=2.0,
        low=0.5,
        close=1.5,
        adjusted_close=None,
        volume=None,
    )
    return HISTORY.model_copy(update={"symbol": symbol, "interval": "1h", "candles": (candle,)})


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_csv_has_plain_dates_and_one_row_per_candle() -> None:
    rows = rows_of(table_csv([HISTORY, PENCE], intraday=False))
    assert [(row["symbol"], row["currency"], row["date"]) for row in rows] == [
        ("AAPL", "USD", "2026-11-19"),
        ("AAPL", "USD", "2026-11-20"),
        ("VOD.L", "", "2026-11-19"),
        ("VOD.L", "", "2026-11-20"),
    ]
    assert (rows[0]["close"], rows[0]["volume"]) == ("248.0", "48000000")


def test_csv_of_intraday_candles_has_moments_and_empty_fields_for_unknown_figures() -> None:
    (row,) = rows_of(table_csv([hourly("AAPL")], intraday=True))
    assert row["timestamp"] == "2026-11-20T14:30:00Z"
    assert (row["adjusted_close"], row["volume"]) == ("", "")


def test_csv_lines_end_as_rfc_4180_says() -> None:
    body = table_csv([HISTORY], intraday=False)
    assert body.count(b"\r\n") == 3
    assert body.endswith(b"\r\n")


def test_parquet_has_dates_as_dates() -> None:
    table = parquet.read_table(io.BytesIO(table_parquet([HISTORY, PENCE], intraday=False)))
    assert table.schema.field("date").type == pa.date32()
    assert table.column("date").to_pylist()[0] == date(2026, 11, 19)
    assert table.column("symbol").to_pylist() == ["AAPL", "AAPL", "VOD.L", "VOD.L"]
    assert table.column("currency").to_pylist()[2] is None


def test_parquet_has_moments_in_utc_and_nulls() -> None:
    table = parquet.read_table(io.BytesIO(table_parquet([hourly("AAPL")], intraday=True)))
    assert table.column("timestamp").to_pylist() == [datetime(2026, 11, 20, 14, 30, tzinfo=UTC)]
    assert table.column("volume").to_pylist() == [None]


def test_table_without_candles_has_its_columns() -> None:
    table = parquet.read_table(io.BytesIO(table_parquet([], intraday=False)))
    assert (table.num_rows, table.column_names[:3]) == (0, ["symbol", "currency", "date"])
    assert rows_of(table_csv([], intraday=False)) == []


def test_parquet_without_its_library_is_not_acceptable(monkeypatch: pytest.MonkeyPatch) -> None:
    check_parquet()
    monkeypatch.setattr(history_table, "find_spec", lambda _name: None)
    with pytest.raises(NotAcceptableError, match="json or csv"):
        check_parquet()
