"""Numbers written in digits, with their unit, in the ways of several languages.

Thousands separators, decimal commas, currencies, ``%``, multiples, scales (``3.7 trillion``) and
composed numbers (``33兆7218億円``) are read. Where writing is ambiguous (``1,234``), every reading is given.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from shared.figures.reading.units import (
    BASIS_POINTS,
    CODES,
    CURRENCY_WORDS,
    HUNDREDTHS,
    LETTERS,
    MULTIPLES,
    PERCENT,
    POINTS,
    SCALES,
    SYMBOLS,
    Unit,
    one_of,
)

_END: Final = r"(?![A-Za-z\u00c0-\u024f])"
_SPACE: Final = r"[ \u00a0\u202f]?"
_CURRENCY_BEFORE: Final = rf"(?:(?P<before>(?-i:{one_of(SYMBOLS)})|(?-i:{one_of(CODES)}))[ \u00a0\u202f]?)"
_LETTER_APART: Final = (
    r"(?:[ \u00a0\u202f](?=[KMB](?:[ \u00a0\u202f]?[$€£]|[ \u00a0\u202f](?:USD|EUR|GBP|CHF)\b)))"
)
"""A blank before the letter of a scale that stands with a currency: ``826,90 M$``."""
WRITTEN_SCALES: Final = [word for word in SCALES if len(word) > 1 or not word.isascii()]
_CJK_SCALES: Final = "".join(word for word in WRITTEN_SCALES if len(word) == 1)
_DIGITS: Final = (
    r"(?:\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?"
    r"|\d{1,3}(?: \d{3})+(?:,\d+(?![\d.,]*\d)|(?![\d.,]*\d))"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
)
_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9_.,\u00c0-\u024f])(?P<sign>[-+−–]\s?)?{_CURRENCY_BEFORE}?(?P<sign2>[-+−])?"
    rf"(?P<digits>{_DIGITS})"
    rf"(?P<more>(?:{_SPACE}[{_CJK_SCALES}]{{1,2}}{_SPACE}\d[\d,]*(?:\.\d+)?)+"
    rf"(?=[{_CJK_SCALES}円元엔원ウドユ달유위美港韩韓欧歐英卢株股주개人名명台件店社]))?"
    rf"(?:{_SPACE}-?(?P<points>{one_of(POINTS)}){_END}|{_SPACE}-?(?P<percent>{one_of(PERCENT)})"
    rf"|{_SPACE}-?(?P<basis>{one_of(BASIS_POINTS)}){_END}"
    rf"|{_SPACE}(?P<hundredth>{one_of(HUNDREDTHS)}){_END}|(?P<pence>p)(?![A-Za-z\u00c0-\u024f0-9.]\w)"
    r"(?![A-Za-z])"
    rf"|(?:[ \u00a0\u202f-]?(?P<scale>{one_of(WRITTEN_SCALES)}){_END}"
    rf"|{_LETTER_APART}?(?P<letter>[KkMmBbTt]){_END})?"
    rf"(?:(?:{_SPACE}(?:de |d'|d’|di |von )?(?P<after>(?-i:{one_of(SYMBOLS)}(?!\d)|{one_of(CODES)}(?!\s?\d))"
    rf"|{one_of(CURRENCY_WORDS)}){_END}"
    rf"(?:(?P<letter2>bn|mn|tn|[kmbt]){_END})?"
    rf"|(?:{_SPACE}|(?<=\d)-)(?P<multiple>{one_of(MULTIPLES)}){_END}"
    # "$3.75 × 25.69" is a product.
    rf"(?!(?<=×){_SPACE}[$€£¥]?\d)(?!(?<=\sx)\s[$€£¥]?\d+\.\d)))?)",
    re.IGNORECASE,
)
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of writing without spaces between words, behind which a sign may stand."""
_MAX_BEFORE_DIGITS: Final = 8
"""Characters of a number before its first digit: a sign, a currency, blanks and a decimal point."""
_DIGIT: Final = re.compile(r"\d")
_MAX_DIGITS: Final = 30
"""Characters of the digits of a number; what is longer is no figure, and beyond what a float can be."""
_ONE_UNIT: Final = (
    r"(?:every|each|per|a|on the|one|jede[mnr]?|je|pro|chaque|par|cada|por|ogni|per ogni)\s(?:US[ -])?"
    r"(?:dollar|euro|pound|franc|dólar|dollaro)\b"
)
_EACH_UNIT: Final = re.compile(rf"\b{_ONE_UNIT}", re.IGNORECASE)
_FOR_EACH_UNIT: Final = re.compile(rf"\s(?:for|für|pour|por|per)\s{_ONE_UNIT}", re.IGNORECASE)
_EACH_HUNDRED: Final = re.compile(
    r"\b(?:of|von|sur|de|su)\s(?:every|each|je|chaque|cada|ogni)?\s?"
    r"(?:[$€£]\s?100\b|100\s?(?:[$€£]|dollars?|euros?))"
    r"(?=\s(?:of|in|an|de|di|en)\s"
    r"(?:sales|revenue|turnover|Umsatz|chiffre|ventes|ventas|ingresos|receita|ricavi))",
    re.IGNORECASE,
)
HUNDRED: Final = 100.0
_PIECE: Final = re.compile(rf"(\d[\d,]*(?:\.\d+)?){_SPACE}([{_CJK_SCALES}]{{0,2}})")
NO_SCALE: Final = (1.0,)
_BLANK: Final = re.compile(r"[\s-]")
_SEPARATORS: Final = re.compile(r"['’ \u00a0\u202f]")
_NOT_DIGITS: Final = re.compile(r"\D")
_FEW_DECIMALS: Final = re.compile(r"[.,]\d{1,2}$")
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


