"""Kinds of instruments at Yahoo, and what follows from them."""

from collections.abc import Mapping
from typing import Final

from shared.domain.formatting import significant_decimals
from shared.domain.market_data import AssetType
from shared.market.providers.fields import count, whole

_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "EQUITY": "equity",
    "ETF": "etf",
    "INDEX": "index",
    "CURRENCY": "currency",
    "CRYPTOCURRENCY": "cryptocurrency",
    "MUTUALFUND": "mutual_fund",
    "FUTURE": "future",
}
_YIELDS: Final = frozenset({"^IRX", "^FVX", "^TNX", "^TYX"})
"""Indices whose value is a yield: that of three months was below zero in March 2020."""
_WITHOUT_VOLUME: Final = frozenset[AssetType]({"currency", "index", "mutual_fund"})
"""Kinds that have no volume, apart from some indices: Yahoo's zero is a placeholder."""
_MAX_DECIMALS: Final = 10


def asset_type_of(raw: object) -> AssetType:
    """Returns the kind of instrument for a ``quoteType`` or ``instrumentType``."""
    return _ASSET_TYPES.get(raw.upper(), "other") if isinstance(raw, str) else "other"


def may_be_negative(asset_type: AssetType | None, symbol: str) -> bool:
    """Returns whether prices below zero are real: those of futures were, in April 2020."""
    return asset_type == "future" or symbol.endswith("=F") or symbol in _YIELDS


def traded_volume(raw: object, asset_type: AssetType | None) -> int | None:
    """Returns a volume; None where it is missing or a placeholder."""
    volume = count(raw)
    return None if volume == 0 and asset_type in _WITHOUT_VOLUME else volume


def recommended_decimals(hint: object, factor: str, price: float) -> int | None:
    """Returns the decimals of prices that a ``priceHint`` recommends; None without a usable one.

    Args:
        hint: Decimals of prices in the unit that Yahoo quotes. A price in pence would have two decimals more
            in pounds; it has no more than four significant digits need, 26.45 and 2.645.
        factor: From that unit to the whole currency.
        price: In whole currency; a hint that leaves less than two significant digits is not usable.
    """
    decimals = whole(hint)
    if decimals is None or not 0 <= decimals <= _MAX_DECIMALS:
        return None
    of_unit = len(factor.partition(".")[2])
    decimals += of_unit
    if of_unit:
        decimals = min(decimals, significant_decimals(price, of_unit))
    return decimals if abs(price) >= 10 ** (1 - decimals) else None
