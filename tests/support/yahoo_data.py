"""What the Yahoo stub answers: Yahoo's shapes, filled with a small made-up market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_DAY = 86_400


@dataclass(frozen=True)
class Listing:
    """One instrument of the stub; ``price`` in ``currency`` as Yahoo writes it (``GBp`` is pence)."""

    symbol: str
    name: str
    price: float
    currency: str = "USD"
    kind: str = "EQUITY"
    exchange: str = "NasdaqGS"
    timezone: str = "America/New_York"
    industry: str = "Consumer Electronics"


LISTINGS: Mapping[str, Listing] = {
    listing.symbol: listing
    for listing in (
        Listing("AAPL", "Apple Inc.", 235.0),
        Listing("MSFT", "Microsoft Corporation", 430.0),
        Listing("GOOGL", "Alphabet Inc.", 175.0),
        Listing("NVDA", "NVIDIA Corporation", 140.0),
        Listing("BRK-B", "Berkshire Hathaway Inc.", 465.0, exchange="NYSE"),
        Listing("KO", "The Coca-Cola Company", 62.0, exchange="NYSE", industry="Beverages"),
        Listing("VOD.L", "Vodafone Group Plc", 71.5, "GBp", exchange="LSE", timezone="Europe/London"),
        Listing("7203.T", "Toyota Motor Corporation", 2700.0, "JPY", exchange="Tokyo", timezone="Asia/Tokyo"),
        Listing("^GSPC", "S&P 500", 5900.0, kind="INDEX", exchange="SNP"),
        Listing("SPY", "SPDR S&P 500", 590.0, kind="ETF", exchange="NYSEArca"),
        Listing("BTC-USD", "Bitcoin USD", 98000.0, kind="CRYPTOCURRENCY", exchange="CCC", timezone="UTC"),
        Listing("EURUSD=X", "EUR/USD", 1.05, kind="CURRENCY", exchange="CCY", timezone="Europe/London"),
    )
}


def quote_row(listing: Listing, now: datetime) -> dict[str, Any]:
    """A row of ``v7/finance/quote``."""
    return {
        "symbol": listing.symbol,
        "quoteType": listing.kind,
        "currency": listing.currency,
        "longName": listing.name,
        "shortName": listing.name,
        "fullExchangeName": listing.exchange,
        "exchange": "NMS",
        "marketState": "REGULAR",
        "regularMarketPrice": listing.price,
        "regularMarketPreviousClose": listing.price * 0.98,
        "regularMarketChange": listing.price * 0.02,
        "regularMarketChangePercent": 2.0408163,
        "regularMarketOpen": listing.price * 0.99,
        "regularMarketDayHigh": listing.price * 1.01,
        "regularMarketDayLow": listing.price * 0.97,
        "regularMarketVolume": 55_000_000,
        "regularMarketTime": int(now.timestamp()),
        "marketCap": 3_548_500_000_000,
        "dividendYield": 0.44,
    }


def chart(listing: Listing, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """An answer of ``v8/finance/chart``; every tenth candle lacks its prices, as some of Yahoo's do."""
    intraday = params.get("interval", "1d")[-1] in "mh"
    starts = _intraday_starts(listing, now) if intraday else _daily_starts(listing, params, now)
    closes = [round(listing.price * (1 - 0.001 * (len(starts) - 1 - i)), 4) for i in range(len(starts))]

    def column(factor: float) -> list[float | None]:
        return [None if i % 10 == 9 else close * factor for i, close in enumerate(closes)]

    quote = {
        "open": column(0.99),
        "high": column(1.01),
        "low": column(0.98),
        "close": column(1.0),
        "volume": [None if i % 10 == 9 else 1_000_000 + i for i in range(len(closes))],
    }
    result = {
        "meta": _meta(listing, now, intraday=intraday),
        "timestamp": starts,
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": column(0.995)}]},
    }
    return {"chart": {"result": [result], "error": None}}


def _meta(listing: Listing, now: datetime, *, intraday: bool) -> dict[str, Any]:
    zone = ZoneInfo(listing.timezone)
    opens = now.astimezone(zone).replace(hour=9, minute=30, second=0, microsecond=0)
    offset = int((opens.utcoffset() or timedelta()).total_seconds())

    def session(first: int, last: int) -> dict[str, Any]:
        start = int(opens.timestamp())
        return {"timezone": "X", "start": start + first, "end": start + last, "gmtoffset": offset}

    periods = {"pre": session(-19_800, 0), "regular": session(0, 23_400), "post": session(23_400, 37_800)}
    meta = {
        "currency": listing.currency,
        "symbol": listing.symbol,
        "exchangeName": "NMS",
        "fullExchangeName": listing.exchange,
        "instrumentType": listing.kind,
        "longName": listing.name,
        "firstTradeDate": 345_479_400,
        "regularMarketTime": int(now.timestamp()),
        "regularMarketPrice": listing.price,
        "regularMarketDayHigh": listing.price * 1.01,
        "regularMarketDayLow": listing.price * 0.97,
        "regularMarketVolume": 55_000_000,
        "chartPreviousClose": listing.price * 0.98,
        "gmtoffset": offset,
        "timezone": "X",
        "exchangeTimezoneName": listing.timezone,
        "priceHint": 2,
        "currentTradingPeriod": periods,
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }
    return meta | ({"tradingPeriods": [[periods["regular"]]]} if intraday else {})


