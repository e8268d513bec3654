"""The interface of a source of market data.

A source turns its own shapes and errors into ours: the vocabulary of ``shared.domain.market_data`` and the
``ProviderError`` classes. It knows nothing of caches, fallbacks or HTTP clients of ours.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.domain.market_data import (
    Actions,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Quote,
    SymbolInfo,
)


class MarketDataProvider(Protocol):
    """A source of market data. Every method may raise any ``ProviderError``; none blocks the event loop."""

    @property
    def name(self) -> str:
        """The name that goes into ``source``."""

    @property
    def kinds(self) -> frozenset[DataKind]:
        """The kinds of data this source has; the others are not asked of it."""

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Quotes by symbol; a symbol the source does not know is absent."""

    async def history(self, request: HistoryRequest) -> History:
        """A price history. An unknown symbol raises ``ProviderNotFoundError``."""

    async def actions(self, symbol: str) -> Actions:
        """All dividends and splits. An unknown symbol raises ``ProviderNotFoundError``."""

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Fundamentals. An unknown symbol raises ``ProviderNotFoundError``."""

    async def news(self, symbol: str, limit: int) -> News:
        """At most ``limit`` articles, newest first; none is an empty list."""

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """At most ``limit`` symbols whose ticker or name matches."""

    async def aclose(self) -> None:
        """Releases connections and threads."""
