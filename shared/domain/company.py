"""Companies: who files, what they filed, earnings, profile, peers and holders.

Amounts are in whole units of the currency named beside them. A date without a time stays a date. Lists are
sorted newest first unless stated otherwise; an unknown figure is None.
"""

import datetime as dt
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.domain.market_data import Currency, Figure, Percent, Provenance, Record
from shared.domain.terms import Symbol

SecurityKind = Literal[
    "common_stock",
    "preferred_stock",
    "note",
    "warrant",
    "unit",
    "right",
    "depositary_receipt",
    "fund",
    "other",
]
TimeOfDay = Literal["before_market", "during_market", "after_market"]
Cik = Annotated[str, Field(pattern=r"^\d{10}$")]
"""Number of a filer at the SEC: ten digits, padded with zeros."""


class Predecessor(Record):
    """A company whose filings another one continues after a reorganisation.

    Attributes:
        name: Its name.
        cik: Its number at the SEC; None when only the succession is known.
        joined: Whether its periods are part of the answer.
    """

    name: str
    cik: Cik | None
    joined: bool


class Issuer(Record):
    """The company behind a symbol, as the SEC knows it.

    Attributes:
        name: Name of the company.
        cik: Its number at the SEC.
        security: What the symbol is: a preferred share or a note has the statements of its issuer.
        predecessors: Companies whose filings it continues.
    """

    name: str
    cik: Cik
    security: SecurityKind = "common_stock"
    predecessors: tuple[Predecessor, ...] = ()


class Filing(Record):
    """One filing at the SEC.

    Attributes:
        form: Form type as filed (``10-K``, ``10-K/A``, ``8-K``).
        filed: Day of filing.
        period_end: Last day of the period it reports on; None for forms without one.
        accession: Accession number with dashes.
        url: Page of the filing with its documents.
        title: What it is, in words.
    """

    form: str
    filed: date
    period_end: date | None
    accession: str
    url: str
    title: str


class Filings(Provenance):
    """Filings of one company, newest first.

    Attributes:
        form: The form asked for; None for all forms.
        reason: Why there are none; None when there are some.
    """

    symbol: Symbol
    issuer: Issuer | None = None
    form: str | None
    filings: tuple[Filing, ...]
    reason: str | None = None


class ReportedEarnings(Record):
    """Earnings of one past quarter.

    Attributes:
        period_end: Last day of the quarter.
        reported_on: Day of publication; None when not known.
        eps_estimate: Mean estimate before publication, per share.
        eps_actual: As published, per share.
        surprise_percent: Difference of the two in percent of the estimate's absolute value.
    """

    period_end: date
    reported_on: date | None
    eps_estimate: Figure | None
    eps_actual: Figure | None
    surprise_percent: Percent | None


def newest_first(rows: Iterable[ReportedEarnings]) -> tuple[ReportedEarnings, ...]:
    """Returns earnings sorted newest first, one record a quarter: the last one that has the actual value."""
    by_quarter: dict[date, ReportedEarnings] = {}
    for row in rows:
        if row.eps_actual is not None or row.period_end not in by_quarter:
            by_quarter[row.period_end] = row
    return tuple(by_quarter[quarter] for quarter in sorted(by_quarter, reverse=True))


class NextEarnings(Record):
    """The next publication of earnings.

    Attributes:
        date: The day, or the first day of the estimated range.
        date_end: Last day of the range; None for a single day.
        time_of_day: Relation to the trading session; None when not known.
        confirmed: Whether the company announced the day. A range is never confirmed.
    """

    date: dt.date
    date_end: dt.date | None
    time_of_day: TimeOfDay | None
    confirmed: bool

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.date_end is not None and (self.confirmed or self.date_end <= self.date):
            raise ValueError("a range of dates ends after it starts and is not confirmed")
        return self


class EarningsEstimate(Record):
    """What analysts expect of one coming period.

    Attributes:
        period: The period, seen from ``as_of``.
        period_end: Its last day; None when the source does not tell.
        revenue_mean: In whole units of the currency.
        analysts: Number of analysts behind the earnings estimate.
    """

    period: Literal["current_quarter", "next_quarter", "current_year", "next_year"]
    period_end: date | None
    eps_mean: Figure | None
    eps_low: Figure | None
    eps_high: Figure | None
    revenue_mean: int | None
    revenue_low: int | None
    revenue_high: int | None
    analysts: int | None


