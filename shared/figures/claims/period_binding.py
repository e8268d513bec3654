"""Binds numbers to the period that a sentence names for them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import COMMA_OR_STOP, HARD_STOP, NOW, ends_with
from shared.figures.claims.period_rows import is_in_aside, is_valuation, next_of_row
from shared.figures.claims.periods_behind import (
    PERIOD_BEHIND,
    POSSESSIVE,
    gap_without_names,
    is_label,
    period_behind,
)
from shared.figures.claims.prior_periods import (
    CLOSED,
    COMPARED,
    ONWARDS,
    PRIOR_CUES,
    START,
    is_east_asian_start,
    prior_word,
)
from shared.figures.claims.windows import window_or_told
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.period_patterns import MONTH_BEHIND, NAMED_MONTH
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import SOME_QUARTER, PeriodMention, StatedPeriod
from shared.figures.reading.units import Unit

REFERENCE: Final = re.compile(
    r"(?<![^\W\d_])(?:(?:from|than|since|vs\.?|versus|against|(?<!year\s)(?<!quarter\s)(?<!months\s)(?<!period\s)to"
    r"|compared with|gegenüber|verglichen mit|im Vergleich (?:zum?|zur|mit)|seit|als|depuis|que"
    r"|par rapport (?:à|aux?)|comparée?s? (?:à|aux?)|face (?:à|aux?|aos?)|desde|frente a(?:l|os?)?"
    r"|respecto al?|rispetto al?"
    r"|em relação (?:aos?|à|a)|na comparação com|en comparación con|in confronto al?|over)\s|qu['’])"
    r"(?:[^\W\d_]+\s){0,5}$",
    re.IGNORECASE,
)
"""Before a period that something is only compared with: "18.4% more than in the same quarter of 2024"."""
_OVER: Final = re.compile(r"over\b", re.IGNORECASE)
_PUBLISHED: Final = re.compile(
    r"(?:\b(?:reported|published|filed|announced|released|veröffentlicht|publiés?|publicados?|pubblicat[oi])"
    r"(?:\s(?:on|am|le|el|il))?|\b(?:10-[KQ]|8-K|20-F|40-F|6-K)(?:/A)?)\s$",
    re.IGNORECASE,
)
"""Before the day on which figures of an earlier period were published."""
_GOES_ON: Final = re.compile(
    r",\s(?:(?:rising|growing|climbing|increasing|falling|declining|slipping|dropping|(?:and )?then)"
    r"\s(?:further\s)?to|steigend auf|dann|puis|luego|después|depois|poi)\s",
    re.IGNORECASE,
)
_NEAR_BRACKET: Final = 20
"""Characters between a number and the bracket that tells of what period it is."""
_FOR_NEXT: Final = RarePattern(
    r"\s(?:for|in|im|für das|para el|pour|para o|per)\s(?:the\s|le\s|la\s|l['’]|il\s)?"
    r"(?:(?:fiscal|exercice|année|ejercicio|esercizio|exercício|año|anno|ano)\s)?"
    r"(?:next|following|one after|year after|nächsten?|folgenden?|suivante?|siguiente|seguinte|successivo)\b",
    re.IGNORECASE,
)
"""Behind a number of the period after the one that is named."""
_YEAR_AFTER: Final = RarePattern(
    r"\b(?:the year after|(?:the|in|for) (?:following|next) (?:fiscal |financial )?year|Folgejahr"
    r"|(?:nächste|kommende|folgende)[ns]? (?:Geschäfts)?[Jj]ahr|(?:année|exercice) (?:suivante?|prochaine?)"
    r"|(?:año|ejercicio) (?:siguiente|próximo|que viene)|próximo (?:año|ejercicio|ano|exercício)"
    r"|(?:ano|exercício) (?:seguinte|que vem)|(?:anno|esercizio) (?:successivo|prossimo|dopo)"
    r"|prossimo (?:anno|esercizio))\b|翌[年期]|来[年期]|次年|明年|下一?(?:财|个财)?年|다음 해|이듬해|내년",
    re.IGNORECASE,
)
"""Before a number of the year after the one that is named."""
_RANGE: Final = re.compile(
    r"(?:rang(?:e|es|ed|ing)|\bruns?|\bran|reich\w*"
    r"|Spanne|fourchette|all(?:ant|er)|vont?|van|vão|vai|vanno|iría\w*|irait|iraient|rango|oscil\w*|varia\w*|faixa|intervallo)\s$"
    r"|\b(?:spread|gap|span|range|Spanne|écart|fourchette|rango|diferencia|faixa|intervallo|divario)\b[^;]{0,30},\s$",
    re.IGNORECASE,
)
"""Before the lower end of a range: "estimates range from $7.49 to $8.45"."""
_ESTIMATES: Final = re.compile(
    r"\b(?:estimates|forecasts|projections|predictions|targets|opinions|Schätzungen|Prognosen|Erwartungen|Kursziele\w*"
    r"|estimations|prévisions|objectifs|estimaciones|previsiones|proyecciones|objetivos?|estimativas|previsões"
    r"|projeções|preços-alvo|alvos|stime|previsioni|obiettivi|obiettivo)\s$",
    re.IGNORECASE,
)
"""Before the lower end of the range of what several have estimated: "with estimates from $1.31 to $1.40"."""
_OF: Final = re.compile(r"(?:von|del?|d[ou]|da)\b")
_FROM_OTHER: Final = re.compile(
    r"(?: zu)?,?\s(?:je Aktie\s|par action\s|per azione\s)?(?:von|del?|d[ou]|da)\s(?:rund\s|circa\s)?"
)
"""Between what something has changed to and what it has changed from, where that stands last."""
_REACHED: Final = re.compile(r"\b(?:(?:auf|al?|ai|à|para|até|hasta)\s|all['’])[*_]*$")
_SOURCES: Final = re.compile(
    r"\s(?:analysts?|brokers|estimates|forecasts|Analysten|Schätzungen|analystes|estimations|analistas"
    r"|estimaciones|estimativas|analisti|stime)\b",
    re.IGNORECASE,
)
"""Behind how many an estimate comes from: "$6.45 a share, from 17 analysts"."""
_SINCE: Final = re.compile(r"(?:\b(?:since|seit|depuis|desde|dal)\s(?:\w+\s)?)$", re.IGNORECASE)
"""Before the year in which something began."""
_RELATIVE: Final = re.compile(
    r"\b(?:since then|ever since|seitdem|seither|depuis lors|desde entonces|desde então|da allora"
    r"|later|after that|später|danach|plus tard|después|dopo|depois)\b|後|之后|뒤"
)
_LAST_YEAR: Final = RarePattern(
    r"(?:in the |im )?(?:last(?: fiscal)? year(?:'s)?|letzte[ns] Jahr|vergangene[ns] Jahr)|l'an dernier"
    r"|l'année dernière|an passé|el año pasado|(?:no )?ano passado|(?:l'anno|anno) scorso"
    r"|去年|昨年|前期|前年度|上一?个?财年|上一?财政年度|작년|지난해|전기",
    re.IGNORECASE,
)
_LAST_QUARTER: Final = RarePattern(
    r"last quarter|letzte[sn]? Quartal|dernier trimestre|último trimestre|ultimo trimestre|上季度",
    re.IGNORECASE,
)
"""What may be the quarter before, and is the newest one where nothing is compared with it."""
_CHANGES: Final = (Unit.PERCENT, Unit.POINTS)
_TO_AMOUNT: Final = re.compile(
    r",?\s(?:to|auf|à|al?|até|hasta|para)\s(?:(?:rund|environ|unos|cerca de|circa)\s)?"
    r"(?:[A-Z]{0,3}[$€£¥]\s?\d|\d[\d.,]*\s?(?:[$€£¥]|Mrd|Mio|milliards?|millions?|mil\b|millones|mi?li(?:ardi|oni)|bilhões|milhões"
    r"|billion|million|euros?|Euro|dollars?|dollari|dólares))"
)
"""Behind a change in percent: the amount that it has led to, "a progressé de 2,2 % à 8,88 milliards"."""
_EXPECTED: Final = frozenset({"analyst_count", "consensus", "eps_estimate", "revenue_estimate"})
_ENDS_OF_YEAR: Final = frozenset({"week_52_low", "week_52_high"})
_ATTACHED: Final = re.compile(r"\s?(?:度|末|年末|期)?\s?[のに的의에]?\s?(?:約|约|약\s)?")
"""Between a period and what something has changed from in it: ``6월 30일 267.51달러에서``."""
_AND: Final = re.compile(r"\s(?:and|und|et|y|e)\s", re.IGNORECASE)
_THAN: Final = tuple("较較比从從")
"""Before a period that the one before is compared with, in Chinese."""
_WITH_LEVEL: Final = re.compile(
    r",\s(?:with|when|mit|als|avec|quand|lorsqu[e']|con|cuando|com|quando)\s[^,;.()\d]*$", re.IGNORECASE
)
"""Between a period that something is compared with and the level of that period."""
_DIGIT: Final = re.compile(r"\d")
_THAN_BEHIND: Final = re.compile(
    r"(?:\s?の)?(?:比(?:で|べ|較|\d)|[にと]比べ|との比較|より|相比|相较|相較)|\s?(?:대비|보다|에\s비해|[와과]\s비교)"
)
_LEVEL_OF: Final = re.compile(r"\s?[的の의]\s?(?:約|约|약)?\s?\d")
_GROWN_BY: Final = re.compile(r"(?:增加|增长|增長|减少|減少|下降|提高|上升|多|少|高|低)了?(?:約|约)?$")
"""Around a period that something has changed from, and before the amount by which."""
_NEXT_REPORT: Final = re.compile(
    r"\b(?:next|upcoming) (?:report|results|earnings|quarterly)"
    r"|nächste[rn]? (?:Bericht|Zahlen|Quartalsbericht)|prochains? (?:résultats|rapport)"
    r"|próximos? (?:resultados|informe)|próxima (?:cita|publicación|divulgação)|prochain rendez-vous"
    r"|prochaine (?:publication|échéance)|próxima apresentação|prossima pubblicazione|nächster Termin"
    r"|prossim[oa] (?:appuntamento|trimestrale)|reports? next"
    r"|次回|次の決算|下次|下一次|다음 (?:실적|발표|분기)",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    r"\b(?:until|till|through|bis|jusqu['’](?:en|à)|hasta|até|fino al?)\s$", re.IGNORECASE
)
"""Before the year in which something ends: "which runs until 2036, and to the cash flow of $3.92 billion"."""
_ENDED: Final = re.compile(
    r"\b(?:ended|closed|finished|(?:the )?end of|Ende|beendete|fin|terminé|cerró|terminó|fines de|finales de"
    r"|fechou|encerrou|fim de|chiuso il|fine)\s$",
    re.IGNORECASE,
)
"""Before a year whose last price is meant: "ended 2025 at $160.10"."""
_OF_LAST: Final = re.compile(
    r"[\s*_(]*(?:(?:of|in|over|for|from|aus|der|des|del?|d[aeo]s?|dei|degli|negli|nei|sur|dans|en|n[ao]s|em|in)\s){0,2}"
    r"(?:(?:the|den|les|los|las|os|i|gli)\s)?"
    r"(?:[^\W\d_]+\s|\d+\s)?(?:last|past|trailing|latest|letzten|vergangenen|zurückliegenden|derniers|dernières"
    r"|últim[oa]s|ultimi|passados)\s.*",
    re.IGNORECASE,
)
"""Between a number and the months that it is of, up to now."""
_CURRENT: Final = re.compile(r"\b(?:current|present|aktuelle[nrs]?|derzeitigen?|heutigen?)\s$", re.IGNORECASE)
_CURRENT_BEHIND: Final = re.compile(
    r"\s(?:actuale?s|a[ct]tual[ei]|actuels?|atuais|atual|de hoy|de hoje|di oggi|d['’]aujourd['’]hui)\b",
    re.IGNORECASE,
)
"""Around a number of now."""
_ABOUT_A_YEAR: Final = 350
"""Days."""
_STOP: Final = re.compile(r"[；;，、]|,(?!\d)")
_OPENING_CLAUSE: Final = 12
"""Characters before a period that still opens its sentence."""
_QUARTER: Final = re.compile(
    r"(?<!\ba )(?<!\bper )(?<!\beach )(?<!\bevery )(?<!by three )quarter|(?<!\bpro )(?<!\bje )quartal"
    r"|(?<!\bpar )(?<!\bpor )trimestre|四半期|(?<!前[三3两])季度|분기",
    re.IGNORECASE,
)
"""A quarter that a number may be of; no share ("a quarter of sales") and no rate ("48 cents per quarter")."""


def bind_period(sentence: Sentence, claim: Claim, earlier: Sequence[Claim], context: Context) -> None:
    """Sets the period and the window of a number; ``earlier`` are the numbers before it."""
    numeral = claim.numeral
    text = sentence.text
    claim.window = window_or_told(sentence, claim.numeral, context.window)
    if (
        context.period is not None
        and not sentence.text.startswith("から", numeral.end)
        # "A year earlier it was $6.51 billion plus $1.17 billion."
        and not _opens_with_prior(sentence)
        and not _names_time(sentence)
        and not _is_compared_with(sentence, numeral, earlier)
    ):
        claim.topic_period = context.period
    if not sentence.periods and sentence.kinds.keys().isdisjoint(PRIOR_CUES):
        return
    following = period_behind(sentence, numeral)
    if following is not None:
        claim.period = following.period
        claim.is_period_shared = any(
            numeral.end <= one.numeral.start < following.start for one in sentence.numbers
        )
        return
    if earlier and _is_joined_to_prior(sentence, claim, earlier[-1]):
        claim.is_prior, claim.is_last_year = True, earlier[-1].is_last_year
        return
    # "28.7 times last year's earnings and 20.5 times next year's"
    prior = None if is_valuation(claim) or _is_of_range_of_year(claim) else prior_word(sentence, claim)
    if prior is not None and not _is_of_newest_quarter(sentence, numeral, prior):
        claim.is_prior = True
        _add_actuals(claim)
        if "price" in claim.metrics:
            claim.add_others("first_close")
        # "Analysts expect $17.90, after $18.56 the year before": the year before the one to come.
        told = [one.end for one in sentence.metrics if one.name in _EXPECTED]
        told += [cue.end for cue in sentence.cues_of("forward")]
        is_after_estimate = any(end <= numeral.start for end in told)
        claim.is_last_year = is_after_estimate or bool(_LAST_YEAR.fullmatch(text, prior.start, prior.end))
        return
    if _FOR_NEXT.match(text, numeral.end):
        return
    before = _period_before(sentence, numeral, earlier)
    if before is not None:
        _bind_period_before(sentence, claim, earlier, before)
    elif numeral.unit in _CHANGES and claim.not_period is None:
        claim.not_period = _named_reference(sentence, numeral)


def _add_actuals(claim: Claim) -> None:
    """What was earned until now, or a year before, is no estimate."""
    claim.add_others(*(ACTUALS[one] for one in (*claim.metrics, *claim.others) if one in ACTUALS))


def _is_of_present(sentence: Sentence, numeral: Numeral) -> bool:
    """``For 2027 they expect €2.16, close to the €2.13 of the last twelve months``, ``the current €2.13``."""
    if numeral.unit in _CHANGES:
        return False
    if _CURRENT_BEHIND.match(sentence.text, numeral.end) or ends_with(_CURRENT, sentence.text, numeral.start):
        return True
    return any(
        one.start >= numeral.end
        and one.calendar_days > _ABOUT_A_YEAR
        and _OF_LAST.fullmatch(f"{sentence.text[numeral.end : one.start]}{one.text}") is not None
        for one in sentence.durations
    )


def _is_of_range_of_year(claim: Claim) -> bool:
    """``In the last year it traded anywhere from $105.28 to $294.16``: an end of the range, up to now."""
    return bool(claim.window) and not _ENDS_OF_YEAR.isdisjoint((*claim.metrics, *claim.others))


def _is_of_newest_quarter(sentence: Sentence, numeral: Numeral, prior: Mention) -> bool:
    """``Last quarter the loss shrank to $342 million``, but not ``up from $1.59 billion last quarter``."""
    return (
        _LAST_QUARTER.fullmatch(sentence.text, prior.start, prior.end) is not None
        and COMPARED.search(sentence.text, 0, numeral.start) is None
    )


def _is_joined_to_prior(sentence: Sentence, claim: Claim, before: Claim) -> bool:
    """``L'anno prima erano stati 3,50 e 12,50 euro``: two numbers of the period before."""
    start, end = before.numeral.end, claim.numeral.start
    return (
        before.is_prior
        # "The two quarters before fell short by 2.11% and 0.87%."
        and claim.numeral.unit is not Unit.PERCENT
        and before.numeral.unit in (claim.numeral.unit, Unit.NONE)
        and not any(start <= one.start for one in sentence.cues_of(*PRIOR_CUES))
        and _AND.fullmatch(sentence.text, start, end) is not None
    )


