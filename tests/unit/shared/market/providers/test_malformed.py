"""Malformed responses of both vendors: a bad value costs its figure, a bad record its record, never more."""

import copy
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage import company_overview, fundamental_figures
from shared.market.providers.alpha_vantage import mapping as alpha_vantage
from shared.market.providers.alpha_vantage.currency_pairs import CurrencyPair, pair_quote
from shared.market.providers.candles import RawCandle, plausible_candles
from shared.market.providers.fields import convert_each
from shared.market.providers.us_listings import asset_type_of
from shared.market.providers.yahoo import mapping as yahoo
from shared.market.providers.yahoo.company_modules import holders_from_summary, profile_from_summary
from shared.market.providers.yahoo.earnings import earnings_from_summary
from shared.market.providers.yahoo.fundamentals import fundamentals_from_summary
from shared.market.providers.yahoo.peers import peers_from_screener
from tests.support.malformed import variants
from tests.support.yahoo_data import LISTINGS, quote_row, summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
Record = dict[str, Any]

YAHOO_QUOTE: Record = {
    **quote_row(LISTINGS["VOD.L"], NOW),
    "priceHint": 2,
    "preMarketPrice": 70.0,
    "postMarketPrice": 72.0,
    "sharesOutstanding": 25_000_000_000,
    "impliedSharesOutstanding": 25_000_000_000,
}
YAHOO_ARTICLE: Record = {
    "id": "1",
    "content": {
        "title": "A &amp; B",
        "summary": "Text",
        "pubDate": "2026-11-19T10:00:00Z",
        "provider": {"displayName": "Wire"},
        "canonicalUrl": {"url": "https://example.com/1"},
        "clickThroughUrl": {"url": "https://example.com/2"},
    },
}
YAHOO_HIT: Record = {
    "symbol": "AAPL",
    "shortname": "Apple",
    "longname": "Apple Inc.",
    "quoteType": "EQUITY",
    "exchDisp": "NASDAQ",
    "sector": "Technology",
}
YAHOO_COMPANY: Record = {
    "quoteType": {"quoteType": "EQUITY", "timeZoneFullName": "America/New_York"},
    "price": {"longName": "Apple Inc.", "shortName": "Apple", "currency": "USD", "exchangeName": "NasdaqGS"},
    "defaultKeyStatistics": {"lastFiscalYearEnd": 1_727_481_600},
    "assetProfile": {
        "longBusinessSummary": "Makes things.",
        "sector": "Technology",
        "industry": "Consumer Electronics",
        "country": "United States",
        "website": "https://example.com",
        "fullTimeEmployees": 150_000,
    },
    "calendarEvents": {
        "earnings": {"earningsDate": [1_796_010_740, 1_796_446_400], "isEarningsDateEstimate": True}
    },
    "earningsHistory": {
        "history": [
            {"quarter": end, "epsActual": 1.53, "epsEstimate": {"raw": 1.49}, "currency": "USD"}
            for end in (1_711_843_200, 1_719_705_600)
        ]
    },
    "earningsTrend": {
        "trend": [
            {
                "period": period,
                "endDate": "2027-03-31",
                "earningsEstimate": {
                    "avg": 1.6,
                    "low": 1.5,
                    "high": 1.7,
                    "numberOfAnalysts": 27,
                    "earningsCurrency": "USD",
                },
                "revenueEstimate": {
                    "avg": 94_076_168_920,
                    "low": 89_370_000_000,
                    "high": 95_903_397_000,
                    "revenueCurrency": "USD",
                },
            }
            for period in ("0q", "+1q")
        ]
    },
    "majorHoldersBreakdown": {
        "insidersPercentHeld": 0.02286,
        "institutionsPercentHeld": 0.62706,
        "institutionsCount": 6956,
    },
    "institutionOwnership": {
        "ownershipList": [
            {
                "organization": name,
                "pctHeld": 0.0929,
                "position": 1_395_785_512,
                "value": 342_735_136_731,
                "reportDate": 1_735_603_200,
            }
            for name in ("One", "Two")
        ]
    },
    "insiderHolders": {
        "holders": [
            {
                "name": name,
                "relation": "Director",
                "transactionDescription": "Sale",
                "latestTransDate": 1_738_540_800,
                "positionDirect": 1588,
                "positionIndirect": 5,
            }
            for name in ("A", "B")
        ]
    },
    "insiderTransactions": {
        "transactions": [
            {"filerName": "A", "startDate": 1_738_540_800, "shares": 15, "transactionText": "Sale at 2"},
            {"filerName": "B", "startDate": 1_738_540_800, "shares": 16, "transactionText": "Purchase"},
        ]
    },
}
SCREENER_ROW: Record = {
    "symbol": "MSFT",
    "longName": "Microsoft Corporation",
    "shortName": "Microsoft",
    "marketCap": 3_000_000_000_000,
    "currency": "USD",
    "trailingPE": 33.5,
    "quoteType": "EQUITY",
    "exchange": "NMS",
}
QUARTER: Record = {
    "fiscalDateEnding": "2026-09-30",
    "reportedDate": "2026-10-21",
    "reportedEPS": "2.33",
    "estimatedEPS": "2.2884",
}
GLOBAL_QUOTE: Record = {
    "01. symbol": "IBM",
    "02. open": "220.0",
    "03. high": "226.0",
    "04. low": "219.5",
    "05. price": "225.0",
    "06. volume": "4000000",
    "07. latest trading day": "2026-11-19",
    "08. previous close": "220.0",
    "09. change": "5.0",
    "10. change percent": "2.2727%",
}
OVERVIEW: Record = {
    "Symbol": "IBM",
    "Name": "International Business Machines",
    "Currency": "USD",
    "Country": "USA",
    "Sector": "TECHNOLOGY",
    "Industry": "IT",
    "Description": "Makes things.",
    "LatestQuarter": "2026-09-30",
    "MarketCapitalization": "208000000000",
    "SharesOutstanding": "930000000",
    "PERatio": "33.1",
    "PEGRatio": "2.1",
    "EPS": "6.8",
    "BookValue": "28.1",
    "DividendYield": "0.0295",
    "RevenueTTM": "62000000000",
    "GrossProfitTTM": "35000000000",
    "Beta": "0.7",
}
RATE: Record = {
    "1. From_Currency Code": "EUR",
    "3. To_Currency Code": "USD",
    "5. Exchange Rate": "1.1583",
    "6. Last Refreshed": "2026-11-20 15:20:01",
    "7. Time Zone": "UTC",
}
FUND: Record = {
    "net_assets": "403000000000",
    "net_expense_ratio": "0.002",
    "dividend_yield": "0.0044",
    "sectors": [{"sector": "ENERGY", "weight": "0.005"}],
    "holdings": [{"symbol": "NVDA", "weight": "0.0928"}],
}
ARTICLE: Record = {
    "title": "A &amp; B",
    "url": "https://example.com/1",
    "time_published": "20261119T1015",
    "source": "Wire",
    "summary": "Text",
    "overall_sentiment_score": 0.9,
    "ticker_sentiment": [{"ticker": "IBM", "ticker_sentiment_score": "0.3"}],
}
SEARCH_HIT: Record = {
    "1. symbol": "IBM",
    "2. name": "IBM Corp",
    "3. type": "Equity",
    "4. region": "United States",
    "8. currency": "USD",
}
CANDLE: Record = {"1. open": "1", "2. high": "3", "3. low": "0.5", "4. close": "2", "5. volume": "10"}
DIVIDEND: Record = {"ex_dividend_date": "2026-11-10", "amount": "1.68"}
SPLIT: Record = {"effective_date": "2021-11-04", "split_factor": "1.0460"}

