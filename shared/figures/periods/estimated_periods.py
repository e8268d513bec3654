"""Finds the quarter or year of an estimate by the words beside it: the current one, the next, a full year."""

import re
from collections.abc import Sequence, Set
from datetime import date
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_unreported
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure

YEAR: Final = 12
QUARTER: Final = 3
_SLACK: Final = 1.2
_WEEK: Final = 7
_STATED_QUARTER: Final = RarePattern(
    r"\b(?:(?P<this>(?:current|this|running) quarter|laufende[ns]? Quartal|dieses Quartal|trimestre en cours"
    r"|(?:ce|este|questo) trimestre"
    r"|trimestre (?:actual|en curso|in corso|atual)|今四半期|当四半期|本季度?|이번 분기"
    r"|(?:next|upcoming) (?:report|results|earnings report)|nächste[nr]? (?:Quartalsb|B)ericht"
    r"|prochains? résultats"
    r"|prochaine publication|próximos? resultados|próximo informe|prossimi risultati"
    r"|prossima trimestrale|次回の?決算)"
    r"|(?P<next>(?:next|following|coming) quarter"
    r"|nächste[ns]? Quartal|kommende[ns]? Quartal|prochain trimestre|próximo trimestre"
    r"|prossimo trimestre|来四半期|次の?四半期|下个?季度|다음 분기))(?![A-Za-z])",
    re.IGNORECASE,
)
NEXT: Final = re.compile(
    r"quarter|Quartal|trimestre|next|nächst|prochain|próxim"
    r"|\b(?:the one after|after that|thereafter|danach)\b",
    re.IGNORECASE,
)
_THE_LAST: Final = re.compile(
    r"\b(?:last|latest|most recent|reported|letzte[nsrm]?|zuletzt"
    r"|jüngste[nsrm]?|derni(?:er|ère)|[uú]ltim[oa])\b"
    r"|直近|前四半期|最近|上一?季|최근|직전",
    re.IGNORECASE,
)
"""Between the current quarter and a number of the one before: 「今四半期は…、直近に発表された四半期は」."""
_THE_NEXT: Final = re.compile(r"next|nächst|prochain|suivant|próxim|siguiente|prossim", re.IGNORECASE)
OF_YEAR: Final = RarePattern(
    r"\b(?:full|whole|fiscal|current|this|next) year|\byear as a whole|full-year|Gesamtjahr"
    r"|\b(?:ganze|laufende|nächste)[sn]? Jahr"
    r"|\b(?:année|exercice|año|ejercicio|anno|esercizio|ano|exercício)\b",
    re.IGNORECASE,
)
"""What tells that an estimate beside that of a quarter is of a year."""
COMPARED: Final = re.compile(
    r"\b(?:from|after|against|versus|vs|compared|up|down|than|nach|von|gegen\w*|après|contre|depuis|tras|desde|frente"
    r"|dopo|da|contro|após|before|earlier|ago)\b",
    re.IGNORECASE,
)
_OF_RESULT: Final = {result: estimate for estimate, result in ACTUALS.items()}
_NO_FORECAST: Final = frozenset({"beat", "miss", "prior", "prior_quarter", "trailing"})
"""Kinds of words of sentences that tell of results as well."""
_AFTER_FORECAST: Final = re.compile(
    r"\b(?:from|after|against|versus|vs|compared|up|down|than|nach|gegen\w*|après|contre|depuis|tras|desde|frente"
    r"|dopo|contro|após|before|earlier|ago|expected|erwartete\w*|esperaban?|esperad[oa]s?|attendai\w+|attendus?|attes[oaie]"
    r"|was|were|war|waren|lag|fue|fueron|foi|foram|était|étaient|fu|furono|era|eran|erano|eram)\b|[;:]",
    re.IGNORECASE,
)
"""Behind words for what is expected: the number is compared with it, or of a time that is past."""
_EXPECTING: Final = re.compile(
    r"expects?|anticipates?|predicts?|look(?:s|ing)? for|erwarten|rechne[nt] mit|attendent|prévoi(?:en)?t"
    r"|tablent? sur|s['’]attend(?:ent)? à|espera[mn]?|prev[éê]n?|preveem|projetam?|proyectan?|prevedono"
    r"|prevede|si prevede|attendono|aspettano|si aspetta|stimano",
    re.IGNORECASE,
)
"""Verbs that tell what is expected now."""
_NEAR: Final = 40
_BESIDE: Final = 28
_SHORT: Final = 16
_WHOLE_YEAR: Final = RarePattern(
    r"\b(?:full|whole|entire) (?:fiscal )?year|\byear as a whole|\b(?:full-year|Gesamtjahr)\b"
    r"|\b(?:ganze[sn]?) Jahr\b"
    r"|\b(?:ensemble|totalité) de l'(?:année|exercice)|\bannée (?:complète|entière)"
    r"|\bconjunto del (?:año|ejercicio)|\baño completo|\bintero (?:anno|esercizio)|\bano (?:completo|todo)"
    r"|\bconjunto do ano|通期|全年|연간",
    re.IGNORECASE,
)
"""Before an estimate of the current year."""


