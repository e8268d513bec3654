"""Which methods a valuation applies, what they give, and the reasons of those left out."""

from dataclasses import replace
from datetime import date, timedelta
from math import sin
from typing import Any

import pytest

from shared.domain.company import Peer
from shared.reports.language.writer import Writer
from shared.reports.valuation.applicability import Instrument, reason_without_valuation
from shared.reports.valuation.company_valuation import METHODS, Subject, value
from shared.reports.valuation.cost_of_capital import Beta, EquityPremium, RiskFreeRate, beta_of
from shared.reports.valuation.discounted_cash_flow import (
    CashFlowAssumptions,
    NotApplicableError,
    value_cash_flows,
)
from shared.reports.valuation.history import FiscalYear
from shared.reports.valuation.model import Method, Valuation

LAST = date(2025, 12, 31)


def year(number: int, **changed: float | None) -> FiscalYear:
    """A fiscal year, the newest is 0: revenue grows by 5 %, the margin is 20 %, tax 25 %."""
    revenue = 1000e6 * 1.05**-number
    income = 0.2 * revenue
    lines: dict[str, float | None] = {
        "revenue": revenue,
        "operating_income": income,
        "pretax_income": income - 10e6,
        "income_tax": 0.25 * (income - 10e6),
        "net_income": 0.75 * (income - 10e6),
        "interest_expense": 10e6,
        "shares_diluted": 100e6,
        "eps_diluted": 0.75 * (income - 10e6) / 100e6,
        "short_term_debt": 50e6,
        "long_term_debt": 150e6,
        "net_debt": 100e6,
        "parent_equity": 700e6,
        "total_equity": 700e6,
        "depreciation_amortisation": 40e6,
        "capital_expenditure": -70e6,
        "change_in_receivables": -5e6,
        **changed,
    }
    known = {name: line for name, line in lines.items() if line is not None}
    return FiscalYear(LAST - timedelta(days=365 * number), "USD", known)


def subject(**changed: Any) -> Subject:
    closes = [(LAST - timedelta(days=days), 20.0 + 2 * sin(days / 200)) for days in range(1900, -1, -1)]
    made = Subject(
        instrument=Instrument("Example Works", "equity", industry="Specialty Industrial Machinery"),
        price=22.0,
        currency="USD",
        market_value=2200e6,
        years=tuple(year(number) for number in range(5)),
        closes=closes,
        peers=tuple(
            Peer(
                symbol=f"P{pe}", name=None, market_cap=100 * pe, currency="USD", revenue=500, trailing_pe=pe
            )
            for pe in (12, 15, 18, 20)
        ),
        risk_free=RiskFreeRate(0.04, "USD", "yield of ten-year US government bonds"),
        measured_beta=Beta(1.1, "S&P 500", "USD", date(2024, 1, 1), LAST, 104),
        equity_premium=EquityPremium(0.0433, "an example"),
    )  # fmt: skip
    return replace(made, **changed)


ENGLISH = Writer.of("en", "USD")


def valued(of: Subject) -> Valuation:
    return value(of, ENGLISH)


def method(valuation: Valuation, name: str) -> Method:
    return next(one for one in valuation.methods if one.name == name)


def test_every_method_is_listed_once_under_its_own_name() -> None:
    for kind in ("equity", "etf"):
        valuation = valued(subject(instrument=Instrument("Any", kind)))
        assert [one.name for one in valuation.methods] == list(METHODS)
        assert all(one.applicable == (one.reason is None) for one in valuation.methods)


def test_ordinary_company_gets_a_fair_value_from_all_methods_but_book_value() -> None:
    valuation = valued(subject())
    assert [one.name for one in valuation.methods if not one.applicable] == ["own_price_book"]
    low, base, high = valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high
    assert low is not None
    assert base is not None
    assert high is not None
    assert low < base < high
    assert valuation.currency == "USD"


def test_price_earnings_of_peers_times_earnings() -> None:
    # Quartiles of 12, 15, 18, 20 are 14.25, 16.5, 18.5; earnings are 0.75 * 190 / 100 = 1.425 a share.
    found = method(valued(subject()), "peer_price_earnings")
    assert (found.low, found.base, found.high) == pytest.approx((14.25 * 1.425, 16.5 * 1.425, 18.5 * 1.425))


