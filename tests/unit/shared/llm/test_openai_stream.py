"""Reading an answer's lines, however they come."""

import json
from typing import Any

import pytest

from shared.errors import ProviderBadPayloadError
from shared.llm import openai_stream
from shared.llm.base_model_client import Finished, ToolCall, Usage
from shared.llm.openai_stream import StreamedAnswer


def line(delta: Any, finish_reason: str | None = None, **more: Any) -> bytes:
    chunk = {
        "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        **more,
    }
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def answer() -> StreamedAnswer:
    return StreamedAnswer("openai", "asked-for")


def test_lines_that_are_cut_anywhere_are_joined() -> None:
    reading = answer()
    sent = b": ping\r\n\r\n" + line({"content": "Zürich \u2028 €5"}) + line({}, "stop") + b"data:[DONE]\n\n"
    text = "".join(reading.feed(sent[start : start + 1]) for start in range(len(sent)))
    assert text == "Zürich \u2028 €5"
    assert reading.done
    assert reading.finished() == Finished("stop", Usage(), "m-1")


def test_pieces_that_come_together_are_one_text() -> None:
    assert answer().feed(line({"content": "a"}) + line({"content": "b"})) == "ab"


def test_chunks_without_choices_text_or_usage_say_nothing() -> None:
    reading = answer()
    for choices in ("[]", "null", "[{}]", '[{"delta": null}]'):
        assert reading.feed(f'data: {{"choices": {choices}, "usage": null}}\n'.encode()) == ""
    assert reading.feed(b"data: {}\n") == ""
    assert reading.failure is None
    assert not reading.complete


def test_what_a_model_thinks_is_not_what_it_says() -> None:
    assert answer().feed(line({"content": None, "reasoning_content": "hm"})) == ""


def test_a_refusal_is_told_as_text() -> None:
    assert answer().feed(line({"refusal": "I cannot help with that."})) == "I cannot help with that."


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("function_call", "tool_calls"),
        ("eos", "stop"),
    ],
)
def test_reasons_to_finish(said: str, meant: str) -> None:
    reading = answer()
    reading.feed(line({}, said))
    assert reading.finished().finish_reason == meant


def test_a_call_without_id_index_or_reason_is_a_call_all_the_same() -> None:
    reading = answer()
    reading.feed(line({"tool_calls": [{"function": {"name": "get_quote", "arguments": "{}"}}]}, "stop"))
    assert reading.finished() == Finished(
        "tool_calls", Usage(), "m-1", (ToolCall("call_0", "get_quote", "{}"),)
    )


@pytest.mark.parametrize(
    "sent",
    [
        b"data: {\n",
        b"data: 5\n",
        b'data: "text"\n',
        b'data: {"choices": {"0": 1}}\n',
        b'data: {"choices": ["x"]}\n',
        b'data: {"choices": [{"delta": {"tool_calls": ["x"]}}]}\n',
        b'data: {"choices": [{"delta": {"tool_calls": [{"index": "x"}]}}]}\n',
        b'data: {"usage": {"prompt_tokens": "many"}}\n',
        b"data: \xff\xfe\n",
        # Half a character: it could not be sent on.
        b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n',
        b"data: " + b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_not_of_the_protocol_is_a_failure(sent: bytes) -> None:
    reading = answer()
    reading.feed(sent)
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_text_before_a_failure_in_the_same_bytes_is_kept() -> None:
    reading = answer()
    assert reading.feed(line({"content": "kept"}) + b"data: {\n" + line({"content": "lost"})) == "kept"
    assert reading.failure is not None


def test_a_line_without_end_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_stream, "MAX_LINE_BYTES", 1000)
    reading = answer()
    reading.feed(b"data: " + b"x" * 2000)
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_calls_have_a_bound() -> None:
    reading = answer()
    for index in range(40):
        reading.feed(line({"tool_calls": [{"index": index, "function": {"name": "n"}}]}))
    assert isinstance(reading.failure, ProviderBadPayloadError)
