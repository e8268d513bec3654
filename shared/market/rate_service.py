"""Exchange rates between any two currencies, from cached months of reference rates."""

import asyncio
from datetime import date, datetime, timedelta, timezone
from typing import Final

from shared.cache.cache_entry import Cache, CacheKey, Fetched
from shared.domain.currency_rates import FIRST_RATE_DAY, ExchangeRate, ReferenceRates
from shared.errors.request_errors import NotFoundError
from shared.market.analysis.periods import require_day_reached
from shared.market.answers import Answer, encode, with_body
from shared.market.source_chain import SourceChain
from shared.runtime.clock import Clock

DAYS_BEFORE: Final = 10
"""Days before a month whose rates are kept with it: no holidays last longer."""

_FIRST_TIME_ZONE: Final = timezone(timedelta(hours=14))
"""Where a day begins first: today may be requested from everywhere."""


class ExchangeRates:
    """Finds exchange rates.

    All days of a month share one cache entry with all currencies, so that free dates and pairs of currencies
    do not fill the cache.

    Args:
        chain: The sources.
        cache: Stores months.
        clock: The present moment.
    """

    def __init__(self, chain: SourceChain, cache: Cache, clock: Clock) -> None:
        self._chain = chain
        self._cache = cache
        self._clock = clock

    async def rate(self, base: str, quote: str, day: date | None = None) -> Answer[ExchangeRate]:
        """Returns the rate between two currencies on a day, else the last earlier one with its day.

        Args:
            base: ISO code of the currency of which one unit is valued.
            quote: ISO code of the currency in which it is valued.
            day: None for today.

        Raises:
            InvalidRequestError: The day is in the future.
            NotFoundError: There is no reference rate of a currency within ten days before.
            ServiceError: No source could answer, and nothing is stored.
        """
        now = self._clock()
        if day is not None:
            require_day_reached("date", day, now.astimezone(_FIRST_TIME_ZONE).date())
        day = min(day or now.date(), now.date())
        if day < FIRST_RATE_DAY:
            raise NotFoundError(f"Reference rates begin on {FIRST_RATE_DAY}.")
        entry = await self._cache.get_or_fetch(_key(day), lambda: self._fetch(day, now))
        month = ReferenceRates.model_validate_json(entry.body)
        found = month.rate(base, quote, day)
        if found is None or day - found[1] > timedelta(days=DAYS_BEFORE):
            raise NotFoundError(f"No reference rate of {base} in {quote} on {day} or the ten days before.")
        rate = ExchangeRate(
            **{name: getattr(month, name) for name in ("source", "fetched_at", "fallback_reason", "quality")},
            as_of=datetime.combine(found[1], datetime.min.time(), now.tzinfo),
            stale=entry.outcome == "stale",
            base=base,
            quote=quote,
            rate=found[0],
            date=found[1],
        )
        return Answer(with_body(entry, encode(rate)), ExchangeRate)

    async def _fetch(self, day: date, now: datetime) -> Fetched:
        first, last = _month(day)
        found = await self._chain.ask(
            "exchange_rates",
            "EUR",
            lambda source: source.exchange_rates(first - timedelta(days=DAYS_BEFORE), min(last, now.date())),
        )
        value = found.value.model_copy(update={"fallback_reason": found.fallback_reason})
        body = await asyncio.to_thread(encode, value)
        return Fetched(body, "price_data" if found.is_placeholder else None, value.source)


def _key(day: date) -> CacheKey:
    return CacheKey("historical_data", "exchange_rates", "EUR", f"{day:%Y-%m}")


def _month(day: date) -> tuple[date, date]:
    """Returns the first and the last day of the month of a day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
