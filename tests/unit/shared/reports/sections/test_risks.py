"""Risks: no tripwire that has been reached already, and each kind of risk in every language."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Money, Style, Writer
from shared.reports.report import Report
from shared.reports.sections.risks import risks_of
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData

EN = Writer.of("en", "USD", 2)
STYLES: Mapping[str, Style] = {
    "revenue_growth": "signed_fraction",
    "payout_ratio": "fraction",
    "interest_coverage": "times",
    "price_earnings": "times",
    "median_price_earnings": "times",
}
AMOUNTS = ("net_income", "free_cash_flow", "net_debt", "total_equity", "dividends_paid")


def figures(kind: str, *, quarter: str | None = None, **values: tuple[float, ...]) -> tuple[KeyFigure, ...]:
    """Returns figures by fiscal year, newest first; those of 2026's quarters when one is named."""
    made = []
    for name, series in values.items():
        for index, value in enumerate(series):
            year = 2026 if quarter else 2025 - index
            period = f"{quarter} {year}" if quarter else str(year)
            style: Style = "amount" if name in AMOUNTS else STYLES.get(name, "ratio")
            amount = Money(value, "USD") if name in AMOUNTS else value
            made.append(KeyFigure(name, amount, style, kind, period, fiscal=(year, quarter or "FY")))
    return tuple(made)


def risks(writer: Writer = EN, **calculations: tuple[KeyFigure, ...]) -> tuple[str, ...]:
    quote = GOLDEN["rising"].quote
    return risks_of(ReportData(quote, calculations=calculations), writer)


def changed(values: Mapping[str, float], kind: str = "balance") -> object:
    """Returns what multiplies lines of the annual statements of a kind."""

    def change(data: FakeMarketData) -> None:
        statements = data.statements_answer[kind]
        periods = tuple(
            one.model_copy(
                update={
                    "lines": {
                        name: line.model_copy(update={"value": line.value * values[name]})
                        if name in values and line.value is not None
                        else line
                        for name, line in one.lines.items()
                    }
                }
            )
            for one in statements.periods
        )
        data.statements_answer = {
            **data.statements_answer,
            kind: statements.model_copy(update={"periods": periods}),
        }

    return change


def section(report: Report) -> tuple[str, ...]:
    assert report.figures is not None
    assert report.figures.unsupported == report.figures.misattributed == ()
    return next(one for one in report.analysis_sections if one.name == "risks").risk_factors


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "factors", "key"),
    [
        ("balance", {"total_equity": -0.3, "parent_equity": -0.3}, "negative_equity"),
        ("cash_flow", {"dividends_paid": 4.0}, "dividend_uncovered"),
        ("balance", {"net_debt": 6.0}, "debt"),
    ],
)
async def test_balance_sheet_names_its_risks(
    kind: str, factors: Mapping[str, float], key: str, language: Language
) -> None:
    report = await golden_report("mature", "comprehensive_analysis", language, changed(factors, kind))  # type: ignore[arg-type]
    begin = Writer.of(language).text(f"risks.{key}").partition("{")[0]
    assert [risk for risk in section(report) if risk.startswith(begin)]


async def test_return_on_negative_equity_is_left_out() -> None:
    def change(data: FakeMarketData) -> None:
        figures_ = {"debt_to_equity": -8.5, "price_to_book": -12.0, "return_on_equity": 1.9}
        data.fundamentals_answer = data.fundamentals_answer.model_copy(update=figures_)

    report = await golden_report("mature", "comprehensive_analysis", "en", change)
    assert "return on equity" not in report.recommendation.rationale
    metrics = {name for one in report.analysis_sections for name in one.key_metrics}
    assert not metrics & {"Return on equity", "Debt to equity", "Price to book"}


