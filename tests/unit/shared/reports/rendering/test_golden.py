"""Every kind of data through every type of report and every form."""

import io
import re
from html import unescape
from typing import Any

import html5lib
import pytest
from pypdf import PdfReader

from shared.reports.instrument_kinds import COMPANY
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.rendering.charts import Drawings, draw_charts
from shared.reports.rendering.heading import writer_of
from shared.reports.rendering.html import render_html
from shared.reports.rendering.markdown import render_markdown
from shared.reports.rendering.pdf import render_pdf
from shared.reports.rendering.view import view_of, with_minus
from shared.reports.report import Report
from shared.reports.request import ReportType
from shared.reports.sections.other_claim import OTHER_CLAIM
from tests.support.golden_reports import GOLDEN, IN_OTHER_SCRIPTS, LONG_WORD, TYPES, golden_report

_drawings: dict[str, Drawings] = {}


async def drawn(name: str, report: Report) -> Drawings:
    """The report's charts, drawn once for all types."""
    kinds = {chart.kind for chart in report.charts}
    every = _drawings.get(name)
    if every is None:
        every = _drawings[name] = draw_charts(
            (await golden_report(name, "comprehensive_analysis")).charts, Writer.of("en")
        )
    return {kind: drawing for kind, drawing in every.items() if kind in kinds}


@pytest.mark.parametrize("report_type", TYPES)
@pytest.mark.parametrize("name", [name for name in GOLDEN if name not in IN_OTHER_SCRIPTS])
async def test_report_of_every_kind_and_type(name: str, report_type: ReportType) -> None:
    report = await golden_report(name, report_type)
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert report.figures.unsupported == ()
    assert report.figures.misattributed == ()
    markdown = render_markdown(view_of(report))
    page = parsed(render_html(view_of(report), {}))
    shown = " ".join("".join(page.itertext()).split())
    for text in figures_of(report):
        assert text in shown
        assert text in unescape(markdown.replace("\\", ""))
    for section in report.analysis_sections:
        assert f"\n## {section.title}\n" in markdown
    for text in (shown, markdown):
        assert not re.search(r"\b(None|nan|NaN|inf)\b|{{|{%", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["rising", "falling", "listing", "gaps", "etf", "crypto", "germany", "pair", "japan", "hostile"]
)
async def test_composed_prose_of_every_language_states_only_figures_of_the_data(
    name: str, language: Language
) -> None:
    report = await golden_report(name, "comprehensive_analysis", language)
    assert report.figures.stated > 5
    assert [item.sentence for item in report.figures.unsupported] == []
    assert [item.sentence for item in report.figures.misattributed] == []
    page = parsed(render_html(view_of(report), {}))
    assert str(page.attrib["lang"]).startswith(language)
    shown = "".join(page.itertext())
    assert not re.search(r"\b(None|nan|NaN|inf)\b|{{|{[a-z_]+(:[a-z]+)?}", shown)


@pytest.mark.parametrize(("language", "word"), [("ja", "株価"), ("zh", "价格"), ("de", "Kurs")])
async def test_headings_of_every_language_are_bold_in_the_pdf(language: Language, word: str) -> None:
    report = await golden_report("rising", "quick_overview", language)
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), {})))
    bold = "NotoSansCJKjp-Bold" if language in ("ja", "zh") else "NotoSans-Bold"
    assert any(bold in base for base in fonts_of(pdf))
    assert word in text_of(pdf)
    assert str(pdf.trailer["/Root"]["/Lang"]).startswith(language)  # type: ignore[index]


async def test_chart_labels_are_in_the_language() -> None:
    report = await golden_report("rising", "technical_analysis", "ja")
    drawings = draw_charts(report.charts, writer_of(report))
    assert "出来高" in drawings["price"]
    assert "11月" in drawings["price"] or "9月" in drawings["price"]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "P/E over time, by the earnings of the last fiscal year; dashed: its own median"),
        (
            "de",
            "KGV im Zeitverlauf, mit dem Gewinn des letzten Geschäftsjahres; gestrichelt: der eigene Median",
        ),
        (
            "fr",
            "PER au fil du temps, sur le bénéfice du dernier exercice ; en pointillé : sa propre médiane",
        ),
        (
            "es",
            "PER en el tiempo, sobre el beneficio del último ejercicio; línea discontinua: su propia mediana",
        ),
        ("ja", "PERの推移（直近年度の利益による。破線は自社の中央値）"),
        ("zh", "市盈率走势（按最近财年盈利；虚线为自身中位数）"),
    ],
)
async def test_chart_of_multiples_says_what_its_lines_are(language: Language, title: str) -> None:
    report = await golden_report("mature", "comprehensive_analysis", language)
    chart = next(chart for chart in report.charts if chart.kind == "multiples")
    assert re.sub(r"\s", " ", chart.title) == title
    page = render_html(view_of(report), {"multiples": "<svg></svg>"})
    assert f"<figcaption>{chart.title}</figcaption>" in page


