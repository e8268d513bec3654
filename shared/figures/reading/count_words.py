"""Words for small counts, from one to twelve."""

from collections.abc import Mapping
from typing import Final

COUNT_WORDS: Final[Mapping[str, int]] = {
    word: count
    for count, words in enumerate(
        (
            "one eine un una uma",
            "two zwei deux dos dois duas due",
            "three drei trois tres três tre",
            "four vier quatre cuatro quatro quattro",
            "five fünf cinq cinco cinque",
            "six sechs seis sei",
            "seven sieben sept siete sete sette",
            "eight acht huit ocho oito otto",
            "nine neun neuf nueve nove",
            "ten zehn dix diez dez dieci",
            "eleven elf onze once undici",
            "twelve zwölf douze doce doze dodici",
        ),
        start=1,
    )
    for word in words.split()
}
"""A count beside what is counted, in English, German, French, Spanish, Portuguese and Italian."""


def count_of(written: str) -> int:
    """Returns a count in digits or in one of the words."""
    return int(written) if written.isdigit() else COUNT_WORDS[written.lower()]
