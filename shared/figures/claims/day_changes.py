"""Changes in the form "more or less than the day before": ``0,64 Yen oder 0,43 % weniger als gestern``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_THAN_BEHIND: Final = re.compile(
    r"[\s)*_]*(?:(?:gegenüber|par rapport (?:à|au)|respecto al?|frente al?|rispetto a"
    r"|em relação a[o]?|compared with)\s"
    r"|(?:more|less|higher|lower|mehr|weniger|höher|niedriger|de plus|de moins|plus|moins|más|menos"
    r"|a mais|a menos|in più|in meno)\s(?:than|als|que|qu['’]|do que|di|rispetto a)\s?)"
    r"(?:am|dem|on|au|el|il|la|le|a|o|na|the)?\s?",
    re.IGNORECASE,
)
"""Between a change and the close of the day before, with which the price is compared."""
_THAN_BEFORE: Final = re.compile(r"\s?(?:보다|より)も?\s?(?:約|약)?\s?")
"""Between the day before and the change since, in Japanese and Korean: ``전일보다 0.64엔``."""
_OR: Final = re.compile(
    r"[\s,]*(?:or|oder|bzw\.|beziehungsweise|ou|o|ovvero|oppure)\s"
    r"(?:(?:un|el|os|le|lo|il|about|rund|etwa|environ)\s|l['’])?",
    re.IGNORECASE,
)
_BRACKET: Final = re.compile(r"\s?[(（]\s?")
_NAMES: Final = ("previous_close", "change")


def bind_day_changes(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Tells which numbers are changes since the day before, and no closes of that day.

    Args:
        sentence: The sentence.
        claims: Its numbers with their metrics; set.
    """
    days = [one for one in sentence.metrics if one.name in _NAMES]
    if not days:
        return
    for index, claim in enumerate(claims):
        if not any(_is_change_since(sentence, claim.numeral, day) for day in days):
            continue
        _bind(claim)
        if claim.numeral.unit is Unit.PERCENT and index:
            _bind_joined(sentence, claims[index - 1], claim, _OR)
    for before, claim in pairwise(claims):
        if before.metrics == ("change",) and claim.numeral.unit is Unit.PERCENT:
            _bind_joined(sentence, claim, before, _BRACKET)


def _is_change_since(sentence: Sentence, numeral: Numeral, day: MetricMention) -> bool:
    if numeral.unit not in (Unit.PERCENT, Unit.MONEY, Unit.NONE):
        return False
    if day.end <= numeral.start:
        return _THAN_BEFORE.fullmatch(sentence.text, day.end, numeral.start) is not None
    return _THAN_BEHIND.fullmatch(sentence.text, numeral.end, day.start) is not None


def _bind_joined(sentence: Sentence, claim: Claim, other: Claim, between: re.Pattern[str]) -> None:
    """Binds the same change in another unit: ``0.64엔(0.43%)``."""
    first, second = sorted((claim.numeral, other.numeral), key=lambda one: one.start)
    if claim.numeral.unit is not other.numeral.unit and between.fullmatch(
        sentence.text, first.end, second.start
    ):
        _bind(claim)


def _bind(claim: Claim) -> None:
    is_percent = claim.numeral.unit is Unit.PERCENT
    claim.mention, claim.others = None, ()
    claim.metrics = ("change_percent",) if is_percent else ("change",)
    claim.is_settled, claim.threshold = True, 0
