"""When filings became known: one accepted after the close of the market counts from the next session.

Facts carry the day of filing only; the submissions tell the moment at which a filing was accepted.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from shared.market.analysis.calendar import MarketCalendars
from shared.market.providers.sec_edgar.filing_documents import FilingColumns

_NEW_YORK: Final = ZoneInfo("America/New_York")
_CALENDAR: Final = "XNYS"
_ACCEPTS_FROM: Final = time(6)
_ACCEPTS_UNTIL: Final = time(22, 15)
"""The SEC accepts filings from 6 to 22 h in New York."""


def known_from(columns: FilingColumns, calendars: MarketCalendars) -> dict[str, date]:
    """Returns the day from which a filing counts, by accession number, where that is not its filing date.

    Blocks: it loads the calendar of the exchange.
    """
    accepted = [_moment(text) for text in columns.acceptance_date_time]
    zone = _zone([moment for moment in accepted if moment is not None])
    sessions = [session.day for session in calendars.sessions(_CALENDAR)]
    late: dict[str, date] = {}
    for accession, filed, moment in zip(
        columns.accession_number, columns.filing_date, accepted, strict=False
    ):
        day = _day(filed)
        if day is None or moment is None:
            continue
        if moment.replace(tzinfo=zone) > calendars.close_of(_CALENDAR, day):
            following = bisect_right(sessions, day)
            late[accession] = sessions[following] if following < len(sessions) else day
    return late


def _zone(moments: Sequence[datetime]) -> tzinfo:
    """Returns the time zone of the moments of a document.

    All are written with ``Z``, but many documents have them in the time of New York: it is the zone in which
    fewer filings were accepted while the SEC was closed.
    """
    in_utc = sum(_is_closed(moment.replace(tzinfo=UTC).astimezone(_NEW_YORK)) for moment in moments)
    in_new_york = sum(_is_closed(moment) for moment in moments)
    return _NEW_YORK if in_new_york < in_utc else UTC


def _is_closed(local: datetime) -> bool:
    return not _ACCEPTS_FROM <= local.time() <= _ACCEPTS_UNTIL


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
