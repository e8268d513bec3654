"""Judges the numbers of one sentence by the facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from shared.figures.beat_counts import BeatCount, beat_counts
from shared.figures.citations import CitedFigure, wrong_citations
from shared.figures.claims.claim import Claim
from shared.figures.claims.share_binding import is_share
from shared.figures.company_statements import is_figure, is_of_reader
from shared.figures.comparisons import contradicted
from shared.figures.derivations.conversions import converted
from shared.figures.derivations.counted_dividends import counted_dividends
from shared.figures.derivations.derive import derive
from shared.figures.derivations.earlier_amounts import of_earlier_amounts
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.over_periods import over_periods
from shared.figures.derivations.sums import sum_of_column, sum_of_earlier, times_of_earlier
from shared.figures.directions import contradicts
from shared.figures.expressions import expressions, follows_from_expression
from shared.figures.fact_companies import take_companies_of_facts
from shared.figures.facts.fact_base import FactBase
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.facts.quotations import skeleton
from shared.figures.holdings.holding_values import of_holding
from shared.figures.holdings.own_amounts import OwnAmounts
from shared.figures.judgement import Judgement, without_second_use
from shared.figures.matching import is_distance_from_level
from shared.figures.news_years import wrong_years
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import StatedPeriod
from shared.figures.reading.units import Unit
from shared.figures.repetition import QUOTED, RepeatedSentence
from shared.figures.row_changes import change_of_period, change_of_row
from shared.figures.siblings import of_other_period
from shared.figures.spoken_of import add_metrics_spoken_of, go_on_with_estimates, of_company_told
from shared.figures.stale_values import stale_values
from shared.figures.stated_bases import wrong_changes
from shared.figures.timing import knows_duration, wrong_dates, wrong_splits
from shared.figures.unstated import without_unstated
from shared.figures.variants import is_of_other_variant
from shared.figures.verdicts import Verdict

_MIN_REPEATED: Final = 40
"""Characters of a sentence that can be a repetition of one of the facts'."""
_LAST_DAYS: Final = 28
"""From this day of a month on, a period may end."""
_EXPECTED: Final = frozenset({"eps_estimate", "revenue_estimate"})
_MAX_CELLS: Final = 60
"""Numbers of a table that a sentence below it may add up."""
_MAX_EARLIER: Final = 12
"""Numbers before a sentence that it may add up."""
_START: Final = attrgetter("claim.numeral.start")
_END: Final = attrgetter("claim.numeral.end")
_ORDER: Final = {Unit.PERCENT: 1, Unit.MULTIPLE: 2, Unit.POINTS: 2}
"""Levels are judged first, then what may follow from them."""


@dataclass(slots=True)
class Surroundings:
    """What the sentence before leaves behind for the judgement of the next one.

    Attributes:
        stated: Its numbers that are supported, from which others may be derived.
        cited: Its figures, for a citation behind its full stop.
    """

    stated: Sequence[Stated] = ()
    cited: Sequence[CitedFigure] = ()


