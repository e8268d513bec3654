"""Reads the scale of a table out of its titles: ``in DKK billions``, ``(Mrd. Franken)``, ``$M``."""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Final

from shared.figures.reading.lexicon import tokens
from shared.figures.reading.number_words import number_words
from shared.figures.reading.numerals import numerals
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.units import CODES, CURRENCY_WORDS, LETTERS, SCALES, SYMBOLS, one_of

_BEFORE: Final = 24
"""Characters before a scale in which its number would stand: ``three million``."""
_IN_TITLES: Final[Mapping[str, float]] = {
    **dict.fromkeys(("tsd", "milliers", "miles", "migliaia", "milhares"), 1e3),
    **dict.fromkeys(("mio", "mill", "m"), 1e6),
    **dict.fromkeys(("mrd", "md", "10億", "십억", "miles_de_millones"), 1e9),
    "lakh_crore": 1e12,
}
"""Words and abbreviations that numbers have in another form or not at all."""
_FACTORS: Final[Mapping[str, float]] = {
    **{word: factors[0] for word, factors in chain(SCALES.items(), LETTERS.items())},
    **_IN_TITLES,
}
_BESIDE_CURRENCIES: Final = frozenset({"b", "k", "t", "bi", "mi", "tri", "m", "mil"})
"""What is no scale alone: ``Brand (B)``."""
_SIGN: Final = one_of(sign for sign in SYMBOLS if not sign.isalpha())
_CURRENCY: Final = (
    rf"(?:{one_of([*SYMBOLS, *CODES])}|(?i:{one_of([*CURRENCY_WORDS, 'usd', 'eur', 'gbp', 'jpy', 'chf'])}))"
)
_IN: Final = (
    r"(?:(?<![^\W_])(?i:in|en|em|dollars|amounts|figures|shares)\s|(?:单位|單位|単位|단위)\s?)[:：]?\s?[(（]?"
)
_OF: Final = r"\s?(?:(?:of|de|di)\s|d['’])?(?:[A-Z][A-Za-z]+[\s-]|[\u4e00-\u9fff]{2}(?=克朗))?"
_SCALE: Final = RarePattern(
    rf"(?P<lead>{_IN}|^\s*|[(（\[,:：]\s?)?(?P<before>(?<![^\W_]){_CURRENCY}\s?)?"
    rf"(?(before)|(?<![^\W_]))(?P<word>(?i:{one_of(_FACTORS)}))\.?"
    rf"(?P<after>{_OF}(?:{_SIGN}|(?<![A-Za-z]){_CURRENCY}))?(?![^\W_])(?P<end>\s?(?:$|[)）\]\[,:：]))?"
)
_THOUSANDS: Final = re.compile(r"[(]\s?000s?\s?[)]|[$€£]000")


def scale_of(text: str) -> float | None:
    """Returns the factor that a title states (``in millions``, ``$bn``); None without one."""
    for match in _SCALE.finditer(text):
        word = match["word"].lower().replace(" ", "_").replace("-", "_")
        if _is_scale(match, word) and not _is_counted(text, match):
            return _FACTORS.get(word) or _FACTORS.get(f"{word}.")
    return 1e3 if _THOUSANDS.search(text) else None


def _is_scale(match: re.Match[str], word: str) -> bool:
    lead = (match["lead"] or "").strip()
    if match["before"] or match["after"]:
        return True
    if word in _BESIDE_CURRENCIES:
        # "(m)" has a scale, and "M" as in "M & A" has none.
        return word == "m" and lead in {"(", "[", "in"} and match["end"] is not None
    # "in millions", "(Mrd.)", "Umsatz, Mrd."; prose has commas before "millions of users".
    return lead.casefold() not in {"", ",", ":", "："} if match["end"] is None else match["lead"] is not None


def _is_counted(text: str, match: re.Match[str]) -> bool:
    """Returns whether a number stands before the word, which is its scale then."""
    start = match.start("word")
    if match["word"][0].isdigit():
        return False
    near = text[max(0, start - _BEFORE) : match.end("word")]
    place = start - (match.end("word") - len(near))
    told = (one.numeral for one in number_words(near, tokens(near)))
    return any(one.start < place < one.end for one in chain(numerals(near), told))
