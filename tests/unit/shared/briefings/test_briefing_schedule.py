"""When briefings are due: over whole years, in time zones with odd clock changes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.briefings.briefing_schedule import LATE, DueBriefing, due, moment_of
from shared.domain.subscriptions import BriefingSchedule

STEP = timedelta(minutes=55)
"""Between two runs of the timer: less than ``LATE``, and at another minute of the hour each time."""


def every_day(_code: str, _day: date) -> bool:
    return True


def weekdays(_code: str, day: date) -> bool:
    return day.weekday() < 5


def schedule(at: str, zone: str) -> BriefingSchedule:
    return BriefingSchedule(time=at, time_zone=zone, calendar="XNYS", webhook_id="w")


def moments(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


def sent_days(plan: BriefingSchedule, start: datetime, end: datetime) -> list[date]:
    """The local days of the briefings that a timer sends on weekdays, in order."""
    days: list[date] = []
    for now in moments(start, end, STEP):
        briefing = due(plan, days[-1] if days else None, now, weekdays)
        if briefing is not None:
            days.append(briefing.day)
    return days


def local_days(zone: ZoneInfo, start: datetime, end: datetime) -> list[date]:
    """The local days of a span that exist, in order."""
    days = (moment.astimezone(zone).date() for moment in moments(start, end, timedelta(minutes=30)))
    return sorted(set(days))


ODD_YEARS = [
    # Zone, year, what is odd about it.
    ("America/New_York", 2026),
    ("Europe/London", 2026),
    ("Europe/Berlin", 2027),
    ("Australia/Lord_Howe", 2026),  # clocks change by half an hour
    ("America/Sao_Paulo", 2018),  # no midnight on 4 November
    ("Asia/Beirut", 2026),  # no midnight in March
    ("Africa/Cairo", 2026),  # no midnight in April
    ("America/Havana", 2026),  # no midnight in March, two in November
    ("Africa/Casablanca", 2026),  # clocks are put back during Ramadan
    ("America/Nuuk", 2026),  # Saturday ends at 23:00 in March
    ("Pacific/Apia", 2011),  # no 30 December
    ("Asia/Kathmandu", 2026),  # 5:45 ahead
    ("Antarctica/Troll", 2026),  # clocks change by two hours
    ("America/St_Johns", 2010),  # clocks change at 0:01
]


@pytest.mark.parametrize(("zone", "year"), ODD_YEARS)
@pytest.mark.parametrize("at", ["00:00", "00:30", "02:30", "23:30", "23:59"])
def test_there_is_one_briefing_per_local_session_day(zone: str, year: int, at: str) -> None:
    start, end = datetime(year, 1, 2, 12, tzinfo=UTC), datetime(year + 1, 1, 2, 12, tzinfo=UTC)
    days = sent_days(schedule(at, zone), start, end)
    expected = [day for day in local_days(ZoneInfo(zone), start, end) if day.weekday() < 5]
    assert Counter(days).most_common(1)[0][1] == 1
    assert days == sorted(days)
    # At both ends of the span the moment of the day may lie outside of it.
    missing = set(expected[1:-1]) - set(days)
    assert missing == set()
    assert set(days) <= set(expected)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # Clocks are put forward from 0:00 to 1:00.
        ("America/Sao_Paulo", date(2018, 11, 4), "00:00", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), "00:30", datetime(2018, 11, 4, 3, 30, tzinfo=UTC)),
        # From 2:00 to 3:00.
        ("Europe/Berlin", date(2026, 3, 29), "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 2:30 exists twice: the first one.
        ("Europe/Berlin", date(2026, 10, 25), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # From 23:00 to 0:00 of the next day: an hour earlier, on the same day.
        ("America/Nuuk", date(2026, 3, 28), "23:30", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), "08:00", None),
        ("Pacific/Apia", date(2011, 12, 31), "08:00", datetime(2011, 12, 30, 18, tzinfo=UTC)),
    ],
)
def test_moment_of_a_local_time(zone: str, day: date, at: str, expected: datetime | None) -> None:
    assert moment_of(day, time.fromisoformat(at), ZoneInfo(zone)) == expected


BERLIN = schedule("08:00", "Europe/Berlin")
EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)
"""Eight o'clock in Berlin, on a Tuesday."""
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_it_is_due_from_its_time_until_it_was_sent() -> None:
    before = EIGHT - timedelta(seconds=1)
    assert due(BERLIN, MONDAY, before, weekdays) is None
    assert due(BERLIN, MONDAY, EIGHT, weekdays) == DueBriefing(TUESDAY, EIGHT, EIGHT - timedelta(days=1))
    assert due(BERLIN, None, EIGHT + timedelta(hours=9), weekdays) is not None
    assert due(BERLIN, TUESDAY, EIGHT + timedelta(hours=9), weekdays) is None


def test_timer_that_was_away_sends_todays_once_and_not_yesterdays() -> None:
    back = EIGHT + timedelta(days=1, hours=3)
    assert due(BERLIN, date(2026, 11, 20), back, weekdays) == DueBriefing(
        date(2026, 11, 25), EIGHT + timedelta(days=1), EIGHT
    )
    assert due(BERLIN, date(2026, 11, 20), EIGHT - timedelta(hours=2), weekdays) is None


def test_briefing_just_before_midnight_is_sent_after_it() -> None:
    late = schedule("23:58", "Europe/Berlin")
    moment = EIGHT + timedelta(hours=15, minutes=58)
    found = due(late, MONDAY, moment + timedelta(minutes=2), weekdays)
    assert found is not None
    assert found.day == TUESDAY
    assert due(late, MONDAY, moment + LATE + timedelta(minutes=1), weekdays) is None


def test_days_without_session_have_none_and_news_reach_back_to_the_session_before() -> None:
    saturday, monday = EIGHT + timedelta(days=4), EIGHT + timedelta(days=6)
    assert due(BERLIN, None, saturday, weekdays) is None
    found = due(BERLIN, None, monday, weekdays)
    assert found is not None
    assert found.since == EIGHT + timedelta(days=3)


def test_news_reach_back_two_weeks_at_most() -> None:
    found = due(BERLIN, None, EIGHT, lambda _code, day: day == TUESDAY)
    assert found is not None
    assert EIGHT - found.since == timedelta(days=14)


def test_another_time_or_zone_on_the_same_day_sends_no_second_one() -> None:
    for plan in (schedule("18:00", "Europe/Berlin"), schedule("08:00", "America/New_York")):
        assert due(plan, TUESDAY, EIGHT + timedelta(hours=11), every_day) is None