class Earnings(Provenance):
    """Earnings of one company: past, next and expected.

    Attributes:
        currency: Currency of all values per share and revenues.
        history: Newest first.
        next: The next publication; None when not known.
        estimates: In the order of the periods.
    """

    symbol: Symbol
    currency: Currency | None
    history: tuple[ReportedEarnings, ...]
    next: NextEarnings | None
    estimates: tuple[EarningsEstimate, ...]


class Profile(Provenance):
    """What a company is and does.

    Attributes:
        security: What the symbol is; None when the source does not tell.
        sic: Industry code of the SEC, four digits.
        industry: The source's name for the industry.
        country: Country of the head office.
        fiscal_year_end: Month and day, ``MM-DD``.
        employees: Full-time employees.
    """

    symbol: Symbol
    name: str | None
    security: SecurityKind | None = None
    business_summary: str | None
    sector: str | None
    industry: str | None
    sic: Annotated[str, Field(pattern=r"^\d{4}$")] | None = None
    employees: int | None
    exchange: str | None
    country: str | None
    fiscal_year_end: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] | None
    website: str | None = None


class Conversion(Record):
    """A conversion of amounts between currencies.

    Attributes:
        currency: Currency of the amounts before.
        rate: Units of the new currency for one of the old one.
        date: Day of the rate.
    """

    currency: Currency
    rate: Figure
    date: dt.date


class Peer(Record):
    """A company of the same industry with figures that can be compared.

    Attributes:
        market_cap: In ``currency``; None when it is listed in another one and there is no rate.
        revenue: Revenue of the last four quarters, in ``currency``.
        currency: Currency of all amounts of this row: that of the compared company, where a rate is known.
        converted_from: How the amounts were converted; None when they were not.
        operating_margin: In percent of revenue, as are ``net_margin`` and ``revenue_growth``.
    """

    symbol: Symbol
    name: str | None
    market_cap: int | None
    currency: Currency | None
    converted_from: Conversion | None = None
    revenue: int | None = None
    revenue_growth: Percent | None = None
    operating_margin: Percent | None = None
    net_margin: Percent | None = None
    trailing_pe: Figure | None = None


class Peers(Provenance):
    """Companies of the same industry, one line per issuer, the largest first.

    Attributes:
        industry: Name of the group; None without one.
        sic: Industry code of the SEC that the group is made by; None when it is the source's own group.
        reason: Why there are no peers; None when there are some.
    """

    symbol: Symbol
    industry: str | None
    sic: str | None
    peers: tuple[Peer, ...]
    reason: str | None


class Insider(Record):
    """An officer, director or large owner with their latest known position or trade.

    Attributes:
        role: Relation to the company.
        shares: Shares held after the latest trade.
        transaction: What the latest trade was, in the source's words.
        transaction_date: Its day.
        transaction_shares: Shares traded: negative when sold.
    """

    name: str
    role: str | None
    shares: int | None
    transaction: str | None = None
    transaction_date: date | None = None
    transaction_shares: int | None = None


class Institution(Record):
    """An institution or fund that holds shares.

    Attributes:
        shares: Shares held on ``reported_on``.
        percent_held: In percent of the shares outstanding.
        value: Worth of the shares in the currency of ``Holders``.
    """

    name: str
    shares: int | None
    percent_held: Percent | None
    value: int | None
    reported_on: date | None


class Holders(Provenance):
    """Insiders and institutions that hold shares, the largest holder first.

    Attributes:
        currency: Currency of the values.
        insiders_percent: Shares of all insiders in percent of the shares outstanding.
        institutions_percent: The same of all institutions.
        institution_count: Number of institutions that hold shares, including those not listed.
    """

    symbol: Symbol
    currency: Currency | None
    insiders_percent: Percent | None = None
    institutions_percent: Percent | None = None
    institution_count: int | None = None
    insiders: tuple[Insider, ...]
    institutions: tuple[Institution, ...]