def _named_reference(sentence: Sentence, numeral: Numeral) -> StatedPeriod | None:
    """``Compared with Q3 2025, EPS is up 8%``: the period that a change begins with."""
    before = [one for one in sentence.periods if one.end <= numeral.start]
    if not before or before[-1].period is None or before[-1].period.is_day:
        return None
    reference = _reference(sentence.text, before[-1].start)
    if reference is None:
        return None
    # "Compared with Q1 2025, revenue grew 4.9%; against Q4 2025, it fell 12.7%."
    start = sentence.text[: reference.start()].rstrip()
    return before[-1].period if not start or start.endswith(";") else None


def _bind_period_before(
    sentence: Sentence, claim: Claim, earlier: Sequence[Claim], before: PeriodMention
) -> None:
    numeral, text = claim.numeral, sentence.text
    if before.period is None or (before.period.month and MONTH_BEHIND.match(text, numeral.end)):
        return
    if earlier and _is_of_present(sentence, numeral):
        _add_actuals(claim)
        return
    own = next_of_row(sentence, numeral, before, earlier)
    if own is not None:
        claim.period = own
        return
    if ends_with(_SINCE, text, before.start):
        # "Since 2022, revenue has grown from $806 billion …": the first number is of that year.
        claim.period = before.period if ends_with(START, text, numeral.start) else None
    elif _is_start(
        text, numeral, has_earlier=bool(earlier), reached=earlier[-1].numeral if earlier else None
    ) and not _ATTACHED.fullmatch(text, before.end, numeral.start):
        # "Third-quarter revenue rose from …": from the same quarter of another year.
        claim.not_period = before.period if before.period.year or before.period.is_day else None
    elif _RELATIVE.search(text, before.end, numeral.start) is None and not _has_gone_on(
        text, before.end, numeral.start, earlier
    ):
        claim.period = before.period
        claim.is_period_inferred = any(before.end <= one.numeral.start for one in earlier)
        quarter = _QUARTER.search(text, 0, numeral.start) if before.period.is_year else None
        if quarter is not None and not _is_numbered(sentence, quarter):
            # "in the quarter …, the first of fiscal 2026"
            claim.period = replace(before.period, quarter=SOME_QUARTER)


