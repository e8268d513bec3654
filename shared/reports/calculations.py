"""What our own code computes from the data of a report; prose may cite it like a source."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.sections.fair_value import fair_value_figures
from shared.reports.sections.own_multiples import multiple_figures
from shared.reports.sections.peer_section import peer_figures
from shared.reports.sections.performance import performance_figures
from shared.reports.sections.results import annual_figures, balance_figures, quarterly_figures

_CALCULATIONS: Final[Mapping[str, Callable[[ReportData], tuple[KeyFigure, ...]]]] = {
    "valuation": fair_value_figures,
    "performance": performance_figures,
    "results": annual_figures,
    "quarters": quarterly_figures,
    "balance": balance_figures,
    "own_multiples": multiple_figures,
    "peer_comparison": peer_figures,
}
"""By kind, in the order of their citation numbers."""


def calculations_of(data: ReportData) -> dict[str, tuple[KeyFigure, ...]]:
    """Returns the calculations that have a result, by kind."""
    results = {kind: calculate(data) for kind, calculate in _CALCULATIONS.items()}
    return {kind: figures for kind, figures in results.items() if figures}
