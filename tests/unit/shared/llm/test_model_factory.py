"""Routing: the requested provider, the fallback after a failure, and the error when all providers fail."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest

from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.errors import ProblemError, ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import InvalidRequestError, ProviderNotConfiguredError
from shared.errors.service_errors import (
    ModelError,
    ModelInterruptedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from shared.llm.base_model_client import (
    BaseModelClient,
    Capabilities,
    Completion,
    Finished,
    GenerationRequest,
    Message,
    ModelEvent,
    Routed,
    TakeText,
    TextDelta,
    ToolCall,
    Usage,
)
from shared.llm.model_factory import ModelClientFactory
from shared.observability.telemetry import request_scope
from shared.redis.keys import RedisKeys
from shared.redis.shared_health import SharedHealth
from tests.support.hand_seconds import HandSeconds
from tests.support.metering import attributes, metering

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)
END = Finished("stop", Usage(10, 2), "m")
ANSWER = (TextDelta("Fine "), TextDelta("today."), END)
HANG = "hang"

Plan = Sequence[ModelEvent | Exception | str]
BROKEN: Plan = (
    TextDelta("Fi"),
    ProviderInterruptedError("openai", "stopped in the middle of its answer"),
)


class FakeClient(BaseModelClient):
    """Plays one plan per call, the last plan repeatedly: events, errors to raise, or a hang."""

    capabilities = Capabilities()

    def __init__(self, provider: str, *plans: Plan) -> None:
        self.provider = provider
        self.model = f"{provider}-model"
        self.plans = list(plans or [ANSWER])
        self.requests: list[GenerationRequest] = []
        self.open = 0
        self.closed = False
        self.loads_for = 0.0

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        self.requests.append(request)
        plan = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        self.open += 1
        try:
            for step in plan:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, str):
                    await asyncio.Event().wait()
                else:
                    yield step
        finally:
            self.open -= 1

    async def prepare(self) -> None:
        if self.loads_for:
            await asyncio.sleep(self.loads_for)

    async def aclose(self) -> None:
        self.closed = True


def settings(**variables: str) -> Settings:
    return ConfigLoader(environ=variables).load_config()


def alone(clock: HandSeconds | None = None) -> SharedHealth:
    return SharedHealth(None, RedisKeys("test"), clock=clock or HandSeconds())


def factory(
    *clients: FakeClient, clock: HandSeconds | None = None, variables: Mapping[str, str] | None = None
) -> ModelClientFactory:
    return ModelClientFactory(
        settings(**{"MODEL_ALLOWED_MODELS": "*", **(variables or {})}),
        alone(clock),
        clients={client.provider: client for client in clients},
    )


async def generate(models: ModelClientFactory, **asked: Any) -> tuple[Routed, Completion]:
    return await models.generate(REQUEST, **{"provider": None, "model": None, **asked})


async def test_text_of_a_complete_answer_can_be_taken_as_it_arrives() -> None:
    models = factory(FakeClient("openai", BROKEN), FakeClient("grok"))
    attempts: list[list[str]] = []

    def begin() -> TakeText:
        attempts.append([])
        return attempts[-1].append

    _, completion = await generate(models, begin=begin)
    assert attempts == [["Fi"], ["Fine ", "today."]]
    assert completion.text == "Fine today."


async def routed(models: ModelClientFactory, **asked: Any) -> Routed:
    stream = await models.open_stream(REQUEST, **{"provider": None, "model": None, **asked})
    await stream.events.aclose()
    return stream.routed


async def test_the_default_provider_answers() -> None:
    openai, grok = FakeClient("openai"), FakeClient("grok")
    stream = await factory(openai, grok).open_stream(REQUEST, provider=None, model=None)
    assert stream.routed == Routed("openai", "openai-model")
    assert [event async for event in stream.events] == list(ANSWER)
    assert not grok.requests


async def test_the_requested_provider_and_model_answer() -> None:
    openai, grok = FakeClient("openai"), FakeClient("grok")
    answering, _ = await generate(factory(openai, grok), provider="grok", model="grok-9")
    assert answering == Routed("grok", "grok-9")
    assert grok.requests[0].model == "grok-9"


async def test_a_requested_model_without_provider_goes_to_the_default_provider() -> None:
    openai = FakeClient("openai")
    assert await routed(factory(openai), model="gpt-9") == Routed("openai", "gpt-9")


async def test_a_fallback_has_a_reason_and_uses_its_own_model() -> None:
    openai = FakeClient("openai", [ProviderUnavailableError("openai", "answered 500")])
    grok = FakeClient("grok")
    answering, completion = await generate(factory(openai, grok), model="gpt-9")
    assert answering == Routed("grok", "grok-model", True, "openai: answered 500")
    assert grok.requests[0].model is None
    assert completion.text == "Fine today."


@pytest.mark.parametrize(
    "error",
    [
        ProviderAuthError("openai", "refused the credentials (401)"),
        ProviderRateLimitedError("openai", "too many requests", retry_after=7),
        ProviderUnavailableError("openai", "answered 500"),
        ProviderTimeoutError("openai", "did not answer in time"),
        ProviderBadPayloadError("openai", "ended without an answer"),
        ProviderRequestError("openai", "refused the request (404 model_not_found)"),
    ],
)
async def test_any_failure_before_the_first_word_leads_to_a_fallback(error: ProviderError) -> None:
    answering = await routed(factory(FakeClient("openai", [error]), FakeClient("grok")))
    assert answering == Routed("grok", "grok-model", True, str(error))


async def test_an_answer_that_consists_of_tool_calls_is_an_answer() -> None:
    end = Finished("tool_calls", Usage(), "m", (ToolCall("1", "get_quote", "{}"),))
    stream = await factory(FakeClient("openai", [end])).open_stream(REQUEST, provider=None, model=None)
    assert [event async for event in stream.events] == [end]


async def test_a_default_that_is_not_configured_is_the_reason_of_the_fallback() -> None:
    answering = await routed(factory(FakeClient("offline")))
    assert answering == Routed("offline", "offline-model", True, "openai: not configured")


async def test_other_providers_that_are_not_configured_are_not_mentioned() -> None:
    openai = FakeClient("openai", [ProviderUnavailableError("openai", "answered 500")])
    answering = await routed(factory(openai, FakeClient("offline")))
    assert answering.fallback_reason == "openai: answered 500"


async def test_no_fallback_when_it_is_not_allowed() -> None:
    openai = FakeClient("openai", [ProviderUnavailableError("openai", "answered 500")])
    grok = FakeClient("grok")
    models = factory(openai, grok, variables={"MODEL_ALLOW_FALLBACK": "false"})
    with pytest.raises(ModelUnavailableError, match="openai: answered 500"):
        await routed(models)
    assert not grok.requests


async def test_fallback_follows_the_configured_order() -> None:
    failing = [ProviderUnavailableError("x", "down")]
    clients = FakeClient("openai", failing), FakeClient("grok"), FakeClient("azure_openai")
    models = factory(*clients, variables={"MODEL_FALLBACK_ORDER": "grok,azure_openai"})
    assert (await routed(models)).provider == "grok"


async def test_an_unknown_provider_is_an_invalid_request_that_lists_the_usable_ones() -> None:
    with pytest.raises(InvalidRequestError, match="Usable here: openai, offline") as caught:
        await routed(factory(FakeClient("openai"), FakeClient("offline")), provider="claude")
    assert caught.value.errors[0].field == "provider"


async def test_a_provider_without_credentials_is_not_configured_and_lists_the_usable_ones() -> None:
    with pytest.raises(ProviderNotConfiguredError, match=r"grok is not configured.* Usable here: openai\."):
        await routed(factory(FakeClient("openai")), provider="grok")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ProviderUnavailableError("openai", "answered 500"), ModelUnavailableError),
        (ProviderRateLimitedError("openai", "too many requests", retry_after=7), ModelUnavailableError),
        (ProviderTimeoutError("openai", "did not answer in time"), ModelTimeoutError),
        (ProviderAuthError("openai", "refused the credentials (401)"), ModelError),
        (ProviderRequestError("openai", "refused the request (400)"), ModelError),
        (ProviderBadPayloadError("openai", "ended without an answer"), ModelError),
    ],
)
async def test_when_all_providers_fail_the_error_depends_on_the_failure(
    error: ProviderError, expected: type[ProblemError]
) -> None:
    with pytest.raises(ProblemError) as caught:
        await generate(factory(FakeClient("openai", [error])))
    assert type(caught.value) is expected
    assert caught.value.detail == f"No model could answer ({error})."
    if error.retry_after:
        assert caught.value.retry_after == error.retry_after


async def test_no_provider_at_all_is_unavailable() -> None:
    with pytest.raises(ModelUnavailableError, match="openai: not configured") as caught:
        await routed(factory())
    assert caught.value.retry_after is not None


async def test_the_circuit_breaker_of_a_failing_provider_stays_open_longer_each_time() -> None:
    clock = HandSeconds()
    openai = FakeClient("openai", [ProviderUnavailableError("openai", "answered 500")])
    models = factory(openai, FakeClient("grok"), clock=clock)
    await routed(models)
    assert await models.available() == ["grok"]
    assert (await routed(models)).fallback_reason == "openai: circuit breaker open"
    assert len(openai.requests) == 1
    clock.now += 7
    await routed(models)
    clock.now += 7
    await routed(models)
    assert len(openai.requests) == 2
    openai.plans = [ANSWER]
    clock.now += 7
    assert (await routed(models)).provider == "openai"
    assert await models.available() == ["openai", "grok"]


async def test_an_open_circuit_breaker_without_a_fallback_gives_a_retry_time() -> None:
    clock = HandSeconds()
    error = ProviderRateLimitedError("openai", "too many requests", retry_after=40)
    models = factory(FakeClient("openai", [error]), clock=clock)
    with pytest.raises(ModelUnavailableError):
        await routed(models)
    clock.now += 10
    with pytest.raises(ModelUnavailableError, match="circuit breaker open") as caught:
        await routed(models)
    assert caught.value.retry_after == pytest.approx(30)


async def test_a_rejected_request_does_not_open_the_circuit_breaker() -> None:
    openai = FakeClient("openai", [ProviderRequestError("openai", "refused the request (400)")])
    models = factory(openai, FakeClient("grok"))
    await routed(models)
    assert await models.available() == ["openai", "grok"]


async def test_a_failure_of_a_requested_model_does_not_open_the_circuit_breaker() -> None:
    openai = FakeClient(
        "openai", [ProviderRateLimitedError("openai", "too many requests", retry_after=60)], ANSWER
    )
    models = factory(openai, FakeClient("grok"))
    assert (await routed(models, model="one without a quota")).provider == "grok"
    assert (await routed(models)).provider == "openai"


async def test_a_model_that_does_not_begin_in_time_leads_to_a_fallback() -> None:
    openai, grok = FakeClient("openai", [HANG]), FakeClient("grok")
    models = factory(openai, grok, variables={"MODEL_FIRST_EVENT_TIMEOUT": "0.05"})
    answering = await routed(models)
    assert answering.fallback_reason == "openai: did not begin to answer in time"
    assert openai.open == 0
    assert await models.available() == ["grok"]


async def test_loading_a_library_does_not_count_as_the_providers_time() -> None:
    openai = FakeClient("openai")
    openai.loads_for = 0.1
    models = factory(openai, FakeClient("grok"), variables={"MODEL_FIRST_EVENT_TIMEOUT": "0.05"})
    assert (await routed(models)).provider == "openai"


async def test_a_stream_that_breaks_off_is_interrupted_without_a_fallback() -> None:
    grok = FakeClient("grok")
    stream = await factory(FakeClient("openai", BROKEN), grok).open_stream(REQUEST, provider=None, model=None)
    assert await anext(stream.events) == TextDelta("Fi")
    with pytest.raises(ModelInterruptedError, match="openai stopped in the middle of its answer"):
        await anext(stream.events)
    assert not grok.requests


async def test_an_unseen_answer_that_breaks_off_leads_to_a_fallback() -> None:
    answering, completion = await generate(factory(FakeClient("openai", BROKEN), FakeClient("grok")))
    assert answering.provider == "grok"
    assert completion.text == "Fine today."


async def test_a_whole_stream_has_a_deadline() -> None:
    openai = FakeClient("openai", [TextDelta("Fi"), HANG])
    models = factory(openai, variables={"MODEL_DEADLINE": "0.1"})
    stream = await models.open_stream(REQUEST, provider=None, model=None)
    assert await anext(stream.events) == TextDelta("Fi")
    with pytest.raises(ModelInterruptedError, match="did not finish its answer in time"):
        await anext(stream.events)
    assert openai.open == 0


async def test_a_stream_ends_at_the_deadline_of_its_caller() -> None:
    ends = asyncio.get_running_loop().time() + 0.05
    models = factory(FakeClient("openai", [TextDelta("Fi"), HANG]))
    stream = await models.open_stream(REQUEST, provider=None, model=None, ends=ends)
    with pytest.raises(ModelInterruptedError, match="did not finish its answer in time"):
        _ = [event async for event in stream.events]


async def test_no_fallback_where_the_caller_excludes_it() -> None:
    openai, grok = FakeClient("openai", [ProviderUnavailableError("openai", "down")]), FakeClient("grok")
    with pytest.raises(ModelUnavailableError):
        await factory(openai, grok).open_stream(REQUEST, provider=None, model=None, may_fall_back=False)
    assert not grok.requests


async def test_a_whole_answer_has_the_same_deadline() -> None:
    models = factory(FakeClient("openai", [TextDelta("Fi"), HANG]), variables={"MODEL_DEADLINE": "0.1"})
    with pytest.raises(ModelTimeoutError):
        await generate(models)


@pytest.mark.parametrize("events_read", [0, 1])
async def test_closing_a_stream_closes_the_model_s_call(events_read: int) -> None:
    openai = FakeClient("openai")
    stream = await factory(openai).open_stream(REQUEST, provider=None, model=None)
    for _ in range(events_read):
        await anext(stream.events)
    assert openai.open == 1
    await stream.events.aclose()
    assert openai.open == 0
    with pytest.raises(StopAsyncIteration):
        await anext(stream.events)


async def test_cancelling_before_the_first_word_closes_the_call() -> None:
    openai = FakeClient("openai", [HANG])
    asking = asyncio.ensure_future(routed(factory(openai)))
    await asyncio.sleep(0)
    assert openai.open == 1
    asking.cancel()
    await asyncio.wait({asking})
    assert asking.cancelled()
    assert openai.open == 0


async def test_a_defect_is_not_a_failure_of_the_provider() -> None:
    grok = FakeClient("grok")
    with pytest.raises(ZeroDivisionError):
        await routed(factory(FakeClient("openai", [ZeroDivisionError()]), grok))
    assert not grok.requests


async def test_closing_the_factory_closes_its_clients() -> None:
    clients = FakeClient("openai"), FakeClient("grok")
    await factory(*clients).aclose()
    assert all(client.closed for client in clients)


async def test_providers_are_listed_with_their_capabilities() -> None:
    models = ModelClientFactory(settings(OPENAI_API_KEY="sk-1", OPENAI_MODEL="gpt-5-mini"), alone())
    listed = {status.provider: status for status in models.providers()}
    assert list(listed) == ["openai", "azure_openai", "grok", "offline"]
    assert listed["openai"].configured
    assert listed["openai"].default
    assert listed["openai"].model == "gpt-5-mini"
    assert "reasoning_effort" in listed["openai"].capabilities
    assert "temperature" not in listed["openai"].capabilities
    assert not listed["grok"].configured
    assert listed["grok"].model is None
    assert listed["offline"].capabilities == ("streaming", "tools")
    assert await models.available() == ["openai", "offline"]


def test_model_name_applies_to_the_default_provider() -> None:
    variables = {"OPENAI_API_KEY": "sk-1", "GROK_API_KEY": "xai-1", "MODEL_PROVIDER": "grok"}
    models = ModelClientFactory(settings(**variables, MODEL_NAME="grok-9"), alone())
    names = {status.provider: status.model for status in models.providers()}
    assert names["grok"] == "grok-9"
    assert names["openai"] == "gpt-5.6-luna"


async def test_offline_exists_in_local_only() -> None:
    production = settings().model_copy(update={"environment": "production"})
    models = ModelClientFactory(production, alone())
    assert "offline" not in [status.provider for status in models.providers()]
    with pytest.raises(ModelUnavailableError):
        await routed(models)
    with pytest.raises(InvalidRequestError, match="Usable here: none"):
        await routed(models, provider="offline")


@pytest.mark.parametrize(("provider", "levels"), [("offline", ["DEBUG"]), ("openai", ["WARNING"])])
async def test_that_no_model_is_there_for_structured_output_is_no_warning(
    caplog: pytest.LogCaptureFixture, provider: str, levels: list[str]
) -> None:
    refused = [ProviderRequestError(provider, "does not support structured output")]
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelError):
        await generate(factory(FakeClient(provider, refused)), provider=provider)
    logged = [record.levelname for record in caplog.records if "model call failed" in record.getMessage()]
    assert logged == levels


async def test_the_cost_of_a_request_is_on_its_log_line() -> None:
    end = Finished("stop", Usage(1_000, 100), "gpt-4.1-mini-2025-04-14")
    made = factory(FakeClient("openai", [TextDelta("Fine."), end]))
    with request_scope("r", "chat") as scope:
        await generate(made)
        await generate(made)
    assert scope.totals["cost_usd"] == pytest.approx(0.00112)


async def test_calls_fallbacks_and_tokens_are_counted() -> None:
    broken = FakeClient("openai", [ProviderTimeoutError("openai", "did not answer in time")])
    made = factory(broken, FakeClient("grok"))
    with metering() as meter, request_scope("r", "chat") as scope:
        stream = await made.open_stream(REQUEST, provider="openai", model=None)
        assert [event async for event in stream.events]
        await made.generate(REQUEST, provider="grok", model="one that a client named")
    assert meter.read("app.model.duration") == {
        attributes(provider="openai", outcome="ProviderTimeoutError"): 1,
        attributes(provider="grok", outcome="ok"): 2,
    }
    assert meter.read("app.fallbacks") == {attributes(component="model", preferred="openai", used="grok"): 1}
    assert meter.read("app.model.tokens") == {
        attributes(provider="grok", model="grok-model", type="prompt"): 10,
        attributes(provider="grok", model="grok-model", type="completion"): 2,
        attributes(provider="grok", model="other", type="prompt"): 10,
        attributes(provider="grok", model="other", type="completion"): 2,
    }
    assert scope.totals["prompt_tokens"] == 20
    assert scope.totals["model_calls"] == 3
    assert scope.fields["model"] == "one that a client named"
