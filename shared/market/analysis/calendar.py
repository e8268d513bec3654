"""When markets trade: which exchange a symbol belongs to, and that exchange's sessions.

Symbols follow Yahoo's spelling: a suffix names the exchange (``VOD.L``), ``=X`` is a currency pair, ``=F`` a
future, ``^`` an index, ``BTC-USD`` a cryptocurrency. Calendars come from ``exchange_calendars``, which is
imported on first use; building one takes 0.01 to 4 s, so the methods of :class:`MarketCalendars` belong off
the event loop.
"""

import bisect
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shared.runtime.clock import Clock

ALWAYS_OPEN = "24/7"
_CRYPTO = re.compile(r"^[A-Z0-9]{2,10}-(USD|USDT|USDC|EUR|GBP|JPY|CAD|AUD|CHF|BTC|ETH)$")
_US = "XNYS"
_BY_SUFFIX = {
    "L": "XLON", "IL": "XLON", "DE": "XETR", "F": "XFRA", "PA": "XPAR", "AS": "XAMS", "BR": "XBRU",
    "MI": "XMIL", "MC": "XMAD", "SW": "XSWX", "ST": "XSTO", "HE": "XHEL", "CO": "XCSE", "OL": "XOSL",
    "VI": "XWBO", "LS": "XLIS", "IR": "XDUB", "WA": "XWAR", "PR": "XPRA", "AT": "ASEX", "IS": "XIST",
    "TA": "XTAE", "JO": "XJSE", "T": "XTKS", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "KS": "XKRX",
    "KQ": "XKRX", "TW": "XTAI", "NS": "XBOM", "BO": "XBOM", "SI": "XSES", "JK": "XIDX", "KL": "XKLS",
    "BK": "XBKK", "AX": "XASX", "NZ": "XNZE", "TO": "XTSE", "V": "XTSE", "MX": "XMEX", "SA": "BVMF",
    "BA": "XBUE", "SN": "XSGO",
}  # fmt: skip
_BY_INDEX = {
    "^FTSE": "XLON", "^GDAXI": "XETR", "^FCHI": "XPAR", "^STOXX50E": "XETR", "^N225": "XTKS",
    "^HSI": "XHKG", "^AXJO": "XASX", "^GSPTSE": "XTSE", "^SSMI": "XSWX", "^AEX": "XAMS", "^IBEX": "XMAD",
    "^BSESN": "XBOM", "^NSEI": "XBOM", "^KS11": "XKRX", "^TWII": "XTAI", "^BVSP": "BVMF",
}  # fmt: skip


def calendar_of(symbol: str) -> str:
    """The code of the trading calendar of a symbol; New York's where nothing says otherwise."""
    if symbol in _BY_INDEX:
        return _BY_INDEX[symbol]
    if _CRYPTO.fullmatch(symbol):
        return ALWAYS_OPEN
    if symbol.endswith("=X"):
        return "24/5"
    if symbol.endswith("=F"):
        return "us_futures"
    return _BY_SUFFIX.get(symbol.rpartition(".")[2], _US) if "." in symbol else _US


def trading_days_a_year(symbol: str) -> int:
    """Days on which a symbol trades in a year: 365 for cryptocurrencies, else 252."""
    return 365 if calendar_of(symbol) == ALWAYS_OPEN else 252


@dataclass(frozen=True)
class Session:
    """One trading session.

    Attributes:
        day: The exchange's date.
        opens: Start of trading.
        closes: End of trading, exclusive.
        break_starts: Start of the midday break, None without one.
        break_ends: Its end.
    """

    day: date
    opens: datetime
    closes: datetime
    break_starts: datetime | None = None
    break_ends: datetime | None = None


class MarketCalendars:
    """The sessions of every market, from ``start`` to the end of next year.

    Args:
        clock: Tells which year it is.
        start: First day that is of interest; calendars that reach back less are built faster. By default
            the beginning of last year.
    """

    def __init__(self, clock: Clock, start: date | None = None) -> None:
        self._clock = clock
        self._start = start
        self._sessions: dict[tuple[str, int], Sequence[Session]] = {}
        self._lock = threading.Lock()

    def sessions(self, code: str) -> Sequence[Session]:
        """All sessions of a calendar, oldest first."""
        year = self._clock().year
        with self._lock:
            if (code, year) not in self._sessions:
                self._sessions = {key: kept for key, kept in self._sessions.items() if key[1] == year}
                self._sessions[code, year] = self._load(code, year)
            return self._sessions[code, year]

    def sessions_to(self, code: str, moment: datetime) -> Sequence[Session]:
        """The sessions that have opened by ``moment``."""
        sessions = self.sessions(code)
        return sessions[: bisect.bisect_right(sessions, moment, key=lambda session: session.opens)]

    def is_open(self, code: str, moment: datetime) -> bool:
        """Whether the market trades at ``moment``; one beyond the calendar counts as open."""
        sessions = self.sessions(code)
        if not sessions or moment >= sessions[-1].closes:
            return True
        begun = self.sessions_to(code, moment)
        return bool(begun) and moment < begun[-1].closes

    def last_close(self, code: str, moment: datetime) -> datetime | None:
        """When the market last closed at or before ``moment``; None if the calendar does not reach back."""
        for session in reversed(self.sessions_to(code, moment)[-2:]):
            if session.closes <= moment:
                return session.closes
        return None

    def _load(self, code: str, year: int) -> Sequence[Session]:
        import exchange_calendars

        start = self._start or date(year - 1, 1, 1)
        try:
            calendar = exchange_calendars.get_calendar(code, start=start, end=date(year + 1, 12, 31))
        except ValueError:
            # Some exchanges publish their holidays no further than this year.
            calendar = exchange_calendars.get_calendar(code, start=start)
        return _read(calendar)


def _read(calendar: Any) -> tuple[Session, ...]:  # noqa: ANN401 - the library has no types
    days = [day.date() for day in calendar.sessions]
    moments = (calendar.opens, calendar.closes, calendar.break_starts, calendar.break_ends)
    return tuple(Session(*row) for row in zip(days, *map(_column, moments), strict=True))


def _column(series: Any) -> list[datetime | None]:  # noqa: ANN401 - a pandas series
    return [
        moment.to_pydatetime().replace(tzinfo=UTC) if known else None
        for moment, known in zip(series, series.notna(), strict=True)
    ]
