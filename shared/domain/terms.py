"""The words that requests and market data share; light, for what is imported at a cold start."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from shared.domain.symbols import SYMBOL_PATTERN

Symbol = Annotated[str, Field(pattern=SYMBOL_PATTERN)]
Period = Literal["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"]
Interval = Literal["1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "1d", "5d", "1wk", "1mo", "3mo"]
StatementKind = Literal["income", "balance", "cash_flow"]
CompanyKind = Literal["profile", "earnings", "peers", "holders"]
"""Kinds of data on a company that are stored as their sources gave them."""
StatementFrequency = Literal["annual", "quarterly", "ttm"]
"""Length of the periods: fiscal years, fiscal quarters, or the twelve months up to a quarter's end."""

EARLIEST: Final = date(1900, 1, 1)
"""The first day of which market data can be requested."""
DEFAULT_STATEMENT_LIMIT: Final = 5
MAX_STATEMENT_LIMIT: Final = 40
"""Periods of a statement that one request may return."""
DEFAULT_FILING_LIMIT: Final = 20
MAX_FILING_LIMIT: Final = 100
"""Filings that one request may return."""
FILING_FORM_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9 ./-]{0,19}$"
"""``10-K``, ``SC 13G/A``: the name of a form at the SEC."""
