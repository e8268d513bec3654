"""Codes of currencies."""

from datetime import date

from babel.core import get_global
from babel.numbers import get_territory_currencies

from shared.domain.currencies import is_currency


def test_every_legal_tender_is_a_currency() -> None:
    territories = get_global("territory_currencies")
    tender = {code for one in territories for code in get_territory_currencies(one, date(2025, 6, 1))}
    assert len(tender) > 100
    assert [code for code in sorted(tender) if not is_currency(code)] == []


def test_former_ones_and_those_that_others_are_quoted_in_are_currencies() -> None:
    assert all(map(is_currency, ("DEM", "HRK", "BTC", "XAU", "CLF", "CNH")))


def test_other_letters_are_none() -> None:
    assert not any(map(is_currency, ("XXX", "ZZZ", "XTS", "usd", "GBp", "GBX", "", "USDT", "U$D")))
