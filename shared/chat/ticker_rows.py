"""Decides which tickers of a question are certain because they are in a row of them."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.chat.listed_mentions import ROW_END, ListPlace, PendingMention, in_order, is_list_gap

_SHORTEST_ROW: Final = 3
_LONGEST_TICKER: Final = 6
_LONGEST_OPENING: Final = 14
_ROW_START: Final = re.compile(
    r"(?:^|[.!?;:(\n]\s*|\b(?:compare|between|both|of|for|on|rank|chart|plot|show|own|have|hold|buy|bought|sell"
    r"|vergleiche|zwischen|entre|comparer?|compara|confronta|tra)\s+)$",
    re.IGNORECASE,
)
"""What stands before a row of tickers."""

_ROW_PREDICATE: Final = re.compile(
    r"\s+(?:are|both|is|have|pay|dividends?|stocks?|shares|earnings|yield|p/?e|returns?|which|who|compared"
    r"|(?:tangible )?book|margins?|growth|revenue|valuation|price|targets?|roe|fcf|debt|market cap|ebitda"
    r"|guidance|outlook|results|forward|fwd|net interest|comparison|side by side|ytd|aktien|dividende)\b",
    re.IGNORECASE,
)
"""What stands behind it, besides the end of the clause."""


def rows_of_tickers(
    text: str, waiting: Sequence[PendingMention], certain: Sequence[tuple[int, int]]
) -> list[PendingMention]:
    """Returns the mentions in rows of tickers: "jpm bac ms - rank them", "f and t are both cheap".

    Args:
        text: The question.
        waiting: The mentions that are not certain.
        certain: Start and end of the certain names.
    """
    short = [span for span in certain if span[1] - span[0] <= _LONGEST_TICKER]
    found: list[PendingMention] = []
    row: list[ListPlace] = []
    for place in [*in_order([one for one in waiting if one.closes_row], short), None]:
        if place and row and is_list_gap(text[row[-1][1] : place[0]]):
            row.append(place)
            continue
        if len(row) > 1 and _is_row_of_tickers(text, row):
            found += [one for *_, one in row if one is not None]
        row = [place] if place else []
    return found


def _is_row_of_tickers(text: str, row: Sequence[ListPlace]) -> bool:
    certain = sum(one is None for *_, one in row)
    ends = ROW_END.match(text, row[-1][1]) is not None
    if ends and certain > 1:
        return True
    opens = _ROW_START.search(text[max(0, row[0][0] - _LONGEST_OPENING) : row[0][0]]) is not None
    joined = all(text[first[1] : second[0]].strip() for first, second in pairwise(row))
    is_list = certain > 0 or joined or len(row) >= _SHORTEST_ROW
    return opens and is_list and (ends or _ROW_PREDICATE.match(text, row[-1][1]) is not None)
