"""Conversion of Yahoo's charts (``v8/finance/chart``) to histories, dividends and splits.

Peculiarities:

- Prices and dividends of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``).
- Prices and dividends are adjusted for all later splits.
- While the market is open, the last bar of a week, month or quarter is split: the live day is a row of its
  own. In daily bars it may be there twice.
- The newest price may be sent beyond the requested end, and bars outside the trading hours unasked.
- Daily bars are stamped with the opening of the session, in some zones an hour or two before midnight.
- A row without any price is a day without trading.
- 30-minute bars are sometimes hourly ones, so they are made of 15-minute bars.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.market_data import CorporateActions, Dividend, History, HistoryRequest, Split
from shared.domain.terms import Interval
from shared.errors import ProviderBadPayloadError
from shared.market.analysis.exchanges import time_zone_of
from shared.market.analysis.periods import is_intraday, last_day, spans_days
from shared.market.providers.candles import RawCandle, plausible_candles
from shared.market.providers.fields import (
    Json,
    convert_each,
    count,
    currency_and_factor,
    moment,
    number,
    part,
    quoted_at,
    scaled,
)
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.instruments import asset_type_of, may_be_negative

_REACH: Final[Mapping[Interval, timedelta]] = {
    "1m": timedelta(days=30),
    **dict.fromkeys(("2m", "5m", "15m", "30m", "90m"), timedelta(days=60)),
    **dict.fromkeys(("60m", "1h"), timedelta(days=730)),
}
_MARGIN: Final = timedelta(minutes=1)
"""For the time that a request takes: Yahoo refuses a start before the reach."""
_MINUTE_WINDOW: Final = timedelta(days=7)
"""Minute bars of more than a week are refused."""
_LENGTHS: Final[Mapping[Interval, timedelta]] = {
    "1m": timedelta(minutes=1), "2m": timedelta(minutes=2), "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15), "30m": timedelta(minutes=30), "60m": timedelta(hours=1),
    "1h": timedelta(hours=1), "90m": timedelta(minutes=90),
}  # fmt: skip
_DAY: Final = timedelta(days=1)
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_CLOCK_SKEW: Final = timedelta(hours=1)
"""Clocks of source and service differ; later bars lie in the future."""
_HALF_HOUR: Final = timedelta(minutes=30)
_LATE_EVENING: Final = 22
_MAX_DENOMINATOR: Final = 10_000

Hours = Mapping[date, tuple[datetime, datetime]]
"""Begin and end of trading by the exchange's date."""


def chart_queries(request: HistoryRequest, now: datetime) -> tuple[dict[str, object], ...]:
    """Returns the query parameters of the charts that a history is made of: several for many minute bars."""
    interval = "15m" if request.interval == "30m" else request.interval
    base: dict[str, object] = {"interval": interval, "includePrePost": "false", "events": "div,splits"}
    if request.start is None:
        return ({**base, "range": request.period},)
    start, end = _span(request, now)
    step = _MINUTE_WINDOW if request.interval == "1m" else max(end - start, _MARGIN)
    queries = []
    while start < end:
        stop = min(start + step, end)
        queries.append({**base, "period1": int(start.timestamp()), "period2": int(stop.timestamp())})
        start = stop
    return tuple(queries)


def history_from_charts(request: HistoryRequest, charts: Sequence[Json], now: datetime) -> History:
    """Returns the history in the results of one or several charts; without any, an empty one.

    Raises:
        ProviderBadPayloadError: There are candles, and none can be read.
    """
    meta = part(charts[-1], "meta") if charts else {}
    zone = _zone_of(meta) or time_zone_of(request.symbol)
    currency, factor = currency_and_factor(meta.get("currency"))
    raw = [candle for chart in charts for candle in _timed_rows(chart)]
    rows = convert_each(NAME, "candles", raw, lambda row: _raw_candle(row, factor, now))
    hours = _trading_hours(charts, zone) if is_intraday(request.interval) else {}
    asset_type = asset_type_of(meta.get("instrumentType")) if meta else None
    arranged = _arranged(rows.records, request, zone, hours, now)
    negative = may_be_negative(asset_type, request.symbol)
    priced = plausible_candles(arranged, may_be_negative=negative)
    if arranged and not priced.candles:
        raise ProviderBadPayloadError(NAME, "no candle of the response can be read")
    return History(
        source=NAME,
        as_of=quoted_at(meta.get("regularMarketTime"), now),
        fetched_at=now,
        quality=(*rows.remarks, *priced.remarks),
        symbol=request.symbol,
        asset_type=asset_type,
        currency=currency,
        period=request.period,
        interval=request.interval,
        adjustment="split",
        actions=actions_from_charts(charts, now),
        candles=priced.candles,
    )


