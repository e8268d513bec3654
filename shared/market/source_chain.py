"""The sources in their order: who is asked, who is passed over and why, and what it means when all fail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from shared.config.names import SourceName
from shared.config.settings import MarketSettings
from shared.domain.market_data import DataKind
from shared.errors import (
    NotEntitledError,
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderError,
    ProviderInterruptedError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ServiceError,
    SymbolNotFoundError,
    UpstreamError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.market.providers.base import MarketDataProvider
from shared.observability import metrics
from shared.observability.telemetry import current_scope
from shared.runtime.breaker import Breaker

if TYPE_CHECKING:
    from shared.limits.request_budget import DayBudget

T = TypeVar("T")
Ask = Callable[[MarketDataProvider], Awaitable[T]]
AskMany = Callable[[MarketDataProvider, Sequence[str]], Awaitable[Mapping[str, T]]]

_log = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER: Final = 10.0
"""Seconds after which to try again when no source said."""

STAND_IN: Final = "sample"
"""The source that makes its data up."""
_PRIMARY_SOURCES: Final[Mapping[DataKind, SourceName]] = {
    "statements": "sec_edgar",
    "filings": "sec_edgar",
    "search": "sec_edgar",
}
"""Statements and filings come from the filing itself; a search by CIK is answered by the SEC alone."""
_SMALL_BUDGET: Final = "alpha_vantage"
_CONFIGURED_AS: Final[Mapping[DataKind, DataKind]] = {"actions": "history"}
"""Kinds of data that come from the sources configured for another kind."""
_SHARE_WHILE_OTHERS_WAIT: Final = 0.6
_TIMEOUTS_BEFORE_REST: Final = 2
_TROUBLE_SECONDS: Final = 60.0
_NONSENSE_IS_TROUBLE: Final = 3
"""So many answers in a row that made no sense are no longer about what was asked."""
_DOWN = (
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
_LACKING = (ProviderNotCoveredError, ProviderNotFoundError)
_TROUBLE = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

_log = logging.getLogger(__name__)


class UnknownToStandInError(UpstreamUnavailableError):
    """The real sources are down, and the sample source does not know the symbol: it may exist or not.

    To the cache this is a failure, so that what is kept goes out stale; to the client of a local machine the
    symbol is unknown. The detail names the sources that could not be asked.
    """


class BackgroundCalls:
    """The calls of sources within a block of background work.

    Attributes:
        count: How many were made.
        slots: Each question to the sources waits for one.
    """

    def __init__(self, at_once: int) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)


_background: ContextVar[BackgroundCalls | None] = ContextVar("background_calls", default=None)


@contextmanager
def background_calls(at_once: int) -> Iterator[BackgroundCalls]:
    """Counts and bounds the calls of sources made within the block and the tasks it starts.

    Within it, a source with a small budget is not asked in place of a preferred one: that budget is kept for
    those who are waiting for an answer.
    """
    calls = BackgroundCalls(at_once)
    token = _background.set(calls)
    try:
        yield calls
    finally:
        _background.reset(token)


@dataclass(frozen=True)
class Found(Generic[T]):
    """An answer.

    Attributes:
        value: What the source said.
        fallback_reason: Why the sources preferred to it were passed over.
        is_placeholder: Whether it is sample data in place of a real source that failed; for a short TTL.
    """

    value: T
    fallback_reason: str | None
    is_placeholder: bool = False


Outcome = Found[T] | SymbolNotFoundError | ServiceError


@dataclass(frozen=True)
class SourcesStatus:
    """Which sources can be asked.

    Attributes:
        available: How many.
        troubled: How many others there are, which failed when they were last asked.
        detail: One word on each; safe to show.
    """

    available: int
    troubled: int
    detail: str


@dataclass
class _Source:
    """A source in the order, with what was last seen of it; without provider it cannot be used."""

    name: str
    provider: MarketDataProvider | None
    breaker: Breaker
    why: str = ""
    trouble_until: float = 0.0
    nonsense: int = 0

    def state(self, now: float) -> str:
        if self.provider is None:
            return self.why
        return self.why if now < self.trouble_until or self.breaker.open_for() > 0 else "ok"


@dataclass
class _PassedOver:
    """Why sources did not answer for one symbol, in the order in which they were asked."""

    notes: list[str] = field(default_factory=list)
    errors: list[ProviderError] = field(default_factory=list)

    def add(self, error: ProviderError) -> None:
        self.notes.append(f"{error.provider}: {error.reason}")
        self.errors.append(error)

    def found(self, source: str, value: T) -> Found[T]:
        # A source that does not cover the symbol did not fail.
        failed = [error for error in self.errors if not isinstance(error, ProviderNotCoveredError)]
        if failed:
            metrics.fell_back("market_data", failed[0].provider, source)
        is_placeholder = source == STAND_IN and any(isinstance(error, _DOWN) for error in self.errors)
        return Found(value, "; ".join(self.notes) or None, is_placeholder)


class SourceChain:
    """Asks the sources in order until one answers, within one deadline.

    While others wait behind it, a source gets a share of the time that is left. One that used its share up
    twice in a row rests for a while, so that not every request waits for it.

    Args:
        providers: The sources that can be used.
        settings: The order of the sources, also for one kind of data, and the deadline in seconds.
        budget: Questions that all real sources together may be asked in a day; None for any number.
    """

    def __init__(
        self,
        providers: Sequence[MarketDataProvider],
        settings: MarketSettings,
        budget: "DayBudget | None" = None,
    ) -> None:
        self._settings = settings
        self._budget = budget
        usable = {provider.name: provider for provider in providers}
        self._sources: dict[str, _Source] = {
            name: _Source(
                name,
                usable.get(name),
                Breaker(name, threshold=_TIMEOUTS_BEFORE_REST),
                "" if name in usable else _why_unusable(name, settings),
            )
            for name in settings.sources
        }

    async def ask(self, kind: DataKind, symbol: str, call: Ask[T]) -> Found[T]:
        """The answer of the first source that gives one.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: None could answer.
        """

        async def call_one(provider: MarketDataProvider, _symbols: Sequence[str]) -> Mapping[str, T]:
            return {symbol: await call(provider)}

        outcome = (await self.ask_many(kind, [symbol], call_one))[symbol]
        if isinstance(outcome, Found):
            return outcome
        raise outcome

    async def ask_many(
        self, kind: DataKind, symbols: Sequence[str], call: AskMany[T]
    ) -> dict[str, Outcome[T]]:
        """An outcome for every symbol: what one source does not have, the next is asked for."""
        background = _background.get()
        # Waiting for a slot is not the sources' time: the deadline starts after it.
        async with background.slots if background else nullcontext():
            return await self._ask_in_order(kind, symbols, call)

    async def _ask_in_order(
        self, kind: DataKind, symbols: Sequence[str], call: AskMany[T]
    ) -> dict[str, Outcome[T]]:
        ends = asyncio.get_running_loop().time() + self._settings.deadline
        passed = {symbol: _PassedOver() for symbol in symbols}
        outcomes: dict[str, Outcome[T]] = {}
        order = self._order(kind)
        waiting = sum(1 for _, provider, _ in order if provider)
        for source, provider, note in order:
            missing = [symbol for symbol in passed if symbol not in outcomes]
            if not missing:
                break
            if provider is None:
                for symbol in missing:
                    passed[symbol].notes.append(f"{source.name}: {note}")
                continue
            waiting -= 1
            got = await self._call(kind, source, provider, missing, call, ends, last=waiting == 0)
            for symbol in missing:
                if isinstance(got, ProviderError):
                    passed[symbol].add(got)
                elif symbol in got:
                    outcomes[symbol] = passed[symbol].found(source.name, got[symbol])
                else:
                    passed[symbol].add(ProviderNotFoundError(source.name, "does not know the symbol"))
        failed = {
            symbol: _failure(symbol, kind, passed[symbol]) for symbol in passed if symbol not in outcomes
        }
        return {**outcomes, **failed}

    def status(self) -> SourcesStatus:
        """Which sources can be asked, from what was last seen of them."""
        now = asyncio.get_running_loop().time()
        states = {name: source.state(now) for name, source in self._sources.items()}
        available = sum(1 for state in states.values() if state == "ok")
        usable = sum(1 for source in self._sources.values() if source.provider is not None)
        return SourcesStatus(
            available, usable - available, "; ".join(f"{name}: {state}" for name, state in states.items())
        )

    async def aclose(self) -> None:
        """Closes the sources."""
        for source in self._sources.values():
            if source.provider is not None:
                await source.provider.aclose()

    def _order(self, kind: DataKind) -> list[tuple[_Source, MarketDataProvider | None, str]]:
        """The sources in their order: what to ask of each, or why not to."""
        order: list[tuple[_Source, MarketDataProvider | None, str]] = []
        configured = getattr(self._settings.sources_for, _CONFIGURED_AS.get(kind, kind))
        for name in configured or _usual_order(kind, self._settings.sources):
            source = self._sources[name]
            if source.provider is None:
                note = source.why
            elif kind not in source.provider.kinds:
                note = f"has no {kind}"
            elif source.name == _SMALL_BUDGET and _background.get() and any(asked for _, asked, _ in order):
                note = "its budget is kept for requests"
            else:
                note = ""
            order.append((source, None if note else source.provider, note))
        return order

    async def _call(
        self,
        kind: DataKind,
        source: _Source,
        provider: MarketDataProvider,
        symbols: Sequence[str],
        call: AskMany[T],
        ends: float,
        *,
        last: bool,
    ) -> Mapping[str, T] | ProviderError:
        now = asyncio.get_running_loop().time()
        if not source.breaker.allow():
            pause = source.breaker.open_for()
            return ProviderUnavailableError(source.name, "left alone after timeouts", retry_after=pause)
        share = (ends - now) * (1 if last else _SHARE_WHILE_OTHERS_WAIT)
        if background := _background.get():
            background.count += 1
        try:
            if self._budget is not None and source.name != STAND_IN:
                await self._budget.take(source.name)
            with metrics.measured(f"{source.name} {kind}", partial(_called, source.name, kind)):
                async with asyncio.timeout(share):
                    answer = await call(provider, symbols)
        except TimeoutError:
            source.breaker.failure()
            return _seen(source, ProviderTimeoutError(source.name, "did not answer in time"), now)
        except ProviderError as error:
            source.breaker.success()
            return _seen(source, error, now)
        source.breaker.success()
        source.trouble_until = 0.0
        source.nonsense = 0
        return answer


def _usual_order(kind: DataKind, sources: Sequence[SourceName]) -> Sequence[SourceName]:
    """Returns the order of sources for a kind of data: the primary source of it first."""
    return sorted(sources, key=lambda name: name != _PRIMARY_SOURCES.get(kind))


def _called(source: str, kind: DataKind, outcome: str, seconds: float) -> None:
    """Tells the metrics and the request's line of a call."""
    metrics.source_called(source, kind, outcome, seconds)
    current_scope().add(upstream_calls=1, upstream_ms=round(seconds * 1000))


