"""Companies of one industry by Yahoo's classification: the request to its screener, and the rows of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from shared.domain.company import Peer
from shared.domain.symbols import SYMBOL_PATTERN
from shared.market.providers.fields import (
    Converted,
    Json,
    convert_each,
    count,
    currency_and_factor,
    multiple,
    text,
)
from shared.market.providers.issuers import issuer_key, security_of
from shared.market.providers.yahoo.errors import NAME

PEERS_MODULES: Final = ("assetProfile", "price", "quoteType")
_ROWS: Final = 100
"""Requested listings: an issuer may have many, of shares, receipts and preferred stock."""
_UNITED_STATES: Final = "us"
_OVER_THE_COUNTER: Final = frozenset({"PNK", "OQB", "OQX", "OEM", "OID"})
_REGIONS: Final[Mapping[str, str]] = {
    suffix: region
    for region, suffixes in {
        "ae": "AE", "ar": "BA", "at": "VI", "au": "AX XA", "be": "BR", "br": "SA", "ca": "TO V CN NE",
        "ch": "SW VX", "cl": "SN", "cn": "SS SZ", "co": "CL", "cz": "PR", "de": "DE F BE BM HA MU SG DU HM",
        "dk": "CO", "eg": "CA", "es": "MC", "fi": "HE", "fr": "PA NX", "gb": "L IL AQ XC", "gr": "AT",
        "hk": "HK", "hu": "BD", "id": "JK", "ie": "IR", "il": "TA", "in": "NS BO", "is": "IC", "it": "MI TI",
        "jp": "T", "kr": "KS KQ", "kw": "KW", "mx": "MX", "my": "KL", "nl": "AS", "no": "OL", "nz": "NZ",
        "ph": "PS", "pl": "WA", "pt": "LS", "qa": "QA", "sa": "SR SAU", "se": "ST", "sg": "SI", "th": "BK",
        "tr": "IS", "tw": "TW TWO", "vn": "VN", "za": "JO",
    }.items()
    for suffix in suffixes.split()
}  # fmt: skip
"""Regions of the screener, by the suffix of symbols there."""


def region_of(symbol: str) -> str | None:
    """Returns the screener's region of a symbol; None where Yahoo's screener has none."""
    _, dot, suffix = symbol.rpartition(".")
    return _REGIONS.get(suffix) if dot else _UNITED_STATES


def screener_request(industry: str, region: str) -> Mapping[str, object]:
    """Returns the body that asks for the largest companies of an industry in a region.

    Args:
        industry: As profiles name it (``Drug Manufacturers - General``; the screener writes a long dash).
        region: A region of the screener.
    """
    operands = [
        {"operator": "EQ", "operands": [field, value]}
        for field, value in (("industry", industry.replace(" - ", "—")), ("region", region))
    ]
    return {
        "offset": 0,
        "size": _ROWS,
        "sortField": "intradaymarketcap",
        "sortType": "DESC",
        "quoteType": "EQUITY",
        "query": {"operator": "AND", "operands": operands},
        "userId": "",
        "userIdType": "guid",
    }


def peers_from_screener(rows: Sequence[Json], symbol: str, issuer: str | None) -> Converted[Peer]:
    """Returns one row per issuer, the largest first, without the issuer of the symbol.

    Args:
        rows: Rows of the screener.
        symbol: The requested symbol.
        issuer: Name of its company.

    Raises:
        ProviderBadPayloadError: There are rows, and none can be read.
    """
    readable = convert_each(NAME, "peers", rows, _listing)
    kept: dict[str, tuple[int, Peer]] = {}
    own = {symbol, issuer_key(issuer) if issuer else symbol}
    for rank, peer in readable.records:
        key = issuer_key(peer.name) if peer.name else peer.symbol
        if peer.symbol not in own and key not in own and (key not in kept or rank < kept[key][0]):
            kept[key] = (rank, peer)
    largest_first = sorted((peer for _, peer in kept.values()), key=lambda peer: -(peer.market_cap or 0))
    return Converted(tuple(largest_first), readable.dropped)


def _listing(row: Json) -> tuple[int, Peer] | None:
    """Returns a listing with its rank among those of its issuer, 0 for the main one; None if no company is.

    Raises:
        KeyError: It has no symbol.
    """
    symbol, names = str(row["symbol"]).upper(), [text(row.get(key)) for key in ("longName", "shortName")]
    if row.get("quoteType", "EQUITY") != "EQUITY" or not re.fullmatch(SYMBOL_PATTERN, symbol):
        return None
    if security_of(symbol, *names) not in (None, "common_stock", "depositary_receipt"):
        return None
    peer = Peer(
        symbol=symbol,
        name=next((name for name in names if name), None),
        market_cap=count(row.get("marketCap")) or None,
        currency=currency_and_factor(row.get("currency"))[0],
        trailing_pe=multiple(row.get("trailingPE")),
    )
    return int(str(row.get("exchange")) in _OVER_THE_COUNTER), peer
