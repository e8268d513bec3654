"""Spelling of symbols from outside: share classes, exchanges, and what no symbol is."""

import pytest

from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import InvalidSymbolError


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        (" brk.b ", "BRK-B"),
        ("BF.B", "BF-B"),
        ("TECK.B.TO", "TECK-B.TO"),
        ("rei.un.to", "REI-UN.TO"),
        ("VOLV.B.ST", "VOLV-B.ST"),
        ("NOVO-B.CO", "NOVO-B.CO"),
        ("M&M.NS", "M&M.NS"),
        # Suffixes of exchanges of one or two letters.
        ("VOD.L", "VOD.L"),
        ("BMW.F", "BMW.F"),
        ("BHP.AX", "BHP.AX"),
        ("ABX.TO", "ABX.TO"),
        ("AAPL261218C00250000", "AAPL261218C00250000"),
    ],
)
def test_symbols_are_spelled_as_the_sources_do(written: str, symbol: str) -> None:
    assert normalise_symbol(written) == symbol


@pytest.mark.parametrize("written", ["ſPY", "ı", "ﬁ", "AAPL\n", "A/B", "..", "A..B", "^", "-", "", "A" * 22])
def test_other_texts_are_no_symbols(written: str) -> None:
    with pytest.raises(InvalidSymbolError):
        normalise_symbol(written)


@pytest.mark.parametrize(
    "written", ["BAC-PL", "bac^l", "BAC.PRL", "BAC-PRL", "BAC.PR.L", "BAC-PR-L", "BAC-P-L"]
)
def test_series_of_preferred_shares_has_one_form(written: str) -> None:
    assert normalise_symbol(written) == "BAC-PL"


@pytest.mark.parametrize("symbol", ["AIR.PA", "CEZ.PR", "^GSPC", "^N225", "BRK-B", "USDPRL=X"])
def test_other_symbols_are_not_taken_for_preferred_shares(symbol: str) -> None:
    assert normalise_symbol(symbol) == symbol
