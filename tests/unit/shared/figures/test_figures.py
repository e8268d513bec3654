"""Which numbers of a text stand in the facts."""

import time

import pytest

from shared.figures.figures import MAX_CHARS, check_figures
from shared.grounding.market_facts import fact_of
from tests.support.stock_data import FUNDAMENTALS, NEWS, QUOTE, TECHNICALS

FACTS = (
    fact_of(1, "quote", "AAPL", QUOTE),
    fact_of(2, "technicals", "AAPL", TECHNICALS),
    fact_of(3, "fundamentals", "AAPL", FUNDAMENTALS),
    fact_of(4, "news", "AAPL", NEWS),
)
HONG_KONG = QUOTE.model_copy(
    update={"symbol": "0700.HK", "currency": "HKD", "price": 601.5, "market_cap": 5_550_000_000_000}
)


@pytest.mark.parametrize(
    "text",
    [
        # as it stands, rounded, with separators, currencies and scales
        "Apple trades at $250.50 [1].",
        "Apple trades at 250.5 USD.",
        "Apple trades at US$250.50, that is **USD 250.50**.",
        "It is about $251 [1].",
        "Up 1.0% today, or +1.01 %, or 101 basis points.",
        "The market value is $3.7 trillion, that is 3,700 billion or 3.70T USD.",
        "51,000,000 shares changed hands; 51M in short.",
        "The profit margin is 26.9%, growth 8 percent.",
        "Debt is 150% of equity.",
        "A fall of −1.008% would undo it.",
        "There is 1 article.",
        # derived
        "It is $2.50 above the close of $248.00.",
        "The price is 13.9% above its 200-day average of 220.00 USD.",
        "It is 3.7% below its 52-week high of 260.10, a distance of $9.60.",
        "The mean target of $270 is 7.8% above the price, or $19.50.",
        "SMA 50 is 9.1% above SMA 200.",
        # no figures
        "RSI 14 is 61.2, SMA 50 is 240, MACD(12, 26, 9) is above its signal.",
        "As of 2026-11-20T21:00:00Z, in 2026, on November 20, 2026, at 21:00, over 52 weeks, see the 10-K.",
        "On 20 November 2026, 20.11.2026 and 11/20/2026, in Q3 2026, H1 and FY2025, within 6 to 12 months.",
        "The S&P 500, the Nasdaq-100, the Russell 2000 and COVID-19 in the 2020s; iPhone 17.",
        "1. Price: $250.50\n2. RSI: 61.2\n- 3) Debt: see https://example.com/2024/77",
        "See [1], [2, 3] and [1][4].",
        # other languages
        "Der Kurs liegt bei 250,50 USD (+1,01 Prozent), der Börsenwert bei 3,7 Bio. USD oder 3.700 Mrd. USD.",
        "In den letzten 52 Wochen und am 20. November 2026; 51 Mio. Stück.",
        "La capitalisation est de 3,7 billions, soit 3\u202f700 milliards d'euros, et 51 millions de titres.",
        "Cotiza a 250,50 USD; vale 3,7 billones.",
        "苹果股价为250.50美元,上涨1.01%,市值3.7万亿美元,成交5100万股(2026年11月20日)。",
    ],
)
def test_number_that_stands_in_the_facts_is_supported(text: str) -> None:
    check = check_figures(text, FACTS)
    assert check.unsupported == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It will reach $300.25 soon.", "$300.25"),
        ("The target is 0.6736 EUR.", "0.6736 EUR"),
        ("Apple trades at 250.7 USD.", "250.7 USD"),
        ("The market value is 3.9 trillion.", "3.9 trillion"),
        ("The market value is 3.7 billion.", "3.7 billion"),
        ("The margin is 87%.", "87%"),
        ("It trades at 3,412 times sales.", "3,412"),
        ("My target is $2000.", "$2000"),
        ("My target is 2000 USD.", "2000 USD"),
        ("It fell by 250.5%.", "250.5%"),
        ("To our dismay 17 was the multiple.", "17"),
        ("Das Ziel ist 312,40 €.", "312,40 €"),
        ("目标价为312.40美元。", "312.40"),
        ("51,400,000 shares changed hands.", "51,400,000"),
        ("- 7.7% is the yield.", "- 7.7%"),
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


def test_figures_of_two_symbols_may_be_compared() -> None:
    facts = (FACTS[0], fact_of(5, "quote", "0700.HK", HONG_KONG))
    text = "0700.HK is worth 1.5 times as much as Apple, a difference of 1.85 trillion, or 50% more."
    assert check_figures(text, facts).unsupported == ()


def test_digits_of_a_symbol_are_no_figure() -> None:
    facts = (fact_of(1, "quote", "0700.HK", HONG_KONG),)
    assert check_figures("0700.HK is at 601.50 HKD.", facts).stated == 1


def test_facts_may_be_plain_data() -> None:
    check = check_figures("The price is 12.5, up 25%.", [{"symbol": "X", "price": 12.5, "open": 10}])
    assert (check.stated, check.supported) == (2, 2)


def test_number_that_was_only_asked_about_is_not_supported() -> None:
    assert check_figures("Yes, it is at $999.", FACTS).unsupported[0].text == "$999"


def test_hostile_length_takes_bounded_time() -> None:
    started = time.perf_counter()
    for text in ("1," * MAX_CHARS, "9" * MAX_CHARS, "1 " * MAX_CHARS, "12/26/" * MAX_CHARS, "- " * MAX_CHARS):
        check_figures(text, FACTS)
    assert time.perf_counter() - started < 10
