"""A stub of Alpha Vantage with a configured response for each function."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from tests.support.stub_server import StubHandler, StubServer, handler_of

KEY = "K3YTHATNOBODYSEES"


class AlphaVantageStub(StubServer):
    """The server.

    Attributes:
        answers: By function: status and body; a body that is no text is sent as JSON, one that can be
            called is called with the query.
        seconds: What every answer takes.
        requests: The queries that arrived.
        url: Its address.
    """

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, object]] = {}
        self.seconds = 0.0
        self.requests: list[Mapping[str, str]] = []
        super().__init__(handler_of(self, _Handler))


FUNCTIONS = (
    "GLOBAL_QUOTE",
    "TIME_SERIES_DAILY",
    "DIVIDENDS",
    "SPLITS",
    "OVERVIEW",
    "EARNINGS",
    "INCOME_STATEMENT",
    "BALANCE_SHEET",
    "CASH_FLOW",
    "NEWS_SENTIMENT",
    "SYMBOL_SEARCH",
    "CURRENCY_EXCHANGE_RATE",
    "FX_DAILY",
    "ETF_PROFILE",
)
"""What may be asked of it."""


def usual_body(query: Mapping[str, str]) -> object:
    """What the real one answers to a free key: every symbol is a company at 100 dollars."""
    symbol = query.get("symbol") or query.get("tickers", "")
    today = datetime.now(UTC)
    days = [f"{today - timedelta(days=ago):%Y-%m-%d}" for ago in range(100)]
    row = {"1. open": "99", "2. high": "102", "3. low": "98", "4. close": "100", "5. volume": "1000"}
    quote = {
        "01. symbol": symbol,
        "05. price": "100",
        "07. latest trading day": days[0],
        "08. previous close": "99",
    }
    bodies: dict[str, object] = {
        "GLOBAL_QUOTE": {"Global Quote": quote},
        "TIME_SERIES_DAILY": {"Meta Data": {}, "Time Series (Daily)": dict.fromkeys(days, row)},
        "DIVIDENDS": {"symbol": symbol, "data": []},
        "SPLITS": {"symbol": symbol, "data": []},
        "OVERVIEW": {"Symbol": symbol, "Name": f"{symbol} Inc.", "Currency": "USD", "PERatio": "20"},
        "NEWS_SENTIMENT": {"feed": [{"title": f"News of {symbol}", "url": "https://news.example/1"}]},
        "SYMBOL_SEARCH": {"bestMatches": []},
        "CURRENCY_EXCHANGE_RATE": {"Realtime Currency Exchange Rate": {"5. Exchange Rate": "1.1"}},
        "FX_DAILY": {"Time Series FX (Daily)": dict.fromkeys(days, row)},
        "ETF_PROFILE": {"net_assets": "1000", "dividend_yield": "0.01"},
    }
    # To other functions: what it says of a company without figures.
    return bodies.get(query["function"], {})


def quota_used_up(query: Mapping[str, str]) -> object:
    """What it says when the day's requests are used up: it repeats the key."""
    detected = f"We have detected your API key as {query['apikey']}"
    return {"Information": f"{detected} and our standard API rate limit is 25 requests per day."}


def premium_only(query: Mapping[str, str]) -> object:
    """What it says to a key whose plan is too small, with made-up rows beside it."""
    text = f"This is a premium endpoint. You may subscribe to any of the premium plans, {query['apikey']}."
    return {"Information": text, "data": [{"symbol": "MADE-UP", "close": "1"}]}


class _Handler(StubHandler):
    owner: AlphaVantageStub

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        self.owner.requests.append(query)
        time.sleep(self.owner.seconds)
        status, told = self.owner.answers[query["function"]]
        self.respond(status, told(query) if callable(told) else told)
