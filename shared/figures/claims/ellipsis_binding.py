"""Binds numbers of another company whose metric is left out: ``GM's margin is 26.1%, Honeywell's 23.9%``.

The metric is that of the number before, or the only one that the sentence before names.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.adjacency import direction_beside
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.pair_binding import company_behind
from shared.figures.claims.unit_fit import LARGE, fits, metrics_for
from shared.figures.reading.known_metrics import CHANGES, GENERIC, METRICS, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_MAX_WORDS: Final = 5
_SHORT: Final = 12
_MAX_JOINING: Final = 2
"""Words between the company of a number and the next number: "e il", "et le"."""
_FITTING: Final = 0.5
"""How badly a name between two numbers may suit the second one to be its own: "26.1% of revenue, …"."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_END: Final = RarePattern(
    r"[\s*_]*(?:[.,;:)|\[。，、；）]|です|だ|で|より|보다|입니다|이[며고다]|로|$|(?:and|und|et|y|e|while|but|hat|aufweist|auf)\b)",
    re.IGNORECASE,
)
"""What stands behind a number that goes with no further noun."""
_VERSUS: Final = re.compile(
    r",?\s(?:against|versus|vs\.?|compared (?:with|to)|gegenüber|gegen|verglichen mit|contre|frente al?"
    r"|contro|contra|ante|rispetto ai?)\s(?:(?:il|lo|l[ae]|el|os?|as?|un)\s|l['’])?",
    re.IGNORECASE,
)
"""Between a number and those of others that it is compared with."""
_ONTO: Final = re.compile(r"\s(?:to|auf|à|al?|até|hasta|para)\s(?:only\s|nur\s|rund\s)?", re.IGNORECASE)
_UNITS: Final = {
    Kind.PERCENT: frozenset({Unit.PERCENT}),
    Kind.RATIO: frozenset({Unit.MULTIPLE, Unit.NONE}),
    Kind.MONEY: frozenset({Unit.MONEY}),
    Kind.INDEX: frozenset({Unit.NONE}),
}
"""By kind of metric: the units of its levels."""
_OF_ONE_SHARE: Final = frozenset({"dividend_per_share", "eps", "target_mean_price"})
"""Amounts per share that are no prices, at which something may be as well."""
_VERBS: Final = frozenset(
    {"earns", "earn", "earned", "makes", "made", "verdient", "erzielt", "gagne", "gana", "ganha", "guadagna"}
)
"""Verbs that are names of what is earned as well."""
_WAYS: Final = ("up", "down", "difference")
_COMPARED: Final = RarePattern(
    r"[\s*_]*(?:\s[^,;:.()\d]{1,32})?[,;]?\s(?:[^\W\d_]+\s){0,2}?"
    r"(?:compare[sd]? (?:favorably |unfavorably )?(?:with|to)|against|versus|vs\.?|short of|behind|ahead of"
    r"|below|above|under|over|(?:higher|lower|more|less|better|worse|bigger|smaller|larger) than(?: half of)?"
    r"|gegen|gegenüber|verglichen mit|im Vergleich zu|unter|über|contre|comparé à|frente a|contra|contro"
    r"|rispetto a)"
    r"\s(?:the\s|only\s|just\s|about\s|nur\s|rund\s)?[*_]*(?:(?P<name>\x00+)(?:['’]s?|\s\([^()]*\)|,)?\s(?:at\s)?[*_]*)?",
    re.IGNORECASE,
)
"""Between the numbers of two companies that are compared, the name of the second one blanked."""
_OTHERWISE: Final = (
    *_WAYS,
    *("above", "below", "forward", "trailing", "gross", "operating", "net", "prior"),
    *("prior_quarter", "next", "sum", "mean", "share_of", "beat", "miss", "past_year", "today"),
)
"""Cues that make a number something else than the one before."""