def _daily_starts(listing: Listing, params: Mapping[str, str], now: datetime) -> list[int]:
    """Opening times of the weekdays in the span asked for."""
    days = {"1d": 1, "5d": 7, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366}.get(params.get("range", ""), 1000)
    last = min(now.timestamp(), float(params.get("period2", now.timestamp())))
    first = max(float(params.get("period1", now.timestamp() - days * _DAY)), last - 1000 * _DAY)
    zone = ZoneInfo(listing.timezone)
    opens = datetime.fromtimestamp(first, zone).replace(hour=9, minute=30, second=0, microsecond=0)
    starts = []
    while opens.timestamp() < last:
        if opens.timestamp() >= first and opens.weekday() < 5:
            starts.append(int(opens.timestamp()))
        opens = (opens.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
    return starts


def _intraday_starts(listing: Listing, now: datetime) -> list[int]:
    opens = now.astimezone(ZoneInfo(listing.timezone)).replace(hour=9, minute=30, second=0, microsecond=0)
    return [int(opens.timestamp()) + 300 * i for i in range(12)]


def summary(listing: Listing, now: datetime) -> dict[str, Any]:
    """The modules of ``quoteSummary`` for a company."""
    return {
        "price": {
            "currency": listing.currency,
            "longName": listing.name,
            "marketCap": 3_548_500_000_000,
            "regularMarketTime": int(now.timestamp()),
            "regularMarketChangePercent": 0.0204,
        },
        "quoteType": {"quoteType": listing.kind, "timeZoneFullName": listing.timezone},
        "calendarEvents": {
            "earnings": {
                "earningsDate": [int((now + timedelta(days=day)).timestamp()) for day in (60, 64)],
                "isEarningsDateEstimate": True,
            }
        },
        "earningsHistory": {
            "history": [
                {
                    "quarter": int(datetime(now.year, 6, 30, tzinfo=UTC).timestamp()),
                    "epsActual": 1.4,
                    "epsEstimate": 1.34,
                    "currency": listing.currency,
                }
            ]
        },
        "institutionOwnership": {
            "ownershipList": [{"organization": "Stub Fund", "pctHeld": 0.0929, "position": 1_395_785_512}]
        },
        "assetProfile": {
            "sector": "Technology",
            "industry": "Consumer Electronics",
            "country": "United States",
            "fullTimeEmployees": 164_000,
            "longBusinessSummary": f"{listing.name} makes things.",
        },
        "summaryDetail": {
            "trailingPE": 35.5,
            "forwardPE": "Infinity",
            "priceToSalesTrailing12Months": 9.1,
            "dividendRate": 1.04,
            "dividendYield": 0.0044,
            "payoutRatio": 0.16,
            "beta": {"raw": 1.24, "fmt": "1.24"},
        },
        "defaultKeyStatistics": {
            "enterpriseValue": 3_600_000_000_000,
            "sharesOutstanding": 15_100_000_000,
            "priceToBook": 62.1,
            "enterpriseToEbitda": 26.2,
            "trailingEps": 6.62,
            "bookValue": 3.78,
            "netIncomeToCommon": 93_736_000_000,
            "pegRatio": {},
        },
        "financialData": {
            "financialCurrency": "GBP" if listing.currency == "GBp" else listing.currency,
            "targetMeanPrice": listing.price * 1.1,
            "targetHighPrice": listing.price * 1.3,
            "targetLowPrice": listing.price * 0.8,
            "recommendationKey": "buy",
            "numberOfAnalystOpinions": 40,
            "totalCash": 65_171_000_000,
            "totalDebt": 119_059_000_000,
            "totalRevenue": 391_035_000_000,
            "debtToEquity": 209.06,
            "currentRatio": 0.87,
            "freeCashflow": 110_846_000_000,
            "grossMargins": 0.462,
            "operatingMargins": 0.3117,
            "profitMargins": 0.2397,
            "returnOnEquity": 1.5741,
            "returnOnAssets": 0.2146,
            "revenueGrowth": 0.061,
            "earningsGrowth": -0.341,
        },
    }


def screener(now: datetime) -> dict[str, Any]:
    """The companies of an industry, the largest first; all have the same market value."""
    companies = (
        listing
        for listing in LISTINGS.values()
        if (listing.kind, listing.industry) == ("EQUITY", "Consumer Electronics")
    )
    return {"finance": {"result": [{"quotes": [quote_row(one, now) for one in companies]}], "error": None}}


def news(symbols: Sequence[str], count: int, now: datetime) -> dict[str, Any]:
    """The news stream, with an advertisement in it as Yahoo has them."""
    stream: list[dict[str, Any]] = [{"id": "ad", "ad": ["x"], "content": {"title": "Buy this"}}]
    for number in range(count if symbols and symbols[0] in LISTINGS else 0):
        published = (now - timedelta(hours=count - number)).astimezone(UTC)
        content = {
            "title": f"{symbols[0]} headline {number}",
            "summary": "A summary.",
            "pubDate": published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "provider": {"displayName": "Stub News"},
            "canonicalUrl": {"url": f"https://finance.yahoo.com/news/{number}"},
        }
        stream.append({"id": str(number), "content": content})
    return {"data": {"tickerStream": {"stream": stream}}}


def search(query: str, count: int) -> dict[str, Any]:
    """Hits of ``v1/finance/search``, with one that is no symbol."""
    wanted = query.casefold()
    hits: list[dict[str, Any]] = [{"index": "private", "name": "A private company", "isYahooFinance": False}]
    hits += [
        {
            "symbol": listing.symbol,
            "shortname": listing.name,
            "longname": listing.name,
            "quoteType": listing.kind,
            "exchDisp": listing.exchange,
            "sector": "Technology",
        }
        for listing in LISTINGS.values()
        if wanted in listing.symbol.casefold() or wanted in listing.name.casefold()
    ]
    return {"count": len(hits), "quotes": hits[: count + 1], "news": []}