def _is_numbered(sentence: Sentence, quarter: re.Match[str]) -> bool:
    """``In Q2 it was 9.1 billion, in 2025 33.8 billion``: a quarter that is a period of its own."""
    return any(
        one.start < quarter.end()
        and quarter.start() < one.end
        and one.period is not None
        and one.period.quarter
        for one in sentence.periods
    )


def _has_gone_on(text: str, start: int, end: int, earlier: Sequence[Claim]) -> bool:
    """``For 2026, it is $35.59 and $4.02 trillion, rising to $38.51 …``: the number is of a later period."""
    last = max((one.numeral.end for one in earlier if start <= one.numeral.start), default=None)
    if last is None:
        return False
    # "on 1 October $0.335, and in September it was $0.334"
    return (_GOES_ON.search(text, start, end) or NAMED_MONTH.search(text, last, end)) is not None


def _is_start(text: str, numeral: Numeral, *, has_earlier: bool, reached: Numeral | None = None) -> bool:
    """Returns whether a number is what something has changed from; ``von`` and ``de`` alone may mean "of".

    Args:
        text: The sentence.
        numeral: The number.
        has_earlier: Whether another number stands before it.
        reached: The number before it, which it may have changed to.
    """
    if is_east_asian_start(text, numeral):
        return True
    start = ends_with(START, text, numeral.start)
    if start is not None and numeral.unit is Unit.PERCENT and _TO_AMOUNT.match(text, numeral.end):
        return False
    if start is None or ends_with(_RANGE, text, start.start()) or _SOURCES.match(text, numeral.end):
        return False
    if ends_with(_ESTIMATES, text, start.start()) and ONWARDS.match(text, numeral.end):
        return False
    if start[0].startswith("after") and text.startswith(" of ", numeral.end):
        # "after $2.05 billion of capital spending": what is deducted.
        return False
    if ONWARDS.match(text, numeral.end) or (has_earlier and not _OF.match(start[0])):
        return True
    # "è salito a 10,15 miliardi da 7,36 miliardi", but "un piano da 2 miliardi"
    return (
        reached is not None
        and numeral.unit in (reached.unit, Unit.NONE)
        and _FROM_OTHER.fullmatch(text, reached.end, numeral.start) is not None
        and ends_with(_REACHED, text, reached.start) is not None
    )


