"""Alpha Vantage's source over real HTTP, against a stand-in."""

import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from shared.domain.market_data import HistoryRequest, Quote
from shared.errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.provider import AlphaVantageProvider
from tests.support.alpha_vantage_stub import KEY, AlphaVantageStub

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
QUOTE = {
    "01. symbol": "IBM",
    "02. open": "220.0",
    "03. high": "226.0",
    "04. low": "219.5",
    "05. price": "225.0",
    "06. volume": "4000000",
    "07. latest trading day": "2026-11-19",
    "08. previous close": "220.0",
    "10. change percent": "2.2727%",
}
ROW = {"1. open": "1", "2. high": "3", "3. low": "0.5", "4. close": "2", "5. volume": "10"}
DAILY = {"Meta Data": {}, "Time Series (Daily)": {f"2026-11-{day}": ROW for day in (19, 18, 17, 16, 13, 12)}}


class Unlimited:
    """A budget without end."""

    async def take(self) -> None:
        """Always there."""


@pytest.fixture
def stub() -> Iterator[AlphaVantageStub]:
    with AlphaVantageStub() as running:
        yield running


@pytest.fixture
async def source(stub: AlphaVantageStub) -> AsyncIterator[AlphaVantageProvider]:
    client = AlphaVantageClient(SecretStr(KEY), stub.url, Unlimited())
    provider = AlphaVantageProvider(client, lambda: NOW)
    yield provider
    await provider.aclose()


