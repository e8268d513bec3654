"""What a writer has computed of two numbers of the text."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final, NamedTuple

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import same_kind
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import AMBIGUOUS, Unit

_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_OF_MULTIPLE: Final = 0.5
"""The tolerance of a multiple, over half of its last digit: 2.6 times as much is not "three times"."""
_MAX_TOLD: Final = 10
"""Numbers before one that it may follow from."""
_BESIDE: Final = 3
_MIN_PLAIN_DIGITS: Final = 3
_MIN_AMOUNT_DIGITS: Final = 2
_PARTS: Final = (2, 4, 12)
"""Halves, quarters and months of a year."""
_YEAR: Final = 365.0
_AMOUNTS: Final = (Unit.MONEY, Unit.NONE)
_AMOUNT_KINDS: Final = (Kind.MONEY, Kind.PRICE, Kind.COUNT)


_ANNOUNCED: Final = RarePattern(
    r"(?:\b(?:i\.e\.|that is|that's|which is|which makes|that makes|makes|leaves|leaving|left with|so|hence"
    r"|would (?:give|mean|make|yield|bring)"
    r"|thus|das sind|das macht|also|(?:ver)?bl(?:ei|ie)b(?:en?|t)?|soit|c'est-à-dire|reste(?:nt|raient|rait)?"
    r"|o sea|es decir"
    r"|isto é|quer dizer|vale a dire|das heißt|à savoir"
    r"|quedan?|quedar[ií]an?|quedando|ou seja|rest(?:am?|ando|ariam?)|ovvero|cioè|resta(?:no)?|rester\w+"
    r"|sobra(?:[mn]|ndo|ria[mn]?)?"
    r"|cover(?:s|ed) (?:it|this|that|them))"
    r",?\s(?:(?:about|another|a|still|only|just|roughly|rechnerisch|noch|nur|rund|etwa|knapp|gut|damit|dann|encore"
    r"|environ|unos|aún|aproximadamente|cerca de|circa|ancora|ainda|un|una|uma|um)\s){0,2}"
    r"|[=≈]\s?|即|つまり|즉\s?)[\s*_]*$",
    re.IGNORECASE,
)
"""Before a result: "55% of $1 billion, i.e. $550 million. That leaves $450 million"."""
_OF_CHANGE: Final = RarePattern(
    r"\b(?:that|this|which)\s(?:would\s(?:be|mean|imply|represent)|is|means|implies|represents"
    r"|works out (?:to|at)|comes to|amounts to)\s(?:(?:about|roughly|an?)\s){0,2}"
    r"(?:growth|increase|rise|gain|decline|drop|decrease|jump|improvement|upside|downside|premium|discount)"
    r"\sof\s(?:about\s|roughly\s|around\s|just\s|only\s)?[\s*_]*$",
    re.IGNORECASE,
)
"""Before a result that has a noun: "That would be growth of 16.5%"."""
_CONCLUDED: Final = RarePattern(
    r"\s(?:[^\W\d_]+\s){0,2}(?:also|somit|demnach|folglich|thus|therefore|hence|so|donc|ainsi|por tanto"
    r"|así|entonces|portanto|assim|então|quindi|dunque|perciò)\s",
    re.IGNORECASE,
)
"""Behind a result: "€90 million therefore had to come from reserves"."""


_REACHED: Final = re.compile(
    r"\b(?:to|auf|à|al|hasta|até|para)\s(?:(?:about|around|roughly|rund|etwa|knapp|gut|environ"
    r"|près de|unos|el|le|cerca de|circa|quase)\s){0,2}$|(?:降至|升至|降到|升到|达到|達到)约?$",
    re.IGNORECASE,
)
_ON: Final = re.compile(r"\s(?:on|of|auf|von|bei|sur|de|sobre|su|di)\s(?:[^\W\d_]+\s){0,4}", re.IGNORECASE)
"""Between a share and the whole amount behind it."""


_SAME: Final = 0.01
"""By how much two writings of one figure may differ, over its value."""


class _Value(NamedTuple):
    """A value with its unit, the figure behind it, and whether words tell that it is a rise or a fall."""

    value: float
    unit: Unit
    currency: str | None
    figure: KnownFigure | None
    is_move: bool = False


def computed_result(
    claim: Claim, sentence: Sentence, near: Sequence[Stated], earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure from which a number was computed; None if it follows from no two values.

    What the text calls a result may follow from earlier sentences as well.

    Args:
        claim: The number.
        sentence: Its sentence.
        near: The supported numbers of its sentence and of the one before.
        earlier: Those of the sentences before.
        index: The figures of the facts.
    """
    announced = is_announced(claim, sentence)
    found = _share_of_behind(claim, sentence, near) or (
        _restated(claim, sentence, near) if announced else None
    )
    if found is not None:
        return found
    if not claim.companies or _is_compared(claim, sentence) or is_known(claim, index):
        return None
    if not announced and (not _may_follow(claim, sentence) or _is_of_other_time(claim, index)):
        return None
    told = [*earlier, *near] if announced else near
    values = [_of_text(one) for one in _distinct(told, claim)][-_MAX_TOLD:]
    wholes = list(_wholes(claim, sentence, index))
    if not announced:
        wholes += _named(claim, sentence, index)
        if any(claim.equals(one.value) for one in (*values, *wholes)):
            # It repeats a value, with another unit, sign or name.
            return None
    for first, second in (*combinations(values, 2), *product(values, wholes)):
        if _can_be_combined(first, second) and _gives(claim, first, second):
            return first.figure or second.figure
    return _of_each_year(claim, sentence, values) if announced else _of_year(claim, values)


