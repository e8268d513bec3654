"""Collects the facts for an answer: the market data of the symbols, numbered."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.domain.facts import Fact
from shared.domain.market_data import Provenance
from shared.errors.request_errors import NotFoundError, SymbolNotFoundError
from shared.errors.service_errors import ServiceError
from shared.grounding.market_facts import fact_of

if TYPE_CHECKING:
    from shared.market.data_manager import Answer, DataManager

ARTICLES: Final = 5
"""Headlines of one symbol that a model is given."""

_UNKNOWN: Final = "no data source has it"

Part = tuple[str, str]
"""A symbol and a kind of data."""


@dataclass(frozen=True)
class Grounding:
    """The facts for an answer.

    Attributes:
        facts: Numbered from 1.
        missing: Data that is unavailable, each with the reason.
    """

    facts: tuple[Fact, ...]
    missing: tuple[str, ...]


async def gather_facts(market_data: "DataManager", symbols: Sequence[str], seconds: float) -> Grounding:
    """Requests quote, technicals, fundamentals and news of every symbol concurrently.

    Raises nothing: data that fails, or does not arrive in time, is listed as missing.

    Args:
        market_data: The market data service.
        symbols: The symbols.
        seconds: Timeout of all requests together.
    """
    tasks: dict[Part, asyncio.Task[Provenance | str]] = {
        (symbol, kind): asyncio.create_task(_part(answer))
        for symbol in symbols
        for kind, answer in _questions(market_data, symbol)
    }
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=seconds)
    finally:
        for task in tasks.values():
            task.cancel()
    outcomes = {part: task.result() if task.done() else "timeout" for part, task in tasks.items()}
    return _numbered(outcomes)


def _numbered(outcomes: dict[Part, Provenance | str]) -> Grounding:
    there = {part: outcome for part, outcome in outcomes.items() if isinstance(outcome, Provenance)}
    facts = tuple(
        fact_of(number, kind, symbol, outcome)
        for number, ((symbol, kind), outcome) in enumerate(there.items(), start=1)
    )
    known = {symbol for symbol, _ in there}
    missing = (
        # One entry for an unknown symbol, not one per kind of data.
        f"{symbol} (unknown symbol)"
        if outcome == _UNKNOWN and symbol not in known
        else f"{kind} of {symbol} ({outcome})"
        for (symbol, kind), outcome in outcomes.items()
        if isinstance(outcome, str)
    )
    return Grounding(facts, tuple(dict.fromkeys(missing)))


async def _part(answer: "Awaitable[Answer[Any]]") -> Provenance | str:
    try:
        value: Provenance = (await answer).value
    except SymbolNotFoundError:
        return _UNKNOWN
    except (ServiceError, NotFoundError) as error:
        return error.detail
    return value


def _questions(market_data: "DataManager", symbol: str) -> "tuple[tuple[str, Awaitable[Answer[Any]]], ...]":
    return (
        ("quote", market_data.quote(symbol)),
        ("technicals", market_data.technicals(symbol, "1y")),
        ("fundamentals", market_data.fundamentals(symbol)),
        ("news", market_data.news(symbol, ARTICLES)),
    )
