"""Estimated tokens, for servers that report none: budgets must not be passed by them."""

from shared.llm.base_model_client import GenerationRequest, Message, ToolCall, ToolDefinition
from shared.llm.token_estimate import estimated_usage, text_size


def request(*messages: Message, tools: tuple[ToolDefinition, ...] = ()) -> GenerationRequest:
    return GenerationRequest(messages, temperature=0.2, max_tokens=50, tools=tools)


def test_four_bytes_are_a_token_rounded_up() -> None:
    usage = estimated_usage(request(Message("user", "x" * 41)), 9)
    assert (usage.prompt_tokens, usage.completion_tokens, usage.estimated) == (11, 3, True)


def test_nothing_costs_nothing() -> None:
    usage = estimated_usage(request(Message("user", "")), 0)
    assert (usage.prompt_tokens, usage.completion_tokens) == (0, 0)


def test_tool_calls_and_definitions_are_part_of_the_prompt() -> None:
    call = Message("assistant", "", tool_calls=(ToolCall("1", "get_quote", '{"symbol":"AAPL"}'),))
    tool = ToolDefinition("get_quote", "Returns a quote.", {"type": "object"})
    plain = estimated_usage(request(Message("user", "Hi")), 0).prompt_tokens
    assert estimated_usage(request(Message("user", "Hi"), call), 0).prompt_tokens > plain
    assert estimated_usage(request(Message("user", "Hi"), tools=(tool,)), 0).prompt_tokens > plain


def test_size_is_in_bytes() -> None:
    assert text_size("abc") == 3
    assert text_size("株価") == 6
    assert text_size("\ud83d") == 1
