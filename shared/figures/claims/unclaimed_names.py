"""Binds numbers to the names in their sentence that no other number stands beside."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, gives_reason, has_break
from shared.figures.claims.unit_fit import SUITABLE, fits, metrics_for
from shared.figures.facts.known_figures import YIELDS, is_holder
from shared.figures.reading.known_metrics import GENERIC
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_INSTRUMENTS: Final = ("=F", "=X", "-USD")
"""Ends of the symbols of what pays no dividend and earns nothing; indexes begin with ``^``."""
_OF_YIELDS: Final = {Unit.PERCENT: ("price",), Unit.POINTS: ("change",)}
"""What numbers of a yield may be, by their units."""
_OF_COMPANIES: Final = frozenset(
    ["dividend_yield", "dividend_per_share", "revenue", "net_income", "profit", "eps", "return_or_yield"]
)
_IS: Final = re.compile(
    r"\s(?:is|was|are|of|stands at|stood at|amounts to|totals|ist|beträgt|liegt bei|est de|es del?|è di"
    r"|é de)\s"
)


def leave_out_foreign_names(sentence: Sentence, before: Sequence[str]) -> None:
    """Leaves out names of what an index, currency or commodity does not have: "gold rose as yields fell".

    Args:
        sentence: The sentence.
        before: What the sentence before was about, for one that names nothing.
    """
    if not sentence.metrics:
        return
    spoken_of = [mention.value for mention in sentence.companies] or before
    if spoken_of and all(map(_is_instrument, spoken_of)):
        sentence.metrics = [one for one in sentence.metrics if one.name not in _OF_COMPANIES]


def _is_instrument(symbol: str) -> bool:
    return symbol.endswith(_INSTRUMENTS) or (symbol.startswith("^") and symbol not in YIELDS)


def bind_yields(claims: Sequence[Claim]) -> None:
    """``The 10-year Treasury is at 4.1%``: a percentage of a yield may be its level, which is its price."""
    for claim in claims:
        if claim.companies and not claim.is_tight and YIELDS.issuperset(claim.companies):
            claim.add_others(*_OF_YIELDS.get(claim.numeral.unit, ()))


def bind_unclaimed_names(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Adds what a name without a number of its own makes of the numbers of its sentence.

    ``On operating margin, Microsoft earns 26.3%``: the name that stands beside the number tells less. A name
    before a number, in its clause, is the number's own; what is spoken of with such names is not meant then.
    """
    taken = {claim.mention.start for claim in claims if claim.is_tight and claim.mention is not None}
    free = [mention for mention in sentence.metrics if mention.start not in taken]
    for claim in claims:
        if free and not _is_certain(sentence, claim):
            also = [
                metric
                for mention in free
                if mention is not claim.mention
                and fits(claim.numeral, mention) < SUITABLE
                and not _covers(mention, claim)
                and not gives_reason(sentence.text[claim.numeral.end : mention.start])
                for metric in metrics_for(claim.numeral, mention)
            ]
            claim.add_others(*also)
        _refine(sentence, claim, free)
        if claim.is_of_any_holder:
            claim.add_others("stake")
        if any(map(is_holder, claim.companies)):
            # The share of a holder who is named is his own.
            claim.metrics = _without_largest(claim.metrics)
            claim.others = _without_largest(claim.others)
        claim.is_settled = claim.is_tight or claim.is_settled or _is_own(sentence, claim, free)
        if claim.is_settled:
            claim.nearby = ()


def _is_certain(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether nothing but "is" or "of" stands between a name with one meaning and its number."""
    mention = claim.mention
    if (
        not claim.is_tight
        or mention is None
        or mention.name in GENERIC
        or mention.name == "target_mean_price"
    ):
        return False
    return mention.end <= claim.numeral.start and bool(
        _IS.fullmatch(sentence.text, mention.end, claim.numeral.start)
    )


def _without_largest(metrics: Sequence[str]) -> tuple[str, ...]:
    return tuple(metric for metric in metrics if metric != "largest_holder")


def _covers(mention: MetricMention, claim: Claim) -> bool:
    """Returns whether a general name covers what stands beside a number: ``Valuation: P/E 34.1``."""
    own = claim.mention if claim.is_tight or claim.is_settled else None
    return own is not None and bool({own.name, *own.metrics} & set(mention.metrics)) and _is_general(mention)


def _refine(sentence: Sentence, claim: Claim, free: Sequence[MetricMention]) -> None:
    """Narrows a general name to the special one before it: ``On forward estimates the multiple is 31x``."""
    if claim.mention is None or not _is_general(claim.mention):
        return
    special = [
        one.name
        for one in free
        if one.end <= claim.numeral.start
        and not _is_general(one)
        and _is_special_case(one, claim.mention)
        and not _has_level_between(sentence, one, claim.mention)
    ]
    if len(special) == 1:
        claim.metrics, claim.others = (special[0],), ()


def _has_level_between(sentence: Sentence, special: MetricMention, general: MetricMention) -> bool:
    """``The consensus is hold, and the mean target $20.90, within a range of``: a range of the targets."""
    return any(
        special.end <= one.start and one.end <= general.start and one.name.startswith("target")
        for one in sentence.metrics
    )


def _is_special_case(special: MetricMention, general: MetricMention) -> bool:
    """Returns whether a name is one of those that a general one covers, or the margin of what is earned."""
    return special.name in general.metrics or (general.name == "profit" and special.name.endswith("margin"))


def _is_general(mention: MetricMention) -> bool:
    return mention.name in GENERIC and mention.name != mention.metrics[0]


def _is_own(sentence: Sentence, claim: Claim, free: Sequence[MetricMention]) -> bool:
    mention = claim.mention
    if mention is None or mention not in free or mention.end > claim.numeral.start or _is_general(mention):
        # "If income is what you are after, Honeywell's 1.76% is better": a word of several meanings.
        return False
    gap = sentence.text[mention.end : claim.numeral.start]
    return not HARD_STOP.search(gap) and not has_break(sentence, gap)
