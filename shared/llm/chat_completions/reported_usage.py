"""Reads the token counts that servers report."""

import math
from collections.abc import Mapping
from typing import Final

from shared.llm.base_model_client import Usage

MAX_TOKENS: Final = 10_000_000
"""No model's context holds more. A larger count is a defect of the server and would empty a day's budget."""
MAX_UNREPORTED_TOKENS: Final = 131_072
"""Bound on reasoning that only the total contains: the longest answers of today's models."""

_PROMPT: Final = ("prompt_tokens", "input_tokens")
_COMPLETION: Final = ("completion_tokens", "output_tokens")
_DETAILS: Final = ("completion_tokens_details", "output_tokens_details")


def reported_usage(chunk: Mapping[str, object]) -> Usage | None:
    """Returns the usage that a chunk reports; None where it reports none, or none that is credible.

    Perplexity reports the sum so far with every chunk, so the last report of an answer counts.
    """
    for usage in (chunk.get("usage"), _mapping(chunk.get("x_groq")).get("usage")):
        if isinstance(usage, Mapping) and (read := _read(usage)) is not None:
            return read
    return None


def _read(usage: Mapping[str, object]) -> Usage | None:
    prompt, completion = _count(usage, *_PROMPT), _count(usage, *_COMPLETION)
    total = _count(usage, "total_tokens") or 0
    if prompt is not None and total >= prompt and all(usage.get(name) is None for name in _COMPLETION):
        # Gemini leaves out a zero, also beside reasoning that only the total contains.
        completion = 0
    if prompt is None or completion is None or prompt + completion == 0:
        return None
    reasoning = next((found for name in _DETAILS if (found := _reasoning(usage.get(name)))), 0)
    # xAI counts reasoning beside the completion, Gemini in the total alone, everybody else within it.
    if reasoning > completion or (reasoning and total >= prompt + completion + reasoning):
        completion += reasoning
    elif not reasoning and 0 < total - prompt - completion <= MAX_UNREPORTED_TOKENS:
        completion = total - prompt
    return Usage(prompt, completion, reasoning_tokens=reasoning)


def _reasoning(details: object) -> int:
    return _count(_mapping(details), "reasoning_tokens") or 0


def _count(values: Mapping[str, object], *names: str) -> int | None:
    """Returns the first count under one of the names; None when there is none that can be true."""
    for name in names:
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            continue
        try:
            number = float(value)
        except (ValueError, OverflowError):
            continue
        if math.isfinite(number) and 0 <= number <= MAX_TOKENS:
            return int(number)
    return None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
