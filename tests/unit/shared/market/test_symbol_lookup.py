"""Symbols are searched in several places; a failed place makes the result partial."""

import pytest

from shared.domain.market_data import SymbolInfo
from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError
from shared.market.symbol_lookup import search_symbols
from shared.observability.telemetry import request_scope


def info(symbol: str, name: str = "") -> SymbolInfo:
    return SymbolInfo(
        symbol=symbol,
        name=name or symbol,
        asset_type="equity",
        exchange=None,
        country=None,
        currency=None,
        sector=None,
    )


class Place:
    """A place that finds these symbols, or fails."""

    def __init__(
        self, *symbols: str, name: str = "", fails: ServiceError | RateLimitedError | None = None
    ) -> None:
        self._symbols = symbols
        self._name = name
        self._fails = fails
        self.asked = 0

    async def search(self, _query: str, limit: int) -> list[SymbolInfo]:
        self.asked += 1
        if self._fails is not None:
            raise self._fails
        return [info(symbol, self._name) for symbol in self._symbols][:limit]


DOWN = DependencyUnavailableError("The database is not available.")


async def symbols_of(*places: Place, limit: int = 3) -> list[str]:
    return [found.symbol for found in await search_symbols(places, "A", limit)]


async def test_first_place_comes_first_and_each_symbol_once() -> None:
    catalogue, provider = Place("AAPL", name="catalogue"), Place("AAPL", "AMD", "AMZN", name="provider")
    found = await search_symbols([catalogue, provider], "A", 3)
    assert [(one.symbol, one.name) for one in found] == [
        ("AAPL", "catalogue"),
        ("AMD", "provider"),
        ("AMZN", "provider"),
    ]


async def test_later_places_are_not_asked_when_there_are_enough() -> None:
    later = Place("ADBE")
    assert await symbols_of(Place("AAPL", "AMD", "AMZN", "ABNB"), later) == ["AAPL", "AMD", "AMZN"]
    assert later.asked == 0


async def test_failed_place_makes_the_result_partial_and_is_logged() -> None:
    with request_scope("r1", "search") as scope:
        assert await symbols_of(Place(fails=DOWN), Place("AAPL")) == ["AAPL"]
    assert (scope.fields["partial"], scope.fields["found"]) == (DOWN.detail, 1)


@pytest.mark.parametrize("error", [DOWN, RateLimitedError("Too many requests.", retry_after=8)])
async def test_failure_is_raised_when_nothing_was_found(error: ServiceError | RateLimitedError) -> None:
    with pytest.raises(type(error)):
        await symbols_of(Place(fails=error), Place())


async def test_nothing_found_is_no_error() -> None:
    assert await symbols_of(Place(), Place()) == []
