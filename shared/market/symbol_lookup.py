"""Searches symbols in several places, one after the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import ServiceError
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.domain.market_data import SymbolInfo


class SymbolPlace(Protocol):
    """A place where symbols can be searched."""

    async def search(self, query: str, limit: int) -> "list[SymbolInfo]":
        """Returns at most ``limit`` symbols that match, best first."""


async def search_symbols(places: Sequence[SymbolPlace], query: str, limit: int) -> "list[SymbolInfo]":
    """Returns at most ``limit`` symbols whose ticker, name or alias begins with the query, by place.

    A failed place makes the result partial; the request's log line reports it.

    Args:
        places: Searched in this order until there are enough symbols.
        query: Text to look for.
        limit: Most symbols.

    Raises:
        ServiceError: Nothing was found, and a place failed.
        RateLimitedError: The same, where the place refused for a limit.
    """
    found: dict[str, SymbolInfo] = {}
    failed: ServiceError | RateLimitedError | None = None
    for place in places:
        if len(found) >= limit:
            break
        try:
            for info in await place.search(query, limit):
                found.setdefault(info.symbol, info)
        except (ServiceError, RateLimitedError) as error:
            annotate(partial=error.detail)
            failed = error
    if failed is not None and not found:
        raise failed
    annotate(found=len(found))
    return list(found.values())[:limit]
