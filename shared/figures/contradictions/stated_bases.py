"""Changes in percent that the levels of their own sentence contradict: ``$2.49, up 5.5% from $2.27``."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import BASE, HARD_STOP, ends_with
from shared.figures.derivations.moves_since import is_next_move
from shared.figures.derivations.operands import Operand, of_metrics
from shared.figures.facts.known_figures import FactIndex
from shared.figures.lookup.agreement import is_near
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_SLACK: Final = 1.5
_HUNDRED: Final = 100.0
_BASE_BEHIND: Final = re.compile(r"\s?(?:から|에서)(?!は)")
"""Behind one in Japanese and Korean."""
_GROWN: Final = {"revenue_growth": ("revenue",), "earnings_growth": ("net_income", "eps")}
"""By growth of the last year: what has grown."""
_MULTIPLIED: Final = RarePattern(
    r"\b(?:(?P<double>doubled|verdoppelt\w*|doublé|duplic(?:ó|aron)|dobr(?:ou|aram)|raddoppiat\w+)"
    r"|(?P<triple>tripled|verdreifacht\w*|triplé|triplic(?:ó|aron)|triplic(?:ou|aram)|triplicat\w+)"
    r"|(?P<half>halved|halbiert\w*))\b",
    re.IGNORECASE,
)
_MULTIPLES: Final = {"double": (1.75, 3.0), "triple": (2.6, 4.2), "half": (0.35, 0.62)}
"""What the later value may be over the earlier one, also where it is said to be a little more or less."""
_REACHED: Final = re.compile(
    r"[^\d.;]{0,8}\b(?:(?P<from>from|von|de|desde|da)|to|auf|à|a|para)\s[*_]*", re.IGNORECASE
)
_FROM: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|de|des|desde|da|dai)\s(?:about\s|the\s|los\s|les\s)?$", re.IGNORECASE
)
_ONWARDS: Final = re.compile(
    r"(?:\s(?:[^\W\d_]+\.?|[$€£¥])){0,3}\s(?:a|à|ai|al|para|até|hasta|auf|to)\s", re.IGNORECASE
)
_TO_NEXT: Final = re.compile(r"\s(?:a|à|ai|al|para|até|hasta|auf|to)\s", re.IGNORECASE)
_SINCE: Final = re.compile(r"\b(?:since|seit|depuis|desde|dal|dall)\b|以来|以降|이후|自", re.IGNORECASE)
_BESIDE: Final = 24
_NEXT: Final = 8
_PRICES: Final = frozenset(
    {
        "price",
        "open",
        "previous_close",
        "first_close",
        "last_close",
        "highest",
        "lowest",
        "week_52_high",
        "week_52_low",
        "day_high",
        "day_low",
    }
)
_TARGETS: Final = frozenset({"target_mean_price", "target_high_price", "target_low_price"})


def wrong_changes(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the percentages that follow from other values than those that their sentence states.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    yield from _wrong_ends(sentence, figures)
    changes = [one for one in figures if _is_change(one)]
    if len(changes) != 1:
        return
    (change,) = changes
    if is_next_move(change.claim, sentence):
        return
    levels = [one for one in figures if _is_level(one)]
    mention = change.claim.mention
    is_named = mention is not None and mention.name == "upside" and change.claim.is_tight
    if is_named or (change.figure is not None and change.figure.metric == "upside"):
        if any(mention.name == "upside" for mention in sentence.metrics):
            yield from _wrong_upside(change, levels, index)
        return
    metric = change.figure.metric if change.figure is not None else ""
    alike = [one for one in levels if one.figure and one.figure.metric in _GROWN.get(metric, (metric,))]
    if len(alike) == 1 and metric not in _GROWN and _is_of_no_later_value(sentence, change, alike[0], index):
        yield change.claim
    yield from _wrong_since(sentence, change, levels, index)
    if len(alike) != 2 or HARD_STOP.search(sentence.text, _start(alike[0], change), _end(alike[1], change)):
        return
    one, other = alike
    if one.figure is None or other.figure is None or one.figure.symbol != other.figure.symbol:
        return
    if not (_is_base(sentence, one, change) or _is_base(sentence, other, change)):
        return
    # Writers compute with the figures of the facts, or with what they show of them.
    exact = (abs(one.figure.value), abs(other.figure.value))
    shown = (_shown(one), _shown(other))
    ways = [(a / b - 1) * _HUNDRED for a, b in (exact, exact[::-1], shown, shown[::-1]) if b]
    if ways and not any(_equals(change.claim, way) for way in ways):
        yield change.claim


def _wrong_ends(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``It gained 20.31% in a year, from €8.37 to €9.24``: the close of another day than the first."""
    for change, start, end in zip(figures, figures[1:], figures[2:], strict=False):
        if not (_is_known_move(change) and _is_level(start) and _is_level(end)):
            continue
        one, other, move = start.figure, end.figure, change.figure
        if one is None or other is None or move is None or {one.symbol, other.symbol} != {move.symbol}:
            continue
        text, numeral = sentence.text, start.claim.numeral
        gap = text[change.claim.numeral.end : numeral.start]
        if not {one.metric, other.metric} <= _PRICES or len(gap) > _BESIDE or HARD_STOP.search(gap):
            continue
        if not (ends_with(_FROM, text, numeral.start) and _TO_NEXT.match(text, numeral.end)):
            continue
        pairs = ((one.value, other.value), (_shown(start), _shown(end)))
        ways = [(last / first - 1) * _HUNDRED for first, last in pairs if first]
        # "Orlen fell 20.62%, or 19.90% with dividends, from PLN 86.71 to PLN 68.83."
        moves = [each for each in figures if _is_known_move(each)]
        if not any(_equals(each.claim, way) for each in moves for way in ways):
            yield start.claim


