"""Compares one number with the figures of the facts: value, unit, company, metric, period, sign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.facts.content_words import content_words
from shared.figures.facts.formulas import FORMULAS, computed
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.facts.table_figures import LABEL
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Numeral, Reading
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, agrees
from shared.figures.reading.units import AMBIGUOUS, Unit

_CHANGES: Final = frozenset(
    {"change", "change_percent", "revenue_growth", "earnings_growth", "surprise_percent", "upside", "growth"}
)
_APPROXIMATION: Final = 0.015
_WINDOW_SLACK: Final = 0.15
_MIN_DIGITS: Final = 4
"""Significant digits of a number that says enough without its company or metric."""
_MIN_RELATED_DIGITS: Final = 3
"""Significant digits of a number whose metric is only guessed from what else its sentence speaks of."""
_MIN_SHARED_WORDS: Final = 2
_MIN_SHARE: Final = 0.3
_SMALL: Final = 3.0


class Match(NamedTuple):
    """A figure with the value of a number, and in what else the two agree."""

    figure: KnownFigure
    company: bool
    metric: int
    period: bool
    sign: bool
    currency: bool

    @property
    def is_full(self) -> bool:
        """Whether they agree in everything."""
        return self.company and self.metric > 0 and self.period and self.sign and self.currency

    @property
    def rank(self) -> tuple[int, ...]:
        """How much they agree in, the most telling first."""
        return (
            *(self.company + (self.metric > 0) + self.period + self.sign + self.currency, self.metric),
            *(int(self.company), int(not self.figure.words)),
        )


@dataclass
class Matcher:
    """Finds the figures that a number may be.

    Attributes:
        index: The figures of the facts.
    """

    index: FactIndex

    def named(self, claim: Claim) -> KnownFigure | None:
        """Returns the figure that a number claims to be, if it is; None when that takes a closer look."""
        numeral = claim.numeral
        for company in claim.companies:
            for figure in self.index.of(company, claim.metrics):
                if (
                    _same_kind(numeral, figure)
                    and _is_near(claim, figure)
                    and _currency(numeral, figure)
                    and sign_agrees(claim, figure)
                    and self._period(claim, figure)
                ):
                    return figure
        return None

    def matches(self, claim: Claim, sentence: Sentence) -> list[Match]:
        """Returns the figures with the number's value, those that agree most first."""
        found = [self._match(claim, sentence, figure) for figure in self._candidates(claim)]
        return sorted(found, key=lambda match: match.rank, reverse=True)

    def without_metric(self, claim: Claim, matches: Sequence[Match]) -> KnownFigure | None:
        """Returns the figure that a number without company or metric states.

        It needs four significant digits, and all figures with its value must be one.
        """
        if claim.numeral.digits < _MIN_DIGITS:
            return None
        known = [match for match in matches if match.currency and match.sign and match.period]
        if claim.companies:
            known = [match for match in known if match.company]
        if claim.metrics:
            known = [match for match in known if match.metric]
        stated = {(match.figure.symbol, match.figure.metric) for match in known if not match.figure.words}
        told = {(match.figure.symbol, match.figure.value) for match in known}
        if len(stated) == 1 or (not stated and len(told) == 1):
            return known[0].figure if len({symbol for symbol, _ in told}) == 1 else None
        return None

    def threshold(self, claim: Claim) -> tuple[bool, KnownFigure] | None:
        """Tells whether a figure keeps a named bound (``above 70``), and which; None without a figure."""
        figures = [
            figure
            for company in claim.companies
            for figure in self.known(company, claim.metrics)
            if not figure.words
        ]
        for figure in figures:
            if not _same_kind(claim.numeral, figure):
                continue
            value = figure.value
            bound = claim.numeral.readings[-1 if abs(value) >= 1e3 else 0].value * (
                -1 if claim.numeral.sign < 0 else 1
            )
            return (value >= bound if claim.threshold > 0 else value <= bound), figure
        return None

    def known(self, company: str, metrics: Iterable[str]) -> list[KnownFigure]:
        """Returns the figures of a company's metrics, computed where the facts lack them."""
        wanted = tuple(metrics)
        figures = list(self.index.of(company, wanted))
        return figures or [figure for metric in wanted for figure in computed(self.index, company, metric)]

    def _candidates(self, claim: Claim) -> Iterator[KnownFigure]:
        seen: set[int] = set()
        for reading in claim.numeral.readings:
            tolerance = _tolerance(claim, reading)
            for figure in self._near(claim.numeral, reading.value, tolerance):
                if id(figure) not in seen:
                    seen.add(id(figure))
                    yield figure
        for company in claim.companies:
            for metric in claim.metrics:
                if metric in FORMULAS:
                    yield from self._computed(claim, company, metric)

    def _computed(self, claim: Claim, company: str, metric: str) -> Iterator[KnownFigure]:
        for figure in computed(self.index, company, metric):
            for reading in claim.numeral.readings:
                value = abs(figure.value) * (
                    100 if claim.numeral.unit is Unit.PERCENT and figure.kind is Kind.RATIO else 1
                )
                if abs(value - reading.value) <= _tolerance(claim, reading) and _same_kind(
                    claim.numeral, figure
                ):
                    yield figure

    def _near(self, numeral: Numeral, value: float, tolerance: float) -> Iterator[KnownFigure]:
        for figure in self.index.near(value, tolerance):
            if _same_kind(numeral, figure) and not (
                numeral.unit is Unit.PERCENT and figure.kind is Kind.RATIO
            ):
                yield figure
        if numeral.unit is Unit.PERCENT:
            yield from (
                one for one in self.index.near(value / 100, tolerance / 100) if one.kind is Kind.RATIO
            )
        elif numeral.unit is Unit.NONE and value <= _SMALL and numeral.digits > 1:
            yield from (
                one for one in self.index.near(value * 100, tolerance * 100) if one.kind is Kind.PERCENT
            )

    def _match(self, claim: Claim, sentence: Sentence, figure: KnownFigure) -> Match:
        return Match(
            figure,
            company=figure.symbol in claim.companies or not figure.symbol,
            metric=_metric(claim, sentence, figure),
            period=self._period(claim, figure),
            sign=sign_agrees(claim, figure),
            currency=_currency(claim.numeral, figure),
        )

    def _period(self, claim: Claim, figure: KnownFigure) -> bool:
        if figure.metric == "change_percent" and not _same_window(claim.window, figure.window):
            return False
        if claim.not_period is not None and figure.period is not None and not figure.period.is_snapshot:
            return not agrees(claim.not_period, figure.period)
        if claim.is_prior:
            return not self._is_latest(figure)
        if claim.period is None:
            return _is_of_topic(claim.topic_period, figure.period)
        return agrees(claim.period, figure.period)

    def _is_latest(self, figure: KnownFigure) -> bool:
        period = figure.period
        if period is None or period.is_snapshot or period.year is None:
            return period is not None and period.is_snapshot and figure.metric not in _CHANGES
        later = (
            other.period
            for other in self.index.figures
            if other.symbol == figure.symbol
            and other.period
            and other.period.year
            and (other.period.quarter is None) == (period.quarter is None)
        )
        return all((one.year or 0, one.quarter or 0) <= (period.year, period.quarter or 0) for one in later)


