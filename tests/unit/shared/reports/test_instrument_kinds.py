"""One report per kind of instrument: sections, wording, units and figures of each."""

from datetime import timedelta
from math import exp
from typing import Any, cast, get_args

import pytest

from shared.config.loader import ConfigLoader
from shared.domain.market_data import AssetType, Candle, History
from shared.errors.service_errors import ModelUnavailableError
from shared.reports.builder import ReportBuilder
from shared.reports.language.language_catalogue import Language
from shared.reports.report import Report
from shared.reports.request import ReportRequest, ReportType
from shared.reports.sections.performance import returns_of
from tests.support.golden_reports import GOLDEN, TYPES, golden_report
from tests.support.report_fakes import FakeMarketData, FakeModels
from tests.support.stock_data import NOW

KINDS = get_args(AssetType)


async def report_on(
    kind: str,
    report_type: ReportType = "comprehensive_analysis",
    language: Language = "en",
    **changed: Any,
) -> Report:
    data = GOLDEN["etf"]
    quote = data.quote.model_copy(update={"asset_type": kind, **changed})
    market_data = FakeMarketData(
        quote, data.technicals, data.fundamentals, data.news, history_answer=data.history
    )
    models = FakeModels([ModelUnavailableError("No model is up.")])
    settings = ConfigLoader(environ={}).load_config()
    builder = ReportBuilder(cast(Any, market_data), cast(Any, models), settings, lambda: NOW)
    return await builder.build(ReportRequest(data.symbol, report_type, language=language), lambda _: None)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("equity", "Price"),
        ("etf", "Price"),
        ("index", "Level"),
        ("currency", "Exchange rate"),
        ("cryptocurrency", "Price around the clock"),
        ("future", "Price of the contract"),
    ],
)
async def test_first_section_is_named_for_the_kind(kind: str, title: str) -> None:
    report = await report_on(kind)
    assert report.analysis_sections[0].title == title
    assert any(chart.section == title for chart in report.charts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("report_type", TYPES)
async def test_every_kind_has_every_type_of_report(kind: str, report_type: ReportType) -> None:
    report = await report_on(kind, report_type)
    assert report.analysis_sections
    assert report.figures.stated == report.figures.supported


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", get_args(Language))
async def test_figures_of_every_kind_are_supported_in_every_language(kind: str, language: Language) -> None:
    report = await report_on(kind, language=language)
    assert report.figures.unsupported == report.figures.misattributed == ()


@pytest.mark.parametrize("language", get_args(Language))
async def test_low_level_of_an_index_is_supported_in_every_language(language: Language) -> None:
    report = await report_on("index", language=language, price=4.21, name="Yield of 10 Year Notes")
    assert report.figures.unsupported == report.figures.misattributed == ()


@pytest.mark.parametrize("language", get_args(Language))
async def test_month_in_the_name_of_a_future_is_not_that_of_its_price(language: Language) -> None:
    report = await report_on("future", language=language, name="Gold Dec 26")
    assert report.figures.unsupported == report.figures.misattributed == ()


async def test_prices_of_the_technical_table_have_one_precision() -> None:
    report = await golden_report("rising", "technical_analysis")
    table = next(one for one in report.analysis_sections if one.name == "technicals").key_metrics
    amounts = [text.split()[0] for text in table.values() if text.endswith("USD")]
    assert "MACD" in table
    assert table["MACD"] in [f"{amount} USD" for amount in amounts]
    assert {len(amount.partition(".")[2]) for amount in amounts} == {2}


async def test_index_counts_points_and_has_no_volume() -> None:
    report = await report_on("index", market_cap=5)
    assert report.currency is None
    text = " ".join((report.summary, *report.analysis_sections[0].key_metrics.values()))
    assert "USD" not in text
    assert "points" in report.summary
    assert "Volume" not in report.analysis_sections[0].key_metrics
    assert "Market value" not in report.analysis_sections[0].key_metrics
    assert {figure.unit for figure in report.analysis_sections[0].figures} == {"points", "percent"}
    series = [one for chart in report.charts for one in chart.series]
    assert not [one for one in series if one.axis == "volume" and any(one.values)]


async def test_currency_pair_has_a_rate_and_neither_rating_nor_target() -> None:
    report = await report_on("currency")
    metrics = report.analysis_sections[0].key_metrics
    assert "Rate" in metrics
    assert "Volume" not in metrics
    assert (report.recommendation.action, report.recommendation.target_price) == ("not_rated", None)
    assert "is quoted at" in report.summary


@pytest.mark.parametrize("kind", ["etf", "mutual_fund"])
async def test_fund_says_what_no_source_has(kind: str) -> None:
    report = await report_on(kind)
    assert "tracking difference: this service does not read them" in report.metadata.missing
    assert not [section for section in report.analysis_sections if section.title == "Analysts"]


@pytest.mark.parametrize("name", ["rising", "etf", "crypto", "pair"])
async def test_every_number_of_a_table_is_a_figure_with_unit_and_source(name: str) -> None:
    report = await golden_report(name, "comprehensive_analysis")
    ids = {source.id for source in report.sources}
    for section in report.analysis_sections:
        labels = {figure.label for figure in section.figures}
        assert set(section.key_metrics) - labels <= {"Rating"}
        assert all(figure.unit and figure.source_id in ids for figure in section.figures)


async def test_figures_are_those_of_the_data() -> None:
    report = await golden_report("rising", "comprehensive_analysis")
    figures = {one.name: one for section in report.analysis_sections for one in section.figures}
    business = next(one for one in report.analysis_sections if one.name == "business")
    figures |= {one.name: one for one in business.figures}
    quote = GOLDEN["rising"].quote
    assert (figures["price"].value, figures["price"].unit) == (quote.price, "USD")
    assert (figures["profit_margin"].value, figures["profit_margin"].unit) == (-0.0123, "fraction")
    assert report.valuation is not None
    assert figures["fair_value_base"].value == report.valuation.fair_value_base


def _daily(days: int, growth: float) -> History:
    last = NOW.replace(hour=0)
    candles = []
    for number in range(days, -1, -1):
        close = exp(-growth * number)
        candles.append(
            Candle(
                timestamp=last - timedelta(days=number), open=close, high=close, low=close, close=close,
                adjusted_close=close, volume=None,
            )
        )  # fmt: skip
    return GOLDEN["etf"].history.model_copy(update={"candles": tuple(candles)})


def test_returns_are_measured_over_calendar_days() -> None:
    found = returns_of(_daily(400, 0.001))
    assert set(found) == {"1w", "1mo", "3mo", "6mo", "1y"}
    assert found["1w"] == pytest.approx(exp(0.007) - 1)
    assert found["1y"] == pytest.approx(exp(0.365) - 1)
    assert returns_of(None) == {}


def test_span_that_begins_a_few_days_before_the_history_still_counts() -> None:
    assert "5y" in returns_of(_daily(1822, 0.001))
    assert "5y" not in returns_of(_daily(1800, 0.001))
    assert returns_of(_daily(3, 0.001)) == {}


async def test_returns_of_a_fund_stand_beside_those_of_its_index() -> None:
    report = await golden_report("etf", "comprehensive_analysis")
    performance = next(one for one in report.analysis_sections if one.name == "performance")
    assert [row.label for row in performance.tables[0].rows] == ["FUND", "S&P 500"]
    assert "the S&P 500" in performance.content
    pair = await golden_report("pair", "comprehensive_analysis")
    (table,) = next(one for one in pair.analysis_sections if one.name == "performance").tables
    assert [row.label for row in table.rows] == ["EURUSD=X", "Usual change (median)"]
