"""Binds numbers to metrics: to the name right beside them, else to the nearest one of a fitting unit."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import CLOSE, HARD_STOP, TO, WORD, ends_with, has_break
from shared.figures.claims.unit_fit import LARGE, SUITABLE, UNSUITABLE, fits, metrics_for
from shared.figures.reading.known_metrics import METRICS, Kind, meanings
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_STOP: Final = re.compile(r"[,;，；、。|]|\)\s|\s[-–—]\s")
_DIGIT: Final = re.compile(r"\d")
_FOLLOWING_GAP: Final = re.compile(
    r"[\s*_-]*(?:(?:for|für|pour|por|per)\s(?:every|each|jeden|chaque|cada|ogni)\s\w+\s)?(?:(?:was|is|were|are|remained)(?:\s(?:left|kept))?(?:\sas)?\s)?(?:(?:of|in|for|on|at|the|a|an|mark|level|threshold|de|des|du|d['’]|der|die|das|von|vom|im|an"
    r"|di|del|della|dei|da"
    r"|do|の|的|의|annual|total|trailing|en|su|sa|son|seine|ihrer)[\s*_]+){0,3}[\s*_(]*"
)
_FROM: Final = re.compile(r"(?<![^\W\d_])(?:from|von|de|desde|da|dal)\s[\s*_]*$|から$", re.IGNORECASE)
_FROM_OR_TO: Final = re.compile(
    r"(?:^|\s)(?:from|to|von|auf|de|à|desde|hasta|a|da|para)\s(?:about\s|around\s)?$", re.IGNORECASE
)
_SHARES: Final = re.compile(
    r"\s?(?:de\s|di\s|d['’])?(?:shares|stocks|titres|actions|acciones|títulos|Aktien|Stück|Papiere|ações"
    r"|papéis|azioni|titoli|股|株|주(?![가주]))",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\b(?:of|in|an|de|en|di|del|della)\b|の|的|의")
_IS: Final = re.compile(r"\s*(?:is|of|at|:|=|was|von|de)?\s*")
_BESIDE_CUE: Final = re.compile(r"[\s*_-]*(?:(?:の|个百分点|zu|im|en|de)\s?)?")
_ANY_COMMA: Final = re.compile("[,，、]")
_SHORT: Final = 12
_MAX_TIGHT_WORDS: Final = 5
_MUCH_WORSE: Final = 0.5
_VAGUE: Final = 0.5
_WEAK: Final = frozenset({"trading"})
"""Names that tell little: something trades at a price, and at a multiple."""
_FAR: Final = 3.0
_OF_ANOTHER: Final = 2.0
"""How much farther a name is that stands beside another number."""
_HIGHS: Final = frozenset({"highest", "day_high", "week_52_high"})
_LOWS: Final = frozenset({"lowest", "day_low", "week_52_low"})
_OF_REVENUE: Final = re.compile(
    r"\s(?:of|des|vom|du|de|de los|de las|dei|da|delle)\s(?:its\s|the\s|ses\s|sus\s)?(?:revenues?|sales"
    r"|turnover|Umsatz|chiffre d'affaires|ingresos|ventas|receita|ricavi|fatturato)"
)
_PRICES: Final = frozenset({"price", "trading"})
_TARGETS: Final = ("target_mean_price", "target_high_price", "target_low_price")


def bind_metrics(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Sets the metrics of numbers."""
    mentions = sentence.metrics
    tight: dict[int, MetricMention] = {}
    taken: dict[int, int] = {}
    for index, claim in enumerate(claims):
        before = _tight_before(sentence, claim.numeral, mentions)
        after = _tight_after(sentence, claim.numeral, mentions)
        if before is not None and (
            before.start in taken
            or (after is not None and _is_closer(sentence, claim.numeral, before, after))
        ):
            before = None
        worse = (
            0.0
            if before is None or after is None
            else fits(claim.numeral, before) - fits(claim.numeral, after)
        )
        if before is not None and fits(claim.numeral, before) < SUITABLE and worse < _MUCH_WORSE:
            tight[index] = before
        elif after is not None and fits(claim.numeral, after) < SUITABLE:
            tight[index] = after
            taken[after.start] = index
    beside = {mention.start for mention in tight.values()}
    for index, claim in enumerate(claims):
        mention = tight.get(index)
        previous = claims[index - 1] if index else None
        if mention is None and previous is not None and _continues(sentence, previous, claim):
            mention = previous.mention
        if mention is None or taken.get(mention.start, index) != index:
            _bind_loosely(sentence, claim, claims, beside, context)
        else:
            claim.mention, claim.is_tight = mention, mention.name not in _WEAK
            claim.metrics = metrics_for(claim.numeral, mention)
        _bind_others(sentence, claim, previous, context)


def _is_far(numeral: Numeral, cost: float, mention: MetricMention, beside: AbstractSet[int]) -> bool:
    """Whether the word of direction beside a number tells more than the nearest name."""
    return cost + _OF_ANOTHER * (mention.start in beside) > _FAR or mention.start >= numeral.end