@pytest.mark.parametrize("report_type", ["technical_analysis", "market_sentiment"])
async def test_share_that_is_rated_by_its_trend_says_so(report_type: ReportType) -> None:
    report = await golden_report("rising", report_type)
    assert "applied here, to the trend of the price alone, it is a buy." in report.summary
    basis = "This rating is based on the trend of the price alone; valuation, quality and growth are not"
    view = view_of(report)
    for text in (render_html(view, {}), render_markdown(view)):
        assert basis in " ".join(text.split())


async def test_latest_price_is_labelled() -> None:
    report = await golden_report("rising", "technical_analysis")
    drawing = draw_charts(report.charts, writer_of(report))["price"]
    assert f">{report.price:.2f}<" in drawing


async def test_axis_of_tiny_prices_has_ticks_that_differ() -> None:
    report = await golden_report("rising", "technical_analysis")
    (price, *_) = report.charts
    scaled = tuple(
        series.model_copy(update={"values": tuple(value and value * 1e-9 for value in series.values)})
        if series.axis != "volume"
        else series
        for series in price.series
    )
    tiny = price.model_copy(update={"series": scaled})
    drawing = draw_charts((tiny,), Writer.of("en", "USD", 11))["price"]
    ticks = set(re.findall(r">(0\.000000[1-9][0-9]*)<", drawing))
    assert len(ticks) >= 3


@pytest.mark.parametrize(
    ("low", "high"), [(14.7, 22.7), (0.0, 100.0), (20.0, 22.0), (1.0, 1.001), (140.0, 230.0), (1.0, 9.0)]
)
async def test_numbers_of_an_axis_are_exact(low: float, high: float) -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    chart = next(one for one in report.charts if one.kind == "multiples")
    count = len(chart.dates)
    values = tuple(low + (high - low) * number / (count - 1) for number in range(count))
    series = chart.series[0].model_copy(update={"values": values})
    straight = chart.model_copy(update={"series": (series,), "levels": ()})
    drawing = draw_charts((straight,), Writer.of("en"))["multiples"]
    labels = re.findall(r'<text x="347[^"]*" y="([0-9.]+)"[^>]*>([0-9.]+)</text>', drawing)
    numbers, places = [float(text) for _, text in labels], [float(place) for place, _ in labels]
    assert len(numbers) >= 3
    slope = (numbers[-1] - numbers[0]) / (places[-1] - places[0])
    expected = [numbers[0] + slope * (place - places[0]) for place in places]
    # Of steps of 2.5, 17.5 was written as 18.
    assert numbers == pytest.approx(expected, abs=(high - low) / 500)


async def test_prices_beside_the_recommendation_have_the_decimals_of_the_sections() -> None:
    report = await golden_report("rising", "technical_analysis")
    yen = report.model_copy(update={"currency": "JPY", "price": 155.3, "price_decimals": 2})
    assert ("Price", "155.30 JPY") in view_of(yen).facts
    assert ("Price", "155 JPY") in view_of(yen.model_copy(update={"price_decimals": None})).facts


async def test_negative_figures_have_a_minus_sign() -> None:
    report = await golden_report("falling", "comprehensive_analysis")
    page = render_html(view_of(report), {})
    assert "<dd>\u22124.56%</dd>" in page
    assert "<dd>-" not in page


def figures_of(report: Report) -> list[str]:
    """Texts that every form must show."""
    texts = [text for section in report.analysis_sections for text in section.key_metrics.values()]
    figures = [with_minus(text) for text in texts]
    risks = [risk for section in report.analysis_sections for risk in section.risk_factors]
    return [*figures, *risks, *report.metadata.missing, report.disclaimer]


