"""Joins the facts of a company with those of the company that it continues after a reorganisation."""

from typing import Final

from shared.domain.company import Predecessor
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.market.providers.sec_edgar import filers
from shared.market.providers.sec_edgar.client import EdgarClient
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts
from shared.market.providers.sec_edgar.filing_documents import Submissions

_MAX_CANDIDATES: Final = 3
"""Accounts that are looked up in search of a predecessor."""


async def join_predecessor(
    client: EdgarClient, cik: str, submissions: Submissions, facts: CompanyFacts | None
) -> tuple[CompanyFacts | None, tuple[Predecessor, ...]]:
    """Returns the facts of a company with those of its predecessor, and who that was.

    Args:
        client: The connection.
        cik: Number of the company.
        submissions: What the SEC knows of it.
        facts: Its own facts; None when it has not filed any yet.

    Raises:
        ProviderError: A document that exists is unavailable.
    """
    since = filers.succession(submissions)
    known = filers.known_predecessor(cik)
    if since is None and known is None:
        return facts, ()
    found = known or await _same_name(client, cik, submissions)
    if found is None:
        unknown = Predecessor(name=f"registrant before the succession of {since}", cik=None, joined=False)
        return facts, (unknown,)
    try:
        earlier = await client.company_facts(found)
    except ProviderNotCoveredError:
        return facts, (Predecessor(name=f"CIK {found}", cik=found, joined=False),)
    joined = earlier if facts is None else facts.joined(earlier)
    return joined, (Predecessor(name=earlier.name, cik=found, joined=True),)


async def _same_name(client: EdgarClient, cik: str, submissions: Submissions) -> str | None:
    """Returns the number of a filer with the same name whose account the company files with, or None."""
    accessions = submissions.filings.recent.accession_number
    for candidate in filers.possible_predecessors(cik, accessions)[:_MAX_CANDIDATES]:
        try:
            other = await client.submissions(candidate)
        except ProviderNotCoveredError:
            continue
        if filers.same_company(submissions, other):
            return candidate
    return None
