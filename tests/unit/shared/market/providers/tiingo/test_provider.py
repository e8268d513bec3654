"""Tiingo: what is requested, what is read from its records, what its errors mean."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from shared.domain.market_data import HistoryRequest, Quote
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderUnavailableError,
)
from shared.market.providers.tiingo.client import TiingoClient
from shared.market.providers.tiingo.provider import TiingoProvider
from tests.support.stub_server import StubHandler, StubServer, get_handler

NOW = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)
Reply = tuple[int, object]


class NoBudget:
    """Allows every request."""

    async def take(self) -> None:
        """Allows it."""


@asynccontextmanager
async def tiingo(answer: Callable[[StubHandler], Reply]) -> AsyncIterator[TiingoProvider]:
    def reply(request: StubHandler) -> tuple[int, object, dict[str, str]]:
        return (*answer(request), {})

    with StubServer(get_handler(reply)) as server:
        client = TiingoClient(SecretStr("secret"), f"http://127.0.0.1:{server.port}", NoBudget())
        provider = TiingoProvider(client, lambda: NOW)
        try:
            yield provider
        finally:
            await provider.aclose()


def iex(ticker: str, **changes: object) -> dict[str, object]:
    return {
        "ticker": ticker,
        "timestamp": "2026-09-04T20:00:00+00:00",
        "open": 328.305,
        "high": 328.93,
        "low": 317.86,
        "tngoLast": 319.97,
        "last": None,
        "volume": 39606884,
        "prevClose": 328.21,
        **changes,
    }


def session(day: str, close: float, adjusted: float, **changes: object) -> dict[str, object]:
    return {
        "date": f"{day}T00:00:00.000Z",
        "open": close,
        "high": close * 1.01,
        "low": close * 0.99,
        "close": close,
        "volume": 1_000,
        "adjClose": adjusted,
        "divCash": 0.0,
        "splitFactor": 1.0,
        **changes,
    }


def daily(start: date | None = None, end: date | None = None, **changes: Any) -> HistoryRequest:
    def midnight(day: date | None) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None

    request = {
        "symbol": "AAPL",
        "period": None,
        "interval": "1d",
        "start": midnight(start),
        "end": midnight(end),
    }
    return HistoryRequest.model_validate(request | changes)


async def test_many_quotes_are_one_request_with_the_key_in_a_header() -> None:
    asked: list[tuple[str, str | None]] = []

    def answer(request: StubHandler) -> Reply:
        asked.append((request.path, request.headers.get("Authorization")))
        return 200, [iex("MSFT", tngoLast=499.7, prevClose=510.12), iex("AAPL")]

    async with tiingo(answer) as source:
        quotes = await source.quotes(["AAPL", "MSFT", "ZZZZ", "SAP.DE"])
    ((path, key),) = asked
    assert (urlsplit(path).path, parse_qs(urlsplit(path).query)) == ("/iex/", {"tickers": ["AAPL,MSFT,ZZZZ"]})
    assert key == "Token secret"
    apple = quotes["AAPL"]
    assert isinstance(apple, Quote)
    assert (apple.price, apple.previous_close, apple.change) == (319.97, 328.21, -8.24)
    assert apple.change_percent == pytest.approx(-8.24 / 328.21 * 100)
    assert apple.as_of == datetime(2026, 9, 4, 20, 0, tzinfo=UTC)
    assert "ZZZZ" not in quotes
    assert isinstance(quotes["SAP.DE"], ProviderNotCoveredError)


async def test_one_malformed_quote_costs_one_quote() -> None:
    rows = [iex("AAPL", tngoLast=None), iex("MSFT"), "x", {"ticker": None}]
    async with tiingo(lambda _: (200, rows)) as source:
        quotes = await source.quotes(["AAPL", "MSFT"])
    assert isinstance(quotes["AAPL"], ProviderBadPayloadError)
    assert isinstance(quotes["MSFT"], Quote)


@pytest.mark.parametrize("rows", [[{"price": 1}], ["x"], [{"ticker": "MSFT", "tngoLast": 1.0}]])
async def test_response_of_which_nothing_can_be_read_is_no_unknown_symbol(rows: list[object]) -> None:
    async with tiingo(lambda _: (200, rows)) as source:
        assert isinstance((await source.quotes(["AAPL"]))["AAPL"], ProviderBadPayloadError)
    async with tiingo(lambda _: (200, [])) as source:
        assert await source.quotes(["AAPL"]) == {}


async def test_placeholders_of_a_quote_are_unknown() -> None:
    row = iex("AAPL", prevClose=0, open=0, high=-1, low=0)
    async with tiingo(lambda _: (200, [row])) as source:
        quote = (await source.quotes(["AAPL"]))["AAPL"]
    assert isinstance(quote, Quote)
    assert (quote.previous_close, quote.change, quote.open, quote.day_high, quote.day_low) == (None,) * 5


async def test_sessions_in_the_future_are_dropped_and_counted() -> None:
    rows = [session("2020-08-27", 500.0, 121.0), session("2027-01-04", 1.0, 1.0)]
    async with tiingo(lambda _: (200, rows)) as source:
        history = await source.history(daily(date(2020, 8, 1)))
    assert [candle.timestamp.date() for candle in history.candles] == [date(2020, 8, 27)]
    assert [remark.code for remark in history.quality] == ["dropped_records"]


async def test_time_of_a_quote_is_not_in_the_future() -> None:
    async with tiingo(lambda _: (200, [iex("AAPL", timestamp="2027-01-01T00:00:00+00:00")])) as source:
        quote = (await source.quotes(["AAPL"]))["AAPL"]
    assert isinstance(quote, Quote)
    assert quote.as_of == NOW


async def test_prices_before_a_split_are_adjusted_even_if_it_comes_after_the_end() -> None:
    rows = [
        session("2020-08-27", 500.0, 121.0),
        session("2020-08-28", 499.0, 120.9),
        session("2020-08-31", 129.0, 125.0, splitFactor=4.0),
    ]
    async with tiingo(lambda _: (200, rows)) as source:
        history = await source.history(daily(date(2020, 8, 27), date(2020, 8, 29)))
    assert history.adjustment == "split"
    assert [candle.close for candle in history.candles] == [125.0, 124.75]
    assert [candle.adjusted_close for candle in history.candles] == [121.0, 120.9]
    assert [candle.volume for candle in history.candles] == [4_000, 4_000]


async def test_dividends_and_splits_are_those_of_the_sessions() -> None:
    rows = [
        session("2020-08-07", 444.0, 110.0, divCash=0.82),
        session("2020-08-31", 129.0, 125.0, splitFactor=4.0),
        session("2023-08-01", 10.0, 9.0, splitFactor=0.1),
    ]
    async with tiingo(lambda _: (200, rows)) as source:
        actions = await source.actions("AAPL")
    assert actions.adjustment == "none"
    assert [(item.ex_date, item.amount, item.currency) for item in actions.dividends] == [
        (date(2020, 8, 7), 0.82, "USD")
    ]
    assert [(item.date, item.numerator, item.denominator) for item in actions.splits] == [
        (date(2020, 8, 31), 4, 1),
        (date(2023, 8, 1), 1, 10),
    ]


async def test_malformed_sessions_are_dropped_and_counted() -> None:
    rows = [session("2020-08-27", 500.0, 121.0), {"close": 1}, 7, session("2020-08-28", 499.0, 120.9, low=0)]
    async with tiingo(lambda _: (200, rows)) as source:
        history = await source.history(daily(date(2020, 8, 1)))
    assert len(history.candles) == 2
    assert {remark.code for remark in history.quality} == {"dropped_records", "repaired_candles"}


async def test_last_sessions_are_counted() -> None:
    rows = [session(f"2026-08-{day}", 10.0, 10.0) for day in range(24, 29)]
    asked: list[str] = []

    def answer(request: StubHandler) -> Reply:
        asked.append(request.path)
        return 200, rows

    async with tiingo(answer) as source:
        history = await source.history(daily(period="1d"))
    assert [candle.timestamp.day for candle in history.candles] == [28]
    assert asked == ["/tiingo/daily/AAPL/prices?startDate=2026-08-22"]


async def test_other_intervals_are_not_covered() -> None:
    async with tiingo(lambda _: (200, [])) as source:
        with pytest.raises(ProviderNotCoveredError):
            await source.history(daily(period="1mo", interval="5m"))


async def test_search_gives_what_is_listed_in_the_us() -> None:
    def hit(ticker: str, **changes: object) -> dict[str, object]:
        return {
            "name": "Apple Inc",
            "ticker": ticker,
            "assetType": "Stock",
            "isActive": True,
            "countryCode": "US",
        } | changes

    rows = [
        hit("AAPL", countryCode="CA"),
        hit("AAPL"),
        hit("OLD", isActive=False),
        hit("APC", assetType="Warrant"),
    ]
    async with tiingo(lambda _: (200, rows)) as source:
        hits = await source.search("apple", 10)
    assert [(one.symbol, one.name, one.currency) for one in hits] == [("AAPL", "Apple Inc", "USD")]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, {"detail": "Error: Ticker 'ZZZZ' not found"}, ProviderNotFoundError),
        (401, {"detail": "Invalid token."}, ProviderAuthError),
        (403, {"detail": "Please supply a token"}, ProviderAuthError),
        (403, {"detail": "You do not have permission to access the News API"}, ProviderNotEntitledError),
        (
            429,
            {"detail": "Error: You have run over your hourly request allocation."},
            ProviderRateLimitedError,
        ),
        (
            200,
            {"detail": "Error: You have run over your hourly request allocation."},
            ProviderRateLimitedError,
        ),
        (200, "Error: You have run over your 500 symbol look up for this month.", ProviderRateLimitedError),
        (500, "", ProviderUnavailableError),
        (200, "<html></html>", ProviderBadPayloadError),
        (200, {"prices": []}, ProviderBadPayloadError),
    ],
)
async def test_errors_are_named(status: int, body: object, error: type[ProviderError]) -> None:
    async with tiingo(lambda _: (status, body)) as source:
        with pytest.raises(error) as raised:
            await source.history(daily(date(2020, 1, 1)))
    assert "secret" not in str(raised.value)
