"""Words beside a number that tell which of some related metrics it is: ``P/E: 34.1 (TTM), 30.2 (fwd)``."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, ends_with
from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_REFINED: Final[Mapping[str, Mapping[str, str]]] = {
    "forward": {
        "trailing_pe": "forward_pe",
        "valuation_multiple": "forward_pe",
        "trading": "forward_pe",
        "eps": "eps_estimate",
    },
    "trailing": {"forward_pe": "trailing_pe", "valuation_multiple": "trailing_pe", "eps_estimate": "eps"},
    "upper": {"bollinger": "bollinger_upper", "bollinger_lower": "bollinger_upper"},
    "middle": {"bollinger": "bollinger_middle"},
    "lower": {"bollinger": "bollinger_lower", "bollinger_upper": "bollinger_lower"},
    "gross": {"margin": "gross_margin", "profit_margin": "gross_margin", "profit": "gross_profit"},
    "operating": {
        "margin": "operating_margin",
        "gross_margin": "operating_margin",
        "profit_margin": "operating_margin",
        "profit": "operating_income",
        "net_income": "operating_income",
    },
    "pretax": {"profit": "pretax_income", "net_income": "pretax_income"},
    "short": {
        "total_debt": "short_term_debt",
        "debt_to_equity": "short_term_debt",
        "long_term_debt": "short_term_debt",
        "total_assets": "current_assets",
        "total_liabilities": "current_liabilities",
    },
    "long": {
        "total_debt": "long_term_debt",
        "debt_to_equity": "long_term_debt",
        "short_term_debt": "long_term_debt",
    },
    "with_debt": {"market_cap": "enterprise_value", "trading": "enterprise_value"},
    "net": {
        "margin": "profit_margin",
        "gross_margin": "profit_margin",
        "operating_margin": "profit_margin",
        "profit": "net_income",
        "total_debt": "net_debt",
        "debt_to_equity": "net_debt",
    },
}
"""By qualifier: the metric of a name, and the one that is meant with the qualifier."""
_MARGINS: Final = {
    "gross_profit": "gross_margin", "operating_income": "operating_margin", "net_income": "profit_margin",
}  # fmt: skip
"""By profit: what a percentage of it is."""
_KINDS: Final = tuple(_REFINED)
_VALUATIONS: Final = frozenset(meanings("valuation_multiple"))
_BEHIND: Final = RarePattern(
    r"[\s*_]*(?:[(（\[]|(?:(?:based\s)?on(?:\sthe basis of)?|sur(?: la base)?|auf(?: Basis)?|bezogen auf"
    r"|basado en|sobre(?: la base)?|con base en|com base em|sulla base|su)\s"
    r"(?:(?:the|its|de|des|les|der|die|los|las|dos|os|degli|gli|di)\s)?"
    r"(?:(?:earnings|profits?|bénéfices?|Gewinne|beneficios|ganancias|lucros|utili)\s)?"
    r"|(?:of (?:(?:the|its|that|this) )?\w+\s)?(?:,?\s?(?:is|are|was|were|falls?|fell|from operations)\s"
    r"|(?:must|has to|have to|needs to|will) be \w+\s)?)"
)
_OPENING: Final = re.compile(
    r"[\s*_-]*(?:based\s)?(?:(?:on|at)\s(?:the\s)?(?:analysts['’]\s|consensus\s)?"
    r"|(?:auf(?: der)? Basis|gemessen an|bezogen auf|sur la base|sulla base|in base|con base|com base"
    r"|sobre la base)\s(?:d(?:er|en|ie|es?|elle|egli|as)|d['’]|alle|en (?:las?|los)|n[ao]s?|a las?)\s?)?",
    re.IGNORECASE,
)
_NET_OF_CASH: Final = RarePattern(
    r"[\s*_-]*(?:net of|after deducting|abzüglich|nach Abzug|déduction faite d|net de|descontad[oa]"
    r"|al netto d)"
    r"[^;:]*?\b(?:cash|Kasse|Barmittel|Mittel|trésorerie|caja|efectivo|caixa|cassa|liquidità)\b",
    re.IGNORECASE,
)
_TIME: Final = re.compile(r"(?:this|next|dieses|cette|este|quest'|今)", re.IGNORECASE)
_PART_OF: Final = re.compile(
    r"\s(?:part|portion|share|piece)\sof\s(?:the|its|that|this|their)\s", re.IGNORECASE
)
_TO_COMMA: Final = re.compile(r"[^,\d]{0,30},\s")
_TO_CLAUSE: Final = re.compile(
    r"\s(?:sinkt|fällt|steigt|liegt|liegen|beträgt|ergibt|kommt|kostet|ist|sind|wird|notiert|handelt)\b"
    r"|\s(?:il|el|le|la|o|a)\s(?:P/E|PER|P/L|rapporto|múltiplo|multiple|ratio|título|titolo|titre|acción|ação)\b"
)
"""Behind words that open a sentence without a comma: "Auf Basis der Schätzungen sinkt das KGV"."""
_OF_NEXT_YEAR: Final = RarePattern(
    r"\s(?:(?:on|of|for)\s)?(?:next|this|the coming|the current)\syear['’]?s?"
    r"(?:\s(?:earnings|profits?|estimates?|forecasts?))?(?=[\s,.;)]|$)"
    r"|\s(?:den|die|das)?\s?(?:(?:des|für das|fürs) (?:nächste[ns]?|kommende[ns]?|laufende[ns]?) Jahr"
    r"|de l'année prochaine|(?:las )?del (?:próximo año|año próximo)|do próximo ano|del prossimo anno)",
    re.IGNORECASE,
)
"""Behind a multiple of earnings that are expected: "28.7 times earnings and 20.5 times next year's"."""
_ACTUAL: Final = ("eps",)
_BEAT_OR_MISSED: Final = frozenset({"beat", "miss"})
_TO_COME: Final = frozenset({"forward", "next"})
"""Kinds of words that tell of the future."""
_FROM: Final = re.compile(
    r",?\s[(]?(?:(?:up|down)\s)?(?:from|von|nach|de|desde|da|dal|dall['’]|après|tras|dopo|após)\s?(?:(?:el|il|the|le|den|os?)\s)?",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"[\s*_]*(?:(?:\d+|die|les|los|os|gli)\s(?:Analysten|analystes|analistas|analisti)\s)?"
    r"(?:(?:about|around|some|rund|etwa|environ|unos|cerca de|circa)\s)?[\s*_]*",
    re.IGNORECASE,
)
"""Between the word for what analysts do and what they expect."""
_WITH: Final = re.compile(r",?\s(?:mit|with|avec|con|com)\s", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[\s*_:=]*(?:(?:at|of|von|bei|de|a|is)\s)?[^\w\s]?\d")
_ESTIMATES: Final = {"revenue": "revenue_estimate", "eps": "eps_estimate", "eps_estimate": "eps"}
"""What a number may be as well where something is expected, beaten or missed."""
_TO_MOVE: Final = re.compile(
    r"\sto\s(?:grow|rise|increase|climb|jump|improve|recover|expand|double|fall|drop|decline|shrink|decrease)\b",
    re.IGNORECASE,
)
"""Behind what a move begins with: ``Its EPS of $7.26 is expected to grow 23%``."""
_BEFORE: Final = re.compile(
    r"(?:\s(?:one|ones|band|line|end))?(?:,(?=\s(?:at|bei|à|a|auf|em|en|de|del|di|von|of)\s))?[\s*_:=的の(]*"
    r"(?:(?:at|of|it is|it's|that is|is|are|von"
    r"|bei|sind es|ist es|de|del|du|des|do|da|dello|a|à|auf|em|en|es|son|ce sont)\s|dell'){0,2}[\s*_]*"
)


_OF_NOUN_BEHIND: Final = re.compile(r"[\s*_]*(?:(?:of|in|an|von|de|di|em)\s)?", re.IGNORECASE)
"""Between a number and a qualifier whose noun stands behind the next number."""
_AND_NUMBER: Final = re.compile(
    r"[\s*_]*(?:,\s)?(?:and|und|sowie|plus|et|y|e)\s(?:(?:about|some|rund|etwa|environ|unos)\s)?[\s*_]*",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    r"(?:\b(?:quell[oa]|quelli|celui|celle|el|la|le|o|a|die|der|jene|the|that)\s|，|、|；)$", re.IGNORECASE
)
_MOVES_TO: Final = re.compile(
    r"\s(?:[^\W\d_]+\s){1,2}(?:to|at|auf|bei|à|a|al|all['’]|em|en|para)\s?", re.IGNORECASE
)
"""Around a qualifier used as a name: ``il margine lordo è al 13%, quello netto sale al 9,9 %``."""


def bind_qualifiers(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Replaces the metric of a number with the one that the word beside it tells."""
    _leave_out_forward(sentence, claims)
    _take_net(sentence, claims)
    _bind_estimates(sentence, claims)
    cues = [cue for cue in sentence.cues_of(*_KINDS) if not _is_in_name(sentence, cue)]
    if not cues:
        return
    _share_nouns(sentence, claims, cues)
    for claim in claims:
        cue = _beside(sentence, claim, cues) or (_opening(sentence, cues) if claim is claims[0] else None)
        mention = claim.mention
        if cue is None:
            continue
        if mention is None or (cue.start <= mention.start and mention.end <= cue.end):
            # "P/E of 38.9 (on estimates 31.2)": what is qualified stands before.
            mention = next((one for one in reversed(sentence.metrics) if one.end <= cue.start), mention)
        if _is_net_of_debt(claim, cue) or mention is None:
            continue
        _refine(sentence, claim, claims, cue, mention)


