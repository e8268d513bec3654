"""Kinds of instruments in Yahoo's words."""

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
