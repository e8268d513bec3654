"""A chat over the real client and a server of every dialect: what is shown, stored and sent back."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest

from shared.chat.query import ChatQuery
from shared.config.loader import ConfigLoader
from shared.domain.caller import Owner
from shared.errors.service_errors import ModelError
from shared.llm.model_factory import ModelClientFactory
from shared.redis.keys import RedisKeys
from shared.redis.shared_health import SharedHealth
from tests.support.agent_fakes import FakeConversations, fake_agent
from tests.support.dialects import Dialect
from tests.support.dialects.endings import REASONING
from tests.support.dialects.parts import QUOTE, chunk, part, sse, words
from tests.support.dialects.tool_calls import TOOL_CALLS
from tests.support.dialects.written_calls import CUSTOM_CALLS, OTHER_NAMES, WRITTEN_CALLS, named
from tests.support.openai_stub import Behaviour, OpenAIStub

QUERY = ChatQuery(
    "How is $AAPL?", owner=Owner("alice"), conversation_id="11111111-1111-4111-8111-111111111111"
)
FINE = Behaviour(text="Fine.")
VALID = [
    dialect
    for dialect in (*TOOL_CALLS, *WRITTEN_CALLS, *OTHER_NAMES, *CUSTOM_CALLS)
    # In JSON: other forms of arguments cannot be read.
    if dialect.calls
    and all(name != "get_weather" and '"AAPL"' in arguments for name, arguments in dialect.calls[:1])
]


@pytest.fixture
async def models(stub: OpenAIStub) -> AsyncIterator[ModelClientFactory]:
    environ = {
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": stub.base_url,
        "OPENAI_MODEL": "deepseek-r1",
        "MODEL_ALLOW_FALLBACK": "false",
        "MODEL_MAX_RETRIES": "0",
    }
    health = SharedHealth(None, RedisKeys("test"))
    factory = ModelClientFactory(ConfigLoader(environ=environ).load_config(), health)
    yield factory
    await factory.aclose()


async def ask(models: ModelClientFactory, conversations: FakeConversations) -> list[dict[str, Any]]:
    agent = fake_agent(cast(Any, models), conversations)
    return [dict(event.payload()) async for event in agent.process_query_streaming(QUERY)]


def text_of(frames: list[dict[str, Any]]) -> str:
    return "".join(frame["chunk"] for frame in frames if "chunk" in frame)


def arguments_sent(stub: OpenAIStub) -> Iterator[Any]:
    """The arguments of all tool calls that were sent back to the server."""
    for call in stub.calls:
        for message in call.body["messages"]:
            for sent in message.get("tool_calls", ()):
                yield json.loads(sent["function"]["arguments"])


@pytest.mark.parametrize("dialect", VALID, ids=lambda dialect: dialect.name)
async def test_tools_are_carried_out_in_every_dialect(
    stub: OpenAIStub, models: ModelClientFactory, dialect: Dialect
) -> None:
    stub.script(Behaviour(dialect=dialect.name), FINE)
    conversations = FakeConversations()
    frames = await ask(models, conversations)
    finished = [frame for frame in frames if frame.get("status") == "finished"]
    assert finished[0]["name"] == dialect.calls[0][0]
    assert finished[0]["arguments"]["symbol"] == "AAPL"
    assert text_of(frames).split() == [*dialect.text.split(), "Fine."]
    assert conversations.kept[-1].content == text_of(frames)
    assert all(isinstance(arguments, dict) for arguments in arguments_sent(stub))
    said = [message["content"] or "" for message in stub.calls[-1].body["messages"][2:]]
    assert not any(mark in text for text in said for mark in ("tool_call", "TOOL_CALLS", "arguments", "<|"))


async def test_calls_that_cannot_be_read_are_answered_and_sent_back_as_valid_json(
    stub: OpenAIStub, models: ModelClientFactory
) -> None:
    pieces = [part(0, "a", "get_quote", '{"symbol": "AA'), part(1, "b", "no such tool!", "[]")]
    stub.script(Behaviour(body=sse(chunk({"tool_calls": pieces}), chunk({}, "tool_calls"))), FINE)
    frames = await ask(models, FakeConversations())
    assert [frame["status"] for frame in frames if frame.get("event") == "tool"][-2:] == ["failed", "failed"]
    assert list(arguments_sent(stub)) == [{}, {}]
    assert text_of(frames).strip() == "Fine."


@pytest.mark.parametrize(
    "written",
    [
        f"<tool_call>{named('get_weather', QUOTE)}</tool_call>",
        named("get_weather", QUOTE, "parameters"),
        '<tool_call>{"name": "get_quote", "arguments": {"symbol": "AA</tool_call>',
    ],
)
async def test_a_written_call_that_cannot_be_carried_out_is_an_empty_answer(
    stub: OpenAIStub, models: ModelClientFactory, written: str
) -> None:
    stub.script(Behaviour(body=sse(*words(*written), chunk({}, "stop"))))
    conversations = FakeConversations()
    with pytest.raises(ModelError) as caught:
        await fake_agent(cast(Any, models), conversations).process_query(QUERY)
    assert "only wrote a call that no offered tool can carry out" in caught.value.detail
    assert [turn.content for turn in conversations.kept[1:]] == []


async def test_calls_that_are_written_when_no_tool_is_offered_any_more_are_never_shown(
    stub: OpenAIStub, models: ModelClientFactory
) -> None:
    written = Behaviour(body=sse(*words(named("get_quote", QUOTE, "parameters")), chunk({}, "stop")))
    stub.script(*[written] * 6)
    with pytest.raises(ModelError) as caught:
        await fake_agent(cast(Any, models), FakeConversations()).process_query(QUERY)
    assert "only wrote a call" in caught.value.detail
    assert ["tools" in call.body for call in stub.calls] == [True] * 5 + [False]


@pytest.mark.parametrize("dialect", REASONING, ids=lambda dialect: dialect.name)
async def test_reasoning_is_neither_shown_nor_stored_nor_sent_back(
    stub: OpenAIStub, models: ModelClientFactory, dialect: Dialect
) -> None:
    conversations = FakeConversations()
    stub.script(Behaviour(body=_with_reasoning(dialect)), FINE)
    first = await ask(models, conversations)
    await ask(models, conversations)
    assert "Hm." not in json.dumps(first)
    assert "Hm." not in "".join(turn.content for turn in conversations.kept)
    assert "Hm." not in json.dumps(stub.calls[-1].body)
    assert dialect.text.strip() in json.dumps(stub.calls[-1].body, ensure_ascii=False).replace("\\n", "\n")


async def test_an_empty_answer_after_text_gives_its_reason(
    stub: OpenAIStub, models: ModelClientFactory
) -> None:
    calls = chunk({"tool_calls": [part(0, "a", "get_quote", QUOTE)]})
    stub.script(
        Behaviour(
            body=sse(chunk({"reasoning": "Hm."}), *words("Let me see."), calls, chunk({}, "tool_calls"))
        ),
        Behaviour(body=sse(chunk({"reasoning_content": "Hm."}), chunk({}, "length"))),
    )
    conversations = FakeConversations()
    with pytest.raises(ModelError) as caught:
        await fake_agent(cast(Any, models), conversations).process_query(QUERY)
    assert "spent all tokens on reasoning and answered nothing (finish_reason length)" in caught.value.detail
    assert [turn.content for turn in conversations.kept] == [QUERY.message, "Let me see."]
    assert conversations.kept[-1].interrupted


def _with_reasoning(dialect: Dialect) -> bytes:
    """The dialect behind a first chunk of reasoning, so that the model's name says nothing more."""
    if dialect.model != "some-model":
        return dialect.body
    return sse(chunk({"reasoning_content": "Hm."}), done=False) + dialect.body
