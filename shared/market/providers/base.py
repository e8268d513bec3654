"""The interface of a source of market data.

A source converts its responses to the records of ``shared.domain.market_data`` and its failures to
``ProviderError``. It does not depend on caches, fallbacks or the HTTP layer.
"""

# ruff: noqa: ARG002 - methods of the interface name their parameters

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NoReturn, Protocol

from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.currency_rates import ReferenceRates
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
from shared.domain.statements import Statements, StatementsRequest
from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderNotCoveredError


class MarketDataProvider(Protocol):
    """A source of market data. Every method may raise any ``ProviderError``; none blocks the event loop.

    A source inherits from it and implements the kinds of data it has; the other methods raise
    ``ProviderNotCoveredError``.
    """

    @property
    def name(self) -> str:
        """The name that goes into ``source``."""

    @property
    def kinds(self) -> frozenset[DataKind]:
        """The kinds of data this source has; others are not requested from it."""

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        """Returns quotes by symbol; an unknown symbol is absent, one that cannot be read has its error."""
        self._lacks("quote")

    async def history(self, request: HistoryRequest) -> History:
        """Returns a price history. An unknown symbol raises ``ProviderNotFoundError``."""
        self._lacks("history")

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends and splits. An unknown symbol raises ``ProviderNotFoundError``."""
        self._lacks("actions")

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns fundamentals. An unknown symbol raises ``ProviderNotFoundError``."""
        self._lacks("fundamentals")

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns one statement over several periods; without any period ``ProviderNotCoveredError``."""
        self._lacks("statements")

    async def filings(self, symbol: str, form: str | None, limit: int) -> Filings:
        """Returns at most ``limit`` filings, of one form or of all, newest first."""
        self._lacks("filings")

    async def profile(self, symbol: str) -> Profile:
        """Returns what a company is and does. An unknown symbol raises ``ProviderNotFoundError``."""
        self._lacks("profile")

    async def earnings(self, symbol: str) -> Earnings:
        """Returns past, next and expected earnings; without any ``ProviderNotCoveredError``."""
        self._lacks("earnings")

    async def peers(self, symbol: str) -> Peers:
        """Returns companies of the same industry; none has a reason."""
        self._lacks("peers")

    async def holders(self, symbol: str) -> Holders:
        """Returns insiders and institutions; without any ``ProviderNotCoveredError``."""
        self._lacks("holders")

    async def exchange_rates(self, first: date, last: date) -> ReferenceRates:
        """Returns the reference rates of all currencies from day to day; none on days without rates."""
        self._lacks("exchange_rates")

    async def news(self, symbol: str, limit: int) -> News:
        """Returns at most ``limit`` articles, newest first; none is an empty list."""
        self._lacks("news")

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns at most ``limit`` symbols whose ticker or name matches."""
        self._lacks("search")

    async def aclose(self) -> None:
        """Releases connections and threads."""

    def _lacks(self, kind: DataKind) -> NoReturn:
        raise ProviderNotCoveredError(self.name, f"has no {kind}")
