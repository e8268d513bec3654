"""Directions that the facts contradict: ``rose to`` for a fall, ``below its average`` for a price above."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.bound_binding import is_denied
from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import SPAN, ends_with
from shared.figures.claims.zone_bounds import is_of_none
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.matching import Matcher
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention, word_set
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit
from shared.figures.reading.zone_words import ZONE

_TO: Final = re.compile(r"[\s*_]*(?:to|auf|à|a|hasta los|para|em|至|到|に|으로)\s?[\s*_]*", re.IGNORECASE)
_COMPARED: Final = word_set(
    """
    sma_20 sma_50 sma_200 ema_12 ema_26 bollinger_upper bollinger_lower bollinger_middle week_52_high
    week_52_low target_mean_price target_high_price target_low_price previous_close macd_signal open
    fair_value
    """
)
_CONVENTIONAL: Final = frozenset({20.0, 30.0, 50.0, 70.0, 80.0})
_ZONE: Final = re.compile(
    rf"{ZONE}|neutral|threshold|Schwelle|seuil|umbral|between|zwischen|entre", re.IGNORECASE
)
_ZONE_IN_BRACKETS: Final = re.compile(
    rf"(?:{_ZONE.pattern})\w*(?:\s?(?:구간|区间?|圏|領域))?\s?[(（](?:[^\W\d_]+\s){{0,3}}[<>≤≥]?\s?$",
    re.IGNORECASE,
)
"""Before the level of a zone that brackets explain: ``none of them oversold (below 30)``."""
_FOLLOWS: Final = re.compile(r"[)）]?(?:を|보다|을|를|の)?\s?")
"""Between a level and a Japanese or Korean word that tells that something is above or below it."""
_SEPARATED: Final = re.compile(r"[,;\d]")
_LISTED: Final = re.compile(
    r"[\w\s-]{0,16}(?:[(（][^()（）]{1,20}[)）]|\s(?:of|at|von|bei|de|à|a|di|em)\s[^\s,]{1,14}(?:\s[^\W\d_]{1,6})?)?"
    r"(?:,?\s(?:and|und|et|y|e|sowie)\s(?:also\s|auch\s|the\s|its\s|den\s|dem\s|der\s|die\s|seine[mn]?\s|sa\s|la\s|le\s"
    r"|les\s|el\s|su\s|il\s|lo\s|a\s|o\s)?|,\s|、)",
    re.IGNORECASE,
)
"""Between two levels of a list that something is above or below."""
_IS: Final = re.compile(r"\s(?:is|was|stands|sits|lies|ist|liegt|est|es|está|è)\b", re.IGNORECASE)
_NEW_SUBJECT: Final = RarePattern(
    r"[,;]\s(?:and|but|while|so|yet|though|und|aber|während|et|mais|tandis que|y|pero|mientras|e|ma|mas)"
    r"\s(?!(?:it|they)\b)",
    re.IGNORECASE,
)
"""Before what is compared instead: ``The low was $8.44, and the stock is below its 200-day average``."""
_SIGNAL: Final = "macd_signal"
_OSCILLATOR: Final = "rsi_14"
_NEAR: Final = 24
_NEARBY: Final = 30
_FAR: Final = 70
_READINGS: Final = RarePattern(
    r"\b(?:readings|values|levels|anything|scores|Werte|Stände|valeurs|niveaux|lectures|lecturas|valores|valori|letture)"
    r"\s(?:\w+\s)?(?:above|over|below|under|über|unter|oberhalb|unterhalb|ab|au-dessus|au-dessous|supérieure?s"
    r"|inférieure?s|por|superiores|inferiores|acima|abaixo|sopra|sotto)\b",
    re.IGNORECASE,
)
_SHORT_OF: Final = re.compile(r"\b(?:short of|away from|shy of)\s$", re.IGNORECASE)
_NOT_YET: Final = re.compile(
    r"\bnot (?:yet|quite)|n't (?:yet|quite)|\bstill short|\bclosing in|\bapproaching|\bnoch nicht|\bnähert"
    r"|\bpas encore|\btodavía no|\baún no|\bnon ancora|\bainda não|まだ|尚未|还没|아직",
    re.IGNORECASE,
)
"""Words that say that a mark is not reached."""
_DENIES_ZONE: Final = re.compile(
    r"n['’]t\b|\b(?:not|never|far from|nicht|kein\w*|fern|pas|loin|no|lejos|lontan\w|non|não|longe)\b"
    r"|未|没|沒|離|远",
    re.IGNORECASE,
)
_DENIED_BEHIND: Final = re.compile(
    r"\s?(?:以下|以上|未満|이하|이상|미만)?\s?[)）]?(?:ではな|ではあり|は遠|(?:이|은|는) 아[니닙]|과는? 거리)"
)
"""Around a zone of the RSI that is not reached: ``pas encore en zone de survente (sous 30)``."""
_TO_COME: Final = RarePattern(
    r"\b(?:until|unless|once|(?:wait|look|watch)(?:ing)? for|need(?:s|ed)?|must|ha(?:s|ve) to|requires?"
    r"|would (?:take|need|like|want|prefer)|wants? to see|confirmed by|bis|warten|muss|müsste|erst wenn"
    r"|attendre|tant que|doit|devra|esperar|hasta que|debe|debería|aspetta\w*|finché|deve|dovrebbe|até que)"
    r"\b[^.;:]{0,40}$"
    r"|\b(?:an?|any|the next)\s(?:(?:daily|weekly|clear|clean|decisive|sustained)\s)?(?:close|move|break"
    r"|breakout|push|rise|climb|recovery|drop|fall|dip|pullback|return|rally)\s(?:back\s)?$",
    re.IGNORECASE,
)
"""Before a level that something has yet to pass: ``I'd look for a close above the 20-day average``."""
_COUNTS_AS: Final = re.compile(
    r"\s(?:counts?|is|are|gilt|gelten|est|sont|se|é|è|sono|são)\s(?:(?:generally|usually|often|commonly|typically|seen|read"
    r"|regarded|considered|viewed|said)\s)*(?:as|to|als|considér|considera)",
    re.IGNORECASE,
)


