"""The times of further attempts."""

import pytest

from shared.webhooks.retry_schedule import MAX_ATTEMPTS, MAX_DELAY, delay_after, delay_while_busy


def test_delays_grow_to_six_hours_and_end() -> None:
    delays = [delay_after(attempts, None, lambda: 0.5) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert delays == [30, 120, 480, 1_920, 7_680, 21_600, 21_600, None]


def test_jitter_spreads_by_a_fifth() -> None:
    assert delay_after(2, None, lambda: 0.0) == pytest.approx(96)
    assert delay_after(2, None, lambda: 1.0) == pytest.approx(144)
    assert (delay_after(7, None, lambda: 1.0) or 0) <= MAX_DELAY


@pytest.mark.parametrize(("asked", "expected"), [(5.0, 30.0), (600.0, 600.0), (1e9, MAX_DELAY)])
def test_retry_after_is_honoured_within_a_bound(asked: float, expected: float) -> None:
    assert delay_after(1, asked, lambda: 0.5) == expected


def test_busy_target_is_tried_soon() -> None:
    assert (delay_while_busy(lambda: 0.0), delay_while_busy(lambda: 1.0)) == (5.0, 15.0)
