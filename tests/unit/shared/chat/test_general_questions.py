"""Questions that leave the companies of a conversation."""

import pytest

from shared.chat.general_questions import is_general


@pytest.mark.parametrize(
    "text",
    [
        "what are the best tech stocks?",
        "give me some good dividend stocks",
        "how do interest rates affect stocks",
        "how did the market do today",
        "will there be a recession",
        "how do I open a brokerage account",
        "let's talk about something else",
        "what can you do",
        "how is eps calculated",
        "tell me a joke",
        "how's the weather today",
        "what's the risk-free rate",
        "what's the difference between a stock and a bond",
        "주식과 채권의 차이",
        "what is dividend yield?",
        "explain free cash flow please",
        "wie eröffne ich ein Depot",
        "wie läuft die Börse heute",
        "quelles sont les meilleures actions",
        "¿cómo va la bolsa?",
        "como começar a investir",
        "cosa puoi fare",
        "おすすめの銘柄は?",
        "怎么开户",
        "종목 추천해줘",
    ],
)
def test_general(text: str) -> None:
    assert is_general(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is the dividend yield",
        "explain its free cash flow",
        "will rates hurt it",
        "is it a good stock",
        "what are the best quarters",
        "is the market pricing in too much growth for it",
        "any good alternatives",
        "how did they calculate that",
        "tell me the story of its founding",
        "what's the difference between its two segments",
        "어떤 차이가 있어",
        "how do i invest in it",
        "what is the market cap",
        "wie wirkt sich die Inflation auf sie aus",
        "which of these stocks is the best",
        "そのおすすめ銘柄は?",
    ],
)
def test_about_the_company(text: str) -> None:
    assert not is_general(text)
