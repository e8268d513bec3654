"""Judges the numbers of one sentence by the facts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.figures.citations import CitedFigure, wrong_citations
from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.derive import derive
from shared.figures.derivations.operands import Stated
from shared.figures.directions import contradicts, is_conventional
from shared.figures.expressions import expressions, follows_from_expression
from shared.figures.facts.fact_base import FactBase
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.facts.quotations import skeleton
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.repetition import RepeatedSentence
from shared.figures.timing import knows_duration, wrong_dates
from shared.figures.verdicts import Verdict

_MIN_REPEATED: Final = 40
"""Characters of a sentence that can be a repetition of one of the facts'."""
_ORDER: Final = {Unit.PERCENT: 1, Unit.MULTIPLE: 2, Unit.POINTS: 2}
"""Levels are judged first, then what may follow from them."""
_MAX_COUNTED: Final = 20
_OUT_OF: Final = re.compile(r"(?:out of|on a scale of|von maximal|sur|de un total de)\s$|/$", re.IGNORECASE)
_STOP: Final = re.compile(r"[,.;:]")


class Judgement(NamedTuple):
    """The verdict on what stands at a place of a sentence, and the figure of the facts behind it."""

    start: int
    end: int
    verdict: Verdict
    figure: KnownFigure | None = None


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
    """

    def __init__(self, facts: FactBase) -> None:
        self._facts = facts
        self._before = Surroundings()

    def forget(self) -> None:
        """Forgets the sentence before: the next one does not go on with it."""
        self._before = Surroundings()

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
        repeated = self._repeated(written)
        judged: list[Judgement] = []
        stated: list[Stated] = []
        cited: list[CitedFigure] = []
        named = [(claim, self._facts.matcher.named(claim)) for claim in claims if _is_figure(sentence, claim)]
        # What is derived from others may stand before them.
        named.sort(key=lambda pair: (pair[1] is None, _ORDER.get(pair[0].numeral.unit, 0)))
        for claim, own in named:
            known = [*self._before.stated, *stated]
            verdict, figure = self._verdict(sentence, claim, own, known, companies, repeated)
            judged.append(Judgement(claim.numeral.start, claim.numeral.end, verdict, figure))
            cited.append(CitedFigure(claim, verdict, figure))
            if verdict is Verdict.SUPPORTED:
                stated.append(Stated.of(claim, figure, sentence))
        cited.sort(key=lambda one: one.claim.numeral.end)
        stated.sort(key=lambda one: one.claim.numeral.start)
        judged += self._wrong_places(sentence, companies, repeated, judged, cited)
        self._before = Surroundings(stated, cited)
        return sorted(judged, key=lambda one: one.start)

    def _wrong_places(
        self,
        sentence: Sentence,
        companies: Sequence[str],
        repeated: RepeatedSentence | None,
        judged: Sequence[Judgement],
        cited: Sequence[CitedFigure],
    ) -> Iterator[Judgement]:
        """Durations, dates and citations: they are listed only when they are wrong."""
        places: list[tuple[int, int]] = []
        if repeated is None or repeated.differing:
            durations = [one for one in sentence.durations if not knows_duration(sentence, one, self._facts)]
            places += [(one.start, one.end) for one in durations]
            places += wrong_dates(sentence, companies, self._facts)
        if repeated is not None:
            places += [
                (start, end)
                for start, end in repeated.differing
                if not any(one.start < end and start < one.end for one in judged)
            ]
        if sentence.citations and self._facts.ids:
            citations = wrong_citations(sentence, cited, self._facts, self._before.cited)
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
            if figure is None and self._reads_more(claim):
                figure = self._supporting(sentence, claim, stated, companies)
        if figure is not None:
            wrong_way = contradicts(claim, sentence, figure, matcher)
            return (Verdict.MISATTRIBUTED if wrong_way else Verdict.SUPPORTED), figure
        matches = matcher.matches(claim, sentence)
        return (Verdict.MISATTRIBUTED, matches[0].figure) if matches else (Verdict.UNSUPPORTED, None)

    def _supporting(
        self, sentence: Sentence, claim: Claim, stated: Sequence[Stated], companies: tuple[str, ...]
    ) -> KnownFigure | None:
        """The figure that a number claims to be or follows from, or that keeps a bound; None without one."""
        matcher = self._facts.matcher
        matches = matcher.matches(claim, sentence)
        full = next((match for match in matches if match.is_full), None)
        if full is not None and claim.companies:
            return full.figure
        figure = follows_from_expression(claim, expressions(sentence.text), self._facts.index)
        if figure is not None:
            return figure
        if claim.threshold and claim.metrics and claim.companies:
            bound = matcher.threshold(claim)
            if bound is not None:
                return bound[1] if bound[0] else None
        is_told = claim.metrics or claim.others or any(one.figure and one.figure.words for one in stated)
        if (claim.companies or len(companies) > 1) and is_told:
            figure = derive(claim, sentence, stated, self._facts.index, companies)
            if figure is not None:
                return figure
        if claim.companies and claim.metrics:
            return None
        return matcher.without_metric(claim, matches)

    def _reads_more(self, claim: Claim) -> bool:
        """Whether prose has been read that the number may be in, or that alone tells of its metric."""
        has_read = self._facts.read_prose(claim.numeral)
        is_unknown = not any(
            next(self._facts.index.of(company, claim.metrics), None) for company in claim.companies
        )
        if is_unknown and (claim.direction or claim.threshold):
            has_read = self._facts.read_all_prose() or has_read
        return has_read

    def _repeated(self, written: str) -> RepeatedSentence | None:
        if len(written) < _MIN_REPEATED or not self._facts.quotes():
            return None
        key, digits = skeleton(written)
        known = self._facts.index.quotations.get(key)
        return RepeatedSentence(written, digits, known) if known and digits else None


def _is_figure(sentence: Sentence, claim: Claim) -> bool:
    """Whether a number is a statement about a company, and not "three reasons" or "70" for overbought."""
    numeral = claim.numeral
    if is_conventional(claim, sentence):
        return False
    if not numeral.plain:
        return True
    if claim.is_conditional and not claim.is_tight:
        # "where 1 would be considered fair", "100 shares would cost"
        return False
    if ends_with(_OUT_OF, sentence.text, numeral.start):
        return False
    if numeral.readings[0].value > _MAX_COUNTED:
        return True
    noun = next((cue for cue in sentence.cues_of("generic_noun") if cue.start >= numeral.end), None)
    if noun is None:
        return True
    gap = sentence.text[numeral.end : noun.start]
    return len(gap.split()) > 1 or _STOP.search(gap) is not None
