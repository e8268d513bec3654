"""Checks the numbers in a model's prose against the facts it was given.

A number is supported when a fact has it, at the precision it is written with: rounded, with thousands
separators, with a currency or ``%``, scaled (``3.7 trillion``), a fraction as percent, or as the difference
(absolute or in percent) of two prices of one symbol. Citations, dates, years and the parameters of indicators
(``SMA 50``, ``52-week``) are no figures.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from shared.llm.base_model_client import Fact

MAX_CHARS: Final = 100_000
"""Prose beyond this is not looked at."""

_SCALES: Final = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trillion": 1e12,
}
_NUMBER: Final = re.compile(
    r"(?<![\w.])(?P<text>[-+−]?\s?[$€£¥]?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>%|(?:percent|thousand|million|billion|trillion|bn|mn|tn|[KkMBT])\b))?"
    r"(?:\s(?:[A-Z]{3})\b)?)"
)
_NO_FIGURES: Final = re.compile(
    r"\[\d+\]"
    r"|\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?"
    r"|\b(?:SMA|EMA|RSI|ATR|MACD)[ -]?\(?\d+(?:[/,]\s?\d+)*\)?"
    r"|\b\d+(?:-| )(?:day|week|month|year|hour|minute)s?\b"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?"
    r"|\b\d{1,2}\. (?=[A-Z])"
    r"|\b(?:Q[1-4]|10-[KQ])\b"
    r"|\b(?:19|20)\d{2}\b(?![.,]\d)"
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_PRICES: Final = frozenset(
    {
        "price",
        "previous_close",
        "open",
        "day_high",
        "day_low",
        "close",
        "sma_20",
        "sma_50",
        "sma_200",
        "ema_12",
        "ema_26",
        "bollinger_upper",
        "bollinger_middle",
        "bollinger_lower",
        "week_52_high",
        "week_52_low",
        "target_mean_price",
        "target_high_price",
        "target_low_price",
    }
)


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


def check_figures(text: str, facts: Sequence[Fact]) -> FiguresCheck:
    """Looks for every number of a text among the facts."""
    known = {abs(value) for fact in facts for value in (*_numbers(fact.data), *_numbers(fact.text))}
    known |= {abs(value) for value in _differences(facts)}
    stated = 0
    unsupported: list[Unsupported] = []
    for sentence in _SENTENCE_END.split(text[:MAX_CHARS]):
        for match in _NUMBER.finditer(_NO_FIGURES.sub(" ", sentence)):
            stated += 1
            if not _is_supported(match, known):
                unsupported.append(Unsupported(match["text"].strip(), sentence.strip()))
    return FiguresCheck(stated, stated - len(unsupported), tuple(unsupported))


def _is_supported(match: re.Match[str], known: Iterable[float]) -> bool:
    digits = match["digits"].replace(",", "")
    scale = (match["scale"] or "").lower()
    is_percent = scale in ("%", "percent")
    factor = 1.0 if is_percent else _SCALES.get(scale, 1.0)
    # Half a unit of the last digit written, and a little for what floats lose.
    tolerance = 0.5 * 10 ** -len(digits.partition(".")[2]) * factor * (1 + 1e-9)
    value = float(digits) * factor
    if any(abs(candidate - value) <= tolerance for candidate in known):
        return True
    return is_percent and any(abs(candidate * 100 - value) <= tolerance for candidate in known)


def _differences(facts: Sequence[Fact]) -> Iterator[float]:
    """Between any two prices of one symbol: absolute, and in percent of either."""
    prices: dict[str, set[float]] = {}
    for fact in facts:
        found = {float(value) for name, value in fact.data.items() if name in _PRICES and _is_number(value)}
        prices.setdefault(fact.symbol, set()).update(found)
    for of_symbol in prices.values():
        for one, other in combinations(of_symbol, 2):
            yield one - other
            for base, moved in ((one, other), (other, one)):
                if base:
                    yield (moved / base - 1) * 100


def _numbers(value: object) -> Iterator[float]:
    if _is_number(value):
        yield float(value)  # type: ignore[arg-type]
    elif isinstance(value, str):
        for match in _NUMBER.finditer(_NO_FIGURES.sub(" ", value)):
            factor = _SCALES.get((match["scale"] or "").lower(), 1.0)
            yield float(match["digits"].replace(",", "")) * factor
    elif isinstance(value, Mapping):
        yield from _all_numbers(value.values())
    elif isinstance(value, Sequence):
        yield float(len(value))
        yield from _all_numbers(value)


def _all_numbers(values: Iterable[object]) -> Iterator[float]:
    for value in values:
        yield from _numbers(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