def _seen(source: _Source, error: ProviderError, now: float) -> ProviderError:
    """Notes that a source cannot be asked; what it says to one question is no trouble of the source."""
    source.nonsense = source.nonsense + 1 if isinstance(error, ProviderBadPayloadError) else 0
    if isinstance(error, _TROUBLE) or source.nonsense >= _NONSENSE_IS_TROUBLE:
        # Once while it lasts: a refresh asks for thousands of symbols.
        begins = now >= source.trouble_until
        _log.log(
            logging.WARNING if begins else logging.DEBUG,
            "%s (%s)",
            error,
            type(error.__cause__ or error).__name__,
        )
        source.why = error.reason
        source.trouble_until = now + max(error.retry_after or 0.0, _TROUBLE_SECONDS)
    return error


def _why_unusable(name: str, settings: MarketSettings) -> str:
    enabled = {
        "yahoo": settings.yahoo.enabled,
        "alpha_vantage": settings.alpha_vantage.enabled,
        "sec_edgar": settings.sec_edgar.enabled,
        "sample": settings.sample.enabled,
    }
    if not enabled.get(name, False):
        return "disabled"
    if name == "alpha_vantage" and settings.alpha_vantage.api_key is None:
        return "no credentials"
    if name == "sec_edgar" and settings.sec_edgar.contact is None:
        return "disabled: SEC_EDGAR_CONTACT is not set"
    return "not available"


