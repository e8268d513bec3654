"""Figures as people read them."""

import pytest

from shared.domain.formatting import fraction, large, money, number, percent


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(1234.5), "1,234.50"),
        (number(None), "–"),
        (money(1234.5, "USD"), "1,234.50 USD"),
        (money(0.0123, "USD"), "0.0123 USD"),
        (money(0, "USD"), "0.00 USD"),
        (money(-0.55, "USD", beside=237.91), "-0.55 USD"),
        (money(0.0002, "USD", beside=0.0123), "0.0002 USD"),
        (money(-3, None), "-3.00"),
        (money(4461, "JPY"), "4,461 JPY"),
        (money(20.27, "JPY", beside=4461), "20 JPY"),
        (money(12.5, "JPY"), "12.50 JPY"),
        (large(3_210_000_000_000, "USD"), "3.21T USD"),
        (large(-4_500_000), "-4.50M"),
        (large(999_999), "999,999"),
        (percent(1.25), "1.25%"),
        (percent(1.25, signed=True), "+1.25%"),
        (fraction(-0.0125), "-1.25%"),
        (fraction(None), "–"),
    ],
)
def test_figures_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected
