"""Figures as people read them. None is written as an en dash: absent, not zero."""

from decimal import Decimal
from math import floor, log10
from typing import Final

ABSENT: Final = "–"

_DECIMALS: Final = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"),
            *("XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of currencies in use whose smaller unit is not a hundredth (ISO 4217)."""

_DECIMALS_OF_PAIR: Final = 4
_DECIMALS_OF_YEN_PAIR: Final = 2
_SMALLEST_PLAIN_PAIR: Final = 0.1
_SMALL_YEN_PAIR: Final = 20.0
"""Below this rate, yen for a lira or a rand, two decimals are a change of more than 0.05 percent."""
_LARGE_PAIR: Final = 1000.0
"""From this rate on (rupiah for a dollar), more than two decimals are not read."""
_SIGNIFICANT: Final = 4
_SMALLEST_WITHOUT_DECIMALS: Final = 100
_MAX_DECIMALS: Final = 20
_MAGNITUDES = ((1e12, "T"), (1e9, "B"), (1e6, "M"))
_SMALLEST_LARGE: Final = 1e6
_ROUNDED_UP: Final = 0.999995
"""From this part of a unit on, two decimals of the smaller unit round to a thousand."""


def customary_decimals(price: float, currency: str | None, asset_type: str | None = None) -> int:
    """Returns the decimals that a price is customarily written with.

    Prices of 1 or more have the decimals of the currency, none where it has no smaller unit, and prices below
    1 four significant digits. Currency pairs have four decimals, pairs of the yen and the like two or three.
    Indices are counted in points, with two decimals.

    Args:
        price: The price; its sign does not matter.
        currency: ISO 4217; None counts as a currency with hundredths.
        asset_type: ``currency`` for a currency pair, ``index`` for an index.
    """
    decimals = 2 if asset_type == "index" else _DECIMALS.get(currency or "", 2)
    if asset_type == "currency" and abs(price) >= _SMALLEST_PLAIN_PAIR:
        if decimals == 0:
            return _DECIMALS_OF_YEN_PAIR + (abs(price) < _SMALL_YEN_PAIR)
        return _DECIMALS_OF_YEN_PAIR if abs(price) >= _LARGE_PAIR else _DECIMALS_OF_PAIR
    return decimals if abs(price) >= 1 else significant_decimals(price, decimals)


def significant_decimals(price: float, least: int) -> int:
    """Returns the decimals that show four significant digits of a price, at least ``least``."""
    if price == 0:
        return least
    return min(_MAX_DECIMALS, max(least, _SIGNIFICANT - 1 - floor(log10(abs(price)))))


def amount_decimals(amount: float, currency: str | None) -> int:
    """Returns the decimals of an amount per share: those of a price, but two for 12.50 yen of a dividend."""
    decimals = customary_decimals(amount, currency)
    return 2 if decimals == 0 and 1 <= abs(amount) < _SMALLEST_WITHOUT_DECIMALS else decimals


def per_share_decimals(amount: float, currency: str | None) -> int:
    """Returns the decimals of earnings or a dividend per share: 0.26 dollars, but 0.2575 where known."""
    most = amount_decimals(amount, currency)
    least = min(most, amount_decimals(1.0, currency))
    return next(digits for digits in range(least, most + 1) if round(amount, digits) == round(amount, most))


def decimals_of(symbol: str, price: float | None, currency: str | None, known: int | None = None) -> int:
    """Returns the decimals for prices of an instrument: the known ones, else the customary ones."""
    if known is not None:
        return known
    is_pair, is_index = symbol.endswith("=X"), symbol.startswith("^")
    kind = "currency" if is_pair else "index" if is_index else None
    return customary_decimals(price or 0.0, currency, kind)


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


def plain(value: float) -> str:
    """Returns a number with all its digits, up to ten significant ones, and no exponent: ``0.0000056``."""
    digits = f"{Decimal(f'{value:.10g}'):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def money(
    value: float | None, currency: str | None, *, beside: float | None = None, decimals: int | None = None
) -> str:
    """Returns ``1234.5`` as ``1,234.50 USD``.

    Args:
        value: In units of ``currency``.
        currency: ISO 4217; None leaves it out.
        beside: The price whose decimals it takes, when it is a change of one.
        decimals: Decimals of prices of the instrument (``price_decimals``); None for those of earnings or a
            dividend per share, or of the price ``beside``.
    """
    if value is None:
        return ABSENT
    if decimals is None:
        decimals = (
            per_share_decimals(value, currency) if beside is None else customary_decimals(beside, currency)
        )
    digits = number(value, decimals)
    return f"{digits} {currency}" if currency else digits


def large(value: float | None, currency: str | None = None) -> str:
    """Returns ``3210000000`` as ``3.21B``; below a million in full."""
    if value is None:
        return ABSENT
    unit = f" {currency}" if currency else ""
    for size, suffix in _MAGNITUDES:
        if abs(value) >= max(size * _ROUNDED_UP, _SMALLEST_LARGE):
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
