"""The client against a local server that speaks every dialect, and rejects in every form."""

import gzip
import json
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import SecretStr

from shared.config.loader import ConfigLoader
from shared.errors import ProviderError, provider_errors
from shared.errors.provider_errors import ProviderRequestError
from shared.llm.azure_openai_model_client import AzureOpenAIModelClient
from shared.llm.base_model_client import (
    Finished,
    GenerationRequest,
    Message,
    TextDelta,
    ToolCall,
    ToolDefinition,
)
from shared.llm.chat_completions.request_body import RequestOptions
from shared.llm.openai_model_client import OpenAIModelClient
from tests.support.dialects import DIALECTS, REJECTIONS, TOOLS, Dialect, ErrorResponse
from tests.support.dialects.parts import QUOTE, chunk, end, part, sse
from tests.support.openai_stub import Behaviour, OpenAIStub

OFFERED = tuple(ToolDefinition(name, "A tool", {"type": "object"}) for name in TOOLS)
ANSWERED = Behaviour(text="Fine.")


def client_of(stub: OpenAIStub, model: str = "some-model", **more: Any) -> OpenAIModelClient:
    return OpenAIModelClient(
        model, api_key=SecretStr("sk-1"), base_url=stub.base_url, **{"max_retries": 0, **more}
    )


def request(**changes: Any) -> GenerationRequest:
    given: dict[str, Any] = {"messages": (Message("user", "How is Apple?"),), "tools": OFFERED}
    return GenerationRequest(**{**given, "temperature": 0.2, "max_tokens": 50, **changes})


async def read(client: OpenAIModelClient, seen: list[str]) -> Finished | None:
    """Reads an answer; the text is seen also when it breaks off."""
    async with aclosing(client.generate_stream(request())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                seen.append(event.text)
            elif isinstance(event, Finished):
                return event
    return None


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
async def test_an_answer_in_any_dialect_is_read(stub: OpenAIStub, dialect: Dialect) -> None:
    stub.script(Behaviour(dialect=dialect.name))
    client = client_of(stub, dialect.model)
    seen: list[str] = []
    if dialect.error:
        with pytest.raises(ProviderError) as caught:
            await read(client, seen)
        assert type(caught.value) is getattr(provider_errors, dialect.error)
        assert dialect.says in caught.value.reason
        assert "sk-" not in caught.value.reason
    else:
        end = await read(client, seen)
        assert end is not None
        assert tuple((call.name, call.arguments) for call in end.tool_calls) == dialect.calls
        assert (end.finish_reason, end.usage.estimated) == (dialect.reason, dialect.usage is None)
    assert "".join(seen) == dialect.text
    await client.aclose()


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda rejection: rejection.name)
async def test_a_rejected_parameter_is_omitted_from_then_on(
    stub: OpenAIStub, rejection: ErrorResponse
) -> None:
    body = (rejection.body if isinstance(rejection.body, str) else json.dumps(rejection.body)).encode()
    assert rejection.parameter is not None
    client = client_of(stub, "grok-3-mini" if rejection.parameter == "reasoning_effort" else "some-model")
    client.options = RequestOptions(reasoning_effort="low")
    asked = request(response_schema={"type": "object"})
    stub.script(Behaviour(status=rejection.status, body=body), ANSWERED, ANSWERED)
    assert (await client.generate(asked)).text.strip() == "Fine."
    await client.generate(asked)
    assert [rejection.parameter in call.body for call in stub.calls] == [True, False, False]
    await client.aclose()


async def test_several_parameters_are_omitted_one_by_one(stub: OpenAIStub) -> None:
    client = client_of(stub)
    stub.script(*[Behaviour(refuses="tools,temperature,stream_options,max_tokens,max_completion_tokens")] * 6)
    completion = await client.generate(request())
    assert completion.usage.estimated
    assert stub.calls[-1].body.keys() == {"model", "messages", "stream"}
    await client.aclose()


async def test_nothing_is_learnt_from_a_request_that_failed_after_all(stub: OpenAIStub) -> None:
    client = client_of(stub)
    rejection = Behaviour(status=400, body=b'{"error": "tools are not supported"}')
    stub.script(rejection, Behaviour(status=400, body=b'{"error": "no"}'), ANSWERED)
    with pytest.raises(ProviderRequestError):
        await client.generate(request())
    await client.generate(request())
    assert ["tools" in call.body for call in stub.calls] == [True, False, True]
    await client.aclose()


