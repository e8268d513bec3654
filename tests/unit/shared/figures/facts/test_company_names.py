"""Names of companies that are listed several times."""

import pytest

from shared.figures.checker import check_figures
from shared.figures.facts.company_names import other_listings

QUOTE = {"symbol": "2330.TW", "price": 921.26, "currency": "TWD"}


def test_other_listings_of_a_company_are_known() -> None:
    assert other_listings(["2330.TW", "GOOGL"]) == {"TSM": "2330.TW", "GOOG": "GOOGL"}


def test_a_listing_of_its_own_facts_keeps_its_names() -> None:
    assert other_listings(["2330.TW", "TSM"]) == {}


@pytest.mark.parametrize("text", ["TSMC trades at NT$921.26.", "台积电最新股价为921.26元新台币。"])
def test_a_name_means_the_listing_that_the_facts_have(text: str) -> None:
    check = check_figures(text, [QUOTE, {"symbol": "AAPL", "price": 250.5, "currency": "USD"}])
    assert not [*check.unsupported, *check.misattributed]