Case = tuple[Record, Callable[[Any], object], frozenset[str]]
"""A record, its conversion, and the fields without which there is no record."""

CASES: Mapping[str, Case] = {
    "yahoo quote": (
        YAHOO_QUOTE,
        lambda row: yahoo.quote_from_batch(row, NOW),
        frozenset({"regularMarketPrice", "symbol"}),
    ),
    "yahoo fundamentals": (
        summary(LISTINGS["VOD.L"], NOW),
        lambda row: fundamentals_from_summary("VOD.L", row, NOW),
        frozenset(),
    ),
    "yahoo article": (
        YAHOO_ARTICLE,
        lambda row: yahoo.article_from_stream(row, NOW),
        frozenset({"content", "content.title", "content.canonicalUrl.url"}),
    ),
    "yahoo profile": (
        YAHOO_COMPANY,
        lambda row: profile_from_summary("AAPL", row, NOW),
        frozenset({"assetProfile", "quoteType", "quoteType.quoteType"}),
    ),
    "yahoo earnings": (
        YAHOO_COMPANY,
        lambda row: earnings_from_summary("AAPL", row, NOW, ()),
        # Of a list with no readable record at all, the shape has changed.
        frozenset({"earningsHistory.history", "earningsTrend.trend"}),
    ),
    "yahoo holders": (
        YAHOO_COMPANY,
        lambda row: holders_from_summary("AAPL", row, NOW),
        frozenset({"institutionOwnership.ownershipList", "insiderHolders.holders"}),
    ),
    "yahoo peer": (
        SCREENER_ROW,
        lambda row: peers_from_screener([row], "AAPL", "Apple Inc.").records[0],
        frozenset({"symbol", "quoteType"}),
    ),
    "yahoo hit": (YAHOO_HIT, yahoo.symbol_from_search, frozenset({"symbol"})),
    "quote": (
        GLOBAL_QUOTE,
        lambda row: alpha_vantage.quote("IBM", row, NOW, NOW),
        frozenset({"01. symbol", "05. price"}),
    ),
    "overview": (
        OVERVIEW,
        lambda row: fundamental_figures.fundamentals("IBM", row, NOW),
        frozenset({"Symbol"}),
    ),
    "pair": (
        RATE,
        lambda row: pair_quote("EURUSD=X", CurrencyPair("EUR", "USD", "currency"), row, NOW),
        frozenset({"1. From_Currency Code", "3. To_Currency Code", "5. Exchange Rate"}),
    ),
    "fund": (FUND, lambda row: fundamental_figures.fund_figures("QQQ", row, NOW), frozenset()),
    "profile": (OVERVIEW, lambda row: company_overview.profile("IBM", row, NOW), frozenset({"Symbol"})),
    "quarter": (
        QUARTER,
        lambda row: company_overview.reported_earnings(row, TODAY),
        frozenset({"fiscalDateEnding", "reportedEPS"}),
    ),
    "article": (
        ARTICLE,
        lambda row: alpha_vantage.article(row, "IBM", NOW),
        frozenset({"title", "url"}),
    ),
    "hit": (SEARCH_HIT, alpha_vantage.symbol_info, frozenset({"1. symbol"})),
    "candle": (CANDLE, lambda row: alpha_vantage.candle("2026-11-19", row, TODAY), frozenset()),
    "dividend": (
        DIVIDEND,
        lambda row: alpha_vantage.dividend(row, TODAY),
        frozenset({"ex_dividend_date", "amount"}),
    ),
    "split": (
        SPLIT,
        lambda row: alpha_vantage.split(row, TODAY),
        frozenset({"effective_date", "split_factor"}),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_value_costs_its_figure_or_its_record(name: str) -> None:
    record, convert, required = CASES[name]
    whole = convert(copy.deepcopy(record))
    assert whole is not None
    count = 0
    for variant, malformed in variants(record):
        count += 1
        path = variant.split(" = ")[0]
        # A good record beside it: it is there whatever the other one is like.
        try:
            records = convert_each("source", "records", [malformed, record], convert).records
        except ProviderBadPayloadError:
            pytest.fail(f"{variant}: the good record is lost")
        assert records[-1] == whole, variant
        assert len(records) == 2 or path in required, variant
        for one in records:
            check_json(one, variant)
    assert count >= 50


def check_json(record: object, variant: str) -> None:
    """What goes out is JSON without NaN, and can be read back."""
    if isinstance(record, BaseModel):
        text = record.model_dump_json()
        json.loads(text, parse_constant=lambda constant: pytest.fail(f"{variant}: {constant}"))
        assert type(record).model_validate_json(text).model_dump_json() == text, variant
        check_every_value(record, variant)
    else:
        assert isinstance(record, RawCandle)
        for candle in plausible_candles([record]).candles:
            check_json(candle, variant)


def check_every_value(value: object, variant: str) -> None:
    """Fields that do not go out are finite and have 64 bits too: ratios and checks are computed from them."""
    if isinstance(value, BaseModel):
        assert type(value).model_validate(dict(value)) == value, variant
        for _, inner in value:
            check_every_value(inner, variant)
    elif isinstance(value, tuple | list):
        for inner in value:
            check_every_value(inner, variant)
    elif isinstance(value, float):
        assert math.isfinite(value), variant
    elif isinstance(value, int):
        assert abs(value) < 2**63, variant


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("record", [None, [], "text", 7, True])
def test_what_is_no_record_costs_one_record(name: str, record: Any) -> None:
    good, convert, _ = CASES[name]
    converted = convert_each("source", "records", [good, record], convert)
    assert (len(converted.records), converted.dropped) == (1, 1)
    assert [remark.code for remark in converted.remarks] == ["dropped_records"]


@pytest.mark.parametrize("name", CASES)
def test_response_of_which_nothing_can_be_read_is_a_bad_payload(name: str) -> None:
    with pytest.raises(ProviderBadPayloadError):
        convert_each("source", "records", [None, "text"], CASES[name][1])


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("20261127T1330", datetime(2026, 11, 27, 13, 30, tzinfo=UTC)),
        ("20261127T133015", datetime(2026, 11, 27, 13, 30, 15, tzinfo=UTC)),
        ("20261127", None),
        ("2026-11-27T13:30:15Z", None),
        (None, None),
    ],
)
def test_times_of_articles(written: object, moment: datetime | None) -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    assert alpha_vantage.article({**ARTICLE, "time_published": written}, "IBM", now).published_at == moment


