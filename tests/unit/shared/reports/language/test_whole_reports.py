"""Whole reports in every language: no English sentence of our own in any format."""

import html
import io
import re
from collections.abc import Iterator
from typing import Any, get_args

import html5lib
import pytest
from openpyxl import load_workbook

from shared.domain.market_data import Remark, RemarkCode
from shared.domain.track_record import TrackRecordRow
from shared.errors.service_errors import NotEntitledError, UpstreamTimeoutError, UpstreamUnavailableError
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.rendering.html import render_html
from shared.reports.rendering.markdown import render_markdown
from shared.reports.rendering.view import view_of
from shared.reports.rendering.workbook import render_workbook
from shared.reports.report import Report
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData

OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|has|have|and|not|from|with|for|by|their|its|below|above|year|years|"
    r"unknown|known|quarter|value|source|sources|price|shares|growth|share|company|statements|data|own|"
    r"current|calculation)\b",
    re.IGNORECASE,
)
SAME_WORD_ELSEWHERE = {
    "fr": {"source", "sources", "sample"},
    "de": set(),
    "es": set(),
    "ja": set(),
    "zh": set(),
}
QUOTED = re.compile(r"„[^“]*“|«[^»]*»|“[^”]*”|「[^」]*」")
NAMES = re.compile(
    r"Rising Corporation|Example (Fund|Wire)[^,;]*|Three Days Listed SE|World Index ETF|https?://\S+|"
    r"European Central Bank|Quarterly report|Annual report"
)


def english_in(text: str, language: Language) -> list[str]:
    own = NAMES.sub("", QUOTED.sub("", text))
    words = {found[0].casefold() for found in ENGLISH.finditer(own)}
    return sorted(words - SAME_WORD_ELSEWHERE.get(language, set()))


def short_of_data(data: FakeMarketData) -> None:
    """Lets sources fail in several ways, and remarks of every kind come with the prices."""
    data.company = {
        **(data.company or {}),
        "peers": UpstreamTimeoutError("yahoo did not answer in time."),
        "holders": NotEntitledError("The plan of yahoo lacks this."),
    }
    data.news_answer = UpstreamUnavailableError("No source could answer.")
    remarks = tuple(
        Remark(code=code, detail=f"The figures of {code} are odd since 2026-11-02.")
        for code in get_args(RemarkCode)
    )
    data.technicals_answer = data.technicals_answer.model_copy(update={"quality": remarks, "sma_200": None})


async def reports(language: Language) -> list[Report]:
    full = await golden_report("rising", "comprehensive_analysis", language)
    row = TrackRecordRow(
        report_type="comprehensive_analysis", time_horizon="medium_term", months=6, cases=41,
        success_rate=0.6, mean_excess_return_percent=-1.2,
    )  # fmt: skip
    metadata = full.metadata.model_copy(update={"track_record": row})
    poor = await golden_report("rising", "comprehensive_analysis", language, short_of_data)
    others = [
        await golden_report(name, "comprehensive_analysis", language)
        for name in ("falling", "listing", "etf", "crypto", "germany", "pair", "japan")
    ]
    return [full.model_copy(update={"metadata": metadata}), poor, *others]


def texts_of(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yields field and text of every text for people in the JSON of a report."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in FOR_PROGRAMS:
                continue
            yield from texts_of(item, name)
            if key == "key_metrics":
                yield key, name
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item, key)
    elif isinstance(value, str):
        yield key, value


FOR_PROGRAMS = {
    "report_id", "symbol", "timestamp", "report_type", "time_horizon", "language", "action", "kind", "name",
    "unit", "period", "code", "provider", "model", "data_sources", "axis", "style", "key", "articles", "url",
    "marks", "as_of", "data_as_of",
}  # fmt: skip
"""Codes and texts of sources, which are the same in every language."""


@pytest.mark.parametrize("language", OTHERS)
async def test_json_has_no_english_of_our_own(language: Language) -> None:
    for report in await reports(language):
        stored = report.model_dump(mode="json")
        for source in stored["sources"]:
            del source["source"], source["title"]
        found = [(key, text) for key, text in texts_of(stored) if english_in(text, language) and text.strip()]
        assert not found


@pytest.mark.parametrize("language", OTHERS)
async def test_page_has_no_english_of_our_own(language: Language) -> None:
    for report in await reports(language):
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
            render_html(view_of(report), {})
        )
        for quotation in [one for one in page.iter() if one.attrib.get("lang") == ""]:
            quotation.clear()
        found = [text for text in shown(page) if english_in(text, language)]
        assert not found


def shown(page: Any) -> list[str]:
    labels = [value for one in page.iter() for key, value in one.attrib.items() if key == "aria-label"]
    body = page.find("body")
    return [*("".join(one.itertext()) for one in body.iter() if one.tag in BLOCKS), *labels]


BLOCKS = {"p", "li", "dt", "dd", "th", "td", "caption", "h1", "h2", "h3"}


@pytest.mark.parametrize("language", OTHERS)
async def test_markdown_and_pdf_text_have_no_english_of_our_own(language: Language) -> None:
    for report in await reports(language):
        articles = {article.title for section in report.analysis_sections for article in section.articles}
        lines = [
            html.unescape(line).replace("\\", "") for line in render_markdown(view_of(report)).splitlines()
        ]
        own = [line for line in lines if not any(title in line for title in articles)]
        assert not [line for line in own if english_in(line, language)]
        view = view_of(report)
        assert not [text for text in (*view.missing, *view.notices, view.author, view.track_record)
                    if english_in(text, language)]  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
async def test_workbook_has_no_english_of_our_own(language: Language) -> None:
    for report in await reports(language):
        workbook = load_workbook(io.BytesIO(render_workbook(report)))
        cells = [
            cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row
            if isinstance(cell.value, str) and cell.data_type == "s"
        ]  # fmt: skip
        assert not [text for text in (*workbook.sheetnames, *cells) if english_in(text, language)]


async def test_reasons_and_remarks_are_in_the_language_of_the_report() -> None:
    german = await golden_report("rising", "comprehensive_analysis", "de", short_of_data)
    assert "Aktionäre: der Tarif der Datenquelle enthält sie nicht" in german.metadata.missing
    assert "Nachrichten: die Datenquellen sind nicht erreichbar" in german.metadata.missing
    details = {remark.code: remark.detail for remark in german.metadata.quality}
    assert details["unexplained_jump"].endswith("Betroffene Tage: 2. November 2026.")
    english = await golden_report("rising", "comprehensive_analysis", "en", short_of_data)
    assert "holders: The plan of yahoo lacks this." in english.metadata.missing
    assert english.metadata.quality[0].detail == "The figures of missing_sessions are odd since 2026-11-02."


@pytest.mark.parametrize("language", OTHERS)
async def test_headlines_are_marked_as_another_language(language: Language) -> None:
    report = await golden_report("rising", "comprehensive_analysis", language)
    page = html5lib.parse(render_html(view_of(report), {}), namespaceHTMLElements=False)
    marked = {"".join(one.itertext()) for one in page.iter("bdi") if one.attrib.get("lang") == ""}
    titles = {article.title for section in report.analysis_sections for article in section.articles}
    assert titles
    assert titles | {GOLDEN["rising"].name} <= marked
