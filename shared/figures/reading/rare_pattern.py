"""Patterns that few answers need: compiling them all would take a tenth of a second of a cold start."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final

from shared.figures.reading.lexicon import tokens

_LONGEST_LAST: Final = 12
"""Characters before a place that tell whether an ending may stand there."""


class RarePattern:
    """A regular expression that is compiled when it is first used.

    Args:
        pattern: The expression.
        flags: Flags of ``re``.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """Returns the first match in a text, or in a part of it."""
        return self._compiled.search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """Returns the match at the beginning of a text, or of a part of it."""
        return self._compiled.match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """Returns the match of a whole text, or of a part of it."""
        return self._compiled.fullmatch(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """Yields the matches in a text, or in a part of it."""
        return self._compiled.finditer(text, *span)


class WordPattern(RarePattern):
    """What few sentences have, since few have one of the words that it needs.

    Args:
        pattern: The expression; capital letters count as small ones.
        words: Words, separated by blanks; whatever matches has one of them, as a whole word.
    """

    def __init__(self, pattern: str, words: str) -> None:
        super().__init__(pattern, re.IGNORECASE)
        self._keys = frozenset(token.key for token in tokens(words))

    def is_in(self, text: str, keys: AbstractSet[str], *span: int) -> bool:
        """Returns whether a text with words of these folded forms, or a part of it, has a match."""
        return not keys.isdisjoint(self._keys) and self.search(text, *span) is not None


class Ending(RarePattern):
    r"""What may stand right before a place, with one blank between; few places have such letters before them.

    Args:
        pattern: The expression, which ends in ``\s$``; capital letters count as small ones.
        last: The last letters of all that it matches, in small letters and separated by blanks.
    """

    def __init__(self, pattern: str, last: str) -> None:
        super().__init__(pattern, re.IGNORECASE)
        self._last = tuple(last.split())

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """Returns the match at the end of a text, or of a part of it."""
        end = span[1] if len(span) > 1 else len(text)
        before = text[max(0, end - _LONGEST_LAST) : end].rstrip().lower()
        return super().search(text, *span) if before.endswith(self._last) else None
