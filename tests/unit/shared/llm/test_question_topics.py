"""Which kinds of data a question plainly asks for."""

import pytest

from shared.llm.question_topics import asked_kinds


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What is Apple's price and P/E?", {"quote", "fundamentals"}),
        ("bitcoin price", {"quote"}),
        ("Wie steht die Aktie von SAP heute?", {"quote"}),
        ("Latest news on AAPL", {"news"}),
        ("Compare Microsoft and Nvidia on margins", {"fundamentals"}),
        ("Is TSLA overbought by RSI?", {"technicals"}),
        ("What is the dividend yield of KO?", {"actions", "fundamentals"}),
        ("What was Apple's revenue in fiscal 2023?", {"statements", "fundamentals"}),
        ("Wie hoch war der Umsatz von SAP 2024?", {"statements", "fundamentals"}),
        ("2024年の売上は？", {"statements", "fundamentals"}),
        ("Was hat SAP zuletzt verdient?", {"earnings"}),
        ("Who owns most of AMZN?", {"company"}),
        ("What was the close on 2026-10-23?", {"price_on"}),
        ("How did AAPL do over the last 5 years?", {"history"}),
        ("What is on my watchlist?", {"watchlist"}),
        ("iPhone sales", {"fundamentals"}),
        ("Wie hoch ist der Gewinn von BMW?", {"fundamentals"}),
        ("ROE of JPMorgan", {"fundamentals"}),
        ("Is Nvidia overvalued?", {"fundamentals"}),
        ("lucro da Petrobras", {"fundamentals"}),
        ("ricavi di Ferrari", {"fundamentals"}),
        ("トヨタの売上高", {"fundamentals"}),
        ("腾讯的营收", {"fundamentals"}),
        ("애플 영업이익", {"statements", "fundamentals"}),
        ("Net income of Wells Fargo", {"statements", "fundamentals"}),
        ("Financial statements of Barclays", {"statements"}),
        ("Show me Apple's financials", {"statements"}),
        ("How do bank stocks and the financials sector do?", set()),
        ("Jahresüberschuss von SAP", {"statements"}),
        ("résultat net de BNP", {"statements"}),
        ("トヨタの純利益", {"statements", "fundamentals"}),
        ("goodwill and long-term debt of AT&T", {"statements", "fundamentals"}),
        ("total assets of JPMorgan", {"statements"}),
        ("Apple buybacks", {"statements"}),
        ("operating income of Amazon", {"statements"}),
        ("Where is SAP based?", {"company"}),
        ("trading volume of Apple", {"quote"}),
        ("How did Apple do this year?", {"history"}),
        ("How is Apple doing?", set()),
        ("Should I buy Tesla?", set()),
    ],
)
def test_kinds_follow_from_the_words_of_the_question(question: str, kinds: set[str]) -> None:
    assert asked_kinds(question) == kinds


def test_long_question_costs_no_more_than_its_length() -> None:
    assert asked_kinds("." * 200_000) == set()
