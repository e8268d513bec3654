"""Conversion of Yahoo's charts (``v8/finance/chart``) to histories, dividends and splits.

Peculiarities:

- Prices and dividends of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``).
- Prices and dividends are adjusted for all later splits.
- While the market is open, the last bar of a week, month or quarter is split: the live day is a row of its
  own. In daily bars it may be there twice.
- The newest price may be sent beyond the requested end, and bars outside the trading hours unasked.
- Of futures, the live row of the evening belongs to the session of the next day.
- Daily bars are stamped with the opening of the session, in some zones an hour or two before midnight.
- A row without any price is a day without trading.
- 30-minute bars are sometimes hourly ones, so they are made of 15-minute bars.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Final

from shared.domain.market_data import AssetType, History, HistoryRequest
from shared.domain.terms import Interval
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.analysis.coarser_candles import COARSER_INTERVALS, first_day
from shared.market.analysis.exchanges import time_zone_of
from shared.market.analysis.periods import is_intraday, last_day, spans_days
from shared.market.providers.candles import RawCandle, plausible_candles
from shared.market.providers.fields import (
    Json,
    convert_each,
    currency_and_factor,
    moment,
    part,
    quoted_at,
    scaled,
)
from shared.market.providers.yahoo.chart_events import actions_from_charts, zone_of
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.instruments import (
    asset_type_of,
    may_be_negative,
    recommended_decimals,
    traded_volume,
)

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
_EVENING: Final = 18
_FUTURE: Final = "=F"
_TRADED_ON_SUNDAYS: Final = (_FUTURE, "=X")
_FRIDAY, _SUNDAY = 4, 6

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
    zone = zone_of(meta) or time_zone_of(request.symbol)
    currency, factor = currency_and_factor(meta.get("currency"))
    asset_type = asset_type_of(meta.get("instrumentType")) if meta else None
    raw = [candle for chart in charts for candle in _timed_rows(chart)]
    rows = convert_each(NAME, "candles", raw, lambda row: _raw_candle(row, factor, asset_type, now))
    hours = _trading_hours(charts, zone) if is_intraday(request.interval) else {}
    arranged = _arranged(rows.records, request, zone, hours, now)
    negative = may_be_negative(asset_type, request.symbol)
    priced = plausible_candles(arranged, may_be_negative=negative)
    if arranged and not priced.candles:
        raise ProviderBadPayloadError(NAME, "no candle of the response can be read")
    actions, remarks = actions_from_charts(charts, now)
    return History(
        source=NAME,
        as_of=quoted_at(meta.get("regularMarketTime"), now),
        fetched_at=now,
        quality=(*rows.remarks, *remarks, *priced.remarks),
        changes=priced.changes,
        symbol=request.symbol,
        asset_type=asset_type,
        currency=currency,
        period=request.period,
        interval=request.interval,
        adjustment="split",
        price_decimals=_price_decimals(meta, factor),
        actions=actions,
        candles=priced.candles,
    )


def _price_decimals(meta: Json, factor: str) -> int | None:
    price = scaled(meta.get("regularMarketPrice"), factor)
    return recommended_decimals(meta.get("priceHint"), factor, price) if price else None


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


def _raw_candle(row: Json, factor: str, asset_type: AssetType | None, now: datetime) -> RawCandle | None:
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
        volume=traded_volume(row.get("volume"), asset_type),
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
    if ordered and request.symbol.endswith(_TRADED_ON_SUNDAYS):
        dated[-1] = _of_coming_session(dated, ordered[-1].timestamp.astimezone(zone), request.symbol)
    return _with_live_day(dated, ordered[-1].timestamp, request, zone) if ordered else dated


def _of_coming_session(dated: Sequence[RawCandle], live_at: datetime, symbol: str) -> RawCandle:
    """Returns the last row, in the evening dated with the session that has begun.

    The week of currencies and futures begins on Sunday evening; each session of futures on the evening
    before, where the row of the evening stands beside that of the day.
    """
    live = dated[-1]
    has_own_row = symbol.endswith(_FUTURE) and any(row.timestamp == live.timestamp for row in dated[:-1])
    is_evening = live_at.hour >= _EVENING and live.timestamp.date() == live_at.date()
    if not (is_evening and (has_own_row or live_at.weekday() == _SUNDAY)):
        return live
    days = 3 if live_at.weekday() == _FRIDAY else 1
    return replace(live, timestamp=live.timestamp + timedelta(days=days))


def _with_live_day(
    dated: list[RawCandle], live_at: datetime, request: HistoryRequest, zone: tzinfo
) -> list[RawCandle]:
    """Returns the bars with the row of the live day as a part of the last bar, if that spans days.

    On the first day of a week, month or quarter the live row may be all there is of the bar.
    """
    if not spans_days(request.interval):
        return dated
    *earlier, live = dated
    if earlier and live.timestamp.date() <= last_day(request.interval, earlier[-1].timestamp.date()):
        return [*earlier[:-1], _merged([earlier[-1], live], earlier[-1].timestamp)]
    if live_at.astimezone(zone).time() == time() or request.interval not in COARSER_INTERVALS:
        return dated
    first = first_day(live.timestamp.date(), request.interval)
    return [*earlier, replace(live, timestamp=datetime.combine(first, time(), UTC))]


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
