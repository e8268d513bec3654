"""The recommendation, by a rule that anybody can follow, not by a model.

Each figure that is known has a vote (``shared.reports.rating_votes``). A component scores the mean of its
votes. The score is the mean of the components, weighted by horizon (``WEIGHTS``). A component without a
figure is left out and the weights of the others are scaled up. From 0.2 the score is a buy, from 0.6 a
strong buy, and alike below zero. With fewer than ``MIN_EVIDENCE`` votes it is ``not_rated``. So are indexes,
currency pairs, cryptocurrencies and futures, for which the data have nothing to compare the price with,
funds of which only the trend of the price is known, preferred shares, notes and warrants, whose issuer's
figures are those of its ordinary shares, and what has not traded for two weeks.

The target price is the fair value; without one it is None. The technical range is the price moved by one
standard deviation of a log-normal price over the time frame, down and up:
``price * exp(-+ volatility * sqrt(years))``. It is above zero whatever the volatility, which is that of log
returns. Confidence is the share of the figures that are known, times half of it for being known and half for
how far from zero the score points.
"""

from collections.abc import Sequence
from math import exp, sqrt
from statistics import fmean
from typing import Final

from shared.domain.market_data import AssetType
from shared.reports.comparison import beside_price
from shared.reports.language.writer import Writer
from shared.reports.rating_votes import Component, Indicators, Vote, rules_of
from shared.reports.report import Action, PriceRange, RatingComponent, Recommendation
from shared.reports.request import TimeHorizon

WEIGHTS: Final[dict[TimeHorizon, dict[Component, float]]] = {
    "short_term": {"valuation": 0.1, "quality": 0.1, "growth": 0.1, "momentum": 0.7},
    "medium_term": {"valuation": 0.3, "quality": 0.2, "growth": 0.2, "momentum": 0.3},
    "long_term": {"valuation": 0.4, "quality": 0.25, "growth": 0.25, "momentum": 0.1},
}
_MONTHS: Final[dict[TimeHorizon, int]] = {"short_term": 3, "medium_term": 12, "long_term": 36}
_NOT_RATED: Final[frozenset[AssetType]] = frozenset({"index", "currency", "cryptocurrency", "future"})
_NOT_BY_TREND_ALONE: Final[frozenset[AssetType]] = frozenset({"etf", "mutual_fund"})
"""Kinds whose trend is that of a market: it says nothing about the fund."""
MIN_EVIDENCE: Final = 3
"""Votes that a rating needs."""
_SIGNIFICANT_DIGITS = 12
"""Of prices that we computed: without the noise of floats, and more than any form rounds to."""


def recommend(indicators: Indicators, horizon: TimeHorizon, writer: Writer) -> Recommendation:
    """Returns the recommendation by the rule above, with its reasons in the language of the writer."""
    rules = rules_of(indicators.asset_type)
    votes = [vote for rule in rules if (vote := rule(indicators, writer)) is not None]
    evidence = [vote.written(indicators, writer) for vote in votes]
    components = _components(votes, horizon)
    score = sum(part.weight * part.score for part in components if part.score is not None)
    why_not = _why_not(indicators, votes, writer)
    known = len(votes) / len(rules)
    confidence = 0.0 if why_not else round(known * (0.5 + 0.5 * abs(score)), 2)
    despite = "" if why_not else _despite_value(indicators, components, score, writer)
    return Recommendation(
        action="not_rated" if why_not else _action(score),
        target_price=_target(indicators),
        technical_range=_technical_range(indicators, _MONTHS[horizon]),
        confidence=confidence,
        coverage=round(known, 2),
        components=components,
        time_frame_months=_MONTHS[horizon],
        rationale=writer.paragraph(
            _rationale(evidence, components, (score, confidence, len(rules)), why_not, writer), despite
        ),
    )


def by_trend_alone(components: Sequence[RatingComponent]) -> bool:
    """Returns whether momentum is all that a rating is based on."""
    return [part.name for part in components if part.score is not None] == ["momentum"]


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
    """Returns ``price * exp(-+ volatility * sqrt(years))``; None without a logarithm of the price."""
    if indicators.volatility is None or indicators.price <= 0:
        return None
    move = indicators.volatility * sqrt(months / 12)
    low, high = (indicators.price * exp(sign * move) for sign in (-1, 1))
    return PriceRange(low=_rounded(low), high=_rounded(high))


def _rounded(price: float) -> float:
    return float(f"{price:.{_SIGNIFICANT_DIGITS}g}")


def _rationale(
    evidence: list[str],
    components: tuple[RatingComponent, ...],
    result: tuple[float, float, int],
    why_not: str,
    writer: Writer,
) -> str:
    """Returns the reasons: every vote, the scores, and what the confidence consists of.

    Args:
        evidence: A sentence on each known figure.
        components: With their weights.
        result: Score, confidence, and number of rules.
        why_not: Why there is no rating; empty when there is one.
        writer: Writes the sentences.
    """
    if why_not:
        return writer.paragraph(why_not, *evidence)
    score, confidence, rules = result
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
    missing = writer.listed(
        [writer.text(f"components.{part.name}") for part in components if part.score is None]
    )
    trend_alone = by_trend_alone(components)
    return writer.paragraph(
        # First: a reader who goes no further must not take it for a judgement of the company.
        writer.say("rating.by_trend_alone", components=missing) if trend_alone else "",
        *evidence,
        writer.say("rating.scores", scores=writer.text("format.comma").join(weighed), score=score),
        writer.say("rating.left_out", components=missing) if missing and not trend_alone else "",
        writer.say("rating.confidence", confidence=confidence, known=len(evidence), all=rules),
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
    if beside_price(fair_value, price, writer) != ("below" if score > 0 else "above"):
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


def _why_not(indicators: Indicators, votes: Sequence[Vote], writer: Writer) -> str:
    """Returns why there is no rating; an empty text when there is one."""
    if indicators.asset_type in _NOT_RATED:
        return writer.text(f"rating.{indicators.asset_type}_not_rated")
    if indicators.other_claim is not None:
        return writer.text("rating.other_claim_not_rated")
    if indicators.untraded_since is not None:
        return writer.say("rating.untraded", day=indicators.untraded_since)
    if len(votes) < MIN_EVIDENCE:
        return writer.say_counted("rating.too_little", len(votes), least=MIN_EVIDENCE)
    trend_alone = all(vote.component == "momentum" for vote in votes)
    if trend_alone and indicators.asset_type in _NOT_BY_TREND_ALONE:
        return writer.text("rating.fund_not_rated")
    return ""
