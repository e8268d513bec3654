"""The header Retry-After: a number of seconds, or a date."""

from datetime import UTC, datetime

import pytest

from shared.runtime.retry_after import retry_after_seconds

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("Fri, 20 Nov 2026 12:01:30 +99999999999999999999", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_seconds(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds
