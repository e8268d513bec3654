"""Questions about a term."""

import pytest

from shared.chat.defined_terms import asks_for_a_term, is_small_talk


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("what is a p/e ratio?", True),
        ("And what's an ETF", True),
        ("explain what a dividend is", True),
        ("are buybacks good in general", True),
        ("Was ist ein KGV?", True),
        ("C'est quoi une obligation ?", True),
        ("¿Qué es un dividendo?", True),
        ("O que é um dividendo?", True),
        ("Cos'è un dividendo?", True),
        ("配当性向とは何ですか", True),
        ("什么是市盈率", True),
        ("공매도란 뭐야", True),
        ("what does operating margin mean?", True),
        ("was bedeutet operative Marge?", True),
        ("que veut dire marge brute ?", True),
        ("¿qué significa margen bruto?", True),
        ("cosa significa margine lordo?", True),
        ("市净率是什么意思", True),
        ("what does that mean?", False),
        ("what does the rate cut mean for it?", False),
        ("这是什么意思", False),
        ("what is the dividend?", False),
        ("what did it earn last year", False),
        ("Wie hoch ist die Dividende?", False),
        ("配当はいくらですか", False),
    ],
)
def test_question_about_a_term(text: str, term: bool) -> None:
    assert asks_for_a_term(text) is term


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("thanks!", True),
        ("ok great, thank you so much", True),
        ("Vielen Dank", True),
        ("merci beaucoup !", True),
        ("ありがとうございます", True),
        ("thanks, that helps", True),
        ("alles klar, danke", True),
        ("c'est noté, merci", True),
        ("了解です", True),
        ("guten Abend zusammen", True),
        ("buenas noches", True),
        ("hello again", True),
        ("hello, all its debt", False),
        ("明白了,谢谢", True),
        ("thanks, that helps the stock", False),
        ("thanks, and its dividend?", False),
    ],
)
def test_small_talk(text: str, talk: bool) -> None:
    assert is_small_talk(text) is talk
