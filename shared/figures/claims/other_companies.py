"""Binds the ends of a range to the companies that it is of: ``the other three pay between 47% and 50%``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import clause_start
from shared.figures.claims.list_binding import is_range, joined
from shared.figures.facts.company_names import kind_of
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import one_of

_COUNT: Final = rf"(?:[2-9]|{one_of(COUNT_WORDS)})(?! (?:quarters|years|months|weeks|days))"
_OTHERS: Final = RarePattern(
    rf"\b(?:the (?:other|remaining) {_COUNT}|the others|the rest|die (?:anderen|übrigen|restlichen)"
    r"|les (?:\w+ )?autres|(?:las|los) (?:otr[oa]s|demás|restantes)|(?:as|os) (?:outr[oa]s|demais|restantes)"
    r"|(?:gli|le) (?:altr[ie]|restanti)|i restanti)\b|残り|他の|ほかの|其他|其余|其餘|나머지|다른",
    re.IGNORECASE,
)
_EVERYONE: Final = RarePattern(
    rf"\b(?:(?:all(?: the)?|the|die|alle|les|los|las|os|as|tutt[ie] e|i|le) {_COUNT}|all of them|they all)\b"
    r"|[2-9两二三四五六][社家]|[두세네] 회사",
    re.IGNORECASE,
)
_FOR_EACH: Final = re.compile(
    r"[^.;:\d]{0,24}\s(?:for|at|in|of|bei|für|pour|chez|de|para|en|per|di)\s(?:(?:each|both|either) of )?",
    re.IGNORECASE,
)
"""Between a number and the companies that it is of."""
_DIGITS: Final = frozenset("23456789")
_BEHIND: Final = 6
"""Characters behind ``die anderen`` in which their count may stand."""


def bind_ranges(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Binds the ends of a range to the companies whose values it spans.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to companies; set.
        context: What the sentences before were about.
    """
    _bind_to_those_behind(sentence, claims, context)
    for one, other in pairwise(claims):
        if not is_range(sentence, one.numeral, other.numeral):
            continue
        companies = _group(sentence, one, context) or _listed(sentence, one)
        if companies and not _are_named_behind(sentence, one, other):
            for claim in (one, other):
                claim.companies, claim.inferred_from = companies, ()


def _bind_to_those_behind(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """``17 times earnings for it, and 35 for each of the other two``: they stand behind the number."""
    others = _OTHERS.search(sentence.text)
    if others is None:
        return
    before = [one for one in claims if one.numeral.end <= others.start()]
    if before and _FOR_EACH.fullmatch(sentence.text, before[-1].numeral.end, others.start()):
        companies = _others_than(sentence, others, context)
        if companies:
            before[-1].companies, before[-1].inferred_from = companies, companies


def _are_named_behind(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """Returns whether a company stands between the ends of a range."""
    return any(one.numeral.end <= each.start < other.numeral.start for each in sentence.companies)


def _group(sentence: Sentence, claim: Claim, context: Context) -> tuple[str, ...]:
    """Returns the companies that ``the other three`` or ``all four`` means before a number."""
    text, place = sentence.text, claim.numeral.start
    start = clause_start(text, place)
    others = _OTHERS.search(text, start, place)
    found = others or _EVERYONE.search(text, start, place)
    if found is None or any(found.end() <= one.start < place for one in sentence.companies):
        return ()
    return _others_than(sentence, found, context, is_rest=others is not None)


def _others_than(
    sentence: Sentence, found: re.Match[str], context: Context, *, is_rest: bool = True
) -> tuple[str, ...]:
    """Returns as many companies as are counted, without those named before where the rest is meant."""
    text = sentence.text
    named: Sequence[str] = ()
    if is_rest:
        named = [one.value for one in sentence.companies if one.end <= found.start()] or context.companies
    spoken_of = dict.fromkeys((*context.asked, *context.listed, *context.paragraph))
    several = [
        tuple(one for one in group if one not in named and kind_of(one) != "index")
        for group in (spoken_of, context.known)
    ]
    words = text[found.start() : found.end() + _BEHIND].lower().split()
    count = next((count_of(word) for word in words if word in COUNT_WORDS or word in _DIGITS), None)
    return next((one for one in several if len(one) == count), several[0] or several[1])


def _listed(sentence: Sentence, claim: Claim) -> tuple[str, ...]:
    """``3M, Sandvik and Emerson trade between …``: returns the companies of a list before a number."""
    start = clause_start(sentence.text, claim.numeral.start)
    names = [one for one in sentence.companies if start <= one.start and one.end <= claim.numeral.start]
    group = joined(sentence, names)
    if len(group) < len(names) or len(group) < 2:
        return ()
    return tuple(dict.fromkeys(one.value for one in group))
