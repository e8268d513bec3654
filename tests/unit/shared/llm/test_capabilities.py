"""The families of models and the parameters they take."""

import pytest

from shared.llm.capabilities import family_of


@pytest.mark.parametrize(
    ("model", "token_parameter", "lacks", "has"),
    [
        ("gpt-4.1-mini", "max_completion_tokens", "reasoning_effort", "temperature"),
        ("gpt-4o", "max_completion_tokens", "reasoning_effort", "structured_output"),
        ("gpt-4-turbo", "max_tokens", "structured_output", "tools"),
        ("gpt-5", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("gpt-5.1-mini", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("gpt-5.4-mini", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("gpt-5.6-luna", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("gpt-6-luna", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("gpt-5-chat-latest", "max_completion_tokens", "reasoning_effort", "temperature"),
        ("gpt-5.2-chat-latest", "max_completion_tokens", "reasoning_effort", "temperature"),
        ("o3", "max_completion_tokens", "temperature", "reasoning_effort"),
        ("o4-mini", "max_completion_tokens", "temperature", "tools"),
        ("grok-4", "max_completion_tokens", "reasoning_effort", "temperature"),
        ("grok-3-mini", "max_completion_tokens", "", "reasoning_effort"),
        ("llama3.3:70b", "max_tokens", "reasoning_effort", "temperature"),
        ("o100-turbo", "max_tokens", "reasoning_effort", "temperature"),
    ],
)
def test_a_model_gets_the_parameters_of_its_family(
    model: str, token_parameter: str, lacks: str, has: str
) -> None:
    family = family_of(model)
    assert family.token_parameter == token_parameter
    assert lacks not in family.capabilities.names()
    assert has in family.capabilities.names()


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gpt-5-mini", "any"),
        ("gpt-5.2", "any"),
        ("gpt-5.4-mini-2026-03-17", "omitted"),
        ("gpt-5.5", "none"),
        ("gpt-5.6-luna", "none"),
        ("gpt-6-luna", "none"),
    ],
)
def test_effort_with_tools_is_one_that_chat_completions_accepts(model: str, effort: str) -> None:
    assert family_of(model).effort_with_tools == effort
