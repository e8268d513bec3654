"""Binds the numbers of lists and pairs: "34.1 and 31.6 times earnings, respectively", "34.1 versus 31.6"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.company_binding import FOR_COMPANY
from shared.figures.claims.gaps import HARD_STOP, clause_start, has_break
from shared.figures.claims.unit_fit import SUITABLE, fits, metrics_for
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import ENDS, Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_JOINER: Final = re.compile(
    r"[\s*_-]*(?:[,;/&、]|and|und|beziehungsweise|bzw\.?|et|y|e|o|or|と|和|与|및|와|과|,\s?(?:and|und|et|y"
    r"|e))[\s*_]*(?:(?:the|its|der|die|das|el|la|le|les|los|a)\s)?(?:\([^)]*\))?[\s*_]*",
    re.IGNORECASE,
)
_NUMBER_JOINER: Final = re.compile(
    r"[\s*_]*(?:[,;/&、]|and|und|beziehungsweise|bzw\.?|et|y|e|と|和|与|및|와|,\s?(?:and|und|et|y|e))[\s*_]*",
    re.IGNORECASE,
)
_COMPARED: Final = re.compile(
    r"\b(?:compared (?:with|to)|against|versus|vs\.?|gegenüber|verglichen mit|im Vergleich zu|contre"
    r"|frente a|comparado con|rispetto a)\b",
    re.IGNORECASE,
)
_VERSUS: Final = re.compile(
    r"\s*(?:,\s*(?:versus|vs\.?)|versus|vs\.?|against|compared (?:with|to)|gegenüber|gegen|contre|frente a"
    r"|contra|对|比|対)\s*",
    re.IGNORECASE,
)
T = TypeVar("T")


def bind_lists(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Binds the numbers of pairs and lists to the names at their places in a list of names."""
    for one, other in pairwise(claims):
        if ENDS.fullmatch(sentence.text[one.numeral.end : other.numeral.start]):
            _bind_range(one, other)
        if _VERSUS.fullmatch(_without_names(sentence, one.numeral.end, other.numeral.start)):
            _bind_pair(sentence, one, other, context)
    for run in _number_runs(sentence, claims):
        _bind_run(sentence, run, context)


def _bind_range(one: Claim, other: Claim) -> None:
    """``targets from $190 to $325``: the lowest and the highest."""
    names = {one.mention.name if one.mention else "", other.mention.name if other.mention else ""}
    if "target_mean_price" in names:
        one.others = (*one.others, "target_low_price", "target_high_price")
        other.others = (*other.others, "target_high_price", "target_low_price")


def _without_names(sentence: Sentence, start: int, end: int) -> str:
    """A piece of a sentence without the metrics in it: ``27.9 times forward earnings against 30.2``."""
    text = sentence.text
    for mention in sentence.metrics:
        if mention.end > start and mention.end <= end:
            text = (
                text[: max(mention.start, start)]
                + " " * (mention.end - max(mention.start, start))
                + text[mention.end :]
            )
    return text[start:end]


def _bind_pair(sentence: Sentence, one: Claim, other: Claim, context: Context) -> None:
    """``34.1 versus 31.6``: the first is the subject's, the second what it is compared with."""
    start = one.numeral.start
    names = list(dict.fromkeys(mention.value for mention in sentence.companies))
    if len(names) < 2 and len(context.known) == 2:
        names = list(dict.fromkeys([*names, *context.companies, *context.known]))
    if not other.is_tight and (other.mention is None or other.mention.start < other.numeral.start):
        other.mention, other.metrics = one.mention, one.metrics
    labels = [
        mention
        for mention in sentence.metrics
        if mention.end <= start and fits(one.numeral, mention) < SUITABLE
    ]
    if len(names) == 2:
        begin = clause_start(sentence.text, start)
        own = {mention.value for mention in sentence.companies if begin <= mention.start < start}
        second = _company_behind(sentence, other.numeral) or names[1]
        if len(own) == 1:
            # "…, though Microsoft is more profitable (36.1% vs. 26.9%)"
            second = next(name for name in names if name not in own)
        first = next(name for name in names if name != second)
        one.companies, other.companies = (first,), (second,)
    elif len(labels) >= 2 and not (other.is_tight and other.mention is not one.mention):
        for claim, mention in zip((one, other), labels[-2:], strict=True):
            claim.mention, claim.metrics, claim.others = mention, metrics_for(claim.numeral, mention), ()
            claim.is_tight = True
            claim.nearby = ()
    elif len(labels) == 1 and sentence.cues_of("above", "below") and not other.is_tight:
        # "below its 200-day average: 231.40 against 242.60": the price, and the average.
        one.others = (*one.others, "price")
        other.others = (*other.others, *metrics_for(other.numeral, labels[0]))
    if {"eps", "eps_estimate"} & {*one.metrics, *other.metrics}:
        one.metrics, other.others = (*one.metrics, "eps"), (*other.others, *other.metrics)
        other.metrics = ("eps_estimate", *other.metrics)


