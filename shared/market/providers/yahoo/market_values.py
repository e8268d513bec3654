"""Market values of Yahoo Finance: their unit, and whether they are price times shares."""

from collections.abc import Sequence
from typing import Final

from shared.domain.market_data import Remark
from shared.market.providers.fields import Json, count

_MARKET_VALUE_TOLERANCE: Final = 0.02


def market_value(stated: int | None, price: float | None, shares: Json, factor: str) -> int | None:
    """Returns a market value in whole currency; None for a placeholder of zero.

    Yahoo states it in whole currency also where prices are in a part of it. It is scaled only where price
    times shares show that it is in that part, too.

    Args:
        stated: As in the response.
        price: In whole currency.
        shares: The record with the share counts.
        factor: From the unit of the response's prices to the whole currency.
    """
    if not stated or factor == "1":
        return stated or None
    whole_value = round(stated * float(factor))
    is_in_parts = (
        valued_shares(price, stated, shares) is None and valued_shares(price, whole_value, shares) is not None
    )
    return whole_value if is_in_parts else stated


def market_value_remarks(price: float | None, market_cap: int | None, shares: Json) -> tuple[Remark, ...]:
    """Returns the remark on a market value that is not price times shares within 2 percent.

    Args:
        price: In whole currency.
        market_cap: The stated market value.
        shares: The record with ``sharesOutstanding`` and ``impliedSharesOutstanding``; either may fit.
    """
    known = _share_counts(shares)
    if not price or not market_cap or not known or valued_shares(price, market_cap, shares) is not None:
        return ()
    detail = f"Market value {market_cap:,} is not price times shares ({price * known[0]:,.0f})."
    return (Remark(code="market_value_mismatch", detail=detail),)


def valued_shares(price: float | None, market_cap: int | None, record: Json) -> int | None:
    """Returns the first share count whose value at the price is the market value."""
    if not price or not market_cap:
        return None
    return next(
        (
            shares
            for shares in _share_counts(record)
            if abs(price * shares / market_cap - 1) <= _MARKET_VALUE_TOLERANCE
        ),
        None,
    )


def _share_counts(record: Json) -> Sequence[int]:
    counts = (count(record.get(key)) for key in ("sharesOutstanding", "impliedSharesOutstanding"))
    return [shares for shares in counts if shares]
