"""Names in scripts without capitals."""

import pytest

from shared.chat.caseless_names import names_without_case


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("كم سعر سهم أرامكو؟", ["أرامكو"]),
        ("هل هذا سهم جيد؟", []),
        ("מה המחיר של מניית טאואר?", ["טאואר"]),
        ("หุ้น ปตท ราคาเท่าไร", ["ปตท"]),
        ("रिलायंस का शेयर कैसा है?", ["रिलायंस"]),
        ("सहम", []),
        ("ゾルブラックスの株価は?", ["ゾルブラックス"]),
        ("ハイテクの株価", []),
        ("東京エレクトロンの株価", []),
        ("조르블락스 주가 알려줘", ["조르블락스"]),
        ("반도체의 주가", []),
        ("오늘 주가", []),
        ("Is سهم Apple a buy?", []),
    ],
)
def test_word_beside_a_stock_word_is_a_name(text: str, names: list[str]) -> None:
    found = list(names_without_case(text))
    assert [candidate.text for candidate in found] == names
    assert all(text[candidate.start : candidate.end] == candidate.text for candidate in found)
