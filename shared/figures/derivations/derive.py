"""Finds a derivation of a number: a difference, change, ratio, share, sum or average, as the sentence says.

Of two metrics of one company, of one metric of two companies or two periods, or of numbers that the sentence
itself states.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.share_binding import AS_MUCH, SHARE, whole_of
from shared.figures.claims.unit_fit import fits
from shared.figures.derivations.customary_forms import in_customary_form, is_level
from shared.figures.derivations.mention_pairs import THAN_MARKET
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.derivations.other_multiples import at_other_multiple
from shared.figures.derivations.pairs import is_before, pairs, part_of_year
from shared.figures.derivations.per_unit import per_unit
from shared.figures.derivations.shares import is_of_range
from shared.figures.derivations.sums import (
    EQUALS,
    of_several,
    sum_of_amounts_before,
    sum_of_named,
    sum_of_parts,
)
from shared.figures.facts.known_figures import FactIndex, KnownFigure, amount_shown, as_shown
from shared.figures.reading.known_metrics import CHANGES, METRICS, Kind
from shared.figures.reading.numerals import Reading
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_PAST: Final = frozenset({"previous_close", "first_close"})
"""What later prices are compared with, in whichever order they are named."""
_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_MAX_OVER: Final = 1.25
"""How far something may be beyond a bound that it is said to be beyond: "more than five times"."""
_VAGUE: Final = 0.02
"""The tolerance of a number over its value: from here on, it can be a bound: "more than 20%"."""
_MIN_OPERAND: Final = 1e-4
"""The smaller operand of a difference over the larger one: below it, the difference is the larger one."""
_ROUNDED_AWAY: Final = 0.05
"""Of a figure, how much may be rounded away where the text states it."""
_EITHER_WAY: Final = 15.0
"""Percent up to which a distance may be one of either value: beyond, the two differ too much."""
_SAME_STEP: Final = 0.01
_CLOSE: Final = 80
_BESIDE: Final = 3
_BEHIND: Final = 10
_BY: Final = re.compile(r"(?:\b(?:by|um)\s|差)$", re.IGNORECASE)
_DIFFERENCE: Final = re.compile(
    r"\b(?:difference|gap|spread|distance|apart|away|more than|less than|delta|Differenz|Unterschied|Abstand"
    r"|écart|différence|diferencia|brecha|distancia|diferença|distância|differenza|divario)|差|차이",
    re.IGNORECASE,
)
_HIGHER: Final = re.compile(
    r"\s(?:higher|lower|more|less|larger|smaller|bigger|höher|niedriger|mehr|weniger|de plus|de moins|más"
    r"|menos|in più|in meno|a mais|a menos)(?!\s(?:than|als|que|qu|de|di|do))\b",
    re.IGNORECASE,
)
_SPELT_OUT: Final = re.compile(
    r"\s?[(（][^)）\d]*[\d.,]+[^)）\d]*(?:vs\.?|versus|against|from|/|÷|gegenüber|nach|contre|contra)"
    r"[^)）\d]*\d"
)
"""What stands behind a percentage that is computed from the two numbers in brackets."""
_NET_DEBT: Final = re.compile(r"net|純|净|淨|순", re.IGNORECASE)
_COVERS: Final = re.compile(r"\b(?:cover|deck|gedeckt|couv|cubr|cobr|copr)", re.IGNORECASE)
_PER: Final = re.compile(
    r"\s(?:(?:of|in|de|an|di)\s(?:[^\W\d_]+\s){1,3})?(?:per|a|je|pro|par|por|für jeden|for each|for every)\s",
    re.IGNORECASE,
)
_PER_DOLLAR: Final = re.compile(
    r"[\s*_-]*(?:for|per)\s(?:each|every|one)\s(?:dollar|euro|pound|franc)\s(?:of|in|due)\b", re.IGNORECASE
)
"""What opens a sentence about a ratio: "For every dollar of equity, it owes $1.09"."""


def derive(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure from which the number follows in the way that the sentence says; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
    whole = (
        in_customary_form(claim, sentence, stated, index)
        or sum_of_parts(claim, sentence, stated)
        or sum_of_amounts_before(claim, sentence, stated)
        or sum_of_named(claim, sentence, index)
        or per_unit(claim, sentence, stated, index)
        or at_other_multiple(claim, sentence, stated, index, companies)
    )
    if whole is not None:
        return whole
    if _is_known_balance(claim, sentence, index) or is_of_range(claim, sentence):
        return None
    if ends_with(EQUALS, sentence.text, claim.numeral.start):
        return of_several(claim, sentence, stated, index, companies)
    if not says_derivation(claim, sentence) or _states_level(claim, sentence, index):
        return None
    if _is_of_surprise(claim, sentence):
        return None
    companies = _compared(claim, sentence, stated, companies)
    for first, second, is_ordered in pairs(claim, sentence, stated, index, companies):
        if _follows(claim, sentence, first, second, is_ordered):
            return first.figure or second.figure
        exact = (_exact(first), _exact(second))
        if exact != (first, second) and _follows(claim, sentence, *exact, is_ordered):
            return first.figure or second.figure
    return of_several(claim, sentence, stated, index, companies)


def _exact(operand: Operand) -> Operand:
    """Returns a number of the text as the facts have it: the writer may have computed with all its digits."""
    if operand.figure is None or not operand.value:
        return operand
    exact = math.copysign(operand.figure.value, operand.value)
    is_rounded = abs(exact - operand.value) <= _ROUNDED_AWAY * abs(exact)
    return operand._replace(value=exact) if is_rounded else operand


def _is_of_surprise(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether an amount is what expectations were beaten or missed by, and follows from no other."""
    return (
        claim.numeral.unit is Unit.MONEY
        and claim.numeral.readings[0].value < 1
        and not claim.is_tight
        and bool(sentence.cues_of("beat", "miss"))
        and not sentence.cues_of("prior", "prior_quarter")
        # "$0.82 short of the high": of a level of the price.
        and not any(one.start >= claim.numeral.end and is_level(one) for one in sentence.metrics)
    )


