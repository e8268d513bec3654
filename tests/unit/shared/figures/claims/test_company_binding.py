"""Which company a number is about, and which names decide that."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

RIGHT = [
    (
        "nvda_amd",
        "How volatile is Nvidia?",
        "Its volatility is 30.21%, more than AMD's 27.06%. The beta is 1.37 (AMD: 1.07).",
    ),
    ("nvda_amd", "Is AMD cheap?", "Relative to Nvidia, yes. It trades at 12.5 times trailing earnings."),
    (
        "oil",
        "",
        "Shell is in London what Exxon is in New York, only cheaper: 21.2 rather than 24.9 times earnings.",
    ),
    (
        "retail",
        "Is Nike a buy?",
        "Earnings grew 3.71%, slower than at Costco (10.48%) or Home Depot (9.62%), yet the P/E is 20.7.",
    ),
    ("software", "", "On **Oracle** – P/E 35.6, forward 32.2."),
]
WRONG = [
    ("oil", "Shell trades at 24.9 times earnings.", "24.9 times"),
    ("industry", "Caterpillar trades 4.2% below its 200-day average; its RSI is 49.7.", "49.7"),
    (
        "media",
        "Disney's return on equity is 21.9%, and its free cash flow is $12.62 billion.",
        "$12.62 billion",
    ),
    ("software", "1. **Oracle** – P/E 35.6, forward 32.2\n2. **IBM** – P/E 30.0, forward 32.2", "32.2"),
    ("nvda_amd", "| | NVDA | AMD |\n|---|---|---|\n| P/B | 2.01 | 2.01 |", "2.01"),
]


@pytest.mark.parametrize(("world", "question", "text"), RIGHT)
def test_company_that_is_only_carried_over_does_not_decide_alone(
    world: str, question: str, text: str
) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"], question)
    assert check.stated == check.supported > 0


@pytest.mark.parametrize(("world", "text", "wrong"), WRONG)
def test_company_that_the_clause_names_decides(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert [mark.text for mark in check.misattributed] == [wrong]


def test_next_holders_are_any_of_the_company_before() -> None:
    text = "Sample Index Funds is Amazon's top holder with 8.5%. The next two own 6.2% and {}."
    facts = application_worlds()["app/b_giants"]
    assert check_figures(text.format("3.1%"), facts).supported == 3
    check = check_figures(text.format("4.1%"), facts)
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == ["4.1%"]


@pytest.mark.parametrize(
    ("world", "text"),
    [
        (
            "f_indices",
            "Le DAX a cédé 2,16 %, plus que le Nasdaq Composite, qui n'a perdu que 0,22 % à 21 503,06.",
        ),
        ("f_wafers", "営業利益率は台積電が31.1%（ソフトバンクは7.6%）、ROEは台積電が24.9%（同5.4%）です。"),
    ],
)
def test_company_that_is_compared_with_has_numbers_of_its_own(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert check.stated == check.supported > 2


def test_company_is_inferred_from_figures_that_are_alike() -> None:
    text = (
        "AbbVie costs 40.5 times earnings, Merck 21.7.\n\n"
        "Merck is the cheaper one. Growth explains part of that gap (8.1% vs 3.9%)."
    )
    check = check_figures(text, application_worlds()["app/d_drugs"])
    assert check.stated == check.supported == 4
