"""Estimates tokens where a server does not report them, so that budgets hold."""

from collections.abc import Iterable
from typing import Final

from pydantic_core import to_json

from shared.llm.base_model_client import GenerationRequest, Usage

_BYTES_PER_TOKEN: Final = 4
"""OpenAI's rule of thumb for English. In bytes it also fits scripts of three bytes a character."""


def estimated_usage(request: GenerationRequest, output_bytes: int) -> Usage:
    """Returns the usage of a call as its texts suggest it.

    Args:
        request: The request that was sent.
        output_bytes: Bytes of everything the model wrote: text, reasoning and tool calls.
    """
    return Usage(_tokens(_prompt_bytes(request)), _tokens(output_bytes), estimated=True)


def _prompt_bytes(request: GenerationRequest) -> int:
    return sum(map(text_size, _prompt_texts(request)))


def _prompt_texts(request: GenerationRequest) -> Iterable[str]:
    for message in request.messages:
        yield message.content
        yield from (call.arguments for call in message.tool_calls)
    for tool in request.tools:
        yield tool.description
        yield to_json(dict(tool.parameters)).decode()


def text_size(text: str) -> int:
    """Returns the bytes of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _tokens(size: int) -> int:
    return -(-size // _BYTES_PER_TOKEN)
