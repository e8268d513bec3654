"""What follows from figures that belong together, whatever words stand beside it."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.computed_results import is_announced, is_change_told, is_known
from shared.figures.derivations.counted_dividends import paid_in_last_year
from shared.figures.derivations.operands import Stated, comparable
from shared.figures.derivations.over_periods import last_quarters
from shared.figures.derivations.stated_gaps import is_in_points
from shared.figures.derivations.told_values import gap_of_told, of_told_values
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import ESTIMATED
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MIN_DIGITS: Final = 3
"""Significant digits of a number that says enough without words."""
_MIN_PARTS: Final = 3
"""Values of a sum: two of them are combined in any case."""
_MAX_PAIRS: Final = 12
"""Pairs of cells that a number below a table may compare."""
_MIN_WHOLE: Final = 10
_HUNDRED: Final = 100.0
_AROUND: Final = 1.5
_LEVELS: Final = (Unit.MONEY, Unit.NONE)
_OF_BALANCE: Final = word_set(
    """
    total_equity parent_equity total_debt long_term_debt net_debt total_liabilities current_liabilities
    total_cash cash inventory receivables goodwill intangibles property_plant_equipment current_assets
    """
)
_OF_REVENUE: Final = word_set(
    """
    gross_profit operating_income net_income pretax_income research_and_development cost_of_revenue
    selling_general_administrative operating_cash_flow free_cash_flow capital_expenditure interest_expense
    """
)
_MORE: Final = re.compile(r"(?:\sor\s[\d.,]+)?\s(?:(?P<up>more|higher)|less|fewer|lower)\s")
_MOVES: Final = {"change": "change_percent", "change_percent": "change"}


def of_related(
    claim: Claim,
    sentence: Sentence,
    near: Sequence[Stated],
    earlier: Sequence[Stated],
    cells: Sequence[Stated],
    index: FactIndex,
) -> KnownFigure | None:
    """Returns a figure of those that belong together and give a number; None without them.

    Args:
        claim: The number.
        sentence: Its sentence.
        near: The supported numbers of its sentence and of the one before.
        earlier: Those of the sentences before.
        cells: Those of the last table.
        index: The figures of the facts.
    """
    own = [one for one in near if one.sentence is sentence and one.claim is not claim]
    moved = _move_beside(claim, own, index)
    if moved is not None:
        return moved
    if is_in_points(claim, sentence):
        return (
            _of_one_text(claim, own, index)
            or _of_two_cells(claim, cells, Unit.POINTS)
            or gap_of_told(claim, [*near, *earlier])
        )
    if not claim.companies:
        return None
    way = _way(claim, sentence)
    if way and (figure := _change_of_one_text(claim, own, index, way)) is not None:
        return figure
    if sentence.cues_of("mean") and (mean := _of_one_metric(claim, [*earlier, *near], index, is_mean=True)):
        return mean
    if is_known(claim, index):
        if not (_is_of_other_kind(claim) or is_change_told(claim, sentence)):
            return None
    elif figure := (
        _complement(claim, sentence, own)
        or _of_one_metric(claim, [*earlier, *near], index)
        or _of_dividends(claim, index)
    ):
        return figure
    return (
        _of_two_cells(claim, cells, claim.numeral.unit)
        or _of_statement(claim, sentence, own, index)
        or of_told_values(claim, sentence, near, earlier, index)
    )


def _is_of_other_kind(claim: Claim) -> bool:
    """Returns whether a percentage stands beside the name of a price: "Quote" is a share in German."""
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    return metric is not None and metric.kind is Kind.PRICE


def _complement(claim: Claim, sentence: Sentence, own: Sequence[Stated]) -> KnownFigure | None:
    """``Occupancy is 95.3%, so 4.7% of the space is empty``: the rest of the whole."""
    if claim.numeral.unit is not Unit.PERCENT or not is_announced(claim, sentence):
        return None
    for one in own:
        is_before = one.claim.numeral.end <= claim.numeral.start and one.claim.numeral.unit is Unit.PERCENT
        if is_before and claim.equals(_HUNDRED - abs(one.value)):
            return one.figure
    return None


def _of_one_metric(
    claim: Claim, told: Sequence[Stated], index: FactIndex, *, is_mean: bool = False
) -> KnownFigure | None:
    """``Q1: $3.14 … Q4: $3.65 … Q3: $3.28 … Over the year that is $13.19``: values of several periods.

    They are those that the text states, or those of the last four quarters; their sum, or their mean.
    """
    is_level = claim.numeral.unit in _LEVELS
    if not (is_level or is_mean) or claim.numeral.digits < (_MIN_DIGITS if is_level else _MIN_DIGITS - 1):
        return None
    series: dict[tuple[str, str], dict[object, KnownFigure]] = {}
    for one in told:
        figure = one.figure
        if figure is None or figure.words or not comparable(one.claim.numeral, claim.numeral):
            continue
        # "13 cents more than expected" is no value of its figure.
        if not one.claim.equals(abs(figure.value)):
            continue
        for metric in ESTIMATED.get(figure.metric, (figure.metric,)):
            series.setdefault((figure.symbol, metric), {})[figure.period] = figure
    for (symbol, metric), figures in series.items():
        quarters = last_quarters(list(index.of(symbol, (metric,)))) if symbol in claim.companies else ()
        for values in (list(figures.values()), quarters):
            total = sum(one.value if is_mean else abs(one.value) for one in values)
            if len(values) >= _MIN_PARTS and claim.equals(abs(total) / (len(values) if is_mean else 1)):
                return values[0]
    return None


def _of_dividends(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``In twelve months that came to $3.92``: what was paid in the year up to the last dividend."""
    if claim.numeral.unit is not Unit.MONEY or claim.numeral.digits < _MIN_DIGITS or claim.is_tight:
        return None
    for company in claim.companies:
        paid = paid_in_last_year(index, company)
        if len(paid) > 1 and claim.equals(sum(one.value for one in paid)):
            return paid[0]
    return None


