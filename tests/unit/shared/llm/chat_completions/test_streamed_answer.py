"""The reader of a streamed answer: what arrives when, hidden output, and bounds."""

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.llm.base_model_client import GenerationRequest, HiddenOutput, Message
from shared.llm.chat_completions import event_reader, streamed_answer
from shared.llm.chat_completions.streamed_answer import StreamedAnswer
from tests.support.dialects.parts import chunk, part, sse, words

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)


def answer() -> StreamedAnswer:
    return StreamedAnswer("openai", "asked-for", tools={"get_quote": {}})


def test_text_is_visible_as_soon_as_its_event_is_complete() -> None:
    reading = answer()
    event = sse(*words("Apple"), done=False)
    assert reading.feed(event[:-1]) == ""
    assert reading.feed(event[-1:]) == "Apple"
    assert reading.feed(sse(*words(" is", " up"), done=False)) == " is up"


def test_text_before_a_failure_in_the_same_bytes_is_kept() -> None:
    reading = answer()
    sent = sse(*words("kept"), b"data: {", *words("lost"))
    assert reading.feed(sent) == "kept"
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_reasoning_and_tool_calls_are_hidden_output() -> None:
    reading = answer()
    assert reading.hidden_output() is None
    reading.feed(sse(chunk({"reasoning_content": "Let me see."}), done=False))
    assert reading.hidden_output() == HiddenOutput(11, reasoning=True)
    assert reading.hidden_output() is None
    reading.feed(sse(*words("<think>Hm.</think>"), done=False))
    assert reading.hidden_output() == HiddenOutput(3, reasoning=True)


def test_pieces_of_a_tool_call_are_no_reasoning() -> None:
    reading = answer()
    reading.feed(sse(chunk({"tool_calls": [part(0, "a", "get_quote", "{")]}), done=False))
    assert reading.hidden_output() == HiddenOutput(10, reasoning=False)


def test_role_and_empty_chunks_are_no_output() -> None:
    reading = answer()
    assert reading.feed(sse(chunk({"role": "assistant", "content": ""}), chunk({}), done=False)) == ""
    assert reading.hidden_output() is None


def test_estimated_tokens_count_prompt_text_and_reasoning() -> None:
    reading = answer()
    thought, text = "x" * 4_000, "y" * 400
    reading.feed(sse(chunk({"reasoning_content": thought}), *words(text), chunk({}, "stop")))
    usage = reading.finished(REQUEST).usage
    assert usage.estimated
    assert usage.prompt_tokens == pytest.approx(len("How is Apple?") / 4, abs=1)
    assert usage.completion_tokens == pytest.approx(1_100, abs=1)


def test_a_written_call_counts_once_and_is_no_reasoning() -> None:
    reading = answer()
    written = '<tool_call>{"name": "get_quote", "arguments": {"symbol": "AAPL"}}</tool_call>'
    reading.feed(sse(*words(written), chunk({}, "stop")))
    assert reading.hidden_output() == HiddenOutput(len(written) - 23, reasoning=False)
    reading.close()
    assert reading.hidden_output() is None
    assert reading.finished(REQUEST).usage.completion_tokens < len(written) / 2


def test_text_that_may_be_a_call_is_hidden_output_until_it_is_shown() -> None:
    reading = answer()
    assert reading.feed(sse(*words('{"name": "App'), done=False)) == ""
    assert reading.hidden_output() == HiddenOutput(13, reasoning=False)
    assert reading.feed(sse(*words('le"}'), chunk({}, "stop"))) == ""
    assert reading.close() == '{"name": "Apple"}'
    assert reading.hidden_output() is None


@pytest.mark.parametrize("blank", ["\n", "\u200b", "\ufeff"])
def test_an_answer_of_white_space_is_empty(blank: str) -> None:
    reading = answer()
    assert reading.feed(sse(*words(blank, " "), chunk({}, "stop"))) == ""
    assert reading.close() == ""


def test_the_model_counts_that_the_answer_names() -> None:
    reading = answer()
    reading.feed(sse({"choices": [], "model": ""}, *words("a"), chunk({}, "stop")))
    assert reading.finished(REQUEST).model == "m-1"


def test_a_chunk_with_too_many_levels_is_a_failure() -> None:
    reading = answer()
    nested = b'{"choices": [{"delta": {"reasoning": ' + b"[" * 700 + b"]" * 700 + b"}}]}"
    reading.feed(b"data: " + nested + b"\n\n")
    assert reading.failure is None or isinstance(reading.failure, ProviderBadPayloadError)
    arguments = '{"a": ' + "[" * 700 + "]" * 700 + "}"
    reading.feed(sse(chunk({"tool_calls": [part(0, "a", "get_quote", arguments)]}), done=False))
    reading.finished(REQUEST)


@pytest.mark.parametrize("sent", [b"data: {\n\n", b"data: " + b'{"a":' * 100_000 + b"\n\n"])
def test_a_chunk_that_cannot_be_read_is_a_failure(sent: bytes) -> None:
    reading = answer()
    reading.feed(sent)
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_an_event_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader, "MAX_EVENT_BYTES", 1000)
    reading = answer()
    reading.feed(b"data: " + b"x" * 2000)
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_a_document_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_answer, "MAX_DOCUMENT_BYTES", 1000)
    reading = answer()
    reading.feed(b'{"choices": "' + b"x" * 2000)
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_tool_calls_have_a_bound() -> None:
    reading = answer()
    for index in range(40):
        piece = part(index, f"id-{index}", "get_quote", "{}")
        reading.feed(sse(chunk({"tool_calls": [piece]}), done=False))
    assert isinstance(reading.failure, ProviderBadPayloadError)


def test_arguments_have_a_bound() -> None:
    reading = answer()
    for piece in ('{"symbol": "', *["x" * 9_999 + "y"] * 11):
        reading.feed(sse(chunk({"tool_calls": [part(0, "a", "get_quote", piece)]}), done=False))
    assert isinstance(reading.failure, ProviderBadPayloadError)
