"""Every recorded response of a kind that the client requests passes through the mapping."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shared.domain.market_data import HistoryRequest, Quote
from shared.market.providers.tiingo.client import TiingoClient
from shared.market.providers.tiingo.provider import TiingoProvider
from tests.support.recorded import recorded_folder

FOLDER = recorded_folder("tiingo")
NOW = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)


class Recorded(TiingoClient):
    """Responds with a recorded response."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def get_list(self, path: str, **params: str) -> Sequence[object]:  # noqa: ARG002
        """Returns the records of the file."""
        recorded = json.loads((FOLDER / self._name).read_text("utf-8"))
        records = json.loads(recorded["body"])
        assert isinstance(records, list)
        return records

    async def aclose(self) -> None:
        """Closes nothing."""


def provider(name: str) -> TiingoProvider:
    return TiingoProvider(Recorded(name), lambda: NOW)


@pytest.mark.parametrize(
    ("name", "prices"),
    [("iex-AAPL.json", {"AAPL": 319.97}), ("iex-MSFT-AAPL.json", {"MSFT": 499.7, "AAPL": 319.97})],
)
async def test_quotes(name: str, prices: dict[str, float]) -> None:
    quotes = await provider(name).quotes(list(prices))
    assert {symbol: quote.price for symbol, quote in quotes.items() if isinstance(quote, Quote)} == prices


@pytest.mark.parametrize(
    ("name", "symbol", "closes"),
    [
        ("daily-AAPL-prices-2019-01.json", "AAPL", (157.92, 157.92)),
        ("daily-AAPL-prices-dividend-2023-02.json", "AAPL", (151.73, 150.4935689176)),
        ("daily-PG-prices-2015-01.json", "PG", (90.44, 74.3979026216)),
    ],
)
async def test_daily_prices(name: str, symbol: str, closes: tuple[float, float]) -> None:
    request = HistoryRequest(symbol=symbol, period="max", interval="1d")
    history = await provider(name).history(request)
    first = history.candles[0]
    assert (first.close, first.adjusted_close) == closes
    assert history.quality == ()


async def test_dividend_of_february_2023() -> None:
    actions = await provider("daily-AAPL-prices-dividend-2023-02.json").actions("AAPL")
    assert [(item.ex_date.isoformat(), item.amount) for item in actions.dividends] == [("2023-02-10", 0.23)]


async def test_search() -> None:
    hits = await provider("search-apple.json").search("apple", 10)
    assert hits[0].symbol == "AAPL"
    assert all(hit.country == "United States" for hit in hits)
