"""Differences, shares and parts that a sentence spells out between numbers that it states itself."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.prior_periods import COMPARED
from shared.figures.derivations.operands import Stated, comparable
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_THAN: Final = RarePattern(
    r"[\s*_]*(?:(?:a share|je Aktie|par action|por acción|por ação|per azione)\s)?"
    r"(?:more|less|fewer|higher|lower|mehr|weniger|höher|niedriger|de plus|de moins|más|menos"
    r"|a mais|a menos|in più|in meno)\s(?:than|als|que|qu['’]|do que|rispetto a|di|de)\b[^.;:,\d]{0,24}",
    re.IGNORECASE,
)
"""Between a difference and what is compared with: ``£10 million more than the £100 million``."""
_IN_OTHER_WORDS: Final = re.compile(
    r",?\s(?:or|oder|soit|o|ou|ovvero)\s[\d.,]+\s?%|\s[(][-+−]?[\d.,]+\s?%[)]"
)
"""Behind a difference that is in percent as well."""
_AWAY: Final = re.compile(r"\s(?:above|below|ahead of|short of)\s[^.;:,\d]{0,24}", re.IGNORECASE)
"""Behind both: ``7 cents (3.9%) above the consensus of $1.81``."""
_MORE: Final = re.compile(r"\b(?:mais|menos)\s$", re.IGNORECASE)
_THAN_BEHIND: Final = re.compile(r"\s(?:do\s)?que\s(?:[oa]s?\s)?[^.;:,\d]{0,24}", re.IGNORECASE)
"""Around a difference in Portuguese: ``mais 5,3 % do que os 2,09 € de 2024``."""
_GAPS: Final = word_set(
    """
    gap difference spread lead advantage Abstand Differenz Vorsprung écart différence avance diferencia
    ventaja brecha diferença vantagem divario differenza vantaggio
    loss gain drop decline fall rise increase jump Verlust Gewinn Rückgang Anstieg Zuwachs Plus Minus perte
    hausse baisse pérdida subida caída descenso perda alta queda perdita rialzo calo aumento
    """
)
_GAP_KEYS: Final = frozenset(map(fold, _GAPS))
_GAP: Final = RarePattern(
    rf"\b(?:{'|'.join(sorted(_GAPS))})\s(?:of|von|de|di)\s(?:\w+\s)?[$€£¥]?$", re.IGNORECASE
)
"""Before the difference of two numbers."""
_RATIO: Final = RarePattern(
    r"\b(?:ratio|book-to-bill|multiple|coverage|Verhältnis|Quote|Deckung|rapport|ratio|couverture|relación|cobertura|razão"
    r"|rapporto|copertura)\s(?:of|von|de|di)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_COLON: Final = re.compile(
    r"(?:,?\s(?:or|oder|soit|o|ou|ovvero)\s[\d.,]+\s?%)?(?:\s[^.;:,\d]{1,50})?\s?[:：]", re.IGNORECASE
)
"""Behind a difference whose two values follow, or those of each time."""
_SPREAD: Final = RarePattern(
    r"\b(?:spread|gap|span|range|difference|Spanne|Abstand|écart|fourchette|diferencia|rango|diferença|faixa|intervallo"
    r"|divario)\b[^.;:\d]{0,24}$",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"[,]?\s\(?(?:from|between|von|zwischen|de|entre|da|tra)\s", re.IGNORECASE)
_TO: Final = re.compile(r"\s(?:to|and|bis|und|à|et|a|y|e)\s", re.IGNORECASE)
_SHARE: Final = RarePattern(
    r"\b(?:shares?|proportion|portion|Anteil|Quote|part|proportion|proporción|cuota|porcentaje|parcela"
    r"|proporção|quota|percentuale)\b[^.;:\d]{0,16}$|(?:割合|比率|占比|比例|비율|비중)[はが为為은는이가]?$",
    re.IGNORECASE,
)
"""Before the share that the second of two numbers is of the first."""
_OF_THEM: Final = RarePattern(
    r"\s(?:of (?:them|these|which|those)|davon|d['’]entre eux|de ellos|deles|di essi|di loro)\b"
    r"|そのうち|其中|그중",
    re.IGNORECASE,
)
_LEFT: Final = RarePattern(
    r"\b(?:leav(?:es|ing)|remain(?:s|ing)?|lässt|verbleiben|bleiben|laisse|reste(?:nt)?|deja|quedan?|deixa|restam|sobra[mn]?"
    r"|lascia|restano|rimangono)\b|残|剩|남",
    re.IGNORECASE,
)
_POINTS: Final = re.compile(
    r"[\s-](?:(?:percentage|percent)[\s-])?(?:points?|Punkten?|Prozentpunkten?|puntos?|pontos?|punti)\b"
    r"|\s?(?:ポイント|个百分点|個百分點|포인트)",
    re.IGNORECASE,
)
_BY_TO: Final = re.compile(
    r"(?:\s[^\d.;,]{1,20},?)?\s(?:to|auf|hasta|para|a)\s(?:between\s)?[$€£¥]?", re.IGNORECASE
)
_BY: Final = re.compile(r"\b(?:by|um|en|em|di)\s[$€£¥]?$", re.IGNORECASE)
"""Around what a level was moved by: ``raised by $4 to $36``."""
_MAX_BEHIND: Final = 60
_MIN_AMOUNT: Final = 1e5
_MAX_WHOLES: Final = 3
_HUNDRED: Final = 100.0
_PAIR: Final = 2


def follows_from_others(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is said to follow from others, which are judged before it."""
    start, end = claim.numeral.start, claim.numeral.end
    after = _end_with_other_words(sentence, end)
    behind = next((one.numeral.start for one in sentence.numbers if one.numeral.start >= after), None)
    if behind is not None and _is_compared(sentence, start, end, behind):
        return True
    shares = [
        one.numeral.end
        for one in sentence.numbers
        if one.numeral.unit is Unit.PERCENT and one.numeral.end <= start
    ]
    if claim.numeral.unit is Unit.MONEY and _COLON.match(sentence.text, end):
        behind_it = (one.numeral for one in sentence.numbers if one.numeral.start >= end)
        return sum(one.unit is Unit.MONEY for one in behind_it) >= _PAIR
    if _is_spread(claim, sentence) or _POINTS.match(sentence.text, end):
        return True
    is_left = bool(shares) and _LEFT.search(sentence.text, shares[-1], start) is not None
    return is_left or _is_gap(sentence, start)


