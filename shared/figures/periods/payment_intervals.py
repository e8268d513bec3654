"""One payment of a dividend that is stated as that of a year, and a year's dividend as one payment."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_near
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_SHARE: Final = (
    r"(?:\s?(?:(?:per|a|an|each) share|je Aktie|pro Aktie|par action|por acción|por ação|per azione))?"
)
_A_YEAR: Final = re.compile(
    _SHARE
    + r"\s?(?:(?:and|und|et|y|e)\s)?(?:(?:a|per|each|every) year|annually|yearly|im Jahr|pro Jahr|jährlich"
    r"|par an|al año|por año|anuales|all'anno|annu[oie]|annui|por ano|ao ano|anuais)(?![^\W\d_]|\s?\d)",
    re.IGNORECASE,
)
_A_QUARTER: Final = re.compile(
    _SHARE + r"\s?(?:(?:and|und|et|y|e)\s)?(?:(?:a|per|each|every) quarter|quarterly|im Quartal|pro Quartal"
    r"|je Quartal|vierteljährlich|par trimestre|al trimestre|por trimestre|trimestrales|trimestrali"
    r"|trimestrais|a trimestre)(?![^\W\d_])",
    re.IGNORECASE,
)
_TIMES: Final = RarePattern(
    r"\b(?:payments|instalments|installments|dividends|times|Zahlungen|Raten|mal|versements|fois|pagos|veces"
    r"|pagamentos|vezes|pagamenti|volte)\s(?:of|von|zu|je|de|di|da)?\s?[^\s\d]{0,4}$|[x×]\s?[^\s\d]{0,4}$",
    re.IGNORECASE,
)
"""Before a payment that is made several times: ``four payments of $0.50 a year``."""
_PAYMENTS: Final = RarePattern(
    r"\b(?:payments|instalments|installments|dividends|Zahlungen|Raten|versements|pagos|pagamentos|pagamenti)"
    r"\s(?:of|von|zu|je|de|di|da)\s[^\s\d]{0,4}$",
    re.IGNORECASE,
)
"""Before each of several payments."""
_ANNUAL: Final = RarePattern(
    r"(?:\b(?:annual|yearly) (?:dividend|payout|payment)\b|Jahresdividende|\bdividende annuel"
    r"|\bdividendo anual|\bdividendo annu[oa]le?)[^.;,\d]{0,30}$"
    r"|(?:年間配当|年度股息|年度分红|연간 배당)[^。，、・\d]{0,12}$",
    re.IGNORECASE,
)
_QUARTERLY: Final = RarePattern(
    r"(?:\bquarterly (?:dividend|payout|payment)\b|Quartalsdividende|\bdividende trimestriel"
    r"|\bdividendo trimestral)"
    r"[^.;,\d]{0,30}$|(?:四半期配当|季度股息|季度分红|분기 배당)[^。，、・\d]{0,12}$",
    re.IGNORECASE,
)
_METRIC: Final = "dividend_per_share"
_YEAR: Final = timedelta(days=380)
"""A year, and some days by which a payment may be late."""


def wrong_intervals(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the dividends that are paid at another interval: ``pays $0.50 a year``, for that of a quarter.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        index: The figures of the facts.
    """
    for one in figures:
        figure = one.figure
        if one.verdict is not Verdict.SUPPORTED or figure is None or figure.metric != _METRIC or figure.words:
            continue
        text, numeral = sentence.text, one.claim.numeral
        if ends_with(_TIMES, text, numeral.start):
            is_one = ends_with(_PAYMENTS, text, numeral.start) is not None
            is_wrong = is_one and _is_of_year(one.claim, figure, index)
        elif _A_YEAR.match(text, numeral.end) or ends_with(_ANNUAL, text, numeral.start):
            is_wrong = _is_one_of_several(one.claim, figure, index)
        elif _A_QUARTER.match(text, numeral.end) or ends_with(_QUARTERLY, text, numeral.start):
            is_wrong = _is_of_year(one.claim, figure, index)
        else:
            continue
        if is_wrong:
            yield one.claim


def _is_one_of_several(claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether a number is one payment, and no dividend of a year, of several that are paid."""
    if not is_near(claim, figure) or not _is_payment(figure):
        return False
    return len(_recent(index, figure)) > 1 and not any(is_near(claim, one) for one in _of_year(index, figure))


def _is_of_year(claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether a number is the dividend of a year, and no payment."""
    if not is_near(claim, figure) or _is_payment(figure):
        return False
    return not any(is_near(claim, one) for one in _recent(index, figure))


def _is_payment(figure: KnownFigure) -> bool:
    return figure.period is not None and figure.period.is_day and not figure.period.is_snapshot


def _of_year(index: FactIndex, figure: KnownFigure) -> list[KnownFigure]:
    return [
        one for one in index.of(figure.symbol, (_METRIC,)) if one.metric == _METRIC and not _is_payment(one)
    ]


def _recent(index: FactIndex, figure: KnownFigure) -> list[KnownFigure]:
    """Returns the payments of the last year that the facts have."""
    payments = [
        (one.period.end, one)
        for one in index.of(figure.symbol, (_METRIC,))
        if one.metric == _METRIC
        and not one.words
        and one.period is not None
        and one.period.end is not None
        and _is_payment(one)
    ]
    last = max((end for end, _ in payments), default=None)
    return [one for end, one in payments if last is not None and end > last - _YEAR]
