"""Yahoo's source with the real yfinance, against a stand-in for Yahoo."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.domain.market_data import HistoryRequest, Quote
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.market.providers.yahoo.provider import YahooProvider
from tests.support.durations import Stopwatch
from tests.support.yahoo_data import LISTINGS
from tests.support.yahoo_stub import Fault, YahooStub

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DEADLINE = 2.5


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """So that the import takes no time of the first test's deadline."""
    importlib.import_module("yfinance")


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[YahooStub]:
    with YahooStub(tmp_path, lambda: NOW) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
async def yahoo(stub: YahooStub) -> AsyncIterator[YahooProvider]:
    del stub  # It must be there before, and go after.
    provider = YahooProvider(lambda: NOW, deadline=DEADLINE)
    yield provider
    await provider.aclose()


def a_month(symbol: str) -> HistoryRequest:
    return HistoryRequest(symbol=symbol, period="1mo", interval="1d")


Question = Callable[[YahooProvider], Awaitable[object]]
QUESTIONS: dict[str, Question] = {
    "quote": lambda yahoo: yahoo.quotes(["AAPL"]),
    "chart": lambda yahoo: yahoo.history(a_month("AAPL")),
    "summary": lambda yahoo: yahoo.fundamentals("AAPL"),
    "news": lambda yahoo: yahoo.news("AAPL", 3),
    "search": lambda yahoo: yahoo.search("apple", 3),
}


async def test_many_quotes_are_one_request(yahoo: YahooProvider, stub: YahooStub) -> None:
    unknown = [f"NOPE{number}" for number in range(40)]
    quotes = await yahoo.quotes([*LISTINGS, *unknown])
    assert set(quotes) == set(LISTINGS)
    assert [request.endpoint for request in stub.requests] == ["cookie", "crumb", "quote"]
    apple = quotes["AAPL"]
    assert isinstance(apple, Quote)
    assert (apple.source, apple.price, apple.currency, apple.exchange) == ("yahoo", 235, "USD", "NasdaqGS")
    assert apple.change_percent == pytest.approx(2.0408, abs=1e-4)
    assert (apple.as_of, apple.market_state, apple.asset_type) == (NOW, "regular", "equity")
    await yahoo.quotes(["MSFT"])
    assert stub.count("crumb") == 1


async def test_prices_in_pence_become_pounds(yahoo: YahooProvider) -> None:
    quote = (await yahoo.quotes(["VOD.L"]))["VOD.L"]
    assert isinstance(quote, Quote)
    assert (quote.price, quote.currency) == (0.715, "GBP")
    history = await yahoo.history(a_month("VOD.L"))
    assert history.currency == "GBP"
    assert history.candles[-1].close == pytest.approx(0.715, rel=0.01)
    fundamentals = await yahoo.fundamentals("VOD.L")
    assert fundamentals.target_mean_price == pytest.approx(0.7865)
    assert fundamentals.total_cash == 65_171_000_000


async def test_history_has_no_gaps_filled_and_keeps_its_dates(yahoo: YahooProvider) -> None:
    history = await yahoo.history(a_month("7203.T"))
    assert 15 < len(history.candles) < 23
    assert all(candle.timestamp.hour == 0 for candle in history.candles)
    assert all(candle.timestamp.weekday() < 5 for candle in history.candles)
    last = history.candles[-1]
    assert last.timestamp == datetime(2026, 11, 20, tzinfo=UTC)
    assert last.adjusted_close == pytest.approx(last.close * 0.995)
    assert (history.as_of, history.period, history.interval) == (NOW, "1mo", "1d")


async def test_history_by_dates_includes_both_days(yahoo: YahooProvider) -> None:
    start = datetime(2026, 11, 9, tzinfo=UTC)
    request = HistoryRequest(
        symbol="AAPL", period=None, interval="1d", start=start, end=start + timedelta(days=4)
    )
    days = [candle.timestamp.day for candle in (await yahoo.history(request)).candles]
    assert days == [9, 10, 11, 12]