def actions_from_charts(charts: Sequence[Json], now: datetime) -> CorporateActions:
    """Returns the dividends and splits of charts, with dates of the exchange.

    Yahoo adjusts amounts for all later splits and quotes them in the unit of the price, unless the event has
    a currency of its own. Announced events that lie ahead are left out.
    """
    dividends: dict[date, Dividend] = {}
    splits: dict[date, Split] = {}
    for chart in charts:
        meta, events = part(chart, "meta"), part(chart, "events")
        zone = _zone_of(meta) or UTC
        today = now.astimezone(zone).date()
        for day, event in _events(events, "dividends", zone):
            currency, factor = currency_and_factor(event.get("currency") or meta.get("currency"))
            amount = scaled(event.get("amount"), factor)
            if day <= today and amount is not None and amount > 0:
                dividends[day] = Dividend(ex_date=day, amount=amount, currency=currency)
        for day, event in _events(events, "splits", zone):
            if day <= today and (ratio := _split_ratio(event)) is not None:
                splits[day] = Split(date=day, numerator=ratio.numerator, denominator=ratio.denominator)
    return CorporateActions(
        adjustment="split",
        dividends=tuple(dividends[day] for day in sorted(dividends)),
        splits=tuple(splits[day] for day in sorted(splits)),
    )


def _span(request: HistoryRequest, now: datetime) -> tuple[datetime, datetime]:
    """Returns the moments at which the requested dates begin at the exchange, as far as Yahoo reaches."""
    zone = time_zone_of(request.symbol)
    start = datetime.combine((request.start or now).date(), time(), zone)
    end = now if request.end is None else datetime.combine(request.end.date(), time(), zone)
    if (reach := _REACH.get(request.interval)) is not None:
        start = max(start, now - reach + _MARGIN)
    return start, end


def _timed_rows(chart: Json) -> Iterator[dict[str, object]]:
    """Yields the values of each bar by name; columns may be absent or too short."""
    indicators = part(chart, "indicators")
    columns = {**_first_table(indicators, "quote"), **_first_table(indicators, "adjclose")}
    stamps = chart.get("timestamp")
    for index, stamp in enumerate(stamps if isinstance(stamps, list) else ()):
        values = {
            name: column[index] if isinstance(column, list) and index < len(column) else None
            for name, column in columns.items()
        }
        yield {**values, "timestamp": stamp}


def _first_table(indicators: Json, name: str) -> Json:
    tables = indicators.get(name)
    table = tables[0] if isinstance(tables, list) and tables else None
    return table if isinstance(table, Mapping) else {}


def _raw_candle(row: Json, factor: str, now: datetime) -> RawCandle | None:
    """Returns the bar as it is, None for a day without trading.

    Raises:
        ValueError: The bar has no plausible moment.
    """
    started = moment(row.get("timestamp"))
    if started is None or not _EARLIEST <= started <= now + _CLOCK_SKEW:
        raise ValueError("a bar without a plausible moment")
    if all(row.get(name) is None for name in ("open", "high", "low", "close")):
        return None
    return RawCandle(
        timestamp=started,
        open=scaled(row.get("open"), factor),
        high=scaled(row.get("high"), factor),
        low=scaled(row.get("low"), factor),
        close=scaled(row.get("close"), factor),
        adjusted_close=scaled(row.get("adjclose"), factor),
        volume=count(row.get("volume")),
    )


