"""The period that a number is of."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

EN = "Nvidia's 2025 revenue rose to {} billion (2024: {} billion), and net income to {} billion (2024: {})."
DE = "Nvidia steigerte den Umsatz 2025 um 2,1 Prozent auf {} Milliarden Dollar (2024: {} Milliarden)."
FR = "Nvidia a porté son chiffre d'affaires 2025 à {} milliards de dollars (2024 : {} milliards)."
ES = "Nvidia elevó sus ingresos en 2025 un 2,1 % hasta {} millones de dólares (en 2024: {} millones)."


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (EN.format("$968.75", "$948.81", "$112.56", "$110.25 billion"), []),
        (
            EN.format("$968.75", "$948.81", "$110.25", "$112.56 billion"),
            ["$110.25 billion", "$112.56 billion"],
        ),
        (DE.format("968,75", "948,81"), []),
        (DE.format("968,75", "929,29"), ["929,29 Milliarden"]),
        (DE.format("948,81", "968,75"), ["948,81 Milliarden Dollar", "968,75 Milliarden"]),
        (FR.format("968,75", "948,81"), []),
        (ES.format("968.750", "948.810"), []),
        ("Nvidia earned $4.55 a share in 2025, compared with $4.46 in 2024: growth of 2.0%.", []),
    ],
)
def test_year_in_brackets_is_of_the_number_behind_it(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/nvda_amd"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("PayPal's third-quarter revenue rose 7.7% from a year earlier to $9.40 billion.", []),
        ("PayPal's third-quarter revenue rose 7.7% from a year earlier to $8.95 billion.", ["$8.95 billion"]),
        (
            "PayPal's net income came in at $1.22 billion versus $1.13 billion in the same quarter of 2025.",
            [],
        ),
        (
            "PayPal's net income came in at $1.13 billion versus $1.22 billion in the same quarter of 2025.",
            ["$1.22 billion"],
        ),
    ],
)
def test_period_that_is_compared_with_is_of_the_other_number(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/e_wallets"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    "text",
    [
        "TSMC's 2026 estimates are NT$35.59 and NT$4.02 trillion, rising to NT$38.51 and NT$4.35 trillion.",
        "台積電の2025年12月期の1株利益は9.27台湾ドルでした。その前の四半期は8.31台湾ドル（予想8.34台湾ドル）でした。",
    ],
)
def test_later_or_earlier_period_than_the_one_before(text: str) -> None:
    check = check_figures(text, application_worlds()["app/f_wafers"])
    assert check.stated == check.supported > 2


def test_quarters_behind_their_numbers_in_portuguese() -> None:
    text = "Lucro por ação da Petrobras: R$ 0,32 no 3T25 (estimativa: R$ 0,31), R$ 0,30 no 2T25."
    check = check_figures(text, application_worlds()["app/f_latam"])
    assert check.stated == check.supported == 3


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("d_drugs", "AbbVie made $12.28 billion in 2025. The year before, it was $11.36 billion.", []),
        (
            "d_drugs",
            "AbbVie made $11.36 billion in 2024. The year before, it was $12.28 billion.",
            ["$12.28 billion"],
        ),
        ("a_finance", "Goldman Sachs pays $3.18 a share. Per quarter, that is $0.80.", []),
        ("a_finance", "Goldman Sachs pays $3.18 a share. Per quarter, that is $0.90.", ["$0.90"]),
        ("a_finance", "The bear case for Goldman Sachs rests on three points:", []),
    ],
)
def test_time_at_the_beginning_of_a_sentence(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
