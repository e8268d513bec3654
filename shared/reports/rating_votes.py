"""The votes of figures for or against an instrument.

Each figure that is known votes from -1 (sell) to 1 (buy) in one of four components; prices and averages that
are written alike are at each other:

==========  ======================  ==================================================================
valuation   fair value              its distance from the price over 20 %, at most 1 either way
valuation   trailing P/E            0.5 under 15, 0 to 25, -0.5 to 40, -1 above or when there is a loss
valuation   analysts' mean target   the same as fair value
quality     profit margin           0.5 at 20 % or more, -0.5 when negative, else 0
quality     return on equity        0.5 at 15 % or more, -0.5 when negative, else 0
quality     fund beside its index   1 at 2 % a year ahead or more, linearly down to -1 at 2 % behind
growth      revenue growth          1 at 15 % a year or more, linearly down to -1 at -15 %
growth      earnings growth         the same
momentum    price against SMA 200   1 above, 0 at, -1 below
momentum    SMA 50 against SMA 200  1 above, 0 at, -1 below
momentum    RSI 14                  1 at 30 or less (oversold), -1 at 70 or more (overbought), else 0
momentum    MACD histogram          0.5 above zero, -0.5 below
==========  ======================  ==================================================================

Of a fund, the figures are the trailing P/E, the record beside the index that it follows, and momentum.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from shared.domain.company import SecurityKind
from shared.domain.market_data import AssetType
from shared.reports.comparison import beside_price
from shared.reports.index_record import IndexRecord
from shared.reports.language.writer import Side, Writer

Component = Literal["valuation", "quality", "growth", "momentum"]
_FULL_UPSIDE = 0.2
_FULL_GROWTH = 0.15
_FULL_EXCESS = 0.02
"""More than the costs of nearly all funds."""
_NOISE = 1e-9
"""Largest MACD histogram, relative to the price, that counts as zero."""


@dataclass(frozen=True)
class Indicators:
    """The figures that the rule looks at; None where one is not known.

    Attributes:
        price: Last price.
        currency: Its currency.
        asset_type: Kind of instrument.
        other_claim: What it is, if it is no ordinary share: a preferred share, a note.
        untraded_since: Day of the last trade, if that is long ago.
        volatility: Annualised, as a fraction.
        fair_value: Per listed unit in ``currency``.
        revenue_growth: A year, as a fraction; so is ``earnings_growth``.
        profit_margin: As a fraction; so is ``return_on_equity``.
        index_record: Of a fund, beside the index that it follows.
    """

    price: float
    currency: str | None
    asset_type: AssetType = "equity"
    other_claim: SecurityKind | None = None
    untraded_since: date | None = None
    sma_50: float | None = None
    sma_200: float | None = None
    rsi_14: float | None = None
    macd_histogram: float | None = None
    volatility: float | None = None
    fair_value: float | None = None
    trailing_pe: float | None = None
    earnings_per_share: float | None = None
    revenue_growth: float | None = None
    earnings_growth: float | None = None
    profit_margin: float | None = None
    return_on_equity: float | None = None
    target_mean_price: float | None = None
    analyst_count: int | None = None
    index_record: IndexRecord | None = None


@dataclass(frozen=True)
class Vote:
    """One figure's vote.

    Attributes:
        component: The component it belongs to.
        value: -1 to 1.
        sentence: Key of the sentence that states the figure, below ``rating`` in the catalogue.
        figures: Its values.
        names: Names in the sentence.
    """

    component: Component
    value: float
    sentence: str
    figures: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def written(self, indicators: Indicators, writer: Writer) -> str:
        """Returns the sentence."""
        priced_as = {"index": "level", "currency": "rate"}.get(indicators.asset_type, "price")
        what = writer.text(f"what.{priced_as}")
        return writer.say(f"rating.{self.sentence}", **self.figures, **self.names, what=what)


def _clamp(value: float) -> float:
    return max(-1.0, min(1.0, value))


_VOTES: Final[Mapping[Side, int]] = {"above": 1, "at": 0, "below": -1}


def _trend(indicators: Indicators, writer: Writer) -> Vote | None:
    if indicators.sma_200 is None:
        return None
    side = writer.side(indicators.price, indicators.sma_200, "price")
    return Vote("momentum", _VOTES[side], f"price_{side}_average", {"average": indicators.sma_200})


def _cross(indicators: Indicators, writer: Writer) -> Vote | None:
    if indicators.sma_50 is None or indicators.sma_200 is None:
        return None
    side = writer.side(indicators.sma_50, indicators.sma_200, "price")
    return Vote("momentum", _VOTES[side], f"average_{side}_average")


def _rsi(indicators: Indicators, _: Writer) -> Vote | None:
    if indicators.rsi_14 is None:
        return None
    value, zone = 0, "neutral"
    if indicators.rsi_14 <= 30:
        value, zone = 1, "oversold"
    elif indicators.rsi_14 >= 70:
        value, zone = -1, "overbought"
    return Vote("momentum", value, f"rsi_{zone}", {"rsi": indicators.rsi_14})


def _macd(indicators: Indicators, _: Writer) -> Vote | None:
    histogram = indicators.macd_histogram
    if histogram is None:
        return None
    # The sentence states no figure: all but the noise of floats counts.
    noise = _NOISE * abs(indicators.price)
    side: Side = "at" if abs(histogram) <= noise else "above" if histogram > 0 else "below"
    return Vote("momentum", 0.5 * _VOTES[side], f"macd_{side}")


def _fair_value(indicators: Indicators, writer: Writer) -> Vote | None:
    return _upside(indicators, indicators.fair_value, "fair_value", writer)


def _price_earnings(indicators: Indicators, _: Writer) -> Vote | None:
    if indicators.trailing_pe is None:
        if indicators.earnings_per_share is not None and indicators.earnings_per_share < 0:
            return Vote("valuation", -1, "loss")
        return None
    bounds = ((15, 0.5), (25, 0.0), (40, -0.5))
    value = next((vote for bound, vote in bounds if 0 < indicators.trailing_pe < bound), -1.0)
    return Vote("valuation", value, "price_earnings", {"pe": indicators.trailing_pe})


def _analysts(indicators: Indicators, writer: Writer) -> Vote | None:
    name = "analyst" if indicators.analyst_count == 1 else "analysts"
    return _upside(indicators, indicators.target_mean_price, name, writer)


def _upside(indicators: Indicators, value: float | None, name: str, writer: Writer) -> Vote | None:
    if value is None or indicators.price <= 0:
        return None
    upside = value / indicators.price - 1
    side = beside_price(value, indicators.price, writer)
    figures = {"value": value, "distance": abs(upside)}
    return Vote("valuation", _clamp(upside / _FULL_UPSIDE), f"{name}_{side}", figures)


def _margin(indicators: Indicators, _: Writer) -> Vote | None:
    if indicators.profit_margin is None:
        return None
    vote = _level(indicators.profit_margin, good=0.2)
    return Vote("quality", vote, "profit_margin", {"margin": indicators.profit_margin})


def _return_on_equity(indicators: Indicators, _: Writer) -> Vote | None:
    if indicators.return_on_equity is None:
        return None
    vote = _level(indicators.return_on_equity, good=0.15)
    return Vote("quality", vote, "return_on_equity", {"value": indicators.return_on_equity})


def _level(value: float, *, good: float) -> float:
    return 0.5 if value >= good else -0.5 if value < 0 else 0.0


def _beside_index(indicators: Indicators, writer: Writer) -> Vote | None:
    record = indicators.index_record
    if record is None:
        return None
    side = writer.side(record.own, record.other, "signed_fraction")
    vote = 0.0 if side == "at" else _clamp(record.yearly_excess / _FULL_EXCESS)
    names = {"index": record.index.name, "span": writer.text(f"labels.return_{record.span}")}
    return Vote("quality", vote, f"index_{side}", {"value": record.own, "other": record.other}, names)


def _revenue_growth(indicators: Indicators, writer: Writer) -> Vote | None:
    return _growth(indicators.revenue_growth, "revenue", writer)


def _earnings_growth(indicators: Indicators, writer: Writer) -> Vote | None:
    return _growth(indicators.earnings_growth, "earnings", writer)


def _growth(growth: float | None, name: str, writer: Writer) -> Vote | None:
    if growth is None:
        return None
    way = {"above": "rose", "at": "unchanged", "below": "fell"}[writer.side(growth, 0.0, "fraction")]
    return Vote("growth", _clamp(growth / _FULL_GROWTH), f"{name}_{way}", {"growth": abs(growth)})


_Rules = tuple[Callable[[Indicators, Writer], Vote | None], ...]
_MOMENTUM: Final[_Rules] = (_trend, _cross, _rsi, _macd)
_OF_FUNDS: Final[_Rules] = (_price_earnings, _beside_index, *_MOMENTUM)
_OF_OTHERS: Final[_Rules] = (
    _fair_value,
    _price_earnings,
    _analysts,
    _margin,
    _return_on_equity,
    _revenue_growth,
    _earnings_growth,
    *_MOMENTUM,
)


def rules_of(asset_type: AssetType) -> _Rules:
    """Returns the rules of a kind of instrument; each casts the vote of one figure, if that is known."""
    return _OF_FUNDS if asset_type in ("etf", "mutual_fund") else _OF_OTHERS
