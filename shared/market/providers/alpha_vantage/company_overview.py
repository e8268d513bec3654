"""Conversion of Alpha Vantage's ``OVERVIEW`` and ``EARNINGS`` to profiles and past earnings.

Every figure is a text; a missing one is ``None``. The first of ``annualEarnings`` is the running year and not
a whole one: only quarters are used.
"""

import calendar
from datetime import date, datetime
from typing import Final

from shared.domain.company import Earnings, Profile, ReportedEarnings, newest_first
from shared.market.providers import fields
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.alpha_vantage.mapping import check_symbol, day_of, text_of
from shared.market.providers.fields import Converted, Json, number, percent_of_base
from shared.market.providers.issuers import security_of

MAX_QUARTERS: Final = 40
"""The response goes back to 1996."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ANY_YEAR: Final = 2023
"""A year without a leap day."""


def profile(requested: str, row: Json, fetched_at: datetime) -> Profile:
    """Returns a profile from ``OVERVIEW``, which names only the month of the fiscal year's end: its last day.

    Raises:
        ProviderBadPayloadError: The record is about another symbol.
    """
    check_symbol(requested, row.get("Symbol"))
    name, sector, industry = (text_of(row.get(key)) for key in ("Name", "Sector", "Industry"))
    website = text_of(row.get("OfficialSite"))
    return Profile(
        source=NAME,
        as_of=None,
        fetched_at=fetched_at,
        symbol=requested,
        name=name,
        security=security_of(requested, name),
        business_summary=text_of(row.get("Description")),
        sector=sector.title() if sector else None,
        industry=industry.title() if industry else None,
        employees=fields.count(row.get("FullTimeEmployees")) or None,
        exchange=text_of(row.get("Exchange")),
        country=text_of(row.get("Country")),
        fiscal_year_end=_year_end(row.get("FiscalYearEnd")),
        website=website if website and website.startswith(("https://", "http://")) else None,
    )


def earnings(requested: str, quarters: Converted[ReportedEarnings], fetched_at: datetime) -> Earnings:
    """Returns past earnings; the response tells neither a currency nor coming dates and estimates."""
    return Earnings(
        source=NAME,
        as_of=fetched_at,
        fetched_at=fetched_at,
        quality=quarters.remarks,
        symbol=requested,
        currency=None,
        history=newest_first(quarters.records)[:MAX_QUARTERS],
        next=None,
        estimates=(),
    )


def reported_earnings(row: Json, today: date) -> ReportedEarnings | None:
    """Returns a past quarter; None for one that was not reported yet.

    Raises:
        ValueError: It has no last day.
    """
    ended, actual = day_of(row.get("fiscalDateEnding")), number(row.get("reportedEPS"))
    if ended is None:
        raise ValueError("earnings without a quarter")
    published, estimate = day_of(row.get("reportedDate")), number(row.get("estimatedEPS"))
    if actual is None or ended > today:
        return None
    return ReportedEarnings(
        period_end=ended,
        reported_on=published if published is not None and ended <= published <= today else None,
        eps_estimate=estimate,
        eps_actual=actual,
        surprise_percent=percent_of_base(actual, estimate),
    )


def _year_end(raw: object) -> str | None:
    name = str(raw).strip().title()
    if name not in _MONTHS:
        return None
    month = _MONTHS.index(name) + 1
    return f"{month:02}-{calendar.monthrange(_ANY_YEAR, month)[1]}"
