"""Rows of tickers."""

import pytest

from shared.chat.listed_mentions import PendingMention, SymbolMention
from shared.chat.ticker_rows import rows_of_tickers


@pytest.mark.parametrize(
    ("text", "ticker", "certain", "expected"),
    [
        ("jpm bac ms - rank them", "ms", ["jpm", "bac"], True),
        ("bac and ms dividend yield", "ms", ["bac"], True),
        ("bac letter to ms smith", "ms", ["bac"], False),
        ("jpm, and then ms smith", "ms", ["jpm"], False),
    ],
)
def test_row(text: str, ticker: str, certain: list[str], expected: bool) -> None:
    start = text.index(ticker)
    mention = SymbolMention("MS", start, start + len(ticker))
    waiting = [PendingMention(mention, 0, 1, listed_only=True, closes_row=True)]
    spans = [(text.index(one), text.index(one) + len(one)) for one in certain]
    assert rows_of_tickers(text, waiting, spans) == (waiting if expected else [])
