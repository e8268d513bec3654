"""SEC EDGAR: statements and filings from the documents of companies that file with the SEC."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from shared.domain.company import Filing, Filings, Issuer, Peers, Predecessor, Profile, SecurityKind
from shared.domain.market_data import DataKind, SymbolInfo
from shared.domain.statements import StatementPeriod, Statements, StatementsRequest
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.market.analysis.calendar import MarketCalendars
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.sec_edgar import filers
from shared.market.providers.sec_edgar.acceptance import known_from
from shared.market.providers.sec_edgar.client import EdgarClient
from shared.market.providers.sec_edgar.errors import NAME
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts
from shared.market.providers.sec_edgar.filing_documents import FilingColumns, FilingsPage, Submissions
from shared.market.providers.sec_edgar.filings import filings_of
from shared.market.providers.sec_edgar.industries import no_group_reason, peers_of_industry, sic_of
from shared.market.providers.sec_edgar.mapping import StatementMapper
from shared.market.providers.sec_edgar.predecessors import join_predecessor
from shared.runtime.clock import Clock

_CALENDAR_START: Final = date(2009, 1, 1)
"""The first year of facts in the SEC's documents."""
_LONGEST_CLOSED: Final = timedelta(days=7)
"""Longest time between two sessions: after it, a filing counts for certain."""


@dataclass(frozen=True)
class _Filer:
    """A company that files with the SEC."""

    cik: str
    submissions: Submissions
    issuer: Issuer