def test_dates_in_the_future_are_none() -> None:
    assert (
        alpha_vantage.article({**ARTICLE, "time_published": "20261127T1330"}, "IBM", NOW).published_at is None
    )
    content = {**YAHOO_ARTICLE["content"], "pubDate": "2026-11-27T13:30:00Z"}
    article = yahoo.article_from_stream({"content": content}, NOW)
    assert article is not None
    assert (article.published_at, article.title) == (None, "A & B")
    with pytest.raises(ValueError, match="future"):
        alpha_vantage.candle("2026-11-21", CANDLE, TODAY)


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [("IBM", "equity"), ("SPY", "etf"), ("BRK-B", "equity"), ("VFIAX", "mutual_fund"), ("ZZZZ", "equity")],
)
def test_kinds_of_instruments_of_the_us(symbol: str, kind: str) -> None:
    assert asset_type_of(symbol) == kind


@pytest.mark.parametrize("named", ["MSFT", "IBM.LON", "", "I B M"])
def test_response_about_another_symbol_is_rejected(named: str) -> None:
    for record, key, convert in (
        (GLOBAL_QUOTE, "01. symbol", CASES["quote"][1]),
        (OVERVIEW, "Symbol", CASES["overview"][1]),
    ):
        with pytest.raises(ProviderBadPayloadError, match="another symbol"):
            convert({**record, key: named})
