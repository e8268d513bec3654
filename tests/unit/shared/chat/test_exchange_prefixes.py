"""Instruments written with the code of their exchange."""

import pytest

from shared.chat.exchange_prefixes import exchange_prefixes

_KNOWN = {"0700.HK", "7203.T", "BMW.DE", "BP.L", "005930.KS"}


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("LON:SHEL dividend", ["SHEL.L"]),
        ("EPA: MC or ETR:SAP", ["MC.PA", "SAP.DE"]),
        ("TYO:7203", ["7203.T"]),
        ("HKG:700", ["0700.HK"]),
        ("TSE:7203 and TSE:RY", ["7203.T", "RY.TO"]),
        ("CPH:NOVO-B", ["NOVO-B.CO"]),
        ("700 HK vs 7203 JP", ["0700.HK", "7203.T"]),
        ("BMW GY and BP LN", ["BMW.DE", "BP.L"]),
        # unknown behind a blank
        ("MOVE IM", []),
        ("NASDAQ:AAPL", []),
        ("ratio LON:", []),
    ],
)
def test_symbols(text: str, symbols: list[str]) -> None:
    assert [code.symbol for code in exchange_prefixes(text, _KNOWN.__contains__)] == symbols
