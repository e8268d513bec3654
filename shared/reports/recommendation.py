"""The recommendation, by a rule that anybody can follow, not by a model.

Each piece of evidence votes from -1 (sell) to 1 (buy):

======================  =======================================================================
price against SMA 200   1 above, 0 at, -1 below
SMA 50 against SMA 200  1 above, 0 at, -1 below
RSI 14                  1 at 30 or less (oversold), -1 at 70 or more (overbought), else 0
MACD histogram          0.5 above zero, -0.5 below
trailing P/E            0.5 under 15, 0 to 25, -0.5 to 40, -1 above or when there is a loss
revenue growth          1 at 15 % a year or more, linearly down to -1 at -15 %
profit margin           0.5 at 20 % or more, -0.5 when negative, else 0
analysts' mean target   the upside over 20 %, at most 1 either way
news sentiment          its mean, at most 1 either way
======================  =======================================================================

The score is the mean of the technical votes, of the fundamental ones and of the sentiment, weighted by
horizon (``_WEIGHTS``; a group without evidence drops out). From 0.2 it is a buy, from 0.6 a strong buy, and
alike below zero. With fewer than ``MIN_EVIDENCE`` technical and fundamental votes the action is
``not_rated``, for every kind of instrument: news alone is no evidence.

The target price is today's price moved by the score times one standard deviation over the
time frame: ``price * (1 + score * volatility * sqrt(years))``, and never below zero. Confidence is the share
of the evidence that was there, times half of it for being there and half for how far from zero it points.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isclose, sqrt
from statistics import fmean
from typing import Literal

from shared.domain.formatting import fraction, money, number
from shared.reports.report import Action, Recommendation
from shared.reports.request import TimeHorizon

Group = Literal["technical", "fundamental", "sentiment"]

_WEIGHTS: dict[TimeHorizon, dict[Group, float]] = {
    "short_term": {"technical": 0.7, "fundamental": 0.1, "sentiment": 0.2},
    "medium_term": {"technical": 0.45, "fundamental": 0.45, "sentiment": 0.1},
    "long_term": {"technical": 0.15, "fundamental": 0.8, "sentiment": 0.05},
}
_MONTHS: dict[TimeHorizon, int] = {"short_term": 3, "medium_term": 12, "long_term": 36}
_ALL_EVIDENCE = 9
MIN_EVIDENCE = 3
"""Technical and fundamental votes that a rating needs."""
_SIGNIFICANT_DIGITS = 6
_EQUAL = 1e-9
"""Largest relative difference of two prices that count as equal."""


@dataclass(frozen=True)
class Indicators:
    """What the rule looks at; None where it is not known.

    Attributes:
        price: Last price.
        currency: Its currency.
        volatility: Annualised, as a fraction.
        revenue_growth: A year, as a fraction.
        profit_margin: As a fraction.
        sentiment: Mean of the news, -1 to 1.
    """

    price: float
    currency: str | None
    sma_50: float | None = None
    sma_200: float | None = None
    rsi_14: float | None = None
    macd_histogram: float | None = None
    volatility: float | None = None
    trailing_pe: float | None = None
    earnings_per_share: float | None = None
    revenue_growth: float | None = None
    profit_margin: float | None = None
    target_mean_price: float | None = None
    sentiment: float | None = None


@dataclass(frozen=True)
class Vote:
    """One piece of evidence: which group it belongs to, -1 to 1, and a sentence that says it."""

    group: Group
    value: float
    sentence: str


def recommend(indicators: Indicators, horizon: TimeHorizon) -> Recommendation:
    """Applies the rule above."""
    votes = [vote for rule in _RULES if (vote := rule(indicators)) is not None]
    score = _score(votes, horizon)
    months = _MONTHS[horizon]
    evidence = [vote for vote in votes if vote.group != "sentiment"]
    if len(evidence) < MIN_EVIDENCE:
        return Recommendation(
            action="not_rated",
            target_price=None,
            confidence=0.0,
            time_frame_months=months,
            rationale=_too_little(votes, len(evidence)),
        )
    return Recommendation(
        action=_action(score),
        target_price=_target(indicators, score, months),
        confidence=round(len(votes) / _ALL_EVIDENCE * (0.5 + 0.5 * abs(score)), 2),
        time_frame_months=months,
        rationale=_rationale(votes, score),
    )


def _score(votes: list[Vote], horizon: TimeHorizon) -> float:
    weights = _WEIGHTS[horizon]
    total = weight_sum = 0.0
    for group, weight in weights.items():
        values = [vote.value for vote in votes if vote.group == group]
        if values:
            total += weight * fmean(values)
            weight_sum += weight
    return total / weight_sum if weight_sum else 0.0


def _action(score: float) -> Action:
    if score >= 0.6:
        return "strong_buy"
    if score >= 0.2:
        return "buy"
    if score <= -0.6:
        return "strong_sell"
    return "sell" if score <= -0.2 else "hold"


def _target(indicators: Indicators, score: float, months: int) -> float | None:
    if indicators.volatility is None:
        return None
    move = score * indicators.volatility * sqrt(months / 12)
    target = max(0.0, indicators.price * (1 + move))
    return float(f"{target:.{_SIGNIFICANT_DIGITS}g}")


def _rationale(votes: list[Vote], score: float) -> str:
    evidence = " ".join(vote.sentence for vote in votes)
    return f"{evidence} Weighed for the horizon, the score is {score:+.2f} on a scale from -1 to 1."


def _too_little(votes: list[Vote], count: int) -> str:
    known = " ".join(vote.sentence for vote in votes)
    pieces = "piece" if count == 1 else "pieces"
    reason = (
        f"There is too little evidence for a rating: {count} {pieces} of technical and fundamental evidence, "
        f"at least {MIN_EVIDENCE} are needed."
    )
    return f"{reason} {known}".strip()


def _clamp(value: float) -> float:
    return max(-1.0, min(1.0, value))


_WORDS = {1: "above", 0: "at", -1: "below"}


def _side(value: float, of: float, scale: float = 0.0) -> int:
    """Returns 1 above, -1 below and 0 at ``of``; differences are small against the price ``scale``."""
    if isclose(value, of, rel_tol=_EQUAL, abs_tol=_EQUAL * abs(scale)):
        return 0
    return 1 if value > of else -1


def _trend(indicators: Indicators) -> Vote | None:
    if indicators.sma_200 is None:
        return None
    side = _side(indicators.price, indicators.sma_200)
    average = money(indicators.sma_200, indicators.currency)
    return Vote("technical", side, f"The price is {_WORDS[side]} its 200-day average of {average}.")


def _cross(indicators: Indicators) -> Vote | None:
    if indicators.sma_50 is None or indicators.sma_200 is None:
        return None
    side = _side(indicators.sma_50, indicators.sma_200)
    return Vote("technical", side, f"The 50-day average is {_WORDS[side]} the 200-day average.")


def _rsi(indicators: Indicators) -> Vote | None:
    if indicators.rsi_14 is None:
        return None
    value, word = 0, "neutral"
    if indicators.rsi_14 <= 30:
        value, word = 1, "oversold"
    elif indicators.rsi_14 >= 70:
        value, word = -1, "overbought"
    return Vote("technical", value, f"RSI 14 is {number(indicators.rsi_14, 1)}, {word}.")


def _macd(indicators: Indicators) -> Vote | None:
    if indicators.macd_histogram is None:
        return None
    side = _side(indicators.macd_histogram, 0.0, indicators.price)
    return Vote("technical", 0.5 * side, f"MACD is {_WORDS[side]} its signal line.")


def _valuation(indicators: Indicators) -> Vote | None:
    if indicators.trailing_pe is None:
        if indicators.earnings_per_share is not None and indicators.earnings_per_share < 0:
            return Vote("fundamental", -1, "The company makes a loss.")
        return None
    bounds = ((15, 0.5), (25, 0.0), (40, -0.5))
    value = next((vote for bound, vote in bounds if 0 < indicators.trailing_pe < bound), -1.0)
    return Vote("fundamental", value, f"The trailing P/E is {number(indicators.trailing_pe, 1)}.")


def _growth(indicators: Indicators) -> Vote | None:
    if indicators.revenue_growth is None:
        return None
    growth = fraction(indicators.revenue_growth, signed=True)
    return Vote(
        "fundamental", _clamp(indicators.revenue_growth / 0.15), f"Revenue changed by {growth} in a year."
    )


def _margin(indicators: Indicators) -> Vote | None:
    if indicators.profit_margin is None:
        return None
    value = 0.5 if indicators.profit_margin >= 0.2 else -0.5 if indicators.profit_margin < 0 else 0.0
    return Vote("fundamental", value, f"The profit margin is {fraction(indicators.profit_margin)}.")


def _analysts(indicators: Indicators) -> Vote | None:
    if indicators.target_mean_price is None or indicators.price <= 0:
        return None
    upside = indicators.target_mean_price / indicators.price - 1
    target = money(indicators.target_mean_price, indicators.currency)
    return Vote(
        "fundamental",
        _clamp(upside / 0.2),
        f"Analysts' mean target of {target} is {fraction(upside, signed=True)} from the price.",
    )


def _sentiment(indicators: Indicators) -> Vote | None:
    if indicators.sentiment is None:
        return None
    sentence = f"News sentiment is {indicators.sentiment:+.2f} on a scale from -1 to 1."
    return Vote("sentiment", _clamp(indicators.sentiment), sentence)


_RULES: tuple[Callable[[Indicators], Vote | None], ...] = (
    _trend,
    _cross,
    _rsi,
    _macd,
    _valuation,
    _growth,
    _margin,
    _analysts,
    _sentiment,
)
