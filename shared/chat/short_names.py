"""Finds companies whose short name says who they are beside their peers only: "american vs delta"."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from shared.chat.question_words import COMPARISON_WORDS, LIST_WORDS, METRIC_WORDS, STOCK_WORDS
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set

_BEHIND: Final = (
    LIST_WORDS
    | METRIC_WORDS
    | STOCK_WORDS
    | COMPARISON_WORDS
    | word_set("which who is are for on in by has have s")
)
"""Words behind a short name; a noun would make it an adjective: "visa and american consumers"."""


class ShortName(NamedTuple):
    """A short name in a question.

    Attributes:
        place: The index of its word.
        company: The symbol of its company, known or to be searched.
    """

    place: int
    company: str


def short_names(text: str, words: Sequence[Word], companies: Collection[str]) -> Iterator[ShortName]:
    """Yields the short names whose peers a question names.

    Args:
        text: The question.
        words: Its words.
        companies: The companies that it names or may name otherwise: symbols, or names to search.
    """
    for index, word in enumerate(words):
        meant = known_phrases().short_names.get(word.key, {})
        company = next((name for name, peers in meant.items() if peers.intersection(companies)), None)
        if company and _ends_name(text, words, index):
            yield ShortName(index, company)


def _ends_name(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether nothing behind a word belongs to it."""
    if index + 1 == len(words) or words[index + 1].key in _BEHIND:
        return True
    return text[words[index].end : words[index + 1].start].strip() != ""
