"""Cleans third-party text (names, headlines, model output) for display."""

import re
import unicodedata
from typing import Final

_MAX_UNBROKEN: Final = 30
"""Characters without a place to break a line that fit into any column."""
_UNBROKEN: Final = re.compile(rf"\S{{{_MAX_UNBROKEN + 1},}}")
_BLANK_LINE: Final = re.compile(r"\n\s*\n")
_ZERO_WIDTH_SPACE: Final = "\u200b"
_UNBROKEN_SPACES: Final = "\u00a0\u202f"
"""As in ``12 %`` and ``12 345`` of some languages."""
_WITHOUT_UNBROKEN_SPACES: Final = str.maketrans("", "", _UNBROKEN_SPACES)
_SPACES: Final = re.compile(rf"[^\S{_UNBROKEN_SPACES}]+")
_MARKS: Final = frozenset({"Mn", "Mc", "Me", "Cf"})


_MARKS_OF_LINES: Final = re.compile(r"(?m)^[ \t]*(?:#{1,6}|>|[-*+•])[ \t]+")
_PAIRS: Final = re.compile(r"(\*\*|__|`|(?<![\w*])\*(?=\S))(?P<inside>[^\n*`]+?)\1(?![\w*])")
_LINK: Final = re.compile(r"!?\[(?P<words>\[[\d, ]+\]|[^\]\n]+)\]\(\w+:[^)\s]*\)")
_CITED: Final = re.compile(r"[\d, ]+")


def without_markdown(text: str) -> str:
    """Returns prose of a model without the marks of Markdown, which its prompt excludes.

    Headings, quotes and items of a list become paragraphs; words of links and emphasis stay. So do citations,
    also those that are links.
    """
    plain = _LINK.sub(_words, _MARKS_OF_LINES.sub("\n", text))
    for _ in range(2):
        plain = _PAIRS.sub(r"\g<inside>", plain)
    return text if plain == text else _BLANK_LINE.sub("\n\n", plain).strip()


def _words(link: re.Match[str]) -> str:
    words = link["words"]
    return f"[{words}]" if _CITED.fullmatch(words) else words


def one_line(text: str) -> str:
    """Returns the text on one line without control characters.

    Characters that change the direction of writing are removed too: left open in a name they would
    reverse the text after it. Spaces that do not break stay: they hold figures and their units together.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        # Most texts: the only space that they can have is the ordinary one.
        return text.strip()
    plain = text.translate(_WITHOUT_UNBROKEN_SPACES)
    shown = text if plain.isprintable() else "".join(map(_shown, text))
    return " ".join(shown.split()) if plain == text else _SPACES.sub(" ", shown).strip()


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of prose, separated by blank lines; each on one line."""
    return [line for part in _BLANK_LINE.split(text) if (line := one_line(part))]


def shortened(text: str, longest: int) -> str:
    """Returns at most ``longest`` characters; a longer text ends with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def breakable(text: str) -> str:
    """Returns the text with zero-width spaces in words that are too long for a column."""
    return _UNBROKEN.sub(lambda match: _with_breaks(match[0]), text)


def _shown(character: str) -> str:
    if character in _UNBROKEN_SPACES:
        return character
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in {"Cc", "Cs", "Co", "Cn"}:
        return ""
    # Explicit directional embeddings, overrides and isolates (Unicode Standard Annex 9).
    return "" if "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" else character


def _with_breaks(word: str) -> str:
    pieces, length = [], 0
    for character in word:
        # Never between a letter and its mark.
        if length >= _MAX_UNBROKEN and unicodedata.category(character) not in _MARKS:
            pieces.append(_ZERO_WIDTH_SPACE)
            length = 0
        pieces.append(character)
        length += 1
    return "".join(pieces)
