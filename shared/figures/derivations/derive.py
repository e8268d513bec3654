"""Finds a derivation of a number: a difference, change, ratio, share, sum or average, as the sentence says.

Of two metrics of one company, of one metric of two companies or two periods, or of numbers that the sentence
itself states.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.share_binding import SHARE
from shared.figures.claims.unit_fit import fits
from shared.figures.derivations.assumed_yields import price_at_yield
from shared.figures.derivations.customary_forms import in_customary_form, is_level
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.derivations.other_multiples import at_other_multiple, multiple_of_estimate
from shared.figures.derivations.pairs import pairs, part_of_year
from shared.figures.derivations.per_unit import per_unit
from shared.figures.derivations.results_of_two import BESIDE, follows, is_per
from shared.figures.derivations.shares import is_of_range
from shared.figures.derivations.sums import (
    EQUALS,
    of_several,
    rest_of_amounts,
    sum_of_amounts_before,
    sum_of_named,
    sum_of_parts,
)
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import CHANGES, METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_ROUNDED_AWAY: Final = 0.05
"""Of a figure, how much may be rounded away where the text states it."""
_CLOSE: Final = 80
_BEHIND: Final = 10
_BY: Final = re.compile(r"(?:\b(?:by|um)\s|差)$", re.IGNORECASE)
_DIFFERENCE: Final = RarePattern(
    r"\b(?:difference|gap|spread|distance|apart|away|short of|shy of|more than|less than|delta|Differenz"
    r"|Unterschied|Abstand|écart|différence|diferencia|brecha|distancia|diferença|distância|differenza|divario)|差|차이"
    r"|比[^，。；]{1,10}[多少高低大小]|より[^、。]{0,14}(?:多|少な|大き|小さ|高|低)"
    r"|보다(?:[^,.]|[,.](?=\d)){0,20}(?:많|적|크|큽|큰|작|높|낮)",
    re.IGNORECASE,
)
_HIGHER: Final = re.compile(
    r"\s(?:higher|lower|more|less|larger|smaller|bigger|höher|niedriger|mehr|weniger|de plus|de moins|más"
    r"|menos|in più|in meno|a mais|a menos)(?!\s(?:than|als|que|qu|de|di|do))\b",
    re.IGNORECASE,
)
_SPELT_OUT: Final = RarePattern(
    r"\s?[(（][^)）\d]*[\d.,]+[^)）\d]*(?:vs\.?|versus|against|from|/|÷|gegenüber|nach|contre|contra)"
    r"[^)）\d]*\d"
)
"""What stands behind a percentage that is computed from the two numbers in brackets."""
_FROM: Final = re.compile(r"(?<![^\W\d_])(?:from|von|de|da|dal|desde|do)\s$", re.IGNORECASE)
_FROM_TO: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|de|da|dal|desde|do)\s[^.;\d]{0,8}\d[\d.,\s]*[^;\d]{0,12}?"
    r"\s(?:to|auf|à|a|para|al)\s[^.;\d]{0,8}\d[\d.,]*[^.;\d]{0,32}$",
    re.IGNORECASE,
)
"""Before what a move makes in percent: ``went from £26.89 to £27.15, just 1.0%``."""
_THAN_EXPECTED: Final = re.compile(
    r"\s(?:more|less|better|worse|higher|lower)\sthan\s(?:was\s|analysts\s(?:had\s)?|the\s)?(?:expected|forecast|consensus|estimated)",
    re.IGNORECASE,
)
"""Behind what expectations were beaten or missed by."""
_NET_DEBT: Final = re.compile(r"net|純|净|淨|순", re.IGNORECASE)


def derive(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure from which the number follows in the way that the sentence says; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
    whole = (
        in_customary_form(claim, sentence, stated, index)
        or sum_of_parts(claim, sentence, stated)
        or sum_of_amounts_before(claim, sentence, stated)
        or rest_of_amounts(claim, sentence, stated)
        or sum_of_named(claim, sentence, index)
        or per_unit(claim, sentence, stated, index)
        or at_other_multiple(claim, sentence, stated, index, companies)
        or price_at_yield(claim, sentence, index)
        or multiple_of_estimate(claim, sentence, stated, index)
    )
    if whole is not None:
        return whole
    if _is_known_balance(claim, sentence, index) or is_of_range(claim, sentence):
        return None
    if ends_with(EQUALS, sentence.text, claim.numeral.start):
        return of_several(claim, sentence, stated, index, companies)
    if not says_derivation(claim, sentence) or _states_level(claim, sentence, index):
        return None
    if _is_of_surprise(claim, sentence):
        return None
    companies = _compared(claim, sentence, stated, companies)
    operands = pairs(claim, sentence, stated, index, companies)
    for first, second, is_ordered in (
        one for one in operands if not _are_of_others(claim, sentence, *one[:2])
    ):
        if follows(claim, sentence, first, second, is_ordered):
            return first.figure or second.figure
        exact = (_exact(first), _exact(second))
        if exact != (first, second) and follows(claim, sentence, *exact, is_ordered):
            return first.figure or second.figure
    return of_several(claim, sentence, stated, index, companies)


def _are_of_others(claim: Claim, sentence: Sentence, first: Operand, second: Operand) -> bool:
    """Returns whether both operands are of companies that a number of one company is not of."""
    if not claim.companies or claim.inferred_from or first.figure is None or second.figure is None:
        return False
    if len(sentence.companies) > 1:
        # "Lilly's P/E is nearly double Pfizer's and 51% above J&J's."
        return False
    return first.figure.symbol not in claim.companies and second.figure.symbol not in claim.companies


def is_earlier_level(claim: Claim, sentence: Sentence, index: FactIndex) -> bool:
    """``climbed to $22.3 billion from $17.9 billion a year before``: a level that the facts would state."""
    if not claim.is_prior or claim.numeral.unit is not Unit.MONEY or claim.mention is None:
        return False
    if sentence.cues_of("sum", "mean"):
        return False
    if ends_with(_FROM, sentence.text, claim.numeral.start) is None:
        return False
    periods = (one.period for company in claim.companies for one in index.of(company, claim.metrics))
    return any(one is not None and not one.is_snapshot for one in periods)


def _exact(operand: Operand) -> Operand:
    """Returns a number of the text as the facts have it: the writer may have computed with all its digits."""
    if operand.figure is None or not operand.value:
        return operand
    exact = math.copysign(operand.figure.value, operand.value)
    is_rounded = abs(exact - operand.value) <= _ROUNDED_AWAY * abs(exact)
    return operand._replace(value=exact) if is_rounded else operand


def _is_of_surprise(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether an amount is what expectations were beaten or missed by, and follows from no other."""
    return (
        claim.numeral.unit is Unit.MONEY
        and claim.numeral.readings[0].value < 1
        # "beat the consensus by four cents"
        and (not claim.is_tight or ends_with(_BY, sentence.text, claim.numeral.start) is not None)
        and bool(sentence.cues_of("beat", "miss") or _THAN_EXPECTED.match(sentence.text, claim.numeral.end))
        and not sentence.cues_of("prior", "prior_quarter")
        # "$0.82 short of the high": of a level of the price.
        and not any(one.start >= claim.numeral.end and is_level(one) for one in sentence.metrics)
    )


