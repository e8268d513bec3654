"""Adds to a number what else it may be a value of, where the name beside it does not decide."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.apposition_binding import SHARES_OF_REVENUE
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.cut_labels import bind_cut_margin
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.unit_fit import LARGE, fits, metrics_for
from shared.figures.reading.known_metrics import METRICS, Kind, meanings
from shared.figures.reading.lexicon import word_set
from shared.figures.reading.rare_pattern import Ending, RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

SHARES: Final = re.compile(
    r"\s?(?:de\s|di\s|d['’])?(?:shares|stocks|titres|actions|acciones|títulos|Aktien|Stück|Papiere|ações"
    r"|papéis|azioni|titoli|股|株|주(?![가주]))",
    re.IGNORECASE,
)
_VAGUE: Final = 0.5
_OF_REVENUE: Final = re.compile(
    r"\s(?:of|on|auf|des|vom|du|de|sur|sobre|de los|de las|dei|da|delle|sui|sulle)"
    r"\s(?:its\s|the\s|ses\s|sus\s|den\s|seinen\s|ihren\s|las\s|suas\s|as\s)?(?:revenues?|sales"
    r"|turnover|Umsatz|chiffre d'affaires|ingresos|ventas|receita|ricavi|fatturato)"
)
_BRACKETS: Final = ("(", "（")
_OPENED: Final = re.compile(r"\w\s[(（]$")
_BY: Final = re.compile(
    r"\s(?:(?:las?|le|les|as|los)\s[^\W\d_]+\s)?(?:by|um|de|del|di|un|en un|em|d['’]un|del)\s", re.IGNORECASE
)
"""Between a beat or a miss and how much it was by."""
_SEE: Final = re.compile(
    r"\s(?:(?:of them|who|analysts?|Analysten|analystes?|analistas?|analisti)\s)?(?:see|sees|say|says|expect"
    r"|rate|have|target|covering|cover|follow|sehen|voient|ven|vedono)\b"
)
"""Behind the number of analysts: "Disney's 30 see $111.72"."""
_ESTIMATES: Final = re.compile(
    r"\s(?:analysts|Analysten|analystes|analistas|analisti|estimates|forecasts|brokers|houses|banks|Schätzungen|Häuser|estimations|estimaciones"
    r"|(?:price\s)?targets|Kursziele|objectifs|(?:precios\s)?objetivos?|preços-alvo"
    r"|obiettivi|prezzi obiettivo)\b"
)
_OF_ALL: Final = Ending(
    r"\b(?:lowest|highest|most \w+|least \w+|all|none|any|each|niedrigste|höchste|keiner|alle|plus \w+|aucun"
    r"|más \w+|todos|ninguno)\s(?:of the|of these|der|von den|des|de los|dos|dei)\s$",
    last="the these der den des los dos dei",
)
"""Before the number of those who have estimated something: ``even the lowest of the 28``."""
_AT: Final = Ending(
    r"(?:[,(]|\b(?:which|what|that|was|die|qui|ce qui|que|che|o que|lo que|il che))"
    r"\s(?:at|bei|à|a|auf|em)\s$",
    last="at bei à a auf em",
)
_AT_THE: Final = re.compile(
    r"\b(?:at|on|bei|beim|zum|au|al|ao|a|sur|sul|pelo)\s"
    r"(?:(?:the|today['’]s|current|present|aktuellen|heutigen|dem|le|il|el|o)\s){0,2}$",
    re.IGNORECASE,
)
_COSTS: Final = re.compile(r"cost|kost|coût|cuest|custa", re.IGNORECASE)
_PART_OF: Final = re.compile(r"\s(?:of|des|der|vom|von|du|de|de los|del|do|dei|degli)\s", re.IGNORECASE)
_EACH: Final = re.compile(
    r"\s(?:each|apiece|je(?: Aktie)?|chacune?|cada una?|ciascun[ao]|l['’]una)\b", re.IGNORECASE
)
"""Behind what is paid for each of many shares."""
_SHARES_AT: Final = re.compile(r"\b(?:shares|Aktien|actions|acciones|ações|azioni)\s(?:at|zu(?: je)?|à|a)\s$")
"""Before what is paid for each of many shares: ``(4.2 billion shares at $2.76)``."""
_DIVIDENDS: Final = frozenset({"dividends_paid", "dividend_per_share"})
_PRICES: Final = frozenset({"price", "trading"})
_ENDS: Final = frozenset({"highest", "lowest", "price_range"})
_LOSS_OR_GAIN: Final = word_set("loss gain verlust gewinn perte pérdida ganancia perdita perda")
_LETTER: Final = re.compile(r"[^\W\d_]")
COMPARED_WITH: Final = Ending(
    r"\b(?:against|versus|vs\.?|compared (?:with|to)|up from|down from|gegen|gegenüber|nach|contre|frente a"
    r"|contra|contro|ante|face à)\s$",
    last="against versus vs vs. with to from gegen gegenüber nach contre a contra contro ante à",
)
_CENTS: Final = re.compile(r"\b(?:cents?|centimes?|c[ée]ntimos?|centesimi|centavos?)$", re.IGNORECASE)
_KEPT_AS: Final = RarePattern(
    r"\sof\s(?:its\s|the\s)?(?:net\s)?(?:sales|revenues?|turnover)\sas\s(?:a\s)?", re.IGNORECASE
)
"""Between a share of the sales and the profit that it is."""
_GROWTH: Final = frozenset({"revenue_growth", "earnings_growth"})
_MARGINS: Final = meanings("margin")
_OF_EARNINGS: Final = {
    "net_income": "profit_margin", "operating_income": "operating_margin", "gross_profit": "gross_margin",
    "profit_margin": "profit_margin", "operating_margin": "operating_margin", "gross_margin": "gross_margin",
}  # fmt: skip
"""The margin that the cents of each dollar are, by what is named as earned."""
_EARNED: Final = frozenset({"profit", "net_income", "eps"})
_PAID: Final = frozenset({"payout_ratio", "dividend_per_share", "dividends_paid"})
_EARNINGS_OF: Final = {"trailing_pe": "eps", "forward_pe": "eps_estimate"}
_EXPECTED: Final = frozenset({"eps_estimate", "revenue_estimate", "consensus", "analyst_count"})
_CENTS_OF_SALES: Final = frozenset(_MARGINS)
_CAPITAL: Final = frozenset({"total_equity", "total_assets", "book_value_per_share"})
_SHARE_COUNTS: Final = frozenset({"volume", "shares_outstanding"})
_RSI: Final = ("rsi_14",)
_MARK: Final = re.compile(
    r"[\s-](?:line|mark|level|threshold|Marke|Linie|Schwelle|seuil|nivel|umbral|soglia|limiar)\b"
)
"""Behind a mark that an indicator passes."""
_TARGETS: Final = ("target_mean_price", "target_high_price", "target_low_price")
_WITH_ENDS: Final = frozenset({*_TARGETS, "eps_estimate", "revenue_estimate"})
"""What several analysts say, of whom one says the least and one the most."""


def bind_alternatives(sentence: Sentence, claim: Claim, previous: Claim | None, context: Context) -> None:
    """Adds what else a number may be that has no name right beside it, or one of another unit."""
    if claim.is_tight and claim.mention is None:
        return
    _bind_mark_or_result(sentence, claim, context)
    if claim.numeral.unit is Unit.PERCENT:
        _bind_percentage(sentence, claim, context)
        _bind_return(claim, context)
    if claim.mention is not None and claim.mention.name in _PRICES:
        # "17 analysts see the price at 173.09"
        counted = any(mention.name == "analyst_count" for mention in sentence.metrics)
        if claim.numeral.unit is Unit.NONE and _COSTS.search(
            sentence.text, claim.mention.start, claim.mention.end
        ):
            # "On earnings, Nvidia costs 24.1 and AMD 16.7."
            claim.add_others(*meanings("valuation_multiple"))
        claim.add_others(*(_TARGETS if counted else ()))
    _bind_multiple(sentence, claim, context)
    _bind_share_or_count(sentence, claim, previous)
    if claim.mention is not None and claim.mention.name in _ENDS:
        # "How far apart are the estimates? The lowest is $1.55 and the highest $1.86."
        claim.add_others(*(one for one in context.metrics if one in _WITH_ENDS))
    if claim.metrics == ("eps_estimate",) and previous is not None and "trailing_pe" in previous.metrics:
        # "The trailing P/E is 44; on next year's estimates it falls to 14.9."
        claim.metrics = ("forward_pe",) if claim.numeral.unit is Unit.NONE else claim.metrics
    if previous is not None and _is_like(sentence, claim, previous):
        claim.add_others(*previous.metrics, *previous.others)
    if claim.is_tight:
        return
    near = [metric for mention in sentence.metrics for metric in metrics_for(claim.numeral, mention)]
    claim.nearby = (*near, *claim.metrics, *claim.others, *context.metrics)
    if claim.numeral.unit is Unit.PERCENT and sentence.cues_of("grow") and not _is_named_growth(claim):
        claim.add_others(*_growth_of(sentence, claim))


def _growth_of(sentence: Sentence, claim: Claim) -> Sequence[str]:
    """Returns the growth that a number may be: of the sales or the earnings, where only one is named."""
    names = {one.name for one in sentence.metrics}
    start = claim.numeral.start
    before = [one.name for one in sentence.metrics if one.end <= start]
    if before and before[-1] == "revenue" and names.isdisjoint(_EARNED):
        # "Sales are growing slowly, by about 3.5%."
        return ("revenue_growth",)
    return tuple(_GROWTH)


def _is_named_growth(claim: Claim) -> bool:
    """``Its earnings growth is faster, at 8.2%``: a growth that is named is none of something else."""
    mention = claim.mention
    is_before = mention is not None and mention.end <= claim.numeral.start
    return is_before and not _GROWTH.isdisjoint(claim.metrics)


def _is_of_enterprise(sentence: Sentence, claim: Claim) -> bool:
    """``Enterprise value is 4.15 times revenue``: no multiple of what the shares are worth."""
    if claim.mention is not None and claim.mention.end <= claim.numeral.start:
        # "The enterprise value is $3.76 trillion, and the price-to-sales ratio 8.9."
        return False
    return any(one.name == "enterprise_value" and one.end <= claim.numeral.start for one in sentence.metrics)


def _bind_multiple(sentence: Sentence, claim: Claim, context: Context) -> None:
    """Takes a multiple for that of what the sentence names before it: enterprise value, net debt."""
    name = claim.mention.name if claim.mention is not None else ""
    if name == "price_to_sales" and _is_of_enterprise(sentence, claim):
        claim.metrics = ("ev_to_revenue",)
    if name == "ev_to_ebitda" and _is_of_net_debt(sentence, claim, context):
        claim.metrics = ("net_debt_to_ebitda",)


def _is_of_net_debt(sentence: Sentence, claim: Claim, context: Context) -> bool:
    """``Net debt is €5.38 billion, 1.4 times EBITDA``: no multiple of the enterprise value."""
    before = [one.name for one in sentence.metrics if one.end <= claim.numeral.start]
    return (before or list(context.metrics))[-1:] == ["net_debt"]


def _bind_mark_or_result(sentence: Sentence, claim: Claim, context: Context) -> None:
    if claim.numeral.plain and not claim.is_tight:
        _bind_mark(sentence, claim, context)
    elif "eps_estimate" in claim.metrics and _is_result(sentence, claim):
        claim.add_others("eps", "revenue")


def _bind_mark(sentence: Sentence, claim: Claim, context: Context) -> None:
    """``Its RSI is 28.9, below the 30 line, with the shares at €351``: the mark is one of the RSI."""
    if not _MARK.match(sentence.text, claim.numeral.end):
        return
    before = [one for one in sentence.metrics if one.end <= claim.numeral.start]
    if not before and context.metrics == _RSI:
        # "The RSI is a speedometer. Deere's reads 61.8, under the 70 mark."
        claim.mention, claim.metrics = None, _RSI
    if before and before[-1].metrics == _RSI:
        claim.mention, claim.metrics = before[-1], _RSI


def _is_result(sentence: Sentence, claim: Claim) -> bool:
    """``topped the consensus in its last quarter: $2.08 against $2.02``: the first number is the result."""
    mention = claim.mention
    if mention is None or mention.end > claim.numeral.start:
        return False
    if not any(cue.end <= mention.start for cue in sentence.cues_of("beat", "miss")):
        return False
    following = next(
        (one.numeral for one in sentence.numbers if one.numeral.start >= claim.numeral.end), None
    )
    return following is not None and ends_with(COMPARED_WITH, sentence.text, following.start) is not None


def _is_surprise(sentence: Sentence, previous: Claim) -> bool:
    """Returns whether a percentage behind a result and its estimate may be the distance of the two."""
    is_told = bool(sentence.cues_of("above", "below", "beat", "miss"))
    return is_told and not {"eps", "eps_estimate"}.isdisjoint((*previous.metrics, *previous.others))


def _is_like(sentence: Sentence, claim: Claim, previous: Claim) -> bool:
    """Returns whether a number without a name of its own may be what the number before is."""
    if claim.mention is None and claim.numeral.unit is Unit.MULTIPLE:
        # "52.4% is more than five times AMD's 9.6%"
        return True
    if previous.numeral.unit is not claim.numeral.unit:
        return False
    if claim.mention is None:
        return True
    return len(sentence.companies) > 1 and fits(claim.numeral, claim.mention) >= _VAGUE


def _bind_percentage(sentence: Sentence, claim: Claim, context: Context) -> None:
    """Adds what a percentage may be the share of."""
    if "dividend_per_share" in context.metrics and _is_at_price(sentence, claim):
        # "It pays $1.90. At today's price that is 3.97%."
        claim.metrics = ("dividend_yield",)
    if _OF_REVENUE.match(sentence.text, claim.numeral.end):
        claim.add_others(*_MARGINS, "fcf_margin")
    if (
        claim.mention is not None
        and claim.mention.name in _EARNED
        and _PART_OF.match(sentence.text, claim.numeral.end)
    ):
        # "distribue 4,16 $ par action, soit 41,6 % de son bénéfice"
        claim.add_others(*("payout_ratio" for one in sentence.metrics if one.name in _PAID))
    if _is_kept_as(sentence, claim):
        return
    if "%" not in claim.numeral.text and claim.mention is not None:
        behind = next((one for one in sentence.metrics if one.start >= claim.numeral.end), None)
        if claim.mention.name == "revenue" and behind is not None and behind.name in SHARES_OF_REVENUE:
            # "Of every 100 euros of sales, 15.3 remain as operating profit."
            claim.mention, claim.metrics = behind, (SHARES_OF_REVENUE[behind.name],)
            claim.is_settled = True
        # "Of every dollar of sales, 28.7 cents remain as operating profit."
        of_share = tuple(one for one, metric in METRICS.items() if metric.base == claim.mention.name)
        claim.add_others(*(metric for metric in of_share if metric.endswith("margin")))
        if claim.mention.name == "revenue" and not _LETTER.search(claim.numeral.text):
            # "Out of $100 of sales Hershey keeps $11.51."
            claim.add_others(*_MARGINS)
    if _PART_OF.match(sentence.text, claim.numeral.end):
        if claim.mention is not None and claim.mention.start >= claim.numeral.end:
            # "8.3% of revenue" is no growth of it.
            claim.metrics = tuple(metric for metric in claim.metrics if metric not in _GROWTH)
        # "Three quarters of the profit are paid out": what the share is, the rest of the sentence tells.
        shares = [
            one for one in sentence.metrics if one.start > claim.numeral.end and one is not claim.mention
        ]
        claim.add_others(*(metric for one in shares for metric in one.metrics if _is_percentage(metric)))


def _is_kept_as(sentence: Sentence, claim: Claim) -> bool:
    """Binds ``keeps 13% of sales as net profit`` to the margin of that profit; returns whether it is one."""
    kept = _KEPT_AS.match(sentence.text, claim.numeral.end)
    name = next((one for one in sentence.metrics if kept is not None and one.start == kept.end()), None)
    if name is None or name.name not in SHARES_OF_REVENUE:
        return False
    margin = SHARES_OF_REVENUE[name.name]
    claim.mention, claim.metrics, claim.others = name._replace(name=margin, metrics=(margin,)), (margin,), ()
    claim.is_settled = claim.is_tight = True
    return True


def _is_at_price(sentence: Sentence, claim: Claim) -> bool:
    mention = claim.mention
    if mention is None or mention.name != "price":
        return False
    if mention.end <= claim.numeral.start:
        return ends_with(_AT_THE, sentence.text, mention.start) is not None
    # "That's 0.85% at the current price."
    at = _AT_THE.search(sentence.text, claim.numeral.end, mention.start)
    return at is not None and at.start() == claim.numeral.end + 1


def _bind_return(claim: Claim, context: Context) -> None:
    """``Net income of $5 billion stands against equity of $10 billion. That is a return of 50%``."""
    is_return = claim.mention is not None and claim.mention.name in ("change_percent", "return_or_yield")
    if is_return and not _CAPITAL.isdisjoint(context.metrics):
        claim.add_others("return_on_equity", "return_on_assets")


def _bind_share_or_count(sentence: Sentence, claim: Claim, previous: Claim | None) -> None:
    """Adds the margin in brackets behind what is earned, and the number of analysts before what they see."""
    numeral, text = claim.numeral, sentence.text
    if numeral.unit is Unit.PERCENT:
        _bind_share(sentence, claim, previous)
        bind_cut_margin(sentence, claim)
    elif (
        numeral.unit is Unit.MONEY
        and previous is not None
        and previous.mention is not None
        and previous.numeral.unit is Unit.PERCENT
        and _OF_REVENUE.match(text, previous.numeral.end)
    ):
        # "R&D is 6% of sales ($2.39 billion in 2025)"
        claim.add_others(*previous.metrics)
    if (
        numeral.unit is Unit.MONEY
        and numeral.readings[0].value < LARGE
        and ends_with(_AT, text, numeral.start)
    ):
        # "pays $9.24, which at $805.15 yields 1.15%"
        claim.add_others("price")
    if numeral.unit is Unit.MONEY and (
        _EACH.match(text, numeral.end) or ends_with(_SHARES_AT, text, numeral.start)
    ):
        # "a dividend bill of $2.99 billion (921 million shares at $3.246 each)"
        claim.add_others(*("dividend_per_share" for one in sentence.metrics if one.name in _DIVIDENDS))
    _bind_ends_and_losses(sentence, claim, previous)
    _bind_to_earnings(sentence, claim, previous)
    is_counted = claim.mention is not None and claim.mention.name in _SHARE_COUNTS
    if numeral.unit is Unit.NONE and not is_counted and SHARES.match(text, numeral.end):
        # "Nike's dividend bill is 1.49 billion shares times $1.11"
        claim.add_others("volume", "shares_outstanding")
    if numeral.plain and (
        _SEE.match(text, numeral.end)
        or _ESTIMATES.match(text, numeral.end)
        or ends_with(_OF_ALL, text, numeral.start)
    ):
        claim.add_others("analyst_count")


def _bind_to_earnings(sentence: Sentence, claim: Claim, previous: Claim | None) -> None:
    """Adds what an amount in brackets behind a multiple is of, and how often interest is earned."""
    numeral, text = claim.numeral, sentence.text
    if numeral.unit is Unit.MULTIPLE and claim.metrics == ("interest_expense",):
        # "Les intérêts (912 millions) sont couverts 6,7 fois."
        claim.metrics, claim.others = ("interest_coverage",), claim.metrics
    is_in_brackets = text[numeral.start - 1 : numeral.start] in _BRACKETS
    if previous is None or numeral.unit is not Unit.MONEY or not is_in_brackets:
        return
    # "14.2 times what is expected for this year ($3.36)"
    known = (*previous.metrics, *previous.others)
    claim.add_others(*(metric for multiple, metric in _EARNINGS_OF.items() if multiple in known))
    if "trailing_pe" in known and sentence.cues_of("forward", "next"):
        # "今年は21.4倍、来年（82.30元）は18.0倍"
        claim.add_others("eps_estimate")


def _bind_share(sentence: Sentence, claim: Claim, previous: Claim | None) -> None:
    """Adds what a percentage in brackets, or behind a result and its estimate, may be."""
    place = claim.numeral.start
    is_in_brackets = sentence.text[place - 1 : place] in _BRACKETS and ends_with(
        _OPENED, sentence.text, place
    )
    if claim.mention is not None and is_in_brackets:
        share = SHARES_OF_REVENUE.get(claim.mention.name)
        # "$2.51 billion as operating income (15.4%)"
        claim.add_others(*([share] if share else ()))
    name = claim.mention.name if claim.mention is not None else ""
    if name in _EXPECTED and sentence.cues_of("beat", "miss"):
        # "hat Volkswagen die Schätzungen um 2,3 % übertroffen"
        claim.add_others("surprise_percent")
    told = [cue for cue in sentence.cues_of("beat", "miss") if cue.end <= place]
    if any(_BY.fullmatch(sentence.text, cue.end, place) for cue in told) or (
        told and is_in_brackets and claim.mention is None
    ):
        # "The quarter before, it had beaten by 3.14%."; "Four beats, the biggest (3.1%) in February"
        claim.add_others("surprise_percent")
    if previous is None:
        return
    if is_in_brackets and "dividend_per_share" in (*previous.metrics, *previous.others):
        # "LVMH schüttet 3,16 Euro aus (0,80 Prozent)"
        claim.add_others("dividend_yield")
    if _is_surprise(sentence, previous):
        # "8.31, expected 8.34, slightly below by 0.36%"
        claim.add_others("surprise_percent")


def _bind_ends_and_losses(sentence: Sentence, claim: Claim, previous: Claim | None) -> None:
    """Adds what the ends of a range, a loss per share, and the cents of each dollar may be of."""
    numeral, mention = claim.numeral, claim.mention
    if not claim.is_tight and any(one.name in _TARGETS for one in sentence.metrics):
        # "The mean target is 11% above the price, the highest ($93.32) 31%."
        claim.add_others(*_TARGETS, "upside")
    name = mention.name if mention is not None else ""
    if name in _ENDS and sentence.cues_of("forward"):
        # "the low end of estimates is $4.71, the high end $5.31"
        claim.add_others("eps_estimate", "revenue_estimate")
    if (
        name in _TARGETS
        and previous is not None
        and "eps_estimate"
        in (
            *previous.metrics,
            *previous.others,
        )
    ):
        # "analysts expect $1.52 on average; the most bearish says $1.38 and the most bullish $1.71"
        claim.add_others("eps_estimate")
    if name in _TARGETS and sentence.cues_of("mean"):
        # "the highest target: $885.52 on average"
        claim.add_others("target_mean_price")
    if mention is not None and sentence.text[mention.start : mention.end].lower() in _LOSS_OR_GAIN:
        # "dropped 2.46% on Friday, a loss of $15.87 per share", "now at $38.74, a loss of 21.5%"
        is_percent = numeral.unit is Unit.PERCENT
        claim.add_others("change_percent" if is_percent else "change")
    if numeral.unit is Unit.PERCENT and _CENTS.search(numeral.text):
        # "25 cents of profit on every dollar of sales"
        kinds = tuple(_OF_EARNINGS[one.name] for one in sentence.metrics if one.name in _OF_EARNINGS)
        claim.add_others(*(kinds or _MARGINS))
    elif (
        numeral.unit is Unit.NONE and previous is not None and not _CENTS_OF_SALES.isdisjoint(previous.others)
    ):
        # "…; Chevron makes 17, Shell 9."
        claim.add_others(*(one for one in previous.others if one in _CENTS_OF_SALES))


def _is_percentage(metric: str) -> bool:
    known = METRICS.get(metric)
    return known is not None and known.kind is Kind.PERCENT
