"""What follows from two figures of one company: implied earnings, the place in a range, costs of a margin."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_RANGES: Final = (
    ("week_52_low", "week_52_high"),
    ("day_low", "day_high"),
    ("target_low_price", "target_high_price"),
)
_IN_RANGE: Final = RarePattern(
    r"\s(?:of|up|through|in|into|along|der|des|dieser|dieses|de|del|della|da)\s(?:the way (?:up|through)\s)?"
    r"(?:[^\W\d_]+['’]?\s){0,2}(?:\d{1,2}[\s-][^\W\d_]+[\s-])?"
    r"(?:range|spread|band|Spanne|Bandbreite|fourchette|rango|faixa|intervallo)\b|\sdell['’]intervallo\b",
    re.IGNORECASE,
)
"""Behind how far up a range the price is: ``61% of its 52-week range``."""
_RANGE_BEFORE: Final = re.compile(
    r"(?:レンジ|値幅|区间|區間|范围|範圍|범위|레인지)(?:の|的|의)\s?(?:約|约|약\s?)?$"
)
_EARNINGS: Final = frozenset({"eps", "eps_estimate", "net_income", "profit", "earnings_growth"})
_COSTS: Final = RarePattern(
    r"\b(?:costs?|expenses|spending|spends?|Kosten|Aufwand|Ausgaben|coûts?|charges|dépenses|costes?|gastos|custos"
    r"|despesas|costi|spese)\b",
    re.IGNORECASE,
)
_DISCOUNT: Final = RarePattern(
    r"[\s-](?:(?P<up>premium|Aufschlag|prime|premio|prêmio)|discount|Abschlag|décote|descuento|desconto|sconto)\b"
    r"|\s?(?:の|的)?\s?(?:ディスカウント|割安|折价|折價|할인)",
    re.IGNORECASE,
)
_DISCOUNT_BEFORE: Final = re.compile(r"(?:(?P<up>溢价|溢價)|折价|折價)(?:约|約)?\s?$")
"""Around how far a price is from a value."""
_BOOK: Final = RarePattern(
    r"\b(?:book|equity|P/B|Buchwert\w*|Eigenkapital\w*|KBV|valeur comptable|fonds propres|valor contable"
    r"|valor patrimonial|patrimônio|patrimonio|valore contabile)\b|純資産|PBR|净资产|市净率|淨值|순자산|장부",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\b(?:from|von|de|desde|da|dal)\s(?:about\s|roughly\s|around\s)?$", re.IGNORECASE)
_RANGES_AWAY: Final = (1.0, 1.5, 2.0, 2.5, 3.0)
"""How many average ranges from the price an order is customarily placed."""
_MARGINS: Final = frozenset({"gross_margin", "operating_margin", "profit_margin"})


def implied_value(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure from which a number follows as its sentence reads; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    own = [one.figure for one in stated if one.sentence is sentence and one.figure is not None]
    if not claim.companies:
        return None
    if claim.numeral.unit is Unit.PERCENT:
        ways = (
            *_place_in_range(claim, sentence, index),
            *_growth(claim, own, index),
            *_costs(sentence, own),
            *_gap_to_book(claim, sentence, index),
            *_before_move(claim, sentence, stated),
            *_incremental_margin(claim, sentence, index),
        )
    elif claim.numeral.unit in (Unit.MONEY, Unit.NONE):
        ways = (
            *_earnings(claim, own, index),
            *_ends_of_volatility(claim, sentence, own, index),
            *_ranges_away(claim, sentence, index),
        )
    else:
        return None
    return next((figure for value, figure in ways if claim.equals(value, SLACK)), None)


def _place_in_range(
    claim: Claim, sentence: Sentence, index: FactIndex
) -> Iterator[tuple[float, KnownFigure]]:
    """``trades at 61% of its 52-week range``: how far the price is from the lower end, over the range."""
    text, numeral = sentence.text, claim.numeral
    if not _IN_RANGE.match(text, numeral.end) and not ends_with(_RANGE_BEFORE, text, numeral.start):
        return
    named = {metric for one in sentence.metrics for metric in one.metrics}
    ranges = [one for one in _RANGES if not named.isdisjoint(one)] or _RANGES
    for company in claim.companies:
        price = next((one.value for one in of_metrics(index, company, ("price",))), None)
        for low, high in ranges if price is not None else ():
            ends = [next(iter(index.of(company, (end,))), None) for end in (low, high)]
            first, last = ends
            if price is not None and first is not None and last is not None and last.value > first.value:
                yield (price - first.value) / (last.value - first.value) * 100, first


def _earnings(
    claim: Claim, own: Sequence[KnownFigure], index: FactIndex
) -> Iterator[tuple[float, KnownFigure]]:
    """``The forward P/E of 30.2 implies earnings of $8.29 per share``: the price over the multiple."""
    if _EARNINGS.isdisjoint((*claim.metrics, *claim.others)):
        return
    for multiple in own:
        if multiple.metric in ("forward_pe", "trailing_pe") and multiple.value > 0:
            for price in of_metrics(index, multiple.symbol, ("price",)):
                yield price.value / multiple.value, multiple


def _growth(
    claim: Claim, own: Sequence[KnownFigure], index: FactIndex
) -> Iterator[tuple[float, KnownFigure]]:
    """By how much earnings would grow from those of the trailing to those of the forward multiple."""
    if _EARNINGS.isdisjoint((*claim.metrics, *claim.others, *(one.metric for one in own))):
        return
    for forward in own:
        if forward.metric != "forward_pe" or forward.value <= 0:
            continue
        for trailing in of_metrics(index, forward.symbol, ("trailing_pe",)):
            way = trailing.value / forward.value - 1
            if way * claim.direction >= 0:
                yield abs(way) * 100, forward


def _costs(sentence: Sentence, own: Sequence[KnownFigure]) -> Iterator[tuple[float, KnownFigure]]:
    """``Costs eat up 68.1% of revenue, since the operating margin is 31.9%``: what a margin leaves."""
    margins = [one for one in own if one.metric in _MARGINS]
    if margins and _COSTS.search(sentence.text):
        yield from ((100 - one.value, one) for one in margins)


def _gap_to_book(claim: Claim, sentence: Sentence, index: FactIndex) -> Iterator[tuple[float, KnownFigure]]:
    """``At 0.77 times book value, a 23% discount``: how far the price is from the value in the books."""
    word = _DISCOUNT.match(sentence.text, claim.numeral.end) or ends_with(
        _DISCOUNT_BEFORE, sentence.text, claim.numeral.start
    )
    if word is None or not _BOOK.search(sentence.text):
        return
    way = 1 if word["up"] else -1
    for company in claim.companies:
        for ratio in of_metrics(index, company, ("price_to_book",)):
            if ratio.figure is not None and (ratio.value - 1) * way > 0:
                yield abs(ratio.value - 1) * 100, ratio.figure


def _before_move(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated]
) -> Iterator[tuple[float, KnownFigure]]:
    """``The margin widened 90 basis points to 36.9%, implying 36.0% a year ago``: the level before it."""
    moves = [one.numeral for one in sentence.numbers if one.numeral.unit is Unit.POINTS]
    way = bool(sentence.cues_of("up")) - bool(sentence.cues_of("down"))
    if not moves or not way or not _is_earlier(claim, sentence):
        return
    for move, level in product(moves, stated):
        is_level = level.sentence is sentence and level.claim.numeral.unit is Unit.PERCENT
        if is_level and level.figure is not None and level.claim.metrics == claim.metrics:
            yield abs(level.value) - way * move.readings[0].value, level.figure


def _incremental_margin(
    claim: Claim, sentence: Sentence, index: FactIndex
) -> Iterator[tuple[float, KnownFigure]]:
    """``An incremental margin of 54%``: the growth of the operating income over that of the revenue."""
    if "incremental" not in sentence.keys:
        return
    for company in claim.companies:
        earned, sold = (_by_year(index, company, metric) for metric in ("operating_income", "revenue"))
        for year, figure in earned.items():
            years = {year, year - 1}
            if years <= earned.keys() and years <= sold.keys() and sold[year].value != sold[year - 1].value:
                gain = figure.value - earned[year - 1].value
                yield abs(gain / (sold[year].value - sold[year - 1].value)) * 100, figure


def _by_year(index: FactIndex, company: str, metric: str) -> dict[int, KnownFigure]:
    """Returns the values of a metric by fiscal year."""
    return {
        one.period.year: one
        for one in index.of(company, (metric,))
        if one.period is not None and one.period.year and not (one.period.quarter or one.words)
    }


def _is_earlier(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is a level before another one, as the words beside it say."""
    is_start = ends_with(_FROM, sentence.text, claim.numeral.start) is not None
    return is_start or bool(sentence.cues_of("prior", "prior_quarter"))


def _ends_of_volatility(
    claim: Claim, sentence: Sentence, own: Sequence[KnownFigure], index: FactIndex
) -> Iterator[tuple[float, KnownFigure]]:
    """``With a volatility of 24.3%, the range of a year is $189.63 to $311.37``."""
    if not any(one.name == "volatility" for one in sentence.metrics):
        return
    for volatility in own:
        if volatility.metric == "volatility" and volatility.symbol in claim.companies:
            for price in of_metrics(index, volatility.symbol, ("price",)):
                yield from ((price.value * (1 + way * volatility.value / 100), volatility) for way in (1, -1))


def _ranges_away(claim: Claim, sentence: Sentence, index: FactIndex) -> Iterator[tuple[float, KnownFigure]]:
    """``A stop two ATRs below the price would be at $242.08``."""
    if claim.numeral.unit is not Unit.MONEY or not any(one.name == "atr_14" for one in sentence.metrics):
        return
    ways = (claim.direction,) if claim.direction else (1, -1)
    for company in claim.companies:
        for price in of_metrics(index, company, ("price",))[:1]:
            for atr in index.of(company, ("atr_14",)):
                for count, way in product(_RANGES_AWAY, ways):
                    yield price.value + way * count * atr.value, atr
