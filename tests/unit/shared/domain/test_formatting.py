"""Figures as people read them."""

import pytest

from shared.domain.formatting import (
    customary_decimals,
    decimals_of,
    fraction,
    large,
    money,
    number,
    percent,
    plain,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(1234.5), "1,234.50"),
        (number(None), "–"),
        (money(1234.5, "USD"), "1,234.50 USD"),
        (money(0.0123, "USD"), "0.0123 USD"),
        (money(0, "USD"), "0.00 USD"),
        (money(-0.55, "USD", beside=237.91), "-0.55 USD"),
        (money(0.0002, "USD", beside=0.0123), "0.00020 USD"),
        (money(-3, None), "-3.00"),
        (money(4461, "JPY"), "4,461 JPY"),
        (money(20.27, "JPY", beside=4461), "20 JPY"),
        (money(12.5, "JPY"), "12.50 JPY"),
        (money(2850, "JPY"), "2,850 JPY"),
        (money(0.000012346, "USD"), "0.00001235 USD"),
        (money(5.6e-7, "USD"), "0.00000056 USD"),
        (money(1.28e-7, "USD", beside=5.6e-7), "0.0000001280 USD"),
        (money(0.45, "KWD"), "0.450 KWD"),
        (money(0.96, "USD"), "0.96 USD"),
        (money(0.2575, "USD"), "0.2575 USD"),
        (money(12.5, "KWD"), "12.500 KWD"),
        (money(1.04899, "USD", decimals=4), "1.0490 USD"),
        (money(-0.001, "USD", beside=1.2), "0.00 USD"),
        (number(-0.004), "0.00"),
        (number(-0.006), "-0.01"),
        (percent(-0.001, signed=True), "+0.00%"),
        (percent(-0.001), "0.00%"),
        (large(3_210_000_000_000, "USD"), "3.21T USD"),
        (large(-4_500_000), "-4.50M"),
        (large(999_999), "999,999"),
        (large(999_994_000, "USD"), "999.99M USD"),
        (large(999_996_000, "USD"), "1.00B USD"),
        (large(-0.4), "0"),
        (number(0.35, signed=True), "+0.35"),
        (number(-0.35, signed=True), "-0.35"),
        (number(-0.001, signed=True), "+0.00"),
        (number(None, signed=True), "–"),
        (percent(1.25), "1.25%"),
        (percent(1.25, signed=True), "+1.25%"),
        (fraction(-0.0125), "-1.25%"),
        (fraction(None), "–"),
        (plain(0.2575), "0.2575"),
        (plain(1250.0), "1250"),
        (plain(0.0000056), "0.0000056"),
        (plain(1234567.89), "1234567.89"),
        (plain(0.20535714285714), "0.2053571429"),
    ],
)
def test_figures_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("price", "currency", "kind", "decimals"),
    [
        (250.0, "USD", "equity", 2),
        (0.0512, "USD", "equity", 5),
        (5.6e-7, "USD", "cryptocurrency", 10),
        (1.0489877, "USD", "currency", 4),
        (145.41, "JPY", "currency", 2),
        (4.412, "JPY", "currency", 3),
        (1387.25, "KRW", "currency", 2),
        (83.4712, "INR", "currency", 4),
        (16_250.5, "IDR", "currency", 2),
        (45.3, "JPY", "equity", 0),
        (1.0, "JPY", "equity", 0),
        (0.9125, "JPY", "cryptocurrency", 4),
        (2_450.0, "XOF", "equity", 0),
        (0.00681, "USD", "currency", 6),
        (71_500.0, "KRW", "equity", 0),
        (0.0, "USD", None, 2),
        (1.2345e-9, "USD", "cryptocurrency", 12),
        (1.2345e-13, "USD", "cryptocurrency", 16),
        (0.245, "KWD", "equity", 4),
        (1.245, "KWD", "equity", 3),
        (38_000.0, "CLP", "equity", 0),
        (38_512.25, "JPY", "index", 2),
        (2_650.5, "KRW", "index", 2),
    ],
)
def test_customary_decimals(price: float, currency: str, kind: str | None, decimals: int) -> None:
    assert customary_decimals(price, currency, kind) == decimals
    assert customary_decimals(-price, currency, kind) == decimals


def test_known_decimals_count_more_than_customary_ones() -> None:
    assert decimals_of("9432.T", 155.3, "JPY") == 0
    assert decimals_of("9432.T", 155.3, "JPY", 2) == 2
    assert decimals_of("^N225", 38_512.25, "JPY") == 2
    assert decimals_of("AAPL", 250.0, "USD", 0) == 0
