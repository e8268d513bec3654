"""Gathers what an answer is to stand on: the data of the symbols asked about, as numbered facts."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.agent.facts import fact_of
from shared.errors import NotFoundError, ServiceError
from shared.llm.base_model_client import Fact
from shared.market.models import Provenance

if TYPE_CHECKING:
    from shared.market.data_manager import Answer, DataManager

_ARTICLES = 5


@dataclass(frozen=True)
class Grounding:
    """What an answer stands on.

    Attributes:
        facts: Numbered from 1.
        missing: What could not be had, each with the reason.
    """

    facts: tuple[Fact, ...]
    missing: tuple[str, ...]


async def gather_facts(market_data: "DataManager", symbols: Sequence[str]) -> Grounding:
    """Quote, technical figures, fundamentals and news of every symbol, asked for at once.

    Each is bounded by the deadline of market data. Nothing here raises: what fails is missing.
    """
    missing: list[str] = []

    async def part(symbol: str, kind: str, answer: "Awaitable[Answer[Any]]") -> Provenance | None:
        try:
            value: Provenance = (await answer).value
            return value
        except (ServiceError, NotFoundError) as error:
            missing.append(f"{kind} of {symbol} ({error.detail})")
            return None

    wanted = [
        (symbol, kind, answer) for symbol in symbols for kind, answer in _questions(market_data, symbol)
    ]
    parts = await asyncio.gather(*(part(*question) for question in wanted))
    there = [(symbol, kind, one) for (symbol, kind, _), one in zip(wanted, parts, strict=True) if one]
    facts = tuple(fact_of(number, kind, symbol, one) for number, (symbol, kind, one) in enumerate(there, 1))
    return Grounding(facts, tuple(sorted(missing)))


def _questions(market_data: "DataManager", symbol: str) -> "tuple[tuple[str, Awaitable[Answer[Any]]], ...]":
    return (
        ("quote", market_data.quote(symbol)),
        ("technicals", market_data.technicals(symbol, "1y")),
        ("fundamentals", market_data.fundamentals(symbol)),
        ("news", market_data.news(symbol, _ARTICLES)),
    )


def source_of(fact: Fact) -> dict[str, object]:
    """A fact's source as clients get it."""
    return {
        "id": fact.id,
        "kind": fact.kind,
        "symbol": fact.symbol,
        "source": fact.source,
        "as_of": fact.as_of,
        "stale": fact.stale,
    }
