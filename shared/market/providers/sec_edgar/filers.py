"""The companies behind symbols: numbers at the SEC, kinds of securities, predecessors, search by number."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from shared.domain.company import SecurityKind
from shared.domain.market_data import AssetType, SymbolInfo
from shared.market.providers.issuers import name_with_security
from shared.market.providers.sec_edgar.filing_documents import Submissions, Tickers, padded

_CIK_SYMBOL: Final = re.compile(r"CIK(\d{1,10})")
_CIK_QUERY: Final = re.compile(r"CIK[\s:#]*(\d{1,10})|(\d{7,10})", re.IGNORECASE)
_SHORT_NUMBER: Final = re.compile(r"\d{5,6}")
"""Exchanges in Asia have tickers of up to six digits, too."""
_COVERED: Final = re.compile(r"[A-Z]{1,6}(-[A-Z]{1,2})?")
_ISSUER_SUFFIX: Final = re.compile(r"-(P[A-Z]?|W[ST]?[A-Z]?|U|UN|R|RT|RI)")
_BY_DASH: Final[Mapping[str, SecurityKind]] = {
    "P": "preferred_stock",
    "W": "warrant",
    "U": "unit",
    "R": "right",
}
_BY_FIFTH_LETTER: Final[Mapping[str, SecurityKind]] = {
    **dict.fromkeys("MNOPGHIJST", "preferred_stock"),
    "L": "note",
    "Z": "note",
    "W": "warrant",
    "U": "unit",
    "R": "right",
    "F": "common_stock",
    "Y": "depositary_receipt",
}
"""Last letter of tickers of five letters at Nasdaq and over the counter."""
_SUCCESSION_FORMS: Final = frozenset({"8-K12B", "8-K12G3", "8-K15D5"})
"""A company files one of these when it takes over the registration of a predecessor."""
_PREDECESSORS: Final[Mapping[str, str]] = {
    "0001652044": "0001288776",  # Alphabet, of Google
    "0001744489": "0001001039",  # Walt Disney, of the company before 21st Century Fox
    "0001707925": "0000884905",  # Linde, of Praxair
    "0001739940": "0000701221",  # Cigna
    "0001730168": "0001649338",  # Broadcom Inc., of Broadcom Limited
    "0001613103": "0000064670",  # Medtronic plc, of Medtronic Inc.
    "0001618921": "0000104207",  # Walgreens Boots Alliance, of Walgreen
}
"""Predecessors of large companies that reorganised, by the successor's number."""


def cik_of(symbol: str, tickers: Tickers | None) -> str | None:
    """Returns the number of the company behind a symbol, or None when the SEC does not list it.

    Args:
        symbol: A ticker, or a number written ``CIK0000320193``: delisted companies have no ticker.
        tickers: The list of tickers; not needed for a number.
    """
    if match := _CIK_SYMBOL.fullmatch(symbol):
        return match[1].zfill(10)
    row = tickers.by_ticker.get(symbol) if tickers else None
    return padded(row.cik_str) if row else None


def is_cik_symbol(symbol: str) -> bool:
    """Returns whether a symbol is a number at the SEC."""
    return _CIK_SYMBOL.fullmatch(symbol) is not None


def may_be_listed(symbol: str) -> bool:
    """Returns whether a symbol has the form of a US ticker; others are not looked up."""
    return is_cik_symbol(symbol) or _COVERED.fullmatch(symbol) is not None


def cik_in(query: str, tickers: Tickers | None = None) -> str | None:
    """Returns the number at the SEC that a search is for, or None when it is for something else.

    Args:
        query: What is searched.
        tickers: With the list of tickers, a bare number of five or six digits counts if a listed company has
            it; without, it does not.
    """
    query = query.strip()
    if match := _CIK_QUERY.fullmatch(query):
        return (match[1] or match[2]).zfill(10)
    listed = tickers is not None and query.zfill(10) in tickers.by_cik
    return query.zfill(10) if listed and may_be_short_cik(query) else None


