"""Times to come that contradict the news that a sentence tells: ``deliveries begin in 2027`` for 2029."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from shared.figures.claims.gaps import ends_with
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.durations import Duration, days_in_han, find_durations
from shared.figures.reading.lexicon import tokens
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import PeriodMention
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_YEAR: Final = re.compile(r"(?<![\d.,])(?:19|20)\d{2}(?![\d%])")
_DAYS_OF_YEAR: Final = 365.25
_YEAR_SLACK: Final = 1.5
_SAME_LENGTH: Final = 1e-6
_COMING: Final = re.compile(
    r"(?:\b(?:within|inside|innerhalb(?: von| der)?|binnen|d['’]ici(?: à)?|dentro de"
    r"|en un plazo de|entro|em até|next|coming|nächsten|kommenden|prochaine?s"
    r"|próxim[oa]s|prossim[ie])\s(?:about\s|rund\s)?"
    r"|(?:今後|未来|향후)\s?)$",
    re.IGNORECASE,
)
"""Before a time to come."""
_OVER: Final = re.compile(
    r"(?:\b(?:over|across|über|sur|por|ao longo de|nell['’]arco di|su|durante)\s"
    r"(?:a period of\s|about\s|rund\s|einen Zeitraum von\s)?)$",
    re.IGNORECASE,
)
"""Before the years in which something is paid or spent."""
_YEARS: Final = 700.0
"""Days of a time that news tells of; changes of prices are over shorter ones."""

_DENIED: Final = re.compile(
    r"\b(?:won['’]t|will not|cannot|can['’]t|doesn['’]t|does not|nicht|kein\w*|pas|no|não|non)\b|ない|不|않"
)
"""A sentence that says what does not happen in a year: ``it won't move the numbers of 2026``."""


def wrong_years(
    sentence: Sentence, figures: Sequence[CitedFigure], before: Sequence[CitedFigure], facts: FactBase
) -> Iterator[tuple[int, int]]:
    """Yields the places of years to come that the news of the sentence does not state, but others.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        before: Those of the sentence before, for one that has none of data.
        facts: The facts.
    """
    if not sentence.periods or _DENIED.search(sentence.text):
        return
    bare = [
        (mention, year)
        for mention in sentence.periods
        if mention.period is None or (mention.period.quarter is None and not mention.period.is_day)
        for year in _years_of(sentence, mention)
    ]
    if not bare:
        return
    now = facts.index.as_of.isoformat()[:4] if facts.index.as_of else ""
    coming = [(mention, year) for mention, year in bare if now and year >= int(now)]
    if not coming or _tells_periods(figures, {year for _, year in coming}):
        return
    told = news_of(sentence, figures) or (
        set() if _has_data(figures) else news_of(None, _of_same_company(sentence, before))
    )
    stated = {int(year) for text in facts.texts_of(told) for year in _YEAR.findall(text)}
    if any(year >= int(now) for year in stated):
        yield from ((mention.start, mention.end) for mention, year in coming if year not in stated)


def wrong_spans(
    sentence: Sentence, figures: Sequence[CitedFigure], facts: FactBase
) -> Iterator[tuple[int, int]]:
    """Yields the places of times to come of another length than the news of the sentence tells.

    ``$400 million within two years``, where the news says within three.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        facts: The facts.
    """
    coming = [one for one in sentence.durations if _is_to_come(sentence, one)]
    if not coming or _DENIED.search(sentence.text):
        return
    told = {
        days
        for text in facts.texts_of(news_of(sentence, figures))
        for days in (
            *(one.days for one in find_durations(text, {token.key for token in tokens(text)})),
            *days_in_han(text),
        )
    }
    for duration in coming if told else ():
        if not any(abs(days - duration.days) <= _SAME_LENGTH * days for days in told):
            yield duration.start, duration.end


def _is_to_come(sentence: Sentence, duration: Duration) -> bool:
    if duration.days >= _YEARS and ends_with(_OVER, sentence.text, duration.start):
        # "up to $450 million over 25 years", but not "over two years it has halved"
        return not any(one.is_change for one in sentence.numbers)
    return ends_with(_COMING, sentence.text, duration.start) is not None and not _is_of_a_year(duration)


def _is_of_a_year(duration: Duration) -> bool:
    """Returns whether a time is one over which estimates customarily are given: ``the next 12 months``."""
    return abs(duration.days - _DAYS_OF_YEAR) <= _YEAR_SLACK


def _years_of(sentence: Sentence, mention: PeriodMention) -> list[int]:
    """Returns the years that a mention names: ``from 2027 to 2031`` names two."""
    written = [int(year) for year in _YEAR.findall(sentence.text[mention.start : mention.end])]
    year = mention.period.year if mention.period is not None else None
    return written or ([] if year is None else [year])


def news_of(sentence: Sentence | None, figures: Iterable[CitedFigure]) -> set[int]:
    """Returns the facts whose prose states a number of a sentence, or that it cites."""
    found = {
        one.figure.fact_id
        for one in figures
        if one.verdict is Verdict.SUPPORTED and one.figure is not None and one.figure.words
    }
    cited = {number for one in (sentence.citations if sentence else ()) for number in one.ids}
    return {number for number in (*found, *cited) if number is not None}


def _of_same_company(sentence: Sentence, before: Sequence[CitedFigure]) -> list[CitedFigure]:
    """Returns the numbers of the sentence before that may be of the company that a sentence names."""
    named = {one.value for one in sentence.companies}
    return [one for one in before if not named or (one.figure is not None and one.figure.symbol in named)]


def _has_data(figures: Iterable[CitedFigure]) -> bool:
    return any(one.figure is not None and not one.figure.words for one in figures)


def _tells_periods(figures: Iterable[CitedFigure], years: set[int]) -> bool:
    """Returns whether numbers of the sentence are data of one of these years, as estimates are."""
    periods = (one.figure.period for one in figures if one.figure is not None and not one.figure.words)
    return any(
        period is not None and (period.year in years or (period.end is not None and period.end.year in years))
        for period in periods
        if period is None or not period.is_snapshot
    )
