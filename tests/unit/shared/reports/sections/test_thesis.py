"""Thesis and risks: every point has a figure and the figure that would prove it wrong."""

import math
import re
from dataclasses import replace

import pytest

from shared.domain.statements import StatementLine, StatementPeriod
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Style, Writer
from shared.reports.sections.risks import risks_of
from shared.reports.sections.thesis import MIN_POINTS, thesis_points
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData

EN = Writer.of("en", "USD", 2)
TRENDS = ("rising", "falling")
_FIGURE = re.compile(r"\d")


def known(**values: tuple[float, ...]) -> ReportData:
    """Data whose annual figures are given, newest first."""
    styles: dict[str, Style] = {"revenue_growth": "signed_fraction", "operating_margin": "fraction"}
    figures = tuple(
        KeyFigure(name, value, styles.get(name, "ratio"), "results", str(2025 - index))
        for name, series in values.items()
        for index, value in enumerate(series)
    )
    data = GOLDEN["rising"]
    return ReportData(data.quote, data.technicals, calculations={"results": figures})


def test_three_points_are_needed() -> None:
    few = known(operating_margin=(0.2, 0.18, 0.15))
    assert thesis_points(few, EN) == ()
    enough = known(operating_margin=(0.2, 0.18, 0.15), revenue_growth=(0.05, 0.1, 0.12))
    points = thesis_points(enough, EN)
    assert len(points) == MIN_POINTS
    assert "Revenue growth of +5.00% in the last fiscal year is below its median of +10.00%" in points[0]
    # What is below its median is wrong to be called so once it is above it.
    assert "wrong if revenue growth rises above +10.00%" in points[0]
    assert "wrong if the operating margin falls below 18.00%" in points[1]


def test_point_on_the_last_year_needs_a_figure_of_it() -> None:
    data = known(operating_margin=(0.2, 0.12, 0.15), revenue_growth=(0.05, 0.1, 0.12))
    newest = KeyFigure("revenue", 5.0, "amount", "results", "2026")
    later = replace(data, calculations={"results": (newest, *data.calculations["results"])})
    assert thesis_points(data, EN)
    assert thesis_points(later, EN) == ()
    assert [risk for risk in risks_of(data, EN) if "margin" in risk]
    assert not [risk for risk in risks_of(later, EN) if "margin" in risk]


def test_figure_that_never_changed_is_no_point() -> None:
    flat = known(operating_margin=(0.2, 0.2, 0.2), revenue_growth=(0.05, 0.1, 0.12))
    assert thesis_points(flat, EN) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["mature", "falling"])
async def test_every_point_has_its_figures(name: str, language: Language) -> None:
    report = await golden_report(name, "comprehensive_analysis", language)
    thesis = next(one for one in report.analysis_sections if one.name == "thesis")
    points = thesis.content.split("\n\n")
    assert 3 <= len(points) <= 5
    assert all(_FIGURE.search(point) for point in points)
    risks = next(one for one in report.analysis_sections if one.name == "risks")
    assert risks.risk_factors
    assert all(_FIGURE.search(risk) for risk in risks.risk_factors)


def losing(data: FakeMarketData, flow: float, debt: float) -> None:
    """Lets the last fiscal year end with a loss of 400 million."""
    changed = {"net_income": -4e8, "eps_diluted": -0.3, "free_cash_flow": flow, "net_debt": debt}
    data.statements_answer = {
        kind: one
        if kind.startswith("quarterly")
        else one.model_copy(update={"periods": (with_lines(one.periods[0], changed), *one.periods[1:])})
        for kind, one in data.statements_answer.items()
    }


def with_lines(period: StatementPeriod, values: dict[str, float]) -> StatementPeriod:
    lines = {
        name: StatementLine(value=values[name]) if name in values else line
        for name, line in period.lines.items()
    }
    return period.model_copy(update={"lines": lines})


async def risks_after_a_loss(flow: float, debt: float, language: Language = "en") -> tuple[str, ...]:
    report = await golden_report(
        "mature", "comprehensive_analysis", language, lambda data: losing(data, flow, debt)
    )
    assert report.figures.unsupported == report.figures.misattributed == ()
    return next(one for one in report.analysis_sections if one.name == "risks").risk_factors


