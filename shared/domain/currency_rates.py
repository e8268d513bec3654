"""Exchange rates: reference rates of one month, and one rate between two currencies.

A rate is the number of units of the quote currency for one unit of the base currency.
"""

import datetime as dt
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from shared.domain.market_data import Provenance

EURO: Final = "EUR"
FIRST_RATE_DAY: Final = date(1999, 1, 4)
"""First day of the euro's reference rates."""

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ReferenceRates(Provenance):
    """Reference rates of the euro by day, for one month and the days before it.

    Attributes:
        rates: Units of each currency for one euro, by day.
    """

    rates: Mapping[date, Mapping[CurrencyCode, Rate]]

    def rate(self, base: str, quote: str, day: date) -> tuple[float, date] | None:
        """Returns the rate between two currencies on a day, or on the last earlier day that has both.

        Args:
            base: Currency of which one unit is valued.
            quote: Currency in which it is valued.
            day: The day asked for.

        Returns:
            The rate and its day; None when no day up to then has both currencies.
        """
        for known in sorted((known for known in self.rates if known <= day), reverse=True):
            of_day = {EURO: 1.0, **self.rates[known]}
            if base in of_day and quote in of_day:
                return of_day[quote] / of_day[base], known
        return None


class ExchangeRate(Provenance):
    """The rate between two currencies.

    Attributes:
        rate: Units of ``quote`` for one unit of ``base``.
        date: Day of the rate: the day asked for, or the last earlier one with a rate.
    """

    base: CurrencyCode
    quote: CurrencyCode
    rate: Rate
    date: dt.date
