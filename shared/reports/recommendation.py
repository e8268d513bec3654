"""The recommendation, by a rule that anybody can follow, not by a model.

Each figure that is known votes from -1 (sell) to 1 (buy) in one of four components; prices and averages that
are written alike are at each other:

==========  ======================  ==================================================================
valuation   fair value              its distance from the price over 20 %, at most 1 either way
valuation   trailing P/E            0.5 under 15, 0 to 25, -0.5 to 40, -1 above or when there is a loss
valuation   analysts' mean target   the same as fair value
quality     profit margin           0.5 at 20 % or more, -0.5 when negative, else 0
quality     return on equity        0.5 at 15 % or more, -0.5 when negative, else 0
growth      revenue growth          1 at 15 % a year or more, linearly down to -1 at -15 %
growth      earnings growth         the same
momentum    price against SMA 200   1 above, 0 at, -1 below
momentum    SMA 50 against SMA 200  1 above, 0 at, -1 below
momentum    RSI 14                  1 at 30 or less (oversold), -1 at 70 or more (overbought), else 0
momentum    MACD histogram          0.5 above zero, -0.5 below
==========  ======================  ==================================================================

A component scores the mean of its votes. The score is the mean of the components, weighted by horizon
(``WEIGHTS``). A component without a figure is left out and the weights of the others are scaled up. From 0.2
the score is a buy, from 0.6 a strong buy, and alike below zero. With fewer than ``MIN_EVIDENCE`` votes it is
``not_rated``; so it is for indexes and currency pairs, which have no value to buy below.

The target price is the fair value; without one it is None. The technical range is the price moved by one
standard deviation over the time frame, up and down: ``price * (1 +- volatility * sqrt(years))``, never below
zero. Confidence is the share of the figures that are known, times half of it for being known and half for how
far from zero the score points.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean
from typing import Final, Literal

from shared.domain.market_data import AssetType
from shared.reports.comparison import beside_price
from shared.reports.language.writer import Side, Writer
from shared.reports.report import Action, PriceRange, RatingComponent, Recommendation
from shared.reports.request import TimeHorizon

Component = Literal["valuation", "quality", "growth", "momentum"]

WEIGHTS: Final[dict[TimeHorizon, dict[Component, float]]] = {
    "short_term": {"valuation": 0.1, "quality": 0.1, "growth": 0.1, "momentum": 0.7},
    "medium_term": {"valuation": 0.3, "quality": 0.2, "growth": 0.2, "momentum": 0.3},
    "long_term": {"valuation": 0.4, "quality": 0.25, "growth": 0.25, "momentum": 0.1},
}
_MONTHS: Final[dict[TimeHorizon, int]] = {"short_term": 3, "medium_term": 12, "long_term": 36}
_NOT_RATED: Final[frozenset[AssetType]] = frozenset({"index", "currency"})
MIN_EVIDENCE: Final = 3
"""Votes that a rating needs."""
_SIGNIFICANT_DIGITS = 12
"""Of prices that we computed: without the noise of floats, and more than any form rounds to."""
_FULL_UPSIDE = 0.2
_FULL_GROWTH = 0.15
_NOISE = 1e-9
"""Largest MACD histogram, relative to the price, that counts as zero."""


@dataclass(frozen=True)
class Indicators:
    """The figures that the rule looks at; None where one is not known.

    Attributes:
        price: Last price.
        currency: Its currency.
        asset_type: Kind of instrument.
        volatility: Annualised, as a fraction.
        fair_value: Per listed unit in ``currency``.
        revenue_growth: A year, as a fraction; so is ``earnings_growth``.
        profit_margin: As a fraction; so is ``return_on_equity``.
    """

    price: float
    currency: str | None
    asset_type: AssetType = "equity"
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


@dataclass(frozen=True)
class Vote:
    """One figure's vote.

    Attributes:
        component: The component it belongs to.
        value: -1 to 1.
        sentence: Key of the sentence that states the figure, below ``rating`` in the catalogue.
        figures: Its values.
    """

    component: Component
    value: float
    sentence: str
    figures: Mapping[str, float] = field(default_factory=dict)

    def written(self, indicators: Indicators, writer: Writer) -> str:
        """Returns the sentence."""
        priced_as = {"index": "level", "currency": "rate"}.get(indicators.asset_type, "price")
        return writer.say(f"rating.{self.sentence}", **self.figures, what=writer.text(f"what.{priced_as}"))


def recommend(indicators: Indicators, horizon: TimeHorizon, writer: Writer) -> Recommendation:
    """Returns the recommendation by the rule above, with its reasons in the language of the writer."""
    votes = [vote for rule in _RULES if (vote := rule(indicators, writer)) is not None]
    evidence = [vote.written(indicators, writer) for vote in votes]
    components = _components(votes, horizon)
    score = sum(part.weight * part.score for part in components if part.score is not None)
    why_not = _why_not(indicators, len(votes), writer)
    confidence = 0.0 if why_not else round(len(votes) / len(_RULES) * (0.5 + 0.5 * abs(score)), 2)
    despite = "" if why_not else _despite_value(indicators, components, score, writer)
    return Recommendation(
        action="not_rated" if why_not else _action(score),
        target_price=_target(indicators),
        technical_range=_technical_range(indicators, _MONTHS[horizon]),
        confidence=confidence,
        coverage=round(len(votes) / len(_RULES), 2),
        components=components,
        time_frame_months=_MONTHS[horizon],
        rationale=writer.paragraph(
            _rationale(evidence, components, (score, confidence), why_not, writer), despite
        ),
    )


def _components(votes: list[Vote], horizon: TimeHorizon) -> tuple[RatingComponent, ...]:
    """Returns all components; the weights of those with a score add up to 1."""
    values = {name: [vote.value for vote in votes if vote.component == name] for name in WEIGHTS[horizon]}
    total = sum(weight for name, weight in WEIGHTS[horizon].items() if values[name])
    return tuple(
        RatingComponent(
            name=name,
            weight=weight / total if values[name] else 0.0,
            score=fmean(values[name]) if values[name] else None,
            figures=len(values[name]),
        )
        for name, weight in WEIGHTS[horizon].items()
    )


def _action(score: float) -> Action:
    if score >= 0.6:
        return "strong_buy"
    if score >= 0.2:
        return "buy"
    if score <= -0.6:
        return "strong_sell"
    return "sell" if score <= -0.2 else "hold"


def _target(indicators: Indicators) -> float | None:
    return None if indicators.fair_value is None else _rounded(indicators.fair_value)


def _technical_range(indicators: Indicators, months: int) -> PriceRange | None:
    if indicators.volatility is None:
        return None
    move = indicators.volatility * sqrt(months / 12)
    low, high = (max(0.0, indicators.price * (1 + sign * move)) for sign in (-1, 1))
    return PriceRange(low=_rounded(low), high=_rounded(high))


def _rounded(price: float) -> float:
    return float(f"{price:.{_SIGNIFICANT_DIGITS}g}")


def _rationale(
    evidence: list[str],
    components: tuple[RatingComponent, ...],
    result: tuple[float, float],
    why_not: str,
    writer: Writer,
) -> str:
    """Returns the reasons: every vote, the scores, and what the confidence consists of.

    Args:
        evidence: A sentence on each known figure.
        components: With their weights.
        result: Score and confidence.
        why_not: Why there is no rating; empty when there is one.
        writer: Writes the sentences.
    """
    if why_not:
        return writer.paragraph(why_not, *evidence)
    score, confidence = result
    weighed = [
        writer.say(
            "rating.weighed",
            component=writer.text(f"components.{part.name}"),
            score=part.score,
            weight=part.weight,
        )
        for part in components
        if part.score is not None
    ]
    missing = [writer.text(f"components.{part.name}") for part in components if part.score is None]
    return writer.paragraph(
        *evidence,
        writer.say("rating.scores", scores=writer.text("format.comma").join(weighed), score=score),
        writer.say("rating.left_out", components=writer.listed(missing)) if missing else "",
        writer.say("rating.confidence", confidence=confidence, known=len(evidence), all=len(_RULES)),
    )


def _despite_value(
    indicators: Indicators, components: tuple[RatingComponent, ...], score: float, writer: Writer
) -> str:
    """Returns why it is a buy above the fair value, or a sell below it.

    It is empty when it is neither, or when the valuation itself has the reason: earnings or analysts.
    """
    action, fair_value, price = _action(score), indicators.fair_value, indicators.price
    if fair_value is None or action == "hold":
        return ""
    if writer.side(price, fair_value, "price") != ("above" if score > 0 else "below"):
        return ""
    reasons = [
        writer.text(f"components.{part.name}")
        for part in components
        if part.name != "valuation" and part.score is not None and part.score * score > 0
    ]
    if not reasons:
        return ""
    return writer.say(
        f"rating.{'above' if score > 0 else 'below'}_fair_value",
        action=writer.text(f"actions.{action}"),
        components=writer.listed(reasons),
    )


def _why_not(indicators: Indicators, count: int, writer: Writer) -> str:
    """Returns why there is no rating; an empty text when there is one."""
    if indicators.asset_type in _NOT_RATED:
        return writer.text(f"rating.{indicators.asset_type}_not_rated")
    return "" if count >= MIN_EVIDENCE else writer.say_counted("rating.too_little", count, least=MIN_EVIDENCE)


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
    return _upside(indicators, indicators.target_mean_price, "analysts", writer)


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


def _revenue_growth(indicators: Indicators, writer: Writer) -> Vote | None:
    return _growth(indicators.revenue_growth, "revenue", writer)


def _earnings_growth(indicators: Indicators, writer: Writer) -> Vote | None:
    return _growth(indicators.earnings_growth, "earnings", writer)


def _growth(growth: float | None, name: str, writer: Writer) -> Vote | None:
    if growth is None:
        return None
    way = {"above": "rose", "at": "unchanged", "below": "fell"}[writer.side(growth, 0.0, "fraction")]
    return Vote("growth", _clamp(growth / _FULL_GROWTH), f"{name}_{way}", {"growth": abs(growth)})


_RULES: Final[tuple[Callable[[Indicators, Writer], Vote | None], ...]] = (
    _fair_value,
    _price_earnings,
    _analysts,
    _margin,
    _return_on_equity,
    _revenue_growth,
    _earnings_growth,
    _trend,
    _cross,
    _rsi,
    _macd,
)
