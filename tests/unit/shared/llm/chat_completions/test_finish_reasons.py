"""Finish reasons of many servers and their meanings."""

import pytest

from shared.llm.chat_completions.finish_reasons import finish_kind, finish_reason_of


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("stop", "stop"),
        ("COMPLETE", "stop"),
        ("eos_token", "stop"),
        ("end_turn", "stop"),
        ("none", "unfinished"),
        ("MAX_TOKENS", "length"),
        ("max_output_tokens", "length"),
        ("model_length", "length"),
        ("ERROR_LIMIT", "length"),
        ("content_filter: SAFETY", "content_filter"),
        ("guardrail_intervened", "content_filter"),
        ("refusal", "content_filter"),
        ("ERROR_TOXIC", "content_filter"),
        ("tool_use", "tool_calls"),
        ("function_call", "tool_calls"),
        ("function_call_filter: MALFORMED_FUNCTION_CALL", "failed"),
        ("insufficient_system_resource", "failed"),
        ("network_error", "failed"),
        ("abort", "failed"),
        ("something_new", "stop"),
    ],
)
def test_a_finish_reason_is_classified(reason: str, kind: str) -> None:
    assert finish_kind(reason) == kind


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"finish_reason": "stop"}, "stop"),
        ({"finish_reason": None, "finishReason": "length"}, "length"),
        ({"finish_reason": {"type": "length", "length": 5}}, "length"),
        ({"finish_reason": {"type": None}}, ""),
        ({"finish_reason": 5}, ""),
        ({}, ""),
    ],
)
def test_a_reason_is_read_in_other_forms(choice: dict[str, object], reason: str) -> None:
    assert finish_reason_of(choice) == reason
