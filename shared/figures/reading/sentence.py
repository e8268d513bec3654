"""One sentence, and what has been found in it."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from shared.figures.reading.durations import Duration
from shared.figures.reading.lexicon import Mention, Token, fold, places_of
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.stated_periods import PeriodMention


class MetricMention(NamedTuple):
    """A name of a metric in a text.

    Attributes:
        name: Its name in the table, or of a row of a table of the facts.
        metrics: Metrics that it may mean.
        start: Its place.
        end: The place after it.
    """

    name: str
    metrics: tuple[str, ...]
    start: int
    end: int


class Number(NamedTuple):
    """A figure in a sentence; ``is_change`` tells that its words tell a change (``doubled``)."""

    numeral: Numeral
    is_change: bool = False


class Citation(NamedTuple):
    """``[1, 3]`` in a text."""

    ids: tuple[int, ...]
    start: int
    end: int


@dataclass(slots=True)
class Sentence:
    """One sentence and what has been found in it; places count from its beginning.

    Attributes:
        text: The sentence.
        words: Its tokens.
        places: The places of each folded form among them.
        keys: The folded forms.
        numbers: Its figures.
        metrics: The names of metrics in it.
        objects: By the place of a company: whether it is only compared with.
        asides: By the name of a company at its place: whether the sentence is not about it.
        companies: The names of companies in it.
        cues: Words that tell directions, periods and the like.
        kinds: The cues by their kinds.
        moves: The cues that tell a direction: up or down.
        bounds: The cues that tell a bound: above or below.
        periods: Its dates and periods.
        durations: Its durations.
        citations: Its citations.
    """

    text: str
    words: list[Token]
    places: dict[str, list[int]] = field(init=False)
    keys: AbstractSet[str] = frozenset()
    numbers: list[Number] = field(default_factory=list)
    metrics: list[MetricMention] = field(default_factory=list)
    objects: dict[int, bool] = field(default_factory=dict)
    asides: dict[Mention, bool] = field(default_factory=dict)
    companies: list[Mention] = field(default_factory=list)
    cues: list[Mention] = field(default_factory=list)
    periods: list[PeriodMention] = field(default_factory=list)
    durations: list[Duration] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    kinds: dict[str, list[Mention]] = field(default_factory=dict)
    moves: Sequence[Mention] = ()
    bounds: Sequence[Mention] = ()
    _by_kinds: dict[tuple[str, ...], list[Mention]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = places_of(self.words)
        self.keys = frozenset(self.places)

    def cues_of(self, *kinds: str) -> Sequence[Mention]:
        """Returns the cues of some kinds, in order."""
        if self.kinds.keys().isdisjoint(kinds):
            return ()
        found = self._by_kinds.get(kinds)
        if found is None:
            told = [self.kinds[kind] for kind in kinds if kind in self.kinds]
            found = told[0] if len(told) == 1 else _in_order(told)
            self._by_kinds[kinds] = found
        return found

    def _is_in_bound(self, cue: Mention) -> bool:
        """``shrinking by more than 6%``: "more" tells no rise here."""
        if not _MORE.match(self.text, cue.start):
            return False
        return _BY.search(self.text, max(0, cue.start - 4), cue.start) is not None

    def _is_superlative(self, cue: Mention) -> bool:
        """``a estimativa mais alta``: the adjective tells an end and no rise."""
        return _MOST.search(self.text, max(0, cue.start - 5), cue.start) is not None and bool(
            _ADJECTIVE.fullmatch(self.text, cue.start, cue.end)
        )

    def set_cues(self, cues: Sequence[Mention]) -> None:
        """Takes the cues of the sentence."""
        self.cues = [*cues]
        if not self.keys.isdisjoint(_MOST_KEYS):
            self.cues = [cue for cue in cues if not self._is_superlative(cue)]
        self.kinds.clear()
        self._by_kinds.clear()
        for cue in self.cues:
            for kind in cue.value.split():
                self.kinds.setdefault(kind, []).append(cue)
        # Every number needs these two.
        self.moves = [cue for cue in self.cues_of("up", "down") if not self._is_in_bound(cue)]
        self.bounds = self.cues_of("above", "below")


_BY: Final = re.compile(r"\b(?:by|um|de|en|di|del|of)\s$", re.IGNORECASE)
_MORE: Final = re.compile(r"(?:more|less|mehr|weniger|plus|moins|más|menos|mais|più|meno)\b", re.IGNORECASE)
_MOST: Final = re.compile(r"\b(?:mais|más|più)\s$", re.IGNORECASE)
_MOST_KEYS: Final = frozenset(map(fold, ("mais", "más", "più")))
_ADJECTIVE: Final = re.compile(r"alt[aoi]s?|alte|baix[ao]s?|baj[ao]s?|bass[aoi]|basse", re.IGNORECASE)


def _in_order(several: Sequence[Sequence[Mention]]) -> list[Mention]:
    """Returns the cues of several kinds in the order of the text, each once."""
    return sorted(dict.fromkeys(chain.from_iterable(several)), key=attrgetter("start"))


def longest(mentions: list[MetricMention]) -> list[MetricMention]:
    """Returns of mentions that overlap the longest; of equal ones, one with the metrics of all."""
    kept: list[MetricMention] = []
    for mention in sorted(mentions, key=lambda mention: (mention.start - mention.end, mention.start)):
        clash = next((one for one in kept if mention.start < one.end and one.start < mention.end), None)
        if clash is None:
            kept.append(mention)
        elif (clash.start, clash.end) == (mention.start, mention.end):
            kept[kept.index(clash)] = clash._replace(
                metrics=tuple(dict.fromkeys(clash.metrics + mention.metrics))
            )
    return sorted(kept, key=lambda mention: mention.start)