def _compared(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], companies: Sequence[str]
) -> Sequence[str]:
    """Returns the companies, and for ``$540 million higher`` alone those of the sentence before as well."""
    if len(companies) != 1 or not _HIGHER.match(sentence.text, claim.numeral.end):
        return companies
    before = [one.figure.symbol for one in stated if one.sentence is not sentence and one.figure is not None]
    return list(dict.fromkeys([*companies, *before]))


def _is_per(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is how much of something falls on each unit of something else."""
    is_behind = _PER.match(sentence.text, claim.numeral.end) is not None
    return is_behind or (claim.numeral.unit is Unit.MONEY and _PER_DOLLAR.match(sentence.text) is not None)


def _states_level(claim: Claim, sentence: Sentence, index: FactIndex) -> bool:
    """Returns whether a number stands beside the name of what the facts know: ``a payout ratio of 0.57%``.

    Another number cannot follow from words that are near it.
    """
    numeral, mention = claim.numeral, claim.mention
    if mention is None or not claim.is_tight or claim.threshold or _is_moved(claim, sentence, mention):
        return False
    if mention.name in CHANGES or fits(numeral, mention) > 0 or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return False
    if sentence.cues_of("sum", "mean", "share_of") or ends_with(_BY, sentence.text, numeral.start):
        return False
    if _is_per(claim, sentence) or _DIFFERENCE.search(sentence.text):
        return False
    return any(True for company in claim.companies for _ in index.of(company, claim.metrics))


def _is_known_balance(claim: Claim, sentence: Sentence, index: FactIndex) -> bool:
    """Returns whether a number is another net debt than that of the facts: it is no difference either."""
    mention = claim.mention
    is_amount = claim.numeral.unit is not Unit.PERCENT
    is_of_balance = claim.is_tight and claim.metrics == ("net_debt",) and is_amount
    if mention is None or not is_of_balance or (claim.direction and not claim.numeral.sign):
        return False
    if not _NET_DEBT.search(sentence.text, mention.start, mention.end):
        # "$166.5 billion in cash and $71.3 billion in debt, or $95.3 billion net"
        return False
    return any(of_metrics(index, company, claim.metrics) for company in claim.companies)


def _is_moved(claim: Claim, sentence: Sentence, mention: MetricMention) -> bool:
    """Returns whether a word of direction or comparison stands with a number or between it and its name."""
    numeral = claim.numeral
    if numeral.sign:
        return True
    first = min(mention.end, numeral.start)
    return any(
        first <= cue.start < max(numeral.start, mention.start)
        # "added $5.44 billion in annual sales"
        or (mention.start >= numeral.end and 0 <= numeral.start - cue.end <= _BESIDE)
        or (0 <= cue.start - numeral.end <= _BEHIND and "," not in sentence.text[numeral.end : cue.start])
        for cue in sentence.cues_of("up", "down", "above", "below")
    )


def says_derivation(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether words near a number say that it is computed."""
    numeral = claim.numeral
    if claim.direction or claim.threshold or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return True
    cues = sentence.cues_of(
        "difference", "sum", "mean", "ratio", "share_of", "above", "below", "up", "down", "object", "net"
    )
    if any(abs(cue.start - numeral.start) <= _CLOSE for cue in cues):
        return True
    is_amount = numeral.unit in (Unit.MONEY, Unit.NONE)
    if is_amount and (_is_per(claim, sentence) or part_of_year(claim, sentence)):
        return True
    if numeral.unit is not Unit.PERCENT:
        return False
    # A percentage of what is no percentage is a change or a share of it.
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_of_level = metric is not None and metric.kind in (Kind.MONEY, Kind.PRICE, Kind.COUNT)
    return (
        is_of_level
        or _SPELT_OUT.match(sentence.text, numeral.end) is not None
        or SHARE.match(sentence.text, numeral.end) is not None
    )


def _follows(claim: Claim, sentence: Sentence, first: Operand, second: Operand, is_ordered: bool) -> bool:
    if not is_ordered:
        first, second, is_ordered = _in_order(claim, sentence, first, second)
    ways = list(_results(claim, sentence, first, second))
    if claim.numeral.unit in (Unit.PERCENT, Unit.POINTS, Unit.MULTIPLE):
        ways += _results(claim, sentence, _shown(first), _shown(second))
    if is_ordered and first.value and _is_compared_with(claim, sentence, second):
        # "3.8% below the price" may be in percent of either.
        other_way = (1 - second.value / first.value) * 100
        if abs(other_way) <= _EITHER_WAY:
            ways.append((other_way, True))
    if not is_ordered:
        ways += list(_results(claim, sentence, second, first))
    for reading in claim.numeral.readings:
        for value, has_direction in ways:
            if _is_stated(claim, reading, abs(value)) and (
                not has_direction or not claim.direction or (value >= 0) == (claim.direction > 0)
            ):
                return True
    return claim.numeral.unit in (Unit.MONEY, Unit.NONE, Unit.POINTS) and _is_shown_difference(
        claim, first.value, second.value, is_ordered
    )


def _shown(operand: Operand) -> Operand:
    """Returns a value as the text of a fact shows it, with which the writer may have computed."""
    if operand.figure is not None and operand.value == operand.figure.value:
        return operand._replace(value=as_shown(operand.figure))
    return operand._replace(value=amount_shown(operand.value))


def _is_shown_difference(claim: Claim, one: float, other: float, is_ordered: bool) -> bool:
    """Returns whether a number is the difference of two values as they are shown, rounded like it."""
    if min(abs(one), abs(other)) <= _MIN_OPERAND * max(abs(one), abs(other)):
        return False
    sizes = [
        (reading, 2 * reading.tolerance * size) for reading in claim.numeral.readings for size in (1, 10)
    ]
    for reading, step in sizes:
        steps = round(one / step) - round(other / step) if step else 0
        is_right_way = not (is_ordered and claim.direction) or (steps >= 0) == (claim.direction > 0)
        if steps and is_right_way and abs(abs(steps) - reading.value / step) < _SAME_STEP:
            return True
    return False


def _in_order(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> tuple[Operand, Operand, bool]:
    """Returns two values in the order of the sentence, and whether the sentence tells the order."""
    if _is_past(first) != _is_past(second):
        return (second, first, True) if _is_past(first) else (first, second, True)
    if THAN_MARKET.match(sentence.text, claim.numeral.end):
        # "The target is 5% below the market": of the price, whatever else is named.
        is_price = [one.figure is not None and one.figure.metric == "price" for one in (first, second)]
        if is_price[0] != is_price[1]:
            return (second, first, True) if is_price[0] else (first, second, True)
    if is_before(first.figure, second.figure):
        return second, first, True
    if is_before(second.figure, first.figure):
        return first, second, True
    mention = claim.mention
    numeral = claim.numeral
    if mention is None or mention.end > numeral.start or first.figure is None or second.figure is None:
        return first, second, False
    if any(mention.end <= one.numeral.start < numeral.start for one in sentence.numbers):
        return first, second, False
    if any(0 <= cue.start - numeral.end <= _BESIDE for cue in sentence.bounds):
        # "The price is 2.6% below the average": what is named before is compared with what is named behind.
        of_first, of_second = (one.figure.metric in mention.metrics for one in (first, second) if one.figure)
        if of_first != of_second:
            return (first, second, True) if of_first else (second, first, True)
    return first, second, False


def _is_past(operand: Operand) -> bool:
    return operand.figure is not None and operand.figure.metric in _PAST


def _is_stated(claim: Claim, reading: Reading, value: float) -> bool:
    """Returns whether a result equals a number, or keeps its bound: "more than five times"."""
    # "Roughly three times" and "about 30%" are said of what is near.
    near = _AROUND if claim.is_approximate else SLACK
    is_whole = claim.numeral.unit is Unit.MULTIPLE and reading.value == int(reading.value)
    if is_whole and claim.threshold > 0 and value < reading.value * (1 - _VAGUE):
        # 2.76 is not "more than three times".
        return False
    if abs(value - reading.value) <= reading.tolerance * near:
        return True
    if reading.tolerance < _VAGUE * reading.value and claim.numeral.unit is not Unit.MULTIPLE:
        return False
    if claim.threshold > 0:
        # "more than twice" may be said of anything below three times.
        most = max(reading.value * _MAX_OVER, reading.value + 1 if is_whole else 0.0)
        return reading.value <= value <= most
    return claim.threshold < 0 and reading.value / _MAX_OVER <= value <= reading.value


def _results(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> Iterator[tuple[float, bool]]:
    """Yields what two values give in the unit of a number, and whether the result has a direction."""
    unit = claim.numeral.unit
    one, other = first.value, second.value
    if unit is Unit.POINTS:
        yield one - other, True
    elif unit is Unit.MULTIPLE:
        if other:
            yield one / other, False
        if one and _COVERS.search(sentence.text):
            # "Interest of $2bn was covered 7.1 times by operating income."
            yield other / one, False
    elif unit is Unit.PERCENT:
        yield from _percentages(claim, sentence, first, second)
    else:
        yield from _amounts(claim, sentence, one, other)


def _percentages(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> Iterator[tuple[float, bool]]:
    one, other = first.value, second.value
    if not other:
        return
    # Of two outflows, the larger one is a rise.
    yield (one / other - 1) * 100 * (1 if other > 0 or one < 0 else -1), True
    share = SHARE.match(sentence.text, claim.numeral.end)
    if not (
        share or sentence.cues_of("share_of", "ratio") or AS_MUCH.match(sentence.text, claim.numeral.end)
    ):
        return
    whole = whole_of(sentence, claim.numeral.end)
    is_whole = [
        whole is not None and operand.figure is not None and operand.figure.metric in whole.metrics
        for operand in (first, second)
    ]
    if is_whole != [True, False]:
        yield one / other * 100, False
    if one and is_whole != [False, True]:
        yield other / one * 100, False


def _is_compared_with(claim: Claim, sentence: Sentence, second: Operand) -> bool:
    """Returns whether a percentage above or below is followed by the name of what it is compared with."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or second.figure is None:
        return False
    behind = next((one for one in sentence.metrics if one.start >= numeral.end), None)
    return (
        behind is not None
        and second.figure.metric in behind.metrics
        and any(0 <= cue.start - numeral.end <= _BESIDE for cue in sentence.bounds)
    )


def _amounts(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if min(abs(one), abs(other)) > _MIN_OPERAND * max(abs(one), abs(other)):
        yield one - other, True
    if other and (sentence.cues_of("ratio") or _is_per(claim, sentence)):
        yield one / other, False
    if sentence.cues_of("sum"):
        yield one + other, False
    if sentence.cues_of("mean"):
        yield (one + other) / 2, False
