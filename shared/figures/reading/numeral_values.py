"""The values that a number in digits may have: separators, scales, and what it is rounded to."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from shared.figures.reading.units import (
    CURRENCY_WORDS,
    LETTERS,
    SCALES,
    SYMBOLS,
)

SPACE: Final = r"[ \u00a0\u202f]?"
WRITTEN_SCALES: Final = [word for word in SCALES if len(word) > 1 or not word.isascii()]
CJK_SCALES: Final = "".join(word for word in WRITTEN_SCALES if len(word) == 1)
ONE_UNIT: Final = (
    r"(?:(?:every|each)(?:\s[a-z]+)?|per|a|on the|one|jede[mnr]?|je|pro|chaque|par|cada|por|ogni|per ogni)"
    r"\s(?:US[ -])?(?:dollar|euro|pound|franc|dólar|dollaro)\b"
)
EACH_UNIT: Final = re.compile(rf"\b{ONE_UNIT}", re.IGNORECASE)
_PIECE: Final = re.compile(rf"(\d[\d,]*(?:\.\d+)?){SPACE}([{CJK_SCALES}]{{0,2}})")
_ENGLISH_SCALES: Final = frozenset({"million", "billion", "trillion", "bn", "tn"})
"""Words before which a point is decimal and a comma is not: "1.682 billion", "2,345 million"."""
_COMMA_SCALES: Final = frozenset(
    {
        *("millionen", "mio", "milliarden", "mrd", "millones", "mil_millones", "mil millones", "billones"),
        *("milhões", "bilhões", "trilhões", "milioni", "miliardi"),
    }
)
"""Words before which a point stands between thousands: "6.600 millones"."""
NO_SCALE: Final = (1.0,)
_BLANK: Final = re.compile(r"[\s-]")
_SEPARATORS: Final = re.compile(r"['’ \u00a0\u202f]")
_NOT_DIGITS: Final = re.compile(r"\D")
_FEW_DECIMALS: Final = 2
_EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_GROUP: Final = 3
"""Digits between separators of thousands."""
_EXACT: Final = 1 + 1e-9
_MAX_ROUNDED: Final = 0.01
_MIN_ZEROS: Final = 3
"""Zeros at the end that tell that a number is rounded; one less before a scale: ``281.700 millones``."""
_MILLION: Final = 1e6
_MANY_DIGITS: Final = 4
"""Digits before a scale from which on one zero tells that a number is rounded: ``33 720 milliards``."""


class Reading(NamedTuple):
    """One way to understand a number.

    Attributes:
        value: Never negative; in percent for ``Unit.PERCENT`` and ``Unit.POINTS``.
        tolerance: Half a unit of the last digit that is written.
    """

    value: float
    tolerance: float


class NumeralParts(NamedTuple):
    """The groups of ``_NUMBER``, in their order."""

    sign: str | None
    before: str | None
    sign2: str | None
    digits: str
    more: str | None
    points: str | None
    percent: str | None
    basis: str | None
    hundredth: str | None
    pence: str | None
    scale: str | None
    letter: str | None
    after: str | None
    letter2: str | None
    multiple: str | None


_NO_DECIMALS: Final = "000"
_FIRST_WORD: Final = NumeralParts._fields.index("basis")
"""The first of the groups of what may tell a factor."""
_NO_WORDS: Final = (None,) * (len(NumeralParts._fields) - _FIRST_WORD)


def factors_of_word(scale: str) -> tuple[float, ...]:
    """Returns the factors that the word of a scale may mean."""
    word = _BLANK.sub("_", scale.lower())
    return SCALES.get(word) or LETTERS.get(word, NO_SCALE)


def currency_of_written(written: str) -> str:
    """Returns the currency of a sign, word or code that is written beside a number."""
    return (
        SYMBOLS.get(written)
        or CURRENCY_WORDS.get(re.sub(r"[\s\u00a0\u202f]", "_", written.lower()))
        or written.upper()
    )


def readings_of(parts: NumeralParts, text: str) -> tuple[Reading, ...]:
    """Returns how a number may be read."""
    digits, scale = parts.digits, parts.scale
    if parts.more:
        return (_composed(digits + parts.more + (scale or "")),)
    factors = _factors_of(parts, text)
    if digits.isdigit():
        return tuple([Reading(float(digits) * factor, tolerance_of(digits, 0, factor)) for factor in factors])
    ways = plain_digits(digits)
    if len(ways) == len(factors) == 1:
        # Most numbers can be read in one way alone.
        return (Reading(float(ways[0][0]) * factors[0], tolerance_of(*ways[0], factors[0])),)
    if scale in _ENGLISH_SCALES:
        ways = ways[:1] if "." in digits else ways[-1:]
    elif scale and "." in digits and scale.lower().rstrip(".") in _COMMA_SCALES:
        ways = ways[-1:]
    if (scale and not scale.isascii()) or ("," in digits and _EAST_ASIAN.search(text)):
        # Chinese, Japanese and Korean have no decimal comma: 2,180台.
        ways = ways[-1:] if "," in digits else ways[:1]
    return tuple(
        [
            Reading(float(plain) * factor, tolerance_of(plain, decimals, factor))
            for plain, decimals in ways
            for factor in factors
        ]
    )


def _factors_of(parts: NumeralParts, text: str) -> tuple[float, ...]:
    """Returns the factors that the words beside a number may mean."""
    if parts[_FIRST_WORD:] == _NO_WORDS:
        return NO_SCALE
    if parts.basis or (parts.hundredth and not EACH_UNIT.search(text)):
        return (0.01,)
    if parts.pence or (parts.after and currency_of_written(parts.after) == "GBX"):
        # In the facts prices are in pounds, or in pence.
        return (1.0, 0.01)
    if parts.letter2:
        return LETTERS[parts.letter2.lower()]
    scale = parts.scale or parts.letter
    return factors_of_word(scale) if scale else NO_SCALE


def _composed(written: str) -> Reading:
    """``33兆7218億`` and the like: the sum of its pieces, exact to the last digit that is not 0."""
    value, factor, digits = 0.0, 1.0, ""
    for digits, scale in _PIECE.findall(written):
        factor = factors_of_word(scale)[0] if scale else 1.0
        value += float(digits.replace(",", "")) * factor
    zeros = len(digits) - len(digits.rstrip("0"))
    return Reading(value, 0.5 * 10.0**zeros * factor * _EXACT)


def tolerance_of(digits: str, decimals: int, factor: float) -> float:
    """Returns half a unit of the last digit that counts; zeros at the end tell that a number is rounded."""
    last_digit = 0.5 * 10.0**-decimals * factor * _EXACT
    if decimals:
        return last_digit
    zeros = len(digits) - len(digits.rstrip("0"))
    least = _MIN_ZEROS if factor < _MILLION else 1 if len(digits) >= _MANY_DIGITS else _MIN_ZEROS - 1
    if factor == 1 and len(digits) > _MANY_DIGITS:
        # "Bitcoin at $77,900" is rounded to the hundred.
        least = _MIN_ZEROS - 1
    if zeros < least:
        return last_digit
    # "51,000,000 shares" is rounded to the million.
    return max(last_digit, min(0.5 * 10.0**zeros, _MAX_ROUNDED * float(digits)) * factor)


def significant_digits(digits: str) -> int:
    """Returns how many digits of a number are significant."""
    if digits.isdigit():
        return len(digits.strip("0")) or 1
    whole, _, rest = digits.partition(".")
    if whole.isdecimal() and rest.isdecimal() and len(rest) <= _FEW_DECIMALS:
        # Most others have a decimal point alone.
        return len((whole + rest).lstrip("0")) or 1
    bare = digits.replace(".", "").replace(",", "")
    bare = (bare if bare.isdecimal() else _NOT_DIGITS.sub("", bare)).lstrip("0")
    decimals = len(digits) - 1 - max(digits.rfind("."), digits.rfind(","))
    # "26.90" has four, "1,500" has two.
    return len(bare if 0 < decimals <= _FEW_DECIMALS else bare.rstrip("0")) or 1


def plain_digits(written: str) -> Sequence[tuple[str, int]]:
    """Returns digits with a decimal point or none, and how many follow it; both where that is ambiguous."""
    whole, point, rest = written.partition(".")
    if whole.isdigit() and (not point or (rest.isdigit() and (len(rest) != _GROUP or whole == "0"))):
        # Most numbers have no separator, or a decimal point alone.
        return ((written, len(rest)),)
    digits = _SEPARATORS.sub("", written)
    separators = [character for character in digits if character in ".,"]
    if not separators:
        return ((digits, 0),)
    last = separators[-1]
    whole, _, rest = digits.rpartition(last)
    several = separators.count(last) > 1
    ways: list[tuple[str, int]] = []
    # "11,000 jobs": eleven is not written with three decimals.
    is_whole = last == "," and rest == _NO_DECIMALS and len(whole) > 1
    if not several and not is_whole:
        ways.append((f"{re.sub('[.,]', '', whole) or '0'}.{rest}", len(rest)))
    if several or (len(set(separators)) == 1 and len(rest) == _GROUP and whole not in ("", "0")):
        ways.append((re.sub("[.,]", "", digits), 0))
    return ways
