"""Judges the numbers of one sentence by the facts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.contradictions.comparisons import contradicted
from shared.figures.contradictions.directions import contradicts
from shared.figures.contradictions.mixed_extremes import mixed_extremes
from shared.figures.contradictions.mixed_windows import mixed_windows
from shared.figures.contradictions.news_bases import bases_as_values
from shared.figures.contradictions.parallel_changes import parallel_changes
from shared.figures.contradictions.parallel_metrics import parallel_metrics
from shared.figures.contradictions.starts_as_ends import starts_as_ends
from shared.figures.contradictions.stated_bases import wrong_changes, wrong_multiples
from shared.figures.derivations.assumed_levels import at_multiple, level_after, way_to_level
from shared.figures.derivations.compound_growth import compound_growth, is_compounded
from shared.figures.derivations.computed_results import computed_result
from shared.figures.derivations.derive import is_earlier_level
from shared.figures.derivations.moves_since import prices_of
from shared.figures.derivations.of_text import Told
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.related_figures import of_related
from shared.figures.derivations.run_times import is_difference_of_times, is_run_time
from shared.figures.derivations.scaled_amounts import scaled_amount
from shared.figures.derivations.stated_gaps import follows_from_others, is_moved_by
from shared.figures.derivations.told_bases import base_of_told_change
from shared.figures.derivations.told_ranges import of_told_range
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.facts.quotations import skeleton
from shared.figures.holdings.holding_values import of_holding
from shared.figures.holdings.own_amounts import OwnAmounts
from shared.figures.judging.company_statements import is_bought_count, is_figure, is_of_reader
from shared.figures.judging.fact_companies import take_companies_of_facts
from shared.figures.judging.meant_values import may_be_derived, meant_values
from shared.figures.judging.repetition import QUOTED, RepeatedSentence
from shared.figures.judging.spoken_of import add_metrics_spoken_of, go_on_with_estimates, of_company_told
from shared.figures.judging.support import reads_more, supporting
from shared.figures.judging.told_together import of_same_text, with_scale_of_sentence
from shared.figures.judging.unstated import without_unstated
from shared.figures.lookup.fact_base import FactBase
from shared.figures.lookup.metric_variants import is_of_other_variant
from shared.figures.periods.beat_counts import BeatCount, beat_counts
from shared.figures.periods.mixed_periods import mixed_periods
from shared.figures.periods.named_months import wrong_months
from shared.figures.periods.news_days import wrong_days
from shared.figures.periods.news_years import wrong_spans, wrong_years
from shared.figures.periods.odd_levels import odd_levels
from shared.figures.periods.old_closes import old_closes
from shared.figures.periods.past_estimates import past_estimates
from shared.figures.periods.payment_intervals import wrong_intervals
from shared.figures.periods.sibling_periods import of_other_period
from shared.figures.periods.stale_values import stale_values
from shared.figures.periods.timing import knows_duration, wrong_dates, wrong_splits
from shared.figures.periods.twelve_months import of_twelve_months
from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import StatedPeriod
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure, wrong_citations
from shared.figures.verdicts.judgement import Judgement, without_second_use
from shared.figures.verdicts.verdicts import Verdict

_MIN_REPEATED: Final = 40
"""Characters of a sentence that can be a repetition of one of the facts'."""
_DUE_ON: Final = re.compile(
    r"\b(?:due|scheduled|expected|reports?|reporting|publishes|published|out|fällig|erwartet)"
    r" (?:on|for|am)\s(?:the\s)?$",
    re.IGNORECASE,
)
"""Before the day on which results are published."""
_LAST_DAYS: Final = 28
"""From this day of a month on, a period may end."""
_EXPECTED: Final = frozenset({"eps_estimate", "revenue_estimate"})
_OF_CONSENSUS: Final = _EXPECTED | frozenset(meanings("consensus"))
_MAX_CELLS: Final = 60
"""Numbers of a table that a sentence below it may add up."""
_MAX_EARLIER: Final = 12
"""Numbers before a sentence that it may add up."""
_OF_TWO_CHANGES: Final = 3
_MAX_PRICES: Final = 4
"""Prices that were stated before and that something may have moved from."""
_BRACKET: Final = re.compile(r"[\s*_]*[(（]")
"""Behind what may be the sum of amounts in brackets."""
_PLACE: Final = attrgetter("start")
_START: Final = attrgetter("claim.numeral.start")
_END: Final = attrgetter("claim.numeral.end")
_ORDER: Final = {Unit.PERCENT: 1, Unit.MULTIPLE: 2, Unit.POINTS: 2}
"""Levels are judged first, then what may follow from them."""
_MOVED_BY: Final = 0.5
"""The place of what a level was moved by: behind the level, before the percentages."""


