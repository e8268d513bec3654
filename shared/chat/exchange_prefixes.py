"""Finds instruments written with the code of their exchange: LON:SHEL, TYO:7203, 700 HK, BMW GY."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from shared.chat.exchange_codes import ExchangeCode

_PREFIXES: Final[Mapping[str, str]] = {
    "LON": "L",
    "LSE": "L",
    "ETR": "DE",
    "XETRA": "DE",
    "FRA": "DE",
    "EPA": "PA",
    "AMS": "AS",
    "SWX": "SW",
    "VTX": "SW",
    "BME": "MC",
    "BIT": "MI",
    "CPH": "CO",
    "STO": "ST",
    "OSL": "OL",
    "HEL": "HE",
    "ELI": "LS",
    "EBR": "BR",
    "TYO": "T",
    "KRX": "KS",
    "TPE": "TW",
    "HKG": "HK",
    "HKEX": "HK",
    "HK": "HK",
    "SHA": "SS",
    "SHE": "SZ",
    "NSE": "NS",
    "BOM": "BO",
    "ASX": "AX",
    "TSX": "TO",
    "TSE": "TO",
    "BVMF": "SA",
}
"""Exchanges by the codes before a colon, with the suffix of their symbols."""

_SUFFIXES: Final[Mapping[str, str]] = {
    "HK": "HK",
    "JP": "T",
    "JT": "T",
    "KS": "KS",
    "TT": "TW",
    "LN": "L",
    "GY": "DE",
    "GR": "DE",
    "FP": "PA",
    "NA": "AS",
    "SW": "SW",
    "SM": "MC",
    "IM": "MI",
    "DC": "CO",
    "AU": "AX",
    "CN": "TO",
    "BZ": "SA",
}
"""Exchanges by the codes behind a blank."""

_PREFIXED: Final = re.compile(
    rf"(?<![\w:.])({'|'.join(_PREFIXES)}):\s?([A-Z0-9][A-Z0-9&]{{0,9}}(?:[.-][A-Z]\b)?)(?![\w:])"
)
_SUFFIXED: Final = re.compile(rf"(?<![\w:.])(\d{{1,6}}|[A-Z]{{2,5}}\d?) ({'|'.join(_SUFFIXES)})(?![\w.])")
_HONG_KONG: Final = "HK"
_TOKYO: Final = "T"


def exchange_prefixes(text: str, is_known: Callable[[str], bool]) -> Iterator[ExchangeCode]:
    """Yields the instruments that a question has with the code of their exchange.

    Args:
        text: The question.
        is_known: Returns whether a symbol is one of the catalogue; behind a blank only such are found.
    """
    for match in _PREFIXED.finditer(text):
        # Toronto and Tokyo share a code.
        is_tokyo = match[1] == "TSE" and match[2].isdigit()
        yield ExchangeCode(*match.span(), _symbol(match[2], _TOKYO if is_tokyo else _PREFIXES[match[1]]))
    for match in _SUFFIXED.finditer(text):
        symbol = _symbol(match[1], _SUFFIXES[match[2]])
        if is_known(symbol):
            yield ExchangeCode(*match.span(), symbol)


def _symbol(base: str, suffix: str) -> str:
    number = f"{int(base):04}" if suffix == _HONG_KONG and base.isdigit() else base
    return f"{number.replace('.', '-')}.{suffix}"
