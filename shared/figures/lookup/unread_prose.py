"""Prose of the facts that is only read when a number of it is looked for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from shared.figures.reading.numerals import Numeral, numerals
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.shared_units import share_units

RENDERED: Final = frozenset(
    {
        *("quote", "technicals", "fundamentals", "news", "statements", "actions", "filings", "price_on"),
        *("calculation", "earnings", "peers", "company", "profile", "holders", "watchlist"),
    }
)
"""Kinds whose text says what their data say, and no more."""
_IN_WORDS: Final = (
    *("doubled", "tripled", "halved", "third", "quarter of", "hundred", "thousand", "verdoppel", "hälfte"),
    *("drittel", "doublé", "moitié", "tiers", "dupli", "mitad"),
)
"""What tells that a text in lower case has numbers in words."""
_SCALE_IN_WORDS: Final = RarePattern(
    r"[^\W\d_]\s(?:trillions?|billions?|millions?|milliards?|Million(?:en)?|Milliarden?|millones"
    r"|milhões|bilhões|milioni|miliard[io])\b",
    re.IGNORECASE,
)
"""The scale of an amount that is written in words: ``two billion dollars``."""
_NOT_WORDS: Final = re.compile(r"\W+")


class Origin(NamedTuple):
    """Where a text or a table comes from."""

    symbol: str
    fact_id: int | None
    as_of: str | None


class FactText(NamedTuple):
    """A text of a fact that is read when a number of it is looked for."""

    text: str
    origin: Origin


class UnreadProse:
    """Texts that have not been read, by the values of their numbers."""

    def __init__(self) -> None:
        self._texts: dict[int, FactText] = {}
        self._added = 0
        self._in_words: set[int] = set()
        self._values: list[tuple[float, int]] | None = None

    @property
    def texts(self) -> Iterable[FactText]:
        """Returns the texts."""
        return self._texts.values()

    def add(self, prose: FactText) -> None:
        """Adds a text."""
        self._texts[self._added] = prose
        self._added += 1
        self._values = None

    def take(self, numeral: Numeral | None = None) -> list[FactText]:
        """Removes and returns the texts in which a number may stand; without a number, all."""
        places = self._places(numeral) if numeral and self._texts else self._texts.keys()
        return [self._texts.pop(place) for place in sorted(places)]

    def _places(self, numeral: Numeral) -> Iterable[int]:
        if not any(map(str.isdigit, numeral.text)):
            return self._texts.keys()
        if self._values is None:
            self._values = sorted(
                (reading.value, place)
                for place, prose in self._texts.items()
                # "2,65-2,80 miliardi": the scale is of both.
                for one in share_units(list(numerals(prose.text)), prose.text)
                for reading in one.readings
            )
            self._in_words = {
                place
                for place, prose in self._texts.items()
                if any(map(prose.text.lower().__contains__, _IN_WORDS)) or _SCALE_IN_WORDS.search(prose.text)
            }
        places = set(self._in_words)
        for reading in numeral.readings:
            first = bisect_left(self._values, (reading.value - reading.tolerance, -1))
            last = bisect_right(self._values, (reading.value + reading.tolerance, self._added))
            places.update(place for _, place in self._values[first:last])
        return places & self._texts.keys()


def separate_words(text: str) -> str:
    """Returns the words of a text with a blank around each, so that ``2 year`` is no part of ``12 year``."""
    return f" {_NOT_WORDS.sub(' ', text).strip()} "


def details_of_signals(data: Mapping[str, Any]) -> Iterator[str]:
    """Yields what the signals of technical data say."""
    for signal in data.get("signals") or ():
        if isinstance(signal, Mapping):
            yield str(signal.get("detail"))


def strings_of(value: object) -> Iterator[str]:
    """Yields the strings of a list; none of another value."""
    if isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, str))
