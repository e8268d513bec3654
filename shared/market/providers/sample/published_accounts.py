"""The statements and filings in which the accounts of the sample companies are published."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from shared.domain.company import Filing, Filings
from shared.domain.market_data import Provenance
from shared.domain.statements import (
    StatementLine,
    StatementPeriod,
    Statements,
    StatementsRequest,
    statement_items,
)
from shared.domain.terms import StatementKind
from shared.market.analysis.statement_lines import complete_lines, trailing_twelve_months
from shared.market.providers.sample.accounts import AccountLines, Quarter, quarters_of
from shared.market.providers.sample.sample_company import per_share
from shared.market.providers.sample.sample_instruments import SampleInstrument


def sample_statements(
    instrument: SampleInstrument, request: StatementsRequest, provenance: Provenance, today: date
) -> Statements:
    """Returns a statement with the periods that are published by a day.

    Args:
        instrument: A company.
        request: The statement, its periods, and the day as of which it is known.
        provenance: Source and time of the answer.
        today: The present day.
    """
    known = min(today, request.known_on or today)
    quarters = [quarter for quarter in quarters_of(instrument, known.year) if quarter.filed <= known]
    periods = _periods(request, quarters, instrument.currency)[: request.limit]
    newest = datetime.combine(known, time(), UTC)
    as_of = newest if provenance.as_of is None else min(provenance.as_of, newest)
    return Statements(
        **{**dict(provenance), "as_of": as_of},
        symbol=instrument.symbol,
        statement=request.statement,
        period=request.period,
        known_on=request.known_on,
        periods=tuple(periods),
        reason=None if periods else "nothing had been published by this day",
    )


def sample_filings(
    instrument: SampleInstrument, form: str | None, limit: int, provenance: Provenance, today: date
) -> Filings:
    """Returns the reports that the accounts are published in; their pages do not exist."""
    quarters = [quarter for quarter in quarters_of(instrument, today.year) if quarter.filed <= today]
    filings = [_filing(instrument, quarter) for quarter in reversed(quarters)]
    kept = tuple(filing for filing in filings if form in (None, filing.form))[:limit]
    return Filings(
        **dict(provenance),
        symbol=instrument.symbol,
        form=form,
        filings=kept,
        reason=None if kept else f"the company has filed no form {form}",
    )


def _periods(request: StatementsRequest, quarters: Sequence[Quarter], currency: str) -> list[StatementPeriod]:
    """Returns the periods of a statement, newest first."""
    statement = request.statement
    by_quarter = [_quarter_period(statement, quarter, currency) for quarter in reversed(quarters)]
    if request.period == "quarterly" or (request.period == "ttm" and statement == "balance"):
        return by_quarter
    if request.period == "ttm":
        windows = (by_quarter[first : first + 4] for first in range(len(by_quarter)))
        totals = (trailing_twelve_months(window, statement_items(statement)) for window in windows)
        return [total for total in totals if total is not None]
    years = sorted({quarter.year for quarter in quarters if quarter.number == 4}, reverse=True)
    return [
        _year_period(statement, [quarter for quarter in quarters if quarter.year == year], currency)
        for year in years
    ]


def _quarter_period(statement: StatementKind, quarter: Quarter, currency: str) -> StatementPeriod:
    names = ("Q1", "Q2", "Q3", "Q4")
    return StatementPeriod(
        start=None if statement == "balance" else quarter.start,
        end=quarter.end,
        fiscal_year=quarter.year,
        fiscal_period=names[quarter.number - 1],
        currency=currency,
        form=_form(quarter),
        filed=quarter.filed,
        lines=_lines(statement, quarter.lines),
    )


def _year_period(statement: StatementKind, quarters: Sequence[Quarter], currency: str) -> StatementPeriod:
    last = quarters[-1]
    sums = {
        item.name: sum(quarter.lines[item.name] for quarter in quarters)
        for item in statement_items(statement)
        if item.additive and item.name in last.lines
    }
    return StatementPeriod(
        start=None if statement == "balance" else quarters[0].start,
        end=last.end,
        fiscal_year=last.year,
        fiscal_period="FY",
        currency=currency,
        form=_form(last),
        filed=last.filed,
        lines=_lines(statement, {**last.lines, **sums}, year=quarters),
    )


def _lines(
    statement: StatementKind, values: AccountLines, year: Sequence[Quarter] = ()
) -> Mapping[str, StatementLine]:
    lines = {
        item.name: StatementLine(value=values[item.name])
        for item in statement_items(statement)
        if item.name in values
    }
    if statement == "income":
        for name, shares in (("eps_basic", "shares_basic"), ("eps_diluted", "shares_diluted")):
            lines[name] = StatementLine(value=per_share(values["net_income"] / values[shares]))
    profit = sum(quarter.lines["net_income"] for quarter in year) if year else values["net_income"]
    return complete_lines(statement, lines, net_income=StatementLine(value=profit))


def _form(quarter: Quarter) -> str:
    return "10-K" if quarter.number == 4 else "10-Q"


def _filing(instrument: SampleInstrument, quarter: Quarter) -> Filing:
    accession = f"0000000000-{quarter.filed:%y}-{quarter.filed:%m%d}00"
    return Filing(
        form=_form(quarter),
        filed=quarter.filed,
        period_end=quarter.end,
        accession=accession,
        url=f"https://example.com/sample-filings/{instrument.symbol}/{accession}",
        title="Sample report: made-up figures",
    )
