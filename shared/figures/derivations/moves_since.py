"""Moves from a price that sentences before state: ``The low was $5,366. Since then it has gained 0.7%``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.facts.known_figures import YIELDS, FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_SINCE: Final = re.compile(
    r"\b(?:since|from|off|seit|seitdem|von|ab|depuis|desde|dal|dalla|da allora)\b|から|以来|이후|부터",
    re.IGNORECASE,
)
_LEVELS: Final = frozenset(
    {"price", "first_close", "last_close", "highest", "lowest", "week_52_high", "week_52_low", "open"}
)
"""Prices at which something has traded."""
_SO_FAR: Final = re.compile(
    r"\b(?:so far|to date|until now|bisher|bislang|jusqu'ici|à ce jour|hasta ahora|até agora|finora)\b"
    r"|これまで|至今|지금까지",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"\b(?:followed by|gefolgt von|suivie? (?:de|d['’])|seguid[oa] (?:de|por)|seguit[oa] da)\s?"
    r"(?:(?:an?|einer|einem|une?|una|uma)\s)?(?:about\s|rund\s|environ\s)?$",
    re.IGNORECASE,
)
"""Before the move from a price that has just been stated: "to $179 in July, followed by a 12% recovery"."""

_BESIDE_PRICE: Final = re.compile(
    r"\d[^\s,;]*(?:\s[^\W\d_]{2,8})?\s?[,(–—-]\s?"
    r"(?:(?:or|so|i\.e\.|that is|that's|also|das sind|d\. ?h\.|soit|o sea|es decir|ou seja|cioè|un)\s)?"
    r"(?:(?:about|around|roughly|nearly|almost|just|some|rund|etwa|fast|knapp|gut|environ|près de|presque"
    r"|casi|unos|cerca de|quase|circa|quasi)\s)?(?:un\s)?$",
    re.IGNORECASE,
)
"""Between an earlier price and how far it is from the price that the sentence before states."""
_THAN_BEFORE: Final = re.compile(
    r"\s(?:(?P<less>less|lower|below|cheaper|weniger|niedriger|tiefer|de moins|moins|plus bas|menos|a menos"
    r"|in meno)|more|higher|above|mehr|höher|de plus|plus haut|más|mais|a mais|in più)\b"
    r"(?!\s(?:than|als|que|di|de|do)\b)",
    re.IGNORECASE,
)


def move_since(
    claim: Claim, sentence: Sentence, earlier: Sequence[Stated], stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the earlier one of two prices that a number is the move between; None without one.

    One is of a sentence before, the other one of its own sentence or the price of now.

    Args:
        claim: The number.
        sentence: Its sentence.
        earlier: The prices that the text has stated before.
        stated: Those of its own sentence.
        index: The figures of the facts.
    """
    if claim.numeral.unit is Unit.MULTIPLE:
        return None
    if way := _way_beside_price(claim, sentence):
        pairs = product(_of_companies(earlier, claim), _of_companies(stated, claim))
        return _between(claim, pairs, way)
    is_until_now = _SO_FAR.search(sentence.text) is not None or is_next_move(claim, sentence)
    if not is_until_now and not (claim.direction and _SINCE.search(sentence.text)):
        return None
    before, own = list(_of_companies(earlier, claim)), list(_of_companies(stated, claim))
    now = [max(of_metrics(index, company, ("price",)), key=_day, default=None) for company in claim.companies]
    ends = [*own, *(one for one in now if one is not None)]
    starts = [*before, *own] if is_until_now else before
    in_order = (
        (start, end)
        for start, end in (*product(starts, ends), *product(own, before))
        if not _day(start) > _day(end) > date.min
    )
    return _between(claim, in_order, claim.direction)


def _between(claim: Claim, prices: Iterable[tuple[Operand, Operand]], way: int) -> KnownFigure | None:
    """Returns the first price of a pair that a number is the move between; None without one."""
    for start, end in prices:
        if start.figure and end.figure and start.value and start.figure.symbol == end.figure.symbol:
            move = end.value - start.value
            size = abs(move / start.value) * 100 if claim.numeral.unit is Unit.PERCENT else abs(move)
            if move * way >= 0 and claim.equals(size, SLACK):
                return start.figure
    return None


def _way_beside_price(claim: Claim, sentence: Sentence) -> int:
    """Returns the direction of a number that compares the price beside it with the one before; 0 for others.

    "The euro is at 1.1842. At the end of August it was 1.1735, 0.9% less."
    """
    behind = _THAN_BEFORE.match(sentence.text, claim.numeral.end)
    if behind is None or not ends_with(_BESIDE_PRICE, sentence.text, claim.numeral.start):
        return 0
    return -1 if behind["less"] else 1


def is_next_move(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is said to be the move after the one that its sentence tells before."""
    return bool(claim.direction) and ends_with(_THEN, sentence.text, claim.numeral.start) is not None


def prices_of(stated: Sequence[Stated]) -> list[Stated]:
    """Returns the numbers that are prices at which something has traded."""
    return [
        one
        for one in stated
        if one.figure is not None
        and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE, Unit.PERCENT)
        and (one.figure.kind is Kind.PRICE or one.figure.symbol in YIELDS)
        and one.figure.metric in _LEVELS
    ]


def _of_companies(stated: Sequence[Stated], claim: Claim) -> Iterator[Operand]:
    for one in prices_of(stated):
        if one.figure is not None and one.figure.symbol in claim.companies:
            yield Operand(one.value, one.figure)


def _day(price: Operand) -> date:
    period = price.figure.period if price.figure is not None else None
    return period.end or date.min if period is not None else date.min
