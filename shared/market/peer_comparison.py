"""Peers with figures that can be compared: a group of companies from a source, sized and described alike.

A source may know the group only (the SEC), or the group with market values (Yahoo). Market values come from
one request for quotes, the other figures from the fundamentals of each company. An answer reads the cache
once for all quotes and once for all fundamentals: it costs at most 43 misses, and none of what is cached.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

from shared.domain.company import Conversion, Peer, Peers
from shared.domain.currency_rates import ExchangeRate
from shared.domain.market_data import Fundamentals, Quote
from shared.errors.request_errors import NotFoundError, RateLimitedError
from shared.errors.service_errors import NotEntitledError, ServiceError
from shared.market.answers import Answer, QuoteError, QuotesResult
from shared.market.background_calls import background_calls
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SourceResult, is_made_up_beside

MAX_PEERS: Final = 10
"""Peers of an answer: the fundamentals of each are a request of its own."""
_CANDIDATES: Final = 30
"""Companies whose market values are looked up: the order of a source is not always that of the day."""
_AT_ONCE: Final = 4
_STORE_SECONDS: Final = 0.5
"""Time for fundamentals that came at the last moment to be cached."""
_UNAVAILABLE: Final = (NotFoundError, RateLimitedError, ServiceError)


class MarketFigures(Protocol):
    """The market data that peers are compared by."""

    async def quotes(self, symbols: Sequence[str]) -> QuotesResult:
        """Returns quotes."""

    async def fundamentals_of_many(
        self, symbols: Sequence[str], seconds: float
    ) -> Mapping[str, Fundamentals | QuoteError]:
        """Returns what comes within some seconds."""

    async def exchange_rate(self, base: str, quote: str) -> Answer[ExchangeRate]:
        """Returns the rate of today."""


@dataclass(frozen=True)
class _SharedFigures:
    """Quotes and rates that the rows of one answer share; not complete when a source failed.

    Beside a real group of companies, sample data count as those of a source that failed.
    """

    quotes: dict[str, Quote]
    currency: str | None
    rates: dict[str, ExchangeRate]
    source: str
    complete: bool


class PeerComparison:
    """Finds the peers of a company, the largest first.

    Args:
        chain: The sources.
        figures: Market data of each company.
        deadline: Seconds for all figures; those that have not come by then are left out.
    """

    def __init__(self, chain: SourceChain, figures: MarketFigures, deadline: float) -> None:
        self._chain = chain
        self._figures = figures
        self._deadline = deadline

    async def find(self, symbol: str) -> SourceResult[Peers]:
        """Returns the peers of a company; an answer without all figures is a placeholder.

        Raises:
            SymbolNotFoundError: No source has a group for the company.
            ServiceError: No source could answer.
        """
        found = await self._chain.ask("peers", symbol, lambda source: source.peers(symbol))
        group = found.value.peers
        if not group:
            return found
        if any(peer.revenue is not None for peer in group):
            largest = tuple(sorted(group, key=_size, reverse=True)[:MAX_PEERS])
            return replace(found, value=found.value.model_copy(update={"peers": largest}))
        candidates, ends = group[:_CANDIDATES], asyncio.get_running_loop().time() + self._deadline
        try:
            async with asyncio.timeout_at(ends):
                shared = await self._shared(symbol, candidates, found.value.source)
        except TimeoutError:
            shared = _SharedFigures({}, None, {}, found.value.source, complete=False)
        sized = sorted((_sized(peer, shared) for peer in candidates), key=_size, reverse=True)
        rows, complete = await self._described(sized[:MAX_PEERS], shared, ends)
        value = found.value.model_copy(update={"peers": tuple(sorted(rows, key=_size, reverse=True))})
        is_placeholder = found.is_placeholder or not (complete and shared.complete)
        return SourceResult(value, found.fallback_reason, is_placeholder)

    async def _shared(self, symbol: str, group: Sequence[Peer], source: str) -> _SharedFigures:
        """Returns the quotes of a group, the currency of its answer, and the rates to that currency."""
        result = await self._figures.quotes([symbol, *(peer.symbol for peer in group)])
        quotes = {
            answer.value.symbol: answer.value
            for answer in result.answers
            if not is_made_up_beside(answer.value, source)
        }
        named = [quotes[symbol].currency if symbol in quotes else None]
        named += [quote.currency for quote in quotes.values()] + [peer.currency for peer in group]
        currency = next((code for code in named if code), None)
        others = sorted({code for code in named if code and code != currency})
        rates = await asyncio.gather(*(self._rate(code, currency) for code in others if currency))
        failures = [*result.errors.values(), *_errors(rates)]
        known = {
            rate.base: rate
            for rate in rates
            if isinstance(rate, ExchangeRate) and not is_made_up_beside(rate, source)
        }
        complete = len(quotes) == len(result.answers) and len(known) + len(_errors(rates)) == len(rates)
        return _SharedFigures(quotes, currency, known, source, complete=complete and _are_answers(failures))

    async def _rate(self, base: str, quote: str) -> ExchangeRate | Exception:
        try:
            return (await self._figures.exchange_rate(base, quote)).value
        except _UNAVAILABLE as error:
            return error

    async def _described(
        self, rows: Sequence[Peer], shared: _SharedFigures, ends: float
    ) -> tuple[list[Peer], bool]:
        """Returns rows with the fundamentals that came in time, and whether all sources answered."""
        remaining = max(0.0, ends - asyncio.get_running_loop().time())
        symbols = [peer.symbol for peer in rows]
        known: Mapping[str, Fundamentals | QuoteError] = {}
        # Bounds the concurrent requests, and keeps the small budget of a fallback for requests of clients.
        with background_calls(_AT_ONCE), suppress(TimeoutError):
            async with asyncio.timeout(remaining + _STORE_SECONDS):
                known = await self._figures.fundamentals_of_many(symbols, remaining)
        real = {
            name: one
            for name, one in known.items()
            if isinstance(one, Exception) or not is_made_up_beside(one, shared.source)
        }
        described = [
            _described(peer, found, shared)
            if isinstance(found := real.get(peer.symbol), Fundamentals)
            else peer
            for peer in rows
        ]
        return described, len(real) == len(symbols) and _are_answers(_errors(real.values()))


def _errors(found: Iterable[object]) -> list[Exception]:
    return [one for one in found if isinstance(one, Exception)]


def _are_answers(errors: Iterable[Exception]) -> bool:
    """Returns whether errors are answers: what no source has now, none has in a minute."""
    return all(isinstance(error, (NotEntitledError, NotFoundError)) for error in errors)


def _sized(peer: Peer, shared: _SharedFigures) -> Peer:
    """Returns a row with its market value in the currency of the answer; None without a rate."""
    quote = shared.quotes.get(peer.symbol)
    own = (quote.currency if quote else None) or peer.currency
    value = (quote.market_cap if quote else None) or peer.market_cap
    conversion = _conversion(own, shared)
    return peer.model_copy(
        update={
            "name": (quote.name if quote else None) or peer.name,
            "market_cap": _converted(value, own, shared),
            "currency": shared.currency if conversion else own,
            "converted_from": conversion if value is not None else None,
        }
    )


def _described(peer: Peer, known: Fundamentals, shared: _SharedFigures) -> Peer:
    """Returns a row with the figures of fundamentals; growth and margins in percent."""
    conversion = _conversion(known.currency, shared)
    return peer.model_copy(
        update={
            "market_cap": peer.market_cap or _converted(known.market_cap, known.currency, shared),
            "currency": peer.currency or (shared.currency if conversion else known.currency),
            "revenue": _converted(known.revenue, known.currency, shared),
            "revenue_growth": _percent(known.revenue_growth),
            "operating_margin": _percent(known.operating_margin),
            "net_margin": _percent(known.profit_margin),
            "trailing_pe": peer.trailing_pe if known.trailing_pe is None else known.trailing_pe,
            "converted_from": peer.converted_from or conversion,
        }
    )


def _converted(amount: int | None, own: str | None, shared: _SharedFigures) -> int | None:
    """Returns an amount in the currency of the answer; None without a rate to it."""
    if amount is None or own is None or own == shared.currency:
        return amount
    rate = shared.rates.get(own)
    return round(amount * rate.rate) if rate else None


def _conversion(own: str | None, shared: _SharedFigures) -> Conversion | None:
    rate = shared.rates.get(own) if own else None
    return Conversion(currency=rate.base, rate=rate.rate, date=rate.date) if rate else None


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else float(f"{fraction * 100:.6g}")


def _size(peer: Peer) -> int:
    return -1 if peer.market_cap is None else peer.market_cap
