"""Earlier values that the news only compares others with, stated as if they were those of now."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_near
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_OF_OTHER_TIME: Final = RarePattern(
    r"\b(?:from|than|against|versus|vs|compared|instead|rather|after|before|previous\w*|earlier|former\w*"
    r"|used to|had|old|original\w*|initial\w*|once|until|so far|last year|year ago|quarter before|then|still"
    r"|von|statt|zuvor|bisher\w*|früher\w*|gegenüber"
    r"|contre|avant|auparavant|jusqu\w*|antes|anterior\w*|hasta|até|prima|finora|contro|rispetto)\b"
    r"|から|前|昨|比|从|從|由|原|上一|上个|上個|去年|高[于於]|低[于於]|에서|이전|지난|전년|기존|보다",
    re.IGNORECASE,
)
"""Words that may tell that a value is not of now, or is compared with."""
_SAME: Final = 1e-6


def bases_as_values(
    sentence: Sentence, figures: Sequence[CitedFigure], before: Sequence[CitedFigure], index: FactIndex
) -> Iterator[Claim]:
    """Yields the numbers of the news that are said to be of now, and are what others are compared with.

    ``Streaming earned $253 million last quarter``, where the news has $612 million, compared with that
    of a year earlier.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        before: Those of the sentence before.
        index: The figures of the facts.
    """
    bases = [(one, one.figure) for one in figures if one.figure is not None and _is_base(one, one.figure)]
    if not bases or sentence.cues_of("prior") or _OF_OTHER_TIME.search(sentence.text):
        return
    for one, figure in bases:
        told = [other.figure for other in (*before, *figures) if other.figure is not None]
        if any(other.fact_id == figure.fact_id and not other.is_base and other.words for other in told):
            # "The price was cut to $299. It was $499."
            continue
        if any(other.figure == figure for other in before):
            # "It was 42% a year earlier. Applied to $5.17 billion, that is …": of the time told before.
            continue
        if not _is_stated_otherwise(one.claim, figure, index):
            yield one.claim


def _is_base(one: CitedFigure, figure: KnownFigure) -> bool:
    is_supported = one.verdict is Verdict.SUPPORTED and figure.is_base and bool(figure.words)
    return is_supported and not one.claim.is_conditional and is_near(one.claim, figure)


def _is_stated_otherwise(claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether another fact, or another part of the text, states the number as one of now."""
    near = index.near(figure.value, abs(figure.value) * _SAME)
    return any(
        not one.is_base and (one.symbol, one.kind) == (figure.symbol, figure.kind) and is_near(claim, one)
        for one in near
    )
