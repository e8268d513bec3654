"""Margins whose name is cut to its adjective: ``10.1% operating, 7.5% net``; ``Gross: 67.2%``."""

import re
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.sentence import Sentence

_MARGINS: Final = {
    "gross": "gross_margin", "operating": "operating_margin", "net": "profit_margin",
    "brutto": "gross_margin", "operativ": "operating_margin", "netto": "profit_margin",
    "brute": "gross_margin", "opérationnelle": "operating_margin", "nette": "profit_margin",
    "bruta": "gross_margin", "operativa": "operating_margin", "neta": "profit_margin",
    "lorda": "gross_margin", "operacional": "operating_margin", "netta": "profit_margin",
    "líquida": "profit_margin",
}  # fmt: skip
_ADJECTIVE: Final = "|".join(_MARGINS)
_BEHIND: Final = re.compile(
    rf"\s({_ADJECTIVE})\**(?=\s?(?:[,;.)\n]|and\b|und\b|et\b|y\b|e\b|$))", re.IGNORECASE
)
_BEFORE: Final = re.compile(rf"(?<![^\W_])({_ADJECTIVE})[*_]*\s?:?[*_]*\s[*_]*$", re.IGNORECASE)
_LONGEST: Final = 24
"""Characters of the longest adjective with the marks behind it."""


def bind_cut_margin(sentence: Sentence, claim: Claim) -> None:
    """Binds a percentage to the margin that the adjective beside it names.

    Args:
        sentence: The sentence.
        claim: One of its percentages; set.
    """
    text, numeral = sentence.text, claim.numeral
    beside = _BEHIND.match(text, numeral.end) or _BEFORE.search(
        text, max(0, numeral.start - _LONGEST), numeral.start
    )
    if beside is None:
        return
    margin = _MARGINS[beside[1].lower()]
    named = METRICS.get(claim.mention.name) if claim.mention is not None else None
    if claim.is_tight and (named is None or named.kind is Kind.PERCENT):
        claim.add_others(margin)
    else:
        claim.metrics, claim.others, claim.is_tight = (margin,), (), True
