"""Sentences of the facts' prose, for finding those that an answer repeats."""

import re
from collections.abc import Iterator
from typing import Final

from shared.figures.facts.known_figures import Quotation
from shared.figures.reading.sentences import SentenceSplitter

_DIGITS: Final = re.compile(r"(\d(?:[\d.,]*\d)?)")
_CITED: Final = re.compile(r"\s*[\[【][\d\s,;–-]+[\]】]")
_HIDDEN: Final = re.compile(r"[\u0000-\u0008\u202a-\u202e\u2066-\u2069]")
"""Control characters, which are removed where a headline is shown."""
_LONGEST_HEADLINE: Final = 600
"""Characters up to which several sentences may be quoted together, as one headline."""


def skeleton(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns a sentence without its digits and citations, and its digits in order."""
    shown = _HIDDEN.sub("", text)
    pieces = _DIGITS.split(_CITED.sub("", shown) if "[" in shown or "【" in shown else shown)
    return " ".join("#".join(pieces[::2]).split()).strip(" .*_>-"), tuple(pieces[1::2])


def quotations(text: str, symbol: str, fact_id: int | None) -> Iterator[tuple[str, Quotation]]:
    """Yields the sentences of a text by their skeletons, and a headline of several sentences as a whole."""
    splitter = SentenceSplitter()
    sentences = [written for written, _ in [*splitter.feed(text), *splitter.close()]]
    if len(sentences) > 1 and len(text) <= _LONGEST_HEADLINE:
        sentences.append(text)
    for written in sentences:
        key, digits = skeleton(written)
        if digits:
            yield key, Quotation(digits, symbol, fact_id, " ".join(written.split()))
