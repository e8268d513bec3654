"""The pairs of values whose metrics a sentence names: the price and its average, cash and debt."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import SPAN, end_with_bracket, gives_reason
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.operands import Operand, Stated, of_metrics, values_of
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_CLOSE: Final = 60
_LARGE: Final = 1e6
_JOINED: Final = 8
"""Characters between the numbers of a list."""
_BESIDE: Final = 3
_PAST_PRICES: Final = frozenset({"previous_close", "first_close", "open"})
"""Prices that others are compared with, and never the other way round."""
_AIM: Final = re.compile(r"\b(?:to|bis|auf|hasta|jusqu|até|fino|pour|para|per)\b|まで|至|까지", re.IGNORECASE)
"""Between a change and a level that has not been reached: "fall by 12.2% to touch its 200-day line"."""
THAN_MARKET: Final = re.compile(
    r"[\s*_]*(?:above|below|over|under|higher than|lower than)[\s*_]*(?:the|its)\s(?:current\s)?"
    r"(?:market|price|stock|shares?)\b",
    re.IGNORECASE,
)
"""Behind how far a level that was named is from the price: "the target is 5% below the market"."""
_ITS_OWN: Final = re.compile(
    r"\b(?:its own|their own|(?:seine[mnr]?|ihre[mnr]?) eigenen|le sien|la sienne|la suya|el suyo)\b",
    re.IGNORECASE,
)
_BRACKET: Final = re.compile(r"[\s*_]*[(（]\s?")
_BRACKET_BEFORE: Final = re.compile(r"\d[^\d(（,;]{0,12}[(（]\s?$")
_BASES: Final = {
    "price_to_sales": "revenue",
    "trailing_pe": "net_income",
    "price_to_book": "total_equity",
    "price_to_fcf": "free_cash_flow",
    "price_to_operating_cash_flow": "operating_cash_flow",
    "ev_to_ebitda": "ebitda",
    "ev_to_revenue": "revenue",
    "ev_to_fcf": "free_cash_flow",
}
"""What an amount is a multiple of: "the backlog is 6.5 times its revenue"."""
_SEMICOLON: Final = re.compile("[;；]")


_BESIDE_SIGN: Final = 3
"""Characters between a number and the sign of a multiplication."""


def of_text_and_mentions(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``a target of $270, 7.8% more than the price``: a number of the text and a metric named behind."""
    behind = _names_behind(claim, sentence) or _names_of_multiple_before(claim, sentence, stated)
    is_far = is_distance(sentence, claim.numeral)
    levels = _levels_before(claim, sentence, stated, company, is_far=is_far)
    is_change = claim.numeral.unit is Unit.PERCENT and claim.direction
    if sentence.cues_of("conditional") or (is_change and not (behind and is_far)):
        # "If it reached $270, you would make $19.50", "bought at $205.35, up 22%": compared with the price.
        is_above = bool(is_change and is_far)
        for level, price, is_ordered in _with_price(
            claim, sentence, levels, of_metrics(index, company, ("price",))
        ):
            figure = level.figure
            is_of_price = is_above and figure is not None and not figure.metric.startswith("target")
            # "It paid $39.85 a share; the stock trades 3.8% above that."
            yield (price, level, True) if is_of_price else (level, price, is_ordered or is_above)
    for one, mention in product(levels, behind):
        base = _BASES.get(mention.name) if claim.numeral.unit is Unit.MULTIPLE else None
        for value in of_metrics(index, company, (base,)) if base else values_of(index, company, mention):
            if value.figure is None or value.figure == one.figure:
                continue
            if one.figure is not None and not same_period(one.figure, value.figure):
                continue
            if value.figure.kind is _kind(one):
                yield Operand(one.value, one.figure), value, True


def _names_of_multiple_before(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated]
) -> list[MetricMention]:
    """``7.5 times free cash flow. Hilton: $12.45 billion less $1.04 billion, or 5.6 times``: of the same."""
    if claim.numeral.unit is not Unit.MULTIPLE or any(
        one.start >= claim.numeral.end for one in sentence.metrics
    ):
        return []
    before = [
        one for one in stated if one.sentence is not sentence and one.claim.numeral.unit is Unit.MULTIPLE
    ]
    return _names_behind(before[-1].claim, before[-1].sentence) if before else []


