"""Path and query parameters that the endpoints of market data share."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import unquote

from fastapi import Request
from pydantic import BeforeValidator

from shared.domain.symbols import SYMBOL_RULE, normalise_symbol
from shared.errors import FieldError, InvalidRequestError, InvalidSymbolError
from shared.observability.telemetry import annotate

_MAX_SHOWN = 40
"""Characters of a malformed symbol in the response."""
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_symbol(req: Request) -> str:
    """Returns the symbol in the path, in upper case.

    Raises:
        InvalidSymbolError: It cannot be a symbol.
    """
    # The platform leaves %2F as it is; a symbol has no percent sign of its own, so decoding does no harm.
    symbol = normalise_symbol(unquote(req.path_params["symbol"]))
    annotate(symbol=symbol)
    return symbol


def valid_symbols(listed: Sequence[str], most: int) -> tuple[list[str], dict[str, InvalidSymbolError]]:
    """Returns the symbols without duplicates, and the errors of those that cannot be symbols.

    Args:
        listed: Texts of the client.
        most: How many of them are allowed.

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


def _iso_date(value: object) -> object:
    # Pydantic alone would take a number for seconds since the epoch.
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("must be a date, YYYY-MM-DD")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
"""A date written YYYY-MM-DD."""
