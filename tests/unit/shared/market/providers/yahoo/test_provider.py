"""What Yahoo's provider makes of responses that are partly malformed, or about something else."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from shared.domain.market_data import HistoryRequest, Quote
from shared.domain.statements import StatementsRequest
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotFoundError,
    ProviderUnavailableError,
)
from shared.market.providers.yahoo.errors import YahooResponseError, provider_error
from shared.market.providers.yahoo.provider import YahooProvider
from tests.support.yahoo_data import LISTINGS, chart, quote_row, summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
T = TypeVar("T")
Json = Any


class FakeClient:
    """A client with one response per endpoint; one that is an exception is raised.

    Attributes:
        responses: By the start of the path, with the symbol where there is one.
    """

    def __init__(self, responses: Mapping[str, Json]) -> None:
        self.responses = dict(responses)

    async def run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except YahooResponseError as error:
            raise provider_error(error) from error

    def get_json(self, url: str, _params: Mapping[str, object]) -> Json:
        path = url.removeprefix("https://query1.finance.yahoo.com")
        response = self.responses.get(path, YahooResponseError(404, "Not Found"))
        if isinstance(response, Exception):
            raise response
        return response

    def get_optional_json(self, _url: str, _params: Mapping[str, object]) -> Json:
        return None

    def post_json(self, _url: str, _body: Mapping[str, object]) -> Json:
        return self.responses["news"]


def yahoo(**responses: Json) -> YahooProvider:
    """A provider with these responses: ``quote`` rows, a ``chart_SYMBOL``, the modules ``summary_SYMBOL``."""
    paths: dict[str, Json] = {}
    for name, response in responses.items():
        kind, _, symbol = name.partition("_")
        symbol = {"GC": "GC=F"}.get(symbol, symbol)
        if kind == "quote":
            paths["/v7/finance/quote"] = {"quoteResponse": {"result": response}}
        elif kind == "chart":
            paths[f"/v8/finance/chart/{symbol}"] = response
        elif kind == "summary":
            paths[f"/v10/finance/quoteSummary/{symbol}"] = {"quoteSummary": {"result": [response]}}
        else:
            paths[name] = response
    provider = YahooProvider(lambda: NOW)
    provider._client = FakeClient(paths)  # type: ignore[assignment]
    provider._companies._client = provider._client
    return provider


def row(symbol: str, **fields: object) -> Json:
    return {**quote_row(LISTINGS["AAPL"], NOW), "symbol": symbol, **fields}


def chart_of(symbol: str, **meta: object) -> Json:
    one = chart(LISTINGS["AAPL"], {"range": "1d", "interval": "1d"}, NOW)
    one["chart"]["result"][0]["meta"] |= {"symbol": symbol, **meta}
    return one


MALFORMED: tuple[Json, ...] = (
    None, "text", 7, [], {}, {"symbol": None}, {"symbol": ["MSFT"]},
    {"symbol": "MSFT", "regularMarketPrice": {"raw": "x"}}, {"symbol": "MSFT", "regularMarketPrice": -3},
    {"symbol": "OTHER", "regularMarketPrice": 1.0},
)  # fmt: skip


@pytest.mark.parametrize("malformed", MALFORMED)
async def test_malformed_row_costs_one_quote_which_comes_from_its_chart(malformed: Json) -> None:
    provider = yahoo(quote=[row("AAPL"), malformed, row("KO")], chart_MSFT=chart_of("MSFT"))
    quotes = await provider.quotes(["AAPL", "MSFT", "KO"])
    assert sorted(quotes) == ["AAPL", "KO", "MSFT"]
    assert all(isinstance(quote, Quote) for quote in quotes.values())


async def test_symbol_without_a_row_is_unknown() -> None:
    assert list(await yahoo(quote=[row("AAPL")]).quotes(["AAPL", "NOPE"])) == ["AAPL"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (chart_of("OTHER"), ProviderBadPayloadError),
        (chart_of("MSFT", regularMarketPrice=None), ProviderNotCoveredError),
        (YahooResponseError(503), ProviderUnavailableError),
        ({"chart": {"result": None}}, ProviderBadPayloadError),
        ({"chart": {"result": []}}, ProviderNotCoveredError),
    ],
)
async def test_quote_that_cannot_be_had_is_an_error_of_its_symbol(
    answer: Json, error: type[Exception]
) -> None:
    provider = yahoo(quote=[row("AAPL"), row("MSFT", regularMarketPrice="x")], chart_MSFT=answer)
    quotes = await provider.quotes(["AAPL", "MSFT"])
    assert isinstance(quotes["AAPL"], Quote)
    assert type(quotes["MSFT"]) is error


async def test_response_about_other_symbols_is_no_unknown_symbol() -> None:
    quotes = await yahoo(quote=[row("OTHER")], chart_AAPL=chart_of("OTHER")).quotes(["AAPL"])
    assert isinstance(quotes["AAPL"], ProviderBadPayloadError)


async def test_chart_about_another_symbol_is_rejected() -> None:
    request = HistoryRequest(symbol="AAPL", period="1mo", interval="1d")
    with pytest.raises(ProviderBadPayloadError, match="another symbol"):
        await yahoo(chart_AAPL=chart_of("OTHER")).history(request)
    with pytest.raises(ProviderBadPayloadError, match="another symbol"):
        await yahoo(chart_AAPL=chart_of("OTHER")).actions("AAPL")


@pytest.mark.parametrize(
    "payload", [{}, {"chart": None}, {"chart": {"result": [None]}}, {"chart": {"result": "x"}}]
)
async def test_response_without_a_chart_is_a_bad_payload(payload: Json) -> None:
    request = HistoryRequest(symbol="AAPL", period="1mo", interval="1d")
    with pytest.raises(ProviderBadPayloadError):
        await yahoo(chart_AAPL=payload).history(request)


async def test_summary_about_another_symbol_is_rejected() -> None:
    other = {**summary(LISTINGS["AAPL"], NOW), "quoteType": {"symbol": "OTHER"}}
    with pytest.raises(ProviderBadPayloadError, match="another symbol"):
        await yahoo(summary_AAPL=other).fundamentals("AAPL")


async def test_summary_of_a_future_names_the_contract() -> None:
    gold = {
        "quoteType": {"symbol": "GCJ27.CMX", "underlyingSymbol": "GC=F"},
        "price": {"symbol": "GC=F", "currency": "USD", "longName": "Gold"},
    }
    assert (await yahoo(summary_GC=gold).fundamentals("GC=F")).name == "Gold"


async def test_unknown_symbol_has_no_fundamentals() -> None:
    with pytest.raises(ProviderNotFoundError):
        await yahoo(quote=[]).fundamentals("NOPE")


def entry(number: int, url: str, date: object = "2026-11-19T10:00:00Z") -> Json:
    return {"content": {"title": f"{number}", "canonicalUrl": {"url": url}, "pubDate": date}}


def stream(*entries: Json) -> Json:
    return {"data": {"tickerStream": {"stream": list(entries)}}}


async def test_news_are_unique_and_malformed_ones_are_counted() -> None:
    news = await yahoo(
        news=stream(
            entry(1, "https://example.com/1"),
            entry(2, "https://example.com/1"),
            entry(3, "https://example.com/3", "2026-11-19T11:00:00Z"),
            entry(4, "https://example.com/4", "2027-01-01T00:00:00Z"),
            entry(5, "ftp://example.com"),
            None,
            {"ad": ["x"]},
        )
    ).news("AAPL", 10)
    assert [article.title for article in news.articles] == ["3", "1", "4"]
    assert news.articles[-1].published_at is None
    assert [(remark.code, remark.detail[:6]) for remark in news.quality] == [("dropped_records", "2 of 6")]


async def test_stream_of_advertisements_is_no_news() -> None:
    assert (await yahoo(news=stream({"ad": ["x"]})).news("AAPL", 10)).articles == ()


@pytest.mark.parametrize(
    "payload",
    [{}, {"data": None}, {"data": {"tickerStream": {"stream": None}}}, stream(None, {"content": {}})],
)
async def test_news_that_cannot_be_read_are_a_bad_payload(payload: Json) -> None:
    with pytest.raises(ProviderBadPayloadError):
        await yahoo(news=payload).news("AAPL", 10)


def series(name: str, end: str, value: float) -> Json:
    cell = {"asOfDate": end, "periodType": "3M", "currencyCode": "USD", "reportedValue": {"raw": value}}
    return {"meta": {"symbol": ["AAPL"], "type": [name]}, name: [cell]}


@pytest.mark.parametrize(("statistics", "label"), [({"lastFiscalYearEnd": 1_727_481_600}, "Q1"), ({}, None)])
async def test_quarters_without_annual_figures_are_numbered_by_the_profile(
    statistics: Json, label: str | None
) -> None:
    path = "/ws/fundamentals-timeseries/v1/finance/timeseries/AAPL"
    results = [series("quarterlyTotalRevenue", "2024-12-31", 9.0)]
    provider = yahoo(
        **{path: {"timeseries": {"result": results}}}, summary_AAPL={"defaultKeyStatistics": statistics}
    )
    request = StatementsRequest(symbol="AAPL", statement="income", period="quarterly")
    assert [period.fiscal_period for period in (await provider.statements(request)).periods] == [label]
