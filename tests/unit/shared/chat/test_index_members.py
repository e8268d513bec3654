"""Indices that only say which companies are meant."""

import pytest

from shared.chat.index_members import is_index, names_members


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("Best dividend stocks in the S&P 500?", "S&P 500"),
        ("how many stocks are in the Nasdaq 100", "Nasdaq"),
        ("stocks with the highest yield in the dow", "dow"),
        ("cheapest dow stocks", "dow"),
        ("s&p dividend aristocrats", "s&p"),
        ("what's in the dow", "dow"),
        ("is it still in the dow", "dow"),
        ("will it join the S&P 500", "S&P 500"),
        ("Welche Aktien aus dem DAX zahlen die höchste Dividende?", "DAX"),
        ("DAX-Werte", "DAX"),
        ("die größten Gewinner im Dax", "Dax"),
        ("top 5 du CAC", "CAC"),
        ("les actions les moins chères du cac", "cac"),
        ("mejores acciones del ibex", "ibex"),
        ("quais ações do Ibovespa caíram mais", "Ibovespa"),
        ("i migliori titoli del ftse mib", "ftse mib"),
        ("日経225の構成銘柄は", "日経225"),
        ("恒生指数成分股有哪些", "恒生指数"),
        ("코스피 종목 추천", "코스피"),
    ],
)
def test_members(text: str, index: str) -> None:
    start = text.index(index)
    assert names_members(text, start, start + len(index))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("compare apple stock with the nasdaq", "nasdaq"),
        ("should i buy stocks or invest in the S&P 500", "S&P 500"),
        ("stocks fell with the dow today", "dow"),
        ("did it beat the dow", "dow"),
        ("is it riskier than the dow", "dow"),
        ("nikkei 225 stock index", "nikkei"),
        ("Wert des DAX", "DAX"),
        ("valeur du cac 40", "cac"),
        ("cierre del ibex", "ibex"),
        ("日経平均の終値", "日経平均"),
        ("恒生指数多少点", "恒生指数"),
        ("코스피 오늘 어때", "코스피"),
    ],
)
def test_index_itself(text: str, index: str) -> None:
    start = text.index(index)
    assert not names_members(text, start, start + len(index))


def test_symbols_of_indices() -> None:
    assert is_index("^GDAXI")
    assert is_index("FTSEMIB.MI")
    assert not is_index("AAPL")