async def test_quotes(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["GLOBAL_QUOTE"] = 200, {"Global Quote - DATA DELAYED BY 15 MINUTES": QUOTE}
    quote = (await source.quotes(["IBM", "VOD.L", "^GSPC"]))["IBM"]
    assert isinstance(quote, Quote)
    assert (quote.source, quote.price, quote.change, quote.currency) == ("alpha_vantage", 225, 5, "USD")
    assert quote.change_percent == pytest.approx(2.2727, abs=1e-4)
    assert quote.as_of == datetime(2026, 11, 19, 21, tzinfo=UTC)
    assert [request["symbol"] for request in stub.requests] == ["IBM"]
    assert stub.requests[0]["apikey"] == KEY


async def test_an_unknown_symbol_has_no_quote(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["GLOBAL_QUOTE"] = 200, {"Global Quote": {}}
    assert await source.quotes(["NOPE"]) == {}


async def test_the_budget_is_not_spent_on_many_quotes(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    with pytest.raises(ProviderRateLimitedError):
        await source.quotes(["AAPL", "MSFT", "IBM", "KO"])
    assert stub.requests == []


async def test_history(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["TIME_SERIES_DAILY"] = 200, DAILY
    days = HistoryRequest(
        symbol="IBM",
        period=None,
        interval="1d",
        start=datetime(2026, 11, 13, tzinfo=UTC),
        end=datetime(2026, 11, 18, tzinfo=UTC),
    )
    history = await source.history(days)
    assert [candle.timestamp.day for candle in history.candles] == [13, 16, 17]
    assert history.candles[0].adjusted_close is None
    week = await source.history(HistoryRequest(symbol="IBM", period="5d", interval="1d"))
    assert [candle.timestamp.day for candle in week.candles] == [13, 16, 17, 18, 19]


@pytest.mark.parametrize(("period", "interval"), [("1y", "1d"), ("1mo", "1wk"), ("1d", "5m")])
async def test_what_a_free_plan_lacks_costs_no_request(
    source: AlphaVantageProvider, stub: AlphaVantageStub, period: str, interval: str
) -> None:
    request = HistoryRequest.model_validate({"symbol": "IBM", "period": period, "interval": interval})
    with pytest.raises(ProviderNotEntitledError):
        await source.history(request)
    assert stub.requests == []


async def test_fundamentals(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["OVERVIEW"] = (
        200,
        {
            "Symbol": "IBM",
            "Name": "International Business Machines",
            "Sector": "TECHNOLOGY",
            "Currency": "USD",
            "MarketCapitalization": "208000000000",
            "PERatio": "33.1",
            "TrailingPE": "33.1",
            "PEGRatio": "None",
            "Beta": "-",
            "DividendYield": "0.0295",
            "RevenueTTM": "100",
            "GrossProfitTTM": "57",
            "LatestQuarter": "2026-09-30",
        },
    )
    ibm = await source.fundamentals("IBM")
    assert (ibm.sector, ibm.market_cap, ibm.dividend_yield) == ("Technology", 208_000_000_000, 0.0295)
    assert (ibm.gross_margin, ibm.peg_ratio, ibm.beta) == (0.57, None, None)
    stub.answers["OVERVIEW"] = 200, {}
    with pytest.raises(ProviderNotFoundError):
        await source.fundamentals("NOPE")


async def test_news_have_the_sentiment_for_the_symbol(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    def item(hour: str, score: str) -> dict[str, object]:
        ticker = {"ticker": "IBM", "ticker_sentiment_score": score}
        return {
            "title": hour,
            "url": "https://example.com/" + hour,
            "time_published": f"20261119T{hour}1500",
            "source": "Wire",
            "overall_sentiment_score": 0.9,
            "ticker_sentiment": [{"ticker": "KO", "ticker_sentiment_score": "1"}, ticker],
        }

    stub.answers["NEWS_SENTIMENT"] = 200, {"feed": [item("08", "-0.2"), item("10", "0.3"), {"title": "x"}]}
    news = await source.news("IBM", 5)
    assert [(article.title, article.sentiment) for article in news.articles] == [("10", 0.3), ("08", -0.2)]


async def test_search(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    hits = [
        {"1. symbol": "IBM", "2. name": "IBM Corp", "3. type": "Equity", "8. currency": "USD"},
        {"1. symbol": "IBM.LON", "2. name": "IBM Corp", "3. type": "Equity", "8. currency": "GBX"},
    ]
    stub.answers["SYMBOL_SEARCH"] = 200, {"bestMatches": hits}
    assert [hit.symbol for hit in await source.search("ibm", 5)] == ["IBM"]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            200,
            {"Information": f"Your API key {KEY}: 25 requests per day. Subscribe to a premium plan."},
            ProviderRateLimitedError,
        ),
        (200, {"Note": "Thank you! Please consider spreading out your requests"}, ProviderRateLimitedError),
        (
            200,
            {"message": "This is a premium feature.", "Global Quote": QUOTE, "data": [QUOTE]},
            ProviderNotEntitledError,
        ),
        (200, {"Information": "This is a premium endpoint."}, ProviderNotEntitledError),
        (200, {"Error Message": f"the parameter apikey is invalid or missing: {KEY}"}, ProviderAuthError),
        (200, {"Error Message": "Invalid API call."}, ProviderNotFoundError),
        (200, {"Information": "Something else"}, ProviderBadPayloadError),
        (200, {"something": "else"}, ProviderBadPayloadError),
        (200, {"Global Quote": {"01. symbol": "IBM"}}, ProviderBadPayloadError),
        (200, [1], ProviderBadPayloadError),
        (200, "<html>", ProviderBadPayloadError),
        (200, {"Global Quote": {**QUOTE, "05. price": "NaN"}}, ProviderBadPayloadError),
        (403, "no", ProviderAuthError),
        (404, "no", ProviderRequestError),
        (429, "no", ProviderRateLimitedError),
        (503, "no", ProviderUnavailableError),
        (302, "no", ProviderUnavailableError),
    ],
)
async def test_every_error_is_told_apart_without_the_key(
    source: AlphaVantageProvider,
    stub: AlphaVantageStub,
    status: int,
    body: object,
    expected: type[ProviderError],
) -> None:
    stub.answers["GLOBAL_QUOTE"] = status, body
    try:
        outcome: object = (await source.quotes(["IBM"])).get("IBM")
    except ProviderError as error:
        outcome = error
    assert isinstance(outcome, ProviderError)
    assert type(outcome) is expected
    assert KEY not in "".join(traceback.format_exception(outcome))


async def test_a_used_up_plan_asks_for_an_hour(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["GLOBAL_QUOTE"] = 200, {"Note": "standard rate limit is 25 requests per day"}
    with pytest.raises(ProviderRateLimitedError) as caught:
        await source.quotes(["IBM"])
    assert caught.value.retry_after == 3600


async def test_nobody_there(stub: AlphaVantageStub) -> None:
    del stub
    client = AlphaVantageClient(SecretStr(KEY), "http://127.0.0.1:9", Unlimited())
    source = AlphaVantageProvider(client, lambda: NOW)
    with pytest.raises(ProviderUnavailableError):
        await source.quotes(["IBM"])
    await source.aclose()


async def test_isin_costs_no_request(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    with pytest.raises(ProviderNotCoveredError):
        await source.search("us0378331005", 5)
    assert stub.requests == []