def test_figures_of_the_last_four_quarters_meet_the_multiples_of_the_same_quarters() -> None:
    valuation = valued(subject(trailing_earnings=2.0, trailing_revenue=1500e6))
    earnings, sales = method(valuation, "peer_price_earnings"), method(valuation, "peer_price_sales")
    # 100 million shares, so 15 a share; market value by revenue of the peers is 2.4, 3, 3.6 and 4.
    assert (earnings.base, sales.base) == pytest.approx((16.5 * 2.0, 3.3 * 15.0))
    assert [found.assumptions[0].source for found in (earnings, sales)] == [
        "figures of the last four quarters"
    ] * 2
    # The multiples of the own years are of fiscal years.
    assert method(valuation, "own_price_earnings") == method(valued(subject()), "own_price_earnings")


def test_loss_of_the_last_four_quarters_has_no_price_by_earnings() -> None:
    found = method(valued(subject(trailing_earnings=-1.0)), "peer_price_earnings")
    assert not found.applicable


def test_peers_without_profit_are_excluded_and_counted() -> None:
    loss = Peer(symbol="LOSS", name=None, market_cap=None, currency="USD", trailing_pe=-3.0)
    found = method(valued(subject(peers=(*subject().peers, loss))), "peer_price_earnings")
    assert {one.name: one.value for one in found.assumptions}["excluded"] == 1
    assert found.base == pytest.approx(16.5 * 1.425)


def test_cash_flows_are_discounted_as_documented() -> None:
    # Without growth, reinvestment and debt every year pays 100 * 0.2 * 0.75 = 15 forever: 15 / 0.1 = 150.
    level = CashFlowAssumptions(100.0, 0.0, 0.2, 0.25, 0.0, 0.0, 0.1, 0.0, 0.0, 10.0)
    assert value_cash_flows(level, 0.1).enterprise_value == pytest.approx(150)
    assert value_cash_flows(replace(level, net_debt=50.0), 0.1).per_share == pytest.approx(10)
    assert value_cash_flows(replace(level, net_debt=500.0), 0.1).per_share == 0
    # At the return of the cost of capital growth is worth nothing but the growth of next year's income.
    grown = replace(level, growth=0.03, terminal_growth=0.03, terminal_return=0.1, reinvestment=0.3)
    assert value_cash_flows(grown, 0.1).enterprise_value == pytest.approx(150 * 1.03)


def test_terminal_growth_stays_a_point_below_the_discount_rate() -> None:
    near = CashFlowAssumptions(100.0, 0.02, 0.2, 0.25, 0.2, 0.025, 0.1, 0.0, 0.0, 10.0)
    with pytest.raises(NotApplicableError, match="terminal_growth"):
        value_cash_flows(near, 0.034)


def test_terminal_value_above_four_fifths_leaves_the_method_out() -> None:
    late = CashFlowAssumptions(100.0, 0.2, 0.2, 0.25, 1.0, 0.025, 0.2, 0.0, 0.0, 10.0)
    with pytest.raises(NotApplicableError, match="terminal_share"):
        value_cash_flows(late, 0.06)


def test_sensitivity_is_three_by_three_around_the_base() -> None:
    found = method(valued(subject()), "discounted_cash_flow")
    cells = found.sensitivity
    assert len({cell.discount_rate for cell in cells}) == len({cell.terminal_growth for cell in cells}) == 3
    assert cells[4].value == pytest.approx(found.base)
    assert cells[0].value is not None
    assert cells[6].value is not None
    assert cells[0].value > cells[6].value


def test_scenarios_state_what_they_assume() -> None:
    valuation = valued(subject())
    bear, base, bull = valuation.scenarios
    assert bear.value < base.value < bull.value
    growth = [{one.name: one.value for one in view.assumptions}["growth"] for view in (bear, base, bull)]
    assert growth == pytest.approx([0.02, 0.05, 0.08], abs=1e-3)


def test_margins_of_one_year_are_too_few_for_a_forecast() -> None:
    known = (year(0), *(year(number, operating_income=None) for number in (1, 2, 3)))
    found = method(valued(subject(years=known)), "discounted_cash_flow")
    assert not found.applicable
    assert "growth and margins need 3 at least" in (found.reason or "")


