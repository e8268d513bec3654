"""Recorded responses of Yahoo and Alpha Vantage pass through the providers.

``RECORDED_DATA`` names the folder with the recordings, which are not part of the repository. Of the 159
recordings of Yahoo 150 are of endpoints that the service uses; 9 are recommendations of similar symbols.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from shared.domain.market_data import Fundamentals, History, HistoryRequest, Provenance, Quote
from shared.domain.statements import StatementsRequest
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderNotFoundError
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.provider import AlphaVantageProvider
from shared.market.providers.yahoo.errors import YahooResponseError, provider_error
from shared.market.providers.yahoo.provider import YahooProvider
from tests.support.recorded import recorded_folder

YAHOO = recorded_folder("yahoo")
ALPHA_VANTAGE = recorded_folder("alpha_vantage")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
RECORDED = datetime(2025, 2, 24, 9, 35, tzinfo=UTC)
T = TypeVar("T")
C = TypeVar("C", bound=Provenance)


class RecordedClient:
    """A client of Yahoo that has one response; other endpoints have none."""

    def __init__(self, recording: Mapping[str, Any]) -> None:
        self._recording = recording

    async def run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except YahooResponseError as error:
            raise provider_error(error) from error

    def get_json(self, url: str, _params: Mapping[str, object]) -> Any:
        asked, recorded = url.split("yahoo.com")[1], self._recording["path"].partition("?")[0]
        if recorded.split("/")[1:4] != asked.split("/")[1:4]:
            return {"quoteResponse": {"result": []}}
        if self._recording["status"] != 200:
            code = self._recording["body"]["quoteSummary"]["error"]["code"]
            raise YahooResponseError(self._recording["status"], code)
        return self._recording["body"]

    def get_optional_json(self, url: str, params: Mapping[str, object]) -> Any:
        return self.get_json(url, params)


def recordings(kind: str) -> dict[str, Any]:
    """The recordings of one kind, by name of the file."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(YAHOO.glob(f"{kind}-*.json"))}


def provider_of(recording: Mapping[str, Any], now: datetime = NOW) -> YahooProvider:
    provider = YahooProvider(lambda: now)
    provider._client = provider._companies._client = RecordedClient(recording)  # type: ignore[assignment]
    return provider


def remarks(records: list[Provenance]) -> Counter[str]:
    """How many records have a remark, by code."""
    for record in records:
        # What goes out is JSON without NaN, and can be read back.
        assert type(record).model_validate_json(record.model_dump_json()).source == record.source
    return Counter(remark.code for record in records for remark in record.quality)


def symbol_of(name: str) -> str:
    """The symbol in the name of a recording: ``quoteSummary-all-BTC-USD``."""
    return name.split("-", 2)[2]


async def test_quotes() -> None:
    found: dict[str, Quote] = {}
    for name, recording in recordings("quote").items():
        rows = recording["body"]["quoteResponse"]["result"]
        symbols = [row["symbol"] for row in rows]
        quotes = await provider_of(recording).quotes(symbols)
        assert list(quotes) == symbols, name
        found |= {symbol: quote for symbol, quote in quotes.items() if isinstance(quote, Quote)}
    assert len(found) == 10
    kinds = {quote.asset_type for quote in found.values()}
    assert kinds == {"equity", "etf", "currency", "future", "cryptocurrency", "mutual_fund"}
    assert (found["AAPL"].price, found["AAPL"].market_cap) == (244.6, 3674405863424)
    assert (found["EURUSD=X"].price_decimals, found["EURUSD=X"].market_cap) == (4, None)
    assert found["AAPL"].post_market_price == 244.64
    assert remarks(list(found.values())) == {"market_value_mismatch": 1}
    assert found["BABA"].quality[0].code == "market_value_mismatch"


