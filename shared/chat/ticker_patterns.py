"""Recognises tickers by their form: with a dollar sign, in capitals, or with the suffix of an exchange."""

import re
from collections.abc import Iterator
from typing import Final

_LETTER: Final = "A-Za-z0-9_\u00c0-\u024f"
# Boundaries are Latin letters: in Chinese or Japanese no space separates a ticker from the next word.
MARKED: Final = re.compile(
    rf"(?<![{_LETTER}$])\$(?!\d+(?i:k|m|b|t|[mb]n|mm|tn|mio|mrd|usd)(?![{_LETTER}.=]))(\^?[A-Za-z0-9]{{1,10}}(?:[.=-][A-Za-z0-9]{{1,4}})?)(?![{_LETTER}])"
)
TICKER: Final = re.compile(
    rf"(?<![{_LETTER}$.^&-])"
    r"([A-Z]{3}/[A-Z]{3}|\^?[A-Z][A-Z0-9&]{0,9}(?:[.=-][A-Z0-9]{1,4})?|\d{3,6}\.[A-Z]{1,3})"
    rf"(?![{_LETTER}&])"
)
LOWER_CASE_SYMBOL: Final = re.compile(r"(?<![\w.@/-])[a-z0-9]{1,10}[.=-][a-z]{1,2}(?![\w.-]\w)(?!\w)")
"""A symbol with the suffix of its exchange or share class, or of a future: bp.l, brk-b, cl=f."""

MODEL: Final = re.compile(r"[A-Z][A-Z0-9]*-\d+")
"""A product such as F-150: share classes have letters."""

PERIOD: Final = re.compile(r"(?:FY|CY|[HQ][1-4])\d*[EA]?")
"""A fiscal period: FY24, Q3, H1."""

INITIALS: Final = re.compile(r"[A-Z]\.[A-Z]")
"""The initials of a name such as A.O. Smith, without the last full stop."""


def written_tickers(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields the words in capitals that may be tickers, with their places; pairs also as two tickers."""
    for match in TICKER.finditer(text):
        written, start = match[1], match.start()
        yield written, start, match.end()
        if "/" in written:
            middle = start + written.index("/")
            yield text[start:middle], start, middle
            yield text[middle + 1 : match.end()], middle + 1, match.end()
