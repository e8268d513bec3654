"""Names of companies in Japanese and Korean text, as they sound."""

import pytest

from shared.figures.reading.phonetic_names import PhoneticNames

_NAMES = PhoneticNames(
    {
        "Prologis": "PLD",
        "Duke Energy": "DUK",
        "Caterpillar": "CAT",
        "Schneider Electric": "SU.PA",
        "Volvo": "VOLV-B.ST",
        "MSCI": "MSCI",
    }
)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("プロロジスの配当は0.44ドルです。", ["PLD"]),
        ("デューク・エナジーとプロロジス", ["DUK", "PLD"]),
        ("프로로지스는 분기마다 배당합니다.", ["PLD"]),
        ("듀크 에너지보다 프로로지스의 수익률이 높습니다.", ["DUK", "PLD"]),
        ("キャタピラーの受注残", ["CAT"]),
        ("슈나이더 일렉트릭의 매출", ["SU.PA"]),
        ("シュナイダーエレクトリックは", ["SU.PA"]),
        ("アナリストのコンセンサス、マーケット、ボリンジャーバンド", []),
        ("애널리스트 컨센서스와 볼린저 밴드", []),
        ("Prologis pays 0.44 dollars.", []),
    ],
)
def test_names_are_found_by_their_sound(text: str, symbols: list[str]) -> None:
    assert [one.value for one in _NAMES.find(text)] == symbols


def test_the_place_is_that_of_the_name_without_its_particle() -> None:
    (mention,) = _NAMES.find("오늘 프로로지스는 올랐습니다.")
    assert (mention.start, mention.end) == (3, 8)
