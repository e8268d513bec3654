"""What a share would cost at another multiple of its earnings: ``at 15 times earnings … would trade at``."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown
from shared.figures.reading.known_metrics import METRICS, Kind, meanings
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_ROUNDED: Final = 0.005
"""Of a price that is only said to be near, how much may be rounded away."""
_MAX_PRICE: Final = 1e6
_MAX_COMPANIES: Final = 3
_WITHOUT_CASH: Final = RarePattern(
    r"\b(?:excluding|ex|stripping out|net of|without|ohne|abzüglich|hors|sans"
    r"|sin|excluyendo|sem|excluindo|senza|al netto d\w*)"
    r"\s(?:[^\W\d_]+\s){0,2}(?:cash|Kasse|Barmittel|trésorerie|efectivo|caja|caixa|cassa|liquidità)\b",
    re.IGNORECASE,
)
_MULTIPLES: Final = frozenset({"trailing_pe", "forward_pe", "valuation_multiple", "trading"})
_EARNINGS: Final = ("eps", "eps_estimate")
_OF_EARNINGS: Final = frozenset({*_EARNINGS, "net_income", "profit", "consensus", *meanings("profit")})
_WOULD: Final = RarePattern(
    r"\d\s?(?:x|×|times(?:\s(?:earnings|that|this|these))?)\s(?:is|are|gives|makes|yields|implies|equals)\b|\b\w+['’]d\s(?:be|give|trade|come)\b"
    r"|\b(?:would|could|might|if|assum\w+|suppos\w+|wäre|würde|stünde|läge|käme|ergäbe|kostete|entspräche|serait"
    r"|vaudrait|coterait|coûterait|donnerait|atteindrait|valdría|cotizaría|sería|daría|costaría|estaría|valeria"
    r"|seria|custaria|daria|ficaria|negociaria|varrebbe|sarebbe|quoterebbe|costerebbe|darebbe)\b"
    r"|なら|とすれば|とすると|とした場合|仮に|如果|假设|假設|若按|按.{1,20}计算|가정|적용하|라면",
    re.IGNORECASE,
)


def other_multiples(sentence: Sentence, claims: Sequence[Claim]) -> list[Claim]:
    """Returns the multiples that a sentence only supposes, to tell what a share would cost.

    Args:
        sentence: The sentence.
        claims: Its numbers that are not what their names say.
    """
    if not any(map(_may_be_price, claims)) or not _is_supposed(sentence):
        return []
    return [one for one in claims if _may_be_multiple(one.numeral) and _is_of_earnings(one)]


def at_other_multiple(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns the earnings of a share that give a number, times a multiple of the sentence; None if none."""
    if not _may_be_price(claim) or not _is_supposed(sentence):
        return None
    multiples = [
        reading.value
        for one in sentence.numbers
        if _may_be_multiple(one.numeral)
        for reading in one.numeral.readings[:1]
    ]
    for figure, earned in _earnings(claim, stated, index, companies) if multiples else ():
        if any(
            claim.equals(abs(earned * one), SLACK, _ROUNDED if claim.is_approximate else 0.0)
            for one in multiples
        ):
            return figure
    return None


