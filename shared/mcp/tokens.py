"""Keeps the answers of tools short: an estimate of tokens, and cuts that say what they left out."""

import re
from typing import Any, Final

from shared.mcp.tools.tool import JsonObject, ToolAnswer, without_nulls
from shared.runtime.compact_json import dumps

ANSWER_TOKENS: Final = 2000
"""Tokens of an answer, counted as GPT models do (o200k_base)."""
DETAILED_TOKENS: Final = 8000
"""Tokens of an answer with ``detail``."""
_RESERVED: Final = 150
"""Tokens for the summary and the frame of the result."""
_TEXT_CHARACTERS: Final = 600
"""Characters of a long text within an answer, four times as many with ``detail``."""
_ANSWER_CHARACTERS: Final = 4000
"""Characters of a field that is the answer itself."""
_ANSWER_FIELDS: Final = frozenset({"response"})

_PIECE: Final = re.compile(r"\d{1,3}|[A-Za-z]{1,6}|[^\x00-\x7f]|[^A-Za-z0-9\s]{1,3}|\n+")


def estimated_tokens(data: JsonObject) -> int:
    """Returns an upper estimate of the tokens of JSON data.

    Source: the rules of o200k_base (digits in groups of three, words of a few letters); compared with its
    counts in ``tests/clients/test_mcp_tokens.py``.
    """
    return len(_PIECE.findall(dumps(data).decode()))


def shortened(answer: ToolAnswer, *, detail: bool) -> JsonObject:
    """Returns the structured content of an answer within its length.

    ``omitted`` has the number of entries left out of each list that was cut.
    """
    factor = 4 if detail else 1
    limit = (DETAILED_TOKENS if detail else ANSWER_TOKENS) - _RESERVED
    data: JsonObject = _clipped(without_nulls(answer.data), _TEXT_CHARACTERS * factor, factor)
    omitted: dict[str, int] = {}
    for name in (*answer.shrinks, "quality"):
        entries = data.get(name)
        if not isinstance(entries, list) or not entries or estimated_tokens(data) <= limit:
            continue
        kept = _fitting(data, name, entries, limit - _RESERVED // 3, keeps_last=answer.keeps_last)
        data = {**data, name: kept}
        omitted[name] = len(entries) - len(kept)
    return {**data, "omitted": omitted} if omitted else data


def _fitting(data: JsonObject, name: str, entries: list[Any], limit: int, *, keeps_last: bool) -> list[Any]:
    """Returns as many entries as fit, by bisection."""
    low, high = 0, len(entries)
    while low < high:
        middle = (low + high + 1) // 2
        kept = _part(entries, middle, keeps_last=keeps_last)
        if estimated_tokens({**data, name: kept}) <= limit:
            low = middle
        else:
            high = middle - 1
    return _part(entries, low, keeps_last=keeps_last)


def _part(entries: list[Any], count: int, *, keeps_last: bool) -> list[Any]:
    return entries[len(entries) - count :] if keeps_last else entries[:count]


def _clipped(value: Any, characters: int, factor: int, name: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        most = _ANSWER_CHARACTERS * factor if name in _ANSWER_FIELDS else characters
        return value if len(value) <= most else f"{value[:most].rstrip()}…"
    if isinstance(value, dict):
        return {key: _clipped(item, characters, factor, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_clipped(item, characters, factor, name) for item in value]
    return value
