"""The instruments that the sample source knows: well-known names, with figures of a plausible size.

Names, exchanges and currencies are real; prices and volumes are only where the walk is pulled to.
"""

from typing import Final, NamedTuple

from shared.domain.market_data import AssetType, SymbolInfo


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
        price: Level that the walk is pulled to, in ``currency``.
        volatility: Annualised, as a fraction.
        volume: Typical units a day.
        shares: Shares outstanding, or units in circulation; 0 where there are none.
        aliases: Other names it is searched by.
    """

    symbol: str
    name: str
    asset_type: AssetType
    exchange: str
    currency: str
    country: str | None
    sector: str | None
    price: float
    volatility: float
    volume: int
    shares: int
    aliases: tuple[str, ...] = ()

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


_TECH, _COMM, _FIN, _HEALTH = "Technology", "Communication Services", "Financial Services", "Healthcare"
_CYCL, _DEF, _ENERGY, _IND = "Consumer Cyclical", "Consumer Defensive", "Energy", "Industrials"


def _us(
    symbol: str,
    name: str,
    exchange: str,
    sector: str,
    price: float,
    volume: float,
    shares: float,
    *aliases: str,
) -> SampleInstrument:
    # Volume and shares in millions.
    return SampleInstrument(
        symbol, name, "equity", exchange, "USD", "United States", sector,
        price, 0.28, int(volume * 1e6), int(shares * 1e6), aliases,
    )  # fmt: skip


def _foreign(
    symbol: str, name: str, exchange: str, currency: str, country: str, sector: str,
    price: float, volume: float, shares: float,
) -> SampleInstrument:  # fmt: skip
    return SampleInstrument(
        symbol, name, "equity", exchange, currency, country, sector,
        price, 0.26, int(volume * 1e6), int(shares * 1e6),
    )  # fmt: skip


def _etf(symbol: str, name: str, price: float, volume: float, shares: float) -> SampleInstrument:
    return SampleInstrument(
        symbol, name, "etf", "NYSEArca", "USD", "United States", None,
        price, 0.17, int(volume * 1e6), int(shares * 1e6),
    )  # fmt: skip


def _index(
    symbol: str, name: str, exchange: str, currency: str, price: float, volume: float
) -> SampleInstrument:
    return SampleInstrument(
        symbol, name, "index", exchange, currency, None, None, price, 0.16, int(volume * 1e6), 0
    )


def _crypto(symbol: str, name: str, price: float, volume: int, units: int) -> SampleInstrument:
    return SampleInstrument(
        symbol, name, "cryptocurrency", "CCC", "USD", None, None, price, 0.55, volume, units
    )


def _pair(symbol: str, name: str, currency: str, price: float) -> SampleInstrument:
    return SampleInstrument(symbol, name, "currency", "CCY", currency, None, None, price, 0.08, 0, 0)


def _future(symbol: str, name: str, exchange: str, price: float, volume: int) -> SampleInstrument:
    return SampleInstrument(symbol, name, "future", exchange, "USD", None, None, price, 0.25, volume, 0)


INSTRUMENTS: Final[dict[str, SampleInstrument]] = {
    instrument.symbol: instrument
    for instrument in (
        _us("AAPL", "Apple Inc.", "NASDAQ", _TECH, 235, 55, 15_100, "Apple Computer", "iPhone"),
        _us("MSFT", "Microsoft Corporation", "NASDAQ", _TECH, 430, 21, 7_430, "Windows"),
        _us("GOOGL", "Alphabet Inc. Class A", "NASDAQ", _COMM, 175, 27, 5_850, "Google"),
        _us("GOOG", "Alphabet Inc. Class C", "NASDAQ", _COMM, 177, 18, 5_530, "Google"),
        _us("AMZN", "Amazon.com, Inc.", "NASDAQ", _CYCL, 205, 40, 10_500),
        _us("NVDA", "NVIDIA Corporation", "NASDAQ", _TECH, 140, 220, 24_500),
        _us("META", "Meta Platforms, Inc.", "NASDAQ", _COMM, 570, 13, 2_520, "Facebook", "Instagram"),
        _us("TSLA", "Tesla, Inc.", "NASDAQ", _CYCL, 320, 90, 3_210),
        _us("AVGO", "Broadcom Inc.", "NASDAQ", _TECH, 175, 25, 4_690),
        _us("AMD", "Advanced Micro Devices, Inc.", "NASDAQ", _TECH, 140, 45, 1_620),
        _us("INTC", "Intel Corporation", "NASDAQ", _TECH, 25, 60, 4_310),
        _us("NFLX", "Netflix, Inc.", "NASDAQ", _COMM, 850, 4, 427),
        _us("ADBE", "Adobe Inc.", "NASDAQ", _TECH, 510, 3, 440),
        _us("CSCO", "Cisco Systems, Inc.", "NASDAQ", _TECH, 57, 19, 3_990),
        _us("ORCL", "Oracle Corporation", "NYSE", _TECH, 185, 9, 2_770),
        _us("CRM", "Salesforce, Inc.", "NYSE", _TECH, 320, 6, 956),
        _us("IBM", "International Business Machines Corporation", "NYSE", _TECH, 215, 4, 925),
        _us("PLTR", "Palantir Technologies Inc.", "NASDAQ", _TECH, 65, 65, 2_280),
        _us("BRK-B", "Berkshire Hathaway Inc. Class B", "NYSE", _FIN, 465, 3.6, 2_160, "BRK.B"),
        _us("JPM", "JPMorgan Chase & Co.", "NYSE", _FIN, 240, 9, 2_820, "Chase"),
        _us("BAC", "Bank of America Corporation", "NYSE", _FIN, 45, 36, 7_670),
        _us("GS", "The Goldman Sachs Group, Inc.", "NYSE", _FIN, 580, 2.2, 314),
        _us("V", "Visa Inc.", "NYSE", _FIN, 305, 6, 1_960),
        _us("MA", "Mastercard Incorporated", "NYSE", _FIN, 520, 2.6, 918),
        _us("UNH", "UnitedHealth Group Incorporated", "NYSE", _HEALTH, 500, 5, 920),
        _us("JNJ", "Johnson & Johnson", "NYSE", _HEALTH, 155, 8, 2_410),
        _us("LLY", "Eli Lilly and Company", "NYSE", _HEALTH, 780, 3.4, 949),
        _us("PFE", "Pfizer Inc.", "NYSE", _HEALTH, 26, 40, 5_670),
        _us("XOM", "Exxon Mobil Corporation", "NYSE", _ENERGY, 118, 15, 4_390),
        _us("CVX", "Chevron Corporation", "NYSE", _ENERGY, 160, 8, 1_790),
        _us("WMT", "Walmart Inc.", "NYSE", _DEF, 90, 17, 8_030),
        _us("COST", "Costco Wholesale Corporation", "NASDAQ", _DEF, 950, 1.8, 444),
        _us("PG", "The Procter & Gamble Company", "NYSE", _DEF, 175, 6.5, 2_350),
        _us("KO", "The Coca-Cola Company", "NYSE", _DEF, 64, 15, 4_300, "Coke"),
        _us("MCD", "McDonald's Corporation", "NYSE", _CYCL, 295, 3.2, 717),
        _us("HD", "The Home Depot, Inc.", "NYSE", _CYCL, 405, 3.5, 993),
        _us("NKE", "NIKE, Inc.", "NYSE", _CYCL, 77, 12, 1_490),
        _us("DIS", "The Walt Disney Company", "NYSE", _COMM, 113, 9, 1_810),
        _us("BA", "The Boeing Company", "NYSE", _IND, 155, 10, 748),
        _us("CAT", "Caterpillar Inc.", "NYSE", _IND, 390, 2.5, 483),
        _foreign("VOD.L", "Vodafone Group Public Limited Company", "LSE", "GBP", "United Kingdom", _COMM,
                 0.72, 70, 25_600),
        _foreign("SHEL.L", "Shell plc", "LSE", "GBP", "United Kingdom", _ENERGY, 25.8, 9, 6_120),
        _foreign("SAP.DE", "SAP SE", "XETRA", "EUR", "Germany", _TECH, 222, 1.5, 1_167),
        _foreign("SIE.DE", "Siemens Aktiengesellschaft", "XETRA", "EUR", "Germany", _IND, 183, 1.2, 787),
        _foreign("MC.PA", "LVMH Moët Hennessy - Louis Vuitton", "Paris", "EUR", "France", _CYCL,
                 590, 0.4, 500),
        _foreign("ASML.AS", "ASML Holding N.V.", "Amsterdam", "EUR", "Netherlands", _TECH, 640, 0.6, 393),
        _foreign("NESN.SW", "Nestlé S.A.", "Swiss", "CHF", "Switzerland", _DEF, 77, 4.5, 2_570),
        _foreign("7203.T", "Toyota Motor Corporation", "Tokyo", "JPY", "Japan", _CYCL, 2_650, 25, 13_300),
        _foreign("6758.T", "Sony Group Corporation", "Tokyo", "JPY", "Japan", _TECH, 2_950, 12, 6_040),
        _foreign("0700.HK", "Tencent Holdings Limited", "HKSE", "HKD", "China", _COMM, 400, 18, 9_270),
        _etf("SPY", "SPDR S&P 500 ETF Trust", 590, 50, 918),
        _etf("QQQ", "Invesco QQQ Trust", 505, 35, 630),
        _etf("VTI", "Vanguard Total Stock Market ETF", 292, 3, 1_530),
        _etf("GLD", "SPDR Gold Shares", 245, 8, 304),
        _index("^GSPC", "S&P 500", "SNP", "USD", 5_900, 4_000),
        _index("^DJI", "Dow Jones Industrial Average", "DJI", "USD", 43_500, 380),
        _index("^IXIC", "NASDAQ Composite", "NASDAQ", "USD", 18_900, 6_000),
        _index("^FTSE", "FTSE 100", "FTSE", "GBP", 8_150, 800),
        _index("^TNX", "CBOE Interest Rate 10 Year T Note", "CBOE", "USD", 4.2, 0),
        _index("^N225", "Nikkei 225", "Osaka", "JPY", 38_500, 110),
        _crypto("BTC-USD", "Bitcoin USD", 95_000, 60_000_000_000, 19_800_000),
        _crypto("ETH-USD", "Ethereum USD", 3_300, 30_000_000_000, 120_400_000),
        _pair("EURUSD=X", "EUR/USD", "USD", 1.06),
        _pair("USDJPY=X", "USD/JPY", "JPY", 154),
        _pair("GBPUSD=X", "GBP/USD", "USD", 1.26),
        _future("GC=F", "Gold", "COMEX", 2_650, 200_000),
        _future("CL=F", "Crude Oil", "NYMEX", 70, 300_000),
    )
}  # fmt: skip
"""By symbol, the best known first."""
