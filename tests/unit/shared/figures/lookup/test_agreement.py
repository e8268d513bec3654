"""Numbers of the news, whatever noun stands beside them."""

from datetime import date

import pytest

from shared.figures.checker import check_figures
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_of_last_year
from shared.figures.reading.stated_periods import FactPeriod
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("germany", "SAP will 3.000 Stellen streichen und für 2 Milliarden Euro eigene Aktien zurückkaufen."),
        ("banks", "JPMorgan ouvrira 160 agences et vise 95,5 milliards de dollars de marge d'intérêts."),
        ("pharma", "Lilly's pill cut weight by 12.4%; 3,127 people took part."),
        ("media", "The ad tier of Netflix now costs $8.99 and has 94 million users."),
    ],
)
def test_number_of_the_news_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert check.stated == check.supported > 1


def test_name_of_a_figure_right_beside_a_number_of_the_news_decides() -> None:
    check = check_figures("JPMorgan's revenue is $95.5 billion.", application_worlds()["app/banks"])
    assert [mark.text for mark in check.misattributed] == ["$95.5 billion"]


REVENUE = KnownFigure(1, "AAPL", "revenue", "revenue", 416.2e9, None)


@pytest.mark.parametrize(
    ("period", "as_of", "expected"),
    [
        (FactPeriod(year=2025, end=date(2025, 9, 27)), date(2026, 2, 3), True),
        (FactPeriod(year=2025, end=date(2025, 9, 27)), date(2026, 11, 30), True),
        # The filing is of 2025; two months later, the year before is another one.
        (FactPeriod(year=2024, end=date(2024, 9, 28)), date(2025, 11, 3), True),
        (FactPeriod(year=2024, end=date(2024, 9, 28)), date(2026, 2, 3), False),
        (FactPeriod(year=2024, quarter=4, end=date(2024, 9, 28)), date(2024, 11, 3), False),
        (FactPeriod(year=2025), date(2026, 2, 3), True),
        (FactPeriod(year=2025), None, False),
        (None, date(2026, 2, 3), False),
    ],
)
def test_last_year_is_the_one_before_the_day_of_the_text(
    period: FactPeriod | None, as_of: date | None, expected: bool
) -> None:
    # The moment of its own fact is that of a filing, or unknown.
    for moment in (None, "2025-10-31T10:00:00Z"):
        assert is_of_last_year(REVENUE._replace(period=period, as_of=moment), as_of) == expected


def test_day_of_the_text_is_that_of_the_newest_fact() -> None:
    index = FactIndex()
    index.add([REVENUE, REVENUE._replace(as_of="2025-10-31T10:00:00Z")])
    assert index.as_of == date(2025, 10, 31)
    index.add([REVENUE._replace(metric="price", as_of="2026-02-03T21:00:00Z")])
    assert index.as_of == date(2026, 2, 3)
    assert FactIndex().as_of is None


def test_statements_without_a_moment_have_a_last_year_all_the_same() -> None:
    quote = {
        "id": 1,
        "kind": "quote",
        "symbol": "AAPL",
        "as_of": "2026-02-03T21:00:00Z",
        "data": {"price": 250.0},
    }
    periods = [
        {
            "end": f"{year}-09-27",
            "fiscal_year": year,
            "fiscal_period": "FY",
            "lines": {"revenue": {"value": value}},
        }
        for year, value in ((2025, 416.2e9), (2024, 391.0e9))
    ]
    statements = {"statement": "income", "period": "annual", "symbol": "AAPL", "periods": periods}
    facts = [quote, {"id": 2, "kind": "statements", "symbol": "AAPL", "as_of": None, "data": statements}]
    check = check_figures("Last year, Apple's revenue was $416.2 billion [2].", facts)
    assert (check.stated, check.supported) == (1, 1)
