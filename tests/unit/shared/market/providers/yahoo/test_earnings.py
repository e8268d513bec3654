"""Earnings from Yahoo: dates that stay dates, ranges that are not confirmed, one currency."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.domain.company import Earnings, NextEarnings
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.analysis.calendar import Session
from shared.market.providers.yahoo.earnings import earnings_from_summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
SESSIONS = (
    Session(
        date(2026, 12, 3), datetime(2026, 12, 3, 14, 30, tzinfo=UTC), datetime(2026, 12, 3, 21, tzinfo=UTC)
    ),
)


def seconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def quarter(end: int, actual: float | None, estimate: float | None, currency: str = "USD") -> dict[str, Any]:
    return {"quarter": {"raw": end}, "epsActual": actual, "epsEstimate": estimate, "currency": currency}


def summary(
    history: list[Any] | None = None,
    dates: list[Any] | None = None,
    estimated: bool | None = None,
    trend: list[Any] | None = None,
) -> dict[str, Any]:
    events = {"earningsDate": dates or [], "isEarningsDateEstimate": estimated}
    return {
        "quoteType": {"timeZoneFullName": "America/New_York"},
        "earningsHistory": {"history": history or []},
        "calendarEvents": {"earnings": events},
        "earningsTrend": {"trend": trend or []},
    }


def earnings(modules: dict[str, Any]) -> Earnings:
    found = earnings_from_summary("EXMP", modules, NOW, SESSIONS)
    assert found is not None
    return found


def coming(dates: list[Any], estimated: bool | None) -> NextEarnings | None:
    return earnings(summary([quarter(seconds(2026, 9, 30), 1.0, 0.9)], dates, estimated)).next


def test_surprise_is_computed_from_unrounded_values() -> None:
    first, second = earnings(
        summary([quarter(seconds(2026, 6, 30), 0.06, -0.0034), quarter(seconds(2026, 9, 30), 1.53, 1.49923)])
    ).history
    assert first.period_end == date(2026, 9, 30)
    assert first.surprise_percent == pytest.approx(2.052387, abs=1e-6)
    # The estimate was a loss: a profit is a positive surprise.
    assert second.surprise_percent == pytest.approx(1864.70588, abs=1e-5)


def test_day_of_publication_is_not_guessed() -> None:
    assert earnings(summary([quarter(seconds(2026, 9, 30), 1.0, 0.9)])).history[0].reported_on is None


def test_estimated_dates_are_a_range() -> None:
    announced = coming([seconds(2026, 12, 3, 10, 59), seconds(2026, 12, 8, 12)], True)
    assert announced == NextEarnings(
        date=date(2026, 12, 3), date_end=date(2026, 12, 8), time_of_day=None, confirmed=False
    )


@pytest.mark.parametrize("estimated", [True, None, False])
def test_range_is_never_confirmed(estimated: bool | None) -> None:
    announced = coming([seconds(2026, 12, 3, 12), seconds(2026, 12, 7, 12)], estimated)
    assert announced is not None
    assert (announced.confirmed, announced.date_end) == (False, date(2026, 12, 7))


@pytest.mark.parametrize(("estimated", "confirmed"), [(False, True), (True, False), (None, False)])
def test_single_day_is_confirmed_only_when_the_source_says_so(
    estimated: bool | None, confirmed: bool
) -> None:
    announced = coming([seconds(2026, 12, 3, 21, 30)], estimated)
    assert announced is not None
    assert (announced.date, announced.date_end, announced.confirmed) == (date(2026, 12, 3), None, confirmed)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(12, 0, "before_market"), (16, 0, "during_market"), (21, 5, "after_market"), (0, 0, None)],
)
def test_time_of_day_is_relative_to_the_session(hour: int, minute: int, expected: str | None) -> None:
    announced = coming([seconds(2026, 12, 3, hour, minute)], False)
    assert announced is not None
    assert (announced.date, announced.time_of_day) == (date(2026, 12, 3), expected)


def test_an_evening_in_new_york_is_after_its_session_and_not_before_the_next() -> None:
    announced = coming([seconds(2026, 12, 4, 0, 30)], False)
    assert announced is not None
    assert (announced.date, announced.time_of_day) == (date(2026, 12, 3), "after_market")


def test_a_morning_in_sydney_is_before_its_session() -> None:
    one = summary(dates=[seconds(2026, 12, 2, 21)], estimated=False)
    one["quoteType"]["timeZoneFullName"] = "Australia/Sydney"
    opens = datetime(2026, 12, 2, 23, tzinfo=UTC)
    sessions = [
        Session(
            date(2026, 12, 2 + day), opens + timedelta(days=day - 1), opens + timedelta(days=day - 1, hours=6)
        )
        for day in (0, 1)
    ]
    found = earnings_from_summary("BHP.AX", one, NOW, sessions)
    assert found is not None
    assert found.next is not None
    assert (found.next.date, found.next.time_of_day) == (date(2026, 12, 3), "before_market")


def test_date_without_time_stays_that_date_west_of_greenwich() -> None:
    announced = coming([seconds(2026, 12, 3)], False)
    assert announced is not None
    assert announced.date == date(2026, 12, 3)


def test_moment_counts_as_the_day_at_the_exchange() -> None:
    announced = coming([seconds(2026, 12, 4, 2)], False)
    assert announced is not None
    assert announced.date == date(2026, 12, 3)


@pytest.mark.parametrize("dates", [[], [seconds(2026, 11, 19, 21)], ["soon"], None])
def test_past_or_unreadable_date_is_no_next_date(dates: list[Any]) -> None:
    assert coming(dates, False) is None


def test_publication_of_today_is_still_the_next_one() -> None:
    assert coming([seconds(2026, 11, 20, 12)], False) is not None


def test_quarter_that_has_not_ended_is_no_history() -> None:
    rows = [quarter(seconds(2026, 12, 31), 1.0, 0.9), quarter(seconds(2026, 9, 30), None, 0.132)]
    (row,) = earnings(summary(rows)).history
    assert (row.period_end, row.eps_actual, row.surprise_percent) == (date(2026, 9, 30), None, None)


def test_values_in_another_currency_are_withheld() -> None:
    trend = {
        "period": "0q",
        "endDate": "2026-12-31",
        "earningsEstimate": {"avg": {"raw": 12.7}, "low": 9, "high": 15.9, "earningsCurrency": "CNY"},
        "revenueEstimate": {"avg": 236_980_257_980, "revenueCurrency": "USD"},
    }
    found = earnings(summary([quarter(seconds(2026, 9, 30), 15.06, 14.77, "CNY")], trend=[trend]))
    (estimate,) = found.estimates
    assert (found.currency, estimate.eps_mean, estimate.revenue_mean) == ("CNY", 12.7, None)
    assert [(remark.code, "USD" in remark.detail) for remark in found.quality] == [
        ("mixed_currency_withheld", True)
    ]


def test_pence_become_pounds() -> None:
    found = earnings(summary([quarter(seconds(2026, 9, 30), 4.5, 4.0, "GBp")]))
    assert (found.currency, found.history[0].eps_actual, found.history[0].eps_estimate) == (
        "GBP",
        0.045,
        0.04,
    )


def test_estimates_are_in_the_order_of_their_periods() -> None:
    rows = [
        {"period": period, "endDate": "2026-12-31", "earningsEstimate": {"avg": 1.0, "numberOfAnalysts": 3}}
        for period in ("+1y", "0y", "+5y", "+1q", "0q")
    ]
    found = earnings(summary(trend=rows))
    assert [row.period for row in found.estimates] == [
        "current_quarter",
        "next_quarter",
        "current_year",
        "next_year",
    ]
    assert found.estimates[0].analysts == 3


def test_one_bad_record_costs_one_record() -> None:
    rows = ["text", {"epsActual": 1.0}, quarter(seconds(2026, 9, 30), 1.0, 0.9)]
    found = earnings(summary(rows))
    assert (len(found.history), found.quality[0].code) == (1, "dropped_records")


def test_only_bad_records_are_a_bad_payload() -> None:
    with pytest.raises(ProviderBadPayloadError):
        earnings(summary(["text"]))


def test_nothing_at_all_is_no_answer() -> None:
    assert earnings_from_summary("EXMP", {"earningsHistory": None, "earningsTrend": 3}, NOW, ()) is None


def test_malformed_estimates_do_not_cost_the_past_quarters() -> None:
    trend = ["x", {"period": "0q", "endDate": "soon", "earningsEstimate": {"avg": 1.2}}]
    found = earnings(summary([quarter(seconds(2026, 9, 30), 1.0, 0.9)], trend=trend))
    assert [row.eps_actual for row in found.history] == [1.0]
    assert [(row.eps_mean, row.period_end) for row in found.estimates] == [(1.2, None)]
    assert [remark.code for remark in found.quality] == ["dropped_records"]


def test_quarter_that_comes_twice_counts_once() -> None:
    ended = seconds(2026, 9, 30)
    rows = [quarter(ended, 1.1, 1.0), quarter(ended, 1.2, 1.0), quarter(ended, None, 1.0)]
    assert [row.eps_actual for row in earnings(summary(rows)).history] == [1.2]
