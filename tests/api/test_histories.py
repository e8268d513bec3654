"""Histories of several symbols over HTTP: JSON, CSV and Parquet."""

import csv
import io
from datetime import date

import httpx
import pyarrow as pa
import pytest
from pyarrow import parquet

from shared.errors.request_errors import NotAcceptableError
from shared.http import history_table


def test_histories_come_in_the_order_asked_with_the_errors_of_others(client: httpx.Client) -> None:
    response = client.get("/quotes/history", params={"symbols": "MSFT,ZZZZ-NO,aapl,MSFT", "period": "5d"})
    assert response.status_code == 200
    body = response.json()
    assert [history["symbol"] for history in body["histories"]] == ["MSFT", "AAPL"]
    assert [(error["symbol"], error["code"]) for error in body["errors"]] == [("ZZZZ-NO", "symbol_not_found")]
    assert all(history["source"] == "sample" and history["candles"] for history in body["histories"])


def test_history_of_one_symbol_is_the_same_as_alone(client: httpx.Client) -> None:
    alone = client.get("/quotes/AAPL/history", params={"period": "1mo"}).json()
    together = client.get("/quotes/history", params={"symbols": "AAPL", "period": "1mo"}).json()
    assert together == {"histories": [alone], "errors": []}


def test_csv_has_symbols_currencies_and_plain_dates(client: httpx.Client) -> None:
    params = {"symbols": "AAPL,ZZZZ-NO,MSFT", "period": "5d", "format": "csv"}
    response = client.get("/quotes/history", params=params)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == [
        "symbol", "currency", "date", "open", "high", "low", "close", "adjusted_close", "volume",
    ]  # fmt: skip
    assert [row["symbol"] for row in rows] == ["AAPL"] * (len(rows) // 2) + ["MSFT"] * (len(rows) // 2)
    assert {row["currency"] for row in rows} == {"USD"}
    assert all(date.fromisoformat(row["date"]) for row in rows)
    assert response.headers["x-data-errors"] == "ZZZZ-NO:symbol_not_found"
    assert response.headers["content-disposition"] == 'attachment; filename="histories-1d.csv"'
    assert (response.headers["x-data-source"], response.headers["x-data-stale"]) == ("sample", "false")
    assert response.headers["x-data-as-of"].endswith("Z")
    assert response.headers["x-data-fetched-at"].endswith("Z")


def test_intraday_csv_has_moments(client: httpx.Client) -> None:
    params = {"symbols": "AAPL", "period": "1d", "interval": "1h", "format": "csv"}
    rows = list(csv.DictReader(io.StringIO(client.get("/quotes/history", params=params).text)))
    assert all(row["timestamp"].endswith("Z") for row in rows)


def test_parquet_has_types(client: httpx.Client) -> None:
    params = {"symbols": "AAPL,MSFT", "period": "1mo", "format": "parquet"}
    response = client.get("/quotes/history", params=params)
    assert response.headers["content-type"] == "application/vnd.apache.parquet"
    table = parquet.read_table(io.BytesIO(response.content))
    assert table.schema.field("date").type == pa.date32()
    assert table.schema.field("volume").type == pa.int64()
    history = client.get("/quotes/AAPL/history", params={"period": "1mo"}).json()
    closes = [candle["close"] for candle in history["candles"]]
    assert table.column("close").to_pylist()[: len(closes)] == closes
    assert set(table.column("symbol").to_pylist()) == {"AAPL", "MSFT"}


@pytest.mark.parametrize("format_name", ["csv", "parquet"])
def test_table_without_any_history_has_columns(client: httpx.Client, format_name: str) -> None:
    response = client.get("/quotes/history", params={"symbols": "ZZZZ-NO", "format": format_name})
    assert response.status_code == 200
    if format_name == "csv":
        assert response.text.startswith("symbol,currency,date,")
    else:
        assert parquet.read_table(io.BytesIO(response.content)).num_rows == 0


def test_etag_is_honoured(client: httpx.Client) -> None:
    params = {"symbols": "AAPL,MSFT", "period": "5d", "format": "csv"}
    etag = client.get("/quotes/history", params=params).headers["etag"]
    again = client.get("/quotes/history", params=params, headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({}, "invalid_request", "symbols"),
        ({"symbols": ",".join(f"A{number}" for number in range(21))}, "invalid_request", "symbols"),
        ({"symbols": "not a symbol"}, "invalid_symbol", "symbols"),
        ({"symbols": "AAPL", "format": "xml"}, "invalid_request", "format"),
        ({"symbols": "AAPL", "interval": "1m", "period": "1y"}, "invalid_request", None),
    ],
)
def test_wrong_requests(client: httpx.Client, query: dict[str, str], code: str, field: str | None) -> None:
    response = client.get("/quotes/history", params=query)
    assert (response.status_code, response.json()["code"]) == (400, code)
    if field is not None:
        assert [error["field"] for error in response.json()["errors"]] == [field]


def test_parquet_without_pyarrow_is_not_acceptable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_table, "find_spec", lambda _name: None)
    with pytest.raises(NotAcceptableError):
        history_table.check_parquet()
