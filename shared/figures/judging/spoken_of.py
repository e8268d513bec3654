"""What a number may be by the supported numbers near it: of their metric, or an estimate like them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.agreement import ESTIMATED
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_EXPECTATIONS: Final = re.compile(
    r"[\s*_-]*(?:expectations|consensus|expected|Erwartungen|Erwartet|attentes|attendu|expectativas|esperado|attese"
    r"|previsioni)[\s*_]*:|[\s*_-]*(?:市場予想|予想|预期|예상)[*_]*[:：]",
    re.IGNORECASE,
)
"""Before what is expected, at the beginning of a sentence."""

_OF_PAST: Final = frozenset({"latest", "today", "prior_quarter", "trailing"})
"""Kinds of words that tell of no time to come."""
_OF_QUARTER: Final = frozenset({"eps", "eps_estimate", "surprise_percent"})


def add_metrics_spoken_of(claim: Claim, sentence: Sentence, known: Sequence[Stated]) -> None:
    """Adds the metrics of the supported numbers near a number that has no name of its own.

    ``J&J is the income pick: $4.74 a year, 2.93%``: the first number is a dividend, so the second may be the
    yield. A name that an earlier number of the sentence shares means the same for both.

    Args:
        claim: The number; set.
        sentence: Its sentence.
        known: The supported numbers of the sentence before and of this one.
    """
    own = [one for one in known if one.sentence is sentence and one.figure is not None]
    last = own[-1].figure if own else None
    if last is not None and last.metric in ESTIMATED and own[-1].is_start:
        # "from $3.74 in 2026 to $3.86"
        claim.is_expected = True
    if claim.is_tight:
        return
    if claim.mention is None and claim.numeral.unit is Unit.PERCENT and last is not None and last.words:
        # "BYD sold 441,000 cars, 12% fewer than a year earlier."
        claim.told_with = () if last.fact_id is None else (last.fact_id,)
    figures = [one.figure for one in known if one.figure is not None and not one.figure.words]
    metrics = tuple(dict.fromkeys(figure.metric for figure in figures))
    if claim.mention is None:
        claim.add_others(*metrics)
        if claim.period is not None and not _OF_QUARTER.isdisjoint(metrics):
            # "Q1: $0.28, exactly as forecast. Q4: $0.25 vs. $0.24"
            claim.add_others("eps", "eps_estimate")
    else:
        shared = (
            one.figure.metric
            for one in known
            if one.figure is not None
            and one.sentence is sentence
            and one.claim.mention is claim.mention
            and one.claim.numeral.unit is claim.numeral.unit
        )
        claim.add_others(*dict.fromkeys(shared))
        if claim.numeral.unit is Unit.NONE and sentence.text[claim.numeral.start - 1] in "(（":
            # "Infineon's beta is 1.48. Vinci (0.83) and Keyence (0.92) move less than the market."
            alike = (one.figure for one in known if one.claim.numeral.unit is Unit.NONE)
            claim.add_others(*dict.fromkeys(one.metric for one in alike if one is not None and not one.words))
    if not claim.is_settled:
        claim.nearby = (*claim.nearby, *metrics)


def go_on_with_estimates(
    sentence: Sentence, claims: Sequence[Claim], before: Sequence[Stated], *, is_asked: bool
) -> None:
    """``EPS is put at $1.96 for 2027. Revenue: $63.0bn``: the revenue is an estimate, too.

    Args:
        sentence: A sentence.
        claims: Its numbers; set where it names no time of its own.
        before: The supported numbers of the sentence before.
        is_asked: Whether the question asks what is expected, so that numbers without a time may be estimates.
    """
    estimates = [one.figure for one in before if one.figure is not None and one.figure.metric in ESTIMATED]
    for claim in claims if estimates else ():
        # "For 2027 they expect ¥149. That is 11% more than the ¥134 of the year before."
        claim.is_last_year = claim.is_last_year or claim.is_prior
    if not _OF_PAST.isdisjoint(sentence.kinds):
        return
    past = next((cue.start for cue in sentence.cues_of("prior")), None)
    # "EPS: $2.31; a year ago it was $2.59"
    claims = [one for one in claims if past is None or one.numeral.end <= past]
    if _EXPECTATIONS.match(sentence.text):
        # "Expectations: $1.36 on $5.46 billion of revenue"
        for claim in claims:
            claim.is_expected = True
    is_going_on = not _names_past(sentence, estimates[-1]) if estimates else is_asked and not sentence.periods
    if is_going_on:
        for claim in claims:
            claim.is_expected = True


def _names_past(sentence: Sentence, estimate: KnownFigure) -> bool:
    """Returns whether a sentence names a time that is no year to come: ``£2.65bn, and £2.87bn in 2027``."""
    now = (estimate.as_of or "")[:4]
    return any(
        one.period is None or not one.period.is_year or str(one.period.year or "") < now
        for one in sentence.periods
    )


def of_company_told(sentence: Sentence, claim: Claim, stated: Sequence[Stated]) -> Claim | None:
    """Returns a number as one of the company that the other numbers of its sentence turned out to be of.

    ``It is far dearer than Vale (27.6). The target of R$45.57 is 3.7% above the price``: the first number
    tells which of the two companies is meant.
    """
    told = {one.figure.symbol for one in stated if one.sentence is sentence and one.figure is not None}
    if len(told) != 1 or not told.isdisjoint(claim.companies) or not told <= set(claim.inferred_from):
        return None
    return replace(claim, companies=tuple(told), inferred_from=())
