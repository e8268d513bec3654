"""Binds the numbers of comparisons: "34.1 versus 31.6", "below its average: 231.40 against 242.60"."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.adjacency import direction_beside
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.compared_companies import is_object
from shared.figures.claims.gaps import COMMA_OR_STOP, clause_start, ends_with
from shared.figures.claims.named_companies import FOR_COMPANY
from shared.figures.claims.unit_fit import SUITABLE, fits, metrics_for
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_VERSUS: Final = re.compile(
    r"\s*(?:[(（]|(?:of|in|an|de|di|von)\s+)?"
    r"(?:,\s*(?:versus|vs\.?)|versus|vs\.?|against|compared (?:with|to)|relative to"
    r"|gegenüber|gegen|contre|frente al?"
    r"|contra|contro|ante|statt|anstelle von|instead of|au lieu de|en lugar de|em vez de"
    r"|rispetto (?:ai?|agli|alle)|respecto al?|face aos?|em comparação com|verglichen mit|im Vergleich zu"
    r"|invece di|zu|对|比|対|대)\s*(?:(?:il|lo|la|le|los?|el|os?|as?|de[nrm]|die|das|un|una)\s|l['’])?\s*",
    re.IGNORECASE,
)
_CAUSE: Final = RarePattern(
    r"\b(?:from|due to|because of|owing to|lies in|thanks to"
    r"|(?:helped|driven|lifted|boosted|hurt|held back) by|wegen|dank|grâce [àa]u?"
    r"|gracias a|graças a|grazie a|liegt an|kommt von|à cause de|vient de|por|debido a"
    r"|viene de|a causa di|deriva da|devido a)\b",
    re.IGNORECASE,
)
"""Between what is explained and what explains it, which numbers tell more of."""
_FROM: Final = re.compile(
    r"(?:\s(?:at|in|for|by|im|en|em|nel)\s[^.;,\d]{0,20}(?:19|20)\d\d)?,?\s(?:from|von|de|desde|dal|da)\s"
    r"(?:(?:about|around|roughly|rund|etwa|environ|circa|cerca de)\s)?[*_]*",
    re.IGNORECASE,
)
_TO: Final = re.compile(r"\b(?:to|auf|à|a|al|para)\s[*_]*$", re.IGNORECASE)
"""Around the level that something has changed to, behind which stands what it has changed from."""
_LEVELS: Final = (Unit.MONEY, Unit.PERCENT, Unit.MULTIPLE, Unit.NONE)
_CHANGES: Final = (Unit.PERCENT, Unit.POINTS)
_NEXT: Final = 2
_IN: Final = re.compile(r"\b(?:in|im|en|em|nel|for|für)\s", re.IGNORECASE)
_OF_TIME: Final = re.compile(
    r"\s(?:of|de|del|do|di|des|der|de l['’])\s?(?:(?:19|20)\d\d\b|ejercicio|exerc[ií]ci[oe]|esercizio"
    r"|año|ano|anno|année|the (?:fiscal )?year|last year)",
    re.IGNORECASE,
)
"""Behind the close of a year."""
_LARGE: Final = 1e6
_COMPARING: Final = frozenset({"contrast", "object"})
"""Kinds of words without one of which Latin text compares no two numbers."""
_OF_EARNINGS: Final = frozenset({"eps", "eps_estimate", "net_income"})


def bind_starts(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``Net debt fell to $9.1 billion, and long-term debt to $7.9 billion from $8.8 billion``: of one metric.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to names; set.
    """
    for end, start in pairwise(claims):
        mention, numeral = end.mention, end.numeral
        if mention is None or start.is_tight or numeral.unit is not start.numeral.unit:
            continue
        is_changed = _FROM.fullmatch(sentence.text, numeral.end, start.numeral.start) is not None
        is_named_behind = any(0 <= one.start - start.numeral.end <= _NEXT for one in sentence.metrics)
        if is_changed and not is_named_behind and _is_reached(sentence, mention, numeral):
            start.mention, start.metrics, start.nearby = mention, end.metrics, ()
            start.others = () if end.is_tight or len(mention.metrics) == 1 else end.others