async def test_fundamentals() -> None:
    found: dict[str, Fundamentals] = {}
    unknown = 0
    for name, recording in recordings("quoteSummary").items():
        try:
            found[name] = await provider_of(recording).fundamentals(symbol_of(name))
        except ProviderNotFoundError:
            unknown += 1
    assert (len(found), unknown) == (46, 53)
    assert remarks(list(found.values())) == {"mixed_currency_withheld": 1}
    baba = found["quoteSummary-all-BABA"]
    assert (baba.price_to_book, baba.enterprise_value, baba.revenue, baba.book_value_per_share) == (None,) * 4
    assert (baba.trailing_pe, baba.earnings_per_share) == (20.924309, 6.87)
    # Price times the stated shares is not the market value, price times the implied ones is.
    assert (baba.market_cap, baba.shares_outstanding) == (341542830080, 2375950080)
    apple = found["quoteSummary-all-AAPL"]
    assert (apple.price_to_book, apple.enterprise_value) == (55.328976, 3731694026752)
    assert str(apple.period_end) == "2024-12-28"
    assert found["quoteSummary-all-QQQ"].dividend_yield == 0.0054
    assert {name for name, one in found.items() if one.fund} == {
        "quoteSummary-all-QQQ",
        "quoteSummary-all-0P000071W8.TO",
    }
    fund, units = found["quoteSummary-all-QQQ"].fund, found["quoteSummary-all-0P000071W8.TO"].fund
    assert fund is not None
    assert (fund.expense_ratio, fund.net_assets, len(fund.holdings)) == (0.002, 328_302_690_304, 10)
    assert (fund.holdings[0].symbol, fund.sectors[0].sector) == ("AAPL", "Technology")
    assert units is not None
    assert (units.expense_ratio, units.turnover, units.holdings[0].weight) == (None, 0.0442, 0.364994)


async def test_profiles() -> None:
    found = await companies("all", lambda provider, symbol: provider.profile(symbol))
    assert found.keys() == {"AAPL", "ABBV", "AZT.OL", "BABA", "EREGL.IS", "QQQ"}
    assert (found["AAPL"].industry, found["AAPL"].employees) == ("Consumer Electronics", 150_000)
    assert (found["AAPL"].fiscal_year_end, found["BABA"].fiscal_year_end) == ("09-28", "03-31")
    assert (found["QQQ"].security, found["BABA"].country) == ("fund", "China")
    assert remarks(list(found.values())) == {}


async def test_earnings() -> None:
    found = await companies("all", lambda provider, symbol: provider.earnings(symbol))
    assert found.keys() == {"AAPL", "ABBV", "AZT.OL", "BABA", "EREGL.IS"}
    apple = found["AAPL"]
    assert apple.next is not None
    assert (str(apple.next.date), str(apple.next.date_end)) == ("2025-04-30", "2025-05-05")
    assert (apple.next.confirmed, apple.next.time_of_day) == (False, None)
    announced = found["AZT.OL"].next
    assert announced is not None
    assert (str(announced.date), announced.date_end, announced.confirmed) == ("2025-05-08", None, True)
    assert announced.time_of_day == "before_market"
    newest = apple.history[0]
    assert (str(newest.period_end), newest.eps_actual, newest.eps_estimate) == ("2024-12-31", 2.4, 2.34102)
    # What Yahoo itself states is rounded to four digits of a fraction.
    assert [round(row.surprise_percent or 0, 1) for row in apple.history] == [2.5, 2.5, 4.4, 2.1]
    assert [row.period for row in apple.estimates] == [
        *("current_quarter", "next_quarter", "current_year", "next_year")
    ]
    assert (apple.estimates[0].eps_mean, apple.estimates[0].revenue_mean) == (1.60796, 94_076_168_920)
    assert {one.currency for one in found.values()} == {"USD", "NOK", "CNY", "TRY"}
    assert remarks(list(found.values())) == {}


async def test_single_modules_of_earnings() -> None:
    for kind in ("calendarEvents", "earningsHistory", "earningsTrend"):
        found = await companies(kind, lambda provider, symbol: provider.earnings(symbol))
        assert len(found) == 5, kind


async def test_holders() -> None:
    found = await companies("all", lambda provider, symbol: provider.holders(symbol))
    assert found.keys() == {"AAPL", "ABBV", "AZT.OL", "BABA", "EREGL.IS"}
    apple = found["AAPL"]
    largest = apple.institutions[0]
    assert (largest.name, largest.shares, largest.percent_held) == ("Vanguard Group Inc", 1_395_785_512, 9.29)
    assert (largest.value, str(largest.reported_on)) == (342_735_136_731, "2024-12-31")
    assert (apple.insiders_percent, apple.institutions_percent, apple.institution_count) == (
        2.286,
        62.706,
        6956,
    )
    assert [row.shares for row in apple.insiders] == sorted(
        (row.shares or 0 for row in apple.insiders), reverse=True
    )
    assert (found["AZT.OL"].institutions, found["AZT.OL"].institutions_percent) == ((), 15.461)
    assert remarks(list(found.values())) == {}


async def companies(kind: str, ask: Callable[[YahooProvider, str], Awaitable[C]]) -> dict[str, C]:
    """Returns what Yahoo has on companies, as of the day of the recordings; others are not covered."""
    found: dict[str, C] = {}
    for name, recording in recordings(f"quoteSummary-{kind}").items():
        symbol = name.removeprefix(f"quoteSummary-{kind}-")
        provider = provider_of(recording, RECORDED)
        with suppress(ProviderNotCoveredError):
            found[symbol] = await ask(provider, symbol)
    return found


