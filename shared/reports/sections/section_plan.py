"""What a section of a report is planned to be."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.formatting import ABSENT
from shared.reports.chart_data import ChartKind
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import AnalysisSection, ReportArticle, ReportTable, SectionFigure

Compose = Callable[[ReportData, Writer], str]
Lines = Callable[[ReportData, Writer], tuple[str, ...]]


@dataclass(frozen=True)
class SectionPlan:
    """One section of a report.

    Attributes:
        key: Its name in every language; ``titles.{key}`` of the catalogue is its heading.
        figures: Its figures; a section without any is left out, because its data is missing.
        compose: Its prose when no model writes it; empty when no sentence fits its figures.
        risks: Its risk factors when no model writes them.
        charts: The charts that belong here.
        tables: Its tables.
        articles: Pages it leads to.
        optional_figures: Whether it may have prose without a figure.
        fixed: Whether its prose is always composed: no model decides what it says.
    """

    key: str
    figures: Callable[[ReportData], tuple[KeyFigure, ...]]
    compose: Compose
    risks: Lines = lambda _, __: ()
    charts: tuple[ChartKind, ...] = ()
    tables: Callable[[ReportData, Writer], tuple[ReportTable, ...]] = lambda _, __: ()
    articles: Callable[[ReportData], tuple[ReportArticle, ...]] = lambda _: ()
    optional_figures: bool = False
    fixed: bool = False

    def title(self, writer: Writer) -> str:
        """Returns its heading."""
        return writer.text(f"titles.{self.key}")

    def applies(self, data: ReportData, writer: Writer) -> bool:
        """Returns whether there is anything to say."""
        return bool(self.figures(data)) or (self.optional_figures and bool(self.compose(data, writer)))

    def metrics(self, data: ReportData, writer: Writer) -> dict[str, str]:
        """Returns label and text of the figures that no table shows."""
        written = {
            figure.labelled(writer): figure.written(writer)
            for figure in self.figures(data)
            if not figure.in_table
        }
        return {label: text for label, text in written.items() if text != ABSENT}

    def structured(self, data: ReportData, writer: Writer) -> tuple[SectionFigure, ...]:
        """Returns its figures as numbers."""
        figures = (figure.structured(writer, data.source_id(figure.source)) for figure in self.figures(data))
        return tuple(figure for figure in figures if figure is not None)

    def section(
        self, data: ReportData, writer: Writer, content: str, risks: tuple[str, ...]
    ) -> AnalysisSection:
        """Returns the section with its prose."""
        return AnalysisSection(
            name=self.key,
            title=self.title(writer),
            content=content,
            key_metrics=self.metrics(data, writer),
            figures=self.structured(data, writer),
            tables=self.tables(data, writer),
            risk_factors=risks,
            articles=self.articles(data),
        )
