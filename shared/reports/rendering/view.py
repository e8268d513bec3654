"""The report as formatted text in its language, shared by Markdown, HTML and PDF."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.domain.track_record import MIN_CASES
from shared.reports.chart_data import Chart, ChartKind, ChartSeries
from shared.reports.language.writer import Writer
from shared.reports.rendering.heading import (
    kind_name,
    name_of,
    notices_of,
    source_name,
    title_of,
    writer_of,
)
from shared.reports.report import COMPOSED, AnalysisSection, Report, ReportArticle, ReportSource, ReportTable
from shared.reports.text import one_line, paragraphs

_BY_PERIOD: Final = frozenset({"annual", "quarterly", "balance", "own_multiples"})
"""Tables whose last column is of the latest period."""
_LABELS: Final = (
    "recommendation",
    "summary",
    "risks",
    "sources",
    "not_available",
    "not_found",
    "figure",
    "value",
    "page",
)
"""Words of the templates."""
_HYPHEN_AS_MINUS: Final = re.compile(r"^-(?=[\d.])")


@dataclass(frozen=True)
class ArticleView:
    """An article; ``about`` has publisher and date, ``url`` is empty without a web address."""

    title: str
    about: str
    url: str


@dataclass(frozen=True)
class SourceView:
    """A source; ``url`` is the page of a filing or article, empty without one."""

    text: str
    url: str


@dataclass(frozen=True)
class ChartView:
    """A chart: kind, caption, and description for screen readers."""

    kind: ChartKind
    title: str
    description: str


@dataclass(frozen=True)
class TableView:
    """A table: title with its unit, heads of columns, and rows of a label and cells.

    Attributes:
        newest_last: Whether a narrow screen shows the last columns first.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    newest_last: bool


@dataclass(frozen=True)
class SectionView:
    """A section as formatted text."""

    title: str
    paragraphs: Sequence[str]
    metrics: Sequence[tuple[str, str]]
    tables: Sequence[TableView]
    risks: Sequence[str]
    articles: Sequence[ArticleView]
    charts: Sequence[ChartView]


@dataclass(frozen=True)
class ReportView:
    """A report as formatted text, each text on one line.

    Attributes:
        language: BCP 47 tag.
        words: Words of the templates by name.
        facts: Label and text of the figures beside the recommendation.
        title: Name and symbol; the symbol alone of what has no name.
        made: When the report was made, in words; ``made_at`` is that in seconds since 1970.
        action: The recommendation in words; ``leaning`` is ``up``, ``down`` or ``level``.
        notices: Warnings above the summary.
        track_record: How earlier ratings turned out; empty when that is unknown.
    """

    language: str
    words: Mapping[str, str]
    title: str
    name: str
    symbol: str
    kind: str
    horizon: str
    made: str
    made_at: int
    notices: Sequence[str]
    action: str
    leaning: str
    facts: Sequence[tuple[str, str]]
    rationale: str
    track_record: str
    summary: Sequence[str]
    sections: Sequence[SectionView]
    sources: Sequence[SourceView]
    missing: Sequence[str]
    author: str
    figures: str
    unsupported: Sequence[str]
    disclaimer: str


def view_of(report: Report) -> ReportView:
    """Returns the report as formatted text."""
    writer = writer_of(report)
    counted = report.figures
    return ReportView(
        language=writer.catalogue.tag,
        words=_words(writer),
        title=title_of(report),
        name=name_of(report),
        symbol=report.symbol,
        kind=writer.text(f"report_types.{report.report_type}"),
        horizon=writer.text(f"time_horizons.{report.time_horizon}"),
        made=_moment(report.timestamp, writer),
        made_at=int(report.timestamp.timestamp()),
        notices=notices_of(report, writer),
        action=_action(report, writer),
        leaning=_leaning(report),
        facts=_facts(report, writer),
        rationale=one_line(report.recommendation.rationale),
        track_record=_track_record(report, writer),
        summary=paragraphs(report.summary),
        sections=[_section(section, report.charts, writer) for section in report.analysis_sections],
        sources=[_source(source, writer) for source in report.sources],
        missing=[one_line(item) for item in report.metadata.missing],
        author=_author(report, writer),
        figures=writer.say_counted("view.checked", counted.stated, supported=counted.supported),
        unsupported=[
            f"{one_line(item.text)}{writer.text('format.colon')}{one_line(item.sentence)}"
            for item in (*counted.unsupported, *counted.misattributed)
        ],
        disclaimer=one_line(report.disclaimer),
    )


def _words(writer: Writer) -> dict[str, str]:
    colon = writer.text("format.colon")
    words = {name: writer.text(f"view.{name}") for name in _LABELS}
    return words | {"colon": colon, "colon_at_end": colon.rstrip()}


def _action(report: Report, writer: Writer) -> str:
    action = writer.text(f"actions.{report.recommendation.action}")
    return action[:1].upper() + action[1:]


def _track_record(report: Report, writer: Writer) -> str:
    """Returns how earlier ratings of this kind turned out, or how many scored ones are missing for that."""
    record = report.metadata.track_record
    if record is None or report.recommendation.action == "not_rated":
        return ""
    if record.cases == 0:
        text = writer.say("track_record.none", least=MIN_CASES)
    elif record.success_rate is None:
        missing = MIN_CASES - record.cases
        text = writer.say("track_record.few", cases=record.cases, least=MIN_CASES, missing=missing)
    else:
        known = {"cases": record.cases, "rate": record.success_rate}
        text = writer.paragraph(
            writer.say_counted("track_record.shown", record.months, **known),
            writer.say("track_record.excess", excess=record.mean_excess_return_percent),
        )
    return writer.say("track_record.line", label=writer.text("view.track_record"), text=text)


