"""Estimates the tokens of answers without a tokenizer, whose vocabulary would have to be downloaded."""

import re
from functools import lru_cache
from typing import Any, Final

_PIECE: Final = re.compile(
    r"\d{1,3}|[A-Z]?[a-z]{1,4}|[A-Z]{1,2}|[^A-Za-z0-9\s\x80-\U0010ffff]{1,2}|\s{2,}|\n"
)
"""What is one token of ASCII text at least; common words are longer."""
_KEY_PIECE: Final = re.compile(r"[a-z]{1,9}|[A-Z0-9]{1,3}|_")
"""The same for names of fields, which are common words."""
_WEIGHTS: Final = (
    (re.compile(r"[\x80-\xff]"), 1.1),
    (re.compile(r"[\u0100-\u1fff]"), 0.9),
    (re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]"), 1.3),
    (re.compile(r"[\u2000-\u303f\u3100-\u4dff\ua000-\uabff\ud7a4-\uffff]"), 2.0),
    (re.compile(r"[\U00010000-\U0010ffff]"), 3.0),
)
"""Tokens per character of other scripts; words take less than that, random letters more."""
_FRAME: Final = 2
"""Tokens of the punctuation around a name or a value, as JSON with spaces has it."""


def estimated_tokens(data: Any) -> int:  # noqa: ANN401 - whatever JSON can hold
    """Returns an upper estimate of the tokens of JSON data with spaces after its commas and colons.

    Source: the rules of o200k_base (digits in groups of three, words of a few letters); compared with its
    counts in ``tests/clients/test_mcp_tokens.py``.
    """
    if isinstance(data, str):
        return _FRAME + text_tokens(data)
    if isinstance(data, dict):
        # After a colon, the space before a number is a token of its own.
        return 1 + sum(
            _key_tokens(key) + estimated_tokens(value) + isinstance(value, int | float)
            for key, value in data.items()
        )
    if isinstance(data, list | tuple):
        return 1 + sum(1 + estimated_tokens(value) for value in data)
    return 1 + len(_PIECE.findall(str(data)))


def text_tokens(text: str) -> int:
    """Returns an upper estimate of the tokens of a text."""
    pieces = len(_PIECE.findall(text))
    if text.isascii():
        return pieces
    return pieces + round(sum(weight * len(found.findall(text)) for found, weight in _WEIGHTS))


@lru_cache(maxsize=2048)
def _key_tokens(key: str) -> int:
    return _FRAME + (len(_KEY_PIECE.findall(key)) if key.isascii() else text_tokens(key))