def stated_quarter(sentence: Sentence, claim: Claim, figure: KnownFigure, index: FactIndex) -> int | None:
    """Returns the last month of the quarter that is called the current or the next one before a number."""
    end = claim.numeral.end
    # "For the current quarter they see $1.69 billion; next quarter, $1.78 billion."
    stop = sentence.text.find(";", end)
    last = len(sentence.text) if stop < 0 else stop
    behind = _STATED_QUARTER.search(sentence.text, end, min(last, end + _BESIDE))
    if figure.as_of is None or (behind is None and NEXT.search(sentence.text, end, min(last, end + _NEAR))):
        return None
    before = list(_STATED_QUARTER.finditer(sentence.text, 0, claim.numeral.start))
    stated = behind or next(iter(reversed(before)), None)
    if stated is None or any(stated.end() <= one.start < claim.numeral.start for one in sentence.periods):
        return None
    between = (stated.end(), claim.numeral.start)
    if _THE_LAST.search(sentence.text, *between):
        return None
    if _THE_NEXT.search(sentence.text, *between) or OF_YEAR.search(
        sentence.text, stated.end(), claim.numeral.end + _NEAR
    ):
        return None
    today = date.fromisoformat(figure.as_of[:10])
    now = today.year * YEAR + today.month - 1
    reported = {end_of(other) for other in index.of(figure.symbol, (ACTUALS[figure.metric],))}
    estimates = list(index.of(figure.symbol, (figure.metric,)))
    if any(is_unreported(other) and end_of(other) not in reported for other in estimates):
        # In April, the sources call the quarter to March the current one until it is reported.
        now -= QUARTER
    # Fiscal quarters may end in other months than those of the calendar.
    ends = [day for other in estimates if _is_open(other) and (day := end_of(other)) is not None]
    last_month = month_of(min(ends)) if ends else -1
    return now + (last_month - now) % QUARTER + (QUARTER if stated["next"] else 0)


def stated_year(sentence: Sentence, claim: Claim, figure: KnownFigure, index: FactIndex) -> int | None:
    """``expected to earn €8.15 this year``: returns the last month of the year, if nothing else is named."""
    is_other = claim.period or sentence.periods or sentence.cues_of("prior", "prior_quarter")
    if is_other or figure.as_of is None or NEXT.search(sentence.text):
        return None
    if _WHOLE_YEAR.search(sentence.text, 0, claim.numeral.start):
        # The last estimates are those of the year after the current one.
        reported = {end_of(other) for other in index.of(figure.symbol, (ACTUALS[figure.metric],))}
        known = {end_of(other) for other in index.of(figure.symbol, (figure.metric,))}
        ends = {month_of(end) for end in known - reported if end is not None}
        return max(ends) - YEAR if ends and max(ends) - YEAR in ends else None
    if not sentence.cues_of("this_year"):
        return None
    return month_of(date.fromisoformat(figure.as_of[:4] + "-12-31"))


def is_past_in_forecast(
    sentence: Sentence, one: CitedFigure, own: Sequence[CitedFigure], index: FactIndex
) -> bool:
    """``expected to earn $3.31 in 2026 and $3.23 in 2027``: the second number is what was earned."""
    claim, figure = one.claim, one.figure
    before = own[-1] if own else None
    if before is None or before.figure is None or figure is None or claim.is_prior:
        return False
    if ACTUALS.get(before.figure.metric) != figure.metric or before.figure.symbol != figure.symbol:
        return False
    text, numeral = sentence.text, claim.numeral
    gap = text[before.claim.numeral.end : numeral.start]
    is_of_next = claim.period is not None or _THE_NEXT.search(text, numeral.end, numeral.end + _SHORT)
    if not is_of_next or COMPARED.search(gap) or sentence.cues_of("trailing"):
        return False
    estimates = index.of(figure.symbol, (before.figure.metric,))
    return not any(states(claim, estimate) for estimate in estimates)