@dataclass(slots=True)
class Surroundings:
    """What the sentence before leaves behind for the judgement of the next one.

    Attributes:
        stated: Its numbers that are supported, from which others may be derived.
        cited: Its figures, for a citation behind its full stop.
        meant: What its wrong numbers should be, from which others may be derived.
    """

    stated: Sequence[Stated] = ()
    cited: Sequence[CitedFigure] = ()
    meant: Sequence[Stated] = ()


class Judge:
    """Judges sentences by the facts.

    Args:
        facts: The facts.

    Attributes:
        own: The reader's own numbers.
        told: The periods that the question and the text name.
        asks_estimates: Whether the question asks what is expected.
        cells: The supported numbers of the last table, which a sentence below it may add up.
        items: Those of the last list.
    """

    def __init__(self, facts: FactBase) -> None:
        self.own = OwnAmounts()
        self.told: set[StatedPeriod] = set()
        self.asks_estimates = False
        self.cells: list[Stated] = []
        self.items: list[Stated] = []
        self._facts = facts
        self._before = Surroundings()
        self._row: list[Stated] = []
        self._earlier: list[Stated] = []
        self._prices: list[Stated] = []

    def forget(self, *, is_row: bool = False, is_prose: bool = False) -> None:
        """Forgets the sentence before.

        Args:
            is_row: Whether it is a cell of a row, of which what it states is kept for the next ones.
            is_prose: Whether a sentence without numbers comes, behind which amounts may be spoken of again.
        """
        self._row = [*self._row, *self._before.stated] if is_row else []
        self._before = Surroundings()
        self._earlier = self._earlier if is_prose else []

    def end_cell(self) -> None:
        """Keeps the supported numbers of a cell."""
        self.cells = [*self.cells, *self._before.stated][-_MAX_CELLS:]

    def end_item(self) -> None:
        """Keeps the supported numbers of an item of a list."""
        self.items = [*self.items, *self._before.stated][-_MAX_CELLS:]

    def judge(
        self, sentence: Sentence, claims: Sequence[Claim], written: str, companies: tuple[str, ...]
    ) -> list[Judgement]:
        """Returns the judgements on a sentence, in its order.

        Args:
            sentence: The sentence.
            claims: Its numbers and what they claim to be.
            written: The sentence as it is written.
            companies: The companies that it names or is about, its subject first.
        """
        self._remember_periods(sentence, claims)
        repeated, quoted = self._repeated(written)
        dates = wrong_dates(sentence, companies, self._facts)
        _release(sentence, claims, dates)
        take_companies_of_facts(sentence, claims, companies, self._facts)
        go_on_with_estimates(sentence, claims, self._before.stated, is_asked=self.asks_estimates)
        counts = list(beat_counts(sentence.text, companies, self._facts.index))
        named = self._named(sentence, claims, counts)
        judged, cited, stated = self._judge_numbers(sentence, named, companies, repeated, quoted)
        self._add_results(sentence, judged, cited, stated, companies)
        meant = self._add_results_of_meant(sentence, companies, judged, cited, stated)
        if len(cited) > 1:
            cited.sort(key=_END)
            stated.sort(key=_START)
        judged = _without_second_uses(judged, cited, named)
        if repeated is None:
            judged, stated = self._without_contradictions(sentence, judged, cited, stated)
        judged += map(_of_count, counts)
        if stated:
            self._prices = [*self._prices, *prices_of(stated)][-_MAX_PRICES:]
        judged += self._wrong_places(sentence, companies, dates, repeated, judged, cited, stated)
        self._before = Surroundings(stated, cited, meant)
        if stated:
            self._earlier = [*self._earlier, *stated][-_MAX_EARLIER:]
        return sorted(judged, key=_PLACE)

    def _judge_numbers(
        self,
        sentence: Sentence,
        named: Sequence[tuple[Claim, KnownFigure | None]],
        companies: tuple[str, ...],
        repeated: RepeatedSentence | None,
        quoted: Sequence[RepeatedSentence],
    ) -> tuple[list[Judgement], list[CitedFigure], list[Stated]]:
        """Judges one number after the other; the supported ones are known to those behind them."""
        judged: list[Judgement] = []
        cited: list[CitedFigure] = []
        stated: list[Stated] = []
        for claim, own in named:
            known: Sequence[Stated] = ()
            if own is None:
                known = [*self._row, *self._before.stated, *stated]
                add_metrics_spoken_of(claim, sentence, known)
            text = (
                next((one for one in quoted if one.supports(claim.numeral)), repeated) if quoted else repeated
            )
            verdict, figure = self._verdict(sentence, claim, own, known, companies, text)
            judged.append(Judgement(claim.numeral.start, claim.numeral.end, verdict, figure))
            cited.append(CitedFigure(claim, verdict, figure))
            if verdict is Verdict.SUPPORTED:
                stated.append(Stated.of(claim, figure, sentence))
        return judged, cited, stated

    def _remember_periods(self, sentence: Sentence, claims: Sequence[Claim]) -> None:
        self.told.update([one.period for one in sentence.periods if one.period is not None])
        self.told.update([claim.period for claim in claims if claim.period is not None])

    def _add_results(
        self,
        sentence: Sentence,
        judged: list[Judgement],
        cited: list[CitedFigure],
        stated: list[Stated],
        companies: tuple[str, ...],
    ) -> None:
        """Supports what follows from two other numbers, of which one may stand or be judged behind it."""
        unsupported = [
            (place, one) for place, one in enumerate(cited) if one.verdict is not Verdict.SUPPORTED
        ]
        # What follows from a result may stand before it.
        for place, one in (*unsupported, *unsupported):
            if cited[place].verdict is Verdict.SUPPORTED:
                continue
            near = [*self._row, *self._before.stated, *stated]
            figure = base_of_told_change(one.claim, sentence, near, self._facts.index)
            if figure is None and is_earlier_level(one.claim, sentence, self._facts.index):
                continue
            if figure is None and is_compounded(one.claim, sentence):
                figure = compound_growth(one.claim, sentence, near, self._facts.index)
            elif figure is None:
                figure = self._of_others(sentence, one, cited, near)
            if figure is None and self.own:
                # "$10,000 would have bought about 72.9 shares at $137.25"
                figure = self._of_holding(one.claim, sentence, near, companies)
            if figure is not None:
                _support(place, figure, judged, cited)
                stated.append(Stated.of(one.claim, figure, sentence))

    def _add_results_of_meant(
        self,
        sentence: Sentence,
        companies: tuple[str, ...],
        judged: list[Judgement],
        cited: list[CitedFigure],
        stated: list[Stated],
    ) -> list[Stated]:
        """Supports what follows from what wrong numbers should be, and returns that."""
        if all(one.verdict is Verdict.SUPPORTED for one in cited):
            return []
        meant = list(meant_values(sentence, cited, self._facts.matcher))
        known = [*self._before.meant, *meant]
        for place, one in enumerate(cited) if known else ():
            others = [other for other in known if other.claim is not one.claim]
            if one.verdict is Verdict.SUPPORTED or not others or not may_be_derived(one.claim, sentence):
                continue
            near = [*self._row, *self._before.stated, *stated, *others]
            told = self._told(near)
            figure = supporting(sentence, one.claim, told, companies, self._facts)
            if figure is not None and contradicts(one.claim, sentence, figure, self._facts.matcher):
                figure = None
            figure = figure or self._of_others(sentence, one, cited, near)
            if figure is not None:
                _support(place, figure, judged, cited)
                stated.append(Stated.of(one.claim, figure, sentence))
        return meant

    def _told(self, near: Sequence[Stated]) -> Told:
        return Told(near, self._row, self._earlier, self._prices, self.cells, self.items)

    def _of_others(
        self, sentence: Sentence, one: CitedFigure, cited: Sequence[CitedFigure], near: Sequence[Stated]
    ) -> KnownFigure | None:
        """Returns a figure that a number follows from by what the text states around it."""
        claim, index = one.claim, self._facts.index
        return (
            computed_result(claim, sentence, near, self._earlier, index)
            or of_related(claim, sentence, near, self._earlier, self.cells, index)
            or of_told_range(claim, sentence, [*near, *self._earlier], index)
            or scaled_amount(claim, sentence, [*self._earlier, *near])
            or of_same_text(one, cited, self._facts)
            or with_scale_of_sentence(claim, sentence, self._facts)
        )

    def _named(
        self, sentence: Sentence, claims: Sequence[Claim], counts: Sequence[BeatCount]
    ) -> list[tuple[Claim, KnownFigure | None]]:
        """Returns the figures of a sentence with what they are by their names, in the order of judgement."""
        figures = []
        self.own.add_words(sentence)
        for claim in claims:
            if is_bought_count(sentence, claims, claim):
                figures.append(claim)
            elif is_of_reader(sentence, claim):
                self.own.add(sentence, claim.numeral)
            elif self.own and self.own.takes_part(sentence, claim.numeral):
                continue
            elif is_figure(sentence, claim) and not (
                counts and any(one.start <= claim.numeral.start < one.end for one in counts)
            ):
                figures.append(claim)
        named = [(claim, self._facts.named(claim)) for claim in figures]
        named = without_unstated(sentence, named, self._facts.index)
        if self.own:
            named = [
                (claim, figure)
                for claim, figure in named
                if figure is not None or not self.own.repeats(claim, sentence)
            ]
        if len(named) > 1:
            # What is derived from others may stand before them.
            named.sort(key=lambda pair: _rank(sentence, *pair))
        return named

    def _without_contradictions(
        self,
        sentence: Sentence,
        judged: list[Judgement],
        cited: Sequence[CitedFigure],
        stated: list[Stated],
    ) -> tuple[list[Judgement], list[Stated]]:
        """Returns the judgements and operands; numbers that others of the sentence contradict are marked."""
        odd = list(odd_levels(sentence, cited, self._facts.index)) if len(cited) > 1 else []
        contradictions = [
            *(odd or of_other_period(sentence, cited, self._before.cited, self._facts.index)),
            *past_estimates(sentence, cited, self._facts.index),
            *wrong_intervals(sentence, cited, self._facts.index),
            *old_closes(sentence, cited, self._facts.index),
            *wrong_months(sentence, cited, self._facts.index),
            *bases_as_values(sentence, cited, self._before.cited, self._facts.index),
            *stale_values(sentence, cited, self._before.cited, self.told, self._facts.index),
        ]
        if len(cited) > 1:
            contradictions += contradicted(sentence, cited)
            contradictions += () if odd else wrong_changes(sentence, cited, self._facts.index)
            contradictions += wrong_multiples(sentence, cited)
            contradictions += starts_as_ends(sentence, cited, self._facts.index)
            contradictions += mixed_windows(sentence, cited)
            contradictions += mixed_extremes(sentence, cited, self._facts.index)
            contradictions += parallel_metrics(sentence, cited, self._facts.index)
            contradictions += mixed_periods(sentence, cited, self._before.cited, self.told, self._facts.index)
            contradictions += of_twelve_months(sentence, cited, self._facts.index)
        if len(stated) > _OF_TWO_CHANGES:
            contradictions += parallel_changes(sentence, stated, self._facts.index)
        wrong = {id(claim): claim.numeral.start for claim in contradictions}
        if not wrong:
            return judged, stated
        starts = set(wrong.values())
        return (
            [one._replace(verdict=Verdict.MISATTRIBUTED) if one.start in starts else one for one in judged],
            [one for one in stated if id(one.claim) not in wrong],
        )

    def _wrong_places(
        self,
        sentence: Sentence,
        companies: Sequence[str],
        dates: Sequence[tuple[int, int]],
        repeated: RepeatedSentence | None,
        judged: Sequence[Judgement],
        cited: Sequence[CitedFigure],
        stated: Sequence[Stated],
    ) -> Iterator[Judgement]:
        """Durations, dates and citations: they are listed only when they are wrong."""
        places: list[tuple[int, int]] = []
        if repeated is None or repeated.differing:
            places += self._wrong_durations(sentence, stated)
            places += dates
            places += wrong_splits(sentence, companies, self._facts)
            if sentence.periods:
                places += wrong_years(sentence, cited, self._before.cited, self._facts)
            if sentence.durations:
                places += wrong_spans(sentence, cited, self._facts)
            if sentence.periods:
                places += wrong_days(sentence, cited, self._facts)
        if repeated is not None:
            places += [
                (start, end)
                for start, end in repeated.differing
                if not any(one.start < end and start < one.end for one in judged)
            ]
        if sentence.citations and self._facts.ids:
            told, cells = ([one.figure for one in known] for known in (self._earlier, self.cells))
            citations = wrong_citations(sentence, cited, self._facts, self._before.cited, told, cells)
            places += [(citation.start, citation.end) for citation in citations]
        for start, end in dict.fromkeys(places):
            yield Judgement(start, end, Verdict.UNSUPPORTED)

    def _wrong_durations(self, sentence: Sentence, stated: Sequence[Stated]) -> list[tuple[int, int]]:
        known = [*self._before.stated, *stated]
        return [
            (one.start, one.end)
            for one in sentence.durations
            if not (
                knows_duration(sentence, one, self._facts, self.told)
                or is_run_time(sentence, one, known)
                or is_difference_of_times(sentence, one)
            )
        ]

    def _verdict(
        self,
        sentence: Sentence,
        claim: Claim,
        figure: KnownFigure | None,
        stated: Sequence[Stated],
        companies: tuple[str, ...],
        repeated: RepeatedSentence | None,
    ) -> tuple[Verdict, KnownFigure | None]:
        if repeated is not None and repeated.supports(claim.numeral):
            return Verdict.SUPPORTED, repeated.figure(claim.numeral)
        matcher = self._facts.matcher
        if repeated is not None and repeated.changes(claim.numeral):
            # The fact's own sentence has another number here: its other numbers do not support this one.
            figure = None if figure is not None and figure.words else figure
        elif figure is None:
            told = self._told(stated)
            figure = supporting(sentence, claim, told, companies, self._facts)
            if figure is None and reads_more(sentence, claim, self._facts):
                figure = supporting(sentence, claim, told, companies, self._facts)
            if figure is None and (other := of_company_told(sentence, claim, stated)) is not None:
                figure = supporting(sentence, other, told, companies, self._facts)
        is_wrong = figure is not None and (
            contradicts(claim, sentence, figure, matcher)
            or is_of_other_variant(claim, sentence, figure, matcher)
        )
        if figure is None:
            figure = self._of_supposed(claim)
        if (figure is None or is_wrong) and self.own:
            own = self._of_holding(claim, sentence, stated, companies)
            if own is not None:
                return Verdict.SUPPORTED, own
        if figure is not None:
            return (Verdict.MISATTRIBUTED if is_wrong else Verdict.SUPPORTED), figure
        matches = matcher.matches(claim, sentence)
        return (Verdict.MISATTRIBUTED, matches[0].figure) if matches else (Verdict.UNSUPPORTED, None)

    def _of_holding(
        self, claim: Claim, sentence: Sentence, stated: Sequence[Stated], companies: tuple[str, ...]
    ) -> KnownFigure | None:
        """Returns a figure from which a number follows together with the reader's own numbers."""
        return of_holding(claim, sentence, self.own, stated, self._facts.index, companies, self._earlier)

    def _of_supposed(self, claim: Claim) -> KnownFigure | None:
        """Returns a figure that a number follows from by what the question supposes."""
        own, index = self.own, self._facts.index
        return (
            level_after(claim, own.moves, index)
            or way_to_level(claim, own.levels, index)
            or at_multiple(claim, own.multiples, index)
        )

    def _repeated(self, written: str) -> tuple[RepeatedSentence | None, list[RepeatedSentence]]:
        """Returns the sentence if it repeats one of the facts', and the texts in it that quote one."""
        if len(written) < _MIN_REPEATED or not self._facts.quotes():
            return None, []
        quotations = (
            self._repetition(match[match.lastindex or 0], match.start(match.lastindex or 0))
            for match in QUOTED.finditer(written)
        )
        return self._repetition(written), [one for one in quotations if one is not None]

    def _repetition(self, text: str, start: int = 0) -> RepeatedSentence | None:
        key, digits = skeleton(text)
        known = self._facts.index.quotations.get(key)
        return RepeatedSentence(text, digits, known, start) if known and digits else None


