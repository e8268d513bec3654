"""Binds numbers in other words (``up $2.50, or 1.01%``), changes of a level, amounts of a share."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import IN_OTHER_WORDS, TO, ends_with
from shared.figures.claims.unit_fit import metrics_for
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.rare_pattern import Ending
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_SHORT: Final = 12
_FROM: Final = re.compile(r"(?:(?<![^\W\d_])(?:from|von|de|desde|da|dal|du)\s|から)$", re.IGNORECASE)
_PER_SHARE_WORDS: Final = re.compile(
    r"[\s*_]*(?:per share|a share|je Aktie|pro Aktie|par action|par titre|por acción|por título|por ação"
    r"|per azione|每股|1株当たり|주당)",
    re.IGNORECASE,
)
_EACH_SHARE: Final = re.compile(r"\b(?:each|every)\s(?:share|unit)\b[^\d;.]{0,24}$", re.IGNORECASE)
_OF_EACH: Final = re.compile(r"\s(?:behind|for|on)\s(?:each|every)\sshare\b", re.IGNORECASE)
_SHARE_KEYS: Final = frozenset(
    map(fold, word_set("share unit Aktie action titre acción título ação azione 每 株 주"))
)
"""Folded words for a share: without one, nothing is said to be of one."""
_PER_SHARE: Final = {
    "total_equity": "book_value_per_share",
    "net_income": "eps",
    "profit": "eps",
    "total_cash": "cash_per_share",
    "revenue": "revenue_per_share",
    "free_cash_flow": "fcf_per_share",
    "dividends_paid": "dividend_per_share",
}
SHARES_OF_REVENUE: Final = {
    "gross_profit": "gross_margin",
    "operating_income": "operating_margin",
    "net_income": "profit_margin",
    "profit": "profit_margin",
    "free_cash_flow": "fcf_margin",
}
"""What a percentage in brackets behind an amount may be: "$2.51 billion as operating income (15.4%)"."""
_OF_NOW: Final = re.compile(
    r"\b(?:current|present|latest|today|now|aktuell\w*|heutig\w*|actuel\w*|actual\w*|atual|attual\w*)\b",
    re.IGNORECASE,
)
"""In the name of a price that is none of the day before."""
_ROUGH: Final = 0.15
"""How far a part in words may be from the exact one, over its value."""
_ENDS_OF_RANGE: Final = 2
_OPENED: Final = re.compile(r"[\s*_]*[(（][\s*_]*")
_ENDS_IN_BRACKETS: Final = re.compile(
    r"[\s*_]*(?:and|to|und|bis|et|à|y|a|e|–|-|/|と|〜|和|至|와|과)[\s*_]*", re.IGNORECASE
)
_AT: Final = Ending(
    r"(?:^|[\s(,])(?:at|bei|à|a|(?:the\s)?(?:current|present|latest)(?:\sprice\sof)?|today's|aktuellen?"
    r"|actuels?|actual(?:es)?"
    r"|attuali?|atual|heutigen?)\s$",
    last="at bei à a ent est of 's aktuelle aktuellen uel uels al ales ali heutige heutigen",
)

_AVERAGES: Final = ("sma_", "ema_")
_WINDOW: Final = re.compile(r"\s(?:over|über|sur|en|a|su)\s", re.IGNORECASE)
"""Between the level of an average and its days."""


def bind_appositions(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds numbers in other words (``up $2.50, or 1.01%``) and changes (``the price rose by $2.50``)."""
    for before, claim in pairwise(claims):
        gap = sentence.text[before.numeral.end : claim.numeral.start]
        if not claim.is_tight and IN_OTHER_WORDS.fullmatch(gap):
            is_bracket = gap.strip() in ("(", "（") and _is_alone(sentence, claim)
            _bind_in_other_words(claim, before, is_bracket=is_bracket)
        if _restates_fraction(sentence, before, claim):
            claim.add_others(*before.metrics, *before.others)
    speaks_of_share = not sentence.keys.isdisjoint(_SHARE_KEYS)
    averages = [one for one in sentence.metrics if one.name.startswith(_AVERAGES)]
    for claim in claims:
        if speaks_of_share:
            _bind_per_share(sentence, claim)
        if averages:
            _bind_window(sentence, claim, averages)
        if (
            claim.numeral.unit is Unit.MONEY
            and not _is_price(claim)
            and ends_with(_AT, sentence.text, claim.numeral.start)
        ):
            claim.add_others("price")
        _bind_change(sentence, claim)


