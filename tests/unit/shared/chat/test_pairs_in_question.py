"""Pairs of two currencies."""

import pytest

from shared.chat.pairs_in_question import currency_pairs
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("where is the pound against the dollar", ["GBPUSD=X"]),
        ("convert dollars to euros", ["EURUSD=X"]),
        ("will the euro fall against the dollar", ["EURUSD=X"]),
        ("How weak can the yen get against the dollar?", ["JPY=X"]),
        ("L'euro salirà contro il dollaro?", ["EURUSD=X"]),
        ("the euro rises and I have savings in dollars", []),
        ("円はドルに対して安くなる?", ["JPY=X"]),
        ("Wie viel Euro sind 100 Dollar?", ["EURUSD=X"]),
        ("combien d'euros pour 50 dollars", ["EURUSD=X"]),
        ("I have euros, 100 dollars and gold", []),
        ("exchange rate between dollar and yen", ["JPY=X"]),
        ("they pay in dollars and yen", []),
        ("Euro gegen den Dollar", ["EURUSD=X"]),
        ("la livre sterling face au dollar", ["GBPUSD=X"]),
        ("el euro frente al dólar", ["EURUSD=X"]),
        ("欧元兑美元", ["EURUSD=X"]),
        ("ドル/円の見通し", ["JPY=X"]),
        ("유로/달러 환율", ["EURUSD=X"]),
        ("the dollar", []),
        ("euro to yen", ["EUR/JPY"]),
        ("pound in euros", ["EUR/GBP"]),
        ("eur/gbp rate", ["EUR/GBP"]),
        ("usdcad chart", ["USD/CAD"]),
        ("EURUSD", ["EURUSD=X"]),
        ("euro to swiss franc", ["EUR/CHF"]),
        ("try usd instead", []),
        ("euro parity with the dollar", ["EURUSD=X"]),
        ("paying with euros and with dollars", []),
        ("how many yen is a dollar", ["JPY=X"]),
        ("wie viel Euro bekomme ich für einen Dollar", ["EURUSD=X"]),
        ("a euro is a currency, a dollar too", []),
        ("1ドルは何円", ["JPY=X"]),
    ],
)
def test_pair(text: str, symbols: list[str]) -> None:
    found = currency_pairs(text, words_of(text))
    assert [one.symbol or one.searched for one in found] == symbols
    assert all(symbol_catalogue().get(one.symbol) for one in found if one.symbol)