def _share_nouns(sentence: Sentence, claims: Sequence[Claim], cues: Sequence[Mention]) -> None:
    """``$556 million of long-term and $36 million of short-term debt``: the noun is that of both."""
    for claim, behind in pairwise(claims):
        noun = behind.mention
        if noun is None or noun.start < behind.numeral.end or not behind.is_tight:
            continue
        for cue in cues:
            if _OF_NOUN_BEHIND.fullmatch(
                sentence.text, claim.numeral.end, cue.start
            ) and _AND_NUMBER.fullmatch(sentence.text, cue.end, behind.numeral.start):
                _refine(sentence, claim, claims, cue, noun)


def _refine(
    sentence: Sentence, claim: Claim, claims: Sequence[Claim], cue: Mention, mention: MetricMention
) -> None:
    """Gives a number the metric that a qualifier makes of its name."""
    for kind in cue.value.split():
        refined = _REFINED.get(kind, {}).get(mention.name)
        if mention.name == "debt_to_equity" and claim.numeral.unit is not Unit.MONEY:
            # "Its debt is" long-term, or 1.1 times its equity.
            continue
        if refined in _VALUATIONS and claim.numeral.unit is Unit.MONEY:
            # "14.2 times what is expected for this year ($3.36)": no multiple of it.
            continue
        if refined is not None:
            # "UPS earns 30.29% operating and 23.28% net."
            margin = _MARGINS.get(refined) if claim.numeral.unit is Unit.PERCENT else None
            following = _changed_from(sentence, claim, claims)
            for one in (claim, *following):
                one.metrics, one.nearby, one.is_tight = (refined,), (), True
                one.others = () if margin is None else (margin,)


