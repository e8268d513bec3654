"""Words and phrases of a text: tokens, and the longest phrases of a table that occur in them.

Latin words are compared without case, accents and common endings; Chinese, Japanese and Korean text has one
token a character, so that no word segmentation is needed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff]+"
    r"|\d+(?:[.,]\d+)*"
    # "17.9× forward earnings"
    r"|(?<=\d)×(?=\s[A-Za-z])"
    r"|[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_PLAIN_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
"""Letters that are no others with an accent: Ørsted and Mærsk are written Orsted and Maersk, too."""
_ENDINGS: Final = ("en", "es", "e", "s")
_SHORTEST_STEM: Final = 4
_MAX_GAP: Final = 3
"""Characters between two words of one phrase: ``price (P/E)``, but not two clauses."""
_MAX_ACRONYM: Final = 5
_SHORTEST_LIST: Final = 4
"""Words of a phrase that may have a comma between them."""


class Token(NamedTuple):
    """A word or number of a text: its folded form, and where it is."""

    key: str
    start: int
    end: int


class Mention(NamedTuple):
    """A phrase of a table that occurs in a text: its meaning and its place."""

    value: str
    start: int
    end: int


class _Phrase(NamedTuple):
    keys: tuple[str, ...]
    value: str
    acronym: bool


class _Branch(NamedTuple):
    """The phrases that begin with one word: of that word alone, and longer ones by their second word."""

    alone: _Phrase | None
    longer: Mapping[str, Sequence[_Phrase]]


class Lexicon:
    """A table of phrases, searched for in token lists.

    Args:
        phrases: Pairs of a meaning and a phrase.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        known: dict[tuple[str, ...], _Phrase] = {}
        for value, phrase in phrases:
            keys = tuple(token.key for token in tokens(phrase))
            if not keys:
                continue
            earlier = known.get(keys)
            if earlier is None or (earlier.acronym and earlier.value == value):
                # "NIKE" is in capitals, or written Nike.
                known[keys] = _Phrase(keys, value, _is_acronym(phrase))
        branches: dict[str, tuple[list[_Phrase], dict[str, list[_Phrase]]]] = {}
        for keys, entry in sorted(known.items(), key=lambda pair: -len(pair[0])):
            alone, longer = branches.setdefault(keys[0], ([], {}))
            if len(keys) == 1:
                alone.append(entry)
            else:
                longer.setdefault(keys[1], []).append(entry)
        self._table = {
            key: _Branch(alone[0] if alone else None, longer) for key, (alone, longer) in branches.items()
        }

    def get(self, keys: tuple[str, ...]) -> str | None:
        """Returns the meaning of a phrase, by the keys of its words; None for an unknown one."""
        branch = self._table.get(keys[0])
        if branch is None or len(keys) == 1:
            return None if branch is None or branch.alone is None else branch.alone.value
        return next((one.value for one in branch.longer.get(keys[1], ()) if one.keys == keys), None)

    def find(self, text: str, words: Sequence[Token], places: Mapping[str, Sequence[int]]) -> list[Mention]:
        """Returns the phrases in a text without overlap; of those that begin at one word, the longest.

        Args:
            text: The text.
            words: Its tokens.
            places: The places of each folded form among them.
        """
        table, free, make = self._table, 0, tuple.__new__
        mentions: list[Mention] = []
        known = table.keys() & places.keys()
        if not known:
            return mentions
        last, is_ascii = len(words) - 1, text.isascii()
        for index in sorted(chain.from_iterable(map(places.__getitem__, known))):
            if index < free:
                continue
            key, start, _ = words[index]
            entry, longer = table[key]
            if longer and index < last and words[index + 1][0] in longer:
                for one in longer[words[index + 1][0]]:
                    if _occurs(one, text, words, index):
                        entry = one
                        break
            if entry is not None:
                keys, value, acronym = entry
                end = words[index + len(keys) - 1][2]
                if acronym and not _is_written(text, start, end):
                    continue
                if not is_ascii and _is_in_katakana(text, start, end):
                    continue
                free = index + len(keys)
                mentions.append(make(Mention, (value, start, end)))
        return mentions


def _is_in_katakana(text: str, start: int, end: int) -> bool:
    """Returns whether a place is within a longer word in katakana: ``メタ`` in ``ラインメタル``."""
    if not _is_katakana(text[start]) or not _is_katakana(text[end - 1]):
        return False
    return _is_katakana(text[start - 1 : start]) or _is_katakana(text[end : end + 1])


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "\u30fc"


def tokens(text: str) -> list[Token]:
    """Returns the words and numbers of a text in order."""
    # Much of the time of a check is spent here: a tuple is made without the constructor of its class.
    make = tuple.__new__
    return [make(Token, (fold(match[0]), match.start(), match.end())) for match in _TOKEN.finditer(text)]


def places_of(words: Sequence[Token]) -> dict[str, list[int]]:
    """Returns the places of each folded form among the tokens of a text."""
    places: dict[str, list[int]] = {}
    for place, (key, _, _) in enumerate(words):
        if key in places:
            places[key].append(place)
        else:
            places[key] = [place]
    return places


@lru_cache(maxsize=32_768)
def fold(word: str) -> str:
    """Returns a word without case, accents and a common ending: ``Umsätzen`` is ``umsatz``."""
    if word[-1] == "s" and word[:-1].isupper():
        # "RSIs"
        word = word[:-1]
    folded = "x" if word == "×" else word.casefold()
    if not folded.isascii() and folded[0] < "\u3000":
        folded = "".join(
            character
            for character in unicodedata.normalize("NFKD", folded)
            if not unicodedata.combining(character)
        ).translate(_PLAIN_LETTERS)
    if len(folded) > _SHORTEST_STEM:
        for ending in _ENDINGS:
            if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
                return folded[: -len(ending)]
    return folded


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a text that lists them, separated by blanks."""
    return frozenset(text.split())


def read_table(path: Path) -> tuple[tuple[str, str], ...]:
    """Reads a table of phrases: lines ``[value]``, then phrases separated by ``|``, and comments (``#``)."""
    pairs: list[tuple[str, str]] = []
    value = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            value = line.strip("[]")
        elif line and not line.startswith("#"):
            pairs += [(value, phrase.strip()) for phrase in line.split("|") if phrase.strip()]
    return tuple(pairs)


def _is_acronym(phrase: str) -> bool:
    return phrase.isupper() and phrase.isascii() and len(phrase) <= _MAX_ACRONYM


def _occurs(entry: _Phrase, text: str, words: Sequence[Token], index: int) -> bool:
    keys, _, acronym = entry
    if index + len(keys) > len(words):
        return False
    first = end = words[index][1]
    for place, key in enumerate(keys, index):
        found, start, next_end = words[place]
        if found != key:
            return False
        if place > index and text[end:start] != " " and _are_apart(text[end:start], len(keys)):
            return False
        end = next_end
    return not acronym or _is_written(text, first, end)


def _are_apart(gap: str, size: int) -> bool:
    """Returns whether two words are of no phrase of some words, by what stands between them.

    "58 analysts, mean target", "in cash: net debt of": two things; "selling, general and administrative
    costs" are one.
    """
    return len(gap) > _MAX_GAP or ";" in gap or (size < _SHORTEST_LIST and ("," in gap or ": " in gap))


def _is_written(text: str, start: int, end: int) -> bool:
    """Returns whether an acronym is in capitals."""
    return text[start:end].removesuffix("s").isupper()