def parsed(html: str) -> Any:
    """The page as a tree; raises on any error a validating parser finds."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


@pytest.mark.parametrize("name", GOLDEN)
async def test_page_needs_nothing_from_elsewhere_and_runs_nothing(name: str) -> None:
    report = await golden_report(name, "comprehensive_analysis")
    html = render_html(view_of(report), await drawn(name, report))
    page = parsed(html)
    elements = list(page.iter())
    assert not [
        one.tag for one in elements if one.tag in {"script", "img", "link", "iframe", "object", "base"}
    ]
    assert len([one for one in elements if one.tag == "style"]) == 1
    for element in elements:
        assert not [key for key in element.attrib if str(key).startswith("on") or key in {"style", "src"}]
        target = element.attrib.get("href", "")
        assert target.startswith(("#", "https://example.com/")) or not target
    ids = [one.attrib["id"] for one in elements if "id" in one.attrib]
    assert len(ids) == len(set(ids))
    assert "url(" not in re.sub(r"url\(#\w+\)", "", html)
    charts = [one for one in elements if one.tag == "figure"]
    assert len(charts) == len(report.charts)
    assert all(one.attrib["aria-label"] for one in charts)


@pytest.mark.parametrize("name", GOLDEN)
async def test_pdf_of_every_kind(name: str) -> None:
    report = await golden_report(name, "comprehensive_analysis")
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), await drawn(name, report))))
    text = text_of(pdf)
    assert 1 <= len(pdf.pages) <= 9
    for page, content in enumerate(pdf.pages, start=1):
        assert squeezed(content.extract_text()).endswith(f"Page{page}of{len(pdf.pages)}")
    for section in report.analysis_sections:
        assert squeezed(section.title) in text
    for figure in figures_of(report):
        assert squeezed(figure) in text
    assert all_fonts_embedded(pdf)
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).endswith(f"({report.symbol}): Comprehensive analysis")


async def test_charts_are_smaller_where_a_page_would_be_nearly_empty() -> None:
    report = await golden_report("pair", "comprehensive_analysis")
    drawings = await drawn("pair", report)
    assert len(PdfReader(io.BytesIO(render_pdf(view_of(report), drawings))).pages) == 2


@pytest.mark.parametrize("name", ["rising", "mature", "listing", "etf", "crypto", "pair"])
async def test_last_page_is_not_nearly_empty(name: str) -> None:
    report = await golden_report(name, "comprehensive_analysis")
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), await drawn(name, report))))
    assert len(pdf.pages[-1].extract_text().splitlines()) >= 15


@pytest.mark.parametrize("report_type", TYPES)
async def test_pdf_of_every_type(report_type: ReportType) -> None:
    report = await golden_report("rising", report_type)
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), await drawn("rising", report))))
    text = text_of(pdf)
    # An ordinary share has no section on the kind of security.
    titles = [one.title(Writer.of("en")) for one in COMPANY[report_type] if one is not OTHER_CLAIM]
    assert not [title for title in titles if squeezed(title) not in text]
    assert squeezed(OTHER_CLAIM.title(Writer.of("en"))) not in text


@pytest.mark.parametrize("name", ["japan", "korea", "china", "greece", "russia"])
async def test_names_in_other_scripts_are_in_the_pdf(name: str) -> None:
    report = await golden_report(name, "quick_overview")
    text = text_of(PdfReader(io.BytesIO(render_pdf(view_of(report), {}))))
    assert squeezed(report.name or "") in text


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("arabia", "NotoSansArabic-Bold"),
        ("israel", "NotoSansHebrew-Bold"),
        ("india", "NotoSansDevanagari-Bold"),
        ("thailand", "NotoSansThai-Bold"),
    ],
)
async def test_names_whose_letters_join_are_set_in_their_font(name: str, font: str) -> None:
    report = await golden_report(name, "quick_overview")
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), {})))
    assert any(base.endswith(font) for base in fonts_of(pdf))
    assert "\ufffd" not in text_of(pdf)


async def test_symbols_and_emoji_have_glyphs() -> None:
    report = await golden_report("listing", "quick_overview")
    said = report.model_copy(update={"summary": "To the moon \U0001f680 \u25b2 \u2713 \u2192 5\u202f%"})
    used = fonts_of(PdfReader(io.BytesIO(render_pdf(view_of(said), {}))))
    assert any(base.endswith("NotoEmoji-Regular") for base in used)
    assert any("NotoSansSymbols2" in base for base in used)


async def test_hostile_text_is_inert_in_every_form() -> None:
    report = await golden_report("hostile", "comprehensive_analysis")
    drawing = await drawn("hostile", report)
    html, markdown = render_html(view_of(report), drawing), render_markdown(view_of(report))
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("</style>") == 1
    assert "\u202e" not in html + markdown
    assert "<script" not in re.sub(r"\\<", "", markdown)
    assert "javascript:" not in re.sub(r"\\.", "", markdown)
    text = text_of(PdfReader(io.BytesIO(render_pdf(view_of(report), drawing))))
    assert '<script>alert("x")</script>' in text
    assert "#emph[y]$x^2$" in text


async def test_long_word_stays_on_the_page() -> None:
    report = await golden_report("hostile", "market_sentiment")
    pdf = PdfReader(io.BytesIO(render_pdf(view_of(report), {})))
    right = 0.0

    def visit(text: str, _cm: list[float], matrix: list[float], _font: object, _size: float) -> None:
        nonlocal right
        if text.strip():
            right = max(right, matrix[4])

    for page in pdf.pages:
        page.extract_text(visitor_text=visit)
    assert LONG_WORD[:30] in text_of(pdf)
    assert right < float(pdf.pages[0].mediabox.width)


async def test_same_report_is_the_same_bytes() -> None:
    report = await golden_report("falling", "technical_analysis")
    one, other = draw_charts(report.charts, Writer.of("en")), draw_charts(report.charts, Writer.of("en"))
    assert one == other
    assert render_html(view_of(report), one) == render_html(view_of(report), other)
    assert render_pdf(view_of(report), one) == render_pdf(view_of(report), other)


def squeezed(text: str) -> str:
    """Without blanks: of those a reader of PDF only guesses where they are."""
    return "".join(text.replace("\u200b", "").split())


def text_of(pdf: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in pdf.pages))


def fonts_of(pdf: PdfReader) -> set[str]:
    return {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"].get_object().get("/Font", {}).values()  # type: ignore[union-attr]
    }


def all_fonts_embedded(pdf: PdfReader) -> bool:
    for page in pdf.pages:
        for font in page["/Resources"].get_object().get("/Font", {}).values():  # type: ignore[union-attr]
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            if not {"/FontFile2", "/FontFile3"} & descriptor.keys():
                return False
    return True
