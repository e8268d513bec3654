"""The calculator over figures of facts."""

from typing import Any

import pytest

from shared.chat.calculator import CalculationError, FactOperand, Operation, calculate
from shared.domain.facts import Fact


def fact(number: int, symbol: str, data: dict[str, Any]) -> Fact:
    return Fact(number, "quote", symbol, "", data, "yahoo", None, False)


FACTS = [
    fact(1, "AAPL", {"price": 250.0, "name": "Apple", "periods": [{"revenue": 400}]}),
    fact(2, "MSFT", {"price": 500.0, "loss": -5.0, "zero": 0.0, "flag": True}),
]


def on(*places: tuple[int, str]) -> list[FactOperand]:
    return [FactOperand(fact=number, figure=figure) for number, figure in places]


@pytest.mark.parametrize(
    ("operation", "operands", "years", "value"),
    [
        ("sum", on((1, "price"), (2, "price"), (1, "Periods.0.Revenue")), None, 1150.0),
        ("difference", on((2, "price"), (1, "price")), None, 250.0),
        ("ratio", on((2, "price"), (1, "price")), None, 2.0),
        ("growth_percent", on((2, "price"), (1, "price")), None, 100.0),
        ("growth_percent", on((2, "loss"), (1, "price")), None, -102.0),
        ("cagr_percent", on((2, "price"), (1, "price")), 2.0, 41.4213562),
    ],
)
def test_operations(
    operation: Operation, operands: list[FactOperand], years: float | None, value: float
) -> None:
    result = calculate(operation, operands, FACTS, years)
    assert result.value == pytest.approx(value)
    assert result.data["value"] == result.value


def test_result_names_operands_facts_and_companies() -> None:
    result = calculate("growth_percent", on((2, "price"), (1, "price")), FACTS)
    assert result.text == "growth of price [2] 500, price [1] 250 = 100 percent"
    assert result.symbol == "MSFT,AAPL"


def test_amounts_of_several_currencies_are_not_mixed() -> None:
    quotes = [{"price": 600.0, "currency": "USD"}, {"price": 2500.0, "volume": 7, "currency": "JPY"}]
    facts = [fact(1, "MSFT,7203.T", {"quotes": quotes}), fact(2, "AAPL", {"price": 3.0, "volume": 14})]
    with pytest.raises(CalculationError, match=r"different currencies: JPY, USD\."):
        calculate("sum", on((1, "quotes.0.price"), (1, "quotes.1.price")), facts)
    assert calculate("ratio", on((2, "volume"), (1, "quotes.1.volume")), facts).value == 2.0
    assert calculate("sum", on((1, "quotes.1.price"), (2, "price")), facts).value == 2503.0


def test_large_results_are_written_in_full() -> None:
    facts = [fact(1, "AAPL", {"one": 3_569_000_000_000.0, "other": 1_234_567.0})]
    result = calculate("sum", on((1, "one"), (1, "other")), facts)
    assert result.text == "sum of one [1] 3,569,000,000,000, other [1] 1,234,567 = 3,569,001,234,567"


@pytest.mark.parametrize(
    ("operation", "operands", "years", "reason"),
    [
        ("sum", on((9, "price"), (1, "price")), None, "no fact 9"),
        ("sum", on((1, "prize"), (1, "price")), None, "no figure 'prize'. It has: price, periods.0.revenue."),
        ("sum", on((1, "periods.7.revenue"), (1, "price")), None, "no figure"),
        ("sum", on((1, "name"), (1, "price")), None, "not a number"),
        ("sum", on((2, "flag"), (1, "price")), None, "not a number"),
        ("ratio", on((1, "price"), (2, "zero")), None, "ratio to zero"),
        ("ratio", on((1, "price"), (1, "price"), (1, "price")), None, "two figures"),
        ("growth_percent", on((1, "price"), (2, "loss")), None, "zero or below"),
        ("cagr_percent", on((1, "price"), (2, "price")), None, "needs the years"),
        ("cagr_percent", on((1, "price"), (2, "loss")), 3.0, "above zero"),
    ],
)
def test_what_cannot_be_computed_says_why(
    operation: Operation, operands: list[FactOperand], years: float | None, reason: str
) -> None:
    with pytest.raises(CalculationError, match=reason):
        calculate(operation, operands, FACTS, years)


def test_amounts_are_not_mixed_with_plain_numbers() -> None:
    quote = {"price": 200.0, "change_percent": 1.5, "trailing_pe": 30.0, "eps": 5.0, "currency": "USD"}
    facts = [fact(1, "AAPL", quote)]
    for figure in ("change_percent", "trailing_pe"):
        with pytest.raises(CalculationError, match=f"'{figure}' is no amount of money"):
            calculate("sum", on((1, "price"), (1, figure)), facts)
    assert calculate("ratio", on((1, "price"), (1, "trailing_pe")), facts).value == pytest.approx(
        6.6667, 1e-4
    )
    assert calculate("difference", on((1, "trailing_pe"), (1, "change_percent")), facts).value == 28.5


def test_results_keep_their_unit() -> None:
    facts = [fact(1, "AAPL", {"high": 300.0, "low": 200.0, "currency": "USD"})]
    span = calculate("difference", on((1, "high"), (1, "low")), facts)
    growth = calculate("growth_percent", on((1, "high"), (1, "low")), facts)
    assert (span.data["currency"], "currency" in growth.data) == ("USD", False)
    facts += [fact(2, "AAPL", dict(span.data)), fact(3, "AAPL", dict(growth.data))]
    facts.append(fact(4, "SAP.DE", {"price": 100.0, "currency": "EUR"}))
    assert calculate("ratio", on((2, "value"), (1, "low")), facts).value == 0.5
    with pytest.raises(CalculationError, match="different currencies"):
        calculate("sum", on((2, "value"), (4, "price")), facts)
    with pytest.raises(CalculationError, match="no amount of money"):
        calculate("difference", on((2, "value"), (3, "value")), facts)


def test_a_figure_among_those_of_several_companies_is_of_its_own() -> None:
    quotes = [{"symbol": "AAPL", "price": 300.0}, {"symbol": "SAP.DE", "price": 200.0}]
    facts = [fact(1, "AAPL,SAP.DE", {"quotes": quotes, "total": 5.0})]
    assert calculate("ratio", on((1, "quotes.1.price"), (1, "quotes.1.price")), facts).symbol == "SAP.DE"
    assert calculate("ratio", on((1, "quotes.1.price"), (1, "quotes.0.price")), facts).symbol == "SAP.DE,AAPL"
    assert calculate("ratio", on((1, "total"), (1, "total")), facts).symbol == "AAPL,SAP.DE"
