"""Every dialect of the table is read as it is meant, however its bytes are cut."""

import json

import pytest

from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderInterruptedError, ProviderRequestError
from shared.llm.base_model_client import Finished, GenerationRequest, Message
from shared.llm.capabilities import family_of
from shared.llm.chat_completions.streamed_answer import StreamedAnswer
from tests.support.dialects import DIALECTS, TOOLS, Dialect

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)


def read(dialect: Dialect, block_size: int) -> tuple[str, Finished | None, ProviderError | None]:
    """Reads a dialect in blocks, as the client does."""
    answer = StreamedAnswer(
        "openai",
        dialect.model,
        tools={name: {} for name in TOOLS},
        opens_reasoning_in_prompt=family_of(dialect.model).opens_reasoning_in_prompt,
        drops_channel_marks=family_of(dialect.model).has_channels,
    )
    text = ""
    for start in range(0, len(dialect.body), block_size):
        text += answer.feed(dialect.body[start : start + block_size])
        if answer.failure:
            break
    text += answer.close()
    if answer.complete:
        return text, answer.finished(REQUEST), None
    return text, None, answer.failure


@pytest.mark.parametrize("block_size", [1, 3, 1 << 20])
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_dialect_is_read_as_it_is_meant(dialect: Dialect, block_size: int) -> None:
    text, end, failure = read(dialect, block_size)
    assert text == dialect.text
    if dialect.error:
        assert end is None
        if failure is not None:
            assert dialect.says in failure.reason or dialect.error == ProviderInterruptedError.__name__
        return
    assert end is not None
    assert [(call.name, call.arguments) for call in end.tool_calls] == [
        (name, arguments) for name, arguments in dialect.calls
    ]
    assert len({call.id for call in end.tool_calls}) == len(dialect.calls)
    assert end.finish_reason == dialect.reason
    if dialect.usage is None:
        assert end.usage.estimated
        assert end.usage.total_tokens > 0
    else:
        assert (end.usage.prompt_tokens, end.usage.completion_tokens) == dialect.usage
        assert not end.usage.estimated
    json.dumps(text).encode()
    text.encode()


def test_reasoning_is_never_part_of_the_text() -> None:
    assert all("Hm." not in dialect.text for dialect in DIALECTS)
    assert sum(b"Hm." in dialect.body for dialect in DIALECTS) > 5


def test_names_of_dialects_are_distinct() -> None:
    names = [dialect.name for dialect in DIALECTS]
    assert len(names) == len(set(names))


def test_a_rejected_parameter_is_also_recognised_within_a_stream() -> None:
    body = b'data: {"error": {"message": "Unknown parameter", "param": "tools"}}\n\n'
    answer = StreamedAnswer("openai", "m", sent=("tools",))
    answer.feed(body)
    assert isinstance(answer.failure, ProviderRequestError)
    assert answer.failure.parameter == "tools"
