"""The period that the sentences of a paragraph go on about."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.period_binding import REFERENCE
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import PeriodMention, StatedPeriod

_COMPARED_WITH: Final = re.compile(
    r"(?<![^\W\d_])(?:from|than|after|against|versus|vs\.?|compared (?:with|to)|gegenüber|nach|als|contre"
    r"|après|depuis|desde|frente aos?|tras|acima de|abaixo de|rispetto al?|dopo|contro|contra|ante|face à"
    r"|gegen)\s"
    r"(?=(?:\w+\s){0,4}[−–-]?(?-i:[A-Z]{1,3})?[$€£¥\d])",
    re.IGNORECASE,
)
"""Before an amount that is compared with, and its year: "up from $73.79 billion in 2024"."""
_COMPARED_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            from than after against versus vs compared gegenüber nach als contre après depuis desde frente
            tras acima abaixo rispetto dopo contro contra ante face gegen
            """
        ),
    )
)
_ON: Final = re.compile(
    r"\b(?:on|auf|sur|sobre|su|than (?:that|the one) of|(?:dem|der|denen|das|die) (?:von|aus|des Jahres)"
    r"|(?:celui|celle|ceux) de"
    r"|(?:el|la|del|al|los|las) de|(?:do|da|ao|dos|das) de|quell[oaei] del?)\s$",
    re.IGNORECASE,
)
"""Before a year or quarter that is only compared with: "unchanged on 2024"; days are left out anyway."""
_OF_NUMBER: Final = re.compile(
    r"\b(?:the|its|die|den|der|dem|les?|los|las|il|i|gli|l['’]|os?|as?)\s?(?:[A-Z]{0,3}[$€£¥])?\d[\d.,]*"
    r"(?:\s?%|\s[^\W\d_]+\.?){0,2}"
    r"\s(?:(?:of|in|from)(?: the)?|von|vom|aus|des Jahres|de|del|di|do)\s$",
    re.IGNORECASE,
)
"""Before the period of a number that another one is compared with: "it did not reach the 59.6% of 2022"."""
_UNTIL: Final = re.compile(
    r"\b(?:until|till|through|(?:by|before)(?: (?:the )?(?:end|middle|start|beginning) of)?|closes in"
    r"|bis(?: Ende)?|jusqu'en|d'ici(?: à| fin)?|hasta(?: finales de)?|entro(?: il)?|até(?: o fim de)?)\s$",
    re.IGNORECASE,
)
"""Before the year in which something is to happen."""


def topic_period(
    sentence: Sentence, claims: Sequence[Claim], before: StatedPeriod | None
) -> StatedPeriod | None:
    """Returns the year or quarter that a sentence goes on about: the only one it names, else that before."""
    if not sentence.periods or _is_compared(claims, sentence.periods[0].start):
        return before
    if sentence.cues_of("this_year"):
        # "$5.56 this year and $6.02 next year, i.e. growth of 8.3% in 2027": it is about several.
        return None
    is_compared = not sentence.keys.isdisjoint(_COMPARED_KEYS)
    compared = _COMPARED_WITH.search(sentence.text) if is_compared else None
    end = compared.start() if compared is not None else len(sentence.text)
    named = [
        mention.period
        for mention in sentence.periods
        if mention.period is not None
        and mention.start < end
        and not ends_with(REFERENCE, sentence.text, mention.start)
        and not ends_with(_UNTIL, sentence.text, mention.start)
        and not _is_aside(sentence.text, mention)
        and not ends_with(_ON, sentence.text, mention.start)
        and not ends_with(_OF_NUMBER, sentence.text, mention.start)
    ]
    periods = dict.fromkeys(
        period for period in named if not period.is_day and (period.year or period.quarter)
    )
    if not named:
        # "It went from $13.40 billion in 2024 to $6.52 billion in 2025": of two periods.
        return before if len({mention.period for mention in sentence.periods}) == 1 else None
    if len(periods) != 1:
        return None
    topic = next(iter(periods))
    is_aside = before is not None and before.year is not None and (topic.year or before.year) < before.year
    # "In 2024 … In 2023 the share was 76%. Depreciation came to …": it is about both.
    return None if is_aside else topic


def _is_compared(claims: Sequence[Claim], first: int) -> bool:
    """``Net income: ¥23.8bn, ¥17.4bn in Q3 2025``: the first period named is that of the second number."""
    return any(
        one.numeral.end <= first
        and one.period is None is not other.period
        and one.numeral.unit is other.numeral.unit
        and one.metrics == other.metrics != ()
        for one, other in pairwise(claims)
    )


def _is_aside(text: str, mention: PeriodMention) -> bool:
    """Returns whether brackets tell the number of another period beside: ``27.3 billion (2024: 24.6)``."""
    before, behind = text[max(0, mention.start - 1) : mention.start], text[mention.end : mention.end + 1]
    return before in ("(", "（", "[") and behind in (":", "：", "=")


def release_series(claims: Sequence[Claim]) -> None:
    """Binds no list of three or more to the period spoken of before: ``Net income: $3.77bn, $3.91bn, …``."""
    for one, other, third in zip(claims, claims[1:], claims[2:], strict=False):
        if one.metrics == other.metrics == third.metrics and not (one.period or other.period or third.period):
            one.topic_period = other.topic_period = third.topic_period = None
