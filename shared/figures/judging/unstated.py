"""Numbers that a sentence only supposes or gives in order to tell others, and that state nothing."""

from shared.figures.claims.claim import Claim
from shared.figures.derivations.assumed_yields import assumed_yields
from shared.figures.derivations.conversions import amounts_to_convert
from shared.figures.derivations.earlier_amounts import fractions_of_earlier
from shared.figures.derivations.other_multiples import other_multiples
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence


def without_unstated(
    sentence: Sentence, named: list[tuple[Claim, KnownFigure | None]], index: FactIndex
) -> list[tuple[Claim, KnownFigure | None]]:
    """Returns the numbers of a sentence without another multiple, a fraction of an amount, a sum to convert.

    Args:
        sentence: The sentence.
        named: Its numbers, with the figures that they are by their names.
        index: The figures of the facts.
    """
    claims = [claim for claim, figure in named if figure is None]
    if not claims:
        return named
    unstated = (
        *other_multiples(sentence, claims),
        *assumed_yields(sentence, claims, index),
        *fractions_of_earlier(sentence, claims),
        *amounts_to_convert(sentence, claims, index),
    )
    left_out = set(map(id, unstated))
    return [one for one in named if id(one[0]) not in left_out] if left_out else named
