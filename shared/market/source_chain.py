"""Requests the sources in order until one answers, and maps the failure of all of them to one error."""

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
    ProviderBudgetError,
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
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.upstream_health import UpstreamHealth

if TYPE_CHECKING:
    from shared.limits.upstream_budget import UpstreamBudget

T = TypeVar("T")
SourceCall = Callable[[MarketDataProvider], Awaitable[T]]
BatchCall = Callable[[MarketDataProvider, Sequence[str]], Awaitable[Mapping[str, T | ProviderError]]]

_log = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER: Final = 10.0
"""Seconds for ``Retry-After`` when no source names any."""

SAMPLE_SOURCE: Final = "sample"
"""The source of sample data."""
_PRIMARY_SOURCES: Final[Mapping[DataKind, SourceName]] = {
    "statements": "sec_edgar",
    "filings": "sec_edgar",
    "search": "sec_edgar",
    "exchange_rates": "ecb",
}
"""Statements and filings come from the filing itself; a search by CIK is answered by the SEC alone;
reference rates come from the bank that sets them."""
_RESERVED: Final = "its budget is reserved for requests"
_NOT_AVAILABLE: Final = "not available"
_NOT_NOW: Final = (_RESERVED, _NOT_AVAILABLE)
"""Reasons to skip a source that may have the data."""
_SMALL_BUDGETS: Final = ("tiingo", "alpha_vantage")
_CONFIGURED_AS: Final[Mapping[DataKind, DataKind]] = {
    "actions": "history",
    "profile": "fundamentals",
    "earnings": "fundamentals",
    "peers": "fundamentals",
    "holders": "fundamentals",
}
"""Kinds of data that come from the sources configured for another kind."""
_SHARE_WHILE_OTHERS_WAIT: Final = 0.6
_TIMEOUTS_BEFORE_OPEN: Final = 2
_REJECTED_SECONDS: Final = 30.0
"""Cooldown after a rejection by a rate limit that does not say how long it lasts."""
_UNHEALTHY_SECONDS: Final = 60.0
BAD_PAYLOADS_BEFORE_UNHEALTHY: Final = 3
"""After this many bad payloads in a row the fault is the source's, not the symbol's."""
_DOWN = (
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
_UNHEALTHY = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)


class NotInSampleDataError(UpstreamUnavailableError):
    """The real sources are down and the sample data do not have the symbol, which may exist or not.

    The cache treats it as a failure, so that a stale answer is served. Clients get 404. The detail names the
    sources that failed.
    """


class BackgroundCalls:
    """Requests to sources within a block of background work.

    Attributes:
        count: Number of requests.
        slots: Limits the concurrent requests.
    """

    def __init__(self, at_once: int) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)


_background: ContextVar[BackgroundCalls | None] = ContextVar("background_calls", default=None)


@contextmanager
def background_calls(at_once: int) -> Iterator[BackgroundCalls]:
    """Counts and limits the requests to sources within the block and the tasks it starts.

    Within it, a source with a small budget is no fallback: its budget is reserved for client requests.
    """
    calls = BackgroundCalls(at_once)
    token = _background.set(calls)
    try:
        yield calls
    finally:
        _background.reset(token)


@dataclass(frozen=True)
class SourceResult(Generic[T]):
    """The answer of a source.

    Attributes:
        value: The answer.
        fallback_reason: Why preferred sources were skipped.
        is_placeholder: Whether it is sample data in place of a real source that failed; for a short TTL.
    """

    value: T
    fallback_reason: str | None
    is_placeholder: bool = False


SourceOutcome = SourceResult[T] | SymbolNotFoundError | ServiceError


@dataclass(frozen=True)
class SourcesStatus:
    """Health of the sources.

    Attributes:
        available: Number of healthy sources of quotes: without one of them the service is not ready.
        unhealthy: Number of configured sources whose last request failed.
        detail: State of each source; safe to show.
    """

    available: int
    unhealthy: int
    detail: str


