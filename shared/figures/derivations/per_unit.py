"""Amounts per share and per employee: ``debt per share of $26.53``, ``$3.05 million of revenue each``."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_LARGE: Final = 1e6
"""From here on, an amount is one of a company and none of a share."""
_BESIDE: Final = 8
_SHARE: Final = r"(?:share|Aktie|action|acción|ação|azione|titolo)(?![^\W\d_])"
_BEHIND: Final = re.compile(
    rf"[\s*_,]*(?:(?:of|in|an|de|di)\s(?:[^\W\d_]+\s){{1,3}})?(?:a|per|each|je|pro|par|por)\s{_SHARE}",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(rf"(?:a|per|each|every|je|pro|par|por)\s{_SHARE}[^\d;.]{{0,24}}$", re.IGNORECASE)
_EACH: Final = re.compile(
    r"\b(?:each|every|per|apiece|a head|jede[nrsm]?|pro|je|chaque|par|cada|por|ogni)\b"
    r"|1人当たり|一人当たり|人均|每名|1인당",
    re.IGNORECASE,
)
_PER_HEAD: Final = re.compile(
    r"\bper (?:head|capita|employee)\b|\bpro Kopf\b|\bpar tête\b|\bpor (?:cabeza|cabeça)\b|\ba testa\b",
    re.IGNORECASE,
)
_YEARLY: Final = ("net_income", "revenue", "free_cash_flow")
"""What a company has in a year, where no name tells what it earns in a day."""
_A: Final = "(?:an?|per|each|every|am|im|pro|par|por|al|ao|alla|à|cada) "
_PARTS_OF_YEAR: Final = {
    365.0: (
        f"{_A}(?:day|Tag|jour|día|dia|giorno)|daily|täglich|diarios|diários",
        "日当たり|1日に|毎日|每天|每日|하루에?|per day|each day|pro Tag|par jour|por día|al giorno",
    ),
    8_760.0: (f"(?:{_A}|all['’])(?:hour|Stunde|heure|hora|ora)", "1時間当たり|每小时|시간당"),
    52.0: (f"{_A}(?:week|Woche|semaine|semana|settimana)|weekly", "1週間当たり|每周"),
    12.0: (f"{_A}(?:month|Monat|mois|mes|mês|mese)|monthly|monatlich", "1[かカヶ]月当たり|每月|매월"),
}
"""Parts of a year by how many it has: words behind an amount for each, and words before it."""
_TIMES: Final = [
    (
        count,
        RarePattern(
            rf"(?:\s(?:of|in|an|de|di)\s(?:[^\W\d_]+\s){{0,2}}[^\W\d_]+)?\s(?:{behind})(?![^\W\d_])",
            re.IGNORECASE,
        ),
        RarePattern(rf"(?:{before})[^\d。.;]{{0,12}}$", re.IGNORECASE),
    )
    for count, (behind, before) in _PARTS_OF_YEAR.items()
]
_TEN: Final = 10.0
_PER_TEN: Final = re.compile("每(?:10|十)股")
_EACH_ONE: Final = re.compile(r"每股\s?(?:约|派|为|是)?$")
"""Chinese dividends are stated for ten shares: ``每10股派2.80元，即每股0.28元``."""
_ROUNDED: Final = 1e-4
"""Of an amount per head, how much may be rounded away in trailing zeros: "$638,900"."""


def per_unit(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns an amount that gives a number when it is divided by shares or employees; None without one."""
    if claim.numeral.unit is not Unit.MONEY:
        return None
    if _PER_TEN.search(sentence.text) and ends_with(_EACH_ONE, sentence.text, claim.numeral.start):
        for one in stated:
            if one.sentence is sentence and claim.equals(abs(one.value) / _TEN, SLACK):
                return one.figure
    found = _of_stated_count(claim, sentence, stated) or _of_time(claim, sentence, stated, index)
    if found is not None:
        return found
    units = _units(claim, sentence)
    for company in claim.companies if units else ():
        counts = of_metrics(index, company, (units,))
        for whole, slack in _wholes(claim, sentence, stated, index, company):
            for count in counts:
                if count.value and _equals(claim, abs(whole.value / count.value), slack):
                    return whole.figure or count.figure
    return None


def _of_stated_count(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``$96 billion for 210 jets, about $457 million each``."""
    if not _EACH.match(sentence.text[claim.numeral.end :].lstrip()):
        return None
    own = [one for one in stated if one.sentence is sentence and one.claim is not claim]
    for whole in own:
        for count in own:
            is_count = count.claim.numeral.unit is Unit.NONE and count.value > 1
            is_amount = whole.claim.numeral.unit is Unit.MONEY
            if is_count and is_amount and _equals(claim, abs(whole.value / count.value)):
                return whole.figure or count.figure
    return None


def _of_time(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``earns about $307 million a day``: the amount of a year over the days that it has."""
    text, numeral = sentence.text, claim.numeral
    parts = next(
        (
            count
            for count, behind, before in _TIMES
            if behind.match(text, numeral.end) or ends_with(before, text, numeral.start)
        ),
        0.0,
    )
    for company in claim.companies if parts else ():
        named = list(_wholes(claim, sentence, stated, index, company))
        wholes = [one for one, _ in named] or of_metrics(index, company, _YEARLY)
        for whole in wholes:
            if whole.figure is not None and _equals(claim, abs(whole.value) / parts):
                return whole.figure
    return None


def _units(claim: Claim, sentence: Sentence) -> str:
    """Returns the metric that counts what a number is said to be a share of; empty for none."""
    numeral, text = claim.numeral, sentence.text
    if _BEHIND.match(text, numeral.end) or ends_with(_BEFORE, text, numeral.start):
        return "shares_outstanding"
    is_of_staff = any(mention.name == "employees" for mention in sentence.metrics)
    return "employees" if (is_of_staff and _EACH.search(text)) or _PER_HEAD.search(text) else ""


def _wholes(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, company: str
) -> Iterator[tuple[Operand, float]]:
    """Yields amounts that may be divided, and how much of them the text may have rounded away."""
    yield from (
        (Operand(one.value, one.figure), one.claim.numeral.readings[-1].tolerance / one.value)
        for one in stated
        if one.sentence is sentence and one.claim.numeral.unit is Unit.MONEY and one.value >= _LARGE
    )
    start, end = claim.numeral.start, claim.numeral.end
    behind = [mention for mention in sentence.metrics if 0 <= mention.start - end <= _BESIDE]
    before = [mention for mention in sentence.metrics if mention.end <= start][-1:]
    named = [metric for mention in behind or before for metric in mention.metrics]
    yield from (
        (whole, 0.0)
        for metric in dict.fromkeys((*claim.metrics, *claim.others, *named))
        for whole in of_metrics(index, company, (metric,))
        if whole.figure is not None and whole.figure.kind is Kind.MONEY and _is_of_period(claim, whole.figure)
    )


def _is_of_period(claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether an amount is of the year that a number names, and none of the last twelve months."""
    if claim.period is None or claim.period.year is None or figure.period is None:
        return True
    return not figure.period.is_snapshot and agrees(claim.period, figure.period)


def _equals(claim: Claim, value: float, slack: float = 0.0) -> bool:
    return claim.equals(value, SLACK, max(_ROUNDED, slack))