async def test_charts() -> None:
    histories: dict[str, History] = {}
    for name, recording in recordings("chart").items():
        (chart,) = recording["body"]["chart"]["result"]
        request = HistoryRequest(symbol=chart["meta"]["symbol"], period="max", interval="1d")
        history = await provider_of(recording).history(request)
        assert len(history.candles) == len(chart.get("timestamp", ())), name
        for candle in history.candles:
            assert candle.low <= min(candle.open, candle.close), name
            assert candle.high >= max(candle.open, candle.close), name
        histories[name] = history
    assert (len(histories), remarks(list(histories.values()))) == (13, {})
    split = histories["chart-AAPL-2020-08-31-to-2020-11-07"].actions
    assert split is not None
    assert [(str(one.date), one.numerator, one.denominator) for one in split.splits] == [("2020-08-31", 4, 1)]


async def test_searches() -> None:
    hits = {name: await provider_of(one).search("x", 50) for name, one in recordings("search").items()}
    assert len(hits) == 10
    assert sum(map(len, hits.values())) > 20
    assert "AAPL" in {hit.symbol for hit in hits["search-AAPL"]}


async def test_series_without_a_peg_ratio_have_none() -> None:
    series = recordings("fundamentalsTimeSeries")
    ratios = [provider_of(recording)._peg_ratio("AAPL") for recording in series.values()]
    assert (len(ratios), set(ratios)) == (17, {None})


def test_every_recording_is_of_a_known_kind() -> None:
    kinds = Counter(path.stem.split("-")[0] for path in YAHOO.glob("*.json"))
    unused = kinds.pop("recommendationsBySymbol")
    assert kinds.keys() == {"quote", "quoteSummary", "chart", "search", "fundamentalsTimeSeries"}
    assert (sum(kinds.values()), unused) == (150, 9)


IBM_2024 = {
    "income": {
        "revenue": 62_753,
        "cost_of_revenue": 27_201,
        "research_and_development": 7_479,
        "interest_expense": 1_712,
        "pretax_income": 5_797,
        "income_tax": -218,
        "net_income": 6_023,
    },
    "balance": {
        "cash": 13_947,
        "inventory": 1_289,
        "goodwill": 60_706,
        "total_assets": 137_175,
        "short_term_debt": 5_089,
        "long_term_debt": 49_884,
        "parent_equity": 27_307,
        "total_equity": 27_393,
    },
    "cash_flow": {
        "operating_cash_flow": 13_445,
        "capital_expenditure": -1_685,
        "free_cash_flow": 11_760,
        "investing_cash_flow": -4_937,
        "dividends_paid": -6_147,
        "financing_cash_flow": -7_079,
    },
}
"""In millions, as in IBM's annual report; capital expenditure and inventories as the vendor gives them."""


class RecordedAlphaVantage(AlphaVantageClient):
    """A client of Alpha Vantage that has recorded responses by function."""

    def __init__(self, responses: Mapping[str, str]) -> None:
        self._responses = responses

    async def ask(self, function: str, **_params: str) -> Mapping[str, object]:
        body: dict[str, object] = json.loads((ALPHA_VANTAGE / self._responses[function]).read_text("utf-8"))
        return body


async def test_alpha_vantage() -> None:
    client = RecordedAlphaVantage(
        {
            "GLOBAL_QUOTE": "global_quote",
            "OVERVIEW": "OVERVIEW-IBM.json",
            "DIVIDENDS": "DIVIDENDS-IBM.json",
            "SPLITS": "SPLITS-IBM.json",
            "EARNINGS": "EARNINGS-IBM-excerpt.json",
            "SYMBOL_SEARCH": "SYMBOL_SEARCH.json",
            "INCOME_STATEMENT": "INCOME_STATEMENT-IBM.json",
            "BALANCE_SHEET": "BALANCE_SHEET-IBM.json",
            "CASH_FLOW": "CASH_FLOW-IBM.json",
        }
    )
    provider = AlphaVantageProvider(client, lambda: NOW)
    for statement, values in IBM_2024.items():
        for period, count in (("annual", 2), ("quarterly", 2)):
            request = StatementsRequest.model_validate(
                {"symbol": "IBM", "statement": statement, "period": period, "limit": 8}
            )
            periods = (await provider.statements(request)).periods
            assert len(periods) == count
            if period == "annual":
                found = {name: periods[0].lines[name].value for name in values}
                assert found == {name: value * 1_000_000 for name, value in values.items()}
    quote = (await provider.quotes(["MSFT"]))["MSFT"]
    assert isinstance(quote, Quote)
    assert (quote.price, quote.change, quote.asset_type) == (112.13, -0.66, "equity")
    assert quote.as_of == datetime(2018, 10, 5, 20, tzinfo=UTC)
    overview = await provider.fundamentals("IBM")
    assert (overview.name, overview.currency) == ("International Business Machines", "USD")
    assert overview.trailing_pe is not None
    assert overview.period_end is not None
    profile = await provider.profile("IBM")
    assert (profile.industry, profile.fiscal_year_end) == ("Information Technology Services", "12-31")
    assert (profile.exchange, profile.website) == ("NYSE", "https://www.ibm.com")
    earnings = await provider.earnings("IBM")
    newest = earnings.history[0]
    assert (len(earnings.history), newest.eps_actual, newest.eps_estimate) == (9, 2.33, 2.2884)
    assert (str(newest.period_end), str(newest.reported_on)) == ("2021-06-30", "2021-07-19")
    actions = await provider.actions("IBM")
    assert (len(actions.dividends), actions.dividends[-1].amount) == (6, 1.68)
    assert [(split.numerator, split.denominator) for split in actions.splits] == [(2, 1), (523, 500)]
    assert [hit.symbol for hit in await provider.search("ba", 10)][:1] == ["BA"]
    assert remarks([quote, overview, profile, earnings, actions]) == {}


