"""Computes the value of a holding of the reader, its dividends, and its gain or loss."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import TO, ends_with
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.span_changes import closes_of_times
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.holdings.own_amounts import OwnAmounts
from shared.figures.holdings.stated_values import HOLDING, of_stated_values
from shared.figures.lookup.agreement import tolerance_of
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_MAX_COMPANIES: Final = 4
_ROUND_DIGITS: Final = 2
"""Significant digits of a bound at most: ``over $1,500``."""
_BEYOND: Final = 0.08
"""How far a value may be from its bound, as a part of the value."""
_MAX_LEVELS: Final = 4
_MAX_ENTRIES: Final = 6
_MAX_PAYMENTS: Final = 20
_QUARTERS: Final = 4
_DAYS_OF_YEAR: Final = 365.25
_PAIR: Final = "=X"
"""The end of the symbols of pairs of currencies."""
_DIVIDEND: Final = "dividend_per_share"
_DIVIDENDS: Final = frozenset({_DIVIDEND, "dividends_paid"})
_OF_PROSE: Final = "text"
_WITHOUT_CENTS: Final = frozenset({"JPY", "KRW"})
_FAR_FROM_PRICE: Final = 50.0
"""How many times the price a number may be, or be of it, that was paid for a share."""
_PER_QUARTER: Final = re.compile(
    r"[\s,]*(?:(?:a|per|each|every|im|pro|je|par|por|al|ao|a)\s(?:quarter|Quartal|trimestre)\b|quarterly"
    r"|vierteljährlich|四半期|每季|분기)",
    re.IGNORECASE,
)
_PER_YEAR: Final = re.compile(
    r"[\s,]*(?:(?:of|in|de|an|di)\s(?:dividends?|Dividenden?|dividendes?|dividendos?)\s)?"
    r"(?:(?:a|per|each|every|im|pro|je|par|por|al|ao|l['’])\s?(?:year|Jahr|an|année|año|ano|anno)\b|annually|yearly|jährlich)",
    re.IGNORECASE,
)
_OTHERWISE: Final = frozenset(
    {"return_or_yield", "dividend_yield", "upside", "change_percent", "growth", "surprise_percent"}
)
"""Percentages that a gain or a yield of a holding may be called."""
_PAST_PRICES: Final = frozenset(
    {"price", "first_close", "previous_close", "highest", "lowest", "week_52_high", "week_52_low"}
)


class _HoldingValue(NamedTuple):
    """A value; ``is_change`` tells that its sign is the direction of a gain or loss."""

    value: float
    is_change: bool = False


class _Holding(NamedTuple):
    """What the reader holds of one company, or could buy.

    Attributes:
        price: What a share costs now.
        counts: Numbers of shares.
        entries: What a share cost when it was bought.
        amounts: Sums to invest.
        levels: Other prices that the sentence names, such as a target.
        moves: By how much the price of a share has changed in a day.
        yearly: The dividend of a share in a year, or 0.
        payments: The dividends of a share, the last one first.
        rate: What the last one comes to in a year, where there are four or more of them; else 0.
        told: Dividends of a share that the text states: proposed ones are in the news alone.
    """

    price: KnownFigure
    counts: Sequence[float]
    entries: Sequence[float]
    amounts: Sequence[float]
    levels: Sequence[float]
    moves: Sequence[float]
    yearly: float
    payments: Sequence[float]
    rate: float
    told: Sequence[float]


def of_holding(
    claim: Claim,
    sentence: Sentence,
    own: OwnAmounts,
    stated: Sequence[Stated],
    index: FactIndex,
    companies: Sequence[str],
    earlier: Sequence[Stated] = (),
) -> KnownFigure | None:
    """Returns a figure from which a number follows together with the reader's own; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        own: The reader's own numbers.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
        earlier: Supported numbers of the sentences before.
    """
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE, Unit.PERCENT) or _is_of_company(claim):
        return None
    held = [one.company for one in own.counts if one.company]
    wanted = dict.fromkeys((*claim.companies, *held, *companies))
    positions = [
        position
        for company in list(wanted)[:_MAX_COMPANIES]
        if (position := _position(company, sentence, own, stated, index, earlier)) is not None
    ]
    for position in (*positions, *map(_as_shown, positions)):
        if any(_says(claim, sentence, result) for result in _results(claim, sentence, position)):
            return _as_holding(position.price)
    owned = [one for one in positions if one.counts]
    if len(owned) > 1 and any(_says(claim, sentence, result) for result in _of_several(claim, owned)):
        return _as_holding(owned[0].price)
    return of_stated_values(claim, [one.value for one in own.sums], stated)


def _as_holding(price: KnownFigure) -> KnownFigure:
    """Returns a price as the figure behind a value of a holding, from which no price follows."""
    return price._replace(metric=HOLDING)


def _as_shown(position: _Holding) -> _Holding:
    """Returns a position with the price as the text of a fact shows it, with which writers compute."""
    price = position.price
    decimals = 0 if price.currency in _WITHOUT_CENTS else 2
    return position._replace(price=price._replace(value=round(price.value, decimals) or price.value))


def _is_of_company(claim: Claim) -> bool:
    """Returns whether a name stands beside a percentage that no gain or yield of a holding is called."""
    if claim.numeral.unit is not Unit.PERCENT or not claim.is_tight or claim.mention is None:
        return False
    metric = METRICS.get(claim.mention.name)
    is_share = metric is not None and metric.kind in (Kind.PERCENT, Kind.RATIO, Kind.INDEX)
    return is_share and claim.mention.name not in _OTHERWISE


def _position(
    company: str,
    sentence: Sentence,
    own: OwnAmounts,
    stated: Sequence[Stated],
    index: FactIndex,
    earlier: Sequence[Stated],
) -> _Holding | None:
    prices = [one for one in index.of(company, ("price",)) if not one.words]
    price = max(prices, key=lambda one: one.as_of or "", default=None)
    if price is None or not price.value:
        return None
    counts = [one.value for one in own.counts if one.company in ("", company)]
    sums = [one.value for one in own.sums]
    entries = [one for one in sums if price.value / _FAR_FROM_PRICE < one < price.value * _FAR_FROM_PRICE]
    entries += [one / count for one in sums for count in counts if count]
    entries += _stated_prices(company, [*earlier, *stated], price)
    is_past = any("first_close" in one.metrics for one in sentence.metrics)
    if sentence.durations or sentence.cues_of("past_year", "prior") or is_past:
        # "$10,000 invested a year ago": at the price with which the history begins.
        entries += [one.value for one in index.of(company, ("first_close",)) if not one.words]
    entries += _prices_of_days(company, sentence, index)
    entries += closes_of_times(sentence, company, index)
    dividends = [one for one in index.of(company, ("dividend_per_share",)) if not one.words and one.period]
    payments = [one for one in dividends if one.period is not None and one.period.is_day]
    payments.sort(key=lambda one: str(one.period), reverse=True)
    yearly = next((one.value for one in dividends if one.period is not None and one.period.is_snapshot), 0.0)
    levels = [
        one.value
        for mention in sentence.metrics
        if mention.name not in ("price", "trading") and "dividend" not in mention.name
        for one in index.of(company, mention.metrics)
        if one.kind is Kind.PRICE and not one.words
    ]
    return _Holding(
        price, counts, list(dict.fromkeys(filter(None, entries)))[:_MAX_ENTRIES], sums,
        [*levels[:_MAX_LEVELS], *_stated_moves(company, stated), *_stated_levels(company, sentence, stated)],
        [one.value for one in index.of(company, ("change",)) if not one.words][:1],
        yearly or sum(one.value for one in payments[:_QUARTERS]),
        [one.value for one in payments[:_MAX_PAYMENTS]], _rate(payments),
        list(dict.fromkeys(_stated_dividends(company, [*earlier, *stated], price))),
    )  # fmt: skip


def _stated_dividends(company: str, stated: Sequence[Stated], price: KnownFigure) -> Iterator[float]:
    """Yields the dividends of a share that the text states: ``The board proposes $2.07 per share``."""
    for one in stated:
        figure, claim = one.figure, one.claim
        if figure is None or figure.symbol != company or claim.numeral.unit is not Unit.MONEY:
            continue
        names = (*claim.metrics, *claim.others, *(name.name for name in one.sentence.metrics))
        if (
            not _DIVIDENDS.isdisjoint(names)
            and figure.metric in (_DIVIDEND, _OF_PROSE)
            and one.value < price.value
        ):
            yield abs(one.value)


def _rate(payments: Sequence[KnownFigure]) -> float:
    """Returns what the last dividend comes to in a year: ``On the new rate of $1.25, 40 shares pay $200``."""
    days = [one.period.end for one in payments if one.period is not None and one.period.end is not None]
    if len(days) < _QUARTERS:
        return 0.0
    in_year = round(_DAYS_OF_YEAR / max(1, (days[0] - days[_QUARTERS - 1]).days / (_QUARTERS - 1)))
    return payments[0].value * in_year if in_year >= _QUARTERS else 0.0


def _stated_prices(company: str, stated: Sequence[Stated], price: KnownFigure) -> Iterator[float]:
    """Yields the earlier prices that the text states, for which the reader may have bought."""
    for one in stated:
        figure = one.figure
        is_price = figure is not None and figure.symbol == company and figure.kind is Kind.PRICE
        if is_price and figure is not None and figure.metric in _PAST_PRICES and figure.value != price.value:
            yield abs(figure.value)


def _prices_of_days(company: str, sentence: Sentence, index: FactIndex) -> list[float]:
    """Returns the prices of the times that a sentence names: ``worth $5,146.60 at the end of 2025``."""
    named = [mention.period for mention in sentence.periods if mention.period is not None]
    closes = [one for one in index.of(company, ("price",)) if named and not one.words]
    return [
        one.value
        for one in closes
        if one.period is not None
        and not one.period.is_snapshot
        and any(agrees(at, one.period) for at in named)
    ]


def _stated_levels(company: str, sentence: Sentence, stated: Sequence[Stated]) -> Iterator[float]:
    """Yields the levels of a sentence: ``If it went back to $294.16, they would be worth $4,708``."""
    for one in stated:
        figure = one.figure
        is_own = one.sentence is sentence and figure is not None and figure.symbol == company
        if is_own and figure is not None and figure.kind is Kind.PRICE and figure.metric in _PAST_PRICES:
            yield abs(one.value)


def _stated_moves(company: str, stated: Sequence[Stated]) -> Iterator[float]:
    """Yields how far the text says that a share moves: ``a decline of $181.75 per share``."""
    for one in stated:
        figure = one.figure
        if figure is None or figure.symbol != company or figure.kind is not Kind.PRICE:
            continue
        is_amount = one.claim.numeral.unit is Unit.MONEY
        if is_amount and one.claim.direction and not one.claim.equals(abs(figure.value)):
            yield abs(one.value)


def _results(claim: Claim, sentence: Sentence, position: _Holding) -> Iterator[_HoldingValue]:
    price = position.price.value
    match claim.numeral.unit:
        case Unit.NONE:
            for amount in position.amounts:
                for each in (price, *position.entries):
                    yield _HoldingValue(amount / each)
                    yield _HoldingValue(float(amount // each))
        case Unit.PERCENT:
            yield from _percentages(position)
        case _:
            yield from _amounts(claim, sentence, position)


def _percentages(position: _Holding) -> Iterator[_HoldingValue]:
    price = position.price.value
    yield from (_HoldingValue(paid / price * 100) for paid in position.told)
    for level in position.levels:
        # "at the target of $61.40, with a year's dividends, the total return would be 9.1%"
        yield _HoldingValue(((level + position.yearly) / price - 1) * 100, is_change=True)
    for entry in position.entries:
        for level in (price, *position.levels):
            yield _HoldingValue((level / entry - 1) * 100, is_change=True)
        yield _HoldingValue((entry / price - 1) * 100, is_change=True)
        yield _HoldingValue(position.yearly / entry * 100)
        yield from (_HoldingValue(paid / entry * 100) for paid in position.told)
        for paid in _paid(position):
            yield _HoldingValue(((price + paid) / entry - 1) * 100, is_change=True)


def _amounts(claim: Claim, sentence: Sentence, position: _Holding) -> Iterator[_HoldingValue]:
    price = position.price.value
    if position.price.symbol.endswith(_PAIR):
        # "2,500 euros are 2,329.50 francs; three months ago they were 2,356.75."
        for amount in position.amounts:
            yield from (_HoldingValue(amount * rate) for rate in (price, *position.entries))
            yield from (_HoldingValue(amount * (price - rate), is_change=False) for rate in position.entries)
    counts = list(position.counts)
    for amount in position.amounts:
        if price < amount:
            counts += [amount / price, float(amount // price)]
            yield _HoldingValue(amount % price)
        counts += [amount / entry for entry in position.entries if entry < amount]
        # "$10,000 would be $13,035 now, a profit of $3,035"
        yield from (_HoldingValue(amount * (price / entry - 1), is_change=True) for entry in position.entries)
    for entry in position.entries:
        if sentence.cues_of("mean"):
            # "Another 60 shares would bring your average cost down to $103.13."
            yield _HoldingValue((entry + price) / 2)
        yield _HoldingValue(price - entry, is_change=True)
        yield from (_HoldingValue(price - entry + paid, is_change=True) for paid in _paid(position))
    for count in position.counts if claim.is_conditional or claim.direction else ():
        # "A 10% drop in the stock would cost you $1,034."
        moves = [one.numeral for one in sentence.numbers if one.numeral.unit is Unit.PERCENT]
        yield from (_HoldingValue(count * price * one.readings[0].value / 100) for one in moves)
    for count in dict.fromkeys(counts):
        yield from (_HoldingValue(count * paid) for paid in _dividends(claim, sentence, position))
        yield from (_HoldingValue(count * level) for level in position.levels)
        yield from (_HoldingValue(count * move, is_change=True) for move in position.moves)
        yield from (_HoldingValue(count * (level - price), is_change=True) for level in position.levels)
        yield from _values_of_count(count, position)


def _values_of_count(count: float, position: _Holding) -> Iterator[_HoldingValue]:
    """Yields what so many shares cost, are worth, and gain; what an amount buys tells no new worth."""
    price = position.price.value
    is_bought = any(math.isclose(count * price, amount) for amount in position.amounts)
    for paid in () if is_bought else (0.0, *_paid(position)):
        yield _HoldingValue(count * (price + paid))
    for entry in position.entries:
        if count in position.counts:
            yield _HoldingValue(count * entry)
        yield from (_HoldingValue(count * (level - entry), is_change=True) for level in position.levels)
        for paid in (0.0, *_paid(position)):
            yield _HoldingValue(count * (price - entry + paid), is_change=True)


def _dividends(claim: Claim, sentence: Sentence, position: _Holding) -> Iterator[float]:
    """Yields what a share pays: in the quarter or year that is named behind a number, else in either."""
    text, end = sentence.text, claim.numeral.end
    if not _PER_QUARTER.match(text, end):
        yield position.yearly
        yield position.rate
        yield from _paid(position)
        yield from position.told
        # "1,100 yuan, 130 more than last year's 970": what was paid before the last time.
        yield from position.payments[1:2] if sentence.cues_of("prior") else ()
        # "At 150 shares that is $4.50 more than last year."
        yield from (
            abs(one - last) for one in position.told for last in (*position.told, *position.payments[:2])
        )
    if not _PER_YEAR.match(text, end):
        yield position.yearly / _QUARTERS
        yield from position.payments[:1]


def _paid(position: _Holding) -> Iterator[float]:
    """Yields the dividends of a year, and those of the last payments together."""
    yield position.yearly
    total = 0.0
    for payment in position.payments:
        total += payment
        yield total


def _of_several(claim: Claim, positions: Sequence[_Holding]) -> Iterator[_HoldingValue]:
    """Yields the value of all holdings, their dividends, their yield, and the share of each."""
    values = [one.counts[0] * one.price.value for one in positions]
    yearly = [one.counts[0] * one.yearly for one in positions]
    if claim.numeral.unit is Unit.MONEY:
        yield _HoldingValue(sum(values))
        yield _HoldingValue(sum(yearly))
        yield _HoldingValue(sum(yearly) / _QUARTERS)
        yield _HoldingValue(values[0] - values[1])
    elif claim.numeral.unit is Unit.PERCENT:
        yield _HoldingValue(sum(yearly) / sum(values) * 100)
        yield from (_HoldingValue(value / sum(values) * 100) for value in values)


def _says(claim: Claim, sentence: Sentence, result: _HoldingValue) -> bool:
    size = abs(result.value)
    if not any(
        abs(size - reading.value) <= tolerance_of(claim, reading) * SLACK or _is_bound(claim, reading, size)
        for reading in claim.numeral.readings
    ):
        return False
    is_level = ends_with(TO, sentence.text, claim.numeral.start) is not None
    # "The loss shrinks to $357": the way is not that of the holding.
    way = claim.numeral.sign or (0 if is_level else claim.direction) or (-1 if claim.is_negative else 0)
    return not result.is_change or not way or result.value * way >= 0


def _is_bound(claim: Claim, reading: Reading, size: float) -> bool:
    """``over $1,500`` of $1,576: returns whether a round number is the bound that a value keeps."""
    beyond = (size - reading.value) * claim.threshold
    return claim.threshold != 0 and claim.numeral.digits <= _ROUND_DIGITS and 0 <= beyond <= _BEYOND * size
