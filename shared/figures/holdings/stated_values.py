"""What follows from values of the reader's holdings that a text states: remainders, gains and payments."""

from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import YIELDS, KnownFigure
from shared.figures.reading.units import Unit

HOLDING: Final = "holding"
"""The metric of a figure behind a value of a holding."""
_MAX_VALUES: Final = 4
_YIELD: Final = "dividend_yield"


def of_stated_values(claim: Claim, sums: Sequence[float], stated: Sequence[Stated]) -> KnownFigure | None:
    """Returns the figure behind a value of a holding that a number follows from; None without one.

    Args:
        claim: The number.
        sums: The reader's amounts of money.
        stated: Numbers of this and the last sentence that are supported.
    """
    paid = _paid_at_yield(claim, sums, stated)
    if paid is not None:
        return paid
    values = [one for one in stated if one.claim.numeral.unit is Unit.MONEY and _is_of_holding(one)]
    values = values[-_MAX_VALUES:]
    if not values:
        return None
    found = _amounts if claim.numeral.unit is Unit.MONEY else _percentages
    is_right = claim.numeral.unit in (Unit.MONEY, Unit.PERCENT) and any(
        claim.equals(abs(value), SLACK) and value * claim.direction >= 0
        for value in found(sums, [abs(one.value) for one in values])
    )
    return values[-1].figure if is_right else None


def _paid_at_yield(claim: Claim, sums: Sequence[float], stated: Sequence[Stated]) -> KnownFigure | None:
    """``A yields 1.58%, B 1.45%. On $50,000 that is $790 and $725 a year``: by the yields as shown."""
    if claim.numeral.unit is not Unit.MONEY:
        return None
    for one in stated:
        figure = one.figure
        if figure is None or not (figure.metric == _YIELD or figure.symbol in YIELDS):
            continue
        if figure.symbol not in (*claim.companies, *claim.inferred_from):
            continue
        if any(claim.equals(amount * abs(one.value) / 100, SLACK) for amount in sums):
            return figure._replace(metric=HOLDING)
    return None


def _is_of_holding(one: Stated) -> bool:
    """Returns whether a number is the value of some shares, and no price of one of them."""
    figure = one.figure
    if figure is None or figure.metric not in (HOLDING, "price"):
        return False
    return figure.metric == HOLDING or not one.claim.equals(abs(figure.value))


def _amounts(sums: Sequence[float], values: Sequence[float]) -> Iterator[float]:
    for amount in sums:
        # "$10,000 would be worth $13,035 now. That is a profit of $3,035."
        yield values[-1] - amount
        for count in range(2, len(values) + 1):
            # "168 shares ($9,957.36) and 95 of the other ($9,958.85), which leaves $83.79"
            yield abs(amount - sum(values[-count:]))


def _percentages(sums: Sequence[float], values: Sequence[float]) -> Iterator[float]:
    for amount in filter(None, sums):
        yield (values[-1] / amount - 1) * 100
        yield values[-1] / amount * 100
