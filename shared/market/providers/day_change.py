"""The change since the previous close, from sources that do not adjust that close for a split of the day."""

from dataclasses import dataclass
from typing import Final

from shared.domain.market_data import Remark
from shared.market.providers.fields import difference, percent_change

_TOLERANCE: Final = 0.02
"""Largest relative deviation of a move from the factor of a split."""
_LEAST_SPLIT: Final = 2
_LEAST_REVERSE_SPLIT: Final = 4
"""A price doubles or triples on good news more often than by a reverse split."""


@dataclass(frozen=True)
class QuotedChange:
    """The previous close with the change since then.

    Attributes:
        previous_close: None when it is unknown, or on another basis than the price.
        change: In units of currency; None without a previous close.
        change_percent: In percent of the previous close; None without one.
        remarks: Why the previous close is withheld.
    """

    previous_close: float | None
    change: float | None
    change_percent: float | None
    remarks: tuple[Remark, ...] = ()


def day_change(price: float, before: float | None) -> QuotedChange:
    """Returns the change of a quote, withheld where price and previous close differ by a split.

    Args:
        price: The last price.
        before: The close of the session before, as it was traded.
    """
    factor = _split_factor(before, price) if before else None
    if factor is None:
        return QuotedChange(before, difference(price, before), percent_change(price, before))
    detail = (
        f"The price is {factor} times the previous close, which the source does not adjust for splits: no "
        "change is given."
    )
    return QuotedChange(None, None, None, (Remark(code="unexplained_jump", detail=detail),))


def _split_factor(before: float, price: float) -> str | None:
    """Returns the factor of a move that may be a split (``1/7``, ``8``); None of any other move."""
    if before <= 0 or price <= 0:
        return None
    is_reverse = price > before
    factor = max(price, before) / min(price, before)
    whole = round(factor)
    if whole < (_LEAST_REVERSE_SPLIT if is_reverse else _LEAST_SPLIT) or abs(factor / whole - 1) > _TOLERANCE:
        return None
    return f"{whole}" if is_reverse else f"1/{whole}"