def _opens_with_prior(sentence: Sentence) -> bool:
    return any(not sentence.text[: cue.start].strip(" *-") for cue in sentence.cues_of("prior"))


def _names_time(sentence: Sentence) -> bool:
    return bool(
        sentence.periods
        or sentence.durations
        or sentence.cues_of("latest", "next", "today", "this_year", "prior_quarter", "trailing")
    )


def _is_compared_with(sentence: Sentence, numeral: Numeral, earlier: Sequence[Claim]) -> bool:
    """Returns whether another number is compared with this one: ``against $11.80``, ``from $11.80 to``."""
    return COMPARED.search(sentence.text, 0, numeral.start) is not None or _is_start(
        sentence.text,
        numeral,
        has_earlier=bool(earlier),
        reached=earlier[-1].numeral if earlier else None,
    )


def _period_before(sentence: Sentence, numeral: Numeral, earlier: Sequence[Claim]) -> PeriodMention | None:
    """Returns the last period before a number, except one of a comparison or of an earlier number."""
    for mention in reversed(sentence.periods):
        if mention.end > numeral.start or ends_with(_PUBLISHED, sentence.text, mention.start):
            continue
        if _is_of_another(sentence, mention, numeral, earlier) or is_in_aside(
            sentence.text, mention, numeral
        ):
            continue
        if _is_of_year_named_later(sentence, mention, numeral) or _is_of_now(sentence, mention, numeral):
            continue
        is_day = mention.period is not None and mention.period.is_day
        is_of_event = is_day and bool(sentence.cues_of("earnings_date", "dividend_date"))
        if is_day and _NEXT_REPORT.search(sentence.text, 0, mention.start):
            # "The next report is due on November 8, with consensus at $4.06."
            continue
        if is_of_event and HARD_STOP.search(sentence.text, mention.end, numeral.start):
            # "The next report is due on 27 January; analysts expect $3.36."
            continue
        if sentence.text[mention.start - 1 : mention.start] in _THAN and _STOP.search(
            sentence.text, mention.end, numeral.start
        ):
            continue
        if _is_of_other_source(sentence, mention, numeral) or _is_end(sentence.text, mention, numeral):
            continue
        if not _is_reference(sentence.text, mention, numeral):
            return mention
    return None


