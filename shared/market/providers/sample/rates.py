"""Sample exchange rates: those of the sample's currency pairs, and fixed ones of a few more currencies."""

from collections.abc import Mapping
from datetime import date
from typing import Final

PAIRS: Final = ("EURUSD=X", "USDJPY=X", "GBPUSD=X")
_PER_DOLLAR: Final = {
    "HKD": 7.8, "TWD": 32.0, "CNY": 7.2, "CAD": 1.4, "INR": 84.0, "KRW": 1400.0, "AUD": 1.54, "BRL": 5.8,
}  # fmt: skip
_PER_EURO: Final = {"CHF": 0.94, "SEK": 11.5, "DKK": 7.46, "NOK": 11.7}


def sample_rates(closes: Mapping[str, Mapping[date, float]]) -> Mapping[date, Mapping[str, float]]:
    """Returns the units of each currency for one euro, by day.

    Args:
        closes: Closes of ``PAIRS`` by day; days that one of them lacks have no rates.
    """
    days = set.intersection(*(set(closes[pair]) for pair in PAIRS))
    return {day: _rates(*(closes[pair][day] for pair in PAIRS)) for day in sorted(days)}


def _rates(dollars: float, yen_per_dollar: float, dollars_per_pound: float) -> Mapping[str, float]:
    per_euro = {currency: rate * dollars for currency, rate in _PER_DOLLAR.items()}
    crossed = {"USD": dollars, "JPY": dollars * yen_per_dollar, "GBP": dollars / dollars_per_pound}
    return {currency: round(rate, 6) for currency, rate in (crossed | per_euro | _PER_EURO).items()}
