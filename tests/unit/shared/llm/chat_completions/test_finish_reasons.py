"""Finish reasons of many servers and their meanings."""

import pytest

from shared.llm.chat_completions.finish_reasons import finish_kind


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
