"""Numbers as people write them in prose, in several languages.

Thousands separators, decimal commas, currencies, ``%`` and scales (``3.7 trillion``, ``3,7 Bio.``) are read;
where writing is ambiguous (``1,234``), every reading is given. Citations, dates, durations, enumerations, the
parameters of indicators (``SMA 50``) and names (``S&P 500``) are no figures and are passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

_SCALES: Final[Mapping[tuple[float, ...], str]] = {
    (1e3,): "thousand tausend tsd. mille mil mila",
    (1e4,): "万 萬",
    (1e6,): "million millions mn mln mio. millionen millón millones milione milioni milhão milhões",
    (1e8,): "亿 億",
    (1e9,): (
        "billion bn mrd. milliarde milliarden milliard milliards miliardo miliardi mil_millones bilhão "
        "bilhões"
    ),
    (
        1e12,
    ): "trillion trillions tn trn bio. billionen billón billones bilione bilioni trilhão trilhões 万亿 兆",
    # In French these are a million millions.
    (1e9, 1e12): "billions",
}
_LETTERS: Final[Mapping[str, tuple[float, ...]]] = {"k": (1e3,), "m": (1e6,), "b": (1e9,), "t": (1e12,)}
_PERCENT: Final = (
    *("%", "％", "percent", "per_cent", "pct", "prozent", "pour_cent", "por_ciento", "per_cento"),
    *("percentage_points", "prozentpunkte"),
)
_BASIS_POINTS: Final = ("bp", "bps", "basis_points", "basispunkte")
_FACTORS: Final[Mapping[str, tuple[float, ...]]] = {
    **{word: factors for factors, words in _SCALES.items() for word in words.split()},
    **_LETTERS,
}
_CURRENCY: Final = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|HKD|INR|SEK|DKK|NOK|KRW|BRL)"
# What one character tells is looked at first, here and below: else each of the words is tried at each place.
_DURATION: Final = (
    r"(?=[a-z个小日天周週年])"
    r"(?:(?:trading[ -])?(?:days?|weeks?|months?|years?|hours?|minutes?|sessions?|quarters?|Tagen?|Tages?|"
    r"Wochen?|Monaten?|Monats?|Jahren?|Jahres?|Stunden?|Handelstagen?|jours?|semaines?|mois|ans|heures?|días?|semanas?|"
    r"mes(?:es)?|años?|giorni|settimane|mesi|anni|dias|anos)(?![A-Za-z])|(?:个月|小时|[日天周週年]))"
)
_MONTH: Final = (
    r"(?=[adefgjlmnos])"
    r"(?:Jan|Feb|Mär|Mar|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez|janv|févr|mars|avr|juin|juil|août|"
    r"ene|abr|ago|dic|gen|mag|giu|lug|set|ott)[a-zéû]*\.?"
)
_NO_FIGURES: Final = re.compile(
    r"[\[【]\d+(?:\s*[,;–-]\s*\d+)*[\]】]"
    r"|https?://\S+"
    r"|^[ \t>*-]*\d{1,2}[.)](?=\s)"
    r"|\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+Z?)?"
    r"|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d{2}(?!\d)"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
    rf"|(?<![A-Za-z])(?i:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s(?:19|20)\d{{2}})?)"
    rf"|(?i:(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?{_MONTH}(?![a-z])(?:,?\s(?:de\s)?(?:19|20)\d{{2}})?)"
    r"|\b(?:SMA|EMA|RSI|ATR|MACD|Bollinger(?:\sbands?)?)[ -]?\(?\d+(?:[/,]\s?\d+)*\)?"
    rf"|(?i:(?<![\d.,])\d++(?:\s?(?:-|–|to|bis|à|a)\s?\d++)?[ -]?(?:{_DURATION}))"
    r"|\b(?:Q[1-4]|H[12]|FY)[ -]?(?:(?:19|20)\d{2})?|\b\d{1,2}-[KQ]\b|\b401\(k\)|\b24/7\b|\b12/26(?:/9)?\b"
    r"|(?i:\b(?=[acdfinrstw])"
    r"(?:S&P|Nasdaq|Russell|Dow|DAX|FTSE|CAC|Nikkei|STOXX|Fortune|CSI|ASX|TSX|iPhone|Windows)[ -]\d+)"
    r"|(?<![$€£¥₹\w.,])(?:19|20)\d{2}s?(?![\w]|[.,]\d|\s?[%％$€£¥])"
    rf"(?!\s(?:{_CURRENCY}|percent|thousand|million|billion|trillion|times|shares|dollars|points))",
    re.MULTILINE | re.ASCII,
)


def _one_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    alternatives = "|".join(re.escape(word).replace("_", r"\s") for word in longest_first)
    beginnings = re.escape("".join(sorted({word[0] for word in longest_first})))
    return rf"(?=[{beginnings}])(?:{alternatives})"


_UNIT: Final = (
    rf"(?:\s?(?P<percent>{_one_of(_PERCENT)})|\s?(?P<basis>{_one_of(_BASIS_POINTS)})(?![A-Za-z])"
    rf"|\s?(?P<scale>{_one_of(word for word in _FACTORS if len(word) > 1 or not word.isascii())})(?![A-Za-z])"
    r"|(?P<letter>[KkMmBbT])(?![A-Za-z]))"
)
_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9_.,])(?<![A-Za-z]-)(?:[-+−]\s?)?(?:[A-Z]{{0,3}}[$€£¥₹]\s?|{_CURRENCY}\s?)?(?:[-+−])?"
    r"(?P<digits>\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
    rf"(?:{_UNIT})?(?:\s?(?:{_CURRENCY}(?![A-Za-z])|[€$£¥₹]))?",
    re.IGNORECASE,
)
_EXACT: Final = 1 + 1e-9
_MOST_ROUNDED: Final = 0.01


@dataclass(frozen=True)
class Reading:
    """One way to understand a number.

    Attributes:
        value: Never negative; in percent where ``percent`` says so.
        tolerance: Half a unit of the last digit that is written.
        percent: Whether it is in percent.
    """

    value: float
    tolerance: float
    percent: bool


@dataclass(frozen=True)
class Numeral:
    """A number as it is written: where, and how it may be read."""

    text: str
    start: int
    readings: tuple[Reading, ...]


def numerals(text: str, names: Iterable[str] = ()) -> Iterator[Numeral]:
    """The figures of a text, in its order.

    Args:
        text: Prose.
        names: Words with digits in them that are no figures, such as ``0700.HK``.
    """
    masked = _NO_FIGURES.sub(_blank, text)
    for name in names:
        if any(character.isdigit() for character in name):
            masked = masked.replace(name, " " * len(name))
    for match in _NUMBER.finditer(masked):
        yield Numeral(match[0].strip(), match.start(), tuple(_readings(match)))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _readings(match: re.Match[str]) -> Iterator[Reading]:
    scale = (match["scale"] or match["letter"] or "").lower()
    factors = _FACTORS.get(re.sub(r"\s", "_", scale), (1.0,))
    if match["basis"]:
        factors = (0.01,)
    percent = bool(match["percent"] or match["basis"])
    for (digits, decimals), factor in product(_plain(match["digits"]), factors):
        value = float(digits) * factor
        yield Reading(value, _tolerance(digits, decimals, factor), percent)


def _tolerance(digits: str, decimals: int, factor: float) -> float:
    last_digit = 0.5 * 10.0**-decimals * factor * _EXACT
    zeros = len(digits) - len(digits.rstrip("0")) if decimals == 0 else 0
    if zeros < 3:
        return last_digit
    # "51,000,000 shares" is rounded to the million.
    return max(last_digit, min(0.5 * 10.0**zeros, _MOST_ROUNDED * float(digits)) * factor)


def _plain(written: str) -> Iterator[tuple[str, int]]:
    """Digits with a decimal point or none, and how many follow it; both ways where that is ambiguous."""
    digits = re.sub(r"['’\u00a0\u202f]", "", written)
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
