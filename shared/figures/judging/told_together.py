"""Numbers that stand together in the answer as they do in the facts: those of one sentence of the news."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.agreement import currency_agrees, is_near, same_kind, sign_agrees
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.shared_units import scale_factors, scaled_tolerance
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_HALF: Final = 0.5
_MIN_DIGITS: Final = 2
_LARGE: Final = 1e6


def of_same_text(one: CitedFigure, cited: Sequence[CitedFigure], facts: FactBase) -> KnownFigure | None:
    """Returns the figure of the news that a number is, if another of its sentence stands beside it there.

    ``Software grew by 10% and mainframes by 61%``, retold: two numbers of one sentence of the news.

    Args:
        one: A number that nothing supports.
        cited: The numbers of its sentence, with what they are.
        facts: The facts.
    """
    own = list(_told(one.claim, facts))
    if not own:
        return None
    for other in cited:
        if other.claim is one.claim:
            continue
        if other.verdict is Verdict.SUPPORTED:
            beside = [other.figure] if other.figure is not None and other.figure.words else []
        else:
            beside = list(_told(other.claim, facts))
        are_moved = one.claim.direction != 0 and other.claim.direction != 0
        for figure, known in product(own, beside):
            are_alike = figure.words == known.words or (are_moved and _are_moves(figure, known))
            if figure.fact_id == known.fact_id and are_alike and figure.value != known.value:
                return figure
    return None


def _are_moves(one: KnownFigure, other: KnownFigure) -> bool:
    """Returns whether two figures are percentages of which the news tells which way something moved."""
    are_told = one.direction != 0 and other.direction != 0
    return are_told and one.kind is Kind.PERCENT and other.kind is Kind.PERCENT


def _told(claim: Claim, facts: FactBase) -> Iterator[KnownFigure]:
    """Yields the figures of the news that have the value, the unit and the direction of a number."""
    facts.read_prose(claim.numeral)
    for reading in claim.numeral.readings:
        for figure in facts.index.near(reading.value, reading.tolerance):
            if not figure.words or figure.fact_id is None or not facts.is_news(figure.fact_id):
                continue
            is_own = figure.symbol in claim.companies or not claim.companies
            is_alike = is_near(claim, figure) and same_kind(claim.numeral, figure)
            is_alike = is_alike and currency_agrees(claim.numeral, figure)
            if is_own and is_alike and sign_agrees(claim, figure):
                yield figure


def with_scale_of_sentence(claim: Claim, sentence: Sentence, facts: FactBase) -> KnownFigure | None:
    """``$54.97 billion of revenue, and profit of 9.88``: the figure that a number is with the scale before.

    Args:
        claim: The number.
        sentence: Its sentence, of which another number has a scale.
        facts: The facts.
    """
    numeral = claim.numeral
    is_bare = numeral.unit is Unit.NONE and numeral.digits > _MIN_DIGITS
    if not is_bare or not claim.companies or numeral.readings[0].tolerance >= _HALF:
        return None
    for other in sentence.numbers:
        scale = scale_factors(other.numeral) if other.numeral.start < numeral.start else ()
        readings = tuple(
            Reading(reading.value * factor, scaled_tolerance(reading, factor))
            for reading, factor in product(numeral.readings, scale)
            if factor >= _LARGE
        )
        if not readings:
            continue
        scaled = replace(claim, numeral=numeral._replace(readings=readings, plain=False))
        figure = facts.named(scaled) or next(
            (one.figure for one in facts.matcher.matches(scaled, sentence) if one.is_full), None
        )
        if figure is not None:
            return figure
    return None
