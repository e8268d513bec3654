"""Conversion of Yahoo's ``quoteSummary`` to past, next and expected earnings.

Peculiarities of its figures:

- Days of quarters are midnight UTC of the day. Dates of publications are moments; one at midnight UTC is a
  day without a time, and stays that day west of Greenwich.
- A date that Yahoo estimates comes as the first and the last moment of a range, or as one moment.
- Values per share and revenues are in the currency of the statements (BABA: CNY, while its price is in USD).
- ``surprisePercent`` is a fraction rounded to four digits; ours is computed from the two values.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.company import (
    Earnings,
    EarningsEstimate,
    NextEarnings,
    ReportedEarnings,
    TimeOfDay,
    newest_first,
)
from shared.domain.market_data import Remark
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.analysis.calendar import Session
from shared.market.providers.fields import (
    Json,
    convert_additions,
    count,
    currency_and_factor,
    moment,
    number,
    part,
    percent_of_base,
    scaled,
    whole,
)
from shared.market.providers.yahoo.errors import NAME

EARNINGS_MODULES: Final = ("calendarEvents", "earningsHistory", "earningsTrend", "price", "quoteType")
"""The modules of ``quoteSummary`` that earnings are made of."""
_PERIODS: Final[Mapping[str, str]] = {
    "0q": "current_quarter",
    "+1q": "next_quarter",
    "0y": "current_year",
    "+1y": "next_year",
}


def earnings_from_summary(
    symbol: str, summary: Json, fetched_at: datetime, sessions: Sequence[Session]
) -> Earnings | None:
    """Returns earnings from the modules of ``quoteSummary``; None when they have none.

    Args:
        symbol: The requested symbol.
        summary: The modules.
        fetched_at: The present moment.
        sessions: Sessions of the exchange around the next publication, oldest first.

    Raises:
        ProviderBadPayloadError: There are past quarters or estimates, and nothing can be read.
    """
    rows, trends = _list(summary, "earningsHistory", "history"), _trends(summary)
    currency = _currency(rows, trends)
    past = convert_additions(
        NAME, "past earnings", rows, lambda row: _reported(row, currency, fetched_at.date())
    )
    coming = convert_additions(NAME, "estimates", trends, lambda row: _estimate(row, currency))
    announced = _next(summary, fetched_at, sessions)
    if not past.records and not coming.records and announced is None:
        if past.dropped or coming.dropped:
            raise ProviderBadPayloadError(NAME, "no earnings of the response can be read")
        return None
    return Earnings(
        source=NAME,
        as_of=fetched_at,
        fetched_at=fetched_at,
        quality=(*past.remarks, *coming.remarks, *_mixed_remarks(rows, trends, currency)),
        symbol=symbol,
        currency=currency,
        history=newest_first(past.records),
        next=announced,
        estimates=tuple(sorted(coming.records, key=lambda row: list(_PERIODS.values()).index(row.period))),
    )


def _reported(row: Json, currency: str | None, today: date) -> ReportedEarnings | None:
    """Returns a past quarter; None for one that has not ended or has no value at all.

    Raises:
        ValueError: It has no last day.
    """
    ended = moment(row.get("quarter"))
    if ended is None:
        raise ValueError("earnings without a quarter")
    actual = _per_share(row.get("epsActual"), row.get("currency"), currency)
    estimate = _per_share(row.get("epsEstimate"), row.get("currency"), currency)
    if ended.date() > today or (actual is None and estimate is None):
        return None
    return ReportedEarnings(
        period_end=ended.date(),
        reported_on=None,
        eps_estimate=estimate,
        eps_actual=actual,
        surprise_percent=percent_of_base(actual, estimate),
    )


def _estimate(row: Json, currency: str | None) -> EarningsEstimate | None:
    """Returns the estimate of a coming period; None when no analyst gives one."""
    per_share, revenue = part(row, "earningsEstimate"), part(row, "revenueEstimate")
    own, sales = per_share.get("earningsCurrency"), revenue.get("revenueCurrency")
    mean = _per_share(per_share.get("avg"), own, currency)
    of_revenue = {
        f"revenue_{ours}": whole(revenue.get(theirs)) if _fits(sales, currency) else None
        for ours, theirs in (("mean", "avg"), ("low", "low"), ("high", "high"))
    }
    if mean is None and of_revenue["revenue_mean"] is None:
        return None
    return EarningsEstimate.model_validate(
        {
            "period": _PERIODS[str(row["period"])],
            "period_end": _iso_day(row.get("endDate")),
            "eps_mean": mean,
            "eps_low": _per_share(per_share.get("low"), own, currency),
            "eps_high": _per_share(per_share.get("high"), own, currency),
            "analysts": count(per_share.get("numberOfAnalysts")),
            **of_revenue,
        }
    )


def _iso_day(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _next(summary: Json, now: datetime, sessions: Sequence[Session]) -> NextEarnings | None:
    """Returns the next publication; None when no date is known or all are past."""
    events = part(part(summary, "calendarEvents"), "earnings")
    listed = events.get("earningsDate")
    known = [when for raw in (listed if isinstance(listed, list) else ()) if (when := moment(raw))]
    if not known:
        return None
    zone = _zone(summary)
    first, last = (_day(when, zone) for when in (min(known), max(known)))
    if last < now.astimezone(zone).date():
        return None
    confirmed = events.get("isEarningsDateEstimate") is False and first == last
    return NextEarnings(
        date=first,
        date_end=last if last > first else None,
        time_of_day=_time_of_day(min(known), first, sessions) if confirmed else None,
        confirmed=confirmed,
    )


def _time_of_day(when: datetime, day: date, sessions: Iterable[Session]) -> TimeOfDay | None:
    """Returns the relation of a moment to the session of its day at the exchange.

    None of a day without time or session.
    """
    session = next((one for one in sessions if one.day == day), None)
    if session is None or _is_day(when):
        return None
    if when < session.opens:
        return "before_market"
    return "during_market" if when < session.closes else "after_market"


def _day(when: datetime, zone: ZoneInfo) -> date:
    return when.date() if _is_day(when) else when.astimezone(zone).date()


def _is_day(when: datetime) -> bool:
    return when.time() == time()


def _zone(summary: Json) -> ZoneInfo:
    try:
        return ZoneInfo(str(part(summary, "quoteType").get("timeZoneFullName") or "UTC"))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def _trends(summary: Json) -> list[Json]:
    trends = _list(summary, "earningsTrend", "trend")
    return [row for row in trends if not isinstance(row, Mapping) or str(row.get("period")) in _PERIODS]


def _list(summary: Json, module: str, name: str) -> list[Json]:
    rows = part(summary, module).get(name)
    return rows if isinstance(rows, list) else []


def _currencies(rows: Iterable[Json], trends: Iterable[Json]) -> list[str]:
    """Returns the currencies that are named, those of past values per share first."""
    named: list[object] = [row.get("currency") for row in rows if isinstance(row, Mapping)]
    for row in trends:
        if isinstance(row, Mapping):
            named.append(part(row, "earningsEstimate").get("earningsCurrency"))
            named.append(part(row, "revenueEstimate").get("revenueCurrency"))
    return [code for raw in named if (code := currency_and_factor(raw)[0])]


def _currency(rows: Iterable[Json], trends: Iterable[Json]) -> str | None:
    return next(iter(_currencies(rows, trends)), None)


def _fits(own: object, currency: str | None) -> bool:
    return currency_and_factor(own)[0] in (None, currency)


def _per_share(raw: object, own: object, currency: str | None) -> float | None:
    """Returns a value per share in the whole currency of the answer; None when it is in another one."""
    if not _fits(own, currency):
        return None
    return scaled(number(raw), currency_and_factor(own)[1])


def _mixed_remarks(rows: Iterable[Json], trends: Iterable[Json], currency: str | None) -> tuple[Remark, ...]:
    others = sorted(set(_currencies(rows, trends)) - {currency})
    if not others:
        return ()
    detail = f"Values are in {currency}; withheld: values in {', '.join(others)}."
    return (Remark(code="mixed_currency_withheld", detail=detail),)
