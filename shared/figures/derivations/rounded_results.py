"""What a writer has computed of two numbers of the text and rounded."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.units import AMBIGUOUS, Unit

_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_OF_MULTIPLE: Final = 0.5
"""The tolerance of a multiple, over half of its last digit: 2.6 times as much is not "three times"."""
_MAX_TOLD: Final = 6
"""Numbers before one that it may follow from."""
_AMOUNTS: Final = (Unit.MONEY, Unit.NONE)


class _Value(NamedTuple):
    """A value with its unit, and the figure behind it."""

    value: float
    unit: Unit
    currency: str | None
    figure: KnownFigure | None


def rounded_result(
    claim: Claim, near: Sequence[Stated], earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure from which a number was computed that the text calls approximate; None if not.

    Args:
        claim: The number.
        near: The supported numbers of its sentence and of the one before.
        earlier: Those of the sentences before.
        index: The figures of the facts.
    """
    if not _is_vague(claim):
        return None
    if not claim.companies or (claim.is_tight and _is_known(claim, index)):
        return None
    told = [_of_text(one) for one in _distinct([*earlier, *near], claim)][-_MAX_TOLD:]
    for first, second in combinations(told, 2):
        if _can_be_combined(first, second) and _gives(claim, first, second):
            return first.figure or second.figure
    return None


def _is_vague(claim: Claim) -> bool:
    """``about 14%``, ``less than 3%``."""
    return claim.is_approximate or (claim.numeral.digits == 1 and claim.threshold != 0)


def _is_known(claim: Claim, index: FactIndex) -> bool:
    """Returns whether the facts have what a number claims to be: it is compared with that alone."""
    return any(True for company in claim.companies for _ in index.of(company, claim.metrics))


def _distinct(stated: Sequence[Stated], claim: Claim) -> list[Stated]:
    return [one for one in {id(one.claim): one for one in stated}.values() if one.claim is not claim]


def _of_text(one: Stated) -> _Value:
    return _Value(abs(one.value), one.claim.numeral.unit, one.claim.numeral.currency, one.figure)


def _can_be_combined(first: _Value, second: _Value) -> bool:
    is_one = first.figure is not None and first.figure is second.figure
    return (
        not is_one
        and _is_one_currency(first.currency, second.currency)
        and bool(first.value and second.value)
    )


def _is_one_currency(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return True
    return other in AMBIGUOUS.get(one, ()) or one in AMBIGUOUS.get(other, ())


def _gives(claim: Claim, first: _Value, second: _Value) -> bool:
    slack = _AROUND if claim.is_approximate else SLACK
    if claim.numeral.unit is Unit.MULTIPLE:
        slack = _OF_MULTIPLE
    return any(claim.equals(value, slack) for value in _results(claim.numeral.unit, first, second))


def _results(unit: Unit, first: _Value, second: _Value) -> Iterator[float]:
    """Yields what two values give in a unit."""
    one, other = first.value, second.value
    larger, smaller = max(one, other), min(one, other)
    are_amounts = first.unit in _AMOUNTS and second.unit in _AMOUNTS
    if unit in (Unit.PERCENT, Unit.POINTS):
        if are_amounts:
            yield smaller / larger * 100
            yield larger / smaller * 100
            yield (larger / smaller - 1) * 100
            yield (1 - smaller / larger) * 100
        elif first.unit is second.unit is Unit.PERCENT:
            yield larger - smaller
            yield larger + smaller
        return
    if first.unit is second.unit or are_amounts:
        yield larger / smaller
        if unit is Unit.MULTIPLE:
            return
    if are_amounts:
        yield larger - smaller
        yield larger + smaller
        if Unit.NONE in (first.unit, second.unit):
            yield one * other
    elif Unit.PERCENT in (first.unit, second.unit):
        part, whole = (one, other) if first.unit is Unit.PERCENT else (other, one)
        yield from _parts(part / 100, whole)
    elif Unit.MULTIPLE in (first.unit, second.unit):
        times, base = (one, other) if first.unit is Unit.MULTIPLE else (other, one)
        yield times * base
        yield base / times


def _parts(part: float, whole: float) -> Iterator[float]:
    yield part * whole
    yield whole * (1 + part)
    yield whole * (1 - part)
    yield whole / (1 + part)
    yield whole / part
