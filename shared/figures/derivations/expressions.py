"""Arithmetic expressions in a text: ``(44.1 - 56.7) / 56.7``, and the numbers that follow from them."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.numeral_values import Reading, plain_digits
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.units import Unit

_EXPRESSION: Final = RarePattern(
    r"(?<![\w.])[(\[\s$€£¥–−-]*\d[\d.,]*\s?%?(?:\s?(?:million|billion"
    r"|thousand|trillion|bn|mn))?[)\]\s]*(?:[-+−–*/×÷x‰]\s*[(\[\s$€£¥−-]*\d[\d.,]*\s?%?(?:\s?(?:million|billion"
    r"|thousand|trillion|bn|mn))?[)\]\s]*)+"
)
_CALCULATION: Final = re.compile(r"(?:[\d%)\]]|illion|bn)\s*[-+−–*/×÷x‰]\s*[(\[$€£¥]*[-−]?\d")
_DASHES: Final = re.compile(r"(?<=[\d%])–(?=[$€£¥]?\d)")
_HYPHENS: Final = re.compile(r"(?<=[\d%])[-–](?=[$€£¥]?\d)")
"""Between the ends of a range: ``1–2%``; where something is computed, a hyphen may be a minus."""
_COMPUTES: Final = re.compile(r"[=/]|\b(?:comput|calculat|berechn|errechn|calcul|calcol)", re.IGNORECASE)
_WIDE: Final = re.compile(r"\bwid(?:e|th)\b|\bbreit\b|\blarge\b|\bancho\b|\blargo\b|\bampi[oa]\b")
"""Words for the width of a range, which is a difference."""
_IN_WORDS: Final = RarePattern(
    r"\b(?:times|divid\w+|multipl\w+|geteilt|mal|fois|divis[éo]|veces|vezes|volte)\b|\bover\s[$€£¥]?\d|%\s(?:of|von|de|du|del|di|do)\b",
    re.IGNORECASE,
)
_NUMBER: Final = r"\d[\d.,]*(?:\s?(?:million|billion|thousand|trillion|bn|mn)\b)?"
_WORDS_BETWEEN: Final = r"(?:(?:[^\W\d_]+[\s-]){0,3}?)"
_BEHIND_OPERATOR: Final = (
    r"(?:(?!(?:and|or|but|for|from|to|at|vs|against|versus|und|oder|gegen|für|bei|et|ou|pour|contre|à|y|o|para|a|por|e"
    r"|contra|per|contro)\s)(?-i:[a-zß-ÿ]+)\s){0,4}?(?=[$€£¥]?\d)"
)
"""Words for the second number, none of which begins something else: ``times a book value of $8.05``."""
_TIMES: Final = re.compile(
    rf"(?<=\d)\s?(?:million|billion|bn)?(?P<operator>\s{_WORDS_BETWEEN}(?:times|mal|fois|veces|vezes|volte)\s{_BEHIND_OPERATOR})",
    re.IGNORECASE,
)
_DIVIDED: Final = re.compile(
    r"(?<=\d)\s?(?:million|billion|trillion|bn)?"
    rf"(?P<operator>\s{_WORDS_BETWEEN}(?:divided by|over(?=\s[$€£¥])|geteilt durch|dividiert durch|divisé par"
    rf"|dividido (?:por|entre)|diviso(?: per)?)\s{_BEHIND_OPERATOR})",
    re.IGNORECASE,
)
_DIVIDING: Final = re.compile(
    rf"\b(?P<verb>divid|multipl)\w+\s[$€£¥]?{_NUMBER}(?P<operator>\s{_WORDS_BETWEEN}by\s{_BEHIND_OPERATOR})",
    re.IGNORECASE,
)
_PART_OF: Final = re.compile(
    rf"(?<=\d)(?P<operator>\s?%\s(?:of|von|des|der|de|du|del|di|do)\s{_BEHIND_OPERATOR})", re.IGNORECASE
)
_SHARE_OF: Final = "‰"
_SCALES: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "mn": 1e6}
_SCALE: Final = rf"\s?(?:{'|'.join(_SCALES)})\b"
_PART: Final = re.compile(rf"\d(?:[\d.,]*\d)?(?:{_SCALE})?|[-+−–*/×÷x‰()\[\]]")
_SCALED: Final = re.compile(rf"\s?({'|'.join(_SCALES)})$")
_EXACT: Final = 1e-9
_REPEATED_SCALES: Final = (1.0, 1e3, 1e6, 1e9, 1e12)
_MAX_PARTS: Final = 80
"""Numbers, operators and brackets of one calculation, which also bounds how deep it is nested."""
_OPERATORS: Final[dict[str, tuple[int, Callable[[float, float], float]]]] = {
    "+": (1, operator.add),
    **dict.fromkeys(("-", "−", "–"), (1, operator.sub)),
    **dict.fromkeys(("*", "×", "x"), (2, operator.mul)),
    **dict.fromkeys(("/", "÷"), (2, operator.truediv)),
    _SHARE_OF: (2, lambda part, whole: part * whole / 100),
}
"""By their signs: how tightly they bind, and what they do; the last one is ``42% of $5.17 billion``."""
_SMALL_OPERANDS: Final = frozenset({*map(float, range(1, 13)), 100.0, 1000.0, 1e6, 365.0})


class Expression(NamedTuple):
    """An arithmetic expression in a text: its value, its operands, and where it is.

    A share of an amount (``42% of $5.17 billion``) supports its result alone: its numbers may be claims.
    """

    value: float
    operands: tuple[Reading, ...]
    start: int
    end: int
    is_share: bool


def expressions(text: str) -> Iterator[Expression]:
    """Yields the arithmetic expressions of a sentence: ``(44.1 - 56.7) / 56.7``, ``44.1 divided by 1.2``."""
    if _IN_WORDS.search(text):
        text = _with_signs(text)
    if _WIDE.search(text) is None:
        text = (_DASHES if _COMPUTES.search(text) else _HYPHENS).sub(" ", text)
    if _CALCULATION.search(text) is None:
        return
    for match in _EXPRESSION.finditer(text):
        parts = _PART.findall(match[0])
        if len(parts) > _MAX_PARTS:
            continue
        operands = tuple(_reading(part) for part in parts if part[0].isdigit())
        value = _evaluate(parts)
        if value is not None and len(operands) > 1:
            yield Expression(value, operands, *match.span(), _SHARE_OF in parts)


def _with_signs(text: str) -> str:
    """Returns a text of the same length with signs where it computes in words."""
    for words, sign in ((_TIMES, "*"), (_DIVIDED, "/"), (_PART_OF, _SHARE_OF)):
        text = words.sub(partial(_signed, sign=sign), text)
    return _DIVIDING.sub(lambda match: _signed(match, "/" if match["verb"].lower() == "divid" else "*"), text)


def _signed(match: re.Match[str], sign: str) -> str:
    start, end = match.start("operator") - match.start(), match.end("operator") - match.start()
    return f"{match[0][:start]} {sign:<{end - start - 1}}{match[0][end:]}"


def follows_from_expression(
    claim: Claim, found: Iterable[Expression], index: FactIndex, stated: Sequence[Stated] = ()
) -> KnownFigure | None:
    """Returns an operand of an expression that gives the number, as a figure of the facts; None without one.

    All operands must be figures of the facts or repeat what the text states, except divisors of averages,
    factors of 100 and months of a year. Operands that repeat a number follow from it.

    Args:
        claim: The number.
        found: The expressions of its sentence.
        index: The figures of the facts.
        stated: Numbers of this and the last sentence that are supported.
    """
    for expression in found:
        repeated = [_repeated(stated, operand) for operand in expression.operands]
        figures = [
            known or _operand(index, operand)
            for known, operand in zip(repeated, expression.operands, strict=True)
        ]
        if any(
            figure is None and operand.value not in _SMALL_OPERANDS
            for operand, figure in zip(expression.operands, figures, strict=True)
        ):
            continue
        first = next((figure for figure in figures if figure is not None), None)
        if first is not None and _gives(claim.numeral, expression.value):
            return first
        if expression.start <= claim.numeral.start < expression.end:
            # The 42 of "42% of $5 billion" is a claim, unless the text has stated it before.
            of_company = (
                repeated
                if expression.is_share
                else [
                    known or _operand(index, operand, claim.companies)
                    for known, operand in zip(repeated, expression.operands, strict=True)
                ]
            )
            own = _operand_of(claim.numeral, expression, of_company) if any(repeated) else None
            if own is not None:
                return own
    return None


def _operand_of(
    numeral: Numeral, expression: Expression, repeated: Sequence[KnownFigure | None]
) -> KnownFigure | None:
    """Returns what a number of an expression repeats; of a small one, what another operand repeats."""
    known = next((figure for figure in repeated if figure is not None), None)
    for operand, figure in zip(expression.operands, repeated, strict=True):
        if any(abs(operand.value - one.value) <= _EXACT * operand.value for one in numeral.readings):
            return figure or (known if operand.value in _SMALL_OPERANDS and numeral.plain else None)
    return None


def _repeated(stated: Sequence[Stated], operand: Reading) -> KnownFigure | None:
    """Returns the figure of a number that an operand repeats, with or without its scale; None without one."""
    for one in stated:
        digits = (abs(one.value) / scale for scale in _REPEATED_SCALES)
        if one.figure is not None and any(
            abs(value - operand.value) <= _EXACT * operand.value for value in digits
        ):
            return one.figure
    return None


def _gives(numeral: Numeral, value: float) -> bool:
    factors = (1.0, 100.0) if numeral.unit in (Unit.PERCENT, Unit.POINTS) else (1.0, 1e3, 1e6, 1e9)
    for reading, factor in product(numeral.readings, factors):
        if abs(abs(value * factor) - reading.value) <= _with_slack(reading):
            sign = numeral.sign
            return not sign or (value >= 0) == (sign > 0)
    return False


def _with_slack(reading: Reading) -> float:
    return reading.tolerance * 1.02


def _operand(index: FactIndex, operand: Reading, companies: Sequence[str] = ()) -> KnownFigure | None:
    """Returns the figure that an operand is, of some companies or of any; None without one."""
    figures = index.near(operand.value, operand.tolerance)
    return next((one for one in figures if not companies or one.symbol in companies), None)


def _reading(written: str) -> Reading:
    """Returns the value of an operand: exact, unless a scale shows rounding (``$112.0 billion``)."""
    scale = _SCALED.search(written)
    ways = plain_digits(written[: scale.start()] if scale else written)
    # Expressions are written with commas for thousands.
    digits, decimals = ways[-1] if "," in written and "." not in written else ways[0]
    factor = _SCALES[scale[1]] if scale else 1.0
    value = float(digits) * factor
    return Reading(value, 0.5 * 10.0**-decimals * factor if scale else value * _EXACT)


def _evaluate(parts: Sequence[str]) -> float | None:
    """Returns the value of an expression, by precedence climbing; None when it is none."""
    place = 0

    def atom() -> float:
        nonlocal place
        part = parts[place]
        place += 1
        if part in "([":
            value = climb(1)
            place += 1
            return value
        if part in "-−–":
            return -atom()
        return _reading(part).value

    def climb(level: int) -> float:
        nonlocal place
        value = atom()
        while place < len(parts) and parts[place] in _OPERATORS and _OPERATORS[parts[place]][0] >= level:
            precedence, apply = _OPERATORS[parts[place]]
            place += 1
            value = apply(value, climb(precedence + 1))
        return value

    try:
        value = climb(1)
        while place < len(parts):
            # A bracket that was opened before the expression begins.
            place += 1
            if place < len(parts) and parts[place] in _OPERATORS:
                _, apply = _OPERATORS[parts[place]]
                place += 1
                value = apply(value, climb(1))
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return value
