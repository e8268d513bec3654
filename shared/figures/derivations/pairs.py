"""The pairs of values that a sentence speaks of, from which a number may follow."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.share_binding import is_share
from shared.figures.derivations.company_pairs import of_companies
from shared.figures.derivations.mention_pairs import (
    THAN_MARKET,
    is_distance,
    near_mentions,
    of_daily_range,
    of_its_own,
    of_mentions,
    of_next_number,
    of_text_and_mentions,
)
from shared.figures.derivations.moved_by import of_move_to
from shared.figures.derivations.operands import Operand, Stated, comparable, of_metrics
from shared.figures.derivations.period_pairs import (
    is_than_period,
    of_dated_close,
    of_days,
    of_earlier_value,
    of_expected_growth,
    of_periods,
    of_quarter_before,
)
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MAX_OF_PROSE: Final = 6
_SHOWN: Final = 0.06
"""How far a number may be from its figure, of which it shows some digits, over that figure."""
_PRICES: Final = frozenset({"price", "first_close", "last_close"})
_PART_OF_YEAR: Final = re.compile(
    r"\s(?:per|a|each|every|im|pro|je|par|por|al|ao|a cada)\s(?:(?P<month>month|Monat|mois|mes|mese|mês)"
    r"|quarter|Quartal|trimestre)\b",
    re.IGNORECASE,
)
_AGAINST: Final = re.compile(
    r"\b(?:against|versus|vs\.?|compared (?:with|to)|after|gegenüber|nach|verglichen mit|contre|après"
    r"|frente a|tras|contro|dopo|rispetto|contra|ante|após)\b|に対し",
    re.IGNORECASE,
)
"""Before the value of an earlier period that one is compared with."""
_PART_BEFORE: Final = re.compile(
    r"(?:per|each|every|pro|jeden|jedes|par|chaque|por|cada|al|ogni)\s"
    r"(?:(?P<month>month|Monat|mois|mes|mese|mês)|quarter|Quartal|trimestre)\b",
    re.IGNORECASE,
)


def pairs(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields pairs of values, and whether their order is stated.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
    # "39.7% below its 52-week high" follows from what is named and from nothing else.
    is_bound = THAN_MARKET.match(sentence.text, claim.numeral.end) is not None or (
        is_distance(sentence, claim.numeral)
        and any(mention.start >= claim.numeral.end for mention in near_mentions(claim, sentence))
        and not is_than_period(claim, sentence)
    )
    if not is_bound:
        yield from _of_text(claim, sentence, stated)
        yield from _of_prose(stated, index)
        yield from of_earlier_value(claim, sentence, stated, index)
        yield from of_expected_growth(sentence, stated, index)
        yield from of_quarter_before(claim, sentence, stated, index)
        yield from of_move_to(claim, sentence, stated, index)
    parts = part_of_year(claim, sentence)
    if parts is not None:
        yield from _of_year(claim, stated, index, 12.0 if parts["month"] else 4.0)
    for company in claim.companies:
        yield from of_text_and_mentions(claim, sentence, stated, index, company)
        yield from of_next_number(claim, sentence, index, company)
        yield from of_its_own(claim, sentence, index, company)
        yield from of_mentions(claim, sentence, index, company)
        yield from of_daily_range(claim, sentence, index, company)
        if not is_bound:
            if not is_share(claim, sentence) or sentence.cues_of("prior", "prior_quarter"):
                yield from of_periods(claim, sentence, index, company)
            yield from of_days(sentence, index, company)
            yield from of_dated_close(claim, sentence, index, company)
    if len(companies) > 1:
        yield from of_companies(claim, sentence, stated, index, companies)


def part_of_year(claim: Claim, sentence: Sentence) -> re.Match[str] | None:
    """Returns the words for a part of a year that an amount is for: behind it, or at the beginning."""
    behind = _PART_OF_YEAR.match(sentence.text, claim.numeral.end)
    return behind or _PART_BEFORE.match(sentence.text.lstrip(" *_-"))


def _of_text(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Numbers that the text states: ``from 248 to 250.5``, ``$416bn against $391bn``."""
    level = claim.numeral.unit in (Unit.PERCENT, Unit.MULTIPLE, Unit.POINTS)
    # They come in the order in which they were judged.
    last = sorted(stated[-6:], key=lambda one: one.claim.numeral.start if one.sentence is sentence else -1)
    for one, other in combinations(last, 2):
        if (
            one.claim is claim
            or other.claim is claim
            or not comparable(one.claim.numeral, other.claim.numeral)
        ):
            continue
        if not level and one.claim.numeral.unit is Unit.PERCENT and claim.numeral.unit is Unit.MONEY:
            continue
        first, second = Operand(one.value, one.figure), Operand(other.value, other.figure)
        # Of amounts of the facts, the first one is compared with the second one.
        # "The low is $518.40. At $630.15 it has gained $111.75": of two sentences, either may come first.
        is_of_two = (one.sentence is sentence) != (other.sentence is sentence)
        is_told = not (level or is_of_two or _is_computed(one) or _is_computed(other))
        is_first = _earlier(one, other) or is_before(one.figure, other.figure)
        # "est de 1,25 € contre 1,08 € un an plus tôt": "de" may mean "of".
        falls = other.claim.is_prior or _is_base(one, other)
        rises = one.claim.is_prior or (not falls and (one.is_start or is_first))
        yield ((second, first, True) if rises else (first, second, is_told or falls or _earlier(other, one)))


