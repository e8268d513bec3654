"""Requests for data on companies at Yahoo: profile, earnings, peers, holders. They block."""

from datetime import date
from typing import Final, TypeVar

from shared.domain.company import Earnings, Holders, Peers, Profile
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.exchanges import calendar_of
from shared.market.providers.fields import Json, moment, part, text
from shared.market.providers.yahoo.client import YahooClient
from shared.market.providers.yahoo.company_modules import (
    HOLDERS_MODULES,
    PROFILE_MODULES,
    holders_from_summary,
    is_company,
    profile_from_summary,
)
from shared.market.providers.yahoo.earnings import EARNINGS_MODULES, earnings_from_summary
from shared.market.providers.yahoo.errors import NAME, YahooResponseError, failures
from shared.market.providers.yahoo.peers import (
    PEERS_MODULES,
    peers_from_screener,
    region_of,
    screener_request,
)
from shared.market.providers.yahoo.responses import HOST, result_of, summary_of
from shared.runtime.clock import Clock

_SCREENER: Final = (
    f"{HOST}/v1/finance/screener?corsDomain=finance.yahoo.com&formatted=false&lang=en-US&region=US"
)
T = TypeVar("T")


class YahooCompanies:
    """Reads data on companies.

    Every method but ``last_year_end`` raises ``ProviderNotCoveredError`` when Yahoo has no such data on the
    symbol: an unknown one, a fund, an index.

    Args:
        client: The connection.
        clock: The present moment.
        calendars: Sessions of the exchanges, to tell whether earnings come before or after one.
    """

    def __init__(self, client: YahooClient, clock: Clock, calendars: MarketCalendars) -> None:
        self._client = client
        self._clock = clock
        self._calendars = calendars

    def profile(self, symbol: str) -> Profile:
        """Returns what a company or fund is and does."""
        summary = self._summary(symbol, PROFILE_MODULES)
        return _known(profile_from_summary(symbol, summary, self._clock()), "profile")

    def earnings(self, symbol: str) -> Earnings:
        """Returns the last four quarters, the next date and estimates of two quarters and two years."""
        summary = self._summary(symbol, EARNINGS_MODULES)
        sessions = self._calendars.sessions(calendar_of(symbol)) if is_company(summary) else ()
        return _known(earnings_from_summary(symbol, summary, self._clock(), sessions), "earnings")

    def holders(self, symbol: str) -> Holders:
        """Returns the largest institutions, and the insiders with their latest trade."""
        summary = self._summary(symbol, HOLDERS_MODULES)
        return _known(holders_from_summary(symbol, summary, self._clock()), "holders")

    def peers(self, symbol: str) -> Peers:
        """Returns the companies that Yahoo counts to the same industry in the same region."""
        summary = self._summary(symbol, PEERS_MODULES)
        if not is_company(summary):
            raise _not_covered("peers")
        industry = text(part(summary, "assetProfile").get("industry"))
        region = region_of(symbol)
        rows: list[Json] = []
        if industry and region:
            answer = self._client.post_json(_SCREENER, screener_request(industry, region))
            results = result_of(answer, "finance")
            quotes = results[0].get("quotes") if results else []
            rows = quotes if isinstance(quotes, list) else []
        price = part(summary, "price")
        issuer = text(price.get("longName")) or text(price.get("shortName"))
        found = peers_from_screener(rows, symbol, issuer)
        return Peers(
            source=NAME,
            as_of=None,
            fetched_at=self._clock(),
            quality=found.remarks,
            symbol=symbol,
            industry=industry,
            sic=None,
            peers=found.records,
            reason=None if found.records else _reason(industry, region),
        )

    def last_year_end(self, symbol: str) -> date | None:
        """Returns the last day of the last fiscal year; None when Yahoo does not tell or fails."""
        try:
            summary = self._summary(symbol, ("defaultKeyStatistics",))
        except failures():
            # Worth no more than the numbers of quarters.
            return None
        ended = moment(part(summary, "defaultKeyStatistics").get("lastFiscalYearEnd"))
        return ended.date() if ended else None

    def _summary(self, symbol: str, modules: tuple[str, ...]) -> Json:
        try:
            return summary_of(self._client, symbol, modules)
        except YahooResponseError as error:
            if error.is_unknown_symbol:
                raise _not_covered("data on a company of this symbol") from error
            raise


def _reason(industry: str | None, region: str | None) -> str:
    if not industry:
        return "the source names no industry of the company"
    if not region:
        return "the source has no list of companies for this exchange"
    return f"the source lists no other company of the industry {industry} in this market"


def _known(found: T | None, kind: str) -> T:
    if found is None:
        raise _not_covered(kind)
    return found


def _not_covered(lacking: str) -> ProviderNotCoveredError:
    return ProviderNotCoveredError(NAME, f"has no {lacking}")
