"""The data of a report as facts."""

from datetime import date

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report_facts import facts_of
from tests.support.stock_data import QUOTE

LAST = date(2026, 2, 28)


def figure(year: int, end: date) -> KeyFigure:
    return KeyFigure(
        "net_debt_to_ebitda", 2.0 + year / 10_000, "ratio", "balance", str(year), fiscal=(year, "FY"), end=end
    )


def test_figures_of_the_last_fiscal_year_have_the_day_on_which_it_was_the_last() -> None:
    figures = (
        figure(2026, LAST),
        figure(2025, date(2025, 2, 28)),
        KeyFigure("median_net_debt_to_ebitda", 2.1, "ratio", "balance"),
    )
    _, last, others = facts_of(ReportData(QUOTE, calculations={"balance": figures}), Writer.of("en"))
    assert (last.id, others.id) == (2, 2)
    assert QUOTE.as_of is not None
    assert last.as_of == f"{QUOTE.as_of:%Y-%m-%dT%H:%M:%SZ}"
    assert [(one["fiscal_year"], one["end"]) for one in last.data["figures"]] == [(2026, "2026-02-28")]
    # A median has no day of its own, and earlier years are not the last one.
    assert others.as_of is None
    assert [("end" in one, one["label"]) for one in others.data["figures"]] == [
        (False, "net_debt_to_ebitda"),
        (False, "median_net_debt_to_ebitda"),
    ]
