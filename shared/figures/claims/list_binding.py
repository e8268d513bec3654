"""Binds the numbers of lists and pairs: "34.1 and 31.6 times earnings, respectively", "34.1 versus 31.6"."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final, TypeVar

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import HARD_STOP, clause_start, ends_with, has_break
from shared.figures.claims.pair_binding import bind_pair, company_behind
from shared.figures.claims.unit_fit import SUITABLE, fits, metrics_for
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.shared_units import ENDS, without_shared_unit
from shared.figures.reading.units import Unit

_JOINER: Final = RarePattern(
    r"[\s*_-]*(?:[,;/&、]|and|und|beziehungsweise|bzw\.?|et|y|e|o|or|と|和|与|與|及び?|及|跟|및|와|과|,\s?(?:and|und|et|y"
    r"|e))[\s*_]*(?:(?:the|its|der|die|das|el|la|le|les|los|a)\s)?(?:\([^)]*\))?[\s*_]*",
    re.IGNORECASE,
)
_NUMBER_JOINER: Final = re.compile(
    r"[\s*_]*(?:[,;/&、]|and|und|beziehungsweise|bzw\.?|et|y|e|と|和|与|與|及び?|及|跟|및|와|과|,\s?(?:and|und|et|y|e))[\s*_]*",
    re.IGNORECASE,
)
_COMPARED: Final = re.compile(
    r"\b(?:compare[sd]? (?:with|to)|against|versus|vs\.?|gegenüber|verglichen mit|im Vergleich zu|contre"
    r"|frente al?|comparado con|rispetto a)\b",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\b(?:between|zwischen|entre|tra|fra)\s(?:(?:el|los|os?|il|lo|i|gli|les?|la)\s|l['’])?$", re.IGNORECASE
)
_AND: Final = re.compile(
    r"\s(?:and|und|et|y|e)\s(?:(?:el|los|os?|il|lo|i|gli|les?|la)\s|l['’])?", re.IGNORECASE
)
_LOWER_ENDS: Final = frozenset({"day_low", "week_52_low", "target_low_price", "lowest", "bollinger_lower"})
_UPPER_ENDS: Final = frozenset(
    {"day_high", "week_52_high", "target_high_price", "highest", "bollinger_upper"}
)
_LOWS: Final = ("day_low", "lowest", "week_52_low")
_HIGHS: Final = ("day_high", "highest", "week_52_high")
_OF: Final = re.compile(r"\s(?:of|von|de|des|di)\s", re.IGNORECASE)
_OPENED: Final = re.compile(r"\($")
_CLOSED: Final = re.compile(r"\s?\)")
_BRACKETED: Final = re.compile(r"\s?\([^()]{1,24}\)")
_APPOSITION: Final = re.compile(r"^,\s[^\d,.;:]{4,40},(?=\s(?:to|bis|à|a|al|até|hasta)\s)")
"""What may stand behind the first number of a range: ``$2,170, basically the price, to $3,500``."""
_WORSE: Final = 0.5
"""How much worse a unit suits one name of a list than another, so that the two are none."""
_ENUMERATION: Final = 3
_PAIR: Final = 2
T = TypeVar("T")


def bind_lists(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Binds the numbers of pairs and lists to the names at their places in a list of names."""
    for one, other in pairwise(_outside_brackets(sentence, claims)):
        if is_range(sentence, one.numeral, other.numeral):
            _bind_range(one, other)
    for one, other in pairwise(claims):
        bind_pair(sentence, one, other, context)
    for run in _number_runs(sentence, claims):
        _bind_run(sentence, run, context)
        _bind_run_to_metrics(sentence, run, _others(claims, run))


_SIDE: Final = re.compile(r"\s(?:on|at) the [^\W\d_]+ (?:end|side)\s")
"""Between the ends of a range: ``from $190 on the bearish end to $325``."""


def is_range(sentence: Sentence, one: Numeral, other: Numeral) -> bool:
    """Returns whether two numbers are the ends of a range."""
    if one.unit is not other.unit:
        return False
    gap = _SIDE.sub(" ", sentence.text[one.end : other.start])
    gap = _BRACKETED.sub("", gap) if "(" in gap else _APPOSITION.sub("", gap)
    is_between = _AND.fullmatch(gap) is not None and ends_with(_BETWEEN, sentence.text, one.start) is not None
    return is_between or ENDS.fullmatch(gap) is not None


