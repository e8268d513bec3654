"""Code in Markdown, as far as it decides whether a mark is shown."""

import pytest

from shared.llm.chat_completions.code_spans import CodeSpans


def covered(text: str, rest: str = "") -> bool | None:
    spans = CodeSpans()
    for letter in text:
        spans.read(letter)
    return spans.covers(rest)


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        ("plain", "", False),
        ("```\n", "", True),
        ("```\na\n```", "", False),
        ("````\n```\n", "", True),
        ("a `", "x` b", True),
        ("a `", "x\n`", False),
        ("a `", "x", None),
        ("a `b` ", "`", False),
        ("a `b\n", "`", False),
        ("`` ` ", "``", True),
        ("it`s ", "x" * 1_000, False),
    ],
)
def test_a_mark_is_within_code_or_not(text: str, rest: str, expected: bool | None) -> None:
    assert covered(text, rest) == expected
