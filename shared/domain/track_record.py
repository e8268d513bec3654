"""How past recommendations turned out, as aggregates."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.domain.market_data import Fraction, Percent, Record

MIN_CASES: Final = 30
"""Scored recommendations below which no success rate is stated."""
SCORED_MONTHS: Final = (1, 3, 6, 12)
"""Months after which a recommendation is scored, each once."""

Months = Literal[1, 3, 6, 12]


class TrackRecordRow(Record):
    """Scores of recommendations of one kind after the same time.

    Attributes:
        report_type: Type of the reports.
        time_horizon: Their time horizon.
        months: Months after the report.
        cases: Scored recommendations.
        success_rate: Share of successful ones; None below ``MIN_CASES`` cases.
        mean_excess_return_percent: Mean return of following the recommendations over the index of the market,
            with dividends on both sides or on neither; the sign of sales is turned. None without a case that
            has an index.
    """

    report_type: str
    time_horizon: str
    months: Months
    cases: Annotated[int, Field(ge=0)]
    success_rate: Fraction | None
    mean_excess_return_percent: Percent | None
