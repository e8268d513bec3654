"""Reads the figures and dates out of the JSON of a fact: fields of the contract, at any depth."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from shared.figures.facts.company_names import kind_of
from shared.figures.facts.data_texts import HOLDERS, MAPPINGS, MAX_DEPTH
from shared.figures.facts.known_figures import YIELD_NAMES, YIELDS, KnownDate, KnownFigure, holder_of
from shared.figures.reading.known_metrics import METRICS, Kind, metric_of_field
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.stated_periods import FactPeriod, fiscal_year_of

_WINDOWS: Final[Mapping[str, float]] = {
    "1d": 1, "5d": 7, "1wk": 7, "1mo": 30.4, "3mo": 91, "6mo": 182.6, "1y": 365.25, "2y": 730.5, "5y": 1826,
    "10y": 3652,
}  # fmt: skip
_CALENDAR_DAYS: Final = 365.25 / 252
"""Days of the calendar to one of trading."""
_OF_THE_DAY: Final = word_set(
    """
    price change change_percent open day_high day_low volume pre_market_price post_market_price
    """
)
_NOT_FIGURES: Final = word_set(
    """
    id fact_id source_id fiscal_year price_decimals cik sic limit number period time split_factor
    position version
    """
)
_MOMENTS: Final = frozenset({"as_of", "fetched_at"})
_END_FIELDS: Final = ("period_end", "end", "date", "ex_date", "reported_on", "timestamp", "published_at")
_ENDS: Final = frozenset(_END_FIELDS)
_QUARTER: Final = re.compile(r"Q([1-4])")
_WHOLE_YEAR: Final = "FY"
_OF_PERIODS: Final = frozenset({"period_end", "fiscal_period"})
"""Fields of records of reporting periods; the dates of others are those of days."""
_EVENTS: Final = (
    (re.compile(r"ex_date|ex_dividend|dividend_date|dividends"), "dividend"),
    (re.compile(r"split"), "split"),
    (re.compile(r"next|earnings|reported_on|report_date"), "earnings"),
    (re.compile(r"\.filed$"), "filing"),
)
_FRACTION_NAMES: Final = re.compile(
    r"margin|growth|yield|return_on|payout|ownership|held|expense_ratio|turnover|weight"
)
_PERCENT_NAMES: Final = re.compile(r"percent|pct")
_MAX_FRACTION: Final = 3.0
_RENAMED: Final = frozenset({"market_cap", "stake_value"})
_FUND: Final = "etf"
_NO_WORDS: Final[frozenset[str]] = frozenset()


class _Place(NamedTuple):
    """Where in the data a value stands."""

    fact_id: int | None
    symbol: str
    currency: str | None
    as_of: str | None
    period: FactPeriod | None
    day: FactPeriod | None
    window: float | None
    path: str = ""
    depth: int = 0


class _Found(NamedTuple):
    """What the data of a fact have."""

    figures: list[KnownFigure]
    dates: list[KnownDate]


def figures_of_data(
    data: Mapping[str, Any], fact_id: int | None = None, symbol: str = "", as_of: str | None = None
) -> _Found:
    """Returns the figures and dates of a fact's data.

    Args:
        data: The JSON of the contract.
        fact_id: The number of the fact, or None.
        symbol: The company, unless the data name it.
        as_of: RFC 3339 moment of the fact, unless the data tell it.
    """
    if "operation" in data and "operands" in data:
        return _Found(list(_of_calculation(data, fact_id, symbol)), [])
    as_of = data.get("as_of") or as_of
    day = _day(as_of)
    snapshot = FactPeriod(end=day, is_snapshot=True) if day else None
    of_day = FactPeriod(end=day, is_snapshot=True, is_day=True) if day else None
    window = _window(data) if "first_close" in data else None
    company = str(symbol or data.get("symbol") or "")
    # The figures of a fact of several companies, such as a watchlist, are of none of them.
    company = "" if "," in company else company
    place = _Place(fact_id, company, None, as_of, snapshot, of_day, window)
    found = _Found([], [])
    _add_mapping(data, place, found)
    return found


def _window(history: Mapping[str, Any]) -> float | None:
    """Returns the days of a history: of its period, or of its candles where first and last day are given."""
    named = _WINDOWS.get(str(history.get("period")))
    days, candles = _WINDOWS.get(str(history.get("interval"))), history.get("candle_count")
    if named is not None or days is None or not isinstance(candles, int):
        return named
    return candles * (days if days > 1 else _CALENDAR_DAYS)


def _of_calculation(data: Mapping[str, Any], fact_id: int | None, symbol: str) -> Iterator[KnownFigure]:
    """Yields the result of a calculation as a figure, for each company of its operands."""
    operation, value = str(data["operation"]), data.get("value")
    if not isinstance(value, int | float):
        return
    fields = [str(operand.get("figure", "")) for operand in data["operands"] if isinstance(operand, Mapping)]
    # The path of a figure ends in its field, or in "value" below it.
    names = [
        part.strip().lower().replace(" ", "_")
        for field in fields
        for part in field.split(".")[-2:]
        if part and not part.isdecimal()
    ]
    metrics = dict.fromkeys(_field(name).metric for name in names if name not in ("value", "lines"))
    grown = [name for name, metric in METRICS.items() if metric.base in metrics]
    is_percent = operation.endswith("percent")
    kind = Kind.PERCENT if is_percent else Kind.RATIO if operation == "ratio" else None
    also = (*metrics, *(("change_percent", "growth", *grown) if is_percent else ()))
    label = operation.removesuffix("_percent").replace("_", " ")
    for company in symbol.split(","):
        yield KnownFigure(
            fact_id,
            company,
            "calculation",
            label,
            float(value),
            kind,
            None,
            None,
            None,
            None,
            frozenset(),
            also,
        )


def _add_mapping(data: Mapping[str, Any], place: _Place, found: _Found) -> None:
    # All facts of an answer are read before its first word: generators would take half as long again.
    # Almost all values are exactly of one of these types.
    inner, add = _narrowed(data, place), found.figures.append
    for field, value in data.items():
        kind = type(value)
        if kind is float or kind is int:
            if field not in _NOT_FIGURES:
                add(_figure(field, value, inner) if field != "value" else _of_value(value, data, inner))
        elif kind is str:
            # Most texts are no dates: their fifth character tells.
            day = _day(value) if value[4:5] == "-" and field not in _MOMENTS else None
            if day is not None:
                found.dates.append(
                    KnownDate(inner.symbol, _event(f"{place.path}.{field}"), day, place.fact_id)
                )
        elif value is not None and place.depth < MAX_DEPTH:
            if isinstance(value, MAPPINGS):
                _add_mapping(value, _below(inner, str(field)), found)
            elif isinstance(value, list | tuple):
                _add_sequence(value, str(field), inner, found)


def _of_value(value: float, data: Mapping[str, Any], place: _Place) -> KnownFigure:
    """Returns a figure whose field is called ``value``: it is named by the label beside it, or its parent."""
    label = str(data.get("label") or data.get("name") or data.get("metric") or "")
    return _figure(label or place.path.rpartition(".")[2] or "value", value, place, data.get("unit"))


def _add_sequence(values: Sequence[Any], field: str, place: _Place, found: _Found) -> None:
    if field in ("articles", "history", "dividends", "splits", "filings", "peers"):
        # How many there are may be said, too.
        found.figures.append(_figure(field, len(values), place))
    largest = values[0].get("percent_held") if values and field == "institutions" else None
    if isinstance(largest, int | float):
        found.figures.append(_figure("largest_holder", largest, place))
    below = _below(place, field)
    for value in values:
        if isinstance(value, MAPPINGS):
            name = value.get("name") if field in HOLDERS else None
            row = below._replace(symbol=holder_of(place.symbol, str(name))) if name else below
            _add_mapping(value, row, found)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.figures.append(_figure(field, value, place))


def _below(place: _Place, field: str) -> _Place:
    fact_id, symbol, currency, as_of, period, day, window, path, depth = place
    return _Place(fact_id, symbol, currency, as_of, period, day, window, f"{path}.{field}", depth + 1)


def _narrowed(data: Mapping[str, Any], place: _Place) -> _Place:
    """Returns the place with what the mapping itself says: its symbol, currency and period."""
    fact_id, symbol, currency, as_of, period, day, window, path, depth = place
    own_period = _own_period(data, place)
    own_currency = data.get("currency")
    own_symbol = data.get("symbol") if depth else None
    if not (own_symbol or own_currency or own_period):
        return place
    return _Place(
        fact_id, str(own_symbol or symbol), str(own_currency) if own_currency else currency, as_of,
        own_period or period, day, window, path, depth,
    )  # fmt: skip


def _own_period(data: Mapping[str, Any], place: _Place) -> FactPeriod | None:
    if not (place.depth or "fiscal_year" in data or "date" in data):
        return None
    end = _first_day(data)
    year = data.get("fiscal_year")
    if end is None and not isinstance(year, int):
        return None
    name = str(data.get("fiscal_period") or "")
    found = _QUARTER.search(name) if name else None
    quarter = int(found[1]) if found else None
    is_day = not isinstance(year, int) and _OF_PERIODS.isdisjoint(data)
    told = _day(data.get("reported_on") or data.get("filed"))
    if not isinstance(year, int):
        # Not every source tells what a company calls its fiscal year.
        year = fiscal_year_of(end, quarter) if end and (quarter or name == _WHOLE_YEAR) else None
    return FactPeriod(year, quarter, end, is_day=is_day, told=told)


class _FieldMeaning(NamedTuple):
    """What a field of the contract holds."""

    metric: str
    label: str
    kind: Kind | None
    fraction: bool
    has_currency: bool
    is_change: bool
    is_plain: bool


@lru_cache(maxsize=4096)
def _field(name: str) -> _FieldMeaning:
    metric = metric_of_field(name) or name.replace("_", " ")
    known = METRICS.get(metric)
    kind = known.kind if known else Kind.PERCENT if _PERCENT_NAMES.search(name) else None
    fraction = known.fraction if known else kind is None and _FRACTION_NAMES.search(name) is not None
    has_currency = kind in (Kind.PRICE, Kind.MONEY, None)
    is_change = metric in ("change", "change_percent")
    is_told_otherwise = is_change or metric == "first_close" or metric in _OF_THE_DAY or metric in _RENAMED
    is_plain = kind not in (Kind.PRICE, None) and not fraction and not is_told_otherwise
    return _FieldMeaning(metric, name.replace("_", " "), kind, fraction, has_currency, is_change, is_plain)


def _figure(name: str, value: float, place: _Place, unit: object = None) -> KnownFigure:
    metric, label, kind, fraction, has_currency, is_change, is_plain = _field(name)
    fact_id, symbol, currency, as_of, period, day, over, _, depth = place
    if is_plain and unit is None:
        # Most fields are so: their values are as they are written, and of the time of their mapping.
        own = currency if has_currency else None
        return KnownFigure(fact_id, symbol, metric, label, float(value), kind, own, period, as_of)
    number, window = float(value), None
    if (fraction and (kind is not None or abs(number) <= _MAX_FRACTION)) or (
        unit == "fraction" and kind in (None, Kind.PERCENT)
    ):
        number, kind = number * 100, Kind.PERCENT
    elif kind is None and unit in ("percent", "%"):
        kind = Kind.PERCENT
    is_yield = kind is Kind.PRICE and symbol in YIELDS
    kind = Kind.PERCENT if is_yield else kind
    if is_change:
        window = 1.0 if over is None and not depth else over
    elif metric == "first_close":
        window = over
    if metric in _OF_THE_DAY and period is not None and period.is_snapshot:
        period = day if over is None or metric == "price" else period
    return KnownFigure(
        fact_id, symbol, metric, label, number, kind,
        currency if has_currency and not is_yield else None, period, as_of, window,
        _NO_WORDS, YIELD_NAMES if is_yield else _other_names(metric, symbol) if metric in _RENAMED else (),
    )  # fmt: skip


def _other_names(metric: str, symbol: str) -> tuple[str, ...]:
    """Returns what a metric is called as well: the value of a fund is what it manages."""
    if metric == "market_cap" and kind_of(symbol) == _FUND:
        return ("total_assets",)
    return ("market_cap",) if metric == "stake_value" else ()


@lru_cache(maxsize=4096)
def _event(path: str) -> str:
    return next((event for pattern, event in _EVENTS if pattern.search(path)), "")


def _first_day(data: Mapping[str, Any]) -> date | None:
    """Returns the day on which what a mapping tells of ends; None without one."""
    for name in _END_FIELDS if not _ENDS.isdisjoint(data) else ():
        if name in data and (day := _day(data[name])) is not None:
            return day
    return None


def _day(value: object) -> date | None:
    """Returns the day of a date or of a moment: ``2026-09-30T20:00:00Z``; None for another value."""
    if not isinstance(value, str) or value[4:5] != "-" or value[7:8] != "-" or value[10:11] not in ("", "T"):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
