"""The endpoint of several histories: order, formats, failures per symbol."""

import csv
import io
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import cast

import azure.functions as func
import pytest
from fastapi import Response
from pyarrow import parquet

from functions.histories import blueprint
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
(FUNCTION,) = app.get_functions()


@pytest.fixture
def yahoo() -> FakeSource:
    return FakeSource("yahoo", {"AAPL": 250.0, "MSFT": 500.0})


@pytest.fixture(autouse=True)
async def market(yahoo: FakeSource, clock: FrozenClock) -> AsyncIterator[None]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    manager = DataManager([yahoo], cache, market_settings("yahoo"), clock)
    contexts.use(AppContext(cast(Settings, SimpleNamespace()), clock).override(market_data=manager))
    yield
    contexts.use(None)
    await manager.aclose()
    await cache.aclose()


async def get(symbols: str, **query: str) -> Response:
    response = await FUNCTION.get_user_function()(make_request(query={"symbols": symbols, **query}))
    assert isinstance(response, Response)
    return response


async def test_histories_come_in_the_order_of_the_request_with_the_errors_of_others() -> None:
    body = json.loads(bytes((await get("msft,ZZZZ,AAPL,A B", period="1mo")).body))
    assert [history["symbol"] for history in body["histories"]] == ["MSFT", "AAPL"]
    assert {error["symbol"]: error["code"] for error in body["errors"]} == {
        "ZZZZ": "symbol_not_found",
        "A B": "invalid_symbol",
    }


async def test_csv_is_one_table_and_names_the_failed_symbols() -> None:
    response = await get("AAPL,MSFT,ZZZZ", period="1mo", format="csv")
    rows = list(csv.DictReader(io.StringIO(bytes(response.body).decode())))
    assert {row["symbol"] for row in rows} == {"AAPL", "MSFT"}
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="histories-1d.csv"' in response.headers["content-disposition"]
    assert response.headers["x-data-errors"] == "ZZZZ:symbol_not_found"


async def test_parquet_has_the_rows_of_the_csv() -> None:
    response = await get("AAPL,MSFT", period="1mo", format="parquet")
    table = parquet.read_table(io.BytesIO(bytes(response.body)))
    text = await get("AAPL,MSFT", period="1mo", format="csv")
    assert table.num_rows == len(bytes(text.body).decode().splitlines()) - 1
    assert response.headers["content-type"] == "application/vnd.apache.parquet"


async def test_failure_of_all_symbols_is_the_failure_of_the_source(yahoo: FakeSource) -> None:
    yahoo.fails = ProviderUnavailableError("yahoo", "could not be reached")
    assert (await get("AAPL,MSFT", period="1mo")).status_code == 503


async def test_unknown_symbols_alone_are_an_empty_answer() -> None:
    response = await get("ZZZZ,YYYY", period="1mo")
    assert response.status_code == 200
    assert json.loads(bytes(response.body))["histories"] == []


async def test_text_that_is_no_symbol_breaks_no_header() -> None:
    response = await get("AAPL,A\r\nX-Evil: 1,€", period="1mo", format="csv")
    assert response.status_code == 200
    assert response.headers["x-data-errors"] == "A%0D%0AX-EVIL%3A%201:invalid_symbol,%E2%82%AC:invalid_symbol"


async def test_response_without_histories_is_new() -> None:
    response = await get("ZZZZ", period="1mo")
    assert response.headers["age"] == "0"


async def test_too_many_symbols_are_refused() -> None:
    assert (await get(",".join(f"S{number}" for number in range(21)))).status_code == 400
