"""The report as formatted text, shared by Markdown, HTML and PDF."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.domain.formatting import decimals_of, fraction, large, money, percent
from shared.reports.charts import Chart, ChartKind
from shared.reports.report import AnalysisSection, Report, ReportArticle, ReportSource
from shared.reports.text import one_line, paragraphs, shortened

_HYPHEN_AS_MINUS: Final = re.compile(r"^-(?=[\d.])")
_LONGEST_NAME: Final = 120
"""Characters of a title: the longest name of a listed company has about a hundred."""


@dataclass(frozen=True)
class ArticleView:
    """An article; ``about`` has publisher and date, ``url`` is empty without a web address."""

    title: str
    about: str
    url: str


@dataclass(frozen=True)
class ChartView:
    """A chart: kind, caption, and description for screen readers."""

    kind: ChartKind
    title: str
    description: str


@dataclass(frozen=True)
class SectionView:
    """A section as formatted text."""

    title: str
    paragraphs: Sequence[str]
    metrics: Sequence[tuple[str, str]]
    risks: Sequence[str]
    articles: Sequence[ArticleView]
    charts: Sequence[ChartView]


@dataclass(frozen=True)
class ReportView:
    """A report as formatted text, each text on one line.

    Attributes:
        facts: Label and text of the figures beside the recommendation.
        action: The recommendation in words; ``leaning`` is ``up``, ``down`` or ``level``.
        notices: Warnings above the summary.
    """

    name: str
    symbol: str
    kind: str
    horizon: str
    made: str
    notices: Sequence[str]
    action: str
    leaning: str
    facts: Sequence[tuple[str, str]]
    rationale: str
    summary: Sequence[str]
    sections: Sequence[SectionView]
    sources: Sequence[str]
    missing: Sequence[str]
    author: str
    figures: str
    unsupported: Sequence[str]
    disclaimer: str


def view_of(report: Report) -> ReportView:
    """Returns the report as formatted text."""
    metadata = report.metadata
    return ReportView(
        name=shortened(one_line(report.name or report.symbol), _LONGEST_NAME),
        symbol=report.symbol,
        kind=_words(report.report_type),
        horizon=_words(report.time_horizon),
        made=_moment(report.timestamp),
        notices=_notices(report),
        action=_words(report.recommendation.action),
        leaning=_leaning(report),
        facts=_facts(report),
        rationale=one_line(report.recommendation.rationale),
        summary=paragraphs(report.summary),
        sections=[_section(section, report.charts, report.symbol) for section in report.analysis_sections],
        sources=[_source(source) for source in report.sources],
        missing=[one_line(item) for item in metadata.missing],
        author=_author(report),
        figures=(
            f"{report.figures.stated} figures are stated in the text; "
            f"{report.figures.supported} of them were found in the data."
        ),
        unsupported=[
            f"{one_line(item.text)}: {one_line(item.sentence)}"
            for item in (*report.figures.unsupported, *report.figures.misattributed)
        ],
        disclaimer=one_line(report.disclaimer),
    )


def _notices(report: Report) -> list[str]:
    notices = []
    if "sample" in report.metadata.data_sources:
        notices.append("Generated from sample data, not from market prices.")
    if stale := [source.kind for source in report.sources if source.stale]:
        notices.append(f"Stale data, since the source did not answer: {', '.join(stale)}.")
    notices += [one_line(remark.detail) for remark in report.metadata.quality]
    return notices


def _leaning(report: Report) -> str:
    action = report.recommendation.action
    return "up" if action.endswith("buy") else "down" if action.endswith("sell") else "level"


def _facts(report: Report) -> list[tuple[str, str]]:
    recommendation, price = report.recommendation, report.price
    target = recommendation.target_price
    decimals = decimals_of(report.symbol, price or target, report.currency)
    facts = [] if price is None else [("Price", money(price, report.currency, decimals=decimals))]
    if target is not None:
        facts.append(("Fair value", money(target, report.currency, decimals=decimals)))
    if price and target is not None:
        facts.append(("To fair value", percent((target / price - 1) * 100, 1, signed=True)))
    if (reach := recommendation.technical_range) is not None:
        low, high = (money(end, report.currency, decimals=decimals) for end in (reach.low, reach.high))
        span = f"{low.removesuffix(f' {report.currency}')} to {high}"
        facts.append(("Technical range", span))
    facts.append(("Horizon", f"{recommendation.time_frame_months} months"))
    if recommendation.action != "not_rated":
        facts.append(("Confidence", fraction(recommendation.confidence, 0)))
    return [(label, with_minus(text)) for label, text in facts]


def with_minus(figure: str) -> str:
    """Returns a formatted figure with a minus sign (U+2212) in place of the hyphen before its digits."""
    return _HYPHEN_AS_MINUS.sub("\u2212", figure)


def _section(section: AnalysisSection, charts: Sequence[Chart], symbol: str) -> SectionView:
    return SectionView(
        title=one_line(section.title),
        paragraphs=paragraphs(section.content),
        metrics=[
            (one_line(label), with_minus(one_line(value))) for label, value in section.key_metrics.items()
        ],
        risks=[one_line(risk) for risk in section.risk_factors],
        articles=[_article(article) for article in section.articles],
        charts=[_chart(chart, symbol) for chart in charts if chart.section == section.title],
    )


def _article(article: ReportArticle) -> ArticleView:
    publisher = one_line(article.publisher or "")
    published = _day(article.published_at) if article.published_at else ""
    about = ", ".join(part for part in (publisher, published) if part)
    return ArticleView(one_line(article.title), about, article.url or "")


def _chart(chart: Chart, symbol: str) -> ChartView:
    prices = [series.values[-1] for series in chart.series if series.axis != "volume"]
    decimals = decimals_of(symbol, next((price for price in prices if price), None), chart.currency)
    first, last = chart.dates[0], chart.dates[-1]
    latest = [
        f"{series.name} {_latest(chart, series.values[-1], decimals, volume=series.axis == 'volume')}"
        for series in chart.series
        if series.values[-1] is not None
    ]
    span = f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
    return ChartView(chart.kind, chart.title, f"{chart.title}, {span}. Latest: {', '.join(latest)}.")


def _latest(chart: Chart, value: float | None, decimals: int, *, volume: bool) -> str:
    return large(value) if volume else money(value, chart.currency, decimals=decimals)


def _source(source: ReportSource) -> str:
    as_of = "at an unknown moment" if source.as_of is None else f"as of {_moment(source.as_of)}"
    stale = " (stale)" if source.stale else ""
    return f"{_words(source.kind)} of {source.symbol}: {one_line(source.source)}, {as_of}{stale}"


def _author(report: Report) -> str:
    metadata = report.metadata
    author = f"Text: {one_line(metadata.provider)} ({one_line(metadata.model)})"
    if metadata.fallback and metadata.fallback_reason:
        return f"{author}. The requested model did not write it: {one_line(metadata.fallback_reason)}"
    return f"{author}."


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
