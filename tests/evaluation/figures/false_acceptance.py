"""Random figures in fixed sentences: how many of them the check accepts."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from shared.domain.facts import Fact
from shared.domain.market_data import Fundamentals, Quote
from shared.domain.technicals import Technicals
from shared.figures.checker import FiguresChecker
from shared.figures.lookup.fact_base import FactBase
from shared.figures.verdicts.verdicts import Verdict
from shared.grounding.market_facts import fact_of
from tests.evaluation.figures.worlds import AMD, APPLE, MICROSOFT, NVIDIA, SAP

COMPANIES: Final = (1, 2, 3, 5, 10)
KINDS: Final = ("whole percent", "one decimal", "multiple", "price")
NAMINGS: Final = ("company and metric", "company", "nothing")
TRIALS: Final = 400

_BASES: Final = (APPLE, MICROSOFT, NVIDIA, AMD, SAP)
_MORE: Final = (
    ("ORCL", "Oracle Corporation"), ("INTC", "Intel Corporation"), ("IBM", "International Business Machines"),
    ("CSCO", "Cisco Systems, Inc."), ("ADBE", "Adobe Inc."),
)  # fmt: skip
_METRICS: Final = {
    "whole percent": (
        "profit margin",
        "gross margin",
        "revenue growth",
        "operating margin",
        "return on equity",
    ),
    "one decimal": ("profit margin", "gross margin", "revenue growth", "dividend yield", "volatility"),
    "multiple": ("P/E", "forward P/E", "price to sales", "price to book"),
    "price": ("price", "52-week high", "200-day average", "mean target", "EPS"),
}
_SENTENCES: Final = {
    "company and metric": (
        "{name}'s {metric} is {figure}.",
        "The {metric} of {name} stands at {figure}.",
        "{name}: {metric} {figure}.",
    ),
    "company": ("For {name} it is {figure}.", "{name} is at {figure}.", "{name}: {figure}."),
    "nothing": ("The figure is {figure}.", "It comes to {figure}.", "That makes {figure}."),
}


def facts_of(count: int) -> tuple[Fact, ...]:
    """Returns quote, technicals and fundamentals of some companies."""
    parts = [part for base in _BASES[:count] for part in base]
    generator = random.Random(7)
    for symbol, name in _MORE[: max(0, count - len(_BASES))]:
        parts += [_varied(part, symbol, name, generator) for part in APPLE]
    kinds = {Quote: "quote", Technicals: "technicals", Fundamentals: "fundamentals"}
    return tuple(
        fact_of(number, kinds[type(part)], part.symbol, part) for number, part in enumerate(parts, start=1)
    )


def acceptance(count: int, kind: str, naming: str, seed: int = 11) -> float:
    """Returns the share of random figures that are accepted.

    Args:
        count: Number of companies in the facts.
        kind: The kind of figure, of ``KINDS``.
        naming: What the sentence names, of ``NAMINGS``.
        seed: Of the random figures.
    """
    facts = facts_of(count)
    names = _names(facts)
    generator = random.Random(seed)
    base = FactBase(facts)
    accepted = 0
    for sentence in _sentences(generator, names, kind, naming):
        checker = FiguresChecker(base)
        marks = [*checker.feed(sentence), *checker.close()]
        accepted += not any(mark.verdict is not Verdict.SUPPORTED for mark in marks)
    return accepted / TRIALS


def _sentences(generator: random.Random, names: Sequence[str], kind: str, naming: str) -> Iterator[str]:
    for _ in range(TRIALS):
        yield generator.choice(_SENTENCES[naming]).format(
            name=generator.choice(names),
            metric=generator.choice(_METRICS[kind]),
            figure=_figure(generator, kind),
        )


def _figure(generator: random.Random, kind: str) -> str:
    match kind:
        case "whole percent":
            return f"{generator.randint(1, 99)}%"
        case "one decimal":
            return f"{generator.uniform(0.1, 99.9):.1f}%"
        case "multiple":
            return f"{generator.uniform(1, 99):.1f}x"
        case _:
            return f"${generator.uniform(5, 600):.2f}"


def _varied(
    part: Quote | Technicals | Fundamentals, symbol: str, name: str, generator: random.Random
) -> Quote | Technicals | Fundamentals:
    factor = generator.uniform(0.2, 1.8)
    changes: dict[str, object] = {"symbol": symbol}
    for field, value in part:
        if field == "name":
            changes[field] = name
        elif isinstance(value, float):
            changes[field] = round(value * factor * generator.uniform(0.9, 1.1), 4)
        elif isinstance(value, int) and not isinstance(value, bool):
            changes[field] = int(value * factor)
    return part.model_copy(update=changes)


def _names(facts: Sequence[Fact]) -> list[str]:
    return list(
        dict.fromkeys(str(fact.data["name"]).split()[0].strip(",") for fact in facts if fact.data.get("name"))
    )
