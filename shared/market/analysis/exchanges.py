"""Exchanges: which one a symbol trades on, and in which time zone that is.

Symbols follow Yahoo's spelling: a suffix names the exchange (``VOD.L``), ``=X`` is a currency pair, ``=F`` a
future, ``^`` an index. Codes are those of ``exchange_calendars`` (mostly MICs); exchanges that the library
lacks have their MIC and their regular hours here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from shared.domain.market_data import AssetType

ALWAYS_OPEN: Final = "24/7"
WEEKDAYS: Final = "24/5"
NEW_YORK: Final = "XNYS"
NASDAQ: Final = "XNAS"
"""Has the sessions of New York; symbols are given that calendar."""

_FUTURES: Final = "us_futures"
_LOOKS_LIKE_CRYPTO: Final = re.compile(r"[A-Z0-9]{1,15}-[A-Z]{3,5}")
"""``BTC-USD``, ``ETH-INR``. Share classes and warrants have one or two letters behind the hyphen."""

_BY_SUFFIX: Final[Mapping[str, str]] = {
    # Americas
    "TO": "XTSE", "V": "XTSE", "CN": "XTSE", "NE": "XTSE", "MX": "XMEX", "SA": "BVMF", "BA": "XBUE",
    "SN": "XSGO", "CL": "XBOG", "LM": "XLIM", "CR": "BVCA",
    # Europe
    "L": "XLON", "IL": "XLON", "AQ": "XLON", "XC": "XLON", "DE": "XETR", "F": "XFRA", "BE": "XFRA",
    "BM": "XFRA", "HA": "XFRA", "MU": "XFRA", "SG": "XSTU", "DU": "XDUS", "HM": "XHAM", "PA": "XPAR",
    "NX": "XPAR", "AS": "XAMS", "XD": "XAMS", "BR": "XBRU", "LU": "XLUX", "MI": "XMIL", "TI": "XMIL",
    "MC": "XMAD", "SW": "XSWX", "VX": "XSWX", "ST": "XSTO", "HE": "XHEL", "CO": "XCSE", "OL": "XOSL",
    "IC": "XICE", "VI": "XWBO", "LS": "XLIS", "IR": "XDUB", "WA": "XWAR", "PR": "XPRA", "BD": "XBUD",
    "RO": "XBSE", "AT": "ASEX", "IS": "XIST", "TL": "XTAL", "RG": "XRIS", "VS": "XLIT", "ME": "XMOS",
    # Middle East and Africa
    "TA": "XTAE", "SR": "XSAU", "SAU": "XSAU", "KW": "XKUW", "QA": "DSMD", "AE": "XDFM", "CA": "XCAI",
    "JO": "XJSE",
    # Asia and Pacific
    "T": "XTKS", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "KS": "XKRX", "KQ": "XKRX", "TW": "XTAI",
    "TWO": "XTAI", "NS": "XBOM", "BO": "XBOM", "SI": "XSES", "JK": "XIDX", "KL": "XKLS", "BK": "XBKK",
    "PS": "XPHS", "VN": "XSTC", "CM": "XCOL", "KA": "XKAR", "AX": "XASX", "XA": "XASX", "NZ": "XNZE",
    # Futures
    "CBT": _FUTURES, "CME": _FUTURES, "CMX": _FUTURES, "NYB": _FUTURES, "NYM": _FUTURES,
}  # fmt: skip
_BY_INDEX: Final[Mapping[str, str]] = {
    "^GSPC": NEW_YORK, "^DJI": NEW_YORK, "^IXIC": NEW_YORK, "^NDX": NEW_YORK, "^RUT": NEW_YORK,
    "^NYA": NEW_YORK, "^VIX": NEW_YORK, "^OEX": NEW_YORK, "^SOX": NEW_YORK,
    "^GSPTSE": "XTSE", "^MXX": "XMEX", "^BVSP": "BVMF", "^MERV": "XBUE", "^IPSA": "XSGO",
    "^FTSE": "XLON", "^FTMC": "XLON", "^GDAXI": "XETR", "^MDAXI": "XETR", "^TECDAX": "XETR",
    "^STOXX50E": "XETR", "^STOXX": "XETR", "^FCHI": "XPAR", "^AEX": "XAMS", "^BFX": "XBRU", "^SSMI": "XSWX",
    "^IBEX": "XMAD", "^ATX": "XWBO", "^OMX": "XSTO", "^OMXH25": "XHEL", "^ISEQ": "XDUB",
    "^N225": "XTKS", "^HSI": "XHKG", "^HSCE": "XHKG", "^AXJO": "XASX", "^AORD": "XASX", "^NZ50": "XNZE",
    "^BSESN": "XBOM", "^NSEI": "XBOM", "^NSEBANK": "XBOM", "^KS11": "XKRX", "^KQ11": "XKRX",
    "^TWII": "XTAI", "^TWOII": "XTAI", "^STI": "XSES", "^JKSE": "XIDX", "^KLSE": "XKLS",
}  # fmt: skip
_INDEX_FAMILIES: Final = (
    (re.compile(r"\^AX[A-Z]{2}"), "XASX"),
    (re.compile(r"\^(CNX|NSE)[A-Z0-9]*|\^CRSLDX|\^INDIAVIX"), "XBOM"),
    (re.compile(r"\^HS[CN][A-Z]?"), "XHKG"),
    (re.compile(r"\^TO?PX[A-Z0-9]*|\^N[23]00"), "XTKS"),
    (re.compile(r"\^K[SQ][0-9]+"), "XKRX"),
    (re.compile(r"\^NZ[0-9]+[A-Z]?"), "XNZE"),
)
"""Families of indices east of Europe, whose day has begun while it is still yesterday in New York."""
_TIME_ZONES: Final[Mapping[str, str]] = {
    # Daily bars of currency pairs are days of London.
    ALWAYS_OPEN: "UTC", WEEKDAYS: "Europe/London",
    "XMEX": "America/Mexico_City", "BVMF": "America/Sao_Paulo", "XBUE": "America/Argentina/Buenos_Aires",
    "XSGO": "America/Santiago", "XLIM": "America/Lima", "BVCA": "America/Caracas",
    "XLON": "Europe/London", "XETR": "Europe/Berlin", "XFRA": "Europe/Berlin", "XSTU": "Europe/Berlin",
    "XDUS": "Europe/Berlin", "XHAM": "Europe/Berlin", "XPAR": "Europe/Paris", "XAMS": "Europe/Amsterdam",
    "XBRU": "Europe/Brussels", "XLUX": "Europe/Luxembourg", "XMIL": "Europe/Rome", "XMAD": "Europe/Madrid",
    "XSWX": "Europe/Zurich", "XSTO": "Europe/Stockholm", "XHEL": "Europe/Helsinki",
    "XCSE": "Europe/Copenhagen", "XOSL": "Europe/Oslo", "XICE": "Atlantic/Reykjavik",
    "XWBO": "Europe/Vienna", "XLIS": "Europe/Lisbon", "XDUB": "Europe/Dublin", "XWAR": "Europe/Warsaw",
    "XPRA": "Europe/Prague", "XBUD": "Europe/Budapest", "XBSE": "Europe/Bucharest", "ASEX": "Europe/Athens",
    "XIST": "Europe/Istanbul", "XTAL": "Europe/Tallinn", "XRIS": "Europe/Riga", "XLIT": "Europe/Vilnius",
    "XMOS": "Europe/Moscow",
    "XTAE": "Asia/Tel_Aviv", "XSAU": "Asia/Riyadh", "XKUW": "Asia/Kuwait", "DSMD": "Asia/Qatar",
    "XDFM": "Asia/Dubai", "XCAI": "Africa/Cairo", "XJSE": "Africa/Johannesburg",
    "XTKS": "Asia/Tokyo", "XHKG": "Asia/Hong_Kong", "XSHG": "Asia/Shanghai", "XKRX": "Asia/Seoul",
    "XTAI": "Asia/Taipei", "XBOM": "Asia/Kolkata", "XSES": "Asia/Singapore", "XIDX": "Asia/Jakarta",
    "XKLS": "Asia/Kuala_Lumpur", "XBKK": "Asia/Bangkok", "XPHS": "Asia/Manila",
    "XSTC": "Asia/Ho_Chi_Minh", "XCOL": "Asia/Colombo", "XKAR": "Asia/Karachi",
    "XASX": "Australia/Sydney", "XNZE": "Pacific/Auckland",
}  # fmt: skip
"""Time zones of the calendars outside New York's zone, so that dates need no calendar library."""


