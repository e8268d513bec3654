"""By how much a value was moved to the one behind it: ``raised by 6 cents to $1.57``."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Operand, Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.rare_pattern import Ending
from shared.figures.reading.sentence import Sentence

_BY: Final = Ending(r"\b(?:by|um)\s(?:about\s|rund\s)?$", last="by um about rund")
_TO: Final = re.compile(r",?\s(?:to|auf)\s[*_]*", re.IGNORECASE)


def of_move_to(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields the value that stands behind a number, and the last one that was another.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    if ends_with(_BY, sentence.text, claim.numeral.start) is None:
        return
    for one in stated:
        level = one.figure
        if one.sentence is not sentence or level is None or level.period is None:
            continue
        if not _TO.fullmatch(sentence.text, claim.numeral.end, one.claim.numeral.start):
            continue
        before = max(_before(level, index), key=_end, default=None)
        if before is not None:
            yield Operand(level.value, level), Operand(before.value, before), True


def _before(level: KnownFigure, index: FactIndex) -> list[KnownFigure]:
    """Returns the other values of a metric before one, in reports or on days."""
    return [
        one
        for one in index.of(level.symbol, (level.metric,))
        if one.value != level.value and not one.words and one.period and not one.period.is_snapshot
        if _end(one) < _end(level)
    ]


def _end(figure: KnownFigure) -> date:
    period = figure.period
    return period.end if period is not None and period.end is not None else date.min
