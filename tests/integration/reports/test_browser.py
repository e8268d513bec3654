"""The page in a real browser: nothing refused, nothing clipped, nothing on top of something else."""

from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader

from shared.reports.language.writer import Writer
from shared.reports.rendering.charts import draw_charts
from shared.reports.rendering.html import content_security_policy, render_html
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


async def page_of(name: str) -> str:
    report = await golden_report(name, "comprehensive_analysis")
    return render_html(report, draw_charts(report.charts, Writer.of("en")))


@pytest.mark.parametrize("width", [390, 520, 1000])
@pytest.mark.parametrize("name", ["rising", "mature", "listing", "crypto", "pair", "japan", "hostile"])
async def test_nothing_is_clipped_or_overlaps(name: str, width: int, tmp_path: Path) -> None:
    assert measured(await page_of(name), LAYOUT, tmp_path, width=width) == []


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
