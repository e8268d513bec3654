"""Tables by fiscal period: rows, columns, units and precision."""

import pytest

from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import Language
from shared.reports.language.writer import Money, Writer
from shared.reports.sections.period_tables import period_table

FIGURES = (
    KeyFigure("revenue", Money(-2_500_000_000, "EUR"), "amount", "results", "Q2 2026"),
    KeyFigure("revenue_growth", -0.031, "signed_fraction", "results", "Q2 2026"),
    KeyFigure("earnings_per_share", Money(-1.5, "EUR"), "price", "results", "Q2 2026"),
    KeyFigure("revenue", Money(12_345_678_901, "EUR"), "amount", "results", "Q1 2026"),
    KeyFigure("operating_margin", 0.2, "fraction", "results", "Q1 2026"),
)
ROWS = ("revenue", "revenue_growth", "operating_margin", "earnings_per_share", "net_income")


def test_periods_are_columns_oldest_first_and_known_figures_are_rows() -> None:
    (table,) = period_table("quarterly", ROWS, FIGURES, Writer.of("en", "USD"))
    assert table.columns == ("Q1 2026", "Q2 2026")
    cells = {row.label: row.cells for row in table.rows}
    assert cells == {
        "Revenue": ("12.3", "−2.5"),
        "Revenue growth": ("–", "−3.1%"),
        "Operating margin": ("20.0%", "–"),
        "Earnings per share": ("–", "−1.50"),
    }
    assert table.note == "EUR, billions"


@pytest.mark.parametrize(
    ("language", "heading", "last"),
    [("fr", "T2 2026", "Dernier cours"), ("de", "Q2 2026", "Letzter Kurs"), ("ja", "2026 Q2", "直近")],
)
def test_headings_are_in_the_language(language: Language, heading: str, last: str) -> None:
    now = KeyFigure("revenue", 1.0, "times", "results", "2026-11-28")
    (table,) = period_table("quarterly", ROWS, (now, *FIGURES), Writer.of(language))
    assert heading in table.columns
    assert table.columns[-1] == Writer.of(language).text("tables.last_price")
    assert table.columns[-1] == last


def test_without_amounts_there_is_no_note_and_without_figures_no_table() -> None:
    (table,) = period_table("annual", ("operating_margin",), FIGURES, Writer.of("en"))
    assert table.note is None
    assert period_table("annual", ("net_income",), FIGURES, Writer.of("en")) == ()


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ((0.0156, 0.0043), ("0.0043", "0.0156")),
        ((0.5, 0.25), ("0.25", "0.50")),
        ((0.0, 0.05), ("0.050", "0.000")),
        ((5.0, 0.0004), ("0.00", "5.00")),
        ((-0.25, 1.5), ("1.50", "−0.25")),
        ((119.0, 7.5), ("7.50", "119.00")),
    ],
)
def test_amounts_per_share_of_small_prices_are_not_written_as_zero(
    values: tuple[float, ...], cells: tuple[str, ...]
) -> None:
    figures = [
        KeyFigure("earnings_per_share", Money(value, "GBP"), "price", "results", f"Q{4 - number} 2026")
        for number, value in enumerate(values)
    ]
    (table,) = period_table("quarterly", ("earnings_per_share",), figures, Writer.of("en", "GBP"))
    assert table.rows[0].cells == cells
