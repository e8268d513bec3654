"""The change of a quote on the day of a split, where the previous close is as it was traded."""

import pytest

from shared.market.providers.day_change import day_change


@pytest.mark.parametrize(
    ("price", "before"),
    [
        *((101.0, 404.0), (1210.0, 120.5), (10.0, 20.1), (15.1, 45.0)),
        # 7 for 1, 15 for 1, 25 for 1, 50 for 1; 1 for 8, 1 for 12, 1 for 75.
        *((92.2, 645.6), (90.4, 1356.0), (180.5, 4500.0), (65.8, 3283.0)),
        *((8.1, 1.02), (12.3, 1.02), (7.6, 0.1)),
    ],
)
def test_no_change_is_given_across_a_split(price: float, before: float) -> None:
    moved = day_change(price, before)
    assert (moved.previous_close, moved.change, moved.change_percent) == (None, None, None)
    assert [remark.code for remark in moved.remarks] == ["unexplained_jump"]


@pytest.mark.parametrize(
    ("price", "before", "change", "percent"),
    [
        (101.0, 100.0, 1.0, 1.0),
        (70.0, 100.0, -30.0, -30.0),
        (170.0, 100.0, 70.0, 70.0),
        (200.0, 100.0, 100.0, 100.0),
        (0.03, 0.01, 0.02, 200.0),
        (66.0, 100.0, -34.0, -34.0),
        (4.5, 1.0, 3.5, 350.0),
        (5.6e-7, 4.32e-7, 1.28e-7, 29.6296296296),
        (5.0, None, None, None),
    ],
)
def test_other_moves_are_given(
    price: float, before: float | None, change: float | None, percent: float | None
) -> None:
    moved = day_change(price, before)
    assert (moved.previous_close, moved.change, moved.change_percent) == (before, change, percent)
    assert moved.remarks == ()