def _arranged(
    rows: Iterable[RawCandle], request: HistoryRequest, zone: tzinfo, hours: Hours, now: datetime
) -> list[RawCandle]:
    """Returns the bars of the requested span, one for each interval."""
    ordered = sorted(rows, key=lambda row: row.timestamp)
    if request.start is not None:
        end = _span(request, now)[1]
        ordered = [row for row in ordered if request.end is None or row.timestamp < end]
    if is_intraday(request.interval):
        traded = [row for row in ordered if _is_traded(row, _LENGTHS[request.interval], zone, hours)]
        return _half_hours(traded, zone, hours) if request.interval == "30m" else traded
    dated = [replace(row, timestamp=_midnight(row.timestamp, zone)) for row in ordered]
    if not spans_days(request.interval) or len(dated) < 2:
        return dated
    *earlier, bar, live = dated
    if live.timestamp.date() <= last_day(request.interval, bar.timestamp.date()):
        return [*earlier, _merged([bar, live], bar.timestamp)]
    return dated


def _midnight(started: datetime, zone: tzinfo) -> datetime:
    local = started.astimezone(zone)
    if local.hour >= _LATE_EVENING and local.minute == 0:
        local += timedelta(hours=24 - local.hour)
    return datetime(local.year, local.month, local.day, tzinfo=UTC)


def _trading_hours(charts: Sequence[Json], zone: tzinfo) -> Hours:
    hours: dict[date, tuple[datetime, datetime]] = {}
    for chart in charts:
        for period in _periods(part(chart, "meta").get("tradingPeriods")):
            start, end = moment(period.get("start")), moment(period.get("end"))
            if start is not None and end is not None and start < end <= start + _DAY:
                hours[start.astimezone(zone).date()] = (start, end)
    return hours


def _periods(nested: object) -> Iterator[Json]:
    """Yields the trading periods, which come as a list of lists."""
    if isinstance(nested, Mapping):
        yield nested
    elif isinstance(nested, list):
        for item in nested:
            yield from _periods(item)


def _is_traded(row: RawCandle, length: timedelta, zone: tzinfo, hours: Hours) -> bool:
    """Returns whether the bar overlaps the trading hours of its day, or these are not known."""
    known = hours.get(row.timestamp.astimezone(zone).date())
    return known is None or (row.timestamp < known[1] and row.timestamp + length > known[0])


def _half_hours(rows: Sequence[RawCandle], zone: tzinfo, hours: Hours) -> list[RawCandle]:
    """Merges bars of 15 minutes to bars of 30, counted from the opening."""

    def begin(row: RawCandle) -> datetime:
        day = row.timestamp.astimezone(zone).date()
        opening = hours[day][0] if day in hours else datetime.combine(day, time(), zone).astimezone(UTC)
        return opening + (row.timestamp - opening) // _HALF_HOUR * _HALF_HOUR

    return [_merged(list(group), start) for start, group in groupby(rows, key=begin)]


def _merged(rows: Sequence[RawCandle], timestamp: datetime) -> RawCandle:
    """Returns one bar over consecutive ones; missing values are passed over."""

    def known(name: str) -> list[float]:
        return [value for row in rows if (value := getattr(row, name)) is not None]

    opens, highs, lows, closes = (known(name) for name in ("open", "high", "low", "close"))
    adjusted, volumes = known("adjusted_close"), [row.volume for row in rows if row.volume is not None]
    return RawCandle(
        timestamp=timestamp,
        open=opens[0] if opens else None,
        high=max(highs, default=None),
        low=min(lows, default=None),
        close=closes[-1] if closes else None,
        adjusted_close=adjusted[-1] if adjusted else None,
        volume=sum(volumes) if volumes else None,
    )


def _events(events: Json, kind: str, zone: tzinfo) -> Iterator[tuple[date, Json]]:
    for event in part(events, kind).values():
        if isinstance(event, Mapping) and (when := moment(event.get("date"))) is not None:
            yield when.astimezone(zone).date(), event


def _split_ratio(event: Json) -> Fraction | None:
    numerator, denominator = number(event.get("numerator")), number(event.get("denominator"))
    if not numerator or not denominator or numerator <= 0 or denominator <= 0:
        return None
    ratio = (Fraction(numerator) / Fraction(denominator)).limit_denominator(_MAX_DENOMINATOR)
    return ratio if ratio > 0 else None


def _zone_of(meta: Json) -> tzinfo | None:
    try:
        return ZoneInfo(str(meta.get("exchangeTimezoneName")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
