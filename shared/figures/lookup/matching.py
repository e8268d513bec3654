"""Compares one number with the figures of the facts: value, unit, company, metric, period, sign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.facts.formulas import FORMULAS, computed
from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown
from shared.figures.lookup.agreement import (
    MIN_RELATED_DIGITS,
    currency_agrees,
    is_near,
    is_of_company,
    is_of_last_year,
    is_of_topic,
    is_session_before,
    metric_agreement,
    same_kind,
    same_window,
    sign_agrees,
    tolerance_of,
)
from shared.figures.reading.known_metrics import CHANGES, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import SOME_QUARTER, StatedPeriod, agrees
from shared.figures.reading.units import Unit

_COMPUTED: Final = 1.25
"""How much wider it is for what is computed: writers compute with figures as they are shown."""
_MIN_DIGITS: Final = 4
"""Significant digits of a number that says enough without its company or metric."""
_ESTIMATE: Final = "_estimate"
_SMALL: Final = 3.0
_NEAR_BOUND: Final = 0.1
_OSCILLATOR: Final = "rsi_14"
_NEAR_LEVEL: Final = 5.0
"""Points of the RSI that are near one of its levels, which are 20 points from its middle."""
_YEAR: Final = 365.25
_DAY: Final = 1.5
_NET_DEBT: Final = "net_debt"
_SURPRISE: Final = "surprise_percent"
_DIVIDEND: Final = "dividend_per_share"
_FLOWS: Final = frozenset(
    {
        *("revenue", "gross_profit", "operating_income", "net_income", "eps", "ebitda"),
        *("operating_cash_flow", "free_cash_flow"),
    }
)
"""What a quarter has its own value of."""
_OF_A_YEAR: Final = frozenset({"week_52_high", "week_52_low"})
_COMPUTED_ALWAYS: Final = frozenset({"upside", "shareholder_returns", "dividends_paid"})
"""What facts rarely have, so that it is computed where it only may be meant."""
_OF_TWELVE_MONTHS: Final = frozenset(
    {"revenue", "net_income", "eps", "free_cash_flow", "operating_cash_flow"}
)
"""What the data of a company tell of the last twelve months."""
_EXTREMES: Final = {"highest": "week_52_high", "lowest": "week_52_low"}
_NAMED_ALWAYS: Final = frozenset({"surprise_percent"})
"""What is never meant where words name something else."""


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
        """Returns whether they agree in everything."""
        return self.company and self.metric > 0 and self.period and self.sign and self.currency

    @property
    def rank(self) -> tuple[int, ...]:
        """Returns how much they agree in, the most telling first."""
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
        first: KnownFigure | None = None
        named = claim.period or claim.topic_period
        for company in claim.companies:
            for figure in self.index.of(company, claim.metrics):
                if not self._is_named(claim, figure):
                    continue
                if named is None or claim.is_prior or _is_stated_for(named, figure):
                    return figure
                first = first or figure
        return first

    def _is_named(self, claim: Claim, figure: KnownFigure) -> bool:
        return (
            same_kind(claim.numeral, figure)
            and is_near(claim, figure)
            and currency_agrees(claim.numeral, figure)
            and sign_agrees(claim, figure)
            and self.is_of_period(claim, figure)
            and not self._is_of_other_span(claim, figure)
        )

    def matches(self, claim: Claim, sentence: Sentence) -> list[Match]:
        """Returns the figures with the number's value, those that agree most and are cited first."""
        found = [self._match(claim, sentence, figure) for figure in self._candidates(claim)]
        return sorted(found, key=lambda one: (one.rank, one.figure.fact_id in claim.cited), reverse=True)

    def without_metric(self, claim: Claim, matches: Sequence[Match]) -> KnownFigure | None:
        """Returns the figure that a number without company or metric states.

        It needs four significant digits, and all figures with its value must be one.
        """
        if claim.numeral.digits < _MIN_DIGITS:
            return None
        known = [match for match in matches if match.currency and match.sign and match.period]
        if claim.companies:
            known = [match for match in known if match.company]
        if claim.metrics and claim.is_settled:
            known = [match for match in known if match.metric]
        # The price may be the highest of the day as well: one value of one company is one figure.
        stated = {(match.figure.symbol, match.figure.value) for match in known if not match.figure.words}
        told = {(match.figure.symbol, match.figure.value) for match in known}
        if len(stated) == 1 or (not stated and len(told) == 1):
            return known[0].figure if len({symbol for symbol, _ in told}) == 1 else None
        return None

    def inferred(self, claim: Claim, matches: Sequence[Match]) -> KnownFigure | None:
        """Returns the only figure that a number can be which agrees with all that is stated of it.

        Of company, metric and period, one may differ from what is inferred from words farther away.

        Args:
            claim: The number.
            matches: The figures with its value.
        """
        if claim.numeral.digits < MIN_RELATED_DIGITS - (claim.is_tight or claim.is_settled):
            return None
        agreeing = [one for one in matches if not one.figure.words and _agrees_as_stated(claim, one)]
        nearest = max((one.metric for one in agreeing), default=0)
        known = [one.figure for one in agreeing if one.metric == nearest]
        # Revenue and earnings that have grown alike are one figure here.
        return known[0] if len({(one.symbol, round(one.value, 4)) for one in known}) == 1 else None

    def threshold(self, claim: Claim) -> tuple[bool, KnownFigure] | None:
        """Tells whether a figure keeps a named bound (``above 70``), and which; None without a figure."""
        bounds = (self._threshold_of(claim, company) for company in claim.companies)
        found = [bound for bound in bounds if bound is not None]
        if claim.is_of_each:
            # "All three trade above 30": wrong if one of them does not.
            found.sort(key=lambda bound: bound[0])
        elif claim.inferred_from:
            # "…, compared with 8.7 for Fortinet, and its P/E is above 100": one of those before is meant.
            found.sort(key=lambda bound: not bound[0])
        return found[0] if found else None

    def _threshold_of(self, claim: Claim, company: str) -> tuple[bool, KnownFigure] | None:
        bounds = list(self._bounds_of(claim, company))
        if claim.mention is not None and claim.mention.name in _EXTREMES:
            # "It peaked above $118,000 in the past year": the high of 52 weeks, or that of some months.
            bounds.sort(key=lambda bound: not bound[0])
        if _SURPRISE in claim.metrics:
            # "The two quarters before missed by over 40%": each quarter has one.
            bounds.sort(key=lambda bound: not bound[0])
        return bounds[0] if bounds else None

    def _bounds_of(self, claim: Claim, company: str) -> Iterator[tuple[bool, KnownFigure]]:
        for figure in self.known(company, claim.metrics):
            # "more than twice Nestlé's" is no bound of a beta.
            is_multiple = claim.numeral.unit is Unit.MULTIPLE and figure.kind is not Kind.RATIO
            if figure.words or is_multiple or not same_kind(claim.numeral, figure):
                continue
            if figure.metric == _SURPRISE and claim.period and not agrees(claim.period, figure.period):
                continue
            if figure.metric == "change_percent" and not same_window(claim.window, figure.window):
                # "up more than 70% in twelve months" is no bound of the change of a day.
                continue
            # "shrinking by more than 6%"
            is_moved = figure.metric in CHANGES and claim.direction != 0
            value = figure.value * claim.direction if is_moved else figure.value
            if figure.metric == _NET_DEBT and claim.is_negative:
                # "net cash of more than 150 billion"
                value = -value
            bound = claim.numeral.readings[-1 if abs(value) >= 1e3 else 0].value * (
                -1 if claim.numeral.sign < 0 else 1
            )
            kept = value >= bound if claim.threshold > 0 else value <= bound
            # "just under 50" says how far away the bound is, too.
            near = _NEAR_LEVEL if figure.metric == _OSCILLATOR else _NEAR_BOUND * abs(bound)
            is_near = not claim.is_approximate or abs(value - bound) <= near
            yield kept and is_near, figure

    def known(self, company: str, metrics: Iterable[str]) -> list[KnownFigure]:
        """Returns the figures of a company's metrics, computed where the facts lack them."""
        wanted = tuple(metrics)
        figures = list(self.index.of(company, wanted))
        return figures or [figure for metric in wanted for figure in computed(self.index, company, metric)]

    def _candidates(self, claim: Claim) -> Iterator[KnownFigure]:
        seen: set[int] = set()
        for reading in claim.numeral.readings:
            tolerance = tolerance_of(claim, reading)
            for figure in self._near(claim.numeral, reading.value, tolerance):
                if id(figure) not in seen:
                    seen.add(id(figure))
                    yield figure
        for company in claim.companies:
            for metric in (
                *claim.metrics,
                *(
                    one
                    for one in claim.others
                    if one in _COMPUTED_ALWAYS or not (claim.metrics or one in CHANGES)
                ),
            ):
                if metric in FORMULAS:
                    yield from self._computed(claim, company, metric)

    def _computed(self, claim: Claim, company: str, metric: str) -> Iterator[KnownFigure]:
        shown = list(self._shown_net_debts(company)) if metric == _NET_DEBT else []
        for figure in computed(self.index, company, metric):
            for reading in claim.numeral.readings:
                value = abs(figure.value) * (
                    100 if claim.numeral.unit is Unit.PERCENT and figure.kind is Kind.RATIO else 1
                )
                tolerance = tolerance_of(claim, reading) * _COMPUTED
                is_near = any(abs(one - reading.value) <= tolerance for one in (value, *shown))
                if is_near and same_kind(claim.numeral, figure):
                    yield figure

    def _shown_net_debts(self, company: str) -> Iterator[float]:
        """Yields what debt and cash give as the texts of facts show them: ``1.29B`` and ``518.00M``."""
        cash = list(self.index.of(company, ("total_cash",)))
        for debt, own in product(self.index.of(company, ("total_debt",)), cash):
            if debt.period == own.period and not (debt.words or own.words):
                yield abs(as_shown(debt) - as_shown(own))

    def _near(self, numeral: Numeral, value: float, tolerance: float) -> Iterator[KnownFigure]:
        for figure in self.index.near(value, tolerance):
            if same_kind(numeral, figure) and not (
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
            company=is_of_company(claim, figure) or self._is_of_writer(claim, figure),
            metric=0 if self._is_of_other_span(claim, figure) else metric_agreement(claim, sentence, figure),
            period=self.is_of_period(claim, figure),
            sign=sign_agrees(claim, figure),
            currency=currency_agrees(claim.numeral, figure),
        )

    def _is_of_other_span(self, claim: Claim, figure: KnownFigure) -> bool:
        """Returns whether an extreme of some months is given as one of 52 weeks, which the facts have."""
        name = _EXTREMES.get(figure.metric)
        if name is None or claim.mention is None or claim.mention.name != name:
            return False
        return any(self.index.of(figure.symbol, (name,)))

    def _is_of_writer(self, claim: Claim, figure: KnownFigure) -> bool:
        """Returns whether prose may tell a number of companies that the facts have no figures of.

        "Berkshire's UnitedHealth stake": the news on Berkshire tells what it is worth.
        """
        return bool(figure.words) and self.index.symbols.isdisjoint(claim.companies)

    def is_of_period(self, claim: Claim, figure: KnownFigure) -> bool:
        """Returns whether a figure is of the period that a number claims."""
        if figure.metric == "change_percent" and not same_window(claim.window, figure.window):
            return False
        if figure.metric in _OF_A_YEAR and _is_over_other_time(claim):
            return False
        if figure.metric == "previous_close" and claim.period is not None and claim.period.is_day:
            return is_session_before(claim.period, figure.period)
        if claim.not_period is not None and figure.period is not None and not figure.period.is_snapshot:
            return not agrees(claim.not_period, figure.period)
        if claim.is_prior and figure.metric == "first_close":
            # "A year ago it closed at $49.37": where a history of a year begins.
            return same_window(_YEAR, figure.window)
        if claim.is_prior:
            is_of_year = claim.is_last_year and (
                is_of_last_year(figure, self.index.as_of) or self._is_of_last_months(figure)
            )
            return is_of_year or not self._is_latest(figure)
        if claim.period is None:
            return self._is_of_topic(claim, figure)
        if agrees(claim.period, figure.period):
            return not self._is_reported_apart(claim.period, figure)
        if claim.period.fiscal and self._is_dividend_for(claim.period, figure):
            return True
        # "With the second-quarter report it lifted its 2026 outlook": the news tells of the year.
        is_of_some_quarter = claim.period.quarter == SOME_QUARTER and claim.period.year is not None
        return (
            bool(figure.words)
            and is_of_some_quarter
            and agrees(replace(claim.period, quarter=None), figure.period)
        )

    def _is_of_topic(self, claim: Claim, figure: KnownFigure) -> bool:
        """Returns whether a figure can be of the period that the sentences before are about."""
        topic = claim.topic_period
        is_result = topic is not None and topic.is_year and claim.window is None and figure.metric in _FLOWS
        if is_result and topic is not None and self._is_reported_apart(topic, figure):
            # "In 2025 revenue rose 6.1%. Net income was €1.36 billion": of no later twelve months.
            return False
        return is_of_topic(topic, figure.period) or _is_after(topic, figure)

    def _is_dividend_for(self, period: StatedPeriod, figure: KnownFigure) -> bool:
        """``für das Geschäftsjahr 2023 6,00 Euro``: a yearly dividend is paid in the year after its own."""
        day = figure.period.end if figure.period is not None and figure.period.is_day else None
        if day is None or figure.metric != _DIVIDEND or not period.is_year or period.year != day.year - 1:
            return False
        days = {
            other.period.end
            for other in self.index.of(figure.symbol, (_DIVIDEND,))
            if other.period is not None and other.period.is_day and other.period.end is not None
        }
        return sum(one.year == day.year for one in days if one is not None) == 1

    def _is_reported_apart(self, period: StatedPeriod, figure: KnownFigure) -> bool:
        """Returns whether the facts tell the value of a period, and not of the last twelve months."""
        known = figure.period
        if known is None or period.quarter == SOME_QUARTER:
            return False
        if not known.is_snapshot:
            # "In 2025 it earned $1.87 a share": of the year, and not of the quarter that ended with it.
            is_quarter = known.year is None and known.end is not None and not known.is_day
            return (
                period.is_year and is_quarter and figure.metric in _FLOWS and self._has_year(period, figure)
            )
        is_of_quarter = figure.metric in _FLOWS and (period.quarter or period.month) and not period.is_day
        is_of_payment = figure.metric == _DIVIDEND and period.is_day
        if not (period.is_year or is_of_quarter or period.is_day):
            return False
        return any(
            other.period is not None
            and (other.period.quarter is None or not period.is_year)
            and (other.period.year == period.year if period.is_year else agrees(period, other.period))
            and not (other.period.is_snapshot or other.words)
            and (other.period.is_day == is_of_payment)
            for other in self.index.of(figure.symbol, (figure.metric,))
            if other.metric == figure.metric
        )

    def _has_year(self, period: StatedPeriod, figure: KnownFigure) -> bool:
        """Returns whether the facts tell the value of a whole year."""
        return any(
            other.period is not None
            and other.period.year == period.year
            and other.period.quarter is None
            and not (other.period.is_snapshot or other.period.is_day or other.words)
            for other in self.index.of(figure.symbol, (figure.metric,))
        )

    def _is_of_last_months(self, figure: KnownFigure) -> bool:
        """``$2.99 billion last year``: of the last twelve months, where the facts have no value of a year."""
        if figure.period is None or not figure.period.is_snapshot or figure.metric not in _OF_TWELVE_MONTHS:
            return False
        return all(
            other.period is None or other.period.is_snapshot or other.period.quarter is not None
            for other in self.index.of(figure.symbol, (figure.metric,))
        )

    def _is_latest(self, figure: KnownFigure) -> bool:
        period = figure.period
        if period is None or period.is_snapshot or period.year is None:
            return period is not None and period.is_snapshot and figure.metric not in CHANGES
        later = (
            other.period
            for other in self.index.figures
            if other.symbol == figure.symbol
            and other.period
            and other.period.year
            and (other.period.quarter is None) == (period.quarter is None)
        )
        return all((one.year or 0, one.quarter or 0) <= (period.year, period.quarter or 0) for one in later)


