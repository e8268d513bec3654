"""Groups of companies with the same industry code (SIC) at the SEC."""

import asyncio
from collections.abc import Mapping
from typing import Final

from shared.domain.company import Peer
from shared.market.providers.sec_edgar.client import INDUSTRY_PAGE, EdgarClient
from shared.market.providers.sec_edgar.filers import security_kind
from shared.market.providers.sec_edgar.filing_documents import Submissions, TickerRow

_NO_INDUSTRY: Final[Mapping[str, str]] = {
    "0000": "unknown",
    "6189": "asset-backed securities",
    "6770": "blank checks",
    "8880": "American depositary receipts",
    "8888": "foreign governments",
    "9721": "international affairs",
    "9995": "non-operating establishments",
}
"""Codes of legal forms and of shells: their companies have no business in common."""
_FORMS: Final = ("10-K", "20-F", "40-F")
"""Annual reports of companies in the United States, abroad and in Canada."""
_PAGES_AT_ONCE: Final = 4
_MAX_PAGES: Final = 20
"""Pages per form: 2,000 companies are more than any code has with annual reports."""
_MAX_PEERS: Final = 40


def sic_of(submissions: Submissions) -> str | None:
    """Returns the four digits of a filer's industry code; None when it has none."""
    code = submissions.sic
    return code.zfill(4) if code and code.isascii() and code.isdigit() and len(code) <= 4 else None


def no_group_reason(sic: str | None) -> str | None:
    """Returns why a code makes no group of peers; None when it does."""
    if sic is None:
        return "the SEC gives the company no industry code"
    if sic in _NO_INDUSTRY:
        return f"the SEC's code {sic} ({_NO_INDUSTRY[sic]}) names no industry"
    return None


async def peers_of_industry(client: EdgarClient, cik: str, sic: str) -> tuple[Peer, ...]:
    """Returns the listed companies with a code, one row per issuer, in the SEC's order: the largest first.

    Args:
        client: The connection.
        cik: The company whose peers they are.
        sic: Its industry code.
    """
    groups = asyncio.gather(*(_companies(client, sic, form) for form in _FORMS))
    tickers, groups_by_form = await asyncio.gather(client.tickers(), groups)
    members = set[str]().union(*groups_by_form) - {cik}
    rows = (row for number, listed in tickers.by_cik.items() if number in members for row in _main(listed))
    return tuple(
        Peer(symbol=row.ticker.upper(), name=row.title, market_cap=None, currency=None)
        for row, _ in zip(rows, range(_MAX_PEERS), strict=False)
    )


async def _companies(client: EdgarClient, sic: str, form: str) -> set[str]:
    """Returns the companies with a code that filed a form; reads pages until one is not full."""
    found: set[str] = set()
    # Most codes fit on the first page.
    batches = [
        range(1),
        *(range(first, first + _PAGES_AT_ONCE) for first in range(1, _MAX_PAGES, _PAGES_AT_ONCE)),
    ]
    for batch in batches:
        pages = await asyncio.gather(
            *(client.industry_page(sic, form, number * INDUSTRY_PAGE) for number in batch)
        )
        found.update(*pages)
        if any(len(page) < INDUSTRY_PAGE for page in pages):
            break
    return found


def _main(listed: tuple[TickerRow, ...]) -> tuple[TickerRow, ...]:
    """Returns the first common stock of an issuer; nothing of one that has only other securities listed."""
    symbols = [row.ticker.upper() for row in listed]
    kinds = (security_kind(symbol, symbols) for symbol in symbols)
    return next(((row,) for row, kind in zip(listed, kinds, strict=True) if kind == "common_stock"), ())
