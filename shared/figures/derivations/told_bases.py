"""What a level was before a change that a text of the facts tells: ``down to 86.1% from 87.3%``."""

from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.earlier_ratios import is_of_other_period
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence

_HUNDRED: Final = 100.0
_LEAST: Final = 0.3
"""How many times larger or smaller a level may be than before."""


def base_of_told_change(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the level that a text tells a change to, where a number is what it was before; None if not.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers of this sentence and of the one before.
        index: The figures of the facts.
    """
    if not is_of_other_period(claim, sentence):
        return None
    for level in stated:
        figure = level.figure
        if figure is None or not figure.words or level.claim.numeral.unit is not claim.numeral.unit:
            continue
        for change in index.with_words(figure.words):
            if change is figure or change.fact_id != figure.fact_id or not change.direction:
                continue
            if any(_is_before(claim, figure, base) for base in _bases(figure, change)):
                return figure
    return None


def _bases(level: KnownFigure, change: KnownFigure) -> Iterator[tuple[float, float]]:
    """Yields what a level may have been before a change, at least and at most: the text has rounded both.

    A percentage that a text has fallen to is kept as a fall.
    """
    value, size = abs(level.value), abs(change.value) * change.direction
    half = 0.5 * 10 ** -_decimals(change.value)
    if level.kind is Kind.PERCENT or change.kind is not Kind.PERCENT:
        yield value - size - half, value - size + half
    elif size > -_HUNDRED:
        ends = [value / (1 + (size + sign * half) / _HUNDRED) for sign in (1, -1)]
        yield min(ends), max(ends)


def _is_before(claim: Claim, level: KnownFigure, base: tuple[float, float]) -> bool:
    least, most = base
    is_likely = _LEAST * abs(level.value) < abs(least) < abs(level.value) / _LEAST
    return is_likely and any(
        least - one.tolerance <= one.value <= most + one.tolerance for one in claim.numeral.readings
    )


def _decimals(value: float) -> int:
    """Returns the decimals with which a text writes a change."""
    return len(f"{abs(value):.4f}".rstrip("0").partition(".")[2])
