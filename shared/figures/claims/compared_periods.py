"""Periods of pairs of numbers: ``5.83 against 5.50 in 2024; capital spending was 2.05 against 1.93``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.pair_binding import are_compared
from shared.figures.claims.periods_behind import PERIOD_BEHIND
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.shared_scales import is_bracketed_start
from shared.figures.reading.units import Unit

_AFTER: Final = re.compile(
    r"\s(?:after|nach|après|tras|dopo|após|versus|vs\.?|against|from|gegenüber|contre)\s[$€£¥]?",
    re.IGNORECASE,
)

_START: Final = re.compile(
    r"[(（]\s?(?:(?:(?:up|down)\s)?from|after|von|nach|zuvor|vorher|de|desde|tras|après|avant|da|dai|dagli|dopo|após"
    r"|前|同|从|從|去年|上年|전년)",
    re.IGNORECASE,
)
"""Between a number and the one that it has changed from."""
_EXPECTED: Final = frozenset({"consensus", "eps_estimate", "revenue_estimate"})
_OPENED: Final = re.compile(r"\s?[(（]\s?")
_TWO_PAIRS: Final = 4
_CLOSED: Final = re.compile(r"\s?[)）]")


_BEFORE_IN_BRACKETS: Final = re.compile(
    r"\s(?:before|previously|earlier|zuvor|vorher|davor|auparavant|avant|antes|prima)[)]", re.IGNORECASE
)
"""Behind a value of the period before: ``a margin of 39.4% (40.6% before)``."""


def bind_compared_periods(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Gives the numbers of a pair the periods and the company of the pair before, if they name none.

    Args:
        sentence: The sentence.
        claims: Its numbers with their periods; set.
    """
    if sentence.periods:
        _bind_year_before(sentence, claims)
    if len(sentence.periods) < 2:
        if sentence.periods and sentence.periods[0].start >= claims[-1].numeral.end:
            _bind_to_last_period(sentence, claims)
        return
    _bind_same_years(sentence, claims)
    model: tuple[Claim, Claim] | None = None
    for one, other in pairwise(claims):
        if not are_compared(sentence, one, other):
            continue
        if model is None:
            is_model = one.period and other.period and one.period != other.period
            model = (one, other) if is_model else None
            continue
        named = [each for each in sentence.periods if each.start >= model[1].numeral.end]
        if all(each.period == model[1].period and each.end <= one.numeral.start for each in named):
            one.period, other.period = model[0].period, model[1].period
            other.companies, other.inferred_from = one.companies, one.inferred_from


def _bind_year_before(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``In 2025 revenue was €133.45 billion versus €142.38 billion``: the second one is of 2024.

    "In Q3 2026 it earned $23.8 billion against $17.4 billion": of the same quarter of 2025.
    """
    for one, other in pairwise(claims):
        year = one.period
        if year is None or year.year is None or other.period not in (None, year):
            continue
        if not year.is_year and (
            not year.quarter or other.is_prior or not _EXPECTED.isdisjoint(other.metrics)
        ):
            continue
        is_named = one.is_settled or _is_named_before(sentence, one)
        if not (is_named and one.metrics and one.metrics[0] in (*other.metrics, *other.others)):
            continue
        if _is_of_year_alone(sentence, one, other) and are_compared(sentence, one, other):
            is_of_one = other.companies == one.companies
            if not is_of_one and not set(one.companies) <= set(other.companies):
                continue
            # Of another company it may be the same year's.
            other.period = replace(year, year=year.year - 1) if is_of_one else None
            other.topic_period, other.is_period_inferred = None, False


def _is_named_before(sentence: Sentence, claim: Claim) -> bool:
    """``net income all but vanished, at €72 million``: whether no number stands behind the name."""
    if claim.mention is None or claim.mention.end > claim.numeral.start:
        return False
    start, end = claim.mention.end, claim.numeral.start
    return not any(start <= one.numeral.start < end for one in sentence.numbers)


def _is_of_year_alone(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """Returns whether the year of a number is named before it or right behind it, and none of the other."""
    start, end = one.numeral.end, other.numeral.end
    between = [each for each in sentence.periods if start <= each.start < end]
    behind = [each for each in sentence.periods if each.start >= end]
    is_of_both = bool(behind) and PERIOD_BEHIND.fullmatch(sentence.text, end, behind[0].start) is not None
    return not is_of_both and all(each.period == one.period for each in between)


def bind_bracketed_starts(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``In 2025 revenue grew to 16.91 billion (from 15.82)``: the same of an earlier period.

    Args:
        sentence: The sentence.
        claims: Its numbers with their periods; set.
    """
    for one, other in pairwise(claims):
        text, start, end = sentence.text, one.numeral.end, other.numeral.start
        if _BEFORE_IN_BRACKETS.match(text, other.numeral.end):
            other.is_prior, other.topic_period = True, None
        if not is_bracketed_start(text, start, end) or not _CLOSED.match(text, other.numeral.end):
            continue
        if other.companies != one.companies and not other.inferred_from:
            # "Micron earns 23.6% (against 19.8%)", 「ROEは24.9%（同5.4%）」: of another company.
            continue
        is_base = one.numeral.unit is Unit.PERCENT is not other.numeral.unit
        if is_base and other.metrics:
            # "earnings rose 9.8% (from $4.09)": what has grown.
            other.direction = 0
        elif _START.search(text, start, end):
            other.mention, other.metrics, other.others = one.mention, one.metrics, one.others
            other.companies, other.inferred_from = one.companies, one.inferred_from
            other.is_tight, other.is_settled, other.nearby = one.is_tight, one.is_settled, one.nearby
            other.is_negative, other.direction = one.is_negative, 0
        else:
            other.add_others(*one.metrics)
        year = one.period or one.topic_period
        if year is not None and not year.is_day and other.period in (None, year):
            # "Q3 earnings rose (from $4.09)" names no year: the start is of a third quarter, too.
            other.period, other.topic_period = None, None
            other.not_period = year if year.year is not None else None


def _bind_to_last_period(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``sales of $26 after $25, income of $6.3 after $6.0 for 2025``: the year is of the first of each."""
    compared = [
        (one, other)
        for one, other in pairwise(claims)
        if _AFTER.fullmatch(sentence.text, one.numeral.end, other.numeral.start)
    ]
    if len(compared) < 2 or claims[-1].period is None or claims[-1] is not compared[-1][1]:
        return
    period = claims[-1].period
    for one, other in compared:
        one.period, other.period, other.not_period = period, None, period


def _bind_same_years(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``A earns $5.3 in 2026 and $5.9 in 2027, B $4.5 and $5.1``: of the years of the first company."""
    alike = [one for one in claims if one.numeral.unit is claims[0].numeral.unit]
    if len(alike) != _TWO_PAIRS:
        return
    first, second, third, fourth = alike
    is_told = first.period is not None and second.period is not None and first.period != second.period
    are_of_two = first.companies == second.companies != fourth.companies
    if not is_told or not are_of_two or sentence.periods[-1].end > third.numeral.start:
        return
    third.period, fourth.period = first.period, second.period
    for before, claim in pairwise(claims):
        if before in (third, fourth) and _OPENED.fullmatch(
            sentence.text, before.numeral.end, claim.numeral.start
        ):
            claim.period = before.period
