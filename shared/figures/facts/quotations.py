"""Sentences of the facts' prose, for finding those that an answer repeats."""

import re
from collections.abc import Iterator
from typing import Final

from shared.figures.facts.known_figures import Quotation
from shared.figures.reading.sentences import SentenceSplitter

_DIGITS: Final = re.compile(r"(\d(?:[\d.,]*\d)?)")
_CITED: Final = re.compile(r"\s*[\[【][\d\s,;–-]+[\]】]")


def skeleton(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns a sentence without its digits and citations, and its digits in order."""
    pieces = _DIGITS.split(_CITED.sub("", text) if "[" in text or "【" in text else text)
    return " ".join("#".join(pieces[::2]).split()).strip(" .*_>-"), tuple(pieces[1::2])


def quotations(text: str, symbol: str, fact_id: int | None) -> Iterator[tuple[str, Quotation]]:
    """Yields the sentences of a text by their skeletons."""
    splitter = SentenceSplitter()
    for written, _ in [*splitter.feed(text), *splitter.close()]:
        key, digits = skeleton(written)
        if digits:
            yield key, Quotation(digits, symbol, fact_id, " ".join(written.split()))
