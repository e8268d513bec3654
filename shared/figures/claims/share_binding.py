"""Binds the two amounts of a share that is written out: "23% of revenue ($5.6 billion of $24.7 billion)"."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import ends_with
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_RATIO_OF: Final = re.compile(
    r"\b(?:ratio|Verhältnis|rapporto|rapport|relación|relação|índice|razão)"
    r"\s(?:of|at|is|von|de|di|ist|est|es|è|é)(?:\s[^\W\d_]+){0,2}\s$",
    re.IGNORECASE,
)
"""Before a ratio that only its kind is named of."""
_OVER: Final = re.compile(
    r"\s?(?:/|÷|out of|over|divided by|durch|of|von|sur|de|di|su|vs\.?)\s?", re.IGNORECASE
)
_OPENED: Final = re.compile(r"[(（=:]\s?[\s*_]*$")
_BRACKET: Final = re.compile(r"[\s*_]*[(（]\s?")
_EARNED_OF: Final = {
    "gross_margin": "gross_profit", "operating_margin": "operating_income", "profit_margin": "net_income",
    "fcf_margin": "free_cash_flow",
}  # fmt: skip
"""By margin: what is earned of the revenue."""
_YIELDS: Final = frozenset({"return_or_yield", "dividend_yield"})
_BARE_YIELDS: Final = word_set(
    """
    yield yields rendite renditen rendement rendements rendimiento rentabilidad rendimento rendibilidade
    利回り 收益率 수익률
    """
)
_WHAT_IT_COSTS: Final = frozenset({"market_cap", "price", "enterprise_value"})
_DEBTS: Final = frozenset({"total_debt", "net_debt", "liabilities"})
_MAX_BEFORE: Final = 60
_NEXT: Final = 20
AS_MUCH: Final = re.compile(
    r"\s(?:as|so)\s(?:much|many|large|big|high|great|expensive|viel|viele|groß|hoch|teuer)\b", re.IGNORECASE
)
"""What stands behind the ratio of two values that are compared."""
SHARE: Final = re.compile(r"[\s*_]*(?:of|des|vom|der|du|de|del|des|della|dei|da|do|の|的)\s", re.IGNORECASE)
"""What stands between a share and what it is of."""
_OF_BEFORE: Final = re.compile(
    r"\s?[の的의]?\s?(?:約|约|약|近|およそ|ほぼ|わずか|大约|大約|将近|不到|대략|거의)?\s?"
)
_TAKES: Final = re.compile(
    r"占(?:了|到|其|當年|当年|全年|总|總|20\d\d年)*的?$"
    r"|(?:相当于|相當於|等于|等於|约为|約為|约是)(?:其|公司|全年|目前|当前)?$"
)
_TAKEN: Final = re.compile(
    r"\s?(?:を占め|(?:程度|ほど)?に(?:相当|当た|あた|達|とどま|過ぎ|すぎ)|です|である|[을를]\s?차지|에\s?(?:해당|달|불과)|규모|수준)"
)
"""Around a share in Japanese, Chinese and Korean, where the whole is named first."""


def bind_shares(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds part and whole in brackets behind a percentage: the percentage is of the second one."""
    if not any(claim.numeral.unit in (Unit.PERCENT, Unit.MULTIPLE) for claim in claims):
        return
    has_bracket = "(" in sentence.text or "（" in sentence.text
    for share, amount in pairwise(claims) if has_bracket else ():
        if share.numeral.unit is Unit.PERCENT and amount.numeral.unit is not Unit.PERCENT:
            _bind_part(sentence, share, amount)
    _bind_terms_of_margin(sentence, claims)
    for index, (one, other) in enumerate(pairwise(claims)):
        if not index or not _are_part_and_whole(sentence, one, other):
            continue
        share = claims[index - 1]
        is_share = share.numeral.unit in (Unit.PERCENT, Unit.MULTIPLE)
        whole = whole_of(sentence, share.numeral.end)
        if is_share and whole is None:
            # "28.9% the year before (870 million of 3.01 billion)"
            one.add_others(*(metric for mention in sentence.metrics for metric in mention.metrics))
        if not is_share or whole is None or one.numeral.start - whole.end > _MAX_BEFORE:
            continue
        other.mention, other.metrics, other.is_tight = whole, whole.metrics, True
        if one.mention is whole:
            others = [mention for mention in sentence.metrics if mention is not whole]
            one.mention, one.metrics, one.is_tight, one.is_settled = None, (), False, False
            one.others = tuple(dict.fromkeys(metric for mention in others for metric in mention.metrics))


