"""Values of the facts of all worlds in fixed sentences, right and exchanged between two companies."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures.application_worlds import application_worlds

_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_KINDS: Final = frozenset({"quote", "technicals", "fundamentals"})
_LEGAL: Final = re.compile(
    r",? ?(?:\(publ\)|\(ADR\)|Inc\.?|Corporation|Company|plc|PLC|Incorporated|Limited|Ltd\.?|Holdings?"
    r"|N\.V\.|AG|SE|S\.A\.|S\.p\.A\.|AB|ASA)$"
)
_ONE: Final = (
    "{A} has a {name} of {a} and a {other_name} of {other_a}.",
    "{A}'s {name} is {a}, while its {other_name} is {other_a}.",
    "- {Name}: {a}\n- {Other_name}: {other_a}",
    "With a {name} of {a} and a {other_name} of {other_a}, {A} looks solid.",
    "| | {A} |\n|---|---|\n| {Name} | {a} |\n| {Other_name} | {other_a} |",
    "The {name} of {A} is {a}. Its {other_name} is {other_a}.",
)
_TWO: Final = (
    "{A}'s {name} is {a}, compared with {b} for {B}.",
    "{A} ({a}) and {B} ({b}) differ in {name}.",
    "On {name}, {A} is at {a} and {B} at {b}.",
    "The {name} is {a} at {A} and {b} at {B}.",
    "| | {A} | {B} |\n|---|---|---|\n| {Name} | {a} | {b} |\n| {Other_name} | {other_a} | {other_b} |",
    "- **{A}**: {name} {a}, {other_name} {other_a}\n- **{B}**: {name} {b}, {other_name} {other_b}",
    "While {A} has a {name} of {a}, {B} stands at {b}.",
    (
        "- **{A}**\n  - {Name}: {a}\n  - {Other_name}: {other_a}\n"
        "- **{B}**\n  - {Name}: {b}\n  - {Other_name}: {other_b}"
    ),
    (
        "### {A}\n\n- {Name}: {a}\n- {Other_name}: {other_a}\n\n"
        "### {B}\n\n- {Name}: {b}\n- {Other_name}: {other_b}"
    ),
    "**{A}**\n{Name}: {a} | {Other_name}: {other_a}\n\n**{B}**\n{Name}: {b} | {Other_name}: {other_b}",
    "- **{Name}**\n  - {A}: {a}\n  - {B}: {b}\n- **{Other_name}**\n  - {A}: {other_a}\n  - {B}: {other_b}",
    "1. **{A}** – {name}: {a}; {other_name}: {other_a}\n2. **{B}** – {name}: {b}; {other_name}: {other_b}",
    (
        "| Company | {Name} | {Other_name} |\n|---|---:|---:|\n"
        "| **{A}** | {a} | {other_a} |\n| **{B}** | {b} | {other_b} |"
    ),
    (
        "| | {A} | {B} | Better |\n|---|---|---|---|\n"
        "| {Name} | {a} | {b} | {A} |\n| {Other_name} | {other_a} | {other_b} | – |"
    ),
)


@dataclass(frozen=True)
class _Value:
    number: float
    currency: str | None


def _amount(value: _Value) -> str:
    return _in_currency(value, f"{abs(value.number):,.2f}")


def _large(value: _Value) -> str:
    size = abs(value.number)
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= scale:
            return _in_currency(value, f"{size / scale:.2f} {word}")
    return _in_currency(value, f"{size:,.0f}")


def _in_currency(value: _Value, digits: str) -> str:
    sign = _SIGNS.get(value.currency or "", f"{value.currency} ")
    return f"{'-' if value.number < 0 else ''}{sign}{digits}"


def _percent(value: _Value) -> str:
    return f"{value.number * 100:.1f}%"


def _plain(value: _Value) -> str:
    return f"{value.number:.1f}"


def _exact(value: _Value) -> str:
    return f"{value.number:.2f}"


_METRICS: Final[Mapping[str, tuple[str, Callable[[_Value], str]]]] = {
    "P/E": ("trailing_pe", _plain),
    "forward P/E": ("forward_pe", _plain),
    "PEG ratio": ("peg_ratio", _exact),
    "price-to-book ratio": ("price_to_book", _plain),
    "EV/EBITDA": ("ev_to_ebitda", _plain),
    "EPS": ("earnings_per_share", _amount),
    "market cap": ("market_cap", _large),
    "enterprise value": ("enterprise_value", _large),
    "revenue": ("revenue", _large),
    "net income": ("net_income", _large),
    "gross margin": ("gross_margin", _percent),
    "operating margin": ("operating_margin", _percent),
    "profit margin": ("profit_margin", _percent),
    "return on equity": ("return_on_equity", _percent),
    "cash": ("total_cash", _large),
    "total debt": ("total_debt", _large),
    "debt-to-equity ratio": ("debt_to_equity", _exact),
    "current ratio": ("current_ratio", _exact),
    "free cash flow": ("free_cash_flow", _large),
    "payout ratio": ("payout_ratio", _percent),
    "beta": ("beta", _exact),
    "mean price target": ("target_mean_price", _amount),
    "52-week high": ("week_52_high", _amount),
    "52-week low": ("week_52_low", _amount),
    "50-day average": ("sma_50", _amount),
    "RSI": ("rsi_14", _plain),
    "share price": ("price", _amount),
    "previous close": ("previous_close", _amount),
    "workforce": ("employees", lambda value: f"{value.number:,.0f}"),
}


def marked_right_values(trials: int, seed: int) -> tuple[int, int]:
    """Returns how many right values were stated, and how many of them are marked."""
    stated = marked = 0
    for facts, question, text, _ in _answers(trials, seed):
        marks = check_figures(text, facts, question).marks
        stated += len(marks)
        marked += sum(one.verdict is not Verdict.SUPPORTED for one in marks)
    return stated, marked


def found_exchanged_values(trials: int, seed: int) -> tuple[int, int]:
    """Returns how many values were exchanged between two companies, and how many of them are found."""
    exchanged = found = 0
    for facts, question, _, text in _answers(trials, seed):
        if text is not None:
            listed = [
                one
                for one in check_figures(text, facts, question).marks
                if one.verdict is not Verdict.SUPPORTED
            ]
            exchanged += 2
            found += min(2, len(listed))
    return exchanged, found


def _answers(trials: int, seed: int) -> Iterator[tuple[tuple[Fact, ...], str, str, str | None]]:
    """Yields facts, a question, a right answer, and of two companies also one with values exchanged."""
    generator = random.Random(seed)
    for facts in application_worlds().values():
        values, names = _values(facts), _names(facts)
        symbols = [symbol for symbol in names if symbol in values]
        for _ in range(trials if symbols else 0):
            are_two = len(symbols) > 1 and generator.random() < 0.5
            chosen = generator.sample(symbols, 2 if are_two else 1)
            known = [name for name, (key, _) in _METRICS.items() if all(key in values[one] for one in chosen)]
            if len(known) < 2:
                continue
            form = generator.choice(_TWO if are_two else _ONE)
            filled = _filled(generator.sample(known, 2), [values[one] for one in chosen])
            filled |= {letter: names[one] for letter, one in zip("AB", chosen, strict=False)}
            asked = " and ".join(names[one] for one in chosen)
            exchanged = None
            if are_two and filled["a"] != filled["b"]:
                exchanged = form.format(**{**filled, "a": filled["b"], "b": filled["a"]})
            yield tuple(facts), f"What about {asked}?", form.format(**filled), exchanged


def _filled(metrics: list[str], companies: list[Mapping[str, _Value]]) -> dict[str, str]:
    filled: dict[str, str] = {}
    for prefix, metric in zip(("", "other_"), metrics, strict=True):
        key, write = _METRICS[metric]
        filled[f"{prefix}name"] = metric
        filled[f"{prefix}name".capitalize()] = metric[0].upper() + metric[1:]
        for letter, values in zip("ab", companies, strict=False):
            filled[f"{prefix}{letter}"] = write(values[key])
    return filled


def _values(facts: Sequence[Fact]) -> Mapping[str, Mapping[str, _Value]]:
    values: dict[str, dict[str, _Value]] = {}
    for fact in facts:
        for key, value in fact.data.items() if fact.kind in _KINDS else ():
            if isinstance(value, int | float) and not isinstance(value, bool):
                own = values.setdefault(fact.symbol, {})
                own.setdefault(key, _Value(value, fact.data.get("currency")))
    return values


def _names(facts: Sequence[Fact]) -> Mapping[str, str]:
    # Yields of Treasury notes are no amounts.
    quotes = (fact for fact in facts if fact.kind == "quote" and not fact.symbol.startswith("^T"))
    return {fact.symbol: _LEGAL.sub("", fact.data.get("name") or fact.symbol) for fact in quotes}
