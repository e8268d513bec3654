"""Names of metrics that are none where they stand: verbs, definitions in brackets, parts of a multiple."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.sentence import MetricMention

_DEFINITION: Final = re.compile(r"\**\s\([^()\d]{3,80}\)(?=\**\s?(?:[:=|]|(?:is|was|of|came|stood)\s))")
_TIMES: Final = re.compile(r"(?:times|x)\s(?:its\s)?")
_WERE: Final = re.compile(r"\s(?:is|are|was|were|at|of)\s(?:about\s|around\s|only\s|some\s)?[\d.,]+\s?")
_TIMES_AMOUNT: Final = {
    "debt_to_equity": "total_equity", "price_to_book": "total_equity", "price_to_sales": "revenue",
    "ev_to_ebitda": "ebitda", "trailing_pe": "net_income",
}  # fmt: skip
"""By the multiple that the words behind a number name: the amount that it is a multiple of."""
_OF_MULTIPLES: Final = frozenset({"total_debt", "enterprise_value", "market_cap", "net_debt"})
"""Amounts whose multiples have names of their own."""
_ARE: Final = re.compile(
    r"\b(?:is|are|was|were|dead|drawn|nearly|almost|roughly|about|practically)\s$", re.IGNORECASE
)
"""Before "level" where it means the same height."""
_LEVEL: Final = "level"
_BEHIND_NAMES: Final = frozenset({"cost", "costs", "is worth", "are worth", "target", "targets"})
"""Verbs, and the target of a company for what is named before: "its return on equity target of 12%"."""


def without_explanations(text: str, mentions: Sequence[MetricMention]) -> list[MetricMention]:
    """Returns the names of a text that mean a metric of their own."""
    found = _with_amounts(text, _without_verbs(text, mentions))
    return _without_definitions(text, found) if "(" in text else found


def _with_amounts(text: str, mentions: Sequence[MetricMention]) -> list[MetricMention]:
    """Reads ``assets were 2.8 times equity`` as two amounts, where the name would be that of a multiple."""
    found = list(mentions)
    for index, (before, mention) in enumerate(pairwise(mentions), start=1):
        amount = _TIMES_AMOUNT.get(mention.name)
        if amount is None or before.name in _OF_MULTIPLES or not _is_amount(before):
            continue
        times = _TIMES.match(text, mention.start)
        if times is not None and _WERE.fullmatch(text, before.end, mention.start):
            found[index] = MetricMention(amount, (amount,), times.end(), mention.end)
    return found


def _without_definitions(text: str, mentions: Sequence[MetricMention]) -> list[MetricMention]:
    """Leaves out names that only say what the one before is: ``Net debt (debt less cash): $19bn``."""
    amounts = [one for one in mentions if _is_amount(one)]
    spans = [span for one in amounts if (span := _DEFINITION.match(text, one.end)) is not None]
    return [
        mention
        for mention in mentions
        if not any(span.start() < mention.start < span.end() and _is_amount(mention) for span in spans)
    ]


def _is_amount(mention: MetricMention) -> bool:
    metric = METRICS.get(mention.name)
    return metric is not None and metric.kind is Kind.MONEY


def _without_verbs(text: str, mentions: Sequence[MetricMention]) -> list[MetricMention]:
    """Leaves out names that only go on with the one before, and other words.

    "the buildings are worth", "research cost", "Ryanair and Delta are level at 6.7"
    """
    ends = {mention.end for mention in mentions}
    return [
        mention
        for mention in mentions
        if not (mention.start - 1 in ends and text[mention.start : mention.end].lower() in _BEHIND_NAMES)
        and not _is_no_name(text, mention)
    ]


def _is_no_name(text: str, mention: MetricMention) -> bool:
    if mention.name == "first_close":
        # "The start to 2026 was better."
        return text.startswith(" to ", mention.end)
    if mention.end - mention.start != len(_LEVEL) or text[mention.start : mention.end] != _LEVEL:
        return False
    return _ARE.search(text, max(0, mention.start - 12), mention.start) is not None