def _bind_terms_of_margin(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``the operating margin, $2.27 billion over $15.88 billion``: what is earned, and the revenue."""
    for one, other in pairwise(claims):
        mention = one.mention
        earned = None if mention is None else _EARNED_OF.get(mention.name)
        if earned is None or one.numeral.unit is not Unit.MONEY or other.numeral.unit is not Unit.MONEY:
            continue
        if _OVER.fullmatch(sentence.text, one.numeral.end, other.numeral.start):
            one.metrics, one.others = (earned,), ()
            other.metrics, other.others = ("revenue",), ()


def _bind_part(sentence: Sentence, share: Claim, amount: Claim) -> None:
    """``R&D accounts for 2.9% of revenue ($11.89 billion)``: an amount behind the whole may be the part."""
    whole = whole_of(sentence, share.numeral.end)
    if whole is None or amount.mention is not whole:
        return
    if not _BRACKET.fullmatch(sentence.text, whole.end, amount.numeral.start):
        return
    parts = [mention for mention in sentence.metrics if mention.end <= share.numeral.start]
    amount.others = tuple(dict.fromkeys(metric for mention in parts for metric in mention.metrics))
    amount.is_tight = amount.is_settled = False


def unbind_comparisons(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Takes ``three times as much`` for no valuation, and a yield of cash flow for none of dividends."""
    for claim in claims:
        mention, is_multiple = claim.mention, claim.numeral.unit is Unit.MULTIPLE
        if mention is None and not is_multiple:
            continue
        if (
            mention is not None
            and mention.name in _YIELDS
            and _is_yield_of_cash_flow(sentence, claim, mention, context)
        ):
            claim.metrics, claim.others = ("fcf_yield",), ()
        if is_multiple and AS_MUCH.match(sentence.text, claim.numeral.end):
            claim.metrics = claim.others = ()
        is_plain_ratio = mention is not None and mention.name in _DEBTS and claim.numeral.unit is Unit.NONE
        if is_plain_ratio and ends_with(_RATIO_OF, sentence.text, claim.numeral.start):
            # "ASML has €4.01 billion of debt and a ratio of just 0.20."
            claim.metrics, claim.others = ("debt_to_equity",), ()
        if is_multiple and mention is not None and _is_of_debt(sentence, claim, mention):
            claim.metrics, claim.others = ("debt_to_equity",), ()


def _is_of_debt(sentence: Sentence, claim: Claim, mention: MetricMention) -> bool:
    """``A dívida soma R$ 99,4 bilhões, ou 2,22 vezes o patrimônio``: no multiple of the price."""
    before = [one for one in sentence.metrics if one.end <= claim.numeral.start]
    return mention.name == "price_to_book" and bool(before) and before[-1].name in _DEBTS


def _is_yield_of_cash_flow(
    sentence: Sentence, claim: Claim, mention: MetricMention, context: Context
) -> bool:
    """``Free cash flow of $19.58 billion is a yield of 3%``: a yield is of what is named before it."""
    if claim.numeral.unit is not Unit.PERCENT:
        return False
    before = [one for one in sentence.metrics if one.end <= mention.start]
    is_bare = sentence.text[mention.start : mention.end].lower() in _BARE_YIELDS
    is_of_amount = any(
        one.numeral.unit is Unit.MONEY and one.numeral.end <= mention.start for one in sentence.numbers
    )
    if is_bare and not before and is_of_amount and context.mention is not None:
        # "**Free cash flow.** $6.60 billion, i.e. a yield of 2.4% on the market value."
        before = [context.mention]
    # "Free cash flow of $2.14 billion, on a market cap of $63.3 billion, is a yield of 3.4%."
    earned = [one for one in before if one.name not in _WHAT_IT_COSTS]
    return is_bare and bool(earned) and earned[-1].name == "free_cash_flow"


def _are_part_and_whole(sentence: Sentence, one: Claim, other: Claim) -> bool:
    start, end = one.numeral.end, other.numeral.start
    before = sentence.text[max(0, one.numeral.start - 4) : one.numeral.start]
    return (
        one.numeral.unit is other.numeral.unit
        and _OPENED.search(before) is not None
        and _OVER.fullmatch(sentence.text, start, end) is not None
    )


def whole_of(sentence: Sentence, end: int) -> MetricMention | None:
    """Returns what a percentage that ends at a place is said to be of: ``90% of net income``."""
    of = SHARE.match(sentence.text, end)
    if of is None:
        return None
    return next((one for one in sentence.metrics if 0 <= one.start - of.end() <= _NEXT), None)


def named_whole_before(sentence: Sentence, numeral: Numeral) -> MetricMention | None:
    """Returns what is named before a percentage that is a part of it: ``占營收24.7%``."""
    if numeral.unit is not Unit.PERCENT or sentence.text.isascii():
        return None
    whole = next((one for one in reversed(sentence.metrics) if one.end <= numeral.start), None)
    if whole is None or not _OF_BEFORE.fullmatch(sentence.text, whole.end, numeral.start):
        return None
    is_told = _TAKES.search(sentence.text, max(0, whole.start - _NEXT), whole.start)
    return whole if is_told or _TAKEN.match(sentence.text, numeral.end) else None


def is_share(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a percentage is said to be a part of what follows it."""
    return claim.numeral.unit is Unit.PERCENT and SHARE.match(sentence.text, claim.numeral.end) is not None
