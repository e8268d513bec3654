"""Which period of several a number is of: the day behind it in a row, and none that an aside names."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, ends_with
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import PeriodMention, StatedPeriod
from shared.figures.reading.units import Unit

_VALUATIONS: Final = frozenset({"trailing_pe", "forward_pe", "price_to_sales", "ev_to_ebitda"})
_OPENED: Final = RarePattern(r"[(（]\s?[^\W\d_]{3,}\s(?:of|vom|von|du|de|del|di|da)\s", re.IGNORECASE)
"""The beginning of brackets that tell which day is meant: ``(session of December 30)``."""
_CLOSED: Final = RarePattern("[)）]")
_REASON: Final = RarePattern(
    r"\b(?:because|since|as|weil|da|car|puisque|parce que|porque|ya que|pois|perché|poiché)\s$", re.IGNORECASE
)
"""Before a year that a reason is about: ``because 2024 was depressed``."""
_AND: Final = RarePattern(r"[,;，；、]|\b(?:and|und|et|y|e)\b", re.IGNORECASE)


def is_valuation(claim: Claim) -> bool:
    """``On last year's profit it looks cheaper: 15.5 times earnings``: a multiple is one of now."""
    name = claim.mention.name if claim.mention is not None else ""
    is_multiple = claim.numeral.unit is Unit.MULTIPLE and claim.is_tight and name in _VALUATIONS
    return is_multiple or claim.metrics == ("forward_pe",)


def next_of_row(
    sentence: Sentence, numeral: Numeral, before: PeriodMention, earlier: Sequence[Claim]
) -> StatedPeriod | None:
    """``22 cents went ex on July 31, and 8 cents follow on November 20``: each date is behind its number.

    Args:
        sentence: The sentence.
        numeral: The number.
        before: The last period before it.
        earlier: The numbers before it.
    """
    if before.period is None or not before.period.is_day or not earlier:
        return None
    last = earlier[-1].numeral
    others = [one.start for one in sentence.periods if one.start < before.start]
    if (
        last.end > before.start
        or (others and max(others) >= last.end)
        or min(others, default=last.end) < last.start
    ):
        return None
    if not _AND.search(sentence.text, before.end, numeral.start):
        # "between September 4 (HK$278.97) and November 23 (HK$342.19)"
        return None
    behind = next((one for one in sentence.periods if one.start >= numeral.end), None)
    if behind is None or behind.period is None or not behind.period.is_day:
        return None
    is_next = not any(numeral.end <= one.numeral.start < behind.start for one in sentence.numbers)
    return behind.period if is_next else None


def is_in_aside(text: str, mention: PeriodMention, numeral: Numeral) -> bool:
    """Returns whether a day in brackets, or a year in a reason, is of what stands around it alone.

    "closed at €69.48 (session of December 30) and trades at €71.84", "because 2024 was depressed; sales fell"
    """
    closed = _CLOSED.search(text, mention.end, numeral.start)
    opened = text.rfind("(", 0, mention.start)
    if closed is not None and opened >= 0 and ")" not in text[opened : mention.start]:
        is_day = mention.period is not None and mention.period.is_day
        return is_day and _OPENED.match(text, opened) is not None
    stop = HARD_STOP.search(text, mention.end, numeral.start)
    return stop is not None and ends_with(_REASON, text, mention.start) is not None