def test_source_of_a_multiple_names_the_years_that_have_one() -> None:
    of = subject()
    gap = of.years[1].end
    closes = [(day, close) for day, close in of.closes if not timedelta(0) <= gap - day < timedelta(20)]
    found = method(valued(replace(of, closes=closes)), "own_price_earnings")
    (source,) = {one.source for one in found.assumptions if one.name == "median"}
    assert str(of.years[-1].end.year) in source
    assert "2025" in source


def test_every_assumption_has_a_source() -> None:
    valuation = valued(subject())
    every = [*valuation.assumptions, *(one for found in valuation.methods for one in found.assumptions)]
    assert len(every) > 30
    assert all(one.source for one in every)
    beta = next(one for one in valuation.assumptions if one.name == "beta")
    assert all(part in beta.source for part in ("S&P 500", "USD", "1 January 2024", "104 weekly returns"))


@pytest.mark.parametrize(
    ("instrument", "reason"),
    [
        (Instrument("World Index ETF", "etf"), "holds"),
        (Instrument("S&P 500", "index"), "index"),
        (Instrument("EUR/USD", "currency"), "currency pair"),
        (Instrument("Bitcoin", "cryptocurrency"), "no earnings"),
        (Instrument("Gold", "future"), "future"),
        (Instrument("Bank of Example 5% Preferred Stock, Series A", "equity"), "preferred share"),
        (Instrument("Example", "equity", security="preferred_stock"), "preferred share"),
        (Instrument("Example 6.25% Notes due 2066", "equity"), "note"),
        (Instrument("Example", "equity", security="depositary_receipt"), "depositary receipt"),
        (Instrument("Example plc ADR", "equity"), "depositary receipt"),
    ],
)
def test_other_instruments_have_no_valuation_and_say_why(instrument: Instrument, reason: str) -> None:
    valuation = valued(subject(instrument=instrument))
    assert valuation.fair_value_base is None
    assert valuation.reason is not None
    assert reason in valuation.reason
    assert not valuation.scenarios


@pytest.mark.parametrize(
    "instrument",
    [
        Instrument("Bank", "equity", sector="Financial Services", industry="Banks - Regional"),
        Instrument("Insurer", "equity", industry="Insurance—Life"),
        Instrument("Bank", "equity", sector="Financial Services"),
        # Sources without industries give the sector for one.
        Instrument("Bank", "equity", sector="Financial Services", industry="Financial Services"),
        Instrument("Broker", "equity", sic="6211"),
        Instrument("Insurer", "equity", sic="6311"),
    ],
)
def test_deposit_funded_companies_are_valued_by_price_alone(instrument: Instrument) -> None:
    valuation = valued(subject(instrument=instrument))
    applied = {one.name for one in valuation.methods if one.applicable}
    assert applied == {"own_price_earnings", "own_price_book", "peer_price_earnings"}
    assert not valuation.assumptions


@pytest.mark.parametrize(
    "instrument",
    [
        Instrument(
            "Exchange", "equity", sector="Financial Services", industry="Financial Data & Stock Exchanges"
        ),
        Instrument("Adviser", "equity", sic="6282"),
        Instrument("Maker", "equity", sector="Industrials"),
    ],
)
def test_other_companies_are_valued_by_cash_flow(instrument: Instrument) -> None:
    assert method(valued(subject(instrument=instrument)), "discounted_cash_flow").applicable


def test_loss_leaves_out_what_needs_a_profit() -> None:
    loss = year(0, operating_income=-50e6, eps_diluted=-0.5, depreciation_amortisation=10e6)
    valuation = valued(subject(years=(loss, *subject().years[1:])))
    applied = {one.name for one in valuation.methods if one.applicable}
    assert applied == {"own_price_sales", "peer_price_sales"}
    assert "operating loss" in (method(valuation, "discounted_cash_flow").reason or "")


def test_revenue_of_a_company_that_loses_its_lenders_money_values_no_share() -> None:
    insolvent = {
        "operating_income": -50e6,
        "total_equity": -200e6,
        "parent_equity": -200e6,
        "eps_diluted": -1.0,
    }
    valuation = valued(subject(years=tuple(year(number, **insolvent) for number in range(5))))
    reason = ENGLISH.text("reasons.revenue_of_lenders")
    assert method(valuation, "own_price_sales").reason == reason
    assert method(valuation, "peer_price_sales").reason == reason
    # Of these two alone, losses and debts are those of a young company and of one that buys its shares back.
    for one in ("operating_income", "total_equity"):
        valuation = valued(subject(years=tuple(year(number, **{one: -50e6}) for number in range(5))))
        assert method(valuation, "own_price_sales").applicable


