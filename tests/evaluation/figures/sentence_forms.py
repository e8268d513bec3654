"""Forms of sentences, filled with values of the facts: every number is right, or one of them is wrong.

The labels need no reader: a number is what its place in the form says. That makes as many answers as wanted.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures.worlds import worlds

_FORMS: Final = Path(__file__).with_suffix(".txt")
_NAMES: Final = {"AAPL": "Apple", "MSFT": "Microsoft", "NVDA": "NVIDIA", "AMD": "AMD"}
_LETTERS: Final = "ABC"
_PLACE: Final = re.compile(r"\{(\w+)\}")
_TRIALS: Final = 8
"""How often a form is filled."""
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_GIVEN: Final = frozenset({"10", "15", "20", "40", "50", "52", "60", "70", "100", "200", "10,000"})
"""Numbers of the forms themselves."""
_FACTORS: Final = (0.71, 0.83, 1.13, 1.27, 1.41)
"""What makes a number wrong."""

Data = Mapping[str, float]


@dataclass(frozen=True)
class Filled:
    """A form with values.

    Attributes:
        form: The form.
        question: The question of the user.
        text: The answer.
        wrong: Places of the wrong numbers in it.
    """

    form: str
    question: str
    text: str
    wrong: tuple[tuple[int, int], ...] = ()


@dataclass
class FormScore:
    """What the check does with filled forms: numbers by their labels, and what it marks of them."""

    right: int = 0
    marked: int = 0
    wrong: int = 0
    found: int = 0


def score(answers: Iterator[Filled]) -> FormScore:
    """Checks filled forms and counts."""
    facts, result = worlds()["five"], FormScore()
    for answer in answers:
        marks = check_figures(answer.text, facts, answer.question).marks
        listed = [one for one in marks if one.verdict is not Verdict.SUPPORTED]
        if answer.wrong:
            result.wrong += len(answer.wrong)
            result.found += sum(
                any(one.start < end and start < one.end for one in listed) for start, end in answer.wrong
            )
        else:
            result.right += len(marks)
            result.marked += len(listed)
    return result


def right_answers(kind: str, seed: int) -> Iterator[Filled]:
    """Yields each form of a kind (``stated`` or ``computed``), filled for several companies."""
    generator = random.Random(seed)
    for form in _forms(kind):
        for values in _fillings(form, generator):
            yield _filled(form, values)


def exchanged(seed: int) -> Iterator[Filled]:
    """Yields the stated forms of two companies with their values exchanged."""
    generator = random.Random(seed)
    for form in _forms("stated"):
        if "{a}" not in form or "{b}" not in form:
            continue
        for values in _fillings(form, generator):
            if values["a"] != values["b"]:
                yield _filled(form, {**values, "a": values["b"], "b": values["a"]}, wrong=("a", "b"))


def altered(kind: str, seed: int) -> Iterator[Filled]:
    """Yields the forms of a kind with one number that is nowhere in the facts."""
    generator = random.Random(seed)
    for right in right_answers(kind, seed):
        numbers = [match for match in _NUMBER.finditer(right.text) if match[0] not in _GIVEN]
        if not numbers:
            continue
        chosen = generator.choice(numbers)
        other = _altered(chosen[0], generator.choice(_FACTORS))
        if other != chosen[0]:
            text = right.text[: chosen.start()] + other + right.text[chosen.end() :]
            place = (chosen.start(), chosen.start() + len(other))
            yield Filled(right.form, right.question, text, (place,))


def _altered(number: str, factor: float) -> str:
    decimals = len(number.partition(".")[2])
    return f"{float(number.replace(',', '')) * factor:,.{decimals}f}"


@cache
def _forms(kind: str) -> tuple[str, ...]:
    return tuple(form for one, form in _read() if one == kind)


def _read() -> Iterator[tuple[str, str]]:
    # A form may have the bars of a table, which divide the phrases of other tables.
    kind = ""
    for line in _FORMS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("# "):
            yield kind, line.replace("\\n", "\n")


def _filled(form: str, values: Mapping[str, str], wrong: Sequence[str] = ()) -> Filled:
    text, places = "", []
    for piece in re.split(r"(\{\w+\})", form):
        name = piece[1:-1] if piece.startswith("{") else ""
        written = values[name] if name else piece
        if name in wrong:
            places.append((len(text), len(text) + len(written)))
        text += written
    asked = [name for name in _NAMES.values() if name in text] or [values["A"]]
    if any(f"{{{more}" in form for _, (more, _), _ in _COMPARED):
        # "The more expensive of the two: 54.3 times earnings against 31.6"
        asked = [values["A"], values["B"]]
    question = f"Compare {' and '.join(asked)}." if len(asked) > 1 else f"What about {asked[0]}?"
    return Filled(form, question, text[0].upper() + text[1:], tuple(places))


def _fillings(form: str, generator: random.Random) -> Iterator[Mapping[str, str]]:
    """Yields values for the places of a form, each time of other companies and metrics."""
    for _ in range(_TRIALS):
        symbols = generator.sample(list(_NAMES), len(_LETTERS))
        companies = [_data()[symbol] for symbol in symbols]
        names = {letter: _NAMES[symbol] for letter, symbol in zip(_LETTERS, symbols, strict=True)}
        if "{a}" in form or "{name}" in form:
            yield {**names, **_stated(companies, generator)}
        else:
            values = _computed(companies[0], companies[1], symbols)
            if all(match[1] in values or match[1] in names for match in _PLACE.finditer(form)):
                yield {**names, **values}


@cache
def _data() -> Mapping[str, Data]:
    """Returns all numbers of each company's facts."""
    data: dict[str, dict[str, float]] = {}
    for fact in worlds()["five"]:
        numbers = {key: value for key, value in fact.data.items() if isinstance(value, int | float)}
        data.setdefault(fact.symbol, {}).update(numbers)
    return data


