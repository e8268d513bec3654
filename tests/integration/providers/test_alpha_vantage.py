"""Alpha Vantage's source over real HTTP, against a stand-in."""

import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

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


RATE = {
    "1. From_Currency Code": "EUR",
    "3. To_Currency Code": "USD",
    "5. Exchange Rate": "1.15830000",
    "6. Last Refreshed": "2026-11-20 15:20:01",
    "7. Time Zone": "UTC",
}
FX_ROW = {"1. open": "1.1580", "2. high": "1.1610", "3. low": "1.1570", "4. close": "1.1600"}


async def test_rate_of_two_currencies(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["CURRENCY_EXCHANGE_RATE"] = 200, {"Realtime Currency Exchange Rate": RATE}
    quote = (await source.quotes(["EURUSD=X"]))["EURUSD=X"]
    assert isinstance(quote, Quote)
    assert (quote.price, quote.currency, quote.asset_type, quote.price_decimals) == (
        1.1583,
        "USD",
        "currency",
        4,
    )
    assert (quote.as_of, quote.previous_close) == (datetime(2026, 11, 20, 15, 20, 1, tzinfo=UTC), None)
    assert (stub.requests[0]["from_currency"], stub.requests[0]["to_currency"]) == ("EUR", "USD")


@pytest.mark.parametrize(
    ("symbol", "base", "quote", "rate", "decimals"),
    [("JPY=X", "USD", "JPY", "156.21", 2), ("BTC-CNY", "BTC", "CNY", "109631.43060700", 2)],
)
async def test_pairs_in_other_spellings(
    source: AlphaVantageProvider,
    stub: AlphaVantageStub,
    symbol: str,
    base: str,
    quote: str,
    rate: str,
    decimals: int,
) -> None:
    row = {**RATE, "1. From_Currency Code": base, "3. To_Currency Code": quote, "5. Exchange Rate": rate}
    stub.answers["CURRENCY_EXCHANGE_RATE"] = 200, {"Realtime Currency Exchange Rate": row}
    found = (await source.quotes([symbol]))[symbol]
    assert isinstance(found, Quote)
    assert (found.price, found.currency, found.price_decimals) == (float(rate), quote, decimals)
    assert found.asset_type == ("currency" if symbol == "JPY=X" else "cryptocurrency")


@pytest.mark.parametrize(
    "changes",
    [
        {"1. From_Currency Code": "USD"},
        {"3. To_Currency Code": "CHF"},
        {"5. Exchange Rate": "-"},
        {"5. Exchange Rate": "0"},
    ],
)
async def test_rate_of_another_pair_or_none_is_a_bad_payload(
    source: AlphaVantageProvider, stub: AlphaVantageStub, changes: dict[str, str]
) -> None:
    stub.answers["CURRENCY_EXCHANGE_RATE"] = 200, {"Realtime Currency Exchange Rate": {**RATE, **changes}}
    with pytest.raises(ProviderBadPayloadError):
        await source.quotes(["EURUSD=X"])


async def test_time_of_a_rate_is_in_its_zone_and_not_in_the_future(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    for zone, written, expected in (
        ("US/Eastern", "2026-11-20 09:00:00", datetime(2026, 11, 20, 14, tzinfo=UTC)),
        ("UTC", "2027-11-20 09:00:00", NOW),
        ("Nowhere", "2026-11-20 09:00:00", None),
        ("UTC", "soon", None),
    ):
        row = {**RATE, "6. Last Refreshed": written, "7. Time Zone": zone}
        stub.answers["CURRENCY_EXCHANGE_RATE"] = 200, {"Realtime Currency Exchange Rate": row}
        quote = (await source.quotes(["EURUSD=X"]))["EURUSD=X"]
        assert isinstance(quote, Quote)
        assert quote.as_of == expected


async def test_history_of_a_pair_has_no_splits_to_adjust_for(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    meta = {"2. From Symbol": "EUR", "3. To Symbol": "USD"}
    days = {f"2026-11-{day}": FX_ROW for day in (20, 19, 18)}
    stub.answers["FX_DAILY"] = 200, {"Meta Data": meta, "Time Series FX (Daily)": {**days, "x": FX_ROW}}
    history = await source.history(HistoryRequest(symbol="EURUSD=X", period="1mo", interval="1d"))
    assert (history.adjustment, history.currency, history.asset_type) == ("split", "USD", "currency")
    assert [(one.timestamp.day, one.close, one.adjusted_close) for one in history.candles] == [
        (day, 1.16, 1.16) for day in (18, 19, 20)
    ]
    assert history.candles[0].volume is None
    assert ([remark.code for remark in history.quality], history.as_of) == (["dropped_records"], NOW)
    stub.answers["FX_DAILY"] = (
        200,
        {"Meta Data": {**meta, "3. To Symbol": "CHF"}, "Time Series FX (Daily)": days},
    )
    with pytest.raises(ProviderBadPayloadError):
        await source.history(HistoryRequest(symbol="EURUSD=X", period="1mo", interval="1d"))


async def test_history_of_a_cryptocurrency_costs_no_request(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    with pytest.raises(ProviderNotCoveredError):
        await source.history(HistoryRequest(symbol="BTC-USD", period="1mo", interval="1d"))
    assert stub.requests == []


@pytest.mark.parametrize("symbol", ["ABCXYZ=X", "GC=F", "BTC-ZZZ", "JPM-PC", "^GSPC"])
async def test_what_is_no_pair_costs_no_request(
    source: AlphaVantageProvider, stub: AlphaVantageStub, symbol: str
) -> None:
    assert isinstance((await source.quotes([symbol]))[symbol], ProviderNotCoveredError)
    assert stub.requests == []


async def test_fund_has_its_costs_and_holdings(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["ETF_PROFILE"] = (
        200,
        {
            "net_assets": "403000000000",
            "net_expense_ratio": "0.002",
            "portfolio_turnover": "n/a",
            "inception_date": "1999-03-10",
            "sectors": [{"sector": "HEALTHCARE", "weight": "0.045"}, {"sector": "ENERGY", "weight": "n/a"}],
            "holdings": [
                {"symbol": "n/a", "description": "CASH", "weight": "0.0009"},
                {"symbol": "PLTR", "description": "n/a", "weight": "0.0201"},
                {"symbol": "n/a", "description": "n/a", "weight": "0.5"},
            ],
        },
    )
    fund = (await source.fundamentals("QQQ")).fund
    assert fund is not None
    assert (fund.net_assets, fund.expense_ratio, fund.turnover) == (403_000_000_000, 0.002, None)
    assert [(one.symbol, one.name, one.weight) for one in fund.holdings] == [
        ("PLTR", None, 0.0201),
        (None, "CASH", 0.0009),
    ]
    assert [(one.sector, one.weight) for one in fund.sectors] == [("Healthcare", 0.045)]


async def test_fund_has_its_yield(source: AlphaVantageProvider, stub: AlphaVantageStub) -> None:
    stub.answers["ETF_PROFILE"] = (
        200,
        {"net_assets": "403000000000", "dividend_yield": "0.0044", "holdings": []},
    )
    fund = await source.fundamentals("QQQ")
    assert (fund.dividend_yield, fund.currency, fund.market_cap) == (0.0044, "USD", None)
    stub.answers["ETF_PROFILE"] = 200, {"dividend_yield": "n/a"}
    assert (await source.fundamentals("QQQ")).dividend_yield is None
    stub.answers["ETF_PROFILE"] = 200, {"something": "else"}
    with pytest.raises(ProviderBadPayloadError):
        await source.fundamentals("QQQ")
    stub.answers["ETF_PROFILE"] = 200, {}
    with pytest.raises(ProviderNotFoundError):
        await source.fundamentals("QQQ")


async def test_placeholders_of_a_quote_are_unknown(
    source: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    row = {**QUOTE, "08. previous close": "0.0000", "02. open": "0", "03. high": "1", "04. low": "2"}
    stub.answers["GLOBAL_QUOTE"] = 200, {"Global Quote": row}
    quote = (await source.quotes(["IBM"]))["IBM"]
    assert isinstance(quote, Quote)
    assert (quote.previous_close, quote.change, quote.change_percent, quote.open) == (None,) * 4
    assert (quote.day_high, quote.day_low) == (None, None)


BARS = {
    "2026-11-20 09:30:00": ROW,
    "2026-11-20 10:25:00": ROW,
    "2026-11-20 11:00:00": ROW,
    "2026-11-19 15:55:00": ROW,
    "soon": ROW,
}
INTRADAY = {"Meta Data": {"2. Symbol": "IBM", "6. Time Zone": "US/Eastern"}, "Time Series (5min)": BARS}


@pytest.fixture
async def paid(stub: AlphaVantageStub) -> AsyncIterator[AlphaVantageProvider]:
    client = AlphaVantageClient(SecretStr(KEY), stub.url, Unlimited())
    provider = AlphaVantageProvider(client, lambda: NOW, is_paid=True)
    yield provider
    await provider.aclose()


async def test_paid_plan_has_bars_shorter_than_a_day(
    paid: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    stub.answers["TIME_SERIES_INTRADAY"] = 200, INTRADAY
    history = await paid.history(HistoryRequest(symbol="IBM", period="5d", interval="5m"))
    # The bar of 11:00 lies ahead: it is 10:30 in New York.
    assert [one.timestamp for one in history.candles] == [
        datetime(2026, 11, 19, 20, 55, tzinfo=UTC),
        datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 15, 25, tzinfo=UTC),
    ]
    assert (history.adjustment, history.as_of) == ("none", NOW)
    assert [remark.code for remark in history.quality] == ["dropped_records"]
    asked = stub.requests[0]
    assert (asked["interval"], asked["adjusted"], asked["extended_hours"]) == ("5min", "false", "false")
    today = await paid.history(HistoryRequest(symbol="IBM", period="1d", interval="5m"))
    assert [one.timestamp.day for one in today.candles] == [20, 20]
    dated = HistoryRequest(
        symbol="IBM",
        period=None,
        interval="5m",
        start=datetime(2026, 11, 19, tzinfo=UTC),
        end=datetime(2026, 11, 20, tzinfo=UTC),
    )
    assert [one.timestamp.day for one in (await paid.history(dated)).candles] == [19]


async def test_paid_plan_that_lacks_them_is_not_entitled(
    paid: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    stub.answers["TIME_SERIES_INTRADAY"] = 200, {"Information": "This is a premium endpoint."}
    with pytest.raises(ProviderNotEntitledError):
        await paid.history(HistoryRequest(symbol="IBM", period="5d", interval="1h"))
    # Bars of a currency pair, of a week, and of two months are not requested.
    for symbol, period, interval in (("EURUSD=X", "5d", "5m"), ("IBM", "5d", "1wk"), ("IBM", "3mo", "60m")):
        request = HistoryRequest.model_validate({"symbol": symbol, "period": period, "interval": interval})
        with pytest.raises(ProviderNotEntitledError):
            await paid.history(request)
    assert len(stub.requests) == 1


async def test_bars_of_another_symbol_are_a_bad_payload(
    paid: AlphaVantageProvider, stub: AlphaVantageStub
) -> None:
    stub.answers["TIME_SERIES_INTRADAY"] = 200, {**INTRADAY, "Meta Data": {"2. Symbol": "MSFT"}}
    with pytest.raises(ProviderBadPayloadError):
        await paid.history(HistoryRequest(symbol="IBM", period="5d", interval="5m"))
