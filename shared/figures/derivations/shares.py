"""Shares in percent: what two amounts make, the rest of a whole, another part of the same whole."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.named_wholes import of_named_whole
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_NEARBY: Final = 30
_MAX_PARTS: Final = 4
_SPENT: Final = {"dividend_per_share": "dividends_paid", "dividend_yield": "dividends_paid"}
"""What a company spends on something that is also named of one share."""
_BRACKET: Final = re.compile(r"[^\d;.,]{0,16}[(（]\s?")
_GIVES: Final = re.compile(
    r",?\s(?:(?:which\s)?(?:is|are|gives?|makes?|means)|ist|sind|est|es|è|é|ergibt|ergeben|macht|donne(?:nt)?|da|dan|dá|dà|danno)?\s?(?:a\s)?",
    re.IGNORECASE,
)
"""Between a part of a whole and their share: ``$790 million on $5.53 billion, 14.3%``."""
_PAYOUTS: Final = frozenset({"payout_ratio", "shareholder_returns"})
_WHOLES: Final = frozenset({"revenue", "total_assets", "market_cap"})
"""What amounts are shares of, though their own sentence names something else."""
_OR: Final = re.compile(
    r"\s*(?:\([^)]*\))?\s*[,(]?\s*(?:or|oder|also|soit|ou|o|ovvero)\s(?:about\s|around\s|rund\s|environ\s)?"
)
_OR_THAT: Final = RarePattern(
    r"(?:[,(]\s?(?:or|that is|i\.e\.|das sind|also|soit|o sea|es decir|ou seja|ovvero|cioè|即)|="
    r"|,\s(?:so|which means)\s(?:that's|that is|this is|it's)"
    r"|,\s(?:a|eine?|une?|una|um|uma)\s(?:rate|ratio|share|margin|Quote|Satz|Anteil|Marge|taux|part|marge|tasa|cuota"
    r"|margen|taxa|margem|quota|aliquota|margine)\s(?:of|von|de|del|di)"
    r"|\s(?:would be|equals|represents|amounts to|entspricht|wären|représente|equivale al?|corresponde a"
    r"|corrisponde al?))\s?"
    r"(?:about|around|roughly|rund|etwa|knapp|gut|fast|environ|près de|presque|quelque|unos|un|casi"
    r"|cerca de|quase|quasi|circa|約|约|약)?\s?$"
)
_BY: Final = re.compile(r"\b(?:by|um|de|en|di)\s(?:about\s|rund\s|environ\s)?$", re.IGNORECASE)
_OF_THAT: Final = re.compile(
    r"\s(?:of (?:that|it|this|them)|davon|de (?:cela|ce montant|celui-ci|esa cifra|ello|eso"
    r"|ese importe)|disso|desse valor|di questo)\b",
    re.IGNORECASE,
)
_THAT_IS: Final = re.compile(
    r"(?:\bdavon|\ben (?:représente\w*|absorbe\w*|fait)|\bne (?:rappresenta\w*|assorbe)"
    r"|その|其中?|占(?:比|其|[^，。\d]{0,3}(?:收入|营收|營收|销售额|銷售額)的?)?|그(?:중|의)?)"
    r"\s?(?:about|nur|rund|etwa|gut|knapp|environ|seulement|quelque|circa|約|约|약)?\s?$",
    re.IGNORECASE,
)
"""Beside a percentage of the amount that was stated before."""
_OF_LAST: Final = re.compile(r"[^\W\d_]?[)）]?\s?(?:の|的|의)\s?(?:約|约|약)?\s?")
"""Between an amount and the share of it."""
_BOTH: Final = re.compile(
    r"\b(?:the two|both|together|beide[ns]?|zusammen|les deux|ensemble|los dos|las dos|ambos|ambas"
    r"|junt[oa]s|os dois|as duas|i due|le due|entrambi|insieme)\b|両者|合計|合わせて|两者|兩者|合计|둘",
    re.IGNORECASE,
)
_COLON: Final = re.compile(
    r"(?:\s(?:in|im|en|em|nel|for|für|pour|para|per)\s[^.;:,]{1,16})?[\s*_]*[:：=(（]\s?", re.IGNORECASE
)
_OUT_OF: Final = re.compile(
    r"\b(?:of|on|out of|over|von|auf|bei|aus|sur|de|sobre|en|em|di|su)\s(?:a\s|an\s)?$|[÷/]\s?$",
    re.IGNORECASE,
)
"""Between a part and its whole."""
_MEASURED: Final = re.compile(
    r"[\s*_-]*(?:relative to|measured against|as a share of|compared (?:with|to)|bezogen auf|gemessen an"
    r"|rapporté[es]?s? (?:à|au|aux)|par rapport (?:à|au|aux)|en relación con|respecto al?|em relação a[os]?"
    r"|face a[os]?|in rapporto a\w*|rispetto a\w*)\s",
    re.IGNORECASE,
)
"""What opens a sentence on the share of an amount in another one."""
_LARGE: Final = 1e6
_OF_COMPANY: Final = re.compile(
    r"\s(?:of the (?:whole |entire )?company|of its value|des (?:ganzen )?Unternehmens"
    r"|de (?:toute )?l['’]entreprise|de la (?:empresa|compañía)|da empresa"
    r"|dell['’]azienda|della società)\b",
    re.IGNORECASE,
)
"""Behind a share of what a company is worth."""
_RANGES: Final = (
    ("week_52_low", "week_52_high"),
    ("bollinger_lower", "bollinger_upper"),
    ("day_low", "day_high"),
    ("target_low_price", "target_high_price"),
)
"""What the price may be some of the way up."""
_OF_RANGE: Final = re.compile(
    r"[\s*_]*(?:of the way|des Weges|der Spanne|du chemin|del recorrido|do caminho)\b",
    re.IGNORECASE,
)


def share(claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """Returns a figure of those whose share a percentage is; None without one."""
    if claim.numeral.unit is Unit.MULTIPLE:
        return _share_of_title(claim, index)
    if claim.numeral.unit is not Unit.PERCENT:
        return None
    return (
        _share_of_title(claim, index)
        or _share_of_payouts(claim, sentence, index)
        or _margin_in_brackets(claim, sentence, stated, index)
        or _share_of_stated(claim, sentence, stated)
        or _share_of_sum(claim, sentence, stated, index)
        or _rest_of_whole(claim, sentence, stated)
        or _share_of_price(claim, sentence, stated, index)
        or _of_same_whole(claim, sentence, index)
        or _share_of_that(claim, sentence, stated, index)
        or _share_measured(claim, sentence, stated)
        or _share_spelt_behind(claim, sentence, stated)
        or _share_of_last(claim, sentence, stated)
        or _of_range(claim, sentence, index)
        or _growth_by_amount(claim, sentence, stated)
        or of_named_whole(claim, sentence, stated, index)
        or _share_of_company(claim, sentence, stated, index)
    )


def _share_of_title(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``Gross profit`` in a column ``% of revenue``: the part that two amounts of one period make."""
    for company in claim.companies if claim.whole and claim.mention is not None else ():
        parts = of_metrics(index, company, claim.mention.metrics if claim.mention is not None else ())
        for part, whole in product(parts, of_metrics(index, company, claim.whole)):
            if part.figure is None or whole.figure is None or not whole.value:
                continue
            is_of_period = claim.period is None or agrees(claim.period, part.figure.period)
            are_of_one = is_of_period and same_period(part.figure, whole.figure)
            scale = 100 if claim.numeral.unit is Unit.PERCENT else 1
            if are_of_one and _equals(claim, abs(part.value / whole.value) * scale):
                return part.figure
    return None