@dataclass(frozen=True)
class RegularHours:
    """The usual trading week of an exchange, without its holidays.

    Attributes:
        opens: Start of trading, local time.
        closes: End of trading.
        days: Weekdays with trading; 0 is Monday.
    """

    opens: time
    closes: time
    days: frozenset[int] = frozenset(range(5))


_SUNDAY_TO_THURSDAY: Final = frozenset({6, 0, 1, 2, 3})

REGULAR_HOURS: Final[Mapping[str, RegularHours]] = {
    "XKUW": RegularHours(time(9), time(12, 45), _SUNDAY_TO_THURSDAY),
    "DSMD": RegularHours(time(9, 30), time(13, 15), _SUNDAY_TO_THURSDAY),
    "XCAI": RegularHours(time(10), time(14, 30), _SUNDAY_TO_THURSDAY),
    "XDFM": RegularHours(time(10), time(15)),
    "XSTC": RegularHours(time(9), time(15)),
    "XCOL": RegularHours(time(9, 30), time(14, 30)),
    "BVCA": RegularHours(time(9), time(13)),
    "XBSE": RegularHours(time(10), time(18)),
    "ASEX": RegularHours(time(10, 15), time(17, 20)),
    # Sunday to Thursday until January 2026, Monday to Friday since then.
    "XTAE": RegularHours(time(9, 59), time(17, 25), frozenset({6, 0, 1, 2, 3, 4})),
}
"""Hours of exchanges whose calendar ``exchange_calendars`` lacks, or cannot build: with pandas 3, rules of
orthodox Easter fail (Athens, Bucharest), and Tel Aviv's change from Sunday to Friday of January 2026."""

