"""Reads the figures and dates out of the prose of facts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from shared.figures.claims.binder import bind
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.content_words import content_words
from shared.figures.facts.known_figures import (
    OTHER_EVENT,
    YIELD_NAMES,
    YIELDS,
    KnownDate,
    KnownFigure,
    fact_period,
)
from shared.figures.lookup.unread_prose import Origin
from shared.figures.reading.known_metrics import METRICS, Kind, Metric
from shared.figures.reading.languages import language_of
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.sentence_reader import Reader
from shared.figures.reading.sentences import SentenceSplitter
from shared.figures.reading.units import Unit

_KINDS: Final[Mapping[Unit, Kind | None]] = {
    Unit.PERCENT: Kind.PERCENT,
    Unit.POINTS: Kind.PERCENT,
    Unit.MULTIPLE: Kind.RATIO,
    Unit.MONEY: None,
    Unit.NONE: None,
}
_ENGLISH: Final = "en"
_FEW_WORDS: Final = 2
"""Words of a piece of text that go on with what the piece before spoke of: "closes: 2026-10-03 262.82; …"."""
_CHANGES: Final = frozenset(
    {"change", "change_percent", "revenue_growth", "earnings_growth", "growth", "surprise_percent"}
)
_PARTS: Final = re.compile(r";\s")
_FROM: Final = re.compile(r"\b(?:from|after|nach|après|tras|dopo|após)\s$", re.IGNORECASE)
_BASE_BEFORE: Final = re.compile(
    r"(?:\b(?:compared (?:with|to)|instead of|rather than|versus|vs\.?|against|(?:more|less|fewer) than the"
    r"|(?:up|down) from|statt|gegenüber|au lieu de|contre|en lugar de|frente a|em vez de|ante"
    r"|invece di|rispetto a[il]?)|\d[\d.,]*%?(?:\s[^\W\d_]+){0,2}\sfrom)\s"
    r"(?:an?\s|about\s)?(?:[$€£¥]?\d[\d.,]*\s?(?:%|percent|[mb]illion)?\s(?:to|and)\s)?[$€£¥]?$",
    re.IGNORECASE,
)
_BASE_BEHIND: Final = re.compile(
    r"(?:\s[^\W\d_]+){0,2}\s(?:a year (?:ago|earlier|before)|previously)\b", re.IGNORECASE
)
_ONWARDS: Final = re.compile(r"\s(?:to|and)\s[$€£¥]?\d")
"""Around what another number is only compared with, and behind the start of a range."""
_MARKS: Final = frozenset({10.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 70.0, 75.0, 80.0, 90.0, 100.0})
"""Plain numbers that are marks where something is above or below them: "RSI above 70"."""
_BOUND_BEFORE: Final = re.compile(
    r"(?:between|zwischen|entre|tra|fra)\s+(?:[\d.,]+\s+(?:and|und|et|y|e)\s+)?$", re.IGNORECASE
)
_BOUND_BEHIND: Final = re.compile(r"\s(?:or|oder|ou|o)\s(?:more|less|mehr|weniger|plus|moins|más|menos)")


def figures_of_prose(text: str, reader: Reader, origin: Origin) -> Iterator[KnownFigure | KnownDate]:
    """Yields the figures and dates of a text."""
    splitter = SentenceSplitter()
    context = Context()
    language = language_of(text)
    for written, _ in [*splitter.feed(text), *splitter.close()]:
        for part in _PARTS.split(written):
            sentence = reader.read(part)
            claims = bind(sentence, context, (origin.symbol,))
            words = content_words(sentence) if claims else frozenset()
            for claim in claims:
                yield from _figure(sentence, words, claim, origin, language)
            yield from _dates(sentence, origin)


def _figure(
    sentence: Sentence,
    words: frozenset[str],
    claim: Claim,
    origin: Origin,
    language: str | None,
) -> Iterator[KnownFigure]:
    numeral = claim.numeral
    is_mark = claim.threshold and numeral.plain and numeral.readings[-1].value in _MARKS
    if is_mark or _is_bound(sentence, numeral):
        # Of "an order of over 2.7 billion", the amount is reported all the same.
        return
    metrics = claim.metrics or (claim.others if len(words) <= _FEW_WORDS else ())
    # Of a text without spaces, the text itself tells which sentence a number is of.
    words = words or frozenset((sentence.text.strip(),))
    company = claim.companies[0] if claim.companies else origin.symbol
    # "The plan for 2026 is $2.1bn and the cost fell to $1.12": the second number may be of another time.
    period = fact_period(None if claim.is_period_inferred else claim.period)
    # "31%, down from 42%": what it was before is no fall.
    direction = 0 if ends_with(_FROM, sentence.text, numeral.start) else claim.direction
    for reading in _readings(numeral, language):
        is_fall = direction < 0 and set(metrics) & _CHANGES
        sign = -1 if claim.is_negative or is_fall else 1
        metric = metrics[0] if metrics else "text"
        known = METRICS.get(metric)
        kind = _KINDS[numeral.unit] or (known.kind if known and numeral.unit is Unit.NONE else None)
        # "closes: 2026-10-15 4.164": the prices of a yield are percentages.
        is_yield = kind is Kind.PRICE and company in YIELDS
        kind = Kind.PERCENT if is_yield else kind
        yield KnownFigure(
            origin.fact_id, company, metric, _label(sentence, claim), reading * sign, kind,
            numeral.currency, period, origin.as_of, claim.window, words, metrics[1:] + YIELD_NAMES * is_yield,
            claim.is_tight and known is not None and not _is_share_of(claim, known), language, direction,
            _is_base(sentence, numeral),
        )  # fmt: skip


def _is_base(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a text only compares another number with one: ``falls to $299 from $499``."""
    if _BASE_BEHIND.match(sentence.text, numeral.end):
        return True
    before = ends_with(_BASE_BEFORE, sentence.text, numeral.start)
    # "grow from 3% to 6%": the first one is no less current than the second.
    is_range = before is not None and "from" in before[0].lower()
    return before is not None and not (is_range and _ONWARDS.match(sentence.text, numeral.end))