def _money(value: float) -> str:
    return f"${value / 1e12:.2f} trillion" if value >= 1e12 else f"${value / 1e9:.1f} billion"


def _price(value: float) -> str:
    return f"${value:.2f}"


def _percent(value: float) -> str:
    return f"{abs(value) * 100:.1f}%"


def _plain(value: float) -> str:
    return f"{value:.1f}"


_METRICS: Final[Mapping[str, tuple[str, Callable[[float], str]]]] = {
    "P/E": ("trailing_pe", _plain),
    "forward P/E": ("forward_pe", _plain),
    "profit margin": ("profit_margin", _percent),
    "gross margin": ("gross_margin", _percent),
    "operating margin": ("operating_margin", _percent),
    "revenue growth": ("revenue_growth", _percent),
    "market cap": ("market_cap", _money),
    "revenue": ("revenue", _money),
    "net income": ("net_income", _money),
    "RSI": ("rsi_14", _plain),
    "share price": ("price", _price),
    "50-day average": ("sma_50", _price),
    "52-week high": ("week_52_high", _price),
    "52-week low": ("week_52_low", _price),
    "mean price target": ("target_mean_price", _price),
    "EPS": ("earnings_per_share", _price),
}


def _stated(companies: Sequence[Data], generator: random.Random) -> Mapping[str, str]:
    """Returns the values of two metrics that all of the companies have."""
    known = [name for name, (key, _) in _METRICS.items() if all(key in data for data in companies)]
    name, other_name = generator.sample(known, 2)
    values = {"name": name, "Name": name[0].upper() + name[1:], "other_name": other_name}
    for prefix, one in (("", name), ("other_", other_name)):
        key, write = _METRICS[one]
        for letter, data in zip(_LETTERS, companies, strict=True):
            values[f"{prefix}{letter.lower()}"] = write(data[key])
    return values


