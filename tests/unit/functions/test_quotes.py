"""The quote endpoints: what a client gets for what it asks."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import azure.functions as func
import pytest
from fastapi import Response

from functions.quotes import blueprint
from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.config.settings import Settings
from shared.errors.provider_errors import ProviderUnavailableError
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.http import make_request
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache

app = func.FunctionApp()
app.register_functions(blueprint)
FUNCTIONS = app.get_functions()
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in FUNCTIONS}


@pytest.fixture
def yahoo() -> FakeSource:
    return FakeSource("yahoo", {"AAPL": 250.0, "MSFT": 500.0, "^GSPC": 6000.0})


@pytest.fixture(autouse=True)
async def market(yahoo: FakeSource, clock: FrozenClock) -> AsyncIterator[None]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    manager = DataManager([yahoo], cache, market_settings("yahoo"), clock)
    context = AppContext(cast(Settings, SimpleNamespace()), clock).override(market_data=manager)
    contexts.use(context)
    yield
    contexts.use(None)
    await cache.aclose()


async def get(
    name: str, symbol: str | None = None, headers: Mapping[str, str] | None = None, **query: str
) -> Response:
    path_params = {} if symbol is None else {"symbol": symbol}
    response = await ENDPOINTS[name](make_request(query=query, headers=headers, path_params=path_params))
    assert isinstance(response, Response)
    return response


def body(response: Response) -> dict[str, Any]:
    parsed = json.loads(bytes(response.body))
    assert isinstance(parsed, dict)
    return parsed


def test_routes_are_those_of_the_contract() -> None:
    routes = {cast(Any, function.get_trigger()).route for function in FUNCTIONS}
    assert routes == {
        "quotes/{symbol}",
        "quotes",
        "quotes/{symbol}/history",
        "quotes/{symbol}/actions",
        "quotes/{symbol}/technicals",
        "quotes/{symbol}/fundamentals",
        "quotes/{symbol}/news",
    }


# One quote


async def test_quote_has_the_fields_of_the_contract() -> None:
    response = await get("quote", "aapl")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert body(response) == {
        "symbol": "AAPL",
        "name": "AAPL Inc.",
        "asset_type": "equity",
        "currency": "USD",
        "exchange": "NASDAQ",
        "price": 250.0,
        "previous_close": 249.0,
        "change": 1.0,
        "change_percent": 1.0,
        "open": 250.0,
        "day_high": 250.0,
        "day_low": 250.0,
        "volume": 5_000_000_000,
        "market_cap": None,
        "market_state": "regular",
        "source": "yahoo",
        "as_of": "2026-11-20T15:30:00Z",
        "fetched_at": "2026-11-20T15:30:00Z",
        "stale": False,
        "fallback_reason": None,
        "quality": [],
        "price_decimals": None,
        "pre_market_price": None,
        "pre_market_change": None,
        "pre_market_change_percent": None,
        "post_market_price": None,
        "post_market_change": None,
        "post_market_change_percent": None,
    }


async def test_quote_grows_older_and_is_not_sent_twice(clock: FrozenClock) -> None:
    first = await get("quote", "AAPL")
    clock.advance(20)
    again = await get("quote", "AAPL")
    assert (again.headers["age"], again.headers["cache-control"]) == ("20", "private, max-age=40")
    unchanged = await get("quote", "AAPL", {"If-None-Match": first.headers["etag"]})
    assert (unchanged.status_code, bytes(unchanged.body)) == (304, b"")
    assert unchanged.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("spelled", ["^GSPC", "%5EGSPC", "^gspc"])
async def test_symbol_may_come_encoded(spelled: str) -> None:
    assert body(await get("quote", spelled))["symbol"] == "^GSPC"


@pytest.mark.parametrize(
    "bad", ["A%2FB", "AAPL%3Fx=1", "..", "%2e%2e", "A B", "", "%", "A" * 22, "AAPL%00", "ÄÖ"]
)
async def test_what_cannot_be_a_symbol_is_refused_unasked(bad: str, yahoo: FakeSource) -> None:
    for name in (
        "quote",
        "quote_history",
        "quote_actions",
        "quote_technicals",
        "quote_fundamentals",
        "quote_news",
    ):
        response = await get(name, bad)
        assert (response.status_code, body(response)["code"]) == (400, "invalid_symbol")
    assert yahoo.asked == []


async def test_unknown_symbol_and_dead_upstream_are_different_things(yahoo: FakeSource) -> None:
    assert (await get("quote", "NOPE")).status_code == 404
    yahoo.fails = ProviderUnavailableError("yahoo", "down", retry_after=30)
    response = await get("quote", "AAPL")
    assert (response.status_code, body(response)["code"]) == (503, "upstream_unavailable")
    assert response.headers["retry-after"] == "30"


# Many quotes


async def test_quotes_come_in_the_order_asked_with_duplicates_folded() -> None:
    response = await get("quotes", symbols="MSFT,aapl, MSFT,NOPE")
    answer = body(response)
    assert response.status_code == 200
    assert [quote["symbol"] for quote in answer["quotes"]] == ["MSFT", "AAPL"]
    assert answer["errors"] == [
        {"symbol": "NOPE", "code": "symbol_not_found", "detail": "No data source knows NOPE."}
    ]
    assert response.headers["cache-control"] == "private, max-age=0"


async def test_batch_is_as_fresh_as_its_oldest_quote_and_not_sent_twice(clock: FrozenClock) -> None:
    await get("quote", "AAPL")
    clock.advance(20)
    response = await get("quotes", symbols="MSFT,AAPL")
    assert (response.headers["age"], response.headers["cache-control"]) == ("20", "private, max-age=40")
    assert bytes(response.body).startswith(b'{"quotes":[{')
    unchanged = await get("quotes", headers={"If-None-Match": response.headers["etag"]}, symbols="MSFT,AAPL")
    assert unchanged.status_code == 304
    other = await get("quotes", symbols="AAPL,MSFT")
    assert other.headers["etag"] != response.headers["etag"]


async def test_a_hundred_symbols_are_served_and_one_more_is_refused(yahoo: FakeSource) -> None:
    symbols = [f"S{number}" for number in range(101)]
    yahoo.prices = dict.fromkeys(symbols, 1.0)
    hundred = await get("quotes", symbols=",".join([*symbols[:100], symbols[0]]))
    assert len(body(hundred)["quotes"]) == 100
    response = await get("quotes", symbols=",".join(symbols))
    assert response.status_code == 400
    assert body(response)["errors"][0]["field"] == "symbols"


@pytest.mark.parametrize("symbols", ["", ",", "../x", "AAPL;MSFT", "A" * 4001])
async def test_list_with_what_cannot_be_a_symbol_is_refused(symbols: str, yahoo: FakeSource) -> None:
    response = await get("quotes", symbols=symbols)
    assert response.status_code == 400
    assert body(response)["errors"][0]["field"] == "symbols"
    assert yahoo.asked == []


async def test_malformed_symbol_of_a_list_is_one_error(yahoo: FakeSource) -> None:
    response = await get("quotes", symbols="AAPL,../x,, M\u017fFT")
    assert response.status_code == 200
    answer = body(response)
    assert [quote["symbol"] for quote in answer["quotes"]] == ["AAPL"]
    assert [(error["symbol"], error["code"]) for error in answer["errors"]] == [
        ("../X", "invalid_symbol"),
        ("", "invalid_symbol"),
        ("M\u017fFT", "invalid_symbol"),
    ]
    assert yahoo.asked == [("quotes", ("AAPL",))]


async def test_list_that_is_missing_is_refused() -> None:
    assert (await get("quotes")).status_code == 400


async def test_batch_of_which_upstream_gave_nothing_is_no_partial_success(yahoo: FakeSource) -> None:
    await get("quote", "AAPL")
    yahoo.fails = ProviderUnavailableError("yahoo", "down")
    partial = await get("quotes", symbols="AAPL,MSFT")
    assert partial.status_code == 200
    assert [error["code"] for error in body(partial)["errors"]] == ["upstream_unavailable"]
    assert (await get("quotes", symbols="MSFT")).status_code == 503


# Histories


async def test_history_of_a_month_by_default() -> None:
    answer = body(await get("quote_history", "AAPL"))
    assert (answer["period"], answer["interval"], answer["source"]) == ("1mo", "1d", "yahoo")
    assert answer["candles"][-1] == {
        "timestamp": "2026-11-20T00:00:00Z",
        "open": 289.0,
        "high": 289.0,
        "low": 289.0,
        "close": 289.0,
        "adjusted_close": 289.0,
        "volume": 1039,
    }


async def test_history_as_csv() -> None:
    response = await get("quote_history", "^GSPC", period="3mo", format="csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="_GSPC-3mo-1d.csv"'
    assert (response.headers["x-data-source"], response.headers["x-data-stale"]) == ("yahoo", "false")
    rows = list(csv.reader(io.StringIO(bytes(response.body).decode(), newline="")))
    assert rows[0] == ["timestamp", "open", "high", "low", "close", "adjusted_close", "volume"]
    assert rows[-1] == ["2026-11-20T00:00:00Z", "6039.0", "6039.0", "6039.0", "6039.0", "6039.0", "1039"]
    assert len(rows) == 41
    as_json = await get("quote_history", "^GSPC", period="3mo")
    assert as_json.headers["etag"] != response.headers["etag"]
    unchanged = await get(
        "quote_history", "^GSPC", {"If-None-Match": response.headers["etag"]}, period="3mo", format="csv"
    )
    assert unchanged.status_code == 304


async def test_history_between_two_days() -> None:
    response = await get("quote_history", "AAPL", start="2026-01-05", end="2026-01-09", interval="1wk")
    assert (response.status_code, body(response)["period"]) == (200, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "9y"}, "period"),
        ({"period": ""}, "period"),
        ({"interval": "7m"}, "interval"),
        ({"period": "1y", "interval": "1m"}, "period"),
        ({"period": "1y", "start": "2026-01-01"}, "period"),
        ({"start": "2026-13-01"}, "start"),
        ({"start": "1700000000"}, "start"),
        ({"start": "2026-01-01T00:00:00"}, "start"),
        ({"start": "2026-02-01", "end": "2026-01-01"}, "end"),
        ({"end": "2026-01-01"}, "start"),
        ({"format": "xml"}, "format"),
    ],
)
async def test_wrong_span_of_history_names_the_field(
    query: dict[str, str], field: str, yahoo: FakeSource
) -> None:
    response = await get("quote_history", "AAPL", None, **query)
    assert (response.status_code, body(response)["code"]) == (400, "invalid_request")
    assert body(response)["errors"][0]["field"] == field
    assert yahoo.asked == []


# The rest


async def test_technicals_with_and_without_series() -> None:
    latest = body(await get("quote_technicals", "AAPL"))
    assert (latest["period"], latest["close"], latest["sma_200"], latest["series"]) == (
        "1y",
        289.0,
        None,
        None,
    )
    assert [signal["name"] for signal in latest["signals"]] == ["rsi_overbought", "within_bands"]
    full = body(await get("quote_technicals", "AAPL", period="3mo", series="true"))
    assert len(full["series"]["timestamps"]) == len(full["series"]["rsi_14"]) == 40
    assert (await get("quote_technicals", "AAPL", series="perhaps")).status_code == 400


# Dividends and splits


async def test_actions_have_the_fields_of_the_contract() -> None:
    assert body(await get("quote_actions", "aapl")) == {
        "source": "yahoo",
        "as_of": "2026-11-20T15:30:00Z",
        "fetched_at": "2026-11-20T15:30:00Z",
        "stale": False,
        "fallback_reason": None,
        "quality": [],
        "symbol": "AAPL",
        "adjustment": "split",
        "dividends": [
            {"ex_date": f"2026-{month}-09", "amount": 0.26, "currency": "USD"} for month in ("05", "08", "11")
        ],
        "splits": [{"date": "2020-08-31", "numerator": 4, "denominator": 1}],
    }


@pytest.mark.parametrize(
    ("span", "dividends", "splits"),
    [
        ({"start": "2026-08-09"}, 2, 0),
        ({"end": "2026-08-09"}, 2, 1),
        ({"start": "2026-08-09", "end": "2026-08-09"}, 1, 0),
        ({"start": "2030-01-01"}, 0, 0),
        ({"end": "1900-01-01"}, 0, 0),
    ],
)
async def test_actions_of_a_span_include_both_days_and_cost_no_request(
    span: dict[str, str], dividends: int, splits: int, yahoo: FakeSource
) -> None:
    await get("quote_actions", "AAPL")
    answer = body(await get("quote_actions", "AAPL", None, **span))
    assert (len(answer["dividends"]), len(answer["splits"])) == (dividends, splits)
    assert [method for method, _ in yahoo.asked] == ["actions"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": "2026-02-30"}, "start"),
        ({"end": "1700000000"}, "end"),
        ({"start": "2026-02-02", "end": "2026-02-01"}, "end"),
    ],
)
async def test_actions_of_an_impossible_span_are_refused(query: dict[str, str], field: str) -> None:
    response = await get("quote_actions", "AAPL", None, **query)
    assert (response.status_code, body(response)["errors"][0]["field"]) == (400, field)


async def test_actions_of_an_unknown_symbol_are_404() -> None:
    assert (await get("quote_actions", "NOPE")).status_code == 404


async def test_fundamentals_are_null_where_the_source_lacks_them() -> None:
    answer = body(await get("quote_fundamentals", "MSFT"))
    assert (answer["trailing_pe"], answer["forward_pe"], answer["source"]) == (50.0, None, "yahoo")


async def test_news_are_ten_unless_asked_otherwise() -> None:
    assert len(body(await get("quote_news", "AAPL"))["articles"]) == 10
    assert len(body(await get("quote_news", "AAPL", limit="2"))["articles"]) == 2
    for limit in ("0", "51", "-1", "many", "1.5"):
        response = await get("quote_news", "AAPL", limit=limit)
        assert body(response)["errors"][0]["field"] == "limit"


async def test_response_without_quotes_is_new() -> None:
    response = await get("quotes", symbols="ZZZZ,$")
    assert body(response)["quotes"] == []
    assert response.headers["age"] == "0"
    assert response.headers["cache-control"] == "private, max-age=0"