def _company_behind(sentence: Sentence, numeral: Numeral) -> str | None:
    mention = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if mention is not None and FOR_COMPANY.match(sentence.text[numeral.end : mention.start]):
        return mention.value
    return None


def _bind_run(sentence: Sentence, run: Sequence[Claim], context: Context) -> None:
    """Numbers in a row: each goes with the name at its place in a list of names."""
    names = _names_before(sentence, run)
    if sentence.cues_of("respectively") and len(names) == len(run):
        for claim, name in zip(run, names, strict=True):
            claim.companies = (name,)
    if sentence.cues_of("together") and len(context.known) == len(run) == 2:
        # "the two are closer (33.0 and 38.4)"
        for claim in run:
            claim.companies = context.known
    behind = _company_behind(sentence, run[-1].numeral)
    if behind is not None:
        for claim in run:
            claim.companies = (behind,)
    for group in _runs(sentence, [(one.start, one.end, (one.value,)) for one in sentence.companies]):
        if len(run) == len(group) and _goes_with(sentence.companies, group, run):
            for claim, (_, _, companies) in zip(run, group, strict=True):
                claim.companies = companies
    _bind_run_to_metrics(sentence, run)


def _names_before(sentence: Sentence, run: Sequence[Claim]) -> list[str]:
    """The companies before a list of numbers: those of its clause, if it names any."""
    first = run[0].numeral.start
    start = clause_start(sentence.text, first)
    mentions = [mention for mention in sentence.companies if mention.end <= first]
    names = dict.fromkeys(mention.value for mention in mentions if mention.start >= start)
    return list(names or dict.fromkeys(mention.value for mention in mentions))


def _bind_run_to_metrics(sentence: Sentence, run: Sequence[Claim]) -> None:
    for labels in _runs(sentence, [(one.start, one.end, one) for one in sentence.metrics]):
        if len(run) == len(labels) and _goes_with(sentence.metrics, labels, run):
            for claim, (_, _, mention) in zip(run, labels, strict=True):
                if fits(claim.numeral, mention) < SUITABLE:
                    claim.mention, claim.metrics = mention, metrics_for(claim.numeral, mention)
                    claim.others, claim.nearby, claim.is_tight = (), (), True


def _runs(sentence: Sentence, items: Sequence[tuple[int, int, T]]) -> Iterator[list[tuple[int, int, T]]]:
    run: list[tuple[int, int, T]] = list(items[:1])
    for before, item in pairwise(items):
        if _JOINER.fullmatch(sentence.text[before[1] : item[0]]):
            run.append(item)
            continue
        if len(run) > 1:
            yield run
        run = [item]
    if len(run) > 1:
        yield run


def _number_runs(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    run: list[Claim] = list(claims[:1])
    for before, claim in pairwise(claims):
        if _NUMBER_JOINER.fullmatch(sentence.text[before.numeral.end : claim.numeral.start]):
            run.append(claim)
            continue
        if len(run) > 1:
            yield run
        run = [claim]
    if len(run) > 1:
        yield run


def _goes_with(
    mentions: Sequence[Mention | MetricMention],
    names: Sequence[tuple[int, int, object]],
    run: Sequence[Claim],
) -> bool:
    """Whether no other name stands between a list of names and the list of numbers behind it."""
    first, last = names[-1][1], run[0].numeral.start
    return first <= last and not any(first <= mention.start < last for mention in mentions)


def bind_parallels(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds numbers without metrics to those of the clause before: ``…; Apple has $54.7bn and $112.4bn``."""
    clauses: list[list[Claim]] = [[]]
    starts = [0]
    for index, claim in enumerate(claims):
        end = claims[index - 1].numeral.end if index else claim.numeral.start
        gap = sentence.text[end : claim.numeral.start]
        stop = HARD_STOP.search(gap) or _COMPARED.search(gap)
        if stop or has_break(gap):
            clauses.append([])
            starts.append(end + (stop.start() if stop else 0))
        clauses[-1].append(claim)
    for (before, clause), start in zip(pairwise(clauses), starts[1:], strict=True):
        has_names = any(start <= mention.start < clause[-1].numeral.end for mention in sentence.metrics)
        if len(before) == len(clause) > 1 and not has_names:
            for model, claim in zip(before, clause, strict=True):
                is_moved = claim.mention is None and bool(claim.metrics)
                if claim.numeral.unit in (model.numeral.unit, Unit.NONE) and not is_moved:
                    claim.mention, claim.metrics, claim.others = model.mention, model.metrics, model.others
