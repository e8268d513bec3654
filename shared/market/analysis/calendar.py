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
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

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
_TIME_ZONES = {
    "24/7": "UTC", "24/5": "UTC", "XLON": "Europe/London", "XETR": "Europe/Berlin",
    "XFRA": "Europe/Berlin", "XPAR": "Europe/Paris", "XAMS": "Europe/Amsterdam", "XBRU": "Europe/Brussels",
    "XMIL": "Europe/Rome", "XMAD": "Europe/Madrid", "XSWX": "Europe/Zurich", "XSTO": "Europe/Stockholm",
    "XHEL": "Europe/Helsinki", "XCSE": "Europe/Copenhagen", "XOSL": "Europe/Oslo", "XWBO": "Europe/Vienna",
    "XLIS": "Europe/Lisbon", "XDUB": "Europe/Dublin", "XWAR": "Europe/Warsaw", "XPRA": "Europe/Prague",
    "ASEX": "Europe/Athens", "XIST": "Europe/Istanbul", "XTAE": "Asia/Tel_Aviv",
    "XJSE": "Africa/Johannesburg", "XTKS": "Asia/Tokyo", "XHKG": "Asia/Hong_Kong", "XSHG": "Asia/Shanghai",
    "XKRX": "Asia/Seoul", "XTAI": "Asia/Taipei", "XBOM": "Asia/Kolkata", "XSES": "Asia/Singapore",
    "XIDX": "Asia/Jakarta", "XKLS": "Asia/Kuala_Lumpur", "XBKK": "Asia/Bangkok", "XASX": "Australia/Sydney",
    "XNZE": "Pacific/Auckland", "XMEX": "America/Mexico_City", "BVMF": "America/Sao_Paulo",
    "XBUE": "America/Argentina/Buenos_Aires", "XSGO": "America/Santiago",
}  # fmt: skip
"""Time zones of the calendars outside New York's zone, so that dates need no calendar library."""

_WEEKDAYS: Final = "24/5"
"""The calendar in place of one that the library cannot build."""


def calendar_of(symbol: str) -> str:
    """Returns the code of the trading calendar of a symbol; New York's where nothing says otherwise."""
    return known_calendar_of(symbol) or _US


def known_calendar_of(symbol: str) -> str | None:
    """Returns the code of the trading calendar of a symbol, or None where it can only be guessed."""
    if symbol in _BY_INDEX:
        return _BY_INDEX[symbol]
    if _CRYPTO.fullmatch(symbol):
        return ALWAYS_OPEN
    if symbol.endswith("=X"):
        return "24/5"
    if symbol.endswith("=F"):
        return "us_futures"
    if symbol.startswith("^"):
        return None
    return _BY_SUFFIX.get(symbol.rpartition(".")[2]) if "." in symbol else _US


@cache
def _zone(code: str) -> ZoneInfo:
    return ZoneInfo(_TIME_ZONES.get(code, "America/New_York"))


def time_zone_of(symbol: str) -> ZoneInfo:
    """Returns the time zone of the exchange of a symbol."""
    return _zone(calendar_of(symbol))


def exchange_date(symbol: str, moment: datetime) -> date:
    """Returns the date at the exchange of a symbol."""
    return moment.astimezone(time_zone_of(symbol)).date()


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
        self._guessed: set[str] = set()
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

    def close_of(self, code: str, day: date) -> datetime:
        """Returns when the session of a day closes, or of the last session before a day without one.

        On days before the calendar begins the regular closing time is assumed.
        """
        sessions = self.sessions(code)
        index = bisect.bisect_right(sessions, day, key=lambda session: session.day)
        if index > 0:
            return sessions[index - 1].closes
        zone, regular = _zone(code), sessions[0]
        local_close = regular.closes.astimezone(zone).replace(tzinfo=None)
        closes = datetime.combine(day, time()) + (local_close - datetime.combine(regular.day, time()))
        return closes.replace(tzinfo=zone).astimezone(UTC)

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

    def is_guess(self, code: str) -> bool:
        """Returns whether the sessions are only weekdays, because the library lacks the calendar."""
        self.sessions(code)
        return code in self._guessed

    def _load(self, code: str, year: int) -> Sequence[Session]:
        import exchange_calendars

        last_year, next_year = date(year - 1, 1, 1), date(year + 1, 12, 31)
        # Some exchanges publish their holidays no further than this year, some calendars do not reach back.
        spans = ((self._start or last_year, next_year), (self._start or last_year, None), (last_year, None))
        for start, end in spans:
            try:
                return _read(exchange_calendars.get_calendar(code, start=start, end=end))
            except (ValueError, NotImplementedError):
                # NotImplementedError: rules of orthodox Easter (Athens) fail with pandas 3.
                continue
        self._guessed.add(code)
        return _read(exchange_calendars.get_calendar(_WEEKDAYS, start=last_year, end=next_year))


def _read(calendar: Any) -> tuple[Session, ...]:  # noqa: ANN401 - the library has no types
    days = [day.date() for day in calendar.sessions]
    moments = (calendar.opens, calendar.closes, calendar.break_starts, calendar.break_ends)
    return tuple(Session(*row) for row in zip(days, *map(_column, moments), strict=True))


def _column(series: Any) -> list[datetime | None]:  # noqa: ANN401 - a pandas series
    return [
        moment.to_pydatetime().replace(tzinfo=UTC) if known else None
        for moment, known in zip(series, series.notna(), strict=True)
    ]
