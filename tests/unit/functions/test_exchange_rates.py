"""The endpoint of exchange rates, with sample data."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import azure.functions as func
import pytest
from fastapi import Response

from functions.exchange_rates import blueprint
from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.config.settings import Settings
from shared.market.data_manager import DataManager
from shared.market.providers.sample.provider import SampleProvider
from tests.support.cache import FrozenClock, cache_settings
from tests.support.contract import errors_of, operation
from tests.support.http import make_request
from tests.support.market import market_settings
from tests.support.redis_parts import make_cache

app = func.FunctionApp()
app.register_functions(blueprint)
(ENDPOINT,) = (function.get_user_function() for function in app.get_functions())


@pytest.fixture(autouse=True)
async def market(clock: FrozenClock) -> AsyncIterator[None]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    manager = DataManager([SampleProvider(clock)], cache, market_settings("sample"), clock)
    contexts.use(AppContext(cast(Settings, SimpleNamespace()), clock).override(market_data=manager))
    yield
    contexts.use(None)
    await manager.aclose()
    await cache.aclose()


async def get(**query: str) -> tuple[int, dict[str, Any]]:
    response = await ENDPOINT(make_request(query=query))
    assert isinstance(response, Response)
    return response.status_code, json.loads(bytes(response.body))


async def test_rate_has_the_fields_of_the_contract() -> None:
    status, rate = await get(base="usd", quote="eur")
    assert status == 200
    assert (rate["base"], rate["quote"], rate["source"]) == ("USD", "EUR", "sample")
    schema = operation("exchange_rate")["responses"]["200"]["content"]["application/json"]["schema"]
    assert errors_of(rate, schema) == []


async def test_there_and_back_is_one() -> None:
    _, there = await get(base="GBP", quote="JPY", date="2025-03-08")
    _, back = await get(base="JPY", quote="GBP", date="2025-03-08")
    assert there["date"] == back["date"] == "2025-03-07"
    assert there["rate"] * back["rate"] == pytest.approx(1)


@pytest.mark.parametrize(
    "query",
    [{"base": "USD"}, {"base": "US", "quote": "EUR"}, {"base": "USD", "quote": "EUR", "date": "3/8/2025"}],
)
async def test_invalid_queries_are_refused(query: dict[str, str]) -> None:
    status, problem = await get(**query)
    assert (status, problem["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("day", ["2026-11-22", "2099-01-01"])
async def test_rate_of_a_future_day_is_refused_instead_of_being_that_of_today(day: str) -> None:
    status, problem = await get(base="USD", quote="EUR", date=day)
    assert (status, problem["code"], problem["detail"]) == (
        400,
        "invalid_request",
        "date must not be in the future.",
    )
    assert problem["errors"] == [{"field": "date", "message": "must not be in the future"}]


async def test_day_that_has_begun_somewhere_on_earth_is_not_the_future(clock: FrozenClock) -> None:
    kiritimati = clock().astimezone(timezone(timedelta(hours=14))).date()
    status, rate = await get(base="USD", quote="EUR", date=str(kiritimati))
    assert status == 200
    assert rate["date"] <= str(kiritimati)


async def test_unknown_currency_is_not_found() -> None:
    status, problem = await get(base="USD", quote="XXX")
    assert (status, problem["code"]) == (404, "not_found")
