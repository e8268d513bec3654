"""Conversion of Alpha Vantage's responses to our records.

Every figure is a text; a missing one is ``None``, ``-`` or ``n/a``. Margins, returns, growth and the dividend
yield are fractions, as ours are; the change of a quote is in percent with the sign behind it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Actions,
    Article,
    AssetType,
    Dividend,
    Quote,
    Split,
    SymbolInfo,
)
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers import fields
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.candles import RawCandle
from shared.market.providers.day_change import day_change
from shared.market.providers.fields import (
    Converted,
    Json,
    count,
    day_range,
    not_after,
    number,
    published_at,
    split_ratio,
    traded_price,
)
from shared.market.providers.us_listings import asset_type_of

CURRENCY: Final = "USD"
"""Of every requested symbol; quotes and histories do not say."""

_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "Equity": "equity",
    "Stock": "equity",
    "Common Stock": "equity",
    "ETF": "etf",
    "Mutual Fund": "mutual_fund",
}
_ABSENT: Final = frozenset({"", "-", "None", "N/A", "n/a"})


def quote(requested: str, row: Json, closed_at: datetime | None, fetched_at: datetime) -> Quote:
    """Returns a quote from ``Global Quote``: of the end of the latest trading day.

    Args:
        requested: The symbol that was requested.
        row: The record.
        closed_at: When the session of the latest trading day closed; None if the day cannot be read.
        fetched_at: The present moment.

    Raises:
        ProviderBadPayloadError: There is no price, or the record is about another symbol.
    """
    check_symbol(requested, row.get("01. symbol"))
    price = _required(row, "05. price")
    moved = day_change(price, traded_price(number(row.get("08. previous close"))))
    high, low = day_range(*(traded_price(number(row.get(key))) for key in ("03. high", "04. low")))
    return Quote(
        source=NAME,
        as_of=not_after(closed_at, fetched_at),
        fetched_at=fetched_at,
        symbol=requested,
        name=None,
        asset_type=asset_type_of(requested),
        currency=CURRENCY,
        exchange=None,
        price=price,
        previous_close=moved.previous_close,
        change=moved.change,
        change_percent=moved.change_percent,
        quality=moved.remarks,
        open=traded_price(number(row.get("02. open"))),
        day_high=high,
        day_low=low,
        volume=count(row.get("06. volume")),
        market_cap=None,
        market_state=None,
        price_decimals=customary_decimals(price, CURRENCY),
    )


def trading_day(row: Json) -> date | None:
    """Returns the latest trading day of a ``Global Quote``."""
    return day_of(row.get("07. latest trading day"))


def candle(day: str, row: Json, today: date) -> RawCandle:
    """Returns a daily candle, which begins at midnight UTC of its date.

    Raises:
        ValueError: The date is malformed or in the future.
    """
    if date.fromisoformat(day) > today:
        raise ValueError("a candle in the future")
    return _bar(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC), row)


def intraday_candle(written: str, zone: object, row: Json, now: datetime) -> RawCandle:
    """Returns a candle shorter than a day.

    Args:
        written: Its start as the response has it: ``2026-11-20 09:30:00``.
        zone: The zone of that: ``US/Eastern``.
        row: The record.
        now: The present moment.

    Raises:
        ValueError: The start is malformed or in the future.
    """
    started = local_moment(written, zone)
    if started is None or started > now:
        raise ValueError("a candle without a start that has come")
    return _bar(started, row)


def local_moment(raw: object, zone: object) -> datetime | None:
    """Returns a moment written without offset, in UTC; None when it or the zone is malformed."""
    try:
        local = datetime.fromisoformat(str(raw)).replace(tzinfo=ZoneInfo(str(zone or "UTC")))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    return local.astimezone(UTC)


def _bar(timestamp: datetime, row: Json) -> RawCandle:
    return RawCandle(
        timestamp=timestamp,
        open=number(row.get("1. open")),
        high=number(row.get("2. high")),
        low=number(row.get("3. low")),
        close=number(row.get("4. close")),
        adjusted_close=None,
        volume=count(row.get("5. volume")),
    )


def actions(
    symbol: str, dividends: Converted[Dividend], splits: Converted[Split], fetched_at: datetime
) -> Actions:
    """Returns corporate actions from ``DIVIDENDS`` and ``SPLITS``; amounts are as paid."""
    return Actions(
        source=NAME,
        as_of=fetched_at,
        fetched_at=fetched_at,
        quality=(*dividends.remarks, *splits.remarks),
        symbol=symbol,
        adjustment="none",
        dividends=tuple(sorted(dividends.records, key=lambda dividend: dividend.ex_date)),
        splits=tuple(sorted(splits.records, key=lambda split: split.date)),
    )


def dividend(row: Json, today: date) -> Dividend | None:
    """Returns a dividend; None for one that lies ahead.

    Raises:
        ValueError: Date or amount is malformed.
    """
    day, amount = day_of(row.get("ex_dividend_date")), number(row.get("amount"))
    if day is None or (amount is None and day <= today):
        raise ValueError("a dividend without date or amount")
    if day > today or not amount or amount < 0:
        return None
    return Dividend(ex_date=day, amount=amount, currency=CURRENCY)


def split(row: Json, today: date) -> Split | None:
    """Returns a split; None for one that lies ahead, or that leaves the shares as they are.

    Raises:
        ValueError: Date or factor is malformed.
    """
    day, ratio = day_of(row.get("effective_date")), split_ratio(number(row.get("split_factor")))
    if day is None or ratio is None:
        raise ValueError("a split without date or factor")
    if day > today or ratio == 1:
        return None
    return Split(date=day, numerator=ratio.numerator, denominator=ratio.denominator)


def article(row: Json, symbol: str, now: datetime) -> Article:
    """Returns an article with its sentiment for the symbol.

    Raises:
        ValueError: It has no title or no link.
    """
    title, url = text_of(row.get("title")), text_of(row.get("url"))
    if not title or not url or not url.startswith(("https://", "http://")):
        raise ValueError("an article without title or link")
    return Article(
        title=title,
        publisher=text_of(row.get("source")),
        url=url,
        published_at=published_at(_moment(row.get("time_published")), now),
        summary=text_of(row.get("summary")),
        sentiment=_sentiment(row, symbol),
    )


def has_no_articles(answer: Json) -> bool:
    """Returns whether a response says in words that there are no articles."""
    return "feed" not in answer and "no articles" in str(answer.get("Information", "")).lower()


def symbol_info(row: Json) -> SymbolInfo:
    """Returns a hit of ``SYMBOL_SEARCH``."""
    return SymbolInfo(
        symbol=str(row["1. symbol"]),
        name=text_of(row.get("2. name")),
        asset_type=_ASSET_TYPES.get(str(row.get("3. type")), "other"),
        exchange=None,
        country=text_of(row.get("4. region")),
        currency=fields.currency_and_factor(row.get("8. currency"))[0],
        sector=None,
    )


def check_symbol(requested: str, answered: object) -> None:
    """Rejects a response about another symbol.

    Raises:
        ProviderBadPayloadError: The response names another symbol.
    """
    named = answered.strip().upper().replace(".", "-") if isinstance(answered, str) else requested
    if named != requested:
        raise ProviderBadPayloadError(NAME, "the response is about another symbol")


def _sentiment(row: Json, symbol: str) -> float | None:
    tickers = row.get("ticker_sentiment")
    scores = [
        number(ticker.get("ticker_sentiment_score"))
        for ticker in (tickers if isinstance(tickers, list) else [])
        if isinstance(ticker, Mapping) and ticker.get("ticker") == symbol
    ]
    score = scores[0] if scores else number(row.get("overall_sentiment_score"))
    return None if score is None else max(-1.0, min(1.0, score))


def _required(row: Json, key: str) -> float:
    value = traded_price(number(row.get(key)))
    if value is None:
        raise ProviderBadPayloadError(NAME, "the response has no price")
    return value


def text_of(raw: object) -> str | None:
    """Returns a readable text; None for a placeholder of a missing value."""
    readable = fields.text(raw)
    return None if readable in _ABSENT else readable


def day_of(raw: object) -> date | None:
    """Returns a day from its ISO form; None when it is none."""
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


def _moment(raw: object) -> datetime | None:
    """Reads ``20261127T1330`` and ``20261127T133015``, which are UTC."""
    for pattern in ("%Y%m%dT%H%M%S", "%Y%m%dT%H%M"):
        try:
            # The first pattern would read 20261127T1330 as 13:03:00.
            if len(str(raw)) == (15 if pattern.endswith("%S") else 13):
                return datetime.strptime(str(raw), pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
