"""The share indexes that the instruments of a market are compared with.

Most share indexes leave out dividends. Returns are compared like with like: the total return of an instrument
with an index that counts dividends, its price return with one that does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.market.analysis.exchanges import NEW_YORK, calendar_of

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


@dataclass(frozen=True)
class Benchmark:
    """A share index.

    Attributes:
        symbol: Its symbol.
        counts_dividends: Whether its return is a total return.
    """

    symbol: str
    counts_dividends: bool


def benchmarks_of(symbol: str) -> tuple[Benchmark, ...]:
    """Returns the indexes of the market of a symbol, the preferred one first.

    There are none for currencies, futures and unlisted markets.
    """
    index = _INDEXES.get(calendar_of(symbol))
    names = (_WITH_DIVIDENDS.get(index), index) if index else ()
    return tuple(Benchmark(name, name in _TOTAL_RETURN) for name in names if name)