def _is_known_move(one: CitedFigure) -> bool:
    figure = one.figure
    return (
        one.verdict is Verdict.SUPPORTED
        and figure is not None
        and figure.metric == "change_percent"
        and not figure.words
    )


def wrong_multiples(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``Net income doubled to $3.7 billion from $3.0 billion``: yields the second of two levels that deny it.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
    """
    for told in _MULTIPLIED.finditer(sentence.text):
        behind = [one for one in figures if one.claim.numeral.start >= told.end()][:2]
        if len(behind) < 2 or not all(map(_is_level, behind)):
            continue
        one, other = behind
        ways = [
            _REACHED.fullmatch(sentence.text, start, level.claim.numeral.start)
            for start, level in ((told.end(), one), (one.claim.numeral.end, other))
        ]
        if not (ways[0] and ways[1]) or bool(ways[0]["from"]) == bool(ways[1]["from"]):
            continue
        first, last = (one, other) if ways[0]["from"] else (other, one)
        least, most = _MULTIPLES[told.lastgroup or ""]
        if _shown(first) and not least <= _shown(last) / _shown(first) <= most:
            yield other.claim


_OF_PRICE: Final = frozenset(
    {"week_52_low", "week_52_high", "lowest", "highest", "day_low", "day_high", "sma_50", "sma_200"}
)
"""Levels that the price moves away from: "+95.6% (from $49,121)"."""


def _is_of_no_later_value(
    sentence: Sentence, change: CitedFigure, base: CitedFigure, index: FactIndex
) -> bool:
    """``EPS was up 11.6% from $2.60``: whether no value that the facts have is that far from the base."""
    figure, claim = base.figure, base.claim
    is_behind = 0 < claim.numeral.start - change.claim.numeral.end <= _BESIDE
    if figure is None or figure.metric in _PRICES or not is_behind:
        return False
    if not ends_with(_FROM, sentence.text, claim.numeral.start):
        return False
    later = (figure.metric, f"{figure.metric}_estimate", *(("price",) if figure.metric in _OF_PRICE else ()))
    values = [one.value for one in index.of(figure.symbol, later)]
    bases = (abs(figure.value), _shown(base))
    ways = [(abs(value) / one - 1) * _HUNDRED for value in values for one in bases if one]
    return not any(_equals(change.claim, way) for way in ways if way * change.claim.direction >= 0)


def _wrong_since(
    sentence: Sentence, change: CitedFigure, levels: Sequence[CitedFigure], index: FactIndex
) -> Iterator[Claim]:
    """``Since January 8, when it closed at $198.10, it has recovered by 17%``: to the price of now."""
    closes = [
        one
        for one in levels
        if one.figure is not None
        and one.figure.metric == "price"
        and one.figure.period is not None
        and one.figure.period.is_day
        and _SINCE.search(sentence.text[: one.claim.numeral.start])
    ]
    is_other = any(mention.name != "price" for mention in sentence.metrics) or len(levels) != 1
    if len(closes) != 1 or is_other or closes[0].claim.numeral.start > change.claim.numeral.start:
        return
    base = closes[0].figure
    prices = of_metrics(index, base.symbol if base else "", ("price",))
    now = [
        one.value
        for one in prices
        if one.figure is not None and (one.figure.period is None or one.figure.period.is_snapshot)
    ]
    if now and base and not any(_equals(change.claim, (one / base.value - 1) * _HUNDRED) for one in now):
        yield change.claim


def _is_base(sentence: Sentence, one: CitedFigure, change: CitedFigure) -> bool:
    """Returns whether a number is said to be what another one is compared with."""
    text, numeral = sentence.text, one.claim.numeral
    base = ends_with(BASE, text, numeral.start)
    if base is None or one.claim.is_prior:
        # "9507億円から23.8%減": the change stands right behind it.
        is_beside = 0 < change.claim.numeral.start - numeral.end <= _NEXT
        # What a price has moved from may be compared with that of now.
        is_beside = is_beside and (one.figure is None or one.figure.metric not in _PRICES)
        return one.claim.is_prior or (is_beside and _BASE_BEHIND.match(text, numeral.end) is not None)
    # "un beneficio de 2,06 €" is no base, "subió de 2,06 a 2,13 €" has one.
    return base[0][:2] not in ("de", "da") or _ONWARDS.match(text, numeral.end) is not None


def _shown(one: CitedFigure) -> float:
    value = abs(one.figure.value) if one.figure is not None else 0.0
    return min((reading.value for reading in one.claim.numeral.readings), key=lambda each: abs(each - value))


def _wrong_upside(change: CitedFigure, levels: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """``With a mean target of $101.10, analysts see 39% upside``: that of the highest target."""
    targets = [one for one in levels if one.figure is not None and one.figure.metric in _TARGETS]
    if len(targets) != 1 or targets[0].figure is None:
        return
    target = targets[0].figure
    prices = of_metrics(index, target.symbol, ("price",))
    means = of_metrics(index, target.symbol, ("target_mean_price",))
    if target.metric != "target_mean_price" and any(_is_upside(change, mean, prices) for mean in means):
        # "room to $1,208.92, about 10% of upside": the percentage is that of the mean target.
        yield targets[0].claim
    elif prices and not _is_upside(change, Operand(target.value, target), prices):
        yield change.claim


def _is_upside(change: CitedFigure, target: Operand, prices: Sequence[Operand]) -> bool:
    return any(
        _equals(change.claim, way) and way * change.claim.direction >= 0
        for way in ((target.value / price.value - 1) * _HUNDRED for price in prices if price.value)
    )


def _is_change(one: CitedFigure) -> bool:
    """Returns whether a number is a percentage with a direction that was derived, or an upside."""
    if one.verdict is not Verdict.SUPPORTED or one.figure is None or one.figure.words:
        return False
    if one.claim.numeral.unit is not Unit.PERCENT or one.claim.is_conditional or one.claim.threshold:
        return False
    if one.figure.metric == "upside":
        return True
    is_derived = one.figure.kind in (Kind.PRICE, Kind.MONEY) or one.figure.metric in _GROWN
    return bool(one.claim.direction) and is_derived


def _is_level(one: CitedFigure) -> bool:
    figure = one.figure
    is_amount = one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
    return (
        one.verdict is Verdict.SUPPORTED and figure is not None and is_amount and is_near(one.claim, figure)
    )


def _start(one: CitedFigure, other: CitedFigure) -> int:
    return min(one.claim.numeral.end, other.claim.numeral.end)


def _end(one: CitedFigure, other: CitedFigure) -> int:
    return max(one.claim.numeral.start, other.claim.numeral.start)


def _equals(claim: Claim, value: float) -> bool:
    slack = 2 * _SLACK if claim.is_approximate else _SLACK
    return claim.equals(abs(value), slack)