def _readings(numeral: Numeral, language: str | None) -> Iterable[float]:
    """Returns the values that a number may have; in English, ``3,498`` has no decimals."""
    values = dict.fromkeys(reading.value for reading in numeral.readings)
    if len(values) > 1 and language == _ENGLISH and "," in numeral.text:
        return (max(values),)
    return values


def _is_share_of(claim: Claim, metric: Metric) -> bool:
    """``invested $1.42 billion at a 7.6% yield``: a percentage that tells no change of an amount."""
    return claim.numeral.unit is Unit.PERCENT and metric.kind is not Kind.PERCENT and not claim.direction


def _is_bound(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is a bound ("between 30 and 70", "70 or more") and no value."""
    if numeral.currency or numeral.unit is Unit.PERCENT:
        # "customers that pay $100,000 or more", "a margin between 12.3% and 13.0%": repeated in the same way.
        return False
    return (
        ends_with(_BOUND_BEFORE, sentence.text, numeral.start) is not None
        or _BOUND_BEHIND.match(sentence.text, numeral.end) is not None
    )


def _label(sentence: Sentence, claim: Claim) -> str:
    if claim.mention is not None:
        return sentence.text[claim.mention.start : claim.mention.end].strip()
    return " ".join(sentence.text.split())[:60]


def _dates(sentence: Sentence, origin: Origin) -> Iterator[KnownDate]:
    events = {"earnings_date": "earnings", "dividend_date": "dividend", "split_date": "split"}
    event = next(
        (events[kind] for cue in sentence.cues for kind in cue.value.split() if kind in events), OTHER_EVENT
    )
    for mention in sentence.periods:
        period = fact_period(mention.period)
        if period is not None and period.is_day and period.end is not None:
            yield KnownDate(origin.symbol, event, period.end, origin.fact_id)
