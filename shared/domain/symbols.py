"""Validation of ticker symbols from outside."""

import re
from functools import lru_cache

from shared.errors import FieldError, InvalidSymbolError

SYMBOL_PATTERN = r"^[A-Z0-9.^=&-]{1,21}$"
"""``BRK-B``, ``^GSPC``, ``EURUSD=X``, ``M&M.NS``; option symbols of the OCC have 21 characters. Libraries
insert symbols into URLs: no other character is allowed."""

SYMBOL_RULE = "must be 1 to 21 of A-Z 0-9 . ^ = & -"

_SYMBOL = re.compile(SYMBOL_PATTERN)
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})\.([ABC])")
"""``BRK.B``: the share class with a dot, where our sources have a hyphen. No exchange has these suffixes."""

_MAX_RAW = 64
_HAS_LETTER_OR_DIGIT = re.compile(r"[A-Z0-9]")


@lru_cache(maxsize=4096)
def normalise_symbol(raw: str) -> str:
    """Returns a symbol in upper case without surrounding blanks; ``brk.b`` is ``BRK-B``.

    Raises:
        InvalidSymbolError: The text is not a symbol; a line break or tab is no blank, and a letter that only
            looks like an ASCII letter (or becomes one in upper case) is none.
    """
    symbol = raw.strip(" ").upper() if len(raw) <= _MAX_RAW and raw.isascii() else ""
    # ``..`` is a path segment wherever a library inserts it into a URL.
    if not _SYMBOL.fullmatch(symbol) or ".." in symbol or not _HAS_LETTER_OR_DIGIT.search(symbol):
        raise InvalidSymbolError(f"symbol {SYMBOL_RULE}", errors=[FieldError("symbol", SYMBOL_RULE)])
    share_class = _SHARE_CLASS.fullmatch(symbol)
    return "-".join(share_class.groups()) if share_class else symbol
