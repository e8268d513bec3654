"""Variants of one metric: diluted and basic earnings, changes with and without dividends."""

import re
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.agreement import is_near
from shared.figures.lookup.matching import Matcher
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

_BASIC: Final = RarePattern(
    r"\b(?:basic|undiluted|non[- ]diluted|unverwässert\w*|nicht verwässert\w*|non[- ]dilué\w*"
    r"|(?:bénéfice|résultat)s? (?:net )?de base|básic[oa]s?"
    r"|sin diluir|não diluíd[oa]s?|(?:di|utile) base|non diluit[oi])\b"
    r"|希薄化前|未(?:稀释|稀釋|摊薄|攤薄)|基本的?1株|基本每股|基本的な|기본주당",
    re.IGNORECASE,
)
_DILUTED: Final = RarePattern(
    r"(?<!non[ -])(?<!não )(?<!sin )(?<!nicht )"
    r"\b(?:diluted|verwässert\w*|dilué\w*|diluid[oa]s?|diluíd[oa]s?|diluit[oi])\b"
    r"|希薄化後|潜在株式調整後|(?<!未)(?:摊薄|攤薄|稀释|稀釋)|희석",
    re.IGNORECASE,
)
WITH_DIVIDENDS: Final = RarePattern(
    r"\b(?<!not )(?:(?:with|including|incl\.|counting|plus)\s(?:\w+\s)?dividends"
    r"|dividends\s(?:re)?in(?:cluded|vested)|with them|mit ihnen|avec eux|con ellos|com eles|con essi"
    r"|total (?:shareholder )?returns?|(?:mit|einschließlich|inklusive|inkl\.|samt)\s(?:\w+\s)?Dividenden?"
    r"|Gesamtrendite|(?:avec|y compris)\s(?:les\s)?dividendes|dividendes (?:compris|inclus|réinvestis)\w*"
    r"|rendement total|(?:con|incluyendo|incluidos)\s(?:los\s)?dividendos|dividendos incluidos"
    r"|(?:rentabilidad|retorno) total|com\s(?:os\s)?dividendos|incluindo\s(?:os\s)?dividendos"
    r"|(?:con|inclusi|compresi)\s(?:i\s)?dividendi|dividendi (?:inclusi|compresi)|rendimento totale)\b"
    r"|配当(?:金)?(?:込み|を含)|トータルリターン|(?:含|包括|计入|計入)(?:股息|分红|股利)|总回报|總回報|배당(?:금)?(?:을|를)?\s?포함|총수익률",
    re.IGNORECASE,
)
_PRICE: Final = RarePattern(
    r"\b(?:(?:without|excluding|before|not counting|ex)\s(?:\w+\s)?dividends|(?:share\s)?price alone"
    r"|(?:without|ohne|sans|sin|sem|senza)"
    r"(?: them| sie| eux| ellos| eles| di essi)?(?=,?\s(?:(?:only|it|un|el|o|um|il|es)\s)*$)"
    r"|(?:share|stock) price|price return|ohne\s(?:\w+\s)?Dividenden?|reine\w* Kurs\w*|Kursrendite"
    r"|(?:sans|hors)\s(?:les\s)?dividendes|sin\s(?:los\s)?dividendos|sem\s(?:os\s)?dividendos"
    r"|senza\s(?:i\s)?dividendi)\b|配当(?:金)?(?:を)?(?:除|抜き)|不(?:含|计|計)(?:股息|分红|股利)|배당(?:금)?(?:을|를)?\s?제외",
    re.IGNORECASE,
)
_BASES: Final = frozenset({"trailing_pe", "forward_pe"})
_BASIS: Final = re.compile(
    r"\bon an? (?:(?P<forward>forward|expected)|trailing|historical) basis\b", re.IGNORECASE
)
_TO_BASIS: Final = 48
"""Characters behind a multiple in which the words for its earnings end."""
_EARNED: Final = re.compile(
    r"\b(?:earned|reported|posted|delivered|made|came in at|verdiente|meldete|erzielte"
    r"|a (?:gagné|réalisé|publié|dégagé)|ganó|reportó|obtuvo|lucrou|registrou"
    r"|ha (?:guadagnato|registrato|realizzato))\s(?:[^\W\d_]+\s){0,3}[$€£¥]?$",
    re.IGNORECASE,
)
"""Before what was earned, and not what was expected."""
_BEHIND: Final = 24
_CLAUSE: Final = re.compile(
    r"[,;，、；]|\([^)]*$|（[^）]*$|\b(?:and|or|but|und|oder|aber|et|ou|mais|y|o|pero|e|ma)\b", re.IGNORECASE
)
"""Where the clause of a number ends, behind it."""


