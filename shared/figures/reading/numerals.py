"""Numbers written in digits, with their unit, in the ways of several languages.

Thousands separators, decimal commas, currencies, ``%``, multiples, scales (``3.7 trillion``) and
composed numbers (``33兆7218億円``) are read. Where writing is ambiguous (``1,234``), every reading is given.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from shared.figures.reading.numeral_values import (
    CJK_SCALES,
    EACH_UNIT,
    ONE_UNIT,
    SPACE,
    WRITTEN_SCALES,
    NumeralParts,
    Reading,
    currency_of_written,
    readings_of,
    significant_digits,
)
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.units import (
    BASIS_POINTS,
    CODES,
    CURRENCY_WORDS,
    HUNDREDTHS,
    MULTIPLES,
    PERCENT,
    POINTS,
    SYMBOLS,
    Unit,
    one_of,
)

_END: Final = r"(?![A-Za-z\u00c0-\u024f])"
_CURRENCY_BEFORE: Final = rf"(?:(?P<before>(?-i:{one_of(SYMBOLS)})|(?-i:{one_of(CODES)}))[ \u00a0\u202f]?)"
_LETTER_APART: Final = (
    r"(?:[ \u00a0\u202f](?=[KMB](?:[ \u00a0\u202f]?[$€£]|[ \u00a0\u202f](?:USD|EUR|GBP|CHF)\b)))"
)
"""A blank before the letter of a scale that stands with a currency: ``826,90 M$``."""
_DIGITS: Final = (
    r"(?:\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?"
    r"|\d{1,3}(?: \d{3})+(?:,\d+(?![\d.,]*\d)|(?![\d.,]*\d))"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
)
_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9_.,\u00c0-\u024f])(?P<sign>[-+−–]\s?)?{_CURRENCY_BEFORE}?(?P<sign2>[-+−])?"
    rf"(?P<digits>{_DIGITS})"
    rf"(?P<more>(?:{SPACE}[{CJK_SCALES}]{{1,2}}{SPACE}\d[\d,]*(?:\.\d+)?)+"
    rf"(?=[{CJK_SCALES}円元엔원ウドユ달유위美港韩韓欧歐英卢株股주개人名명台件店社대개장건회辆輛部户戶只枚本頭]))?"
    rf"(?:{SPACE}-?(?P<points>{one_of(POINTS)}){_END}|{SPACE}-?(?P<percent>{one_of(PERCENT)})"
    rf"|{SPACE}-?(?P<basis>{one_of(BASIS_POINTS)}){_END}"
    rf"|{SPACE}-?(?P<hundredth>{one_of(HUNDREDTHS)}){_END}|(?P<pence>p)(?![A-Za-z\u00c0-\u024f0-9.]\w)"
    r"(?![A-Za-z])"
    rf"|(?:[ \u00a0\u202f-]?(?P<scale>{one_of(WRITTEN_SCALES)}){_END}"
    rf"|{_LETTER_APART}?(?P<letter>[KkMmBbTt]){_END})?"
    rf"(?:(?:{SPACE}(?:de |d'|d’|di |von )?(?P<after>(?-i:{one_of(SYMBOLS)}(?!\d)|{one_of(CODES)}(?!\s?\d))"
    rf"|{one_of(CURRENCY_WORDS)}){_END}"
    rf"(?:(?P<letter2>bn|mn|tn|[kmbt]){_END})?"
    rf"|(?:{SPACE}|(?<=\d)-)(?P<multiple>{one_of(MULTIPLES)}){_END}"
    # "$3.75 × 25.69" is a product.
    rf"(?!(?<=×){SPACE}[$€£¥]?\d)(?!(?<=\sx)\s[$€£¥]?\d+\.\d)))?)",
    re.IGNORECASE,
)
_UNSPACED: Final = RarePattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of writing without spaces between words, behind which a sign may stand."""
_BULLET: Final = re.compile(r"(?:^|\n)\s*[-*•]$")
"""What a line of a list begins with; names behind it are taken out before numbers are read."""
_MAX_BEFORE_DIGITS: Final = 8
"""How many characters of a number stand before its first digit."""
_BEFORE_DIGITS: Final = frozenset("-+−–. \u00a0\u202f").union(*SYMBOLS, *CODES)
"""Which ones: those of a sign, a currency, blanks and a decimal point."""
_DIGIT: Final = re.compile(r"\d")
_MAX_DIGITS: Final = 30
"""Characters of the digits of a number; what is longer is no figure, and beyond what a float can be."""
_FOR_EACH_UNIT: Final = re.compile(rf"\s(?:for|für|pour|por|per)\s{ONE_UNIT}", re.IGNORECASE)
_EACH_HUNDRED: Final = RarePattern(
    r"\b(?:of|for|von|auf|sur|pour|de|por|a|su|di|per)\s(?:every|each|je|chaque|cada|ogni)?\s?"
    r"(?:[$€£]\s?100\b|100\s?(?:[$€£]|dollars?|euros?))"
    r"(?=\s(?:(?:of|in|an|de|di|en)\s)?"
    r"(?:sales|revenue|turnover|Umsatz|chiffre|ventes|encaiss|ventas|ingresos|facturad|receita|faturad|ricavi|fatturat))",
    re.IGNORECASE,
)
HUNDRED: Final = 100.0


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
    """Yields what ``_NUMBER`` finds, which is tried only where a digit and what may stand before it are."""
    place = 0
    while (digit := _DIGIT.search(text, place)) is not None:
        start = first = digit.start()
        least = max(place, first - _MAX_BEFORE_DIGITS)
        while start > least and (text[start - 1] in _BEFORE_DIGITS or text[start - 1].isspace()):
            start -= 1
        match = _NUMBER.search(text, start)
        if match is None:
            return
        is_short = match.end() - match.start() <= _MAX_DIGITS
        if is_short or len(match["digits"]) + len(match["more"] or "") <= _MAX_DIGITS:
            yield match
        place = match.end()


