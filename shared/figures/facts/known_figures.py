"""The figures of the facts, indexed once per answer: by company and metric, and by value."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod
from shared.figures.reading.units import Unit

_MAX_LABEL: Final = 60
_MILLION: Final = 1e6
_OF_ONE_DECIMAL: Final = frozenset({"trailing_pe", "forward_pe", "ev_to_ebitda", "rsi_14"})
_HELD_BY: Final = " held by "
OTHER_EVENT: Final = "other"
YIELDS: Final = frozenset({"^TNX", "^TYX", "^FVX", "^IRX"})
"""Indices of the yields of bonds: their prices are percentages."""
YIELD_NAMES: Final = ("return_or_yield", "dividend_yield")
"""What those prices are called."""
_FACT: Final = attrgetter("fact_id")
_SYMBOL: Final = attrgetter("symbol")
_VALUE: Final = attrgetter("value")
_SIGNED: Final = frozenset(name for name, metric in METRICS.items() if metric.signed)


def holder_of(symbol: str, name: str) -> str:
    """Returns the symbol of the figures of one who holds shares of a company."""
    return f"{symbol}{_HELD_BY}{name}"


def issuer_of(company: str) -> str:
    """Returns the company whose shares a holder holds; the company itself for another one."""
    return company.partition(_HELD_BY)[0]


def is_holder(company: str) -> bool:
    """Tells whether a symbol is that of one who holds shares of a company."""
    return _HELD_BY in company


class KnownFigure(NamedTuple):
    """One figure of the facts.

    Attributes:
        fact_id: The number of its fact; None for data without one.
        symbol: The company it is about, or one of its holders; empty when there is only one company.
        metric: Its metric, or a label in words for what the table of metrics lacks.
        label: What people call it.
        value: Its value; percents in percent (26.9 is 26.9 %).
        kind: What the value is; None when that is unknown.
        currency: ISO 4217 code, or None.
        period: What it is about.
        as_of: RFC 3339 moment of the fact, or None.
        window: Days over which it changed; None when it is no change over time.
        words: Stems of the words it stands among, for figures of prose and tables.
        also: Other metrics that it may be, for figures of prose.
        is_named: Whether the name of its metric stands right beside it, for figures of prose.
        language: ISO 639 code of the language of its prose; None when that is unknown.
        direction: 1 for a rise and -1 for a fall that its prose tells; 0 without one.
        is_base: Whether its prose only compares another number with it: ``compared with $253 million``.
    """

    fact_id: int | None
    symbol: str
    metric: str
    label: str
    value: float
    kind: Kind | None
    currency: str | None = None
    period: FactPeriod | None = None
    as_of: str | None = None
    window: float | None = None
    words: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    is_named: bool = False
    language: str | None = None
    direction: int = 0
    is_base: bool = False

    @property
    def is_signed(self) -> bool:
        """Returns whether words tell its sign."""
        return self.metric in _SIGNED


def as_shown(figure: KnownFigure) -> float:
    """Returns the value of a figure as the text of its fact shows it: ``16.40``, ``18.45B``, ``P/E 14.4``."""
    if abs(figure.value) >= _MILLION:
        return amount_shown(figure.value)
    if abs(figure.value) < 1 and figure.kind is Kind.PRICE:
        return float(f"{figure.value:.4g}")
    return round(figure.value, 1 if figure.metric in _OF_ONE_DECIMAL else 2)


def amount_shown(value: float) -> float:
    """Returns a large amount as the texts of facts show it, ``9.06B``; a smaller one as it is."""
    unit = next((one for one in (1e12, 1e9, _MILLION) if abs(value) >= one), None)
    return value if unit is None else round(value / unit, 2) * unit


class KnownDate(NamedTuple):
    """A date of the facts: of an event (``earnings``, ``dividend``, ``split``) or another one.

    The event of another date is empty, and ``OTHER_EVENT`` for one in prose.
    """

    symbol: str
    event: str
    day: date
    fact_id: int | None


class Quotation(NamedTuple):
    """A sentence of a fact's prose, with its digits in order, for sentences that repeat it."""

    digits: tuple[str, ...]
    symbol: str
    fact_id: int | None
    text: str

    def figure(self, numeral: Numeral) -> KnownFigure:
        """Returns the figure of the sentence that a number of its repetition is."""
        kind = Kind.PERCENT if numeral.unit is Unit.PERCENT else None
        value = numeral.readings[0].value
        return KnownFigure(
            self.fact_id, self.symbol, "text", self.text[:_MAX_LABEL], value, kind, numeral.currency
        )


