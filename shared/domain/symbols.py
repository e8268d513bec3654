"""Ticker symbols as they come from outside, checked before anything is asked with them."""

import re
from functools import lru_cache

from shared.errors import InvalidSymbolError

SYMBOL_PATTERN = r"^[A-Z0-9.^=-]{1,15}$"
"""``BRK-B``, ``^GSPC``, ``EURUSD=X``. Libraries paste symbols into URLs, so nothing else may pass."""

_SYMBOL = re.compile(SYMBOL_PATTERN)
_MAX_RAW = 64
_HAS_LETTER_OR_DIGIT = re.compile(r"[A-Z0-9]")


@lru_cache(maxsize=4096)
def normalise_symbol(raw: str) -> str:
    """Trims and upper-cases a symbol.

    Raises:
        InvalidSymbolError: It cannot be a symbol.
    """
    symbol = raw.strip().upper() if len(raw) <= _MAX_RAW else ""
    # ``..`` is a path, not a ticker, wherever a library pastes it into one.
    if not _SYMBOL.fullmatch(symbol) or ".." in symbol or not _HAS_LETTER_OR_DIGIT.search(symbol):
        raise InvalidSymbolError("symbol must be 1 to 15 of A-Z 0-9 . ^ = -")
    return symbol