def is_result_as_forecast(
    sentence: Sentence, one: CitedFigure, own: Sequence[CitedFigure], index: FactIndex
) -> bool:
    """``For the current quarter, analysts expect EPS of €0.24``: what was earned before.

    Args:
        sentence: The sentence.
        one: A number that is supported.
        own: The numbers of the sentence before it.
        index: The figures of the facts.
    """
    claim, figure = one.claim, one.figure
    estimate = _OF_RESULT.get(figure.metric) if figure is not None else None
    if figure is None or estimate is None or figure.words or claim.is_prior or not states(claim, figure):
        return False
    if not (
        _is_forecast(sentence, claim, _beside_estimates(own, figure)) and _is_to_come(sentence, claim, figure)
    ):
        return False
    known = [each for each in index.of(figure.symbol, (estimate,)) if each.words or _is_open(each)]
    return bool(known) and not any(states(claim, each) for each in known)


def _beside_estimates(own: Sequence[CitedFigure], figure: KnownFigure) -> set[int]:
    """Returns where estimates of other metrics stand: ``expect $0.45 per share on revenue of …``."""
    return {
        each.claim.numeral.start
        for each in own
        if each.figure is not None
        and each.figure.symbol == figure.symbol
        and ACTUALS.get(each.figure.metric, figure.metric) != figure.metric
        and states(each.claim, each.figure)
    }


def _is_forecast(sentence: Sentence, claim: Claim, others: Set[int]) -> bool:
    """Returns whether a number is the first one of its metric behind words for what is expected.

    Args:
        sentence: The sentence.
        claim: The number.
        others: The places of estimates of other metrics, which may stand between.
    """
    text, start = sentence.text, claim.numeral.start
    forward = next((cue for cue in reversed(sentence.cues_of("forward")) if cue.end <= start), None)
    if forward is None or sentence.kinds.keys() & _NO_FORECAST:
        return False
    if _AFTER_FORECAST.search(text, forward.end, start):
        return False
    between = (one.numeral.start for one in sentence.numbers if forward.end <= one.numeral.start < start)
    if any(place not in others for place in between):
        # "For 2027 they expect €1.46, almost four times the current €0.38."
        return False
    is_undated = claim.period is not None and claim.period.year is None
    # "$0.91 for Q1 (2.1% above estimates), $0.98 for Q2"
    return not is_undated or _EXPECTING.fullmatch(text, forward.start, forward.end) is not None


def _is_open(estimate: KnownFigure) -> bool:
    """Returns whether an estimate is of a period that was not reported yet."""
    end = end_of(estimate)
    is_later = end is not None and estimate.as_of is not None and end.isoformat() > estimate.as_of[:10]
    return is_later or is_unreported(estimate)


def _is_to_come(sentence: Sentence, claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether the quarter or year that is named for a number has not been reported."""
    today = figure.as_of
    if claim.period is not None:
        year = claim.period.year
        is_part = claim.period.quarter is not None or claim.period.month is not None
        if year is None:
            return is_part and not claim.period.is_day
        return claim.period.is_year and today is not None and year >= int(today[:4])
    start, end = claim.numeral.start, claim.numeral.end
    stated = _STATED_QUARTER.search(sentence.text, 0, start) or _STATED_QUARTER.search(
        sentence.text, end, end + _BESIDE
    )
    return stated is not None and not _THE_LAST.search(sentence.text)


def states(claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a number is a figure of data itself, and not derived from it."""
    return not figure.words and any(
        abs(abs(figure.value) - reading.value) <= _SLACK * reading.tolerance
        for reading in claim.numeral.readings
    )


def end_of(figure: KnownFigure | None) -> date | None:
    """Returns the end of the year or quarter of a figure; None for one of a day or of now."""
    period = figure.period if figure is not None else None
    if period is None or period.is_snapshot or period.is_day:
        return None
    return period.end


def month_of(day: date) -> int:
    """Returns the number of the month that ends on a day or within the week before it, over all years.

    Quarters of 13 weeks end on 28 June in one year and on 4 July in the next.
    """
    return day.year * YEAR + day.month - 1 - (day.day <= _WEEK)