def _kind(one: Stated) -> Kind | None:
    """Returns the kind of a value that the text states."""
    if one.figure is not None and _is_told_price(one.figure):
        return Kind.PRICE
    kind = one.figure.kind if one.figure else None
    is_amount = one.value >= _LARGE and one.claim.numeral.unit is Unit.MONEY
    # "Cash and investments of $328.79 billion, or 57% of total assets": a sum that was computed; "that's
    # DKK 51.7 billion": by the dividend of a share.
    is_computed = (kind is None and one.value >= _LARGE) or (is_amount and kind is Kind.PRICE)
    return Kind.MONEY if is_computed else kind


def _levels_before(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], company: str, *, is_far: bool
) -> Sequence[Stated]:
    """Returns the numbers of the text that a named metric may be compared with.

    Args:
        claim: The number that tells how the two compare.
        sentence: Its sentence.
        stated: The supported numbers before it.
        company: Its company.
        is_far: Whether it tells how far one is from the other.
    """
    levels = [
        one for one in stated if one.claim is not claim and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
    ]
    levels = _of_company(levels, company)
    if not is_far:
        # "Net debt is $20.55 billion, 24.60 less 4.05. That is 3.4 times operating profit."
        return [*levels[:-2][:1], *levels[-2:]] if claim.numeral.unit is Unit.MULTIPLE else levels[-2:]
    # "The mean target is $208.40, from 25 analysts. That's 1.8% above the price of $204.73."
    levels = [one for one in levels if one.figure is None or one.figure.kind is not Kind.COUNT][-2:]
    # "That is 19.4% above the price of $214.60": of what the sentence before states.
    before = [one for one in levels if one.claim.numeral.end <= claim.numeral.start]
    own = [one for one in before if one.sentence is sentence]
    return own or [one for one in levels if one.sentence is not sentence] or levels


def _of_company(levels: list[Stated], company: str) -> list[Stated]:
    """Returns the amounts of the text, of many those of one company.

    "A generated $9bn, B $8bn and C $3bn. Relative to market value, that's 4.2%, 3.8% and 5.4%."
    """
    if len(levels) <= 2:
        return levels
    # "$51.7bn (11.65 × 4.44 billion shares), $4.8bn more than its cash flow"
    levels = [one for one in levels if not _is_factor(one)] or levels
    own = [one for one in levels if one.figure is not None and one.figure.symbol == company]
    return own or levels


def _is_factor(one: Stated) -> bool:
    """Returns whether a number is multiplied with another one."""
    text, numeral = one.sentence.text, one.claim.numeral
    return "×" in text[max(0, numeral.start - _BESIDE_SIGN) : numeral.end + _BESIDE_SIGN]


def _names_behind(claim: Claim, sentence: Sentence) -> list[MetricMention]:
    """Returns the metrics behind a number, and those before it where it is a share."""
    is_share = bool(sentence.cues_of("share_of", "ratio"))
    behind = [
        mention
        for mention in near_mentions(claim, sentence)
        if is_share or mention.start >= claim.numeral.end
    ]
    own = claim.mention
    if claim.numeral.unit is Unit.MULTIPLE and own is not None and own.name in _BASES:
        # "Its debt of $14.05 billion is 0.8 times its revenue": the unit is part of the name.
        return list(dict.fromkeys((own, *behind)))
    return behind