def _of_two_cells(claim: Claim, cells: Sequence[Stated], unit: Unit) -> KnownFigure | None:
    """``| P/E | 27.1 | 18.1 |`` … ``is about a third cheaper``: of two values of one metric in the table."""
    numeral = claim.numeral
    pairs = [pair for pair in combinations(cells, 2) if _is_pair(claim, *pair)]
    is_telling = claim.is_approximate or max(one.value for one in numeral.readings) >= _MIN_WHOLE
    if numeral.sign or not pairs or len(pairs) > _MAX_PAIRS or not (is_telling or numeral.digits > 1):
        return None
    slack = _AROUND if claim.is_approximate else SLACK
    for one, other in pairs:
        if any(claim.equals(value, slack) for value in _comparisons(unit, one, other)):
            return one.figure
    return None


def _is_pair(claim: Claim, one: Stated, other: Stated) -> bool:
    first, second = one.figure, other.figure
    if first is None or second is None or first.metric != second.metric or not (one.value and other.value):
        return False
    is_other = first.symbol != second.symbol or first.period != second.period
    is_own = bool({first.symbol, second.symbol} & set(claim.companies))
    return is_other and is_own and one.claim.numeral.unit is other.claim.numeral.unit


def _comparisons(unit: Unit, one: Stated, other: Stated) -> Iterator[float]:
    """Yields what two values of one metric give in a unit."""
    larger, smaller = max(abs(one.value), abs(other.value)), min(abs(one.value), abs(other.value))
    are_percents = one.claim.numeral.unit is Unit.PERCENT
    if unit is Unit.MULTIPLE:
        yield larger / smaller
    elif unit is Unit.PERCENT and not are_percents:
        yield (larger / smaller - 1) * _HUNDRED
        yield (1 - smaller / larger) * _HUNDRED
    elif unit is Unit.POINTS or (unit is Unit.PERCENT) == are_percents:
        yield abs(one.value - other.value)


def _of_one_text(claim: Claim, own: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``The margin fell by 0.4 points to 20.4%``, where the news has 20.4% and 20.8%: their difference."""
    for one in own:
        figure = one.figure
        if figure is None or not figure.words or figure.fact_id is None or figure.kind is not Kind.PERCENT:
            continue
        for other in index.of_fact(figure.fact_id):
            is_alike = other.kind is figure.kind and other.words and other.value != figure.value
            if is_alike and claim.equals(abs(abs(other.value) - abs(figure.value))):
                return other
    return None


def _way(claim: Claim, sentence: Sentence) -> int:
    """Returns whether a number is said to be a rise or a fall: ``12.5% or 480 more than a year ago``."""
    more = _MORE.match(sentence.text, claim.numeral.end)
    return claim.direction or (0 if more is None else 1 if more["up"] else -1)


def _change_of_one_text(
    claim: Claim, own: Sequence[Stated], index: FactIndex, way: int
) -> KnownFigure | None:
    """``4,310 customers, 480 or 12.5% more than a year ago``: from the number that the news has for then."""
    for one in own:
        figure = one.figure
        if figure is None or not figure.words or figure.fact_id is None or figure.kind is Kind.PERCENT:
            continue
        for other in index.of_fact(figure.fact_id):
            if not other.is_base or other.words != figure.words or not other.value:
                continue
            move = figure.value - other.value
            if claim.numeral.unit is Unit.PERCENT:
                move *= _HUNDRED / other.value
            if move * way > 0 and claim.equals(abs(move), SLACK):
                return other
    return None


def _of_statement(
    claim: Claim, sentence: Sentence, own: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``Equity of $8.9 billion is a ratio of 81%``: the share of an amount in the total of its statement."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or claim.direction or claim.threshold:
        return None
    named = {metric for mention in sentence.metrics for metric in mention.metrics}
    for one in own:
        figure = one.figure
        if figure is None or figure.words or one.claim.numeral.end > numeral.start:
            continue
        whole = ("total_assets",) if figure.metric in _OF_BALANCE else ("revenue",)
        is_telling = numeral.digits > 1 or whole[0] in named
        if figure.metric not in _OF_BALANCE | _OF_REVENUE or not is_telling:
            continue
        for total in index.of(figure.symbol, whole):
            is_one = total.period == figure.period and total.value > 0
            if is_one and claim.equals(abs(figure.value) / total.value * _HUNDRED, SLACK):
                return figure
    return None


def _move_beside(claim: Claim, own: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``up 0.72% on the day before (16.45 points)``: the change of a day, and the same in percent."""
    if claim.numeral.digits < 2:
        return None
    for one in own:
        figure = one.figure
        other = _MOVES.get(figure.metric) if figure is not None and not figure.words else None
        for move in index.of(figure.symbol, (other,)) if figure is not None and other is not None else ():
            is_one = figure is not None and move.period == figure.period and not move.words
            is_way = not claim.direction or move.value * claim.direction >= 0
            if is_one and is_way and claim.equals(abs(move.value)):
                return move
    return None
