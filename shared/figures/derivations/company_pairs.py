"""The values of one metric of two companies."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.compared_companies import is_object
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_COMBINED: Final = RarePattern(
    r"\b(?:combined|(?:put |taken )?together|zusammen|réunie?s|ensemble|juntos|juntas|insieme)\b"
    r"|合計|合わせた|合计|总和|합친",
    re.IGNORECASE,
)
_ITS: Final = RarePattern(
    r"\b(?:its|it|their|they|seine?[nmrs]?|ihre?[nmrs]?|es|son|sa|ses|leur|elle|il|su|sus|suo|sua|seu)\b",
    re.IGNORECASE,
)


def of_companies(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields one metric of two companies, in the order in which the sentence compares them."""
    metrics = _metrics(claim, sentence) or _spoken_of(claim, sentence, stated)
    if not metrics:
        return
    yield from _with_sum(claim, sentence, index, metrics)
    order, way = _order(claim, sentence)
    is_ordered = len(order) > 1 and bool(claim.direction or way)
    for one, other in combinations(dict.fromkeys([*order, *companies]), 2):
        for first, second in product(of_metrics(index, one, metrics), of_metrics(index, other, metrics)):
            one_figure, other_figure = first.figure, second.figure
            if one_figure is None or other_figure is None or one_figure.metric != other_figure.metric:
                continue
            if same_period(one_figure, other_figure) and (first.value - second.value) * way >= 0:
                yield first, second, is_ordered


def _with_sum(
    claim: Claim, sentence: Sentence, index: FactIndex, metrics: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``worth about 12 times as much as Ford and GM combined``: one value and the sum of others."""
    if claim.numeral.unit not in (Unit.MULTIPLE, Unit.PERCENT) or len(claim.companies) != 1:
        return
    own = claim.companies[0]
    behind = (one.value for one in sentence.companies if one.start >= claim.numeral.end)
    others = [one for one in dict.fromkeys(behind) if one != own]
    if len(others) < 2 or not _COMBINED.search(sentence.text, claim.numeral.end):
        return
    for metric in metrics:
        values = [next(iter(of_metrics(index, one, (metric,))), None) for one in (own, *others)]
        known = [one for one in values if one is not None]
        if len(known) == len(values):
            yield known[0], Operand(sum(one.value for one in known[1:]), known[1].figure), True


def _metrics(claim: Claim, sentence: Sentence) -> tuple[str, ...]:
    before = [mention for mention in sentence.metrics if mention.end <= claim.numeral.start]
    if claim.mention is not None:
        names = (one.start for one in sentence.companies if one.start >= claim.numeral.end)
        # "28.0x earnings, about 50% more than SK hynix, with lower margins": of what is named before.
        is_of_next = next(names, claim.mention.start) < claim.mention.start
        if is_of_next:
            return tuple(before[-1].metrics) if before else ()
        return tuple(claim.mention.metrics)
    if claim.metrics:
        return claim.metrics
    # "Visa's net margin is three times Mastercard's": what a multiple is of, it cannot be a value of.
    return tuple(before[-1].metrics) if before else ()


def _spoken_of(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> tuple[str, ...]:
    """``It is worth $782bn. That is more than twice as much as Chevron``: of what was stated last."""
    is_ratio = claim.numeral.unit is Unit.MULTIPLE
    # "It trades on 28.0 times earnings. That is 50% more than SK hynix, with slower growth."
    is_more = claim.numeral.unit is Unit.PERCENT and claim.mention is not None and claim.direction
    told = stated if is_ratio else [one for one in stated if one.sentence is not sentence] if is_more else ()
    figure = told[-1].figure if told else None
    return () if figure is None or figure.words or told[-1].claim is claim else (figure.metric,)


def _order(claim: Claim, sentence: Sentence) -> tuple[list[str], int]:
    """Returns the companies in the order of the comparison, and which way a verb between them tells."""
    names = list(dict.fromkeys(mention.value for mention in sentence.companies))
    compared = [mention.value for mention in sentence.companies if is_object(sentence, mention)]
    if set(claim.companies) <= set(compared) < set(names):
        # "GMの営業利益率はハネウェルより2.6ポイント高い": what is compared with comes second.
        return [*(name for name in names if name not in compared), *compared], 0
    before = [mention for mention in sentence.companies if mention.end <= claim.numeral.start]
    if len({mention.value for mention in before}) < 2:
        return list(dict.fromkeys([*claim.companies, *names])), 0
    if not claim.direction:
        # "Visa's market value exceeds Mastercard's by $56 billion": the first one is the larger one.
        second = next(mention for mention in before if mention.value != before[0].value)
        cues = [cue for cue in sentence.bounds if before[0].end <= cue.start and cue.end <= second.start]
        if cues:
            return names, 1 if "above" in cues[0].value.split() else -1
    if _ITS.search(sentence.text, before[-1].end, claim.numeral.start):
        # "Its" is of the company that the sentence began with.
        return names, 0
    return list(dict.fromkeys([*claim.companies, *names])), 0
