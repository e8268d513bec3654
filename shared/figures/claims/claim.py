"""What a number of a sentence claims to be."""

from dataclasses import dataclass, field
from typing import Final

from shared.figures.reading.known_metrics import relatives
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention
from shared.figures.reading.stated_periods import StatedPeriod

SLACK: Final = 1.25
"""How much wider the tolerance of a result is: writers compute with figures as they are shown."""


_ROUND: Final = 5.0
"""What a round number is a multiple of."""
_PASSED: Final = 0.07
_MOST_PASSED: Final = 0.35
"""How far a value may have passed a bound, as a part of it, and up to the next round number."""


@dataclass(slots=True)
class Claim:
    """A number and what it claims to be.

    Attributes:
        numeral: The number as it is written.
        is_change: Whether its words tell a change (``doubled``).
        metrics: What it may be a value of; empty when unknown.
        others: Metrics of the sentence that it may belong to as well.
        mention: The name of the metric that it stands with.
        companies: What it is about; empty when unknown.
        inferred_from: The companies that its paragraph names, where no name tells which one it is about;
            empty otherwise.
        period: The period that it names, or None.
        topic_period: The period that the sentences before are about, for a number that names none.
        not_period: The period that it is compared with, and therefore not of; None without one.
        is_prior: Whether it is said to be of the period before.
        is_last_year: Whether that period is called the last year, which may be the newest one reported.
        is_period_inferred: Whether its period is named before another number of the sentence.
        is_period_shared: Whether its period stands behind the number that it is compared with, which may be
            of that period alone.
        window: Days over which it is said to have changed, or None.
        direction: 1 for rising, -1 for falling, 0 when no word tells.
        threshold: 1 when it is a lower bound (``above 70``), -1 for an upper bound, else 0.
        is_of_each: Whether it is a bound for each of its companies, and not for one of them.
        is_conditional: Whether it is said of a case that has not occurred.
        is_approximate: Whether it is said to be near the value.
        is_negative: Whether words make it negative (``loss``).
        is_tight: Whether the name of the metric stands right beside it.
        is_settled: Whether a name of its sentence is the number's own, beside it or not.
        cited: The facts that are cited for it.
        is_expected: Whether the sentence before speaks of estimates, and its own of no other time.
        told_with: Facts whose prose tells the number before, for a change that has no name of its own.
        whole: What it is said to be a part of by the title of its column; empty otherwise.
        is_row_change: Whether the title of its row or column says that it tells a change within the row.
        is_row_total: Whether the title of its row or column says that it is a sum.
        is_of_any_holder: Whether it may be of any holder of the company's shares.
        nearby: The metrics that its sentence or the one before names; empty for a settled number.
    """

    numeral: Numeral
    is_change: bool = False
    metrics: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    mention: MetricMention | None = None
    companies: tuple[str, ...] = ()
    inferred_from: tuple[str, ...] = ()
    period: StatedPeriod | None = None
    topic_period: StatedPeriod | None = None
    not_period: StatedPeriod | None = None
    is_prior: bool = False
    is_last_year: bool = False
    is_period_inferred: bool = False
    is_period_shared: bool = False
    window: float | None = None
    direction: int = 0
    threshold: int = 0
    is_of_each: bool = False
    is_conditional: bool = False
    is_approximate: bool = False
    is_negative: bool = False
    is_tight: bool = False
    is_settled: bool = False
    nearby: tuple[str, ...] = ()
    cited: tuple[int, ...] = ()
    is_expected: bool = False
    told_with: tuple[int, ...] = ()
    whole: tuple[str, ...] = ()
    is_row_change: bool = False
    is_row_total: bool = False
    is_of_any_holder: bool = False

    def add_others(self, *metrics: str) -> None:
        """Adds metrics that it may belong to as well, each once: the numbers of a row hand theirs on."""
        self.others = tuple(dict.fromkeys((*self.others, *metrics)))

    def equals(self, value: float, slack: float = 1.0, rounded: float = 0.0) -> bool:
        """Returns whether it states a value that was computed.

        Args:
            value: The value, positive where words give its sign.
            slack: How many times its tolerance the value may differ, since its parts are rounded too.
            rounded: Fraction of the number by which it may differ in any case.
        """
        return any(
            abs(value - one.value) <= max(one.tolerance * slack, rounded * one.value)
            or (self.threshold != 0 and self.passes(value, one.value))
            for one in self.numeral.readings
        )

    def passes(self, value: float, bound: float) -> bool:
        """Returns whether a round number is a bound that a value has just passed: ``more than 120%``."""
        if self.threshold < 0 or bound < _ROUND or bound % _ROUND:
            return False
        step = 2 * _ROUND if bound % (2 * _ROUND) == 0 else _ROUND
        passed = max(_PASSED * bound, min(step, _MOST_PASSED * bound))
        return 0 <= value - bound <= passed

    @property
    def related(self) -> frozenset[str]:
        """Returns the metrics that are spoken of with those nearby."""
        return relatives(self.nearby)


@dataclass
class Context:
    """What the sentences before leave behind.

    Attributes:
        companies: What the sentence before was about, its subject first.
        subject: What the paragraph is about: the subject of its first sentence that names companies.
        paragraph: The companies that the paragraph names.
        metrics: What its last number was.
        mention: The name of that metric.
        recent: Companies that were named, the last one last.
        named: The names of metrics in the sentence before.
        listed: The companies of the last paragraph that names some, in the order of the text.
        known: All companies of the facts.
        asked: The companies that the question names.
        compared: The companies that the last sentence with companies only compares others with.
        headed: The company that a heading or the head of a list names alone; its labels and values follow.
        period: The year or quarter that the paragraph is about; None when it is about none or several.
        is_negative: Whether the last numbers were those of a net debt that is none: ``net cash``.
        window: Days over which the last change was said to have happened: ``the period``.
    """

    companies: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    mention: MetricMention | None = None
    recent: list[str] = field(default_factory=list)
    listed: tuple[str, ...] = ()
    named: tuple[MetricMention, ...] = ()
    known: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    headed: tuple[str, ...] = ()
    period: StatedPeriod | None = None
    is_negative: bool = False
    window: float | None = None
