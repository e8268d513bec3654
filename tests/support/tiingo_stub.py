"""A stand-in for Tiingo: every symbol is a company at 100 dollars, with daily prices of two years."""

import time
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.support.stub_server import StubHandler, StubServer, handler_of

HOUR_USED_UP = {"detail": "Error: You have run over your hourly request allocation."}
KEY_REJECTED = {"detail": "Invalid token."}

_YEARS = timedelta(days=730)


class TiingoStub(StubServer):
    """The server.

    Attributes:
        fault: Status and body that it responds with instead of data.
        seconds: What every response takes.
    """

    def __init__(self) -> None:
        self.fault: tuple[int, object] | None = None
        self.seconds = 0.0
        super().__init__(handler_of(self, _Handler))


class _Handler(StubHandler):
    owner: TiingoStub

    def do_GET(self) -> None:
        time.sleep(self.owner.seconds)
        if self.owner.fault is not None:
            self.respond(*self.owner.fault)
            return
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        self.respond(200, _records(address.path, query))


def _records(path: str, query: dict[str, str]) -> list[dict[str, object]]:
    today = datetime.now(UTC)
    if path == "/iex/":
        return [_price(ticker, today) for ticker in query["tickers"].split(",")]
    if path.endswith("/prices"):
        first = max(date.fromisoformat(query["startDate"]), today.date() - _YEARS)
        days = (first + timedelta(days=number) for number in range((today.date() - first).days + 1))
        return [_session(day) for day in days if day.weekday() < 5]
    return []


def _price(ticker: str, now: datetime) -> dict[str, object]:
    return {"ticker": ticker, "timestamp": now.isoformat(), "tngoLast": 100.0, "prevClose": 99.0}


def _session(day: date) -> dict[str, object]:
    prices = {"open": 99.0, "high": 102.0, "low": 98.0, "close": 100.0, "adjClose": 100.0, "volume": 1000}
    return {"date": f"{day}T00:00:00.000Z", **prices, "divCash": 0.0, "splitFactor": 1.0}
