"""Figures as people read them. None is written as an en dash: absent, not zero."""

from math import floor, log10
from typing import Final

ABSENT: Final = "–"

_DECIMALS: Final = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of currencies in use whose smaller unit is not a hundredth (ISO 4217)."""

_DECIMALS_OF_PAIR: Final = 4
_DECIMALS_OF_YEN_PAIR: Final = 2
_SMALLEST_PLAIN_PAIR: Final = 0.1
_LARGE_PAIR: Final = 20.0
"""From this rate on, two decimals are a change of less than 0.05 percent (yen, rupees, won)."""
_SIGNIFICANT_BELOW_ONE: Final = 4
_SMALLEST_WITHOUT_DECIMALS: Final = 100
_MAX_DECIMALS: Final = 12
_MAGNITUDES = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def customary_decimals(price: float, currency: str | None, asset_type: str | None = None) -> int:
    """Returns the decimals that a price is customarily written with.

    Currency pairs have four decimals, large rates (yen, rupees, won) two. Other prices of 1 or more have the
    decimals of the currency, and prices below 1 four significant digits. In a currency without smaller unit,
    prices below 100 have two decimals.

    Args:
        price: The price; its sign does not matter.
        currency: ISO 4217; None counts as a currency with hundredths.
        asset_type: ``currency`` for a currency pair.
    """
    if asset_type == "currency" and abs(price) >= _SMALLEST_PLAIN_PAIR:
        return _DECIMALS_OF_YEN_PAIR if abs(price) >= _LARGE_PAIR else _DECIMALS_OF_PAIR
    decimals = _DECIMALS.get(currency or "", 2)
    if decimals == 0 and 1 <= abs(price) < _SMALLEST_WITHOUT_DECIMALS:
        return 2
    if price == 0 or abs(price) >= 1:
        return decimals
    return min(_MAX_DECIMALS, max(decimals, _SIGNIFICANT_BELOW_ONE - 1 - floor(log10(abs(price)))))


def decimals_of(symbol: str, price: float | None, currency: str | None) -> int:
    """Returns the customary decimals for prices of an instrument whose quote is not at hand."""
    return customary_decimals(price or 0.0, currency, "currency" if symbol.endswith("=X") else None)


def number(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Returns ``1234.5`` as ``1,234.50``; a value that rounds to zero has no minus sign.

    Args:
        value: The number.
        decimals: Digits after the decimal point.
        signed: Whether a plus sign is written.
    """
    if value is None:
        return ABSENT
    digits = f"{value:,.{decimals}f}"
    digits = digits.removeprefix("-") if not digits.strip("-0.,") else digits
    return f"+{digits}" if signed and not digits.startswith("-") else digits


def money(
    value: float | None, currency: str | None, *, beside: float | None = None, decimals: int | None = None
) -> str:
    """Returns ``1234.5`` as ``1,234.50 USD``.

    Args:
        value: In units of ``currency``.
        currency: ISO 4217; None leaves it out.
        beside: The price whose decimals it takes, when it is a change of one.
        decimals: Decimals of prices of the instrument (``price_decimals``); None for the customary ones.
    """
    if value is None:
        return ABSENT
    if decimals is None:
        decimals = customary_decimals(value if beside is None else beside, currency)
    digits = number(value, decimals)
    return f"{digits} {currency}" if currency else digits


def large(value: float | None, currency: str | None = None) -> str:
    """Returns ``3210000000`` as ``3.21B``; below a million in full."""
    if value is None:
        return ABSENT
    unit = f" {currency}" if currency else ""
    for size, suffix in _MAGNITUDES:
        if abs(value) >= size:
            return f"{value / size:,.2f}{suffix}{unit}"
    return f"{number(value, 0)}{unit}"


def percent(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Returns a figure in percent: ``1.25`` as ``1.25%``."""
    if value is None:
        return ABSENT
    return f"{number(value, decimals, signed=signed)}%"


def fraction(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Returns a fraction in percent: ``0.0125`` as ``1.25%``."""
    return ABSENT if value is None else percent(value * 100, decimals, signed=signed)
