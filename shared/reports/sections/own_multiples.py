"""The section on a company's multiples over time, against its own past."""

from collections.abc import Sequence
from datetime import MAXYEAR, date
from statistics import median
from typing import Final

from shared.market.analysis.indicators import significant
from shared.reports.chart_data import Chart, ChartSeries
from shared.reports.comparison import side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import ReportTable
from shared.reports.sections.period_tables import period_table
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.subject import (
    closes_of,
    distribution_since_statements,
    high_inflation_currency,
    instrument_of,
)
from shared.reports.valuation.applicability import (
    OF_ENTERPRISES,
    is_deposit_funded,
    reason_without_valuation,
)
from shared.reports.valuation.history import FiscalYear, fiscal_years
from shared.reports.valuation.multiples import (
    EV_EBITDA,
    MIN_VALUES,
    OWN_YEARS,
    PRICE_EARNINGS,
    PRICE_SALES,
    close_on,
    multiple_at,
)

_KIND: Final = "own_multiples"
_MULTIPLES: Final = {
    "price_earnings": PRICE_EARNINGS,
    "price_to_sales": PRICE_SALES,
    "ev_to_ebitda": EV_EBITDA,
}
_METRICS: Final = {"price_earnings": "trailing_pe"}
_EVERY: Final = 5
"""Closes per point of the chart: one a week."""


def multiple_now(figures: Sequence[KeyFigure], name: str) -> float | None:
    """Returns a multiple at the last price; None over a loss.

    Args:
        figures: The result of ``multiple_figures``.
        name: Name of the multiple.
    """
    values = (one.value for one in figures if one.name == name and _fiscal_year(one) is None)
    return next((float(value) for value in values), None)


def _fiscal_year(figure: KeyFigure) -> int | None:
    """Returns the fiscal year that a multiple is of; None for one at the last price."""
    return int(figure.period) if figure.period and figure.period.isdigit() else None


def multiple_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns each multiple at the last price and at the ends of the fiscal years, newest first.

    Multiples of zero or below are left out: a loss has no price. Multiples of the last price are those of
    the last fiscal year's figures.
    """
    years, closes = _years(data), closes_of(data.history)
    if not years or not closes or years[0].currency != data.quote.currency:
        return ()
    if reason_without_valuation(instrument_of(data)):
        # Price and earnings are not of the same unit.
        return ()
    if data.untraded_since or distribution_since_statements(data) or high_inflation_currency(data):
        # The price is an old one, of a smaller company than the earnings, or in money of another worth.
        return ()
    left_out = OF_ENTERPRISES if is_deposit_funded(instrument_of(data)) else ()
    figures = []
    for name, kind in _MULTIPLES.items():
        if name in left_out:
            continue
        now = multiple_at(kind, years[0], data.quote.price)
        past = [
            (str(year.fiscal[0] if year.fiscal else year.end.year), multiple_at(kind, year, close))
            for year in years[:OWN_YEARS]
            if (close := close_on(closes, year.end)) is not None
        ]
        day = data.quote.as_of.date().isoformat() if data.quote.as_of else "–"
        values = [value for _, value in past if value is not None and value > 0]
        figures += [
            KeyFigure(name, value, "times", _KIND, period, metric=_METRICS.get(name), in_table=True)
            for period, value in ((day, now), *past)
            if value is not None and value > 0
        ]
        if len(values) >= MIN_VALUES:
            middle = median(values)
            figures.append(
                KeyFigure(f"median_{name}", middle, "times", _KIND, metric=_METRICS.get(name, name))
            )
    return tuple(figures)


def multiples_chart(data: ReportData, section: str, writer: Writer) -> tuple[Chart, ...]:
    """Returns the P/E over the years: each week's close by the earnings of the last fiscal year before it."""
    years, closes = _years(data), closes_of(data.history)
    medians = [
        figure for figure in data.calculations.get(_KIND, ()) if figure.name == "median_price_earnings"
    ]
    if not medians or not years:
        return ()
    points = [(day, _price_earnings(years, day, close)) for day, close in closes[::-_EVERY][::-1]]
    first = next((index for index, (_, value) in enumerate(points) if value is not None), len(points))
    shown = points[first:]
    if len(shown) < 2:
        return ()
    values = tuple(None if value is None else significant(value) for _, value in shown)
    name = writer.text("labels.price_earnings")
    return (
        Chart(
            kind="multiples",
            title=writer.text("charts.titles.multiples"),
            section=section,
            currency=None,
            dates=tuple(day for day, _ in shown),
            series=(ChartSeries(key="price_earnings", name=name, style="line", values=values),),
            levels=(significant(float(medians[0].value)),),
        ),
    )


def _price_earnings(years: Sequence[FiscalYear], day: date, close: float) -> float | None:
    year = next((year for year in years if year.end <= day), None)
    value = multiple_at(PRICE_EARNINGS, year, close) if year else None
    return value if value is not None and value > 0 else None


def _years(data: ReportData) -> tuple[FiscalYear, ...]:
    return fiscal_years((data.income, data.balance, data.cash_flow))


def _compose(data: ReportData, writer: Writer) -> str:
    figures, cite = data.calculations[_KIND], data.cite(_KIND)
    sentences = []
    for name in _MULTIPLES:
        now = multiple_now(figures, name)
        middle = next((float(one.value) for one in figures if one.name == f"median_{name}"), None)
        if now is None or middle is None:
            continue
        side = side_of(now, middle, "times", writer)
        sentences.append(writer.say(f"own_multiples.{name}_{side}", now=now, median=middle, cite=cite))
    if not sentences:
        known = any(one.name.startswith("median_") for one in figures)
        return writer.text("sections.in_table" if known else "own_multiples.few_years")
    return writer.paragraph(*sentences, writer.text("own_multiples.basis"))


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    figures = data.calculations.get(_KIND, ())
    # A multiple over a loss is missing: the figures of one multiple need not have all periods.
    newest_first = sorted(figures, key=lambda one: _fiscal_year(one) or MAXYEAR, reverse=True)
    return period_table(_KIND, tuple(_MULTIPLES), newest_first, writer)


OWN_MULTIPLES = SectionPlan(
    _KIND,
    lambda data: data.calculations.get(_KIND, ()),
    _compose,
    charts=("multiples",),
    tables=_tables,
)