class Judge:
    """Judges sentences by the facts.

    Args:
        facts: The facts.

    Attributes:
        own: The reader's own numbers.
        told: The periods that the question and the text name.
        cells: The supported numbers of the last table, which a sentence below it may add up.
    """

    def __init__(self, facts: FactBase) -> None:
        self.own = OwnAmounts()
        self.told: set[StatedPeriod] = set()
        self.cells: list[Stated] = []
        self._facts = facts
        self._before = Surroundings()
        self._row: list[Stated] = []
        self._earlier: list[Stated] = []

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
        self.told.update(one.period for one in sentence.periods if one.period is not None)
        self.told.update(claim.period for claim in claims if claim.period is not None)
        repeated, quoted = self._repeated(written)
        dates = wrong_dates(sentence, companies, self._facts)
        _release(sentence, claims, dates)
        take_companies_of_facts(sentence, claims, companies, self._facts)
        go_on_with_estimates(sentence, claims, self._before.stated)
        judged: list[Judgement] = []
        stated: list[Stated] = []
        cited: list[CitedFigure] = []
        counts = list(beat_counts(sentence.text, companies, self._facts.index))
        named = self._named(sentence, claims, counts)
        for claim, own in named:
            known: Sequence[Stated] = ()
            if own is None:
                known = [*self._row, *self._before.stated, *stated]
                add_metrics_spoken_of(claim, sentence, known)
            text = repeated
            if quoted:
                text = next((one for one in quoted if one.supports(claim.numeral)), repeated)
            verdict, figure = self._verdict(sentence, claim, own, known, companies, text)
            judged.append(Judgement(claim.numeral.start, claim.numeral.end, verdict, figure))
            cited.append(CitedFigure(claim, verdict, figure))
            if verdict is Verdict.SUPPORTED:
                stated.append(Stated.of(claim, figure, sentence))
        cited.sort(key=_END)
        own_claims = [claim for claim, own in named if own is not None]
        if own_claims and len(own_claims) < len(cited):
            judged = [without_second_use(one, cited, own_claims) for one in judged]
        stated.sort(key=_START)
        if repeated is None:
            judged, stated = self._without_contradictions(sentence, judged, cited, stated)
        for start, end, figure in counts:
            judged.append(Judgement(start, end, Verdict.SUPPORTED if figure else Verdict.UNSUPPORTED, figure))
        judged += self._wrong_places(sentence, companies, dates, repeated, judged, cited)
        self._before = Surroundings(stated, cited)
        self._earlier = [*self._earlier, *stated][-_MAX_EARLIER:]
        return sorted(judged, key=attrgetter("start"))

    def _named(
        self, sentence: Sentence, claims: Sequence[Claim], counts: Sequence[BeatCount]
    ) -> list[tuple[Claim, KnownFigure | None]]:
        """Returns the figures of a sentence with what they are by their names, in the order of judgement."""
        figures = []
        for claim in claims:
            if is_of_reader(sentence, claim):
                self.own.add(sentence, claim.numeral)
            elif is_figure(sentence, claim) and not any(
                one.start <= claim.numeral.start < one.end for one in counts
            ):
                figures.append(claim)
        named = [(claim, self._facts.matcher.named(claim)) for claim in figures]
        named = without_unstated(sentence, named, self._facts.index)
        if self.own:
            named = [
                (claim, figure)
                for claim, figure in named
                if figure is not None or not self.own.repeats(claim, sentence)
            ]
        # What is derived from others may stand before them.
        named.sort(key=lambda pair: (pair[1] is None, _ORDER.get(pair[0].numeral.unit, 0)))
        return named

    def _without_contradictions(
        self,
        sentence: Sentence,
        judged: list[Judgement],
        cited: Sequence[CitedFigure],
        stated: list[Stated],
    ) -> tuple[list[Judgement], list[Stated]]:
        """Returns the judgements and operands; numbers that others of the sentence contradict are marked."""
        contradictions = [
            *(contradicted(sentence, cited) if len(cited) > 1 else ()),
            *of_other_period(sentence, cited, self._before.cited, self._facts.index),
            *(wrong_changes(sentence, cited, self._facts.index) if len(cited) > 1 else ()),
            *stale_values(sentence, cited, self._before.cited, self.told, self._facts.index),
        ]
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
    ) -> Iterator[Judgement]:
        """Durations, dates and citations: they are listed only when they are wrong."""
        places: list[tuple[int, int]] = []
        if repeated is None or repeated.differing:
            durations = [one for one in sentence.durations if not knows_duration(sentence, one, self._facts)]
            places += [(one.start, one.end) for one in durations]
            places += dates
            places += wrong_splits(sentence, companies, self._facts)
            places += wrong_years(sentence, cited, self._before.cited, self._facts)
        if repeated is not None:
            places += [
                (start, end)
                for start, end in repeated.differing
                if not any(one.start < end and start < one.end for one in judged)
            ]
        if sentence.citations and self._facts.ids:
            told = (one.figure for one in (*self._earlier, *self.cells))
            citations = wrong_citations(sentence, cited, self._facts, self._before.cited, told)
            places += [(citation.start, citation.end) for citation in citations]
        for start, end in dict.fromkeys(places):
            yield Judgement(start, end, Verdict.UNSUPPORTED)

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
            figure = self._supporting(sentence, claim, stated, companies)
            if figure is None and self._reads_more(sentence, claim):
                figure = self._supporting(sentence, claim, stated, companies)
            if figure is None and (other := of_company_told(sentence, claim, stated)) is not None:
                figure = self._supporting(sentence, other, stated, companies)
            if figure is None and self.own:
                figure = of_holding(claim, sentence, self.own, stated, self._facts.index, companies)
                if figure is not None:
                    return Verdict.SUPPORTED, figure
        if figure is not None:
            is_wrong = contradicts(claim, sentence, figure, matcher) or is_of_other_variant(
                claim, sentence, figure, matcher
            )
            return (Verdict.MISATTRIBUTED if is_wrong else Verdict.SUPPORTED), figure
        matches = matcher.matches(claim, sentence)
        return (Verdict.MISATTRIBUTED, matches[0].figure) if matches else (Verdict.UNSUPPORTED, None)

    def _supporting(
        self, sentence: Sentence, claim: Claim, stated: Sequence[Stated], companies: tuple[str, ...]
    ) -> KnownFigure | None:
        """Returns the figure that a number equals, follows from, or bounds; None without one."""
        matcher = self._facts.matcher
        matches = matcher.matches(claim, sentence)
        full = next((match for match in matches if match.is_full), None)
        if full is not None and claim.companies:
            return full.figure
        figure = (
            change_of_row(claim, self._row)
            or change_of_period(claim, self._row, self.cells, self._facts.index)
            or follows_from_expression(claim, expressions(sentence.text), self._facts.index)
            or counted_dividends(claim, sentence, self._facts.index)
            or converted(claim, sentence, self._facts.index)
        )
        if figure is not None:
            return figure
        bound = self._bound(sentence, claim)
        if bound is not None:
            return bound[1] if bound[0] else None
        # The numbers of a sentence state what it computes from them.
        own = [one for one in stated if one.sentence is sentence and one.figure is not None]
        is_told = (
            (claim.metrics or claim.others or own)
            or (claim.numeral.unit is Unit.MULTIPLE and (sentence.metrics or stated))
            or any(one.figure and one.figure.words for one in stated)
        )
        if claim.companies and (figure := over_periods(claim, sentence, self._facts.index)) is not None:
            return figure
        is_known = claim.companies or len(companies) > 1
        if is_told and (is_known or len(own) > 1 or sentence.cues_of("mean", "sum")):
            known = stated if is_known else own
            figure = derive(claim, sentence, known, self._facts.index, companies)
            if figure is not None:
                return figure
        figure = (
            sum_of_earlier(claim, sentence, self._earlier)
            or times_of_earlier(claim, sentence, [*self._earlier, *own])
            or of_earlier_amounts(claim, sentence, [*self._earlier, *own], self._facts.index)
            or sum_of_column(claim, sentence, self.cells)
        )
        if figure is not None:
            return figure
        inferred = matcher.inferred(claim, matches)
        if inferred is not None or (claim.companies and claim.metrics and claim.is_settled):
            return inferred
        return matcher.without_metric(claim, matches)

    def _bound(self, sentence: Sentence, claim: Claim) -> tuple[bool, KnownFigure] | None:
        """Returns whether a figure keeps the bound that a number is, and which; None without a figure."""
        if not (claim.threshold and claim.metrics and claim.companies):
            return None
        bound = self._facts.matcher.threshold(claim)
        if bound is None or bound[0]:
            return bound
        # "less than 3% of a backlog of $179 billion" is a share, and no bound of a growth.
        is_other = is_share(claim, sentence) or is_distance_from_level(claim, bound[1])
        return None if is_other else bound

    def _reads_more(self, sentence: Sentence, claim: Claim) -> bool:
        """Returns whether more prose was read: the number or its metric may be in it."""
        has_read = self._facts.read_prose(claim.numeral)
        is_unknown = not any(
            next(self._facts.index.of(company, claim.metrics), None) for company in claim.companies
        )
        days = [one for one in sentence.periods if one.period is not None and one.period.is_day]
        # The closes of two days, between which something has changed, may be in the prose.
        if (
            len(days) > 1
            or (days and claim.direction)
            or (is_unknown and (claim.direction or claim.threshold))
        ):
            has_read = self._facts.read_all_prose() or has_read
        return has_read

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


def _release(sentence: Sentence, claims: Sequence[Claim], dates: Sequence[tuple[int, int]]) -> None:
    """Binds no number to a date that is wrong itself."""
    wrong = [mention.period for mention in sentence.periods if (mention.start, mention.end) in dates]
    # "Reported on November 4: $4.49, 12 cents more than expected" is of the quarter that was reported.
    reported = [claim.period for claim in claims if not _EXPECTED.issuperset(claim.metrics)]
    for claim in claims:
        is_event = claim.period not in reported and _is_event_of_estimate(claim)
        if claim.period is not None and (claim.period in wrong or is_event):
            claim.period = None


def _is_event_of_estimate(claim: Claim) -> bool:
    """``Results on February 14, 2027, expected EPS $2.07``: what is expected is of no day within a month."""
    period = claim.period
    is_within = period is not None and period.is_day and (period.day or 0) < _LAST_DAYS
    return is_within and bool(claim.metrics) and _EXPECTED.issuperset(claim.metrics)
