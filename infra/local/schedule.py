"""NCRONTAB, the schedules of timers: six fields, seconds first, in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from croniter import CroniterBadDateError, CroniterError, croniter

_FIELDS: Final = 6
_TIME_SPAN: Final = re.compile(r"[\d.]+:\d\d:\d\d")
# Numbers, names, ranges and steps. The library supports more (L, #, H, R, @daily) than NCRONTAB.
_ITEM: Final = re.compile(r"(\*|\d+(-\d+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/\d+)?")
_SUNDAY_AS_7: Final = re.compile(r"(?<![\d/])7(?!\d)")


class ScheduleError(ValueError):
    """An expression is not a schedule of Azure Functions."""


class Schedule:
    """The due times of a timer.

    Args:
        expression: Six fields: second, minute, hour, day, month, day of the week (0 is Sunday). Where day and
            day of the week are both given, both must match.

    Raises:
        ScheduleError: The expression is invalid, or never due.
    """

    def __init__(self, expression: str) -> None:
        self.expression = expression
        if _TIME_SPAN.fullmatch(expression):
            raise ScheduleError(f"{expression!r} is a time span: only dedicated plans support it")
        fields = expression.split()
        if len(fields) != _FIELDS:
            raise ScheduleError(f"{expression!r} must have {_FIELDS} fields, seconds first")
        items = [item for field in fields for item in field.split(",")]
        if not all(map(_ITEM.fullmatch, items)) or _SUNDAY_AS_7.search(fields[-1]):
            raise ScheduleError(f"{expression!r} is not NCRONTAB")
        try:
            next(self.after(datetime(2000, 1, 1, tzinfo=UTC)))
        except CroniterBadDateError:
            raise ScheduleError(f"{expression!r} is never due") from None
        except CroniterError as error:
            raise ScheduleError(f"{expression!r} is not NCRONTAB: {error}") from None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yields the due times after a moment, in UTC, without end."""
        times = croniter(self.expression, moment.astimezone(UTC), second_at_beginning=True, day_or=False)
        while True:
            yield times.get_next(datetime)
