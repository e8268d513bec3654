"""Reading of fields that may be missing, of another type, or absurd."""

import math
from datetime import UTC, datetime

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.fields import (
    convert_additions,
    convert_each,
    count,
    currency_and_factor,
    day_range,
    difference,
    moment,
    not_after,
    number,
    percent_change,
    scaled,
    split_ratio,
    text,
    traded_price,
    whole,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1, 1.0),
        (1.5, 1.5),
        ("1.5", 1.5),
        ({"raw": 2.5, "fmt": "2.50"}, 2.5),
        ({}, None),
        (None, None),
        (True, None),
        ("Infinity", None),
        ("n/a", None),
        (math.nan, None),
        (10**400, None),
        ([1], None),
    ],
)
def test_number(raw: object, expected: float | None) -> None:
    assert number(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3674405863424, 3674405863424),
        ("15022100480", 15022100480),
        (1e30, None),
        (-5, -5),
        (2**53 + 1, 2**53 + 1),
    ],
)
def test_whole_numbers_stay_exact_and_fit_64_bits(raw: object, expected: int | None) -> None:
    assert whole(raw) == expected


def test_count_is_never_negative() -> None:
    assert (count(-1), count(0), count(7)) == (None, 0, 7)


@pytest.mark.parametrize(
    ("raw", "currency", "factor"),
    [
        ("USD", "USD", "1"),
        ("GBp", "GBP", "0.01"),
        ("GBX", "GBP", "0.01"),
        ("ZAc", "ZAR", "0.01"),
        ("ILA", "ILS", "0.01"),
        ("USX", "USD", "0.01"),
        ("KWF", "KWD", "0.001"),
        ("BHF", "BHD", "0.001"),
        ("KRW", "KRW", "1"),
        ("HRK", "HRK", "1"),
        ("BTC", "BTC", "1"),
        ("ZZZ", None, "1"),
        ("XXX", None, "1"),
        ("USDT", None, "1"),
        ("usd", None, "1"),
        ("?", None, "1"),
        ("", None, "1"),
        (None, None, "1"),
        (7, None, "1"),
    ],
)
def test_currencies(raw: object, currency: str | None, factor: str) -> None:
    assert currency_and_factor(raw) == (currency, factor)


def test_scaling_and_differences_invent_no_digits() -> None:
    assert scaled(7, "0.01") == 0.07
    assert scaled(71.5, "0.01") == 0.715
    assert difference(250.1, 249.9) == 0.2
    assert difference(5.6e-7, 4.32e-7) == 1.28e-7
    assert difference(1.0, None) is None


@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        (5.6e-7, 4.32e-7, 29.6296296296),
        (235.0, 230.0, 2.17391304348),
        (-37.63, 18.27, -305.966064587),
        (1.0, 0.0, None),
        (10.01, -37.63, None),
        (None, 1.0, None),
    ],
)
def test_percent_change(later: float | None, earlier: float | None, expected: float | None) -> None:
    assert percent_change(later, earlier) == expected


def test_text_is_readable_and_bounded() -> None:
    assert text(" AT&amp;T &#39;beats&#39;\x00 ") == "AT&T 'beats'"
    assert text("x" * 10_000) == "x" * 4000
    assert (text("  "), text(7)) == (None, None)


@pytest.mark.parametrize("raw", [None, "x", 1e20, -1e20, math.inf, {}])
def test_implausible_moment_is_none(raw: object) -> None:
    assert moment(raw) is None


def test_nothing_is_as_of_the_future() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert not_after(datetime(2026, 11, 21, tzinfo=UTC), now) == now
    assert not_after(None, now) is None


def test_malformed_record_costs_one_record() -> None:
    converted = convert_each("yahoo", "quotes", ["1", "x", "", "3"], lambda row: int(row) if row else None)
    assert converted.records == (1, 3)
    (remark,) = converted.remarks
    assert (remark.code, remark.detail) == ("dropped_records", "1 of 3 records were malformed.")


def test_response_of_which_nothing_can_be_read_is_a_bad_payload() -> None:
    with pytest.raises(ProviderBadPayloadError):
        convert_each("yahoo", "quotes", ["x", "y"], int)
    assert convert_each("yahoo", "quotes", [], int).records == ()


def test_placeholder_is_no_price() -> None:
    assert [traded_price(value) for value in (None, 0.0, -1.0, 5.6e-7)] == [None, None, None, 5.6e-7]
    assert traded_price(-37.63, may_be_negative=True) == -37.63
    assert traded_price(0.0, may_be_negative=True) is None


def test_range_of_a_day_with_the_high_below_the_low_is_unknown() -> None:
    assert day_range(12.0, 10.0) == (12.0, 10.0)
    assert day_range(8.0, 10.0) == (None, None)
    assert day_range(None, 10.0) == (None, 10.0)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (4.0, 1.0, (4, 1)),
        (1.046, 1.0, (523, 500)),
        (0.1, 1.0, (1, 10)),
        (1.0, 50_000.0, (1, 50_000)),
        (0.00002, 1.0, (1, 50_000)),
        (5.0, 7.0, (5, 7)),
        (0.7142857142857143, 1.0, (5, 7)),
        (1e300, 1.0, None),
        (1e-300, 1.0, None),
        (0.0, 1.0, None),
        (-2.0, 1.0, None),
        (2.0, None, None),
        # Rounded to four decimals.
        (1.3333, 1.0, (4, 3)),
        (0.0667, 1.0, (1, 15)),
        (0.3333, 1.0, (1, 3)),
        (0.0133, 1.0, (1, 75)),
        (0.0083, 1.0, (1, 120)),
        (0.0033, 1.0, (1, 300)),
        (0.0029, 1.0, (1, 350)),
        (0.0004, 1.0, (1, 2500)),
        (1 / 75, 1.0, (1, 75)),
        (1 / 300, 1.0, (1, 300)),
        (10_000.0, 9_607.0, (10_000, 9_607)),
    ],
)
def test_split_ratio(new: float, old: float | None, expected: tuple[int, int] | None) -> None:
    ratio = split_ratio(new, old)
    assert (ratio and (ratio.numerator, ratio.denominator)) == expected


def test_additions_may_all_be_malformed() -> None:
    converted = convert_additions("yahoo", "dividends", ["x", "y"], int)
    assert (converted.records, converted.dropped) == ((), 2)
    assert [remark.code for remark in converted.remarks] == ["dropped_records"]


def test_entities_that_were_encoded_twice_are_decoded() -> None:
    assert text("AT&amp;amp;T &amp; Verizon") == "AT&T & Verizon"
