"""Conversion of Yahoo's quotes, news and search hits to our records.

Peculiarities of its figures:

- Prices of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``), while the market value
  of the same response is in the whole one. Prices are converted.
- A missing figure is absent, null, ``{}``, or a text such as ``Infinity``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Article,
    MarketState,
    Quote,
    SymbolInfo,
)
from shared.domain.symbols import SYMBOL_PATTERN
from shared.market.providers.fields import (
    Json,
    count,
    currency_and_factor,
    day_range,
    difference,
    moment,
    number,
    part,
    percent_change,
    published_at,
    quoted_at,
    scaled,
    text,
    traded_price,
)
from shared.market.providers.issuers import name_with_security, security_of
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.instruments import (
    asset_type_of,
    may_be_negative,
    recommended_decimals,
    traded_volume,
)
from shared.market.providers.yahoo.market_values import market_value, market_value_remarks

_MARKET_STATES: Final[Mapping[str, MarketState]] = {
    "PREPRE": "closed",
    "PRE": "pre",
    "REGULAR": "regular",
    "POST": "post",
    "POSTPOST": "closed",
    "CLOSED": "closed",
}


def quote_from_batch(row: Json, fetched_at: datetime) -> Quote | None:
    """Returns a quote from a row of ``v7/finance/quote``; None without a price (a halted or new listing)."""
    return _quote(
        row,
        fetched_at,
        asset_type=row.get("quoteType"),
        previous=row.get("regularMarketPreviousClose"),
        opened=row.get("regularMarketOpen"),
        state=text(row.get("marketState")),
    )


def quote_from_chart(result: Json, fetched_at: datetime) -> Quote | None:
    """Returns a quote from the chart of one day, for when batches are refused."""
    meta = part(result, "meta")
    bars = part(result, "indicators").get("quote")
    first = bars[0] if isinstance(bars, Sequence) and bars else {}
    opens = first.get("open") if isinstance(first, Mapping) else None
    return _quote(
        meta,
        fetched_at,
        asset_type=meta.get("instrumentType"),
        previous=meta.get("previousClose") or meta.get("chartPreviousClose"),
        opened=opens[-1] if isinstance(opens, Sequence) and opens else None,
        state=None,
    )


def _quote(
    row: Json,
    fetched_at: datetime,
    *,
    asset_type: object,
    previous: object,
    opened: object,
    state: str | None,
) -> Quote | None:
    currency, factor = currency_and_factor(row.get("currency"))
    kind = asset_type_of(asset_type)
    negative = may_be_negative(kind, str(row["symbol"]))

    def known(raw: object) -> float | None:
        return traded_price(scaled(raw, factor), may_be_negative=negative)

    price = known(row.get("regularMarketPrice"))
    if price is None:
        if number(row.get("regularMarketPrice")):
            raise ValueError("a price below zero")
        return None
    before = known(previous)
    high, low = day_range(known(row.get("regularMarketDayHigh")), known(row.get("regularMarketDayLow")))
    market_cap = market_value(count(row.get("marketCap")), price, row, factor)
    decimals = recommended_decimals(row.get("priceHint"), factor, price)
    quote = Quote(
        source=NAME,
        as_of=quoted_at(row.get("regularMarketTime"), fetched_at),
        fetched_at=fetched_at,
        quality=market_value_remarks(price, market_cap, row),
        symbol=str(row["symbol"]).upper(),
        name=text(row.get("longName")) or text(row.get("shortName")),
        asset_type=kind,
        currency=currency,
        exchange=text(row.get("fullExchangeName")) or text(row.get("exchangeName")),
        price=price,
        previous_close=before,
        change=difference(price, before),
        change_percent=percent_change(price, before),
        open=known(opened),
        day_high=high,
        day_low=low,
        volume=traded_volume(row.get("regularMarketVolume"), kind),
        market_cap=market_cap,
        market_state=_MARKET_STATES.get(state or ""),
        price_decimals=customary_decimals(price, currency, kind) if decimals is None else decimals,
    )
    update = _extended_hours(row, "pre", known, price) | _extended_hours(row, "post", known, price)
    return quote.model_copy(update=update)


def _extended_hours(
    row: Json, session: str, known: Callable[[object], float | None], price: float
) -> dict[str, float | None]:
    """Returns the fields of the pre- or post-market session; None when the last price is newer than it."""
    later = known(row.get(f"{session}MarketPrice"))
    traded, regular = (moment(row.get(f"{name}MarketTime")) for name in (session, "regular"))
    if traded is not None and regular is not None and traded < regular:
        later = None
    return {
        f"{session}_market_price": later,
        f"{session}_market_change": difference(later, price),
        f"{session}_market_change_percent": percent_change(later, price),
    }


def article_from_stream(entry: Json, now: datetime) -> Article | None:
    """Returns an article of the news stream, None for an advertisement. A date in the future is no date.

    Raises:
        ValueError: It has no title or no link.
    """
    if entry.get("ad"):
        return None
    content = part(entry, "content")
    url = text(part(content, "canonicalUrl").get("url")) or text(part(content, "clickThroughUrl").get("url"))
    title = text(content.get("title"))
    if not title or not url or not url.startswith(("https://", "http://")):
        raise ValueError("an article without title or link")
    return Article(
        title=title,
        publisher=text(part(content, "provider").get("displayName")),
        url=url,
        published_at=published_at(_iso_moment(content.get("pubDate")), now),
        summary=text(content.get("summary")),
        sentiment=None,
    )


def symbol_from_search(row: Json) -> SymbolInfo | None:
    """Returns a hit of the search; None for companies without a listing."""
    symbol = text(row.get("symbol"))
    if symbol is None or not re.fullmatch(SYMBOL_PATTERN, symbol):
        return None
    name = text(row.get("longname")) or text(row.get("shortname"))
    return SymbolInfo(
        symbol=symbol,
        name=name_with_security(name, security_of(symbol, name, text(row.get("shortname")))),
        asset_type=asset_type_of(row.get("quoteType")),
        exchange=text(row.get("exchDisp")) or text(row.get("exchange")),
        country=None,
        currency=None,
        sector=text(row.get("sector")),
    )


def _iso_moment(raw: object) -> datetime | None:
    try:
        written = datetime.fromisoformat(str(raw).strip())
        return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