@dataclass
class _Source:
    """A source in the order, with its health; without provider it cannot be used."""

    name: str
    provider: MarketDataProvider | None
    health: UpstreamHealth
    unusable_reason: str = ""
    consecutive_bad_payloads: int = 0

    def state(self) -> str:
        if self.provider is None:
            return self.unusable_reason
        return "ok" if self.health.healthy else self.health.last_error or "unhealthy"

    def has_quotes(self) -> bool:
        return self.provider is not None and "quote" in self.provider.kinds


@dataclass
class _FailedAttempts:
    """Failed attempts to get the data of one symbol, in the order of the sources."""

    notes: list[str] = field(default_factory=list)
    errors: list[ProviderError] = field(default_factory=list)

    def add(self, error: ProviderError) -> None:
        self.notes.append(f"{error.provider}: {error.reason}")
        self.errors.append(error)

    def found(self, source: str, value: T) -> SourceResult[T]:
        # A source that does not cover the symbol did not fail.
        failed = [error for error in self.errors if not isinstance(error, ProviderNotCoveredError)]
        if failed:
            metrics.fell_back("market_data", failed[0].provider, source)
        is_placeholder = source == SAMPLE_SOURCE and any(isinstance(error, _DOWN) for error in self.errors)
        return SourceResult(value, "; ".join(self.notes) or None, is_placeholder)


