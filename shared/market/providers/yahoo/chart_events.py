"""Conversion of the events of Yahoo's charts to dividends and splits, with dates of the exchange."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.market_data import CorporateActions, Dividend, Remark, Split
from shared.market.providers.fields import (
    Json,
    convert_additions,
    currency_and_factor,
    moment,
    number,
    part,
    scaled,
    split_ratio,
)
from shared.market.providers.yahoo.errors import NAME

Event = tuple[Json, object]
"""The ``meta`` of a chart, and one of its events."""


def actions_from_charts(charts: Sequence[Json], now: datetime) -> tuple[CorporateActions, tuple[Remark, ...]]:
    """Returns the dividends and splits of charts, and the remark on events that are malformed.

    Yahoo adjusts amounts for all later splits and quotes them in the unit of the price, unless the event has
    a currency of its own. Announced events that lie ahead are left out.
    """
    dividends = convert_additions(
        NAME, "dividends", _events(charts, "dividends"), lambda event: _dividend(event, now)
    )
    splits = convert_additions(NAME, "splits", _events(charts, "splits"), lambda event: _split(event, now))
    actions = CorporateActions(
        adjustment="split",
        dividends=tuple(sorted(dividends.records, key=lambda paid: paid.ex_date)),
        splits=tuple(sorted(dict.fromkeys(splits.records), key=lambda split: split.date)),
    )
    return actions, (*dividends.remarks, *splits.remarks)


def zone_of(meta: Json) -> tzinfo | None:
    """Returns the time zone of the exchange that a chart names; None without a known one."""
    try:
        return ZoneInfo(str(meta.get("exchangeTimezoneName")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _events(charts: Sequence[Json], kind: str) -> Iterable[Event]:
    """Returns the events of all charts; charts that overlap repeat theirs under the same key."""
    events: dict[object, Event] = {}
    for chart in charts:
        for key, event in part(part(chart, "events"), kind).items():
            events[key] = (part(chart, "meta"), event)
    return events.values()


def _dividend(event: Event, now: datetime) -> Dividend | None:
    """Returns a dividend; None for one that lies ahead.

    Raises:
        ValueError: Date or amount is malformed.
    """
    meta, row = event
    day, record = _day_of(meta, row)
    currency, factor = currency_and_factor(record.get("currency") or meta.get("currency"))
    if day > _today(meta, now):
        return None
    amount = scaled(record.get("amount"), factor)
    if amount is None or amount < 0:
        raise ValueError("a dividend without amount")
    return Dividend(ex_date=day, amount=amount, currency=currency) if amount else None


def _split(event: Event, now: datetime) -> Split | None:
    """Returns a split; None for one that lies ahead, or that leaves the shares as they are.

    Raises:
        ValueError: Date or ratio is malformed.
    """
    meta, row = event
    day, record = _day_of(meta, row)
    if day > _today(meta, now):
        return None
    ratio = split_ratio(number(record.get("numerator")), number(record.get("denominator")))
    if ratio is None:
        raise ValueError("a split without ratio")
    if ratio == 1:
        return None
    return Split(date=day, numerator=ratio.numerator, denominator=ratio.denominator)


def _day_of(meta: Json, event: object) -> tuple[date, Json]:
    record = part({"event": event}, "event")
    when = moment(record.get("date"))
    if when is None:
        raise ValueError("an event without date")
    return when.astimezone(zone_of(meta) or UTC).date(), record


def _today(meta: Json, now: datetime) -> date:
    return now.astimezone(zone_of(meta) or UTC).date()