@dataclass
class FactIndex:
    """All figures of the facts.

    Attributes:
        figures: In the order of the facts.
        dates: The dates in them.
        quotations: Sentences of prose by their words without digits.
        symbols: The companies that they are about.
    """

    figures: list[KnownFigure] = field(default_factory=list)
    dates: list[KnownDate] = field(default_factory=list)
    quotations: dict[str, list[Quotation]] = field(default_factory=dict)
    symbols: set[str] = field(default_factory=set)
    _by_metric: dict[tuple[str, str], list[KnownFigure]] = field(default_factory=lambda: defaultdict(list))
    _by_words: dict[frozenset[str], list[KnownFigure]] = field(default_factory=lambda: defaultdict(list))
    _computed: dict[tuple[str, str], tuple[KnownFigure, ...]] = field(default_factory=dict)
    _periods: dict[bool, int] = field(default_factory=dict)
    _by_fact: dict[int, list[KnownFigure]] = field(default_factory=dict)
    _newest: str | None = None
    _sorted: list[KnownFigure] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)

    def add(self, figures: Sequence[KnownFigure]) -> None:
        """Adds figures."""
        by_metric = self._by_metric
        for figure in figures:
            symbol = figure.symbol
            by_metric[symbol, figure.metric].append(figure)
            for metric in figure.also:
                by_metric[symbol, metric].append(figure)
            if figure.words:
                self._by_words[figure.words].append(figure)
        for fact_id, own in groupby(figures, _FACT):
            if fact_id is not None:
                self._by_fact.setdefault(fact_id, []).extend(own)
        self.figures += figures
        self.symbols.update(map(_SYMBOL, figures))
        self._newest = None
        for figure in figures if self._sorted else ():
            # Prose is read text by text, and looked for in between.
            size = abs(figure.value)
            place = bisect_right(self._values, size)
            self._values.insert(place, size)
            self._sorted.insert(place, figure)
        self._periods = {}
        self._computed = {}

    @property
    def as_of(self) -> date | None:
        """Day of the newest fact, which the text takes for today; None when no fact tells one."""
        if self._newest is None:
            self._newest = max((one.as_of[:10] for one in self.figures if one.as_of), default="")
        return date.fromisoformat(self._newest) if self._newest else None

    def of_fact(self, fact_id: int) -> Sequence[KnownFigure]:
        """Returns the figures of one fact."""
        return self._by_fact.get(fact_id, ())

    def count_periods(self, *, quarters: bool) -> int:
        """Returns how many years or quarters the figures are of that were reported."""
        if quarters not in self._periods:
            # Of quarters that were reported, the sources tell the ends alone.
            self._periods[quarters] = len(
                {
                    (period.year, period.quarter, period.end)
                    for figure in self.figures
                    if (period := figure.period) is not None
                    and not (period.is_snapshot or period.is_day or figure.words)
                    and (figure.metric == "surprise_percent" or period.quarter is not None) == quarters
                    and (quarters or period.year is not None)
                }
            )
        return self._periods[quarters]

    def of(self, symbol: str, metrics: Iterable[str]) -> Iterator[KnownFigure]:
        """Yields the figures of a company's metrics."""
        for metric in metrics:
            yield from self._by_metric.get((symbol, metric), ())

    def symbols_with(self, metrics: Iterable[str]) -> list[str]:
        """Returns the companies that have a figure of one of the metrics."""
        wanted = set(metrics)
        return list(
            dict.fromkeys(symbol for symbol, metric in self._by_metric if metric in wanted and symbol)
        )

    def with_words(self, words: frozenset[str]) -> Sequence[KnownFigure]:
        """Returns the figures that stand among the same words: those of one sentence of prose."""
        return self._by_words.get(words, ())

    def computed(
        self, symbol: str, metric: str, compute: Callable[["FactIndex", str, str], Iterable[KnownFigure]]
    ) -> Sequence[KnownFigure]:
        """Returns what a function computes for a company's metric, which it does once."""
        known = self._computed.get((symbol, metric))
        if known is None:
            known = self._computed[symbol, metric] = tuple(compute(self, symbol, metric))
        return known

    def near(self, value: float, tolerance: float) -> Sequence[KnownFigure]:
        """Returns the figures whose absolute value is within a tolerance."""
        if not self._sorted:
            sizes = [abs(value) for value in map(_VALUE, self.figures)]
            order = sorted(range(len(sizes)), key=sizes.__getitem__)
            self._sorted = list(map(self.figures.__getitem__, order))
            self._values = sorted(sizes)
        first = bisect_left(self._values, value - tolerance)
        return self._sorted[first : bisect_right(self._values, value + tolerance)]


def fact_period(period: StatedPeriod | None) -> FactPeriod | None:
    """Returns a period of a text as the period of a figure; None for one without a year."""
    if period is None or period.year is None:
        return None
    if period.is_day:
        try:
            return FactPeriod(
                period.year, None, date(period.year, period.month or 1, period.day or 1), is_day=True
            )
        except ValueError:
            return FactPeriod(period.year)
    return FactPeriod(period.year, period.quarter)