class Numeral(NamedTuple):
    """A number as it is written.

    Attributes:
        text: As it is written, with its unit.
        start: Its place in the text.
        end: The place after it.
        readings: How it may be read.
        unit: What is written beside it.
        currency: ISO 4217 code or a sign of several currencies; None without one.
        sign: -1 or 1 where a sign is written; 0 without one.
        digits: Number of significant digits.
        plain: Whether it consists of digits alone.
    """

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    unit: Unit = Unit.NONE
    currency: str | None = None
    sign: int = 0
    digits: int = 1
    plain: bool = False


class _NumeralParts(NamedTuple):
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


def numerals(text: str) -> Iterator[Numeral]:
    """Yields the numbers of a text in order.

    Args:
        text: Prose in which everything that is no figure has been blanked.
    """
    hundred = _EACH_HUNDRED.search(text) if "100" in text else None
    for match in _matches(text):
        numeral = _numeral(match, text)
        if hundred is None:
            yield numeral
        elif not hundred.start() <= numeral.start < hundred.end():
            yield _of_hundred(numeral)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yields what ``_NUMBER`` finds, which is tried only where a digit is not far."""
    place = 0
    while (digit := _DIGIT.search(text, place)) is not None:
        match = _NUMBER.search(text, max(place, digit.start() - _MAX_BEFORE_DIGITS))
        if match is None:
            return
        if len(match["digits"]) + len(match["more"] or "") <= _MAX_DIGITS:
            yield match
        place = match.end()


def _of_hundred(numeral: Numeral) -> Numeral:
    """``of every $100 of sales, $46.90 is …``: a number of percent."""
    is_share = numeral.unit is Unit.MONEY and numeral.readings[0].value <= HUNDRED
    return numeral._replace(unit=Unit.PERCENT, currency=None) if is_share else numeral


def factors_of_word(scale: str) -> tuple[float, ...]:
    """Returns the factors that the word of a scale may mean."""
    word = _BLANK.sub("_", scale.lower())
    return SCALES.get(word) or LETTERS.get(word, NO_SCALE)


def _numeral(match: re.Match[str], text: str) -> Numeral:
    parts = _NumeralParts._make(match.groups())
    digits, currency = parts.digits, parts.before or parts.after
    sign, start = _sign(match, text) if parts.sign or parts.sign2 else (0, match.start())
    currency = _currency(currency) if currency else "GBX" if parts.pence else None
    unit = _unit(parts, currency, text, match.end())
    written = text[start : match.end()].rstrip()
    return Numeral(
        written, start, start + len(written), _readings(parts, text), unit, currency, sign,
        _significant(digits + parts.more if parts.more else digits),
        unit is Unit.NONE and not (parts.scale or parts.letter or sign) and digits.isdigit(),
    )  # fmt: skip


def _sign(match: re.Match[str], text: str) -> tuple[int, int]:
    """Returns sign and begin of a number; a dash after a number or at the start of a line is no sign."""
    start, written = match.start(), match["sign"] or ""
    if written and _is_dash(written, text, start):
        start, written = start + len(written), ""
    signs = (written + (match["sign2"] or "")).strip()
    return (0 if not signs else 1 if signs == "+" else -1), start


def _is_dash(written: str, text: str, start: int) -> bool:
    before = text[:start].rstrip(" \u00a0")[-1:]
    spaced, beside = written != written.strip(), text[start - 1 : start] != " "
    if before in ("", "\n"):
        return spaced
    if written.strip() == "+" or (written.strip() == "−" and not before.isdigit()):
        return False
    if before.isalnum() and not _UNSPACED.match(before):
        return written.strip() == "–" or beside or spaced
    return before in ("%", "$", "€", ")", "*") and (beside or spaced)


def currency_of_word(word: str) -> str | None:
    """Returns the currency that a word names: an ISO 4217 code or a sign; None for another word."""
    return CURRENCY_WORDS.get(word)


def _currency(written: str) -> str:
    return (
        SYMBOLS.get(written)
        or CURRENCY_WORDS.get(re.sub(r"[\s\u00a0\u202f]", "_", written.lower()))
        or written.upper()
    )


def _unit(parts: _NumeralParts, currency: str | None, text: str, end: int) -> Unit:
    if parts.hundredth:
        # "27 cents of each dollar"
        return Unit.PERCENT if _EACH_UNIT.search(text) else Unit.MONEY
    if currency:
        # "paying $8.90 for every dollar of sales"
        return Unit.MULTIPLE if _FOR_EACH_UNIT.match(text, end) else Unit.MONEY
    if parts.percent:
        return Unit.PERCENT
    if parts.multiple:
        return Unit.MULTIPLE
    return Unit.POINTS if parts.points or parts.basis else Unit.NONE


def _readings(parts: _NumeralParts, text: str) -> tuple[Reading, ...]:
    digits, scale = parts.digits, parts.scale
    if parts.more:
        return (_composed(digits + parts.more + (scale or "")),)
    factors = _factors_of(parts, text)
    if digits.isdigit():
        return tuple([Reading(float(digits) * factor, tolerance_of(digits, 0, factor)) for factor in factors])
    ways = tuple(plain_digits(digits))
    if scale and not scale.isascii():
        # Chinese, Japanese and Korean have no decimal comma.
        ways = ways[-1:] if "," in digits else ways[:1]
    return tuple(
        [
            Reading(float(plain) * factor, tolerance_of(plain, decimals, factor))
            for plain, decimals in ways
            for factor in factors
        ]
    )


def _factors_of(parts: _NumeralParts, text: str) -> tuple[float, ...]:
    """Returns the factors that the words beside a number may mean."""
    if parts.basis or (parts.hundredth and not _EACH_UNIT.search(text)):
        return (0.01,)
    if parts.pence or (parts.after and _currency(parts.after) == "GBX"):
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
    zeros = len(digits) - len(digits.rstrip("0")) if decimals == 0 else 0
    least = _MIN_ZEROS if factor < _MILLION else 1 if len(digits) >= _MANY_DIGITS else _MIN_ZEROS - 1
    if factor == 1 and len(digits) > _MANY_DIGITS:
        # "Bitcoin at $77,900" is rounded to the hundred.
        least = _MIN_ZEROS - 1
    if zeros < least:
        return last_digit
    # "51,000,000 shares" is rounded to the million.
    return max(last_digit, min(0.5 * 10.0**zeros, _MAX_ROUNDED * float(digits)) * factor)


def _significant(digits: str) -> int:
    if digits.isdigit():
        return len(digits.strip("0")) or 1
    bare = digits.replace(".", "").replace(",", "")
    bare = (bare if bare.isdecimal() else _NOT_DIGITS.sub("", bare)).lstrip("0")
    return len(bare if _FEW_DECIMALS.search(digits) else bare.rstrip("0")) or 1


def plain_digits(written: str) -> Iterator[tuple[str, int]]:
    """Yields digits with a decimal point or none, and how many follow it; both where that is ambiguous."""
    whole, point, rest = written.partition(".")
    if whole.isdigit() and (not point or (rest.isdigit() and (len(rest) != _GROUP or whole == "0"))):
        # Most numbers have no separator, or a decimal point alone.
        yield written, len(rest)
        return
    digits = _SEPARATORS.sub("", written)
    separators = [character for character in digits if character in ".,"]
    if not separators:
        yield digits, 0
        return
    last = separators[-1]
    whole, _, rest = digits.rpartition(last)
    several = separators.count(last) > 1
    if not several:
        yield f"{re.sub('[.,]', '', whole) or '0'}.{rest}", len(rest)
    if several or (len(set(separators)) == 1 and len(rest) == 3 and whole not in ("", "0")):
        yield re.sub("[.,]", "", digits), 0
