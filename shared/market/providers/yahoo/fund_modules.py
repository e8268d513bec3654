"""Conversion of Yahoo's modules ``fundProfile`` and ``topHoldings`` to costs and contents of a fund.

Peculiarities: ratios and weights are fractions, each rounded to single precision. A ratio of zero means that
it is not known. ``totalNetAssets`` of ``feesExpensesInvestment`` is in units of its own, ``totalAssets`` in
whole currency. Sectors are records of one key (``consumer_cyclical``).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from shared.domain.market_data import Fund
from shared.market.providers import funds
from shared.market.providers.fields import Json, moment, number, part

FUND_MODULES: Final = ("fundProfile", "topHoldings")
_SECTORS: Final = {"realestate": "Real Estate"}
_FUNDS: Final = frozenset({"ETF", "MUTUALFUND"})
_DIGITS: Final = 6


def fund_from_summary(summary: Json, fetched_at: datetime) -> Fund | None:
    """Returns costs and contents of a fund from ``quoteSummary``; None of what is no fund, or without any."""
    kind = part(summary, "quoteType").get("quoteType") or part(summary, "price").get("quoteType")
    if not isinstance(kind, str) or kind not in _FUNDS:
        return None
    profile, contents = part(summary, "fundProfile"), part(summary, "topHoldings")
    fees = part(profile, "feesExpensesInvestment")
    statistics, detail = part(summary, "defaultKeyStatistics"), part(summary, "summaryDetail")
    begun = moment(statistics.get("fundInceptionDate"))
    fund = Fund(
        family=funds.words(profile.get("family")) or funds.words(statistics.get("fundFamily")),
        category=funds.words(profile.get("categoryName")) or funds.words(statistics.get("category")),
        expense_ratio=funds.expense_ratio(
            *(_exact(fees.get(key)) for key in ("netExpRatio", "annualReportExpenseRatio")),
            _exact(statistics.get("annualReportExpenseRatio")),
        ),
        turnover=funds.turnover(
            _exact(fees.get("annualHoldingsTurnover")), _exact(statistics.get("annualHoldingsTurnover"))
        ),
        net_assets=funds.net_assets(detail.get("totalAssets"), statistics.get("totalAssets")),
        inception_date=begun.date() if begun is not None and begun <= fetched_at else None,
        holdings=funds.holdings(
            (row.get("symbol"), row.get("holdingName"), _exact(row.get("holdingPercent")))
            for row in _rows(contents, "holdings")
        ),
        sectors=funds.sectors(
            (_SECTORS.get(name, name.replace("_", " ").title()), _exact(weight))
            for row in _rows(contents, "sectorWeightings")
            for name, weight in row.items()
        ),
    )
    return fund if fund.is_known else None


def _exact(raw: object) -> float | None:
    """Returns a number without the digits that come from single precision."""
    value = number(raw)
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _rows(module: Json, name: str) -> Iterator[Json]:
    rows = module.get(name)
    yield from (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping))
