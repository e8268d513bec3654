"""Chooses the model that answers: the one asked for, or the next in order when it is down."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

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
    ProviderStatus,
    Routed,
    RoutedStream,
)
from shared.llm.providers import PROVIDERS

_COUNTS: Final = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
"""Failures after which a provider rests; a request that it refuses says nothing about the next one."""

_CLOSE_SECONDS: Final = 2.0


class ModelClientFactory:
    """The configured models, and the order in which they are asked."""

    def __init__(
        self,
        settings: Settings,
        *,
        clients: Mapping[str, BaseModelClient] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes the providers that the settings configure.

        Args:
            settings: Which are configured, the default, and the order of fallback.
            clients: The configured clients by name; others in tests.
            clock: Monotonic seconds.
        """
        self._settings = settings.model
        self._clients = _configured(settings) if clients is None else dict(clients)
        self._breakers = {name: Breaker(name, clock) for name in self._clients}

    @property
    def default(self) -> str:
        """The provider that is asked unless a request names one."""
        return self._settings.provider

    def providers(self) -> list[ProviderStatus]:
        """All providers there are (offline only where it may serve), configured or not."""
        names = [name for name in PROVIDERS if name != "offline" or name in self._clients]
        return [self._status(name) for name in names]

    def available(self) -> list[str]:
        """Names of the providers that would be asked now: configured, and not resting after a failure."""
        return [name for name in self._clients if self._breakers[name].open_for() == 0]

    async def open_stream(
        self, request: GenerationRequest, *, provider: str | None, model: str | None
    ) -> RoutedStream:
        """A stream whose first event has arrived, of the first provider in order that gives one.

        Args:
            request: What is asked.
            provider: The provider asked for; None for the default.
            model: The model asked for; holds for that provider only.

        Raises:
            InvalidRequestError: There is no such provider.
            ProviderNotConfiguredError: It has no credentials here.
            ModelUnavailableError: None is up; knows when to try again.
            ModelTimeoutError: None answered in time.
            ModelError: All that were left refused or answered nonsense.
        """
        candidates = self._candidates(provider)
        ends = asyncio.get_running_loop().time() + self._settings.deadline
        failures: list[ProviderError] = []
        for place, name in enumerate(candidates):
            asked = replace(request, model=model if place == 0 else None)
            try:
                events, first = await self._first_event(name, asked)
            except ProviderError as error:
                failures.append(error)
                continue
            reason = "; ".join(str(failure) for failure in failures) or None
            answering = (first.model if isinstance(first, Finished) else asked.model) or self._clients[
                name
            ].model
            routed = Routed(name, answering, place > 0, reason)
            return RoutedStream(routed, _until(ends, name, first, events))
        raise _last_failure(failures)

    async def generate(
        self, request: GenerationRequest, *, provider: str | None, model: str | None
    ) -> tuple[Routed, Completion]:
        """A whole answer, and who gave it.

        Raises:
            ProblemError: As ``open_stream``; ``ModelInterruptedError`` when it broke off.
        """
        stream = await self.open_stream(request, provider=provider, model=model)
        parts: list[str] = []
        async with aclosing(stream.events) as events:
            async for event in events:
                if isinstance(event, Finished):
                    completion = Completion(
                        "".join(parts), event.finish_reason, event.usage, event.model, event.tool_calls
                    )
                    return stream.routed, completion
                parts.append(event.text)
        raise ModelInterruptedError(f"{stream.routed.provider} broke off its answer.")

    async def aclose(self) -> None:
        """Closes all clients."""
        for client in self._clients.values():
            await client.aclose()

    def _candidates(self, asked_for: str | None) -> list[str]:
        usable = ", ".join(self._clients) or "none"
        if asked_for is not None and asked_for not in PROVIDERS:
            message = f"There is no such provider. Usable here: {usable}."
            raise InvalidRequestError(message, errors=[FieldError("provider", message)])
        if asked_for is not None and asked_for not in self._clients:
            raise ProviderNotConfiguredError(f"{asked_for} is not configured here. Usable: {usable}.")
        first = asked_for or self.default
        others: Sequence[str] = self._settings.fallback_order if self._settings.allow_fallback else ()
        return list(dict.fromkeys((first, *others)))

    async def _first_event(
        self, name: str, request: GenerationRequest
    ) -> tuple[AsyncGenerator[ModelEvent], ModelEvent]:
        client = self._clients.get(name)
        if client is None:
            raise ProviderUnavailableError(name, "not configured")
        breaker = self._breakers[name]
        if not breaker.allow():
            pause = breaker.open_for()
            raise ProviderUnavailableError(name, "resting after a failure", retry_after=pause)
        events = client.generate_stream(request)
        try:
            async with asyncio.timeout(self._settings.first_event_timeout):
                first = await anext(events)
        except ProviderError as error:
            if isinstance(error, _COUNTS):
                breaker.failure(error.retry_after)
            else:
                breaker.success()
            raise
        except TimeoutError:
            breaker.failure()
            raise ProviderTimeoutError(name, "did not begin to answer in time") from None
        except StopAsyncIteration:
            raise ProviderInterruptedError(name, "answered nothing") from None
        breaker.success()
        return events, first

    def _status(self, name: str) -> ProviderStatus:
        client = self._clients.get(name)
        return ProviderStatus(
            provider=name,
            configured=client is not None,
            default=name == self.default,
            model=client.model if client else None,
            capabilities=client.capabilities.names() if client else (),
        )


def _configured(settings: Settings) -> dict[str, BaseModelClient]:
    built = {name: build(settings) for name, build in PROVIDERS.items()}
    return {name: client for name, client in built.items() if client is not None}


async def _until(
    ends: float, name: str, first: ModelEvent, events: AsyncGenerator[ModelEvent]
) -> AsyncGenerator[ModelEvent]:
    """The events from the first on, within the deadline; closing this closes the model's call."""
    try:
        yield first
        while True:
            # A deadline for each event, not one around the yield: while the reader is busy, none may hit it.
            async with asyncio.timeout_at(ends):
                event = await anext(events, None)
            if event is None:
                return
            yield event
    except ProviderError as error:
        raise ModelInterruptedError(f"{name} {error.reason}.") from error
    except TimeoutError:
        raise ModelInterruptedError(f"{name} did not finish its answer in time.") from None
    finally:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await events.aclose()


def _last_failure(failures: Sequence[ProviderError]) -> ServiceError:
    detail = f"No model could answer ({'; '.join(map(str, failures))})."
    asked = [failure for failure in failures if failure.reason != "not configured"]
    if asked and all(isinstance(failure, ProviderTimeoutError) for failure in asked):
        return ModelTimeoutError(detail)
    if not asked or any(
        isinstance(failure, ProviderUnavailableError | ProviderRateLimitedError) for failure in asked
    ):
        pauses = [failure.retry_after for failure in failures if failure.retry_after is not None]
        return ModelUnavailableError(detail, retry_after=min(pauses, default=5.0))
    return ModelError(detail)
