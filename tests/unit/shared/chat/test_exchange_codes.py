"""Instruments that are written as the number of their exchange."""

import pytest

from shared.chat.exchange_codes import exchange_codes

_KNOWN = {"7203.T", "9984.T", "005930.KS", "000660.KS", "0700.HK", "9988.HK", "1211.HK", "2330.TW"}


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("7203と7267のPERを比べて", ["7203.T", "7267.T"]),
        ("コード 7267", ["7267.T"]),
        ("005930 주가", ["005930.KS"]),
        ("005930 000660 비교", ["005930.KS", "000660.KS"]),
        ("600519股票", ["600519.SS"]),
        ("300750 财报", ["300750.SZ"]),
        ("00700股价", ["0700.HK"]),
        ("9988和1211哪个好", ["9988.HK", "1211.HK"]),
        ("2330 股價", ["2330.TW"]),
        ("7203 stock", ["7203.T"]),
        ("ticker 005930", ["005930.KS"]),
        ("7203", ["7203.T"]),
    ],
)
def test_code(text: str, symbols: list[str]) -> None:
    assert [code.symbol for code in exchange_codes(text, _KNOWN.__contains__)] == symbols


@pytest.mark.parametrize(
    "text",
    [
        "2025の株価予想",
        "2024年 7203年",
        "日経平均は3万8000円",
        "目標株価 7203円",
        "삼성전자 목표가 90000원",
        "매출 120000 어때",
        "市盈率 2024 2025",
        "买5000股",
        "is 7203 cheap",
        "2025",
        "i have 9984 dollars",
        "$9984 invested",
    ],
)
def test_number(text: str) -> None:
    assert exchange_codes(text, _KNOWN.__contains__) == []
