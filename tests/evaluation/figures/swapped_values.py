"""Right numbers of the answers, replaced by values of another period, company or metric of the same facts."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from shared.figures.checker import check_figures
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.verdicts.verdicts import Mark, Verdict
from tests.evaluation.figures.evaluate import ANSWERS, Answer, read_answers

PERIOD: Final = "period"
COMPANY: Final = "company"
METRIC: Final = "metric"
KINDS: Final = (PERIOD, COMPANY, METRIC)
_DIGITS: Final = re.compile(r"\d[\d.,'’\u00a0\u202f]*\d|\d")
_GROUP: Final = 3
_THOUSAND: Final = 1000.0
_POWERS: Final = (0, 2, -3, -4, -6, -8, -9, -12)
"""Powers of ten by which a number may differ from its value: percent, and the words of scales."""
_MAX_SIZE: Final = 30.0
"""How many times larger or smaller a value may be that has the same scale word."""
_BESIDE: Final = 60
"""Characters before and behind a number in which its new value may not stand already."""
_SAME: Final = 0.02
_LIKELIEST: Final = 3
_SIMILAR: Final = (
    ("trailing_pe", "forward_pe", "price_to_book", "ev_to_ebitda", "peg_ratio", "price_to_sales"),
    ("gross_margin", "operating_margin", "profit_margin"),
    ("sma_20", "sma_50", "sma_200"),
    ("day_high", "day_low", "open", "previous_close", "price"),
    ("week_52_high", "week_52_low"),
    ("target_mean_price", "target_high_price", "target_low_price"),
    ("revenue", "gross_profit", "operating_income", "net_income"),
    ("revenue_growth", "earnings_growth"),
    ("return_on_equity", "return_on_assets"),
    ("dividend_yield", "payout_ratio", "profit_margin"),
    ("operating_cash_flow", "free_cash_flow", "capital_expenditure"),
    ("total_cash", "total_debt"),
    ("market_cap", "enterprise_value"),
    ("eps", "eps_estimate"),
    ("revenue", "revenue_estimate"),
    ("current_ratio", "quick_ratio", "debt_to_equity"),
)
"""Metrics that are confused, the likeliest first."""
Figures = Mapping[tuple[str, str], Sequence[KnownFigure]]
"""The figures of the data of some facts, by company and metric."""


class Swap(NamedTuple):
    """An answer in which one number has the value of another figure.

    Attributes:
        kind: What is another one: the period, the company or the metric.
        source: The name of the set of the answer.
        answer: The answer as it was.
        start: The place of the number.
        end: The place after it, in the text as it was.
        written: The number that takes its place.
        figure: The figure of the facts that the number is.
        other: The figure whose value takes its place.
    """

    kind: str
    source: str
    answer: Answer
    start: int
    end: int
    written: str
    figure: KnownFigure
    other: KnownFigure

    @property
    def text(self) -> str:
        """The text with the other value."""
        return self.answer.text[: self.start] + self.written + self.answer.text[self.end :]

    @property
    def is_found(self) -> bool:
        """Whether the check lists the number."""
        end = self.start + len(self.written)
        marks = check_figures(self.text, self.answer.facts, self.answer.question).marks
        return any(
            one.verdict is not Verdict.SUPPORTED and one.start < end and self.start < one.end for one in marks
        )


def sampled_swaps(answers_of_set: int, wanted: int, seed: int) -> Mapping[str, Sequence[Swap]]:
    """Returns swaps by kind, spread evenly over the sets.

    Args:
        answers_of_set: How many answers of each set are looked at.
        wanted: How many swaps of each kind at most.
        seed: Of the choice.
    """
    chance = random.Random(seed)
    pools: dict[str, dict[str, list[Swap]]] = {kind: defaultdict(list) for kind in KINDS}
    for path in sorted(ANSWERS.glob("*.txt")):
        answers = list(read_answers(path))
        for answer in chance.sample(answers, min(answers_of_set, len(answers))):
            for swap in swaps_of(path.stem, answer, chance):
                pools[swap.kind][path.stem].append(swap)
    return {kind: _spread(pool, wanted, chance) for kind, pool in pools.items()}


def _spread(pool: Mapping[str, Sequence[Swap]], wanted: int, chance: random.Random) -> Sequence[Swap]:
    """Returns some of the swaps, as evenly of all sets as there are."""
    shuffled = [chance.sample(swaps, len(swaps)) for _, swaps in sorted(pool.items())]
    longest = max(map(len, shuffled), default=0)
    return [swaps[place] for place in range(longest) for swaps in shuffled if place < len(swaps)][:wanted]


def swaps_of(source: str, answer: Answer, chance: random.Random) -> Iterator[Swap]:
    """Yields an answer with a value of each kind for each of its right numbers that state a figure."""
    figures: dict[tuple[str, str], list[KnownFigure]] = defaultdict(list)
    for one in FactBase(answer.facts).index.figures:
        if one.symbol and not one.words:
            figures[one.symbol, one.metric].append(one)
    marks = check_figures(answer.text, answer.facts, answer.question).marks
    known = [one for one in marks if one.verdict is Verdict.SUPPORTED and one.figure is not None]
    named = tuple(dict.fromkeys(mark.figure.symbol for mark in known if mark.figure is not None))
    for mark in known:
        figure = mark.figure
        if figure is None or figure not in figures.get((figure.symbol, figure.metric), ()):
            continue
        if _is_labelled_right(answer, mark):
            place = Swap("", source, answer, mark.start, mark.end, "", figure, figure)
            for kind in KINDS:
                swaps = list(_swaps(place._replace(kind=kind), figures, named))
                if swaps:
                    yield chance.choice(swaps[:_LIKELIEST])


def _is_labelled_right(answer: Answer, mark: Mark) -> bool:
    return any(not one.kind and max(one.start, mark.start) < min(one.end, mark.end) for one in answer.labels)


def _swaps(place: Swap, figures: Figures, named: Sequence[str]) -> Iterator[Swap]:
    text, figure = place.answer.text, place.figure
    around = text[max(0, place.start - _BESIDE) : place.end + _BESIDE]
    for other in _others(place.kind, figure, figures, named):
        written = rewritten(text[place.start : place.end], figure, other)
        if written is not None and written not in around and not _is_true(place.kind, figure, other, figures):
            yield place._replace(written=written, other=other)


def _others(kind: str, figure: KnownFigure, figures: Figures, named: Sequence[str]) -> Iterator[KnownFigure]:
    """Yields the figures that may be confused with one, the likeliest first."""
    if kind == PERIOD:
        own = figures[figure.symbol, figure.metric]
        yield from (
            one for one in own if one.period and not one.period.is_day and one.period != figure.period
        )
        return
    symbols = dict.fromkeys((*named, *sorted({symbol for symbol, _ in figures})))
    keys = (
        [(symbol, figure.metric) for symbol in symbols if symbol != figure.symbol]
        if kind == COMPANY
        else [(figure.symbol, metric) for metric in _similar(figure.metric)]
    )
    for key in keys:
        yield from (one for one in figures.get(key, ()) if _is_of_same_time(one, figure))


def _similar(metric: str) -> list[str]:
    near = [one for group in _SIMILAR if metric in group for one in group]
    kind = METRICS[metric].kind if metric in METRICS else None
    same = [name for name, one in METRICS.items() if kind is Kind.PERCENT and one.kind is kind and one.fields]
    return [one for one in dict.fromkeys((*near, *same)) if one != metric]


def _is_of_same_time(one: KnownFigure, other: KnownFigure) -> bool:
    first, second = one.period, other.period
    if first is None or second is None:
        return first is second
    return first == second or (first.is_snapshot and second.is_snapshot)


def _is_true(kind: str, figure: KnownFigure, other: KnownFigure, figures: Figures) -> bool:
    """Returns whether what the number is said to be has the other value as well."""
    same = figures[figure.symbol, figure.metric]
    own = (one for one in same if kind != PERIOD or one.period == figure.period)
    return any(abs(abs(one.value) - abs(other.value)) <= _SAME * abs(other.value) for one in own)


def rewritten(text: str, figure: KnownFigure, other: KnownFigure) -> str | None:
    """Returns a number with the value of another figure, in the notation that it has; None without one."""
    found = _DIGITS.findall(text)
    if len(found) != 1 or other.kind is not figure.kind or other.currency != figure.currency:
        return None
    if not figure.value or (figure.value < 0) != (other.value < 0):
        return None
    for value, group, point in _readings(found[0]):
        decimals = len(found[0].rpartition(point)[2]) if point else 0
        step = 10.0**-decimals
        scale = next(
            (10.0**one for one in _POWERS if abs(abs(figure.value) * 10.0**one - value) <= step), None
        )
        if scale is None:
            continue
        new = abs(other.value) * scale
        if not max(value / _MAX_SIZE, 2 * step) <= new < value * _MAX_SIZE:
            return None
        grouping = "," if group or (new >= _THOUSAND > value and not decimals) else ""
        digits = f"{new:{grouping}.{decimals}f}".replace(",", "\0").replace(".", point or ".")
        digits = digits.replace("\0", group)
        return text.replace(found[0], digits) if digits != found[0] else None
    return None


def _readings(digits: str) -> Iterator[tuple[float, str, str]]:
    """Yields the values that digits may have, with the signs of their thousands and of their decimals."""
    signs = [sign for sign in digits if not sign.isdigit()]
    if not signs:
        yield float(digits), "", ""
        return
    last = signs[-1]
    if len(digits.rpartition(last)[2]) == _GROUP and len(set(signs)) == 1 and digits[0] != "0":
        yield float(digits.replace(last, "")), last, ""
    group = next((sign for sign in signs if sign != last), "")
    plain = digits.replace(group, "") if group else digits
    if plain.count(last) == 1:
        yield float(plain.replace(last, ".")), group, last
