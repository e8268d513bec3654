"""Sums and averages of what a text states, or of one metric of several companies."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from operator import attrgetter
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with, has_break
from shared.figures.claims.share_binding import AS_MUCH
from shared.figures.derivations.operands import Operand, Stated, comparable, values_of
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_LEFT: Final = re.compile(
    r"\s(?:(?:was|were|is|are|would be|had been)\s)?(?:left|remain\w*|übrig\w*|restai\w*|de reste|sobra\w*"
    r"|resta\w*|rimas\w*)|\s?(?:が|이|가)?\s?(?:残|남)",
    re.IGNORECASE,
)
_LEAVES: Final = re.compile(
    r"\b(?:leav(?:es|ing)|left|bleib(?:en|t)|blieben|verbleib\w*|rest(?:ent|e|aient|ait)|laiss\w+|queda\w*|sobra\w*"
    r"|deja\w*|resta\w*|rimang\w*|lascia\w*)\s(?:about\s|only\s|just\s|rund\s|nur\s|noch\s|environ\s)?$"
    r"|(?:剩下|余下|留下)约?$",
    re.IGNORECASE,
)
"""Beside the remainder of an amount."""
EQUALS: Final = re.compile(r"=\s[\s*_]*$")
_PARTS: Final = re.compile(
    r"[:：(（]|\b(?:made up of|consisting of|composed of|split into|of which|bestehend aus|davon|dont"
    r"|composé de|compuesto por|compost[oi] (?:por|da)|dei quali)\b",
    re.IGNORECASE,
)
"""Words behind a sum that list its parts."""
_THE_FOUR: Final = re.compile(
    r"\b(?:the|all|these|alle|der|aller|les|des|los|las|dei|delle|dos|das)\s(?:two|three|four|five|six|seven|eight|companies"
    r"|stocks|zwei|drei|vier|fünf|sechs|deux|trois|quatre|cinq|tres|cuatro|cinco|tre|quattro|cinque|três|quatro)\b",
    re.IGNORECASE,
)
"""Words for all companies of the facts."""
_LESS: Final = re.compile(
    r"\b(?:less|minus|net of|abzüglich|moins|menos|meno)\s(?:[^\W\d_]+\s)?$|[−–-]\s?$", re.IGNORECASE
)
"""Before what is deducted: "$6.0 billion ($26.2 billion issued less $20.1 billion repaid)"."""
_SO: Final = re.compile(
    r"(?:\b(?:so|making|i\.e\.|that's|that is|which is|also|das sind|macht|soit|o sea|ou seja"
    r"|cioè|ovvero|make|makes|made|ergeben|machen|font|hacen|fazem|fanno)|→|=|(?<=[^\d\s]):|(?<=\d):(?=\s))"
    r",?\s(?:about\s|around\s|roughly\s|rund\s|environ\s|unos\s|circa\s)?$",
    re.IGNORECASE,
)
"""Before the sum of the amounts before it: "dividends of $1.3bn and buybacks of $4.2bn, so $5.5bn"."""
_LARGE: Final = 1e6
_SHARE_OF: Final = re.compile(r"\s(?:out of|of|von|de|di|des|der)\s(?:the\s|its\s)?[$€£¥]?", re.IGNORECASE)
"""Between a part and its whole."""
_FAR: Final = 60
_NEAR: Final = 0.05
"""How far a ratio may be from the multiple that is said, over it."""
_BESIDE: Final = 24
_AND: Final = re.compile(
    r"-?\s(?:and|und|et|y|e|plus|&|\+)\s(?:(?:the|its|die|les|las|le)\s)?", re.IGNORECASE
)
_MAX_PARTS: Final = 8
_PAIR: Final = 2
_MAX_EARLIER: Final = 4
_START: Final = attrgetter("claim.numeral.start")
_MIN_DIGITS: Final = 3
"""Significant digits of a number that may be the sum of what sentences before it state."""


def of_several(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure of those whose sum or average a number is said to be; None without one."""
    is_result = ends_with(EQUALS, sentence.text, claim.numeral.start) is not None
    is_sum = is_result or bool(sentence.cues_of("sum", "together"))
    is_mean = bool(sentence.cues_of("mean"))
    if not (is_sum or is_mean):
        return None
    for group in _groups(claim, sentence, stated, index, companies):
        for size in range(2, len(group) + 1):
            total = sum(operand.value for operand in group[-size:])
            for value in ([total] if is_sum else []) + ([total / size] if is_mean else []):
                if claim.equals(value) or (value is total and _is_shown_sum(claim, group[-size:])):
                    return next((operand.figure for operand in group if operand.figure), None)
    return None


