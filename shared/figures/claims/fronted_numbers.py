"""Numbers beside a preposition and their company: ``At 46.9%, Apple …``, ``at Apple it is 46.9%``."""

import re
from typing import Final

from shared.figures.claims.gaps import ends_with
from shared.figures.reading.lexicon import Mention

_FRONTED: Final = re.compile(
    r"\W*(?:at|with|on|trading at|priced at|valued at|bei|mit|zu|à|avec|con|a|com)\s", re.IGNORECASE
)
"""Begins a sentence whose subject comes later: ``Mit einem KGV von 34,1 ist Apple …``."""
_BEFORE_SUBJECT: Final = re.compile(
    r"(?:\s[^\W\d_]+){0,3}(?:,\s(?:the\s|la\s|a\s|o\s|l['’])?"
    r"|\s(?:ist|liegt|notiert|wirkt|hat|steht|bleibt|gehört)\s)[*_]*",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"(?:^|[;,:.(–—]\s?|\s(?:and|while|but|und|et|y|e)\s)"
    r"(?:at|for|bei|chez|pour|en|para|per|da|em|na)\s[*_]*$",
    re.IGNORECASE,
)
_IT_IS: Final = re.compile(
    r"[*_]*,?\s(?:it(?:\s(?:is|was|stands at|comes to)|['’]s)|is it|sind es|ist es|il est de|elle est de"
    r"|es de|è di|é de)\s(?:only\s|about\s|just\s)?[*_$€£¥]*",
    re.IGNORECASE,
)
AT_BEHIND: Final = re.compile(
    r",\s(?:at|with|on|bei|mit|à|avec|con|a|com|de|di|pari a)\s[*_$€£¥]*", re.IGNORECASE
)
"""Between the name of a company and its number: ``cheaper than AMD, at 96.1``."""


def is_before_subject(text: str, gap: str) -> bool:
    """Tells whether the first company of a sentence is its subject, and a number before it is of that.

    Args:
        text: The sentence.
        gap: What stands between the number and the company.
    """
    return _FRONTED.match(text) is not None and _BEFORE_SUBJECT.fullmatch(gap) is not None


def is_what_it_is_at(text: str, company: Mention, gap: str) -> bool:
    """Tells whether a pronoun is a metric, and no company: ``has a margin of 69.8%; at Apple it is 46.9%``.

    Args:
        text: The sentence.
        company: The company before the number.
        gap: What stands between the company and the number.
    """
    return _IT_IS.fullmatch(gap) is not None and ends_with(_AT, text, company.start) is not None