class SourceChain:
    """Requests the sources in order until one answers, within one deadline.

    A source followed by others gets a share of the remaining time. After two timeouts in a row, or a
    rejection by its rate limit, its circuit breaker opens: no request waits for it or prolongs a block.

    Args:
        providers: The usable sources.
        settings: The order of the sources, overall and per kind of data, and the deadline in seconds.
        budget: Requests per day to all real sources together; None for no limit.
    """

    def __init__(
        self,
        providers: Sequence[MarketDataProvider],
        settings: MarketSettings,
        budget: "UpstreamBudget | None" = None,
    ) -> None:
        self._settings = settings
        self._budget = budget
        usable = {provider.name: provider for provider in providers}
        self._sources: dict[str, _Source] = {
            name: _Source(
                name,
                usable.get(name),
                UpstreamHealth(name, _log, breaker=_breaker(name, settings)),
                "" if name in usable else _why_unusable(name, settings),
            )
            for name in settings.sources
        }

    async def ask(self, kind: DataKind, symbol: str, call: SourceCall[T]) -> SourceResult[T]:
        """Returns the answer of the first source that has one.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer.
        """

        async def call_one(
            provider: MarketDataProvider, _symbols: Sequence[str]
        ) -> Mapping[str, T | ProviderError]:
            return {symbol: await call(provider)}

        outcome = (await self.ask_many(kind, [symbol], call_one))[symbol]
        if isinstance(outcome, SourceResult):
            return outcome
        raise outcome

    async def ask_many(
        self, kind: DataKind, symbols: Sequence[str], call: BatchCall[T]
    ) -> dict[str, SourceOutcome[T]]:
        """Returns an outcome per symbol; the next source is requested for the symbols that one lacks."""
        background = _background.get()
        # The deadline starts after the wait for a slot.
        async with background.slots if background else nullcontext():
            return await self._ask_in_order(kind, symbols, call)

    async def _ask_in_order(
        self, kind: DataKind, symbols: Sequence[str], call: BatchCall[T]
    ) -> dict[str, SourceOutcome[T]]:
        ends = asyncio.get_running_loop().time() + self._settings.deadline
        passed = {symbol: _FailedAttempts() for symbol in symbols}
        outcomes: dict[str, SourceOutcome[T]] = {}
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
                    continue
                unknown = ProviderNotFoundError(source.name, "does not know the symbol")
                value = got.get(symbol, unknown)
                if isinstance(value, ProviderError):
                    passed[symbol].add(value)
                else:
                    outcomes[symbol] = passed[symbol].found(source.name, value)
        failed = {
            symbol: _failure(symbol, kind, passed[symbol]) for symbol in passed if symbol not in outcomes
        }
        return {**outcomes, **failed}

    async def ask_for_addition(
        self, name: SourceName, kind: DataKind, symbol: str, call: SourceCall[T]
    ) -> T | None:
        """Returns what one source adds to the answer of another; None when it has nothing or fails.

        Args:
            name: The source.
            kind: The kind of data.
            symbol: The symbol that the data are about.
            call: The request.
        """
        source = self._sources.get(name)
        if source is None or source.provider is None or kind not in source.provider.kinds:
            return None

        async def call_one(
            provider: MarketDataProvider, _symbols: Sequence[str]
        ) -> Mapping[str, T | ProviderError]:
            return {symbol: await call(provider)}

        ends = asyncio.get_running_loop().time() + self._settings.deadline
        got = await self._call(kind, source, source.provider, [symbol], call_one, ends, last=False)
        value = got if isinstance(got, ProviderError) else got.get(symbol)
        return None if isinstance(value, ProviderError) else value

    def is_sample_alone(self) -> bool:
        """Returns whether prices come from the sample source alone, which sends no requests."""
        return all(name == SAMPLE_SOURCE for name, source in self._sources.items() if source.has_quotes())

    def has_background_source(self, kind: DataKind) -> bool:
        """Returns whether background work has a usable source of a kind of data."""
        with background_calls(1):
            return any(provider is not None for _, provider, _ in self._order(kind))

    def status(self) -> SourcesStatus:
        """Returns the health of the sources as last seen."""
        states = {name: source.state() for name, source in self._sources.items()}
        usable = {name: source.provider for name, source in self._sources.items() if source.provider}
        available = sum(source.has_quotes() for name, source in self._sources.items() if states[name] == "ok")
        unhealthy = sum(states[name] != "ok" for name in usable)
        return SourcesStatus(
            available, unhealthy, "; ".join(f"{name}: {state}" for name, state in states.items())
        )

    async def aclose(self) -> None:
        """Closes the sources."""
        for source in self._sources.values():
            if source.provider is not None:
                await source.provider.aclose()

    def _order(self, kind: DataKind) -> list[tuple[_Source, MarketDataProvider | None, str]]:
        """Returns the sources in order, each with its provider or the reason to skip it."""
        order: list[tuple[_Source, MarketDataProvider | None, str]] = []
        configured = getattr(self._settings.sources_for, _CONFIGURED_AS.get(kind, kind))
        for name in configured or _usual_order(kind, self._settings.sources):
            source = self._sources[name]
            if source.provider is None:
                note = source.unusable_reason
            elif kind not in source.provider.kinds:
                note = f"has no {kind}"
            elif _background.get() and self._is_reserved(kind, source.name, any(one for _, one, _ in order)):
                note = _RESERVED
            else:
                note = ""
            order.append((source, None if note else source.provider, note))
        return order

    @staticmethod
    def _is_reserved(kind: DataKind, name: str, has_earlier: bool) -> bool:
        """Returns whether a source is left to requests: it is no fallback of background work.

        The statements of a company are nine requests: a small budget has none for them.
        """
        return name in _SMALL_BUDGETS and (has_earlier or kind == "statements")

    async def _call(
        self,
        kind: DataKind,
        source: _Source,
        provider: MarketDataProvider,
        symbols: Sequence[str],
        call: BatchCall[T],
        ends: float,
        *,
        last: bool,
    ) -> Mapping[str, T | ProviderError] | ProviderError:
        now = asyncio.get_running_loop().time()
        if not source.health.allow():
            reason = f"circuit breaker open ({source.health.last_error})"
            return ProviderUnavailableError(
                source.name, reason, retry_after=source.health.remaining_cooldown()
            )
        share = (ends - now) * (1 if last else _SHARE_WHILE_OTHERS_WAIT)
        if background := _background.get():
            background.count += 1
        try:
            if self._budget is not None and source.name != SAMPLE_SOURCE:
                await self._budget.take(source.name)
            with metrics.measured(f"{source.name} {kind}", partial(_called, source.name, kind)):
                async with asyncio.timeout(share):
                    answer = await call(provider, symbols)
        except TimeoutError:
            error = ProviderTimeoutError(source.name, "did not answer in time")
            source.health.failure(error.reason)
            return _record_failure(source, error)
        except ProviderError as provider_error:
            if _is_rejection(provider_error):
                source.health.failure(provider_error.reason, provider_error.retry_after or _REJECTED_SECONDS)
                provider_error.retry_after = source.health.remaining_cooldown()
            else:
                source.health.answered()
            return _record_failure(source, provider_error)
        except Exception as defect:  # noqa: BLE001 - a source that fails in any way is one failed source
            # A proxy that a library does not support, or a defect: logged, and the next source is asked.
            _log.exception("source failed: %s (%s)", source.name, type(defect).__name__)
            unusable = ProviderUnavailableError(source.name, "cannot be used")
            source.health.failure(unusable.reason)
            return _record_failure(source, unusable)
        source.health.success()
        source.consecutive_bad_payloads = 0
        return answer


