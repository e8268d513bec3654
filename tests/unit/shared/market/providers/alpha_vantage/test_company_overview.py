"""Profiles and past earnings from Alpha Vantage."""

from datetime import UTC, date, datetime

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.company_overview import earnings, profile, reported_earnings
from shared.market.providers.fields import Converted

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
TODAY = NOW.date()


def quarter(**changed: str) -> dict[str, str]:
    return {
        "fiscalDateEnding": "2026-09-30",
        "reportedDate": "2026-10-21",
        "reportedEPS": "2.33",
        "estimatedEPS": "2.2884",
        "surprisePercentage": "1.8179",
        **changed,
    }


def test_past_quarter_has_its_day_of_publication() -> None:
    row = reported_earnings(quarter(), TODAY)
    assert row is not None
    assert (row.period_end, row.reported_on) == (date(2026, 9, 30), date(2026, 10, 21))
    assert (row.eps_actual, row.eps_estimate) == (2.33, 2.2884)
    assert row.surprise_percent == pytest.approx(1.8179, abs=1e-4)


@pytest.mark.parametrize("changed", [{"reportedEPS": "None"}, {"fiscalDateEnding": "2026-12-31"}])
def test_quarter_that_was_not_reported_is_no_history(changed: dict[str, str]) -> None:
    assert reported_earnings(quarter(**changed), TODAY) is None


def test_impossible_day_of_publication_is_unknown() -> None:
    row = reported_earnings(quarter(reportedDate="2026-09-01", estimatedEPS="None"), TODAY)
    assert row is not None
    assert (row.reported_on, row.surprise_percent) == (None, None)


def test_quarters_are_sorted_newest_first() -> None:
    rows = [reported_earnings(quarter(fiscalDateEnding=day), TODAY) for day in ("2026-06-30", "2026-09-30")]
    found = earnings("IBM", Converted(tuple(row for row in rows if row)), NOW)
    assert [str(row.period_end) for row in found.history] == ["2026-09-30", "2026-06-30"]
    assert (found.next, found.estimates, found.currency) == (None, (), None)


@pytest.mark.parametrize(
    ("month", "day"), [("December", "12-31"), ("June", "06-30"), ("February", "02-28"), ("None", None)]
)
def test_fiscal_year_ends_with_its_month(month: str, day: str | None) -> None:
    found = profile("IBM", {"Symbol": "IBM", "Name": "Example", "FiscalYearEnd": month}, NOW)
    assert found.fiscal_year_end == day


def test_profile_of_another_symbol_is_refused() -> None:
    with pytest.raises(ProviderBadPayloadError):
        profile("IBM", {"Symbol": "AAPL"}, NOW)
