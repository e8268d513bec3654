"""Sample data hangs together: the same market, whatever is requested."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from shared.domain.formatting import amount_decimals
from shared.domain.market_data import Candle, History, HistoryRequest, Quote
from shared.domain.statements import StatementPeriod, StatementsRequest
from shared.domain.terms import Interval, Period, StatementKind
from shared.errors.provider_errors import ProviderNotFoundError
from shared.market.analysis.quality import dividend_remarks
from shared.market.providers.sample.provider import SampleProvider
from shared.market.providers.sample.sample_company import annual_dividend
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

OPEN = datetime(2026, 11, 20, 15, 30, 20, tzinfo=UTC)
CLOSED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    now = OPEN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sample(clock: Clock) -> AsyncIterator[SampleProvider]:
    provider = SampleProvider(clock)
    yield provider
    await provider.aclose()


async def history(
    sample: SampleProvider, period: Period | None, interval: Interval, symbol: str = "AAPL", **span: datetime
) -> History:
    return await sample.history(HistoryRequest(symbol=symbol, period=period, interval=interval, **span))


async def quote(sample: SampleProvider, symbol: str = "AAPL") -> Quote:
    return (await sample.quotes([symbol]))[symbol]


def by_time(history: History) -> dict[datetime, Candle]:
    return {candle.timestamp: candle for candle in history.candles}


async def test_same_symbol_and_time_have_the_same_candle_in_another_process(clock: Clock) -> None:
    one, other = SampleProvider(clock), SampleProvider(clock)
    assert await history(one, "1y", "1d") == await history(other, "1y", "1d")
    await one.aclose()
    await other.aclose()


async def test_prices_are_where_they_were(sample: SampleProvider) -> None:
    # Written down: a change of the generator would move every price of everybody's sample data.
    candle = by_time(await history(sample, "1mo", "1d"))[datetime(2026, 11, 19, tzinfo=UTC)]
    assert (candle.open, candle.high, candle.low, candle.close) == (246.64, 249.03, 242.13, 242.17)


@pytest.mark.parametrize(
    ("short", "long", "interval"),
    [
        ("5d", "1y", "1d"),
        ("1mo", "max", "1d"),
        ("1d", "5d", "1m"),
        ("3mo", "5y", "1wk"),
        ("1y", "10y", "3mo"),
    ],
)
async def test_candle_does_not_depend_on_the_period(
    sample: SampleProvider, short: Period, long: Period, interval: Interval
) -> None:
    few, many = (
        by_time(await history(sample, short, interval)),
        by_time(await history(sample, long, interval)),
    )
    assert 0 < len(few) < len(many)
    assert all(many[moment] == candle for moment, candle in few.items())


@pytest.mark.parametrize("symbol", ["AAPL", "BTC-USD", "7203.T", "^GSPC", "VOD.L", "EURUSD=X"])
@pytest.mark.parametrize("interval", ["1m", "5m", "15m", "90m", "1h"])
async def test_days_minutes_add_up_to_the_day(
    sample: SampleProvider, symbol: str, interval: Interval
) -> None:
    minutes = (await history(sample, "1d", interval, symbol)).candles
    day = (await history(sample, "1d", "1d", symbol)).candles[-1]
    assert minutes[0].open == day.open
    assert minutes[-1].close == day.close
    assert max(candle.high for candle in minutes) == day.high
    assert min(candle.low for candle in minutes) == day.low
    assert sum(candle.volume or 0 for candle in minutes) == (day.volume or 0)


@pytest.mark.parametrize("now", [OPEN, CLOSED])
@pytest.mark.parametrize("symbol", ["AAPL", "BTC-USD", "7203.T", "GC=F"])
async def test_quote_is_the_historys_last_candle(
    sample: SampleProvider, clock: Clock, now: datetime, symbol: str
) -> None:
    clock.now = now
    before, today = (await history(sample, "5d", "1d", symbol)).candles[-2:]
    price = await quote(sample, symbol)
    assert (price.price, price.open, price.day_high, price.day_low, price.volume) == (
        today.close,
        today.open,
        today.high,
        today.low,
        today.volume,
    )
    assert price.previous_close == before.close
    assert price.change == pytest.approx(today.close - before.close, abs=1e-4)
    assert price.change_percent == pytest.approx((today.close / before.close - 1) * 100, abs=1e-3)


async def test_past_does_not_change_as_time_goes_by(sample: SampleProvider, clock: Clock) -> None:
    earlier = by_time(await history(sample, "1d", "1m"))
    clock.now = OPEN.replace(hour=20)
    later = by_time(await history(sample, "1d", "1m"))
    assert len(later) > len(earlier)
    assert all(later[moment] == candle for moment, candle in earlier.items())
    clock.now = datetime(2027, 1, 5, 16, 0, tzinfo=UTC)  # another year: the calendar is a longer one
    next_year = by_time(await history(sample, "1y", "1d"))
    clock.now = CLOSED
    closed = by_time(await history(sample, "1mo", "1d"))
    assert all(next_year[moment] == candle for moment, candle in closed.items())


async def test_sessions_follow_the_exchange(sample: SampleProvider) -> None:
    days = {candle.timestamp.date() for candle in (await history(sample, "1y", "1d")).candles}
    assert date(2026, 7, 3) not in days  # Independence Day is observed
    assert date(2026, 11, 14) not in days  # Saturday
    assert date(2025, 11, 28) in days
    short_day = await history(
        sample, None, "1h", start=datetime(2025, 11, 28, tzinfo=UTC), end=datetime(2025, 11, 29, tzinfo=UTC)
    )
    assert [candle.timestamp.hour for candle in short_day.candles] == [14, 15, 16, 17]
    coins = (await history(sample, "1mo", "1d", "BTC-USD")).candles
    assert [candle.timestamp.day for candle in coins[:3]] == [20, 21, 22]
    assert len(coins) == 32


async def test_no_candle_falls_into_tokyos_midday_break(sample: SampleProvider) -> None:
    minutes = [candle.timestamp for candle in (await history(sample, "1d", "1m", "7203.T")).candles]
    assert datetime(2026, 11, 20, 2, 29, tzinfo=UTC) in minutes
    assert not [moment for moment in minutes if moment.hour == 2 and moment.minute >= 30]
    assert datetime(2026, 11, 20, 3, 30, tzinfo=UTC) in minutes


async def test_start_and_end_bound_the_days(sample: SampleProvider) -> None:
    some = await history(
        sample, None, "1d", start=datetime(2026, 11, 2, tzinfo=UTC), end=datetime(2026, 11, 6, tzinfo=UTC)
    )
    assert [candle.timestamp.day for candle in some.candles] == [2, 3, 4, 5]
    none = await history(
        sample, None, "1d", start=datetime(1990, 1, 1, tzinfo=UTC), end=datetime(1990, 2, 1, tzinfo=UTC)
    )
    assert none.candles == ()


async def test_market_state_and_time_follow_the_session(sample: SampleProvider, clock: Clock) -> None:
    price = await quote(sample)
    assert (price.market_state, price.as_of) == ("regular", OPEN)
    clock.now = CLOSED
    price = await quote(sample)
    assert (price.market_state, price.as_of) == ("closed", datetime(2026, 11, 20, 21, 0, tzinfo=UTC))
    assert (await quote(sample, "BTC-USD")).market_state == "regular"


async def test_every_instrument_is_plausible(sample: SampleProvider) -> None:
    quotes = await sample.quotes(list(INSTRUMENTS))
    assert quotes.keys() == INSTRUMENTS.keys()
    for symbol, price in quotes.items():
        usual = INSTRUMENTS[symbol].price
        assert usual / 4 < price.price < usual * 4, symbol
        assert price.day_low is not None
        assert price.day_high is not None
        assert price.day_low <= price.price <= price.day_high
        assert price.source == "sample"
        assert abs(price.change_percent or 0.0) < 30


async def test_candles_have_high_and_low_outside_open_and_close(sample: SampleProvider) -> None:
    for interval in ("1d", "1wk", "1mo"):
        for candle in (await history(sample, "10y", interval, "TSLA")).candles:
            assert candle.low <= min(candle.open, candle.close)
            assert candle.high >= max(candle.open, candle.close)
            assert candle.volume is not None
            assert candle.volume > 0


async def test_unknown_symbol_is_said_to_be_unknown(sample: SampleProvider) -> None:
    assert await sample.quotes(["NOPE", "AAPL"]) == {"AAPL": await quote(sample)}
    for call in (
        history(sample, "1mo", "1d", "NOPE"),
        sample.fundamentals("NOPE"),
        sample.news("NOPE", 5),
    ):
        with pytest.raises(ProviderNotFoundError):
            await call


async def test_fundamentals_fit_the_price(sample: SampleProvider) -> None:
    price, figures = await quote(sample), await sample.fundamentals("AAPL")
    assert figures.market_cap == price.market_cap
    assert figures.earnings_per_share is not None
    assert figures.trailing_pe == pytest.approx(price.price / figures.earnings_per_share, rel=0.01)
    assert (await sample.fundamentals("BTC-USD")).trailing_pe is None


async def test_headlines_are_labelled_and_newest_first(sample: SampleProvider) -> None:
    news = await sample.news("AAPL", 10)
    assert len(news.articles) == 10
    assert all(article.title.startswith("Sample headline") for article in news.articles)
    assert all(article.url.startswith("https://example.com/") for article in news.articles)
    moments = [article.published_at for article in news.articles if article.published_at]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] <= OPEN
    assert (await sample.news("AAPL", 3)).articles == news.articles[:3]
    others = await sample.news("^GSPC", 10)
    assert not [article for article in others.articles if "quarterly figures" in article.title]
    # An article is known by its address.
    assert not {article.url for article in news.articles} & {article.url for article in others.articles}


async def test_search_finds_ticker_name_and_alias(sample: SampleProvider) -> None:
    assert [info.symbol for info in await sample.search("aapl", 5)] == ["AAPL"]
    assert [info.symbol for info in await sample.search("goog", 5)] == ["GOOG", "GOOGL"]
    assert [info.symbol for info in await sample.search("facebook", 5)] == ["META"]
    assert [info.symbol for info in await sample.search("ford", 5)] == ["F"]
    assert [info.symbol for info in await sample.search("s&p", 5)] == ["SPY", "^GSPC", "^BSESN", "VOO"]
    assert len(await sample.search("corporation", 3)) == 3
    assert await sample.search("zzzz", 5) == []
    assert await sample.search(" ", 5) == []


@pytest.mark.parametrize("symbol", ["AAPL", "JPM", "SAP.DE", "7203.T"])
async def test_fundamentals_are_those_of_the_statements(sample: SampleProvider, symbol: str) -> None:
    figures = await sample.fundamentals(symbol)

    async def newest(statement: StatementKind) -> StatementPeriod:
        request = StatementsRequest(symbol=symbol, statement=statement, period="ttm", limit=1)
        return (await sample.statements(request)).periods[0]

    income, balance, cash = await newest("income"), await newest("balance"), await newest("cash_flow")
    assert figures.period_end == income.end == balance.end
    assert figures.revenue == value(income, "revenue")
    assert figures.net_income == value(income, "net_income")
    assert figures.total_debt == value(balance, "short_term_debt") + value(balance, "long_term_debt")
    assert figures.total_cash == value(balance, "cash") + value(balance, "short_term_investments")
    assert figures.free_cash_flow == cash.lines["free_cash_flow"].value
    assert figures.operating_margin == pytest.approx(
        value(income, "operating_income") / value(income, "revenue"), abs=1e-4
    )
    earnings, price = figures.earnings_per_share, (await quote(sample, symbol)).price
    reported = (await sample.earnings(symbol)).history[:4]
    assert earnings == pytest.approx(sum(quarter.eps_actual or 0 for quarter in reported), rel=0.01)
    assert figures.trailing_pe == pytest.approx(price / (earnings or 0), abs=0.01)


def value(period: StatementPeriod, name: str) -> float:
    found = period.lines[name].value
    assert found is not None
    return found


async def test_dividends_fit_the_fundamentals_and_the_adjusted_closes(sample: SampleProvider) -> None:
    actions = await sample.actions("AAPL")
    fundamentals = await sample.fundamentals("AAPL")
    last_year = [dividend for dividend in actions.dividends if dividend.ex_date > date(2025, 11, 20)]
    assert [str(dividend.ex_date) for dividend in last_year] == [
        "2026-02-09", "2026-05-11", "2026-08-10", "2026-11-09",
    ]  # fmt: skip
    paid = sum(dividend.amount for dividend in last_year)
    assert paid == pytest.approx(fundamentals.dividend_per_share, abs=0.001)
    year = await history(sample, "1y", "1d")
    assert list(dividend_remarks(year)) == []
    assert (year.adjustment, year.candles[-1].adjusted_close) == ("split", year.candles[-1].close)
    first = year.candles[0]
    assert first.adjusted_close is not None
    assert first.adjusted_close < first.close


async def test_dividends_of_every_company_are_whole_amounts_that_add_up(sample: SampleProvider) -> None:
    companies = [one for one in INSTRUMENTS.values() if one.asset_type == "equity"]
    for company in companies:
        year = (await sample.actions(company.symbol)).dividends[-4:]
        amounts = [dividend.amount for dividend in year]
        assert sum(amounts) == pytest.approx(annual_dividend(company), rel=1e-9), company.symbol
        assert {dividend.currency for dividend in year} <= {company.currency}
        assert all(round(amount, amount_decimals(amount, company.currency)) == amount for amount in amounts)


@pytest.mark.parametrize(("symbol", "gross"), [("F", True), ("JPM", False), ("ALV.DE", False)])
async def test_only_who_sells_goods_has_figures_of_goods_and_debt(
    sample: SampleProvider, symbol: str, gross: bool
) -> None:
    figures = await sample.fundamentals(symbol)
    of_goods = (
        figures.gross_margin, figures.current_ratio, figures.debt_to_equity, figures.free_cash_flow,
        figures.enterprise_value, figures.ev_to_ebitda,
    )  # fmt: skip
    assert {figure is not None for figure in of_goods} == {gross}
    assert gross or (figures.return_on_assets or 0) < 0.1


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("BRK-A", "BRK-B", 1500), ("JPY=X", "USDJPY=X", 1), ("VOO", "SPY", 542 / 590)]
)
async def test_one_market_under_two_symbols_has_one_price(
    sample: SampleProvider, one: str, other: str, ratio: float
) -> None:
    first, second = await quote(sample, one), await quote(sample, other)
    assert first.price == pytest.approx(second.price * ratio, rel=1e-4)
    minutes, others = await history(sample, "1d", "5m", one), await history(sample, "1d", "5m", other)
    assert minutes.candles[-1].close == pytest.approx(others.candles[-1].close * ratio, rel=1e-4)


@pytest.mark.parametrize(("one", "other", "rate"), [("BRK-A", "BRK-B", 1.0), ("BABA", "9988.HK", 7.8)])
async def test_share_classes_and_receipts_have_the_accounts_of_the_company(
    sample: SampleProvider, one: str, other: str, rate: float
) -> None:
    first, second = await sample.fundamentals(one), await sample.fundamentals(other)
    assert first.employees == second.employees
    assert (first.profit_margin or 0) == pytest.approx(second.profit_margin, abs=1e-3)
    assert (first.revenue or 0) * rate == pytest.approx(second.revenue, rel=0.01)


async def test_a_dividend_too_small_to_be_paid_is_none(sample: SampleProvider) -> None:
    figures = await sample.fundamentals("LIN")
    assert (figures.dividend_per_share, figures.dividend_yield, figures.payout_ratio) == (None, None, 0.0)
    assert (await sample.actions("LIN")).dividends == ()


async def test_what_is_no_company_pays_no_dividend(sample: SampleProvider) -> None:
    assert (await sample.actions("^GSPC")).dividends == ()
    with pytest.raises(ProviderNotFoundError):
        await sample.actions("NOPE")


@pytest.mark.parametrize("symbol", ["VOD.L", "JPM", "7203.T", "KO"])
async def test_amounts_per_share_are_not_rounded_away(sample: SampleProvider, symbol: str) -> None:
    """A share of 85 pence earns 2 pence and pays 0.7 of one."""
    figures, price = await sample.fundamentals(symbol), (await quote(sample, symbol)).price
    shares = figures.shares_outstanding or 0
    assert (figures.earnings_per_share or 0) * shares * 1.01 == pytest.approx(figures.net_income, rel=1e-3)
    assert (figures.dividend_yield or 0) * price == pytest.approx(figures.dividend_per_share, rel=0.01)
    paid = [dividend.amount for dividend in (await sample.actions(symbol)).dividends[-4:]]
    assert sum(paid) == pytest.approx(figures.dividend_per_share, rel=1e-3)
    quarters = (await sample.earnings(symbol)).history
    assert all(quarter.eps_actual and quarter.surprise_percent is not None for quarter in quarters)


@pytest.mark.parametrize(
    ("symbol", "decimals"),
    [
        *(("7203.T", 0), ("005930.KS", 0), ("^N225", 2), ("^TNX", 2), ("USDJPY=X", 2), ("EURUSD=X", 4)),
        *(("VOD.L", 4), ("BARC.L", 2), ("AAPL", 2)),
    ],
)
async def test_prices_have_the_decimals_that_the_quote_names(
    sample: SampleProvider, symbol: str, decimals: int
) -> None:
    one, candle = await quote(sample, symbol), (await history(sample, "1mo", "1d", symbol)).candles[-2]
    assert one.price_decimals == decimals
    for price in (one.price, one.previous_close or 0, candle.open, candle.high, candle.low, candle.close):
        assert round(price, decimals) == price


@pytest.mark.parametrize(("symbol", "has_volume"), [("EURUSD=X", False), ("^TNX", False), ("^GSPC", True)])
async def test_what_has_no_volume_has_none(sample: SampleProvider, symbol: str, has_volume: bool) -> None:
    candles = (await history(sample, "5d", "1d", symbol)).candles
    volumes = {candle.volume is not None for candle in candles}
    volumes.add((await quote(sample, symbol)).volume is not None)
    assert volumes == {has_volume}


@pytest.mark.parametrize("symbol", ["AAPL", "^N225", "EURUSD=X", "BTC-USD"])
async def test_year_range_is_that_of_the_candles(sample: SampleProvider, symbol: str) -> None:
    figures = await sample.fundamentals(symbol)
    assert figures.range_start is not None
    candles = (await history(sample, "2y", "1d", symbol)).candles
    year = [candle for candle in candles if candle.timestamp.date() >= figures.range_start]
    lowest, highest = min(candle.low for candle in year), max(candle.high for candle in year)
    assert (figures.week_52_low, figures.week_52_high) == (lowest, highest)
    assert (candles[-1].timestamp.date() - figures.range_start).days in range(355, 365)


@pytest.mark.parametrize(
    ("interval", "stamps"),
    [("1mo", ["2026-01-01", "2026-02-01"]), ("3mo", ["2026-01-01", "2026-04-01"])],
)
async def test_candles_of_months_begin_on_their_first_day(
    sample: SampleProvider, interval: Interval, stamps: list[str]
) -> None:
    """Not on their first session, or a year would begin with the month before."""
    candles = (await history(sample, "ytd", interval)).candles
    assert [str(candle.timestamp.date()) for candle in candles[:2]] == stamps


async def test_candle_of_a_week_begins_on_monday(sample: SampleProvider) -> None:
    # The Monday of 7 September 2026 is a holiday.
    candles = (await history(sample, "3mo", "1wk")).candles
    assert {candle.timestamp.weekday() for candle in candles} == {0}
    assert datetime(2026, 9, 7, tzinfo=UTC) in {candle.timestamp for candle in candles}
