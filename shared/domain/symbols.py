"""Validation of ticker symbols from outside."""

import re
from collections.abc import Sequence
from functools import lru_cache

from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError, InvalidSymbolError

SYMBOL_PATTERN = r"^[A-Z0-9.^=&-]{1,21}$"
"""``BRK-B``, ``^GSPC``, ``EURUSD=X``, ``M&M.NS``; option symbols of the OCC have 21 characters. Libraries
insert symbols into URLs: no other character is allowed."""

SYMBOL_RULE = "must be 1 to 21 of A-Z 0-9 . ^ = & -"

_OTHER_RULE = "must have a letter or digit, and no two dots in a row"

_SYMBOL = re.compile(SYMBOL_PATTERN)
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})\.([ABC])")
"""``BRK.B``: the share class with a dot, where our sources have a hyphen. No exchange has these suffixes."""
_SHARE_CLASS_ABROAD = re.compile(r"([A-Z]{1,5})\.([A-Z]|UN)(\.(?:TO|V|CN|NE|ST|CO|HE|OL|IC))")
"""``TECK.B.TO``, ``REI.UN.TO``, ``VOLV.B.ST``: also units of a trust; in Canada and the north of Europe."""

_PREFERRED = re.compile(r"([A-Z]{1,5})(?:\^|[.-]PR[.-]?|-P-)([A-Z])")
"""``BAC^L`` of exchanges, ``BAC.PRL`` and ``BAC-PR-L`` of brokers, ``BAC-P-L`` of Tiingo: a series of
preferred shares, which our sources write ``BAC-PL``. No exchange has the suffix ``PR`` and a letter."""

_MAX_RAW = 64
_MAX_SHOWN = 40
"""Characters of a malformed symbol in an error."""
_HAS_LETTER_OR_DIGIT = re.compile(r"[A-Z0-9]")


@lru_cache(maxsize=4096)
def normalise_symbol(raw: str) -> str:
    """Returns a symbol in upper case without surrounding blanks; ``brk.b`` is ``BRK-B``.

    Raises:
        InvalidSymbolError: The text is not a symbol; a line break or tab is no blank, and a letter that only
            looks like an ASCII letter (or becomes one in upper case) is none.
    """
    symbol = raw.strip(" ").upper() if len(raw) <= _MAX_RAW and raw.isascii() else ""
    if not _SYMBOL.fullmatch(symbol):
        raise _invalid(SYMBOL_RULE)
    # ``..`` is a path segment wherever a library inserts it into a URL.
    if ".." in symbol or not _HAS_LETTER_OR_DIGIT.search(symbol):
        raise _invalid(_OTHER_RULE)
    if share_class := _SHARE_CLASS.fullmatch(symbol) or _SHARE_CLASS_ABROAD.fullmatch(symbol):
        return "".join((share_class[1], "-", *share_class.groups()[1:]))
    if preferred := _PREFERRED.fullmatch(symbol):
        return f"{preferred[1]}-P{preferred[2]}"
    return symbol


def _invalid(rule: str) -> InvalidSymbolError:
    return InvalidSymbolError(f"symbol {rule}", errors=[FieldError("symbol", rule)])


def valid_symbols(listed: Sequence[str], most: int) -> tuple[list[str], dict[str, InvalidSymbolError]]:
    """Returns the symbols without duplicates, and the errors of those that cannot be symbols.

    Args:
        listed: Texts of the client.
        most: Maximum number of symbols.

    Raises:
        InvalidRequestError: There are more than ``most``.
        InvalidSymbolError: None of them can be a symbol.
    """
    if len(listed) > most:
        message = f"must have at most {most} different items"
        raise InvalidRequestError(f"symbols {message}.", errors=[FieldError("symbols", message)])
    symbols: dict[str, None] = {}
    malformed: dict[str, InvalidSymbolError] = {}
    for written in listed:
        try:
            symbols[normalise_symbol(written)] = None
        except InvalidSymbolError as error:
            malformed[written[:_MAX_SHOWN]] = error
    if not symbols:
        raise InvalidSymbolError(f"Every symbol {SYMBOL_RULE}.", errors=[FieldError("symbols", SYMBOL_RULE)])
    return list(symbols), malformed
