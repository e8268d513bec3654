"""A calculator over figures of facts: the model names the figures, and the result is a fact."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.domain.facts import Fact

Operation = Literal["sum", "difference", "ratio", "growth_percent", "cagr_percent"]
_OF_AMOUNTS: Final = ("sum", "difference")
"""Operations whose result has the unit of the figures."""

MAX_OPERANDS: Final = 12
_MAX_NAMES: Final = 40
"""Figures that an error names."""


_WITHOUT_CURRENCY: Final = re.compile(
    r"percent|ratio|margin|growth|yield|return|volume|shares|count|employees|year|beta|rsi|_to_|sentiment"
    r"|confidence|volatility|surprise|held|_pe$|analysts"
)
"""Names of figures that are no amounts of money."""


def _number_of_fact(value: object) -> object:
    """Removes the brackets of a citation."""
    return value.strip(" []") if isinstance(value, str) else value


class CalculationError(ValueError):
    """The calculation cannot be carried out; the message tells the model why."""


class FactOperand(BaseModel):
    """A figure of a fact."""

    model_config = ConfigDict(extra="ignore")

    fact: Annotated[int, BeforeValidator(_number_of_fact), Field(ge=1, description="Number of the fact")]
    figure: Annotated[
        str,
        Field(
            min_length=1,
            max_length=120,
            description="Path in the fact's data, such as price or periods.0.revenue",
        ),
    ]


@dataclass(frozen=True)
class _OperandFigure:
    """A figure of a fact.

    Attributes:
        value: The number.
        currency: Its currency; None where it is no amount of money, or where that is unknown.
        is_plain: Whether it is certainly no amount of money: a ratio, a percentage, a count.
        symbol: Its company, or several where its record names none.
    """

    value: float
    currency: str | None
    is_plain: bool
    symbol: str


@dataclass(frozen=True)
class Calculation:
    """A result.

    Attributes:
        value: In the unit of the figures; in percent for growth and CAGR; a plain number for a ratio.
        text: The calculation with its operands and their facts, as the model reads it.
        data: Operation, operands and value, as clients get it.
        symbol: The companies of the facts, joined by commas.
    """

    value: float
    text: str
    data: Mapping[str, Any]
    symbol: str


def calculate(
    operation: Operation, operands: Sequence[FactOperand], facts: Sequence[Fact], years: float | None = None
) -> Calculation:
    """Computes an operation on figures of facts.

    Args:
        operation: ``difference``, ``ratio``, ``growth_percent`` and ``cagr_percent`` take two operands, the
            later or upper one first; ``sum`` takes two or more.
        operands: The figures.
        facts: The facts of the answer.
        years: Years between the two figures, for ``cagr_percent``.

    Raises:
        CalculationError: A figure does not exist, the figures are in different currencies, or the operation
            is not defined for them.
    """
    by_id = {fact.id: fact for fact in facts}
    found = [_figure(operand, by_id) for operand in operands]
    values = [figure.value for figure in found]
    currency = _common_currency(operation, operands, found)
    if operation != "sum" and len(values) != 2:
        raise CalculationError(f"{operation} takes two figures, the later or upper one first.")
    if len(values) < 2:
        raise CalculationError("sum takes two or more figures.")
    value = _OPERATIONS[operation](values, years)
    if not isfinite(value):
        raise CalculationError("The result is not a number.")
    named = ", ".join(
        f"{operand.figure} [{operand.fact}] {_written(figure, 10)}"
        for operand, figure in zip(operands, values, strict=True)
    )
    unit = " percent" if operation.endswith("_percent") else ""
    symbols = dict.fromkeys(figure.symbol for figure in found)
    return Calculation(
        value,
        f"{operation.removesuffix('_percent')} of {named} = {_written(value, 6)}{unit}",
        {
            "operation": operation,
            "operands": [
                {**operand.model_dump(), "value": figure}
                for operand, figure in zip(operands, values, strict=True)
            ],
            "value": value,
            **({"currency": currency} if currency and operation in _OF_AMOUNTS else {}),
        },
        ",".join(symbols),
    )


def _common_currency(
    operation: Operation, operands: Sequence[FactOperand], figures: Sequence[_OperandFigure]
) -> str | None:
    """Returns the currency of the amounts among figures, which must be comparable.

    Raises:
        CalculationError: They are in different currencies, or amounts are mixed with plain numbers.
    """
    currencies = sorted({figure.currency for figure in figures if figure.currency})
    if len(currencies) > 1:
        raise CalculationError(f"The figures are in different currencies: {', '.join(currencies)}.")
    plain = [operand.figure for operand, one in zip(operands, figures, strict=True) if one.is_plain]
    if currencies and plain and operation != "ratio":
        raise CalculationError(f"{plain[0]!r} is no amount of money as the other figures are.")
    return currencies[0] if currencies else None


def _written(value: float, digits: int) -> str:
    """Returns a number in full: models misread powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:,.{digits}g}"


