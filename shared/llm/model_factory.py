"""Chooses the model that answers: the one asked for, or the next in order when it cannot."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from shared.config.settings import Settings
from shared.errors import (
    FieldError,
    InvalidRequestError,
    ModelError,
    ModelTimeoutError,
    ModelUnavailableError,
    ProviderAuthError,
    ProviderError,
    ProviderInterruptedError,
    ProviderNotConfiguredError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ServiceError,
)
from shared.llm.answer_events import AnswerEvents
from shared.llm.base_model_client import (
    BaseModelClient,
    Completion,
    Finished,
    GenerationRequest,
    ProviderStatus,
    Routed,
    RoutedStream,
    collect,
)
from shared.llm.prices import PriceTable
from shared.llm.providers import LOCAL_ONLY, PROVIDERS, configured_clients
from shared.llm.token_budget import TokenBudget, TokenMeter
from shared.observability import metrics
from shared.observability.telemetry import annotate, current_scope
from shared.runtime.degraded import DegradedState

if TYPE_CHECKING:
    from shared.redis.shared_breakers import SharedBreakers

Result = TypeVar("Result")
Ask = Callable[[BaseModelClient, GenerationRequest], Awaitable[Result]]
"""Asks one model; what it raises as ProviderError has the next one asked."""

_REST_AFTER: Final = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
"""Failures after which a provider rests. A request that it refuses says nothing about the next one."""

_TRY_AGAIN_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class ModelClientFactory:
    """The configured models, and the order in which they are asked.

    Args:
        settings: Which are configured, the default, and the order of fallback.
        breakers: Decide for how long a provider that failed rests.
        clients: The configured clients by name; by default those of the settings.
        budget: The tokens of a day; None when they are not counted.
    """

    def __init__(
        self,
        settings: Settings,
        breakers: "SharedBreakers",
        *,
        clients: Mapping[str, BaseModelClient] | None = None,
        budget: TokenBudget | None = None,
    ) -> None:
        self._settings = settings.model
        self._known = [name for name in PROVIDERS if settings.is_local or name not in LOCAL_ONLY]
        self._clients = dict(configured_clients(settings) if clients is None else clients)
        self._breakers = breakers
        self._outages = {name: DegradedState(f"model {name}", _log) for name in self._clients}
        self._budget = budget
        self._prices = PriceTable(settings.model.prices)

    @property
    def default(self) -> str:
        """The provider that is asked unless a request names one."""
        return self._settings.provider

    def providers(self) -> list[ProviderStatus]:
        """All providers there are, configured or not; offline only in local."""
        return [self._status(name) for name in self._known]

    async def available(self) -> list[str]:
        """The providers that would be asked now: configured, and not resting after a failure."""
        return [name for name in self._clients if await self._breakers.open_for(_breaker(name)) == 0]

    async def open_stream(
        self,
        request: GenerationRequest,
        *,
        provider: str | None,
        model: str | None,
        ends: float | None = None,
        may_fall_back: bool = True,
    ) -> RoutedStream:
        """A stream whose first event has arrived, of the first provider in order that gives one.

        Args:
            request: What is asked.
            provider: The provider asked for; None for the default.
            model: The model asked for; holds for that provider only, others use their own.
            ends: When the answer must be finished, by the event loop's clock; None for a whole deadline.
            may_fall_back: Whether another provider may answer; not once something of the answer has been
                seen.

        Raises:
            InvalidRequestError: There is no such provider.
            ProviderNotConfiguredError: It has no credentials here.
            ModelUnavailableError: None is up; knows when to try again.
            ModelTimeoutError: None answered in time.
            ModelError: All that were left refused or answered nonsense.
        """
        finish_by = self._ends() if ends is None else ends

        async def ask(client: BaseModelClient, asked: GenerationRequest) -> AnswerEvents:
            return await self._begin(client, asked, finish_by, seen=True)

        routed, events = await self._route(request, provider, model, ask, may_fall_back=may_fall_back)
        return RoutedStream(routed, events)

    async def generate(
        self, request: GenerationRequest, *, provider: str | None, model: str | None
    ) -> tuple[Routed, Completion]:
        """A whole answer, and who gave it.

        Nothing of it is seen before its end, so that also a model that breaks off is followed by the next.

        Raises:
            ProblemError: As ``open_stream``.
        """
        ends = self._ends()

        async def ask(client: BaseModelClient, asked: GenerationRequest) -> Completion:
            events = await self._begin(client, asked, ends, seen=False)
            return await collect(client.provider, events)

        return await self._route(request, provider, model, ask)

    async def aclose(self) -> None:
        """Closes all clients."""
        for client in self._clients.values():
            await client.aclose()

    def _ends(self) -> float:
        return asyncio.get_running_loop().time() + self._settings.deadline

    def _status(self, name: str) -> ProviderStatus:
        client = self._clients.get(name)
        return ProviderStatus(
            provider=name,
            configured=client is not None,
            default=name == self.default,
            model=client.model if client else None,
            capabilities=client.capabilities.names() if client else (),
        )

    async def _route(
        self,
        request: GenerationRequest,
        provider: str | None,
        model: str | None,
        ask: Ask[Result],
        *,
        may_fall_back: bool = True,
    ) -> tuple[Routed, Result]:
        """Asks one after the other until one answers."""
        wanted = self._wanted(provider)
        failures: list[ProviderError] = []
        for name in self._order(wanted) if may_fall_back else [wanted]:
            asked = replace(request, model=model if name == wanted else None)
            try:
                result = await self._ask(name, asked, ask)
            except ProviderError as error:
                failures.append(error)
                continue
            answering = asked.model or self._clients[name].model
            reason = "; ".join(map(str, failures)) or None
            if failures:
                metrics.fell_back("model", wanted, name)
            annotate(provider=name, model=answering, fallback=name != wanted, fallback_reason=reason)
            return Routed(name, answering, name != wanted, reason), result
        raise _no_model_left(failures) from failures[-1]

    def _wanted(self, asked_for: str | None) -> str:
        if asked_for is None:
            return self.default
        usable = f"Usable here: {', '.join(self._clients) or 'none'}."
        if asked_for not in self._known:
            message = f"There is no such model provider. {usable}"
            raise InvalidRequestError(message, errors=[FieldError("provider", message)])
        if asked_for not in self._clients:
            raise ProviderNotConfiguredError(f"The provider {asked_for} is not configured here. {usable}")
        return asked_for

    def _order(self, wanted: str) -> list[str]:
        others = self._settings.fallback_order if self._settings.allow_fallback else ()
        return [wanted, *(name for name in others if name != wanted and name in self._clients)]

    async def _ask(self, name: str, request: GenerationRequest, ask: Ask[Result]) -> Result:
        client = self._clients.get(name)
        if client is None:
            raise ProviderUnavailableError(name, "not configured")
        if self._budget is not None and name not in LOCAL_ONLY:
            await self._budget.check(name)
        breaker = _breaker(name)
        if not await self._breakers.allow(breaker):
            pause = await self._breakers.open_for(breaker)
            raise ProviderUnavailableError(name, "resting after a failure", retry_after=pause)
        try:
            with metrics.measured(f"{name} chat", partial(_called, name)):
                result = await ask(client, request)
        except ProviderError as error:
            if not isinstance(error, _REST_AFTER):
                await self._breakers.success(breaker)
            elif _is_own_model(request, client):
                # What befalls a model that a client chose must not keep the others from their answers.
                self._outages[name].begin(f"{error.reason} ({type(error.__cause__ or error).__name__})")
                await self._breakers.failure(breaker, error.retry_after)
            raise
        self._outages[name].end()
        await self._breakers.success(breaker)
        return result

    async def _begin(
        self, client: BaseModelClient, request: GenerationRequest, ends: float, *, seen: bool
    ) -> AnswerEvents:
        """Starts an answer and waits for its first event."""
        await client.prepare()
        now = asyncio.get_running_loop().time()
        events = client.generate_stream(request)
        try:
            async with asyncio.timeout_at(min(ends, now + self._settings.first_event_timeout)):
                first = await anext(events, None)
        except TimeoutError as error:
            raise ProviderTimeoutError(client.provider, "did not begin to answer in time") from error
        if first is None:
            raise ProviderInterruptedError(client.provider, "answered nothing")
        counted = client.model if _is_own_model(request, client) else metrics.OTHER_MODEL
        count = partial(self._count, client.provider, counted)
        meter = TokenMeter(self._budget, request)
        return AnswerEvents(client.provider, first, events, count, meter, ends=ends, seen=seen)

    def _count(self, provider: str, model: str, finished: Finished) -> None:
        """Tells the metrics and the request's line what an answer cost."""
        usage = finished.usage
        metrics.tokens_used(provider, model, prompt=usage.prompt_tokens, completion=usage.completion_tokens)
        scope = current_scope()
        scope.add(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
        if (cost := self._prices.cost(finished.model, usage)) is not None:
            scope.add(cost_usd=cost)


def _is_own_model(request: GenerationRequest, client: BaseModelClient) -> bool:
    return request.model in (None, client.model)


def _breaker(provider: str) -> str:
    return f"model:{provider}"


def _called(provider: str, outcome: str, seconds: float) -> None:
    """Tells the metrics and the request's line of a call."""
    metrics.model_called(provider, outcome, seconds)
    current_scope().add(model_calls=1, model_ms=round(seconds * 1000))


def _no_model_left(failures: Sequence[ProviderError]) -> ServiceError:
    """What is told when none answered: that trying again may help, if that is so of any of them."""
    detail = f"No model could answer ({'; '.join(map(str, failures))})."
    if any(isinstance(failure, ProviderRateLimitedError | ProviderUnavailableError) for failure in failures):
        pauses = [failure.retry_after for failure in failures if failure.retry_after is not None]
        return ModelUnavailableError(detail, retry_after=max(1.0, min(pauses, default=_TRY_AGAIN_SECONDS)))
    if any(isinstance(failure, ProviderTimeoutError) for failure in failures):
        return ModelTimeoutError(detail)
    return ModelError(detail)
