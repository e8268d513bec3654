"""Multiples: what the market pays for a company, against its own five years and against its peers."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.company import Peer
from shared.reports.language.writer import Writer
from shared.reports.valuation.cost_of_capital import Closes
from shared.reports.valuation.history import FiscalYear, ebitda
from shared.reports.valuation.model import Assumption, AssumptionUnit, Method, MethodName
from shared.reports.valuation.valuation_formulas import Quartiles, enterprise_value, quartiles_of_multiples

OWN_YEARS: Final = 5
MIN_VALUES: Final = 3
"""Multiples above zero that a median needs at least."""
_MAX_DAYS_TO_CLOSE: Final = 10
"""The close of a fiscal year's end is at most so old: exchanges close for a week at most."""


@dataclass(frozen=True)
class OwnMultiple:
    """A multiple that is compared with the company's own past.

    Attributes:
        base: The figure of a year that the multiple is of, per share; None when it is not known.
        claims: Claims per share that come before the shareholders': enterprise multiples have them.
    """

    name: MethodName
    base: Callable[[FiscalYear], float | None]
    claims: Callable[[FiscalYear], float | None] = lambda _: 0.0


def base_label(name: MethodName, writer: Writer) -> str:
    """Returns the label of the figure that the multiple of a method is of."""
    return writer.text(f"assumptions.base_{name.partition('_')[2]}")


def per_share(name: str) -> Callable[[FiscalYear], float | None]:
    """Returns the function that reads a line of a year per diluted share."""

    def read(year: FiscalYear) -> float | None:
        lines = year.all(name, "shares_diluted")
        return lines[0] / lines[1] if lines and lines[1] > 0 else None

    return read


def per_diluted_share(value: float | None, year: FiscalYear) -> float | None:
    """Returns a value per diluted share of a year; None when one of them is not known."""
    shares = year.get("shares_diluted")
    return value / shares if value is not None and shares else None


def _ebitda_per_share(year: FiscalYear) -> float | None:
    return per_diluted_share(ebitda(year), year)


def _net_claims_per_share(year: FiscalYear) -> float | None:
    lines = year.all("net_debt", "shares_diluted")
    if lines is None or lines[1] <= 0:
        return None
    return enterprise_value(year.get("minority_interest") or 0.0, lines[0], 0.0) / lines[1]


PRICE_EARNINGS: Final = OwnMultiple("own_price_earnings", lambda year: year.get("eps_diluted"))
PRICE_BOOK: Final = OwnMultiple("own_price_book", per_share("parent_equity"))
PRICE_SALES: Final = OwnMultiple("own_price_sales", per_share("revenue"))
EV_EBITDA: Final = OwnMultiple("own_ev_ebitda", _ebitda_per_share, _net_claims_per_share)


def against_own_years(
    multiple: OwnMultiple, years: Sequence[FiscalYear], closes: Closes, writer: Writer
) -> Method:
    """Returns the value per share at the quartiles of the multiple at the ends of the last five years.

    Multiples of zero or below are left out and counted: a loss has no price.

    Args:
        multiple: The multiple.
        years: Newest first; values per share and closes are adjusted for the same splits.
        closes: Daily closes in the currency of the statements, oldest first.
        writer: Writes labels, sources and reasons.
    """
    newest = years[0]
    base, claims = multiple.base(newest), multiple.claims(newest)
    if base is None or claims is None:
        return left_out(multiple.name, writer, "base_unknown", base=base_label(multiple.name, writer))
    if base <= 0:
        return left_out(multiple.name, writer, "base_not_positive", base=base_label(multiple.name, writer))
    known = [
        (year.end.year, value)
        for year in years[:OWN_YEARS]
        if (value := _multiple_of(multiple, year, closes)) is not None
    ]
    values = [value for _, value in known]
    found = quartiles_of_multiples(values)
    if found is None or found.count < MIN_VALUES:
        return _too_few(multiple.name, values, writer)
    (last, _), (first, _) = known[0], known[-1]
    source = writer.say("evidence.closes", first=str(first), last=str(last))
    figures = _MultipleFigures(writer, base, writer.say("evidence.year", end=newest.end), source)
    return _at_quartiles(multiple.name, found, figures, claims)