def _figure(operand: FactOperand, facts: Mapping[int, Fact]) -> _OperandFigure:
    """Returns a figure; currency and company are those of the nearest record around it."""
    if operand.fact not in facts:
        raise CalculationError(f"There is no fact {operand.fact}.")
    data = facts[operand.fact].data
    value: Any = data
    currency: str | None = None
    symbol = facts[operand.fact].symbol
    *_, last = names = operand.figure.split(".")
    for name in names:
        if isinstance(value, Mapping) and isinstance(value.get("currency"), str):
            currency = value["currency"]
        if isinstance(value, Mapping) and isinstance(value.get("symbol"), str):
            symbol = value["symbol"]
        value = _child(value, name)
        if value is None:
            known = ", ".join(islice(_paths(data), _MAX_NAMES))
            raise CalculationError(f"Fact {operand.fact} has no figure {operand.figure!r}. It has: {known}.")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CalculationError(f"{operand.figure!r} of fact {operand.fact} is not a number.")
    # The result of a calculation is an amount, or named as its operation: growth_percent.
    computed = str(data.get("operation", "")) if value is data.get("value") else ""
    of_amounts = not computed or computed in _OF_AMOUNTS
    is_plain = not of_amounts or _WITHOUT_CURRENCY.search(_field_name(last)) is not None
    return _OperandFigure(float(value), None if is_plain else currency, is_plain, symbol)


def _field_name(label: str) -> str:
    return label.strip().lower().replace(" ", "_")


def _child(value: Any, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Returns a field or an element; a field may be written as a label, such as ``Market cap``."""
    if isinstance(value, Mapping):
        return value.get(name, value.get(_field_name(name)))
    if isinstance(value, Sequence) and not isinstance(value, str) and name.isdecimal():
        return value[int(name)] if int(name) < len(value) else None
    return None


def _paths(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yields the paths of the numbers in the data of a fact."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _paths(child, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for place, child in enumerate(value):
            yield from _paths(child, f"{path}.{place}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def _growth(values: Sequence[float], _years: float | None) -> float:
    later, earlier = values
    if earlier <= 0:
        raise CalculationError("Growth over a base of zero or below is not defined.")
    return (later / earlier - 1) * 100


def _cagr(values: Sequence[float], years: float | None) -> float:
    later, earlier = values
    if years is None or years <= 0:
        raise CalculationError("cagr_percent needs the years between the figures.")
    if earlier <= 0 or later <= 0:
        raise CalculationError("A compound growth rate needs figures above zero.")
    growth: float = (later / earlier) ** (1 / years)
    return (growth - 1) * 100


def _ratio(values: Sequence[float], _years: float | None) -> float:
    upper, lower = values
    if lower == 0:
        raise CalculationError("A ratio to zero is not defined.")
    return upper / lower


_OPERATIONS: Final[Mapping[Operation, Callable[[Sequence[float], float | None], float]]] = {
    "sum": lambda values, _: sum(values),
    "difference": lambda values, _: values[0] - values[1],
    "ratio": _ratio,
    "growth_percent": _growth,
    "cagr_percent": _cagr,
}