async def test_intraday_history_is_in_utc(yahoo: YahooProvider) -> None:
    request = HistoryRequest(symbol="AAPL", period="1d", interval="5m")
    candles = (await yahoo.history(request)).candles
    assert candles[0].timestamp == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert len(candles) == 11


async def test_minutes_of_a_month_come_in_charts_of_seven_days(yahoo: YahooProvider, stub: YahooStub) -> None:
    request = HistoryRequest(symbol="AAPL", period=None, interval="1m", start=NOW - timedelta(days=30))
    history = await yahoo.history(request)
    spans = [
        int(chart.params["period2"]) - int(chart.params["period1"])
        for chart in stub.requests
        if chart.endpoint == "chart" and chart.params.get("interval") == "1m"
    ]
    assert len(spans) == 5
    assert max(spans) <= 7 * 86_400
    assert sum(spans) == pytest.approx(30 * 86_400, abs=3600)
    assert history.currency == "USD"
    assert len(history.candles) == len({candle.timestamp for candle in history.candles}) > 0


async def test_days_without_a_session_are_an_empty_history(yahoo: YahooProvider) -> None:
    saturday = datetime(2026, 11, 14, tzinfo=UTC)
    request = HistoryRequest(
        symbol="AAPL", period=None, interval="1d", start=saturday, end=saturday + timedelta(days=2)
    )
    assert (await yahoo.history(request)).candles == ()


async def test_fundamentals(yahoo: YahooProvider, stub: YahooStub) -> None:
    apple = await yahoo.fundamentals("AAPL")
    assert stub.count("summary") == 1
    assert (apple.name, apple.sector, apple.employees) == ("Apple Inc.", "Technology", 164_000)
    assert (apple.dividend_yield, apple.debt_to_equity, apple.beta) == (0.0044, 2.0906, 1.24)
    assert apple.forward_pe is None
    assert apple.peg_ratio == 1.9
    assert (apple.analyst_rating, apple.market_cap) == ("buy", 3_548_500_000_000)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SERVER_ERROR, Fault.HTML, Fault.EMPTY, Fault.DROP])
async def test_fundamentals_do_not_wait_for_the_peg_ratio(
    yahoo: YahooProvider, stub: YahooStub, fault: Fault
) -> None:
    stub.faults["timeseries"] = fault
    apple = await yahoo.fundamentals("AAPL")
    assert (apple.name, apple.peg_ratio) == ("Apple Inc.", None)


async def test_what_is_no_company_has_the_fundamentals_of_its_quote(yahoo: YahooProvider) -> None:
    fund = await yahoo.fundamentals("SPY")
    assert (fund.name, fund.currency, fund.sector) == ("SPDR S&P 500", "USD", None)


async def test_news_are_newest_first_without_advertisements(yahoo: YahooProvider) -> None:
    news = await yahoo.news("AAPL", 3)
    assert [article.title for article in news.articles] == [f"AAPL headline {i}" for i in (2, 1, 0)]
    assert news.as_of == news.articles[0].published_at == NOW - timedelta(hours=1)
    assert (await yahoo.news("NOPE", 3)).articles == ()


async def test_search_gives_symbols_only(yahoo: YahooProvider) -> None:
    found = await yahoo.search("a", 4)
    assert len(found) == 4
    assert found[0].symbol == "AAPL"
    assert (found[0].currency, found[0].exchange) == ("USD", "NasdaqGS")


async def test_search_by_isin_is_in_capitals(yahoo: YahooProvider, stub: YahooStub) -> None:
    await yahoo.search("us0378331005", 4)
    assert [request.params["q"] for request in stub.requests if request.endpoint == "search"] == [
        "US0378331005"
    ]


