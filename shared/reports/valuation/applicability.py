"""Which methods apply to which kind of instrument, and why others do not."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from shared.domain.company import SecurityKind
from shared.domain.market_data import AssetType

Class = Literal["operating_company", "deposit_funded"]

_NAMES_OF_KINDS: Final[dict[AssetType, str]] = {
    "etf": "A fund is worth what it holds",
    "mutual_fund": "A fund is worth what it holds",
    "index": "An index is a number without earnings of its own",
    "currency": "A currency pair has no earnings",
    "cryptocurrency": "A cryptocurrency has no earnings",
    "future": "A future follows the price of what it is written on",
    "other": "This kind of instrument is not valued",
}
_SECURITIES: Final[dict[SecurityKind, str]] = {
    "preferred_stock": "A preferred share is a claim to a fixed dividend and has no equity valuation",
    "note": "A note is debt and has no equity valuation",
    "warrant": "A warrant has no equity valuation",
    "unit": "A unit bundles several securities and has no equity valuation",
    "right": "A right has no equity valuation",
    "fund": "A fund is worth what it holds",
    "other": "This kind of security is not valued",
    "depositary_receipt": "The number of shares per depositary receipt is not known",
}
_DEPOSIT_FUNDED: Final = re.compile(
    r"\b(banks?|banking|insurance|insurers?|reinsurance|thrifts?|savings|credit services|mortgage finance"
    r"|capital markets|brokerage|financial conglomerates)\b",
    re.IGNORECASE,
)
_DEPOSIT_FUNDED_SIC: Final = ((6000, 6281), (6300, 6411))
"""Banks, credit institutions, brokers; insurers. Between them are advisers, who lend nothing."""
_BY_NAME: Final[tuple[tuple[re.Pattern[str], SecurityKind], ...]] = (
    (re.compile(r"\b(preferred|preference|pfd|pref)\b", re.IGNORECASE), "preferred_stock"),
    (
        re.compile(r"\b(adr|ads|gdr|american depositary|depositary receipts?)\b", re.IGNORECASE),
        "depositary_receipt",
    ),
    (re.compile(r"\b(notes?|debentures?) due\b", re.IGNORECASE), "note"),
    (re.compile(r"\bwarrants?\b", re.IGNORECASE), "warrant"),
)  # fmt: skip


@dataclass(frozen=True)
class Instrument:
    """What is to be valued.

    Attributes:
        security: As its issuer's filings say; None when the source does not tell.
        sector: The source's name for it, as is ``industry``.
        sic: Industry code of the SEC, four digits.
    """

    name: str | None
    asset_type: AssetType
    security: SecurityKind | None = None
    sector: str | None = None
    industry: str | None = None
    sic: str | None = None


def reason_without_valuation(instrument: Instrument) -> str | None:
    """Returns why the instrument gets no equity valuation; None when it does."""
    if instrument.asset_type != "equity":
        return f"{_NAMES_OF_KINDS[instrument.asset_type]}."
    reason = _SECURITIES.get(_security(instrument))
    return f"{reason}." if reason else None


def is_deposit_funded(instrument: Instrument) -> bool:
    """Returns whether borrowing is the business: banks, insurers, brokers, lenders.

    Enterprise value, net debt and discounted cash flow say nothing about them.
    """
    if instrument.sic is not None:
        return any(first <= int(instrument.sic) <= last for first, last in _DEPOSIT_FUNDED_SIC)
    if instrument.industry is None:
        # Without an industry a financial company may be a bank; what may say nothing is not said.
        return "financ" in (instrument.sector or "").casefold()
    return bool(_DEPOSIT_FUNDED.search(instrument.industry))


def _security(instrument: Instrument) -> SecurityKind:
    if instrument.security not in (None, "common_stock"):
        return instrument.security
    return next((kind for pattern, kind in _BY_NAME if pattern.search(instrument.name or "")), "common_stock")
