"""Multiples: what the market pays for a company, against its own five years and against its peers."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.company import Peer
from shared.reports.valuation.cost_of_capital import Closes
from shared.reports.valuation.history import FiscalYear, ebitda
from shared.reports.valuation.model import Assumption, AssumptionUnit, Method, MethodName
from shared.reports.valuation.valuation_formulas import Quartiles, enterprise_value, quartiles_of_multiples

OWN_YEARS: Final = 5
MIN_VALUES: Final = 3
"""Multiples above zero that a median needs at least."""
_MAX_DAYS_TO_CLOSE: Final = 10
"""The close of a fiscal year's end is at most so old: exchanges close for a week at most."""

PerShare = Callable[[FiscalYear, float], float | None]
"""Value per share of a year at a multiple; None when a figure is missing."""


@dataclass(frozen=True)
class OwnMultiple:
    """A multiple that is compared with the company's own past.

    Attributes:
        label: Name of the method.
        base_label: What the multiple is of.
        base: The figure of a year that the multiple is of, per share; None when it is not known.
        claims: Claims per share that come before the shareholders': enterprise multiples have them.
    """

    name: MethodName
    label: str
    base_label: str
    base: Callable[[FiscalYear], float | None]
    claims: Callable[[FiscalYear], float | None] = lambda _: 0.0


def per_share(name: str) -> Callable[[FiscalYear], float | None]:
    """Returns the function that reads a line of a year per diluted share."""

    def read(year: FiscalYear) -> float | None:
        lines = year.all(name, "shares_diluted")
        return lines[0] / lines[1] if lines and lines[1] > 0 else None

    return read


def _ebitda_per_share(year: FiscalYear) -> float | None:
    value, shares = ebitda(year), year.get("shares_diluted")
    return value / shares if value is not None and shares else None


def _net_claims_per_share(year: FiscalYear) -> float | None:
    lines = year.all("net_debt", "shares_diluted")
    if lines is None or lines[1] <= 0:
        return None
    return enterprise_value(year.get("minority_interest") or 0.0, lines[0], 0.0) / lines[1]


PRICE_EARNINGS: Final = OwnMultiple(
    "own_price_earnings", "P/E of the own five years", "Diluted earnings per share",
    lambda year: year.get("eps_diluted"),
)  # fmt: skip
PRICE_BOOK: Final = OwnMultiple(
    "own_price_book",
    "Price to book of the own five years",
    "Book value per share",
    per_share("parent_equity"),
)
PRICE_SALES: Final = OwnMultiple(
    "own_price_sales", "Price to sales of the own five years", "Revenue per share", per_share("revenue")
)
EV_EBITDA: Final = OwnMultiple(
    "own_ev_ebitda", "EV/EBITDA of the own five years", "EBITDA per share", _ebitda_per_share,
    _net_claims_per_share,
)  # fmt: skip


def against_own_years(multiple: OwnMultiple, years: Sequence[FiscalYear], closes: Closes) -> Method:
    """Returns the value per share at the quartiles of the multiple at the ends of the last five years.

    Multiples of zero or below are left out and counted: a loss has no price.

    Args:
        multiple: Which multiple.
        years: Newest first; values per share and closes are adjusted for the same splits.
        closes: Daily closes in the currency of the statements, oldest first.
    """
    newest = years[0]
    base, claims = multiple.base(newest), multiple.claims(newest)
    if base is None or claims is None:
        return _left_out(multiple, f"{multiple.base_label} of the last fiscal year is not known.")
    if base <= 0:
        return _left_out(multiple, f"{multiple.base_label} of the last fiscal year is not above zero.")
    values = [
        value for year in years[:OWN_YEARS] if (value := _multiple_of(multiple, year, closes)) is not None
    ]
    found = quartiles_of_multiples(values)
    if found is None or found.count < MIN_VALUES:
        return _left_out(
            multiple, _too_few(found.count if found else sum(v > 0 for v in values), len(values))
        )
    source = f"closes at the ends of the fiscal years {years[len(values) - 1].end.year} to {newest.end.year}"
    statements = f"statements of the year to {newest.end}"
    return _at_quartiles(
        multiple.name, multiple.label, found, base, claims, source,
        _assumed("base", multiple.base_label, base, "currency_per_share", statements),
    )  # fmt: skip


