"""Words of names: how they are split, compared, and stripped of legal forms."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EAST_ASIAN: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々ー"
"""Kana, Han and Hangul, as a character class without brackets; names in them are found as substrings."""


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a text that lists them, separated by blanks."""
    return frozenset(text.split())


_WORD: Final = re.compile(rf"(?:(?![{EAST_ASIAN}])[^\W_])+(?:&(?:(?![{EAST_ASIAN}])[^\W_])+)*")
_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "ı": "i"})
"""Letters that Unicode does not decompose into a letter and an accent."""
_EAST_ASIAN_TEXT: Final = re.compile(rf"[{EAST_ASIAN}]")
_KGAA: Final = re.compile(r"kommanditgesellschaft auf aktien", re.IGNORECASE)
LEGAL_FORMS: Final = word_set(
    """
    incorporated inc corporation corp company co limited ltd plc llc ag se sa nv spa ab asa oyj group
    groep holding holdings platforms aktiengesellschaft publ adr
    """
)


@dataclass(frozen=True)
class Word:
    """One word of a text.

    Attributes:
        text: As written.
        key: For comparison: lower case, without accents.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    text: str
    key: str
    start: int
    end: int

    @property
    def is_capitalised(self) -> bool:
        """Returns whether one of its first two characters is a capital (``Apple``, ``eBay``)."""
        return any(character.isupper() for character in self.text[:2])

    @property
    def has_accents(self) -> bool:
        """Returns whether the comparison drops something of it."""
        return len(unicodedata.normalize("NFKD", self.text)) != len(self.text)


def words_of(text: str) -> list[Word]:
    """Returns the words outside East Asian scripts: letters and digits, joined by ``&`` (``AT&T``)."""
    return [
        Word(match[0], comparison_key(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)
    ]


def comparison_key(text: str) -> str:
    """Returns a text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_east_asian(text: str) -> bool:
    """Returns whether a text has kana, Han or Hangul characters."""
    return _EAST_ASIAN_TEXT.search(text) is not None


def name_key(name: str) -> tuple[str, ...]:
    """Returns the keys of a name's words, without ``The`` and legal forms: Nestlé S.A. is ``("nestle",)``."""
    keys = [word.key for word in words_of(_joined_initials(name))]
    if len(keys) > 1 and keys[0] == "the":
        keys = keys[1:]
    return tuple(_without_legal_forms(keys))


def _joined_initials(name: str) -> str:
    # S.A., N.V., p.l.c.: one word each.
    name = _KGAA.sub("KGaA", name)
    return re.sub(r"\b(\w)\.(?=\w\b\.?)", r"\1", name)


def _without_legal_forms(keys: Sequence[str]) -> Sequence[str]:
    if len(keys) > 2 and keys[-2] == "class":
        keys = keys[:-2]
    while len(keys) > 1 and keys[-1] in LEGAL_FORMS:
        keys = keys[:-1]
    return keys[:-1] if len(keys) > 1 and keys[-1] == "and" else keys