def is_conventional(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a number is a customary mark of the RSI (30, 70) and no figure of the company.

    "above 70" is a statement all the same, and the RSI tells whether it is right.
    """
    if claim.numeral.unit is not Unit.NONE or claim.numeral.readings[0].value not in _CONVENTIONAL:
        return False
    if not any("rsi_14" in mention.metrics for mention in sentence.metrics):
        # "Readings of 70 and above would be overbought."
        is_explained = ends_with(_ZONE_IN_BRACKETS, sentence.text, claim.numeral.start) is not None
        # "None of the five is below 30."
        none_of = not sentence.metrics and is_of_none(sentence, claim.numeral)
        if none_of and claim.companies and claim.metrics == (_OSCILLATOR,):
            return False
        is_explained = is_explained or none_of
        return is_explained or (not sentence.companies and _ZONE.search(_around(claim, sentence)) is not None)
    if _is_definition(claim, sentence):
        return True
    if ends_with(_SHORT_OF, sentence.text, claim.numeral.start):
        return True
    before = sentence.text[max(0, claim.numeral.start - _FAR) : claim.numeral.start]
    if ends_with(_ZONE_IN_BRACKETS, sentence.text, claim.numeral.start) and (
        _DENIES_ZONE.search(before) or _DENIED_BEHIND.match(sentence.text, claim.numeral.end)
    ):
        return True
    if claim.threshold and not claim.is_conditional:
        return False
    if _NOT_YET.search(_around(claim, sentence)):
        return True
    return claim.is_conditional or not claim.is_tight or _ZONE.search(_around(claim, sentence)) is not None


def _is_definition(claim: Claim, sentence: Sentence) -> bool:
    """``readings above 70 count as overbought``: what the mark means, and not where the RSI is."""
    before = sentence.text[max(0, claim.numeral.start - _FAR) : claim.numeral.start]
    behind = sentence.text[claim.numeral.end : claim.numeral.end + _NEARBY]
    return _READINGS.search(before) is not None or _COUNTS_AS.match(behind) is not None


def _around(claim: Claim, sentence: Sentence) -> str:
    return sentence.text[max(0, claim.numeral.start - _NEARBY) : claim.numeral.end + _NEARBY]


_FROM: Final = re.compile(
    r"\b(?:from|von|vom|depuis|desde|dal|da)\s(?:[^\W\d_]+\s|\d+-){0,5}(?:of\s|bei\s|de\s|di\s)?[^\w\s]?$",
    re.IGNORECASE,
)
"""Before the level that a move begins with."""


def contradicts(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """Tells whether the facts contradict the direction in which a number is said to be reached or passed."""
    if claim.is_conditional:
        return False
    if sentence.moves and _rose_to(claim, sentence, figure, matcher):
        return True
    mention = claim.mention
    if mention is None or not (claim.is_tight and sentence.bounds and figure.metric in _COMPARED):
        return False
    return (
        _stands_beside(claim, mention, sentence, figure, matcher)
        or _stands_above_or_below(claim, mention, sentence, figure, matcher)
        or _stands_to_price(claim, sentence, figure, matcher)
    )


def _rose_to(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """``fell to $250.50`` where every change of the price is a rise."""
    is_latest = figure.period is None or figure.period.is_snapshot
    if figure.metric != "price" or not is_latest or sentence.durations or sentence.periods:
        # "After a rally to $45.24 in early December": the changes of today say nothing of that day.
        return False
    if any(
        one.numeral.end <= claim.numeral.start and _is_start(sentence, one.numeral)
        for one in sentence.numbers
    ):
        # "From a 52-week low of 691p the shares have climbed to 1,248.5p."
        return False
    for cue in sentence.moves:
        if cue.end > claim.numeral.start or not _TO.fullmatch(sentence.text[cue.end : claim.numeral.start]):
            continue
        way = 1 if "up" in cue.value.split() else -1
        changes = [one.value for one in matcher.known(figure.symbol, ("change_percent", "change"))]
        return bool(changes) and all(change * way < 0 for change in changes)
    return False


def _is_start(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is what a move begins with."""
    return ends_with(_FROM, sentence.text, numeral.start) is not None


def _stands_above_or_below(
    claim: Claim, mention: MetricMention, sentence: Sentence, figure: KnownFigure, matcher: Matcher
) -> bool:
    """``200日移動平均線(3,985円)を下回っています`` where the price is above it: the word follows."""
    numeral = claim.numeral
    for cue in sentence.bounds:
        if (
            sentence.text[cue.start] < "\u3000"
            or cue.start < numeral.end
            or not _FOLLOWS.fullmatch(sentence.text, numeral.end, cue.start)
        ):
            continue
        way = 1 if "above" in cue.value.split() else -1
        subject = ("macd",) if mention.metrics[0] == "macd_signal" else ("price",)
        values = _values_of_now(figure.symbol, subject, matcher)
        return bool(values) and all((value - figure.value) * way < 0 for value in values)
    return False


def _values_of_now(symbol: str, metrics: Sequence[str], matcher: Matcher) -> list[float]:
    """Returns the values that data have of a company's metrics, without those of earlier days."""
    return [
        one.value
        for one in matcher.known(symbol, metrics)
        if not one.words and (one.period is None or one.period.is_snapshot)
    ]


def _stands_to_price(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """``the mean target of $111.53 is above the price``: a level, and the price that it is compared with."""
    numeral = claim.numeral
    price = next((one for one in sentence.metrics if one.start >= numeral.end), None)
    if price is None or price.name != "price":
        return False
    for cue in sentence.cues_of("above", "below"):
        if not numeral.end <= cue.start < cue.end <= price.start or price.start - cue.end > _NEAR:
            continue
        between = sentence.text[numeral.end : price.start]
        if _SEPARATED.search(between) or len(between) > _FAR:
            return False
        way = 1 if "above" in cue.value.split() else -1
        values = _values_of_now(figure.symbol, ("price",), matcher)
        return bool(values) and all((figure.value - value) * way < 0 for value in values)
    return False


def _stands_beside(
    claim: Claim, mention: MetricMention, sentence: Sentence, figure: KnownFigure, matcher: Matcher
) -> bool:
    """``below its 200-day average of 220`` where the price is above it."""
    if mention.end > claim.numeral.start:
        return False
    cue = _comparison_before(sentence, mention)
    if cue is None or _has_number_before(sentence, cue):
        return False
    if _TO_COME.search(sentence.text, max(0, cue.start - _FAR), cue.start):
        return False
    way = 1 if {"above", "up"} & set(cue.value.split()) else -1
    way = -way if is_denied(sentence, cue) else way
    subject = _subject(sentence, cue, mention)
    values = _values_of_now(figure.symbol, subject, matcher)
    return bool(values) and all((value - figure.value) * way < 0 for value in values)


def _comparison_before(sentence: Sentence, mention: MetricMention) -> Mention | None:
    for cue in sentence.bounds:
        if cue.end <= mention.start:
            gap = sentence.text[cue.end : mention.start]
            if any(cue.end <= one.start and one.end <= mention.start for one in sentence.metrics):
                # "The averages sit below the price: the 20-day at $40.12"
                continue
            if len(gap) <= _NEAR and len(gap.split()) <= 3 and not _SEPARATED.search(gap):
                return None if SPAN.match(sentence.text, cue.start) else cue
    before = next((one for one in reversed(sentence.metrics) if one.end <= mention.start), None)
    if before is None or before.name not in _COMPARED or _IS.match(sentence.text, mention.end):
        return None
    if (before.name == _SIGNAL) != (mention.name == _SIGNAL):
        # "MACD is above its signal line at -7.2, and the 50-day average fell"
        return None
    # "above its 20-day ($40.12), 50-day ($39.58) and 200-day ($41.77) averages"
    is_listed = _LISTED.fullmatch(sentence.text, before.end, mention.start) is not None
    return _comparison_before(sentence, before) if is_listed else None


def _has_number_before(sentence: Sentence, cue: Mention) -> bool:
    """Returns whether the distance is stated: then that number is wrong, and not the level."""
    return any(
        number.numeral.unit in (Unit.PERCENT, Unit.MONEY, Unit.POINTS)
        and 0 <= cue.start - number.numeral.end <= 3
        and "," not in sentence.text[number.numeral.end : cue.start]
        for number in sentence.numbers
    )


def _subject(sentence: Sentence, cue: Mention, mention: MetricMention) -> tuple[str, ...]:
    """Returns what stands above or below: the metric named before, if it can be compared, else the price."""
    before = [one for one in sentence.metrics if one.end <= cue.start]
    if before and _NEW_SUBJECT.search(sentence.text, before[-1].end, cue.start) is None:
        earlier = _comparison_before(sentence, before[-1]) if before[-1].name in _COMPARED else None
        if earlier is not None:
            # "above its 50-day average of … and above its 200-day average": of what the first is said.
            return _subject(sentence, earlier, before[-1])
        metric = METRICS.get(before[-1].name)
        own = METRICS.get(mention.metrics[0])
        if (
            metric is not None
            and own is not None
            and metric.kind is own.kind
            and before[-1].name in (*_COMPARED, "macd")
        ):
            return before[-1].metrics
        if metric is not None and own is not None and own.kind is Kind.INDEX:
            return before[-1].metrics
    return ("price",) if mention.metrics[0] != "macd_signal" else ("macd",)
