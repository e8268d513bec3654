"""Amounts that follow from others by a count: what many shares cost, a part of each year."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit, one_of

_ROUNDED: Final = 0.005
"""Of an amount that is only said to be near, how much may be rounded away."""
_LARGE: Final = 1e6
_BESIDE: Final = 12
_YEAR: Final = 300.0
"""Days of one unit of a duration from which on it counts years."""
_SHARES: Final = RarePattern(
    r"\s(?:[\w’'&.-]+\s){0,2}?(?:shares|Aktien|actions|acciones|ações|azioni)(?![^\W\d_])|\s?(?:株|股|주)",
    re.IGNORECASE,
)
"""Behind a number of shares."""
_PER_SHARE: Final = ("price", "dividend_per_share", "eps", "target_mean_price", "change")
_TIMES: Final = re.compile(r"(?<![^\W\d_])(?:times|mal|fois|veces|vezes|volte|por|per|at|à|zu|je)\s|[×*x]\s")
_BECOMES: Final = re.compile(
    r"(?:[,(]\s?(?:or|that is|i\.e\.|also|das sind|soit|o sea|ou seja|ovvero|cioè)|=|≈|\bis|\bcosts?|\bmakes"
    r"|\bcomes to)\s?(?:about|around|roughly|rund|etwa|environ|unos|circa)?\s?$",
    re.IGNORECASE,
)
_COUNT: Final = RarePattern(
    rf"\b(\d{{1,2}}|{one_of(COUNT_WORDS)})\s(?:[^\W\d_]+\s)?(?:dividends?|payments?|payouts?|Dividenden|Ausschüttungen|Zahlungen"
    r"|dividendes|versements|dividendos|pagos|pagamentos|dividendi|pagamenti)\b",
    re.IGNORECASE,
)
"""A number of payments."""
_A_PART: Final = re.compile(
    r"\s(?:a|per|each|every|im|pro|par|por|al|ao|a)\s?(?:(?P<quarter>quarter|Quartal|trimestre)"
    r"|month|Monat|mois|mes|mês|mese)\b",
    re.IGNORECASE,
)
_NEEDS: Final = RarePattern(
    r"\b(?:need|require|takes?|have to (?:buy|own|hold)|bräucht\w+|brauch\w+|nötig|faudrait|faut"
    r"|nécessit\w+|necesit\w+"
    r"|precis\w+|serv\w+|occorr\w+)\b|必要|需要|필요",
    re.IGNORECASE,
)
"""Words for the shares that bring in an amount."""
_A_YEAR: Final = re.compile(
    r"\s(?:a|per|each|every|im|pro|par|por|al|ao|all')\s?(?:year|Jahr|an|año|ano|anno)\b"
)


def amount(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure that gives an amount when it is multiplied or divided by a count; None without one."""
    if claim.numeral.unit is Unit.NONE:
        counted = _shares_for_amount(claim, sentence, index)
        own = [one for one in stated if one.sentence is sentence and one.claim is not claim]
        return counted or _of_whole_year(claim, sentence, own)
    if claim.numeral.unit is not Unit.MONEY:
        return None
    own = [one for one in stated if one.sentence is sentence and one.claim is not claim]
    return (
        _of_many_shares(claim, sentence, own, index)
        or _product_of_stated(claim, sentence, own)
        or _change_of_market_value(claim, sentence, index)
        or _of_each_year(claim, sentence, stated)
        or _of_whole_year(claim, sentence, own)
        or _of_payments(claim, sentence, index)
    )


