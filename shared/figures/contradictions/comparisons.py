"""Numbers of one sentence that contradict each other: ``fell from 19.4 to 21.9``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from shared.figures.claims.bound_binding import is_denied
from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, TO, ends_with, has_break
from shared.figures.claims.prior_periods import is_east_asian_start
from shared.figures.contradictions.surprises import is_stated_level, is_supported, wrong_surprises
from shared.figures.reading.known_metrics import CHANGES
from shared.figures.reading.lexicon import Mention, fold, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.shared_units import ENDS
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure

_FROM: Final = re.compile(
    r"(?:(?<![^\W\d_])(?:from|von|de|desde|da|dal|dai|do)\s(?:about\s|around\s|rund\s|a\s|its\s)?[\s*_]*|から)$",
    re.IGNORECASE,
)
_FROM_IN: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|de|desde|da|dal|dai|do)\s|から|[从由從自]|에서", re.IGNORECASE
)
_FROM_KEYS: Final = frozenset(map(fold, word_set("from von de desde da dal dai do か 从 由 從 自 에")))
_FROM_ALONE: Final = re.compile(r"\s(?:from|von|de|desde|da|dai)\s", re.IGNORECASE)
_LEVELS: Final = (Unit.MONEY, Unit.NONE, Unit.PERCENT, Unit.MULTIPLE)
_CHANGES: Final = (Unit.PERCENT, Unit.POINTS, Unit.MONEY, Unit.NONE)
_STOP: Final = re.compile(r"[;:；：|]")
_PREVIOUS: Final = RarePattern(
    r"[^.;\d]{0,24}(?:\s(?:in|im|en|em|nel)\s(?:20\d\d|fiscal 20\d\d))?[^.;\d]{0,16}"
    r"(?:[(（][^\d()（）]{0,12}(?:20\d\d年?|[^\d()（）]{0,20})(?:\s?[:：]?\s|は)|\s?(?:,\s)?(?:nach|after|après|tras|dopo|após)\s)[$€£¥]?"
)
"""Between an amount and that of the period before: ``auf 26,49 Mrd. $ (Vorjahr: ``."""
_FELL_APART: Final = re.compile(r"[^.;,\d]{0,12}\szurück\b")
"""Behind the level that is fallen to: ``ging auf 26,49 Mrd. $ zurück``."""
_EXTREMES: Final = frozenset({"week_52_high", "week_52_low", "highest", "lowest", "day_high", "day_low"})
_WAYS: Final = frozenset({"up", "down", "above", "below"})
_SLACK: Final = 1.5
_SHORT: Final = 12
_BESIDE: Final = 2
_TO_BEHIND: Final = re.compile(r"(?:に|へ|まで|으로|로)")
_TO_MOVE: Final = re.compile(r"\s?(?:へと?|に|まで|으로|로|까지)\s?")
"""Between the level that is moved to and the verb behind it."""
_OPENED: Final = re.compile(
    r"[,，、]\s?(?:(?:just|slightly|well|far|leicht|deutlich|knapp|略|稍|远|明显)\s?)?$"
)
_TO_BASE: Final = re.compile(
    r"\s?(?:(?:than|als|que|do que|di|rispetto a)\s|qu['’])?"
    r"(?:(?:the|den|der|die|das|dem|les?|los|las|el|la|il|i|gli|os?|as?)\s|l['’])?[$€£¥]?"
    r"|(?:(?:19|20)\d\d年度?|上一?年度?|上一?财年|去年|前年|同期)*的?"
)
"""Around a word that compares a value with that of another period: ``…, less than the $59.25 billion of``."""
_THAN_MARK: Final = re.compile(r"\s?(?:を|보다|より)\s?(?:も)?")
"""Between a value and the word that tells whether another one is above it."""
_MAX_APART: Final = 60
_MAX_WORDS: Final = 6
_DEGREE: Final = re.compile("more|mehr|plus|más|mais|più|less|weniger|moins|menos|meno", re.IGNORECASE)
"""Words that tell how strongly, and no way: ``suffered more: from $10.17 billion to $5.03 billion``."""
_DIRECTLY_FROM: Final = re.compile(
    r"[\s*_]*(?:per share|a share)?[,(]?\s?(?:(?P<up>up)|down)(?:\s(?:slightly|sharply|significantly))?"
    r"\sfrom\s(?:about\s|around\s)?[\s*_]*",
    re.IGNORECASE,
)
"""Between a number and what it has come from: ``$1.37 billion, down from $2.17 billion``."""
_JOINED: Final = re.compile(r"[,;:()，；、]|\b(?:and|und|et|y|e|but|or)\b", re.IGNORECASE)
_COMPARED_TO: Final = re.compile(
    r"[\s,*_(]*(?:after|up from|down from|from|nach|nach zuvor|après|tras|dopo|após)\s[$€£¥]?", re.IGNORECASE
)
"""Between a number and that of the period before."""


class _Move(NamedTuple):
    """Two levels of one thing, the earlier one first."""

    earlier: Claim
    later: Claim
    start: float
    end: float


def contradicted(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """Yields the numbers whose direction the other numbers of the sentence contradict.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
    """
    if len(figures) < 2:
        return
    yield from _empty_ranges(sentence, figures)
    yield from _compared_with_itself(sentence, figures)
    yield from wrong_surprises(sentence, figures)
    yield from _wrong_moves(sentence, figures)
    if _WAYS.isdisjoint(sentence.kinds):
        return
    if not sentence.keys.isdisjoint(_FROM_KEYS) and _FROM_IN.search(sentence.text):
        moves = list(_moves(sentence, figures))
        if len(moves) == 1:
            yield from _of_move(sentence, figures, moves[0])
        yield from _wrong_bases(sentence, figures)
    if not sentence.bounds:
        return
    for one, other in pairwise(figures):
        if (
            is_stated_level(one)
            and is_stated_level(other)
            and (
                _is_wrong_comparison(sentence, one.claim, other.claim)
                or _is_wrong_over_time(sentence, one, other)
            )
        ):
            yield other.claim


def _compared_with_itself(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``Basic EPS: €1.88 after €1.88``: one figure of the facts is not that of two periods."""
    for one, other in pairwise(figures):
        figure, start, end = one.figure, one.claim.numeral.end, other.claim.numeral.start
        if figure is None or figure is not other.figure or figure.period is None or figure.period.is_snapshot:
            continue
        is_same = one.claim.numeral.readings == other.claim.numeral.readings
        if (
            is_same
            and is_stated_level(one)
            and is_stated_level(other)
            and _COMPARED_TO.fullmatch(sentence.text, start, end)
        ):
            yield one.claim


def _wrong_moves(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``sank auf 26,49 Mrd. $ (Vorjahr: 25,26 Mrd. $)``: a verb, its level, and that of the period before."""
    for one, other in pairwise(figures):
        if one.figure is None or other.figure is None:
            continue
        start, end = one.figure.period, other.figure.period
        is_move = one.figure.symbol == other.figure.symbol and one.figure.metric == other.figure.metric
        if not is_move or not start or not end or not start.end or not end.end or end.end >= start.end:
            continue
        if not (is_stated_level(one) and is_stated_level(other)):
            continue
        claim, text = one.claim, sentence.text
        place, until = claim.numeral.end, other.claim.numeral.start
        is_to = ends_with(TO, text, claim.numeral.start) or _TO_BEHIND.match(text, place)
        if not is_to or not _PREVIOUS.fullmatch(text, place, until):
            continue
        way = -1 if _FELL_APART.match(text, place) else _way_to(sentence, claim, place, until)
        if way * (_exact(one) - _exact(other)) < 0 and not _is_marked(figures, _exact(other), _exact(one)):
            yield claim


def _way_to(sentence: Sentence, claim: Claim, end: int, until: int) -> int:
    """Returns the way that the word of direction behind a level tells, else the only one before it."""
    told = [cue for cue in sentence.cues_of("up", "down") if not _is_of_name(sentence, cue)]
    behind = [cue for cue in told if 0 <= cue.start - end <= _BESIDE and cue.end <= until]
    if len(behind) == 1:
        return _way_up(behind[0])
    cues = [cue for cue in told if cue.end <= claim.numeral.start]
    kinds = set(cues[0].value.split()) if len(cues) == 1 else {"up", "down"}
    if {"up", "down"} <= kinds or HARD_STOP.search(sentence.text, cues[0].end, claim.numeral.start):
        return 0
    return 1 if "up" in kinds else -1


def _way_up(cue: Mention) -> int:
    kinds = set(cue.value.split())
    return 0 if {"up", "down"} <= kinds else 1 if "up" in kinds else -1


def _empty_ranges(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    for one, other in pairwise(figures):
        if _is_empty_range(sentence, one.claim, other.claim) and is_supported(one) and is_supported(other):
            yield other.claim


_RANGE_BEFORE: Final = re.compile(r"\d\s?%?\s?[-–]\s?[$€£¥]?$")
_RANGE_BEHIND: Final = re.compile(r"\s?[-–]\s?[$€£¥]?\d")
"""Around two numbers of which either is the end of another range."""


def _is_empty_range(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """``from $241 to $241``: the ends of a range or a move are two figures."""
    if one.numeral.readings != other.numeral.readings or one.numeral.unit is not other.numeral.unit:
        return False
    text, start, end = sentence.text, one.numeral.end, other.numeral.start
    if _RANGE_BEFORE.search(text, 0, one.numeral.start) or _RANGE_BEHIND.match(text, other.numeral.end):
        # "to 1-2% from 2-3%"
        return False
    return any(gap.fullmatch(text, start, end) for gap in (ENDS, _FROM_ALONE))


def _moves(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[_Move]:
    for first, second in pairwise(figures):
        if not (is_supported(first) and is_supported(second)):
            continue
        one, other = first.claim, second.claim
        if one.numeral.unit is not other.numeral.unit or one.numeral.unit not in _LEVELS:
            continue
        text = sentence.text
        between = text[one.numeral.end : other.numeral.start]
        if _STOP.search(between) or _names_level(sentence, one.numeral.end, other.numeral.start):
            continue
        # "recule de 1,49 Md€, à 10,02 Md€": by how much, and to what
        if is_east_asian_start(text, one.numeral):
            yield _Move(one, other, _exact(first), _exact(second))
            continue
        is_gap = between.startswith(",") and not is_stated_level(first)
        is_from = not is_gap and ends_with(_FROM, text, one.numeral.start) is not None
        if is_from and TO.search(between):
            yield _Move(one, other, _exact(first), _exact(second))
        elif not is_from and ends_with(TO, text, one.numeral.start) and _FROM.search(between):
            yield _Move(other, one, _exact(second), _exact(first))


def _wrong_bases(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``Net income: $1.37 billion, down from $1.17 billion``: what it cannot have come from that way."""
    for one, other in pairwise(figures):
        start, end = one.claim.numeral.end, other.claim.numeral.start
        way = _DIRECTLY_FROM.fullmatch(sentence.text, start, end)
        if way is None or one.claim.numeral.unit is not other.claim.numeral.unit:
            continue
        if not (is_stated_level(one) and is_stated_level(other)) or one.claim.numeral.unit not in _LEVELS:
            continue
        change = _exact(one) - _exact(other)
        if change * (1 if way["up"] else -1) < 0 and min(_exact(one), _exact(other)) > 0:
            yield other.claim


def _names_level(sentence: Sentence, start: int, end: int) -> bool:
    """``rose to $178.14, almost to its high of $178.84``: a level of another name is no start of a move."""
    return any(start <= one.start and one.end <= end for one in sentence.metrics if one.name in _EXTREMES)


def _of_move(sentence: Sentence, figures: Sequence[CitedFigure], move: _Move) -> Iterator[Claim]:
    earlier, later = move.start, move.end
    if earlier <= 0 or later <= 0 or earlier == later:
        # Words for losses tell their size.
        return
    others = [one for one in figures if one.claim is not move.earlier and one.claim is not move.later]
    if _is_marked(others, earlier, later) or _is_marked(others, _value(move.earlier), _value(move.later)):
        return
    claims = [one.claim for one in figures if is_supported(one)]
    first = min(move.earlier.numeral.start, move.later.numeral.start)
    is_rate = move.earlier.numeral.unit is Unit.PERCENT
    way = _way_between(sentence, move) or _way_before(sentence, claims, first, is_rate=is_rate)
    changes = [one.claim for one in others if is_supported(one) and _is_change(one.claim, earlier, later)]
    for change in changes:
        direction = change.direction or way
        if direction and (later > earlier) != (direction > 0):
            yield change
    if not changes and way and (later > earlier) != (way > 0):
        yield max(move.earlier, move.later, key=lambda claim: claim.numeral.start)


def _is_marked(figures: Sequence[CitedFigure], earlier: float, later: float) -> bool:
    """``fell 5.2%, from $11.23 billion to $11.81 billion``: whether the change is marked already."""
    return any(not is_supported(one) and _is_change(one.claim, earlier, later) for one in figures)


def _way_before(sentence: Sentence, claims: Sequence[Claim], place: int, *, is_rate: bool) -> int:
    """Returns the way that the words before a move tell, with at most the change itself between."""
    cue = next((one for one in reversed(sentence.moves) if one.end <= place), None)
    if (
        cue is None
        or _is_of_name(sentence, cue, is_rate=is_rate)
        or _DEGREE.fullmatch(sentence.text, cue.start, cue.end)
    ):
        return 0
    gap = sentence.text[cue.end : place]
    between = sum(cue.end <= claim.numeral.start < place for claim in claims)
    if between > 1 or HARD_STOP.search(gap) or has_break(sentence, gap) or len(gap.split()) > _MAX_WORDS:
        return 0
    kinds = cue.value.split()
    return 0 if {"up", "down"} <= set(kinds) else 1 if "up" in kinds else -1


def _is_of_name(sentence: Sentence, cue: Mention, *, is_rate: bool = False) -> bool:
    """Returns whether a word is part of the name of a level: ``Depreciation went from $10bn to $12bn``.

    Of levels that are rates, ``growth`` is the name: "Growth has halved, from 63% to 34%".
    """
    levels = (one for one in sentence.metrics if is_rate or CHANGES.isdisjoint(one.metrics))
    return any(one.start <= cue.start and cue.end <= one.end for one in levels)


def _way_between(sentence: Sentence, move: _Move) -> int:
    """Returns the way that a word between two levels tells: ``$10.7 billion, down from $9.0 billion``.

    In Japanese and Korean it stands behind them: 「9600億円から7900億円に減少」.
    """
    start, end = sorted((move.earlier.numeral, move.later.numeral), key=lambda numeral: numeral.start)
    cues = [
        cue
        for cue in sentence.moves
        if start.end <= cue.start and cue.end <= end.start and end.start - cue.end <= _SHORT
    ] or [
        cue
        for cue in sentence.moves
        if cue.start > end.end and _TO_MOVE.fullmatch(sentence.text, end.end, cue.start)
    ]
    kinds = cues[-1].value.split() if cues else []
    return 0 if {"up", "down"} <= set(kinds) or not kinds else 1 if "up" in kinds else -1


def _is_change(claim: Claim, earlier: float, later: float) -> bool:
    unit = claim.numeral.unit
    if unit not in _CHANGES:
        return False
    results = [abs(later - earlier)]
    if unit is Unit.PERCENT and earlier:
        results.append(abs(later / earlier - 1) * 100)
    return any(
        abs(result - reading.value) <= reading.tolerance * _SLACK
        for reading in claim.numeral.readings
        for result in results
    )


def _is_wrong_comparison(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """``GM's P/E of 7.1 is higher than Ford's 9.4``: one metric of two companies."""
    if one.numeral.unit is not other.numeral.unit or not set(one.metrics) & set(other.metrics):
        return False
    if len(one.companies) != 1 or len(other.companies) != 1 or one.companies == other.companies:
        return False
    start, end = one.numeral.end, other.numeral.start
    cues = [cue for cue in sentence.bounds if start <= cue.start and cue.end <= end]
    if len(cues) != 1 or _JOINED.search(sentence.text, start, end):
        return False
    way = _way_of(cues[0])
    return way * (_value(one) - _value(other)) < 0


def _is_wrong_over_time(sentence: Sentence, one: CitedFigure, other: CitedFigure) -> bool:
    """``$77.67 billion in 2025, less than the $59.25 billion of 2024``: one metric of two periods."""
    first, second = one.figure, other.figure
    if first is None or second is None or one.claim.numeral.unit is not other.claim.numeral.unit:
        return False
    is_same = (first.symbol, first.metric) == (second.symbol, second.metric)
    if not is_same or first.words or second.words or first.period == second.period:
        return False
    text, start, end = sentence.text, one.claim.numeral.end, other.claim.numeral.start
    cues = [cue for cue in sentence.bounds if start <= cue.start and _TO_BASE.fullmatch(text, cue.end, end)]
    cues = [cue for cue in cues if _OPENED.search(text, start, cue.start)] or [
        cue
        for cue in sentence.bounds
        if cue.start >= other.claim.numeral.end
        and _THAN_MARK.fullmatch(text, other.claim.numeral.end, cue.start)
    ]
    if len(cues) != 1 or is_denied(sentence, cues[0]) or end - start > _MAX_APART:
        return False
    if HARD_STOP.search(text, start, end) or any(
        start <= one.start < cues[0].start for one in sentence.moves
    ):
        return False
    return _way_of(cues[0]) * (_exact(one) - _exact(other)) < 0


def _way_of(cue: Mention) -> int:
    kinds = set(cue.value.split())
    return 0 if {"above", "below"} <= kinds else 1 if "above" in kinds else -1


def _exact(one: CitedFigure) -> float:
    """Returns the value of a number from the facts; the written value if the facts lack it."""
    if one.figure is None or not is_stated_level(one):
        return _value(one.claim)
    # Outflows have no sign in words: capital expenditure rises from 23.8 to 26.6 billion.
    return one.figure.value if one.figure.is_signed else abs(one.figure.value)


def _value(claim: Claim) -> float:
    """Returns the value of a number; of several readings the one with a scale, which is the larger one."""
    value = max(reading.value for reading in claim.numeral.readings)
    return -value if claim.numeral.sign < 0 or claim.is_negative else value
