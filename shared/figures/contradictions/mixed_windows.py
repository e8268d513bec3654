"""Changes of different spans that are stated as one: ``down 152.75 points or 16.35%``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_JOINED: Final = re.compile(
    r"(?:\s(?:points?|Punkten?|puntos|punti|pontos|ポイント|点|포인트))?,?"
    r"(?:\s?[(（]|\s(?:or|i\.e\.|oder|beziehungsweise|bzw\.|ou|soit|o|es decir|ovvero|cioè|ou seja)\s)\s?",
    re.IGNORECASE,
)
"""Between a change and the same one in percent."""
_CHANGES: Final = frozenset({"change", "change_percent"})
_DAY: Final = 1.0


def mixed_windows(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """Yields the changes over a longer span that stand as another form of a change of the day.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in the order of the text.
    """
    for one, other in pairwise(figures):
        if Verdict.SUPPORTED is not one.verdict or other.verdict is not one.verdict:
            continue
        first, second = one.figure, other.figure
        if first is None or second is None or first.words or second.words or first.symbol != second.symbol:
            continue
        if {first.metric, second.metric} != _CHANGES or None in (first.window, second.window):
            continue
        gap = (one.claim.numeral.end, other.claim.numeral.start)
        if first.window == second.window or _JOINED.fullmatch(sentence.text, *gap) is None:
            continue
        yield other.claim if first.window == _DAY else one.claim