def _breaker(name: str, settings: MarketSettings) -> CircuitBreaker:
    return CircuitBreaker(name, threshold=_TIMEOUTS_BEFORE_OPEN, max_retry_after=settings.max_cooldown)


def _is_rejection(error: ProviderError) -> bool:
    """Returns whether a source rejected a request by its rate limit: further ones could prolong that."""
    return isinstance(error, ProviderRateLimitedError) and not isinstance(error, ProviderBudgetError)


def _usual_order(kind: DataKind, sources: Sequence[SourceName]) -> Sequence[SourceName]:
    """Returns the order of sources for a kind of data: the primary source of it first."""
    return sorted(sources, key=lambda name: name != _PRIMARY_SOURCES.get(kind))


def _called(source: str, kind: DataKind, outcome: str, seconds: float) -> None:
    """Records a request to a source in the metrics and on the request's log line."""
    metrics.source_called(source, kind, outcome, seconds)
    current_scope().add(upstream_calls=1, upstream_ms=round(seconds * 1000))


def _record_failure(source: _Source, error: ProviderError) -> ProviderError:
    """Marks the source unhealthy on connection-level errors. Errors of a single request do not count."""
    bad_payload = isinstance(error, ProviderBadPayloadError)
    source.consecutive_bad_payloads = source.consecutive_bad_payloads + 1 if bad_payload else 0
    if isinstance(error, _UNHEALTHY) or source.consecutive_bad_payloads >= BAD_PAYLOADS_BEFORE_UNHEALTHY:
        seconds = max(error.retry_after or 0.0, _UNHEALTHY_SECONDS)
        source.health.report_unhealthy(error.reason, seconds, error.__cause__ or error)
    return error


def _why_unusable(name: str, settings: MarketSettings) -> str:
    enabled = {
        "yahoo": settings.yahoo.enabled,
        "alpha_vantage": settings.alpha_vantage.enabled,
        "tiingo": settings.tiingo.enabled,
        "sec_edgar": settings.sec_edgar.enabled,
        "ecb": settings.ecb.enabled,
        "sample": settings.sample.enabled,
    }
    if not enabled.get(name, False):
        return "disabled"
    keys = {"tiingo": settings.tiingo.api_key, "alpha_vantage": settings.alpha_vantage.api_key}
    if name in keys and keys[name] is None:
        return "no credentials"
    if name == "sec_edgar" and settings.sec_edgar.contact is None:
        return "disabled: SEC_EDGAR_CONTACT is not set"
    return _NOT_AVAILABLE


def _failure(symbol: str, kind: DataKind, passed: _FailedAttempts) -> SymbolNotFoundError | ServiceError:
    """Returns the error for clients when no source has answered.

    A symbol is unknown if the first requested source reports so, or if any does and none is down. A later
    source proves nothing while an earlier one is down, as each covers other markets.
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
    if any(error.provider == SAMPLE_SOURCE for error in unknown):
        return NotInSampleDataError(f"No data source that is up knows {symbol} ({reasons}).")
    # A rejected key is a failure of the source: its plan may well include the data.
    failed = down or any(isinstance(error, ProviderAuthError) for error in errors)
    if not failed and any(isinstance(error, ProviderNotEntitledError) for error in errors):
        return NotEntitledError(f"The plan of the data source does not include this ({reasons}).")
    lacking = any(note.endswith(f"has no {kind}") for note in passed.notes)
    if not errors and lacking and not any(note.endswith(_NOT_NOW) for note in passed.notes):
        return NotEntitledError(f"No configured data source has {kind} ({reasons}).")
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