def _support(place: int, figure: KnownFigure, judged: list[Judgement], cited: list[CitedFigure]) -> None:
    """Turns the verdict on a number to supported."""
    judged[place] = judged[place]._replace(verdict=Verdict.SUPPORTED, figure=figure)
    cited[place] = cited[place]._replace(verdict=Verdict.SUPPORTED, figure=figure)


def _rank(sentence: Sentence, claim: Claim, own: KnownFigure | None) -> tuple[float, ...]:
    """Returns the place of a number in the order of judgement."""
    level = _ORDER.get(claim.numeral.unit, 0) or is_moved_by(claim, sentence) * _MOVED_BY
    if own is not None:
        return (False, False, level, False)
    is_sum = _BRACKET.match(sentence.text, claim.numeral.end) is not None
    return (True, follows_from_others(claim, sentence), level, is_sum)


def _without_second_uses(
    judged: list[Judgement],
    cited: Sequence[CitedFigure],
    named: Sequence[tuple[Claim, KnownFigure | None]],
) -> list[Judgement]:
    """Returns the judgements; a figure that a named number states supports no other number as well."""
    own_claims = [claim for claim, own in named if own is not None]
    if not own_claims or len(own_claims) == len(cited):
        return judged
    return [without_second_use(one, cited, own_claims) for one in judged]


