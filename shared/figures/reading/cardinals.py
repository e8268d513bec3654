"""Cardinal numbers in words: ``three hundred and five``, ``dreihundertfünfzig``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from shared.figures.reading.lexicon import word_set
from shared.figures.reading.rare_pattern import RarePattern

UNIT_WORDS: Final[Mapping[str, float]] = {
    word: float(value)
    for value, words in {
        0: "zero null zéro cero",
        1: "one ein eine einen einem einer eins un une uno una",
        2: "two zwei deux dos",
        3: "three drei trois tres",
        4: "four vier quatre cuatro",
        5: "five fünf cinq cinco",
        6: "six sechs seis",
        7: "seven sieben sept siete",
        8: "eight acht huit ocho",
        9: "nine neun neuf nueve",
        10: "ten zehn dix diez",
        11: "eleven elf onze once",
        12: "twelve zwölf douze doce dozen dutzend docena",
        13: "thirteen dreizehn treize trece",
        14: "fourteen vierzehn quatorze catorce",
        15: "fifteen fünfzehn quinze quince",
        16: "sixteen sechzehn seize dieciséis",
        17: "seventeen siebzehn diecisiete",
        18: "eighteen achtzehn dieciocho",
        19: "nineteen neunzehn diecinueve",
        20: "twenty zwanzig vingt vingts veinte",
        21: "veintiuno veintiún",
        22: "veintidós",
        23: "veintitrés",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiséis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "thirty dreißig dreissig trente treinta",
        40: "forty vierzig quarante cuarenta",
        50: "fifty fünfzig cinquante cincuenta",
        60: "sixty sechzig soixante sesenta",
        70: "seventy siebzig setenta septante",
        80: "eighty achtzig ochenta",
        90: "ninety neunzig noventa nonante",
        200: "doscientos doscientas",
        300: "trescientos trescientas",
        400: "cuatrocientos cuatrocientas",
        500: "quinientos quinientas",
        600: "seiscientos seiscientas",
        700: "setecientos setecientas",
        800: "ochocientos ochocientas",
        900: "novecientos novecientas",
    }.items()
    for word in words.split()
}
SCALE_WORDS: Final[Mapping[str, float]] = {
    word: value
    for value, words in {
        1e2: "hundred hundert cent cents cien ciento",
        1e3: "thousand tausend mille mil",
        1e6: "million millionen millions millón millones",
        1e9: "billion milliarde milliarden milliard milliards",
        1e12: "trillion billionen billón billones",
    }.items()
    for word in words.split()
}
_ENGLISH: Final = word_set(
    """
    one two three four five seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    """
)
"""Numbers before "cents" that are no French hundreds: "five cents", but "six cents" may be 600."""
_GERMAN_ONES: Final = word_set(
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf fünfzehn zwanzig"
)
CENTS: Final = frozenset({"cent", "cents", "eurocents", "centimes", "céntimos", "centavos", "centesimi"})
JOINS: Final = frozenset({"and", "und", "et", "y"})
_DECIMAL_POINTS: Final = frozenset({"point", "komma", "virgule", "coma", "punto"})
PER_WORDS: Final = frozenset({"per", "pour", "por"})
HUNDREDTH: Final = frozenset({"cent", "ciento"})
_GERMAN: Final = RarePattern(
    r"(?:(?P<thousands>[a-zäöüß]+?)tausend)?(?:(?P<hundreds>ein|zwei|drei|vier|fünf|sechs|sieben|acht"
    r"|neun)?hundert)?(?:und)?"
    r"(?:(?P<ones>ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?(?P<rest>[a-zäöüß]+)?"
)
COMPOSING: Final = ("und", "tausend")
"""What German numbers of several words are composed with, also "hundert"."""


def cardinal(lower: Sequence[str], index: int) -> tuple[float, int]:
    """Returns the number that begins at a word, and how many words it has; 0 words where there is none."""
    total, group, place, last = 0.0, 0.0, index, index
    while place < len(lower):
        word = lower[place]
        if word in UNIT_WORDS:
            if word in ("vingt", "vingts") and group % 10 == 4 and lower[place - 1] == "quatre":
                group += 76
            else:
                group += UNIT_WORDS[word]
        elif word in _DECIMAL_POINTS and place > index and place + 1 < len(lower):
            decimals = "".join(f"{UNIT_WORDS[digit]:.0f}" for digit in _digits(lower, place + 1))
            if not decimals:
                break
            group += float(f"0.{decimals}")
            place += len(decimals)
        elif word in SCALE_WORDS:
            if place and _is_no_scale(word, lower[place - 1]):
                break
            total, group = _scaled(total, group, SCALE_WORDS[word])
        elif (compound := _german(word)) is not None:
            group += compound
        elif word in JOINS and place > index and place + 1 < len(lower) and _continues(lower, place):
            place += 1
            continue
        else:
            break
        last = place + 1
        place += 1
    return total + group, last - index


def _is_no_scale(word: str, before: str) -> bool:
    """Returns whether a word is no hundred: ``por ciento``, ``five cents``."""
    if word == "cent" and before in _GERMAN_ONES:
        # "vier Cent"
        return True
    return (word in HUNDREDTH and before in PER_WORDS) or (word in CENTS and before in _ENGLISH)


def _digits(lower: Sequence[str], place: int) -> Iterator[str]:
    while place < len(lower) and UNIT_WORDS.get(lower[place], 10.0) < 10:
        yield lower[place]
        place += 1


def _continues(lower: Sequence[str], place: int) -> bool:
    return (lower[place - 1] in SCALE_WORDS and lower[place + 1] in UNIT_WORDS) or (
        lower[place] == "y" and lower[place - 1] in UNIT_WORDS and lower[place + 1] in UNIT_WORDS
    )


def _scaled(total: float, group: float, scale: float) -> tuple[float, float]:
    if scale == 100:
        return total, (group or 1.0) * scale
    return total + (group or 1.0) * scale, 0.0


def is_german_compound(word: str) -> bool:
    """Tells whether a word is a composed German number: ``dreihundertfünfzig``."""
    return len(word) > 6 and any(part in word for part in COMPOSING) and _german(word) is not None


def _german(word: str) -> float | None:
    """``dreihundertfünfzig``; None for a word that is no number."""
    if word in UNIT_WORDS or not ("hundert" in word or "tausend" in word or "und" in word):
        return None
    match = _GERMAN.fullmatch(word)
    if match is None:
        return None
    value = 0.0
    if match["thousands"]:
        thousands = UNIT_WORDS.get(match["thousands"], _german(match["thousands"]))
        if thousands is None:
            return None
        value += thousands * 1000
    if "hundert" in word.rpartition("tausend")[2]:
        value += UNIT_WORDS[match["hundreds"] or "ein"] * 100
    if match["ones"]:
        value += UNIT_WORDS[match["ones"]]
    if match["rest"]:
        if match["rest"] not in UNIT_WORDS:
            return None
        value += UNIT_WORDS[match["rest"]]
    return value or None