def _with_price(
    claim: Claim, sentence: Sentence, levels: Sequence[Stated], prices: Sequence[Operand]
) -> Iterator[tuple[Operand, Operand, bool]]:
    for one, price in product(levels, prices):
        # Prose tells no kind: "an average price of $39.85", "sees the metal at $6.40".
        if one.figure is None or (one.figure.kind is not Kind.PRICE and not _is_told_price(one.figure)):
            continue
        known = price.figure
        is_past = known is not None and known.period is not None and not known.period.is_snapshot
        if is_past and one.figure.metric.startswith("target"):
            # What analysts expect is compared with the price of now.
            continue
        level = Operand(one.value, one.figure)
        if _is_earlier_price(one.figure, price.figure):
            yield price, level, True
        else:
            yield level, price, _is_in_bracket_behind(claim, sentence, one)


def _is_told_price(figure: KnownFigure) -> bool:
    return figure.kind is None and (figure.metric == "price" or figure.metric.startswith("target"))


def _is_earlier_price(one: KnownFigure, other: KnownFigure | None) -> bool:
    """``compared with the end of June (€354.56) it's down 0.9%``: the later of two prices has changed."""
    start, end = one.period, other.period if other is not None else None
    is_price = one.metric == "price" and start is not None and end is not None
    return is_price and bool(start and end and start.end and end.end and start.end < end.end)


def _is_in_bracket_behind(claim: Claim, sentence: Sentence, level: Stated) -> bool:
    """``the highest target is $529.23 (+42.7%)``: the level is compared with the price."""
    return level.sentence is sentence and bool(
        _BRACKET.fullmatch(sentence.text, level.claim.numeral.end, claim.numeral.start)
    )


