"""Binds numbers to metrics: to the name right beside them, else to the nearest one of a fitting unit."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from shared.figures.claims.adjacency import direction_beside, distance, names_beside, names_of_compared
from shared.figures.claims.alternative_metrics import (
    SHARES,
    bind_alternatives,
)
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import NOW, TO, ends_with
from shared.figures.claims.like_before import bind_like_before
from shared.figures.claims.unit_fit import LARGE, SUITABLE, UNSUITABLE, fits, metrics_for
from shared.figures.reading.known_metrics import CHANGES, METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import Ending, RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_FROM: Final = re.compile(r"(?<![^\W\d_])(?:from|von|de|desde|da|dal)\s[\s*_]*$|から$", re.IGNORECASE)
_FROM_OR_TO: Final = re.compile(
    r"(?:^|\s)(?:from|to|von|auf|de|à|desde|hasta|a|da|para)\s(?:about\s|around\s)?$", re.IGNORECASE
)
_OF_MOVE: Final = re.compile(r"\s(?:de|di|d['’])\s?", re.IGNORECASE)
_CHANGED_FROM: Final = re.compile(
    r"[\s*_]*[,(]?\s?(?:(?:up|down|gestiegen|gesunken|en hausse|en baisse|subiendo|bajando)\s)?"
    r"(?:from|after|von|nach|de|après|desde|tras|da|dal|dopo|após)\s",
    re.IGNORECASE,
)
_SHORT: Final = 12
_MOVED_TO: Final = ("change_percent", "return_or_yield")
"""What a percentage is that something has moved to."""
_WEAK: Final = frozenset({"trading"})
"""Names that tell little: something trades at a price, and at a multiple."""
_STARTS: Final = frozenset({"first_close", "previous_close", "open"})
"""Prices that something moves away from."""
_FAR: Final = 3.0
_OF_ANOTHER: Final = 2.0
"""How much farther a name is that stands beside another number."""
_AFTER: Final = re.compile(
    r"\b(?:after|nach|après|tras|después de|depois de|após|dopo)\s"
    r"(?:(?:all|its|the|allen?|toutes?|les|los|las|os|as|i|le|gli)\s){0,2}$",
    re.IGNORECASE,
)
_ITS_AMOUNT: Final = re.compile(r"\s(?:of|von|in Höhe von|de|di)\s[*_$€£¥]*", re.IGNORECASE)
"""Between the name of what was paid and how much it was."""
_LEFT_AFTER: Final = {
    "selling_general_administrative": ("operating_income",),
    "operating_expenses": ("operating_income",),
    "cost_of_revenue": ("gross_profit", "operating_income"),
    "interest_expense": ("pretax_income", "net_income"),
    "income_tax": ("net_income",),
    "capital_expenditure": ("free_cash_flow",),
}
_AFTER_TAX: Final = re.compile(r"(?:after|nach|après|después|depois|dopo)\s", re.IGNORECASE)
"""Before the tax in the name of what remains: ``after taxes of $574 million``."""
"""The remainder of the revenue, or of the cash flow, by what has been paid."""
_OF_NEXT: Final = 0.75
"""How much farther a name is that stands beside a number behind."""
_HIGHS: Final = frozenset({"highest", "day_high", "week_52_high"})
_LOWS: Final = frozenset({"lowest", "day_low", "week_52_low"})
_HIGHS_AND_LOWS: Final = _HIGHS | _LOWS
_FROM_ITS: Final = re.compile(r"\b(?:from|von|de|desde|da|dal|del)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_PAYS: Final = re.compile(
    r"\b(?:pays?|paid|paying|distributes?d?|zahlt|zahlte|schüttet|verse|a versé|paga|pagó|pagou|ha pagato)\b",
    re.IGNORECASE,
)
_NUMBERED_QUARTER: Final = re.compile(r"(?<![^\W_])(?:[QT][1-4]|[1-4][QT])(?!\w)")
_EACH_QUARTER: Final = re.compile(
    r"(?:\s(?:to|auf|à|a|para)\s[$€£¥]?\d[\d.,]*(?:\s[^\W\d_]+)?)?"
    r"\s(?:a|per|each|every|im|je|pro|par|por|al)\s(?:quarter|Quartal|trimestre)\b",
    re.IGNORECASE,
)
"""Behind what is paid in each quarter, or what that was raised from."""
_PAID_OUT: Final = re.compile(
    r"\s(?:paid|distributed|ausgeschüttet|versés?|distribués?|pagados?|repartidos?|pagos?|distribuídos?|distribuiti)(?!\sfor)\b"
)
"""Behind what shareholders are paid: "$8.38 of earnings against $6.70 paid"."""
QUARTER: Final = re.compile(
    r"(?<!per )(?<!a )(?<!every )(?<!each )\bquarter|quartal|trimestre|四半期|季度|분기", re.IGNORECASE
)
_THAN_AGO: Final = RarePattern(
    r"\s(?:higher|lower|more|less|up|down|above|below)\s(?:than|from)\s(?:it was\s|where it was\s)?"
    r"(?:(?:an?|one|two|three|six|nine|twelve|\d+)\s(?:weeks?|months?|quarters?|years?)|half a year)"
    r"\s(?:ago|earlier)\b",
    re.IGNORECASE,
)
"""Behind how far a price is from that of some time ago."""
_A_TIME: Final = RarePattern(
    r"\s(?:a|per|each|every|im|pro|je|par|por|al|ao)\s(?:month|quarter|year|Monat|Quartal|Jahr|mois|trimestre|an|mes|año"
    r"|mês|ano|mese|anno)\b",
    re.IGNORECASE,
)
"""Behind what is paid again and again."""
_FROM_END: Final = re.compile(r"\b(?:from|von|de|desde|da|dal|du)\s$", re.IGNORECASE)
_AT: Final = Ending(r"[;:–—(]\s?at\s$", last="at")
_DEBT: Final = ("total_debt",)
_NET_DEBT: Final = "net_debt"
_WORTH_VERBS: Final = frozenset({"worth", "is worth", "was worth"})
_DEAL: Final = re.compile(
    r"\b(?:deal|contract|order|agreement|purchase|takeover|programme|program)\s(?:(?:is|was)\s)?$",
    re.IGNORECASE,
)
_COST_VERBS: Final = frozenset({"cost", "costs", "coûte", "coûtent", "kostet", "cuesta", "costa", "custa"})
_ESTIMATES: Final = frozenset({"consensus", "eps_estimate", "revenue_estimate", "analyst_count"})
_AND_UP_FROM: Final = re.compile(r",?\s(?:and|but)\s(?:also\s)?(?:well\s)?(?:up|down)\sfrom\s[$€£¥]?")
"""Between the name of an estimate and an earlier result."""
_SALES: Final = frozenset({"revenue", "revenue_estimate"})
_ON_SALES: Final = re.compile(r"[^\d.;,:]{0,24}\son\s(?:total\s|net\s|annual\s|expected\s)?", re.IGNORECASE)
"""Between what is earned and the sales it is earned on: ``$2.99 billion last year on sales of``."""
_TAX: Final = ("income_tax",)
_TAX_RATE: Final = "tax_rate"
_AT_RATE: Final = re.compile(
    r"[\s,]*\(?[\s,]*(?:or\s|at\s|i\.e\.\s|bei\s|à\s|con\s|a\s)?(?:an?\s|einer?\s|einem\s|un\s|una\s|uma\s)?"
    r"(?:effective\s|tax\s)*(?:rate|Quote|Steuersatz|Satz|taux|tasa|tipo|taxa|aliquota)?\s?(?:of|von|de|del|di)?\s?",
    re.IGNORECASE,
)
"""Between the taxes and their share of the income: ``(a rate of``."""
_AND_SALES: Final = re.compile(
    r"[^\d.;:]{0,24},?\s(?:and|with|und|mit|bei|et|avec|pour|y|con|e|com)\s(?:[^\W\d]+\s){0,2}", re.IGNORECASE
)
"""Between what is earned a share and the sales: ``se esperan 0,76 dólares y unos ingresos de``."""
_WORTH: Final = re.compile(
    r"[\s-](?!(?:at|for|by|of|from|in|and)\s)(?:[\w-]+\s){0,2}(?:company|giant|behemoth|heavyweight|colossus|business|stock|mega-cap)\b",
    re.IGNORECASE,
)
"""Behind what a company is worth: "a $3.7 trillion company"."""


def bind_metrics(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Sets the metrics of numbers."""
    tight, taken = names_beside(sentence, claims)
    compared = names_of_compared(sentence, claims, tight)
    beside = {mention.start for mention in tight.values()}
    for index, claim in enumerate(claims):
        mention = _without_start(sentence, tight.get(index), claim)
        previous = claims[index - 1] if index else None
        goes_on = mention is None and previous is not None and _goes_on(sentence, previous, claim)
        if goes_on and previous is not None:
            mention = previous.mention
        numeral = claim.numeral
        if numeral.unit is Unit.MONEY and _is_large(numeral) and _WORTH.match(sentence.text, numeral.end):
            claim.metrics, claim.is_tight = ("market_cap",), True
        elif index in compared:
            claim.mention, claim.is_tight = compared[index], compared[index].name not in _WEAK
            claim.metrics = metrics_for(numeral, compared[index])
        elif mention is None or taken.get(mention.start, index) != index:
            _bind_loosely(sentence, claim, claims, beside, context)
        else:
            claim.mention, claim.is_tight = mention, mention.name not in _WEAK
            claim.metrics = _left_after(sentence, claim) or metrics_for(claim.numeral, mention)
            if goes_on and (mention.name in _STARTS or _is_start_of_move(sentence, mention)):
                # "since the start of the period from $208 to $241"
                claim.metrics = ("price", "highest", "lowest")
            elif goes_on and index > 1 and ends_with(_FROM, sentence.text, claims[index - 2].numeral.start):
                # "from $5.63B on revenue of $38.15B to $6.73B on $45.63B"
                claim.is_tight, claim.others = False, claims[index - 2].metrics
        if claim.metrics == _DEBT:
            _bind_to_net_debt(sentence, previous, claim)
        if claim.numeral.unit is Unit.PERCENT:
            _bind_tax_rate(sentence, previous if mention is None else None, claim)
        _bind_by_place(sentence, previous if mention is None else None, claim)
        _leave_market_value(sentence, claim)
        _add_dividends(sentence, claim)
        bind_alternatives(sentence, claim, previous, context)
        bind_like_before(sentence, claim, claims[:index])


def _without_start(sentence: Sentence, mention: MetricMention | None, claim: Claim) -> MetricMention | None:
    """``54 cents, two ahead of the consensus and up from 46``: what it was before is no estimate."""
    if mention is None or mention.name not in _ESTIMATES:
        return mention
    return None if _AND_UP_FROM.fullmatch(sentence.text, mention.end, claim.numeral.start) else mention


def _leave_market_value(sentence: Sentence, claim: Claim) -> None:
    """``The dividend costs it 1.24 billion francs``, ``the deal is worth $2.3 billion``: no market value."""
    mention = claim.mention
    if mention is None or not _is_large(claim.numeral):
        return
    written = sentence.text[mention.start : mention.end].lower()
    is_deal = written in _WORTH_VERBS and ends_with(_DEAL, sentence.text, mention.start) is not None
    is_cost = written in _COST_VERBS and not any(one.end <= mention.start for one in sentence.companies)
    if is_deal or is_cost:
        claim.metrics, claim.is_tight = (), False
        claim.add_others("market_cap", "dividends_paid")


def _left_after(sentence: Sentence, claim: Claim) -> tuple[str, ...]:
    """``after overheads $6.10 billion remains``: the metric of the remainder; empty for other numbers."""
    mention = claim.mention
    if mention is None or claim.numeral.unit not in (Unit.MONEY, Unit.NONE):
        return ()
    is_before = mention.end <= claim.numeral.start
    if mention.name == "net_income" and is_before and _is_tax(sentence, claim, mention):
        return _TAX
    left = _LEFT_AFTER.get(mention.name, ())
    if not left:
        return ()
    if is_before and _ITS_AMOUNT.fullmatch(sentence.text, mention.end, claim.numeral.start):
        # "After capital expenditure of $271 million, $1.36 billion is left": the first one is what was spent.
        return ()
    return left if is_before and ends_with(_AFTER, sentence.text, mention.start) else ()


def _is_tax(sentence: Sentence, claim: Claim, mention: MetricMention) -> bool:
    """``After taxes of $574 million, net income was``: what was paid; ``a profit after tax of`` is no tax."""
    return (
        _AFTER_TAX.match(sentence.text, mention.start) is not None
        and _ITS_AMOUNT.fullmatch(sentence.text, mention.end, claim.numeral.start) is not None
        and not any(one.end == mention.start - 1 for one in sentence.metrics)
    )


def _bind_tax_rate(sentence: Sentence, previous: Claim | None, claim: Claim) -> None:
    """``taxes of $574 million (a rate of 20.6%)``: of the income before taxes."""
    if claim.metrics == _TAX:
        claim.add_others(_TAX_RATE)
    elif previous is None or previous.metrics != _TAX:
        return
    elif _AT_RATE.fullmatch(sentence.text, previous.numeral.end, claim.numeral.start):
        claim.metrics, claim.others, claim.is_tight = (_TAX_RATE,), (), False


def _bind_by_place(sentence: Sentence, previous: Claim | None, claim: Claim) -> None:
    """Binds a number by where it stands: at the end of a move, behind "up from", at a price.

    Args:
        sentence: The sentence.
        previous: The number before, for one that has no name of its own; else None.
        claim: The number; set.
    """
    numeral = claim.numeral
    if previous is not None and _ends_move(sentence, previous, claim):
        claim.metrics = ("price", "highest", "lowest")
    if previous is not None and _is_earlier_rate(sentence, previous, claim):
        claim.metrics, claim.others, claim.is_tight = previous.metrics, claim.metrics, False
    named = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_of_price = numeral.unit is Unit.PERCENT and named is not None and named.kind is Kind.PRICE
    if is_of_price and _THAN_AGO.match(sentence.text, numeral.end):
        # "3.4% above the average and 4.2% higher than six months ago"
        claim.metrics, claim.mention, claim.is_tight = ("change_percent",), None, False
    if (
        numeral.unit is Unit.MONEY
        and "price" in claim.metrics
        and _THAN_AGO.match(sentence.text, numeral.end)
    ):
        # "almost $15 less than half a year ago"
        claim.add_others("change")
    if claim.metrics[:1] in (("previous_close",), ("first_close",)) and NOW.match(sentence.text, numeral.end):
        # "It closed at $664.12 the day before and is at $641.85 now."
        claim.metrics = ("price",)
    is_price = numeral.unit is Unit.MONEY and not _is_large(numeral)
    if is_price and _A_TIME.match(sentence.text, numeral.end):
        # "500 shares at $0.2695 a month"
        claim.add_others("dividend_per_share")
    is_start = is_price and "conditional" in sentence.kinds and not claim.is_tight
    if is_start and ends_with(_FROM_END, sentence.text, numeral.start):
        # "If it returned to its 52-week high, that would be a gain of 3.8% from $250.50."
        claim.add_others("price")
    if is_price and ends_with(_AT, sentence.text, numeral.start):
        # "The range is $42.78 to $59.46; at $47.13, it is 10.2% above the low."
        claim.metrics, claim.is_tight = ("price", *claim.metrics), False


def _is_start_of_move(sentence: Sentence, mention: MetricMention) -> bool:
    """``has run from its 52-week low of $86.25 to $134.05``: the second number is no low."""
    return mention.name in _HIGHS_AND_LOWS and ends_with(_FROM_ITS, sentence.text, mention.start) is not None


def _ends_move(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``from a 52-week low of $86.25 the shares have climbed to $134.05``: the second number is no low."""
    start = previous.mention
    return (
        start is not None
        and claim.numeral.unit in (Unit.MONEY, Unit.NONE)
        and _is_start_of_move(sentence, start)
        and ends_with(TO, sentence.text, claim.numeral.start) is not None
        and any(previous.numeral.end <= cue.start < claim.numeral.start for cue in sentence.moves)
    )


def _is_earlier_rate(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``Gross margin was 37.1%, up from 36.4%``: the second one is a margin, and no change."""
    metric = (
        METRICS.get(previous.mention.name) if previous.mention is not None and previous.is_tight else None
    )
    gap = sentence.text[previous.numeral.end : claim.numeral.start]
    return (
        metric is not None
        and previous.mention is not None
        # "China contributed 12% of sales, down from 18%": both are shares.
        and (metric.kind is Kind.PERCENT or previous.mention.start >= previous.numeral.end)
        and previous.mention.name not in CHANGES
        and claim.numeral.unit is previous.numeral.unit is Unit.PERCENT
        and len(gap) <= _SHORT + _SHORT
        and _FROM.search(gap) is not None
    )


def _is_far(numeral: Numeral, cost: float, mention: MetricMention, beside: AbstractSet[int]) -> bool:
    """Returns whether the word of direction beside a number tells more than the nearest name."""
    return cost + _OF_ANOTHER * (mention.start in beside) > _FAR or mention.start >= numeral.end


def _continues(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``revenue grew 15% to $281.7 billion``: change and level of the same metric."""
    start, end = previous.numeral.end, claim.numeral.start
    gap = sentence.text[start:end]
    # "subiu de 14,5% em 2024 para 18,2% em 2025"
    named = sum(one.end - one.start for one in sentence.periods if start <= one.start and one.end <= end)
    return (
        previous.is_tight
        and previous.mention is not None
        and previous.mention.end <= previous.numeral.start
        and len(gap) - named <= _SHORT
        and TO.search(gap) is not None
        and fits(claim.numeral, previous.mention) < SUITABLE
    )


def _add_dividends(sentence: Sentence, claim: Claim) -> None:
    """``$6.70 paid``, ``the dividend, which costs $11.6 billion``: amounts that shareholders get."""
    if claim.numeral.unit is not Unit.MONEY:
        return
    is_large = _is_large(claim.numeral)
    if not is_large and "dividends_paid" in (*claim.metrics, *claim.others):
        # "What do 100 shares pay in dividends?" – "100 × $0.23 = $23"
        claim.add_others("dividend_per_share")
    is_named = is_large and any("dividend_per_share" in mention.metrics for mention in sentence.metrics)
    if is_named or _PAID_OUT.match(sentence.text, claim.numeral.end):
        claim.add_others("dividends_paid" if is_large else "dividend_per_share")


def _goes_on(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """Returns whether a number is of the metric of the one before it."""
    return _continues(sentence, previous, claim) or _has_changed_from(sentence, previous, claim)


def _is_start_of_level(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``It slipped to 16.3% from 18.2%``: both of what was spoken of before."""
    gap = sentence.text[previous.numeral.end : claim.numeral.start]
    are_levels = claim.numeral.unit is previous.numeral.unit is Unit.PERCENT and previous.mention is None
    return are_levels and _are_percentages(previous.metrics) and _CHANGED_FROM.fullmatch(gap) is not None


def _has_changed_from(sentence: Sentence, previous: Claim, claim: Claim) -> bool:
    """``a current ratio of 0.87, down from 0.99``: of the same metric; prices have names for their past."""
    mention, unit = previous.mention, claim.numeral.unit
    if mention is None or not previous.is_tight or unit is not previous.numeral.unit or unit is not Unit.NONE:
        return False
    kinds = {METRICS[metric].kind for metric in mention.metrics if metric in METRICS}
    gap = sentence.text[previous.numeral.end : claim.numeral.start]
    return kinds == {Kind.RATIO} and _CHANGED_FROM.fullmatch(gap) is not None


def _bind_loosely(
    sentence: Sentence, claim: Claim, claims: Sequence[Claim], beside: AbstractSet[int], context: Context
) -> None:
    numeral = claim.numeral
    before = [one for one in claims if one.numeral.end <= numeral.start and one.metrics == context.metrics]
    if before and _is_start_of_level(sentence, before[-1], claim):
        claim.metrics = before[-1].metrics
        return
    costs = [
        distance(sentence, numeral, one, claims)
        + fits(numeral, one)
        # "The average at €49.16 is 2.8% away and the high at €51.62 7.9%."
        + (_OF_NEXT if one.start >= numeral.end and one.start in beside else 0.0)
        for one in sentence.metrics
    ]
    ranked = sorted(zip(costs, sentence.metrics, strict=True), key=lambda pair: pair[0])
    ranked = [(cost, mention) for cost, mention in ranked if cost < UNSUITABLE]
    cue = direction_beside(sentence, numeral)
    is_bound = numeral.unit is Unit.NONE and any(0 <= numeral.start - one.end <= 1 for one in sentence.bounds)
    is_movable = (
        cue is not None
        and not (is_bound and ranked)
        and numeral.unit in (Unit.PERCENT, Unit.MONEY, Unit.NONE)
    )
    if cue is not None and is_movable and (not ranked or _is_far(numeral, *ranked[0], beside)):
        _bind_to_move(sentence, claim, cue, ranked, context)
    elif SHARES.match(sentence.text, numeral.end) and numeral.unit is Unit.NONE:
        claim.metrics = ("volume", "shares_outstanding")
    elif ranked:
        if not _bind_to_earnings(sentence, claim, ranked[0][1]):
            _bind_nearest(claim, ranked, context)
            _add_earnings(sentence, claim, ranked[0][1])
    else:
        _bind_without_a_name(sentence, claim, context)


def _bind_to_move(
    sentence: Sentence,
    claim: Claim,
    cue: Mention,
    ranked: Sequence[tuple[float, MetricMention]],
    context: Context,
) -> None:
    """Binds a number to the word of direction beside it, with the nearest names as alternatives."""
    numeral = claim.numeral
    claim.metrics = _moved(sentence, numeral, cue)
    # "climbed to $269.77" is no low, whatever else the sentence speaks of.
    claim.is_tight = "price" in claim.metrics
    opposite = _HIGHS if "down" in cue.value.split() else _LOWS
    near = [metric for _, mention in ranked[:2] for metric in metrics_for(numeral, mention)]
    claim.others = tuple(metric for metric in near if not (claim.is_tight and metric in opposite))
    if not sentence.metrics or _speaks_on(sentence, numeral):
        # "It earned $8.00 a share. That is 5% up from $7.62."
        claim.others = context.metrics
        is_start = numeral.unit is Unit.PERCENT and ends_with(_FROM_END, sentence.text, numeral.start)
        if (claim.metrics == _MOVED_TO or is_start) and _are_percentages(context.metrics):
            # "The operating margin tells another story. It slipped to 16.3%."
            claim.metrics, claim.others = context.metrics, claim.metrics
    if numeral.sign < 0 and numeral.unit is Unit.NONE:
        # "It is still negative at −0.062": no price is, but what was spoken of before may be.
        claim.add_others(*context.metrics)
    if _is_large(numeral):
        # "the larger of the two ($3.7T vs. $3.12T)"
        claim.add_others("market_cap")


def _bind_to_net_debt(sentence: Sentence, previous: Claim | None, claim: Claim) -> None:
    """``after subtracting the cash, it still owes about $22 billion``: a net debt, behind its own words."""
    start = previous.numeral.end if previous is not None else 0
    for one in sentence.metrics:
        if one.name == _NET_DEBT and start <= one.start and one.end <= claim.numeral.start:
            claim.metrics, claim.others = (_NET_DEBT,), claim.metrics
            claim.mention, claim.is_tight = one, False


def _bind_to_earnings(sentence: Sentence, claim: Claim, mention: MetricMention) -> bool:
    """``62 cents on sales of $12.3 billion``: what is earned on the sales that are named behind it."""
    numeral = claim.numeral
    if numeral.unit is not Unit.MONEY or mention.start < numeral.end or mention.name not in _SALES:
        return False
    if _ON_SALES.fullmatch(sentence.text, numeral.end, mention.start) is None:
        return False
    earned, expected = ("net_income", ()) if _is_large(numeral) else ("eps", ("eps_estimate",))
    claim.metrics, claim.others = (earned, *expected), mention.metrics
    return True


def _add_earnings(sentence: Sentence, claim: Claim, mention: MetricMention) -> None:
    """``se esperan 0,76 dólares y unos ingresos de 4.480 millones``: no sales are that small."""
    numeral = claim.numeral
    is_amount = numeral.unit is Unit.MONEY and mention.name in _SALES and mention.start >= numeral.end
    if (
        is_amount
        and not _is_large(numeral)
        and _AND_SALES.fullmatch(sentence.text, numeral.end, mention.start)
    ):
        claim.add_others("eps", "eps_estimate")


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
        claim.add_others("market_cap")
    if numeral.unit is Unit.PERCENT and first.name == "income_tax":
        # "Taxes were $8.57 billion, a rate of 21%."
        # "The tax bill was $21 billion, a rate of 15.6%"
        claim.metrics = (*claim.metrics, "tax_rate")
    if first.start >= numeral.end:
        # The name behind it has a number of its own: this one may be what was spoken of before.
        claim.add_others(*context.metrics)


def _speaks_on(sentence: Sentence, numeral: Numeral) -> bool:
    """``It slipped to 16.3%, because selling costs rose``: of what the sentence before names."""
    is_named = any(one.start < numeral.start for one in sentence.metrics)
    return not is_named and any(cue.start < numeral.start for cue in sentence.cues_of("it"))


def _are_percentages(metrics: Sequence[str]) -> bool:
    kinds = {METRICS[metric].kind for metric in metrics if metric in METRICS}
    return kinds == {Kind.PERCENT}


def _bind_without_a_name(sentence: Sentence, claim: Claim, context: Context) -> None:
    """Binds a number of a sentence that names no metric to what was spoken of before."""
    numeral = claim.numeral
    # "It spent $6.41 billion on its own shares and $1.25 billion on dividends. A year earlier it was …"
    claim.others = tuple(
        dict.fromkeys((*context.metrics, *(one for name in context.named for one in name.metrics)))
    )
    if numeral.unit is Unit.PERCENT and (
        (numeral.sign or (sentence.durations and sentence.bounds))
        or sentence.cues_of("past_year", "today", "up", "down", "prior")
    ):
        claim.add_others("change_percent")
    if numeral.unit is Unit.PERCENT and "dividend_per_share" in context.metrics:
        # "Does HSBC pay a good dividend?" – "No, only 0.50%."
        claim.add_others("dividend_yield")
    if numeral.unit is Unit.PERCENT and "target_mean_price" in context.metrics:
        # "On average they see Nike 11% above its price; for Costco it is 51%."
        claim.add_others("upside")
    claim.add_others(*_of_surprise(sentence, numeral, context))
    if numeral.unit is Unit.POINTS and sentence.moves:
        # "The 10-year Treasury yield climbed 13 basis points."
        claim.add_others("change")
    if numeral.unit is Unit.MULTIPLE and not claim.others:
        # "JPMorgan: 23.5x"
        claim.others = ("trailing_pe", "forward_pe")
    claim.add_others(*_of_quarter(sentence, numeral))
    if numeral.unit is Unit.MONEY and (sentence.companies or sentence.cues_of("it")):
        # "Apple is at $250.50": a sum without a word is the price, or what all shares cost.
        claim.add_others("market_cap" if _is_large(numeral) else "price")
        if _PAYS.search(sentence.text, 0, numeral.start):
            claim.add_others("dividends_paid" if _is_large(numeral) else "dividend_per_share")
    elif numeral.unit is Unit.MONEY and ends_with(_FROM_OR_TO, sentence.text, numeral.start):
        claim.add_others("price", "first_close", "previous_close", "open")


def _of_quarter(sentence: Sentence, numeral: Numeral) -> Iterator[str]:
    """Yields what a small amount beside the word for a quarter may be."""
    if numeral.unit is not Unit.MONEY or _is_large(numeral):
        return
    if QUARTER.search(sentence.text) or _NUMBERED_QUARTER.search(sentence.text):
        # "$1.20 in the latest quarter, in line with expectations."; "Q1 €1.79, Q2 €2.14"
        yield "eps"
    if _EACH_QUARTER.match(sentence.text, numeral.end):
        # "It was raised by a penny, from 95 to 96 cents a quarter."
        yield "dividend_per_share"


def _of_surprise(sentence: Sentence, numeral: Numeral, context: Context) -> tuple[str, ...]:
    """``Q4: a beat of 20.7%. Q3: $0.30 against $0.34``: what was earned, and what was expected."""
    is_told = context.metrics == ("surprise_percent",) or bool(sentence.cues_of("beat", "miss"))
    is_amount = numeral.unit is Unit.MONEY and not _is_large(numeral)
    return ("eps", "eps_estimate") if is_told and is_amount else ()


def _is_large(numeral: Numeral) -> bool:
    return max(numeral.readings).value >= LARGE


def _moved(sentence: Sentence, numeral: Numeral, cue: Mention) -> tuple[str, ...]:
    """Returns the metric of a number without a name: ``rose 1.0%``, ``rose to $250.50``."""
    if (
        numeral.unit is Unit.PERCENT
        and cue.end <= numeral.start
        and TO.search(sentence.text[cue.end : numeral.start])
    ):
        # "The yield dipped 2 basis points to 4.15%."
        return _MOVED_TO
    if numeral.unit is Unit.PERCENT:
        grown = ("revenue_growth", "earnings_growth") if "grow" in cue.value.split() else ()
        return ("change_percent", *grown)
    if numeral.readings[0].value >= LARGE:
        return ("net_income",)
    gap = sentence.text[cue.end : numeral.start] if cue.end <= numeral.start else ""
    if _OF_MOVE.fullmatch(gap):
        # "uma perda de US$ 8,05 por ação", but "queda de 45 para 43"
        return ("change", "previous_close", "first_close", "open", "price")
    if _FROM.search(gap):
        return ("previous_close", "first_close", "open", "price")
    if any(one.name == "upside" and one.end <= numeral.start for one in sentence.metrics):
        # "20.9% upside to $448.50"
        return ("target_mean_price", "target_high_price", "target_low_price", "price")
    if TO.search(gap):
        if "%" in gap:
            # "fell 2.10% to $198.77"
            return ("price",)
        ends = ("highest", "day_high") if "up" in cue.value.split() else ("lowest", "day_low")
        return ("price", *ends)
    return ("change",)
