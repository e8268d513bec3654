"""The agent of OpenBB Workspace: what it reads from a request, and the form of its stream."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic import ValidationError

from shared.chat.chat_events import ChatEvent, ChunkEvent, SourcesEvent, ToolEvent
from shared.errors.request_errors import InvalidRequestError
from shared.errors.service_errors import ModelInterruptedError, ModelUnavailableError
from shared.observability.telemetry import RequestScope
from shared.workspace.copilot import MessageChunk, WorkspaceQuery, message_chunks, message_frame
from tests.support.chat_parts import DONE, SOURCE


def query(*messages: tuple[str, Any], widgets: Any = None) -> WorkspaceQuery:
    said = [{"role": role, "content": content} for role, content in messages]
    return WorkspaceQuery.model_validate({"messages": said, "widgets": widgets, "timezone": "UTC"})


def widget(*parameters: tuple[str, Any, Any]) -> dict[str, Any]:
    return {
        "widget_id": "w",
        "params": [
            {"name": name, "current_value": current, "default_value": default}
            for name, current, default in parameters
        ],
    }


async def text_of(*events: ChatEvent | Exception) -> str:
    async def played() -> AsyncGenerator[ChatEvent]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    return "".join([chunk.text async for chunk in message_chunks(played())])


def test_last_message_of_the_person_is_the_question() -> None:
    asked = query(("human", "First?"), ("ai", "Answer."), ("human", " Second? "), ("tool", [{"data": 1}]))
    assert asked.question() == "Second?"


@pytest.mark.parametrize(
    "messages", [[("ai", "x")], [("human", " ")], [("human", {"a": 1})], [("human", None)]]
)
def test_without_a_question_the_request_is_refused(messages: list[tuple[str, Any]]) -> None:
    with pytest.raises(InvalidRequestError, match="role human"):
        query(*messages).question()


def test_earlier_messages_are_the_texts_before_the_question() -> None:
    call = '{"function":"get_widget_data","input_arguments":{"data_sources":[]}}'
    asked = query(
        ("human", "Price of AAPL?"),
        ("ai", call),
        ("tool", [{"data": 1}]),
        ("ai", " 250 USD. "),
        ("human", None),
        ("ai", "{} is an empty object."),
        ("human", "And its margin?"),
        ("ai", call),
        ("tool", "text"),
    )
    assert [(message.role, message.content) for message in asked.earlier()] == [
        ("user", "Price of AAPL?"),
        ("assistant", "250 USD."),
        ("assistant", "{} is an empty object."),
    ]
    assert query(("human", "First?")).earlier() == ()


@pytest.mark.parametrize("messages", [[], [("robot", "x")], [("human", "x")] * 201])
def test_messages_have_known_roles_and_a_bound(messages: list[tuple[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        query(*messages)


def test_symbols_come_from_the_selected_widgets() -> None:
    widgets = {
        "primary": [
            widget(("symbol", "msft", "AAPL"), ("period", "1y", None)),
            widget(("Symbols", None, "AAPL, MSFT,brk.b")),
            widget(("ticker", 5, None), ("tickers", "not a symbol", None)),
        ],
        "secondary": [widget(("symbol", "IBM", None))],
    }
    assert query(("human", "?"), widgets=widgets).symbols() == ("MSFT", "AAPL", "BRK-B")


def test_at_most_ten_symbols_are_taken() -> None:
    many = widget(("symbols", ",".join(f"A{number}" for number in range(50)), None))
    assert len(query(("human", "?"), widgets=[many]).symbols()) == 10


@pytest.mark.parametrize(
    "widgets", [None, [], {}, {"primary": []}, {"primary": None}, {"primary": [{"params": None}]}]
)
def test_widgets_may_be_missing(widgets: Any) -> None:
    assert query(("human", "?"), widgets=widgets).symbols() == ()


async def test_answer_ends_with_sources_check_and_disclaimer() -> None:
    text = await text_of(
        ToolEvent("get_quote", "started", {"symbol": "AAPL"}),
        SourcesEvent([{**SOURCE, "stale": True}]),
        ChunkEvent("AAPL is "),
        ChunkEvent("fine [1]."),
        DONE,
    )
    assert text == (
        "AAPL is fine [1].\n\n- [1] quote AAPL, sample, time not known, stale\n\n"
        "*0 of 0 figures are supported by the sources. No advice.*"
    )


async def test_failure_before_the_first_text_is_a_problem() -> None:
    with pytest.raises(ModelUnavailableError):
        await text_of(SourcesEvent([SOURCE]), ModelUnavailableError("No model is available."))


async def test_failure_in_the_middle_is_the_last_sentence() -> None:
    with RequestScope("r1", "workspace_query").bound():
        text = await text_of(ChunkEvent("AAPL"), ModelInterruptedError("The model stopped."))
    assert text == "AAPL\n\n*The answer is incomplete: The model stopped.*"


def test_frame_is_one_named_event_of_one_line() -> None:
    frame = message_frame(MessageChunk("a\nb \u2028 ü")).decode()
    name, data, *end = frame.split("\n")
    assert (name, end) == ("event: copilotMessageChunk", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == {"delta": "a\nb \u2028 ü"}
