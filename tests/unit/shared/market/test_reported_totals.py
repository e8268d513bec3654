"""Fundamentals with prices and statements in two currencies."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.currency_rates import ExchangeRate
from shared.domain.market_data import Fundamentals, Remark, ReportedTotals
from shared.market.reported_totals import with_converted_totals

NOW = datetime(2025, 2, 21, tzinfo=UTC)
WITHHELD = (
    *("enterprise_value", "price_to_book", "price_to_sales", "ev_to_ebitda", "book_value_per_share"),
    *("revenue", "net_income", "total_cash", "total_debt", "free_cash_flow"),
)


def fundamentals() -> Fundamentals:
    remark = Remark(code="mixed_currency_withheld", detail="two currencies")
    return Fundamentals(
        source="yahoo",
        as_of=NOW,
        fetched_at=NOW,
        symbol="BABA",
        currency="USD",
        market_cap=340_000,
        quality=(remark,),
    )


def totals(**changes: object) -> ReportedTotals:
    known = {
        "currency": "CNY",
        "revenue": 980_000,
        "net_income": 80_000,
        "total_cash": 500_000,
        "total_debt": 240_000,
        "free_cash_flow": 90_000,
        "ebitda": 190_000,
        "withheld": WITHHELD,
    }
    return ReportedTotals.model_validate(known | changes)


def rate() -> ExchangeRate:
    return ExchangeRate(
        source="ecb", as_of=NOW, fetched_at=NOW, base="CNY", quote="USD", rate=0.14, date=date(2025, 2, 20)
    )


def test_totals_are_converted_and_ratios_recomputed() -> None:
    found = with_converted_totals(fundamentals(), totals(), rate())
    assert (found.revenue, found.net_income, found.free_cash_flow) == (137_200, 11_200, 12_600)
    assert (found.total_cash, found.total_debt) == (70_000, 33_600)
    assert found.enterprise_value == 340_000 + 33_600 - 70_000
    assert found.price_to_sales == pytest.approx(340_000 / 137_200)
    assert found.ev_to_ebitda == pytest.approx(303_600 / 26_600)


def test_values_per_share_stay_withheld_and_the_remarks_say_so() -> None:
    found = with_converted_totals(fundamentals(), totals(), rate())
    assert (found.price_to_book, found.book_value_per_share) == (None, None)
    converted, withheld = found.quality
    assert (converted.code, withheld.code) == ("converted_currency", "mixed_currency_withheld")
    assert "0.14 USD for 1 CNY (ecb, 2025-02-20)" in converted.detail
    assert withheld.detail.endswith("withheld: price_to_book, book_value_per_share.")


def test_what_is_not_known_gives_no_ratio() -> None:
    found = with_converted_totals(fundamentals(), totals(total_debt=None, revenue=0, ebitda=-1), rate())
    assert (found.enterprise_value, found.price_to_sales, found.ev_to_ebitda) == (None, None, None)
    assert "enterprise_value" in found.quality[-1].detail


def test_more_cash_than_market_value_and_debt_gives_no_multiple() -> None:
    found = with_converted_totals(fundamentals(), totals(total_cash=5_000_000), rate())
    assert found.enterprise_value is not None
    assert found.enterprise_value < 0
    assert found.ev_to_ebitda is None