def _is_of_topic(topic: StatedPeriod | None, period: FactPeriod | None) -> bool:
    """Whether a figure can be of the period that the sentences before are about: years of years only."""
    if topic is None or period is None or period.is_snapshot:
        return True
    return (topic.quarter is None) != (period.quarter is None) or agrees(topic, period)


def _same_window(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return True
    return abs(one - other) <= _WINDOW_SLACK * max(one, other)


def sign_agrees(claim: Claim, figure: KnownFigure) -> bool:
    """Tells whether the direction that words give a number is that of a figure."""
    value = figure.value
    if figure.metric in _CHANGES:
        if claim.direction:
            return value == 0 or (value > 0) == (claim.direction > 0)
        return True
    is_negative = claim.numeral.sign < 0 or claim.is_negative
    if figure.is_signed:
        return value == 0 or (value < 0) == is_negative or (value < 0 and claim.direction < 0)
    return claim.numeral.sign >= 0 or figure.kind is None or value < 0


def _metric(claim: Claim, sentence: Sentence, figure: KnownFigure) -> int:
    names = (figure.metric, *figure.also)
    if any(name in claim.metrics for name in names):
        return 2
    if any(name in claim.others for name in names):
        return 1
    if claim.numeral.digits >= _MIN_RELATED_DIGITS and any(name in claim.related for name in names):
        return 1
    if not figure.words:
        return 0
    return int(_shares_words(claim, sentence, figure))


def _shares_words(claim: Claim, sentence: Sentence, figure: KnownFigure) -> bool:
    """Whether a number stands among the words of a figure of prose or of a row of a table."""
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
    if claim.mention is not None and figure.metric in METRICS:
        return len(shared) >= _MIN_SHARED_WORDS + 1 and len(shared) >= 2 * _MIN_SHARE * smaller
    return len(shared) >= min(_MIN_SHARED_WORDS, smaller or 1) and len(shared) >= _MIN_SHARE * smaller


def _is_near(claim: Claim, figure: KnownFigure) -> bool:
    value = abs(figure.value)
    if claim.numeral.unit is Unit.PERCENT and figure.kind is Kind.RATIO:
        value *= 100
    return any(abs(value - reading.value) <= _tolerance(claim, reading) for reading in claim.numeral.readings)


def _tolerance(claim: Claim, reading: Reading) -> float:
    if not claim.is_approximate:
        return reading.tolerance
    return max(reading.tolerance, _APPROXIMATION * reading.value)


def _same_kind(numeral: Numeral, figure: KnownFigure) -> bool:
    kind = figure.kind
    match numeral.unit:
        case Unit.PERCENT | Unit.POINTS:
            return kind in (Kind.PERCENT, Kind.RATIO) or (kind is None and not figure.currency)
        case Unit.MULTIPLE:
            return kind is Kind.RATIO or (kind is None and not figure.currency)
        case Unit.MONEY:
            return kind in (Kind.PRICE, Kind.MONEY, None)
        case _:
            return True


def _currency(numeral: Numeral, figure: KnownFigure) -> bool:
    if numeral.currency is None or figure.currency is None or numeral.currency == figure.currency:
        return True
    return figure.currency in AMBIGUOUS.get(
        numeral.currency, frozenset()
    ) or numeral.currency in AMBIGUOUS.get(figure.currency, frozenset())
