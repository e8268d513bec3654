"""Checks the numbers in a model's prose against the facts it was given.

A number is supported when a fact has it, at the precision it is written with: rounded, with thousands
separators, with a currency or ``%``, scaled (``3.7 trillion``), a fraction as percent, or derived: the
difference (absolute or in percent) of two prices of one symbol that are commonly compared, or of one figure
of two symbols.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import Any, Final

from shared.domain.facts import Fact
from shared.figures.numerals import Reading, numerals

MAX_CHARS: Final = 100_000
"""Prose beyond this is not looked at."""

_MAX_SENTENCE: Final = 500
_BOUNDARY: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_ANCHORS: Final = frozenset({"price", "close", "previous_close", "open", "last_close", "first_close"})
"""What other prices of the symbol are compared with."""
_FAMILIES: Final = (
    ("sma_20", "sma_50", "sma_200"),
    ("ema_12", "ema_26"),
    ("bollinger_upper", "bollinger_middle", "bollinger_lower"),
    ("week_52_high", "week_52_low"),
    ("day_high", "day_low"),
    ("target_high_price", "target_mean_price", "target_low_price"),
    ("highest", "lowest"),
)
"""Prices that are compared with each other."""
_PRICES: Final = _ANCHORS.union(*_FAMILIES)
_IN_PERCENT: Final = re.compile(r"percent|^rsi_")
_MAX_FRACTION: Final = 20.0
"""A plain number up to this may be a fraction that the text gives in percent."""


@dataclass(frozen=True)
class Unsupported:
    """A number that no fact has, and the sentence it stands in."""

    text: str
    sentence: str


@dataclass(frozen=True)
class FiguresCheck:
    """How many numbers were stated, how many of them stand in the facts, and which do not."""

    stated: int
    supported: int
    unsupported: tuple[Unsupported, ...]

    def as_dict(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "stated": self.stated,
            "supported": self.supported,
            "unsupported": [{"text": item.text, "sentence": item.sentence} for item in self.unsupported],
        }


def check_figures(text: str, facts: Sequence[Fact | Mapping[str, Any]]) -> FiguresCheck:
    """Looks for every number of a text among the facts.

    Args:
        text: What the model wrote.
        facts: What it was given: facts, or data in the JSON of the contract.
    """
    text = text[:MAX_CHARS]
    known = _Known()
    for fact in facts:
        known.learn(fact)
    has = known.lookup()
    starts = [0, *(match.end() for match in _BOUNDARY.finditer(text)), len(text) + 1]
    stated = 0
    unsupported: list[Unsupported] = []
    for numeral in numerals(text, known.data):
        stated += 1
        if not any(has(reading) for reading in numeral.readings):
            sentence = bisect_right(starts, numeral.start)
            whole = text[starts[sentence - 1] : starts[sentence]].strip()
            unsupported.append(Unsupported(numeral.text, whole[:_MAX_SENTENCE]))
    return FiguresCheck(stated, stated - len(unsupported), tuple(unsupported))


@dataclass
class _Known:
    """The numbers of the facts.

    Attributes:
        plain: Those that are not in percent.
        percents: Those that are.
        data: The named figures of each symbol.
    """

    plain: set[float] = field(default_factory=set)
    percents: set[float] = field(default_factory=set)
    data: dict[str, dict[str, float]] = field(default_factory=dict)

    def learn(self, fact: Fact | Mapping[str, Any]) -> None:
        """Takes over the numbers of a fact."""
        data = fact.data if isinstance(fact, Fact) else fact
        symbol = str(data.get("symbol", ""))
        named = {name: float(value) for name, value in data.items() if _is_number(value)}
        self.data.setdefault(symbol, {}).update(named)
        self._read(data)
        if isinstance(fact, Fact):
            self._read(fact.text)

    def lookup(self) -> "_Lookup":
        """All of them, and what is derived from them, for looking up."""
        differences, in_percent = set[float](), set[float]()
        for one, other in _compared(self.data):
            differences.add(abs(one - other))
            for value, base in ((one, other), (other, one)):
                if base:
                    in_percent.add(abs(value / base - 1) * 100)
        ratios = {one / other for one, other in _across(self.data) if other}
        fractions = {value * 100 for value in self.plain if value <= _MAX_FRACTION}
        return _Lookup(
            sorted(self.plain | self.percents | differences | in_percent | ratios),
            sorted(self.percents | in_percent | fractions),
        )

    def _read(self, value: object, name: str = "") -> None:
        if _is_number(value):
            (self.percents if _IN_PERCENT.search(name) else self.plain).add(abs(float(value)))  # type: ignore[arg-type]
        elif isinstance(value, str):
            for numeral in numerals(value):
                for reading in numeral.readings:
                    (self.percents if reading.percent else self.plain).add(reading.value)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self._read(item, str(key))
        elif isinstance(value, Sequence):
            # How many there are may be said, too.
            self.plain.add(float(len(value)))
            for item in value:
                self._read(item, name)


@dataclass(frozen=True)
class _Lookup:
    """Tells whether a number is known."""

    numbers: Sequence[float]
    percents: Sequence[float]

    def __call__(self, reading: Reading) -> bool:
        sought = self.percents if reading.percent else self.numbers
        return bisect_left(sought, reading.value - reading.tolerance) < bisect_right(
            sought, reading.value + reading.tolerance
        )


def _compared(data: Mapping[str, Mapping[str, float]]) -> Iterable[tuple[float, float]]:
    return chain(*(_within(figures) for figures in data.values()), _across(data))


def _within(figures: Mapping[str, float]) -> Iterator[tuple[float, float]]:
    """Prices of one symbol that are commonly compared."""
    prices = {name: value for name, value in figures.items() if name in _PRICES}
    for anchor, name in product(_ANCHORS & prices.keys(), prices):
        if anchor != name:
            yield prices[anchor], prices[name]
    for family in _FAMILIES:
        yield from combinations([prices[name] for name in family if name in prices], 2)


def _across(data: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[float, float]]:
    """The same figure of two symbols, both ways round."""
    for one, other in combinations(data.values(), 2):
        for name in one.keys() & other.keys():
            yield one[name], other[name]
            yield other[name], one[name]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
