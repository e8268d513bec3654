"""The endpoints of companies: what a client gets for what it asks."""

import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import azure.functions as func
import pytest
from fastapi import Response

from functions.companies import blueprint
from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.config.settings import Settings
from shared.domain.statements import Statements, StatementsRequest
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderUnavailableError
from shared.market.data_manager import DataManager
from shared.market.providers.sample.provider import SampleProvider
from tests.support.cache import FrozenClock, cache_settings
from tests.support.contract import errors_of, operation
from tests.support.http import make_request
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache

app = func.FunctionApp()
app.register_functions(blueprint)
FUNCTIONS = app.get_functions()
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in FUNCTIONS}


class Primary(FakeSource):
    """A source of statements that fails as told."""

    async def statements(self, request: StatementsRequest) -> Statements:
        await self.answering("statements", request.symbol)
        raise AssertionError("it always fails")


@pytest.fixture
def primary() -> Primary:
    return Primary(
        "sec_edgar",
        kinds=("statements",),
        fails=ProviderNotCoveredError("sec_edgar", "does not list the symbol"),
    )


@pytest.fixture(autouse=True)
async def market(primary: Primary, clock: FrozenClock) -> AsyncIterator[None]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    sources = [SampleProvider(clock), primary]
    manager = DataManager(sources, cache, market_settings("sample", "sec_edgar"), clock)
    contexts.use(AppContext(cast(Settings, SimpleNamespace()), clock).override(market_data=manager))
    yield
    contexts.use(None)
    await manager.aclose()
    await cache.aclose()


async def get(name: str, symbol: str, **query: str) -> Response:
    response = await ENDPOINTS[name](make_request(query=query, path_params={"symbol": symbol}))
    assert isinstance(response, Response)
    return response


def body(response: Response) -> dict[str, Any]:
    parsed = json.loads(bytes(response.body))
    assert isinstance(parsed, dict)
    return parsed


def contract_errors(name: str, answer: dict[str, Any]) -> list[str]:
    """Returns what of an answer differs from the contract."""
    return errors_of(answer, operation(name)["responses"]["200"]["content"]["application/json"]["schema"])


@pytest.mark.parametrize("statement", ["income", "balance", "cash_flow"])
@pytest.mark.parametrize("period", ["annual", "quarterly", "ttm"])
async def test_statement_has_the_fields_of_the_contract(statement: str, period: str) -> None:
    response = await get("quote_statements", "aapl", statement=statement, period=period)
    answer = body(response)
    assert (response.status_code, answer["symbol"], answer["source"]) == (200, "AAPL", "sample")
    assert (answer["statement"], answer["period"], len(answer["periods"])) == (statement, period, 5)
    assert contract_errors("quote_statements", answer) == []


async def test_limit_and_known_on() -> None:
    newest = body(await get("quote_statements", "AAPL", limit="1"))["periods"]
    then = body(await get("quote_statements", "AAPL", limit="1", known_on="2024-01-31"))
    assert [row["end"] for row in newest] == ["2025-12-31"]
    assert ([row["end"] for row in then["periods"]], then["known_on"]) == (["2022-12-31"], "2024-01-31")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("statement", "equity"),
        ("period", "monthly"),
        ("limit", "0"),
        ("limit", "41"),
        ("known_on", "yesterday"),
        ("known_on", "20240131"),
    ],
)
async def test_invalid_parameters_are_named(field: str, value: str) -> None:
    response = await get("quote_statements", "AAPL", **{field: value})
    assert response.status_code == 400
    assert [error["field"] for error in body(response)["errors"]] == [field]


async def test_why_the_primary_source_was_skipped_is_said() -> None:
    assert "sec_edgar" in body(await get("quote_statements", "AAPL"))["fallback_reason"]


async def test_a_source_that_does_not_cover_the_symbol_says_nothing_about_it(
    primary: Primary, clock: FrozenClock
) -> None:
    response = await get("quote_statements", "SPY")
    assert (response.status_code, body(response)["code"]) == (404, "symbol_not_found")
    assert "statements" in body(response)["detail"]
    primary.fails = ProviderUnavailableError("sec_edgar", "cannot be reached")
    clock.advance(120)
    response = await get("quote_statements", "SPY")
    assert (response.status_code, body(response)["code"]) == (503, "upstream_unavailable")


async def test_an_unknown_symbol_is_not_found() -> None:
    response = await get("quote_statements", "ZZZZ")
    assert (response.status_code, body(response)["code"]) == (404, "symbol_not_found")


async def test_filings_have_the_fields_of_the_contract() -> None:
    response = await get("quote_filings", "AAPL", form="10-k", limit="3")
    answer = body(response)
    assert [filing["form"] for filing in answer["filings"]] == ["10-K", "10-K", "10-K"]
    assert [filing["period_end"] for filing in answer["filings"]] == [
        "2025-12-31",
        "2024-12-31",
        "2023-12-31",
    ]
    assert contract_errors("quote_filings", answer) == []


@pytest.mark.parametrize(("field", "value"), [("form", "10-K; DROP"), ("form", "x" * 21), ("limit", "101")])
async def test_invalid_filings_parameters_are_named(field: str, value: str) -> None:
    response = await get("quote_filings", "AAPL", **{field: value})
    assert response.status_code == 400
    assert [error["field"] for error in body(response)["errors"]] == [field]


async def test_a_stored_statement_is_served_stale_when_the_sources_fail(
    primary: Primary, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await get("quote_statements", "AAPL")

    async def fail(_self: object, _request: StatementsRequest) -> Statements:
        raise ProviderUnavailableError("sample", "down")

    monkeypatch.setattr(SampleProvider, "statements", fail)
    primary.fails = ProviderUnavailableError("sec_edgar", "cannot be reached")
    clock.advance(86_401)
    answer = body(await get("quote_statements", "AAPL"))
    assert (answer["stale"], len(answer["periods"])) == (True, 5)
    assert "cannot be reached" in answer["fallback_reason"]
    missing = await get("quote_statements", "AAPL", limit="2")
    assert (missing.status_code, body(missing)["code"]) == (503, "upstream_unavailable")


async def test_a_second_request_comes_from_the_cache(primary: Primary) -> None:
    first = await get("quote_statements", "AAPL")
    again = await get("quote_statements", "AAPL")
    assert bytes(again.body) == bytes(first.body)
    assert len(primary.asked) == 1


@pytest.mark.parametrize("name", ["quote_profile", "quote_earnings", "quote_peers", "quote_holders"])
async def test_data_on_a_company_has_the_fields_of_the_contract(name: str) -> None:
    response = await get(name, "aapl")
    answer = body(response)
    assert (answer["symbol"], answer["source"]) == ("AAPL", "sample")
    assert contract_errors(name, answer) == []


@pytest.mark.parametrize("name", ["quote_profile", "quote_earnings", "quote_peers", "quote_holders"])
async def test_fund_has_no_data_on_a_company(name: str) -> None:
    response = await get(name, "SPY")
    assert (response.status_code, body(response)["code"]) == (404, "symbol_not_found")