def _of_many_shares(
    claim: Claim, sentence: Sentence, own: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``100 shares would cost $25,050``: what a share costs, pays or earns, times some shares."""
    counts = {
        reading.value
        for one in sentence.numbers
        if one.numeral.unit is Unit.NONE and _SHARES.match(sentence.text, one.numeral.end)
        for reading in one.numeral.readings
    }
    for figure in _of_one_share(claim, own, index) if counts else ():
        if any(_equals(claim, abs(figure.value) * count) for count in counts):
            return figure
    return None


def _of_one_share(claim: Claim, own: Sequence[Stated], index: FactIndex) -> Iterator[KnownFigure]:
    for company in claim.companies:
        yield from (figure for figure in index.of(company, _PER_SHARE) if not figure.words)
    yield from (one.figure for one in own if one.figure is not None and one.figure.kind is Kind.PRICE)


def _product_of_stated(claim: Claim, sentence: Sentence, own: Sequence[Stated]) -> KnownFigure | None:
    """``1.49 billion shares times $1.11, or $1.65 billion``: the product of two numbers before it."""
    before = [one for one in own if one.claim.numeral.end <= claim.numeral.start][-2:]
    if len(before) < 2:
        return None
    one, other = before
    text = sentence.text
    is_product = _TIMES.search(text, one.claim.numeral.end, other.claim.numeral.start) is not None
    count = one if one.claim.numeral.unit is Unit.NONE else other
    if not is_product or count.claim.numeral.unit is not Unit.NONE:
        # "$4.74 a share, which at 2.41 billion shares costs $11.4 billion"
        is_product = count is other and other.claim.numeral.unit is Unit.NONE and other.value >= _LARGE
    if not is_product or not _BECOMES.search(text, other.claim.numeral.end, claim.numeral.start):
        return None
    return (one.figure or other.figure) if _equals(claim, abs(one.value * other.value)) else None


def _change_of_market_value(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``wiping out about $15 billion of market value``: the change of the price, times all shares."""
    if claim.numeral.readings[0].value < _LARGE or not _is_of_market_value(claim, sentence):
        return None
    for company in claim.companies:
        for change in index.of(company, ("change",)):
            for shares in of_metrics(index, company, ("shares_outstanding",)):
                is_right_way = not claim.direction or change.value * claim.direction >= 0
                if is_right_way and _equals(claim, abs(change.value * shares.value)):
                    return change
    return None


def _is_of_market_value(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether the market value is named right beside an amount."""
    numeral = claim.numeral
    return any(
        mention.name == "market_cap"
        and max(mention.start - numeral.end, numeral.start - mention.end) <= _BESIDE
        for mention in sentence.metrics
    )


def _of_each_year(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``$38 billion over seven years …, $5.4 billion a year``."""
    if not _A_YEAR.match(sentence.text, claim.numeral.end):
        return None
    for one in stated[-3:]:
        for duration in dict.fromkeys((*one.sentence.durations, *sentence.durations)):
            is_of_years = duration.days / max(duration.number, 1.0) > _YEAR
            if is_of_years and duration.number > 1 and _equals(claim, abs(one.value) / duration.number):
                return one.figure
    return None


def _of_whole_year(claim: Claim, sentence: Sentence, own: Sequence[Stated]) -> KnownFigure | None:
    """``$3.5 billion a quarter would be $14 billion a year``."""
    if not _A_YEAR.match(sentence.text, claim.numeral.end):
        return None
    for one in own:
        part = _A_PART.match(sentence.text, one.claim.numeral.end)
        if part is not None and _equals(claim, abs(one.value) * (4 if part["quarter"] else 12)):
            return one.figure
    return None


def _shares_for_amount(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``To collect $100 a year you would need 2,500 shares``: an amount, over that of a share."""
    if not (_SHARES.match(sentence.text, claim.numeral.end) and _NEEDS.search(sentence.text)):
        return None
    amounts = [one.numeral.readings[-1].value for one in sentence.numbers if one.numeral.unit is Unit.MONEY]
    for company in claim.companies:
        for each in index.of(company, ("dividend_per_share", "price")) if amounts else ():
            if each.value and any(_equals(claim, one / abs(each.value)) for one in amounts):
                return each
    return None


def _of_payments(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``twelve dividends since 2024, together $1.41``: the last payments, as many as are named."""
    if not sentence.cues_of("sum") or "dividend_per_share" not in (*claim.metrics, *claim.others):
        return None
    counts = [count_of(match[1]) for match in _COUNT.finditer(sentence.text)]
    years = [one.period.year for one in sentence.periods if one.period is not None and one.period.is_year]
    for company in claim.companies:
        payments = [
            (one.period.end, one)
            for one in index.of(company, ("dividend_per_share",))
            if one.period is not None and one.period.is_day and one.period.end is not None
        ]
        payments.sort(reverse=True)
        since = [sum(day.year >= year for day, _ in payments) for year in years if year is not None]
        for count in (*counts, *since):
            paid = [one for _, one in payments[:count]]
            if len(paid) == count > 1 and _equals(claim, sum(one.value for one in paid)):
                return paid[0]
    return None


def _equals(claim: Claim, value: float) -> bool:
    # "about $880 million" is rounded to tens of millions.
    return claim.equals(value, SLACK, _ROUNDED if claim.is_approximate else 0.0)