def test_dividend_that_cash_pays_for_is_no_risk() -> None:
    balance = figures("balance", dividends_paid=(5.0,), payout_ratio=(1.6,))
    assert risks(results=figures("results", free_cash_flow=(6.0,)), balance=balance) == ()
    (risk,) = risks(results=figures("results", free_cash_flow=(4.0,)), balance=balance)
    assert "dividends paid of 5 USD" in risk
    (risk,) = risks(balance=balance)
    assert "payout ratio of the last fiscal year was 160.00%" in risk
    assert risks(balance=figures("balance", dividends_paid=(0.0,))) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("coverage", "key"),
    [
        ((5.0, 3.0, 4.0), "trip_coverage"),
        ((5.0, 0.5, 4.0), "trip_uncovered"),
        ((0.5, 3.0, 4.0), "trip_still_uncovered"),
    ],
)
def test_interest_that_is_not_covered_is_no_tripwire_to_come(
    coverage: tuple[float, ...], key: str, language: Language
) -> None:
    writer = Writer.of(language, "USD", 2)
    balance = figures("balance", net_debt_to_ebitda=(3.0, 2.0, 2.0), interest_coverage=coverage)
    (risk,) = risks(writer, balance=balance)
    assert risk.endswith(writer.say(f"risks.{key}", limit=min(coverage), cite="[2]"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("quarter", "year", "key"),
    [
        (-0.12, 0.1, "shrinking"),
        (-0.02, -0.05, "shrinking"),
        (0.05, 0.1, "slowdown"),
        (0.095, 0.1, None),
        (0.12, 0.1, None),
    ],
)
def test_revenue_that_falls_already_is_no_tripwire(
    quarter: float, year: float, key: str | None, language: Language
) -> None:
    writer = Writer.of(language, "USD", 2)
    found = risks(
        writer,
        quarters=figures("quarters", quarter="Q3", revenue_growth=(quarter,)),
        results=figures("results", revenue_growth=(year,)),
    )
    said = {"value": quarter, "year": year, "cite": "[2]", "source": "[3]"}
    assert found == ((writer.say(f"risks.{key}", **said),) if key else ())


def test_quarter_before_the_last_fiscal_year_is_not_the_latest() -> None:
    quarter = figures("quarters", quarter="Q3", revenue_growth=(-0.12,))
    years = tuple(replace(one, fiscal=(2026, "FY")) for one in figures("results", revenue_growth=(0.1,)))
    assert risks(quarters=quarter, results=years) == ()
    last = tuple(replace(one, fiscal=(2026, "Q4")) for one in quarter)
    assert len(risks(quarters=last, results=years)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("growths", "key"),
    [
        ((0.12, 0.1, -0.125), "trip_growth"),
        ((0.08, 0.1, 0.12), "trip_stall"),
        ((-0.02, 0.1, 0.12), "trip_fall"),
    ],
)
def test_growth_that_is_paid_for_ends_before_the_worst_year(
    growths: tuple[float, ...], key: str, language: Language
) -> None:
    writer = Writer.of(language, "USD", 2)
    multiples = (
        KeyFigure("price_earnings", 30.0, "times", "own_multiples", "2026-11-20"),
        KeyFigure("median_price_earnings", 20.0, "times", "own_multiples"),
    )
    (risk,) = risks(writer, results=figures("results", revenue_growth=growths), own_multiples=multiples)
    assert risk.endswith(writer.say(f"risks.{key}", limit=sorted(growths)[1], cite="[2]"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("cash", "key"), [(5e8, "trip_cash"), (2e8, "trip_cash_short")])
def test_cash_that_does_not_last_a_year_says_so(cash: float, key: str, language: Language) -> None:
    writer = Writer.of(language, "USD", 2)
    (risk,) = risks(
        writer,
        results=figures("results", net_income=(-4e8,), free_cash_flow=(-3e8,)),
        balance=figures("balance", net_debt=(-cash,)),
    )
    assert risk.endswith(writer.text(f"risks.{key}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_low_of_a_price_is_one_it_has_not_passed(language: Language) -> None:
    writer, golden = Writer.of(language, "USD", 2), GOLDEN["falling"]
    wide = golden.technicals.model_copy(update={"volatility": 0.5})
    low = wide.week_52_low
    assert low is not None

    def tripwire(data: ReportData) -> str:
        return next(risk for risk in risks_of(data, writer) if writer.figure(0.5, "fraction") in risk)

    year = ReportData(golden.quote, wide)
    assert tripwire(year).endswith(writer.say("risks.trip_low", low=low, cite="[2]"))
    short = replace(year, technicals=wide.model_copy(update={"candle_count": 40}))
    said = writer.say("risks.trip_lowest", low=low, days=40, cite="[2]")
    assert tripwire(short).endswith(said)
    fallen = replace(year, quote=golden.quote.model_copy(update={"price": low / 2}))
    assert tripwire(fallen).endswith(writer.say("risks.trip_new_low", price=low / 2, cite="[1]"))
