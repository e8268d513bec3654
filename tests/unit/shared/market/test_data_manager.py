"""Market data from the cache or the sources: right, fresh, and there when upstream is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.cache_entry import CacheKey
from shared.cache.redis_cache import RedisCache
from shared.domain.company import Filing, Filings
from shared.domain.currency_rates import ReferenceRates
from shared.domain.market_data import Fundamentals, HistoryRequest, News, ReportedTotals
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.request_errors import InvalidSymbolError, SymbolNotFoundError
from shared.errors.service_errors import UpstreamTimeoutError, UpstreamUnavailableError
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import MOMENT, FakeSource, market_settings
from tests.support.redis_parts import make_cache

MONTH = HistoryRequest(symbol="AAPL", period="1mo", interval="1d")
DOWN = ProviderUnavailableError("yahoo", "down")


@pytest.fixture
def yahoo() -> FakeSource:
    return FakeSource("yahoo", {"AAPL": 250.0, "MSFT": 500.0, "VOD.L": 1.0})


@pytest.fixture
async def cache(clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    yield cache
    await cache.aclose()


@pytest.fixture
def market(yahoo: FakeSource, cache: RedisCache, clock: FrozenClock) -> DataManager:
    return DataManager([yahoo], cache, market_settings("yahoo"), clock)


def asked(source: FakeSource, method: str) -> list[tuple[str, ...]]:
    return [symbols for name, symbols in source.asked if name == method]


# Quotes


async def test_quote_is_asked_for_once_while_it_is_fresh(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    first = await market.quote(" aapl ")
    clock.advance(59)
    again = await market.quote("AAPL")
    assert (first.entry.outcome, again.entry.outcome) == ("miss", "hit")
    assert again.body == first.body
    assert (again.value.price, again.source) == (250.0, "yahoo")
    clock.advance(2)
    assert (await market.quote("AAPL")).entry.outcome == "miss"
    assert len(yahoo.asked) == 2


async def test_refresh_asks_though_the_answer_is_fresh(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    await market.quote("AAPL")
    yahoo.prices["AAPL"] = 251.0
    clock.advance(1)
    assert (await market.quote("AAPL", refresh=True)).value.price == 251.0
    assert (await market.quote("AAPL")).value.price == 251.0


async def test_large_volumes_survive(market: DataManager) -> None:
    assert json.loads((await market.quote("AAPL")).body)["volume"] == 5_000_000_000


async def test_kept_quote_goes_out_marked_stale_when_upstream_is_down(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    fresh = await market.quote("AAPL")
    yahoo.fails = DOWN
    clock.advance(300)
    stale = await market.quote("AAPL")
    assert stale.value.stale is True
    assert "yahoo: down" in (stale.value.fallback_reason or "")
    assert stale.value.price == fresh.value.price
    assert (stale.value.source, stale.value.fetched_at) == ("yahoo", fresh.value.fetched_at)
    assert stale.entry.etag != fresh.entry.etag
    assert stale.entry.max_age(clock()) == 0
    asked = len(yahoo.asked)
    again = await market.quote("AAPL")
    assert (again.value.stale, again.value.fallback_reason) == (True, stale.value.fallback_reason)
    assert len(yahoo.asked) == asked  # not again within seconds


async def test_nothing_kept_and_upstream_down_is_unavailable(market: DataManager, yahoo: FakeSource) -> None:
    yahoo.fails = DOWN
    with pytest.raises(UpstreamUnavailableError) as caught:
        await market.quote("AAPL")
    assert caught.value.retry_after is not None


async def test_unknown_symbol_is_remembered_for_a_minute(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    for _ in range(2):
        with pytest.raises(SymbolNotFoundError):
            await market.quote("NOPE")
    assert len(yahoo.asked) == 1
    yahoo.prices["NOPE"] = 1.0
    clock.advance(61)
    assert (await market.quote("NOPE")).value.price == 1.0


async def test_symbol_that_cannot_be_one_reaches_no_source(market: DataManager, yahoo: FakeSource) -> None:
    for bad in ("AAPL?x=1", "../../etc", "A B", "", "A" * 22, "AAPL\r\nX: y"):
        with pytest.raises(InvalidSymbolError):
            await market.quote(bad)
        with pytest.raises(InvalidSymbolError):
            await market.quotes(["AAPL", bad])
    assert yahoo.asked == []


async def test_many_who_ask_at_once_cost_one_request(market: DataManager, yahoo: FakeSource) -> None:
    answers = await asyncio.gather(*(market.quote("AAPL") for _ in range(100)))
    assert len(yahoo.asked) == 1
    assert len({answer.body for answer in answers}) == 1


# Many quotes


async def test_missing_quotes_cost_one_request_and_come_in_the_order_asked(
    market: DataManager, yahoo: FakeSource
) -> None:
    await market.quote("MSFT")
    result = await market.quotes(["VOD.L", "MSFT", "NOPE", "aapl", "VOD.L"])
    assert [answer.value.symbol for answer in result.answers] == ["VOD.L", "MSFT", "AAPL"]
    assert isinstance(result.errors["NOPE"], SymbolNotFoundError)
    assert asked(yahoo, "quotes") == [("MSFT",), ("VOD.L", "NOPE", "AAPL")]


async def test_batch_serves_what_is_kept_and_says_what_is_not(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    await market.quote("AAPL")
    yahoo.fails = DOWN
    clock.advance(300)
    result = await market.quotes(["AAPL", "MSFT"])
    assert [(answer.value.symbol, answer.value.stale) for answer in result.answers] == [("AAPL", True)]
    assert "yahoo: down" in (result.answers[0].value.fallback_reason or "")
    assert isinstance(result.errors["MSFT"], UpstreamUnavailableError)


# Sample data


@pytest.fixture
def with_sample(yahoo: FakeSource, cache: RedisCache, clock: FrozenClock) -> DataManager:
    sample = FakeSource("sample", {"AAPL": 1.0})
    return DataManager([yahoo, sample], cache, market_settings("yahoo", "sample"), clock)


async def test_sample_data_is_never_silent(with_sample: DataManager, yahoo: FakeSource) -> None:
    yahoo.fails = DOWN
    answer = await with_sample.quote("AAPL")
    assert (answer.value.source, answer.value.fallback_reason) == ("sample", "yahoo: down")


async def test_symbol_the_sample_source_lacks_is_not_found_while_upstream_is_down(
    with_sample: DataManager, yahoo: FakeSource
) -> None:
    yahoo.fails = DOWN
    with pytest.raises(SymbolNotFoundError, match="yahoo: down"):
        await with_sample.quote("PLTR")
    result = await with_sample.quotes(["PLTR"])
    assert isinstance(result.errors["PLTR"], SymbolNotFoundError)


async def test_kept_answer_is_better_than_what_the_sample_source_does_not_know(
    with_sample: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    await with_sample.quote("MSFT")
    yahoo.fails = DOWN
    clock.advance(300)
    assert (await with_sample.quote("MSFT")).value.stale is True


async def test_made_up_answers_make_room_for_real_ones_soon(
    with_sample: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    yahoo.fails = DOWN
    made_up = await with_sample.fundamentals("AAPL")
    assert (made_up.value.source, made_up.entry.max_age(clock())) == ("sample", 60)
    assert [info.symbol for info in await with_sample.search("aapl")] == ["AAPL"]
    yahoo.fails = None
    assert (await with_sample.fundamentals("AAPL")).value.source == "sample"
    clock.advance(61)
    real = await with_sample.fundamentals("AAPL")
    assert (real.value.source, real.entry.max_age(clock())) == ("yahoo", 86_400)
    asked_before = len(yahoo.asked)
    await with_sample.search("aapl")
    assert len(yahoo.asked) == asked_before + 1


async def test_sample_data_is_replaced_soon_although_its_caller_was_cancelled(
    with_sample: DataManager, yahoo: FakeSource, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def fail_later(*_: str) -> None:
        began.set()
        await goes_on.wait()
        raise DOWN

    monkeypatch.setattr(yahoo, "answering", fail_later)
    caller = asyncio.create_task(with_sample.fundamentals("AAPL"))
    await began.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    goes_on.set()
    made_up = await with_sample.fundamentals("AAPL")
    assert (made_up.value.source, made_up.entry.max_age(clock())) == ("sample", 60)
    monkeypatch.undo()
    assert (await with_sample.fundamentals("AAPL")).value.source == "sample"
    clock.advance(61)
    assert (await with_sample.fundamentals("AAPL")).value.source == "yahoo"


async def test_made_up_answers_are_kept_as_long_as_others_when_no_real_source_is_wanted(
    cache: RedisCache, clock: FrozenClock
) -> None:
    sample = FakeSource("sample", {"AAPL": 1.0})
    alone = DataManager([sample], cache, market_settings("alpha_vantage", "sample", api_key=None), clock)
    answer = await alone.fundamentals("AAPL")
    assert answer.value.fallback_reason == "alpha_vantage: no credentials"
    assert answer.entry.max_age(clock()) == 86_400


# Histories


async def test_daily_history_is_fresh_for_an_hour_and_minutes_for_one(
    market: DataManager, clock: FrozenClock
) -> None:
    assert (await market.history(MONTH)).entry.max_age(clock()) == 3600
    minutes = HistoryRequest(symbol="AAPL", period="1d", interval="1m")
    assert (await market.history(minutes)).entry.max_age(clock()) == 60


async def test_histories_are_told_apart(market: DataManager, yahoo: FakeSource, clock: FrozenClock) -> None:
    start = clock().replace(hour=0, minute=0)
    requests = [
        MONTH,
        MONTH.model_copy(update={"period": "3mo"}),
        MONTH.model_copy(update={"interval": "1wk"}),
        MONTH.model_copy(update={"period": None, "start": start.replace(day=1), "end": start}),
        MONTH.model_copy(update={"period": None, "start": start.replace(day=2), "end": start}),
        MONTH.model_copy(update={"symbol": "MSFT"}),
    ]
    bodies = [(await market.history(request)).body for request in (*requests, *requests)]
    assert len(set(bodies)) == len(requests)
    # One fetch per symbol and interval serves every span.
    assert len(yahoo.asked) == 3


async def test_warming_a_history_keeps_the_usual_one_too(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    year, _ = await market.warm_history("AAPL")
    month = await market.history(MONTH)
    assert len(yahoo.asked) == 1
    assert (year.value.period, month.value.period) == ("1y", "1mo")
    assert month.value.candles == tuple(
        candle
        for candle in year.value.candles
        if candle.timestamp >= clock().replace(month=10, hour=0, minute=0)
    )
    assert 0 < len(month.value.candles) < len(year.value.candles)


# Technical figures


async def test_technicals_are_computed_from_the_kept_history(market: DataManager, yahoo: FakeSource) -> None:
    figures = (await market.technicals("AAPL", "1y")).value
    with_series = (await market.technicals("AAPL", "1y", series=True)).value
    assert (figures.candle_count, figures.close, figures.source) == (40, 289.0, "yahoo")
    assert figures.series is None
    assert with_series.series is not None
    assert asked(yahoo, "history") == [("AAPL",)]


async def test_technicals_have_the_age_of_their_history(market: DataManager, clock: FrozenClock) -> None:
    await market.history(MONTH)
    clock.advance(3000)
    answer = await market.technicals("AAPL", "1y")
    assert (answer.entry.age(clock()), answer.entry.max_age(clock())) == (3000, 600)
    assert answer.value.fetched_at == MOMENT


async def test_figures_of_a_stale_history_are_stale_and_not_kept(
    market: DataManager, yahoo: FakeSource, cache: RedisCache, clock: FrozenClock
) -> None:
    await market.history(HistoryRequest(symbol="AAPL", period="1y", interval="1d"))
    yahoo.fails = DOWN
    clock.advance(7200)
    answer = await market.technicals("AAPL", "1y")
    assert answer.value.stale is True
    assert answer.entry.max_age(clock()) == 0
    assert await cache.get(CacheKey("technical_data", "technicals", "AAPL", "1y")) is None


async def test_kept_figures_go_out_stale_when_there_is_no_history(
    market: DataManager, yahoo: FakeSource, clock: FrozenClock
) -> None:
    await market.technicals("AAPL", "1y")
    yahoo.fails = DOWN
    clock.advance(7200)
    assert (await market.technicals("AAPL", "1y")).value.stale is True
    with pytest.raises(UpstreamUnavailableError):
        await market.technicals("MSFT", "1y")


# Fundamentals, news, search


async def test_fundamentals_come_with_their_provenance(market: DataManager) -> None:
    figures = (await market.fundamentals("AAPL")).value
    assert (figures.trailing_pe, figures.source, figures.stale) == (25.0, "yahoo", False)
    with pytest.raises(SymbolNotFoundError):
        await market.fundamentals("NOPE")


@pytest.mark.parametrize(
    ("period_end", "source", "codes"),
    [
        (date(2026, 6, 30), "sec_edgar", ["stale_component"]),
        (date(2026, 6, 30), "sample", []),
        (date(2026, 9, 30), "sec_edgar", []),
        (None, "sec_edgar", []),
    ],
)
async def test_filing_that_the_figures_lack_is_remarked(
    yahoo: FakeSource,
    cache: RedisCache,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    period_end: date | None,
    source: str,
    codes: list[str],
) -> None:
    yahoo_figures = yahoo.fundamentals

    async def figures(symbol: str) -> Fundamentals:
        return (await yahoo_figures(symbol)).model_copy(update={"period_end": period_end})

    async def filings(symbol: str, form: str | None, _limit: int) -> Filings:
        newest = Filing(
            form="10-Q",
            filed=date(2026, 10, 30),
            period_end=date(2026, 9, 26),
            accession="0000320193-26-000001",
            url="https://www.sec.gov/1",
            title="Quarterly report",
        )
        return Filings(
            source=source, as_of=None, fetched_at=MOMENT, symbol=symbol, form=form, filings=(newest,)
        )

    monkeypatch.setattr(yahoo, "_kinds", frozenset({*yahoo.kinds, "filings"}))
    monkeypatch.setattr(yahoo, "fundamentals", figures)
    monkeypatch.setattr(yahoo, "filings", filings, raising=False)
    market = DataManager([yahoo], cache, market_settings("yahoo"), clock)
    answer = (await market.fundamentals("AAPL")).value
    assert [remark.code for remark in answer.quality] == codes


async def test_news_of_every_limit_are_cut_from_one_answer(market: DataManager, yahoo: FakeSource) -> None:
    few, many = await market.news("AAPL", 3), await market.news("AAPL", 15)
    assert [len(answer.value.articles) for answer in (few, many)] == [3, 15]
    assert few.entry.etag != many.entry.etag
    assert (await market.news("AAPL", 3)).entry.etag == few.entry.etag
    assert len(yahoo.asked) == 1


async def test_no_news_of_a_symbol_that_does_not_exist_is_not_found(
    market: DataManager, yahoo: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_news(symbol: str, _limit: int) -> News:
        return News(source="yahoo", as_of=None, fetched_at=MOMENT, symbol=symbol, articles=())

    monkeypatch.setattr(yahoo, "news", no_news)
    assert (await market.news("AAPL")).value.articles == ()
    with pytest.raises(SymbolNotFoundError):
        await market.news("ZZZZ")


async def test_search_is_kept_whatever_its_spelling(market: DataManager, yahoo: FakeSource) -> None:
    assert [info.symbol for info in await market.search("  AaP ")] == ["AAPL"]
    assert [info.symbol for info in await market.search("aap", 1)] == ["AAPL"]
    assert await market.search("zz") == []
    assert asked(yahoo, "search") == [("aap",), ("zz",)]


async def test_status_and_close_reach_the_sources(market: DataManager, yahoo: FakeSource) -> None:
    assert (await market.status()).detail == "yahoo: ok"
    await market.aclose()
    assert yahoo.closed


@pytest.mark.parametrize(
    ("rates", "source", "revenue"),
    [
        ({"USD": 1.0, "CNY": 8.0}, "yahoo", 125),
        ({"USD": 1.0}, "yahoo", None),
        # Made-up rates convert no real amount.
        ({"USD": 1.0, "CNY": 8.0}, "sample", None),
    ],
)
async def test_statements_in_another_currency_are_converted_at_the_rate_of_the_day(
    market: DataManager,
    yahoo: FakeSource,
    monkeypatch: pytest.MonkeyPatch,
    rates: dict[str, float],
    source: str,
    revenue: int | None,
) -> None:
    usual = yahoo.fundamentals
    totals = ReportedTotals(currency="CNY", revenue=1_000, withheld=("revenue", "price_to_book"))

    async def fundamentals(symbol: str) -> Fundamentals:
        return (await usual(symbol)).model_copy(
            update={"reported": totals, "currency": "USD", "revenue": None}
        )

    async def exchange_rates(_first: date, last: date) -> ReferenceRates:
        return ReferenceRates(source=source, as_of=None, fetched_at=MOMENT, rates={last: rates})

    monkeypatch.setattr(yahoo, "_kinds", frozenset({*yahoo.kinds, "exchange_rates"}))
    monkeypatch.setattr(yahoo, "fundamentals", fundamentals)
    monkeypatch.setattr(yahoo, "exchange_rates", exchange_rates)
    answer = await market.fundamentals("AAPL")
    assert answer.value.revenue == revenue
    assert "reported" not in json.loads(answer.body)


async def test_fundamentals_of_many_are_read_at_once_and_kept_as_those_of_one_are(
    market: DataManager, yahoo: FakeSource
) -> None:
    await market.fundamentals("AAPL")
    found = await market.fundamentals_of_many(["AAPL", "MSFT", "NOPE"], 5.0)
    assert asked(yahoo, "fundamentals") == [("AAPL",), ("MSFT",), ("NOPE",)]
    assert isinstance(found["NOPE"], SymbolNotFoundError)
    kept = (await market.fundamentals("MSFT")).entry.outcome
    assert ([type(found[symbol]) for symbol in ("AAPL", "MSFT")], kept) == ([Fundamentals] * 2, "hit")


async def test_fundamentals_that_come_late_are_a_timeout(
    market: DataManager, yahoo: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = yahoo.fundamentals

    async def fundamentals(symbol: str) -> Fundamentals:
        if symbol == "MSFT":
            await asyncio.Event().wait()
        return await usual(symbol)

    monkeypatch.setattr(yahoo, "fundamentals", fundamentals)
    found = await market.fundamentals_of_many(["AAPL", "MSFT"], 2.0)
    assert isinstance(found["AAPL"], Fundamentals)
    assert isinstance(found["MSFT"], UpstreamTimeoutError)


async def test_failed_fundamentals_of_one_company_leave_those_of_the_others(
    market: DataManager, yahoo: FakeSource
) -> None:
    await market.fundamentals("AAPL")
    yahoo.fails = DOWN
    found = await market.fundamentals_of_many(["AAPL", "MSFT"], 5.0)
    assert isinstance(found["AAPL"], Fundamentals)
    assert isinstance(found["MSFT"], UpstreamUnavailableError)


async def test_fundamentals_do_not_wait_for_slow_filings(
    market: DataManager, yahoo: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def filings(symbol: str, form: str | None, limit: int) -> Filings:
        await asyncio.Event().wait()
        raise AssertionError(symbol, form, limit)

    monkeypatch.setattr("shared.market.fundamentals_service._REMARK_SECONDS", 0.01)
    monkeypatch.setattr(yahoo, "_kinds", frozenset({*yahoo.kinds, "filings"}))
    monkeypatch.setattr(yahoo, "filings", filings)
    answer = await market.fundamentals("AAPL")
    assert (answer.value.symbol, answer.entry.outcome) == ("AAPL", "miss")
