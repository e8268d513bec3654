"""Several objects in the arguments of one call."""

import pytest

from shared.llm.chat_completions.call_arguments import different_objects


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ('{"a": 1}{"a": 2}', ['{"a": 1}', '{"a": 2}']),
        ('{"a": 1} {"a": 1}', ['{"a": 1}']),
        ('{}{"a": 1}', ['{"a": 1}']),
        ('{"a": 1}{"a": 1, "b": 2}', ['{"a": 1, "b": 2}']),
        ('{"a": {"b": 1}}', ['{"a": {"b": 1}}']),
        ('{"a": 1}{"a"', []),
        ('[{"a": 1}]{"a": 2}', []),
        ("", []),
        ("null", []),
    ],
)
def test_objects_are_told_apart(text: str, objects: list[str]) -> None:
    assert different_objects(text) == objects
