"""Binds numbers to the period that a sentence names for them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import COMMA_OR_STOP, WORD, ends_with
from shared.figures.reading.durations import Duration
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import SOME_QUARTER, PeriodMention, StatedPeriod
from shared.figures.reading.units import Unit

_REFERENCE: Final = re.compile(
    r"(?<![^\W\d_])(?:from|than|since|vs\.?|versus|against|(?<!year\s)(?<!quarter\s)(?<!months\s)(?<!period\s)to"
    r"|gegenüber|seit|als|depuis|que|par rapport à|desde|frente a|over)\s(?:[^\W\d_]+\s){0,5}$"
)
"""Before a period that something is only compared with: "18.4% more than in the same quarter of 2024"."""
_START: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|de|desde|da|dal|after|nach|après|tras)\s(?:about\s|rund\s)?[\s*_]*$"
)
"""Before what something has changed from, in a sentence on the period after: "to $281.7bn from $245.1bn"."""
_ONWARDS: Final = re.compile(r"\s(?:to|auf|à|a|até|hasta|em)\s")
_COMPARED: Final = re.compile(
    r"\b(?:against|versus|vs|compare[sd]?|after|from|nach|von|gegenüber|verglichen|contre|après|frente a|tras"
    r"|desde|contro|rispetto|dopo|ante|contra|após)\b|から|比|对比"
)
_RELATIVE: Final = re.compile(
    r"\b(?:later|after that|später|danach|plus tard|después|dopo|depois)\b|後|之后|뒤"
)
_BEFORE_PRIOR: Final = re.compile(r"[\s,(*_]*(?:(?:in|the|im|en|from|of|for|l'|le|el|du|del|des)\s?){0,3}")
_QUARTER: Final = re.compile(r"quarter|quartal|trimestre|四半期|季度|분기", re.IGNORECASE)
_PERIOD_BEHIND: Final = re.compile(
    r"[\s*_]*(?:USD\s)?[(（]?(?:(?:in|for|on|im|en|em|nel|during|of|at|au|am|à|le|el|as of|as at|per|zum|für"
    r"|pour|para|dans|del|al|a|il|was recorded on|the|year|fiscal|quarter|end of|Jahr|año|year ended|end"
    r"|on the|close of|close on|close for)[\s*_]*){0,4}",
    re.IGNORECASE,
)


def topic_period(sentence: Sentence, before: StatedPeriod | None) -> StatedPeriod | None:
    """Returns the year or quarter that a sentence goes on about: the only one it names, else that before."""
    named = [mention.period for mention in sentence.periods if mention.period is not None]
    periods = dict.fromkeys(period for period in named if not period.is_day and period.year is not None)
    if not named:
        return before
    return next(iter(periods)) if len(periods) == 1 else None


def bind_period(sentence: Sentence, claim: Claim, earlier: Sequence[Claim], context: Context) -> None:
    """Sets the period and the window of a number; ``earlier`` are the numbers before it."""
    numeral = claim.numeral
    text = sentence.text
    claim.window = _window(sentence, claim.numeral)
    if not _names_time(sentence) and not _is_compared_with(sentence, numeral):
        claim.topic_period = context.period
    following = next((one for one in sentence.periods if one.start >= numeral.end), None)
    if following is not None and following.period is not None:
        gap = text[numeral.end : following.start]
        if _PERIOD_BEHIND.fullmatch(gap):
            claim.period = following.period
            return
    if _prior(sentence, claim):
        claim.is_prior = True
        return
    before = _period_before(sentence, numeral)
    if before is None or before.period is None:
        return
    used = any(
        one.numeral.end <= before.start and _PERIOD_BEHIND.fullmatch(text[one.numeral.end : before.start])
        for one in earlier
    )
    if ends_with(_START, text, numeral.start) and (earlier or _ONWARDS.match(text, numeral.end)):
        claim.not_period = before.period
    elif not used and _RELATIVE.search(text, before.end, numeral.start) is None:
        claim.period = before.period
        if before.period.is_year and _QUARTER.search(text, 0, numeral.start):
            # "in the quarter …, the first of fiscal 2026"
            claim.period = replace(before.period, quarter=SOME_QUARTER)


def _names_time(sentence: Sentence) -> bool:
    return bool(sentence.periods or sentence.durations or sentence.cues_of("latest", "next", "today"))


def _is_compared_with(sentence: Sentence, numeral: Numeral) -> bool:
    """Whether a number is what another is compared with: ``$13.64, against $11.80``, ``from $11.80 to``."""
    return _COMPARED.search(sentence.text, 0, numeral.start) is not None


def _period_before(sentence: Sentence, numeral: Numeral) -> PeriodMention | None:
    """The last period before a number that is not only compared with."""
    for mention in reversed(sentence.periods):
        if mention.end > numeral.start:
            continue
        is_over = numeral.unit is Unit.PERCENT or COMMA_OR_STOP.search(
            sentence.text, mention.end, numeral.start
        )
        if not (is_over and ends_with(_REFERENCE, sentence.text, mention.start)):
            return mention
    return None


def _prior(sentence: Sentence, claim: Claim) -> bool:
    numeral, mention = claim.numeral, claim.mention
    for cue in sentence.cues_of("prior", "prior_quarter"):
        if numeral.unit is Unit.MULTIPLE and mention is not None and numeral.end <= cue.start < mention.end:
            # "54.3 times last year's earnings"
            continue
        if cue.start >= numeral.end:
            gap = sentence.text[numeral.end : cue.start]
            if _BEFORE_PRIOR.fullmatch(gap):
                return True
        elif cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            if (
                len(WORD.findall(gap)) <= 3
                and not COMMA_OR_STOP.search(gap)
                and not any(cue.end <= one.numeral.start < numeral.start for one in sentence.numbers)
            ):
                return True
    return False


def _window(sentence: Sentence, numeral: Numeral) -> float | None:
    """The days over which a change is said to have happened, by the nearest duration of the past."""
    nearest: Duration | None = None
    for duration in sentence.durations:
        if nearest is None or abs(duration.start - numeral.start) < abs(nearest.start - numeral.start):
            nearest = duration
    if nearest is not None:
        if is_of(sentence, nearest, "past"):
            return nearest.days
        return None
    if sentence.cues_of("past_year"):
        return 365.25
    if sentence.cues_of("today"):
        return 1.0
    return None


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
