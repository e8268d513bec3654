"""Finds written names in a text: as runs of words, or within East Asian text, which has no blanks."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.symbols.name_text import Word, is_east_asian, words_of
from shared.symbols.near_names import is_slip

_SHORTEST_LONG_WORD: Final = 7
"""Letters of a word that is found although it has a slip."""


_LONGEST_SHORT_KANA: Final = 3
_LONGEST_SHORT_HANGUL: Final = 2
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]+")
_KATAKANA: Final = re.compile(r"[\u30a0-\u30fa\u30fc-\u30ff]+")
"""Without the dot between two names."""


class EastAsianNames:
    """Finds names in kana, Han or Hangul.

    Args:
        values: What each name means, by the name in folded case.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._longest_first = sorted(values, key=len, reverse=True)

    def get(self, name: str) -> str | None:
        """Returns what a whole text means, or None."""
        return self._values.get(name.casefold())

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Returns start, end and value of the names in a text, the longest at each place."""
        if not is_east_asian(text):
            return []
        key = text.casefold()
        found: list[tuple[int, int, str]] = []
        for name in self._longest_first:
            start = key.find(name)
            while start >= 0:
                end = start + len(name)
                free = all(end <= first or start >= last for first, last, _ in found)
                if free and not _is_part_of_word(key, start, end):
                    found.append((start, end, self._values[name]))
                start = key.find(name, end)
        return sorted(found)


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    """Returns whether a name is part of a longer word: フォード in オックスフォード, 기아 in 경기아파트."""
    if end - start <= _LONGEST_SHORT_HANGUL and _HANGUL.fullmatch(text, start, end):
        return _HANGUL.fullmatch(text[start - 1 : start]) is not None
    if not _KATAKANA.match(text, start):
        return False
    is_short = end - start <= _LONGEST_SHORT_KANA and _KATAKANA.fullmatch(text, start, end)
    beside = [text[start - 1 : start], text[end : end + 1] if is_short else ""]
    return any(_KATAKANA.fullmatch(character) for character in beside)


@dataclass(frozen=True)
class NamePhrase:
    """A phrase of a table, as it occurs in a text.

    Attributes:
        value: What it means.
        length: Words of the text that it takes.
        common: Whether it is a dictionary word as well, so that only its place makes it a name.
    """

    value: str
    length: int
    common: bool = False


class PhraseTable:
    """Finds phrases of one or several words.

    Args:
        rows: Pairs of phrase and value; a star behind a phrase marks it as a dictionary word as well.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._phrases: dict[tuple[str, ...], NamePhrase] = {}
        east_asian: dict[str, str] = {}
        for written, value in rows:
            # Full-width letters are replaced in questions too.
            name = unicodedata.normalize("NFKC", written.removesuffix("*"))
            if is_east_asian(name):
                east_asian[name.casefold()] = value
                continue
            key = tuple(word.key for word in words_of(name))
            self._phrases[key] = NamePhrase(value, len(key), common=name != written)
        self._longest = max(map(len, self._phrases), default=0)
        # By the place and key of one of their first two words, of which the other may have a slip.
        self._several: dict[tuple[int, str], list[tuple[str, ...]]] = {}
        for key in self._phrases:
            for place in (0, 1) if len(key) > 1 else ():
                self._several.setdefault((place, key[place]), []).append(key)
        self._divided = {
            key[0]: NamePhrase(phrase.value, 2, common=True)
            for key, phrase in self._phrases.items()
            if len(key) == 1 and key[0].isalpha() and len(key[0]) >= _SHORTEST_LONG_WORD
        }
        self.east_asian = EastAsianNames(east_asian)

    def at(self, words: Sequence[Word], start: int) -> NamePhrase | None:
        """Returns the longest phrase that begins with a word of a text, or None."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            phrase = self._phrases.get(tuple(word.key for word in words[start : start + length]))
            if phrase is not None:
                divided = self._in_two_words(words, start) if length == 1 else None
                return self._near(words, start, longer_than=length) or divided or phrase
        return self._near(words, start, longer_than=1) or self._in_two_words(words, start)

    def _in_two_words(self, words: Sequence[Word], start: int) -> NamePhrase | None:
        """Returns the phrase of one word that is written as two: data dog, you tube."""
        run = words[start : start + 2]
        if len(run) < 2 or run[1].start - run[0].end != 1:
            return None
        return self._divided.get(run[0].key + run[1].key)

    def _near(self, words: Sequence[Word], start: int, longer_than: int) -> NamePhrase | None:
        """Returns the phrase that begins with a word and has a slip in another, long word: delta airlnes."""
        second = words[start + 1].key if start + 1 < len(words) else ""
        for key in (*self._several.get((0, words[start].key), ()), *self._several.get((1, second), ())):
            run = [word.key for word in words[start : start + len(key)]]
            different = [pair for pair in zip(run, key, strict=False) if pair[0] != pair[1]]
            if (
                longer_than < len(run) == len(key)
                and len(different) == 1
                and is_slip(*different[0], shortest=_SHORTEST_LONG_WORD)
            ):
                return self._phrases[key]
        return None
