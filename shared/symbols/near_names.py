"""Finds the name that a misspelt word means, by the number of edits that its length allows."""

from collections.abc import Collection, Mapping
from typing import Final

from shared.symbols.name_text import word_set

RARE_WORDS: Final = word_set(
    """
    goggle googles amazone amazons amazona appel aple apele appele asple nvidias
    merk roch miron mitron stander baye boeings toyotas procer isco
    ericson northrup hershel hersey nissen sketcher sketchers walgreen
    """
)
"""Dictionary words that beside a stock word or a company are misspelt names."""

_SHORTEST_WORD: Final = 4
_SHORTEST_NAME: Final = 5
_LONG_NAME: Final = 8
_MOST_COMPARED: Final = 3
_DOUBLED_FROM: Final = 4
"""Letters of the shortest name of which one may be doubled; of shorter ones that makes another ticker."""

_SOUNDS: Final = (("s", "z"), ("i", "y"), ("v", "w"))
"""Letters that sound alike: "viza", "soni", "bmv"."""

_SOUNDS_OF_LONGER: Final = (*_SOUNDS, ("c", "k"), ("f", "v"))
"""The same in names of at least ``_DOUBLED_FROM`` letters."""


class NearNames:
    """Names of one word.

    Args:
        values: What each name means, by its comparison key.
        common: Dictionary words that look like a misspelt name, as comparison keys.
        shortest: Letters of the shortest name that is found when it is misspelt.
    """

    def __init__(
        self, values: Mapping[str, str], common: Collection[str], shortest: int = _SHORTEST_NAME
    ) -> None:
        self._values = {name: value for name, value in values.items() if len(name) >= shortest}
        self._names = list(self._values)
        self._common = common

    def find(self, key: str, *, rare: bool = False) -> str | None:
        """Returns what the nearest name means, or None.

        One edit (insertion, deletion, substitution or transposition) is allowed for names of up to 7 letters,
        two for longer ones. A dictionary word is no misspelt name, and a name itself is none either.

        Args:
            key: The word.
            rare: Whether it is taken for a misspelt name although it is a dictionary word.
        """
        if key in self._values:
            return None
        if len(key) < _SHORTEST_WORD or (key in self._common and not rare) or not key.isalpha():
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 2 if len(key) >= _LONG_NAME - 1 else 1
        nearest = process.extract(
            key, self._names, scorer=OSA.distance, score_cutoff=allowed, limit=_MOST_COMPARED
        )
        for name, distance, _ in nearest:
            if distance <= (2 if len(name) >= _LONG_NAME else 1):
                return self._values[name]
        return None


def is_slip(key: str, meant: str, shortest: int = _SHORTEST_WORD) -> bool:
    """Returns whether a word is another one with a letter too much, too few, wrong or in a wrong place.

    Args:
        key: The word.
        meant: The other one.
        shortest: Letters that both have at least.
    """
    if min(len(key), len(meant)) < shortest or not key.isalpha():
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(key, meant, score_cutoff=1) <= 1


def transpositions(word: str) -> list[str]:
    """Returns a word with two neighbouring letters in each other's place, for every pair."""
    return [
        word[:index] + word[index + 1] + word[index] + word[index + 2 :] for index in range(len(word) - 1)
    ]


def sound_alikes(word: str) -> list[str]:
    """Returns a short word with a letter in the place of one that sounds like it, or with one doubled."""
    is_longer = len(word) >= _DOUBLED_FROM
    found = [word[:index] + letter + word[index:] for index, letter in enumerate(word) if is_longer]
    for one, other in _SOUNDS_OF_LONGER if is_longer else _SOUNDS:
        for letter, written in ((one, other), (other, one)):
            found += [word[:at] + written + word[at + 1 :] for at, char in enumerate(word) if char == letter]
    return [*found, word[:-1] + "i"] if is_longer and word.endswith("e") else found


def spelt_by_sound(word: str) -> list[str]:
    """Returns a name with letters in the place of others that sound like them: "netflicks", "tesler"."""
    parts = (("cks", "x"), ("ks", "x"), ("x", "cks"), ("x", "ks"), ("x", "cs"), ("ph", "f"), ("qu", "kw"))
    found = [word.replace(written, heard) for written, heard in parts if written in word]
    return [*found, f"{word[:-1]}er"] if word.endswith("a") else found