def _outside_brackets(sentence: Sentence, claims: Sequence[Claim]) -> Sequence[Claim]:
    """Returns the numbers but those in brackets behind another: ``$105 (-10%) to $145 (+24%)``."""
    if "(" not in sentence.text:
        return claims
    return [one for one in claims if not _is_bracketed(sentence.text, one.numeral)]


def _is_bracketed(text: str, numeral: Numeral) -> bool:
    return ends_with(_OPENED, text, numeral.start) is not None and bool(_CLOSED.match(text, numeral.end))


def _bind_range(one: Claim, other: Claim) -> None:
    """``targets from $190 to $325``: the lowest and the highest."""
    names = {one.mention.name if one.mention else "", other.mention.name if other.mention else ""}
    if "target_mean_price" in names:
        one.metrics, other.metrics = ("target_low_price",), ("target_high_price",)
        one.others = other.others = ()
    if one.numeral.unit in (Unit.MONEY, Unit.NONE) and (not one.metrics or "price" in one.metrics):
        # "trades at $216.26, and moved between $214.73 and $221.75", "fallen from nearly $98 to $58"
        is_falling = one.numeral.readings[0].value > other.numeral.readings[0].value
        one.add_others(*(_HIGHS if is_falling else _LOWS))
        other.add_others(*(_LOWS if is_falling else _HIGHS))
    if _is_named_behind(other) and not (one.is_tight and one.numeral.unit is Unit.MONEY):
        # "After the cut of the forecast, 1 to 2% growth is expected": the name is of both ends.
        one.mention, one.metrics, one.others = other.mention, other.metrics, other.others
        one.is_tight, one.is_settled = other.is_tight, other.is_settled
    if one.mention is other.mention or not other.metrics:
        one.metrics = _without(one.metrics, _UPPER_ENDS)
        other.metrics = _without(other.metrics, _LOWER_ENDS)


def _is_named_behind(claim: Claim) -> bool:
    """Returns whether the name of a number stands right behind it."""
    mention = claim.mention
    return claim.is_tight and mention is not None and mention.start >= claim.numeral.end


