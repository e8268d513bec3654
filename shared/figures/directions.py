"""Directions that the facts contradict: ``rose to`` for a fall, ``below its average`` for a price above."""

import re
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.matching import Matcher
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention, word_set
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_TO: Final = re.compile(r"[\s*_]*(?:to|auf|à|a|hasta los|para|em|至|到|に|으로)\s?[\s*_]*", re.IGNORECASE)
_COMPARED: Final = word_set(
    """
    sma_20 sma_50 sma_200 ema_12 ema_26 bollinger_upper bollinger_lower bollinger_middle week_52_high
    week_52_low target_mean_price target_high_price target_low_price previous_close macd_signal open
    fair_value
    """
)
_CONVENTIONAL: Final = frozenset({20.0, 30.0, 50.0, 70.0, 80.0})
_ZONE: Final = re.compile(
    r"overbought|oversold|überkauft|überverkauft|surach|survend|sobrecompra|sobreventa|sobrevend"
    r"|ipercomprat|ipervendut|買われすぎ|売られすぎ|超买|超賣|超卖|超買|과매수|과매도|neutral|threshold|Schwelle|seuil|umbral|between|zwischen|entre",
    re.IGNORECASE,
)
_SEPARATED: Final = re.compile(r"[,;\d]")
_NEAR: Final = 24
_NEARBY: Final = 30


def is_conventional(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a number is a customary mark of the RSI (30, 70) and no figure of the company.

    "above 70" is a statement all the same, and the RSI tells whether it is right.
    """
    if claim.numeral.unit is not Unit.NONE or claim.numeral.readings[0].value not in _CONVENTIONAL:
        return False
    if not any("rsi_14" in mention.metrics for mention in sentence.metrics):
        # "Readings of 70 and above would be overbought."
        return not sentence.companies and _ZONE.search(_around(claim, sentence)) is not None
    if claim.threshold and not claim.is_conditional:
        return False
    return claim.is_conditional or not claim.is_tight or _ZONE.search(_around(claim, sentence)) is not None


def _around(claim: Claim, sentence: Sentence) -> str:
    return sentence.text[max(0, claim.numeral.start - _NEARBY) : claim.numeral.end + _NEARBY]


def contradicts(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """Tells whether the facts contradict the direction in which a number is said to be reached or passed."""
    if claim.is_conditional:
        return False
    return _rose_to(claim, sentence, figure, matcher) or _stands_beside(claim, sentence, figure, matcher)


def _rose_to(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """``fell to $250.50`` where every change of the price is a rise."""
    if figure.metric != "price" or sentence.durations or sentence.periods:
        return False
    for cue in sentence.cues_of("up", "down"):
        if cue.end > claim.numeral.start or not _TO.fullmatch(sentence.text[cue.end : claim.numeral.start]):
            continue
        way = 1 if "up" in cue.value.split() else -1
        changes = [one.value for one in matcher.known(figure.symbol, ("change_percent", "change"))]
        return bool(changes) and all(change * way < 0 for change in changes)
    return False


def _stands_beside(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """``below its 200-day average of 220`` where the price is above it."""
    mention = claim.mention
    if (
        mention is None
        or not claim.is_tight
        or figure.metric not in _COMPARED
        or mention.end > claim.numeral.start
    ):
        return False
    cue = _comparison_before(sentence, mention)
    if cue is None or _has_number_before(sentence, cue):
        return False
    way = 1 if {"above", "up"} & set(cue.value.split()) else -1
    subject = _subject(sentence, cue, mention)
    values = [one.value for one in matcher.known(figure.symbol, subject) if not one.words]
    return bool(values) and all((value - figure.value) * way < 0 for value in values)


def _comparison_before(sentence: Sentence, mention: MetricMention) -> Mention | None:
    for cue in sentence.cues_of("above", "below"):
        if cue.end <= mention.start:
            gap = sentence.text[cue.end : mention.start]
            if len(gap) <= _NEAR and len(gap.split()) <= 3 and not _SEPARATED.search(gap):
                return cue
    return None


def _has_number_before(sentence: Sentence, cue: Mention) -> bool:
    """Whether the distance is stated: then that number is wrong, and not the level."""
    return any(
        number.numeral.unit in (Unit.PERCENT, Unit.MONEY, Unit.POINTS)
        and 0 <= cue.start - number.numeral.end <= 3
        for number in sentence.numbers
    )


def _subject(sentence: Sentence, cue: Mention, mention: MetricMention) -> tuple[str, ...]:
    """What stands above or below: the metric named before, if it can be compared, else the price."""
    before = [one for one in sentence.metrics if one.end <= cue.start]
    if before:
        metric = METRICS.get(before[-1].name)
        own = METRICS.get(mention.metrics[0])
        if (
            metric is not None
            and own is not None
            and metric.kind is own.kind
            and before[-1].name in (*_COMPARED, "macd")
        ):
            return before[-1].metrics
        if metric is not None and own is not None and own.kind is Kind.INDEX:
            return before[-1].metrics
    return ("price",) if mention.metrics[0] != "macd_signal" else ("macd",)
