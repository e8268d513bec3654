"""The time over which a change is said to have happened."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from shared.figures.claims.gaps import WORD
from shared.figures.claims.prior_periods import PRIOR_CUES
from shared.figures.reading.durations import Duration
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern, WordPattern
from shared.figures.reading.sentence import Sentence

_PAST: Final = RarePattern(
    r"\b(?:past|last|previous|vergangenen|letzten|derni(?:er|ère)|último|última|ultimo|ultima|scorso)"
    r"\s(?P<span>week|month|quarter|year|Woche|Monat|Quartal|Jahr|semaine|mois|trimestre|semana|mes|mês"
    r"|settimana|mese|an|año|ano|anno)\b|(?P<behind>semaine|mois|mes|mês|semana|mese)"
    r"\s(?:dernier|dernière|pasado|pasada|passado|passada|scorso)\b"
    r"|\b(?:in|over|within|en|sur|sobre|em|binnen|innerhalb|auf)\s(?:an?|one|un|une|una|um|uma|einem|einer|eines)\s"
    r"(?P<one>week|month|year|Woche|Monats?|Jahr(?:es)?|semaine|mois|semana|mes|mês|settimana|mese|an|año|ano|anno)\b"
    r"|\bauf\s(?P<sight>Wochen|Monats|Jahres)sicht\b"
    r"|(?P<asian>1か月|1ヶ月|1カ月|1ヵ月|[一两兩三六][个個]月|半年|(?:한|두|석|세|여섯) ?달|1개월|반년)",
    re.IGNORECASE,
)
"""A span without a number: "in the past month"."""
_THE_PERIOD: Final = WordPattern(
    r"\b(?:the|th(?:at|is)|same) period\b|\b(?:des|im|diese[nms]) (?:selben )?Zeitraums?\b"
    r"|\b(?:la|cette|même) période\b|\b(?:del|el|este|ese|mismo) per[ií]odo\b"
    r"|\b(?:do|no|nesse|neste|mesmo) período\b|\b(?:nel|del|stesso) periodo\b"
    r"|(?:この|その|同)期間|期間[中内の]|期间|期間的|해당 기간|이 기간|기간 (?:중|내)",
    words="period Zeitraum periodo 期 기",
)
_MAY_HAVE_SPAN: Final = re.compile(
    r"past|last|previous|vergang|letzt|derni|[uú]ltim|scors|pasad|passad|月|달|개월|반년|半年|week|month|year|woche|monat|jahr"
    r"|semaine|mois|semana|m[eê]s|settimana|\ba[nñ]n?o?\b",
    re.IGNORECASE,
)
_SPANS: Final = {
    **dict.fromkeys(["week", "woche", "wochen", "semaine", "semana", "settimana"], 7.0),
    **dict.fromkeys(["month", "monat", "monats", "mois", "mes", "mês", "mese"], 30.5),
    **dict.fromkeys(["1か月", "1ヶ月", "1カ月", "1ヵ月", "一个月", "一個月", "1개월", "한 달", "한달"], 30.5),
    **dict.fromkeys(["两个月", "兩個月", "두 달", "두달"], 61.0),
    **dict.fromkeys(["三个月", "三個月", "석 달", "석달", "세 달", "세달"], 91.0),
    **dict.fromkeys(["六个月", "六個月", "여섯 달", "여섯달", "半年", "반년"], 182.6),
    **dict.fromkeys(["quarter", "quartal", "trimestre"], 91.0),
    **dict.fromkeys(["year", "jahr", "jahres", "an", "año", "ano", "anno"], 365.0),
}
"""The days of a span."""
_DAY: Final = 1.0
_YEAR: Final = 365.25
_CACHED: Final = 16
_LONGEST_SPAN: Final = 31.0
"""Days of a span without a number that always is one; "last quarter" may be the one that was reported."""
_CUES: Final = ("today", "past_year", *PRIOR_CUES)
"""Kinds of words that name a time without a number."""
_NEXT_CLAUSE: Final = re.compile(r"[;:；：，、]|,\s|\s(?:and|und|et|y|e|but|aber)\s")
_LAST: Final = re.compile(
    r"past|last|previous|vergang|letzt|derni|[uú]ltim|scors|pasad|passad", re.IGNORECASE
)
"""In a span that may be a reported period as well: "last quarter"."""
_CLOSED: Final = re.compile(r"[)）][*_]*[,;]")
"""Behind a number in brackets whose clause ends there."""


class NamedSpan(NamedTuple):
    """A time that words name, where it is, and its days; None where they are not known."""

    start: int
    end: int
    days: float | None


def window_or_told(sentence: Sentence, numeral: Numeral, told: float | None) -> float | None:
    """Returns the days of a change; those of the one before (``told``) for ``the high of the period``."""
    own = window(sentence, numeral)
    is_open = own is None and told is not None
    return told if is_open and _THE_PERIOD.is_in(sentence.text, sentence.keys) else own


def window(sentence: Sentence, numeral: Numeral) -> float | None:
    """Returns the days over which a change is said to have happened, by the nearest duration of the past."""
    nearest: Duration | None = None
    for duration in sentence.durations:
        if nearest is None or abs(duration.start - numeral.start) < abs(nearest.start - numeral.start):
            nearest = duration
    if nearest is not None:
        span = _span_beside(sentence, numeral, nearest)
        if span is not None:
            return span.days
        if _CLOSED.match(sentence.text, numeral.end, nearest.start):
            # "0.6612 (+0.58%), close to the highest rate of the last three months"
            return None
        if is_of(sentence, nearest, "past"):
            return nearest.calendar_days
        return None
    if sentence.kinds.keys().isdisjoint(_CUES) and not past_spans(sentence.text):
        return None
    spans = list(_named_spans(sentence))
    if not spans:
        return None
    # "up 2.5% on the day, which leaves it 0.4% lower than a year ago": each change has the time beside it.
    own = [
        span
        for span in spans
        if all(_distance(numeral, span) <= _distance(one.numeral, span) for one in sentence.numbers)
    ]
    beside = [span for span in spans if _is_in_clause(sentence, numeral, span)]
    return min(beside or own or spans, key=lambda one: _distance(numeral, one)).days


def _span_beside(sentence: Sentence, numeral: Numeral, duration: Duration) -> NamedSpan | None:
    """``down 11% in one month; over three months 16%``: the span that is nearer than a duration."""
    counted = NamedSpan(duration.start, duration.end, None)
    spans = [
        one
        for one in past_spans(sentence.text)
        if not (one.start < duration.end and duration.start < one.end)
        and _is_in_clause(sentence, numeral, one)
    ]
    nearest = min(spans, key=lambda one: _distance(numeral, one), default=None)
    if nearest is None or not _is_in_clause(sentence, numeral, counted):
        return nearest
    return nearest if _distance(numeral, nearest) < _distance(numeral, counted) else None


def _is_in_clause(sentence: Sentence, numeral: Numeral, span: NamedSpan) -> bool:
    """Returns whether no other number and no end of a clause stands between a number and a span."""
    start, end = min(numeral.end, span.end), max(numeral.start, span.start)
    if _NEXT_CLAUSE.search(sentence.text, start, end):
        return False
    return not any(start <= one.numeral.start and one.numeral.end <= end for one in sentence.numbers)


@lru_cache(maxsize=_CACHED)
def past_spans(text: str) -> tuple[NamedSpan, ...]:
    """Returns the spans of the past without a number ("in the past month"); each number asks for them."""
    return tuple(
        NamedSpan(match.start(), match.end(), _SPANS[next(filter(None, match.groups())).lower()])
        for match in (_PAST.finditer(text) if _MAY_HAVE_SPAN.search(text) else ())
    )


def _named_spans(sentence: Sentence) -> Iterator[NamedSpan]:
    """Yields the times without a number that a sentence names; the days of one before are not known."""
    for cue in sentence.cues_of(*_CUES):
        if any(one.start <= cue.start and cue.end <= one.end for one in sentence.metrics):
            # The day of "200-day average" is no time of a change.
            continue
        kinds = cue.value.split()
        yield NamedSpan(
            cue.start, cue.end, _YEAR if "past_year" in kinds else _DAY if "today" in kinds else None
        )
    for span in past_spans(sentence.text):
        is_sure = span.days is not None and span.days <= _LONGEST_SPAN
        if is_sure or not _LAST.search(sentence.text, span.start, span.end):
            yield span


def _distance(numeral: Numeral, span: NamedSpan) -> int:
    return max(span.start - numeral.end, numeral.start - span.end)


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
