"""Kinds of instruments at Yahoo, and what follows from them."""

from collections.abc import Mapping
from typing import Final

from shared.domain.market_data import AssetType

_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "EQUITY": "equity",
    "ETF": "etf",
    "INDEX": "index",
    "CURRENCY": "currency",
    "CRYPTOCURRENCY": "cryptocurrency",
    "MUTUALFUND": "mutual_fund",
    "FUTURE": "future",
}


def asset_type_of(raw: object) -> AssetType:
    """Returns the kind of instrument for a ``quoteType`` or ``instrumentType``."""
    return _ASSET_TYPES.get(raw.upper(), "other") if isinstance(raw, str) else "other"


_NEVER_NEGATIVE: Final = frozenset({"equity", "etf", "mutual_fund", "index", "currency", "cryptocurrency"})


def may_be_negative(asset_type: AssetType | None, symbol: str) -> bool:
    """Returns whether prices below zero are real: those of futures were, in April 2020."""
    return asset_type not in _NEVER_NEGATIVE or symbol.endswith("=F")
