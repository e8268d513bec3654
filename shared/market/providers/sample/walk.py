"""The price of a sample instrument at any time: a random walk that depends on its seed alone.

The walk goes over the sessions of the instrument's exchange since ``EPOCH``, pulled gently back to the
instrument's price so that it stays plausible. Each session's minutes run from its open to its close and
touch its high and low, so that candles of every interval, and the quote, are the same market seen at
different widths. The same symbol has the same price at the same time in every process.
"""

import bisect
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.domain.market_data import Candle
from shared.market.analysis.calendar import MarketCalendars, Session, trading_days_a_year
from shared.market.analysis.exchanges import calendar_of
from shared.market.providers.sample.sample_instruments import SampleInstrument

if TYPE_CHECKING:
    from numpy import floating, int64
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[floating[Any]]

EPOCH: Final = date(2014, 1, 1)
"""Day on which every walk begins."""

_PULL = 0.004
_KEPT_WALKS = 128
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Days:
    """One value a session: open, high, low, close and volume."""

    opens: "Floats"
    highs: "Floats"
    lows: "Floats"
    closes: "Floats"
    volumes: "NDArray[int64]"


@dataclass(frozen=True)
class Bar:
    """A candle under construction: prices and volume of a stretch of time that begins at ``start``."""

    start: datetime
    open: float
    high: float
    low: float
    close: float
    volume: int

    def candle(self, digits: int) -> Candle:
        """Returns the bar as a candle, without adjusted close."""
        return Candle(
            timestamp=self.start,
            open=round(self.open, digits),
            high=round(self.high, digits),
            low=round(self.low, digits),
            close=round(self.close, digits),
            adjusted_close=None,
            volume=self.volume,
        )


def merge(bars: Sequence[Bar], start: datetime) -> Bar:
    """Returns one bar over consecutive ones."""
    return Bar(
        start,
        bars[0].open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        bars[-1].close,
        sum(bar.volume for bar in bars),
    )


