"""Places where a word that is mostly no instrument is one."""

import pytest

from shared.chat.clear_contexts import is_english_word, is_in_clear_context
from shared.chat.question_language import language_of
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("is crm a buy", "crm"),
        ("sell my now shares?", "now"),
        ("is now a good buy", "now"),
        ("is cost too expensive", "cost"),
        ("thoughts on cost before earnings", "cost"),
        ("whats now trading at", "now"),
        ("did now beat earnings", "now"),
        ("should i buy cost", "cost"),
        ("is race a buy", "race"),
        ("is T a good dividend stock", "T"),
        ("is V good for long-term growth", "V"),
        ("what about T?", "T"),
        ("tell me about F", "F"),
        ("does V have debt", "V"),
        ("analyze T please", "T"),
        ("what happened to F yesterday", "F"),
        ("chart of T", "T"),
        ("T 10 year chart", "T"),
        ("F under 10", "F"),
        ("has C recovered", "C"),
        ("what is V's growth", "V"),
        ("V or cash?", "V"),
        ("V, is it a buy?", "V"),
        ("is T still listed", "T"),
        ("why did shop drop", "shop"),
        ("T or wait?", "T"),
        ("race at 45x earnings", "race"),
        ("T ticker, what is it", "T"),
        ("is T a steady payer", "T"),
        ("wie läuft ms gerade", "ms"),
        ("is V recession proof", "V"),
        ("is F in trouble?", "F"),
        ("how risky is T?", "T"),
        ("should I be worried about C?", "C"),
        ("is T a turnaround", "T"),
        ("any thoughts on V before earnings?", "V"),
        ("how did T do", "T"),
        ("why is f down", "f"),
        ("buy ms at this price", "ms"),
        ("crm price target", "crm"),
        ("soll ich crm kaufen", "crm"),
        ("ist cost überbewertet", "cost"),
        ("faut-il acheter crm", "crm"),
        ("que penser de crm", "crm"),
        ("vale a pena comprar crm?", "crm"),
        ("conviene comprare crm", "crm"),
        ("crmの決算", "crm"),
        ("now股价", "now"),
        ("cost 주가", "cost"),
    ],
)
def test_clear_context(text: str, word: str) -> None:
    start = text.index(word)
    assert is_in_clear_context(text, start, start + len(word), language_of(words_of(text)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("should i buy now", "now"),
        ("is now a good time to buy", "now"),
        ("is now a good buy opportunity", "now"),
        ("is now good for growth", "now"),
        ("what about now?", "now"),
        ("tell me about c", "c"),
        ("show T shirts", "T"),
        ("the F word", "F"),
        ("now, is it a buy?", "now"),
        ("did the shop close", "shop"),
        ("why did cost drop", "cost"),
        ("now or wait", "now"),
        ("race at 45 km", "race"),
        ("the race at 45x speed", "race"),
        ("what is now cheap", "now"),
        ("nvidia is now overvalued", "now"),
        ("until now earnings were fine", "now"),
        ("should i sell some now?", "now"),
        ("tesla price now", "now"),
        ("thoughts on cost cutting", "cost"),
        ("how is cost calculated", "cost"),
        ("i want to sell my coin", "coin"),
        ("lower cost earnings quality", "cost"),
        ("why is cost rising", "cost"),
        ("sell at cost", "cost"),
        ("best crm software", "crm"),
        ("price below the ma", "ma"),
        ("comprare ma non vendere", "ma"),
        ("vendre ma voiture", "ma"),
        ("the c suite", "c"),
        ("is the race over", "race"),
    ],
)
def test_other_context(text: str, word: str) -> None:
    start = text.index(word)
    assert not is_in_clear_context(text, start, start + len(word), language_of(words_of(text)))


def test_abbreviations_are_no_words() -> None:
    assert (is_english_word("now"), is_english_word("crm")) == (True, False)
