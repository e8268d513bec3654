"""The clients with the real openai library against a local server: answers and failures."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from pydantic import SecretStr

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.llm.azure_openai_model_client import AzureOpenAIModelClient
from shared.llm.azure_token import AzureTokens
from shared.llm.base_model_client import (
    Finished,
    GenerationRequest,
    HiddenOutput,
    Message,
    ModelEvent,
    TextDelta,
    ToolCall,
    ToolDefinition,
    Usage,
)
from shared.llm.chat_completions import http_connection, protocol_client
from shared.llm.chat_completions.request_body import RequestOptions
from shared.llm.grok_model_client import GrokModelClient
from shared.llm.openai_model_client import OpenAIModelClient
from tests.support.durations import Stopwatch
from tests.support.openai_stub import Behaviour, OpenAIStub

KEY = "sk-secret-key-of-the-tests"
LOOK_UP = ToolDefinition("get_quote", "A quote", {"type": "object", "properties": {}})


@pytest.fixture
async def client(stub: OpenAIStub) -> AsyncIterator[OpenAIModelClient]:
    made = OpenAIModelClient("gpt-4.1-mini", api_key=SecretStr(KEY), base_url=stub.base_url, max_retries=0)
    yield made
    await made.aclose()


def request(**changes: Any) -> GenerationRequest:
    given: dict[str, Any] = {"messages": (Message("user", "How is Apple?"),), "temperature": 0.2}
    return GenerationRequest(**{**given, "max_tokens": 50, **changes})


async def read(client: OpenAIModelClient, asked: GenerationRequest | None = None) -> list[ModelEvent]:
    async with aclosing(client.generate_stream(asked or request())) as events:
        return [event async for event in events]


async def listen(client: OpenAIModelClient, said: list[str]) -> None:
    """Records the words, also when the answer breaks off."""
    async for event in client.generate_stream(request()):
        if isinstance(event, TextDelta):
            said.append(event.text)  # noqa: PERF401 - words before the failure count


async def test_an_answer_streams_and_ends_with_reason_and_usage(
    stub: OpenAIStub, client: OpenAIModelClient
) -> None:
    stub.script(Behaviour(text="Apple trades at 250 – “fine” \u2028 today"))
    *deltas, end = await read(client)
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == (
        "Apple trades at 250 – “fine” \u2028 today "
    )
    assert end == Finished("stop", Usage(11, 8), "gpt-4.1-mini")
    (call,) = stub.calls
    assert (call.path, call.key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert call.body == {
        "model": "gpt-4.1-mini",
        "messages": [{"role": "user", "content": "How is Apple?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 50,
        "temperature": 0.2,
    }


async def test_words_arrive_before_the_answer_is_complete(
    stub: OpenAIStub, client: OpenAIModelClient
) -> None:
    stub.script(Behaviour(tokens=2, fault="hang", fault_after=1))
    async with aclosing(client.generate_stream(request())) as events:
        assert await anext(events) == TextDelta("w0 ")


async def test_generate_collects_the_stream(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    stub.script(Behaviour(tokens=3, finish_reason="length"))
    completion = await client.generate(request())
    assert (completion.text, completion.finish_reason) == ("w0 w1 w2 ", "length")
    assert completion.usage.total_tokens == 14


async def test_tool_calls_are_joined_by_index(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    wanted = (
        {"name": "get_quote", "arguments": '{"symbol": "AAPL"}'},
        {"name": "get_news", "arguments": '{"symbol": "MSFT", "limit": 5}'},
    )
    stub.script(Behaviour(tool_calls=wanted))
    *hidden, end = await read(client, request(tools=(LOOK_UP,)))
    assert hidden
    assert all(isinstance(event, HiddenOutput) and not event.reasoning for event in hidden)
    assert isinstance(end, Finished)
    assert end.finish_reason == "tool_calls"
    assert end.tool_calls == (
        ToolCall("call_0_x", "get_quote", '{"symbol": "AAPL"}'),
        ToolCall("call_1_x", "get_news", '{"symbol": "MSFT", "limit": 5}'),
    )
    assert stub.calls[0].body["tools"][0]["function"]["name"] == "get_quote"


async def test_a_conversation_with_tools_follows_the_protocol(
    stub: OpenAIStub, client: OpenAIModelClient
) -> None:
    call = ToolCall("call_7", "get_quote", '{"symbol":"AAPL"}')
    messages = (
        Message("system", "Be brief."),
        Message("user", "Apple?"),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "250 USD", tool_call_id="call_7"),
    )
    await read(client, request(messages=messages, response_schema={"type": "object"}))
    body = stub.calls[0].body
    assert body["messages"][2]["tool_calls"] == [
        {
            "id": "call_7",
            "type": "function",
            "function": {"name": "get_quote", "arguments": '{"symbol":"AAPL"}'},
        }
    ]
    assert body["messages"][3] == {"role": "tool", "content": "250 USD", "tool_call_id": "call_7"}
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": {"type": "object"}},
    }


async def test_a_reasoning_model_gets_its_own_parameters(stub: OpenAIStub) -> None:
    client = OpenAIModelClient(
        "gpt-5-mini", api_key=SecretStr(KEY), base_url=stub.base_url, options=RequestOptions("low", 8_000)
    )
    await read(client)
    body = stub.calls[0].body
    assert body["reasoning_effort"] == "low"
    assert body["max_completion_tokens"] == 8_050
    assert "temperature" not in body
    await client.aclose()


@pytest.mark.parametrize(
    ("model", "with_tools"), [("gpt-5-mini", "low"), ("gpt-5.4-mini", None), ("gpt-5.6-luna", "none")]
)
async def test_reasoning_effort_depends_on_tools(
    stub: OpenAIStub, model: str, with_tools: str | None
) -> None:
    client = OpenAIModelClient(
        model, api_key=SecretStr(KEY), base_url=stub.base_url, options=RequestOptions("low")
    )
    await read(client)
    await read(client, request(tools=(LOOK_UP,)))
    assert [call.body.get("reasoning_effort") for call in stub.calls] == ["low", with_tools]
    await client.aclose()


async def test_a_rejected_parameter_is_omitted_from_then_on(stub: OpenAIStub) -> None:
    client = OpenAIModelClient("my-own-model", api_key=SecretStr(KEY), base_url=stub.base_url)
    refusing = Behaviour(refuses="temperature")
    stub.script(refusing, refusing, refusing)
    assert isinstance((await read(client))[-1], Finished)
    assert ["temperature" in call.body for call in stub.calls] == [True, False]
    await read(client)
    assert len(stub.calls) == 3
    assert "temperature" not in stub.calls[2].body
    await client.aclose()


async def test_the_token_bound_changes_its_name_when_that_is_rejected(stub: OpenAIStub) -> None:
    client = OpenAIModelClient("my-own-model", api_key=SecretStr(KEY), base_url=stub.base_url)
    refusing = Behaviour(refuses="max_tokens")
    stub.script(refusing, refusing)
    await read(client)
    assert stub.calls[0].body["max_tokens"] == 50
    assert stub.calls[1].body["max_completion_tokens"] == 50
    assert "max_tokens" not in stub.calls[1].body
    await client.aclose()


async def test_a_required_parameter_is_not_omitted(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    stub.script(Behaviour(status=400, code="unsupported_parameter", param="messages"))
    with pytest.raises(ProviderRequestError):
        await read(client)
    assert len(stub.calls) == 1


@pytest.mark.parametrize(
    ("behaviour", "error", "reason"),
    [
        (Behaviour(status=401, code="invalid_api_key"), ProviderAuthError, "refused the credentials (401)"),
        (Behaviour(status=403), ProviderAuthError, "refused the credentials (403)"),
        (Behaviour(status=429, code="insufficient_quota"), ProviderRateLimitedError, "the quota is used up"),
        (
            Behaviour(status=404, code="model_not_found"),
            ProviderRequestError,
            "refused the request (404 model_not_found)",
        ),
        (Behaviour(status=400, code="Bearer sk-1"), ProviderRequestError, "refused the request (400)"),
        (Behaviour(status=422), ProviderRequestError, "refused the request (422)"),
        (Behaviour(status=500), ProviderUnavailableError, "answered 500"),
        (Behaviour(status=503), ProviderUnavailableError, "answered 503"),
        (Behaviour(fault="refuse"), ProviderUnavailableError, "could not be reached"),
        (Behaviour(fault="drop"), ProviderUnavailableError, "broke the connection"),
        (Behaviour(fault="end"), ProviderBadPayloadError, "ended without an answer"),
        (
            Behaviour(fault="error"),
            ProviderUnavailableError,
            "reported an error in the stream (server_error: overloaded)",
        ),
        (
            Behaviour(fault="garbage"),
            ProviderBadPayloadError,
            "sent a malformed chunk",
        ),
        (Behaviour(fault="shape"), ProviderBadPayloadError, "ended without an answer"),
    ],
)
async def test_a_failure_before_the_first_word_has_its_class_and_reason(
    stub: OpenAIStub,
    client: OpenAIModelClient,
    behaviour: Behaviour,
    error: type[ProviderError],
    reason: str,
) -> None:
    stub.script(behaviour)
    with pytest.raises(ProviderError) as caught:
        await read(client)
    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert "sk-" not in str(caught.value)
    assert caught.value.__cause__ is not caught.value


@pytest.mark.parametrize("fault", ["drop", "end", "error", "garbage", "shape"])
async def test_a_failure_in_the_middle_is_an_interruption_after_the_text(
    stub: OpenAIStub, client: OpenAIModelClient, fault: str
) -> None:
    stub.script(Behaviour(tokens=5, fault=fault, fault_after=2))
    said: list[str] = []
    with pytest.raises(ProviderInterruptedError):
        await listen(client, said)
    assert "".join(said) == "w0 w1 "


@pytest.mark.parametrize("after_end", ["drop", "garbage", "hang"])
async def test_a_failure_after_a_complete_answer_is_ignored(
    stub: OpenAIStub, client: OpenAIModelClient, monkeypatch: pytest.MonkeyPatch, after_end: str
) -> None:
    monkeypatch.setattr(protocol_client, "_TRAILER_SECONDS", 0.05)
    stub.script(Behaviour(tokens=2, after_end=after_end))
    assert (await read(client))[-1] == Finished("stop", Usage(4, 2, estimated=True), "gpt-4.1-mini")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    client = OpenAIModelClient("gpt-4.1", api_key=SecretStr(KEY), base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ProviderUnavailableError, match="could not be reached"):
        await read(client)
    await client.aclose()


@pytest.mark.parametrize("behaviour", [Behaviour(fault="silence"), Behaviour(fault="hang", fault_after=0)])
async def test_silence_is_a_timeout(stub: OpenAIStub, behaviour: Behaviour) -> None:
    client = OpenAIModelClient("gpt-4.1", api_key=SecretStr(KEY), base_url=stub.base_url, silence=0.1)
    stub.script(behaviour)
    with pytest.raises(ProviderTimeoutError):
        await read(client)
    await client.aclose()


async def test_a_key_that_no_header_can_carry_is_an_auth_error(stub: OpenAIStub) -> None:
    client = OpenAIModelClient("gpt-4.1", api_key=SecretStr("sk-“quoted”"), base_url=stub.base_url)
    with pytest.raises(ProviderAuthError):
        await read(client)
    await client.aclose()


async def test_a_request_to_a_briefly_unavailable_server_is_retried(stub: OpenAIStub) -> None:
    client = OpenAIModelClient("gpt-4.1", api_key=SecretStr(KEY), base_url=stub.base_url, max_retries=1)
    stub.script(Behaviour(status=503, retry_after="0.01"), Behaviour(tokens=1))
    assert (await read(client))[0] == TextDelta("w0 ")
    assert len(stub.calls) == 2
    await client.aclose()


async def test_a_long_pause_is_not_waited_for(stub: OpenAIStub) -> None:
    client = OpenAIModelClient("gpt-4.1", api_key=SecretStr(KEY), base_url=stub.base_url, max_retries=3)
    stub.script(Behaviour(status=429, retry_after="30"))
    with Stopwatch() as watch, pytest.raises(ProviderRateLimitedError) as caught:
        await read(client)
    assert caught.value.retry_after == 30
    assert len(stub.calls) == 1
    assert watch.seconds < 5
    await client.aclose()


async def test_heartbeats_are_no_text(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    stub.script(Behaviour(tokens=1, first_after=0.05, heartbeat=0.01))
    assert (await read(client))[0] == TextDelta("w0 ")


async def test_closing_a_stream_ends_the_call_upstream(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    stub.script(Behaviour(tokens=1000, rate=10))
    events = client.generate_stream(request())
    assert await anext(events) == TextDelta("w0 ")
    await events.aclose()
    async with asyncio.timeout(60):
        await stub.calls[0].ended.wait()
    assert stub.calls[0].outcome == "disconnected"
    assert stub.calls[0].sent < 100


async def test_cancelling_the_reader_ends_the_call_upstream(
    stub: OpenAIStub, client: OpenAIModelClient
) -> None:
    stub.script(Behaviour(fault="silence"))
    reading = asyncio.ensure_future(read(client))
    async with asyncio.timeout(60):
        while not stub.calls:  # noqa: ASYNC110 - the call is in the server's list as soon as it is there
            await asyncio.sleep(0.01)
        reading.cancel()
        await stub.calls[0].ended.wait()
    assert stub.calls[0].outcome == "disconnected"


async def test_a_connection_is_used_again(stub: OpenAIStub, client: OpenAIModelClient) -> None:
    for _ in range(3):
        await read(client)
        assert stub.connections == 1


async def test_calls_beyond_the_maximum_of_connections_wait(
    stub: OpenAIStub, client: OpenAIModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "MAX_CONNECTIONS", 2)
    stub.script(*[Behaviour(tokens=3, rate=20)] * 6)
    answers = await asyncio.gather(*(client.generate(request()) for _ in range(6)))
    assert [answer.text for answer in answers] == ["w0 w1 w2 "] * 6
    assert stub.connections <= 2


async def test_grok_has_its_own_key_and_model(stub: OpenAIStub) -> None:
    client = GrokModelClient("grok-4", api_key=SecretStr("xai-1"), base_url=stub.base_url)
    events = [event async for event in client.generate_stream(request())]
    assert events[-1] == Finished("stop", Usage(11, 3), "grok-4")
    assert stub.calls[0].key == "Bearer xai-1"
    await client.aclose()


class Credential:
    """Returns tokens, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.asked.extend(scopes)
        if self.error:
            raise self.error
        return AccessToken(f"token-{len(self.asked)}", 10_000)


