"""Days of news that contradict the news itself: ``CNBC reported on 6 October``, for the 13th."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.gaps import ends_with
from shared.figures.lookup.fact_base import FactBase
from shared.figures.periods.news_years import news_of
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, PeriodMention, agrees
from shared.figures.verdicts.citations import CitedFigure

_SAYS: Final = (
    r"(?:report(?:ed|s)|wrote|writes|announced|said|berichtet\w*|meldet\w*|schrieb|a (?:rapporté|annoncé)"
    r"|rapporte|annonce|informó|publicó|anunció|noticiou|informou|ha (?:riportato|annunciato)|riporta)"
)
_TOLD_BEFORE: Final = re.compile(
    rf"\b{_SAYS}\s(?:on|am|le|el|em|il|a)\s$"
    r"|(?<!earnings )(?<!quarterly )(?<!annual )\b(?:report|article|story|dispatch|Bericht|Meldung|Artikel"
    r"|dépêche|informe|noticia|artículo|notícia|reportagem|artigo|articolo|notizia)"
    r"\s(?:of|from|dated|on|vom|du|del|de|da|dal|di)\s(?:the\s|dem\s)?$",
    re.IGNORECASE,
)
_TOLD_BEHIND: Final = re.compile(
    rf",?\s(?:(?!\d)[^\s,.;]+\s){{0,4}}?{_SAYS}\b|[^、。，\d]{{0,12}}(?:報じ|报道|報道|보도)", re.IGNORECASE
)
"""Beside the day on which something was reported."""
_UNTIL: Final = re.compile(
    r"\b(?:until|till|through|bis(?: zum)?|jusqu'au|hasta el|até|fino al)\s$", re.IGNORECASE
)
_UNTIL_BEHIND: Final = re.compile(r"\s?(?:まで|까지|为止|為止)")
"""Beside the last day of something."""


def wrong_days(
    sentence: Sentence, figures: Sequence[CitedFigure], facts: FactBase
) -> Iterator[tuple[int, int]]:
    """Yields the days on which news was published or until which it runs, where the news has other ones.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        facts: The facts.
    """
    days = [
        one
        for one in sentence.periods
        if one.period is not None and one.period.is_day and _is_of_news(sentence, one)
    ]
    if not days:
        return
    told = news_of(sentence, figures)
    published = [FactPeriod(end=one.day, is_day=True) for one in facts.index.dates if one.fact_id in told]
    if not published or not any(facts.texts_of(told)):
        return
    written = [
        (one.period.month, one.period.day)
        for text in facts.texts_of(told)
        for one in facts.reader.read(text).periods
        if one.period is not None
    ]
    for mention in days:
        period = mention.period
        if period is None or (period.month, period.day) in written:
            continue
        if not any(agrees(period, day) for day in published):
            yield mention.start, mention.end


def _is_of_news(sentence: Sentence, mention: PeriodMention) -> bool:
    """Returns whether a day is when something was reported, or until when it goes on."""
    text = sentence.text
    return bool(
        ends_with(_TOLD_BEFORE, text, mention.start)
        or _TOLD_BEHIND.match(text, mention.end)
        or ends_with(_UNTIL, text, mention.start)
        or _UNTIL_BEHIND.match(text, mention.end)
    )
