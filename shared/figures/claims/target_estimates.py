"""Takes estimates in a text on price targets for targets: ``a mean target of $158, the top estimate 175``."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_TARGETS: Final = ("target_mean_price", "target_low_price", "target_high_price")
_NAMES: Final = frozenset({*_TARGETS, "upside"})
_ESTIMATED: Final = frozenset({"eps_estimate", "revenue_estimate", "eps", "revenue", "forward_pe"})
"""What estimates are of, where it is no target."""
_RESULTS: Final = frozenset({"eps", "revenue", "net_income"})
_OF_EARNINGS: Final = re.compile(
    r"EPS|BPA|LPA|earnings|Gewinn|bénéfice|benefici|lucro|util[ei]|利益|收益|순이익", re.IGNORECASE
)
"""What a name of estimates has that can be no target."""
_HIGH: Final = "target_high_price"
_LOW: Final = "target_low_price"
_ENDS: Final = {"highest": _HIGH, "lowest": _LOW, _HIGH: _HIGH, _LOW: _LOW}
_SUPERLATIVE: Final = 8
"""Characters between a name and the superlative beside it."""
_MOST: Final = re.compile(
    r"\s(?:mais|más|più|plus|la plus|le plus)\s"
    r"(?:(?P<high>alt[ao]|élevée?|haute?)|baix[ao]|baj[ao]|bass[ao]|basse?|faible)",
    re.IGNORECASE,
)
"""The superlative behind a name, in the languages that put it there."""


def bind_target_estimates(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Binds the numbers that are called estimates to the targets that a text speaks of.

    Args:
        sentence: The sentence.
        claims: Its numbers with their metrics; set.
        context: What the sentences before leave behind.
    """
    for claim in claims:
        mention = claim.mention
        if mention is None or mention.name != "eps_estimate" or claim.numeral.unit is Unit.PERCENT:
            continue
        if _OF_EARNINGS.search(sentence.text, mention.start, mention.end):
            continue
        if _speaks_of_targets(sentence, mention, claims, context):
            end = _end(sentence, mention)
            claim.metrics = (end,) if end is not None else _TARGETS
            claim.others, claim.nearby = (), ()
        elif any(one.numeral.end <= mention.start and _may_be_target(one) for one in claims):
            # "Analysts see it at $76.30 on average, though their estimates go from $52 to $110."
            claim.add_others(*_TARGETS)


def _may_be_target(claim: Claim) -> bool:
    """Returns whether a number is what analysts see a share at: a target, or an estimate."""
    return claim.metrics[:1] == _TARGETS[:1] and claim.numeral.unit is Unit.MONEY


def _speaks_of_targets(
    sentence: Sentence, mention: MetricMention, claims: Sequence[Claim], context: Context
) -> bool:
    """Returns whether the last name before that of estimates is one of a target."""
    is_result = any(
        one.numeral.end <= mention.start and _RESULTS.intersection(one.metrics or one.others)
        for one in claims
    )
    if is_result:
        # "It earned $1.52 per share versus $1.47 expected": no target, whatever was spoken of before.
        return False
    names = [
        one.name
        for one in sentence.metrics
        if one.end <= mention.start and (one.name in _NAMES or one.name in _ESTIMATED)
    ]
    last = names[-1:] or [one for one in context.metrics if one in _NAMES or one in _ESTIMATED][-1:]
    return last != [] and last[0] in _NAMES


def _end(sentence: Sentence, mention: MetricMention) -> str | None:
    """Returns the end that a superlative beside the name tells: ``la estimación más alta``."""
    most = _MOST.match(sentence.text, mention.end)
    if most is not None:
        return _HIGH if most["high"] else _LOW
    beside = [
        _ENDS[one.name]
        for one in sentence.metrics
        if one.name in _ENDS
        and (0 <= mention.start - one.end <= _SUPERLATIVE or 0 <= one.start - mention.end <= _SUPERLATIVE)
    ]
    return beside[0] if len(beside) == 1 else None