def _failure(symbol: str, kind: DataKind, passed: _PassedOver) -> SymbolNotFoundError | ServiceError:
    """What it means that no source answered.

    A symbol is unknown when the preferred of the sources asked says so, or when one says so and none is
    down. That a lesser source does not know it while a better one is down proves nothing: each covers other
    markets.
    """
    errors = passed.errors
    unknown = [error for error in errors if isinstance(error, ProviderNotFoundError)]
    down = [error for error in errors if isinstance(error, _DOWN)]
    reasons = "; ".join(passed.notes) or "none is configured"
    if unknown and (not down or errors[0] in unknown):
        return SymbolNotFoundError(f"No data source knows {symbol}.")
    if errors and all(
        isinstance(error, (ProviderNotCoveredError, ProviderNotFoundError)) for error in errors
    ):
        return SymbolNotFoundError(f"No data source has the {kind} of {symbol} ({reasons}).")
    if any(error.provider == STAND_IN for error in unknown):
        return UnknownToStandInError(f"No data source that is up knows {symbol} ({reasons}).")
    if not down and any(isinstance(error, ProviderNotEntitledError) for error in errors):
        return NotEntitledError(f"The plan of the data source does not include this ({reasons}).")
    detail = f"No data source could give the {kind} of {symbol} ({reasons})."
    if (
        any(isinstance(error, (ProviderRateLimitedError, ProviderUnavailableError)) for error in errors)
        or not errors
    ):
        pauses = [error.retry_after for error in errors if error.retry_after is not None]
        return UpstreamUnavailableError(detail, retry_after=min(pauses, default=DEFAULT_RETRY_AFTER))
    if down and all(isinstance(error, ProviderTimeoutError) for error in down):
        return UpstreamTimeoutError(detail)
    return UpstreamError(detail)