def bind_ellipses(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Binds each number of another company that has no name of its own to the name before it.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to names and companies.
        context: What the sentences before leave behind.
    """
    if not sentence.companies:
        return
    if not sentence.metrics:
        _bind_like_sentence_before(sentence, claims, context)
        return
    model = bound = None
    # "less than half of Caterpillar's $8.72 billion": the fraction is no value of its own.
    values = [claim for claim in claims if any(map(str.isdigit, claim.numeral.text))]
    for one, other in pairwise(values):
        if (
            one.is_tight
            and one.mention is not None
            and (not _is_general(one.mention) or _tells_change(sentence, one) or _is_level(one.metrics))
        ):
            model = one
        elif model is not one:
            model = None
        if model is not None and (
            _is_elliptical(sentence, model, one, other)
            or (one is bound and _has_moved_to(sentence, one, other))
        ):
            _bind(other, model.mention, model.metrics)
            model = bound = other


def bind_small_amounts(claims: Sequence[Claim]) -> None:
    """``$0.09 a share on revenue of $1.38bn; a year ago it was $0.08``: no revenue is that small."""
    model: Claim | None = None
    for claim in claims:
        if claim.numeral.unit is not Unit.MONEY:
            continue
        if not claim.is_tight and model is None:
            continue
        kinds = {METRICS[name].kind for name in claim.metrics if name in METRICS}
        if claim.is_tight:
            model = claim if Kind.PRICE in kinds else model
            continue
        is_small = max(one.value for one in claim.numeral.readings) < LARGE
        if model is not None and kinds == {Kind.MONEY} and is_small:
            claim.metrics, claim.mention = model.metrics, model.mention
            claim.add_others(*model.others)


def _is_elliptical(sentence: Sentence, model: Claim, before: Claim, claim: Claim) -> bool:
    mention = model.mention
    verb = claim.mention if _is_verb(sentence, claim) else None
    if (
        mention is None
        or (verb is None and (claim.is_tight or claim.mention not in (None, mention)))
        or not (_suits(claim.numeral, mention) or _tells_change(sentence, model))
    ):
        return False
    units = (model.numeral.unit, Unit.NONE) if model.numeral.unit is Unit.MULTIPLE else (model.numeral.unit,)
    is_same = claim.companies == model.companies and not model.inferred_from
    if claim.numeral.unit not in units or is_same:
        return False
    start, end = before.numeral.end, claim.numeral.start
    behind = next(
        (one.numeral.start for one in sentence.numbers if one.numeral.start > end), len(sentence.text)
    )
    if any(
        one not in (mention, verb) and start <= one.start < behind and fits(claim.numeral, one) < _FITTING
        for one in sentence.metrics
    ) or any(mention.end <= one.start < model.numeral.start for one in sentence.metrics):
        return False
    is_change = _tells_change(sentence, model)
    return (
        _names_only(sentence, claim, start, is_change=is_change)
        or _is_named_behind(sentence, before, claim)
        or _is_compared(sentence, before, claim)
    )


def _has_moved_to(sentence: Sentence, one: Claim, other: Claim) -> bool:
    """``während er bei Mercedes von 10,21 Mrd. auf 5,93 Mrd. Euro einbrach``: both of one metric."""
    return (
        one.companies == other.companies
        and other.numeral.unit in (one.numeral.unit, Unit.MONEY)
        and _ONTO.fullmatch(sentence.text, one.numeral.end, other.numeral.start) is not None
    )


def _tells_change(sentence: Sentence, claim: Claim) -> bool:
    """``Revenue fell 7.4% at Mercedes, 2.9% at BMW``: whether a percentage is the change of an amount."""
    mention = claim.mention
    if mention is not None and mention.name in CHANGES:
        return claim.numeral.unit is Unit.PERCENT
    metric = METRICS.get(mention.metrics[0]) if mention is not None else None
    is_amount = metric is not None and metric.kind in (Kind.MONEY, Kind.PRICE)
    is_change = is_amount and claim.numeral.unit is Unit.PERCENT and not CHANGES.isdisjoint(claim.metrics)
    if not is_change:
        return False
    # "At the operating level Newmont earns 43.8%" is a share of sales.
    start = max(
        (one.numeral.end for one in sentence.numbers if one.numeral.end <= claim.numeral.start), default=0
    )
    return (
        any(start <= cue.start < claim.numeral.start for cue in sentence.moves)
        or direction_beside(sentence, claim.numeral) is not None
    )


def _is_level(metrics: tuple[str, ...]) -> bool:
    """``margins are thin: 5.63% net``: whether a general name was narrowed to one value."""
    return len(metrics) == 1 and metrics[0] not in CHANGES


def _is_compared(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """``$5.18 billion, well short of AMD's $12.58 billion``, ``…, compared with 17.84% at Caterpillar``."""
    start, end = before.numeral.end, claim.numeral.start
    gap = sentence.text[start:end]
    named = [one for one in sentence.companies if start <= one.start and one.end <= end]
    for one in named:
        gap = f"{gap[: one.start - start]}{chr(0) * (one.end - one.start)}{gap[one.end - start :]}"
    match = _COMPARED.fullmatch(gap)
    if match is None or len(named) > 1:
        return False
    company = named[0].value if named else company_behind(sentence, claim.numeral)
    return company is not None and claim.companies == (company,)


def _is_verb(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether only a verb names what a percentage is: ``Its margin is 18.7%; Visa earns 29.7%``."""
    mention = claim.mention
    if mention is None or claim.numeral.unit is not Unit.PERCENT:
        return False
    return sentence.text[mention.start : mention.end].lower() in _VERBS


def _bind_like_sentence_before(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """``GM's forward P/E is 19.2. Peers: Honeywell 22.5, Lockheed 20.1``: the only metric named before."""
    special = [one for one in context.named if not _is_general(one)]
    if len(special) != 1:
        return
    mention = special[0]
    if context.mention != mention and context.metrics != mention.metrics:
        return
    if any(mention.name not in one.metrics for one in context.named):
        return
    start = 0
    for claim in claims:
        if _suits(claim.numeral, mention) and _names_only(sentence, claim, start):
            _bind(claim, mention, metrics_for(claim.numeral, mention))
        start = claim.numeral.end


def _names_only(sentence: Sentence, claim: Claim, start: int, *, is_change: bool = False) -> bool:
    """Returns whether little but the company of a number stands between a place and the number.

    A change may have a direction of its own.
    """
    text, numeral = sentence.text, claim.numeral
    named = [one for one in sentence.companies if start <= one.start and one.end <= numeral.start]
    if len(named) != 1 or claim.companies != (named[0].value,) or not _END.match(text, numeral.end):
        return False
    if any(start <= one.start and one.end <= numeral.start for one in sentence.periods):
        return False
    for cue in sentence.cues_of(*(_OTHERWISE[len(_WAYS) :] if is_change else _OTHERWISE)):
        is_between = start <= cue.start and cue.end <= numeral.start
        if is_between and not any(one.start <= cue.start < one.end for one in sentence.metrics):
            return False
    words = _WORD.findall(text, named[0].end, numeral.start)
    return len(words) <= _MAX_WORDS


def _is_named_behind(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """``0.51 at Amex, 0.62 at Coinbase``: whether each of two numbers is followed by its company."""
    if sentence.cues_of("difference", "above", "below", "sum", "mean"):
        # "Cash exceeds debt: by $65.4 billion at JPMorgan, $9.6 billion at BofA"
        return False
    one, other = company_behind(sentence, before.numeral), company_behind(sentence, claim.numeral)
    if _VERSUS.fullmatch(sentence.text, before.numeral.end, claim.numeral.start):
        # "an operating margin of 1.37%, against 6.42% at BMW and 5.18% at Mercedes"
        return other is not None and (other,) == claim.companies
    if one is None or other is None or (one,) != before.companies or (other,) != claim.companies:
        return False
    name = next(one for one in sentence.companies if one.start >= before.numeral.end)
    gap = sentence.text[name.end : claim.numeral.start]
    return len(_WORD.findall(gap)) <= _MAX_JOINING and len(gap) <= _SHORT


def _suits(numeral: Numeral, mention: MetricMention) -> bool:
    metric = METRICS.get(mention.metrics[0])
    if metric is None or numeral.sign:
        return False
    if metric.kind is Kind.MONEY and max(one.value for one in numeral.readings) < LARGE:
        # "Ford ($12.20) has had a good run": no amount, which would have a word for its scale.
        return False
    if metric.kind is Kind.PRICE:
        return mention.metrics[0] in _OF_ONE_SHARE and numeral.unit is Unit.MONEY
    return numeral.unit in _UNITS.get(metric.kind, ())


def _bind(claim: Claim, mention: MetricMention | None, metrics: tuple[str, ...]) -> None:
    claim.mention, claim.metrics, claim.others, claim.nearby = mention, metrics, (), ()
    claim.is_tight = claim.is_settled = True


def _is_general(mention: MetricMention) -> bool:
    return mention.name in GENERIC and mention.name != mention.metrics[0]
