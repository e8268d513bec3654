"""In what a number and a figure of the facts agree: company, metric, time, sign, value, unit, currency."""

import re
from datetime import date
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.content_words import content_words
from shared.figures.facts.known_figures import KnownFigure, amount_shown, issuer_of
from shared.figures.facts.table_figures import LABEL
from shared.figures.reading.known_metrics import CHANGES, METRICS, RIVALS, Kind
from shared.figures.reading.languages import are_of_different_languages, language_of
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, agrees
from shared.figures.reading.units import AMBIGUOUS, Unit

_APPROXIMATION: Final = 0.015
_OF_ONE_DIGIT: Final = 0.025
_SHOWN: Final = 1.1
_WHOLE: Final = 0.5
_LARGE: Final = 1e6
_EXACT: Final = 1e-9
ESTIMATED: Final = {
    "eps_estimate": frozenset({"eps", "net_income"}),
    "revenue_estimate": frozenset({"revenue"}),
}
"""What estimates are called by the period that they are of."""
_MOVES: Final = frozenset({"change", "change_percent"})
_PENCE: Final = "GBX"
_POUNDS: Final = "GBP"
_PENNY_SLACK: Final = 0.01
_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_WINDOW_SLACK: Final = 0.15
_CHANGE_OF_CASH: Final = "net_change_in_cash"
_SHORT_WINDOW: Final = 2.0
"""Days."""
MIN_RELATED_DIGITS: Final = 3
"""Significant digits of a number whose metric is only guessed from what else its sentence speaks of."""
_MIN_SHARED_WORDS: Final = 2
_MIN_SHARE: Final = 0.3
_MIN_TOLD_DIGITS: Final = 2
_COUNTS: Final = frozenset(
    {
        *("employees", "shares_outstanding", "stake", "analyst_count", "trading", "share_repurchases"),
        "investment",
        "all_costs",
        "dividend_per_share",
    }
)
"""What people, shares, costs and plans of the news are called as well, and proposed dividends."""
_VIEW: Final = RarePattern(
    r"opti\w?mis|pessi\w?mis|ottimis|\bbull|\bbear|\bzuversicht|強気|弱気|乐观|悲观|낙관|비관", re.IGNORECASE
)
"""Words for the analyst whose target is the highest or the lowest."""
_NAMED_ALWAYS: Final = frozenset(
    {"enterprise_value", "previous_close", "open", "day_high", "day_low", "volatility"}
)
"""What is never meant where only what it is spoken of with is named."""
_PLANNED: Final = frozenset({"capital_expenditure"})
"""What the news tells of plans: "this year it will spend between $52 billion and $56 billion"."""
_PLAN: Final = RarePattern(
    r"\b(?:plans?|planned|planning|budget(?:s|ed|ing)?|guid(?:es?|ed|ing|ance)|earmark\w*|intends?|set to"
    r"|will|plant|geplant\w*|will|wird|prévoit|compte|prévus?|planea|prevé|planeja|prevê|prevede|intende)\b"
    r"|計画|予定|見込|计划|計劃|拟|擬|계획|예정",
    re.IGNORECASE,
)
_BESIDE: Final = 3
_TO_TARGET: Final = 24
"""Characters between "below" and the target that something is below."""
_MIN_TOLD: Final = 1e3
_MANY: Final = 100
"""What is counted: 700 people have one significant digit only."""
"""From here on, a number of the news may be a round one."""
_KIND_TOLD: Final = {
    Unit.PERCENT: Kind.PERCENT, Unit.POINTS: Kind.PERCENT, Unit.MULTIPLE: Kind.RATIO,
}  # fmt: skip
_MAX_UNREPORTED: Final = 75
"""Days after a quarter within which it is reported."""
_YEAR: Final = 366
_MILLION: Final = 1e6
_GENERAL: Final = frozenset({"growth", "change_percent", "return_or_yield", "stake"})
"""Names that what the news tells of any part of a company may have."""
_IN_PLACE: Final = re.compile(
    r"\s(?:(?:of (?:it|them|that|which|the \w+)|davon|en|in)\s)?"
    r"(?:in|from|for|at|auf|aus|en|de|di|da|dans)\s(?:the\s)?(?=[A-ZÀ-Ý])"
)
"""Between a number and the name of what it is of: ``58% of it in Europe``."""
_COUNTER: Final = re.compile("[台辆輛戶户件店人名대명건곳]")
"""Behind what is counted, and no price: ``目標45万台``."""
_WITHOUT_BLANKS: Final = frozenset({"ja", "zh"})
"""Languages that are written without blanks between words."""
_MAX_CLOSED: Final = 6
"""Days between two sessions at most."""


