"""From when a filing counts: from the next session if it was accepted after the close."""

from datetime import date

import pytest

from shared.market.analysis.calendar import MarketCalendars
from shared.market.providers.sec_edgar.acceptance import known_from
from shared.market.providers.sec_edgar.filing_documents import FilingColumns
from tests.support.cache import FrozenClock

CALENDARS = MarketCalendars(FrozenClock(), date(2020, 1, 1))


def late(*rows: tuple[str, str]) -> dict[str, date]:
    """Returns the filings that count later; a row is filing date and moment of acceptance."""
    columns = FilingColumns(
        accession_number=[str(number) for number in range(len(rows))],
        filing_date=[filed for filed, _ in rows],
        form=["10-Q" for _ in rows],
        acceptance_date_time=[accepted for _, accepted in rows],
    )
    return known_from(columns, CALENDARS)


@pytest.mark.parametrize(
    ("filed", "accepted", "counts_from"),
    [
        ("2025-08-01", "2025-08-01T12:00:00.000Z", None),  # 8:00 in New York
        ("2025-08-01", "2025-08-01T20:00:00.000Z", None),  # at the close
        ("2025-08-01", "2025-08-01T20:30:00.000Z", date(2025, 8, 4)),  # a Friday
        ("2025-11-26", "2025-11-26T21:10:00.000Z", date(2025, 11, 28)),  # Thanksgiving follows
        ("2025-11-28", "2025-11-28T18:30:00.000Z", date(2025, 12, 1)),  # a short session
        ("2026-02-13", "2026-02-12T22:40:07.000Z", None),  # accepted in the evening, filed the next day
        ("2025-08-01", "", None),
        ("2025-08-01", "garbage", None),
        ("garbage", "2025-08-01T20:30:00.000Z", None),
    ],
)
def test_filing_after_the_close_counts_from_the_next_session(
    filed: str, accepted: str, counts_from: date | None
) -> None:
    assert late((filed, accepted)).get("0") == counts_from


def test_document_in_the_time_of_new_york_is_recognised() -> None:
    early = ("2026-01-30", "2026-01-30T06:01:32.000Z")
    assert late(early, ("2025-08-01", "2025-08-01T16:30:00.000Z")) == {"1": date(2025, 8, 4)}
    assert late(early, ("2025-08-01", "2025-08-01T15:30:00.000Z")) == {}
