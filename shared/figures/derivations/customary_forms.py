"""Derivations in customary forms: "six cents ahead", the price over estimates, distances in a table."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.assumed_levels import inverse_rate, level_after_move, way_back
from shared.figures.derivations.counted_amounts import amount
from shared.figures.derivations.implied_values import implied_value
from shared.figures.derivations.level_forms import level_form
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.derivations.over_periods import spread_over_years
from shared.figures.derivations.period_pairs import ENDS_OF_RANGE
from shared.figures.derivations.shares import share
from shared.figures.derivations.weighted_means import weighted_mean
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_EARNINGS: Final = frozenset({"eps", "eps_estimate"})
_LEVELS: Final = frozenset(
    name
    for name, metric in METRICS.items()
    if metric.kind is Kind.PRICE
    and name.startswith(("sma", "ema", "week_52", "target", "boll", "highest", "lowest"))
)
"""What the price is compared with."""
_RANGES: Final = {
    "week_52_range": ("week_52_low", "week_52_high"),
    "day_range": ("day_low", "day_high"),
}
_AHEAD: Final = (
    "ahead", "better", "above", "mehr als erwartet", "besser", "über", "de mieux", "mejor", "por encima",
)  # fmt: skip
_SHORT_OF: Final = (
    "short", "light", "shy", "worse", "below", "weniger als erwartet", "schlechter", "unter", "de moins",
)  # fmt: skip
_THAN_MARKET: Final = RarePattern(
    r"\b(?:than the (?:overall |broad |whole )?market|als der (?:Gesamt)?markt|que le marché|que el mercado"
    r"|(?:do )?que o mercado|rispetto al mercato|del mercato)\b",
    re.IGNORECASE,
)
"""Behind how much more or less a share moves: ``moves about a fifth less than the market``."""
_PE: Final = frozenset({"trailing_pe", "forward_pe", "valuation_multiple"})
_NO_METRIC: Final = METRICS["revenue"]


def in_customary_form(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure from which a number follows in a form that needs no words for it; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    return (
        share(claim, sentence, stated, index)
        or level_after_move(claim, sentence, index)
        or weighted_mean(claim, sentence, index)
        or way_back(claim, sentence, index)
        or inverse_rate(claim, index)
        or spread_over_years(claim, sentence, stated)
        or _middle_of_range(claim, sentence, index)
        or implied_value(claim, sentence, stated, index)
        or amount(claim, sentence, stated, index)
        or _of_beta(claim, sentence, index)
        or level_form(claim, sentence, stated, index)
        or _of_surprise(claim, sentence, stated, index)
        or _surprise(claim, sentence, stated, index)
        or _multiple_of_estimates(claim, sentence, stated, index)
        or _distance_of_title(claim, sentence, index)
        or _carried_distance(claim, stated, index)
        or _distance_to_last(claim, sentence, stated, index)
    )


def is_level(mention: MetricMention) -> bool:
    """Returns whether a name is that of a level that the price is compared with."""
    return not _LEVELS.isdisjoint(mention.metrics)


def _middle_of_range(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``The midpoint of the 52-week range is $180.45``."""
    named = {mention.name for mention in sentence.metrics}
    # "la moyenne mobile" is the name of a level.
    names = [(one.start, one.end) for one in sentence.metrics]
    means = [
        cue
        for cue in sentence.cues_of("mean")
        if not any(start <= cue.start and cue.end <= end for start, end in names)
    ]
    if claim.numeral.unit is Unit.MULTIPLE or not means:
        return None
    for company in claim.companies:
        for name, (low, high) in _RANGES.items() if named & {*_RANGES, "price_range"} else ():
            ends = [next(index.of(company, (end,)), None) for end in (low, high)]
            first, last = ends
            is_named = name in named or "price_range" in named
            if first and last and is_named and claim.equals((first.value + last.value) / 2, SLACK):
                return first
        told = [figure for figure in index.figures if figure.words and figure.symbol == company]
        for first, last in pairwise(told):
            # "sees earnings of $14.90 to $15.10 a share": in the words of the facts.
            is_range = first.fact_id == last.fact_id and first.words == last.words
            is_range = is_range and first.kind is last.kind
            if is_range and claim.equals((first.value + last.value) / 2, SLACK):
                return first
    return None


