"""The time over which a change is said to have happened."""

import pytest

from shared.figures.claims.windows import window_or_told
from shared.figures.reading.lexicon import Lexicon
from shared.figures.reading.sentence_reader import Reader

HALF_A_YEAR = 182.6
READER = Reader(Lexicon([]), Lexicon([]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The high of the period was $44.18.", HALF_A_YEAR),
        ("The high over THAT PERIOD was $44.18.", HALF_A_YEAR),
        ("Im selben Zeitraum lag das Hoch bei 44,18 $.", HALF_A_YEAR),
        ("Das Hoch des Zeitraums lag bei 44,18 $.", HALF_A_YEAR),
        ("Le plus haut de la période est de 44,18 $.", HALF_A_YEAR),
        ("El máximo del período fue de 44,18 $.", HALF_A_YEAR),
        ("O máximo no período foi de US$ 44,18.", HALF_A_YEAR),
        ("Il massimo del periodo è stato di 44,18 $.", HALF_A_YEAR),
        ("期間中の高値は44.18ドルです。", HALF_A_YEAR),
        ("期间的最高价为44.18美元。", HALF_A_YEAR),
        ("해당 기간 최고가는 44.18달러입니다.", HALF_A_YEAR),
        ("The high was $44.18.", None),
        ("The high was $44.18 in the past week.", 7.0),
    ],
)
def test_the_period_is_that_of_the_change_before(text: str, expected: float | None) -> None:
    sentence = READER.read(text)
    assert window_or_told(sentence, sentence.numbers[0].numeral, HALF_A_YEAR) == expected