def azure(stub: OpenAIStub, credential: Callable[[], Credential], now: float) -> AzureOpenAIModelClient:
    tokens = AzureTokens("azure_openai", credential, now=lambda: now)
    return AzureOpenAIModelClient("chat", api_key=tokens, base_url=stub.base_url)


async def test_azure_signs_in_with_the_identity_and_keeps_the_token(stub: OpenAIStub) -> None:
    credential = Credential()
    client = azure(stub, lambda: credential, now=0)
    for _ in range(2):
        assert (await client.generate(request())).model == "chat"
    assert [call.key for call in stub.calls] == ["Bearer token-1", "Bearer token-1"]
    assert credential.asked == ["https://cognitiveservices.azure.com/.default"]
    await client.aclose()


async def test_azure_renews_a_token_that_is_about_to_end(stub: OpenAIStub) -> None:
    credential = Credential()
    client = azure(stub, lambda: credential, now=9_900)
    for _ in range(2):
        await client.generate(request())
    assert [call.key for call in stub.calls] == ["Bearer token-1", "Bearer token-2"]
    await client.aclose()


async def test_azure_without_a_token_is_an_auth_error(stub: OpenAIStub) -> None:
    client = azure(stub, lambda: Credential(ClientAuthenticationError("no identity")), now=0)
    with pytest.raises(ProviderAuthError, match="the managed identity returned no token"):
        await client.generate(request())
    assert not stub.calls
    await client.aclose()
