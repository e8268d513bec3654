"""The time over which a change is said to have happened."""

import re
from typing import Final

from shared.figures.claims.gaps import WORD
from shared.figures.claims.prior_periods import PRIOR_CUES
from shared.figures.reading.durations import Duration
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence

_CLOSED: Final = re.compile(r"[)）][*_]*[,;]")
"""Behind a number in brackets whose clause ends there."""


def window(sentence: Sentence, numeral: Numeral) -> float | None:
    """Returns the days over which a change is said to have happened, by the nearest duration of the past."""
    nearest: Duration | None = None
    for duration in sentence.durations:
        if nearest is None or abs(duration.start - numeral.start) < abs(nearest.start - numeral.start):
            nearest = duration
    if nearest is not None:
        if _CLOSED.match(sentence.text, numeral.end, nearest.start):
            # "0.6612 (+0.58%), close to the highest rate of the last three months"
            return None
        if is_of(sentence, nearest, "past"):
            return nearest.calendar_days
        return None
    cues = sentence.cues_of("today", "past_year", *PRIOR_CUES)
    if not cues:
        return None
    # "up 2.5% on the day, which leaves it 0.4% lower than a year ago": each change has the time beside it.
    own = [
        cue
        for cue in cues
        if all(_distance(numeral, cue) <= _distance(one.numeral, cue) for one in sentence.numbers)
    ]
    cue = min(own or cues, key=lambda one: _distance(numeral, one))
    kinds = cue.value.split()
    return 365.25 if "past_year" in kinds else 1.0 if "today" in kinds else None


def _distance(numeral: Numeral, cue: Mention) -> int:
    return max(cue.start - numeral.end, numeral.start - cue.end)


def is_of(sentence: Sentence, duration: Duration, kind: str) -> bool:
    """Tells whether a word of a kind (``past``, ``next``) stands right before a duration, or behind it."""
    for cue in sentence.cues_of(kind):
        if (
            cue.end <= duration.start
            and len(WORD.findall(sentence.text[cue.end : duration.start])) <= 2
            and duration.start - cue.end <= 14
        ):
            return True
        if cue.start >= duration.end and cue.start - duration.end <= 2:
            return True
    return False