def _is_after(topic: StatedPeriod | None, figure: KnownFigure) -> bool:
    """``…, and 2.39% in Q4 2025. For the third, consensus is €4.12``: what is expected is not of the past."""
    if topic is None or topic.year is None or not figure.metric.endswith(_ESTIMATE) or not figure.as_of:
        return False
    end = figure.period.end if figure.period is not None else None
    return str(topic.year) < figure.as_of[:4] and end is not None and end.isoformat() > figure.as_of[:10]


def _is_stated_for(period: StatedPeriod, figure: KnownFigure) -> bool:
    """Returns whether a figure is of a period itself, and none of now that agrees with it."""
    known = figure.period
    return known is not None and not known.is_snapshot and agrees(period, known)


def is_distance_from_level(claim: Claim, figure: KnownFigure) -> bool:
    """``18.9% above the price``: a bound of the distance from what is named, and of no change of the day."""
    name = claim.mention.name if claim.mention is not None else ""
    return figure.metric in CHANGES and figure.metric != name and name not in CHANGES and name != ""


def _is_over_other_time(claim: Claim) -> bool:
    """``Over six months …, with a low of``: whether a high or low is of another time than a year."""
    is_general = claim.mention is not None and claim.mention.name in ("highest", "lowest")
    window = claim.window
    return is_general and window is not None and window > _DAY and not same_window(window, _YEAR)