def _of_count(count: BeatCount) -> Judgement:
    verdict = Verdict.SUPPORTED if count.figure else Verdict.UNSUPPORTED
    return Judgement(count.start, count.end, verdict, count.figure)


def _release(sentence: Sentence, claims: Sequence[Claim], dates: Sequence[tuple[int, int]]) -> None:
    """Binds no number to a date that is wrong itself."""
    if all(claim.period is None for claim in claims):
        return
    wrong = [mention.period for mention in sentence.periods if (mention.start, mention.end) in dates]
    # "Reported on November 4: $4.49, 12 cents more than expected" is of the quarter that was reported.
    reported = [claim.period for claim in claims if not _is_expected(sentence, claim)]
    # "For the third quarter, due on 29 October, analysts expect $3.18."
    wrong += [one.period for one in sentence.periods if ends_with(_DUE_ON, sentence.text, one.start)]
    for claim in claims:
        is_event = claim.period not in reported and _is_event_of_estimate(sentence, claim)
        if claim.period is not None and (claim.period in wrong or is_event):
            claim.period = None


def _is_expected(sentence: Sentence, claim: Claim) -> bool:
    """``May 14, with $5.62 expected, on revenue of $11.35 billion``: both; "more than expected" is not."""
    if _OF_CONSENSUS.issuperset(claim.metrics):
        return True
    is_told = any(not _OF_CONSENSUS.isdisjoint(one.metrics) for one in sentence.metrics)
    is_compared = sentence.bounds or sentence.cues_of("beat", "miss")
    return is_told and not is_compared and not _OF_CONSENSUS.isdisjoint(claim.others)


def _is_event_of_estimate(sentence: Sentence, claim: Claim) -> bool:
    """``Results on February 14, 2027, expected EPS $2.07``: what is expected is of no day within a month."""
    period = claim.period
    is_within = period is not None and period.is_day and (period.day or 0) < _LAST_DAYS
    return is_within and bool(claim.metrics) and _is_expected(sentence, claim)
