"""Requests the sources in order until one answers, and maps the failure of all of them to one error."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from shared.config.names import SourceName
from shared.config.source_settings import MarketSettings
from shared.domain.market_data import DataKind
from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderNotFoundError, ProviderUnavailableError
from shared.errors.request_errors import RateLimitedError
from shared.market.background_calls import background_calls, current_background
from shared.market.chain_source import ChainSource, source_of
from shared.market.providers.base import MarketDataProvider
from shared.market.source_outcomes import (
    RESERVED,
    SAMPLE_SOURCE,
    FailedAttempts,
    SourceOutcome,
    SourceResult,
    failure_of,
)
from shared.observability import metrics
from shared.observability.telemetry import current_scope

if TYPE_CHECKING:
    from shared.limits.upstream_budget import UpstreamBudget

T = TypeVar("T")
SourceCall = Callable[[MarketDataProvider], Awaitable[T]]
BatchCall = Callable[[MarketDataProvider, Sequence[str]], Awaitable[Mapping[str, T | ProviderError]]]

_PRIMARY_SOURCES: Final[Mapping[DataKind, SourceName]] = {
    "statements": "sec_edgar",
    "filings": "sec_edgar",
    "search": "sec_edgar",
    "exchange_rates": "ecb",
}
"""Statements and filings come from the filing itself; a search by CIK is answered by the SEC alone;
reference rates come from the bank that sets them."""
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
_SAMPLE_SECONDS: Final = 20.0
"""Least time of the sample source: it computes in this process, and waits for nothing but the processor."""


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


class SourceChain:
    """Requests the sources in order until one answers, within one deadline; the sample source may be late.

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
        self._sources = {name: source_of(name, usable.get(name), settings) for name in settings.sources}

    async def ask(self, kind: DataKind, symbol: str, call: SourceCall[T]) -> SourceResult[T]:
        """Returns the answer of the first source that has one.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            RateLimitedError: The caller has used up its share of the requests to sources.
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
        background = current_background()
        # The deadline starts after the wait for a slot.
        async with background.slots if background else nullcontext():
            return await self._ask_in_order(kind, symbols, call)

    async def _ask_in_order(
        self, kind: DataKind, symbols: Sequence[str], call: BatchCall[T]
    ) -> dict[str, SourceOutcome[T]]:
        ends = asyncio.get_running_loop().time() + self._settings.deadline
        passed = {symbol: FailedAttempts() for symbol in symbols}
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
            symbol: failure_of(symbol, kind, passed[symbol]) for symbol in passed if symbol not in outcomes
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
        try:
            got = await self._call(kind, source, source.provider, [symbol], call_one, ends, last=False)
        except RateLimitedError:
            return None
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

    def _order(self, kind: DataKind) -> list[tuple[ChainSource, MarketDataProvider | None, str]]:
        """Returns the sources in order, each with its provider or the reason to skip it."""
        order: list[tuple[ChainSource, MarketDataProvider | None, str]] = []
        configured = getattr(self._settings.sources_for, _CONFIGURED_AS.get(kind, kind))
        for name in configured or _usual_order(kind, self._settings.sources):
            source = self._sources[name]
            if source.provider is None:
                note = source.unusable_reason
            elif kind not in source.provider.kinds:
                note = f"has no {kind}"
            elif current_background() and _is_reserved(kind, name, any(one for _, one, _ in order)):
                note = RESERVED
            else:
                note = ""
            order.append((source, None if note else source.provider, note))
        return order

    async def _call(
        self,
        kind: DataKind,
        source: ChainSource,
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
        if source.name == SAMPLE_SOURCE:
            share = max(share, _SAMPLE_SECONDS)
        if background := current_background():
            background.count += 1
        try:
            if self._budget is not None and source.name != SAMPLE_SOURCE:
                await self._budget.take(source.name)
            with metrics.measured(f"{source.name} {kind}", partial(_called, source.name, kind)):
                async with asyncio.timeout(share):
                    answer = await call(provider, symbols)
        except TimeoutError:
            return source.timed_out()
        except ProviderError as error:
            return source.failed(error, kind, symbols, now)
        except RateLimitedError:
            # The caller has used up its share: no failure of the source, and no other one is asked.
            raise
        except Exception as defect:  # noqa: BLE001 - a source that fails in any way is one failed source
            return source.broke(defect)
        source.succeeded()
        return answer


def _is_reserved(kind: DataKind, name: str, has_earlier: bool) -> bool:
    """Returns whether a source is left to requests: it is no fallback of background work.

    The statements of a company are nine requests: a small budget has none for them.
    """
    return name in _SMALL_BUDGETS and (has_earlier or kind == "statements")


def _usual_order(kind: DataKind, sources: Sequence[SourceName]) -> Sequence[SourceName]:
    """Returns the order of sources for a kind of data: the primary source of it first."""
    return sorted(sources, key=lambda name: name != _PRIMARY_SOURCES.get(kind))


def _called(source: str, kind: DataKind, outcome: str, seconds: float) -> None:
    """Records a request to a source in the metrics and on the request's log line."""
    metrics.source_called(source, kind, outcome, seconds)
    current_scope().add(upstream_calls=1, upstream_ms=round(seconds * 1000))
