"""What becomes of answers that are empty, filtered, too long, or reasoned about for too long."""

import pytest

from shared.errors.request_errors import ContentFilteredError, ContextTooLongError, ModelNotAllowedError
from shared.errors.service_errors import ModelError, ModelTimeoutError
from shared.llm.base_model_client import GenerationRequest, Message
from shared.llm.model_factory import ModelClientFactory
from tests.support.dialects.error_responses import TOO_LONG
from tests.support.dialects.parts import chunk, end, sse, words
from tests.support.model_providers import two_providers
from tests.support.openai_stub import Behaviour, OpenAIStub

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)
REASONED = chunk({"reasoning_content": "Let me see."})
EMPTY = {
    "spent all tokens on reasoning and answered nothing (finish_reason length)": sse(
        REASONED, *end("length")
    ),
    "reached its token limit and answered nothing (finish_reason length)": sse(*end("length")),
    "had its answer removed by the content filter (finish_reason content_filter)": sse(
        *end("content_filter")
    ),
    "answered nothing (finish_reason stop)": sse(*words("<think>Hm.</think>", "\n"), *end()),
    "only wrote a call that no offered tool can carry out (finish_reason stop)": sse(
        *words('<tool_call>{"name": "get_weather", "arguments": {}}</tool_call>'), *end()
    ),
    "ended without an answer": sse(),
}
FILTERED = b'{"error": {"code": "content_filter", "message": "filtered"}}'
CONTEXT = b'{"error": {"code": "context_length_exceeded", "message": "%s"}}' % TOO_LONG.encode()


async def answer(models: ModelClientFactory, *, model: str | None = None) -> tuple[str | None, str]:
    routed, completion = await models.generate(REQUEST, provider=None, model=model)
    return routed.fallback_reason, completion.text


@pytest.mark.parametrize("reason", EMPTY)
async def test_an_empty_answer_is_followed_by_the_next_provider(
    openai: OpenAIStub, grok: OpenAIStub, reason: str
) -> None:
    openai.script(Behaviour(body=EMPTY[reason]))
    async with two_providers(openai, grok) as models:
        assert await answer(models) == (f"openai: {reason}", "w0 w1 w2 ")
        assert "openai" in await models.available()


@pytest.mark.parametrize("reason", EMPTY)
async def test_an_empty_answer_without_another_provider_says_why(
    openai: OpenAIStub, grok: OpenAIStub, reason: str
) -> None:
    openai.script(Behaviour(body=EMPTY[reason]))
    async with two_providers(openai, grok, MODEL_ALLOW_FALLBACK="false") as models:
        with pytest.raises(ModelError) as caught:
            await answer(models)
    assert reason in caught.value.detail


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_a_filtered_prompt_is_sent_to_nobody_else(
    openai: OpenAIStub, grok: OpenAIStub, status: int
) -> None:
    openai.script(Behaviour(status=status, body=FILTERED))
    async with two_providers(openai, grok) as models:
        with pytest.raises(ContentFilteredError) as caught:
            await answer(models)
        assert "openai" in await models.available()
    assert (caught.value.status, caught.value.code) == (422, "content_filtered")
    assert not grok.calls


async def test_a_prompt_that_is_too_long_is_sent_to_the_next_provider(
    openai: OpenAIStub, grok: OpenAIStub
) -> None:
    openai.script(Behaviour(status=400, body=CONTEXT))
    async with two_providers(openai, grok) as models:
        assert await answer(models) == ("openai: has too small a context for the prompt", "w0 w1 w2 ")


async def test_a_prompt_that_is_too_long_for_all_is_the_clients_to_shorten(
    openai: OpenAIStub, grok: OpenAIStub
) -> None:
    openai.script(Behaviour(status=400, body=CONTEXT))
    grok.script(Behaviour(status=500))
    async with two_providers(openai, grok) as models:
        with pytest.raises(ContextTooLongError) as caught:
            await answer(models)
    assert (caught.value.status, caught.value.code) == (400, "context_too_long")


async def test_streamed_reasoning_puts_the_first_limit_off(openai: OpenAIStub, grok: OpenAIStub) -> None:
    openai.script(Behaviour(reasoning=100, rate=20))
    async with two_providers(
        openai, grok, MODEL_FIRST_EVENT_TIMEOUT="4", MODEL_REASONING_TIMEOUT="60"
    ) as models:
        assert await answer(models) == (None, "w0 w1 w2 ")


@pytest.mark.parametrize(
    ("behaviour", "model"),
    [
        (Behaviour(reasoning=1_000, rate=100), "gpt-4.1-mini"),
        (Behaviour(fault="silence"), "gpt-5-mini"),
        (Behaviour(fault="hang"), "gpt-5-mini"),
    ],
    ids=["reasons in the stream", "is silent", "hangs"],
)
async def test_a_model_that_reasons_for_too_long_keeps_its_breaker_closed(
    openai: OpenAIStub, grok: OpenAIStub, behaviour: Behaviour, model: str
) -> None:
    openai.script(behaviour, behaviour)
    # On a slow machine, too, the first reasoning and the other answer come within the first limit.
    limits = {"MODEL_FIRST_EVENT_TIMEOUT": "4", "MODEL_REASONING_TIMEOUT": "5", "OPENAI_MODEL": model}
    async with two_providers(openai, grok, **limits) as models:
        reason, _ = await answer(models)
        assert reason == "openai: was still reasoning at its time limit"
        assert "openai" in await models.available()
    limits |= {"MODEL_FIRST_EVENT_TIMEOUT": "0.3", "MODEL_REASONING_TIMEOUT": "0.6"}
    async with two_providers(openai, grok, **limits, MODEL_ALLOW_FALLBACK="false") as models:
        with pytest.raises(ModelTimeoutError):
            await answer(models)


async def test_a_model_that_does_not_reason_opens_its_breaker(openai: OpenAIStub, grok: OpenAIStub) -> None:
    openai.script(Behaviour(fault="silence"))
    async with two_providers(openai, grok, MODEL_FIRST_EVENT_TIMEOUT="4") as models:
        assert (await answer(models))[0] == "openai: did not begin to answer in time"
        assert "openai" not in await models.available()


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "grok-3", "gpt-5.6-luna"])
async def test_configured_and_priced_models_may_be_requested(
    openai: OpenAIStub, grok: OpenAIStub, model: str
) -> None:
    async with two_providers(openai, grok) as models:
        assert (await answer(models, model=model))[0] is None
    assert openai.calls[0].body["model"] == model


@pytest.mark.parametrize(
    ("listed", "model", "allowed"),
    [
        ("", "gpt-9", False),
        ("gpt-9,qwen3:8b", "qwen3:8b", True),
        ("gpt-9", "gpt-5.6-luna", False),
        ("gpt-9", "gpt-4.1-mini", True),
        ("*", "anything", True),
    ],
)
async def test_other_models_only_if_they_are_listed(
    openai: OpenAIStub, grok: OpenAIStub, listed: str, model: str, allowed: bool
) -> None:
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS=listed) as models:
        if allowed:
            await answer(models, model=model)
            return
        with pytest.raises(ModelNotAllowedError) as caught:
            await answer(models, model=model)
    assert (caught.value.status, caught.value.code) == (422, "model_not_allowed")
    assert "gpt-4.1-mini" in caught.value.detail
    assert caught.value.errors[0].field == "model"
    assert not openai.calls
