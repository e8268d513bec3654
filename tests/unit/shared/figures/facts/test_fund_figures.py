"""Costs, size and contents of a fund in sentences of answers and reports."""

from typing import Any

import pytest

from shared.figures.checker import FiguresChecker, check_figures

DATA: dict[str, Any] = {
    "symbol": "QQQ",
    "currency": "USD",
    "fund": {
        "expense_ratio": 0.002,
        "net_assets": 323_810_000_000,
        "holdings": [
            {"symbol": "AAPL", "name": "Apple Inc.", "weight": 0.1174},
            {"symbol": "NVDA", "name": "NVIDIA Corporation", "weight": 0.1002},
        ],
        "sectors": [{"sector": "Technology", "weight": 0.6008}],
    },
}
FACTS = [{"id": 3, "kind": "fundamentals", "symbol": "QQQ", "as_of": "2026-11-30T00:00:00Z", "data": DATA}]


@pytest.mark.parametrize(
    "text",
    [
        "The fund costs 0.20% of its assets a year [3].",
        "The expense ratio is 0.20%.",
        "Der Fonds kostet im Jahr 0,20 % seines Vermögens [3].",
        "Le fonds coûte 0,20 % de son actif par an [3].",
        "Its largest known holding, Apple Inc., makes up 11.74% of the assets [3].",
        "Sa plus grande position connue, Apple Inc., représente 11,74 % de l'actif [3].",
        "Technology makes up 60.08% of the fund.",
        "QQQ manages $323.81 billion.",
    ],
)
def test_figures_of_a_fund_are_supported(text: str) -> None:
    check = check_figures(text, FACTS)
    assert (check.stated, check.supported) == (1, 1)


@pytest.mark.parametrize("text", ["The expense ratio is 0.35%.", "The fund costs 0.02% a year."])
def test_wrong_costs_are_not(text: str) -> None:
    assert check_figures(text, FACTS).supported == 0


def test_count_of_the_largest_holdings_is_read() -> None:
    checker = FiguresChecker(FACTS)
    checker.feed("The 2 largest known holdings together make up 21.76% [3].")
    checker.close()
    assert checker.failures == 0
