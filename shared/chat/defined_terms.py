"""Recognises questions about a term, which refer to no company of the conversation: "what is a P/E ratio"."""

import re
from typing import Final

_ASKS_FOR_A_TERM: Final = re.compile(
    r"^\W*(?:(?:so|ok|okay|and|und|et|y|e)\W+)?"
    r"(?:what(?:['’]s| is| are| does) an?\b|(?:explain|define) (?:what )?an?\b|define\b"
    r"|was (?:ist|bedeutet) eine?\b|c['’]est quoi une?\b|qu['’]est-ce qu['’](?:est )?une?\b"
    r"|qué (?:es|significa) una?\b|o que (?:é|significa) uma?\b|(?:che )?cos['’]è un[ao]?\b)"
    r"|\b(?:in general|generally|im allgemeinen|en général|en general|em geral|in generale)\b"
    r"|とは(?:何|なん|[?？]|$)|什么是|什麼是|(?:이란|란) ?(?:뭐|무엇)|[이가] 뭐(?:야|예요|에요)",
    re.IGNORECASE,
)


def asks_for_a_term(text: str) -> bool:
    """Returns whether a question that names no company asks what a term means, or asks in general."""
    return _ASKS_FOR_A_TERM.search(text) is not None
