"""Takes out of a sentence what is no figure, step by step, and returns the numbers that are left."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Final

from shared.figures.reading.durations import UNIT_KEYS, Duration, find_durations
from shared.figures.reading.found_periods import bare_years, find_periods
from shared.figures.reading.indicator_words import averages_among, find_indicators, speaks_of_averages
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.name_digits import find_index_names, find_names, named_numbers
from shared.figures.reading.number_words import may_have_number_words, number_words
from shared.figures.reading.numerals import numerals
from shared.figures.reading.sentence import Citation, MetricMention, Number, Sentence, longest
from shared.figures.reading.separators import with_known_separators
from shared.figures.reading.shared_scales import with_scale_before_bracket
from shared.figures.reading.shared_units import scale_factors, share_cents, share_units, with_announced_scale
from shared.figures.reading.stated_periods import SOME_QUARTER, PeriodMention, StatedPeriod
from shared.figures.reading.tenths import tenths

_YEAR_WORDS: Final = re.compile(
    r"(?:^|[\s(\[/])(?:in|since|by|until|till|from|during|for|fiscal|year|FY|end|early|late|mid|and|or|of"
    r"|seit|im|Jahr|bis|en|depuis|de|del|em|nel|dal|dans|entre"
    r"|année|exercice|año|ejercicio|ano|anno|fin|finales|Ende|Anfang|für|pour|para|per|the|calendar|über|a"
    r"|to|vs\.?|versus|than|over|compared with|and)\s?-?$|^\W*$|[/(–-]$|(?:19|20)\d\d\W{1,3}$",
    re.IGNORECASE,
)
_AUXILIARY: Final = re.compile(
    r"\b(?:ist|sind|hat|haben|wurden?|war|waren|liegt|lag|lagen|liegen|stand|steht)\s$"
)
_ONWARDS: Final = re.compile(r"\s(?:auf|um|von|bei)\s(?:rund\s|etwa\s)?[$€]?\d")
"""Around a year in German: "Der Gewinn ist 2025 auf 1,53 Mrd. € gestiegen", "liegt 2026 bei 10,13 €"."""
_COMPARED_WITH: Final = re.compile(
    r"\b(?:par rapport à|comparée?s? à|face à|rispetto al?|respecto al?|em relação a|gegenüber"
    r"|verglichen mit)\s$",
    re.IGNORECASE,
)
"""Before a year that a change is from; "à" alone stands before a level."""
_SINCE_CLOSE: Final = re.compile(
    r"\b(?:since|seit|ab|depuis|desde|dalla|dal|from)\s(?:\w+\s){1,4}(?:of|des|de|del|do|du)\s$",
    re.IGNORECASE,
)
"""Before the year of a close: "since the close of 2025"."""
_DAY_OF: Final = re.compile(
    r"\b(?:sessions?|trading day|days?|close|end|start|beginning|rest|course|first half|second half)\sof\s$"
    r"|\b(?:a|al|ao|no|alla|à la|en|del?|do|della|de la)\s(?:cierre|fecho|fechamento|chiusura|clôture|fine?"
    r"|in[ií]cio|inizio)\s(?:de|del|di|do)\s$",
    re.IGNORECASE,
)
"""Before the year of a day or of a part of it: "at the last session of 2025"."""
_OF_QUARTER: Final = re.compile(
    r"\b(?:quarter|Quartals?|trimestre)\s(?:of|in|from|von|des Jahres|de|del|di|do)\s$", re.IGNORECASE
)
"""Before the year of a quarter that is not numbered: "in the same quarter of 2025"."""
_HAS_LEVEL: Final = re.compile(
    r"\d\s?(?:[^\W\d_]+|[$€£¥])?\s(?:of|des|vom|der|du|de la|del|da|do|della|dal|from)\s(?:the\s)?$",
    re.IGNORECASE,
)
"""Before a level that has its number before it: "the 68.29 dollars of the close of 2025"."""
_ITS_LEVEL: Final = re.compile(r",?\s(?:at|bei|zu|à|a|em)\s(?:[$€£¥]|USD|EUR)\s?\d")
"""Behind the year of a level that follows: "since the close of 2026 at £45.17"."""
_NEXT_YEAR: Final = re.compile(r"\s[^\W\d_][^;:]{0,40}?[,;]\s(?:[^\W\d_]+\s){0,2}(?:19|20)\d\d(?![\d%.,])")
"""Behind a year after a colon: what it had, and the next year."""
_ITS_VALUE: Final = re.compile(
    r"\s?[:=：–—→-]?\s?(?:(?:[A-Z]{0,3}[$€£¥₹₩]|[A-Z]{3})\s?\d|[-−]?\d{1,3}(?:[.,]\d{3})*[.,]\d)"
)
"""Behind the first year of a label: ``Revenue: 2024: $4.9bn, 2025: $5.2bn``, ``Umsatz: 2024 4,9``."""
_CLOSES_LABEL: Final = re.compile(r"[)][*_]*\s?[:：]")
_LEVEL_WORDS: Final = re.compile(
    r"(?:^|\s)(?:is|was|are|were|at|near|around|about|stands|hit|reached|ist|liegt|bei|auf|war|est|es|está"
    r"|é|è|à|=|:|near|above|below|under|total(?:s|led)?|only|just|exactly|roughly|approximately)\s?$"
    r"|[:=]\s?$",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\s?(?:USD|EUR|GBP|JPY|CHF|HKD|KRW|CNY|dollars?|euros?|yen|points?|pts|shares|Aktien|employees|people"
    r"|analysts|Punkten?|million|billion|trillion|Mio|Mrd|percent|Prozent"
    r"|times|stores|units|customers|円|元|원|点|ドル|美元|名|人|[€£$¥₩]|usd|eur|gbp|pounds?|[Pp]fund|[Ff]ranken"
    r"|francs?|libras|livres|sterline|dólares|dollari|reais|ポンド|ユーロ|欧元|英镑|日元|유로|달러|엔|파운드)"
    r"(?![A-Za-z])(?!\s?\d)"
)
_START: Final = attrgetter("start")
_WITHOUT_SCALE: Final = frozenset({Kind.RATIO, Kind.INDEX, Kind.PERCENT})
"""Kinds of metrics whose values are no millions."""
_COUNTS: Final = frozenset({"employees", "analyst_count"})
"""Counts that are written out."""
_MOVES: Final = frozenset({"up", "down"})
_SPENT: Final = re.compile(
    r"\b(?:put|invest(?:ed|ing)?|spend|spent|anlege|investier[et]|investis|place|invierto|invertí|meto|invisto|investi"
    r"|aplico|investo)\s$",
    re.IGNORECASE,
)
"""Before a sum without currency that is no year: ``if i put 2000 in at&t``."""
_DIGIT: Final = re.compile(r"\d")
_GLUED: Final = re.compile(
    r"[A-Za-z](?<![DES]MA)(?!(?<=PS)[2-6][^\d.,倍배])(?=\d[\d.,]*[\s%％]?[\u3040-\u9fff\uac00-\ud7af％%])"
)
"""The last letter of a name right before its number, in writing without spaces; "SMA50" has its days."""
_WHOLE: Final = re.compile(r"\d(?<![\d.,$€£¥]\d)\d{0,4}(?![\d.,]*\d|\s?%)")
"""What may be part of a name: whole numbers without currency and ``%``."""
_LISTED: Final = re.compile(r"\W*\d{1,2}\.\d")
_COUNTING: Final = re.compile(
    r"twice(?=\s?(?:[.,;:)]|$|in\b|over\b|during\b|running\b))"
    r"|(?:\d{1,2}|[^\W\d_]+)(?:\s(?:times|fois|veces|volte|vezes|Mal)|-?mal)"
    r"(?=\s?(?:out of|in a row|running|since\b|so far|already|this year(?!['’])"
    r"|a (?:year|quarter|month|week)\b|(?:per|each|every) (?:year|quarter|month|week)\b|im Jahr|pro Jahr"
    r"|in Folge|seit\b|par an\b|de suite|depuis|al año|por año|seguidas"
    r"|desde|all'anno|di fila|por ano|seguidas"
    r"|\(\s{4}|\((?:\w+\s){0,2}(?:\d{1,2}[.,\s]|(?:in|im|en)\s)))",
    re.IGNORECASE,
)
"""How often, and not how much: ``three times (on 9 May, …)``, ``four times in a row``."""
_ITEMS: Final = re.compile(
    r"(?:\d{1,2}|[^\W\d_]+)\s(?:(?:key|main|big|important|quick|other|more|open|wichtige|zentrale|große|weitere|grands?"
    r"|principal\w*|principaux|important\w*|grandi|altr[ie]|autres|otr[ao]s|outr[ao]s)\s){0,2}"
    r"(?:(?:things|reasons|risks|takeaways|factors|drivers|caveats|arguments|aspects|questions|lessons|observations"
    r"|Dinge|Gründe|Risiken|Faktoren|Argumente|Aspekte|Fragen|raisons|risques|facteurs|éléments|choses|razones|motivos"
    r"|riesgos|factores|cosas|claves|razões|riscos|fatores|coisas|ragioni|motivi|rischi|fattori|cose)\b"
    r"|(?:points|Punkte|puntos|pontos|punti)\b(?=[^.;:\d%]{0,40}[:：]\s*$))"
    r"|\d{1,2}\s?つ(?=あり|です|挙げ|。|の(?:ポイント|理由|リスク|要因|点))",
    re.IGNORECASE,
)
"""How many items a text is about to list: ``Here are 3 takeaways:``, ``Deux points à retenir :``."""
_WITHIN_NUMBERS: Final = frozenset("0123456789.,")
_ENUMERATED: Final = re.compile(r"\(\d{1,2}\)")
_GAP: Final = re.compile(
    r"^\s?(?:\(|:|=|of|is|was|at|near|around|about|von|bei|de|liegt bei|ist|war|stands at|is at|is about)\s?$"
)

_OF: Final = re.compile(r"\s(?:of|in|for|von|für|de|del|di|do|da|du|em|en|pour|per|para)\s")
"""Between a result per share and its year: "le bénéfice par action de 2025 ressort à 11,68 €"."""
_PER_SHARE: Final = frozenset({"eps", "eps_estimate", "dividend_per_share"})
_CLOSES: Final = frozenset({"cierre", "fecho", "fechamento", "chiusura", "clôture", "schlusskurs", "close"})
_MONEY_BEHIND: Final = re.compile(
    r"[^;\d]{0,40}(?:[$€£¥₩]\s?\d|\d[\d.,]*\s?(?:[$€£¥]|euros?\b|d[oó]l|Euro\b|yen\b))"
)


def take_numbers(sentence: Sentence) -> None:
    """Finds the dates, durations, indicators and numbers of a sentence.

    Args:
        sentence: A sentence whose citations, companies, cues and metrics are known; the rest is set.
    """
    text = sentence.text
    masked = _blanked(text, sentence.citations)
    sentence.periods = _outside_names(find_periods(masked, sentence.keys), sentence.companies)
    masked = _blanked(masked, sentence.periods)
    masked = _blanked_places(masked, find_index_names(masked, sentence.keys))
    masked = _blanked(masked, sentence.companies)
    indicators = find_indicators(masked, sentence.keys)
    masked = _blanked(masked, indicators)
    with_digits = [one for one in sentence.metrics if _DIGIT.search(text, one.start, one.end)]
    masked = _blanked(masked, with_digits)
    if indicators:
        sentence.metrics = longest(indicators + sentence.metrics)
    if not text.isascii():
        # 「EPS13,420ウォン」, 「PER19倍」 are levels, and no products.
        masked = _blanked(masked, [one for one in sentence.metrics if _GLUED.match(text, one.end - 1)])
    masked = _without_names(sentence, masked)
    masked = _take_years(sentence, masked)
    masked = _take_durations(sentence, masked)
    _take_numbers(sentence, masked)


def _outside_names(periods: list[PeriodMention], companies: Sequence[Mention]) -> list[PeriodMention]:
    """The periods that are no part of a name: a future is called "Gold Dec 26"."""
    return [
        period
        for period in periods
        if not any(name.start <= period.start and period.end <= name.end for name in companies)
    ]


def _without_names(sentence: Sentence, masked: str) -> str:
    may_have_names = _WHOLE.search(masked) or _LISTED.match(masked) or "://" in masked or "www" in masked
    if not may_have_names:
        return masked
    masked = _blanked_places(masked, find_names(masked, sentence.keys))
    if "(1)" in masked and "(2)" in masked:
        masked = _blanked_places(masked, [match.span() for match in _ENUMERATED.finditer(masked)])
    return _blanked_places(masked, _generic_names(sentence, masked))


def _take_years(sentence: Sentence, masked: str) -> str:
    years = [
        PeriodMention(
            StatedPeriod(
                year, quarter=SOME_QUARTER if _OF_QUARTER.search(masked, max(0, start - 24), start) else None
            ),
            start,
            end,
        )
        for year, start, end in bare_years(masked)
        if _is_year(sentence, masked, start, end)
    ]
    if years:
        sentence.periods = sorted([*sentence.periods, *years], key=lambda period: period.start)
    return _blanked(masked, years)


def _has_left(sentence: Sentence, masked: str, keys: AbstractSet[str]) -> bool:
    """Returns whether a sentence has words of some folded forms that have not been taken out."""
    if sentence.keys.isdisjoint(keys):
        return False
    places = (place for key in sentence.keys & keys for place in sentence.places[key])
    return any(masked[sentence.words[place].start] != " " for place in places)


def _take_durations(sentence: Sentence, masked: str) -> str:
    durations = find_durations(masked, sentence.keys) if _has_left(sentence, masked, UNIT_KEYS) else []
    if not durations:
        return masked
    is_likely = speaks_of_averages(sentence.keys, sentence.metrics)
    averages = averages_among(masked, durations, speaks_of_averages=is_likely)
    sentence.durations = [duration for duration in durations if duration not in averages]
    # "two sessions ago" is a time, and no number of sessions that another number could be.
    sentence.metrics = [
        one
        for one in sentence.metrics
        if not any(time.start <= one.start and one.end <= time.end for time in sentence.durations)
    ]
    if averages:
        sentence.metrics = longest([*sentence.metrics, *averages.values()])
    return _blanked(masked, durations)


def _take_numbers(sentence: Sentence, masked: str) -> None:
    written = list(numerals(masked))
    parts = [] if masked.isascii() else list(tenths(masked))
    if parts:
        plain = [one for one in written if not any(part.start <= one.start < part.end for part in parts)]
        written = sorted([*plain, *parts], key=_START)
    found = [
        one
        for one in share_cents(share_units(written, masked, _names_with_digits(sentence)), masked)
        if not _is_count(masked, one.start)
    ]
    if "(" in masked:
        found = with_announced_scale(found, masked)
    if len(found) > 1 and any(map(scale_factors, found)):
        prior = [(one.start, one.end) for one in sentence.cues_of("prior", "prior_quarter")]
        spans = [*((one.start, one.end) for one in sentence.periods), *prior]
        unscaled = [one.start for one in sentence.metrics if _has_no_scale(one)]
        found = with_scale_before_bracket(found, sentence.text, spans, unscaled)
    digits = [Number(numeral) for numeral in with_known_separators(found)]
    if not may_have_number_words(masked, sentence.words, sentence.places, found):
        sentence.numbers = digits
        return
    in_words = [
        Number(word.numeral, word.change)
        for word in number_words(masked, sentence.words)
        if masked[word.numeral.start : word.numeral.end] == word.numeral.text
        and not _is_count(masked, word.numeral.start)
        and not any(one.numeral.start <= word.numeral.start < one.numeral.end for one in digits)
    ]
    sentence.numbers = (
        sorted(digits + in_words, key=lambda number: number.numeral.start) if in_words else digits
    )


def _is_count(masked: str, start: int) -> bool:
    """Returns whether a number tells how often something happened, or how many items are listed."""
    if masked[start].isdigit() and masked[start + 2 : start + 3] in _WITHIN_NUMBERS:
        # Neither has more than two digits: of most numbers, the third character tells.
        return False
    return _COUNTING.match(masked, start) is not None or _ITEMS.match(masked, start) is not None


def _blanked(
    text: str, placed: Sequence[Citation | Duration | Mention | MetricMention | PeriodMention]
) -> str:
    return _blanked_places(text, [(one.start, one.end) for one in placed]) if placed else text


def _blanked_places(text: str, spans: Sequence[tuple[int, int]]) -> str:
    if not spans:
        return text
    pieces, place = [], 0
    for start, end in sorted(spans):
        if start < place:
            start = place
        if end > start:
            pieces += [text[place:start], " " * (end - start)]
            place = end
    return "".join([*pieces, text[place:]])


def _generic_names(sentence: Sentence, masked: str) -> list[tuple[int, int]]:
    """Whole numbers after a word with a capital that nothing here knows: ``RTX 5090``."""
    known: list[MetricMention | Mention] = [*sentence.metrics, *sentence.companies, *sentence.cues]
    return [
        (start, end)
        for word, start, end in named_numbers(masked)
        if not any(mention.start <= word < mention.end for mention in known)
        and not _COUNTED.match(masked, end)
    ]


def _is_year(sentence: Sentence, text: str, start: int, end: int) -> bool:
    """Returns whether four digits are a year and not a figure, by the words around them."""
    before = text[max(0, start - 20) : start]
    # "For the full year 2026 analysts expect": no company has as many of them.
    if _SPENT.search(before) or (_COUNTED.match(text, end) and "analysts" not in text[end : end + 12]):
        return False
    if any(one.start == end + 1 and _kind(one) is Kind.MONEY for one in sentence.metrics):
        # "UnitedHealth: 2025 net profit $17.03 billion"
        return True
    is_labelled = before.rstrip().endswith((":", "：")) and _ITS_VALUE.match(text, end) is not None
    # "Dividend (2026): 1.10 yuan"
    is_labelled = is_labelled or (before.endswith("(") and _CLOSES_LABEL.match(text, end) is not None)
    if (
        is_labelled
        or _ITS_LEVEL.match(text, end)
        or (_AUXILIARY.search(before) and _ONWARDS.match(text, end))
    ):
        return True
    if _SINCE_CLOSE.search(text, max(0, start - 50), start) or _COMPARED_WITH.search(before):
        return True
    mention = next((m for m in reversed(sentence.metrics) if m.end <= start), None)
    if _DAY_OF.search(before) or (mention is not None and _is_of_result(mention, text, start, end)):
        return True
    if mention is not None and _kind(mention) not in (Kind.MONEY, Kind.PERCENT):
        gap = text[mention.end : start]
        if _GAP.match(gap) and gap.strip():
            return _HAS_LEVEL.search(text, max(0, mention.start - 24), mention.start) is not None
    if any(one.start == end + 1 and _MOVES.intersection(one.value.split()) for one in sentence.cues):
        # "For comparison: 2025 sank der Umsatz"
        return True
    if _LEVEL_WORDS.search(before):
        # "has risen: 2023 it was 20.9%, 2024 25.3%"
        return before.rstrip().endswith(":") and _NEXT_YEAR.match(text, end) is not None
    return bool(_YEAR_WORDS.search(before)) or not (mention and mention.end == start)


def _is_of_result(mention: MetricMention, text: str, start: int, end: int) -> bool:
    """``le bénéfice par action de 2025 ressort à 11,68 €``: the year of a result per share."""
    is_close = text[mention.start : mention.end].lower() in _CLOSES
    return (
        (is_close or mention.name in _PER_SHARE)
        and _OF.fullmatch(text, mention.end, start) is not None
        and _MONEY_BEHIND.match(text, end) is not None
    )


def _names_with_digits(sentence: Sentence) -> list[int]:
    """Returns where names begin that are taken out: ``P/E è 34,1 e media a 50 giorni 240,35 dollari``."""
    return [one.start for one in sentence.metrics if _DIGIT.search(sentence.text, one.start, one.end)]


def _has_no_scale(mention: MetricMention) -> bool:
    return _kind(mention) in _WITHOUT_SCALE or mention.metrics[0] in _COUNTS


def _kind(mention: MetricMention) -> Kind | None:
    metric = METRICS.get(mention.name) or METRICS.get(mention.metrics[0])
    return metric.kind if metric else None
