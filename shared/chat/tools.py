"""The tools that a model may call. Arguments are validated; a result is a numbered fact."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import ValidationError

from shared.chat.calculator import Calculation, CalculationError, calculate
from shared.chat.tool_arguments import (
    ActionsArguments,
    Arguments,
    CalculationArguments,
    FilingsArguments,
    HistoryArguments,
    NewsArguments,
    PriceOnArguments,
    SearchArguments,
    StatementsArguments,
    SymbolArguments,
    TechnicalsArguments,
)
from shared.domain.caller import Owner
from shared.domain.company import Holders, Profile
from shared.domain.facts import Fact
from shared.domain.market_data import Candle, History, HistoryRequest, Provenance, Quote
from shared.domain.statements import StatementsRequest
from shared.domain.terms import EARLIEST
from shared.domain.validation_messages import validation_message
from shared.errors import ProblemError
from shared.errors.service_errors import UpstreamTimeoutError
from shared.grounding.answer_facts import company_fact, watchlist_fact
from shared.grounding.market_facts import calculation_fact, fact_of, line_of, price_fact, report_fact
from shared.grounding.quoting import quoted
from shared.llm.base_model_client import ToolCall, ToolDefinition
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.periods import history_request
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.documents import Preferences
    from shared.data.repositories import ReportPage
    from shared.market.data_manager import Answer, DataManager

MAX_ROUNDS: Final = 5
"""Maximum rounds of tool calls per answer."""

MAX_CALLS: Final = 8
"""Maximum calls per round."""

_MAX_ARGUMENTS: Final = 2_000
_MAX_NAME: Final = 64
_MATCHES: Final = 5
_LOOK_BACK: Final = timedelta(days=10)
"""No exchange is closed for longer."""


_TOOLS: Final[Mapping[str, tuple[str, type[Arguments]]]] = {
    "get_quote": ("The price of one symbol now.", SymbolArguments),
    "get_history": (
        "The price history of one symbol, in short: a period, or from start to end.",
        HistoryArguments,
    ),
    "get_price_on": (
        "The close of one symbol on a date, or of the last session before it.",
        PriceOnArguments,
    ),
    "get_actions": ("Dividends and splits of one symbol.", ActionsArguments),
    "get_technicals": ("Technical figures and signals of one symbol.", TechnicalsArguments),
    "get_fundamentals": ("Fundamentals of one company.", SymbolArguments),
    "get_statements": (
        "The income statement, balance sheet or cash flow of one company over several periods.",
        StatementsArguments,
    ),
    "get_filings": ("Filings of one company with the SEC, with links.", FilingsArguments),
    "get_earnings": (
        "Past earnings of one company with estimates and surprises, the next date, analysts' estimates.",
        SymbolArguments,
    ),
    "get_peers": (
        "Companies of the same industry as one company, the largest first, with comparable figures.",
        SymbolArguments,
    ),
    "get_company": (
        "What one company is and does, its employees and industry, and who holds its shares.",
        SymbolArguments,
    ),
    "get_watchlist": ("The symbols on the user's own watchlist, with their prices now.", Arguments),
    "get_news": ("The latest headlines about one symbol.", NewsArguments),
    "get_report": ("The newest research report about one symbol that was made here.", SymbolArguments),
    "calculate": (
        "Computes a sum, difference, ratio, growth or compound growth of figures of facts.",
        CalculationArguments,
    ),
    "search_symbols": ("Symbols whose ticker or company name matches.", SearchArguments),
}

DEFINITIONS: Final = tuple(
    ToolDefinition(name, description, arguments.model_json_schema())
    for name, (description, arguments) in _TOOLS.items()
)


_MARKET_DATA: Final[Mapping[str, Callable[["DataManager", Any], Awaitable["Answer[Any]"]]]] = {
    "get_quote": lambda data, given: data.quote(given.symbol),
    "get_technicals": lambda data, given: data.technicals(given.symbol, given.period),
    "get_fundamentals": lambda data, given: data.fundamentals(given.symbol),
    "get_actions": lambda data, given: data.actions(given.symbol, start=given.start, end=given.end),
    "get_statements": lambda data, given: data.statements(StatementsRequest(**given.model_dump())),
    "get_filings": lambda data, given: data.filings(given.symbol, given.form, given.limit),
    "get_earnings": lambda data, given: data.earnings(given.symbol),
    "get_peers": lambda data, given: data.peers(given.symbol),
    "get_news": lambda data, given: data.news(given.symbol, given.limit),
}
"""The tools that are one request for market data."""


class Reports(Protocol):
    """The stored research reports."""

    async def list(
        self, owner: Owner, symbol: str | None, report_type: str | None, limit: int, cursor: str | None
    ) -> "ReportPage":
        """Returns summaries of the reports of an owner, newest first."""


class WatchlistStore(Protocol):
    """The preferences of owners."""

    async def get(self, owner: str) -> "Preferences":
        """Returns the preferences of an owner; defaults if none are stored."""


class ToolStores(Protocol):
    """What the tools read of an owner."""

    @property
    def reports(self) -> Reports:
        """The stored research reports."""

    @property
    def preferences(self) -> WatchlistStore:
        """The stored preferences."""


@dataclass(frozen=True)
class PlannedCall:
    """A validated call that has not run yet.

    Attributes:
        call: The call of the model.
        name: Name of the tool; the name of an unknown tool is shortened.
        arguments: The arguments; None if the call is refused.
        objection: Why it is refused; empty otherwise.
    """

    call: ToolCall
    name: str
    arguments: Arguments | None
    objection: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """Returns the arguments in the form of the contract."""
        return self.arguments.model_dump(mode="json", exclude_none=True) if self.arguments else {}


@dataclass(frozen=True)
class ToolResult:
    """The result of a call.

    Attributes:
        planned: The call.
        text: Text for the model.
        failed: Whether the call failed.
        duration_ms: Duration in milliseconds.
        fact: The new fact; None without one.
    """

    planned: PlannedCall
    text: str
    failed: bool
    duration_ms: int
    fact: Fact | None = None


@dataclass(frozen=True)
class _PriceOn:
    """The last candle up to a day."""

    history: History
    candle: Candle
    day: date


@dataclass(frozen=True)
class _CompanyProfile:
    """A profile with the holders, if those are known."""

    profile: Profile
    holders: Holders | None


@dataclass(frozen=True)
class _Watchlist:
    """The watched symbols with the quotes that are known."""

    symbols: Sequence[str]
    quotes: Sequence[Quote]


_Record = Provenance | Calculation | _PriceOn | _CompanyProfile | _Watchlist | Mapping[str, Any]
"""Market data, a calculation, a price, a company, a watchlist, or a report's summary."""
_Found = _Record | str
"""A record, or a text that is not a fact."""