def midnight(day: date) -> datetime:
    """Returns the start of a candle of a day or longer: midnight UTC of the exchange's date."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class SampleWalk:
    """The walks of all sample instruments; used off the event loop."""

    def __init__(self, calendars: MarketCalendars) -> None:
        self._calendars = calendars
        self._walks: OrderedDict[str, _Days] = OrderedDict()
        self._lock = threading.Lock()

    def sessions(self, instrument: SampleInstrument, now: datetime) -> Sequence[Session]:
        """Returns the sessions that have opened by ``now``."""
        return self._calendars.sessions_to(calendar_of(instrument.symbol), now)

    def daily(self, instrument: SampleInstrument, first: int, now: datetime) -> list[Bar]:
        """Returns daily bars from the session with index ``first`` on; a bar under way ends ``now``."""
        sessions = self.sessions(instrument, now)
        days = self._days(instrument)
        bars = [
            Bar(
                midnight(sessions[index].day),
                float(days.opens[index]),
                float(days.highs[index]),
                float(days.lows[index]),
                float(days.closes[index]),
                int(days.volumes[index]),
            )
            for index in range(first, len(sessions))
        ]
        if bars and now < sessions[-1].closes:
            today = self.intraday(instrument, len(sessions) - 1, sessions[-1], now)
            bars[-1] = merge(today, bars[-1].start)
        return bars

    def intraday(
        self, instrument: SampleInstrument, index: int, session: Session, now: datetime, width: int = 1
    ) -> list[Bar]:
        """Bars of ``width`` minutes of the session with that index; of one under way, those begun."""
        days = self._days(instrument)
        minutes = _trading_minutes(session)
        random = seeded_generator(instrument.seed, session.day.isoformat())
        # The minutes' highs and lows are the ends of their stretch of the path: the extremes lie on it.
        path = _path(days, index, len(minutes), random)
        volumes = _shares_of(int(days.volumes[index]), len(minutes), random)
        begun = bisect.bisect_right(minutes, (now - session.opens) // _MINUTE)
        bars, first = [], 0
        while first < begun:
            start = minutes[first] - minutes[first] % width
            last = min(bisect.bisect_left(minutes, start + width), begun)
            prices = path[first : last + 1]
            bars.append(
                Bar(
                    session.opens + start * _MINUTE,
                    prices[0],
                    max(prices),
                    min(prices),
                    prices[-1],
                    sum(volumes[first:last]),
                )
            )
            first = last
        return bars

    def _days(self, instrument: SampleInstrument) -> _Days:
        with self._lock:
            count = len(self._calendars.sessions(calendar_of(instrument.symbol)))
            days = self._walks.get(instrument.symbol)
            if days is None or len(days.closes) != count:
                days = self._walks[instrument.symbol] = _walk(instrument, count)
                if len(self._walks) > _KEPT_WALKS:
                    self._walks.popitem(last=False)
            return days


def seeded_generator(*seed: str) -> "Generator":
    """Returns a generator of random numbers that depends on the seed alone."""
    import numpy as np

    digest = hashlib.blake2b(":".join(seed).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def _walk(instrument: SampleInstrument, count: int) -> _Days:
    """Draws the days; each takes one row of random numbers, so that more days do not change earlier ones."""
    import numpy as np

    draws = seeded_generator(instrument.seed).standard_normal((count, 5))
    daily = instrument.volatility / np.sqrt(trading_days_a_year(instrument.symbol))
    level = np.empty(count)
    distance = 2 * daily * draws[0, 0]
    for day, draw in enumerate(draws[:, 0].tolist()):
        distance += -_PULL * distance + daily * draw
        level[day] = distance
    closes = instrument.price * np.exp(level)
    before = np.concatenate(([instrument.price], closes[:-1]))
    opens = before * np.exp(0.3 * daily * draws[:, 1])
    highs = np.maximum(opens, closes) * np.exp(0.4 * daily * np.abs(draws[:, 2]))
    lows = np.minimum(opens, closes) * np.exp(-0.4 * daily * np.abs(draws[:, 3]))
    volumes = instrument.volume * np.exp(0.3 * draws[:, 4])
    return _Days(opens, highs, lows, closes, volumes.astype(np.int64))


def _path(days: _Days, index: int, count: int, random: "Generator") -> list[float]:
    """Returns prices at the edges of a session's ``count`` minutes, from open to close via both extremes."""
    import numpy as np

    opening, closing = float(days.opens[index]), float(days.closes[index])
    high, low = float(days.highs[index]), float(days.lows[index])
    early, late = sorted((random.random(2) * (count - 1)).astype(int).tolist())
    early, late = max(1, early), max(2, late + (late <= early))
    # A day that rises visits its low first.
    first, second = (low, high) if closing >= opening else (high, low)
    edges = np.arange(count + 1)
    guide = np.interp(edges, [0, early, late, count], [opening, first, second, closing])
    noise = np.cumsum(random.standard_normal(count + 1)) * (high - low) * 0.6 / np.sqrt(count)
    noise -= np.interp(edges, [0, early, late, count], noise[[0, early, late, count]])
    prices: list[float] = np.clip(guide + noise, low, high).tolist()
    return prices


def _shares_of(volume: int, count: int, random: "Generator") -> list[int]:
    """Returns the volume of each minute of a session, more at both ends; the sum is exact."""
    import numpy as np

    shape = 0.5 + 2 * (np.linspace(-1, 1, count) ** 2)
    running = np.cumsum(shape * (0.5 + random.random(count)))
    edges = np.floor(running / running[-1] * volume).astype(np.int64)
    edges[-1] = volume
    minutes: list[int] = np.diff(edges, prepend=0).tolist()
    return minutes


def _trading_minutes(session: Session) -> list[int]:
    """Minutes in which a session trades, counted from its opening."""

    def minute_of(moment: datetime) -> int:
        return (moment - session.opens) // _MINUTE

    if session.break_starts is None or session.break_ends is None:
        return list(range(minute_of(session.closes)))
    morning = range(minute_of(session.break_starts))
    return [*morning, *range(minute_of(session.break_ends), minute_of(session.closes))]
