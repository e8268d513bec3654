"""How a fund did beside the share index that it follows."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import StatisticsError, correlation, linear_regression
from typing import Final

from shared.market.analysis.share_indexes import ShareIndex
from shared.reports.data import ReportData, share_index_of
from shared.reports.sections.performance import returns_of, span_start
from shared.reports.subject import return_closes_of
from shared.reports.valuation.cost_of_capital import weekly_closes

_SPANS: Final = {"5y": 5, "3y": 3}
"""The spans that are compared, in years by code, the preferred one first."""
_FUNDS: Final = frozenset({"etf", "mutual_fund"})
_MIN_SHARE_EXPLAINED: Final = 0.9
"""Share of the variance of weekly returns that the index explains at least: a fund of bonds, of one sector or
of another country does not follow it, and is neither better nor worse for that."""
_BETAS: Final = (0.8, 1.25)
"""Leveraged and inverse funds follow the index too, with another risk."""


@dataclass(frozen=True)
class IndexRecord:
    """The change of a fund's price beside that of the index that it follows.

    Attributes:
        index: The index.
        span: Code of the span, such as ``5y``.
        years: Its length.
        own: Change of the price over the span, as a fraction.
        other: That of the index.
    """

    index: ShareIndex
    span: str
    years: int
    own: float
    other: float

    @property
    def yearly_excess(self) -> float:
        """Returns the difference of the yearly changes, as a fraction."""
        return float((1 + self.own) ** (1 / self.years) - (1 + self.other) ** (1 / self.years))


def index_record_of(data: ReportData) -> IndexRecord | None:
    """Returns the record of a fund over five years, else three; None if it follows no index.

    There is none where the index counts dividends, since the price of the fund does not.
    """
    index = share_index_of(data.quote)
    if data.quote.asset_type not in _FUNDS or index is None or index.counts_dividends:
        return None
    own, other = returns_of(data.history), returns_of(data.index)
    for span, years in _SPANS.items():
        if span in own and span in other:
            if not _follows(data, span):
                return None
            return IndexRecord(index, span, years, own[span], other[span])
    return None


def _follows(data: ReportData, span: str) -> bool:
    own, index = (weekly_closes(return_closes_of(one)) for one in (data.history, data.index))
    weeks = sorted(own.keys() & index.keys())
    first = span_start(span, weeks[-1]) if weeks else None
    pairs = [(before, after) for before, after in pairwise(weeks) if first is not None and before >= first]
    changes = [own[after] / own[before] - 1 for before, after in pairs]
    index_changes = [index[after] / index[before] - 1 for before, after in pairs]
    try:
        explained = correlation(changes, index_changes) ** 2
        beta = linear_regression(index_changes, changes).slope
    except StatisticsError:
        # Too few weeks, or prices that did not move.
        return False
    return explained >= _MIN_SHARE_EXPLAINED and _BETAS[0] <= beta <= _BETAS[1]
