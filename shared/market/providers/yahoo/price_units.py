"""Units of ratios and figures per share: parts of the currency (pence), and other currencies."""

import math
from typing import Final

Figures = dict[str, float | None]

_TARGETS: Final = ("target_mean_price", "target_high_price", "target_low_price")
_USUAL_PE: Final = 15.0
_USUAL_PRICE_TO_BOOK: Final = 2.0
_USUAL_YIELD: Final = 0.03
_SAME_CURRENCY: Final = 1.25
"""Largest factor between a price and the product of ratio and figure per share: figures are rounded, and a
ratio may be that of an earlier price."""
_SAME_LOSS: Final = 1.03
"""Largest factor between a loss per share and the net loss over the shares of today."""


def align_units(figures: Figures, price: float | None, forward_eps: float | None, factor: float) -> None:
    """Brings ratios and figures per share to the whole currency where prices are in a part of it."""
    for ratio, per_share, usual in (
        ("trailing_pe", "earnings_per_share", _USUAL_PE),
        ("price_to_book", "book_value_per_share", _USUAL_PRICE_TO_BOOK),
    ):
        figures[ratio], figures[per_share] = _aligned(
            figures[ratio], figures[per_share], price, usual, factor
        )
    figures["forward_pe"], _ = _aligned(figures["forward_pe"], forward_eps, price, _USUAL_PE, factor)
    paid = figures["dividend_yield"]
    multiple, figures["dividend_per_share"] = _aligned(
        1 / paid if paid else None, figures["dividend_per_share"], price, 1 / _USUAL_YIELD, factor
    )
    figures["dividend_yield"] = 1 / multiple if multiple and paid and multiple != 1 / paid else paid


def align_loss(figures: Figures, net_income: int | None, shares: int | None, factor: float) -> None:
    """Brings a loss per share, which has no ratio to the price, to the whole currency of the net income."""
    per_share = figures["earnings_per_share"]
    if figures["trailing_pe"] is not None or not per_share or not net_income or not shares:
        return
    expected = net_income / shares
    if _distance(per_share * factor, expected) < _distance(per_share, expected):
        figures["earnings_per_share"] = per_share * factor


def align_targets(figures: Figures, price: float | None, factor: float) -> None:
    """Takes target prices back to the unit of the response where that is the whole currency.

    They are quoted like prices. Those that would be a hundredth of the price were in the whole currency.
    """
    for name in _TARGETS:
        target = figures[name]
        if target and price and _distance(target / factor, price) < _distance(target, price):
            figures[name] = target / factor


def in_another_currency(figures: Figures, price: float | None) -> list[str]:
    """Returns the figures per share whose ratio to the price shows that they are in another currency."""
    paid = figures["dividend_yield"]
    ratios = {
        "earnings_per_share": figures["trailing_pe"],
        "dividend_per_share": 1 / paid if paid else None,
    }
    return [
        name
        for name, ratio in ratios.items()
        if price
        and ratio
        and (per_share := figures[name])
        and _distance(ratio * per_share, price) > math.log(_SAME_CURRENCY)
    ]


def loss_of_statements(figures: Figures, net_income: float | None, shares: float | None) -> list[str]:
    """Returns ``earnings_per_share`` where it is a loss in the currency of the statements, else nothing.

    A loss has no ratio to the price. It is in the currency of the net income if it is its part of a share.

    Args:
        figures: The figures.
        net_income: In the currency of the statements.
        shares: The number of shares.
    """
    loss = figures["earnings_per_share"]
    if not loss or loss > 0 or not net_income or not shares or figures["trailing_pe"] is not None:
        return []
    is_part = net_income < 0 and _distance(loss, net_income / shares) <= math.log(_SAME_LOSS)
    return ["earnings_per_share"] if is_part else []


def _aligned(
    ratio: float | None, per_share: float | None, price: float | None, usual: float, factor: float
) -> tuple[float | None, float | None]:
    """Returns a ratio to the price and its figure per share, both in whole currency.

    Args:
        ratio: Price divided by the figure; one of the two may be in the smaller unit.
        per_share: The figure.
        price: In whole currency.
        usual: A typical value of the ratio; it shows which of the two is in the smaller unit.
        factor: From the smaller unit to the whole one.
    """
    if ratio is None:
        return ratio, _in_likely_unit(per_share, price, usual, factor)
    product = None if per_share is None or not price else ratio * per_share / price
    if product is not None and product > 0 and _distance(product, 1) <= _distance(product, 1 / factor):
        return ratio, per_share
    if _distance(ratio * factor, usual) < _distance(ratio, usual):
        return ratio * factor, per_share
    return ratio, per_share * factor if per_share is not None and product is not None else per_share


def _in_likely_unit(
    per_share: float | None, price: float | None, usual: float, factor: float
) -> float | None:
    """Returns a figure without a ratio in the unit in which its ratio would be nearer to a usual one."""
    if per_share is None or per_share <= 0 or not price:
        return per_share
    in_parts = _distance(price / (per_share * factor), usual) < _distance(price / per_share, usual)
    return per_share * factor if in_parts else per_share


def _distance(value: float, other: float) -> float:
    return abs(math.log(abs(value / other))) if value else math.inf