def _is_reached(sentence: Sentence, mention: MetricMention, numeral: Numeral) -> bool:
    """Returns whether what is named has changed to a number: ``net debt rose 3.6% to $9.1 billion``."""
    if numeral.unit not in _LEVELS or not ends_with(_TO, sentence.text, numeral.start):
        return False
    between = [one.numeral for one in sentence.numbers if mention.end <= one.numeral.start < numeral.start]
    return mention.end <= numeral.start and all(one.unit in _CHANGES for one in between)


def bind_pair(sentence: Sentence, one: Claim, other: Claim, context: Context) -> None:
    """Binds two numbers if they are compared with each other, and only "versus" or a name is between them."""
    if _COMPARING.isdisjoint(sentence.kinds) and sentence.text.isascii():
        return
    gap = _without_names(sentence, one.numeral.end, other.numeral.start)
    # "$94.6 billion of cash against $60.6 billion of debt" are two metrics of one company.
    # "Its beta is 0.84, compared with 0.87": of two companies that were named before.
    has_own = any(mention.start >= other.numeral.end for mention in sentence.companies)
    is_pair = _VERSUS.fullmatch(gap) or (not has_own and _VERSUS.fullmatch(gap.lstrip(",")))
    # "Bei Siemens ist es umgekehrt: 55,5 zu 57,4 Milliarden" may be two metrics of one company.
    is_of_amounts = gap.strip() == "zu" and one.numeral.unit is not Unit.PERCENT
    if not is_pair or is_of_amounts or _are_of_two_metrics(one, other) or _is_of_base(sentence, one, other):
        return
    if not other.is_tight:
        other.mention, other.metrics, other.is_settled = one.mention, one.metrics, one.is_tight
        is_named = one.is_tight and one.mention is not None and one.mention.name == one.metrics[0]
        if is_named and _OF_EARNINGS.isdisjoint(one.metrics):
            # "**Profitability:** a net margin of 29.0% against 9.2%" is of no other margin, but
            # "the estimate is $2.67, against $1.85 in the last quarter" is of what was earned.
            other.others = one.others
    if other.mention is not None and other.mention.start >= other.numeral.end:
        # "2.1x against 6.1x sales"
        one.add_others(*other.metrics)
    has_bound = _bind_companies(sentence, one, other, context)
    if not has_bound and company_behind(sentence, other.numeral) in (None, *one.companies):
        _bind_labels(sentence, one, other)
    if _is_expected(sentence, other.numeral):
        # "$0.50 versus $0.54 expected"
        one.metrics, one.others, other.metrics, other.others = ("eps",), (), ("eps_estimate",), ()
    elif {"eps", "eps_estimate"} & {*one.metrics, *other.metrics}:
        one.metrics = (*one.metrics, "eps")
        other.add_others(*other.metrics)
        other.metrics = ("eps_estimate", *other.metrics)
    elif one.metrics[:1] == ("macd",) == other.metrics[:1]:
        # "MACD: 0.618 vs. 0.402"
        other.metrics = ("macd", "macd_signal")


