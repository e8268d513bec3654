"""The vocabulary of technical analysis: the figures, their series, and the signals read from them."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.market_data import Currency, Day, Figure, Fraction, Moment, Provenance, Record
from shared.domain.terms import Period, Symbol

Direction = Literal["bullish", "bearish", "neutral"]
SignalName = Literal[
    "golden_cross",
    "death_cross",
    "rsi_overbought",
    "rsi_oversold",
    "rsi_neutral",
    "macd_bullish_cross",
    "macd_bearish_cross",
    "above_upper_band",
    "below_lower_band",
    "within_bands",
]


class Signal(Record):
    """What a rule of ``shared.market.analysis.signals`` reads from the figures.

    Attributes:
        name: The rule that applies.
        direction: What it is commonly taken for.
        detail: The figures behind it, in one sentence.
        occurred_at: Start of the candle of a crossing; None for a state.
    """

    name: SignalName
    direction: Direction
    detail: str
    occurred_at: Moment | None = None


class TechnicalSeries(Record):
    """The figures over time: lists of the same length as ``timestamps``, None where history is too short."""

    timestamps: tuple[Moment, ...]
    close: tuple[Figure, ...]
    sma_20: tuple[Figure | None, ...]
    sma_50: tuple[Figure | None, ...]
    sma_200: tuple[Figure | None, ...]
    ema_12: tuple[Figure | None, ...]
    ema_26: tuple[Figure | None, ...]
    rsi_14: tuple[Figure | None, ...]
    macd: tuple[Figure | None, ...]
    macd_signal: tuple[Figure | None, ...]
    macd_histogram: tuple[Figure | None, ...]
    bollinger_upper: tuple[Figure | None, ...]
    bollinger_middle: tuple[Figure | None, ...]
    bollinger_lower: tuple[Figure | None, ...]
    atr_14: tuple[Figure | None, ...]


class Technicals(Provenance):
    """The latest technical figures of one symbol, from its daily candles; None where history is too short.

    Attributes:
        price_decimals: Decimals that prices of this instrument are customarily written with.
        period: The span of daily candles that the figures are computed from.
        candle_count: Number of candles.
        close: Last close. It and all averages, bands and ``atr_14`` are in units of ``currency``.
        rsi_14: 0 to 100.
        macd: EMA 12 less EMA 26 of the close; ``macd_signal`` is its EMA 9, ``macd_histogram`` their
            difference.
        volatility: Annualised, as a fraction (0.25 is 25 %).
        week_52_high: Highest price of the last 52 weeks; ``week_52_low`` the lowest.
        range_start: First day that the 52-week range covers; later than 52 weeks ago for a new listing.
        signals: What the rules read from the figures.
        series: The figures over time, when asked for.
    """

    symbol: Symbol
    currency: Currency | None
    price_decimals: Annotated[int, Field(ge=0)] | None = None
    period: Period
    candle_count: int
    close: Figure | None
    sma_20: Figure | None
    sma_50: Figure | None
    sma_200: Figure | None
    ema_12: Figure | None
    ema_26: Figure | None
    rsi_14: Figure | None
    macd: Figure | None
    macd_signal: Figure | None
    macd_histogram: Figure | None
    bollinger_upper: Figure | None
    bollinger_middle: Figure | None
    bollinger_lower: Figure | None
    atr_14: Figure | None
    volatility: Fraction | None
    week_52_high: Figure | None
    week_52_low: Figure | None
    range_start: Day | None = None
    signals: tuple[Signal, ...]
    series: TechnicalSeries | None = None
