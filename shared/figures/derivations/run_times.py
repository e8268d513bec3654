"""How long money lasts or takes to come back: ``cash of $4.44bn at a burn of $1.21bn lasts 3.7 years``."""

import re
from collections.abc import Sequence
from itertools import permutations, product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.durations import Duration
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MAX_AMOUNTS: Final = 4
_LEAST_COUNT: Final = 100
_PER_YEAR: Final = {"m": 12.0, "q": 4.0, "w": 52.0}
"""By the first letter of a unit: how many of it are a year."""
_UNIT: Final = re.compile(
    r"[\s-](?:(?P<q>quarters?|Quartalen?|trimestres?|trimestri)|(?P<m>months?|Monaten?|mois|mes(?:es)?|mesi)"
    r"|(?P<w>weeks?|Wochen?|semaines?|semanas?|settimane)|years?|Jahren?|ans|années|años|anos|anni)\b",
    re.IGNORECASE,
)
_LASTS: Final = RarePattern(
    r"\b(?:lasts?|runway|enough|pay ?back|paid back|pays? for itself|pays? off|repay|cover|burn"
    r"|reicht|reichen|amortisier\w*"
    r"|tiendrai\w*|suffi\w*|durer\w*|durará|duraría|alcanza\w*|amorti\w*|recupera\w*|dura\w*|basta\w*)\b"
    r"|持つ|足りる|回収|维持|撑|回本|버틸|회수",
    re.IGNORECASE,
)
_OF_FLOW: Final = re.compile(
    r"(?:['’]s?)?\s?(?:of\s|de\s|di\s|an\s|des\s|의\s|の|的)?(?:the\s|its\s|du\s)?"
    r"(?:free\s|freie[nmrs]?\s|current\s|annual\s)?(?:cash|earnings|profits?|sales|revenue|Cashflows?|Gewinne?[ns]?|Umsatz\w*|flux|bénéfices?"
    r"|flujo|beneficios?|fluxo|lucros?|flusso|utili"
    r"|production|output|deliveries|Produktion|Auslieferungen|livraisons|producción|entregas|produção|produzione"
    r"|consegne)\b|(?:['’]s?)?\s?(?:分|치)?(?:以上)?(?:의|の|的)?\s?(?:生産|生产|产量|생산)",
    re.IGNORECASE,
)
"""Behind years that are an amount over a yearly one: ``1.7 years of free cash flow``."""


def run_time(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of two amounts whose ratio a number of years, quarters or months is; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    unit = _UNIT.match(sentence.text, claim.numeral.end) if claim.numeral.unit is Unit.NONE else None
    if unit is None or not (_LASTS.search(sentence.text) or _OF_FLOW.match(sentence.text, unit.end())):
        return None
    each = _PER_YEAR.get(unit.lastgroup or "", 1.0)
    told = [Operand(one.value, one.figure) for one in stated if one.claim.numeral.unit is Unit.MONEY]
    return _of_amounts(claim.numeral.readings, each, [*told[-_MAX_AMOUNTS:], *_named(claim, sentence, index)])


def _named(claim: Claim, sentence: Sentence, index: FactIndex) -> list[Operand]:
    """Returns the amounts of now that the sentence names: ``would pay off the net debt in 2.4 years``."""
    amounts = [
        one
        for company, mention in product(claim.companies[:1], sentence.metrics)
        for one in of_metrics(index, company, mention.metrics)
    ]
    return [one for one in amounts if one.figure is not None and _is_amount_of_now(one.figure)]


def _is_amount_of_now(figure: KnownFigure) -> bool:
    return figure.kind is Kind.MONEY and (figure.period is None or figure.period.is_snapshot)


def is_run_time(sentence: Sentence, duration: Duration, stated: Sequence[Stated]) -> bool:
    """Returns whether a duration is the ratio of two amounts: ``pays back in less than eight months``."""
    if not (_LASTS.search(sentence.text) or _OF_FLOW.match(sentence.text, duration.end)):
        return False
    unit = _UNIT.search(duration.text)
    tolerance = 1.0 if any(one.end <= duration.start for one in sentence.bounds) else 0.5
    each = _PER_YEAR.get(unit.lastgroup or "", 1.0) if unit is not None else 1.0
    told = [one for one in stated if one.claim.numeral.unit is Unit.MONEY or _is_count(one)]
    near = [Operand(one.value, one.figure) for one in told[-_MAX_AMOUNTS:]]
    return _of_amounts((Reading(duration.number, tolerance),), each, near) is not None


def is_difference_of_times(sentence: Sentence, duration: Duration) -> bool:
    """Returns whether a duration is the difference of two others: ``from 251 to 178 days, by 73 days``."""
    unit = duration.days / duration.number if duration.number else 0.0
    others = [one for one in sentence.durations if one is not duration and one.days == one.number * unit]
    lengths = [length for one in others for length in dict.fromkeys((one.lower, one.number))]
    return any(abs(one - other) == duration.number for one, other in permutations(lengths, 2))


def _is_count(one: Stated) -> bool:
    """``8,754 aircraft``: goods made or sold, and no ratio."""
    return one.claim.numeral.unit is Unit.NONE and one.value >= _LEAST_COUNT and one.value == int(one.value)


def _of_amounts(readings: Sequence[Reading], each: float, amounts: Sequence[Operand]) -> KnownFigure | None:
    for one, other in permutations((one for one in amounts if one.value), 2):
        length = abs(one.value / other.value) * each
        if any(abs(length - reading.value) <= reading.tolerance * SLACK for reading in readings):
            return one.figure or other.figure
    return None
