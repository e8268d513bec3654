"""Currency pairs at Alpha Vantage: their spelling, and the conversion of its responses about them.

``CURRENCY_EXCHANGE_RATE`` has the last rate of two currencies, one of which may be a cryptocurrency;
``FX_DAILY`` has daily bars of two national currencies. Every figure is a text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shared.domain.currencies import is_currency
from shared.domain.formatting import customary_decimals
from shared.domain.market_data import AssetType, Candle, Quote
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.alpha_vantage.mapping import candle, local_moment
from shared.market.providers.candles import RawCandle
from shared.market.providers.fields import (
    Converted,
    Json,
    convert_each,
    number,
    part,
    published_at,
    traded_price,
)

_PAIR: Final = re.compile(r"([A-Z]{3})?([A-Z]{3})=X")
_CRYPTO: Final = re.compile(r"([A-Z0-9]{2,10})-([A-Z]{3})")
_US_DOLLAR: Final = "USD"


@dataclass(frozen=True)
class CurrencyPair:
    """Two currencies.

    Attributes:
        base: The currency of which one unit is valued.
        quote: The currency in which it is valued.
        asset_type: ``currency``, or ``cryptocurrency`` where the base is one.
    """

    base: str
    quote: str
    asset_type: AssetType


def pair_of(symbol: str) -> CurrencyPair | None:
    """Returns the currencies of ``EURUSD=X``, ``JPY=X`` (of one US dollar) or ``BTC-USD``; else None."""
    if (pair := _PAIR.fullmatch(symbol)) is not None:
        base, quote = pair[1] or _US_DOLLAR, pair[2]
        return CurrencyPair(base, quote, "currency") if is_currency(base) and is_currency(quote) else None
    crypto = _CRYPTO.fullmatch(symbol)
    if crypto is None or not is_currency(crypto[2]):
        return None
    return CurrencyPair(crypto[1], crypto[2], "cryptocurrency")


def pair_quote(symbol: str, pair: CurrencyPair, row: Json, now: datetime) -> Quote:
    """Returns the last rate of a pair; the response has neither the day's range nor the close before.

    Raises:
        ProviderBadPayloadError: There is no rate, or it is that of another pair.
    """
    _check_pair(pair, row.get("1. From_Currency Code"), row.get("3. To_Currency Code"))
    rate = traded_price(number(row.get("5. Exchange Rate")))
    if rate is None:
        raise ProviderBadPayloadError(NAME, "the response has no rate")
    refreshed = local_moment(row.get("6. Last Refreshed"), row.get("7. Time Zone"))
    return Quote(
        source=NAME,
        as_of=published_at(min(refreshed, now), now) if refreshed else None,
        fetched_at=now,
        symbol=symbol,
        name=f"{pair.base}/{pair.quote}",
        asset_type=pair.asset_type,
        currency=pair.quote,
        exchange=None,
        price=rate,
        previous_close=None,
        change=None,
        change_percent=None,
        open=None,
        day_high=None,
        day_low=None,
        volume=None,
        market_cap=None,
        market_state=None,
        price_decimals=customary_decimals(rate, pair.quote, pair.asset_type),
    )


def pair_candles(pair: CurrencyPair, answer: Json, rows: Json, today: date) -> Converted[RawCandle]:
    """Returns the daily bars of ``FX_DAILY``.

    Raises:
        ProviderBadPayloadError: There are bars and none can be read, or they are of another pair.
    """
    meta = part(answer, "Meta Data")
    _check_pair(pair, meta.get("2. From Symbol"), meta.get("3. To Symbol"))
    return convert_each(NAME, "candles", sorted(rows), lambda day: candle(day, part(rows, day), today))


def with_own_closes(candles: Sequence[Candle]) -> tuple[Candle, ...]:
    """Returns the candles with their closes as adjusted ones: a pair has no dividends."""
    return tuple(one.model_copy(update={"adjusted_close": one.close}) for one in candles)


def _check_pair(pair: CurrencyPair, base: object, quote: object) -> None:
    if (base or pair.base, quote or pair.quote) != (pair.base, pair.quote):
        raise ProviderBadPayloadError(NAME, "the response is about another pair")
