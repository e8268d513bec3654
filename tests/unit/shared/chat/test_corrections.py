"""Companies that a question takes back."""

import pytest

from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("question", "symbols"),
    [
        ("apple, no, microsoft", ["MSFT"]),
        ("price of amd, sorry, nvidia", ["NVDA"]),
        ("Tesla... I mean Ford", ["F"]),
        ("Apple stock, oh sorry I meant Intel", ["INTC"]),
        ("SAP - Quatsch, Siemens", ["SIE.DE"]),
        ("LVMH, pardon, L'Oréal", ["OR.PA"]),
        ("Santander, perdón, Inditex", ["ITX.MC"]),
        ("トヨタじゃなくてソニーの株価", ["6758.T"]),
        ("삼성전자 말고 하이닉스", ["000660.KS"]),
        ("不是苹果，是微软", ["MSFT"]),
        ("not apple but intel", ["INTC"]),
        ("google, not apple", ["GOOGL"]),
        ("forget nvidia, how is AMD doing?", ["AMD"]),
        ("ok never mind tesla and ford, what about GM stock", ["GM"]),
        ("Vergiss Tesla, wie läuft Siemens?", ["SIE.DE"]),
        ("oublie airbus, parle-moi de sanofi", ["SAN.PA"]),
        ("forget apple and microsoft", ["AAPL", "MSFT"]),
        ("did investors forget nvidia when they bought intel", ["NVDA", "INTC"]),
        ("BMW, nicht Mercedes", ["BMW.DE"]),
        ("apple, sorry, rivian", []),
        ("SAP, äh nein, Siemens", ["SIE.DE"]),
        ("santander no, inditex", ["ITX.MC"]),
        ("petrobras, digo, vale", ["VALE3.SA"]),
        ("enel, anzi unilever", ["ULVR.L"]),
        ("SAP, actually Siemens", ["SIE.DE"]),
        ("Inditex, no Santander", ["ITX.MC", "SAN.MC"]),
        ("SAP no Siemens", ["SAP.DE", "SIE.DE"]),
        ("petrobras, desculpa, vale", ["VALE3.SA"]),
        ("petrobras, ou melhor, vale", ["VALE3.SA"]),
        ("SAP, Korrektur: Siemens", ["SIE.DE"]),
        ("apple, correction: microsoft", ["MSFT"]),
        ("apple... wait: microsoft price", ["MSFT"]),
        ("apple, actually, microsoft", ["MSFT"]),
        ("price of apple, actually microsoft please", ["MSFT"]),
        ("apple, no wait, microsoft", ["MSFT"]),
        ("apple, wait no microsoft", ["MSFT"]),
        ("apple, no, correction: microsoft", ["MSFT"]),
        ("apple, make that microsoft", ["MSFT"]),
        ("Inditex, espera, Santander", ["SAN.MC"]),
        # ordinary words between two companies
        ("tesla correction, nvidia rally", ["TSLA", "NVDA"]),
        ("tesla: correction, nvidia: rally", ["TSLA", "NVDA"]),
        ("tesla - correction, nvidia - rally", ["TSLA", "NVDA"]),
        ("Tesla-Korrektur, Nvidia-Rally", ["TSLA", "NVDA"]),
        ("should i buy apple, wait for nvidia, or sell both?", ["AAPL", "NVDA"]),
        ("Should I buy Apple or wait, Nvidia is cheaper?", ["AAPL", "NVDA"]),
        ("is apple, actually one of the priciest, better than msft?", ["AAPL", "MSFT"]),
        ("Is Apple, actually Microsoft's biggest rival, better?", ["AAPL", "MSFT"]),
        ("What did Apple stock make that Microsoft stock did not?", ["AAPL", "MSFT"]),
        ("Ist Tesla Quatsch, Siemens besser?", ["TSLA", "SIE.DE"]),
        ("Inditex no espera, Santander sí", ["ITX.MC", "SAN.MC"]),
        ("petrobras ou melhor vale?", ["PETR4.SA", "VALE3.SA"]),
        # lists and comparisons
        ("apple, microsoft and intel", ["AAPL", "MSFT", "INTC"]),
        ("Apple no longer beats Microsoft", ["AAPL", "MSFT"]),
        ("Why is Apple up and Microsoft not?", ["AAPL", "MSFT"]),
        ("Apple is cheaper than Microsoft, no?", ["AAPL", "MSFT"]),
    ],
)
def test_what_is_taken_back_is_not_meant(question: str, symbols: list[str]) -> None:
    assert [mention.symbol for mention in QuestionReader(question, symbol_catalogue()).mentions] == symbols


def test_searched_company_is_taken_back_too() -> None:
    question = QuestionReader("rivian, I mean lucid motors", symbol_catalogue())
    assert [name for *_, name in question.others] == ["Lucid Group"]