@dataclass
class ToolBox:
    """Runs the tool calls of one answer.

    Attributes:
        market_data: The market data service.
        stores: The stored reports and preferences.
        owner: The owner of the conversation, whose reports and watchlist the model may read.
        clock: The present time.
        seconds: Timeout of one call.
        facts: The facts that the model has so far; new facts are added.
    """

    market_data: "DataManager"
    stores: ToolStores
    owner: Owner
    clock: Clock
    seconds: float
    facts: list[Fact] = field(default_factory=list)

    def plan(self, calls: Sequence[ToolCall]) -> list[PlannedCall]:
        """Validates the calls of one round."""
        return [
            _planned(call) if place < MAX_CALLS else _refused(call, "Too many concurrent calls.")
            for place, call in enumerate(calls)
        ]

    async def run(self, planned: Sequence[PlannedCall]) -> list[ToolResult]:
        """Runs calls concurrently; a failure becomes a result for the model and is not raised."""
        outcomes = await asyncio.gather(*(self._timed(one) for one in planned))
        # Numbered here, in the order of the calls and not of their answers.
        return [self._result(one, *outcome) for one, outcome in zip(planned, outcomes, strict=True)]

    async def _timed(self, planned: PlannedCall) -> tuple[_Found | ProblemError, int]:
        started = time.perf_counter()
        found = await self._found(planned)
        return found, round((time.perf_counter() - started) * 1000)

    async def _found(self, planned: PlannedCall) -> _Found | ProblemError:
        if planned.arguments is None:
            return planned.objection
        try:
            async with asyncio.timeout(self.seconds):
                return await self._carry_out(planned.name, planned.arguments)
        except ProblemError as error:
            return error
        except TimeoutError:
            return UpstreamTimeoutError("It took too long.")

    async def _carry_out(self, name: str, given: Any) -> _Found:  # noqa: ANN401 - each tool has its own
        match name:
            case "search_symbols":
                return await self._search(given.query)
            case "get_report":
                return await self._report(given.symbol)
            case "get_history":
                return (await self.market_data.history(self._history(given))).value
            case "get_price_on":
                return await self._price_on(given)
            case "get_company":
                return await self._company(given.symbol)
            case "get_watchlist":
                return await self._watchlist()
            case "calculate":
                return _calculated(given, self.facts)
        found: Provenance = (await _MARKET_DATA[name](self.market_data, given)).value
        return found

    def _history(self, given: HistoryArguments) -> HistoryRequest:
        return history_request(
            given.symbol,
            period=given.period,
            interval=given.interval,
            start=given.start,
            end=given.end,
            now=self.clock(),
        )

    async def _price_on(self, given: PriceOnArguments) -> "_PriceOn | str":
        today = exchange_date(given.symbol, self.clock())
        if given.day > today:
            return f"{given.day} is in the future: at the exchange of {given.symbol} today is {today}."
        request = history_request(
            given.symbol,
            period=None,
            interval="1d",
            start=max(given.day - _LOOK_BACK, EARLIEST),
            end=given.day,
            now=self.clock(),
        )
        history = (await self.market_data.history(request)).value
        if not history.candles:
            return f"There is no session of {given.symbol} in the ten days up to {given.day}."
        return _PriceOn(history, history.candles[-1], given.day)

    async def _company(self, symbol: str) -> _CompanyProfile:
        profile, holders = await asyncio.gather(
            self.market_data.profile(symbol), self.market_data.holders(symbol), return_exceptions=True
        )
        if isinstance(profile, BaseException):
            raise profile
        if isinstance(holders, BaseException):
            if not isinstance(holders, ProblemError):
                raise holders
            return _CompanyProfile(profile.value, None)
        return _CompanyProfile(profile.value, holders.value)

    async def _watchlist(self) -> "_Watchlist | str":
        symbols = (await self.stores.preferences.get(self.owner)).watchlist
        if not symbols:
            return "The watchlist of this user is empty."
        quotes = await self.market_data.quotes(symbols)
        return _Watchlist(symbols, [answer.value for answer in quotes.answers])

    async def _search(self, query: str) -> str:
        found = await self.market_data.search(query, _MATCHES)
        return "; ".join(f"{one.symbol} {quoted(one.name or '')}" for one in found) or "Nothing was found."

    async def _report(self, symbol: str) -> Mapping[str, Any] | str:
        page = await self.stores.reports.list(self.owner, symbol, None, 1, None)
        return page.reports[0] if page.reports else f"No report about {symbol} has been made yet."

    def _result(self, planned: PlannedCall, found: _Found | ProblemError, duration_ms: int) -> ToolResult:
        if isinstance(found, ProblemError):
            return ToolResult(planned, f"Unavailable: {found.detail}", True, duration_ms)
        if isinstance(found, str):
            return ToolResult(planned, found, planned.arguments is None, duration_ms)
        fact = self._fact(planned.name.removeprefix("get_"), found)
        known = next((one for one in self.facts if says_the_same(one, fact)), None)
        if known is not None:
            return ToolResult(planned, line_of(known), False, duration_ms)
        self.facts.append(fact)
        return ToolResult(planned, line_of(fact), False, duration_ms, fact)

    def _fact(self, kind: str, found: _Record) -> Fact:
        # Facts that did not fit into the prompt leave gaps between the numbers.
        number = max((fact.id for fact in self.facts), default=0) + 1
        if isinstance(found, Calculation):
            return calculation_fact(number, found.symbol, found.text, found.data)
        if isinstance(found, _PriceOn):
            return price_fact(number, found.history, found.candle, found.day)
        if isinstance(found, Mapping):
            return report_fact(number, found)
        if isinstance(found, _CompanyProfile):
            return company_fact(number, found.profile, found.holders)
        if isinstance(found, _Watchlist):
            return watchlist_fact(number, found.symbols, found.quotes)
        symbol: str = getattr(found, "symbol", "")
        return fact_of(number, kind, symbol, found)


def _calculated(given: CalculationArguments, facts: Sequence[Fact]) -> Calculation | str:
    try:
        return calculate(given.operation, given.operands, facts, given.years)
    except CalculationError as error:
        return str(error)


def _planned(call: ToolCall) -> PlannedCall:
    if call.name not in _TOOLS:
        return _refused(call, f"There is no such tool. There are: {', '.join(_TOOLS)}.")
    if len(call.arguments) > _MAX_ARGUMENTS:
        return _refused(call, "The arguments are too long.")
    try:
        arguments = _TOOLS[call.name][1].model_validate_json(call.arguments or "{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "arguments"
        return _refused(call, f"The arguments are not valid: {where} {validation_message(first)}.")
    return PlannedCall(call, call.name, arguments)


def _refused(call: ToolCall, objection: str) -> PlannedCall:
    return PlannedCall(call, call.name[:_MAX_NAME], None, objection)


def says_the_same(one: Fact, other: Fact) -> bool:
    """Returns whether two facts have the same content, whatever their numbers."""
    return (one.kind, one.symbol, one.data) == (other.kind, other.symbol, other.data)
