"""Names of metrics that are none where they stand."""

import pytest

from tests.unit.shared.figures.phrasing_world import world


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Research and development cost $4.63 billion.", ["research_and_development"]),
        ("Its goods in stock are worth $6.71 billion.", ["inventory"]),
        ("The shares are worth $249 billion.", ["market_cap"]),
        ("Net debt (debt minus cash): $19.44 billion", ["net_debt"]),
        ("Free cash flow (operating cash flow minus capex) was $7.58 billion.", ["free_cash_flow"]),
        ("Revenue ($64.83 billion, net income $9.04 billion)", ["revenue", "net_income"]),
        ("Assets were 2.8 times equity.", ["total_assets", "total_equity"]),
        ("The stock changed hands at 8.42 times equity.", ["trading", "debt_to_equity"]),
    ],
)
def test_names_are_those_of_metrics(text: str, names: list[str]) -> None:
    facts, _, _ = world()
    assert [mention.name for mention in facts.reader.read(text).metrics] == names


def test_total_before_a_metric_is_no_company() -> None:
    facts, _, _ = world()
    assert not facts.reader.read("Total borrowings were $32.19 billion.").companies
    assert facts.reader.read("Kestrin revenue was $28.79 billion.").companies