def _may_be_newer(claim: Claim) -> bool:
    """``$686 million against $404 million in the second quarter``: the quarter may be that of the second."""
    is_of_estimate = any(one.endswith(_ESTIMATE) for one in (*claim.metrics, *claim.others))
    return claim.is_period_shared and not is_of_estimate


def _agrees_as_stated(claim: Claim, match: Match) -> bool:
    if not (match.sign and match.currency) or (match.figure.metric in _NAMED_ALWAYS and not match.metric):
        return False
    period = match.figure.period
    is_latest = period is None or period.is_snapshot
    # "Free cash flow of 2025 … The dividend rose to $1.05": earlier sentences name the year of no day.
    is_stated = claim.period is not None or claim.is_prior or claim.not_period is not None
    is_of_day = period is not None and period.is_day and not is_stated
    is_moved = claim.metrics == ("change_percent",) and claim.mention is None
    if is_moved and not match.metric and match.figure.metric not in CHANGES:
        # "It rose 27.4%" is no volatility.
        return False
    differing = [
        may_differ
        for agrees, may_differ in (
            (match.company, match.figure.symbol in claim.inferred_from),
            (match.metric > 0, not claim.is_settled and bool(claim.metrics or claim.others)),
            (match.period, (claim.is_period_inferred and is_latest) or _may_be_newer(claim) or is_of_day),
        )
        if not agrees
    ]
    return len(differing) <= 1 and all(differing)
