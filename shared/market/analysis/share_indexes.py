"""The share indexes that the instruments of a market are compared with.

Most share indexes leave out dividends. Returns are compared like with like: the total return of an instrument
with an index that counts dividends, its price return with one that does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.market.analysis.exchanges import NEW_YORK, known_calendar_of

_INDEXES: Final[Mapping[str, str]] = {
    NEW_YORK: "^GSPC",
    "XTSE": "^GSPTSE", "XMEX": "^MXX", "BVMF": "^BVSP", "XBUE": "^MERV",
    "XLON": "^FTSE", "XETR": "^GDAXI", "XFRA": "^GDAXI", "XSTU": "^GDAXI", "XDUS": "^GDAXI", "XHAM": "^GDAXI",
    "XPAR": "^FCHI", "XAMS": "^AEX", "XBRU": "^BFX", "XSWX": "^SSMI", "XMAD": "^IBEX", "XWBO": "^ATX",
    "XSTO": "^OMX", "XHEL": "^OMXH25", "XDUB": "^ISEQ",
    "XTKS": "^N225", "XHKG": "^HSI", "XASX": "^AXJO", "XNZE": "^NZ50", "XBOM": "^BSESN", "XKRX": "^KS11",
    "XTAI": "^TWII", "XSES": "^STI", "XIDX": "^JKSE", "XKLS": "^KLSE",
}  # fmt: skip


_TOTAL_RETURN: Final = frozenset({"^SP500TR", "^GDAXI", "^BVSP", "^MERV", "^NZ50"})
"""Indexes that count dividends as invested again."""
_WITH_DIVIDENDS: Final[Mapping[str, str]] = {"^GSPC": "^SP500TR"}
"""The index with dividends beside one without, where sources have it."""
_NAMES: Final[Mapping[str, str]] = {
    "^GSPC": "S&P 500", "^SP500TR": "S&P 500 Total Return", "^GSPTSE": "S&P/TSX Composite",
    "^MXX": "S&P/BMV IPC", "^BVSP": "Ibovespa", "^MERV": "S&P Merval", "^FTSE": "FTSE 100",
    "^GDAXI": "DAX", "^FCHI": "CAC 40", "^AEX": "AEX", "^BFX": "BEL 20", "^SSMI": "SMI", "^IBEX": "IBEX 35",
    "^ATX": "ATX", "^OMX": "OMX Stockholm 30", "^OMXH25": "OMX Helsinki 25", "^ISEQ": "ISEQ All Share",
    "^N225": "Nikkei 225", "^HSI": "Hang Seng Index", "^AXJO": "S&P/ASX 200", "^NZ50": "S&P/NZX 50",
    "^BSESN": "BSE Sensex", "^KS11": "KOSPI", "^TWII": "TAIEX", "^STI": "Straits Times Index",
    "^JKSE": "IDX Composite", "^KLSE": "FTSE Bursa Malaysia KLCI",
}  # fmt: skip


@dataclass(frozen=True)
class ShareIndex:
    """A share index.

    Attributes:
        symbol: Its symbol.
    """

    symbol: str

    @property
    def counts_dividends(self) -> bool:
        """Whether its return is a total return."""
        return self.symbol in _TOTAL_RETURN

    @property
    def name(self) -> str:
        """What people call it."""
        return _NAMES[self.symbol]


def share_indexes_of(symbol: str) -> tuple[ShareIndex, ...]:
    """Returns the indexes of the market of a symbol, the preferred one for total returns first.

    There are none for currencies, futures and markets that are not known.
    """
    index = _INDEXES.get(known_calendar_of(symbol) or "")
    names = (_WITH_DIVIDENDS.get(index), index) if index else ()
    return tuple(ShareIndex(name) for name in names if name)
