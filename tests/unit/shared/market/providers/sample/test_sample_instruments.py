"""The sample source knows every symbol of the starter list."""

from datetime import date

import pytest

from shared.data.migration.starter import read_starter_symbols
from shared.domain.market_data import SymbolInfo
from shared.market.providers.sample.levels import LEVELS
from shared.market.providers.sample.rates import PAIRS, sample_rates
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

STARTERS = read_starter_symbols()


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.symbol)
def test_every_symbol_of_the_starter_list_has_a_level(starter: SymbolInfo) -> None:
    """A symbol that is added to the list needs a line in ``levels.py``."""
    instrument = INSTRUMENTS[starter.symbol]
    facts = ("name", "asset_type", "exchange", "country", "sector", "aliases")
    assert [getattr(instrument, fact) for fact in facts] == [getattr(starter, fact) for fact in facts]
    assert instrument.currency == (starter.currency or "GBP")


def test_every_level_belongs_to_an_instrument() -> None:
    assert LEVELS.keys() == INSTRUMENTS.keys()


def test_only_companies_funds_and_coins_have_a_size() -> None:
    sized = {one.asset_type for one in INSTRUMENTS.values() if one.shares}
    unsized = {one.asset_type for one in INSTRUMENTS.values() if not one.shares}
    assert sized == {"equity", "etf", "cryptocurrency"}
    assert unsized == {"index", "currency", "future"}
    assert all(one.sector for one in INSTRUMENTS.values() if one.asset_type == "equity")


def test_random_numbers_are_shared_with_a_known_symbol_of_the_same_kind() -> None:
    for one in INSTRUMENTS.values():
        kinds = {INSTRUMENTS[one.seed].asset_type, one.asset_type}
        assert len(kinds) == 1 or kinds == {"index", "etf"}
        assert INSTRUMENTS[one.seed].industry == one.industry


def test_fund_moves_with_its_index() -> None:
    index = INSTRUMENTS["^GSPC"]
    for symbol in ("SPY", "VOO"):
        assert (INSTRUMENTS[symbol].seed, INSTRUMENTS[symbol].volatility) == (index.seed, index.volatility)


def test_every_currency_has_a_rate() -> None:
    (rates,) = sample_rates({pair: {date(2026, 11, 20): 1.1} for pair in PAIRS}).values()
    assert {one.currency for one in INSTRUMENTS.values()} <= {"EUR", *rates}
