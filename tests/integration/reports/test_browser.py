"""The page in a real browser: nothing refused, nothing clipped, nothing on top of something else."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader

from shared.reports.chart_data import Chart
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.rendering.charts import draw_charts
from shared.reports.rendering.html import content_security_policy, render_html
from shared.reports.rendering.view import view_of
from tests.support.browser import measured, print_page, served, show
from tests.support.golden_reports import golden_report

LAYOUT: Final = """
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) problems.push(`wider than the window: ${root.scrollWidth}`);
  for (const one of document.querySelectorAll("h1, h2, h3, p, li, dt, dd, figcaption")) {
    const box = one.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 || box.left < -1) problems.push(`outside: ${one.textContent}`);
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
      problems.push(`clipped: ${one.textContent}`);
  }
  for (const chart of document.querySelectorAll("figure svg")) {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")];
    const labels = texts.map(one => [one.textContent, one.getBoundingClientRect()]);
    // Keys of a legend: short level lines.
    const keys = [...chart.querySelectorAll("path")].map(one => one.getBoundingClientRect())
      .filter(box => box.width > 6 && box.width < 30 && box.height < 3);
    for (const [text, box] of labels)
      if (keys.some(key => key.left < box.right && box.left < key.right && key.top < box.bottom
          && box.top < key.bottom)) problems.push(`label over a key of the legend: ${text}`);
    labels.forEach(([text, box], index) => {
      if (box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 1)
        problems.push(`label outside its chart: ${text}`);
      for (const [other, beside] of labels.slice(index + 1))
        if (box.left < beside.right && beside.left < box.right && box.top < beside.bottom - 1
            && beside.top < box.bottom - 1) problems.push(`labels overlap: ${text}, ${other}`);
    });
  }
  return problems;
"""
COLOURS: Final = """
  const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
  return {ground: of("body", "backgroundColor"), text: of("body", "color"), label: of("svg text", "fill")};
"""


NUMBERS: Final = """
  const list = document.querySelector("footer ol, main ol"), style = getComputedStyle(list);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  return {room: parseFloat(style.paddingInlineStart), needed: pen.measureText("24. ").width};
"""


async def page_of(name: str, language: Language = "en") -> str:
    report = await golden_report(name, "comprehensive_analysis", language)
    return render_html(view_of(report), draw_charts(report.charts, Writer.of(language)))


@pytest.mark.parametrize("width", [390, 520, 1000])
@pytest.mark.parametrize("name", ["rising", "mature", "listing", "crypto", "pair", "japan", "hostile"])
async def test_nothing_is_clipped_or_overlaps(name: str, width: int, tmp_path: Path) -> None:
    assert measured(await page_of(name), LAYOUT, tmp_path, width=width) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_charts_fit_a_phone_in_every_language(language: Language, tmp_path: Path) -> None:
    assert measured(await page_of("mature", language), LAYOUT, tmp_path, width=390) == []


async def test_charts_of_any_span_fit_a_phone(tmp_path: Path) -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    page = render_html(view_of(report), {})
    figures = "".join(
        f"<figure>{drawing}</figure>"
        for days in (2, 5, 7, 8, 9, 10, 15, 45, 130, 180, 220, 280)
        for back in (0, 144, 240)
        for drawing in draw_charts(
            [_last_days(chart, days, back) for chart in report.charts], Writer.of("en")
        ).values()
    )
    assert measured(page.replace("</main>", f"{figures}</main>"), LAYOUT, tmp_path, width=390) == []


def _last_days(chart: Chart, count: int, back: int) -> Chart:
    """The end of a chart, as if it were some days earlier."""
    dates = tuple(day - timedelta(days=back) for day in chart.dates[-count:])
    series = tuple(series.model_copy(update={"values": series.values[-count:]}) for series in chart.series)
    return chart.model_copy(update={"dates": dates, "series": series})


async def test_numbers_of_sources_are_within_the_page(tmp_path: Path) -> None:
    found = measured(await page_of("rising"), NUMBERS, tmp_path)
    assert found["room"] >= found["needed"]


async def test_page_follows_the_users_colour_scheme(tmp_path: Path) -> None:
    page = await page_of("rising")
    light = measured(page, COLOURS, tmp_path)
    dark = measured(page, COLOURS, tmp_path, dark=True)
    assert light["ground"] == "rgb(255, 255, 255)"
    assert dark["ground"] == "rgb(18, 22, 28)"
    assert light["text"] != dark["text"]
    assert light["label"] != dark["label"]


async def test_policy_refuses_nothing_of_the_page_and_all_else(tmp_path: Path) -> None:
    page, policy = await page_of("hostile"), {"Content-Security-Policy": content_security_policy()}
    with served(page, policy) as url:
        shown = show(url, tmp_path)
    assert shown.complaints == ()
    assert "<svg" in shown.dom
    injected = page.replace(
        "</main>", '<script>document.title = "run"</script><p style="top: 0">x</p></main>'
    )
    with served(injected, policy) as url:
        refused = show(url, tmp_path)
    assert len([line for line in refused.complaints if "Content Security Policy" in line]) == 2
    assert "<title>run</title>" not in refused.dom


async def test_printed_page_has_no_more_sheets_than_it_needs(tmp_path: Path) -> None:
    with served(await page_of("rising"), {}) as url:
        print_page(url, tmp_path / "profile", tmp_path / "printed.pdf")
    pdf = PdfReader(tmp_path / "printed.pdf")
    assert 2 <= len(pdf.pages) <= 9
    assert all(page.extract_text().strip() for page in pdf.pages)
    # The heads of a table are on the sheet of its rows.
    sheets = [page.extract_text() for page in pdf.pages if "1 week" in page.extract_text()]
    assert len(sheets) == 1
    assert "S&P 500" in sheets[0].partition("1 week")[2]