def _leaning(report: Report) -> str:
    action = report.recommendation.action
    return "up" if action.endswith("buy") else "down" if action.endswith("sell") else "level"


def _facts(report: Report, writer: Writer) -> list[tuple[str, str]]:
    """Returns label and text of the figures beside the recommendation; unknown ones are left out."""
    recommendation, price = report.recommendation, report.price
    target, months = recommendation.target_price, recommendation.time_frame_months
    distance = (target / price - 1) * 100 if price and target is not None else None
    ranges = {"technical_range": recommendation.technical_range, "week_52_range": report.week_52_range}
    facts = {
        "price": None if price is None else writer.price(price),
        "fair_value": None if target is None else writer.price(target),
        "to_fair_value": None if distance is None else writer.percent(distance, 1, signed=True),
        "market_value": None if report.market_cap is None else writer.amount(report.market_cap),
        "next_earnings": None if report.next_earnings is None else writer.day(report.next_earnings),
        "horizon": writer.say("view.months", months=months),
    }
    facts |= {
        name: None if reach is None else _range(reach.low, reach.high, writer)
        for name, reach in ranges.items()
    }
    if recommendation.action != "not_rated":
        facts["confidence"] = writer.percent(recommendation.confidence * 100, 0)
    labels = {name: writer.text(f"view.{name}") for name in facts} | {"price": _price_label(report, writer)}
    return [(labels[name], text) for name, text in facts.items() if text is not None]


def _price_label(report: Report, writer: Writer) -> str:
    """Returns what the price is called: that of an index is a level, that of a currency pair a rate."""
    names = {section.name for section in report.analysis_sections}
    return writer.text(f"labels.{next((name for name in ('level', 'rate') if name in names), 'price')}")


def _range(low: float, high: float, writer: Writer) -> str:
    first, last = writer.price(low), writer.price(high)
    return writer.text("format.to").format(low=first.removesuffix(f" {writer.currency}"), high=last)


def with_minus(figure: str) -> str:
    """Returns a formatted figure with a minus sign (U+2212) in place of the hyphen before its digits."""
    return _HYPHEN_AS_MINUS.sub("\u2212", figure)


def _section(section: AnalysisSection, charts: Sequence[Chart], writer: Writer) -> SectionView:
    return SectionView(
        title=one_line(section.title),
        paragraphs=paragraphs(section.content),
        metrics=[
            (one_line(label), with_minus(one_line(value))) for label, value in section.key_metrics.items()
        ],
        tables=[_table(table) for table in section.tables],
        risks=[one_line(risk) for risk in section.risk_factors],
        articles=[_article(article, writer) for article in section.articles],
        charts=[_chart(chart, writer) for chart in charts if chart.section == section.title],
    )


def _table(table: ReportTable) -> TableView:
    title = f"{table.title} ({table.note})" if table.note else table.title
    rows = [(one_line(row.label), [one_line(cell) for cell in row.cells]) for row in table.rows]
    columns = [one_line(column) for column in table.columns]
    return TableView(one_line(title), columns, rows, table.name in _BY_PERIOD)


def _article(article: ReportArticle, writer: Writer) -> ArticleView:
    publisher = one_line(article.publisher or "")
    published = writer.day(article.published_at) if article.published_at else ""
    about = writer.text("format.comma").join(part for part in (publisher, published) if part)
    return ArticleView(one_line(article.title), about, article.url or "")


def _chart(chart: Chart, writer: Writer) -> ChartView:
    latest = [
        f"{series.name} {_latest(chart, series, writer)}"
        for series in chart.series
        if series.values[-1] is not None
    ]
    description = writer.say(
        "view.chart",
        title=chart.title,
        first=chart.dates[0],
        last=chart.dates[-1],
        latest=writer.text("format.comma").join(latest),
    )
    title = f"{chart.title} ({chart.currency})" if chart.currency else chart.title
    return ChartView(chart.kind, title, description)


def _latest(chart: Chart, series: ChartSeries, writer: Writer) -> str:
    value = series.values[-1] or 0.0
    if series.axis == "volume":
        return writer.large(value)
    if chart.kind in ("rsi", "multiples"):
        return writer.figure(value, "index")
    return writer.price(value) if chart.currency else writer.number(value, writer.points_decimals)


def _source(source: ReportSource, writer: Writer) -> SourceView:
    named = {
        "kind": kind_name(source.kind, writer),
        "symbol": source.symbol,
        "source": source_name(source.source, writer),
    }
    if source.as_of is None:
        text = writer.say("view.source_undated", **named)
    else:
        text = writer.say("view.source", **named, moment=_moment(source.as_of, writer))
    if source.stale:
        text = writer.say("view.stale", source=text)
    url = source.url if source.url and source.url.startswith(("https://", "http://")) else ""
    return SourceView(text, url)


def _moment(moment: datetime, writer: Writer) -> str:
    return writer.say("format.moment", day=writer.day(moment), time=f"{moment:%H:%M}")


def _author(report: Report, writer: Writer) -> str:
    metadata = report.metadata
    if metadata.provider == COMPOSED:
        return writer.text("view.author_composed")
    named = {"provider": one_line(metadata.provider), "model": one_line(metadata.model)}
    if metadata.fallback and metadata.fallback_reason:
        return writer.say("view.author_instead", **named, reason=one_line(metadata.fallback_reason))
    return writer.say("view.author", **named)
