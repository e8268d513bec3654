"""A figure as a number with its unit, and as text in a language."""

import pytest

from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Style, Writer

DE = Writer.of("de", "USD", 2)


@pytest.mark.parametrize(
    ("value", "style", "unit", "written"),
    [
        (236.5, "price", "USD", "236,50 USD"),
        (Money(3.5e9, "EUR"), "amount", "EUR", "3,50\u00a0Mrd. EUR"),
        (0.08, "signed_fraction", "fraction", "+8,00\u00a0%"),
        (24.91, "times", "ratio", "24,9"),
        (17, "whole", "count", "17"),
        (-0.4, "score", "score", "−0,40"),
    ],
)
def test_unit_and_text_follow_from_the_style(value: float, style: Style, unit: str, written: str) -> None:
    figure = KeyFigure("price", value, style, "quote", "2026-11-28")
    structured = figure.structured(DE, 1)
    assert structured is not None
    assert (structured.value, structured.unit, structured.label) == (value, unit, "Kurs")
    assert (structured.period, structured.source_id) == ("2026-11-28", 1)
    assert figure.written(DE) == written


def test_index_counts_points() -> None:
    structured = KeyFigure("price", 5000.0, "price", "quote", label="level").structured(Writer.of("en"), None)
    assert structured is not None
    assert (structured.unit, structured.label) == ("points", "Level")


def test_word_of_a_source_is_translated_if_it_is_known_and_is_no_number() -> None:
    rating = KeyFigure("analyst_rating", "hold", "whole", "fundamentals")
    assert rating.written(DE) == "Halten"
    assert rating.structured(DE, 1) is None
    assert KeyFigure("analyst_rating", "outperform", "whole", "x").written(DE) == "überdurchschnittlich"
    assert KeyFigure("analyst_rating", "sector perform", "whole", "x").written(DE) == "sector perform"


def test_figure_of_another_company_names_it() -> None:
    assert KeyFigure("trailing_pe", 20.0, "times", "peers", symbol="MSFT").labelled(DE) == "KGV, MSFT"
