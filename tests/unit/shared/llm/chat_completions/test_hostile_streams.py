"""Streams that no server should send: nothing of them raises, and nothing unsendable comes out."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from shared.llm.base_model_client import GenerationRequest, Message
from shared.llm.capabilities import family_of
from shared.llm.chat_completions.answer_text import AnswerText
from shared.llm.chat_completions.call_arguments import normalise_arguments
from shared.llm.chat_completions.request_body import RequestOptions, request_body
from shared.llm.chat_completions.streamed_answer import StreamedAnswer
from shared.llm.chat_completions.tool_call_joiner import ToolCallJoiner
from shared.llm.chat_completions.unmarked_reasoning import Unmarked

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["<think>", "</think>", "<", "get_quote", "get_", "{", "}", "{}", '{"a":1}', '"', "```json", "stop"]
    ),
    st.text(alphabet="\ud83d\ude00a\u0000", max_size=4),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def either(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what is usual, sometimes anything."""
    return st.one_of(usual, usual, VALUES)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


FUNCTIONS = objects(name=either(TEXTS), arguments=either(TEXTS))
CALLS = st.lists(
    either(objects(index=either(st.integers(0, 2)), id=either(TEXTS), function=either(FUNCTIONS))), max_size=3
)
DELTAS = objects(
    content=either(TEXTS),
    reasoning_content=either(TEXTS),
    tool_calls=either(CALLS),
    function_call=either(FUNCTIONS),
)
CHOICES = objects(
    delta=either(DELTAS), finish_reason=either(st.sampled_from([None, "stop", "tool_calls", "length"]))
)
CHUNKS = either(
    objects(
        choices=either(st.lists(either(CHOICES), max_size=2)),
        model=either(TEXTS),
        usage=VALUES,
        x_groq=VALUES,
        prompt_filter_results=VALUES,
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CHUNKS, max_size=6), st.integers(1, 400), st.booleans())
def test_any_json_is_read_without_an_exception(chunks: list[Any], block_size: int, opened: bool) -> None:
    body = (
        b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
    )
    answer = StreamedAnswer("openai", "m", tools={"get_quote": {}}, opens_reasoning_in_prompt=opened)
    text = "".join(answer.feed(body[start : start + block_size]) for start in range(0, len(body), block_size))
    text += answer.close()
    answer.hidden_output()
    text.encode()
    end = answer.finished(REQUEST)
    assert end.usage.prompt_tokens >= 0
    assert end.usage.completion_tokens >= 0
    assert len({call.id for call in end.tool_calls}) == len(end.tool_calls)
    messages = (Message("assistant", text, tool_calls=end.tool_calls),)
    sent = GenerationRequest(messages, temperature=0.2, max_tokens=50)
    body = to_json(request_body(sent, "m", family_of("m"), RequestOptions()))
    for call in json.loads(body)["messages"][0].get("tool_calls", ()):
        assert isinstance(json.loads(call["function"]["arguments"], parse_constant=int), dict)


MARKS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "<think>",
                    "</think>",
                    "<tool_call>",
                    "</tool_call>",
                    "[TOOL_CALLS]",
                    "</s>",
                    "<s>",
                    "`",
                    "```",
                ),
                *(
                    "<|channel|>",
                    "analysis",
                    "<|message|>",
                    "<|end|>",
                    "<|im_end|>",
                    "<|im_start|>",
                    "user",
                    "\n",
                ),
                *(
                    "<|python_tag|>",
                    "<function=get_quote>",
                    "</function>",
                    "<|tool_call_begin|>",
                    "get_quote",
                ),
                *('{"name": "get_quote", "arguments": {}}', "[get_quote()]", "<", "[", " ", "Apple", "é"),
                *(
                    "```json\n",
                    ">>>",
                    "Action: get_quote\n",
                    "Action Input: ",
                    "{}",
                    "Thought: ",
                    "functools",
                ),
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=8,
)


def split_text(pieces: list[str], unmarked: Unmarked | None) -> tuple[str, list[str], int]:
    tools: dict[str, dict[str, Any]] = {"get_quote": {}}
    text = AnswerText(bare_tools=tools, unmarked=unmarked, tools=tools)
    shown = "".join(map(text.add, pieces)) + text.close()
    return shown, text.take_calls(), text.reasoning


@settings(max_examples=500, deadline=None)
@given(MARKS, st.integers(1, 5), st.sampled_from((None, "tag", "channel")))
def test_an_answer_means_the_same_however_it_is_cut(
    fragments: list[str], size: int, unmarked: Unmarked | None
) -> None:
    whole = "".join(fragments)
    cut = [whole[start : start + size] for start in range(0, len(whole), size)]
    expected = split_text([whole], unmarked)
    assert split_text(fragments, unmarked) == split_text(cut, unmarked) == expected


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_read_without_an_exception(body: bytes, block_size: int) -> None:
    answer = StreamedAnswer("openai", "m")
    for start in range(0, len(body), block_size):
        answer.feed(body[start : start + block_size]).encode()
    answer.close().encode()


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=5), VALUES.filter(lambda value: value == value), max_size=3))
def test_arguments_survive_every_wrapping(arguments: dict[str, Any]) -> None:
    written = json.dumps(arguments)
    expected = json.loads(normalise_arguments(written))
    for wrapped in (json.dumps(written), f"```json\n{written}\n```", f" {written} ", f"[{written}]"):
        assert json.loads(normalise_arguments(wrapped)) == expected


def test_ids_that_are_made_up_are_distinct_and_fit_mistral() -> None:
    joiner = ToolCallJoiner({"get_news"})
    named = {"name": "get_news", "arguments": "{}"}
    ids = ("call00001", "call00001", "call00001")
    joiner.add([{"index": place, "id": call_id, "function": named} for place, call_id in enumerate(ids)])
    joiner.add([{"index": 3, "function": named}])
    made = [call.id for call in joiner.finished()]
    assert len(set(made)) == 4
    assert all(len(call_id) == 9 and call_id.isalnum() for call_id in made)


def test_half_a_character_in_a_call_is_replaced() -> None:
    joiner = ToolCallJoiner({"get_news"})
    joiner.add([{"id": "\ud83d", "function": {"name": "get_news", "arguments": "\ud83d"}}])
    (call,) = joiner.finished()
    assert (call.id, call.arguments) == ("\ufffd", "\ufffd")


def test_arguments_of_null_leave_the_parameters() -> None:
    joiner = ToolCallJoiner({"get_news"})
    joiner.add([{"id": "1", "name": "get_news", "arguments": None, "parameters": {"symbol": "AAPL"}}])
    assert [json.loads(call.arguments) for call in joiner.finished()] == [{"symbol": "AAPL"}]
