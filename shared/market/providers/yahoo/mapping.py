"""Conversion of Yahoo's quotes, news and search hits to our records.

Peculiarities of its figures:

- Prices of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``), while the market value
  of the same response is in the whole one. Prices are converted.
- A missing figure is absent, null, ``{}``, or a text such as ``Infinity``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Article,
    AssetType,
    MarketState,
    Quote,
    SymbolInfo,
)
from shared.domain.symbols import SYMBOL_PATTERN
from shared.market.providers.fields import (
    Json,
    count,
    currency_and_factor,
    difference,
    part,
    percent_change,
    published_at,
    quoted_at,
    scaled,
    text,
    whole,
)
from shared.market.providers.issuers import name_with_security, security_of
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.fundamentals import market_value_remarks
from shared.market.providers.yahoo.instruments import asset_type_of, may_be_negative

_MARKET_STATES: Final[Mapping[str, MarketState]] = {
    "PREPRE": "closed",
    "PRE": "pre",
    "REGULAR": "regular",
    "POST": "post",
    "POSTPOST": "closed",
    "CLOSED": "closed",
}
_MAX_DECIMALS: Final = 10


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
    price = scaled(row.get("regularMarketPrice"), factor)
    if not price:
        return None
    kind = asset_type_of(asset_type)
    if price < 0 and not may_be_negative(kind, str(row["symbol"])):
        raise ValueError("a price below zero")
    before = scaled(previous, factor)
    pre, post = (scaled(row.get(key), factor) or None for key in ("preMarketPrice", "postMarketPrice"))
    market_cap = count(row.get("marketCap"))
    return Quote(
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
        open=scaled(opened, factor) or None,
        day_high=scaled(row.get("regularMarketDayHigh"), factor) or None,
        day_low=scaled(row.get("regularMarketDayLow"), factor) or None,
        volume=count(row.get("regularMarketVolume")),
        market_cap=market_cap or None,
        market_state=_MARKET_STATES.get(state or ""),
        price_decimals=_price_decimals(row.get("priceHint"), factor, price, currency, kind),
        pre_market_price=pre,
        pre_market_change=difference(pre, price),
        pre_market_change_percent=percent_change(pre, price),
        post_market_price=post,
        post_market_change=difference(post, price),
        post_market_change_percent=percent_change(post, price),
    )


def _price_decimals(hint: object, factor: str, price: float, currency: str | None, kind: AssetType) -> int:
    """Returns Yahoo's hint, in whole currency; the customary decimals where it is absent or shows a zero."""
    decimals = whole(hint)
    if decimals is not None and 0 <= decimals <= _MAX_DECIMALS:
        decimals += len(factor.partition(".")[2])
        if abs(price) >= 10**-decimals:
            return decimals
    return customary_decimals(price, currency, kind)


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
