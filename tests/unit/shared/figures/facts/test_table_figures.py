"""Scales that the titles of tables tell."""

import pytest

from shared.figures.checker import check_figures
from shared.figures.facts.table_figures import scale_of
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("title", "scale"),
    [
        ("(Mrd. Franken)", 1e9), ("(in Mio. CHF)", 1e6), ("Revenue ($B)", 1e9), ("(€M)", 1e6),
        ("en millions d'euros", 1e6), ("(milliards de francs)", 1e9), ("(miles de millones de euros)", 1e9),
        ("(miliardi di euro)", 1e9), ("(bilhões de dólares)", 1e9), ("(HK$ bn)", 1e9), ("(£bn)", 1e9),
        ("十億円", 1e9), ("(単位:億円)", 1e8), ("(亿港元)", 1e8), ("(US$ Mrd.)", 1e9), ("in thousands", 1e3),
        ("Revenue", None), ("Beta (5 years)", None), ("Brand (B)", None),
    ],
)  # fmt: skip
def test_title_tells_a_scale(title: str, scale: float | None) -> None:
    assert scale_of(title) == scale


def test_cells_have_the_scale_of_the_title_of_their_column() -> None:
    header = "| Quarter | Revenue ($B) | EPS ($) |\n|---|---|---|\n"
    table = header + "| Q3 2026 | 92.93 | 4.49 |\n| Q2 2026 | 88.10 | 4.25 |"
    check = check_figures(table, application_worlds()["app/tesla"], "Tesla's quarters?")
    assert check.stated == check.supported == 4