def _is_of_base(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """``in calo dello 0,43% rispetto a 177,65``: what a change is measured from."""
    is_change = one.numeral.unit is Unit.PERCENT is not other.numeral.unit
    return is_change and direction_beside(sentence, one.numeral) is not None


def are_compared(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """Returns whether only "versus", names of metrics and periods stand between two numbers."""
    text = _without_names(sentence, one.numeral.end, other.numeral.start)
    start = one.numeral.end
    for period in sentence.periods:
        if start <= period.start and period.end <= other.numeral.start:
            first, last = period.start - start, period.end - start
            text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return _VERSUS.fullmatch(_IN.sub(" ", text).lstrip(",")) is not None


def _bind_companies(sentence: Sentence, one: Claim, other: Claim, context: Context) -> bool:
    """Binds two numbers to two companies; returns False where there are not two."""
    names = list(dict.fromkeys(mention.value for mention in sentence.companies))
    are_named = len(names) == 2
    if names and all(is_object(sentence, one) for one in sentence.companies):
        # "It trades on 28.0x, 50% more than SK hynix, with slower growth (8.20% vs. 10.62%)."
        names = list(dict.fromkeys([*context.companies[:1], *names]))
    if len(names) < 2 and len(context.known) == 2 and set(context.known).issuperset(context.companies):
        names = list(dict.fromkeys([*names, *context.companies, *context.asked, *context.known]))
    near = list(dict.fromkeys([*names, *context.companies]))
    # The two of the sentence before are meant, and no other that the paragraph names.
    is_near = len(near) == 2 and "(" in sentence.text[max(0, one.numeral.start - 4) : one.numeral.start]
    spoken_of = near if is_near else list(dict.fromkeys([*near, *context.paragraph]))
    if len(spoken_of) < 2:
        # "Visa or Mastercard?" – "Visa is bigger, with sales of $36 billion against $29 billion."
        spoken_of = list(dict.fromkeys([*spoken_of, *context.asked]))
    is_of_paragraph = len(names) < 2 and len(spoken_of) == 2
    names = spoken_of if is_of_paragraph else names
    if len(names) != 2:
        return False
    listed = context.listed or context.asked
    if set(names) == set(listed) and _are_named_later(sentence, other):
        # "The margins are 13.3% against 16.6%, but General Mills is shrinking, unlike Danone."
        names = list(listed)
    if not are_named and len(one.companies) > 1:
        other.companies = one.companies
        return True
    own, is_of_clause = _companies_of_clause(sentence, one.numeral.start)
    behind = company_behind(sentence, other.numeral)
    second = behind if behind is not None and behind in names else names[1]
    if len(own) == 1 and behind not in names:
        # "…, though Microsoft is more profitable (36.1% vs. 26.9%)"
        second = next(name for name in names if name not in own)
    first = next(name for name in names if name != second)
    one.companies, other.companies = (first,), (second,)
    one.inferred_from = other.inferred_from = () if is_of_clause or are_named else tuple(names)
    in_bracket = sentence.text[max(0, one.numeral.start - 4) : one.numeral.start].find("(") >= 0
    is_amount = one.numeral.unit is Unit.MONEY or one.numeral.readings[0].value >= _LARGE
    if is_of_paragraph or ((not are_named or in_bracket) and is_amount):
        # Also the amount of another period, or the one that was expected.
        other.companies = (second, first)
    return True


def _are_named_later(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether companies are named in later clauses alone."""
    first = sentence.companies[0].start if sentence.companies else 0
    end = claim.numeral.end
    return first >= end and COMMA_OR_STOP.search(sentence.text, end, first) is not None


def _bind_labels(sentence: Sentence, one: Claim, other: Claim) -> None:
    """Binds two numbers of one company to the names before them."""
    labels = _labels_before(sentence, one.numeral)
    if len(labels) >= 2 and _CAUSE.search(sentence.text, labels[-2].end, labels[-1].start):
        # "The fall in profit came from tax: $686 million against $404 million."
        labels = labels[-1:]
    if len(labels) >= 2 and any(
        labels[-2].end <= number.numeral.start < one.numeral.start for number in sentence.numbers
    ):
        # "debt to equity of 0.30 compared to 0.51 and a current ratio of 11.69 versus 9.44"
        labels = labels[-1:]
    if len(labels) >= 2 and not (other.is_tight and other.mention is not one.mention):
        for claim, mention in zip((one, other), labels[-2:], strict=True):
            claim.mention, claim.metrics, claim.others = mention, metrics_for(claim.numeral, mention), ()
            claim.nearby, claim.is_tight = (), True
    elif len(labels) == 1 and sentence.bounds and not other.is_tight:
        # "below its 200-day average: 231.40 against 242.60": the price, and the average.
        one.add_others("price")
        other.add_others(*metrics_for(other.numeral, labels[0]))


def _labels_before(sentence: Sentence, numeral: Numeral) -> Sequence[MetricMention]:
    return [
        mention
        for mention in sentence.metrics
        if mention.end <= numeral.start
        and fits(numeral, mention) < SUITABLE
        # "A cierre de 2025, la deuda neta era de 10.440 millones": a time, and no price.
        and not (_is_price(mention) and _OF_TIME.match(sentence.text, mention.end))
        # "MACD crossed above its signal yesterday (-11.18 vs. -12.04)": no price is negative.
        and not (numeral.sign < 0 and _is_price(mention))
    ]


def _is_price(mention: MetricMention) -> bool:
    metric = METRICS.get(mention.metrics[0])
    return metric is not None and metric.kind is Kind.PRICE


def _companies_of_clause(sentence: Sentence, place: int) -> tuple[set[str], bool]:
    """Returns the companies before a place, and whether its own clause names them and not the one before.

    Those behind the last comma or colon are meant if one is named there.
    """
    begin = clause_start(sentence.text, place)
    comma = max(sentence.text.rfind(mark, begin, place) for mark in (", ", ": "))
    # "…, but Visa's margins are better – 26.3% vs 8.3%": else those of the clause before.
    for start in (max(comma, begin), begin, clause_start(sentence.text, max(begin - 1, 0))):
        own = {
            mention.value
            for mention in sentence.companies
            if start <= mention.start < place
            and not (_is_behind_number(sentence, mention) or is_object(sentence, mention))
        }
        if own:
            return own, start >= begin
    return set(), False


def _is_behind_number(sentence: Sentence, mention: Mention) -> bool:
    """``28.7x against 32.8x for Alphabet, and 26.2x versus 31.7x``: no subject of what follows."""
    before = [one.numeral for one in sentence.numbers if one.numeral.end <= mention.start][-1:]
    return bool(before) and FOR_COMPANY.fullmatch(sentence.text, before[0].end, mention.start) is not None


def _are_of_two_metrics(one: Claim, other: Claim) -> bool:
    if not (one.is_tight and other.is_tight) or one.mention is None or other.mention is None:
        return False
    if one.mention.name in _OF_EARNINGS:
        return False
    # "the forward discount (8.9 against 12.3 trailing)"
    is_qualified = {one.metrics, other.metrics} == {("forward_pe",), ("trailing_pe",)}
    return is_qualified or one.mention.name != other.mention.name


def _is_expected(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether the next word makes a number an estimate of the earnings per share."""
    return any(
        0 <= mention.start - numeral.end <= 1
        and mention.name == "eps_estimate"
        and numeral.unit in (Unit.MONEY, Unit.NONE)
        for mention in sentence.metrics
    )


def company_behind(sentence: Sentence, numeral: Numeral) -> str | None:
    """Returns the company that a word behind a number names as its own: ``31.6 for Microsoft``."""
    mention = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if mention is not None and FOR_COMPANY.match(sentence.text[numeral.end : mention.start]):
        return mention.value
    return None


def _without_names(sentence: Sentence, start: int, end: int) -> str:
    """Returns a part of a sentence without its metrics: ``27.9 times forward earnings against 30.2``."""
    text = sentence.text
    qualifiers = sentence.cues_of("forward", "trailing", "gross", "operating", "net")
    spans = [(one.start, one.end) for one in sentence.metrics] + [(one.start, one.end) for one in qualifiers]
    for first, last in spans:
        if last > start and last <= end:
            first = max(first, start)
            text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return text[start:end]
