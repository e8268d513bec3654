"""The symbol endpoints: stored data and that of the source, merged."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.symbol_catalogue import blueprint
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.domain.market_data import Quote, SymbolInfo
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError, UpstreamUnavailableError
from tests.support.http import make_request
from tests.support.mongo import NOW, local_settings, symbol_info

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


class FakeMarket:
    """A source that knows a few symbols, or is down."""

    def __init__(self) -> None:
        self.known = {"ZM": "Zoom Communications", "ZS": "Zscaler", "AAPL": "Apple, as the source says it"}
        self.down: ServiceError | None = None

    async def search(self, query: str, limit: int = 10) -> list[SymbolInfo]:
        if self.down:
            raise self.down
        found = [symbol_info(symbol, name) for symbol, name in self.known.items()]
        return [info for info in found if info.symbol.startswith(query.upper())][:limit]

    async def quote(self, symbol: str) -> SimpleNamespace:
        if self.down:
            raise self.down
        if symbol not in self.known:
            raise SymbolNotFoundError(f"{symbol} is not known.")
        empty: dict[str, Any] = dict.fromkeys(Quote.model_fields)
        return SimpleNamespace(
            value=Quote.model_construct(
                **{**empty, "name": self.known[symbol], "asset_type": "equity", "currency": "USD"}
            )
        )


@pytest.fixture
def market() -> FakeMarket:
    return FakeMarket()


@pytest.fixture(autouse=True)
async def context(market: FakeMarket, tmp_path: Path) -> AsyncIterator[AppContext]:
    """A local app on its first start: no migration has run."""
    made = AppContext(local_settings(app={"data_dir": str(tmp_path)}), lambda: NOW)
    made = made.override(market_data=market)
    contexts.use(made)
    yield made
    contexts.use(None)
    await made.mongo.aclose()


async def call(name: str, symbol: str = "", body: object = None, **query: str) -> tuple[int, Any]:
    request = make_request(
        query=query,
        path_params={"symbol": symbol},
        headers={"content-type": "application/json"},
        body=json.dumps(body).encode(),
    )
    response: Response = await ENDPOINTS[name](request)
    return response.status_code, json.loads(bytes(response.body))


async def found(**query: str) -> list[str]:
    status, answer = await call("search_symbols", **query)
    assert status == 200
    return [item["symbol"] for item in answer["symbols"]]


async def test_first_start_has_the_starter_list() -> None:
    status, answer = await call("search_symbols", query=" apple ")
    assert status == 200
    assert answer["symbols"][0] == {
        "symbol": "AAPL",
        "name": "Apple Inc.",
        "asset_type": "equity",
        "exchange": "NASDAQ",
        "country": "United States",
        "currency": "USD",
        "sector": "Technology",
        "aliases": ["Apple"],
        "tracked": True,
    }


@pytest.mark.parametrize("written", ["M&M.NS", "m%26m.ns", "M%26M.NS"])
async def test_symbol_in_the_path_may_be_encoded(market: FakeMarket, written: str) -> None:
    market.known["M&M.NS"] = "Mahindra & Mahindra"
    status, answer = await call("get_symbol", written)
    assert (status, answer["symbol"]) == (200, "M&M.NS")


async def test_share_class_with_a_dot_is_the_one_with_a_hyphen() -> None:
    status, answer = await call("get_symbol", "brk.b")
    assert (status, answer["symbol"]) == (200, "BRK-B")


async def test_what_is_kept_comes_first_then_the_source() -> None:
    assert await found(query="aap") == ["AAPL"]
    assert await found(query="z") == ["ITX.MC", "ZM", "ZS"]
    assert await found(query="z", limit="2") == ["ITX.MC", "ZM"]


async def test_source_that_is_down_leaves_what_is_kept(market: FakeMarket) -> None:
    market.down = UpstreamUnavailableError("down")
    assert (await found(query="nest"))[0] == "NESN.SW"
    status, answer = await call("search_symbols", query="zzz")
    assert (status, answer["code"]) == (503, "upstream_unavailable")


async def test_database_that_is_down_leaves_what_the_source_knows(context: AppContext) -> None:
    class Away:
        async def search(self, *_: object) -> list[SymbolInfo]:
            raise DependencyUnavailableError("away", retry_after=5)

    contexts.use(
        context.override(market_data=context.market_data, repositories=SimpleNamespace(symbols=Away()))
    )
    assert await found(query="zm") == ["ZM"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "query"),
        ({"query": "  "}, "query"),
        ({"query": "\0"}, "query"),
        ({"query": "\u200b"}, "query"),
        ({"query": "a", "limit": "0"}, "limit"),
        ({"query": "a", "limit": "1_0"}, "limit"),
    ],
)
async def test_wrong_parameter_is_named(query: dict[str, str], field: str) -> None:
    status, answer = await call("search_symbols", **query)
    assert (status, answer["code"], answer["errors"][0]["field"]) == (400, "invalid_request", field)


async def test_error_of_a_search_names_the_broken_rule_and_no_other() -> None:
    for query, message in [
        ("a\0b", "must not contain the character NUL"),
        ("a" * 101, "must have at most 100 characters"),
    ]:
        status, problem = await call("search_symbols", query=query)
        assert (status, problem["errors"]) == (400, [{"field": "query", "message": message}])


async def test_symbol_that_is_not_kept_is_looked_up_once(market: FakeMarket) -> None:
    status, answer = await call("get_symbol", "zm")
    assert (status, answer["symbol"], answer["name"]) == (200, "ZM", "Zoom Communications")
    market.down = UpstreamUnavailableError("down")
    assert (await call("get_symbol", "ZM"))[0] == 200


@pytest.mark.parametrize(
    ("symbol", "status", "code"), [("ZZZ", 404, "symbol_not_found"), ("a b", 400, "invalid_symbol")]
)
async def test_symbol_that_is_none(symbol: str, status: int, code: str) -> None:
    for name in ("get_symbol", "track_symbol"):
        answered, answer = await call(name, symbol, {"tracked": True})
        assert (answered, answer["code"]) == (status, code)


async def test_tracking(context: AppContext) -> None:
    status, answer = await call("track_symbol", "zm", {"tracked": True})
    assert (status, answer["symbol"], answer["tracked"]) == (200, "ZM", True)
    assert "ZM" in await context.repositories.symbols.tracked()
    await call("track_symbol", "AAPL", {"tracked": False})
    assert "AAPL" not in await context.repositories.symbols.tracked()


@pytest.mark.parametrize("body", [{}, {"tracked": "yes"}, {"tracked": 1}, {"tracked": True, "more": 1}, []])
async def test_wrong_body_is_refused(body: object) -> None:
    status, answer = await call("track_symbol", "AAPL", body)
    assert (status, answer["code"]) == (400, "invalid_request")
