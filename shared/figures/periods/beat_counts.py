"""Counts of the quarters that beat or missed the estimates: ``beat in seven of the last eight quarters``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.rare_pattern import RarePattern

_BOTH: Final = 2
_NUMBER: Final = rf"(?:[1-9]\d?|both|{'|'.join(COUNT_WORDS)})"
_ALL: Final = r"(?:all|every one|each|alle|allen|jedem|tous|toutes|chacun|todos|todas|cada uno|tutti)"
_LAST: Final = (
    r"(?:(?:its|the|their|der|den|des|les|los|las|dos|das|degli|dei|ultimi|últimos|last|past|latest|previous|prior"
    r"|most recent|reported|vergangenen|letzten|derniers)\s){0,3}"
)
_QUARTERS: Final = (
    r"\s(?:(?:last|past|reported|straight|derniers|últimos|ultimi)\s)?"
    r"(?:quarters|Quartalen?|trimestres|trimestri)\b"
)
_OF: Final = r"(?:out\sof|of|von|des|de|di|su|sur|der|em|en|in|over)"
_COUNT: Final = RarePattern(
    rf"(?<![\d.,$€£¥])\b(?:(?P<all>{_ALL})|(?P<count>{_NUMBER})(?:\s(?P<noun>beats|misses))?)\s(?:{_OF}\s)?{_LAST}"
    rf"(?P<span>{_NUMBER}){_QUARTERS}(?!\s?(?:\.\.\.|…))",
    re.IGNORECASE,
)
_OF_LAST: Final = RarePattern(
    rf"\b{_OF}\s{_LAST}(?P<span>{_NUMBER})\s(?:quarters|(?:(?:earnings|quarterly)\s)?reports)\b[^.;:\d]{{0,80}}?"
    rf"\b(?:beat|top|exceed|surpass|miss)\w*\b[^.;:\d]{{0,80}}?\sin\s(?P<count>{_NUMBER})(?!\s?[%\w])(?!\.\d)",
    re.IGNORECASE,
)
"""``Of its last eight reports, it topped estimates in six``."""
_SPAN: Final = RarePattern(rf"\b(?P<span>{_NUMBER}){_QUARTERS}", re.IGNORECASE)
_TIMES: Final = RarePattern(
    rf"\b(?:(?P<count>{_NUMBER})\s(?:times|fois|veces|vezes|volte)"
    r"|(?P<once>once|einmal|une fois|una vez|uma vez|una volta)"
    r"|(?P<twice>twice|zweimal)|(?P<often>drei|vier|fünf|sechs|sieben|acht|neun|zehn)mal)\b"
    r"(?!\s(?:\w+\s){0,2}(?:earnings|profits?|sales|revenue|book|cash|ebitda)\b)",
    re.IGNORECASE,
)
"""How often, of a number of quarters that stands before: ``In eight quarters it beat them seven times``."""
_EACH_WAY: Final = RarePattern(
    rf"(?<=[,;:–—]\s)(?P<count>{_NUMBER})\s(?:ont\s|a\s|han\s|ha\s|hanno\s)?(?:(?P<beat>beat|topped|exceeded|surpassed"
    r"|übertraf\w*|dépassé|battu|super\w+|batier\w+|battut[oi])|(?P<miss>missed|fell short|verfehlt\w*|manqué"
    r"|incumpli\w+|mancat[oi])|(?P<met>matched|met|erfüllt\w*))\b"
    rf"|(?<=\s(?:and|und)\s)(?P<second>{_NUMBER})\s(?:(?P<beats>beat|topped|exceeded|übertraf\w*)"
    r"|(?P<misses>missed|fell short|verfehlt\w*)|(?:matched|met|erfüllt\w*))\b",
    re.IGNORECASE,
)
"""``Of the last four quarters, three beat and one missed``."""
_NEXT_CLAUSE: Final = re.compile(r"[,;:]\s")
"""``After eight quarters of beating estimates, it trades at 12 times …`` counts nothing."""
_MISS: Final = re.compile(
    r"\b(?:miss|fell short|falls? short|fallen short|short of|verfehl|manqu|raté|incumpl|mancat|abaixo)",
    re.IGNORECASE,
)
_BEAT: Final = re.compile(
    r"\b(?:beat|topp|exceed|surpass|übertr|dépass|battu|superó|superad|superou|superato|battuto|batió|bateu)",
    re.IGNORECASE,
)
_MET: Final = re.compile(
    r"\b(?:match|met|in line|erfüllt|getroffen|conforme|égal|cumpl|igual|in linea|rispett)", re.IGNORECASE
)


class BeatCount(NamedTuple):
    """A count of quarters, its place, and a figure of the quarters if the facts agree with it."""

    start: int
    end: int
    figure: KnownFigure | None


def counts_quarters(text: str) -> bool:
    """Returns whether a sentence counts quarters that beat or missed the estimates."""
    small = text.lower()
    if not ("quarters" in small or "reports" in small or "quartale" in small or "trimestr" in small):
        # Most sentences have none of these.
        return False
    if not (_BEAT.search(text) or _MISS.search(text)):
        return False
    if _OF_LAST.search(text):
        return True
    has_span = _SPAN.search(text) is not None
    return _COUNT.search(text) is not None or (
        has_span and (_TIMES.search(text) is not None or _EACH_WAY.search(text) is not None)
    )


def beat_counts(text: str, companies: Iterable[str], index: FactIndex) -> Iterator[BeatCount]:
    """Yields the counts of a sentence that the surprises of the facts agree with, contradict or do not reach.

    Args:
        text: The sentence.
        companies: The companies that it is about, the nearest first.
        index: The figures of the facts.
    """
    if not counts_quarters(text):
        return
    known = next((found for company in companies if (found := _surprises(index, company))), [])
    for match in _COUNT.finditer(text) if known else ():
        span = _value(match["span"])
        count = span if match["all"] else _counted(match)
        sign = -1 if _is_of_misses(text, match) else 1
        is_right = span <= len(known) and count == sum(_shown(one) * sign > 0 for one in known[:span])
        yield BeatCount(*match.span(), known[0] if is_right else None)
    for match in _OF_LAST.finditer(text) if known else ():
        span, count = _value(match["span"]), _value(match["count"])
        sign = -1 if _MISS.search(text, match.end("span"), match.start("count")) else 1
        is_right = span <= len(known) and count == sum(_shown(one) * sign > 0 for one in known[:span])
        yield BeatCount(*match.span(), known[0] if is_right else None)
    if known and _COUNT.search(text) is None:
        yield from _counts_of_times(text, known)
        yield from _counts_each_way(text, known)


def _counts_of_times(text: str, known: Sequence[KnownFigure]) -> Iterator[BeatCount]:
    """Yields how often a sentence says that the estimates were beaten or missed in some quarters."""
    span = _SPAN.search(text)
    quarters = _value(span["span"]) if span is not None else 0
    for match in _TIMES.finditer(text, span.end()) if span is not None else ():
        told = [
            (one.start(), sign)
            for pattern, sign in ((_MISS, -1), (_MET, 0), (_BEAT, 1))
            for one in pattern.finditer(text, 0, match.start())
        ]
        if not told or _NEXT_CLAUSE.search(text, max(told)[0], match.start()):
            continue
        sign = max(told)[1]
        values = [_shown(one) for one in known[:quarters]]
        count = 1 if match["once"] else _BOTH if match["twice"] else _value(match["count"] or match["often"])
        counted = sum(value * sign > 0 if sign else not value for value in values)
        is_right = quarters <= len(known) and count == counted
        yield BeatCount(*match.span(), known[0] if is_right else None)


def _counts_each_way(text: str, known: Sequence[KnownFigure]) -> Iterator[BeatCount]:
    """Yields how many of some quarters are said to have beaten the estimates, and how many to have missed."""
    span = _SPAN.search(text)
    quarters = _value(span["span"]) if span is not None else 0
    for match in _EACH_WAY.finditer(text, span.end()) if span is not None else ():
        name = "count" if match["count"] else "second"
        sign = 1 if match["beat"] or match["beats"] else -1 if match["miss"] or match["misses"] else 0
        values = [_shown(one) for one in known[:quarters]]
        counted = sum(value * sign > 0 if sign else not value for value in values)
        is_right = quarters <= len(known) and _value(match[name]) == counted
        yield BeatCount(match.start(name), match.end(name), known[0] if is_right else None)


def _surprises(index: FactIndex, company: str) -> list[KnownFigure]:
    """Returns by how much the results of a company's quarters beat the estimates, the last one first."""
    by_end: dict[date, KnownFigure] = {}
    for figure in index.of(company, ("surprise_percent",)):
        if figure.period is not None and figure.period.end is not None and not figure.words:
            by_end.setdefault(figure.period.end, figure)
    return [by_end[end] for end in sorted(by_end, reverse=True)]


def _shown(surprise: KnownFigure) -> float:
    """Returns a surprise as the facts show it: 0.00 % has met the estimate."""
    return round(surprise.value, 2)


def _is_of_misses(text: str, match: re.Match[str]) -> bool:
    """Returns whether the quarters that are counted are those that missed the estimates."""
    if match["noun"]:
        return match["noun"].lower() == "misses"
    before = [
        (found.start(), is_miss)
        for pattern, is_miss in ((_BEAT, False), (_MISS, True))
        for found in pattern.finditer(text, 0, match.start())
    ]
    if before:
        return max(before)[1]
    return _BEAT.search(text, match.end()) is None


def _counted(match: re.Match[str]) -> int:
    """Returns a count; ``once`` is eleven in Spanish, before ``de``."""
    is_once = match["count"].lower() == "once" and " de " not in match[0]
    return 1 if is_once else _value(match["count"])


def _value(written: str) -> int:
    return _BOTH if written.lower() == "both" else count_of(written)
