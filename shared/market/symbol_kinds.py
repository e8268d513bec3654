"""What a symbol alone tells of its instrument, so that no source has to be up for it."""

import re
from typing import Final, Literal

from shared.domain.currencies import is_currency
from shared.domain.market_data import AssetType
from shared.domain.terms import CompanyKind
from shared.errors import ProblemError
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderNotFoundError
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import ServiceError
from shared.market.providers.us_listings import asset_type_of

CompanyDataKind = Literal[CompanyKind, "statements"]

_COIN: Final = re.compile(r"[A-Z0-9]{2,10}-([A-Z]{3})")
_FUND_NUMBER: Final = re.compile(r"0P[0-9A-Z]{8}(\.[A-Z]{1,3})?")
"""Number of a mutual fund at Morningstar, which Yahoo uses: ``0P000071W8.TO``."""
_NAMES: Final[dict[AssetType, str]] = {
    "index": "an index",
    "currency": "a currency pair",
    "cryptocurrency": "a cryptocurrency",
    "future": "a future",
    "etf": "a fund",
    "mutual_fund": "a fund",
}
_FUNDS: Final = ("etf", "mutual_fund")
_OF_FUNDS_TOO: Final = ("profile", "holders")
"""What funds have as well."""
_FILER: Final = "sec_edgar"
_TOLD: Final = (ProviderNotCoveredError, ProviderNotFoundError)
"""What a source that is up answers about a symbol without statements."""


def kind_of_symbol(symbol: str) -> AssetType:
    """Returns the kind of instrument that the form of a symbol or the starter list tells, else ``equity``.

    Blocks at first: it reads the starter list.
    """
    if symbol.startswith("^"):
        return "index"
    if symbol.endswith("=X"):
        return "currency"
    if symbol.endswith("=F"):
        return "future"
    if (coin := _COIN.fullmatch(symbol)) and is_currency(coin[1]):
        return "cryptocurrency"
    return "mutual_fund" if _FUND_NUMBER.fullmatch(symbol) else asset_type_of(symbol)


def without_company(symbol: str, kind: CompanyDataKind) -> SymbolNotFoundError | None:
    """Returns the error of data that an index, currency, coin or future cannot have; else None."""
    known = kind_of_symbol(symbol)
    return _lacks(symbol, known, kind) if known in _NAMES and known not in _FUNDS else None


def of_failed_sources(symbol: str, kind: CompanyDataKind, error: ServiceError) -> ProblemError:
    """Returns the error when no source could answer: what a fund does not have, needs no source.

    Some trusts file statements with the SEC; while that fails, they may exist.
    """
    known = kind_of_symbol(symbol)
    filer = next((cause for cause in error.causes if cause.provider == _FILER), None)
    is_filer_silent = filer is not None and not isinstance(filer, _TOLD)
    may_exist = kind in _OF_FUNDS_TOO or is_filer_silent
    return error if known not in _FUNDS or may_exist else _lacks(symbol, known, kind)


def _lacks(symbol: str, known: AssetType, kind: str) -> SymbolNotFoundError:
    return SymbolNotFoundError(f"{symbol} is {_NAMES[known]}, which has no {kind}.")
