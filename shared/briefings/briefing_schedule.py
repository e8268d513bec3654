"""When briefings are due: once per local day that is a session of the chosen exchange.

A local time that exists twice, because clocks are put back, counts the first time. A time that does not
exist, because clocks are put forward, is moved by the length of the gap: forward, or backward where it would
be on the next day. A day that a time zone skips (Samoa, 30 December 2011) has no briefing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.domain.subscriptions import BriefingSchedule

LATE: Final = timedelta(hours=1)
"""Time after which a briefing of the day before is not sent any more. A briefing of 23:58 is sent by the run
after midnight; a timer that was stopped for a night sends the briefing of today only."""

_LOOK_BACK_DAYS: Final = 14
"""No exchange closes for longer."""

IsSession = Callable[[str, date], bool]
"""Returns whether an exchange has a session on a day."""


@dataclass(frozen=True)
class DueBriefing:
    """A briefing that has to be sent.

    Attributes:
        day: Its local day.
        at: When it was due.
        since: When the briefing of the session before was due: this one has the news after that.
    """

    day: date
    at: datetime
    since: datetime


def due(
    schedule: BriefingSchedule, briefed_on: date | None, now: datetime, is_session: IsSession
) -> DueBriefing | None:
    """Returns the briefing that is due; None if there is none.

    Args:
        schedule: When briefings are sent.
        briefed_on: Local day of the last briefing; None before the first.
        now: The present moment.
        is_session: Looks into the trading calendars.
    """
    zone = ZoneInfo(schedule.time_zone)
    today, day_before = now.astimezone(zone).date(), (now - LATE).astimezone(zone).date()
    for day in (today, day_before):
        moment = moment_of(day, schedule.local_time, zone)
        if moment is None or moment > now or (day != today and moment < now - LATE):
            continue
        if (briefed_on is None or day > briefed_on) and is_session(schedule.calendar, day):
            return DueBriefing(day, moment, _previous(schedule, day, zone, is_session))
    return None


def moment_of(day: date, local_time: time, zone: ZoneInfo) -> datetime | None:
    """Returns the moment of a local time on a day, in UTC; None if the time zone skips the day."""
    for fold in (0, 1):
        moment = datetime.combine(day, local_time, zone).replace(fold=fold).astimezone(UTC)
        if moment.astimezone(zone).date() == day:
            return moment
    return None


def _previous(schedule: BriefingSchedule, day: date, zone: ZoneInfo, is_session: IsSession) -> datetime:
    """Returns when the briefing of the session before was due."""
    for back in range(1, _LOOK_BACK_DAYS):
        earlier = day - timedelta(days=back)
        moment = moment_of(earlier, schedule.local_time, zone)
        if moment is not None and is_session(schedule.calendar, earlier):
            return moment
    return datetime.combine(day - timedelta(days=_LOOK_BACK_DAYS), schedule.local_time, zone).astimezone(UTC)
