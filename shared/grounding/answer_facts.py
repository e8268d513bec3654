"""Facts that a tool makes of several records: a company with its holders, a watchlist with its prices."""

from collections.abc import Sequence
from typing import Final

from shared.domain.company import Holders, Profile
from shared.domain.facts import Fact
from shared.domain.formatting import decimals_of, money, percent
from shared.domain.market_data import Quote
from shared.domain.moments import rfc3339
from shared.grounding.market_facts import MAX_TEXT
from shared.grounding.quoting import inert, quoted
from shared.grounding.research_text import company_text, holders_digest

WATCHLIST: Final = "watchlist"


def company_fact(number: int, profile: Profile, holders: Holders | None) -> Fact:
    """Returns what a company is and who holds its shares as fact ``[number]``."""
    data = profile.model_dump(mode="json")
    if holders is not None:
        data["holders"] = holders_digest(holders)
    return Fact(
        id=number,
        kind="company",
        symbol=profile.symbol,
        text=inert(company_text(profile, holders))[:MAX_TEXT],
        data=data,
        source=profile.source,
        as_of=rfc3339(profile.as_of) if profile.as_of else None,
        stale=profile.stale or (holders is not None and holders.stale),
        url=profile.website,
        title=profile.name if profile.website else None,
    )


def watchlist_fact(number: int, symbols: Sequence[str], quotes: Sequence[Quote]) -> Fact:
    """Returns the watchlist of the user with the prices that are known as fact ``[number]``."""
    moments = [quote.as_of for quote in quotes if quote.as_of is not None]
    prices = "; ".join(_priced(quote) for quote in quotes)
    text = f"{len(symbols)} symbols: {', '.join(symbols)}; {prices or 'prices not known'}"
    return Fact(
        id=number,
        kind=WATCHLIST,
        symbol=",".join(symbols),
        text=inert(text)[:MAX_TEXT],
        data={"symbols": list(symbols), "quotes": [quote.model_dump(mode="json") for quote in quotes]},
        source="preferences",
        as_of=rfc3339(min(moments)) if moments else None,
        stale=any(quote.stale for quote in quotes),
    )


def _priced(quote: Quote) -> str:
    change = "" if quote.change_percent is None else f" {percent(quote.change_percent, signed=True)}"
    decimals = decimals_of(quote.symbol, quote.price, quote.currency, quote.price_decimals)
    price = money(quote.price, quote.currency, decimals=decimals)
    return f"{quote.symbol} {quoted(quote.name or quote.symbol, 60)} {price}{change}"
