"""Numbers that another one is taken from: ``net debt is $11.06 billion minus $8.94 billion``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_LESS: Final = re.compile(
    r"[\s*_]*(?:minus|less|moins|menos|meno|weniger|abzüglich|[−–-])[\s*_]*(?:[A-Z]{0,3}[$€£¥]\s?)?",
    re.IGNORECASE,
)


def release_minuends(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Frees numbers that another one is taken from of the name before them, which is that of the result.

    Args:
        sentence: The sentence.
        claims: Its numbers with their metrics; set.
    """
    for claim, following in pairwise(claims):
        mention = claim.mention
        if not claim.is_tight or mention is None or mention.end > claim.numeral.start:
            continue
        units = {claim.numeral.unit, following.numeral.unit}
        is_larger = claim.numeral.readings[0].value > following.numeral.readings[0].value
        if (
            is_larger
            and Unit.PERCENT not in units
            and _LESS.fullmatch(sentence.text, claim.numeral.end, following.numeral.start)
        ):
            claim.others = tuple(dict.fromkeys((*claim.metrics, *claim.others)))
            claim.nearby = (*claim.nearby, *claim.metrics)
            claim.metrics, claim.mention, claim.is_tight, claim.is_settled = (), None, False, False