def is_of_company(claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a figure is of the company of a number, or of a holder of its shares."""
    if figure.symbol in claim.companies or not figure.symbol:
        return True
    return claim.is_of_any_holder and issuer_of(figure.symbol) in claim.companies


def is_of_last_year(figure: KnownFigure, as_of: date | None) -> bool:
    """Returns whether a figure is of the year before.

    Of a fiscal year that ends within the year, it is the one that has ended last.

    Args:
        figure: The figure.
        as_of: The day that the text is of; None when that is unknown, and no year is the last one.
    """
    period = figure.period
    if period is None or period.quarter is not None or as_of is None:
        return False
    if period.end is not None and 0 < (as_of - period.end).days <= _YEAR:
        return True
    return (period.end.year if period.end else period.year) == as_of.year - 1


def is_of_topic(topic: StatedPeriod | None, period: FactPeriod | None) -> bool:
    """Returns whether a figure can be of the period of the previous sentences; years match years only."""
    if topic is None or period is None or period.is_snapshot:
        return True
    return (topic.quarter is None) != (period.quarter is None) or agrees(topic, period)


def is_session_before(claimed: StatedPeriod, period: FactPeriod | None) -> bool:
    """Returns whether a day can be the previous session of a day of the facts, with some holidays between."""
    if period is None or period.end is None or claimed.month is None or claimed.day is None:
        return False
    try:
        day = date(claimed.year or period.end.year, claimed.month, claimed.day)
    except ValueError:
        return False
    return 0 < (period.end - day).days <= _MAX_CLOSED


def same_window(one: float | None, other: float | None) -> bool:
    """Returns whether two changes can be over the same time."""
    if one is None or other is None:
        return True
    difference = abs(one - other)
    # The candles of a few days may lie between more days of the calendar.
    is_short = min(one, other) > _SHORT_WINDOW and difference <= _SHORT_WINDOW
    return is_short or difference <= _WINDOW_SLACK * max(one, other)


def sign_agrees(claim: Claim, figure: KnownFigure) -> bool:
    """Tells whether the direction that words give a number is that of a figure."""
    value = figure.value
    if figure.metric in CHANGES or figure.metric == _CHANGE_OF_CASH:
        if claim.direction:
            return value == 0 or (value > 0) == (claim.direction > 0)
        return not claim.is_negative or value <= 0 or figure.metric not in _MOVES
    if figure.kind is Kind.PERCENT and figure.direction * claim.direction < 0:
        # "Marine revenue grew 3%", where the news says that it fell
        return False
    is_negative = claim.numeral.sign < 0 or claim.is_negative
    if figure.metric == "net_debt" and claim.is_tight and claim.numeral.sign < 0 and claim.is_negative:
        # "net cash of -$20.24 billion" would be a net debt.
        return value >= 0
    if figure.words and figure.metric not in claim.metrics:
        # "outflows of $156 million", "a charge of $477 million", where the news says that they were lost
        return True
    if figure.is_signed:
        return value == 0 or (value < 0) == is_negative or (value < 0 and claim.direction < 0)
    return claim.numeral.sign >= 0 or figure.kind is None or value < 0


def metric_agreement(claim: Claim, sentence: Sentence, figure: KnownFigure) -> int:
    """Returns 2 where the metric of a number is that of a figure, 1 where it may be, else 0."""
    names = (figure.metric, *figure.also)
    if figure.metric == "upside" and _is_of_other_way(claim, sentence, figure):
        return 0
    if any(name in claim.metrics for name in names) or _is_expected(claim, sentence, figure):
        return 2
    if is_rival(claim, sentence, figure):
        return 0
    if any(name in claim.others for name in names):
        return 1
    is_related = claim.numeral.digits >= MIN_RELATED_DIGITS and not claim.related.isdisjoint(names)
    if is_related and (figure.metric not in _NAMED_ALWAYS or figure.metric in claim.nearby):
        # "Sales were up 10.6%" is no margin.
        return int(
            not (_is_bare_change(claim) and figure.kind is Kind.PERCENT and figure.metric not in CHANGES)
        )
    if not figure.words:
        return 0
    if any(figure.metric in ESTIMATED.get(name, ()) for name in claim.metrics):
        # "its estimate of $6.40", where the news says that a broker expects earnings of $6.40
        return 2
    if figure.fact_id in claim.told_with and figure.kind is Kind.PERCENT:
        return 1
    if figure.fact_id in claim.cited or _is_told(claim, sentence, figure):
        return 1
    return int(_shares_words(claim, sentence, figure) or _is_retold(claim, sentence, figure))


def _is_bare_change(claim: Claim) -> bool:
    """Returns whether a number is said to be a change, and no name of a metric stands with it."""
    return bool(claim.direction) and claim.mention is None and claim.metrics == ("change_percent",)


def is_rival(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """``the 200-day line (€84.86)``: whether the name beside a number excludes a figure."""
    if not claim.is_tight or len(claim.metrics) != 1 or figure.words:
        return False
    rivals = RIVALS.get(claim.metrics[0])
    if rivals is None or figure.metric not in rivals:
        return False
    # "Even the most optimistic analyst, with a target of $568.85": words tell which of the targets is meant.
    if figure.metric == "target_mean_price":
        return "mean" not in sentence.kinds
    return not (figure.metric.startswith("target_") and _VIEW.search(sentence.text))


def _is_of_other_way(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """``trades 9.5% below its target``, where the target is below the price."""
    end = claim.numeral.end
    level = next((one for one in sentence.metrics if one.start >= end), None)
    if level is None or not level.name.startswith("target"):
        return False
    cue = next((one for one in sentence.bounds if end <= one.start and one.end <= level.start), None)
    if cue is None or cue.start - end > _BESIDE or level.start - cue.end > _TO_TARGET:
        return False
    return (figure.value > 0) == ("above" in cue.value.split())


def _is_told(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """Returns whether prose states a number that no name stands beside: of jobs, orders, participants."""
    numeral = claim.numeral
    largest = max(reading.value for reading in numeral.readings)
    is_vague = numeral.digits < _MIN_TOLD_DIGITS and largest < _MIN_TOLD
    if figure.metric.startswith(LABEL):
        return False
    if is_vague and len(content_words(sentence) & figure.words) < _MIN_SHARED_WORDS:
        return False
    name = claim.mention.name if claim.is_tight and claim.mention is not None else ""
    is_plan = name in _PLANNED and (
        _speaks_of_plan(sentence)
        # "2 miliardi di investimenti", where the news says "investirà 2 miliardi"
        or any(word.startswith("invest") for word in figure.words)
    )
    # "The price of $9.5 billion": what is paid for something, and no price of a share.
    is_free = not name or name in _COUNTS or is_plan or (largest >= _LARGE and _is_of_worth(sentence, name))
    kind = figure.kind if figure.metric == "text" or _is_of_part(claim, figure) else None
    return is_free and _KIND_TOLD.get(numeral.unit) is kind


def _speaks_of_plan(sentence: Sentence) -> bool:
    is_of_future = bool(sentence.cues_of("forward", "this_year", "next"))
    return is_of_future or _PLAN.search(sentence.text) is not None


def _is_of_worth(sentence: Sentence, name: str) -> bool:
    """``The order is worth $1.9 billion``: of what is bought or ordered, and not of a company."""
    return name == "price" or (name == "market_cap" and not (sentence.companies or sentence.cues_of("it")))


def _is_of_part(claim: Claim, figure: KnownFigure) -> bool:
    """``the 34.6% exposure to China``, where the news tells of a share of sales; no name stands beside it."""
    is_exact = claim.numeral.unit is Unit.PERCENT and claim.numeral.digits >= MIN_RELATED_DIGITS
    return is_exact and claim.mention is None and figure.kind is Kind.PERCENT


def _is_expected(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """Returns whether a figure is what is expected of a period to come: ``in 2027 it should earn $8.43``."""
    base = ESTIMATED.get(figure.metric)
    end = figure.period.end if figure.period is not None else None
    named = (*claim.metrics, *claim.others)
    if base is None or end is None or figure.as_of is None or base.isdisjoint(named):
        return False
    is_to_come = end.isoformat() > figure.as_of[:10] or is_unreported(figure)
    return is_to_come and (
        claim.period is not None
        or claim.is_expected
        or bool(sentence.cues_of("forward", "next"))
        or any(mention.name == "consensus" for mention in sentence.metrics)
    )


def is_unreported(figure: KnownFigure) -> bool:
    """Returns whether a figure is expected of a quarter that has just ended and was not reported yet."""
    period, as_of = figure.period, figure.as_of
    if period is None or period.end is None or period.told is not None or as_of is None:
        return False
    return 0 <= (date.fromisoformat(as_of[:10]) - period.end).days <= _MAX_UNREPORTED


def _shares_words(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """Returns whether a number stands among the words of a figure of prose or of a row of a table."""
    words = content_words(sentence)
    if figure.metric.startswith(LABEL):
        if claim.mention is not None and claim.mention.name.startswith(LABEL):
            return False
        label = frozenset(figure.metric.removeprefix(LABEL).split()) & figure.words
        return bool(label) and label <= words
    shared = words & figure.words
    smaller = min(len(words), len(figure.words))
    if claim.is_tight and figure.is_named:
        return False
    if _stands_with_name(claim, sentence, figure):
        return True
    if claim.mention is not None and figure.metric in METRICS:
        return len(shared) >= _MIN_SHARED_WORDS + 1 and len(shared) >= 2 * _MIN_SHARE * smaller
    return len(shared) >= min(_MIN_SHARED_WORDS, smaller or 1) and len(shared) >= _MIN_SHARE * smaller


def _stands_with_name(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """``Guinness is the star with growth of 12.5%``: a number of the news beside a name that the news has.

    Between the two is no other number, and a name of a metric right beside the number is a general one.
    """
    # "Mexico contributed 46% of profit": what a share is of stands behind it.
    is_of_behind = claim.mention is not None and claim.mention.start >= claim.numeral.end
    is_general = claim.mention is not None and (
        claim.mention.name in _GENERAL or _is_bare_move(claim, figure)
    )
    if claim.is_tight and not (is_general or (is_of_behind and claim.numeral.unit is Unit.PERCENT)):
        return False
    before = max(
        (one.numeral.end for one in sentence.numbers if one.numeral.end <= claim.numeral.start), default=0
    )
    names = [
        one
        for one in sentence.words
        if before <= one.start < claim.numeral.start and sentence.text[one.start].isupper()
    ]
    behind = _IN_PLACE.match(sentence.text, claim.numeral.end)
    places = [] if behind is None else [one for one in sentence.words if one.start == behind.end()]
    own = {company.start for company in sentence.companies}
    return any(
        content_words(sentence, one.start, one.end) & figure.words
        for one in (*names, *places)
        if one.start not in own
    )


def _is_bare_move(claim: Claim, figure: KnownFigure) -> bool:
    """``Gaming revenue was down 6%``, where the news says "gaming down 6%" and not of what."""
    is_change = claim.numeral.unit is Unit.PERCENT and claim.direction != 0
    is_of_amount = any(METRICS[one].kind is Kind.MONEY for one in claim.metrics if one in METRICS)
    return is_change and is_of_amount and figure.metric == "change_percent" and not figure.is_named


def _is_retold(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """Returns whether a number may be one of prose in another language, whose words cannot be the same.

    Those of a language without blanks cannot be compared either. A number of few digits, and one that is
    named as what prose seldom tells, such as a margin, is none.
    """
    numeral = claim.numeral
    is_counted = _COUNTER.match(sentence.text, numeral.end) is not None
    # "in China fell 27%", of news that tells of that fall
    is_same_way = figure.direction != 0 and figure.direction == claim.direction
    is_telling = numeral.readings[-1].value >= (_MIN_TOLD if is_counted else _MILLION) or (
        numeral.unit is Unit.PERCENT and (is_same_way or not numeral.text.rstrip("% ％").isdigit())
    )
    # "0.9%" has two digits, too.
    is_small = numeral.unit is Unit.PERCENT and numeral.readings[-1].value < 1
    is_many = is_counted and numeral.readings[-1].value >= _MANY
    if numeral.digits + is_small < MIN_RELATED_DIGITS - is_telling and not is_many:
        return False
    own = language_of(sentence.text)
    if not (are_of_different_languages(figure.language, own) or own in _WITHOUT_BLANKS):
        return False
    is_count = is_counted and numeral.unit is Unit.NONE and figure.kind is not Kind.PERCENT
    if not is_count and _KIND_TOLD.get(numeral.unit) is not figure.kind:
        return False
    name = claim.mention.name if claim.is_tight and claim.mention is not None and not is_counted else ""
    kinds = {METRICS[metric].kind for metric in claim.metrics if metric in METRICS} if name else set()
    if numeral.unit is Unit.PERCENT:
        # "Revenue rose 8.6%": the change of an amount.
        return not name or name in CHANGES or Kind.MONEY in kinds
    return not kinds or not kinds.isdisjoint((Kind.MONEY, Kind.COUNT))


def is_near(claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a number has the value of a figure, to the digits shown."""
    value = abs(figure.value)
    if figure.kind is Kind.RATIO and claim.numeral.unit is Unit.PERCENT:
        value *= 100
    for reading in claim.numeral.readings:
        if abs(value - reading.value) <= tolerance_of(claim, reading):
            return True
    return False


def tolerance_of(claim: Claim, reading: Reading) -> float:
    """Returns how far a figure may be from a reading of a number."""
    if not claim.is_approximate:
        # A writer may round what the text of a fact shows, which has one digit more and is rounded itself.
        is_rounded = reading.tolerance < _WHOLE or reading.value >= _LARGE
        own = reading.tolerance * (_SHOWN if is_rounded else 1.0)
        return max(own, _step_shown(reading.value) / 2) if reading.value >= _LARGE else own
    # "Nearly 60%" and "almost 90,000 employees" are said of 58.5% and 88,400.
    share = _APPROXIMATION if claim.numeral.digits > 1 else _OF_ONE_DIGIT
    return max(_AROUND * reading.tolerance, share * reading.value)


def _step_shown(value: float) -> float:
    """Returns the step in which the texts of facts show an amount, if it is one of the steps; else 0.

    A writer who has "18.45B" from a fact may write 18,450 in a table of millions.
    """
    is_step = abs(amount_shown(value) - value) <= _EXACT * value
    return next((scale / 100 for scale in (1e12, 1e9, 1e6) if is_step and value >= scale), 0.0)


def same_kind(numeral: Numeral, figure: KnownFigure) -> bool:
    """Returns whether the unit of a number suits what a figure is."""
    kind = figure.kind
    match numeral.unit:
        case Unit.NONE:
            return True
        case Unit.MONEY:
            return kind in (Kind.PRICE, Kind.MONEY, None)
        case Unit.PERCENT:
            return kind in (Kind.PERCENT, Kind.RATIO) or (kind is None and not figure.currency)
        case Unit.MULTIPLE:
            # The beta is how many times as much as the market a share moves.
            return kind is Kind.RATIO or figure.metric == "beta" or (kind is None and not figure.currency)
        case _:
            # Of levels in percent, points are only differences.
            is_level = kind is Kind.PERCENT and figure.metric not in CHANGES and not figure.words
            return kind in (Kind.PERCENT, Kind.RATIO, None) and not is_level and not figure.currency


def currency_agrees(numeral: Numeral, figure: KnownFigure) -> bool:
    """Returns whether a number and a figure can be in one currency."""
    if numeral.currency == _PENCE and figure.currency == _POUNDS:
        # "131p" is 1.31 pounds and nothing else.
        values = [reading.value for reading in numeral.readings]
        return any(
            abs(abs(figure.value) - pounds) <= _PENNY_SLACK
            and any(abs(one - 100 * pounds) < 1 for one in values)
            for pounds in values
        )
    if numeral.currency is None or figure.currency is None or numeral.currency == figure.currency:
        return True
    return figure.currency in AMBIGUOUS.get(
        numeral.currency, frozenset()
    ) or numeral.currency in AMBIGUOUS.get(figure.currency, frozenset())