def _end_with_other_words(sentence: Sentence, end: int) -> int:
    """``80 cents or 13.3% more than the $6.00``: returns where a difference in two units ends."""
    again = _IN_OTHER_WORDS.match(sentence.text, end)
    return end if again is None else again.end()


def _is_compared(sentence: Sentence, start: int, end: int, behind: int) -> bool:
    """Returns whether a number is how much more or less something is than the number behind it."""
    after = _end_with_other_words(sentence, end)
    if after > end and _AWAY.fullmatch(sentence.text, after, behind):
        return True
    end = after
    if _THAN.fullmatch(sentence.text, end, behind):
        return True
    return bool(_THAN_BEHIND.fullmatch(sentence.text, end, behind) and ends_with(_MORE, sentence.text, start))


def is_moved_by(claim: Claim, sentence: Sentence) -> bool:
    """``raised by $4 to $36``: whether a number is what leads to the level behind it."""
    start, end = claim.numeral.start, claim.numeral.end
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE) or sentence.numbers[-1].numeral.start < end:
        return False
    if not ends_with(_BY, sentence.text, start):
        return False
    return any(_BY_TO.fullmatch(sentence.text, end, one.numeral.start) for one in sentence.numbers)


def _is_gap(sentence: Sentence, start: int) -> bool:
    """Returns whether a number is said to be a difference."""
    is_possible = not sentence.keys.isdisjoint(_GAP_KEYS)
    return is_possible and ends_with(_GAP, sentence.text, start) is not None