def _without(metrics: tuple[str, ...], ends: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(metric for metric in metrics if metric not in ends) or metrics


def _bind_run(sentence: Sentence, run: Sequence[Claim], context: Context) -> None:
    """Numbers in a row: each goes with the name at its place in a list of names."""
    _bind_in_order(sentence, run, context.listed)
    least = _PAIR if sentence.cues_of("respectively") else _ENUMERATION
    listed = context.listed if len(context.listed) == len(run) or least > _PAIR else context.known
    _bind_like_listed(run, () if sentence.companies else listed, least)
    is_alike = len({claim.numeral.unit for claim in run}) == 1
    if is_alike and sentence.cues_of("together") and len(context.known) == len(run):
        # "the two are closer (33.0 and 38.4)", "about the same for all three: 17.0%, 17.1% and 17.2%"
        for claim in run:
            claim.companies = context.known
    _bind_to_companies_behind(sentence, run)
    for group in _runs(sentence, [(one.start, one.end, (one.value,)) for one in sentence.companies]):
        if len(run) == len(group) and _goes_with(sentence.companies, group, run):
            for claim, (_, _, companies) in zip(run, group, strict=True):
                claim.companies, claim.inferred_from = companies, ()


def _bind_to_companies_behind(sentence: Sentence, run: Sequence[Claim]) -> None:
    """``0.13% and 1.76% for GM and Honeywell``: in their order; ``… for Honeywell``: of the one behind."""
    behind = company_behind(sentence, run[-1].numeral)
    if behind is None or _is_share_of_other(sentence, run):
        return
    following = [
        (one.start, one.end, one.value) for one in sentence.companies if one.start >= run[-1].numeral.end
    ]
    group = next(_runs(sentence, following), [])
    names = [behind] * len(run)
    if group[:1] == following[:1] and len(group) == len(run):
        names = [value for _, _, value in group]
    elif _is_of_first(sentence, run, behind):
        names = [*run[0].companies, behind]
    for claim, name in zip(run, names, strict=True):
        claim.companies, claim.inferred_from = (name,), ()


def _is_share_of_other(sentence: Sentence, run: Sequence[Claim]) -> bool:
    """``Its market cap is $123.58 billion, 55% of Abbott's``: the share in an amount of another one."""
    first, last = run[0].numeral, run[-1].numeral
    is_share = last.unit is Unit.PERCENT is not first.unit
    return is_share and _OF.match(sentence.text, last.end) is not None


def _is_of_first(sentence: Sentence, run: Sequence[Claim], behind: str) -> bool:
    """``For GM the P/E is 20.9, and 23.6 for Honeywell``: whether the first of two is of another company."""
    before = [one.value for one in sentence.companies if one.end <= run[0].numeral.start]
    is_pair = (
        len(run) == len(sentence.numbers) == _PAIR
        and len(sentence.companies) == _PAIR
        and not run[1].is_tight
    )
    return is_pair and before == list(run[0].companies) and before != [behind]


def _bind_in_order(sentence: Sentence, run: Sequence[Claim], listed: Sequence[str]) -> None:
    """Numbers of one unit in the order of as many companies before them."""
    names = _names_before(sentence, run)
    own = clause_start(sentence.text, run[0].numeral.start)
    # "Coke yields 2.9%, against 1.9% at JPMorgan; the payout ratios are 67% and 26%."
    is_certain = bool(sentence.cues_of("respectively"))
    if all(mention.end <= own for mention in sentence.companies):
        named = list(dict.fromkeys(mention.value for mention in sentence.companies))
        if len(named) == len(run):
            names, is_certain = named, True
        elif named and len(listed) == len(run) and set(named) < set(listed):
            # "It costs 35.5 times earnings, and Vale 27.6; in terms of book value it is 15.8 and 4.75."
            names = list(listed)
    if len(names) != len(run) or (not is_certain and len({claim.numeral.unit for claim in run}) > 1):
        return
    for claim, name in zip(run, names, strict=True):
        # "Amazon and Tesla are the exceptions, paying $2.75 and $2.84."
        claim.companies = (name,) if is_certain else tuple(dict.fromkeys((name, *claim.companies)))
        claim.inferred_from = () if is_certain else claim.inferred_from


def _bind_like_listed(run: Sequence[Claim], listed: Sequence[str], least: int) -> None:
    """``The forward multiples are 21.5, 28.9 and 35.8``: in the order of three companies named before."""
    if len(run) < least or len(listed) != len(run):
        return
    # "They employ 63,900, 46,000 and 21,400 people respectively": either word names the same.
    if (
        len({claim.numeral.unit for claim in run}) > 1
        or len({one.metrics for one in run if one.is_tight}) > 1
    ):
        return
    for claim, name in zip(run, listed, strict=True):
        claim.companies, claim.inferred_from = (name,), ()


def _names_before(sentence: Sentence, run: Sequence[Claim]) -> list[str]:
    """Returns the companies before a list of numbers: those of its clause, if it names any."""
    first = run[0].numeral.start
    start = clause_start(sentence.text, first)
    mentions = [mention for mention in sentence.companies if mention.end <= first]
    names = dict.fromkeys(mention.value for mention in mentions if mention.start >= start)
    return list(names or dict.fromkeys(mention.value for mention in mentions))


def _others(claims: Sequence[Claim], run: Sequence[Claim]) -> list[Claim]:
    return [one for one in claims if not any(one is other for other in run)]


def _bind_run_to_metrics(sentence: Sentence, run: Sequence[Claim], others: Sequence[Claim]) -> None:
    if is_range(sentence, run[0].numeral, run[1].numeral):
        # "41 analysts, targets between $271 and $390"
        return
    for labels in _runs(sentence, [(one.start, one.end, one) for one in sentence.metrics]):
        if any(one.is_tight and one.mention is labels[0][2] for one in others):
            # "8.7 times earnings, a PEG of 0.92 and 18% upside": no list begins with the first name.
            continue
        if len(run) == len(labels) and _goes_with(sentence.metrics, labels, run):
            costs = [fits(claim.numeral, one[2]) for claim, one in zip(run, labels, strict=True)]
            if max(costs) - min(costs) >= _WORSE:
                # "On free cash flow, the yields are 3.8% and 3.5%": one name, and what it is of.
                continue
            for claim, (_, _, mention) in zip(run, labels, strict=True):
                if fits(claim.numeral, mention) < SUITABLE:
                    claim.mention, claim.metrics = mention, metrics_for(claim.numeral, mention)
                    claim.others, claim.nearby, claim.is_tight = (), (), True
    _bind_bracket_to_metrics(sentence, run)


def _bind_bracket_to_metrics(sentence: Sentence, run: Sequence[Claim]) -> None:
    """``below its 50-day and 21.5% below its 200-day average ($297.83 and $342.47)``: in their order."""
    start = run[0].numeral.start
    if not ends_with(_OPENED, sentence.text, start) or not _CLOSED.match(sentence.text, run[-1].numeral.end):
        return
    first = max(clause_start(sentence.text, start), sentence.text.rfind(")", 0, start))
    labels = {
        one.name: one
        for one in sentence.metrics
        if first <= one.start and one.end <= start and fits(run[0].numeral, one) == 0
    }
    if len(labels) == len(run):
        for claim, mention in zip(run, labels.values(), strict=True):
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


def joined(sentence: Sentence, mentions: Sequence[Mention]) -> list[Mention]:
    """Returns the first of some names and those that a list joins to it."""
    runs = _runs(sentence, [(one.start, one.end, one) for one in mentions])
    return [mention for _, _, mention in next(runs, [])]


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
    """Returns whether no other name stands between a list of names and the list of numbers behind it."""
    first, last = names[-1][1], run[0].numeral.start
    return first <= last and not any(first <= mention.start < last for mention in mentions)


def bind_parallels(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds numbers without metrics to those of the clause before: ``…; Apple has $54.7bn and $112.4bn``."""
    if len(claims) < 2 * _PAIR:
        return
    clauses: list[list[Claim]] = [[]]
    starts = [0]
    for index, claim in enumerate(claims):
        end = claims[index - 1].numeral.end if index else claim.numeral.start
        gap = sentence.text[end : claim.numeral.start]
        stop = HARD_STOP.search(gap) or _COMPARED.search(gap)
        if stop or has_break(sentence, gap):
            clauses.append([])
            starts.append(end + (stop.start() if stop else 0))
        clauses[-1].append(claim)
    for (before, clause), start in zip(pairwise(clauses), starts[1:], strict=True):
        has_names = any(start <= mention.start < clause[-1].numeral.end for mention in sentence.metrics)
        if len(before) == len(clause) > 1 and not has_names:
            for model, claim in zip(before, clause, strict=True):
                is_moved = claim.mention is None and bool(claim.metrics)
                if model.numeral.unit is Unit.NONE and claim.numeral.text[-1].isdigit():
                    claim.numeral = without_shared_unit(claim.numeral)
                if claim.numeral.unit in (model.numeral.unit, Unit.NONE) and not is_moved:
                    claim.mention, claim.metrics, claim.others = model.mention, model.metrics, model.others


def bind_segments(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds the numbers of one company like those before: ``A earned $3 on sales of $9, B $2 on $5``.

    They are as many, in the same units, and no name of a metric stands among them.
    """
    if len(sentence.companies) < _PAIR or len(claims) < 2 * _PAIR:
        return
    segments = _segments(sentence, claims)
    for (_, model), (start, segment) in pairwise(segments):
        end = segment[-1].numeral.end
        if len(model) < _PAIR or len(model) != len(segment):
            continue
        if any(start <= mention.start < end for mention in sentence.metrics):
            continue
        if any(claim.mention is None and claim.metrics for claim in segment):
            # "Boeing, down 1.6% to $201.55": words of direction tell what they are.
            continue
        if all(
            claim.numeral.unit is one.numeral.unit for claim, one in zip(segment, model, strict=True)
        ) and len({one.metrics for one in model}) == len(model):
            for claim, one in zip(segment, model, strict=True):
                claim.mention, claim.metrics, claim.others = one.mention, one.metrics, one.others


def _segments(sentence: Sentence, claims: Sequence[Claim]) -> list[tuple[int, list[Claim]]]:
    """Returns the numbers behind each name of a company, up to the next, with the place of the name."""
    names = [mention.start for mention in sentence.companies]
    segments: list[tuple[int, list[Claim]]] = []
    for first, last in pairwise([*names, len(sentence.text)]):
        inside = [claim for claim in claims if first <= claim.numeral.start < last]
        if inside:
            segments.append((first, inside))
    return segments