@pytest.mark.parametrize(
    ("tool_use", "model", "sent"),
    [("auto", "some-model", True), ("on", "some-model", True), ("off", "some-model", False)],
)
async def test_tools_are_offered_as_configured(
    stub: OpenAIStub, tool_use: Any, model: str, sent: bool
) -> None:
    client = client_of(stub, model, options=RequestOptions(tool_use=tool_use))
    await client.generate(request())
    assert ("tools" in stub.calls[0].body) == sent
    assert ("tools" in client.capabilities.names()) == sent
    await client.aclose()


async def test_tools_that_are_on_are_never_omitted(stub: OpenAIStub) -> None:
    client = client_of(stub, options=RequestOptions(tool_use="on"))
    stub.script(Behaviour(refuses="tools"))
    with pytest.raises(ProviderRequestError, match="does not take tools"):
        await client.generate(request())
    assert len(stub.calls) == 1
    await client.aclose()


async def test_a_request_that_is_rejected_within_the_stream_is_repeated(stub: OpenAIStub) -> None:
    client = client_of(stub)
    body = b'event: error\ndata: {"error": {"message": "tools are not supported"}}\n\n'
    stub.script(Behaviour(body=body), ANSWERED)
    assert (await client.generate(request())).text.strip() == "Fine."
    assert "tools" not in stub.calls[1].body
    await client.aclose()


async def test_milliseconds_of_a_pause_are_honoured(stub: OpenAIStub) -> None:
    client = client_of(stub, max_retries=1)
    headers = {"retry-after-ms": "20", "retry-after": "60"}
    stub.script(Behaviour(status=429, body=b"{}", headers=headers), ANSWERED)
    await client.generate(request())
    assert len(stub.calls) == 2
    await client.aclose()


async def test_reasoning_that_a_server_demands_back_is_a_blank(stub: OpenAIStub) -> None:
    client = client_of(stub, "deepseek-reasoner")
    body = b'{"error": {"message": "Missing `reasoning_content` field in the assistant message at index 1."}}'
    call = Message("assistant", "", tool_calls=(ToolCall("a", "get_quote", "{}"),))
    asked = request(messages=(Message("user", "How is Apple?"), call, Message("tool", "1", tool_call_id="a")))
    stub.script(Behaviour(status=400, body=body), ANSWERED, ANSWERED)
    await client.generate(asked)
    await client.generate(asked)
    sent = [[message.get("reasoning_content") for message in call.body["messages"]] for call in stub.calls]
    assert sent == [[None, None, None], [None, " ", None], [None, " ", None]]
    await client.aclose()


@pytest.mark.parametrize(("model", "sent_back"), [("gemini-3-pro", True), ("some-model", False)])
async def test_the_signature_of_a_call_is_sent_back_to_its_server(
    stub: OpenAIStub, model: str, sent_back: bool
) -> None:
    signature = {"google": {"thought_signature": "Cp€"}}
    piece = {**part(None, "a", "get_quote", QUOTE), "extra_content": signature}
    stub.script(Behaviour(body=sse(chunk({"tool_calls": [piece]}), *end("tool_calls"))), ANSWERED)
    client = client_of(stub, model)
    completion = await client.generate(request())
    await client.generate(request(messages=(Message("assistant", "", tool_calls=completion.tool_calls),)))
    (call,) = stub.calls[-1].body["messages"][0]["tool_calls"]
    assert call.get("extra_content") == (signature if sent_back else None)
    await client.aclose()


async def test_a_compressed_answer_is_read(stub: OpenAIStub) -> None:
    client = client_of(stub)
    body = gzip.compress(sse(chunk({"content": "Zürich €5"}), *end()))
    stub.script(Behaviour(body=body, headers={"Content-Encoding": "gzip"}))
    assert (await client.generate(request())).text == "Zürich €5"
    await client.aclose()