def against_peers(
    name: MethodName,
    label: str,
    base_label: str,
    base: float | None,
    values: Sequence[float],
) -> Method:
    """Returns the value per share at the quartiles of the peers' multiple.

    Args:
        name: Name of the method.
        label: The same as people read it.
        base_label: What the multiple is of.
        base: The company's own figure per share; None when it is not known.
        values: The multiples of the peers.
    """
    if not values:
        return left_out(name, label, "No comparable figures of peers are available.")
    if base is None or base <= 0:
        return left_out(name, label, f"{base_label} is not known or not above zero.")
    found = quartiles_of_multiples(values)
    if found is None or found.count < MIN_VALUES:
        return left_out(name, label, _too_few(sum(value > 0 for value in values), len(values)))
    figure = _assumed("base", base_label, base, "currency_per_share", "statements")
    return _at_quartiles(name, label, found, base, 0.0, "peers of the same industry", figure)


def price_sales_of(peer: Peer) -> float | None:
    """Returns market value by revenue; None when one of them is not known or revenue is not above zero."""
    if peer.market_cap is None or not peer.revenue or peer.revenue < 0:
        return None
    return peer.market_cap / peer.revenue


def close_on(closes: Closes, day: date) -> float | None:
    """Returns the last close up to a day; None when there is none within ten days."""
    index = bisect_right(closes, day, key=lambda close: close[0]) - 1
    if index < 0 or (day - closes[index][0]).days > _MAX_DAYS_TO_CLOSE:
        return None
    return closes[index][1]


def left_out(name: MethodName, label: str, reason: str) -> Method:
    """Returns a method that does not apply, with the reason."""
    return Method(name=name, label=label, applicable=False, reason=reason)


def _left_out(multiple: OwnMultiple, reason: str) -> Method:
    return left_out(multiple.name, multiple.label, reason)


def multiple_at(multiple: OwnMultiple, year: FiscalYear, price: float) -> float | None:
    """Returns a multiple of a year's figure at a price; 0 over a loss, None when a figure is not known."""
    base, claims = multiple.base(year), multiple.claims(year)
    if base is None or claims is None:
        return None
    # A price over a loss is no multiple; zero keeps it among those that are counted as left out.
    return (price + claims) / base if base > 0 else 0.0


def _multiple_of(multiple: OwnMultiple, year: FiscalYear, closes: Closes) -> float | None:
    close = close_on(closes, year.end)
    return None if close is None else multiple_at(multiple, year, close)


def _too_few(usable: int, known: int) -> str:
    return f"{usable} of {known} known multiples are above zero; a median needs {MIN_VALUES} at least."


def _at_quartiles(
    name: MethodName,
    label: str,
    found: Quartiles,
    base: float,
    claims: float,
    source: str,
    figure: Assumption,
) -> Method:
    figures = [
        _assumed("lower_quartile", "Lower quartile", found.lower, "ratio", source),
        _assumed("median", "Median", found.median, "ratio", source),
        _assumed("upper_quartile", "Upper quartile", found.upper, "ratio", source),
        _assumed("count", "Multiples used", found.count, "count", source),
        _assumed("excluded", "Multiples of zero or below, left out", found.excluded, "count", source),
    ]
    low, middle, high = (
        max(0.0, multiple * base - claims) for multiple in (found.lower, found.median, found.upper)
    )
    if claims:
        label_of_claims = "Net debt and minority interest per share"
        figures.append(_assumed("claims", label_of_claims, claims, "currency_per_share", figure.source))
    return Method(
        name=name,
        label=label,
        applicable=True,
        low=low,
        base=middle,
        high=high,
        assumptions=(figure, *figures),
    )


def _assumed(name: str, label: str, value: float, unit: AssumptionUnit, source: str) -> Assumption:
    return Assumption(name=name, label=label, value=value, unit=unit, source=source)
