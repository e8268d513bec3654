"""Which numbers of a text stand in the facts."""

import pytest

from shared.agent.facts import fact_of
from shared.agent.figures import check_figures
from tests.support.stock_data import FUNDAMENTALS, NEWS, QUOTE, TECHNICALS

FACTS = (
    fact_of(1, "quote", "AAPL", QUOTE),
    fact_of(2, "technicals", "AAPL", TECHNICALS),
    fact_of(3, "fundamentals", "AAPL", FUNDAMENTALS),
    fact_of(4, "news", "AAPL", NEWS),
)


@pytest.mark.parametrize(
    "text",
    [
        "Apple trades at $250.50 [1].",
        "Apple trades at 250.5 USD.",
        "It is about $251 [1].",
        "Up 1.0% today, or +1.01 %.",
        "The market value is $3.7 trillion, that is 3,700 billion or 3.70T USD.",
        "51,000,000 shares changed hands; 51M in short.",
        "The profit margin is 26.9%, growth 8 percent.",
        "It is $2.50 above the close of $248.00.",
        "The price is 13.9% above its 200-day average of 220.00 USD.",
        "RSI 14 is 61.2, SMA 50 is 240, MACD(12, 26, 9) is above its signal.",
        "As of 2026-11-20T21:00:00Z, in 2026, on November 20, 2026, at 21:00, over 52 weeks, see the 10-K.",
        "A fall of −1.008% would undo it.",
        "There is 1 article.",
    ],
)
def test_number_that_stands_in_the_facts_is_supported(text: str) -> None:
    check = check_figures(text, FACTS)
    assert check.unsupported == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It will reach $300.25 soon.", "$300.25"),
        ("Apple trades at 250.7 USD.", "250.7 USD"),
        ("The market value is 3.9 trillion.", "3.9 trillion"),
        ("The margin is 87%.", "87%"),
        ("It trades at 3,412 times sales.", "3,412"),
    ],
)
def test_number_that_no_fact_has_is_named_with_its_sentence(text: str, number: str) -> None:
    check = check_figures(f"The price is $250.50. {text}", FACTS)
    assert [(item.text, item.sentence) for item in check.unsupported] == [(number, text)]
    assert (check.stated, check.supported) == (2, 1)


def test_text_without_numbers_states_nothing() -> None:
    assert check_figures("No data was available.", FACTS).as_dict() == {
        "stated": 0,
        "supported": 0,
        "unsupported": [],
    }
