"""The stored form of a history: a head, and compressed pieces with one line of finished JSON per candle.

A range is cut and joined from the lines without parsing them.
"""

import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Final, TypeVar

from shared.domain.market_data import Candle, Day, History, Record
from shared.domain.moments import rfc3339
from shared.domain.terms import Interval
from shared.market.analysis.exchanges import time_zone_of
from shared.market.analysis.periods import is_intraday
from shared.market.analysis.quality import HistoryFindings

C = TypeVar("C")

CandleLines = Sequence[bytes]
"""The JSON of candles, oldest first."""

_MONTH_PIECES: Final = frozenset[Interval]({"60m", "1h"})
_YEAR: Final = slice(len('{"timestamp":"'), len('{"timestamp":"2026'))
_TIMESTAMP: Final = slice(len('{"timestamp":"'), len('{"timestamp":"2026-11-20T00:00:00Z'))
"""Position of the timestamp in the JSON of a candle."""


class StoredHead(Record):
    """The description of a stored history.

    Attributes:
        generation: Identifies the fetch; pieces of another generation do not belong to it.
        history: The history without its candles.
        start: First exchange date that the history covers.
        pieces: Names of the pieces, oldest first.
        findings: Findings of the quality checks.
    """

    generation: str
    history: History
    start: Day
    pieces: tuple[str, ...]
    findings: HistoryFindings


def piece_name(interval: Interval, day: date) -> str:
    """Returns the name of the piece that holds the candles of an exchange date.

    A piece holds a year of daily and longer candles, a month of hourly and a day of shorter ones.
    """
    if not is_intraday(interval):
        return f"{day:%Y}"
    return f"{day:%Y%m}" if interval in _MONTH_PIECES else f"{day:%Y%m%d}"


def to_lines(candles: Iterable[Candle]) -> CandleLines:
    """Returns the JSON of candles."""
    return [candle.model_dump_json().encode() for candle in candles]


def split_pieces(history: History, lines: CandleLines, generation: str) -> dict[str, bytes]:
    """Returns the pieces of a history by name, oldest first.

    Args:
        history: The description; its candles are ignored.
        lines: The candles.
        generation: Identifies the fetch.
    """
    if is_intraday(history.interval):
        zone = time_zone_of(history.symbol)
        named = groupby(
            lines, key=lambda line: piece_name(history.interval, timestamp_of(line).astimezone(zone).date())
        )
    else:
        # Their name is the year, without parsing a thousand dates.
        named = groupby(lines, key=lambda line: line[_YEAR].decode())
    return {name: _compress(generation, group) for name, group in named}


def lines_of(piece: bytes, generation: str) -> CandleLines | None:
    """Returns the candles of a piece, or None when it belongs to another generation."""
    stored, *lines = zlib.decompress(piece).split(b"\n")
    return lines if stored.decode() == generation else None


def day_bounds(history: History, start: datetime, end: datetime | None) -> tuple[datetime, datetime | None]:
    """Returns the moments at which the exchange's dates ``start`` and ``end`` (midnights UTC) begin.

    Daily and longer candles are stamped with midnight UTC of their date; shorter ones with their moment.
    """
    if not is_intraday(history.interval):
        return start, end
    zone = time_zone_of(history.symbol)

    def begin(day: datetime) -> datetime:
        return datetime.combine(day.date(), time(), zone).astimezone(UTC)

    return begin(start), None if end is None else begin(end)


def cut(lines: CandleLines, start: datetime, end: datetime | None, *, whole_first: bool) -> CandleLines:
    """Returns the candles from ``start`` to before ``end``.

    Args:
        lines: Candles, oldest first.
        start: First moment.
        end: First moment that is not wanted; None for the newest candle, whatever the date is here.
        whole_first: Whether the candle that contains ``start`` belongs to them: for candles above a day.
    """
    stamps = _Stamps(lines)
    first = bisect_left(stamps, rfc3339(start).encode())
    if whole_first and first > 0 and (first == len(lines) or stamps[first] != rfc3339(start).encode()):
        first -= 1
    return lines[first : len(lines) if end is None else bisect_left(stamps, rfc3339(end).encode())]


def last_sessions(
    candles: Sequence[C], history: History, count: int, start_of: Callable[[C], datetime]
) -> Sequence[C]:
    """Returns the candles of the last ``count`` sessions; of candles above a day, the last one.

    Args:
        candles: Candles in any form, oldest first.
        history: The history that they belong to.
        count: Number of sessions.
        start_of: Returns the start of a candle.
    """
    if not candles:
        return candles
    if history.interval == "1d":
        return candles[-count:]
    if not is_intraday(history.interval):
        return candles[-1:]
    zone = time_zone_of(history.symbol)
    days = [start_of(candle).astimezone(zone).date() for candle in candles]
    first_day = sorted(set(days))[-count:][0]
    return candles[bisect_left(days, first_day) :]


def timestamp_of(line: bytes) -> datetime:
    """Returns the start of a candle."""
    return datetime.fromisoformat(line[_TIMESTAMP].decode())


def join(history: History, lines: CandleLines) -> bytes:
    """Returns the JSON of a history with these candles."""
    head = history.model_dump_json().encode()
    # ``candles`` is the last field and empty here.
    return head.removesuffix(b"]}") + b",".join(lines) + b"]}"


class _Stamps(Sequence[bytes]):
    """The timestamps of lines, which sort like the moments, as RFC 3339 texts in UTC do."""

    def __init__(self, lines: CandleLines) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]
        return self._lines[index][_TIMESTAMP]


def _compress(generation: str, lines: Iterable[bytes]) -> bytes:
    return zlib.compress(b"\n".join((generation.encode(), *lines)), 1)
