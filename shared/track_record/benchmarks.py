"""The share index that the instruments of a market are compared with."""

from collections.abc import Mapping
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


def index_of(symbol: str) -> str | None:
    """Returns the index of the market of a symbol; None for currencies, futures and unlisted markets."""
    return _INDEXES.get(calendar_of(symbol))
