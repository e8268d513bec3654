"""Path and query parameters that the endpoints of market data share."""

import re
from datetime import date
from typing import Annotated
from urllib.parse import unquote

from fastapi import Request
from pydantic import AfterValidator, BeforeValidator, Field

from shared.domain.currencies import MINOR_UNITS
from shared.domain.symbols import normalise_symbol
from shared.domain.terms import EARLIEST
from shared.observability.telemetry import annotate

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


def _iso_date(value: object) -> object:
    # Pydantic alone would take a number for seconds since the epoch.
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("must be a date, YYYY-MM-DD")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
"""A date written YYYY-MM-DD."""


def _not_before_data(value: date) -> date:
    if value < EARLIEST:
        raise ValueError(f"must not be before {EARLIEST}")
    return value


KnownOn = Annotated[IsoDate, AfterValidator(_not_before_data)]
"""A day at whose end data were known."""


def _currency(value: str) -> str:
    code = value.strip(" ")
    # Upper case would turn letters that only look like ASCII into it.
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ValueError("must be a currency code of three letters, such as EUR")
    # Upper case would turn pence into pounds.
    if code in MINOR_UNITS:
        raise ValueError(f"must be a currency: {code} is a part of {MINOR_UNITS[code]}")
    return code.upper()


CurrencyParameter = Annotated[
    str, AfterValidator(_currency), Field(json_schema_extra={"pattern": r"^[A-Za-z]{3}$"})
]
"""An ISO 4217 code in any case; the field has it in upper case."""