def _is_closer(sentence: Sentence, numeral: Numeral, before: MetricMention, after: MetricMention) -> bool:
    """Whether a number and the name behind it are one, and more than blanks part it from the name before.

    ``trades at 34.1 times earnings``, ``consensus of 41 analysts``, ``cash machine: $99bn FCF``.
    """
    if after.start < numeral.end or (numeral.unit is Unit.MULTIPLE and before.name == "price"):
        return True
    metric = METRICS.get(after.name)
    is_counted = metric is not None and metric.kind is Kind.COUNT and numeral.unit is Unit.NONE
    words = len(WORD.findall(sentence.text, before.end, numeral.start))
    return after.start <= numeral.end + 1 and (is_counted or words > 1)


def _bind_others(sentence: Sentence, claim: Claim, previous: Claim | None, context: Context) -> None:
    """Adds what else a number may be that has no name right beside it, or one of another unit."""
    if claim.is_tight and claim.mention is None:
        return
    if claim.numeral.unit is Unit.PERCENT and _OF_REVENUE.match(sentence.text, claim.numeral.end):
        claim.others = (*claim.others, *meanings("margin"), "fcf_margin")
    if claim.mention is not None and claim.mention.name in _PRICES:
        # "17 analysts see the price at 173.09"
        counted = any(mention.name == "analyst_count" for mention in sentence.metrics)
        claim.others = (*claim.others, *(_TARGETS if counted else ()))
    is_vague = claim.mention is None or fits(claim.numeral, claim.mention) >= _VAGUE
    is_alone = claim.mention is None or len(sentence.companies) > 1
    if previous is not None and (
        (is_vague and is_alone and previous.numeral.unit is claim.numeral.unit)
        # "52.4% is more than five times AMD's 9.6%"
        or (claim.mention is None and claim.numeral.unit is Unit.MULTIPLE)
    ):
        claim.others = (*claim.others, *previous.metrics, *previous.others)
    if claim.is_tight:
        return
    near = [metric for mention in sentence.metrics for metric in metrics_for(claim.numeral, mention)]
    claim.nearby = (*near, *claim.metrics, *claim.others, *context.metrics)
    if claim.numeral.unit is Unit.PERCENT and sentence.cues_of("grow"):
        claim.others = (*claim.others, "revenue_growth", "earnings_growth")


