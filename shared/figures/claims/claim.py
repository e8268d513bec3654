"""What a number of a sentence claims to be."""

from dataclasses import dataclass, field

from shared.figures.reading.known_metrics import relatives
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention
from shared.figures.reading.stated_periods import StatedPeriod


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
        period: The period that it names, or None.
        topic_period: The period that the sentences before are about, for a number that names none.
        not_period: The period that it is compared with, and therefore not of; None without one.
        is_prior: Whether it is said to be of the period before.
        window: Days over which it is said to have changed, or None.
        direction: 1 for rising, -1 for falling, 0 when no word tells.
        threshold: 1 when it is a lower bound (``above 70``), -1 for an upper bound, else 0.
        is_conditional: Whether it is said of a case that has not occurred.
        is_approximate: Whether it is said to be near the value.
        is_negative: Whether words make it negative (``loss``).
        is_tight: Whether the name of the metric stands right beside it.
        nearby: Of a number that is not: the metrics that its sentence or the one before names.
    """

    numeral: Numeral
    is_change: bool = False
    metrics: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    mention: MetricMention | None = None
    companies: tuple[str, ...] = ()
    period: StatedPeriod | None = None
    topic_period: StatedPeriod | None = None
    not_period: StatedPeriod | None = None
    is_prior: bool = False
    window: float | None = None
    direction: int = 0
    threshold: int = 0
    is_conditional: bool = False
    is_approximate: bool = False
    is_negative: bool = False
    is_tight: bool = False
    nearby: tuple[str, ...] = ()

    @property
    def related(self) -> frozenset[str]:
        """The metrics that are spoken of with those nearby."""
        return relatives(self.nearby)


@dataclass
class Context:
    """What the sentences before leave behind.

    Attributes:
        companies: What the sentence before was about, its subject first.
        metrics: What its last number was.
        mention: The name of that metric.
        recent: Companies that were named, the last one last.
        known: All companies of the facts.
        period: The year or quarter that the paragraph is about; None when it is about none or several.
    """

    companies: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    mention: MetricMention | None = None
    recent: list[str] = field(default_factory=list)
    known: tuple[str, ...] = ()
    period: StatedPeriod | None = None
