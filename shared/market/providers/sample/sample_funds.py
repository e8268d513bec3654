"""Sample data on funds: costs, size and contents that fit the sample prices."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from shared.domain.market_data import Fund, FundHolding, SectorWeight
from shared.market.providers.funds import MAX_HOLDINGS
from shared.market.providers.sample.sample_instruments import INSTRUMENTS, SampleInstrument

_COSTS: Final = {"SPY": 0.0009, "VOO": 0.0003, "VTI": 0.0003, "QQQ": 0.002, "IWM": 0.0019, "GLD": 0.004}
_FUND_TYPES: Final = ("etf", "mutual_fund")
_BROAD: Final = ("SPY", "VOO", "VTI")
_OF_NASDAQ: Final = "QQQ"
_GOLD: Final = "GLD"
_FAMILY: Final = "Sample Funds"
_INCEPTION: Final = date(2005, 1, 3)
_TURNOVER: Final = 0.05
_SHARE_OF_SAMPLE: Final = 0.7
"""Part of a broad fund that the stocks of the sample make up; other stocks are the remainder."""
_DIGITS: Final = 4


def sample_fund(instrument: SampleInstrument, price: float) -> Fund | None:
    """Returns costs and contents of a sample fund; None of what is no fund."""
    if instrument.asset_type not in _FUND_TYPES:
        return None
    stocks = _stocks_of(instrument.symbol)
    holdings = _holdings(stocks)
    if instrument.symbol == _GOLD:
        holdings = (FundHolding(symbol=None, name="Gold", weight=1.0),)
    return Fund(
        family=_FAMILY,
        expense_ratio=_COSTS.get(instrument.symbol),
        turnover=_TURNOVER if stocks else None,
        net_assets=round(price * instrument.shares),
        inception_date=_INCEPTION,
        holdings=holdings[:MAX_HOLDINGS],
        sectors=_sectors(stocks),
    )


def _stocks_of(symbol: str) -> Sequence[SampleInstrument]:
    """Returns the sample stocks that a fund holds, the largest first."""
    if symbol not in (*_BROAD, _OF_NASDAQ):
        return ()
    stocks = [
        one
        for one in INSTRUMENTS.values()
        if one.asset_type == "equity"
        and one.currency == "USD"
        and one.country == "United States"
        and (symbol in _BROAD or "NASDAQ" in (one.exchange or "").upper())
    ]
    return sorted(stocks, key=_size, reverse=True)


def _size(stock: SampleInstrument) -> float:
    return stock.price * stock.shares


def _weight(part: float, stocks: Sequence[SampleInstrument]) -> float:
    return round(_SHARE_OF_SAMPLE * part / sum(map(_size, stocks)), _DIGITS)


def _holdings(stocks: Sequence[SampleInstrument]) -> tuple[FundHolding, ...]:
    return tuple(
        FundHolding(symbol=one.symbol, name=one.name, weight=_weight(_size(one), stocks)) for one in stocks
    )


def _sectors(stocks: Sequence[SampleInstrument]) -> tuple[SectorWeight, ...]:
    sizes: dict[str, float] = defaultdict(float)
    for one in stocks:
        sizes[one.sector or "Other"] += _size(one)
    total = sum(sizes.values())
    found = [SectorWeight(sector=name, weight=round(size / total, _DIGITS)) for name, size in sizes.items()]
    return tuple(sorted(found, key=lambda one: -one.weight))