def of_next_number(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``3.4% below its $184.48``: the price and a level that the facts have."""
    numeral = claim.numeral
    following = next((one.numeral for one in sentence.numbers if one.numeral.start >= numeral.end), None)
    if following is None or following.unit not in (Unit.MONEY, Unit.NONE):
        return
    gap = sentence.text[numeral.end : following.start]
    if len(gap) > _CLOSE or not any(
        numeral.end <= cue.start < following.start
        for cue in sentence.cues_of("above", "below", "object", "between")
    ):
        return
    for reading, price in product(following.readings, of_metrics(index, company, ("price",))):
        for figure in index.near(reading.value, reading.tolerance):
            if figure.symbol == company and figure.kind is Kind.PRICE:
                yield price, Operand(figure.value, figure), True


def of_its_own(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``…; Salesforce is 8.2% below its own``: the price, and a level that was spoken of before."""
    if not is_distance(sentence, claim.numeral) or not _ITS_OWN.search(sentence.text, claim.numeral.end):
        return
    levels = [metric for metric in claim.others if metric != "price" and metric in METRICS]
    for price, level in product(
        of_metrics(index, company, ("price",)),
        of_metrics(index, company, [metric for metric in levels if METRICS[metric].kind is Kind.PRICE]),
    ):
        yield price, level, True


def of_mentions(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Metrics that the sentence names."""
    near = near_mentions(claim, sentence)
    if sentence.cues_of("difference"):
        yield from _of_ends(index, company, near)
    for one, other in combinations(near, 2):
        for first, second in product(values_of(index, company, one), values_of(index, company, other)):
            are_of_one = first.figure and second.figure and same_period(first.figure, second.figure)
            if are_of_one and _is_of_its_period(claim, first) and _is_of_its_period(claim, second):
                # Of two names before a number, either may be what is spoken of.
                yield first, second, other.start >= claim.numeral.end
    yield from _of_price(claim, sentence, index, company, near)


def _is_of_its_period(claim: Claim, operand: Operand) -> bool:
    """``beat the estimate by 4.9% in the September quarter``: of no other quarter than that one."""
    period = operand.figure.period if operand.figure is not None else None
    if claim.period is None or period is None or period.is_snapshot or period.is_day:
        return True
    return agrees(claim.period, period)


def of_daily_range(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``a decline of 4.4%, one and a half times the average daily range``: the change of the day over it."""
    behind = next((one for one in sentence.metrics if one.start >= claim.numeral.start), None)
    if claim.numeral.unit is Unit.MULTIPLE and behind is not None and "atr_14" in behind.metrics:
        moves = of_metrics(index, company, ("change",))
        yield from product(moves, of_metrics(index, company, ("atr_14",)), (True,))


def _prices(sentence: Sentence, index: FactIndex, company: str) -> list[Operand]:
    """Returns the price, and those of other days where the sentence names a time."""
    prices = of_metrics(index, company, ("price",))
    if sentence.periods or sentence.durations or sentence.cues_of("past", "prior", "past_year"):
        return prices
    latest = [
        one
        for one in prices
        if one.figure is not None and (one.figure.period is None or one.figure.period.is_snapshot)
    ]
    return latest or prices


def _of_ends(
    index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields the ends of the range with one name: "the bands are $20.40 apart"."""
    for mention in near:
        ends = values_of(index, company, mention) if len(mention.metrics) > 1 else []
        yield from ((first, second, False) for first, second in combinations(ends, 2))


def _of_price(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields the price and the one that the sentence names beside it."""
    numeral, text = claim.numeral, sentence.text
    if not claim.direction and claim.mention is not None and sentence.cues_of("difference"):
        # "From the low ($578.76) it is 11.3% away": of other levels, it is no distance.
        near = [claim.mention]
    priced = [mention for mention in near if _is_price(mention) and mention.name != "price"]
    if any(mention.name == "price" for mention in near) and len(near) > 1:
        return
    prices = _prices(sentence, index, company)
    if claim.direction and any(mention.name == "price" for mention in near):
        # "2.50 dollars more than the last close": the close before is meant.
        for price, close in product(prices, of_metrics(index, company, ("previous_close",))):
            yield price, close, True
    for mention in priced:
        behind = mention.start >= numeral.end
        is_upside = mention.name.startswith("target") and _BRACKET_BEFORE.search(text, 0, numeral.start)
        for price, value in product(prices, values_of(index, company, mention)):
            if not is_upside and (behind or not THAN_MARKET.match(text, numeral.end)):
                yield price, value, True
            is_aim = behind and _AIM.search(text, numeral.end, mention.start)
            if (is_aim or not behind) and mention.name not in _PAST_PRICES:
                yield value, price, True


def near_mentions(claim: Claim, sentence: Sentence) -> list[MetricMention]:
    """Returns the metrics of the clause around a number, at most two before it and two behind it."""
    numeral, text = claim.numeral, sentence.text
    before = [mention for mention in sentence.metrics if mention.end <= numeral.start]
    if numeral.unit is Unit.MULTIPLE or whole_of(sentence, numeral.end) is not None:
        # "The market value is 10.3 times revenue, 52.9 times net income and 58.8 times free cash flow."
        before = [*before[:1], *before[1:][-2:]]
    else:
        before = before[-2:]
    behind = [
        m
        for m in sentence.metrics
        if m.start >= numeral.end and not _SEMICOLON.search(text, numeral.end, m.start)
    ][:2]
    numbers = [number.numeral for number in sentence.numbers]
    end = end_with_bracket(text, numeral.end)
    # "24% below the level of 2023, as depreciation squeezes margins"
    behind = [
        m
        for m in behind
        if not any(end <= one.start < m.start for one in numbers) and not gives_reason(text[end : m.start])
    ]
    if behind and is_distance(sentence, numeral):
        # "…, and 12.4% below the 50-day line": of what has a number of its own, it is no distance.
        before = [m for m in before if not any(m.end <= one.start < numeral.start for one in numbers)]
        behind = behind[:1]
    return before + behind


def is_distance(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is followed by a word of comparison, and is none of a list of such numbers."""
    is_listed = any(0 <= numeral.start - one.numeral.end <= _JOINED for one in sentence.numbers)
    end = end_with_bracket(sentence.text, numeral.end)
    beside = [cue for cue in sentence.bounds if 0 <= cue.start - end <= _BESIDE]
    # "fell by $290 million over the year" is no distance from anything.
    return not is_listed and any(SPAN.match(sentence.text, cue.start) is None for cue in beside)


def _is_price(mention: MetricMention) -> bool:
    metric = METRICS.get(mention.name) or METRICS.get(mention.metrics[0])
    return metric is not None and metric.kind is Kind.PRICE
