"""Names in kana, Han and Hangul."""

import pytest

from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("アップル・マイクロソフト・テスラ", ["AAPL", "MSFT", "TSLA"]),
        ("三星SDI和三星", ["006400.KS", "005930.KS"]),
        ("삼성전기 실적", ["009150.KS"]),
        ("高通胀怎么办", []),
        ("高通股价", ["QCOM"]),
        ("黄金周股市休市吗", []),
        ("オックスフォード", []),
        ("ザラ場とは", []),
        ("메타버스란 무엇인가", []),
        ("유가증권시장", []),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    question = QuestionReader(text, symbol_catalogue())
    found = [(one.start, one.symbol) for one in question.mentions]
    found += [(start, name) for start, _, name in question.others]
    assert [name for _, name in sorted(found)] == expected
