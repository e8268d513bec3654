"""The estimate of tokens; tests/clients compares it with the counts of the tokenizer."""

import pytest

from shared.mcp.tokens import estimated_tokens, text_tokens


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Der Aufsichtsrat der Münchener Rückversicherungs-Gesellschaft hat beschlossen.", 19),
        ("株式会社三菱UFJフィナンシャル・グループは第3四半期の業績を発表しました。", 29),
        ("苹果公司的股价在过去一年中上涨了百分之二十,市值超过三万亿美元。", 22),
        ("삼성전자는 3분기 영업이익이 9조원을 넘었다고 발표했다.", 23),
        ("ПАО Сбербанк России опубликовал отчетность по международным стандартам", 17),
        ("شركة أرامكو السعودية أعلنت عن نتائجها المالية", 10),
        ("ธนาคารกสิกรไทย จำกัด (มหาชน) ประกาศผลประกอบการ", 19),
        ("🚀🚀 $AAPL to the moon 📈💎🙌", 16),
        ("{}[]()<>!?&&||==>--", 10),
        ("b1946ac92492d2347c6235b4d2611184", 18),
    ],
)
def test_estimate_is_no_lower_than_the_count_of_o200k_base(text: str, counted: int) -> None:
    assert text_tokens(text) >= counted


def test_json_is_estimated_with_its_names_and_punctuation() -> None:
    # {"symbol": "AAPL", "price": 236.53, "quality": [], "stale": false} has 25 tokens.
    data = {"symbol": "AAPL", "price": 236.53, "quality": [], "stale": False}
    assert 25 <= estimated_tokens(data) <= 36
    assert estimated_tokens({"ключ": None}) > estimated_tokens(None)