async def test_hits_in_pence_are_in_pounds_and_one_request_tells(
    yahoo: YahooProvider, stub: YahooStub
) -> None:
    (hit,) = await yahoo.search("vodafone", 4)
    assert (hit.currency, hit.exchange) == ("GBP", "LSE")
    assert stub.count("quote") == 1


async def test_search_does_not_need_the_currencies(yahoo: YahooProvider, stub: YahooStub) -> None:
    stub.faults["quote"] = Fault.SERVER_ERROR
    (hit,) = await yahoo.search("vodafone", 4)
    assert (hit.symbol, hit.currency) == ("VOD.L", None)


async def test_unknown_symbols(yahoo: YahooProvider) -> None:
    assert await yahoo.quotes(["NOPE"]) == {}
    with pytest.raises(ProviderNotFoundError):
        await yahoo.history(a_month("NOPE"))
    with pytest.raises(ProviderNotFoundError):
        await yahoo.fundamentals("NOPE")


async def test_unknown_symbol_costs_no_new_crumb(yahoo: YahooProvider, stub: YahooStub) -> None:
    for symbol in ("AAPL", "NOPE", "MSFT"):
        try:
            await yahoo.fundamentals(symbol)
        except ProviderNotFoundError:
            assert symbol == "NOPE"
    assert (stub.count("cookie"), stub.count("crumb")) == (1, 1)


async def test_what_looks_like_an_isin_starts_no_search(yahoo: YahooProvider, stub: YahooStub) -> None:
    with pytest.raises(ProviderNotFoundError):
        await yahoo.history(a_month("US0378331005"))
    assert stub.count("search") == 0


@pytest.mark.parametrize("endpoint", QUESTIONS)
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.RATE_LIMIT, ProviderRateLimitedError),
        (Fault.UNAUTHORIZED, ProviderUnavailableError),
        (Fault.SERVER_ERROR, ProviderUnavailableError),
        (Fault.MAINTENANCE, ProviderUnavailableError),
        (Fault.HTML, ProviderBadPayloadError),
        (Fault.EMPTY, ProviderBadPayloadError),
        (Fault.GARBAGE, ProviderBadPayloadError),
        (Fault.DROP, ProviderUnavailableError),
        (Fault.HANG, ProviderTimeoutError),
    ],
)
async def test_every_fault_is_told_within_the_deadline_and_healed(
    yahoo: YahooProvider,
    stub: YahooStub,
    endpoint: str,
    fault: Fault,
    expected: type[ProviderError],
) -> None:
    stub.faults[endpoint] = fault
    if endpoint == "quote":
        stub.faults["chart"] = fault  # Quotes fall back on charts.
    with Stopwatch() as watch, pytest.raises(ProviderError) as caught:
        await QUESTIONS[endpoint](yahoo)
    assert watch.seconds < DEADLINE + 1.5
    assert type(caught.value) is expected
    stub.faults.clear()
    await QUESTIONS[endpoint](yahoo)


async def test_a_proxys_404_is_not_an_unknown_symbol(yahoo: YahooProvider, stub: YahooStub) -> None:
    stub.faults["chart"] = Fault.STRANGE_404
    with pytest.raises(ProviderUnavailableError):
        await yahoo.history(a_month("AAPL"))


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMIT, Fault.UNAUTHORIZED, Fault.SERVER_ERROR, Fault.HTML, Fault.EMPTY, Fault.DROP]
)
async def test_without_a_crumb_there_are_charts_and_it_heals(
    yahoo: YahooProvider, stub: YahooStub, fault: Fault
) -> None:
    stub.faults["crumb"] = fault
    quote = (await yahoo.quotes(["AAPL", "NOPE"]))["AAPL"]
    assert isinstance(quote, Quote)
    assert (quote.price, quote.previous_close) == (235, 235 * 0.98)
    assert (await yahoo.history(a_month("AAPL"))).candles
    with pytest.raises((ProviderUnavailableError, ProviderRateLimitedError)):
        await yahoo.quotes(list(LISTINGS))
    stub.faults.clear()
    assert len(await yahoo.quotes(list(LISTINGS))) == len(LISTINGS)


