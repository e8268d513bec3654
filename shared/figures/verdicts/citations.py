"""Checks citations: the fact must exist, and must contain one of the figures that it is cited for."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import chain, pairwise
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.sentence import Citation, Sentence
from shared.figures.verdicts.verdicts import Verdict

_INTRODUCES: Final = re.compile(r"(?:\s*\[[\d,\s]+\])*[\s*_]*[:：]\s*$")
"""Behind a citation of what the table or list below is from."""
_MAX_DISTANCE: Final = 60
"""Characters between a figure and the citation behind it; beyond, the citation is for the words between."""
_SAME: Final = 1e-9
_PAIR: Final = 2
_MIN_DIGITS: Final = 3
_TELLING: Final = 1e3
"""From here on, a round number tells enough: "below $100,000 [26]"."""
_BETWEEN: Final = " ,;、，"
_OF_HOLDINGS: Final = frozenset({"price", "dividend_per_share"})
"""What the worth and the income of a holding follow from, and changes of prices."""
_MAX_ADDED: Final = 8
"""Periods whose values may be added up."""


_WORDS: Final = re.compile(r"[^\W\d_]{2,}(?:\W+[^\W\d_]{2,}){2}|[\u3040-\u9fff\uac00-\ud7af]{5}")
"""What tells something itself: three words, or as many characters of a text without spaces."""


class CitedFigure(NamedTuple):
    """A figure that a citation may be for, with the verdict on it."""

    claim: Claim
    verdict: Verdict
    figure: KnownFigure | None


def wrong_citations(
    sentence: Sentence,
    figures: Sequence[CitedFigure],
    facts: FactBase,
    carried: Sequence[CitedFigure],
    told: Sequence[KnownFigure | None] = (),
    cells: Sequence[KnownFigure | None] = (),
) -> list[Citation]:
    """Returns the citations of facts that do not exist or do not contain what they are cited for.

    Args:
        sentence: The sentence.
        figures: Its figures, in order.
        facts: The facts.
        carried: The figures of the sentence before, for citations that stand behind its full stop.
        told: The figures of the paragraph, for a group of citations at its end.
        cells: Those of the table above it, of which a sentence below it may draw a conclusion.
    """
    named = {mention.value for mention in sentence.companies}
    wrong = []
    begin = 0
    for index, citation in enumerate(sentence.citations):
        previous = sentence.citations[index - 1] if index else None
        if previous is not None and sentence.text[previous.end : citation.start].strip(_BETWEEN):
            begin = previous.end
        if not all(number in facts.ids for number in citation.ids):
            wrong.append(citation)
            continue
        cited_for = [one for one in figures if begin <= one.claim.numeral.end <= citation.start]
        if not cited_for and not sentence.text[: citation.start].strip():
            cited_for = list(carried)
        elif cited_for and citation.start - cited_for[-1].claim.numeral.end > _MAX_DISTANCE:
            continue
        if _is_for_wrong_number(sentence, index, cited_for, facts) or _INTRODUCES.match(
            sentence.text, citation.end
        ):
            continue
        is_of_group = _is_in_group(sentence, index) and (
            _are_told(told, citation)
            or _are_told(cells, citation)
            or _are_of_several(citation, facts)
            or any(_is_of_operand(one, citation, facts) for one in cited_for)
        )
        is_of_group = is_of_group or _is_for_words(sentence, index, cited_for, facts)
        if is_of_group or _are_told(cells, citation):
            continue
        if not _are_found(cited_for, citation, facts, named):
            wrong.append(citation)
    return wrong


def _are_told(figures: Sequence[KnownFigure | None], citation: Citation) -> bool:
    """Returns whether one of the figures is of a fact that is cited."""
    return any(figure is not None and figure.fact_id in citation.ids for figure in figures)


def _are_found(
    cited_for: Sequence[CitedFigure], citation: Citation, facts: FactBase, named: Collection[str]
) -> bool:
    """Returns whether cited facts contain the figures, also in their prose, or amounts that add up to one."""
    if _are_contained(cited_for, citation, facts, named):
        return True
    unread = [facts.read_prose(one.claim.numeral) for one in cited_for]
    is_contained = any(unread) and _are_contained(cited_for, citation, facts, named)
    return is_contained or any(_is_sum(one, citation, facts) for one in cited_for)


def _is_for_wrong_number(
    sentence: Sentence, index: int, figures: Sequence[CitedFigure], facts: FactBase
) -> bool:
    """``a target of €81.30 suggests upside from €74.06 [4][6]``: one of the two may be for the wrong number.

    The last number before a citation is what it is for: where that is wrong, the fact may tell it otherwise.

    Args:
        sentence: The sentence.
        index: The place of a citation among its citations.
        figures: The figures that the citation may be for.
        facts: The facts.
    """
    if len(figures) < _PAIR or all(one.verdict is Verdict.SUPPORTED for one in figures):
        return False
    last = figures[-1]
    is_other_value = last.verdict is not Verdict.SUPPORTED and any(
        one.symbol in last.claim.companies and one.metric in last.claim.metrics
        for one in chain.from_iterable(map(facts.index.of_fact, sentence.citations[index].ids))
    )
    return is_other_value or _is_in_group(sentence, index)


def _is_for_words(sentence: Sentence, index: int, figures: Sequence[CitedFigure], facts: FactBase) -> bool:
    """``jumped 4.4% after lifting its outlook [9][16]``: the news is cited for the words."""
    citation = sentence.citations[index]
    if not figures or not _is_in_group(sentence, index) or not all(map(facts.is_news, citation.ids)):
        return False
    return _WORDS.search(sentence.text, figures[-1].claim.numeral.end, citation.start) is not None


def _is_of_operand(cited: CitedFigure, citation: Citation, facts: FactBase) -> bool:
    """``at $114.83 it is up 4% this year [7][15]``: another price that a change follows from."""
    figure = cited.figure
    if cited.verdict is not Verdict.SUPPORTED or figure is None or cited.claim.equals(abs(figure.value)):
        return False
    return all(
        any(
            one.symbol == figure.symbol and (one.metric == figure.metric or one.metric in _OF_HOLDINGS)
            for one in facts.index.of_fact(number)
        )
        for number in citation.ids
    )


def _are_of_several(citation: Citation, facts: FactBase) -> bool:
    """``at 48.7 times earnings the dearest of its peers [3][8]``: a fact on several companies."""
    return all(len({one.symbol for one in facts.index.of_fact(number)}) > _PAIR for number in citation.ids)


def _is_in_group(sentence: Sentence, index: int) -> bool:
    """Returns whether a citation names several facts, or stands right beside another one: ``[3][6]``."""
    return len(sentence.citations[index].ids) > 1 or any(
        not sentence.text[one.end : other.start].strip(_BETWEEN)
        for one, other in pairwise(sentence.citations[max(0, index - 1) : index + 2])
    )


def _is_sum(cited: CitedFigure, citation: Citation, facts: FactBase) -> bool:
    """Returns whether a figure is the sum of values of successive periods that a cited fact states."""
    if cited.verdict is Verdict.UNSUPPORTED:
        return False
    series: dict[tuple[str, str], list[tuple[date, float]]] = {}
    for figure in chain.from_iterable(map(facts.index.of_fact, citation.ids)):
        period = figure.period
        if period is not None and period.end and not period.is_snapshot:
            series.setdefault((figure.symbol, figure.metric), []).append((period.end, figure.value))
    readings = cited.claim.numeral.readings
    return any(
        abs(abs(total) - one.value) <= one.tolerance
        for known in series.values()
        for total in _sums([value for _, value in sorted(known)])
        for one in readings
    )


def _sums(values: Sequence[float]) -> Iterator[float]:
    """Yields the sums of values that follow each other."""
    for first in range(len(values) - 1):
        for last in range(first + 2, min(first + _MAX_ADDED, len(values)) + 1):
            yield sum(values[first:last])


def _are_contained(
    figures: Sequence[CitedFigure], citation: Citation, facts: FactBase, named: Collection[str]
) -> bool:
    """Returns whether a cited fact contains any of the figures, as far as that is known."""
    if any(one.figure is not None and one.figure.fact_id in citation.ids for one in figures):
        return True
    containing = [ids for one in figures if (ids := _facts_with(one, facts))]
    if not containing or any(ids & set(citation.ids) for ids in containing):
        return True
    return any(_is_stated(one, citation, facts, named) for one in figures)


def _is_stated(cited: CitedFigure, citation: Citation, facts: FactBase, named: Collection[str]) -> bool:
    """``The target is below the current price of $87.76 [1]``: whether the fact states a bound itself.

    One number may be that of several companies: ``Sony and Samsung, both at 33.5 [3][6]``.
    """
    numeral, figure = cited.claim.numeral, cited.figure
    is_telling = numeral.digits >= _MIN_DIGITS or numeral.readings[0].value >= _TELLING
    return any(
        one.fact_id in citation.ids
        # "35 for each of the other two [3][6]"
        and (is_telling or (figure is not None and one.metric == figure.metric and not one.words))
        and (
            one.symbol in cited.claim.companies
            or (figure is not None and one.metric == figure.metric and one.symbol in named)
        )
        for reading in numeral.readings
        for one in facts.index.near(reading.value, reading.tolerance)
    )


def _facts_with(cited: CitedFigure, facts: FactBase) -> frozenset[int]:
    """Returns the facts that contain a figure; empty where that is unknown, as for a derived one."""
    figure = cited.figure
    if cited.verdict is not Verdict.SUPPORTED or figure is None:
        # A wrong number is listed itself: of the fact that is cited for it, nothing follows.
        return frozenset()
    readings = cited.claim.numeral.readings
    near = [one for reading in readings for one in facts.index.near(reading.value, reading.tolerance)]
    if not any(one is figure for one in near):
        value = abs(figure.value)
        if not any(
            abs(value / scale - reading.value) <= reading.tolerance
            for scale in (1, 100, 0.01)
            for reading in readings
        ):
            return frozenset()
        # A percentage of a ratio, or a value that is computed.
        near = [one for one in facts.index.near(value, abs(value) * _SAME) if one.metric == figure.metric]
    return frozenset(one.fact_id for one in near if one.fact_id is not None and one.symbol == figure.symbol)