def _share_of_payouts(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``payouts were 103% of free cash flow``: of the dividends, with or without the shares bought back."""
    whole = whole_of(sentence, claim.numeral.end)
    if whole is None or claim.mention is None or claim.mention.name not in _PAYOUTS:
        return None
    for company in claim.companies:
        parts = of_metrics(index, company, ("shareholder_returns", "dividends_paid"))
        for part, total in product(parts, of_metrics(index, company, whole.metrics)):
            if part.figure is None or total.figure is None or not total.value:
                continue
            is_of_period = claim.period is None or agrees(claim.period, part.figure.period)
            are_of_one = is_of_period and same_period(part.figure, total.figure)
            if are_of_one and _equals(claim, abs(part.value / total.value) * 100):
                return part.figure
    return None


def _margin_in_brackets(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``after all costs 6.10 billion remain (7.4%)``: the share of the revenue that an amount is."""
    own = [one for one in stated if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start]
    before = max(own, key=lambda one: one.claim.numeral.end, default=None)
    if before is None or before.figure is None or before.figure.kind is not Kind.MONEY:
        return None
    if not _BRACKET.fullmatch(sentence.text, before.claim.numeral.end, claim.numeral.start):
        return None
    for revenue in index.of(before.figure.symbol, ("revenue",)):
        is_of_period = same_period(before.figure, revenue) and revenue.value
        if is_of_period and _equals(claim, abs(before.value / revenue.value) * 100):
            return before.figure
    return None


def _share_of_stated(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``$87.7bn of cash flow on $108.7bn of net income, or 81%``: the share that two amounts make."""
    own = [one for one in stated if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start]
    before = [one for one in stated if one.sentence is not sentence]
    if len(own) == 1:
        # "… of its €9.48 billion in revenue. SG&A took €1.87 billion, or about 20%."
        own = [*[one for one in before if one.figure and one.figure.metric in _WHOLES][-1:], *own]
    if len(own) == 1:
        # "The deal moves 2,400 employees. Infosys has 123,283, so that's 1.9% more."
        own = [*[one for one in before if one.figure and one.figure.words][-1:], *own]
    if len(own) < 2:
        return None
    one, other = own[-2:]
    gap = sentence.text[other.claim.numeral.end : claim.numeral.start]
    units = {one.claim.numeral.unit, other.claim.numeral.unit}
    if not units <= {Unit.MONEY, Unit.NONE} or not one.value or not other.value:
        return None
    is_out_of = _OUT_OF.search(sentence.text, one.claim.numeral.end, other.claim.numeral.start) is not None
    # "$790 million on $5.53 billion, 14.3%"
    if not (_OR_THAT.search(gap) or _OR.fullmatch(gap) or (is_out_of and _GIVES.fullmatch(gap))):
        return None
    if one.figure is not None and other.figure is not None and one.figure.metric == other.figure.metric:
        # "from 23.41bn in 2021 to 31.65bn in 2024, i.e. 35% in three years"
        growth = (abs(other.value / one.value) - 1) * 100
        if _equals(claim, abs(growth)) and claim.direction * growth >= 0:
            return other.figure
    is_sum = len(own) > 2 and any(_equals_sum(own[:-1], other))
    for whole in (
        [one for one in before if one.claim.numeral.unit is Unit.MONEY and one.value] if is_sum else ()
    ):
        # "It left $6.05bn. It paid $1.30bn and bought back $4.19bn, so $5.49bn or 91%."
        if _equals(claim, abs(other.value / whole.value) * 100):
            return whole.figure or other.figure
    part = abs(one.value / other.value) * 100
    return (one.figure or other.figure) if _equals(claim, part) or _equals(claim, 1e4 / part) else None


def _equals_sum(parts: Sequence[Stated], total: Stated) -> Iterator[bool]:
    """Yields whether a number is the sum of the last two or more numbers before it."""
    tolerance = total.claim.numeral.readings[-1].tolerance
    for size in range(2, len(parts) + 1):
        yield abs(sum(abs(one.value) for one in parts[-size:]) - abs(total.value)) <= 2 * tolerance


def _share_of_sum(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``dividends of $0.4 billion and buybacks of $2.6 billion, together 78% of free cash flow``."""
    is_other_words = ends_with(_OR, sentence.text, claim.numeral.start) is not None
    if not (is_other_words or sentence.cues_of("sum", "together")):
        return None
    whole = whole_of(sentence, claim.numeral.end)
    amounts = [one for one in stated if one.claim.numeral.unit in (Unit.MONEY, Unit.NONE) and one.figure]
    parts = [
        one for one in amounts if one.sentence is not sentence or one.claim.numeral.end <= claim.numeral.start
    ][-_MAX_PARTS:]
    for company in claim.companies if whole is not None else ():
        wholes = of_metrics(index, company, whole.metrics if whole is not None else ())
        # "$1.25 billion of dividends, so $7.66 billion or 88% of free cash flow": of the amount before.
        for size, total in product(range(1 if is_other_words else 2, len(parts) + 1), wholes):
            first = parts[-size].figure
            if first is None or total.figure is None or not same_period(first, total.figure):
                continue
            if total.value and _equals(
                claim, sum(abs(one.value) for one in parts[-size:]) / total.value * 100
            ):
                return first
    return None


def _share_of_that(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``free cash flow of $3.51 per share; the dividend of $0.36 is 10% of that``."""
    text, numeral = sentence.text, claim.numeral
    if not (
        _OF_THAT.match(text, numeral.end)
        or _THAT_IS.search(text[max(0, numeral.start - _NEARBY) : numeral.start])
    ):
        return None
    before = [
        one
        for one in stated
        if (one.sentence is not sentence or one.claim.numeral.end <= numeral.start)
        and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
        and one.value
    ]
    before.sort(key=lambda one: (one.sentence is sentence, one.claim.numeral.start))
    if len(before) < 2:
        return _share_of_company_in_sum(claim, before[0], index) if before else None
    whole, part = before[-2:]
    if part.sentence is sentence and _BOTH.search(text):
        # "It bought back $4.09bn and paid $2.08bn. Free cash flow was $6.66bn, so the two took 93% of it."
        for one, other in combinations(before[-_MAX_PARTS - 1 : -1], 2):
            if _equals(claim, (abs(one.value) + abs(other.value)) / abs(part.value) * 100):
                return part.figure or whole.figure
    if _equals(claim, abs(part.value / whole.value) * 100):
        return part.figure or whole.figure
    return _share_of_company_in_sum(claim, part, index)


def _share_of_company_in_sum(claim: Claim, total: Stated, index: FactIndex) -> KnownFigure | None:
    """``Together they are worth $766.0 billion. Costco alone is 55% of that``."""
    if total.figure is None:
        return None
    for company in claim.companies:
        for one in index.of(company, (total.figure.metric,)):
            if same_period(one, total.figure) and _equals(claim, abs(one.value / total.value) * 100):
                return one
    return None


def _share_spelt_behind(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``21%: £1.80 billion of tax on £8.56 billion of pretax income``: the parts stand behind it."""
    begin = _COLON.match(sentence.text, claim.numeral.end)
    if begin is None:
        return None
    own = [one for one in stated if one.sentence is sentence and one.claim.numeral.start >= begin.end()]
    own.sort(key=lambda one: one.claim.numeral.start)
    if len(own) < 2 or not own[1].value:
        return None
    part, whole = own[:2]
    gap = sentence.text[part.claim.numeral.end : whole.claim.numeral.start]
    is_share = part.claim.numeral.unit is whole.claim.numeral.unit and _OUT_OF.search(gap) is not None
    return part.figure if is_share and _equals(claim, abs(part.value / whole.value) * 100) else None


def _share_measured(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``Equity was $4.44bn. Measured against assets of $77.23bn that is 5.7%``."""
    if not _MEASURED.match(sentence.text):
        return None
    amounts = [one for one in stated if one.claim.numeral.unit in (Unit.MONEY, Unit.NONE) and one.value]
    wholes = [
        one for one in amounts if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start
    ]
    for part in [one for one in amounts if one.sentence is not sentence][-_MAX_PARTS:] if wholes else ():
        if _equals(claim, abs(part.value / wholes[-1].value) * 100):
            return part.figure or wholes[-1].figure
    return None


def _share_of_last(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``20조원을 투자한다. 매출 22조 9,100억원의 87%``: an amount, of the one right before the number."""
    amounts = [
        one
        for one in stated
        if (one.sentence is not sentence or one.claim.numeral.end <= claim.numeral.start)
        and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
        and one.value
    ]
    amounts.sort(key=lambda one: (one.sentence is sentence, one.claim.numeral.start))
    if len(amounts) < 2 or amounts[-1].sentence is not sentence:
        return None
    whole = amounts[-1]
    if not _OF_LAST.fullmatch(sentence.text, whole.claim.numeral.end, claim.numeral.start):
        return None
    parts = amounts[-1 - _MAX_PARTS : -1]
    fitting = (one for one in parts if _equals(claim, abs(one.value / whole.value) * 100))
    return next((one.figure or whole.figure for one in fitting), None)


def _rest_of_whole(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``a payout of 14.1%, so 85.9% are retained``: the rest of a hundred percent."""
    if not sentence.cues_of("difference", "kept"):
        return None
    for one in stated:
        if one.claim is claim or one.claim.numeral.unit is not Unit.PERCENT:
            continue
        if any(
            abs(100 - one.value - reading.value) <= reading.tolerance for reading in claim.numeral.readings
        ):
            return one.figure
    return None


def _share_of_price(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``an ATR of $4.21, or 1.7%``: the same amount in percent of the price."""
    if not stated or stated[-1].sentence is not sentence:
        return None
    amount = stated[-1]
    gap = sentence.text[amount.claim.numeral.end : claim.numeral.start]
    metric = METRICS.get(amount.figure.metric) if amount.figure else None
    if metric is None or metric.kind is not Kind.PRICE or not _OR.fullmatch(gap):
        return None
    for company in claim.companies:
        for price in index.of(company, ("price",)):
            part = abs(amount.value / price.value) * 100 if price.value and not price.words else None
            if part and any(abs(part - one.value) <= one.tolerance for one in claim.numeral.readings):
                return amount.figure
    return None


def _of_same_whole(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``62% of free cash flow went into buybacks and another 21% into dividends``."""
    behind = next((one for one in sentence.metrics if one.start >= claim.numeral.end), None)
    if behind is None or behind.start - claim.numeral.end > _NEARBY:
        # "R&D consumed 3.8% of sales, SG&A another 2.1%"
        behind = claim.mention
    if behind is None:
        return None
    for number in sentence.numbers:
        if number.numeral.start >= claim.numeral.start or number.numeral.unit is not Unit.PERCENT:
            continue
        whole = whole_of(sentence, number.numeral.end)
        if whole is None or whole is behind:
            continue
        for company in claim.companies:
            parts = of_metrics(index, company, [_SPENT.get(metric, metric) for metric in behind.metrics])
            for part, all_of_it in product(parts, of_metrics(index, company, whole.metrics)):
                if all_of_it.value and _equals(claim, abs(part.value / all_of_it.value) * 100):
                    return part.figure
    return None


def _growth_by_amount(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``was enlarged by $1.2 billion to $7.2 billion, i.e. by 20%``: a change, of what it began with."""
    own = [one for one in stated if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start]
    own.sort(key=lambda one: one.claim.numeral.start)
    if len(own) < 2 or not _BY.search(sentence.text, 0, own[-2].claim.numeral.start):
        return None
    change, level = (abs(one.value) for one in own[-2:])
    for start in (level - change, level + change):
        if start > 0 and change and _equals(claim, change / start * 100):
            return own[-2].figure or own[-1].figure
    return None


def _share_of_company(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``a stake of $1 billion, which is about 4.6% of the company``: an amount, of what all shares cost."""
    if not _OF_COMPANY.match(sentence.text, claim.numeral.end):
        return None
    amounts = [one for one in stated if one.claim.numeral.unit is Unit.MONEY and abs(one.value) >= _LARGE]
    for company, part in product(claim.companies, amounts[-1:]):
        for whole in of_metrics(index, company, ("market_cap",)):
            if whole.value and _equals(claim, abs(part.value / whole.value) * 100):
                return part.figure or whole.figure
    return None


def _of_range(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``69% of the way from the 52-week low to the high``: where in its range the price is."""
    if not is_of_range(claim, sentence):
        return None
    named = {metric for mention in sentence.metrics for metric in (mention.name, *mention.metrics)}
    ranges = [ends for ends in _RANGES if not named.isdisjoint(ends)] or _RANGES[:1]
    for company, ends in product(claim.companies, ranges):
        price, low, high = (
            next(iter(of_metrics(index, company, (metric,))), None) for metric in ("price", *ends)
        )
        if price and low and high and high.value > low.value:
            place = (price.value - low.value) / (high.value - low.value) * 100
            if _equals(claim, place):
                return price.figure
    return None


def is_of_range(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number says how far along something is: ``69% of the way``."""
    return _OF_RANGE.match(sentence.text, claim.numeral.end) is not None


def _equals(claim: Claim, value: float) -> bool:
    return claim.equals(value, SLACK)
