"""Binds numbers to the company of the number they are joined to: ``$0.39 on $1.42 billion for Intel``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.named_companies import is_named_behind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence

_OPENED: Final = re.compile(r"\s?[(（]\s?")
_COLON: Final = re.compile(r"[\s*_]*[:：=]?[\s*_]*")
_JOINED: Final = re.compile(r"\s(?:on|bei|sur|con|su|em|à)\s(?:about\s|rund\s|environ\s)?", re.IGNORECASE)
_NEAR: Final = 20


def bind_joined(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds a number to the company behind the one it is joined to: ``$0.39 on $1.42 billion for Intel``."""
    if len(sentence.companies) < 2:
        return
    for claim, behind in pairwise(claims):
        is_joined = _JOINED.fullmatch(sentence.text, claim.numeral.end, behind.numeral.start) is not None
        if is_joined and claim.companies != behind.companies and is_named_behind(sentence, behind.numeral):
            claim.companies, claim.inferred_from = behind.companies, ()


def bind_brackets(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds a number in brackets to the company of the number before it: ``celui de Micron de 26,1 (23,6)``.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to companies; set.
    """
    if len(sentence.companies) < 2:
        return
    labelled: tuple[str, ...] = ()
    for before, claim in pairwise(claims):
        if _OPENED.fullmatch(sentence.text, before.numeral.end, claim.numeral.start):
            if labelled and before.numeral.unit is claim.numeral.unit:
                # "a margin of 31.2% (Infosys: 22.9%) and a return on equity of 29.1% (20.5%)"
                claim.companies, claim.inferred_from = labelled, ()
                continue
        elif before.numeral.unit is claim.numeral.unit:
            labelled = _label(sentence, before.numeral, claim.numeral) or labelled
        if claim.companies == before.companies or not _OPENED.fullmatch(
            sentence.text, before.numeral.end, claim.numeral.start
        ):
            continue
        if not any(
            claim.numeral.start <= one.start <= claim.numeral.end + _NEAR for one in sentence.companies
        ):
            claim.companies, claim.inferred_from = before.companies, before.inferred_from


def _label(sentence: Sentence, before: Numeral, numeral: Numeral) -> tuple[str, ...]:
    """Returns the company that alone stands between two numbers, the second one in brackets with it."""
    named = [one for one in sentence.companies if before.end <= one.start and one.end <= numeral.start]
    if len(named) != 1 or not _OPENED.fullmatch(sentence.text, before.end, named[0].start):
        return ()
    return (named[0].value,) if _COLON.fullmatch(sentence.text, named[0].end, numeral.start) else ()