class _Variants(NamedTuple):
    """Two variants of a metric: their words, and the words that the labels of the facts end in or contain."""

    words: tuple[tuple[RarePattern, str], ...]
    labels: tuple[str, ...]

    def of(self, figure: KnownFigure) -> str:
        """Returns the variant of a figure; empty for none."""
        return next((name for name in self.labels if name in figure.label.split()), "")


_VARIANTS: Final = {
    "eps": _Variants(((_BASIC, "basic"), (_DILUTED, "diluted")), ("basic", "diluted")),
    "change_percent": _Variants(((_PRICE, "change"), (WITH_DIVIDENDS, "total")), ("total", "change")),
}


def is_of_other_variant(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """Returns whether a number is said to be one variant and the facts have it as the other one.

    Args:
        claim: The number.
        sentence: Its sentence.
        figure: The figure that it equals.
        matcher: The figures of the facts.
    """
    if figure.metric in _BASES and _is_of_other_basis(claim, sentence, figure):
        return True
    if figure.metric in ACTUALS and _is_reported(claim, sentence, figure, matcher):
        return True
    variants = _VARIANTS.get(figure.metric)
    own = variants.of(figure) if variants is not None else ""
    if variants is None or figure.words or not own or not is_near(claim, figure):
        # "diluted EPS gained 58 cents": a change follows from either variant.
        return False
    others = [
        one
        for one in matcher.known(figure.symbol, (figure.metric,))
        if one.period == figure.period and one.window == figure.window and variants.of(one) not in ("", own)
    ]
    # What the words say is only looked at where the facts have another variant of it.
    stated = _stated(claim, sentence, variants) if others else None
    others = [one for one in others if variants.of(one) == stated]
    return bool(others) and not any(is_near(claim, one) for one in others)


def _is_of_other_basis(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """``13 times earnings on a trailing basis``, where that is the multiple of what is expected."""
    numeral = claim.numeral
    behind = [one.numeral.start for one in sentence.numbers if one.numeral.start > numeral.start]
    end = min([*behind, numeral.end + _TO_BASIS])
    basis = _BASIS.search(sentence.text, numeral.end, end)
    if basis is not None and not _CLAUSE.search(sentence.text, numeral.end, basis.start()):
        return bool(basis["forward"]) != (figure.metric == "forward_pe")
    # "Il P/E è 11,4 sugli utili degli ultimi dodici mesi."
    if claim.mention is None or claim.mention.name == "forward_pe":
        # "A forward P/E of 8.4 is barely below the trailing one of 8.7."
        return False
    return figure.metric == "forward_pe" and any(
        numeral.end <= cue.start < end and not _CLAUSE.search(sentence.text, numeral.end, cue.start)
        for cue in sentence.cues_of("trailing")
    )


def _is_reported(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """``It earned $0.87 against estimates of $0.84``: an estimate, where the result is spoken of."""
    period, metric = figure.period, ACTUALS[figure.metric]
    if period is None or period.told is None or not is_near(claim, figure) or metric not in claim.metrics:
        return False
    if ends_with(_EARNED, sentence.text, claim.numeral.start) is None:
        return False
    return not any(is_near(claim, one) for one in matcher.known(figure.symbol, (metric,)))


def _stated(claim: Claim, sentence: Sentence, variants: _Variants) -> str | None:
    """Returns the variant that is named between a number and the one before it, behind it, or by its name."""
    text, numeral, mention = sentence.text, claim.numeral, claim.mention
    numbers = [one.numeral for one in sentence.numbers]
    start = max((one.end for one in numbers if one.end <= numeral.start), default=0)
    end = min((one.start for one in numbers if one.start > numeral.start), default=len(text))
    stop = _CLAUSE.search(text, numeral.end, end)
    end = stop.start() if stop is not None else end
    before = _told(text, start, numeral.start, variants)
    behind = _told(text, numeral.end, min(end, numeral.end + _BEHIND), variants)
    if before or behind:
        return max(before)[1] if before else min(behind)[1]
    # "diluted EPS went from $19.21 to $20.84": of the second one, too.
    # "It returned 16.8%, or 18.9% with dividends": not of a name in the clause of the next number.
    is_own = mention is not None and mention.end <= max(end, numeral.start)
    first = max(0, mention.start - _BEHIND) if mention is not None else 0
    named = _told(text, first, mention.end, variants) if mention is not None and is_own else []
    return max(named)[1] if named else None


def _told(text: str, start: int, end: int, variants: _Variants) -> list[tuple[int, str]]:
    """Returns the variants that a part of a text tells, with the places of their words."""
    return [
        (found.start(), variant)
        for words, variant in variants.words
        for found in words.finditer(text, start, end)
    ]
