"""The header ``Retry-After`` (RFC 9110, 10.2.3)."""

from datetime import datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Returns the seconds that a header asks for, as a number or a date; None if it is absent or invalid."""
    if not header:
        return None
    seconds = finite_seconds(header)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def finite_seconds(text: str | None) -> float | None:
    """Returns a number of at least 0; None if the text is none."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if -float("inf") < number < float("inf") else None
