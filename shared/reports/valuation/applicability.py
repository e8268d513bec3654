"""Which methods apply to which kind of instrument, and why others do not."""

import re
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from shared.domain.company import SecurityKind
from shared.domain.market_data import AssetType

Class = Literal["operating_company", "deposit_funded"]

_REASONS_OF_KINDS: Final[dict[AssetType, str]] = {"etf": "fund", "mutual_fund": "fund", "other": "other_kind"}
"""Keys of reasons where they are not the name of the kind."""
_REASONS_OF_SECURITIES: Final[dict[SecurityKind, str]] = {"other": "other_security"}
"""Keys of reasons where they are not the name of the security."""
_DEPOSIT_FUNDED: Final = re.compile(
    r"\b(banks?|banking|insurance|insurers?|reinsurance|thrifts?|savings|credit services|mortgage finance"
    r"|capital markets|brokerage|financial conglomerates)\b",
    re.IGNORECASE,
)
_DEPOSIT_FUNDED_SIC: Final = ((6000, 6281), (6300, 6411))
"""Banks, credit institutions, brokers; insurers. Between them are advisers, who lend nothing."""
OF_ENTERPRISES: Final = frozenset(
    {
        "enterprise_value", "ev_to_ebitda", "price_to_sales", "net_debt", "net_debt_to_ebitda",
        "interest_coverage", "return_on_capital", "gross_margin", "debt_to_equity", "current_ratio",
        "operating_cash_flow", "free_cash_flow", "cash_conversion",
    }
)  # fmt: skip
"""Figures that say nothing about companies whose business is borrowing."""
_LIKE_ORDINARY_SHARES: Final[frozenset[SecurityKind]] = frozenset(
    {"common_stock", "depositary_receipt", "fund"}
)
_BY_NAME: Final[tuple[tuple[str, SecurityKind], ...]] = (
    # Not at the beginning: Preferred Bank is a company.
    (r"(?<=[\s(,-])(preferred|preference|pfd|pref|vorzugsaktien?|vz)\b", "preferred_stock"),
    (r"\b(adr|ads|gdr|cdr|bdr|nvdr|cedear)s?\b(?!-)", "depositary_receipt"),
    (r"\bdepositary (receipts?|shares?|interests?|units?)\b", "depositary_receipt"),
    (r"\b(notes?|nts|debentures?|bonds?) due\b", "note"),
    (r"\d ?%.*\b(notes?|nts|debentures?|debs?|bonds?)\b", "note"),
    (r"\bwarrants?\b", "warrant"),
    (r"(?<=\s)rights?$", "right"),
)
"""Words in names, in whatever case."""
_BY_SYMBOL: Final[tuple[tuple[str, SecurityKind], ...]] = (
    (r"[A-Z]{1,5}-P[A-Z]?", "preferred_stock"),
    (r".+-PREF\.ST", "preferred_stock"),
    (r"(?!VIB3)[A-Z]{3}3\.DE", "preferred_stock"),
    (r"[A-Z]{4}[4-8]\.SA", "preferred_stock"),
    (r"\d{5}[579KLM]\.K[SQ]", "preferred_stock"),
    (r"[A-Z]{4}3[1-9]\.SA", "depositary_receipt"),
    (r"[A-Z]{1,5}-WT[A-Z]?", "warrant"),
    (r"[A-Z]{1,5}-UN", "unit"),
    (r"[A-Z]{1,5}-R[IT]", "right"),
)
"""Symbols as Yahoo writes those of New York, and as other exchanges number their shares."""


@dataclass(frozen=True)
class Instrument:
    """What is to be valued.

    Attributes:
        security: As its issuer's filings say; None when the source does not tell.
        sector: The source's name for it, as is ``industry``.
        sic: Industry code of the SEC, four digits.
        symbol: As market data have it; its form tells preferred shares, warrants, units and rights.
    """

    name: str | None
    asset_type: AssetType
    security: SecurityKind | None = None
    sector: str | None = None
    industry: str | None = None
    sic: str | None = None
    symbol: str = ""


def reason_without_valuation(instrument: Instrument) -> str | None:
    """Returns why the instrument gets no equity valuation, as a key below ``reasons``; None when it does."""
    if instrument.asset_type != "equity":
        return _REASONS_OF_KINDS.get(instrument.asset_type, instrument.asset_type)
    security = _security(instrument)
    return None if security == "common_stock" else _REASONS_OF_SECURITIES.get(security, security)


def other_claim(instrument: Instrument) -> SecurityKind | None:
    """Returns what is no ordinary share, nor a receipt of one: a preferred share, a note; else None."""
    security = _security(instrument)
    return security if instrument.asset_type == "equity" and security not in _LIKE_ORDINARY_SHARES else None


def is_deposit_funded(instrument: Instrument) -> bool:
    """Returns whether borrowing is the business: banks, insurers, brokers, lenders.

    Enterprise value, net debt and discounted cash flow say nothing about them.
    """
    if instrument.sic is not None:
        return any(first <= int(instrument.sic) <= last for first, last in _DEPOSIT_FUNDED_SIC)
    sector, industry = (instrument.sector or "").casefold(), (instrument.industry or "").casefold()
    if industry in ("", sector):
        # Without an industry a financial company may be a bank; what may say nothing is not said.
        return "financ" in sector
    return bool(_DEPOSIT_FUNDED.search(industry))


def _security(instrument: Instrument) -> SecurityKind:
    if instrument.security not in (None, "common_stock"):
        return instrument.security
    by_symbol = (kind for pattern, kind in _BY_SYMBOL if re.fullmatch(pattern, instrument.symbol))
    name = instrument.name or ""
    by_name = (kind for pattern, kind in _BY_NAME if re.search(pattern, name, re.IGNORECASE))
    return next(chain(by_symbol, by_name), "common_stock")
