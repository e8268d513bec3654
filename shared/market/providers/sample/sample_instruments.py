"""The instruments that the sample source knows: the starter list, and figures of a plausible size.

Names, exchanges, currencies and sectors are real; prices and volumes are only where the walk is pulled to.
"""

from typing import Final, NamedTuple

from shared.data.migration.starter import read_starter_symbols
from shared.domain.market_data import AssetType, SymbolInfo
from shared.market.providers.sample.levels import LEVELS, Level


class SampleInstrument(NamedTuple):
    """One instrument of the sample source.

    Attributes:
        symbol: Ticker in Yahoo's spelling.
        name: Name of the company, fund or index.
        asset_type: Kind of instrument.
        exchange: Short name of the exchange.
        currency: ISO 4217.
        country: Country of the issuer, None where there is none.
        sector: Sector of the company, None where there is none.
        industry: Industry of a bank or insurer, of others the sector.
        price: Level that the walk is pulled to, in ``currency``.
        volatility: Annualised, as a fraction.
        volume: Typical units a day.
        shares: Shares outstanding, or units in circulation; 0 where there are none.
        seed: Symbol that its random numbers depend on: its own, or that of the same company or pair.
        aliases: Other names it is searched by.
    """

    symbol: str
    name: str
    asset_type: AssetType
    exchange: str | None
    currency: str
    country: str | None
    sector: str | None
    industry: str | None
    price: float
    volatility: float
    volume: int
    shares: int
    seed: str
    aliases: tuple[str, ...] = ()

    @property
    def is_deposit_funded(self) -> bool:
        """Whether it is a bank or insurer: those report no gross profit and no current assets."""
        return self.symbol in _DEPOSIT_FUNDED

    def info(self) -> SymbolInfo:
        """Returns the instrument without its figures."""
        return SymbolInfo(
            symbol=self.symbol,
            name=self.name,
            asset_type=self.asset_type,
            exchange=self.exchange,
            country=self.country,
            currency=self.currency,
            sector=self.sector,
            aliases=self.aliases,
        )


_NOT_IN_STARTER_LIST: Final = (
    SymbolInfo(
        symbol="^TNX", name="CBOE Interest Rate 10 Year T Note", asset_type="index", exchange="CBOE",
        country="United States", currency="USD", sector=None,
    ),
    SymbolInfo(
        symbol="USDJPY=X", name="USD/JPY", asset_type="currency", exchange="CCY", country=None,
        currency="JPY", sector=None,
    ),
)  # fmt: skip
_CURRENCY_IN_LONDON: Final = "GBP"
"""The starter list leaves it out: London quotes in pence, pounds and dollars."""

_VOLATILITIES: Final[dict[AssetType, float]] = {
    "etf": 0.16, "index": 0.16, "cryptocurrency": 0.55, "currency": 0.08, "future": 0.25,
}  # fmt: skip
_VOLATILITY_IN_DOLLARS, _VOLATILITY_ELSEWHERE = 0.28, 0.26
"""Of stocks."""

_BANKS: Final = (
    "JPM", "BAC", "WFC", "GS", "MS", "C", "DBK.DE", "HSBA.L", "BARC.L", "BNP.PA", "INGA.AS", "UBSG.SW",
    "SAN.MC", "CBA.AX", "RY.TO",
)  # fmt: skip
_INSURERS: Final = ("BRK-A", "BRK-B", "ALV.DE")
_DEPOSIT_FUNDED: Final = dict.fromkeys(_BANKS, "Banks") | dict.fromkeys(_INSURERS, "Insurance")
"""Industries of banks and insurers."""

_SEEDS: Final = {
    "BRK-A": "BRK-B", "TSM": "2330.TW", "BABA": "9988.HK", "^GSPC": "SPY", "VOO": "SPY", "JPY=X": "USDJPY=X",
}  # fmt: skip
"""Share classes, receipts, an index and its funds, spellings of a pair: their figures are to agree."""


def _instrument(info: SymbolInfo, level: Level) -> SampleInstrument:
    currency = info.currency or _CURRENCY_IN_LONDON
    volatility = _VOLATILITY_IN_DOLLARS if currency == "USD" else _VOLATILITY_ELSEWHERE
    return SampleInstrument(
        symbol=info.symbol,
        name=info.name or info.symbol,
        asset_type=info.asset_type,
        exchange=info.exchange,
        currency=currency,
        country=info.country,
        sector=info.sector,
        industry=_DEPOSIT_FUNDED.get(info.symbol, info.sector),
        price=level.price,
        volatility=_VOLATILITIES.get(info.asset_type, volatility),
        volume=round(level.volume * 1e6),
        shares=round(level.shares * 1e6),
        seed=_SEEDS.get(info.symbol, info.symbol),
        aliases=info.aliases,
    )


INSTRUMENTS: Final[dict[str, SampleInstrument]] = {
    info.symbol: _instrument(info, LEVELS[info.symbol])
    for info in (*read_starter_symbols(), *_NOT_IN_STARTER_LIST)
    if info.symbol in LEVELS
}
"""By symbol, the best known first."""
