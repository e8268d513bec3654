"""Small documents of the SEC's data service, made from rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.market.providers.sec_edgar.concepts.line_concepts import NAMES
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts
from shared.market.providers.sec_edgar.filing_documents import parse_company_facts


@dataclass(frozen=True)
class Row:
    """One fact of a filing. Without a start it is a balance; without ``filed`` it is filed after 40 days."""

    concept: str
    value: object
    end: str
    start: str | None = None
    filed: str | None = None
    form: str = "10-K"
    unit: str = "USD"
    taxonomy: str = "us-gaap"
    fiscal_year: int | None = None
    fiscal_period: str | None = None

    @property
    def filed_on(self) -> str:
        """Day of the filing."""
        return self.filed or (date.fromisoformat(self.end) + timedelta(days=40)).isoformat()

    def fact(self, cik: int) -> dict[str, object]:
        """Returns the fact as in a document."""
        start = {} if self.start is None else {"start": self.start}
        filed = self.filed_on
        return {
            **start,
            "end": self.end,
            "val": self.value,
            "accn": f"{cik:010d}-{filed[2:4]}-{filed[5:7]}{filed[8:]}{len(self.form):02d}",
            "fy": self.fiscal_year,
            "fp": self.fiscal_period or ("FY" if self.form.startswith("10-K") else "Q1"),
            "form": self.form,
            "filed": filed,
        }


def facts_document(rows: Iterable[Row], *, cik: int = 320193, name: str = "Example Corp") -> bytes:
    """Returns a companyfacts document."""
    facts: dict[str, dict[str, dict[str, dict[str, list[object]]]]] = {}
    for row in rows:
        concepts = facts.setdefault(row.taxonomy, {})
        units = concepts.setdefault(row.concept, {"units": {}})["units"]
        units.setdefault(row.unit, []).append(row.fact(cik))
    return json.dumps({"cik": cik, "entityName": name, "facts": facts}).encode()


def company_facts(rows: Iterable[Row], *, cik: int = 320193) -> CompanyFacts:
    """Returns the parsed facts."""
    return parse_company_facts(facts_document(rows, cik=cik), NAMES)


def year(concept: str, value: object, of: int, **options: Any) -> Row:
    """Returns a value of a calendar year."""
    return Row(concept, value, f"{of}-12-31", f"{of}-01-01", **options)


def to_date(concept: str, values: Sequence[object], of: int, **options: Any) -> list[Row]:
    """Returns the values of three, six, nine and twelve months of a calendar year, as they are filed."""
    ends = ("03-31", "06-30", "09-30", "12-31")
    forms = ("10-Q", "10-Q", "10-Q", "10-K")
    return [
        Row(concept, value, f"{of}-{end}", f"{of}-01-01", form=form, **options)
        for value, end, form in zip(values, ends, forms, strict=False)
    ]


def submissions_document(
    *,
    cik: int = 320193,
    name: str = "Example Corp",
    filings: Sequence[tuple[str, str, str]] = (),
    pages: Sequence[str] = (),
    tickers: Sequence[str] = ("EXMP",),
    **fields: object,
) -> bytes:
    """Returns a submissions document; filings are accession, form and day."""
    return json.dumps(
        {
            "cik": f"{cik:010d}",
            "name": name,
            "sic": "3571",
            "sicDescription": "Electronic Computers",
            "tickers": list(tickers),
            "exchanges": ["Nasdaq" for _ in tickers],
            "fiscalYearEnd": "1231",
            **fields,
            "filings": {
                "recent": filing_columns(filings),
                "files": [{"name": page, "filingCount": 1} for page in pages],
            },
        }
    ).encode()


def filing_columns(
    filings: Sequence[tuple[str, str, str]], accepted: Sequence[str] = ()
) -> dict[str, list[str]]:
    """Returns filings as columns, with the moments of acceptance where given."""
    return {
        "acceptanceDateTime": list(accepted),
        "accessionNumber": [accession for accession, _, _ in filings],
        "form": [form for _, form, _ in filings],
        "filingDate": [day for _, _, day in filings],
        "reportDate": ["" for _ in filings],
        "primaryDocDescription": ["" for _ in filings],
        "items": ["" for _ in filings],
    }


def tickers_document(*rows: tuple[int, str, str]) -> bytes:
    """Returns a list of tickers from number, ticker and name."""
    return json.dumps(
        {
            str(index): {"cik_str": cik, "ticker": ticker, "title": title}
            for index, (cik, ticker, title) in enumerate(rows)
        }
    ).encode()
