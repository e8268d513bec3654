"""The name of an index, also where it contains the name of a company or fund that the facts are about."""

import pytest

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import FiguresCheck

OWNERS = [("SPY", "SPDR S&P 500 ETF Trust"), ("SPGI", "S&P Global Inc.")]
RIGHT = [
    "The price rose by 1.23%, more than the 0.87% of the S&P 500.",
    "Der Kurs stieg um 1,23 %, gegenüber 0,87 % des S&P 500.",
    "変化率は1.23%で、S&P 500の0.87%を上回りました。",
    "变动为1.23%，好于S&P 500的0.87%。",
]
WRONG = [
    "The S&P 500 rose by 1.23%.",
    "变动为0.87%，低于S&P 500的1.23%。",
]


def _fact(number: int, symbol: str, name: str, change: float) -> Fact:
    text = f'Name "{name}"; Change in percent {change:+}%'
    data = {"symbol": symbol, "name": name, "change_percent": change}
    return Fact(
        id=number, kind="quote", symbol=symbol, text=text, data=data, source="sample", as_of=None, stale=False
    )


def _check(text: str, symbol: str, name: str) -> FiguresCheck:
    return check_figures(text, [_fact(1, symbol, name, 1.23), _fact(2, "^GSPC", "S&P 500", 0.87)], symbol)


@pytest.mark.parametrize(("symbol", "name"), OWNERS)
@pytest.mark.parametrize("text", RIGHT)
def test_numbers_of_index_are_its_own(text: str, symbol: str, name: str) -> None:
    check = _check(text, symbol, name)
    assert check.stated == check.supported == 2


@pytest.mark.parametrize(("symbol", "name"), OWNERS)
@pytest.mark.parametrize("text", WRONG)
def test_numbers_of_others_are_not_those_of_index(text: str, symbol: str, name: str) -> None:
    assert _check(text, symbol, name).misattributed
