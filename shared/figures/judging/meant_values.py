"""What the facts have where a text states a wrong number, from which its other numbers may follow."""

from collections.abc import Iterator, Sequence

from shared.figures.claims.claim import Claim
from shared.figures.claims.share_binding import is_share
from shared.figures.derivations.computed_results import is_announced
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.agreement import currency_agrees, same_kind
from shared.figures.lookup.matching import Matcher
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict


def may_be_derived(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether words tell that a number is computed, and none that it is a value of the facts."""
    if is_announced(claim, sentence):
        return True
    is_of_two = claim.numeral.unit is Unit.POINTS or claim.direction != 0 or is_share(claim, sentence)
    return is_of_two and not claim.is_tight


def meant_values(sentence: Sentence, cited: Sequence[CitedFigure], matcher: Matcher) -> Iterator[Stated]:
    """Yields the values of the facts that wrong numbers of a sentence should be.

    ``Net income was $4.1 billion [wrong], a margin of 23.4%``: the margin may be right.

    Args:
        sentence: The sentence.
        cited: Its numbers with the verdicts on them.
        matcher: The comparison with the facts.
    """
    for claim, verdict, _ in cited:
        if verdict is not Verdict.SUPPORTED and len(claim.companies) == 1 and claim.mention is not None:
            known = matcher.index.of(claim.companies[0], claim.metrics)
            meant = next((figure for figure in known if _may_be_meant(claim, figure, matcher)), None)
            if meant is not None:
                yield Stated(claim, meant.value, meant, sentence)


def _may_be_meant(claim: Claim, figure: KnownFigure, matcher: Matcher) -> bool:
    return (
        not figure.words
        and same_kind(claim.numeral, figure)
        and currency_agrees(claim.numeral, figure)
        and matcher.is_of_period(claim, figure)
    )
