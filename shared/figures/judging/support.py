"""Finds the figure of the facts behind a number: the one that it equals, follows from, or bounds."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.share_binding import is_share
from shared.figures.derivations.bounded_distances import bounded_distance, bounds_distance, is_level_before
from shared.figures.derivations.compared_values import gap_of_companies, gap_to_named
from shared.figures.derivations.compound_growth import compound_growth, is_compounded
from shared.figures.derivations.conversions import converted
from shared.figures.derivations.counted_dividends import annual_rate, counted_dividends
from shared.figures.derivations.derive import derive, is_earlier_level
from shared.figures.derivations.expressions import expressions, follows_from_expression
from shared.figures.derivations.fractions_of_others import fraction_of_other
from shared.figures.derivations.named_parts import is_part_of_other, part_of_other
from shared.figures.derivations.of_text import Told, follows_from_text
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.over_periods import over_periods
from shared.figures.derivations.per_unit import per_unit
from shared.figures.derivations.round_marks import distance_to_line, distance_to_mark
from shared.figures.derivations.span_changes import names_span, names_time
from shared.figures.derivations.stated_gaps import stated_gap
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.agreement import is_rival
from shared.figures.lookup.fact_base import FactBase
from shared.figures.lookup.matching import Match, is_distance_from_level
from shared.figures.lookup.rivals import without_rivals
from shared.figures.reading.known_metrics import CHANGES
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.tables.row_changes import change_of_period, change_of_row, share_of_row, total_of_row

_MOVE: Final = ("change_percent",)
_FROM_LEVEL: Final = re.compile(r"\s(?:from|off|since)\s(?:its|the|a|their)\s", re.IGNORECASE)
"""Between a change and the level that it began with, which was none of yesterday."""
_RANGE_BEFORE: Final = re.compile(r"\bby\s[\d.,]+\s?%\s(?:to|or)\s$", re.IGNORECASE)
"""Before the end of a range by which something changes."""
_ESTIMATES: Final = frozenset({"consensus", "eps_estimate", "revenue_estimate"})


def supporting(
    sentence: Sentence, claim: Claim, told: Told, companies: tuple[str, ...], facts: FactBase
) -> KnownFigure | None:
    """Returns the figure that a number equals, follows from, or bounds; None without one.

    Args:
        sentence: The sentence.
        claim: The number.
        told: The supported numbers before it.
        companies: The companies that the sentence names or is about, its subject first.
        facts: The facts.
    """
    matcher, stated = facts.matcher, told.near
    matches = without_rivals(matcher.matches(claim, sentence), claim, sentence, matcher)
    full = next((match for match in matches if match.is_full), None)
    if full is None and _is_of_rival(claim, sentence, matches):
        return None
    if is_compounded(claim, sentence) and (full is None or not full.figure.words):
        return compound_growth(claim, sentence, stated, facts.index)
    if full is not None and claim.companies:
        return full.figure
    figure = _computed_as_written(sentence, claim, told, facts) or fraction_of_other(
        claim, sentence, companies, facts.index
    )
    if figure is not None:
        return figure
    if is_part_of_other(claim, sentence):
        return part_of_other(claim, sentence, facts.index, companies)
    if bounds_distance(claim, sentence):
        return bounded_distance(claim, sentence, facts.index)
    bound = _bound(sentence, claim, facts)
    if bound is not None:
        # "just over $1 million of revenue per employee" is no bound of the revenue.
        return bound[1] if bound[0] else per_unit(claim, sentence, stated, facts.index)
    figure = _derived(sentence, claim, stated, companies, facts) or follows_from_text(
        claim, sentence, told, facts.index, companies
    )
    if figure is not None:
        return figure
    inferred = matcher.inferred(claim, matches)
    if inferred is not None or (claim.companies and claim.metrics and claim.is_settled):
        return inferred
    return matcher.without_metric(claim, matches)


def _is_of_rival(claim: Claim, sentence: Sentence, matches: Sequence[Match]) -> bool:
    """``13 times earnings on a trailing basis``: follows from nothing where that is the forward multiple."""
    if sentence.periods or ("forward" in sentence.kinds and "trailing" not in sentence.kinds):
        # "On the 2027 number the P/E falls to 24.8."
        return False
    return any(one.company and is_rival(claim, sentence, one.figure) for one in matches)


def _derived(
    sentence: Sentence, claim: Claim, stated: Sequence[Stated], companies: tuple[str, ...], facts: FactBase
) -> KnownFigure | None:
    """Returns a figure that a number follows from: over several periods, or as its sentence says."""
    # The numbers of a sentence state what it computes from them.
    own = [one for one in stated if one.sentence is sentence and one.figure is not None]
    is_told = (
        (claim.metrics or claim.others or own or sentence.cues_of("mean"))
        or (claim.numeral.unit is Unit.MULTIPLE and (sentence.metrics or stated))
        # "Apple's P/E is 8% above Microsoft's": of what cannot be given in percent.
        or (claim.numeral.unit is Unit.PERCENT and sentence.metrics and sentence.bounds)
        or any(one.figure and one.figure.words for one in stated)
    )
    if claim.companies and (figure := over_periods(claim, sentence, facts.index)) is not None:
        return figure
    is_known = claim.companies or len(companies) > 1
    is_stated = is_earlier_level(claim, sentence, facts.index) or _ends_range(sentence, claim)
    is_told = is_told and not is_stated
    if is_told and (is_known or len(own) > 1 or sentence.cues_of("mean", "sum")):
        known = stated if is_known else own
        return derive(claim, sentence, known, facts.index, companies)
    return None


def _ends_range(sentence: Sentence, claim: Claim) -> bool:
    """``prices go up by 15% to 25%``: the end of a range of percentages follows from nothing."""
    if claim.numeral.unit is not Unit.PERCENT:
        return False
    return ends_with(_RANGE_BEFORE, sentence.text, claim.numeral.start) is not None


def _computed_as_written(sentence: Sentence, claim: Claim, told: Told, facts: FactBase) -> KnownFigure | None:
    """Returns a figure of a computation that the row of a table or the sentence spells out."""
    return (
        change_of_row(claim, told.row)
        or total_of_row(claim, told.row)
        or share_of_row(claim, told.row, facts.index)
        or change_of_period(claim, told.row, told.cells, facts.index)
        or follows_from_expression(claim, expressions(sentence.text), facts.index, told.near)
        or counted_dividends(claim, sentence, facts.index)
        or annual_rate(claim, sentence, told.near, facts.index)
        or distance_to_mark(claim, sentence, facts.index)
        or distance_to_line(claim, sentence, facts.index)
        or converted(claim, sentence, told.near, facts.index)
        or stated_gap(claim, sentence, told.near)
        or gap_of_companies(claim, sentence, told.near)
        or gap_to_named(claim, sentence, told.near, facts.index)
    )


def _bound(sentence: Sentence, claim: Claim, facts: FactBase) -> tuple[bool, KnownFigure] | None:
    """Returns whether a figure keeps the bound that a number is, and which; None without a figure."""
    if not (claim.threshold and claim.metrics and claim.companies):
        return None
    if claim.is_tight and claim.mention is not None and claim.mention.name in _ESTIMATES:
        # "$0.88 a share, short of the $0.95 consensus": the consensus itself, and no bound of it.
        return None
    bound = facts.matcher.threshold(claim)
    if bound is None or bound[0]:
        return bound
    # "less than 3% of a backlog of $179 billion" is a share, and no bound of a growth.
    # "The upper band at 7,443 is a little over 1% up": a distance from there, and no change of the day.
    is_of_other_time = bound[1].metric in CHANGES and (
        is_level_before(claim, sentence)
        or names_span(claim, sentence)
        or _FROM_LEVEL.match(sentence.text, claim.numeral.end) is not None
        # "Netflix a perdu plus de 21 % depuis son plus haut"
        or (claim.metrics == _MOVE and bool(claim.nearby))
    )
    is_other = is_share(claim, sentence) or is_distance_from_level(claim, bound[1]) or is_of_other_time
    return None if is_other else bound


def reads_more(sentence: Sentence, claim: Claim, facts: FactBase) -> bool:
    """Returns whether more prose was read: the number or its metric may be in it."""
    has_read = facts.read_prose(claim.numeral)
    is_unknown = not any(next(facts.index.of(company, claim.metrics), None) for company in claim.companies)
    days = [one for one in sentence.periods if one.period is not None and one.period.is_day]
    # The closes of two days, between which something has changed, may be in the prose.
    is_moved = (days and claim.direction) or names_span(claim, sentence) or sentence.cues_of("mean")
    # "At the end of July, half a bitcoin was worth around $56,500."
    is_moved = is_moved or (claim.numeral.unit is Unit.MONEY and names_time(sentence))
    if len(days) > 1 or is_moved or (is_unknown and (claim.direction or claim.threshold)):
        has_read = facts.read_all_prose() or has_read
    return has_read