def stated_gap(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """Returns a figure that a number is the difference or the share of as its sentence says; None if not.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers of its sentence and of the one before, the last one last.
    """
    own = [one for one in stated if one.sentence is sentence and one.figure is not None]
    before = sorted(
        (one for one in own if one.claim.numeral.end <= claim.numeral.start),
        key=lambda one: one.claim.numeral.start,
    )
    earlier = [one for one in stated if one.sentence is not sentence and one.figure is not None]
    stated_way = _spread(claim, sentence, own) or _more_than(claim, sentence, before or earlier, own)
    stated_way = stated_way or _gap_spelt_behind(claim, sentence, own)
    if stated_way is not None or not before:
        return stated_way
    return (
        _gap_of_two(
            claim, sentence, before if len(before) > 1 else [*_alike(earlier, before[0])[:1], *before]
        )
        or _points_between(claim, sentence, before)
        or _ratio_of_two(claim, sentence, before)
        or _share_of_two(claim, sentence, before)
        or _part_left(claim, sentence, before, stated)
    )


def _is_spread(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is the distance of the two behind it: ``a spread of $1, from $5 to $6``."""
    behind = [one.numeral for one in sentence.numbers if one.numeral.start >= claim.numeral.end][:_PAIR]
    return (
        len(behind) == _PAIR
        and _FROM.fullmatch(sentence.text, claim.numeral.end, behind[0].start) is not None
        and _TO.fullmatch(sentence.text, behind[0].end, behind[1].start) is not None
        and _SPREAD.search(sentence.text, 0, claim.numeral.start) is not None
    )


def _spread(claim: Claim, sentence: Sentence, own: Sequence[Stated]) -> KnownFigure | None:
    if not _is_spread(claim, sentence):
        return None
    ends = sorted(
        (one for one in own if one.claim.numeral.start >= claim.numeral.end),
        key=lambda one: one.claim.numeral.start,
    )[:_PAIR]
    if len(ends) < _PAIR or not claim.equals(abs(ends[1].value - ends[0].value), SLACK):
        return None
    return ends[0].figure


def _more_than(
    claim: Claim, sentence: Sentence, before: Sequence[Stated], own: Sequence[Stated]
) -> KnownFigure | None:
    """``to £110 million, £10 million more than the £100 million``: the difference of its neighbours.

    "Se espera un beneficio de 4,51 €. Sería un 5,4 % más que los 4,28 € de 2025."
    """
    end = claim.numeral.end
    after = _end_with_other_words(sentence, end)
    behind = min(
        (one for one in own if one.claim.numeral.start >= after),
        key=lambda one: one.claim.numeral.start,
        default=None,
    )
    if behind is None or behind.claim.numeral.start - end > _MAX_BEHIND:
        return None
    if not _is_compared(sentence, claim.numeral.start, end, behind.claim.numeral.start):
        return None
    alike = [one for one in before if comparable(one.claim.numeral, behind.claim.numeral)]
    is_percent = claim.numeral.unit is Unit.PERCENT is not behind.claim.numeral.unit
    for first in reversed(alike[-_MAX_WHOLES:] if is_percent else alike[-1:]):
        move = abs(first.value) - abs(behind.value)
        is_right_way = not claim.direction or move * claim.direction > 0
        if is_percent:
            move *= _HUNDRED / abs(behind.value) if behind.value else 0.0
        if is_right_way and claim.equals(abs(move), SLACK):
            return first.figure
    return None


def _alike(earlier: Sequence[Stated], one: Stated) -> list[Stated]:
    """Returns the numbers of the sentence before that may have the unit of another one."""
    return [other for other in earlier if comparable(other.claim.numeral, one.claim.numeral)]


def _gap_of_two(claim: Claim, sentence: Sentence, before: Sequence[Stated]) -> KnownFigure | None:
    """``32.4% … and Spotify 12.3%, a gap of 20.1 points``: the difference of the two before."""
    if len(before) < _PAIR or not _is_gap(sentence, claim.numeral.start):
        return None
    first, second = before[-2:]
    if first.claim.numeral.unit is not second.claim.numeral.unit:
        return None
    if claim.direction and _is_earlier(sentence, first, second):
        # "$204.6 billion against $180.2 billion a year earlier, a rise of 13.5%"
        first, second = second, first
    move = second.value - first.value
    if claim.numeral.unit is Unit.PERCENT is not first.claim.numeral.unit and first.value:
        # "has come down from $12,906 to $5,200, a drop of 60%"
        move *= _HUNDRED / abs(first.value)
    return first.figure if move * claim.direction >= 0 and claim.equals(abs(move), SLACK) else None


def _is_earlier(sentence: Sentence, first: Stated, second: Stated) -> bool:
    """Returns whether the second of two numbers is what the first one has changed from."""
    start, end = first.claim.numeral.end, second.claim.numeral.start
    return second.claim.is_prior or (start < end and COMPARED.search(sentence.text, start, end) is not None)


def _ratio_of_two(claim: Claim, sentence: Sentence, before: Sequence[Stated]) -> KnownFigure | None:
    """``orders of €59.3 billion against sales of €42.6 billion, a book-to-bill of 1.4``."""
    if len(before) < _PAIR or not ends_with(_RATIO, sentence.text, claim.numeral.start):
        return None
    first, second = before[-_PAIR:]
    if not comparable(first.claim.numeral, second.claim.numeral) or not second.value:
        return None
    is_amount = first.claim.numeral.unit in (Unit.MONEY, Unit.NONE) and claim.numeral.unit is not Unit.MONEY
    return first.figure if is_amount and claim.equals(abs(first.value / second.value), SLACK) else None


def _gap_spelt_behind(claim: Claim, sentence: Sentence, own: Sequence[Stated]) -> KnownFigure | None:
    """``Just $5.09, or 6.1%: the low is $83.44 and the price $88.53``: of the two behind the colon.

    In ``by 3 cents in each quarter: $1.02 vs. $0.99 and $0.99 vs. $0.96``, of each two.
    """
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE) or not _COLON.match(
        sentence.text, claim.numeral.end
    ):
        return None
    behind = [one for one in own if one.claim.numeral.start >= claim.numeral.end]
    ends = [one for one in behind if comparable(one.claim.numeral, claim.numeral)]
    if not ends or len(ends) % _PAIR:
        return None
    ends.sort(key=lambda one: one.claim.numeral.start)
    pairs = zip(ends[::_PAIR], ends[1::_PAIR], strict=True)
    is_each = all(claim.equals(abs(one.value - other.value), SLACK) for one, other in pairs)
    return ends[0].figure if is_each else None


def is_in_points(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number counts points, which are only differences of percentages."""
    return claim.numeral.unit is Unit.POINTS or bool(_POINTS.match(sentence.text, claim.numeral.end))


def _points_between(claim: Claim, sentence: Sentence, before: Sequence[Stated]) -> KnownFigure | None:
    """``a gain of 10.1%, and 14.6% with dividends, so these added 4.5 points``."""
    if not is_in_points(claim, sentence):
        return None
    rates = [one for one in before if one.claim.numeral.unit is Unit.PERCENT][-_PAIR:]
    if len(rates) < _PAIR:
        return None
    move = rates[1].value - rates[0].value
    return rates[1].figure if move * claim.direction >= 0 and claim.equals(abs(move), SLACK) else None


def _share_of_two(claim: Claim, sentence: Sentence, before: Sequence[Stated]) -> KnownFigure | None:
    """``713 million use it and 281 million of them pay, so the paying share is 39.4%``."""
    if claim.numeral.unit is not Unit.PERCENT or len(before) < _PAIR:
        return None
    whole, part = before[-2:]
    if not ends_with(_SHARE, sentence.text, claim.numeral.start) or not _OF_THEM.search(sentence.text):
        return None
    return part.figure if whole.value and claim.equals(part.value / whole.value * _HUNDRED, SLACK) else None


def _part_left(
    claim: Claim, sentence: Sentence, before: Sequence[Stated], stated: Sequence[Stated]
) -> KnownFigure | None:
    """``The plan was 1.6 billion. A cut of 35% leaves 1.04 billion``: what a percentage takes, or leaves."""
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE) or claim.numeral.readings[0].value < _MIN_AMOUNT:
        return None
    shares = [one for one in before if one.claim.numeral.unit is Unit.PERCENT]
    wholes = [
        one
        for one in stated
        if comparable(one.claim.numeral, claim.numeral)
        and abs(one.value) >= _MIN_AMOUNT
        and one.claim.numeral is not claim.numeral
    ]
    is_left = _LEFT.search(sentence.text, 0, claim.numeral.start) is not None
    for share, whole in product(shares[-1:], wholes[-_MAX_WHOLES:]):
        part = abs(whole.value * share.value) / _HUNDRED
        if claim.equals(part, SLACK) or (is_left and claim.equals(abs(whole.value) - part, SLACK)):
            return whole.figure or share.figure
    return None