INCOMPLETE_CALENDARS: Final = frozenset({"XIDX", "XKAR", "XTAE"})
"""Calendars whose holidays ``exchange_calendars`` 4.13 has in part: Jakarta has 24 in 2025 and 9 in 2026,
Karachi 7 in 2026 in place of some 14, Tel Aviv two, where it can be built."""


def calendar_of(symbol: str, asset_type: AssetType | None = None) -> str:
    """Returns the code of the trading calendar of a symbol; New York's where nothing says otherwise."""
    return known_calendar_of(symbol, asset_type) or NEW_YORK


def known_calendar_of(symbol: str, asset_type: AssetType | None = None) -> str | None:
    """Returns the code of the trading calendar of a symbol, or None where it can only be guessed.

    Args:
        symbol: The ticker.
        asset_type: What the source says it is; None when no source has been asked. A cryptocurrency is then
            recognised by its spelling.
    """
    if asset_type == "cryptocurrency" or (asset_type is None and _LOOKS_LIKE_CRYPTO.fullmatch(symbol)):
        return ALWAYS_OPEN
    if asset_type == "currency" or symbol.endswith("=X"):
        return WEEKDAYS
    if symbol.endswith("=F"):
        return _FUTURES
    if symbol in _BY_INDEX:
        return _BY_INDEX[symbol]
    base, dot, suffix = symbol.rpartition(".")
    if dot:
        return _BY_SUFFIX.get(suffix) if base else None
    if symbol.startswith("^"):
        return next((code for family, code in _INDEX_FAMILIES if family.fullmatch(symbol)), None)
    return NEW_YORK


def calendar_codes() -> frozenset[str]:
    """Returns the codes of all calendars."""
    return frozenset({NEW_YORK, NASDAQ, *_TIME_ZONES, *_BY_SUFFIX.values()})


def time_zones_by_spelling() -> dict[str, dict[str, str]]:
    """Returns the IANA time zones by spelling of the symbol, for clients that show local times.

    Returns:
        Zones by suffix (``L``) under ``suffixes``, and by whole symbol (``^FTSE``) under ``indices``. All
        others are in New York's zone.
    """
    return {
        "suffixes": {suffix: zone_of_calendar(code).key for suffix, code in _BY_SUFFIX.items()},
        "indices": {symbol: zone_of_calendar(code).key for symbol, code in _BY_INDEX.items()},
    }


def time_zone_of(symbol: str, asset_type: AssetType | None = None) -> ZoneInfo:
    """Returns the time zone of the exchange of a symbol."""
    return zone_of_calendar(calendar_of(symbol, asset_type))


@cache
def zone_of_calendar(code: str) -> ZoneInfo:
    """Returns the time zone of an exchange."""
    return ZoneInfo(_TIME_ZONES.get(code, "America/New_York"))
