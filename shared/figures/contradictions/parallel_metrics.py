"""Numbers of one list that are of another metric than the first: ``gross margins of 41.6% and 17.9%``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.contradictions.surprises import is_stated_level
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import CHANGES, Kind
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure

_MAX_GAP: Final = 60
_WORD: Final = re.compile(r"[^\W\d_]+")
_JOINING: Final = word_set(
    """
    and versus vs against compared with to from for at of in rather than the a then after while only by
    respectively us usd eur chf billion million trillion bn m b x times
    und gegen gegenüber nach bei für von auf zu der die das mrd mio milliarden millionen
    et contre pour chez de à en du le la les des milliards millions face
    y frente para el los las del mil millones e contra o os do da bilhões milhões per il lo rispetto di
    """
)
"""Words between the numbers of a list, besides the names of companies."""
_CHANGED: Final = re.compile(
    r"\D{0,12}\b(?:to|from|after|auf|von|nach|à|après|a|desde|tras|da|dal|dopo|para|de)\s[^\d]{0,6}",
    re.IGNORECASE,
)
"""Between what something changed from and what it changed to."""


def parallel_metrics(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the numbers of a list that are a value of another metric than the number before.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    for before, one in pairwise(figures):
        if not (is_stated_level(before) and is_stated_level(one)):
            continue
        first, figure = before.figure, one.figure
        if first is None or figure is None or first.words or figure.words or first.metric == figure.metric:
            continue
        is_own = _may_be_other(sentence, one.claim, figure) or not _is_named(before.claim, first)
        is_compared = first.symbol != figure.symbol or _is_change(sentence, before.claim, one.claim, figure)
        if is_own or not is_compared or not _are_joined(sentence, before.claim, one.claim):
            continue
        if _is_other(one.claim, first, figure, index):
            yield one.claim


def _is_named(claim: Claim, figure: KnownFigure) -> bool:
    return claim.mention is not None and figure.metric in claim.metrics


def _is_change(sentence: Sentence, first: Claim, second: Claim, figure: KnownFigure) -> bool:
    """``fell to CNY 26.39 billion from CNY 38.74 billion``: of one company, at two times."""
    span = (first.numeral.end, second.numeral.start)
    return figure.kind is Kind.MONEY and _CHANGED.fullmatch(sentence.text, *span) is not None


def _may_be_other(sentence: Sentence, claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a number may be of a metric of its own: named in the sentence, or a change."""
    is_named = any(figure.metric in mention.metrics for mention in sentence.metrics)
    return is_named or figure.metric in CHANGES or bool(claim.direction)


def _are_joined(sentence: Sentence, first: Claim, second: Claim) -> bool:
    """Returns whether only names and joining words stand between two numbers of one unit."""
    start, end = first.numeral.end, second.numeral.start
    one, other = first.numeral, second.numeral
    are_alike = one.unit is other.unit or {one.unit, other.unit} == {Unit.MULTIPLE, Unit.NONE}
    if end - start > _MAX_GAP or not are_alike:
        return False
    if any(start <= mention.start < end for mention in sentence.metrics):
        return False
    gap = sentence.text[start:end]
    for mention in reversed(sentence.companies):
        if start <= mention.start and mention.end <= end:
            gap = gap[: mention.start - start] + gap[mention.end - start :]
    return ";" not in gap and all(word.lower() in _JOINING for word in _WORD.findall(gap))


def _is_other(claim: Claim, first: KnownFigure, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether the facts tell the metric of the first number for the company, with another value."""
    known = list(index.of(figure.symbol, (first.metric,)))
    return bool(known) and not any(claim.equals(abs(one.value)) for one in known)
