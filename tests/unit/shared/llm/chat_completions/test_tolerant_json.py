"""JSON that a strict parser refuses."""

import pytest

from shared.llm.chat_completions.tolerant_json import decoded, json_values


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": 1}', [{"a": 1}]),
        (b'[{"a": 1}, 2]', [{"a": 1}, 2]),
        (b'{"a": 1}\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        (b'"a\tb"', ["a\tb"]),
        (b'{"a": ', None),
        (b"keep-alive", None),
    ],
)
def test_values_of_an_event(data: bytes, expected: list[object] | None) -> None:
    assert json_values(data) == expected


def test_invalid_utf_8_is_replaced() -> None:
    assert decoded(b"a\xffb") == "a\ufffdb"
