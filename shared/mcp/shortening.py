"""Keeps the answers of tools short: omitted entries are counted and named, with the way to get them."""

from collections.abc import Iterator
from typing import Any, Final

from shared.mcp.tokens import estimated_tokens, text_tokens
from shared.mcp.tools.tool import JsonObject, ToolAnswer, without_nulls

ANSWER_TOKENS: Final = 2000
"""Tokens of an answer, counted as GPT models do (o200k_base)."""
DETAILED_TOKENS: Final = 8000
"""Tokens of an answer with ``detail``."""
_RESERVED: Final = 150
"""Tokens for the frame of the result."""
_NOTE_RESERVED: Final = 120
"""Tokens for the note on omitted entries."""
_TEXT_CHARACTERS: Final = 600
"""Characters of a long text within an answer, four times as many with ``detail``."""
_ANSWER_CHARACTERS: Final = 4000
"""Characters of a field that is the answer itself."""
_ANSWER_FIELDS: Final = frozenset({"response"})
_SHORTER: Final = (300, 150, 75, 40)
"""Characters of texts in an answer that is still too long without its lists."""
_REMARKS: Final = 8
"""Remarks on the quality of one entry, four times as many with ``detail``."""
_REMARK_CHARACTERS: Final = 200
_NAMES: Final = ("symbol", "end", "accession", "ex_date", "date", "period_end", "name")
"""Fields that name an entry, the most exact first."""
_NAMES_TOKENS: Final = 90
_MORE: Final = "Call again with detail=true for more."


def shortened(answer: ToolAnswer, *, detail: bool, may_detail: bool = True) -> JsonObject:
    """Returns the structured content of an answer within its length.

    ``omitted`` has the number of entries left out of each list that was cut, ``omitted_note`` names them
    where they have names, and says how to get them.

    Args:
        answer: The answer.
        detail: Whether the longer answer is wanted.
        may_detail: Whether the tool has a longer answer.
    """
    factor = 4 if detail else 1
    most = DETAILED_TOKENS if detail else ANSWER_TOKENS
    limit = most - _RESERVED - text_tokens(answer.summary)
    cuts: dict[str, list[Any]] = {}
    data: JsonObject = _with_few_remarks(without_nulls(answer.data), factor, cuts)
    data = _clipped(data, _TEXT_CHARACTERS * factor, factor)
    for name in (*answer.shrinks, "quality"):
        if estimated_tokens(data) <= limit - (_NOTE_RESERVED if cuts else 0):
            break
        data = _cut(data, name, limit - _NOTE_RESERVED, cuts, keeps_last=answer.keeps_last)
    for holder, name in _inner_lists(data):
        if estimated_tokens(data) <= limit - (_NOTE_RESERVED if cuts else 0):
            break
        part = limit - _NOTE_RESERVED - estimated_tokens(data) + estimated_tokens(data[holder])
        data = {**data, holder: _cut(data[holder], name, part, cuts, label=f"{holder}.{name}")}
    data = _with_shorter_texts(data, limit - (_NOTE_RESERVED if cuts else 0))
    if not cuts:
        return data
    advice = answer.how_to_get or (_MORE if may_detail and not detail else "")
    return {
        **data,
        "omitted": {name: len(entries) for name, entries in cuts.items()},
        "omitted_note": f"{_named(cuts)} {advice}".strip(),
    }


def clipped_text(text: str, tokens: int) -> str:
    """Returns the beginning of a text that has at most that many tokens by the estimate."""
    if text_tokens(text) <= tokens:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_tokens(text[:middle]) < tokens:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…"


def _with_few_remarks(value: Any, factor: int, cuts: dict[str, list[Any]]) -> Any:  # noqa: ANN401 - JSON
    """Returns JSON data with the first remarks of each ``quality``: they must not displace the data."""
    if isinstance(value, list):
        return [_with_few_remarks(item, factor, cuts) for item in value]
    if not isinstance(value, dict):
        return value
    data = {key: _with_few_remarks(item, factor, cuts) for key, item in value.items()}
    remarks = data.get("quality")
    if isinstance(remarks, list):
        if left_out := remarks[_REMARKS * factor :]:
            cuts.setdefault("quality", []).extend(left_out)
        data["quality"] = _clipped(remarks[: _REMARKS * factor], _REMARK_CHARACTERS * factor, factor)
    return data


def _cut(
    data: JsonObject,
    name: str,
    limit: int,
    cuts: dict[str, list[Any]],
    *,
    keeps_last: bool = False,
    label: str = "",
) -> JsonObject:
    """Returns data with as many entries of a list as fit; notes the others under ``cuts``."""
    entries = data.get(name)
    if not isinstance(entries, list) or not entries:
        return data
    kept = _fitting(data, name, entries, limit, keeps_last=keeps_last)
    count = len(entries) - len(kept)
    if count:
        left_out = entries[:count] if keeps_last else entries[len(kept) :]
        cuts.setdefault(label or name, []).extend(left_out)
    return {**data, name: kept}


def _fitting(data: JsonObject, name: str, entries: list[Any], limit: int, *, keeps_last: bool) -> list[Any]:
    """Returns the entries that fit, from the beginning or the end of the list."""
    # The estimate of a list is the sum of its entries, so that each is read once.
    left = limit - estimated_tokens({**data, name: []})
    kept: list[Any] = []
    for entry in reversed(entries) if keeps_last else entries:
        left -= 1 + estimated_tokens(entry)
        if left < 0:
            break
        kept.append(entry)
    return kept[::-1] if keeps_last else kept


def _inner_lists(data: JsonObject) -> Iterator[tuple[str, str]]:
    """Yields the lists within the parts of an answer, such as the remarks on fundamentals."""
    for holder, part in data.items():
        if isinstance(part, dict):
            for name, value in part.items():
                if isinstance(value, list):
                    yield holder, name


def _with_shorter_texts(data: JsonObject, limit: int) -> JsonObject:
    """Returns data with texts cut further until it fits."""
    answer = next((name for name in _ANSWER_FIELDS if isinstance(data.get(name), str)), None)
    if answer is not None and (excess := estimated_tokens(data) - limit) > 0:
        # The answer to a question is cut by its tokens: 4,000 characters are 1,000 or 5,000 of them.
        data = {**data, answer: clipped_text(data[answer], max(200, text_tokens(data[answer]) - excess))}
    for characters in _SHORTER:
        if estimated_tokens(data) <= limit:
            break
        kept = {name: data[name] for name in _ANSWER_FIELDS & data.keys()}
        data = {**_clipped(data, characters, 1), **kept}
    return data


def _named(cuts: dict[str, list[Any]]) -> str:
    sentences = []
    for name, entries in cuts.items():
        names = ", ".join(filter(None, map(_name, entries)))
        sentence = f"{len(entries)} of {name} left out"
        sentences.append(f"{sentence}: {names}." if names else f"{sentence}.")
    return clipped_text(" ".join(sentences), _NAMES_TOKENS)


def _name(entry: Any) -> str:  # noqa: ANN401 - an entry of JSON
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[name])[:40] for name in _NAMES if entry.get(name)), "")


def _clipped(value: Any, characters: int, factor: int, name: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        most = _ANSWER_CHARACTERS * factor if name in _ANSWER_FIELDS else characters
        return value if len(value) <= most else f"{value[:most].rstrip()}…"
    if isinstance(value, dict):
        return {key: _clipped(item, characters, factor, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_clipped(item, characters, factor, name) for item in value]
    return value
