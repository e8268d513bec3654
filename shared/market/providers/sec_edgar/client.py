"""Asks the SEC's data service, keeps its documents for a day, and renews them with conditional requests."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, cast

from cachetools import LRUCache

from shared.market.providers.http_client import HttpResponse, ProviderBudget, SourceHttpClient
from shared.market.providers.sec_edgar.concepts.line_concepts import NAMES
from shared.market.providers.sec_edgar.errors import NAME, status_error
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts
from shared.market.providers.sec_edgar.filing_documents import (
    FilingColumns,
    Submissions,
    Tickers,
    parse_company_facts,
    parse_filings_page,
    parse_industry_page,
    parse_submissions,
    parse_tickers,
)
from shared.runtime.clock import Clock
from shared.runtime.single_flight import SingleFlight

T = TypeVar("T")

INDUSTRY_PAGE: Final = 100
"""Companies on one page of those of an industry: the maximum of the SEC."""
_DAY: Final = 86_400.0
_SUBMISSIONS_SECONDS: Final = 900.0
"""Filings appear during the day; a conditional request that nothing changed for costs little."""
_REQUEST_SECONDS: Final = 20.0
"""The largest documents have 30 MB; the deadline of the source chain ends a request sooner."""
_MAX_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
_MAX_KEPT_BYTES: Final = 96 * 1024 * 1024
"""Of documents as received; the kept part takes about a third."""


@dataclass(frozen=True)
class _KeptDocument:
    """A parsed document.

    Attributes:
        value: What was parsed.
        size: Bytes of the document.
        checked_at: Seconds since the epoch when the source last confirmed it.
        validators: Header fields of a conditional request.
    """

    value: object
    size: int
    checked_at: float
    validators: Mapping[str, str]


class EdgarClient:
    """The connection to SEC EDGAR.

    Args:
        contact: Name and mail address of the operator, sent as User-Agent: the SEC refuses requests without.
        budget: The requests that may be made, over all instances.
        clock: The present moment.
        data_url: Address of the data service.
        files_url: Address of the list of tickers.
    """

    def __init__(
        self,
        contact: str,
        budget: ProviderBudget,
        clock: Clock,
        *,
        data_url: str = "https://data.sec.gov",
        files_url: str = "https://www.sec.gov",
    ) -> None:
        headers = {"User-Agent": contact, "Accept-Encoding": "gzip, deflate"}
        open_client = partial(
            SourceHttpClient, NAME, headers=headers, timeout=_REQUEST_SECONDS, max_bytes=_MAX_DOCUMENT_BYTES
        )
        self._data = open_client(base_url=data_url)
        self._files = open_client(base_url=files_url)
        self._budget = budget
        self._clock = clock
        self._documents: LRUCache[str, _KeptDocument] = LRUCache(_MAX_KEPT_BYTES, getsizeof=_size)
        self._flights: SingleFlight[str, object] = SingleFlight()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=NAME)

    async def tickers(self) -> Tickers:
        """Returns the list of tickers.

        Raises:
            ProviderError: Any but ``ProviderInterruptedError``; so do the other methods.
        """
        return await self._get(self._files, "/files/company_tickers.json", parse_tickers, _DAY)

    async def submissions(self, cik: str) -> Submissions:
        """Returns what the SEC knows of a filer; ``ProviderNotCoveredError`` for an unknown number."""
        return await self._get(
            self._data, f"/submissions/CIK{cik}.json", parse_submissions, _SUBMISSIONS_SECONDS
        )

    async def filings_page(self, name: str) -> FilingColumns:
        """Returns a further page of filings, by the name that the submissions give."""
        return await self._get(self._data, f"/submissions/{name}", parse_filings_page, _DAY)

    async def industry_page(self, sic: str, form: str, start: int) -> tuple[str, ...]:
        """Returns one page of the CIKs of companies that have an industry code and filed a form."""
        query = f"action=getcompany&SIC={sic}&type={form}&owner=exclude&count={INDUSTRY_PAGE}&start={start}"
        path = f"/cgi-bin/browse-edgar?{query}&output=atom"
        return await self._get(self._files, path, parse_industry_page, _DAY)

    async def company_facts(self, cik: str) -> CompanyFacts:
        """Returns the facts of a company; ``ProviderNotCoveredError`` when it files none."""
        parse = partial(parse_company_facts, wanted=NAMES)
        return await self._get(self._data, f"/api/xbrl/companyfacts/CIK{cik}.json", parse, _DAY)

    async def compute(self, work: Callable[[], T]) -> T:
        """Returns the result of work on documents, done in the one thread of this source.

        A second thread would take turns with the first one and keep the event loop waiting for both.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def aclose(self) -> None:
        """Closes the connections and ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        await self._flights.aclose()
        await self._data.aclose()
        await self._files.aclose()

    async def _get(
        self, client: SourceHttpClient, path: str, parse: Callable[[bytes], T], max_age: float
    ) -> T:
        kept = self._documents.get(path)
        if kept is not None and self._now() - kept.checked_at < max_age:
            return cast("T", kept.value)

        async def fetch(_paths: object) -> Mapping[str, object]:
            return {path: await self._fetch(client, path, parse)}

        return cast("T", (await self._flights.run([path], fetch))[path])

    async def _fetch(self, client: SourceHttpClient, path: str, parse: Callable[[bytes], T]) -> T:
        kept = self._documents.get(path)
        response = await self._request(client, path, kept.validators if kept else {})
        if response.status == 304 and kept is not None:
            self._keep(path, _KeptDocument(kept.value, kept.size, self._now(), kept.validators))
            return cast("T", kept.value)
        value = await self.compute(partial(parse, response.body))
        self._keep(path, _KeptDocument(value, len(response.body), self._now(), _validators(response)))
        return value

    async def _request(
        self, client: SourceHttpClient, path: str, validators: Mapping[str, str]
    ) -> HttpResponse:
        await self._budget.take()
        response = await client.get(path, headers=validators)
        if (error := status_error(response.status)) is not None:
            raise error
        return response

    def _keep(self, path: str, document: _KeptDocument) -> None:
        if document.size <= _MAX_KEPT_BYTES:
            self._documents[path] = document

    def _now(self) -> float:
        return self._clock().timestamp()


def _size(document: _KeptDocument) -> int:
    return document.size


def _validators(response: HttpResponse) -> dict[str, str]:
    """Returns the header fields of a conditional request for the document."""
    fields = {"if-none-match": "etag", "if-modified-since": "last-modified"}
    return {field: value for field, given in fields.items() if (value := response.headers.get(given))}