@dataclass(frozen=True)
class PeerBase:
    """The company's own figure per share that the multiple of its peers is applied to.

    Attributes:
        trailing: Of the last four quarters, as the multiples of peers are; None when it is not known.
        annual: Of the last fiscal year, in place of an unknown one.
    """

    trailing: float | None
    annual: float | None

    @property
    def value(self) -> float | None:
        """The figure; None when neither is known."""
        return self.annual if self.trailing is None else self.trailing

    def source(self, writer: Writer) -> str:
        """Returns where the figure is from."""
        return writer.text("evidence.statements" if self.trailing is None else "evidence.trailing")


def against_peers(name: MethodName, own: PeerBase, values: Sequence[float], writer: Writer) -> Method:
    """Returns the value per share at the quartiles of the peers' multiple.

    Args:
        name: Name of the method.
        own: The company's own figure per share.
        values: The multiples of the peers.
        writer: Writes labels, sources and reasons.
    """
    if not values:
        return left_out(name, writer, "no_peers")
    base = own.value
    if base is None or base <= 0:
        return left_out(name, writer, "peer_base", base=base_label(name, writer))
    found = quartiles_of_multiples(values)
    if found is None or found.count < MIN_VALUES:
        return _too_few(name, values, writer)
    figures = _MultipleFigures(writer, base, own.source(writer), writer.text("evidence.peers"))
    return _at_quartiles(name, found, figures, 0.0)


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


def left_out(name: MethodName, writer: Writer, reason: str, **values: float | str | date) -> Method:
    """Returns a method that does not apply.

    Args:
        name: Name of the method.
        writer: Writes label and reason.
        reason: Key of the reason below ``reasons``.
        **values: Values of its placeholders.
    """
    written = writer.say(f"reasons.{reason}", **values)
    return Method(name=name, label=writer.text(f"labels.{name}"), applicable=False, reason=written)


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


def _too_few(name: MethodName, values: Sequence[float], writer: Writer) -> Method:
    if not values:
        return left_out(name, writer, "no_multiples")
    usable = sum(value > 0 for value in values)
    return left_out(name, writer, "too_few", usable=usable, known=len(values), least=MIN_VALUES)


@dataclass(frozen=True)
class _MultipleFigures:
    """The assumptions of a multiple, as they are written.

    Attributes:
        base: What the multiple is of, per share.
        base_source: Where it is from.
        source: Where the multiples are from.
    """

    writer: Writer
    base: float
    base_source: str
    source: str

    def assumed(self, name: str, value: float, unit: AssumptionUnit, label: str = "") -> Assumption:
        """Returns an assumption; those of the company have another source."""
        own = name in ("base", "claims")
        return Assumption(
            name=name,
            label=label or self.writer.text(f"assumptions.{name}"),
            value=value,
            unit=unit,
            source=self.base_source if own else self.source,
        )


def _at_quartiles(name: MethodName, found: Quartiles, figures: _MultipleFigures, claims: float) -> Method:
    low, middle, high = (
        max(0.0, multiple * figures.base - claims) for multiple in (found.lower, found.median, found.upper)
    )
    label_of_base = base_label(name, figures.writer)
    assumptions = [
        figures.assumed("base", figures.base, "currency_per_share", label_of_base),
        figures.assumed("lower_quartile", found.lower, "ratio"),
        figures.assumed("median", found.median, "ratio"),
        figures.assumed("upper_quartile", found.upper, "ratio"),
        figures.assumed("count", found.count, "count"),
        figures.assumed("excluded", found.excluded, "count"),
    ]
    if claims:
        assumptions.append(figures.assumed("claims", claims, "currency_per_share"))
    return Method(
        name=name,
        label=figures.writer.text(f"labels.{name}"),
        applicable=True,
        low=low,
        base=middle,
        high=high,
        assumptions=tuple(assumptions),
    )
