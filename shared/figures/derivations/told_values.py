"""What follows from values of one metric that the text tells, and from amounts at the price of now."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, permutations, product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_HUNDRED: Final = 100.0
_YEAR: Final = 365.25
_MIN_YEARS: Final = 1.5
"""Years from which on a growth may be one per year."""
_LARGE: Final = 1e6
_FAMILIES: Final = {
    "eps_estimate": "eps",
    "revenue_estimate": "revenue",
    "first_close": "price",
    "previous_close": "price",
}
"""What is expected is compared with what was reported, and a price with an earlier one."""
_GROWN: Final = {"revenue_growth": ("revenue",), "earnings_growth": ("eps", "net_income")}
_AMOUNTS: Final = (Unit.MONEY, Unit.NONE)


def of_told_values(
    claim: Claim, sentence: Sentence, near: Sequence[Stated], earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of those that a number follows from; None without them.

    Args:
        claim: The number.
        sentence: Its sentence.
        near: The supported numbers of its sentence and of the one before.
        earlier: Those of the sentences before.
        index: The figures of the facts.
    """
    own = [one for one in near if one.sentence is sentence and one.claim is not claim]
    return (
        _change_of_told(claim, sentence, near, earlier)
        or _at_price(claim, own, index)
        or _of_all_shares(claim, near, index)
    )


def _change_of_told(
    claim: Claim, sentence: Sentence, near: Sequence[Stated], earlier: Sequence[Stated]
) -> KnownFigure | None:
    """``rose by 5.4% this year after €0.92``, where €0.97 stands before: from the older to the newer value.

    Over several years, it may be the growth of each: ``from 5.23 to 7.25 billion, on average 18% a year``.
    """
    unit = claim.numeral.unit
    if unit not in (Unit.PERCENT, Unit.MULTIPLE):
        return None
    way = claim.numeral.sign or claim.direction or _way_of_bound(claim, sentence)
    told = [one for one in near if one.claim is not claim and _is_amount(one)]
    own = [one for one in told if one.sentence is sentence]
    before = [one for one in earlier if _is_amount(one)]
    for one, other in (*combinations(told, 2), *product(own, before)):
        if unit is Unit.MULTIPLE:
            if _is_multiple(claim, one, other):
                return one.figure
            continue
        for value in _changes(one, other):
            is_right_way = not way or value * way > 0
            if is_right_way and claim.equals(abs(value), SLACK) and _is_meant(claim, one):
                return one.figure
    return None


def gap_of_told(claim: Claim, told: Sequence[Stated]) -> KnownFigure | None:
    """``AMD is growing 18 points faster than its nearest rival``, below a list of how fast each one grows.

    Args:
        claim: A number of percentage points.
        told: The supported numbers of its sentence and those before.

    Returns:
        The figure of its company, one of two of a metric that are so far apart; None without one.
    """
    rates = [one for one in told if one.figure is not None and one.claim.numeral.unit is Unit.PERCENT]
    for one, other in permutations(rates, 2):
        first, second = one.figure, other.figure
        if first is None or second is None or first.symbol not in claim.companies:
            continue
        is_pair = first.metric == second.metric and first.symbol != second.symbol
        if not is_pair or first.kind is not Kind.PERCENT or not _is_meant(claim, one):
            continue
        # Writers compute with the digits of the facts, or with those of their own text.
        for gap in (first.value - second.value, one.value - other.value):
            if gap * (claim.direction or gap) > 0 and claim.equals(abs(gap), SLACK):
                return first
    return None


def _is_multiple(claim: Claim, one: Stated, other: Stated) -> bool:
    """``$7,200 then; more than 13 times as much now``: how many times the older value the newer one is."""
    change = next(_changes(one, other), 0.0)
    ratio = 1 + change / _HUNDRED
    size = claim.numeral.readings[0].value
    if claim.threshold > 0 and size == int(size):
        return size <= ratio < size + 1
    return change > 0 and claim.equals(ratio, SLACK)


