"""What stands above a report: its title, and what a reader has to know before the figures."""

from datetime import date

import pytest

from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.rendering.heading import notices_of, title_of, writer_of
from shared.reports.rendering.html import render_html
from shared.reports.rendering.markdown import render_markdown
from shared.reports.rendering.pdf import render_pdf
from shared.reports.rendering.view import view_of
from shared.reports.rendering.workbook import render_workbook
from shared.reports.report import Report
from tests.support.golden_reports import golden_report
from tests.support.spreadsheet import Spreadsheet

SENTENCE = "Uses only what was known on 2 June 2025; price, figures and rating are of that day."


async def past(language: Language = "en") -> Report:
    """Returns a report of a past day, which has no name."""
    report = await golden_report("rising", "quick_overview", language)
    metadata = report.metadata.model_copy(update={"known_on": date(2025, 6, 2)})
    return report.model_copy(update={"name": None, "metadata": metadata})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_day_of_a_past_report_is_named_first_in_every_language(language: Language) -> None:
    report = await past(language)
    first = notices_of(report, writer_of(report))[0]
    assert "2025" in first
    assert "{" not in first


async def test_day_of_a_past_report_is_in_every_format() -> None:
    report = await past()
    view = view_of(report)
    assert SENTENCE in view.notices[0].replace("\N{NO-BREAK SPACE}", " ")
    for text in (
        render_html(view, {}),
        render_markdown(view),
        str(Spreadsheet(render_workbook(report)).stored["Figures"]["A3"].value),
    ):
        assert view.notices[0] in text
    assert render_pdf(view, {}).startswith(b"%PDF")


async def test_report_of_the_present_has_no_such_sentence() -> None:
    report = await golden_report("rising", "quick_overview")
    assert not any("known on" in notice for notice in notices_of(report, writer_of(report)))


async def test_symbol_of_what_has_no_name_is_written_once() -> None:
    report = await past()
    assert title_of(report) == report.symbol
    assert render_markdown(view_of(report)).startswith(f"# {report.symbol}\n")
    html = render_html(view_of(report), {})
    assert f"<title>{report.symbol}: " in html
    assert 'class="symbol"' not in html
    named = await golden_report("rising", "quick_overview")
    assert title_of(named) == f"{named.name} ({named.symbol})"
