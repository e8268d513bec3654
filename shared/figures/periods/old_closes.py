"""Closes and dividends of an earlier day that are stated as if they were those of now."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_near
from shared.figures.reading.period_patterns import NAMED_MONTH
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_NOW: Final = RarePattern(
    r"(?:\b(?:now|currently|today|present|jetzt|aktuell\w*|derzeit|heute|actuel\w*|maintenant|aujourd'hui"
    r"|ahora|actual\w*|hoy|agora|hoje|atual\w*|adesso|oggi|attual\w*|ora)\b|現在|いま|今日|本日|目前|现在|今天|当前"
    r"|현재|지금|오늘)[^.;,\d]{0,30}$",
    re.IGNORECASE,
)
"""Before a price of now."""
_NOW_BEHIND: Final = re.compile(
    r"(?:\s(?:a|per|every)\s(?:share|quarter|year|month))?\s?(?:now|today|currently|jetzt|heute|aktuell|derzeit|actuellement|aujourd'hui"
    r"|ahora|hoy|agora|hoje|adesso|oggi)\b",
    re.IGNORECASE,
)
_DIVIDEND: Final = "dividend_per_share"
_SAME: Final = 2e-3


def old_closes(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the prices of now that are closes of an earlier day: ``Bitcoin trades at`` what it cost in June.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        index: The figures of the facts.
    """
    for one in figures:
        figure = one.figure
        if one.verdict is not Verdict.SUPPORTED or figure is None or not _is_close(figure):
            continue
        if _is_of_now(sentence, one.claim, figure.metric) and _has_newer(one.claim, figure, index):
            yield one.claim


def _is_close(figure: KnownFigure) -> bool:
    period = figure.period
    is_dividend = figure.metric == _DIVIDEND and period is not None and not period.is_snapshot
    is_of_day = not figure.words and period is not None and period.is_day
    return is_of_day and (figure.metric == "price" or is_dividend)


def _is_of_now(sentence: Sentence, claim: Claim, metric: str) -> bool:
    """Returns whether a number is stated as a price or a dividend, and of no other time than now."""
    numeral = claim.numeral
    if metric not in (*claim.metrics, *claim.others) or claim.is_conditional or claim.is_change:
        return False
    if ends_with(_NOW, sentence.text, numeral.start) or _NOW_BEHIND.match(sentence.text, numeral.end):
        return True
    is_of_time = claim.period or claim.topic_period or claim.not_period or claim.is_prior
    if is_of_time or sentence.periods or sentence.durations or claim.mention is None:
        return False
    if claim.mention.name != "trading" or claim.mention.end > numeral.start:
        return False
    return not NAMED_MONTH.is_in(sentence.text, sentence.keys)


def _has_newer(claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether the facts have a later close, and none of now has the value."""
    own = figure.period.end if figure.period is not None else None
    prices = [
        one
        for one in index.of(figure.symbol, (figure.metric,))
        # "61 cents a quarter now": the dividend of a year is none of those that were paid.
        if one.metric == figure.metric and not one.words and (one.metric != _DIVIDEND or _is_close(one))
    ]
    ends = [one.period.end for one in prices if one.period is not None and one.period.end is not None]
    if own is None or not ends or max(ends) <= own:
        return False
    current = [one for one in prices if one.period is None or one.period.end in (None, max(ends))]
    return not any(is_near(claim, one) or abs(one.value / figure.value - 1) < _SAME for one in current)
