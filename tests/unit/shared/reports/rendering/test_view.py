"""The report as formatted text: the track record, the author, the sources."""

import re

import pytest

from shared.domain.track_record import TrackRecordRow
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.rendering.html import render_html
from shared.reports.rendering.markdown import render_markdown
from shared.reports.rendering.view import view_of
from shared.reports.report import Report
from tests.support.golden_reports import golden_report


async def with_record(cases: int, months: int = 12, language: Language = "en") -> Report:
    report = await golden_report("rising", "quick_overview", language)
    row = TrackRecordRow.model_validate(
        {
            "report_type": "quick_overview",
            "time_horizon": "medium_term",
            "months": months,
            "cases": cases,
            "success_rate": 0.7 if cases >= 30 else None,
            "mean_excess_return_percent": -1.25 if cases else None,
        }
    )
    metadata = report.metadata.model_copy(update={"track_record": row})
    return report.model_copy(update={"metadata": metadata})


async def test_record_is_shown_from_thirty_cases_on() -> None:
    report = await with_record(30)
    text = (
        "Track record: of 30 ratings of this kind, 70% were right 12 months later. "
        "Following them returned −1.25% against the index on average."
    )
    assert view_of(report).track_record == text
    assert text in render_html(view_of(report), {})
    assert "70% were right 12 months later" in render_markdown(view_of(report))
    assert "right a month later" in view_of(await with_record(30, 1)).track_record


@pytest.mark.parametrize(
    ("cases", "said"), [(29, "still missing: 1."), (1, "still missing: 29."), (0, "from 30 on")]
)
async def test_below_thirty_cases_the_missing_ones_are_counted(cases: int, said: str) -> None:
    text = view_of(await with_record(cases)).track_record
    assert said in text
    assert "%" not in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_record_is_in_every_language(language: Language) -> None:
    for cases, figures in ((30, ("30", "70", "1.25")), (29, ("29", "30", "1")), (0, ("30",))):
        text = view_of(await with_record(cases, 12, language)).track_record.replace(",", ".")
        assert all(figure in text for figure in figures)


async def test_without_the_database_there_is_no_record() -> None:
    report = await golden_report("rising", "quick_overview")
    assert view_of(report).track_record == ""
    assert "Track record" not in render_html(view_of(report), {})


async def test_author_of_composed_prose_is_named_without_a_model() -> None:
    author = view_of(await golden_report("rising", "quick_overview", "de")).author
    assert author == "Text: aus den Daten zusammengestellt; ihn hat kein Sprachmodell geschrieben."


async def test_sources_have_their_names() -> None:
    sources = [
        source.text for source in view_of(await golden_report("rising", "quick_overview", "de")).sources
    ]
    assert any("Yahoo Finance" in source for source in sources)
    assert any("eigene Berechnung" in source for source in sources)


@pytest.mark.parametrize(("name", "label"), [("rising", "Price"), ("pair", "Rate")])
async def test_price_is_called_what_it_is(name: str, label: str) -> None:
    facts = dict(view_of(await golden_report(name, "quick_overview")).facts)
    assert label in facts
    assert len({"Price", "Level", "Rate"} & facts.keys()) == 1


async def test_instrument_that_is_not_rated_has_no_track_record() -> None:
    rated = await with_record(30)
    unrated = rated.recommendation.model_copy(update={"action": "not_rated"})
    assert view_of(rated.model_copy(update={"recommendation": unrated})).track_record == ""


async def test_figures_of_a_chart_have_the_decimals_of_their_kind() -> None:
    view = view_of(await golden_report("pair", "comprehensive_analysis"))
    described = {chart.kind: chart.description for section in view.sections for chart in section.charts}
    assert re.search(r"RSI 14 \d+\.\d\.$", described["rsi"])


@pytest.mark.parametrize(
    ("language", "heading", "missing", "moment"),
    [
        ("en", "Recommendation: ", "Not available:", "20 November 2026, 21:00 UTC"),
        ("fr", "Recommandation\u00a0: ", "Non disponible\u00a0:", "20 novembre 2026, 21:00 UTC"),
        ("ja", "投資判断：", "入手できなかったもの：", "2026年11月20日 21:00 UTC"),
        ("zh", "评级：", "无法取得：", "2026年11月20日 21:00 UTC"),
    ],
)
async def test_punctuation_is_that_of_the_language(
    language: Language, heading: str, missing: str, moment: str
) -> None:
    report = await golden_report("rising", "quick_overview", language)
    markdown = render_markdown(view_of(report))
    assert f"## {heading}" in markdown
    assert missing in markdown.splitlines()
    assert view_of(report).made == moment


async def test_tables_by_period_show_the_latest_one_first_where_space_is_short() -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    titles = {
        table.title for section in view_of(report).sections for table in section.tables if table.newest_last
    }
    assert titles == {
        "Fiscal years (USD, billions)",
        "Fiscal quarters (USD, billions)",
        "Balance sheet and payouts by fiscal year (USD, billions)",
        "Multiples at the ends of fiscal years and at the last price",
    }
    assert render_html(view_of(report), {}).count('<div class="table newest-last"') == len(titles)
