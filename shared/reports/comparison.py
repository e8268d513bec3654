"""Figures that read the same are neither above nor below each other."""

from math import isclose
from typing import Final

from shared.reports.language.writer import Side, Style, Writer

_CLOSE: Final = 0.01
"""Largest relative difference of ratios that count as the same."""


def beside_price(value: float, price: float, writer: Writer) -> Side:
    """Returns where a value is beside a price; at a distance that is written as zero percent it is at it."""
    # There is no distance in percent from a price of zero or below.
    if price > 0 and writer.side(value / price - 1, 0.0, "fraction") == "at":
        return "at"
    return writer.side(value, price, "price")


def side_of(value: float, other: float, style: Style, writer: Writer) -> Side:
    """Returns where a ratio is beside another; one within a hundredth of the other is at it."""
    return "at" if isclose(value, other, rel_tol=_CLOSE) else writer.side(value, other, style)


def differs(value: float, other: float, style: Style, writer: Writer) -> bool:
    """Returns whether a ratio is not at another."""
    return side_of(value, other, style, writer) != "at"