def _is_meant(claim: Claim, one: Stated) -> bool:
    """Returns whether no name beside a number tells that it is one of another metric."""
    figure = one.figure
    if figure is None or not claim.is_tight:
        return figure is not None
    names = (*claim.metrics, *claim.others)
    # "Compared with trailing revenue of $95.6 billion, that would be growth of 16.5%."
    grown = [one for name in names for one in _GROWN.get(name, ())]
    return _family(figure) in map(_of_family, (*names, *grown))


def _way_of_bound(claim: Claim, sentence: Sentence) -> int:
    cue = next((one for one in sentence.bounds if 0 <= one.start - claim.numeral.end <= 2), None)
    return 0 if cue is None else (1 if "above" in cue.value.split() else -1)


def _is_amount(one: Stated) -> bool:
    figure = one.figure
    if figure is None or figure.words or figure.kind not in (Kind.MONEY, Kind.PRICE):
        return False
    return one.claim.numeral.unit in _AMOUNTS and one.claim.equals(abs(figure.value))


def _changes(one: Stated, other: Stated) -> Iterator[float]:
    """Yields the change in percent from the older of two values to the newer one, and that of each year."""
    first, last = one.figure, other.figure
    if first is None or last is None or (first.symbol, _family(first)) != (last.symbol, _family(last)):
        return
    days = (_end(first), _end(last))
    if days[0] is None or days[1] is None or days[0] == days[1]:
        return
    old, new = (first, last) if days[0] < days[1] else (last, first)
    if old.value <= 0 or new.value <= 0:
        return
    yield (new.value / old.value - 1) * _HUNDRED
    years = abs((days[1] - days[0]).days) / _YEAR
    if years >= _MIN_YEARS:
        yield ((new.value / old.value) ** (1 / round(years)) - 1) * _HUNDRED


def _family(figure: KnownFigure) -> str:
    return _of_family(figure.metric)


def _of_family(metric: str) -> str:
    return _FAMILIES.get(metric, metric)


def _end(figure: KnownFigure) -> date | None:
    return figure.period.end if figure.period is not None else None


def _at_price(claim: Claim, own: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``$4.25 a year, at the price of now about 2.0%``, ``$250m, at the price of now 17 million shares``."""
    if claim.mention is None or claim.mention.name != "price" or claim.direction:
        return None
    numeral = claim.numeral
    before = [one for one in own if one.claim.numeral.end <= numeral.start and _is_of_money(one)]
    for company in claim.companies if before else ():
        for price in index.of(company, ("price",)):
            if price.words or price.period is None or not price.period.is_snapshot or price.value <= 0:
                continue
            ratio = abs(before[-1].value) / price.value
            is_count = numeral.unit is Unit.NONE and numeral.readings[0].value >= _LARGE
            if numeral.unit is Unit.PERCENT:
                ratio *= _HUNDRED
            elif not is_count:
                continue
            if claim.equals(ratio, SLACK):
                return price
    return None


def _is_of_money(one: Stated) -> bool:
    return one.claim.numeral.unit is Unit.MONEY or (
        one.claim.numeral.unit is Unit.NONE and abs(one.value) >= _LARGE
    )


def _of_all_shares(claim: Claim, near: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``The dividend of €0.97 costs about €707 million``: an amount of one share, of all of them."""
    numeral = claim.numeral
    if numeral.unit not in _AMOUNTS or numeral.readings[0].value < _LARGE or claim.is_tight:
        return None
    for one in near:
        figure = one.figure
        if figure is None or figure.kind is not Kind.PRICE or one.claim.numeral.unit not in _AMOUNTS:
            continue
        for shares in index.of(figure.symbol, ("shares_outstanding",)):
            is_now = shares.period is not None and shares.period.is_snapshot
            if is_now and claim.equals(abs(one.value) * shares.value, SLACK):
                return figure
    return None