async def test_what_is_sent_back_is_valid(stub: OpenAIStub) -> None:
    calls = (
        ToolCall("a", "get quote\n" + "x" * 100, '{"symbol": "AA'),
        ToolCall("b", "get_quote", "[1]"),
        ToolCall("c", "get_quote", '{"symbol": NaN}'),
        ToolCall("d", "get_quote", '{"symbol": "AAPL"}'),
    )
    client = client_of(stub)
    await client.generate(request(messages=(Message("assistant", " ", tool_calls=calls),)))
    (message,) = stub.calls[0].body["messages"]
    assert message["content"] is None
    functions = [call["function"] for call in message["tool_calls"]]
    assert [function["arguments"] for function in functions] == ["{}", "{}", "{}", '{"symbol": "AAPL"}']
    assert functions[0]["name"].startswith("get_quote_x")
    assert len(functions[0]["name"]) == 64
    await client.aclose()


@pytest.mark.parametrize(
    ("model", "tokens"), [("gpt-5.6-luna", 8_050), ("gpt-4.1-mini", 50)], ids=["reasoning", "other"]
)
async def test_the_model_behind_a_deployment_decides_on_parameters(
    stub: OpenAIStub, model: str, tokens: int
) -> None:
    environ = {
        "AZURE_OPENAI_ENDPOINT": "https://resource.openai.azure.com",
        "AZURE_OPENAI_DEPLOYMENT": "chat",
        "AZURE_OPENAI_API_KEY": "key",
        "AZURE_OPENAI_MODEL": model,
    }
    client = AzureOpenAIModelClient.from_settings(ConfigLoader(environ=environ).load_config().model)
    assert client is not None
    local = AzureOpenAIModelClient(
        "chat", api_key=SecretStr("key"), base_url=stub.base_url, options=client.options, behind=model
    )
    assert client.capabilities == local.capabilities
    await local.generate(request(tools=()))
    body = stub.calls[0].body
    assert (body["model"], body["max_completion_tokens"]) == ("chat", tokens)
    assert ("temperature" in body) == (model == "gpt-4.1-mini")
    assert ("reasoning_effort" in body) == (model == "gpt-5.6-luna")
    await local.aclose()


@pytest.mark.parametrize(
    ("model", "with_tools", "rejected", "expected"),
    [
        ("gpt-4.1-mini", True, "", False),
        ("gpt-5-mini", True, "", True),
        ("gpt-5.6-luna", False, "", True),
        ("gpt-5.6-luna", True, "", False),
        ("gpt-5.6-luna", True, "reasoning_effort", True),
        ("openai/gpt-oss-120b", True, "", True),
        ("grok-4-1-fast-non-reasoning", True, "", False),
    ],
)
async def test_a_client_knows_whether_its_model_reasons(
    stub: OpenAIStub, model: str, with_tools: bool, rejected: str, expected: bool
) -> None:
    client = client_of(stub, model, options=RequestOptions("low", 8_000))
    asked = request() if with_tools else request(tools=())
    if rejected:
        stub.script(Behaviour(refuses=rejected))
        await client.generate(asked)
    assert client.reasons(asked) == expected
    await client.aclose()


async def test_a_server_that_must_not_stream_is_asked_for_a_document(stub: OpenAIStub) -> None:
    client = client_of(stub)
    refusal = {"message": "You must be verified to stream this model.", "param": "stream"}
    answer = {"choices": [{"message": {"content": "Fine."}, "finish_reason": "stop"}], "model": "m"}
    stub.script(
        Behaviour(status=400, body=json.dumps({"error": refusal}).encode()),
        Behaviour(body=json.dumps(answer).encode()),
    )
    assert (await client.generate(request())).text == "Fine."
    assert not stub.calls[1].body.keys() & {"stream", "stream_options"}
    await client.aclose()


async def test_output_that_a_server_could_not_read_is_read(stub: OpenAIStub) -> None:
    client = client_of(stub)
    error = {"message": "Failed to call a function.", "code": "tool_use_failed"}
    outputs = (f"<function=get_quote{QUOTE}</function>", '{"name": "get_weather", "arguments": {}}')
    bodies = [json.dumps({"error": {**error, "failed_generation": output}}).encode() for output in outputs]
    stub.script(*[Behaviour(status=400, body=body) for body in bodies], ANSWERED)
    completion = await client.generate(request())
    assert [(call.name, call.arguments) for call in completion.tool_calls] == [("get_quote", QUOTE)]
    with pytest.raises(ProviderError, match="answered 400"):
        await client.generate(request())
    await client.generate(request())
    assert all("tools" in call.body for call in stub.calls)
    await client.aclose()
