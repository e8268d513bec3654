"""What a number may follow from in the text before it: amounts and prices that sentences before state."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.derivations.column_results import result_of_column
from shared.figures.derivations.earlier_amounts import of_earlier_amounts
from shared.figures.derivations.earlier_ratios import earlier_ratio
from shared.figures.derivations.moves_since import move_since
from shared.figures.derivations.named_parts import part_of_amount, part_of_metric, part_of_other
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.run_times import run_time
from shared.figures.derivations.scaled_amounts import scaled_amount
from shared.figures.derivations.span_changes import change_over_span
from shared.figures.derivations.sums import sum_of_earlier, times_of_earlier
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence


class Told(NamedTuple):
    """The supported numbers of a text up to a number.

    Attributes:
        near: Those of its own sentence and of the one before.
        row: Those of the cells before it in the row of a table.
        earlier: Those of the sentences before, the last one last.
        prices: The last prices of the sentences before.
        cells: Those of the last table.
        items: Those of the last list.
    """

    near: Sequence[Stated]
    row: Sequence[Stated]
    earlier: Sequence[Stated]
    prices: Sequence[Stated]
    cells: Sequence[Stated]
    items: Sequence[Stated]


def follows_from_text(
    claim: Claim, sentence: Sentence, told: Told, index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure that a number follows from as the text states it; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        told: The supported numbers before it.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about, its subject first.
    """
    own = [one for one in told.near if one.sentence is sentence and one.figure is not None]
    known = [*told.earlier, *own]
    return (
        sum_of_earlier(claim, sentence, told.earlier)
        or run_time(claim, sentence, told.near, index)
        or change_over_span(claim, sentence, index)
        or part_of_other(claim, sentence, index, companies)
        or part_of_amount(claim, sentence, known)
        or part_of_metric(claim, sentence, known, index)
        or move_since(claim, sentence, told.prices, own, index)
        or times_of_earlier(claim, sentence, known)
        or of_earlier_amounts(claim, sentence, known, index)
        or result_of_column(claim, sentence, told.cells)
        or result_of_column(claim, sentence, told.items)
        or earlier_ratio(claim, sentence, [*told.earlier, *told.near], index)
        or scaled_amount(claim, sentence, [*told.earlier, *told.near])
    )