def _of_hundred(numeral: Numeral) -> Numeral:
    """``of every $100 of sales, $46.90 is …``, ``…, 46.9 is …``: a number of percent."""
    is_bare = numeral.unit is Unit.NONE and not numeral.text.isdigit()
    is_share = (numeral.unit is Unit.MONEY or is_bare) and numeral.readings[0].value <= HUNDRED
    return numeral._replace(unit=Unit.PERCENT, currency=None) if is_share else numeral


def _numeral(match: re.Match[str], text: str) -> Numeral:
    parts = NumeralParts._make(match.groups())
    digits, currency = parts.digits, parts.before or parts.after
    sign, start = _sign(match, text) if parts.sign or parts.sign2 else (0, match.start())
    currency = currency_of_written(currency) if currency else "GBX" if parts.pence else None
    unit = _unit(parts, currency, text, match.end())
    written = text[start : match.end()].rstrip()
    return Numeral(
        written, start, start + len(written), readings_of(parts, text), unit, currency, sign,
        significant_digits(digits + parts.more if parts.more else digits),
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
    head = text[:start].rstrip(" \u00a0")
    before = head[-1:]
    spaced, beside = written != written.strip(), text[start - 1 : start] != " "
    if before in ("", "\n") or _BULLET.search(head):
        return spaced
    if spaced and written[0] in "-–" and start - len(head) > 1:
        # "2025 – $5.2 billion", where the year has been blanked
        return True
    if written.strip() == "+" or (written.strip() == "−" and not before.isdigit()):
        return False
    if before.isalnum() and not _UNSPACED.match(before):
        # "The MACD of –1.86" has a sign, "2024 –2026" has none.
        return (written.strip() == "–" and before.isdigit()) or beside or spaced
    # "주당순이익 - 1.85달러" is a label and its value.
    is_apart = spaced and not beside and before.isalnum()
    return is_apart or (before in ("%", "$", "€", ")", "*") and (beside or spaced))


def currency_of_word(word: str) -> str | None:
    """Returns the currency that a word names: an ISO 4217 code or a sign; None for another word."""
    return CURRENCY_WORDS.get(word)


def _unit(parts: NumeralParts, currency: str | None, text: str, end: int) -> Unit:
    if parts.hundredth:
        # "27 cents of each dollar"
        return Unit.PERCENT if EACH_UNIT.search(text) else Unit.MONEY
    if currency:
        # "paying $8.90 for every dollar of sales"
        return Unit.MULTIPLE if _FOR_EACH_UNIT.match(text, end) else Unit.MONEY
    if parts.percent:
        return Unit.PERCENT
    if parts.multiple:
        return Unit.MULTIPLE
    return Unit.POINTS if parts.points or parts.basis else Unit.NONE
