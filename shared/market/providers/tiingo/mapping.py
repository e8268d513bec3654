"""Conversion of Tiingo's records to ours. Prices are in US dollars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import AssetType, CorporateActions, Dividend, Quote, Split, SymbolInfo
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.candles import RawCandle
from shared.market.providers.day_change import day_change
from shared.market.providers.fields import (
    Json,
    count,
    day_range,
    number,
    published_at,
    split_ratio,
    text,
    traded_price,
)
from shared.market.providers.tiingo.errors import NAME

CURRENCY: Final = "USD"
_ASSET_TYPES: Final[dict[str, AssetType]] = {
    "Stock": "equity",
    "ETF": "etf",
    "Mutual Fund": "mutual_fund",
}


@dataclass(frozen=True)
class DailyRecord:
    """One session: the prices as traded, and what happened at its start.

    Attributes:
        dividend: Cash per share as paid; 0 without one.
        split: New shares per old share; 1 without a split.
    """

    candle: RawCandle
    dividend: float
    split: float

    @property
    def day(self) -> date:
        """The date of the session."""
        return self.candle.timestamp.date()


def symbol_of(row: Json) -> str:
    """Returns the symbol of a record in our spelling; empty without one."""
    return str(row.get("ticker") or "").upper()


def quote(symbol: str, asset_type: AssetType, row: Json, now: datetime) -> Quote:
    """Returns the last price of a symbol.

    Raises:
        ProviderBadPayloadError: The record has no price.
    """
    price = traded_price(number(row.get("tngoLast"))) or traded_price(number(row.get("last")))
    if price is None:
        raise ProviderBadPayloadError(NAME, "the quote has no price")
    moved = day_change(price, traded_price(number(row.get("prevClose"))))
    high, low = day_range(*(traded_price(number(row.get(key))) for key in ("high", "low")))
    when = _moment(row.get("timestamp"))
    return Quote(
        source=NAME,
        as_of=published_at(min(when, now), now) if when else None,
        fetched_at=now,
        symbol=symbol,
        name=None,
        asset_type=asset_type,
        currency=CURRENCY,
        exchange=None,
        price=price,
        previous_close=moved.previous_close,
        change=moved.change,
        change_percent=moved.change_percent,
        quality=moved.remarks,
        open=traded_price(number(row.get("open"))),
        day_high=high,
        day_low=low,
        volume=count(row.get("volume")),
        market_cap=None,
        market_state=None,
        price_decimals=customary_decimals(price, CURRENCY),
    )


def daily_record(row: Json, today: date) -> DailyRecord:
    """Returns one session.

    Raises:
        ProviderBadPayloadError: The record has no date, or one in the future.
    """
    when = _moment(row.get("date"))
    if when is None or when.date() > today:
        raise ProviderBadPayloadError(NAME, "the session has no date, or one in the future")
    candle = RawCandle(
        timestamp=datetime.combine(when.date(), time.min, UTC),
        open=number(row.get("open")),
        high=number(row.get("high")),
        low=number(row.get("low")),
        close=number(row.get("close")),
        adjusted_close=number(row.get("adjClose")),
        volume=count(row.get("volume")),
    )
    return DailyRecord(candle, number(row.get("divCash")) or 0.0, number(row.get("splitFactor")) or 1.0)


def actions_of(records: Sequence[DailyRecord]) -> CorporateActions:
    """Returns the dividends, as paid, and the splits of some sessions."""
    return CorporateActions(
        adjustment="none",
        dividends=tuple(
            Dividend(ex_date=record.day, amount=record.dividend, currency=CURRENCY)
            for record in records
            if record.dividend > 0
        ),
        splits=tuple(
            Split(date=record.day, numerator=ratio.numerator, denominator=ratio.denominator)
            for record in records
            if (ratio := split_ratio(record.split)) is not None and ratio != 1
        ),
    )


def symbol_info(row: Json) -> SymbolInfo | None:
    """Returns a search hit; None for one that is not listed in the US or no longer traded."""
    asset_type = _ASSET_TYPES.get(str(row.get("assetType")))
    if row.get("countryCode") != "US" or row.get("isActive") is False or asset_type is None:
        return None
    return SymbolInfo(
        symbol=symbol_of(row),
        name=text(row.get("name")),
        asset_type=asset_type,
        exchange=None,
        country="United States",
        currency=CURRENCY,
        sector=None,
    )


def _moment(raw: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
    if when is None:
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