def _is_of_year_named_later(sentence: Sentence, mention: PeriodMention, numeral: Numeral) -> bool:
    """``For 2027 they expect ¥149; the year after it's ¥168``: words for another year stand between."""
    if any(mention.end <= cue.start < numeral.start for cue in sentence.cues_of("this_year")):
        return True
    return _YEAR_AFTER.search(sentence.text, mention.end, numeral.start) is not None


def _is_of_now(sentence: Sentence, mention: PeriodMention, numeral: Numeral) -> bool:
    """``It was at $99.63 on 1 May, now it is at $84.33``: a level of the present, and of no day before."""
    if any(
        mention.end <= cue.start < numeral.start and HARD_STOP.search(sentence.text, mention.end, cue.start)
        for cue in sentence.cues_of("latest")
    ):
        # "£0.15 in 2025, as in 2024; the current figure is £0.1504"
        return True
    if numeral.unit is Unit.PERCENT or mention.period is None:
        return False
    if NOW.match(sentence.text, numeral.end):
        # "Micron earned $4.18 a share in 2025 and earns $9.12 now."
        return True
    is_moment = (
        mention.period.month is not None or ends_with(_ENDED, sentence.text, mention.start) is not None
    )
    if not is_moment:
        return False
    now = NOW.search(sentence.text, mention.end, numeral.start)
    return now is not None and not any(one.numeral.end == now.start() for one in sentence.numbers)


