"""The documents of the SEC's data service, decoded and checked; only what is needed is kept.

A companyfacts document has some 500 concepts in 4 MB. The first pass, of 1.6 ms, leaves each concept as raw
bytes; the json module takes 35 ms for the whole document. Then only the needed concepts are decoded, one at a
time, so that no call holds the interpreter for long. Parsing runs in a thread.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

import msgspec

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.sec_edgar.concepts.concept_sums import IFRS
from shared.market.providers.sec_edgar.errors import NAME
from shared.market.providers.sec_edgar.filed_facts import (
    CompanyFacts,
    FactSpan,
    FiledSeries,
    SourceFiling,
    UnitFacts,
    condensed,
)

T = TypeVar("T")

_TAXONOMIES: Final = {"us-gaap": "", IFRS: f"{IFRS}:"}
"""Taxonomies that are kept, with the prefix of their names."""


_CIK_ELEMENT: Final = re.compile(rb"<cik>\s*(\d{1,10})\s*</cik>")


class _FactRow(msgspec.Struct, frozen=True, gc=False):
    end: date
    val: int | float
    accn: str
    filed: date
    form: str | None = None
    start: date | None = None
    fy: int | str | None = None
    fp: str | None = None


class _FactsDocument(msgspec.Struct, frozen=True):
    cik: int | str
    facts: dict[str, dict[str, msgspec.Raw]]
    entityName: str = ""  # noqa: N815 - the document's name


class _ConceptRow(msgspec.Struct, frozen=True):
    units: dict[str, msgspec.Raw]


class TickerRow(msgspec.Struct, frozen=True):
    """A row of the list of tickers."""

    cik_str: int
    ticker: str
    title: str


class FilingColumns(msgspec.Struct, frozen=True, rename="camel"):
    """Filings as columns of the same length, newest first; missing texts are empty."""

    accession_number: list[str]
    filing_date: list[str]
    form: list[str]
    report_date: list[str] = []
    acceptance_date_time: list[str] = []
    primary_doc_description: list[str] = []
    items: list[str] = []


class FilingsPage(msgspec.Struct, frozen=True, rename="camel"):
    """A further page of older filings."""

    name: str
    filing_from: str = ""
    filing_to: str = ""


class SubmittedFilings(msgspec.Struct, frozen=True):
    """The newest filings, and where the older ones are."""

    recent: FilingColumns
    files: list[FilingsPage] = []


class Submissions(msgspec.Struct, frozen=True, rename="camel"):
    """What the SEC knows of a filer, with its filings."""

    cik: int | str
    name: str
    filings: SubmittedFilings
    sic: str | None = None
    sic_description: str | None = None
    tickers: list[str | None] = []
    exchanges: list[str | None] = []
    fiscal_year_end: str | None = None
    state_of_incorporation_description: str | None = None
    former_names: list[dict[str, object]] = []


_FACTS: Final = msgspec.json.Decoder(_FactsDocument)
_CONCEPT: Final = msgspec.json.Decoder(_ConceptRow)
_VALUES: Final = msgspec.json.Decoder(list[_FactRow])
_RAW_VALUES: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ONE_VALUE: Final = msgspec.json.Decoder(_FactRow)
_TICKERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TICKER_ROW: Final = msgspec.json.Decoder(TickerRow)
_SUBMISSIONS: Final = msgspec.json.Decoder(Submissions)
_PAGE: Final = msgspec.json.Decoder(FilingColumns)


@dataclass(frozen=True)
class Tickers:
    """The list of tickers.

    Attributes:
        by_ticker: The issuer of each ticker.
        by_cik: The tickers of each issuer, in the order of the list: the most traded first.
    """

    by_ticker: Mapping[str, TickerRow]
    by_cik: Mapping[str, tuple[TickerRow, ...]]


def padded(cik: int | str) -> str:
    """Returns a number of a filer with ten digits.

    Raises:
        ProviderBadPayloadError: It is not a number of at most ten digits.
    """
    digits = str(cik)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise ProviderBadPayloadError(NAME, "the document has no valid CIK")
    return digits.zfill(10)


def parse_company_facts(body: bytes, wanted: frozenset[str]) -> CompanyFacts:
    """Returns the wanted concepts of a companyfacts document; a malformed fact is left out.

    Raises:
        ProviderBadPayloadError: It does not have the documented shape.
    """
    document = _decoded(_FACTS, body)
    cik = padded(document.cik)
    filings: dict[str, SourceFiling] = {}
    concepts: dict[str, UnitFacts] = {}
    for taxonomy, prefix in _TAXONOMIES.items():
        for name, raw in document.facts.get(taxonomy, {}).items():
            if prefix + name in wanted:
                concepts[prefix + name] = _units(raw, cik, filings)
                # Lets the event loop go on: it would wait for its turn of 5 ms otherwise.
                time.sleep(0)
    return CompanyFacts(cik, document.entityName.strip(), concepts)


def parse_tickers(body: bytes) -> Tickers:
    """Returns the list of tickers; a malformed row is left out.

    Raises:
        ProviderBadPayloadError: It is not an object of rows, or has no usable row.
    """
    by_ticker: dict[str, TickerRow] = {}
    by_cik: dict[str, tuple[TickerRow, ...]] = {}
    for raw in _decoded(_TICKERS, body).values():
        row = _decoded_or_none(_TICKER_ROW, raw)
        if row is None or row.cik_str <= 0:
            continue
        by_ticker.setdefault(row.ticker.upper(), row)
        cik = padded(row.cik_str)
        by_cik[cik] = (*by_cik.get(cik, ()), row)
    if not by_ticker:
        raise ProviderBadPayloadError(NAME, "the list of tickers is empty")
    return Tickers(by_ticker, by_cik)


def parse_industry_page(body: bytes) -> tuple[str, ...]:
    """Returns the numbers of the companies on a page of those with one industry code.

    Names in this feed are garbled at the SEC, so that only the numbers are read.

    Raises:
        ProviderBadPayloadError: It is neither the feed nor the page that reports no match.
    """
    if b"<feed" not in body and b"No matching" not in body:
        raise ProviderBadPayloadError(NAME, "the list of companies does not have the documented shape")
    return tuple(padded(match.decode()) for match in _CIK_ELEMENT.findall(body))


def parse_submissions(body: bytes) -> Submissions:
    """Returns what the SEC knows of a filer.

    Raises:
        ProviderBadPayloadError: It does not have the documented shape.
    """
    return _decoded(_SUBMISSIONS, body)


def parse_filings_page(body: bytes) -> FilingColumns:
    """Returns a further page of filings.

    Raises:
        ProviderBadPayloadError: It does not have the documented shape.
    """
    return _decoded(_PAGE, body)


def _units(raw: msgspec.Raw, cik: str, filings: dict[str, SourceFiling]) -> UnitFacts:
    concept = _decoded_or_none(_CONCEPT, raw)
    if concept is None:
        return {}
    return {unit: _spans(_facts(values), cik, filings) for unit, values in concept.units.items()}


def _facts(raw: msgspec.Raw) -> Sequence[_FactRow]:
    facts = _decoded_or_none(_VALUES, raw)
    return facts if facts is not None else list(_usable_facts(raw))


def _usable_facts(raw: msgspec.Raw) -> Iterator[_FactRow]:
    """Yields the facts that can be decoded: one malformed fact costs that fact only."""
    for item in _decoded_or_none(_RAW_VALUES, raw) or []:
        fact = _decoded_or_none(_ONE_VALUE, item)
        if fact is not None:
            yield fact


def _spans(
    facts: Sequence[_FactRow], cik: str, filings: dict[str, SourceFiling]
) -> dict[FactSpan, FiledSeries]:
    values: dict[FactSpan, list[tuple[int | float, SourceFiling]]] = {}
    for fact in facts:
        filing = filings.get(fact.accn)
        if filing is None:
            fiscal_year = fact.fy if isinstance(fact.fy, int) else None
            filing = SourceFiling(cik, fact.accn, fact.form or "", fact.filed, fiscal_year, fact.fp)
            filings[fact.accn] = filing
        values.setdefault((fact.start, fact.end), []).append((fact.val, filing))
    return {span: condensed(found) for span, found in values.items()}


def _decoded(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderBadPayloadError(NAME, "the answer does not have the documented shape") from error


def _decoded_or_none(decoder: "msgspec.json.Decoder[T]", raw: msgspec.Raw) -> T | None:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