def is_announced(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether words tell that a number is a result, or only near something."""
    is_amount = claim.numeral.unit in _AMOUNTS and not claim.numeral.plain
    if is_amount and _CONCLUDED.match(sentence.text, claim.numeral.end):
        return True
    return _is_vague(claim) or ends_with(_ANNOUNCED, sentence.text, claim.numeral.start) is not None


def is_change_told(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a change is what was computed: ``From $95 billion, that would be growth of 16.5%``."""
    return ends_with(_OF_CHANGE, sentence.text, claim.numeral.start) is not None


def _may_follow(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number says enough to be a result without words that tell so.

    The way of a difference would have to be compared, and small whole numbers follow from much.
    """
    numeral = claim.numeral
    if numeral.plain and (claim.threshold or numeral.digits < _MIN_PLAIN_DIGITS):
        return False
    has_way = claim.direction != 0 or bool(sentence.cues_of("beat", "miss"))
    return not (numeral.sign or (has_way and numeral.unit in _AMOUNTS))


def _is_of_other_time(claim: Claim, index: FactIndex) -> bool:
    """``May 2026: $1.86``, where that is what was earned in August: a value of another time."""
    period = claim.period
    if period is None or claim.numeral.unit is not Unit.MONEY or claim.numeral.digits < _MIN_PLAIN_DIGITS:
        return False
    return any(
        one.period is not None
        and not (one.words or agrees(period, one.period))
        and claim.equals(abs(one.value))
        for company in claim.companies
        for one in index.of(company, (*claim.metrics, *claim.others))
    )


def _named(claim: Claim, sentence: Sentence, index: FactIndex) -> Iterator[_Value]:
    """Yields the values of now that the sentence names without their numbers."""
    names = tuple(dict.fromkeys(metric for one in sentence.metrics for metric in one.metrics))
    for company in claim.companies:
        yield from _values_of_now(index, company, names)


def _of_year(claim: Claim, values: Sequence[_Value]) -> KnownFigure | None:
    """Returns the figure of an amount that a number is the year's of, or a quarter's or month's.

    ``At the quarterly rate of $1.10 each share pays $4.40 a year``.
    """
    if claim.numeral.unit is not Unit.MONEY or claim.numeral.digits < _MIN_AMOUNT_DIGITS:
        return None
    for one in values:
        is_alike = one.unit is Unit.MONEY and _is_one_currency(one.currency, claim.numeral.currency)
        if is_alike and any(
            claim.equals(value) for parts in _PARTS for value in (one.value * parts, one.value / parts)
        ):
            return one.figure
    return None


def _of_each_year(claim: Claim, sentence: Sentence, values: Sequence[_Value]) -> KnownFigure | None:
    """``Spread over its six years, the deal is worth about $2.3 billion annually``."""
    years = [one.number for one in sentence.durations if one.number > 1 and one.days >= _YEAR * one.number]
    if not years or claim.numeral.unit is not Unit.MONEY:
        return None
    amounts = [one for one in values if one.unit is Unit.MONEY]
    return next((one.figure for one in amounts if claim.equals(one.value / years[0], SLACK)), None)


def _share_of_behind(claim: Claim, sentence: Sentence, near: Sequence[Stated]) -> KnownFigure | None:
    """``$3.01bn yields 5.1% on $58.73bn``: the amount before a number, in that right behind it."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or claim.direction:
        return None
    amounts = [one for one in near if one.sentence is sentence and one.claim.numeral.unit is Unit.MONEY]
    parts = [one for one in amounts if one.claim.numeral.end <= numeral.start]
    wholes = [
        one
        for one in amounts
        if one.value and _ON.fullmatch(sentence.text, numeral.end, one.claim.numeral.start)
    ]
    if not parts or not wholes:
        return None
    part = max(parts, key=lambda one: one.claim.numeral.end)
    return wholes[0].figure if claim.equals(abs(part.value / wholes[0].value) * 100, SLACK) else None


def _restated(claim: Claim, sentence: Sentence, near: Sequence[Stated]) -> KnownFigure | None:
    """``improved to 86.4, so roughly 86 cents of every dollar``: a number of the sentence, rounded."""
    for one in near:
        numeral = one.claim.numeral
        if (
            one.sentence is sentence
            and numeral.end <= claim.numeral.start
            and numeral.unit in (claim.numeral.unit, Unit.NONE)
            and numeral.digits > claim.numeral.digits
            and claim.equals(abs(one.value))
        ):
            return one.figure
    return None


def _wholes(claim: Claim, sentence: Sentence, index: FactIndex) -> Iterator[_Value]:
    """Yields what is named behind a share: ``$860 million a year, roughly half of the free cash flow``."""
    whole = whole_of(sentence, claim.numeral.end) if claim.numeral.unit is Unit.PERCENT else None
    for company in claim.companies if whole is not None else ():
        yield from _values_of_now(index, company, whole.metrics if whole is not None else ())


def _values_of_now(index: FactIndex, company: str, metrics: Sequence[str]) -> Iterator[_Value]:
    for one in of_metrics(index, company, metrics):
        figure = one.figure
        if figure is None or figure.kind not in _AMOUNT_KINDS:
            continue
        if figure.period is None or figure.period.is_snapshot:
            yield _Value(abs(one.value), Unit.MONEY, None, figure)


def _is_vague(claim: Claim) -> bool:
    """``about 14%``, ``less than 3%``."""
    is_bound = claim.threshold != 0 and claim.numeral.unit is not Unit.NONE
    return claim.is_approximate or (claim.numeral.digits == 1 and is_bound)


def _is_compared(claim: Claim, sentence: Sentence) -> bool:
    """``6.5% below the price``, ``17% away``: a distance or a change follows from what is named."""
    is_percent = claim.numeral.unit is Unit.PERCENT
    if is_percent and ends_with(_REACHED, sentence.text, claim.numeral.start):
        # "The ratio fell to about 44%": a level, and no move.
        return False
    distances = sentence.cues_of("difference") if is_percent else ()
    is_level = any(0 <= cue.start - claim.numeral.end <= _BESIDE for cue in (*sentence.bounds, *distances))
    return is_level or (is_percent and claim.direction != 0)


def is_known(claim: Claim, index: FactIndex) -> bool:
    """Returns whether the facts have what a number claims to be: it is compared with that alone."""
    is_named = claim.is_tight or (claim.is_settled and claim.numeral.unit is Unit.PERCENT)
    if not is_named or claim.numeral.unit is Unit.MULTIPLE or _is_part_in_words(claim):
        return False
    if claim.is_conditional and claim.is_approximate and claim.numeral.unit is not Unit.PERCENT:
        # "Over the remaining 1.81 billion shares, that would be EPS of around ¥128": what is not yet.
        return False
    known = (one.figure for company in claim.companies for one in of_metrics(index, company, claim.metrics))
    return any(figure is not None and same_kind(claim.numeral, figure) for figure in known)


def _is_part_in_words(claim: Claim) -> bool:
    """``Half of the revenue of $416.2 billion would be $208.1 billion``: no margin and no growth."""
    return claim.numeral.unit is Unit.PERCENT and not any(map(str.isdigit, claim.numeral.text))


def _distinct(stated: Sequence[Stated], claim: Claim) -> list[Stated]:
    return [one for one in {id(one.claim): one for one in stated}.values() if one.claim is not claim]


def _of_text(one: Stated) -> _Value:
    numeral, is_move = one.claim.numeral, one.claim.direction != 0
    return _Value(abs(one.value), numeral.unit, numeral.currency, one.figure, is_move)


def _can_be_combined(first: _Value, second: _Value) -> bool:
    is_one = first.figure is not None and first.figure is second.figure
    # "Half of the revenue of $416.2 billion would be $208.1 billion": a result has the figure of its whole.
    is_one = is_one and abs(first.value - second.value) <= _SAME * abs(first.value)
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
        # An amount over a percentage is no multiple of anything.
        return
    if are_amounts:
        yield larger - smaller
        yield larger + smaller
        if Unit.NONE in (first.unit, second.unit):
            yield one * other
    elif Unit.PERCENT in (first.unit, second.unit):
        (part, whole) = (first, second) if first.unit is Unit.PERCENT else (second, first)
        yield from _parts(part.value / 100, whole.value, is_move=part.is_move)
    elif Unit.MULTIPLE in (first.unit, second.unit):
        times, base = (one, other) if first.unit is Unit.MULTIPLE else (other, one)
        yield times * base
        yield base / times


def _parts(part: float, whole: float, *, is_move: bool) -> Iterator[float]:
    yield whole * (1 + part)
    yield whole * (1 - part)
    yield whole / (1 + part)
    if not is_move:
        # "a jump of 59%" is no share of anything.
        yield part * whole
        yield whole / part