@pytest.mark.parametrize("endpoint", ["cookie", "crumb"])
async def test_history_does_not_wait_for_a_crumb_that_hangs(
    yahoo: YahooProvider, stub: YahooStub, endpoint: str
) -> None:
    stub.faults[endpoint] = Fault.HANG
    assert (await yahoo.history(a_month("AAPL"))).candles


async def test_a_crumb_that_is_no_longer_accepted_is_fetched_anew(
    yahoo: YahooProvider, stub: YahooStub
) -> None:
    await yahoo.quotes(["AAPL"])
    stub.crumb = "another"
    assert len(await yahoo.quotes(list(LISTINGS))) == len(LISTINGS)


async def test_a_429_names_the_cooldown_that_yahoo_asked_for(yahoo: YahooProvider, stub: YahooStub) -> None:
    stub.faults["news"] = Fault.RATE_LIMIT
    with pytest.raises(ProviderRateLimitedError) as raised:
        await yahoo.news("AAPL", 3)
    assert raised.value.retry_after == 120


async def test_calls_at_once_share_the_session(yahoo: YahooProvider, stub: YahooStub) -> None:
    histories = await asyncio.gather(*(yahoo.history(a_month(symbol)) for symbol in LISTINGS))
    assert [history.symbol for history in histories] == list(LISTINGS)
    assert stub.count("crumb") == 1


# Data on companies


async def test_profile_earnings_and_holders(yahoo: YahooProvider) -> None:
    profile, earnings = await yahoo.profile("VOD.L"), await yahoo.earnings("VOD.L")
    holders = await yahoo.holders("VOD.L")
    assert (profile.industry, profile.employees) == ("Consumer Electronics", 164_000)
    # The value per share is in pence there.
    assert (earnings.currency, earnings.history[0].eps_actual) == ("GBP", 0.014)
    assert earnings.next is not None
    assert (str(earnings.next.date), str(earnings.next.date_end)) == ("2027-01-19", "2027-01-23")
    assert (holders.institutions[0].name, holders.institutions[0].percent_held) == ("Stub Fund", 9.29)


async def test_peers_come_from_the_screener(yahoo: YahooProvider, stub: YahooStub) -> None:
    peers = await yahoo.peers("AAPL")
    assert (peers.industry, peers.sic, peers.reason) == ("Consumer Electronics", None, None)
    assert {"MSFT", "GOOGL", "NVDA", "BRK-B"} <= {peer.symbol for peer in peers.peers}
    assert "AAPL" not in {peer.symbol for peer in peers.peers}
    assert stub.count("screener") == 1


@pytest.mark.parametrize("kind", ["profile", "earnings", "peers", "holders"])
@pytest.mark.parametrize("symbol", ["NOPE", "SPY", "^GSPC", "EURUSD=X"])
async def test_what_is_no_company_has_no_data_on_one(yahoo: YahooProvider, kind: str, symbol: str) -> None:
    with pytest.raises(ProviderNotCoveredError):
        await getattr(yahoo, kind)(symbol)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.RATE_LIMIT, ProviderRateLimitedError),
        (Fault.SERVER_ERROR, ProviderUnavailableError),
        (Fault.MAINTENANCE, ProviderUnavailableError),
        (Fault.EMPTY, ProviderBadPayloadError),
        (Fault.GARBAGE, ProviderBadPayloadError),
        (Fault.STRANGE_404, ProviderUnavailableError),
    ],
)
@pytest.mark.parametrize("endpoint", ["summary", "screener"])
async def test_fault_while_peers_are_read(
    yahoo: YahooProvider, stub: YahooStub, endpoint: str, fault: Fault, expected: type[ProviderError]
) -> None:
    stub.faults[endpoint] = fault
    with pytest.raises(expected):
        await yahoo.peers("AAPL")