def _groups(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[list[Operand]]:
    alike = [one for one in stated if one.claim is not claim and _are_alike(one, claim)]
    yield [Operand(one.value, one.figure) for one in alike]
    # "$1.03, $0.87 and $0.92. Together they come to $2.82, or 3.0% of the price of $93.84."
    earlier = [
        one for one in alike if one.sentence is not sentence or one.claim.numeral.end <= claim.numeral.start
    ]
    yield [Operand(one.value, one.figure) for one in earlier if len(earlier) < len(alike)]
    if claim.mention is None:
        return
    if len(companies) < 2 and not claim.companies:
        # "The average P/E of the four"
        companies = index.symbols_with(claim.mention.metrics) if _THE_FOUR.search(sentence.text) else ()
    if len(companies) < 2:
        return
    # "almost as much as AbbVie and UnitedHealth together": those that stand before the sum.
    before = [one.value for one in sentence.companies if one.end <= claim.numeral.start]
    named = list(dict.fromkeys(before))
    for group in (companies, named) if len(named) > 1 else (companies,):
        yield from _of_one_metric(index, group, claim.mention)


def _are_alike(one: Stated, claim: Claim) -> bool:
    """``11.3 times earnings, Horton 13.4 and Lennar 15.4``: multiples may be written without their unit."""
    if comparable(one.claim.numeral, claim.numeral):
        return True
    is_ratio = one.figure is not None and one.figure.kind is Kind.RATIO
    return is_ratio and {one.claim.numeral.unit, claim.numeral.unit} == {Unit.MULTIPLE, Unit.NONE}


def _of_one_metric(
    index: FactIndex, companies: Sequence[str], mention: MetricMention
) -> Iterator[list[Operand]]:
    """Yields the values of some companies; of a general name ("earn"), one metric of all is added up."""
    values = [values_of(index, company, mention) for company in companies]
    for metric in dict.fromkeys(one.figure.metric for one in values[0] if one.figure is not None):
        group = [
            next((one for one in known if one.figure is not None and one.figure.metric == metric), None)
            for known in values
        ]
        yield [one for one in group if one is not None]


def sum_of_parts(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``$15.87 billion: $11.81 billion of buybacks and $4.06 billion of dividends``: parts behind a sum."""
    numeral = claim.numeral
    if numeral.unit not in (Unit.MONEY, Unit.NONE, Unit.PERCENT):
        return None
    begin = _PARTS.search(sentence.text, numeral.end, numeral.end + _FAR)
    if begin is None:
        return None
    parts = [
        one
        for one in sorted(stated, key=_START)
        if one.sentence is sentence
        and one.claim.numeral.start >= begin.end()
        and comparable(one.claim.numeral, numeral)
    ][:_MAX_PARTS]
    if len(parts) > 1 and ends_with(_LESS, sentence.text, parts[1].claim.numeral.start):
        total = abs(parts[0].value) - abs(parts[1].value)
        return parts[0].figure if _is_total(claim, total, parts[:2]) else None
    for size in range(2, len(parts) + 1):
        if _is_total(claim, sum(abs(one.value) for one in parts[:size]), parts[:size]):
            return parts[0].figure
    return None


def sum_of_amounts_before(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``dividends of $1.3bn and buybacks of $4.2bn, so $5.5bn``: what stands before, added up."""
    numeral = claim.numeral
    if not is_amount(numeral) or not ends_with(_SO, sentence.text, numeral.start):
        return None
    parts = [
        one
        for one in stated
        if one.sentence is sentence
        and one.claim.numeral.end <= numeral.start
        and is_amount(one.claim.numeral)
    ][-_MAX_EARLIER:]
    for size in range(2, len(parts) + 1):
        if _is_total(claim, sum(abs(one.value) for one in parts[-size:]), parts[-size:]):
            return parts[-1].figure
    return None


def rest_of_amounts(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``cash flow of $6.66bn, dividends of $2.08bn and buybacks of $4.09bn, so $0.49bn was left``."""
    numeral = claim.numeral
    if not is_amount(numeral) or not (
        _LEFT.match(sentence.text, numeral.end) or ends_with(_LEAVES, sentence.text, numeral.start)
    ):
        return None
    amounts = [
        one
        for one in sorted(stated, key=_START)
        if one.sentence is sentence
        and one.claim.numeral.end <= numeral.start
        and is_amount(one.claim.numeral)
    ][-_MAX_PARTS:]
    if len(amounts) > 1 and _SHARE_OF.fullmatch(
        sentence.text, amounts[-2].claim.numeral.end, amounts[-1].claim.numeral.start
    ):
        # "$4.11 billion of $7.39 billion free cash flow, leaving $3.28 billion"
        amounts = [*amounts[:-2], amounts[-1], amounts[-2]]
    for first in range(len(amounts) - 1):
        whole, *spent = amounts[first:]
        if _is_total(claim, abs(whole.value) - sum(abs(one.value) for one in spent), [whole, *spent]):
            return whole.figure or spent[0].figure
    # "Free cash flow was $2.16 billion. Of that, $0.85 billion went on dividends, leaving $1.31 billion."
    before = [one for one in stated if one.sentence is not sentence and is_amount(one.claim.numeral)]
    for whole in before[-_MAX_EARLIER:] if amounts else ():
        # "$2.83 billion of dividends compare with $8.82 billion of cash flow. Buybacks took $4.63 billion."
        for spent in (amounts, [*(one for one in before[-_PAIR:] if one is not whole), *amounts]):
            if _is_total(claim, abs(whole.value) - sum(abs(one.value) for one in spent), [whole, *spent]):
                return whole.figure or amounts[0].figure
    return None


def is_amount(numeral: Numeral) -> bool:
    """Returns whether a number is one of money, if only its scale tells: ``restando 895 milhões``."""
    is_large = numeral.unit is Unit.NONE and not numeral.plain and numeral.readings[0].value >= _LARGE
    return numeral.unit is Unit.MONEY or is_large


def _is_total(claim: Claim, total: float, parts: Sequence[Stated]) -> bool:
    # Each part is rounded itself.
    slack = sum(one.claim.numeral.readings[0].tolerance for one in parts) / 2
    return any(abs(total - one.value) <= one.tolerance + slack for one in claim.numeral.readings)


def sum_of_earlier(claim: Claim, sentence: Sentence, earlier: Sequence[Stated]) -> KnownFigure | None:
    """``$32.92 billion on buybacks. $8.79 billion of dividends. In total: $41.71 billion``: sums of amounts.

    Args:
        claim: The number, which is to be the only one of its sentence.
        sentence: Its sentence.
        earlier: The supported numbers of the sentences before, the last one last.
    """
    numeral = claim.numeral
    if len(sentence.numbers) > 1 or numeral.unit is not Unit.MONEY or numeral.digits < _MIN_DIGITS:
        return None
    if not any(
        not any(name.start <= cue.start < name.end for name in sentence.metrics)
        for cue in sentence.cues_of("sum")
    ):
        return None
    parts = [one for one in earlier if one.figure is not None and comparable(one.claim.numeral, numeral)]
    for size in range(2, min(len(parts), _MAX_PARTS) + 1):
        added = parts[-size:]
        if size > _MAX_EARLIER and not _are_of_companies(added):
            return None
        if any(claim.equals(abs(sum(by(one.value) for one in added))) for by in (float, abs)):
            # "Free cash flow: -$12.31 billion. Dividends: $5.31 billion. In sum, $17.6 billion went out."
            return parts[-1].figure
    return None


def _are_of_companies(parts: Sequence[Stated]) -> bool:
    """Returns whether amounts are the values of one metric, each of another company."""
    figures = [one.figure for one in parts if one.figure is not None]
    return len({one.metric for one in figures}) == 1 and len({one.symbol for one in figures}) == len(
        figures
    ) == len(parts)


def times_of_earlier(claim: Claim, sentence: Sentence, earlier: Sequence[Stated]) -> KnownFigure | None:
    """``R&D was $1.03 billion. … SG&A, at $3.09 billion, is three times as large``: of an amount before.

    Where its own sentence has no amount, the last two of one currency and of two companies are compared.

    Args:
        claim: The number.
        sentence: Its sentence.
        earlier: The supported numbers of the sentences before and of this one, the last one last.
    """
    numeral = claim.numeral
    is_of_amount = numeral.unit is Unit.MULTIPLE and (
        AS_MUCH.match(sentence.text, numeral.end) or _is_of_amount_behind(claim, sentence)
    )
    if not is_of_amount:
        return None
    amounts = [one for one in earlier if one.claim.numeral.unit is Unit.MONEY and one.value][-_MAX_EARLIER:]
    if len(amounts) < 2:
        return None
    if amounts[-1].sentence is not sentence:
        ratios = _ratios_of_last(amounts)
    else:
        ratios = [amounts[-1].value / one.value for one in amounts[:-1]]
        if amounts[-1].claim.numeral.start >= numeral.end:
            ratios = [1 / ratio for ratio in ratios]
    is_right = any(
        abs(ratio - one.value) <= _NEAR * one.value for ratio in ratios for one in numeral.readings
    )
    return amounts[-1].figure if is_right else None


def _is_of_amount_behind(claim: Claim, sentence: Sentence) -> bool:
    """``That is 2.9 times the annual sales of $725 million``: of the amount behind it."""
    end = claim.numeral.end
    behind = next((one.numeral for one in sentence.numbers if one.numeral.start >= end), None)
    if behind is None or behind.unit is not Unit.MONEY or behind.start - end > _FAR:
        return False
    return (
        not has_break(sentence, sentence.text[end : behind.start])
        and "," not in sentence.text[end : behind.start]
    )


def _ratios_of_last(amounts: Sequence[Stated]) -> list[float]:
    """Returns the ratios of the last amount and the one before it of another company in its currency."""
    last = amounts[-1]
    others = (
        one
        for one in reversed(amounts[:-1])
        if one.claim.numeral.currency == last.claim.numeral.currency
        and _symbol(one) not in ("", _symbol(last))
    )
    other = next(others, None)
    return [] if other is None else [last.value / other.value, other.value / last.value]


def _symbol(one: Stated) -> str:
    return "" if one.figure is None else one.figure.symbol


def _is_shown_sum(claim: Claim, group: Sequence[Operand]) -> bool:
    """Returns whether a number is the sum of values as they are shown, rounded like it."""
    return any(
        sum(round(operand.value / (2 * one.tolerance)) for operand in group)
        == round(one.value / (2 * one.tolerance))
        for one in claim.numeral.readings
        if one.tolerance
    )


def sum_of_named(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``$328.79 billion of cash and short-term investments``: two items that are named together."""
    if claim.numeral.unit is not Unit.MONEY:
        return None
    for one, other in pairwise(sentence.metrics):
        distance = max(one.start - claim.numeral.end, claim.numeral.start - other.end)
        is_named_so = distance <= _BESIDE or claim.mention in (one, other)
        if not is_named_so or not _AND.fullmatch(sentence.text, one.end, other.start):
            continue
        for company in claim.companies:
            for first, second in product(values_of(index, company, one), values_of(index, company, other)):
                if first.figure is None or second.figure is None or first.figure == second.figure:
                    continue
                if same_period(first.figure, second.figure) and claim.equals(first.value + second.value):
                    return first.figure
    return None
