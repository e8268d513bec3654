"""Filings in our vocabulary, from the columns of the submissions."""

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Final

from shared.domain.company import Filing
from shared.market.providers.sec_edgar.filed_facts import filing_url
from shared.market.providers.sec_edgar.filing_documents import FilingColumns

_TITLES: Final = {
    "10-K": "Annual report",
    "10-KT": "Annual report for a transition period",
    "10-Q": "Quarterly report",
    "20-F": "Annual report of a foreign company",
    "40-F": "Annual report of a Canadian company",
    "6-K": "Report of a foreign company",
    "8-K": "Current report",
    "DEF 14A": "Proxy statement",
    "3": "Initial statement of ownership",
    "4": "Statement of changes in ownership",
    "5": "Annual statement of changes in ownership",
    "144": "Notice of proposed sale of securities",
    "S-1": "Registration statement",
    "SC 13G": "Statement of ownership above 5 %",
    "SC 13D": "Statement of ownership above 5 %",
    "SCHEDULE 13G": "Statement of ownership above 5 %",
    "SCHEDULE 13D": "Statement of ownership above 5 %",
    "13F-HR": "Holdings of an institutional manager",
}


def filings_of(cik: str, columns: FilingColumns, form: str | None) -> Iterator[Filing]:
    """Yields the filings of a form in the order of the document; a malformed row is left out.

    Args:
        cik: Number of the filer.
        columns: The filings.
        form: The form asked for, with its amendments (``10-K`` and ``10-K/A``); None for all.
    """
    rows = zip_longest(
        columns.accession_number,
        columns.form,
        columns.filing_date,
        columns.report_date,
        columns.primary_doc_description,
        columns.items,
        fillvalue="",
    )
    for accession, filed_form, filed, period_end, description, items in rows:
        day = _day(filed)
        if not accession or not filed_form or day is None or not _wanted(filed_form, form):
            continue
        yield Filing(
            form=filed_form,
            filed=day,
            period_end=_day(period_end),
            accession=accession,
            url=filing_url(cik, accession),
            title=_title(filed_form, description, items),
        )


def _wanted(form: str, wanted: str | None) -> bool:
    return wanted is None or form.upper() in (wanted.upper(), f"{wanted.upper()}/A")


def _title(form: str, description: str, items: str) -> str:
    base = form.removesuffix("/A")
    title = _TITLES.get(base) or description.strip() or f"Form {base}"
    if form != base:
        title += ", amended"
    return f"{title} (items {items})" if items else title


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
