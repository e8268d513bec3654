"""Routes requests to models: to the requested provider, and to the next in order when it fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from shared.config.settings import Settings
from shared.errors import FieldError, ProblemError, ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderContentFilteredError,
    ProviderContextTooLongError,
    ProviderRateLimitedError,
    ProviderReasoningTimeoutError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import (
    ContentFilteredError,
    ContextTooLongError,
    InvalidRequestError,
    ProviderNotConfiguredError,
)
from shared.errors.service_errors import ModelError, ModelTimeoutError, ModelUnavailableError
from shared.llm.allowed_models import AllowedModels
from shared.llm.answer_events import AnswerEvents
from shared.llm.base_model_client import (
    BaseModelClient,
    Completion,
    Finished,
    GenerationRequest,
    ProviderStatus,
    Routed,
    RoutedStream,
    TakeText,
    collect,
)
from shared.llm.model_budget import ModelBudget, UsageMeter
from shared.llm.prices import PriceTable
from shared.llm.providers import LOCAL_ONLY, PROVIDERS, configured_clients
from shared.observability import metrics
from shared.observability.telemetry import annotate, current_scope

if TYPE_CHECKING:
    from shared.redis.shared_health import SharedHealth

Result = TypeVar("Result")
ModelCall = Callable[[BaseModelClient, GenerationRequest], Awaitable[Result]]
"""Asks one model. After a ProviderError the next model is asked."""

_TRIPPING_ERRORS: Final = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
"""Failures that open the circuit breaker. A rejected request says nothing about the next one."""

_RETRY_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class ModelClientFactory:
    """Routes requests to the configured models.

    Args:
        settings: Configured providers, the default, and the order of fallback.
        health: Health of the providers, shared by all workers.
        clients: Configured clients by name of the provider; None builds those of the settings.
        budget: Daily budgets; None where usage is not counted.
    """

    def __init__(
        self,
        settings: Settings,
        health: "SharedHealth",
        *,
        clients: Mapping[str, BaseModelClient] | None = None,
        budget: ModelBudget | None = None,
    ) -> None:
        self._settings = settings.model
        self._known = [name for name in PROVIDERS if settings.is_local or name not in LOCAL_ONLY]
        self._clients = dict(configured_clients(settings) if clients is None else clients)
        self._health = health
        self._budget = budget
        self._prices = PriceTable(settings.model.prices)
        configured = [client.model for client in self._clients.values()]
        self._allowed = AllowedModels(configured, self._prices.models, self._settings.allowed_models)

    @property
    def default(self) -> str:
        """Name of the provider that is asked unless a request names another."""
        return self._settings.provider

    def providers(self) -> list[ProviderStatus]:
        """Returns the status of all providers, configured or not; of ``offline`` only in local."""
        return [self._status(name) for name in self._known]

    async def available(self) -> list[str]:
        """Returns the names of the configured providers whose circuit breaker is closed."""
        return [
            name for name in self._clients if await self._health.remaining_cooldown(_health_name(name)) == 0
        ]

    async def open_stream(
        self,
        request: GenerationRequest,
        *,
        provider: str | None,
        model: str | None,
        ends: float | None = None,
        may_fall_back: bool = True,
    ) -> RoutedStream:
        """Returns a stream whose first visible event has arrived, of the first provider that answers.

        Args:
            request: The request.
            provider: Requested provider; None for the default.
            model: Requested model of that provider; other providers use their own. None for its own.
            ends: Deadline of the whole answer, in seconds of the event loop's clock; None for
                ``MODEL_DEADLINE`` from now.
            may_fall_back: Whether other providers may answer. They may not once the client has seen a part of
                the answer.

        Raises:
            InvalidRequestError: The provider does not exist.
            ProviderNotConfiguredError: The provider has no credentials here.
            ModelNotAllowedError: The model may not be requested.
            ContentFilteredError: A provider's content policy refused the prompt.
            ContextTooLongError: The prompt fits into no model's context.
            ModelUnavailableError: No provider is available; ``retry_after`` says when to retry.
            ModelTimeoutError: No provider answered in time.
            ModelError: All other failures of all providers.
        """
        finish_by = self._ends() if ends is None else ends

        async def ask(client: BaseModelClient, asked: GenerationRequest) -> AnswerEvents:
            return await self._begin(client, asked, finish_by, shown=True)

        routed, events = await self._route(request, provider, model, ask, may_fall_back=may_fall_back)
        return RoutedStream(routed, events)

    async def generate(
        self,
        request: GenerationRequest,
        *,
        provider: str | None,
        model: str | None,
        begin: Callable[[], TakeText] | None = None,
    ) -> tuple[Routed, Completion]:
        """Returns a complete answer and the provider that gave it.

        The next provider also takes over from a model whose answer was interrupted.

        Args:
            request: The request.
            provider: Requested provider; None for the default.
            model: Requested model of that provider; None for its own.
            begin: Called when a model begins to answer; what it returns takes the text as it arrives. The
                text of a model that is interrupted is void.

        Raises:
            ProblemError: As ``open_stream``.
        """
        ends = self._ends()

        async def ask(client: BaseModelClient, asked: GenerationRequest) -> Completion:
            events = await self._begin(client, asked, ends, shown=False)
            return await collect(client.provider, events, begin() if begin else None)

        return await self._route(request, provider, model, ask)

    async def aclose(self) -> None:
        """Closes the connections of all clients."""
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
        ask: ModelCall[Result],
        *,
        may_fall_back: bool = True,
    ) -> tuple[Routed, Result]:
        """Asks one provider after the other until one answers."""
        wanted = self._wanted(provider)
        if model is not None:
            self._allowed.check(model)
        failures: list[ProviderError] = []
        for name in self._order(wanted) if may_fall_back else [wanted]:
            asked = replace(request, model=model if name == wanted else None)
            try:
                result = await self._ask(name, asked, ask)
            except ProviderContentFilteredError as error:
                # The prompt is the cause, so it is not sent to any other provider.
                detail = f"The content policy of {name} refused the question. Ask it in other words."
                raise ContentFilteredError(detail) from error
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

    async def _ask(self, name: str, request: GenerationRequest, ask: ModelCall[Result]) -> Result:
        client = self._clients.get(name)
        if client is None:
            raise ProviderUnavailableError(name, "not configured")
        if self._budget is not None and name not in LOCAL_ONLY:
            await self._budget.check(name)
        upstream = _health_name(name)
        if not await self._health.allow(upstream):
            cooldown = await self._health.remaining_cooldown(upstream)
            raise ProviderUnavailableError(name, "circuit breaker open", retry_after=cooldown)
        try:
            with metrics.measured(f"{name} chat", partial(_called, name)):
                result = await ask(client, request)
        except ProviderError as error:
            await self._failed(name, error, own_model=_is_own_model(request, client))
            raise
        await self._health.success(upstream)
        return result

    async def _failed(self, name: str, error: ProviderError, *, own_model: bool) -> None:
        """Reports a failure to the circuit breaker and the log."""
        cause = type(error.__cause__ or error).__name__
        if not isinstance(error, _TRIPPING_ERRORS):
            # Without a model there is no structured output, which a report then does without.
            level = logging.DEBUG if name in LOCAL_ONLY else logging.WARNING
            _log.log(level, "model call failed: %s (%s)", error, cause)
            # Reasoning for too long says nothing about the provider, neither good nor bad.
            if not isinstance(error, ProviderReasoningTimeoutError):
                await self._health.success(_health_name(name))
        elif own_model:
            # A failure of a model that a client chose must not withhold the provider from other clients.
            await self._health.failure(_health_name(name), f"{error.reason} ({cause})", error.retry_after)

    async def _begin(
        self, client: BaseModelClient, request: GenerationRequest, ends: float, *, shown: bool
    ) -> AnswerEvents:
        """Starts an answer and waits for its first visible event."""
        await client.prepare()
        counted = client.model if _is_own_model(request, client) else metrics.OTHER_MODEL
        events = AnswerEvents(
            client.provider,
            client.generate_stream(request),
            partial(self._count, client.provider, counted),
            UsageMeter(self._budget, request.model or client.model, request),
            ends=ends,
            shown=shown,
        )
        await events.begin(
            first_event_seconds=self._settings.first_event_timeout,
            reasoning_seconds=self._settings.reasoning_timeout,
            reasons=client.reasons(request),
        )
        return events

    def _count(self, provider: str, model: str, finished: Finished) -> None:
        """Records the cost of an answer in the metrics and the request's log line."""
        usage = finished.usage
        metrics.tokens_used(provider, model, prompt=usage.prompt_tokens, completion=usage.completion_tokens)
        scope = current_scope()
        scope.add(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
        if (cost := self._prices.cost(finished.model, usage)) is not None:
            scope.add(cost_usd=cost)


def _is_own_model(request: GenerationRequest, client: BaseModelClient) -> bool:
    return request.model in (None, client.model)


def _health_name(provider: str) -> str:
    return f"model:{provider}"


def _called(provider: str, outcome: str, seconds: float) -> None:
    """Records a call in the metrics and the request's log line."""
    metrics.model_called(provider, outcome, seconds)
    current_scope().add(model_calls=1, model_ms=round(seconds * 1000))


def _no_model_left(failures: Sequence[ProviderError]) -> ProblemError:
    """Returns the error for a request that no model answered: what the client can do about it decides."""
    detail = f"No model could answer ({'; '.join(map(str, failures))})."
    if _any(failures, ProviderContextTooLongError):
        return ContextTooLongError(f"{detail} Shorten the message or start a new conversation.")
    if _any(failures, ProviderRateLimitedError, ProviderUnavailableError):
        pauses = [failure.retry_after for failure in failures if failure.retry_after is not None]
        return ModelUnavailableError(detail, retry_after=max(1.0, min(pauses, default=_RETRY_SECONDS)))
    if _any(failures, ProviderTimeoutError, ProviderReasoningTimeoutError):
        return ModelTimeoutError(detail)
    return ModelError(detail)


def _any(failures: Sequence[ProviderError], *classes: type[ProviderError]) -> bool:
    return any(isinstance(failure, classes) for failure in failures)