def _restates_fraction(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """``about half of its earnings (49.40%)``: whether brackets tell exactly what words tell roughly."""
    if claim.numeral.unit is not Unit.PERCENT or before.numeral.unit is not Unit.PERCENT:
        return False
    is_in_words = not any(map(str.isdigit, before.numeral.text))
    if not is_in_words or sentence.text[claim.numeral.start - 1 : claim.numeral.start] not in ("(", "（"):
        return False
    rough, exact = before.numeral.readings[0].value, claim.numeral.readings[0].value
    return abs(rough - exact) <= _ROUGH * rough


def bind_bracketed_ends(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``between the Bollinger bands ($149.07 and $158.64)``: both numbers in the brackets are of the name."""
    for one, other in pairwise(claims):
        mention = other.mention
        if mention is None or one.mention is mention or one.numeral.unit is not other.numeral.unit:
            continue
        if len(mention.metrics) < _ENDS_OF_RANGE:
            # "above its 20-day and 50-day averages ($16.64 and $16.94)": each is of a name of its own.
            continue
        text = sentence.text
        is_in_brackets = _OPENED.fullmatch(text, mention.end, one.numeral.start) is not None
        if is_in_brackets and _ENDS_IN_BRACKETS.fullmatch(text, one.numeral.end, other.numeral.start):
            one.mention, one.metrics, one.is_tight = mention, other.metrics, other.is_tight


def _bind_window(sentence: Sentence, claim: Claim, averages: Sequence[MetricMention]) -> None:
    """``74.20 over 20 days, 75.86 over 50``: the average that stands behind its level."""
    for mention in averages:
        if _WINDOW.fullmatch(sentence.text, claim.numeral.end, mention.start):
            claim.mention, claim.metrics, claim.others = mention, mention.metrics, ()
            claim.is_tight = claim.is_settled = True


def _is_alone(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number in brackets is the only one in them, and not part of a calculation."""
    end = claim.numeral.end
    closed = sentence.text.find(")", end)
    following = next((one.numeral.start for one in sentence.numbers if one.numeral.start >= end), None)
    return following is None or closed < 0 or closed <= following


def _is_price(claim: Claim) -> bool:
    """Returns whether the name of a price stands beside a number: it is no other one then."""
    metric = METRICS.get(claim.mention.name) if claim.mention is not None and claim.is_tight else None
    return metric is not None and metric.kind is Kind.PRICE


def _bind_in_other_words(claim: Claim, before: Claim, *, is_bracket: bool) -> None:
    claim.mention = before.mention or claim.mention
    claim.add_others(*before.metrics, *before.others)
    if {"change", "change_percent"} & {*before.metrics}:
        claim.add_others("change", "change_percent")
    if is_bracket and before.is_tight and before.mention is not None:
        # "Revenue: $416.2bn (+7.9%)": its growth or share, and nothing else.
        share = SHARES_OF_REVENUE.get(before.mention.name) if claim.numeral.unit is Unit.PERCENT else None
        metrics = metrics_for(claim.numeral, before.mention)
        claim.metrics, claim.is_tight, claim.nearby = (*metrics, *([share] if share else ())), True, ()


def _bind_change(sentence: Sentence, claim: Claim) -> None:
    """``The price rose by $2.50``: a change of what is named, where no word makes it a level."""
    numeral, mention = claim.numeral, claim.mention
    if mention is None or mention.end > numeral.start or numeral.unit not in (Unit.MONEY, Unit.NONE):
        return
    if mention.name == "price" and not _OF_NOW.search(sentence.text, mention.start, numeral.start):
        if _is_compared_with(sentence, mention):
            claim.add_others("previous_close")
        if ends_with(_FROM, sentence.text, numeral.start):
            # "The close rose from … to": the first close of the time.
            claim.add_others("first_close", "previous_close", "open")
    own = METRICS.get(mention.name)
    if own is None or (own.kind is not Kind.PRICE and mention.name != "total_cash"):
        return
    cues = [cue for cue in sentence.moves if mention.end <= cue.start < numeral.start]
    if cues and not TO.search(sentence.text[cues[-1].end : numeral.start]):
        # "The cash balance grew by $2.58 billion during the year."
        claim.metrics = (*claim.metrics, "net_change_in_cash" if mention.name == "total_cash" else "change")


def _is_compared_with(sentence: Sentence, mention: MetricMention) -> bool:
    """Returns whether the text compares with a close (``above the close of``): the previous close."""
    for cue in sentence.cues_of("above", "below", "object", "between", "up", "down"):
        if 0 <= mention.start - cue.end <= _SHORT:
            return True
    return False


def _bind_per_share(sentence: Sentence, claim: Claim) -> None:
    """``Book value is $4.95 per share``: the metric of a share, and not of the company."""
    numeral = claim.numeral
    is_each = numeral.unit is Unit.MONEY and ends_with(_EACH_SHARE, sentence.text, numeral.start)
    behind_name = claim.mention is not None and _OF_EACH.match(sentence.text, claim.mention.end)
    if not (is_each or behind_name or _PER_SHARE_WORDS.match(sentence.text, numeral.end)):
        return
    if claim.mention is None:
        claim.add_others("eps", "dividend_per_share", "eps_estimate")
        return
    if not claim.is_tight or claim.mention.name == "price":
        # "yields 1.06% at the current price: CHF 1.18 per share"
        claim.add_others("dividend_per_share", "eps")
    own = tuple(
        _PER_SHARE[name] for name in (claim.mention.name, *claim.mention.metrics) if name in _PER_SHARE
    )
    claim.metrics = tuple(dict.fromkeys((*own, *claim.metrics)))