def _changed_from(sentence: Sentence, claim: Claim, claims: Sequence[Claim]) -> list[Claim]:
    """``quello netto sale al 9,9 % dal 9,3 %``: the number behind, from which a number has changed."""
    behind = next((one for one in claims if one.numeral.start >= claim.numeral.end), None)
    if behind is None or behind.is_tight or behind.numeral.unit is not claim.numeral.unit:
        return []
    gap = sentence.text[claim.numeral.end : behind.numeral.start]
    return [behind] if _FROM.fullmatch(gap) else []


def _is_net_of_debt(claim: Claim, cue: Mention) -> bool:
    """``Heineken: €15.05 billion net``: takes an amount that may be of debt for the net one."""
    if cue.value != "net" or cue.start != claim.numeral.end + 1:
        return False
    is_of_debt = "total_debt" in (*claim.metrics, *claim.others)
    if is_of_debt:
        claim.metrics, claim.others, claim.nearby = ("net_debt",), (), ()
    return is_of_debt


def _take_net(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``Net of $1.08 billion in cash it owes $30.82 billion``: the debt less the cash."""
    opened = _NET_OF_CASH.match(sentence.text)
    for claim in claims if opened is not None else ():
        if claim.metrics == ("total_debt",) and opened is not None and opened.end() <= claim.numeral.start:
            claim.metrics = ("net_debt",)


def _bind_estimates(sentence: Sentence, claims: Sequence[Claim]) -> None:
    for claim in () if _BEAT_OR_MISSED.isdisjoint(sentence.kinds) else claims:
        _add_actual(sentence, claim)
    for before, claim in pairwise(claims):
        if before.metrics[:1] == _ACTUAL and claim.mention is before.mention is not None:
            # "It beat the estimates, with $1.10, $0.86 and $0.74."
            claim.metrics = tuple(dict.fromkeys((*_ACTUAL, *claim.metrics)))
    if _speaks_of_estimates(sentence):
        _add_estimates(sentence, claims)


def _add_actual(sentence: Sentence, claim: Claim) -> None:
    """``hatte die Schätzung mit 3,35 $ verfehlt``: behind the estimate stands what was reported."""
    mention = claim.mention
    if mention is None or mention.name != "eps_estimate" or claim.numeral.unit is Unit.PERCENT:
        return
    if _WITH.fullmatch(sentence.text, mention.end, claim.numeral.start):
        claim.metrics = ("eps", *claim.metrics)


def _speaks_of_estimates(sentence: Sentence) -> bool:
    return not _TO_COME.isdisjoint(sentence.kinds) or any(
        mention.name == "analyst_count" for mention in sentence.metrics
    )


def _is_expected(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number stands right behind the word for what analysts do: expect, look for."""
    start = claim.numeral.start
    return any(
        cue.end <= start and _ABOUT.fullmatch(sentence.text, cue.end, start)
        for cue in sentence.cues_of("forward")
    )


def _add_estimates(sentence: Sentence, claims: Sequence[Claim]) -> None:
    for claim in claims:
        if "eps_estimate" in claim.metrics and _is_expected(sentence, claim):
            # "Analysts look for $3.72": what has been earned is none of that.
            claim.is_settled = True
            continue
        if claim.is_tight and claim.mention is not None and claim.mention.name == "eps_estimate":
            continue
        also = [_ESTIMATES[metric] for metric in claim.metrics if metric in _ESTIMATES]
        claim.add_others(*also)


_COVERS: Final = RarePattern(
    r"\b(?:cover(?:s|ed|ing|age)?|deckt\w*|gedeckt|couvr\w+|couvert\w*|cubr\w+|cubiert\w*|cobr\w+|coperto|coprono|copre)\b",
    re.IGNORECASE,
)
_COVER: Final = "dividend_cover"
_NEAR_COVER: Final = 50
_BEHIND_COVER: Final = 12
_PAID: Final = frozenset({"dividend_per_share", "dividends_paid", "payout_ratio"})


def narrow_multiples(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``Honeywell costs 22.5 times next year's earnings``: the one multiple that is named, and no other."""
    multiples = [one for one in claims if one.numeral.unit is Unit.MULTIPLE]
    if not multiples:
        return
    for claim in multiples:
        if _OF_NEXT_YEAR.match(sentence.text, claim.numeral.end):
            claim.metrics, claim.others, claim.nearby = ("forward_pe",), (), ()
        elif not _PAID.isdisjoint((*claim.metrics, *claim.others)) and _COVERS.search(
            sentence.text, max(0, claim.numeral.start - _NEAR_COVER), claim.numeral.end + _BEHIND_COVER
        ):
            # "Free cash flow covered the dividend 2.7 times in 2025."
            claim.metrics = (_COVER, *claim.metrics)
    names = {one.name for one in sentence.metrics if one.name in _VALUATIONS}
    if len(multiples) != 1 or len(names) != 1 or _VALUATIONS.isdisjoint(multiples[0].metrics):
        return
    for cue in sentence.cues_of("forward", "trailing", "next"):
        if not any(one.start <= cue.start and cue.end <= one.end for one in sentence.metrics):
            return
    claim = multiples[0]
    if names.isdisjoint(claim.metrics):
        # "On analysts' forecasts, the stock costs 24.3 times earnings."
        return
    mention = next(one for one in sentence.metrics if one.name in names)
    ends = sorted((mention.start, mention.end, claim.numeral.start, claim.numeral.end))
    if HARD_STOP.search(sentence.text, ends[1], ends[2]):
        return
    claim.metrics, claim.nearby, claim.is_settled = tuple(names), (), True
    claim.others = tuple(metric for metric in claim.others if metric not in _VALUATIONS)


def _leave_out_forward(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``31.2 times earnings`` are those of the past, where nothing tells of the future."""
    if not _TO_COME.isdisjoint(sentence.kinds):
        return
    for claim in claims:
        if claim.numeral.unit is Unit.MULTIPLE and "trailing_pe" in claim.metrics and claim.is_tight:
            claim.metrics = tuple(metric for metric in claim.metrics if metric != "forward_pe")


def _is_in_name(sentence: Sentence, cue: Mention) -> bool:
    """Returns whether a qualifier is part of the name of a metric: ``forward P/E``."""
    length = cue.end - cue.start
    return any(
        one.start <= cue.start and cue.end <= one.end and length < one.end - one.start
        for one in sentence.metrics
    )


def _opening(sentence: Sentence, cues: Sequence[Mention]) -> Mention | None:
    """Returns the qualifier that opens a sentence: ``Before interest and taxes, Visa earned $24bn``."""
    for cue in cues:
        if _TIME.match(sentence.text, cue.start):
            # "This year, EPS came to $7.77": when, and no kind of earnings.
            continue
        # "It has become cheaper: on estimates, the P/E is 19.9."
        start = sentence.text.rfind(": ", 0, cue.start) + 1
        if not _OPENING.fullmatch(sentence.text, start, cue.start):
            continue
        if _TO_COMMA.match(sentence.text, cue.end) or _TO_CLAUSE.match(sentence.text, cue.end):
            return cue
    return None


def _beside(sentence: Sentence, claim: Claim, cues: Sequence[Mention]) -> Mention | None:
    """Returns the qualifier in brackets behind a number, else the one before it, else the one behind it."""
    numeral, text = claim.numeral, sentence.text
    before = behind = None
    for cue in cues:
        if claim.mention is not None and _PART_OF.fullmatch(text, cue.end, claim.mention.start):
            # "The long-term part of the debt is $27.91 billion."
            return cue
        if cue.value == "net" and any(one.numeral.end + 1 == cue.start for one in sentence.numbers):
            # "H&M owes SEK 60.6 billion net (76.2 of debt)"
            behind = cue if cue.start == numeral.end + 1 else behind
        elif cue.end <= numeral.start and _is_before(text, cue, numeral.start):
            before = cue
        elif cue.start >= numeral.end and _BEHIND.fullmatch(text, numeral.end, cue.start):
            is_other = _NUMBER.match(text, cue.end) or _TO_MOVE.match(text, cue.end)
            behind = behind or (None if is_other else cue)
    in_brackets = behind is not None and text[behind.start - 1] in "(（["
    return behind if in_brackets or before is None else before


def _is_before(text: str, cue: Mention, start: int) -> bool:
    """Returns whether a qualifier stands right before a number, or for the name of what moves to it."""
    if _BEFORE.fullmatch(text, cue.end, start):
        return True
    return bool(_MOVES_TO.fullmatch(text, cue.end, start) and ends_with(_PRONOUN, text, cue.start))