def _of_prose(stated: Sequence[Stated], index: FactIndex) -> Iterator[tuple[Operand, Operand, bool]]:
    """Returns two numbers of one sentence of the facts: ``94 million users, up from 70 million``."""
    for one in stated[-2:]:
        figure = one.figure
        if figure is None or not figure.words or one.claim.numeral.unit not in (Unit.MONEY, Unit.NONE):
            continue
        others = [
            other
            for other in index.with_words(figure.words)
            if other.fact_id == figure.fact_id and other.value != figure.value and not _differ(other, figure)
        ]
        yield from (
            (Operand(one.value, figure), Operand(other.value, other), False)
            for other in others[:_MAX_OF_PROSE]
        )


def _differ(one: KnownFigure, other: KnownFigure) -> bool:
    """Returns whether two figures of prose are known to be of different kinds."""
    return one.kind is not None and other.kind is not None and one.kind is not other.kind


def _of_year(
    claim: Claim, stated: Sequence[Stated], index: FactIndex, parts: float
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``$1.04 a year, or $0.26 a quarter``: a part of what is paid or earned in a year."""
    share = Operand(parts, None)
    yield from (
        (Operand(one.value, one.figure), share, True) for one in stated[-2:] if one.claim is not claim
    )
    for company in claim.companies:
        wholes = of_metrics(index, company, (*claim.metrics, *claim.others))
        yield from ((whole, share, True) for whole in wholes)


def _is_computed(one: Stated) -> bool:
    """Returns whether a number is no figure of the facts, but follows from them."""
    figure = one.figure
    return figure is None or abs(abs(figure.value) - abs(one.value)) > _SHOWN * abs(figure.value)


def is_before(first: KnownFigure | None, second: KnownFigure | None) -> bool:
    """Returns whether two figures are one thing on two days, the first one before the second."""
    if first is None or second is None or not {first.metric, second.metric} <= _PRICES:
        return False
    start, end = first.period, second.period
    return bool(start and end and start.end and end.end and start.end < end.end)


def _is_base(one: Stated, other: Stated) -> bool:
    """``$204.6 billion against $180.2 billion``: the second one is the same of an earlier period."""
    first, second = one.figure, other.figure
    start, end = one.claim.numeral.end, other.claim.numeral.start
    if one.sentence is not other.sentence or first is None or second is None or start >= end:
        return False
    is_same = (first.symbol, first.metric) == (second.symbol, second.metric)
    return is_same and _AGAINST.search(one.sentence.text, start, end) is not None


def _earlier(one: Stated, other: Stated) -> bool:
    first, second = one.claim.period, other.claim.period
    return bool(first and second and first.year and second.year and first.year < second.year)
