"""Chooses the model that answers: the one asked for, or the next in order when it cannot."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Self, TypeVar

from shared import metrics
from shared.breaker import Breaker
from shared.config.settings import Settings
from shared.errors import (
    FieldError,
    InvalidRequestError,
    ModelError,
    ModelInterruptedError,
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
from shared.llm.base_model_client import (
    BaseModelClient,
    Completion,
    Finished,
    GenerationRequest,
    ModelEvent,
    ModelEvents,
    ProviderStatus,
    Routed,
    RoutedStream,
    collect,
)
from shared.llm.providers import LOCAL_ONLY, PROVIDERS, configured_clients
from shared.telemetry import annotate, current_scope

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
        clients: The configured clients by name; by default those of the settings.
        clock: Monotonic seconds, for the rest of providers that failed.
        breaker: Makes what decides on that rest, by the provider's name.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clients: Mapping[str, BaseModelClient] | None = None,
        clock: Callable[[], float] = time.monotonic,
        breaker: Callable[[str, Callable[[], float]], Breaker] = Breaker,
    ) -> None:
        self._settings = settings.model
        self._known = [name for name in PROVIDERS if settings.is_local or name not in LOCAL_ONLY]
        self._clients = dict(configured_clients(settings) if clients is None else clients)
        self._breakers = {name: breaker(name, clock) for name in self._clients}

    @property
    def default(self) -> str:
        """The provider that is asked unless a request names one."""
        return self._settings.provider

    def providers(self) -> list[ProviderStatus]:
        """All providers there are, configured or not; offline only in local."""
        return [self._status(name) for name in self._known]

    def available(self) -> list[str]:
        """The providers that would be asked now: configured, and not resting after a failure."""
        return [name for name in self._clients if self._breakers[name].open_for() == 0]

    async def open_stream(
        self, request: GenerationRequest, *, provider: str | None, model: str | None
    ) -> RoutedStream:
        """A stream whose first event has arrived, of the first provider in order that gives one.

        Args:
            request: What is asked.
            provider: The provider asked for; None for the default.
            model: The model asked for; holds for that provider only, others use their own.

        Raises:
            InvalidRequestError: There is no such provider.
            ProviderNotConfiguredError: It has no credentials here.
            ModelUnavailableError: None is up; knows when to try again.
            ModelTimeoutError: None answered in time.
            ModelError: All that were left refused or answered nonsense.
        """
        ends = self._ends()

        async def ask(client: BaseModelClient, asked: GenerationRequest) -> _Events:
            return await self._begin(client, asked, ends, seen=True)

        routed, events = await self._route(request, provider, model, ask)
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
        self, request: GenerationRequest, provider: str | None, model: str | None, ask: Ask[Result]
    ) -> tuple[Routed, Result]:
        """Asks one after the other until one answers."""
        wanted = self._wanted(provider)
        failures: list[ProviderError] = []
        for name in self._order(wanted):
            asked = replace(request, model=model if name == wanted else None)
            try:
                result = await self._ask(name, asked, ask)
            except ProviderError as error:
                _log.warning("%s (%s)", error, type(error.__cause__ or error).__name__)
                failures.append(error)
                continue
            answering = asked.model or self._clients[name].model
            reason = "; ".join(map(str, failures)) or None
            if failures:
                metrics.fell_back("model", wanted, name)
            annotate(provider=name, model=answering, fallback=name != wanted)
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
        breaker = self._breakers[name]
        if not breaker.allow():
            raise ProviderUnavailableError(name, "resting after a failure", retry_after=breaker.open_for())
        try:
            with metrics.measured(partial(_called, name)):
                result = await ask(client, request)
        except ProviderError as error:
            if isinstance(error, _REST_AFTER):
                breaker.failure(error.retry_after)
            else:
                breaker.success()
            raise
        breaker.success()
        return result

    async def _begin(
        self, client: BaseModelClient, request: GenerationRequest, ends: float, *, seen: bool
    ) -> "_Events":
        """Starts an answer and waits for its first event."""
        now = asyncio.get_running_loop().time()
        events = client.generate_stream(request)
        try:
            async with asyncio.timeout_at(min(ends, now + self._settings.first_event_timeout)):
                first = await anext(events, None)
        except TimeoutError as error:
            raise ProviderTimeoutError(client.provider, "did not begin to answer in time") from error
        if first is None:
            raise ProviderInterruptedError(client.provider, "answered nothing")
        known = request.model in (None, client.model)
        counted = client.model if known else metrics.OTHER_MODEL
        return _Events(client.provider, counted, first, events, ends, seen=seen)


class _Events:
    """The events of an answer from the first on, within its deadline.

    Not a generator: closing one that has not begun would leave the model's call open.

    Args:
        provider: Who answers.
        model: The model as it is counted in metrics.
        first: The event that has arrived.
        events: The others.
        ends: When the deadline passes, by the event loop's clock.
        seen: Whether somebody sees each event as it comes: then no other model can begin anew.
    """

    def __init__(
        self, provider: str, model: str, first: ModelEvent, events: ModelEvents, ends: float, *, seen: bool
    ) -> None:
        self._provider = provider
        self._model = model
        self._first: ModelEvent | None = first
        self._events = events
        self._ends = ends
        self._seen = seen

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ModelEvent:
        if self._first is not None:
            first, self._first = self._first, None
            return self._counted(first)
        try:
            return self._counted(await self._next())
        except ProviderError as error:
            if not self._seen:
                raise
            raise ModelInterruptedError(f"{self._provider} {error.reason}.") from error

    async def aclose(self) -> None:
        self._first = None
        await self._events.aclose()

    def _counted(self, event: ModelEvent) -> ModelEvent:
        if isinstance(event, Finished):
            prompt, completion = event.usage.prompt_tokens, event.usage.completion_tokens
            metrics.tokens_used(self._provider, self._model, prompt=prompt, completion=completion)
            current_scope().add(prompt_tokens=prompt, completion_tokens=completion)
        return event

    async def _next(self) -> ModelEvent:
        try:
            async with asyncio.timeout_at(self._ends):
                return await anext(self._events)
        except TimeoutError as error:
            raise ProviderTimeoutError(self._provider, "did not finish its answer in time") from error


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
