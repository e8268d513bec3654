"""What code computes from the data of a report, by kind."""

from shared.reports.calculations import calculations_of
from shared.reports.data import ReportData
from tests.support.golden_reports import GOLDEN
from tests.support.stock_data import QUOTE


def test_without_data_nothing_is_computed() -> None:
    assert calculations_of(ReportData(QUOTE)) == {}


def test_kinds_with_a_result_come_in_the_order_of_their_citations() -> None:
    known = GOLDEN["rising"]
    statements = known.statements
    data = ReportData(
        known.quote,
        history=known.history,
        income=statements["income"],
        balance=statements["balance"],
        cash_flow=statements["cash_flow"],
        quarterly_income=statements["quarterly_income"],
        quarterly_cash_flow=statements["quarterly_cash_flow"],
        peers=known.company["peers"],
    )
    computed = calculations_of(data)
    assert list(computed) == [
        "performance", "results", "quarters", "balance", "own_multiples", "peer_comparison",
    ]  # fmt: skip
    assert all(figures for figures in computed.values())
    assert all(figure.source == kind for kind, figures in computed.items() for figure in figures)


def test_prices_alone_give_returns_alone() -> None:
    known = GOLDEN["etf"]
    assert list(calculations_of(ReportData(known.quote, history=known.history))) == ["performance"]