def may_be_short_cik(query: str) -> bool:
    """Returns whether a search may be for a number that only the list of tickers can confirm."""
    return _SHORT_NUMBER.fullmatch(query.strip()) is not None


def security_kind(symbol: str, tickers: Sequence[str]) -> SecurityKind:
    """Returns what a symbol is among the tickers of its issuer, the most traded first."""
    main = tickers[0] if tickers else symbol
    if match := _ISSUER_SUFFIX.search(symbol):
        return _BY_DASH[match[1][0]]
    if symbol == main or is_cik_symbol(symbol) or "-" in symbol:
        return "common_stock"
    if len(symbol) == 5 and (symbol[:4] == main[:4] or symbol[-1] in "FY"):
        return _fifth_letter(symbol, main, tickers)
    if len(symbol) == 5 and len(main) == 4 and symbol[:3] == main[:3] and symbol[-1] in "MNOP":
        # Issuers with more series than letters use a further root: FNMFN beside FNMA and FNMAN.
        return "preferred_stock"
    shared = min(len(symbol), len(main), 3)
    # Classes of shares differ in a letter or two: GOOG and GOOGL, FOX and FOXA.
    return "common_stock" if shared == 3 and symbol[:3] == main[:3] and len(symbol) <= 5 else "other"


def _fifth_letter(symbol: str, main: str, tickers: Sequence[str]) -> SecurityKind:
    series = [ticker for ticker in tickers if len(ticker) == 5 and ticker[:4] == main[:4]]
    if len(series) > 4 and symbol[:4] == main[:4]:
        return "preferred_stock"
    return _BY_FIFTH_LETTER.get(symbol[-1], "common_stock")


def succession(submissions: Submissions) -> str | None:
    """Returns the day on which a company took over from a predecessor, or None when it did not."""
    columns = submissions.filings.recent
    days = [
        day for form, day in zip(columns.form, columns.filing_date, strict=False) if form in _SUCCESSION_FORMS
    ]
    return days[-1] if days else None


def known_predecessor(cik: str) -> str | None:
    """Returns the number of a company's predecessor where it is known."""
    return _PREDECESSORS.get(cik)


def possible_predecessors(cik: str, accessions: Sequence[str]) -> tuple[str, ...]:
    """Returns numbers that may be the predecessor's, the most frequent first.

    A company that files without an agent goes on with the account of its predecessor: accession numbers begin
    with the account's number. Filing agents have accounts, too; their names differ.
    """
    accounts = [accession[:10] for accession in accessions if accession[:10] != cik]
    return tuple(sorted(set(accounts), key=accounts.count, reverse=True))


def same_company(one: Submissions, other: Submissions) -> bool:
    """Returns whether two filers have a name in common, now or before."""
    return not _names(one).isdisjoint(_names(other))


def symbol_infos(submissions: Submissions) -> tuple[SymbolInfo, ...]:
    """Returns the symbols of a company; its number is the symbol when it has no ticker."""
    tickers = [ticker for ticker in submissions.tickers if ticker] or [f"CIK{padded(submissions.cik)}"]
    exchanges = [*submissions.exchanges, *([None] * len(tickers))]
    return tuple(
        SymbolInfo(
            symbol=ticker.upper(),
            name=name_with_security(submissions.name, security_kind(ticker.upper(), tickers)),
            asset_type=_asset_type(security_kind(ticker.upper(), tickers)),
            exchange=exchange or None,
            country=None,
            currency="USD" if exchange else None,
            sector=None,
            aliases=(f"CIK{padded(submissions.cik)}",),
        )
        for ticker, exchange in zip(tickers, exchanges, strict=False)
    )


def _asset_type(kind: SecurityKind) -> AssetType:
    return "equity" if kind in ("common_stock", "preferred_stock", "depositary_receipt") else "other"


def _names(submissions: Submissions) -> set[str]:
    names = [submissions.name, *(str(former.get("name", "")) for former in submissions.former_names)]
    return {re.sub(r"[^A-Z0-9]|\b(INC|CORP|CO|LTD|PLC|LLC)\b", "", name.upper()) for name in names if name}
