"""Token counts that servers report: credible ones only, reasoning counted once."""

from collections.abc import Mapping

import pytest

from shared.llm.base_model_client import Usage
from shared.llm.chat_completions.reported_usage import MAX_TOKENS, reported_usage


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 5}, Usage(10, 5)),
        ({"input_tokens": 10, "output_tokens": 5}, Usage(10, 5)),
        ({"prompt_tokens": "10", "completion_tokens": 5.0}, Usage(10, 5)),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 50,
                "completion_tokens_details": {"reasoning_tokens": 40},
            },
            Usage(10, 50, reasoning_tokens=40),
        ),
    ],
)
def test_counts_are_read_under_all_their_names(usage: Mapping[str, object], expected: Usage) -> None:
    assert reported_usage({"usage": usage}) == expected


@pytest.mark.parametrize("total", [65, None])
def test_reasoning_beside_the_completion_is_added(total: int | None) -> None:
    completion = 5 if total else 1
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": completion,
        "total_tokens": total,
        "completion_tokens_details": {"reasoning_tokens": 50},
    }
    assert reported_usage({"usage": usage}) == Usage(10, completion + 50, reasoning_tokens=50)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 115}, Usage(10, 105)),
        ({"prompt_tokens": 10, "total_tokens": 60}, Usage(10, 50)),
        ({"prompt_tokens": 10, "total_tokens": 10}, Usage(10, 0)),
        ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 9_999_999}, Usage(10, 5)),
        ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 3}, Usage(10, 5)),
    ],
)
def test_reasoning_that_only_the_total_contains_is_counted(
    usage: Mapping[str, object], expected: Usage
) -> None:
    assert reported_usage({"usage": usage}) == expected


def test_usage_of_groq_is_read() -> None:
    chunk = {"usage": None, "x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}}
    assert reported_usage(chunk) == Usage(3, 4)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "12",
        [],
        {},
        {"prompt_tokens": 10},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -1, "completion_tokens": 5},
        {"prompt_tokens": True, "completion_tokens": 5},
        {"prompt_tokens": MAX_TOKENS + 1, "completion_tokens": 5},
        {"prompt_tokens": float("nan"), "completion_tokens": 5},
        {"prompt_tokens": "many", "completion_tokens": 5},
        {"prompt_tokens": None, "completion_tokens": None},
    ],
)
def test_report_that_cannot_be_true_is_none(usage: object) -> None:
    assert reported_usage({"usage": usage}) is None