class EdgarProvider(MarketDataProvider):
    """The source ``sec_edgar``.

    Args:
        client: The connection.
        clock: The present moment.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset({"statements", "filings", "profile", "peers", "search"})

    def __init__(self, client: EdgarClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._calendars = MarketCalendars(clock, _CALENDAR_START)

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns a statement as filed.

        Raises:
            ProviderNotCoveredError: The company is not listed at the SEC, files no facts (funds), or no
                periods of this length (most foreign companies file years only).
        """
        cik, security = await self._identify(request.symbol)
        submissions, facts = await asyncio.gather(self._submissions(cik), self._facts(cik))
        predecessors: tuple[Predecessor, ...] = ()
        if submissions is not None:
            facts, predecessors = await join_predecessor(self._client, cik, submissions, facts)
        if facts is None:
            raise ProviderNotCoveredError(NAME, "has no financial facts of the company")
        name = submissions.name if submissions else facts.name
        columns = await self._filings_around(submissions, request.known_on) if submissions else ()
        periods = await self._client.compute(partial(_periods, facts, request, columns, self._calendars))
        if not periods:
            raise ProviderNotCoveredError(NAME, f"has no {request.period} figures of the company")
        filed = periods[0].filed
        return Statements(
            source=NAME,
            as_of=_midnight(filed) if filed else None,
            fetched_at=self._clock(),
            symbol=request.symbol,
            issuer=Issuer(name=name, cik=cik, security=security, predecessors=predecessors),
            statement=request.statement,
            period=request.period,
            known_on=request.known_on,
            periods=periods,
        )

    async def filings(self, symbol: str, form: str | None, limit: int) -> Filings:
        """Returns at most ``limit`` filings, newest first; older pages are read until they suffice.

        Raises:
            ProviderNotCoveredError: The company is not listed at the SEC.
        """
        company = await self._company(symbol)
        found = list(filings_of(company.cik, company.submissions.filings.recent, form))
        for page in sorted(company.submissions.filings.files, key=_newest_filing, reverse=True):
            if len(found) >= limit:
                break
            columns = await self._client.filings_page(page.name)
            found.extend(filings_of(company.cik, columns, form))
        found.sort(key=_filed, reverse=True)
        kept = tuple(found[:limit])
        return Filings(
            source=NAME,
            as_of=_midnight(kept[0].filed) if kept else None,
            fetched_at=self._clock(),
            symbol=symbol,
            issuer=company.issuer,
            form=form,
            filings=kept,
            reason=None if kept else f"the company has filed no form {form}" if form else "no filings",
        )

    async def profile(self, symbol: str) -> Profile:
        """Returns the part of a profile that the SEC knows: industry code, exchange, end of the fiscal year.

        Raises:
            ProviderNotCoveredError: The company is not listed at the SEC.
        """
        company = await self._company(symbol)
        submissions = company.submissions
        return Profile(
            source=NAME,
            as_of=None,
            fetched_at=self._clock(),
            symbol=symbol,
            name=submissions.name,
            security=company.issuer.security,
            business_summary=None,
            sector=None,
            industry=submissions.sic_description or None,
            sic=sic_of(submissions),
            employees=None,
            exchange=_exchange(symbol, submissions),
            country=None,
            fiscal_year_end=_month_and_day(submissions.fiscal_year_end),
        )

    async def peers(self, symbol: str) -> Peers:
        """Returns the listed companies with the same industry code, without figures.

        Raises:
            ProviderNotCoveredError: The company is not listed at the SEC.
        """
        company = await self._company(symbol)
        sic = sic_of(company.submissions)
        reason = no_group_reason(sic)
        peers = await peers_of_industry(self._client, company.cik, sic) if sic and not reason else ()
        return Peers(
            source=NAME,
            as_of=None,
            fetched_at=self._clock(),
            symbol=symbol,
            industry=company.submissions.sic_description or None,
            sic=sic,
            peers=peers,
            reason=reason
            or (None if peers else f"no other listed company has the SEC's industry code {sic}"),
        )

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns the symbols of the company with a number; searches by name are left to other sources.

        Raises:
            ProviderNotCoveredError: The query is no number at the SEC, or no company has it.
        """
        tickers = await self._client.tickers() if filers.may_be_short_cik(query) else None
        cik = filers.cik_in(query, tickers)
        if cik is None:
            raise ProviderNotCoveredError(NAME, "is searched by CIK only")
        return filers.symbol_infos(await self._client.submissions(cik))[:limit]

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _identify(self, symbol: str) -> tuple[str, SecurityKind]:
        """Returns the number of the company behind a symbol, and what the symbol is."""
        if not filers.may_be_listed(symbol):
            raise ProviderNotCoveredError(NAME, "covers companies that file with the SEC")
        tickers = None if filers.is_cik_symbol(symbol) else await self._client.tickers()
        cik = filers.cik_of(symbol, tickers)
        if cik is None:
            raise ProviderNotCoveredError(NAME, "does not list the symbol")
        rows = tickers.by_cik.get(cik, ()) if tickers else ()
        return cik, filers.security_kind(symbol, [row.ticker.upper() for row in rows])

    async def _company(self, symbol: str) -> _Filer:
        cik, security = await self._identify(symbol)
        submissions = await self._client.submissions(cik)
        return _Filer(cik, submissions, Issuer(name=submissions.name, cik=cik, security=security))

    async def _submissions(self, cik: str) -> Submissions | None:
        try:
            return await self._client.submissions(cik)
        except ProviderNotCoveredError:
            return None

    async def _filings_around(self, submissions: Submissions, day: date | None) -> Sequence[FilingColumns]:
        """Returns the newest filings and, for a day before them, the page that contains that day."""
        pages = [submissions.filings.recent]
        if day is not None:
            named = (page.name for page in submissions.filings.files if _has_day(page, day))
            pages += [await self._client.filings_page(name) for name in named]
        return pages

    async def _facts(self, cik: str) -> CompanyFacts | None:
        try:
            return await self._client.company_facts(cik)
        except ProviderNotCoveredError:
            return None


def _periods(
    facts: CompanyFacts,
    request: StatementsRequest,
    pages: Sequence[FilingColumns],
    calendars: MarketCalendars,
) -> tuple[StatementPeriod, ...]:
    late: dict[str, date] = {}
    for columns in pages:
        late |= known_from(columns, calendars)
    known = facts if request.known_on is None else facts.known_on(request.known_on, late)
    return StatementMapper(known, late).statement(request.statement, request.period, request.limit)


def _has_day(page: FilingsPage, day: date) -> bool:
    """Returns whether a page has the filings of a day or of the days before, which may count from it."""
    first, last = day - _LONGEST_CLOSED, day
    return page.filing_from <= last.isoformat() and first.isoformat() <= page.filing_to


def _newest_filing(page: FilingsPage) -> str:
    return page.filing_to


def _filed(filing: Filing) -> date:
    return filing.filed


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _exchange(symbol: str, submissions: Submissions) -> str | None:
    listed = dict(zip(submissions.tickers, submissions.exchanges, strict=False))
    return listed.get(symbol) or next((exchange for exchange in submissions.exchanges if exchange), None)


def _month_and_day(text: str | None) -> str | None:
    """Returns ``0926`` as ``09-26``."""
    if not text or len(text) != 4 or not text.isdigit():
        return None
    month, day = text[:2], text[2:]
    return f"{month}-{day}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else None
