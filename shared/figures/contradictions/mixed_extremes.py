"""The low and the high of one time, of which one is of another: ``52-week low $166.27, high $221.00``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import FactIndex
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_TELLS_MORE: Final = re.compile(r"[\d;；:：(（]")
_OF_ANY_TIME: Final = frozenset({"lowest", "highest"})
_MAX_GAP: Final = 16
"""Characters between the two numbers beside the name of the second one."""
_LOWS: Final = (("day_low",), ("lowest", "week_52_low"))
_HIGHS: Final = (("day_high",), ("highest", "week_52_high"))
"""The extremes of the day, and those of a longer time."""
_OF_YEAR: Final = {"week_52_high": ("week_52_low", "lowest"), "week_52_low": ("week_52_high", "highest")}
"""By extreme of a year: the other one, and that of the time that the facts have prices of."""


def mixed_extremes(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the extremes of the day where the one before is of a longer time, and the other way round.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    for first, second in pairwise(figures):
        if first.figure is None or second.figure is None or first.figure.symbol != second.figure.symbol:
            continue
        if second.verdict is not Verdict.SUPPORTED or not _is_beside(sentence, first.claim, second.claim):
            continue
        for own, others in ((_LOWS, _HIGHS), (_HIGHS, _LOWS)):
            if _is_mixed(first, second, own, others, index):
                yield second.claim
        if _is_of_shorter_time(first, second, index):
            yield second.claim


def _is_of_shorter_time(first: CitedFigure, second: CitedFigure, index: FactIndex) -> bool:
    """``The 52-week high is €8.97, the low €7.52``, which is the low of six months alone."""
    mention = first.claim.mention
    if mention is None or mention.metrics[0] not in _OF_YEAR or first.figure is None:
        return False
    own, other = _OF_YEAR[mention.metrics[0]]
    symbol = first.figure.symbol

    def equals(one: CitedFigure, metric: str) -> bool:
        return any(one.claim.equals(figure.value) for figure in index.of(symbol, (metric,)))

    is_known = any(True for _ in index.of(symbol, (own,)))
    is_year = equals(first, mention.metrics[0])
    return is_year and is_known and equals(second, other) and not equals(second, own)


def _is_beside(sentence: Sentence, first: Claim, second: Claim) -> bool:
    """Returns whether the name of the second number stands between the two, and nothing tells of its time."""
    mention, start, end = second.mention, first.numeral.end, second.numeral.start
    if mention is None or mention.metrics[0] not in _OF_ANY_TIME:
        return False
    if not start <= mention.start < mention.end <= end:
        return False
    text = sentence.text
    if _TELLS_MORE.search(text, start, mention.start) or _TELLS_MORE.search(text, mention.end, end):
        return False
    times = [one.start for one in sentence.periods]
    times += [one.start for one in sentence.durations]
    times += [one.start for one in sentence.cues_of("today", "past_year")]
    is_near = mention.start - start + end - mention.end <= _MAX_GAP
    return is_near and not any(start <= time < end for time in times)


def _is_mixed(
    first: CitedFigure,
    second: CitedFigure,
    own: tuple[tuple[str, ...], ...],
    others: tuple[tuple[str, ...], ...],
    index: FactIndex,
) -> bool:
    """Returns whether the first number is an extreme of one time, and the second one of the other."""
    if first.figure is None:
        return False
    symbol = first.figure.symbol

    def equals(one: CitedFigure, metrics: tuple[str, ...]) -> bool:
        return any(one.claim.equals(figure.value) for figure in index.of(symbol, metrics))

    for place, metrics in enumerate(own):
        if equals(first, metrics) and not equals(first, own[1 - place]):
            expected, other = others[place], others[1 - place]
            is_known = any(True for _ in index.of(symbol, expected))
            return is_known and equals(second, other) and not equals(second, expected)
    return False
