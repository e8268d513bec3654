"""What a number is that its own sentence names no metric, company or period for."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

BY_SALES = "Adobe, Palantir and Broadcom are dear. By sales, it is Broadcom: 4.92 times, against {}."
LOSS = "Rivian lost $3.52 billion on revenue of $5.84 billion, i.e. {} per share."
TARGETS = "Das Kursziel für Nike liegt bei 79,08 Dollar, das höchste ({} Dollar) darüber."
INDEX = "The S&P 500 closed at 6,290.39. The Nikkei 225 fell. The index is at {}."
ON = "Pfizer's EPS is put at $1.96 for 2027 (+11.4% on 2026's {})."
TABLE = "| Broadcom ($bn) | 2024 | 2025 |\n|---|---|---|\n| Revenue | 155.38 | 168.29 |\n\nRevenue is up {}."
RETURNED = "Tesla spent $32.92 billion on buybacks in 2025. Dividends came to $8.79 billion. In total: {}."


@pytest.mark.parametrize(
    ("world", "text", "right", "wrong"),
    [
        ("pharma", "J&J is the income pick: $4.74 a year, {}.", "2.93%", "2.12%"),
        ("pharma", "For 2027E, Pfizer's EPS is put at $1.96. Revenue: {}.", "$63.0bn", "$64.0bn"),
        ("pharma", ON, "$1.76", "$1.96"),
        ("media", "Netflix earned $8.00 a share last quarter. That is up from {}.", "$7.62", "$7.72"),
        ("nvda_amd", "Operating income was $161.68B. The margin was {}.", "16.7%", "12.7%"),
        ("c_chips", TABLE, "8.3%", "9.3%"),
        ("tesla", RETURNED, "$41.71 billion", "$43.71 billion"),
        ("a_networks", "Cisco pays $0.824 a year; the annual bill is {}.", "$3.29 billion", "$4.29 billion"),
        ("rivian", LOSS, "$2.87", "$3.87"),
        ("industry", "Caterpillar is cheaper than Boeing: {} against 6.1x sales.", "2.1x", "3.1x"),
        ("ai", BY_SALES, "3.70", "3.90"),
        ("retail", TARGETS, "93,32", "95,32"),
        ("macro", "| Asset | Last |\n|---|---|\n| US 10Y | {} |", "4.15", "4.35"),
        ("macro", INDEX, "33,388", "6,290"),
        ("macro", "The Nikkei 225 fell. So did EUR/USD. The pair trades at {}.", "0.9723", "0.9733"),
        ("macro", "Gold fell. The yen trades at {} to the dollar.", "146.32", "147.32"),
        ("coins", "Bitcoin rose. The coin trades at {}.", "$85,607", "$6,764"),
        ("funds", "The S&P fell, and SPY with it. The fund costs {}.", "$630.15", "$522.48"),
    ],
)  # fmt: skip
def test_number_is_of_what_is_spoken_of(world: str, text: str, right: str, wrong: str) -> None:
    facts = application_worlds()[f"app/{world}"]
    check = check_figures(text.format(right), facts)
    assert check.supported == check.stated
    check = check_figures(text.format(wrong), facts)
    marked = [mark.text for mark in (*check.unsupported, *check.misattributed)]
    assert len(marked) == 1
    assert wrong in marked[0] or marked[0] in wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_saas", "Shopify's EPS growth from $3.74 in 2026 to $3.86 is slow.", []),
        ("e_saas", "Shopify's EPS growth from $3.74 in 2026 to $4.86 is fast.", ["$4.86"]),
    ],
)
def test_end_of_a_move_is_an_estimate_like_its_start(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (
            "O P/L da Petrobras é de 35,5 vezes, bem acima da Vale (27,6). O alvo de R$ 45,57 fica {} acima.",
            "3,7%",
        ),
        (
            "Petrobras costs 35.5 times earnings, Vale 27.6. Its target of R$45.57 is {} above the price.",
            "3.7%",
        ),
    ],
)
def test_other_numbers_of_a_sentence_tell_the_company_of_a_derived_one(text: str, marked: str) -> None:
    facts = application_worlds()["app/f_latam"]
    assert not [*check_figures(text.format(marked), facts).misattributed]
    wrong = check_figures(text.format("9.7%"), facts)
    assert [mark.text for mark in (*wrong.unsupported, *wrong.misattributed)] == ["9.7%"]


def test_amount_is_compared_with_one_before_the_sentence_before() -> None:
    text = (
        "Amgen spent $1.03 billion on R&D in 2025. That is only 2.6% of revenue. "
        "SG&A, at $3.09 billion, is {} as large."
    )
    facts = application_worlds()["app/f_health"]
    assert check_figures(text.format("three times"), facts).supported == 4
    assert check_figures(text.format("five times"), facts).supported == 3
