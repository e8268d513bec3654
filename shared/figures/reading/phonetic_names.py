"""Names of companies that Japanese or Korean text spells as they sound: ``プロロジス`` for Prologis.

A name is compared by its consonants, of which those that the scripts cannot tell apart are one (`l` and `r`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from shared.figures.reading.lexicon import Mention

_SHORTEST: Final = 4
_SHORTEST_WORD: Final = 5
"""Sounds that tell a name, and as a single word in Korean, of which many are none of foreign origin."""
_WORDS: Final = 3
_KATAKANA: Final = re.compile("[ァ-ヺー]{2,}(?:[・＝=\\s]?[ァ-ヺー]{2,})*")
_PART: Final = re.compile("[ァ-ヺー]+")
_HANGUL: Final = re.compile("[가-힣]{2,}")
_PARTICLE: Final = re.compile(
    "(?:은|는|이|가|을|를|의|와|과|도|만|로|으로|에|에서|에게|보다|처럼|까지|부터|이나|나|라는|이라는|의)?"
    "(?:는|도|의)?"
)
"""Behind a name in Korean."""
_OF_KANA: Final = {
    **dict.fromkeys("カキクケコガギグゲゴヵヶ", "K"),
    **dict.fromkeys("サシスセソザジズゼゾチツヂヅ", "S"),
    **dict.fromkeys("タテトダデド", "T"),
    **dict.fromkeys("ナニヌネノン", "N"),
    **dict.fromkeys("ハヒフヘホバビブベボパピプペポヴ", "P"),
    **dict.fromkeys("マミムメモ", "M"),
    **dict.fromkeys("ラリルレロ", "R"),
}
_VOWELS_OF_KANA: Final = frozenset("アイウエオ")
_OF_JAMO: Final = {
    **dict.fromkeys(map(chr, (0x1100, 0x1101, 0x110F, 0x11A8, 0x11A9, 0x11BF)), "K"),
    **dict.fromkeys(map(chr, (0x1102, 0x11AB, 0x11BC)), "N"),
    **dict.fromkeys(map(chr, (0x1103, 0x1104, 0x1110, 0x11AE, 0x11C0)), "T"),
    **dict.fromkeys(map(chr, (0x1105, 0x11AF)), "R"),
    **dict.fromkeys(map(chr, (0x1106, 0x11B7)), "M"),
    **dict.fromkeys(map(chr, (0x1107, 0x1108, 0x1111, 0x1112, 0x11B8, 0x11C1)), "P"),
    **dict.fromkeys(map(chr, (0x1109, 0x110A, 0x110C, 0x110D, 0x110E, 0x11BA, 0x11BD, 0x11BE)), "S"),
}
_ENDS: Final = frozenset(letter for letter in _OF_JAMO if letter >= "\u11a8")
"""Letters at the end of a syllable."""
_FIRST_VOWEL: Final = "V"
_LATIN: Final = (
    (re.compile("['’]s\\b|[^a-z ]"), ""),
    (re.compile("tch|sch|sh|ch|th|dg(?=e)|c(?=[eiy])|g(?=[eiy])|[jzs]"), "S"),
    (re.compile("ph|[fvbp]|(?<![aeiou])h|(?<=\\b)h"), "P"),
    (re.compile("x"), "KS"),
    (re.compile("ck|[kgcq]"), "K"),
    (re.compile("[td]"), "T"),
    (re.compile("[lr]"), "R"),
    (re.compile("n"), "N"),
    (re.compile("m"), "M"),
    (re.compile("[hw]"), ""),
)
_CODA: Final = re.compile("(?<=[aeiouy])r(?![aeiouyr])")
"""An ``r`` that is not heard: ``エナジー`` for Energy."""
_VOWELS: Final = re.compile("[aeiouy]+")
_TWICE: Final = re.compile("([A-Z])\\1+")
_LATIN_NAME: Final = re.compile("[A-Za-z][A-Za-z'’&. -]{3,}")


class PhoneticNames:
    """The names of companies by how they sound.

    Args:
        names: Symbols by names.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def find(self, text: str) -> list[Mention]:
        """Returns the names in a text that spells them as they sound; of those at one place, the longest."""
        found: list[Mention] = []
        if text.isascii():
            return found
        for sounds, start, end in (*_in_katakana(text), *_in_hangul(text)):
            symbol = self._symbols.get(sounds)
            if symbol is not None and (not found or start >= found[-1].end):
                found.append(Mention(symbol, start, end))
        return found

    @cached_property
    def _symbols(self) -> Mapping[str, str]:
        """The symbols by the sounds of the names, which most texts do not need."""
        symbols: dict[str, str] = {}
        for name, symbol in self._names.items():
            if _LATIN_NAME.fullmatch(name) and not name.isupper():
                for sounds in sounds_of_latin(name):
                    symbols.setdefault(sounds, symbol)
        return symbols


def sounds_of_latin(name: str) -> frozenset[str]:
    """Returns the consonants of a name as they may be heard, with those before which a vowel stands first."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("-", " ")
    return frozenset(map(_sounds, (plain, _CODA.sub("", plain))))


def _sounds(plain: str) -> str:
    start = _FIRST_VOWEL if _VOWELS.match(plain) else ""
    for pattern, sound in _LATIN:
        plain = pattern.sub(sound, plain)
    words = (_TWICE.sub(r"\1", word) for word in plain.split())
    return start + _VOWELS.sub("", "".join(words))


def _in_katakana(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields runs of katakana and their parts, the longest first, with their sounds."""
    for run in _KATAKANA.finditer(text):
        spans = [part.span() for part in _PART.finditer(text, *run.span())]
        for first in range(len(spans)):
            for last in range(len(spans), first, -1):
                start, end = spans[first][0], spans[last - 1][1]
                sounds = _sounds_of_kana(text[start:end])
                if len(sounds) >= _SHORTEST:
                    yield sounds, start, end


def _sounds_of_kana(kana: str) -> str:
    start = _FIRST_VOWEL if kana[0] in _VOWELS_OF_KANA else ""
    return start + "".join(_OF_KANA.get(character, "") for character in kana)


def _in_hangul(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields words of hangul, some together and without their particles, with their sounds."""
    words = [word.span() for word in _HANGUL.finditer(text)]
    for first, (start, _) in enumerate(words):
        for last in range(min(first + _WORDS, len(words)) - 1, first - 1, -1):
            if any(words[one + 1][0] - words[one][1] > 1 for one in range(first, last)):
                continue
            shortest = _SHORTEST if last > first else _SHORTEST_WORD
            for sounds, end in _without_particles(text, start, *words[last]):
                if len(sounds) >= shortest:
                    yield sounds, start, end


def _without_particles(text: str, start: int, first: int, last: int) -> Iterator[tuple[str, int]]:
    for end in range(last, first + 1, -1):
        if _PARTICLE.fullmatch(text, end, last):
            yield _sounds_of_hangul(text[start:end]), end


def _sounds_of_hangul(hangul: str) -> str:
    jamo = unicodedata.normalize("NFD", hangul)
    start = _FIRST_VOWEL if jamo[0] == "\u110b" else ""
    heard: list[str] = []
    before = ""
    for letter in jamo:
        sound = _OF_JAMO.get(letter, "")
        # The end of a syllable and the beginning of the next one are one sound: 글로벌.
        if sound and not (before in _ENDS and _OF_JAMO[before] == sound and letter not in _ENDS):
            heard.append(sound)
        before = letter
    return start + "".join(heard)