def _is_of_other_source(sentence: Sentence, mention: PeriodMention, numeral: Numeral) -> bool:
    """``deliveries run until 2030 [29], about 27% of revenue (₩82.95tn) [6]``: a year of the fact before."""
    if not sentence.text[: mention.start].strip(" *_-(") or mention.start < _OPENING_CLAUSE:
        # "In 2025, revenue was $5bn [4] and net income $1bn [5]."
        return False
    between = [one for one in sentence.citations if mention.end <= one.start and one.end <= numeral.start]
    behind = next((one for one in sentence.citations if one.start >= numeral.end), None)
    is_of_number = any(
        mention.end <= one.numeral.start and one.numeral.end <= citation.start
        for citation in between[:1]
        for one in sentence.numbers
    )
    return bool(between) and behind is not None and behind.ids != between[0].ids and not is_of_number


def _is_end(text: str, mention: PeriodMention, numeral: Numeral) -> bool:
    """Returns whether something ends in a period, behind which the sentence goes on to something else."""
    is_last = ends_with(_UNTIL, text, mention.start) is not None
    return is_last and COMMA_OR_STOP.search(text, mention.end, numeral.start) is not None


def _reference(text: str, end: int) -> re.Match[str] | None:
    """Returns the words that tell that something is compared with the period that begins at a place.

    A sentence that begins with ``Over the full year 2025`` tells of that year.
    """
    reference = ends_with(REFERENCE, text, end)
    if reference is None or (_OVER.match(reference[0]) and not text[: reference.start()].strip(" *_-")):
        return None
    return reference