def _continues(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``revenue grew 15% to $281.7 billion``: change and level of the same metric."""
    gap = sentence.text[previous.numeral.end : claim.numeral.start]
    return (
        previous.is_tight
        and previous.mention is not None
        and previous.mention.end <= previous.numeral.start
        and len(gap) <= _SHORT
        and TO.search(gap) is not None
        and fits(claim.numeral, previous.mention) < SUITABLE
    )


def _bind_loosely(
    sentence: Sentence, claim: Claim, claims: Sequence[Claim], beside: AbstractSet[int], context: Context
) -> None:
    numeral = claim.numeral
    ranked = sorted(
        (
            (
                _distance(sentence, numeral, mention, claims) + fits(numeral, mention),
                mention,
            )
            for mention in sentence.metrics
        ),
        key=lambda pair: pair[0],
    )
    ranked = [(cost, mention) for cost, mention in ranked if cost < UNSUITABLE]
    cue = _tight_cue(sentence, numeral)
    is_movable = cue is not None and numeral.unit in (Unit.PERCENT, Unit.MONEY, Unit.NONE)
    if cue is not None and is_movable and (not ranked or _is_far(numeral, *ranked[0], beside)):
        claim.metrics = _moved(sentence, numeral, cue)
        # "climbed to $269.77" is no low, whatever else the sentence speaks of.
        claim.is_tight = "price" in claim.metrics
        opposite = _HIGHS if "down" in cue.value.split() else _LOWS
        near = [metric for _, mention in ranked[:2] for metric in metrics_for(numeral, mention)]
        claim.others = tuple(metric for metric in near if not (claim.is_tight and metric in opposite))
        return
    if _SHARES.match(sentence.text, numeral.end) and numeral.unit is Unit.NONE:
        claim.metrics = ("volume", "shares_outstanding")
    elif ranked:
        _bind_nearest(claim, ranked, context)
    elif not sentence.metrics:
        _bind_without_a_name(sentence, claim, context)


def _bind_nearest(claim: Claim, ranked: Sequence[tuple[float, MetricMention]], context: Context) -> None:
    """Binds a number to the nearest name of a metric, with the next ones as alternatives."""
    numeral, (cost_of_first, first) = claim.numeral, ranked[0]
    claim.mention = first
    claim.metrics = metrics_for(numeral, first)
    claim.others = tuple(
        metric
        for cost, mention in ranked[1:]
        if cost < cost_of_first + 2.0
        for metric in metrics_for(numeral, mention)
    )
    if numeral.unit is Unit.MONEY and _is_large(numeral) and cost_of_first > _FAR:
        # "Apple is the larger of the two ($3.7T vs. $3.12T), though …"
        claim.others = (*claim.others, "market_cap")
    if first.start >= numeral.end:
        # The name behind it has a number of its own: this one may be what was spoken of before.
        claim.others = (*claim.others, *context.metrics)


def _bind_without_a_name(sentence: Sentence, claim: Claim, context: Context) -> None:
    """Binds a number of a sentence that names no metric to what was spoken of before."""
    numeral = claim.numeral
    claim.others = context.metrics
    if numeral.unit is Unit.PERCENT and numeral.sign:
        claim.others = (*claim.others, "change_percent")
    if numeral.unit is Unit.MONEY and (sentence.companies or sentence.cues_of("it")):
        # "Apple is at $250.50": a sum without a word is the price, or what all shares cost.
        claim.others = (*claim.others, "market_cap" if _is_large(numeral) else "price")
    elif numeral.unit is Unit.MONEY and ends_with(_FROM_OR_TO, sentence.text, numeral.start):
        claim.others = (*claim.others, "price", "first_close", "previous_close", "open")


def _is_large(numeral: Numeral) -> bool:
    return max(reading.value for reading in numeral.readings) >= LARGE


def _moved(sentence: Sentence, numeral: Numeral, cue: Mention) -> tuple[str, ...]:
    """What a number beside a word of direction is without a metric: ``rose 1.0%``, ``rose to $250.50``."""
    if numeral.unit is Unit.PERCENT:
        grown = ("revenue_growth", "earnings_growth") if "grow" in cue.value.split() else ()
        return ("change_percent", *grown)
    if numeral.readings[0].value >= LARGE:
        return ("net_income",)
    gap = sentence.text[cue.end : numeral.start] if cue.end <= numeral.start else ""
    if _FROM.search(gap):
        return ("previous_close", "first_close", "open", "price")
    if TO.search(gap):
        ends = ("highest", "day_high") if "up" in cue.value.split() else ("lowest", "day_low")
        return ("price", *ends)
    return ("change",)


def _tight_before(
    sentence: Sentence, numeral: Numeral, mentions: Sequence[MetricMention]
) -> MetricMention | None:
    """The metric right before a number, with nothing but a few words between."""
    mention = next((one for one in reversed(mentions) if one.end <= numeral.start), None)
    if mention is None:
        return None
    gap = sentence.text[mention.end : numeral.start]
    if len(gap) > CLOSE or _STOP.search(gap) or len(WORD.findall(gap)) > _MAX_TIGHT_WORDS or has_break(gap):
        return None
    if any(mention.end <= other.numeral.start < numeral.start for other in sentence.numbers):
        return None
    return mention


def _tight_after(
    sentence: Sentence, numeral: Numeral, mentions: Sequence[MetricMention]
) -> MetricMention | None:
    """The metric right behind a number: ``26.9% profit margin``, ``$416bn in revenue``."""
    # "34.1 times earnings": the unit of the number is part of the name.
    mention = next((one for one in mentions if one.start >= numeral.start and one.end > numeral.end), None)
    if mention is None:
        return None
    gap = sentence.text[numeral.end : mention.start]
    if not _FOLLOWING_GAP.fullmatch(gap):
        return None
    own_number = next((one for one in sentence.numbers if one.numeral.start >= mention.end), None)
    if (
        own_number is not None
        and not _LINK.search(gap)
        and _IS.fullmatch(sentence.text, mention.end, own_number.numeral.start)
    ):
        # The name has a number of its own behind it: "P/E 34.1 forward P/E 30.2".
        return None
    return mention


def _distance(sentence: Sentence, numeral: Numeral, mention: MetricMention, claims: Sequence[Claim]) -> float:
    before = mention.end <= numeral.start
    first, last = (mention.end, numeral.start) if before else (numeral.end, mention.start)
    if first > last:
        return UNSUITABLE
    gap = sentence.text[first:last]
    numbers = sum(first <= claim.numeral.start < last for claim in claims)
    names = sum(first <= one.start < last for one in sentence.metrics)
    cost = (
        0.02 * len(gap)
        + 1.0 * len(_ANY_COMMA.findall(gap))
        + (2.0 if before else 2.5) * numbers
        + 1.0 * names
    )
    cost += 4.0 * (HARD_STOP.search(gap) is not None) + 3.0 * has_break(gap)
    return cost + (0.0 if before else 1.5)


def _tight_cue(sentence: Sentence, numeral: Numeral) -> Mention | None:
    """The word of direction that a number stands with: ``rose 1.0%``, ``1.0% higher``, ``上涨1.01%``."""
    for cue in sentence.cues_of("up", "down"):
        if cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            is_free = not _STOP.search(gap) and (not _DIGIT.search(gap) or TO.search(gap))
            if len(gap) <= CLOSE and len(WORD.findall(gap)) <= 3 and is_free:
                return cue
        elif cue.start >= numeral.end and _BESIDE_CUE.fullmatch(sentence.text, numeral.end, cue.start):
            return cue
    return None