@pytest.mark.parametrize("language", LANGUAGES)
async def test_loss_is_a_risk_with_what_pays_for_it(language: Language) -> None:
    risk = (await risks_after_a_loss(-2.5e8, -2.6e9, language))[0]
    writer = Writer.of(language, "USD", 2)
    for amount in (4e8, -2.5e8, 2.6e9):
        assert writer.amount(amount) in risk


@pytest.mark.parametrize(("flow", "debt"), [(2.5e8, -2.6e9), (-2.5e8, 2.6e9)])
async def test_loss_that_no_cash_pays_for_stands_alone(flow: float, debt: float) -> None:
    # A loss on paper costs no cash, and a company with net debt has none to spend.
    risk = (await risks_after_a_loss(flow, debt))[0]
    assert "ended with a net loss of 400.00M USD" in risk
    assert "Tripwire: another fiscal year with a loss" in risk
    assert "net cash" not in risk


def test_risks_name_a_tripwire() -> None:
    risky = known(operating_margin=(0.2, 0.12, 0.15))
    risks = risks_of(risky, EN)
    assert [risk for risk in risks if "was as low as 12.00%" in risk]
    assert all("Tripwire" in risk for risk in risks)
    assert not [risk for risk in risks_of(replace(risky, calculations={}), EN) if "margin" in risk]


def test_without_a_risk_of_the_business_the_price_names_its_own() -> None:
    rising, falling = (ReportData(GOLDEN[name].quote, GOLDEN[name].technicals) for name in TRENDS)
    (low,) = risks_of(rising, EN)
    assert "The 52-week low, 131.10 USD, is 26.53% below" in low
    (trend,) = risks_of(falling, EN)
    assert "is below its 200-day average of 99.00 USD, so the trend is downwards" in trend
    assert "Tripwire: the 52-week low of 83.31 USD" in trend


def test_short_history_has_no_low_of_52_weeks() -> None:
    listing = GOLDEN["listing"]
    assert risks_of(ReportData(listing.quote, listing.technicals), EN) == ()


async def test_text_says_no_risk_twice() -> None:
    for name in ("rising", "etf", "listing"):
        report = await golden_report(name, "comprehensive_analysis")
        for section in report.analysis_sections:
            assert not [risk for risk in section.risk_factors if risk in section.content]
            assert "in the table" not in section.content


async def test_point_on_the_multiple_is_wrong_when_earnings_catch_up() -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    thesis = next(one for one in report.analysis_sections if one.name == "thesis")
    (point,) = (point for point in thesis.content.split("\n\n") if point.startswith("The P/E"))
    # The trailing P/E, which the section on the valuation has, is of the last four quarters.
    assert "on the earnings of the last fiscal year is above the median of 15.9" in point
    assert "wrong if earnings rise so far that the P/E is back at 15.9" in point


@pytest.mark.parametrize("language", LANGUAGES)
async def test_method_on_the_other_side_of_the_price_is_named(language: Language) -> None:
    def calm(data: FakeMarketData) -> None:
        # Against an index that it hardly follows, its beta and so its cost of capital is low.
        index = GOLDEN["mature"].history
        candles = tuple(
            candle.model_copy(update={"close": 3000 * math.exp(0.0004 * day + 0.05 * math.sin(day / 50))})
            for day, candle in enumerate(index.candles)
        )
        data.others["^GSPC"] = index.model_copy(update={"candles": candles})

    report = await golden_report("mature", "comprehensive_analysis", language, calm)
    assert report.valuation is not None
    assert report.figures is not None
    assert report.figures.unsupported == report.figures.misattributed == ()
    cash_flow = next(one for one in report.valuation.methods if one.name == "discounted_cash_flow")
    assert cash_flow.base is not None
    assert report.valuation.fair_value_high is not None
    assert report.valuation.fair_value_high < report.price < cash_flow.base  # type: ignore[operator]
    point = next(one for one in report.analysis_sections if one.name == "thesis").content.split("\n\n")[0]
    assert Writer.of(language, "USD").price(cash_flow.base) in point
    assert cash_flow.label in point
