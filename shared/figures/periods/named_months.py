"""Values of days that a sentence gives for another month: ``$0.87 in March`` where June paid that."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.period_patterns import MONTHS, NAMED_MONTH
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_OF_DAYS: Final = frozenset({"price", "dividend_per_share"})
_COUNTED: Final = re.compile(r"(?<![\d年년])\s?(1[0-2]|[1-9])\s?[月월](?!\s?\d)")
"""A month of Japanese, Chinese and Korean text, without its year and day."""
_DATED: Final = re.compile(r"\.?,?\s(?:\d{1,2}(?!\d)|(?:de\s|del\s)?(?:19|20)\d\d)|\d")
"""Behind the name of a month that has a day or a year."""
_DAY_BEFORE: Final = re.compile(r"\d(?:st|nd|rd|th|er|º)?\.?\s(?:de\s|of\s)?$")
_WORDS_BEHIND: Final = re.compile(
    r"(?:\s(?!(?:and|but|from|after|since|until|und|aber|von|nach|seit|bis|et|mais|depuis|après|y|pero|desde|tras|e"
    r"|ma|da|dopo|até|após)\s)[^\W\d_]+){0,5}\s(?:[^\W\d_]{1,5}['’-])?",
    re.IGNORECASE,
)
"""Between a number and the month that it is of: ``$66.45 at the start of July``."""
_FROM: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|desde|dal|dai|(?P<of>de|da))\s(?:about\s|rund\s)?[$€£¥]?$", re.IGNORECASE
)
"""Before a value that something left in a month: "raised in May from $1.30"."""
_ONWARDS: Final = re.compile(
    r"(?:\s?(?:[^\W\d_]+|[$€£¥])){0,3}\s(?:a|à|ai|al|para|até|hasta)\s", re.IGNORECASE
)
"""Behind what something left, where the word before may mean "of" as well."""
_NO_MONTHS: Final = word_set("may march mar ago out set sett sep gen")
"""Names of months that are other words in small letters."""
_EDGE: Final = timedelta(days=4)
"""How far from a month a day may be that is called its beginning or its end."""


def wrong_months(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the closes and dividends for which the facts have another value in the month that is named.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    text = sentence.text
    is_counted = not text.isascii() and _COUNTED.search(text) is not None
    if not (is_counted or NAMED_MONTH.is_in(text, sentence.keys)):
        return
    begin = 0
    for one in figures:
        figure, claim = one.figure, one.claim
        month = _month_of(sentence.text, claim, begin)
        begin = _end_of_month_behind(sentence.text, claim)
        if (
            one.verdict is not Verdict.SUPPORTED
            or figure is None
            or month is None
            or claim.period is not None
        ):
            continue
        if not (_is_of_day(figure) and figure.metric in _OF_DAYS and claim.equals(abs(figure.value))):
            continue
        known = [each for each in index.of(figure.symbol, (figure.metric,)) if _is_of_day(each)]
        is_known = any(_is_in(each, month) for each in known)
        if is_known and not any(
            claim.equals(abs(each.value)) for each in known if _is_in(each, month, _EDGE)
        ):
            yield claim


def _month_of(text: str, claim: Claim, begin: int) -> int | None:
    """Returns the month that stands behind a number, else the only one between it and the number before."""
    start, end = claim.numeral.start, claim.numeral.end
    behind = _behind(text, end)
    if behind is not None:
        return None if _DATED.match(text, behind.end()) else _number(behind[0])
    left = ends_with(_FROM, text, start)
    if left is not None and (not left["of"] or _ONWARDS.match(text, end)):
        return None
    names = [(one.start(), one.end(), one[0]) for one in NAMED_MONTH.finditer(text, begin, start)]
    names += [(one.start(1), one.end(), one[1]) for one in _COUNTED.finditer(text, begin, start)]
    if len(names) != 1:
        return None
    (first, last, name) = names[0]
    is_date = _DATED.match(text, last) or _DAY_BEFORE.search(text, begin, first)
    return None if is_date or HARD_STOP.search(text, last, start) else _number(name)


def _end_of_month_behind(text: str, claim: Claim) -> int:
    """Returns where the words about a number end: behind its month, or behind the number."""
    behind = _behind(text, claim.numeral.end)
    return behind.end() if behind is not None else claim.numeral.end


def _behind(text: str, end: int) -> re.Match[str] | None:
    """Returns the name of a month that a few words join to the number before it; None without one."""
    named = NAMED_MONTH.search(text, end)
    return named if named is not None and _WORDS_BEHIND.fullmatch(text, end, named.start()) else None


def _number(name: str) -> int | None:
    if name.isdigit():
        return int(name)
    return None if name in _NO_MONTHS else MONTHS.get(name.rstrip(".").lower())


def _is_of_day(figure: KnownFigure) -> bool:
    period = figure.period
    return period is not None and period.is_day and not period.is_snapshot and period.end is not None


def _is_in(figure: KnownFigure, month: int, slack: timedelta = timedelta()) -> bool:
    day = figure.period.end if figure.period is not None else None
    return day is not None and month in {one.month for one in (day - slack, day, day + slack)}