def multiple_of_estimate(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``At ¥2,581 that is a P/E of 29.2 on 2027 earnings``: the price over what is expected of the year.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    named = {mention.period for mention in sentence.periods if mention.period is not None}
    period = claim.period or (named.pop() if len(named) == 1 else None)
    if not _is_pe(claim):
        return None
    if period is None:
        return _multiple_of_stated(claim, sentence, stated, index)
    prices = [
        one.figure
        for one in stated
        if one.sentence is sentence and one.figure is not None and one.figure.metric == "price"
    ]
    for company in claim.companies[:_MAX_COMPANIES]:
        known = prices or [one for one in index.of(company, ("price",)) if _is_of_now(one)]
        for estimate in index.of(company, ("eps_estimate",)):
            if estimate.words or not agrees(period, estimate.period) or estimate.value <= 0:
                continue
            if any(
                claim.equals(price.value / earned, SLACK)
                for price in known
                for earned in (estimate.value, round(estimate.value, 2))
                if earned
            ):
                return estimate
    return None


def _multiple_of_stated(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``On free cash flow of $3.01 billion, the multiple is only 17.7``: what all shares cost, over that."""
    own = [one.figure for one in stated if one.sentence is sentence and one.figure is not None]
    at_other_price = _multiple_at_target(claim, sentence, index) or _multiple_at_level(claim, own)
    if at_other_price is not None:
        return at_other_price
    is_without_cash = _WITHOUT_CASH.search(sentence.text) is not None
    if is_without_cash and claim.numeral.unit is Unit.MULTIPLE:
        for company in claim.companies:
            for value in of_metrics(index, company, ("enterprise_value",)):
                for earned in index.of(company, ("net_income",)):
                    if earned.value > 0 and claim.equals(value.value / earned.value, SLACK):
                        return earned
    bases = [one for one in own if one.kind is Kind.MONEY]
    for base in bases if claim.numeral.unit in (Unit.NONE, Unit.MULTIPLE) else ():
        for whole in of_metrics(index, base.symbol, ("market_cap", "enterprise_value")):
            is_other = base.metric not in ("market_cap", "enterprise_value")
            if is_other and base.value > 0 and claim.equals(whole.value / base.value, SLACK):
                return base
    return None


def _multiple_at_level(claim: Claim, own: Sequence[KnownFigure]) -> KnownFigure | None:
    """``At $180.99, the high of the year, and earnings of $6.01 a share, the P/E would be 30.1``."""
    levels = [one for one in own if one.kind is Kind.PRICE and one.metric not in _EARNINGS]
    for level, earned in product(levels, own):
        if (
            earned.metric in _EARNINGS
            and earned.value > 0
            and claim.equals(level.value / earned.value, SLACK)
        ):
            return level
    return None


def _multiple_at_target(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``At the target the forward multiple would be 30.8``: the multiple, times what the price would move."""
    if not any(one.name.startswith("target") for one in sentence.metrics) or not _is_supposed(sentence):
        return None
    for company in claim.companies:
        price = next(filter(_is_of_now, index.of(company, ("price",))), None)
        targets = index.of(company, ("target_mean_price", "target_high_price", "target_low_price"))
        multiples = list(index.of(company, ("forward_pe", "trailing_pe")))
        for target, multiple in product(targets, multiples) if price is not None and price.value else ():
            moved = target.value / price.value if price is not None else 0.0
            if any(claim.equals(value * moved, SLACK) for value in (multiple.value, as_shown(multiple))):
                return multiple
    return None


def _is_pe(claim: Claim) -> bool:
    names = {claim.mention.name if claim.mention is not None else "", *claim.metrics}
    return not names.isdisjoint(_MULTIPLES - {"trading"}) and _may_be_multiple(claim.numeral)


def _is_of_now(figure: KnownFigure) -> bool:
    return not figure.words and (figure.period is None or figure.period.is_snapshot)


def _is_supposed(sentence: Sentence) -> bool:
    """Returns whether a sentence speaks of a case, and of earnings or a multiple of them, named or not."""
    names = {metric for mention in sentence.metrics for metric in (mention.name, *mention.metrics)}
    is_of_multiple = any(one.numeral.unit is Unit.MULTIPLE for one in sentence.numbers)
    is_told = is_of_multiple or not names.isdisjoint(_MULTIPLES | _OF_EARNINGS)
    return is_told and _WOULD.search(sentence.text) is not None


def _may_be_price(claim: Claim) -> bool:
    return claim.numeral.unit is Unit.MONEY and claim.numeral.readings[0].value < _MAX_PRICE


def _may_be_multiple(numeral: Numeral) -> bool:
    return numeral.unit in (Unit.MULTIPLE, Unit.NONE) and not numeral.sign


def _is_of_earnings(claim: Claim) -> bool:
    """Returns whether a number stands with the name of a multiple, or is one of earnings."""
    if claim.numeral.unit is Unit.MULTIPLE:
        return True
    name = claim.mention.name if claim.mention is not None else ""
    return name in _MULTIPLES and (name in METRICS or name == "valuation_multiple")


def _earnings(
    claim: Claim, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[KnownFigure, float]]:
    """Yields what a share earns or is expected to earn: as the text states it, else as the facts have it."""
    for one in stated:
        if one.figure is not None and one.figure.metric in _EARNINGS and not one.figure.words:
            yield one.figure, one.value
            yield one.figure, one.figure.value
    wanted = list(dict.fromkeys((*claim.companies, *companies)))[:_MAX_COMPANIES]
    for company, metric in product(wanted, _EARNINGS):
        for figure in index.of(company, (metric,)):
            period = figure.period
            if figure.words or period is None or period.quarter is not None:
                continue
            if metric != "eps" or period.is_snapshot:
                yield figure, figure.value
                yield figure, round(figure.value, 2)
    for company in wanted:
        price = next(filter(_is_of_now, index.of(company, ("price",))), None)
        for multiple in index.of(company, ("forward_pe",)) if price is not None else ():
            if price is not None and multiple.value and not multiple.words:
                yield multiple, price.value / multiple.value
