"""Binds the numbers of a sentence to what they claim to be: metric, company, period, direction."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.apposition_binding import bind_appositions, bind_bracketed_ends
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.company_binding import bind_companies
from shared.figures.claims.compared_periods import bind_bracketed_starts, bind_compared_periods
from shared.figures.claims.currency_binding import bind_currencies
from shared.figures.claims.day_changes import bind_day_changes
from shared.figures.claims.direction_binding import bind_words
from shared.figures.claims.ellipsis_binding import bind_ellipses, bind_small_amounts
from shared.figures.claims.gaps import IN_OTHER_WORDS, ends_with, has_changed
from shared.figures.claims.joined_numbers import bind_brackets, bind_joined
from shared.figures.claims.list_binding import bind_lists, bind_parallels, bind_segments, is_range
from shared.figures.claims.metric_binding import QUARTER, bind_metrics
from shared.figures.claims.minuends import release_minuends
from shared.figures.claims.net_cash import bind_net_cash, names_negative
from shared.figures.claims.other_companies import bind_ranges
from shared.figures.claims.pair_binding import bind_starts
from shared.figures.claims.period_binding import bind_period
from shared.figures.claims.pointers import resolve_pointers
from shared.figures.claims.qualifiers import bind_qualifiers, narrow_multiples
from shared.figures.claims.share_binding import bind_shares, unbind_comparisons
from shared.figures.claims.subjects import compared, subjects, topic
from shared.figures.claims.target_estimates import bind_target_estimates
from shared.figures.claims.topic_periods import release_series, topic_period
from shared.figures.claims.unclaimed_names import (
    bind_unclaimed_names,
    bind_yields,
    leave_out_foreign_names,
)
from shared.figures.claims.unit_fit import leave_margin
from shared.figures.claims.zone_bounds import bounds_same_level
from shared.figures.reading.known_metrics import CHANGES
from shared.figures.reading.period_patterns import MONTH_BEHIND, NAMED_MONTH
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_THAT_IS: Final = re.compile(
    r"(?:\bi\.e\.|\bthat is|\bor|\boder|\balso|\bsoit|\bo sea|\bou seja|\bovvero|\bcioè),?\s$", re.IGNORECASE
)
_PER_SHARE: Final = re.compile(
    r"\s(?:per share|a share|je Aktie|pro Aktie|par action|por acción|por ação|per azione)\b", re.IGNORECASE
)
_AND: Final = re.compile(
    r",?\s(?:and|und|et|y|e)\s(?:the\s|its\s|die\s|der\s|das\s|le\s|la\s|les\s|el\s|los\s|las\s|o\s|a\s|i\s|il\s|l['’])?",
    re.IGNORECASE,
)
_TODAY: Final = re.compile(
    r"\b(?:today|currently|now|heute|derzeit|aktuell|aujourd['’]hui|actuellement|hoy|actualmente|hoje|oggi)"
    r":?\s(?:at\s|bei\s|à\s)?[$€£¥]?$",
    re.IGNORECASE,
)
"""Before a number that is of no other time than now."""
_BY: Final = re.compile(r"\s(?:by\s|um\s|de\s|del\s|di\s)?[*_]*", re.IGNORECASE)
_NEAR_ITS: Final = re.compile(
    r"\b(?:near|close to|just below|nahe(?: an)?|knapp unter|dicht an|proche de|près de|cerca de|perto d[aoe]"
    r"|vicino a\w*)\s?(?:its|the|their|seinem|ihrem|dem|son|sa|su|sua|seu|l[ae]|el|il|suo)?\s?$",
    re.IGNORECASE,
)
"""Before a level that something is only near."""
_LEVELS: Final = frozenset({"week_52_high", "week_52_low", "highest", "lowest"})
_EXTREMES: Final = frozenset({"highest", "lowest"})
_SURPRISE: Final = ("surprise_percent",)


def bind(sentence: Sentence, context: Context, default: Sequence[str]) -> list[Claim]:
    """Binds the numbers of a sentence.

    Args:
        sentence: The sentence.
        context: What the sentences before leave behind; brought up to date.
        default: The companies when neither the sentence nor the context names one.
    """
    resolve_pointers(sentence, context)
    leave_out_foreign_names(sentence, context.companies or default)
    if not sentence.numbers:
        _remember(sentence, (), context, default)
        return []
    claims = [Claim(number.numeral, number.is_change) for number in sentence.numbers]
    _bind_names(sentence, claims, context, default)
    _bind_times_and_signs(sentence, claims, context)
    _bind_earlier_results(sentence, claims)
    if sentence.citations:
        _bind_citations(sentence, claims)
    _remember(sentence, claims, context, default)
    return claims


def _bind_names(
    sentence: Sentence, claims: Sequence[Claim], context: Context, default: Sequence[str]
) -> None:
    """Tells which metric and which company each number is of."""
    bind_metrics(sentence, claims, context)
    bind_appositions(sentence, claims)
    bind_qualifiers(sentence, claims)
    bind_target_estimates(sentence, claims, context)
    bind_companies(sentence, claims, context, default)
    bind_brackets(sentence, claims)
    bind_joined(sentence, claims)
    if len(claims) > 1:
        bind_lists(sentence, claims, context)
        bind_parallels(sentence, claims)
        bind_segments(sentence, claims)
        bind_ranges(sentence, claims, context)
        bind_shares(sentence, claims)
    bind_ellipses(sentence, claims, context)
    bind_starts(sentence, claims)
    bind_small_amounts(claims)
    bind_bracketed_ends(sentence, claims)
    unbind_comparisons(sentence, claims, context)
    bind_unclaimed_names(sentence, claims)
    bind_yields(claims)
    bind_currencies(sentence, claims, context.known)
    narrow_multiples(sentence, claims)
    bind_day_changes(sentence, claims)
    release_minuends(sentence, claims)


def _bind_times_and_signs(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Tells the period of each number, its direction and whether words make it negative."""
    has_negative = False
    for index, claim in enumerate(claims):
        bind_period(sentence, claim, claims[:index], context)
        if ends_with(_TODAY, sentence.text, claim.numeral.start):
            # "Target for 2028: a margin of 14% to 16%, today 7.1%"
            claim.period = claim.topic_period = None
        _bind_extreme_of_period(sentence, claim)
        bind_words(sentence, claim, claims[index - 1] if index else None, index)
        leave_margin(claim)
        if index and not claim.direction and _shares_verb(sentence, claims[index - 1], claim):
            claim.direction = claims[index - 1].direction
        if index and claims[index - 1].is_negative and _goes_on(sentence, claims[index - 1], claim):
            claim.is_negative = True
        if has_negative and _is_loss_per_share(sentence, claim):
            claim.is_negative = True
        has_negative = has_negative or claim.is_negative
    for one, other in pairwise(claims):
        if (
            other.mention is not None
            and other.mention is one.mention
            and other.mention.start >= other.numeral.end
            and is_range(sentence, one.numeral, other.numeral)
        ):
            # "The forecast was cut: 1 to 2% growth is expected now."
            one.direction = one.numeral.sign or other.direction
    _bind_marks(sentence, claims, context)
    release_series(claims)
    bind_compared_periods(sentence, claims)
    bind_bracketed_starts(sentence, claims)
    bind_net_cash(sentence, claims, context)


