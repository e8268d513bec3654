"""The tools a model may call to look further: each validated, bounded, and answered with a numbered fact."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.agent.facts import fact_of, quoted
from shared.errors import ProblemError
from shared.llm.base_model_client import Fact, ToolCall, ToolDefinition
from shared.market.models import HistoryRequest, Interval, Period
from shared.market.symbols import normalise_symbol

if TYPE_CHECKING:
    from shared.market.data_manager import DataManager

MAX_ROUNDS: Final = 5
"""How often a model may call tools before it has to answer."""

MAX_CALLS: Final = 8
"""Calls of one round that are carried out."""

_ARTICLES: Final = 5
_MATCHES: Final = 5


class SymbolArguments(BaseModel):
    """Arguments of the tools that need a symbol alone."""

    model_config = ConfigDict(extra="forbid")

    symbol: str


class HistoryArguments(SymbolArguments):
    """Arguments of ``get_history``."""

    period: Period = "1mo"
    interval: Interval = "1d"


class SearchArguments(BaseModel):
    """Arguments of ``search_symbols``."""

    model_config = ConfigDict(extra="forbid")

    query: str


@dataclass(frozen=True)
class ToolResult:
    """What came of a call.

    Attributes:
        text: What the model is told.
        fact: The fact it was given; None when there is none.
        failed: Whether the call could not be carried out.
        arguments: The arguments, as far as they are valid.
    """

    text: str
    fact: Fact | None = None
    failed: bool = False
    arguments: Mapping[str, Any] | None = None


_TOOLS: Final[Mapping[str, tuple[str, type[BaseModel]]]] = {
    "get_quote": ("The price of one symbol now.", SymbolArguments),
    "get_history": ("The price history of one symbol, in short.", HistoryArguments),
    "get_technicals": ("Technical figures and signals of one symbol.", SymbolArguments),
    "get_fundamentals": ("Fundamentals of one company.", SymbolArguments),
    "get_news": ("The latest headlines about one symbol.", SymbolArguments),
    "search_symbols": ("Symbols whose ticker or name matches.", SearchArguments),
}

DEFINITIONS: Final = tuple(
    ToolDefinition(name, description, arguments.model_json_schema())
    for name, (description, arguments) in _TOOLS.items()
)


class ToolBox:
    """Carries out the calls of one answer."""

    def __init__(self, market_data: "DataManager", next_fact: int) -> None:
        self._market_data = market_data
        self._next_fact = next_fact
        self._get: Mapping[str, Callable[[Any], Awaitable[Any]]] = {
            "get_quote": lambda given: market_data.quote(given.symbol),
            "get_history": lambda given: market_data.history(
                HistoryRequest(
                    symbol=normalise_symbol(given.symbol), period=given.period, interval=given.interval
                )
            ),
            "get_technicals": lambda given: market_data.technicals(given.symbol, "1y"),
            "get_fundamentals": lambda given: market_data.fundamentals(given.symbol),
            "get_news": lambda given: market_data.news(given.symbol, _ARTICLES),
        }

    async def call(self, call: ToolCall) -> ToolResult:
        """Carries out one call; what is wrong with it is told to the model, not raised."""
        if call.name not in _TOOLS:
            return ToolResult(f"There is no tool {call.name!r}.", failed=True)
        try:
            arguments = _TOOLS[call.name][1].model_validate_json(call.arguments or "{}")
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"])) or "arguments"
            return ToolResult(f"The arguments are not valid: {field}: {first['msg']}.", failed=True)
        given = arguments.model_dump()
        try:
            if isinstance(arguments, SearchArguments):
                return ToolResult(await self._search(arguments.query), arguments=given)
            part = (await self._get[call.name](arguments)).value
        except ProblemError as error:
            return ToolResult(f"It could not be had: {error.detail}", failed=True, arguments=given)
        fact = fact_of(self._next_fact, call.name.removeprefix("get_"), part.symbol, part)
        self._next_fact += 1
        text = f"[{fact.id}] source {fact.source}, as of {fact.as_of or 'unknown'}: {fact.text}"
        return ToolResult(text, fact, arguments=given)

    async def _search(self, query: str) -> str:
        found = await self._market_data.search(query, _MATCHES)
        return json.dumps([{"symbol": one.symbol, "name": quoted(one.name or "")} for one in found])