def test_recent_listing_has_no_forecast_and_no_history() -> None:
    valuation = valued(subject(years=subject().years[:2], closes=subject().closes[-100:]))
    applied = {one.name for one in valuation.methods if one.applicable}
    assert applied == {"peer_price_earnings", "peer_price_sales"}
    assert "2 fiscal years are known" in (method(valuation, "discounted_cash_flow").reason or "")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"years": ()}, "No annual statements"),
        ({"currency": "EUR"}, "statements are in USD and the listing is in EUR"),
        # A receipt for six shares: the market value is that of the company, the price that of six shares.
        ({"price": 132.0}, "one unit may not be one share"),
    ],
)
def test_values_per_unit_are_withheld_where_a_unit_is_not_known(changed: Any, reason: str) -> None:
    valuation = valued(subject(**changed))
    assert valuation.fair_value_base is None
    assert reason in (valuation.reason or "")


@pytest.mark.parametrize("changed", [{"risk_free": None}, {"measured_beta": None}, {"market_value": None}])
def test_without_a_discount_rate_only_multiples_remain(changed: Any) -> None:
    valuation = valued(subject(**changed))
    assert not method(valuation, "discounted_cash_flow").applicable
    assert valuation.fair_value_base is not None


def test_beta_is_the_slope_over_two_years_of_weeks() -> None:
    index, share, closes, index_closes = 100.0, 50.0, [], []
    for week in range(160):
        move = 0.02 * sin(week)
        index, share = index * (1 + move), share * (1 + 1.5 * move)
        day = date(2023, 1, 6) + timedelta(weeks=week)
        closes.append((day, share))
        index_closes.append((day, index))
    found = beta_of(closes, index_closes, "S&P 500", "USD")
    assert found is not None
    assert found.value == pytest.approx(1.5)
    assert 102 <= found.weeks <= 104
    assert beta_of(closes[:40], index_closes[:40], "S&P 500", "USD") is None


@pytest.mark.parametrize(
    ("name", "symbol", "reason"),
    [
        ("Bank of Example Corporation", "BAC-PL", "preferred_stock"),
        ("Example Inc. 7.25% CNV PFD L", "EX", "preferred_stock"),
        ("Example AG", "VOW3.DE", "preferred_stock"),
        ("Example S.A.", "PETR4.SA", "preferred_stock"),
        ("Example Electronics", "005935.KS", "preferred_stock"),
        ("Example Inc. Depositary Shares", "EX", "depositary_receipt"),
        ("EXAMPLE CDR (CAD HEDGED)", "EX.NE", "depositary_receipt"),
        ("Example Inc.", "AAPL34.SA", "depositary_receipt"),
        ("Example Inc. 5.35% GLB NTS 66", "TBB", "note"),
        ("Example Acquisition Corp.", "EX-WT", "warrant"),
        ("Example Acquisition Corp.", "EX-UN", "unit"),
        ("Example Acquisition Corp. Right", "EXR", "right"),
    ],
)
def test_form_of_name_or_symbol_tells_what_is_no_ordinary_share(name: str, symbol: str, reason: str) -> None:
    assert reason_without_valuation(Instrument(name, "equity", symbol=symbol)) == reason


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Preferred Bank", "PFBC"),
        ("Berkshire Hathaway Inc.", "BRK-B"),
        ("Petrobras", "PETR3.SA"),
        ("Samsung Electronics Co., Ltd.", "005930.KS"),
        ("ADS-TEC Energy PLC", "ADSE"),
        ("Rightmove plc", "RMV.L"),
        ("Volkswagen AG", "VOW.DE"),
        ("Air Products and Chemicals, Inc.", "AP3.DE"),
        ("SSAB AB", "SSAB-B.ST"),
    ],
)
def test_ordinary_shares_are_taken_for_such(name: str, symbol: str) -> None:
    assert reason_without_valuation(Instrument(name, "equity", symbol=symbol)) is None
