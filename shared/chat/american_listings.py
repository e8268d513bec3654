"""Finds companies whose American listing a question asks about: "toyota adr", "ADRs of Nestlé"."""

import re
from collections.abc import Iterator
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.chat.mentions import QuestionReader
from shared.symbols.known_phrases import american_listings

_LONGEST: Final = 24
"""Characters before a name that are looked at."""

_LISTING: Final = (
    r"(?:ad[rs]s?\b|(?:us|u\.s\.|american|nyse|nasdaq|new york)[- ](?:listing|listed|shares|line|notierung)\b"
    r"|(?:(?:listed|traded|trading|shares) )?(?:on|at) (?:the )?(?:nyse|new york stock exchange)\b"
    r"|美股|美国预托|米国預託)"
)
_BEHIND: Final = re.compile(
    rf"(?:['’]s?)?\s*(?:stock|shares?|aktie)?\s*[(-]?\s*(?:の|的|의)?\s*{_LISTING}", re.IGNORECASE
)
_BEFORE: Final = re.compile(
    r"(?:\bad[rs]s? (?:of|for|on|von|vom|de|do|da|di|del|d['’])"
    r"|\b(?:us|u\.s\.|nyse|nasdaq|new york)[- ](?:listed|traded))\s*(?:the\s+)?$",
    re.IGNORECASE,
)


def american_candidates(question: QuestionReader) -> Iterator[Candidate]:
    """Yields the names whose American listing is asked about; a source that lacks it leaves the home one.

    Args:
        question: The question.
    """
    for mention in question.mentions:
        listing = american_listings().get(mention.symbol) if mention.by_name else None
        if listing is None:
            continue
        before = question.text[max(0, mention.start - _LONGEST) : mention.start]
        if _BEHIND.match(question.text, mention.end) or _BEFORE.search(before):
            text = question.text[mention.start : mention.end]
            yield Candidate(text, mention.start, is_ticker=True, is_clear=False, name=listing, is_exact=True)