async def test_pairs_and_funds_of_alpha_vantage() -> None:
    client = RecordedAlphaVantage(
        {"CURRENCY_EXCHANGE_RATE": "mock_foreign_exchange", "ETF_PROFILE": "ETF_PROFILE-QQQ.json"}
    )
    provider = AlphaVantageProvider(client, lambda: NOW)
    quote = (await provider.quotes(["BTC-CNY"]))["BTC-CNY"]
    assert isinstance(quote, Quote)
    assert (quote.price, quote.currency, quote.asset_type) == (109631.430607, "CNY", "cryptocurrency")
    assert quote.as_of == datetime(2017, 12, 20, 19, 23, 21, tzinfo=UTC)
    fund = await provider.fundamentals("QQQ")
    assert (fund.dividend_yield, fund.currency, fund.quality) == (0.0044, "USD", ())
    assert fund.fund is not None
    assert (fund.fund.expense_ratio, fund.fund.net_assets) == (0.002, 403_000_000_000)
    assert [one.symbol for one in fund.fund.holdings][:3] == ["NVDA", "AAPL", "MSFT"]
    assert fund.fund.sectors[0].sector == "Information Technology"


async def test_minutes_of_alpha_vantage() -> None:
    client = RecordedAlphaVantage({"TIME_SERIES_INTRADAY": "mock_time_series"})
    now = datetime(2017, 12, 18, 20, tzinfo=UTC)
    provider = AlphaVantageProvider(client, lambda: now, is_paid=True)
    history = await provider.history(HistoryRequest(symbol="MSFT", period="1d", interval="1m"))
    last = history.candles[-1]
    assert last.timestamp == datetime(2017, 12, 18, 19, 56, tzinfo=UTC)
    assert (last.open, last.high, last.low, last.close, last.volume) == (86.49, 86.5, 86.475, 86.5, 10_494)
    assert (history.adjustment, history.quality) == ("none", ())


async def test_older_statements_and_search_of_alpha_vantage() -> None:
    client = RecordedAlphaVantage(
        {"INCOME_STATEMENT": "mock_fundamental_data", "SYMBOL_SEARCH": "symbol_search"}
    )
    provider = AlphaVantageProvider(client, lambda: NOW)
    request = StatementsRequest(symbol="IBM", statement="income", period="annual", limit=8)
    newest = (await provider.statements(request)).periods[0]
    values = {name: newest.lines[name].value for name in ("revenue", "operating_income", "net_income")}
    assert (str(newest.end), values) == (
        "2019-12-31",
        {"revenue": 77_147_000_000, "operating_income": 10_543_000_000, "net_income": 9_431_000_000},
    )
    assert [hit.symbol for hit in await provider.search("ba", 2)] == ["BA", "BABA"]


def test_every_recording_of_alpha_vantage_is_read() -> None:
    text = Path(__file__).read_text("utf-8")
    names = sorted(path.name for path in ALPHA_VANTAGE.iterdir())
    assert len(names) == 15
    assert [name for name in names if f'"{name}"' not in text] == []


async def test_older_overview_of_alpha_vantage() -> None:
    client = RecordedAlphaVantage({"OVERVIEW": "mock_company_overview"})
    overview = await AlphaVantageProvider(client, lambda: NOW).fundamentals("IBM")
    assert overview.market_cap is not None
    assert overview.trailing_pe is not None