def _shares_verb(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """``Revenue rose 4.7% and earnings 9.4%``: a name and a percentage go on with the verb before."""
    mention = claim.mention
    if mention is None or {before.numeral.unit, claim.numeral.unit} != {Unit.PERCENT}:
        return False
    return (
        before.numeral.end <= mention.start
        and mention.end <= claim.numeral.start
        and _AND.fullmatch(sentence.text, before.numeral.end, mention.start) is not None
        and _BY.fullmatch(sentence.text, mention.end, claim.numeral.start) is not None
    )


def _bind_marks(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """``Hitachi, on 70.8, is the only one above 70``, where the sentence before speaks of the RSI.

    In ``RSI at 38.6, above 30, MACD falling`` the mark is of the number before it, and of no name behind it.
    """
    for before, claim in pairwise(claims):
        if claim.threshold and claim.numeral.plain and not claim.is_tight and "rsi_14" in before.metrics:
            claim.metrics, claim.others = ("rsi_14",), ()
        if claim.threshold and bounds_same_level(sentence, before.numeral, claim.numeral):
            claim.metrics, claim.others, claim.mention = before.metrics, (), before.mention
    if sentence.metrics or "rsi_14" not in context.metrics:
        return
    for claim in claims:
        if claim.threshold and claim.numeral.plain:
            claim.metrics, claim.others = ("rsi_14",), ()


def _bind_earlier_results(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``They expect $7.15 per share, up from $6.59 in 2025``: the second one is of a share, too."""
    for index, (before, claim) in enumerate(pairwise(claims), start=1):
        if claim.mention is not None or not has_changed(sentence, before.numeral, claim.numeral):
            continue
        if claim.is_prior and "previous_close" in claim.metrics:
            # "R$1.12 a share, better than the R$1.09 expected, and up from R$1.02 a year ago"
            claim.add_others(*("eps" for one in claims[:index] if _may_be_result(one)))
        elif claim.period is not None and not claim.is_prior and _may_be_result(before):
            claim.add_others(*before.metrics, *before.others, "eps")


def _may_be_result(claim: Claim) -> bool:
    """Returns whether a number is of a share, as earned or as expected."""
    return "eps" in claim.others or "eps_estimate" in claim.metrics


def _bind_extreme_of_period(sentence: Sentence, claim: Claim) -> None:
    """``It peaked at $33.02 on May 12``: the high of a day that is named may be its close."""
    if "first_close" in claim.metrics:
        # "at the start of July"
        claim.add_others("price")
    if _EXTREMES.isdisjoint(claim.metrics):
        return
    if _is_of_price_nearby(sentence, claim):
        claim.add_others("price")
    if claim.period is None:
        start = claim.mention.end if claim.mention is not None else claim.numeral.start
        is_before = NAMED_MONTH.is_in(sentence.text, sentence.keys, start, claim.numeral.start)
        if is_before or MONTH_BEHIND.match(sentence.text, claim.numeral.end):
            # "vom Tief Ende August bei 749,80 Kronen"; "it dipped to $84.10 by the end of March"
            claim.add_others("price")
        return
    if claim.period.is_day:
        claim.metrics = (*claim.metrics, "price")
    elif claim.period.month is not None:
        # "It peaked in late August at $328.02": the highest close of that month.
        claim.add_others("price")
    else:
        # "EPS has risen to $3.13, with a peak of $3.20 in Q4 2025."
        claim.add_others(*(metric for one in sentence.metrics for metric in one.metrics))


def _is_of_price_nearby(sentence: Sentence, claim: Claim) -> bool:
    """``near its high: £52.12 against a 52-week high of £52.51``: the price is near, and is no high."""
    mention = claim.mention
    if mention is None or mention.end > claim.numeral.start:
        return False
    is_followed = any(
        one.start >= claim.numeral.end and one.metrics[0] in _LEVELS for one in sentence.metrics
    )
    return is_followed and ends_with(_NEAR_ITS, sentence.text, mention.start) is not None


def _is_loss_per_share(sentence: Sentence, claim: Claim) -> bool:
    """``It lost $3.52 billion on revenue of $5.84 billion, i.e. $2.87 per share``."""
    text, numeral = sentence.text, claim.numeral
    return ends_with(_THAT_IS, text, numeral.start) is not None and bool(_PER_SHARE.match(text, numeral.end))


def _goes_on(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """Returns whether a number is another in other words, or has the same name.

    "The net loss fell from 11.8 to 10.2 billion."
    """
    if claim.mention is not None and claim.mention is before.mention:
        return True
    return IN_OTHER_WORDS.fullmatch(sentence.text, before.numeral.end, claim.numeral.start) is not None


def _bind_citations(sentence: Sentence, claims: Sequence[Claim]) -> None:
    for claim in claims:
        behind = [one for one in sentence.citations if one.start >= claim.numeral.end]
        ids = [*behind[0].ids] if behind else []
        for before, cited in pairwise(behind):
            if sentence.text[before.end : cited.start].strip():
                break
            # "7% of the market value of $135.4 billion [2][10]": side by side, they are cited together.
            ids += cited.ids
        claim.cited = tuple(ids)


def _remember(sentence: Sentence, claims: Sequence[Claim], context: Context, default: Sequence[str]) -> None:
    context.period = topic_period(sentence, claims, context.period)
    context.window = next((one.window for one in reversed(claims) if one.window), context.window)
    context.named = tuple(sentence.metrics)
    named = subjects(sentence)
    if named:
        context.companies = topic(sentence, named) or context.companies or tuple(default) or named
    context.subject = context.subject or context.companies[:1]
    if sentence.companies:
        context.compared = compared(sentence)
        in_order = [mention.value for mention in sentence.companies]
        context.listed = tuple(dict.fromkeys((*(context.listed if context.paragraph else ()), *in_order)))
        context.paragraph = tuple(dict.fromkeys((*context.paragraph, *named)))
        context.recent = list(dict.fromkeys([*context.recent, *in_order]))[-4:]
    if sentence.metrics:
        is_possible = "negative" in sentence.kinds
        context.is_negative = is_possible and any(names_negative(sentence, claim) for claim in claims)
    told = [claim for claim in claims if claim.metrics]
    if not sentence.metrics and sentence.cues_of("beat", "miss") and QUARTER.search(sentence.text):
        # "Three of the last four quarters beat. Q4: €0.94 against €0.88."
        context.metrics = _SURPRISE
    elif told:
        context.mention = told[-1].mention
        names = dict.fromkeys([metric for claim in told for metric in claim.metrics])
        if not sentence.metrics and CHANGES.issuperset(names):
            # "They pay €1.90, a rise of 2.7%.": of what was spoken of before.
            names.update(dict.fromkeys(context.metrics))
        context.metrics = tuple(names)
    elif claims and not sentence.metrics and any(claim.others for claim in claims):
        # "Netflix reported $8.00 a share."
        context.metrics = tuple(dict.fromkeys(metric for claim in claims for metric in claim.others))
    elif sentence.metrics:
        context.metrics, context.mention = sentence.metrics[-1].metrics, sentence.metrics[-1]