def _of_beta(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``a beta of 1.31: it moves 31% more than the market``."""
    is_named = any(one.name == "beta" for one in sentence.metrics) or _THAN_MARKET.search(sentence.text)
    if claim.numeral.unit is not Unit.PERCENT or not is_named:
        return None
    for company in claim.companies:
        for figure in index.of(company, ("beta",)):
            more = (figure.value - 1) * 100
            is_right_way = not claim.direction or (more >= 0) == (claim.direction > 0)
            if is_right_way and _is_near(claim, abs(more)):
                return figure
            if (
                claim.mention is not None
                and claim.mention.name == "beta"
                and _is_near(claim, figure.value * 100)
            ):
                # "moves only about a third as much as the market"
                return figure
    return None


def _of_surprise(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``six cents ahead of estimates``: the earnings per share of a quarter less what was expected."""
    is_told = sentence.cues_of("beat", "miss", "forward") or _side(claim, sentence)
    if claim.numeral.unit is not Unit.MONEY or not is_told:
        return None
    way = _way(claim, sentence)
    for actual in _reported(claim, stated, index):
        for expected in index.of(actual.symbol, ("eps_estimate",)):
            beaten = actual.value - expected.value
            if actual.period == expected.period and beaten * way >= 0 and _is_near(claim, abs(beaten)):
                return actual
    return None


def _surprise(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``earned $4.01, 2.4% less than expected``: by how many percent a quarter was better or worse."""
    way = _way(claim, sentence)
    if claim.numeral.unit is not Unit.PERCENT or not way or claim.numeral.sign * way < 0:
        return None
    if not (sentence.cues_of("beat", "miss", "forward") or claim.nearby):
        return None
    for actual in _reported(claim, stated, index):
        for figure in index.of(actual.symbol, ("surprise_percent",)):
            is_meant = figure.period == actual.period and figure.value * way > 0
            if is_meant and _is_near(claim, abs(figure.value)):
                return figure
    return None


def _way(claim: Claim, sentence: Sentence) -> int:
    """Returns 1 for better than expected, -1 for worse, 0 when no word tells."""
    side = _side(claim, sentence)
    if side:
        return side
    cues = [cue for cue in sentence.cues_of("beat", "miss") if cue.end <= claim.numeral.start]
    if cues and {"beat", "miss"} & set(cues[-1].value.split()):
        return 1 if "beat" in cues[-1].value.split() else -1
    return bool(sentence.cues_of("beat")) - bool(sentence.cues_of("miss")) or claim.direction


def _side(claim: Claim, sentence: Sentence) -> int:
    """``Q1 came in a cent ahead``, ``two cents short``: what the word right behind a number tells; else 0."""
    behind = sentence.text[claim.numeral.end :].lstrip()
    return behind.startswith(_AHEAD) - behind.startswith(_SHORT_OF)


def _reported(claim: Claim, stated: Sequence[Stated], index: FactIndex) -> Iterator[KnownFigure]:
    """Yields the earnings per share of the quarters that are spoken of, or of the last one."""
    periods = (one.figure.period for one in stated if one.figure and one.figure.metric in _EARNINGS)
    # The statements know a quarter by its number, the history of earnings by its end alone.
    named = {period.end for period in periods if period is not None and period.end is not None}
    for company in claim.companies:
        known = [one for one in index.of(company, ("eps",)) if one.period and not one.period.is_snapshot]
        if claim.period is not None:
            yield from (one for one in known if agrees(claim.period, one.period))
            continue
        last = max((one.period.end for one in known if one.period and one.period.end), default=None)
        yield from (
            one
            for one in known
            if one.period and (one.period.end in named if named else one.period.end == last)
        )


def _distance_of_title(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``vs. 50-day`` over a column of percentages: how far the price is from that level."""
    mention = claim.mention
    if claim.numeral.unit is not Unit.PERCENT or not claim.is_settled or mention is None:
        return None
    if mention in sentence.metrics or METRICS.get(mention.metrics[0], _NO_METRIC).kind is not Kind.PRICE:
        return None
    return _distance(claim, index, mention.metrics)


def _carried_distance(claim: Claim, stated: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``43.8% above its price. Sony comes second with 24.7%``: the distance of another company before."""
    if claim.numeral.unit is not Unit.PERCENT or claim.is_tight:
        return None
    for one in reversed(stated):
        figure = one.figure
        is_distance = one.claim.numeral.unit is Unit.PERCENT and figure is not None
        if is_distance and figure is not None and figure.kind is Kind.PRICE:
            if figure.symbol in claim.companies:
                return None
            levels = [metric for mention in one.sentence.metrics for metric in mention.metrics]
            levels = [metric for metric in (*levels, figure.metric) if metric in _LEVELS]
            if levels:
                return _distance(claim, index, levels)
    return None


def _distance_to_last(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``| 20-day | $40.12 | price 3.1% above |``: how far the price is from the level stated last."""
    figure = stated[-1].figure if stated else None
    if claim.numeral.unit is not Unit.PERCENT or not claim.direction:
        return None
    if claim.mention is None and sentence.bounds and sentence.cues_of("mean"):
        # "How far is it from its 200-day average?" – "It is 6.5% below its average."
        named = [metric for metric in claim.others if metric in _LEVELS]
        return _distance(claim, index, named[:1]) if named else None
    if figure is None:
        return None
    is_alone = len(sentence.numbers) == 1 and all(one.name == "price" for one in sentence.metrics)
    if not is_alone or not sentence.bounds or figure.metric not in _LEVELS:
        return None
    return _distance(claim, index, (figure.metric,)) if figure.symbol in claim.companies else None


def _distance(claim: Claim, index: FactIndex, metrics: Sequence[str]) -> KnownFigure | None:
    for company in claim.companies:
        price = next((one for one in index.of(company, ("price",)) if not one.words), None)
        for level in of_metrics(index, company, tuple(dict.fromkeys(metrics))) if price is not None else ():
            if price is None or not level.value or not price.value:
                continue
            is_target = level.figure is not None and level.figure.metric.startswith("target")
            one, other = (level.value, price.value) if is_target else (price.value, level.value)
            way = (one / other - 1) * 100
            if (not claim.direction or way * claim.direction >= 0) and _is_near(claim, abs(way)):
                return level.figure
    return None


def _multiple_of_estimates(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``13.8 times next year's earnings``: the price over what is expected of a year."""
    told = [one for one in stated if one.figure is not None and one.figure.metric == "eps_estimate"]
    is_multiple = claim.numeral.unit is Unit.MULTIPLE or "forward_pe" in (*claim.metrics, *claim.others)
    is_of_told = bool(told) and claim.numeral.unit in (Unit.MULTIPLE, Unit.NONE)
    is_multiple = is_multiple or any(one.sentence is sentence and is_of_told for one in told)
    if not is_multiple and not (is_of_told and (_is_pe(claim) or sentence.cues_of("latter", "former"))):
        return None
    is_forward = bool(sentence.cues_of("forward", "next"))
    if not (told or is_forward or claim.period is not None):
        return None
    known = [one.figure for one in told]
    for company in claim.companies:
        price = next((one for one in index.of(company, ("price",)) if not one.words), None)
        for figure in index.of(company, ("eps_estimate",)):
            is_end = figure.label in ENDS_OF_RANGE and figure not in known
            if price is None or figure.words or not figure.value or is_end:
                continue
            is_of_period = claim.period is not None and agrees(claim.period, figure.period)
            if not (is_of_period or (claim.period is None and is_forward) or figure in known):
                continue
            value = price.value / figure.value
            if _is_near(claim, value):
                return figure
    return None


def _is_pe(claim: Claim) -> bool:
    """``It should earn €1.60 this year and €2.08 next year. The P/E falls to 22.8 and 17.5``."""
    return claim.mention is not None and claim.mention.name in _PE


def _is_near(claim: Claim, value: float) -> bool:
    return any(abs(value - one.value) <= one.tolerance * SLACK for one in claim.numeral.readings)