def _computed(one: Data, other: Data, symbols: Sequence[str]) -> Mapping[str, str]:
    """Returns values of two companies and what follows from them, as far as the facts have what it takes."""
    first, second = (_NAMES[symbol] for symbol in symbols[:2])
    values = {**_of_company(one), **{f"other_{key}": value for key, value in _of_company(other).items()}}
    for key, (more, less), write in _COMPARED:
        if key not in one or key not in other:
            continue
        ends = sorted([(one[key], first), (other[key], second)], reverse=True)
        (large, larger), (small, smaller) = ends
        values |= {
            more: larger,
            less: smaller,
            f"{more}_value": write(large),
            f"{less}_value": write(small),
            f"{more}_gap": write(large - small),
            f"{more}_points": _plain((large - small) * 100),
            f"{more}_times": _plain(large / small),
            f"{more}_sum": write(large + small),
            f"{more}_mean": write((large + small) / 2),
            f"{more}_premium": f"{large / small - 1:.0%}",
            f"{more}_share": f"{small / large:.0%}",
            f"{more}_discount": f"{1 - small / large:.0%}",
        }
    if "beta" in one and "beta" in other:
        values["blended_beta"] = f"{0.6 * one['beta'] + 0.4 * other['beta']:.2f}"
    return values


_COMPARED: Final = (
    ("market_cap", ("Larger", "Smaller"), _money),
    ("trailing_pe", ("Dearer", "Cheaper"), _plain),
    ("operating_margin", ("Better", "Worse"), _percent),
    ("revenue", ("Bigger", "Lesser"), _money),
)
"""What two companies are compared by, the names of the one with more of it and of the one with less."""


def _of_company(data: Data) -> Mapping[str, str]:
    """Returns the values of a company that the facts have or give."""
    values: dict[str, str] = {}
    for name, (keys, result, write) in _VALUES.items():
        if all(key in data for key in keys):
            values[name] = write(result(*(data[key] for key in keys)))
    return values


def _side(words: tuple[str, str]) -> Callable[[float], str]:
    return lambda value: words[0] if value > 0 else words[1]


def _same(value: float) -> float:
    return value


def _less(one: float, other: float) -> float:
    return one - other


def _over(one: float, other: float) -> float:
    return one / other


def _change(one: float, other: float) -> float:
    return one / other - 1


def _times(one: float, other: float) -> float:
    return one * other


def _place(price: float, high: float, low: float) -> float:
    return (price - low) / (high - low)


def _dollars(value: float) -> str:
    return _price(abs(value))


def _points(value: float) -> str:
    return _plain(value * 100)


