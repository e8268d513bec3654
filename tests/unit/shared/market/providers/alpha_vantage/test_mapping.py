"""Corporate actions of Alpha Vantage: factors that are rounded, and events that are none."""

from datetime import date

import pytest

from shared.market.providers.alpha_vantage.mapping import split

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [("4.0000", (4, 1)), ("0.0667", (1, 15)), ("0.0133", (1, 75)), ("1.0000", None)],
)
def test_factor_of_a_split(factor: str, expected: tuple[int, int] | None) -> None:
    found = split({"effective_date": "2020-08-31", "split_factor": factor}, TODAY)
    assert (found and (found.numerator, found.denominator)) == expected


def test_announced_split_has_not_happened() -> None:
    assert split({"effective_date": "2026-12-01", "split_factor": "4.0000"}, TODAY) is None


@pytest.mark.parametrize("factor", ["None", "0", "-2", "2000000"])
def test_split_without_a_factor_is_malformed(factor: str) -> None:
    with pytest.raises(ValueError, match="a split without"):
        split({"effective_date": "2020-08-31", "split_factor": factor}, TODAY)
