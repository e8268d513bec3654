"""The company that stands nearest to a number and is not only compared with."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.compared_companies import is_aside, is_object, is_yardstick
from shared.figures.claims.fronted_numbers import AT_BEHIND, is_what_it_is_at
from shared.figures.claims.named_companies import (
    FOR_COMPANY,
    OPEN,
    follows_directly,
    is_bracketed,
    is_in_brackets,
)
from shared.figures.claims.prior_periods import CLOSED
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence

_RELATIVE: Final = re.compile(
    r",\s(?:which|who|der|die|das|qui|che|que|quien|la cual|il quale)\s"
    r"|,?\s(?:whose|deren|dessen|dont|cuy[oa]s?|cuj[oa]s?|(?:il|la|i|gli|le)\scui)\s",
    re.IGNORECASE,
)
"""Behind a company that is compared with, and then spoken of: "more than the Nasdaq, which lost 0.22%"."""
_GOES_ON: Final = re.compile(
    r"(?:['’]s)?[)）]?,?\s(?:and|but|und|aber|et|mais|y|e|pero|mas|ma)\s(?:an?\s|its\s|the\s|[^\W\d_]+s\s)",
    re.IGNORECASE,
)
"""Behind a company that is compared with: "versus 9% at PepsiCo, and a return on assets of 12.3%"."""
_COVERS: Final = re.compile(
    r"\s(?:analysts\s)?(?:who\s)?(?:have|covering|cover|following|follow|see|rate)\s(?:the\s)?$"
)
"""Between a number of analysts and the company that they look at."""
_DITTO: Final = re.compile(r"[(（]同$")
"""Before the number of the company in the brackets before."""
_TOPIC_MARKERS: Final = ("は", "는", "은")


def is_measured(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """Returns whether a number stands behind that of a company whose multiple is applied to another one."""
    is_behind = any(mention.end <= one.numeral.start < numeral.start for one in sentence.numbers)
    return is_behind and is_yardstick(sentence, mention)


def goes_on_behind(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """Returns whether a number is of what a company before it is only compared with."""
    return _GOES_ON.match(sentence.text, mention.end, numeral.start) is not None and is_aside(
        sentence, mention
    )


def _bracketed_before(sentence: Sentence, numeral: Numeral, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """``営業利益率は31.1%（ソフトバンクは4.6%）、ROEは24.9%（同5.4%）``: that of the brackets before."""
    before = [one for one in mentions if one.end <= numeral.start and is_aside(sentence, one)]
    return ((before or mentions)[-1].value,)


def nearest_companies(sentence: Sentence, numeral: Numeral, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Returns the company of a number, or the two that it may be of.

    Args:
        sentence: The sentence.
        numeral: The number.
        mentions: The companies to choose from, in the order of the sentence.
    """
    if _DITTO.search(sentence.text, 0, numeral.start):
        return _bracketed_before(sentence, numeral, mentions)
    behind = next((one for one in mentions if one.start >= numeral.end), None)
    if behind is not None:
        gap = sentence.text[numeral.end : behind.start]
        in_brackets = gap.startswith(")") and sentence.text[numeral.start - 1 : numeral.start] == "("
        is_covered = numeral.plain and _COVERS.fullmatch(gap) is not None
        if (
            (FOR_COMPANY.match(gap) and not in_brackets)
            or is_covered
            or (OPEN.fullmatch(gap) and sentence.text[behind.end : behind.end + 1] in ")）")
        ):
            return (behind.value,)
    before = [
        one for one in mentions if one.end <= numeral.start and not is_bracketed(sentence, one, numeral)
    ]
    before = [one for one in before if not is_measured(sentence, one, numeral)] or before
    if not before:
        return (behind.value,) if behind is not None else ()
    nearest = _spoken_of_last(sentence, before, numeral)
    gap = sentence.text[nearest.end : numeral.start]
    is_other = is_object(sentence, nearest)
    if is_other and AT_BEHIND.fullmatch(gap):
        # "NVIDIA, at 54.3, is cheaper than AMD, at 96.1"; "NVIDIA is cheaper than AMD, at 54.3"
        subjects_before = [one.value for one in before if not is_object(sentence, one)]
        return tuple(dict.fromkeys((nearest.value, *subjects_before[-1:])))
    if is_other and not (follows_directly(gap) or _RELATIVE.match(gap) or is_in_brackets(gap)):
        return tuple(dict.fromkeys(one.value for one in before if not is_object(sentence, one)))[-1:] or (
            nearest.value,
        )
    if is_what_it_is_at(sentence.text, nearest, gap):
        return (nearest.value,)
    pronoun = [cue for cue in sentence.cues_of("it") if nearest.end <= cue.start < numeral.start]
    if pronoun and len(before) > 1:
        subject = next((one.value for one in before if not is_object(sentence, one)), nearest.value)
        return tuple(dict.fromkeys((nearest.value, subject)))
    return (nearest.value,)


def _spoken_of_last(sentence: Sentence, before: Sequence[Mention], numeral: Numeral) -> Mention:
    """``ソニーはROEが13.8%とキヤノン（3.4%）を上回り、利益率も12.1%``: of the topic again."""
    nearest = before[-1]
    if goes_on_behind(sentence, nearest, numeral):
        # "Coca-Cola's margin is 26.65% versus 9% at PepsiCo, and the return on assets 12.33%."
        return next((one for one in reversed(before) if not is_aside(sentence, one)), nearest)
    is_aside_of_topic = (
        not sentence.text.isascii()
        and len(before) > 1
        and OPEN.match(sentence.text, nearest.end) is not None
        and CLOSED.search(sentence.text, nearest.end, numeral.start) is not None
    )
    topics = [one for one in before[:-1] if sentence.text[one.end : one.end + 1] in _TOPIC_MARKERS]
    return topics[-1] if is_aside_of_topic and topics else nearest
