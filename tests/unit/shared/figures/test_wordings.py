"""Everyday wordings: each with what the facts have, and with what they do not have."""

from typing import Any

import pytest

from shared.figures.checker import check_figures

ENGINES: dict[str, Any] = {
    "symbol": "RR.L",
    "name": "Rolls-Royce Holdings plc",
    "currency": "GBP",
    "price": 12.485,
    "change": -0.155,
    "change_percent": -1.23,
    "week_52_low": 6.912,
    "week_52_high": 13.48,
    "trailing_pe": 33.1,
    "forward_pe": 30.3,
    "free_cash_flow": -3.27e9,
    "market_cap": 105.1e9,
    "revenue": 20.06e9,
    "revenue_growth": -0.0612,
    "news": "Rolls-Royce cuts £1 billion of costs, 55% of it found; it buys shares for £2.512 billion.",
}
COPPER: dict[str, Any] = {
    "symbol": "FCX",
    "name": "Freeport-McMoRan Inc.",
    "currency": "USD",
    "price": 41.08,
    "earnings": {
        "quarters": [
            {"end": "2026-06-30", "eps_actual": 0.54, "eps_estimate": 0.45},
            {"end": "2026-03-31", "eps_actual": 0.24, "eps_estimate": 0.27},
            {"end": "2025-06-30", "eps_actual": 0.46, "eps_estimate": 0.41},
        ]
    },
}


def _marked(text: str, *facts: dict[str, Any]) -> list[str]:
    check = check_figures(text, facts)
    return [mark.text for mark in (*check.unsupported, *check.misattributed)]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Rolls-Royce is on 33.1 times last year's earnings and {} next year's.", "30.3 times", "33.1 times"),
        ("From a 52-week low of 691p the shares of Rolls-Royce have climbed to {}.", "1,248.5p", "1,348p"),
        ("The 52-week range is £6.91 to £13.48; at {}, Rolls-Royce is near the top.", "£12.49", "£11.49"),
        ("Rolls-Royce's sales are shrinking by more than {} a year.", "6%", "8%"),
        ("Rolls-Royce burns {} a year.", "£3.27 billion", "£2.37 billion"),
        ("Rolls-Royce buys shares for {}.", "£2.512 billion", "£2.512 million"),
        ("Rolls-Royce cuts £1 billion of costs and has found 55%, i.e. {}.", "£550 million", "£650 million"),
        ("Rolls-Royce cuts £1 billion of costs and has found 55%. That leaves {}.", "45%", "35%"),
    ],
)
def test_wording_is_read_as_it_is_meant(text: str, right: str, wrong: str) -> None:
    assert _marked(text.format(right), ENGINES) == []
    assert _marked(text.format(wrong), ENGINES) == [wrong]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Freeport earned 54 cents against 45 in Q2 2026.", []),
        ("Freeport earned 54 cents against 72 in Q2 2026.", ["72"]),
        ("Freeport earned $0.54 a share in Q2 2026, well above the $0.45 consensus.", []),
        ("Freeport earned $0.54 a share in Q2 2026, well above the $0.35 consensus.", ["$0.35"]),
        ("Freeport: $0.54 a share, above the $0.45 expected, and up from $0.46 a year ago.", []),
        ("Freeport: $0.54 a share, above the $0.45 expected, and up from $0.64 a year ago.", ["$0.64"]),
    ],
)
def test_number_compared_with_earnings_is_one_of_earnings(text: str, marked: list[str]) -> None:
    assert _marked(text, COPPER) == marked


GRID: dict[str, Any] = {
    "symbol": "IBE.MC",
    "name": "Iberdrola, S.A.",
    "currency": "EUR",
    "as_of": "2026-03-12T16:35:00Z",
    "price": 18.46,
    "change_percent": 1.32,
    "week_52_high": 18.6,
    "eps": 0.91,
}
CLOSES: dict[str, Any] = {
    "id": 2,
    "kind": "history",
    "symbol": "IBE.MC",
    "as_of": "2026-03-12T16:35:00Z",
    "text": "4 candles: closes: 2025-12-31 17.04; 2026-01-15 17.30; 2026-02-12 17.92; 2026-03-12 18.46",
    "data": {"symbol": "IBE.MC", "currency": "EUR"},
}


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Iberdrola shares are up {} year to date.", "8.3%", "9.3%"),
        ("Iberdrola has gained {} since mid-January.", "6.7%", "7.6%"),
        ("Iberdrola rose {} over the past month.", "3.0%", "5.0%"),
        ("Iberdrola hat seit Jahresbeginn {} zugelegt.", "8,3 %", "9,3 %"),
        ("Iberdrola acumula una subida del {} en lo que va de año.", "8,3%", "9,3%"),
        ("Iberdrola gagne {} depuis le début de l'année.", "8,3 %", "9,3 %"),
        ("Iberdrola guadagna il {} da inizio anno.", "8,3%", "9,3%"),
        ("A Iberdrola sobe {} no ano.", "8,3%", "9,3%"),
        ("Vom Tief Mitte Januar bei {} hat sich Iberdrola erholt.", "17,30 Euro", "16,30 Euro"),
    ],
)
def test_change_of_a_price_over_a_span(text: str, right: str, wrong: str) -> None:
    assert _marked(text.format(right), GRID, CLOSES) == []
    assert _marked(text.format(wrong), GRID, CLOSES) == [wrong]


def test_fall_since_the_beginning_of_a_span_is_wrong_where_the_price_rose() -> None:
    assert _marked("Iberdrola has lost 8.3% this year.", GRID, CLOSES) == ["8.3%"]


OIL: dict[str, Any] = {
    "symbol": "CVX",
    "name": "Chevron Corporation",
    "currency": "USD",
    "price": 153.54,
    "trailing_pe": 30.3,
    "price_to_book": 4.91,
    "price_to_sales": 5.07,
    "rsi_14": 72.6,
}
GAS: dict[str, Any] = {
    "symbol": "SHEL.L",
    "name": "Shell plc",
    "currency": "GBP",
    "price": 27.15,
    "trailing_pe": 24.7,
    "price_to_book": 2.78,
    "price_to_sales": 2.3,
    "rsi_14": 56.7,
}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Shell is cheaper: 24.7 times earnings to Chevron's 30.3, 2.78 times book to 4.91.", []),
        ("Shell is cheaper: 24.7 times earnings to Chevron's 30.3, 3.78 times book to 4.91.", ["3.78 times"]),
        ("Shell's RSI is 56.7. Chevron, on 72.6, is the only one above 70.", []),
        ("Shell's RSI is 56.7. Chevron, on 72.6, is still below 70.", ["70"]),
        ("Neither is below 30. Shell's RSI is 56.7.", []),
        ("Chevron's RSI is 68.6, about two points short of 70.", ["68.6"]),
        ("Shell pays twice a year. Its P/E is 24.7.", []),
    ],
)
def test_pairs_and_marks_of_two_companies(text: str, marked: list[str]) -> None:
    assert _marked(text, OIL, GAS) == marked