_VALUES: Final[Mapping[str, tuple[tuple[str, ...], Callable[..., float], Callable[[float], str]]]] = {
    "price": (("price",), _same, _price),
    "previous": (("previous_close",), _same, _price),
    "change": (("change",), _same, _dollars),
    "change_percent": (("price", "previous_close"), _change, _percent),
    "way": (("change",), _same, _side(("up", "down"))),
    "high": (("week_52_high",), _same, _price),
    "low": (("week_52_low",), _same, _price),
    "range": (("week_52_high", "week_52_low"), _less, _price),
    "below_high": (("price", "week_52_high"), _change, _percent),
    "above_low": (("price", "week_52_low"), _change, _percent),
    "to_high": (("week_52_high", "price"), _less, _price),
    "to_low": (("price", "week_52_low"), _less, _price),
    "average_50": (("sma_50",), _same, _price),
    "from_50": (("price", "sma_50"), _change, _percent),
    "gap_50": (("price", "sma_50"), _less, _dollars),
    "side_50": (("price", "sma_50"), _less, _side(("above", "below"))),
    "average_200": (("sma_200",), _same, _price),
    "from_200": (("price", "sma_200"), _change, _percent),
    "side_200": (("price", "sma_200"), _less, _side(("above", "below"))),
    "target": (("target_mean_price",), _same, _price),
    "upside": (("target_mean_price", "price"), _change, _percent),
    "to_target": (("target_mean_price", "price"), _less, _dollars),
    "target_side": (("target_mean_price", "price"), _less, _side(("higher", "lower"))),
    "target_high": (("target_high_price",), _same, _price),
    "target_low": (("target_low_price",), _same, _price),
    "target_range": (("target_high_price", "target_low_price"), _less, _price),
    "rsi": (("rsi_14",), _same, _plain),
    "to_70": (("rsi_14",), lambda value: abs(70 - value), _plain),
    "hundred_shares": (("price",), _same, lambda value: f"${value * 100:,.0f}"),
    "shares_for_10000": (("price",), _same, lambda value: f"{10_000 / value:.0f}"),
    "revenue": (("revenue",), _same, _money),
    "income": (("net_income",), _same, _money),
    "net_margin": (("net_income", "revenue"), _over, _percent),
    "value": (("market_cap",), _same, _money),
    "sales_multiple": (("market_cap", "revenue"), _over, _plain),
    "multiple": (("trailing_pe",), _same, _plain),
    "forward": (("forward_pe",), _same, _plain),
    "multiple_drop": (("trailing_pe", "forward_pe"), _less, _plain),
    "multiple_drop_percent": (("forward_pe", "trailing_pe"), _change, _percent),
    "earnings_yield": (("trailing_pe",), lambda value: 1 / value, _percent),
    "gross": (("gross_margin",), _same, _percent),
    "gross_profit": (("gross_margin", "revenue"), _times, _money),
    "operating": (("operating_margin",), _same, _percent),
    "operating_income": (("operating_margin", "revenue"), _times, _money),
    "margin_gap": (("gross_margin", "operating_margin"), _less, _points),
    "eps": (("earnings_per_share",), _same, _price),
    "cash_flow": (("free_cash_flow",), _same, _money),
    "cash_margin": (("free_cash_flow", "revenue"), _over, _percent),
    "cash_yield": (("free_cash_flow", "market_cap"), _over, _percent),
    "debt": (("total_debt",), _same, _money),
    "debt_years": (("total_debt", "free_cash_flow"), _over, _plain),
    "dividend": (("dividend_per_share",), _same, _price),
    "rise_to_high": (("week_52_high", "price"), _change, _percent),
    "fall_to_low": (("week_52_low", "price"), _change, _percent),
    "middle": (("week_52_high", "week_52_low"), lambda high, low: (high + low) / 2, _price),
    "place": (("price", "week_52_high", "week_52_low"), _place, lambda value: f"{value:.0%}"),
    "at_20": (("earnings_per_share",), lambda value: 20 * value, _price),
    "implied_eps": (("price", "forward_pe"), _over, _price),
    "cash": (("total_cash",), _same, _money),
    "cash_share": (("total_cash", "market_cap"), _over, _percent),
    "cash_multiple": (("market_cap", "free_cash_flow"), _over, _plain),
    "enterprise": (("enterprise_value",), _same, _money),
    "enterprise_sales": (("enterprise_value", "revenue"), _over, _plain),
    "enterprise_cash": (("enterprise_value", "free_cash_flow"), _over, _plain),
    "conversion": (("free_cash_flow", "net_income"), _over, lambda value: f"{value:.0%}"),
    "cover": (("earnings_per_share", "dividend_per_share"), _over, _plain),
    "yield": (("dividend_per_share", "price"), _over, lambda value: f"{value:.2%}"),
    "costs": (("operating_margin",), lambda value: 1 - value, _percent),
    "cents": (("profit_margin",), _same, lambda value: f"{value * 100:.0f}"),
    "volatility": (("volatility",), _same, _percent),
    "lower": (("price", "volatility"), lambda price, share: price * (1 - share), _price),
    "upper": (("price", "volatility"), lambda price, share: price * (1 + share), _price),
    "day_high": (("day_high",), _same, _price),
    "day_low": (("day_low",), _same, _price),
    "day_range": (("day_high", "day_low"), _less, _price),
    "stop": (("price",), lambda value: 0.9 * value, _price),
    "fifteen": (("price",), lambda value: 15 * value, lambda value: f"${value:,.2f}"),
    "half": (("revenue",), lambda value: value / 2, _money),
    "stop_of_ranges": (("price", "atr_14"), lambda price, atr: price - 2 * atr, _price),
    "payout": (("payout_ratio",), _same, _percent),
    "retained": (("payout_ratio",), lambda value: 1 - value, _percent),
    "daily_income": (("net_income",), lambda value: value / 365, lambda value: f"${value / 1e6:.0f} million"),
    "hundred_dividends": (("dividend_per_share",), _same, lambda value: f"${value * 100:.0f}"),
}
"""By name: what of the facts it takes, what it is of that, and how it is written."""