def _is_reference(text: str, mention: PeriodMention, numeral: Numeral) -> bool:
    """Returns whether a number is only compared with the period before it."""
    if not text.isascii() and _is_east_asian_reference(text, mention, numeral):
        return True
    reference = _reference(text, mention.start)
    if reference is None:
        return False
    if numeral.unit in _CHANGES:
        # "Compared with Q3 2025, EPS is up 8%": the change is from that quarter to the one spoken of.
        return True
    is_first = _DIGIT.search(text, 0, reference.start()) is None
    if is_first and _WITH_LEVEL.match(text, mention.end, numeral.start):
        # "Em relação ao 4T25, com receita de 522,44 milhões, houve queda de 12,3%."
        return False
    # "Im Vergleich zu 2024 (24,62 Mrd. €) liegt der Umsatz bei 27,28 Mrd. €."
    return any(stop.search(text, mention.end, numeral.start) for stop in (COMMA_OR_STOP, CLOSED))


def _is_east_asian_reference(text: str, mention: PeriodMention, numeral: Numeral) -> bool:
    """``比第二季度增加了15.3亿元``, ``第2四半期比で3.2%増``: what a change is from."""
    is_told = text[mention.start - 1 : mention.start] in _THAN or _THAN_BEHIND.match(text, mention.end)
    if not is_told:
        return False
    # 「比第二季度的89.3亿元增加」: a level of that period
    level = _LEVEL_OF.match(text, mention.end)
    is_level = level is not None and level.end() > numeral.start
    is_change = numeral.unit in _CHANGES or _GROWN_BY.search(text, mention.end, numeral.start) is not None
    return is_change and not is_level


def _is_in_bracket_of(text: str, mention: PeriodMention, numeral: Numeral, earlier: Sequence[Claim]) -> bool:
    """``$1.67 three times (9 August, 12 November) and then $1.68``: the days are of the number before."""
    opened = max(text.rfind(mark, 0, mention.start) for mark in "(（")
    if opened < 0 or CLOSED.search(text, opened, mention.start):
        return False
    is_closed = CLOSED.search(text, mention.end, numeral.start) is not None
    return is_closed and any(
        one.numeral.end <= opened and opened - one.numeral.end <= _NEAR_BRACKET for one in earlier
    )


def _is_of_another(
    sentence: Sentence, mention: PeriodMention, numeral: Numeral, earlier: Sequence[Claim]
) -> bool:
    """Returns whether a period belongs to a number before it, or to another one behind it in its brackets."""
    if is_label(sentence.text, mention):
        # "$416bn (2024: $379bn), and net income to $81bn"
        return CLOSED.search(sentence.text, mention.end, numeral.start) is not None
    if _is_in_bracket_of(sentence.text, mention, numeral, earlier):
        return True
    if any(
        _ATTACHED.fullmatch(sentence.text, mention.end, one.numeral.start)
        and is_east_asian_start(sentence.text, one.numeral)
        for one in earlier
    ):
        return True
    own = POSSESSIVE.match(sentence.text, mention.end)
    if own is not None:
        return own.end() != numeral.start
    return any(
        one.numeral.end <= mention.start
        and PERIOD_BEHIND.fullmatch(gap_without_names(sentence, one.numeral.end, mention.start))
        for one in earlier
    )
