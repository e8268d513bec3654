"""NCRONTAB."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from infra.local.schedule import Schedule, ScheduleError

MOMENT = datetime(2026, 3, 6, 23, 58, 30, 500_000, tzinfo=UTC)
"""A Friday."""


def due(expression: str, count: int = 2) -> list[str]:
    return [moment.isoformat() for moment in islice(Schedule(expression).after(MOMENT), count)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("*/20 * * * * *", ["2026-03-06T23:58:40+00:00", "2026-03-06T23:59:00+00:00"]),
        ("0 */5 * * * *", ["2026-03-07T00:00:00+00:00", "2026-03-07T00:05:00+00:00"]),
        ("30 58 23 * * *", ["2026-03-07T23:58:30+00:00", "2026-03-08T23:58:30+00:00"]),
        ("0 0 9 * * MON-FRI", ["2026-03-09T09:00:00+00:00", "2026-03-10T09:00:00+00:00"]),
        ("0 0 0 * * 0", ["2026-03-08T00:00:00+00:00", "2026-03-15T00:00:00+00:00"]),
        ("0 0 0 29 2 *", ["2028-02-29T00:00:00+00:00", "2032-02-29T00:00:00+00:00"]),
    ],
)
def test_due_times(expression: str, expected: list[str]) -> None:
    assert due(expression) == expected


def test_day_and_day_of_the_week_must_both_match() -> None:
    assert due("0 0 0 13 * 5") == ["2026-03-13T00:00:00+00:00", "2026-11-13T00:00:00+00:00"]


def test_daylight_saving_does_not_matter() -> None:
    # Clocks go forward in the United States and back in Europe within this month; UTC knows neither.
    assert len({moment[11:] for moment in due("0 30 2 * * *", 60)}) == 1


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("*/5 * * * *", "must have 6 fields"),
        ("0 0 0 * * * 2026", "must have 6 fields"),
        ("", "must have 6 fields"),
        ("00:05:00", "is a time span"),
        ("60 * * * * *", "not NCRONTAB"),
        ("0 0 24 * * *", "not NCRONTAB"),
        ("0 0 0 * * 7", "not NCRONTAB"),
        ("0 0 0 L * *", "not NCRONTAB"),
        ("0 0 0 * * 5#2", "not NCRONTAB"),
        ("R * * * * *", "not NCRONTAB"),
        ("0 0 0 * FOO *", "not NCRONTAB"),
        ("0 */0 * * * *", "not NCRONTAB"),
        ("0 0 0 31 2 *", "is never due"),
    ],
)
def test_what_azure_refuses(expression: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        Schedule(expression)
