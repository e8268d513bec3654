"""What a section of a report is planned to be."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.market.section_metrics import Metrics
from shared.reports.charts import ChartKind
from shared.reports.data import ReportData
from shared.reports.report import SectionFigure
from shared.reports.section_figures import figures_by_label


@dataclass(frozen=True)
class SectionPlan:
    """One section of a report.

    Attributes:
        title: Its heading.
        metrics: Its figures; None leaves the section out, because its data is missing.
        compose: Its prose when no model writes it.
        risks: Its risk factors when no model writes them.
        charts: The charts that belong here.
        figures: The same figures as ``metrics`` as numbers; None reads them from the data by label.
    """

    title: str
    metrics: Callable[[ReportData], Metrics | None]
    compose: Callable[[ReportData], str]
    risks: Callable[[ReportData], tuple[str, ...]] = lambda _: ()
    charts: tuple[ChartKind, ...] = ()
    figures: Callable[[ReportData], tuple[SectionFigure, ...]] | None = None

    def structured(self, data: ReportData) -> tuple[SectionFigure, ...]:
        """Returns the figures of the section as numbers."""
        if self.figures is not None:
            return self.figures(data)
        return figures_by_label(self.metrics(data) or {}, data)
