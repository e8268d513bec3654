"""Tables of an answer."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

TABLE = "| | Lockheed Martin | Honeywell |\n|---|---|---|\n| {} | {} | {} |\n"


@pytest.mark.parametrize(
    ("label", "first", "second", "wrong"),
    [
        ("Net cash", "$11.1B", "$9.7B", []),
        ("Net cash", "$11.1B", "$11.1B", ["$11.1B"]),
        ("Net debt", "-$11.1B", "-$9.7B", []),
        ("Net debt", "$11.1B", "$9.7B", ["$11.1B", "$9.7B"]),
    ],
)
def test_name_of_a_row_tells_the_sign(label: str, first: str, second: str, wrong: list[str]) -> None:
    check = check_figures(TABLE.format(label, first, second), application_worlds()["app/e_makers"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


def test_columns_without_a_metric_have_that_of_the_heading() -> None:
    table = (
        "Voici les derniers trimestres d'Airbus (BPA en euros) :\n\n"
        "| Trimestre | Publié | Attendu |\n|---|---|---|\n"
        "| T3 2025 | {} | 1,47 |\n| T2 2025 | 1,40 | 1,38 |\n"
    )
    facts = application_worlds()["app/f_aero"]
    check = check_figures(table.format("1,45"), facts)
    assert check.stated == check.supported == 4
    check = check_figures(table.format("1,54"), facts)
    assert [mark.text for mark in check.misattributed] == ["1,54"]


def test_title_of_a_column_tells_what_its_numbers_are_parts_of() -> None:
    table = "| Item | % of revenue |\n|---|---|\n| Cost of revenue | {} |\n| Operating income | {} |\n"
    facts = application_worlds()["app/e_makers"]
    check = check_figures(table.format("38.0%", "30.8%"), facts, "honeywell income statement")
    assert check.stated == check.supported == 2
    check = check_figures(table.format("30.8%", "38.0%"), facts, "honeywell income statement")
    assert check.supported == 0


def test_names_of_a_row_are_those_of_its_numbers_in_order() -> None:
    table = "| | GM | Lockheed |\n|---|---|---|\n| MACD / signal | {} | {} |\n"
    facts = application_worlds()["app/e_makers"]
    check = check_figures(table.format("1.16 / 0.85", "-3.27 / -2.05"), facts)
    assert check.stated == check.supported == 4
    check = check_figures(table.format("0.85 / 1.16", "-3.27 / -2.05"), facts)
    assert [mark.text for mark in check.misattributed] == ["0.85", "1.16"]


def test_change_is_that_of_the_cells_before_it() -> None:
    table = "| GM | 2026E | 2027E | Change |\n|---|---|---|---|\n| EPS | $3.31 | $3.61 | {} |\n"
    facts = application_worlds()["app/e_makers"]
    assert check_figures(table.format("+9.1%"), facts).supported == 3
    assert [mark.text for mark in check_figures(table.format("-9.1%"), facts).misattributed] == ["-9.1%"]