def _compared(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], companies: Sequence[str]
) -> Sequence[str]:
    """Returns the companies, and for ``$540 million higher`` alone those of the sentence before as well."""
    if len(companies) != 1 or not _HIGHER.match(sentence.text, claim.numeral.end):
        return companies
    before = [one.figure.symbol for one in stated if one.sentence is not sentence and one.figure is not None]
    return list(dict.fromkeys([*companies, *before]))


def _states_level(claim: Claim, sentence: Sentence, index: FactIndex) -> bool:
    """Returns whether a number stands beside the name of what the facts know: ``a payout ratio of 0.57%``.

    Another number cannot follow from words that are near it.
    """
    numeral, mention = claim.numeral, claim.mention
    if mention is None or not claim.is_tight or claim.threshold or _is_moved(claim, sentence, mention):
        return False
    if mention.name in CHANGES or fits(numeral, mention) > 0 or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return False
    if sentence.cues_of("sum", "mean", "share_of") or ends_with(_BY, sentence.text, numeral.start):
        return False
    if is_per(claim, sentence) or _DIFFERENCE.search(sentence.text):
        return False
    return any(True for company in claim.companies for _ in index.of(company, claim.metrics))


def _is_known_balance(claim: Claim, sentence: Sentence, index: FactIndex) -> bool:
    """Returns whether a number is another net debt than that of the facts: it is no difference either."""
    mention = claim.mention
    is_amount = claim.numeral.unit is not Unit.PERCENT
    is_of_balance = claim.is_tight and claim.metrics == ("net_debt",) and is_amount
    if mention is None or not is_of_balance or (claim.direction and not claim.numeral.sign):
        return False
    if not _NET_DEBT.search(sentence.text, mention.start, mention.end):
        # "$166.5 billion in cash and $71.3 billion in debt, or $95.3 billion net"
        return False
    return any(of_metrics(index, company, claim.metrics) for company in claim.companies)


def _is_moved(claim: Claim, sentence: Sentence, mention: MetricMention) -> bool:
    """Returns whether a word of direction or comparison stands with a number or between it and its name."""
    numeral = claim.numeral
    if numeral.sign:
        return True
    first = min(mention.end, numeral.start)
    return any(
        first <= cue.start < max(numeral.start, mention.start)
        # "added $5.44 billion in annual sales"
        or (mention.start >= numeral.end and 0 <= numeral.start - cue.end <= BESIDE)
        or (0 <= cue.start - numeral.end <= _BEHIND and "," not in sentence.text[numeral.end : cue.start])
        for cue in sentence.cues_of("up", "down", "above", "below")
    )


def says_derivation(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether words near a number say that it is computed."""
    numeral = claim.numeral
    if claim.direction or claim.threshold or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return True
    cues = sentence.cues_of(
        "difference", "sum", "mean", "ratio", "share_of", "above", "below", "up", "down", "object", "net"
    )
    if any(abs(cue.start - numeral.start) <= _CLOSE for cue in cues):
        return True
    is_amount = numeral.unit in (Unit.MONEY, Unit.NONE)
    if is_amount and (is_per(claim, sentence) or part_of_year(claim, sentence)):
        return True
    if is_amount and (
        ends_with(_FROM_TO, sentence.text, numeral.start) or ends_with(_BY, sentence.text, numeral.start)
    ):
        # "from $0.52 in January to $0.53 since April – one cent"; "Yes, by 6 cents to $1.57 a quarter"
        return True
    if numeral.unit is not Unit.PERCENT:
        return False
    # A percentage of what is no percentage is a change or a share of it.
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_of_level = metric is not None and metric.kind in (Kind.MONEY, Kind.PRICE, Kind.COUNT)
    return (
        is_of_level
        or ends_with(_FROM_TO, sentence.text, numeral.start) is not None
        or _SPELT_OUT.match(sentence.text, numeral.end) is not None
        or SHARE.match(sentence.text, numeral.end) is not None
    )
