"""What the check says of whole texts: verdicts, offsets, streaming, bounds."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any

import pytest

from shared.domain.facts import Fact
from shared.figures.checker import (
    MAX_CHARS,
    FiguresChecker,
    check_figures,
    open_checker,
)
from shared.figures.judging.judge import Judge
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.judgement import Judgement
from shared.figures.verdicts.verdicts import FiguresCheck, Verdict
from shared.grounding.market_facts import fact_of
from tests.support.politely_checked import check_politely
from tests.support.stock_data import FUNDAMENTALS, NEWS, QUOTE, TECHNICALS

FACTS = (
    fact_of(1, "quote", "AAPL", QUOTE),
    fact_of(2, "technicals", "AAPL", TECHNICALS),
    fact_of(3, "fundamentals", "AAPL", FUNDAMENTALS),
    fact_of(4, "news", "AAPL", NEWS),
)
TENCENT = QUOTE.model_copy(
    update={
        "symbol": "0700.HK", "name": "Tencent Holdings Limited", "currency": "HKD", "price": 601.5,
        "previous_close": 605.0, "change": -3.5, "change_percent": -0.579, "market_cap": 5_550_000_000_000,
    }
)  # fmt: skip
BOTH = (FACTS[0], fact_of(5, "quote", "0700.HK", TENCENT))


HEADLINES = (
    "Apple cuts 3 of 12 shops (4)",
    "Profit up 45%. Is Apple worth 300 USD?",
    "\u202eSpoof: revenue of $5.5 billion",
)


def listed(check: FiguresCheck) -> list[tuple[str, str]]:
    return [(mark.text, mark.verdict.value) for mark in check.marks if mark.verdict is not Verdict.SUPPORTED]


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
        "There is 1 article.",
        # derived
        "It is $2.50 above the close of $248.00.",
        "The price is 13.9% above its 200-day average of 220.00 USD.",
        "It is 3.7% below its 52-week high of 260.10, a distance of $9.60.",
        "The mean target of $270 is 7.8% above the price, or $19.50.",
        "SMA 50 is 9.1% above SMA 200.",
        "Net debt is $58 billion.",
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
        "La capitalisation est de 3,7 billions, soit 3\u202f700 milliards de dollars; 51 millions de titres.",
        "Cotiza a 250,50 USD; vale 3,7 billones.",
        "苹果股价为250.50美元,上涨1.01%,市值3.7万亿美元,成交5100万股(2026年11月20日)。",
    ],
)
def test_number_that_says_what_the_facts_say_is_supported(text: str) -> None:
    assert listed(check_figures(text, FACTS)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It will reach $300.25 soon.", "$300.25"),
        ("The target is 0.6736 EUR.", "0.6736 EUR"),
        ("Apple trades at 250.7 USD.", "250.7 USD"),
        ("The market value is 3.9 trillion.", "3.9 trillion"),
        ("The market value is 3.7 billion.", "3.7 billion"),
        ("The margin is 87%.", "87%"),
        ("It trades at 3,412 times sales.", "3,412 times"),
        ("My target is $2000.", "$2000"),
        ("My target is 2000 USD.", "2000 USD"),
        ("It fell by 250.5%.", "250.5%"),
        ("To our dismay 17 was the multiple.", "17"),
        ("Das Ziel ist 312,40 €.", "312,40 €"),
        ("目标价为312.40美元。", "312.40美元"),
        ("51,400,000 shares changed hands.", "51,400,000"),
        ("- 7.7% is the yield.", "7.7%"),
        ("The RSI is 99.1.", "99.1"),
        ("S&P 9999 is next.", "9999"),
        ("The stock costs three hundred dollars.", "three hundred dollars"),
        ("Revenue doubled.", "doubled"),
        ("It has paid a dividend for 63 years.", "63 years"),
    ],
)
def test_number_that_no_fact_has_is_unsupported(text: str, number: str) -> None:
    assert listed(check_figures(text, FACTS)) == [(number, "unsupported")]


@pytest.mark.parametrize(
    ("text", "number", "metric"),
    [
        ("Apple closed at $248.50.", "$248.50", "open"),
        ("The stock fell 1.0% today.", "1.0%", "change_percent"),
        ("The RSI is above 70, and the price is below its 200-day average of 220.", "220", "sma_200"),
        ("The P/E is 61.2.", "61.2", "rsi_14"),
    ],
)
def test_number_of_something_else_is_misattributed(text: str, number: str, metric: str) -> None:
    check = check_figures(text, FACTS)
    [mark] = [mark for mark in check.misattributed if mark.text == number]
    assert mark.figure is not None
    assert (mark.figure.symbol, mark.figure.metric) == ("AAPL", metric)


def test_number_of_another_company_is_misattributed() -> None:
    text = "Tencent trades at 250.50 and Apple at 601.50."
    check = check_figures(text, BOTH)
    assert [(mark.text, mark.figure and mark.figure.symbol) for mark in check.misattributed] == [
        ("250.50", "AAPL"),
        ("601.50", "0700.HK"),
    ]


def test_company_that_the_facts_do_not_have_gets_no_other_companys_figures() -> None:
    assert listed(check_figures("Tesla trades at $250.50.", FACTS)) == [("$250.50", "misattributed")]


def test_question_names_the_company_that_the_answer_leaves_out() -> None:
    assert listed(check_figures("It trades at 601.50 HKD.", BOTH, "Where is Tencent?")) == []
    assert listed(check_figures("It trades at 601.50 HKD.", BOTH, "Where is Apple?")) != []


@pytest.mark.parametrize(
    ("question", "is_right"),
    [
        ("how is tencent today?", True),
        ("and 0700.hk today", True),
        ("HOW IS TENCENT?", True),
        ("how is apple today?", False),
        ("what did aapl do", False),
    ],
)
def test_users_write_names_in_lower_case(question: str, is_right: bool) -> None:
    assert (listed(check_figures("It fell 0.6% today.", BOTH, question)) == []) is is_right


@pytest.mark.parametrize(("name", "spelling"), [("adidas AG", "adidas"), ("eBay Inc.", "eBay")])
def test_names_have_their_own_spelling(name: str, spelling: str) -> None:
    other = TENCENT.model_copy(update={"symbol": "XX", "name": name})
    facts = (FACTS[0], fact_of(5, "quote", "XX", other))
    assert listed(check_figures(f"Apple rose, and {spelling} fell 0.6% today.", facts)) == []
    assert listed(check_figures(f"Today {spelling} rose 1.0%.", facts)) == [("1.0%", "misattributed")]


def test_question_may_write_metrics_in_lower_case() -> None:
    asked = "what is the rsi of apple?"
    assert listed(check_figures(f"It is {TECHNICALS.rsi_14:.1f}.", FACTS[1:2] + BOTH[1:], asked)) == []


def test_apostrophe_of_a_name_may_be_left_out() -> None:
    other = TENCENT.model_copy(update={"symbol": "MCD", "name": "McDonald's Corporation"})
    facts = (FACTS[0], fact_of(5, "quote", "MCD", other))
    assert listed(check_figures("It fell 0.6% today.", facts, "mcdonalds down today?")) == []
    assert listed(check_figures("McDonalds fell 0.6% today.", facts)) == []


def test_day_in_brackets_is_told_of_the_price() -> None:
    lines = ("Tencent: 601.50 HKD (-0.6% today), revenue +3.4%", "Apple: $250.50 (+1.0% today), profit 26.9%")
    text = "\n".join(f"- {line}" for line in lines)
    wrong = [number for number, _ in listed(check_figures(text, (*FACTS, BOTH[1])))]
    assert wrong == ["+3.4%"]


def test_as_many_analysts_as_years_are_a_year() -> None:
    for words in ("For the full year 2026 analysts look for", "For full-year 2026 analysts expect"):
        check = check_figures(f"{words} more from Apple.", FACTS)
        assert check.stated == 0, words


def test_metric_in_a_question_is_no_company() -> None:
    target = TENCENT.model_copy(update={"symbol": "TGT", "name": "Target Corporation"})
    facts = (FACTS[0], fact_of(5, "quote", "TGT", target))
    assert listed(check_figures("It fell 0.6% today.", facts, "what is the target price of apple?")) != []


@pytest.mark.parametrize("month", ["10月の販売", "10月销量", "10월 판매"])
def test_month_without_a_day_is_no_figure(month: str) -> None:
    assert check_figures(f"{month}: Apple 250.50 USD.", FACTS).stated == 1


@pytest.mark.parametrize("name", ["Gold Dec 26", "Growth Fund Q4 2024", "Target Fund FY2030"])
def test_period_in_a_name_is_none_of_the_figure(name: str) -> None:
    quote = QUOTE.model_copy(update={"symbol": "GC=F", "name": name, "asset_type": "future"})
    check = check_figures(f"{name} last traded at 250.50 USD [1].", (fact_of(1, "quote", "GC=F", quote),))
    assert [(mark.text, mark.verdict) for mark in check.marks] == [("250.50 USD", Verdict.SUPPORTED)]


def test_currency_is_part_of_the_figure() -> None:
    assert listed(check_figures("Apple trades at €250.50.", FACTS)) == [("€250.50", "misattributed")]


def test_number_without_metric_needs_four_digits_and_one_figure() -> None:
    assert listed(check_figures("The figure is 260.10.", FACTS)) == []
    assert listed(check_figures("The figure is 34.1.", FACTS)) == [("34.1", "misattributed")]
    # The quote and the technical figures have it under two names of one metric.
    assert listed(check_figures("The figure is 250.50.", FACTS)) == []


def test_result_is_what_the_contract_says() -> None:
    check = check_figures("Apple trades at $250.50. Its RSI is 34.1, its target $999.99.", FACTS)
    result = check.as_dict()
    assert {name: result[name] for name in ("stated", "supported")} == {"stated": 3, "supported": 1}
    assert result["stated"] == result["supported"] + len(result["unsupported"]) + len(result["misattributed"])
    assert result["unsupported"] == [
        {
            "text": "$999.99",
            "sentence": "Its RSI is 34.1, its target $999.99.",
            "start": 53,
            "end": 60,
        }
    ]
    assert result["misattributed"][0]["belongs_to"] == {
        "fact_id": 3,
        "symbol": "AAPL",
        "metric": "trailing_pe",
        "period": None,
    }
    assert result["marks"][0] == {
        "text": "$250.50",
        "verdict": "supported",
        "fact_id": 1,
        "fact": {
            "label": "price",
            "value": 250.5,
            "unit": "USD",
            "symbol": "AAPL",
            "period": None,
            "as_of": "2026-11-20T21:00:00Z",
        },
        "start": 16,
        "end": 23,
    }


def test_text_without_numbers_states_nothing() -> None:
    assert check_figures("No data was available.", FACTS).as_dict() == {
        "stated": 0,
        "supported": 0,
        "unsupported": [],
        "misattributed": [],
        "marks": [],
    }


def test_offsets_are_utf_16_code_units() -> None:
    text = "🚀🚀 Apple trades at $250.50 📈 and the RSI is 61.2."
    units = text.encode("utf-16-le")
    marks = check_figures(text, FACTS).marks
    assert [units[mark.start * 2 : mark.end * 2].decode("utf-16-le") for mark in marks] == ["$250.50", "61.2"]


@pytest.mark.parametrize("size", [1, 3, 7, 40, 1000])
def test_text_that_comes_in_pieces_is_checked_alike(size: int) -> None:
    text = (
        "**Apple (AAPL)** trades at $250.50 [1]. It rose 1.0% on Nov. 20, 2026! 😀 The RSI is 34.1.\n\n"
        "| Metric | Value |\n|---|---|\n| P/E | 34.1 |\n| RSI | 12.5 |\n\nDer Börsenwert ist 3,7 Bio. USD."
    )
    checker = FiguresChecker(FACTS)
    marks = [mark for place in range(0, len(text), size) for mark in checker.feed(text[place : place + size])]
    marks += checker.close()
    assert tuple(marks) == checker.result.marks == check_figures(text, FACTS).marks


def test_marks_come_when_their_sentence_has_ended() -> None:
    checker = FiguresChecker(FACTS)
    assert checker.feed("Apple trades at $250.50") == []
    assert [mark.text for mark in checker.feed(". The RSI of this company is still neutral.")] == ["$250.50"]


def test_facts_may_come_while_the_text_is_written() -> None:
    checker = FiguresChecker(FACTS[:1])
    checker.add_facts([fact_of(2, "quote", "0700.HK", TENCENT)])
    checker.feed("Tencent trades at 601.50 HKD [2].\n")
    checker.close()
    assert listed(checker.result) == []


def test_table_of_an_answer_is_read_by_rows_and_columns() -> None:
    text = (
        "| | Apple | Tencent |\n|---|---|---|\n| Price | 250.50 | 601.50 |\n"
        "| Change (%) | 1.01 | -0.58 |\n| Market value ($bn) | 3,700 | 3,700 |\n"
    )
    assert [mark.text for mark in check_figures(text, BOTH).marks] == [
        *("250.50", "601.50", "1.01", "-0.58", "3,700", "3,700"),
    ]
    assert [text for text, _ in listed(check_figures(text, BOTH))] == ["3,700"]


def test_heading_of_a_table_tells_the_scale_of_its_cells() -> None:
    text = (
        "**Apple, balance sheet (in $bn)**\n\n| | Latest |\n|---|---|\n| Revenue | 416 |\n"
        "| Cash | 54 |\n| Debt | 113 |\n"
    )
    assert listed(check_figures(text, FACTS)) == [("113", "unsupported")]


def test_scale_in_brackets_is_that_of_the_numbers_behind_it() -> None:
    assert listed(check_figures("Apple's cash and debt (in $bn): 54 and 112.", FACTS)) == []


def test_pence_are_hundredths_of_a_pound() -> None:
    vodafone = QUOTE.model_copy(
        update={"symbol": "VOD.L", "name": "Vodafone Group Plc", "currency": "GBP", "price": 0.849}
    )
    facts = [fact_of(1, "quote", "VOD.L", vodafone)]
    assert listed(check_figures("Vodafone trades at 84.9p.", facts)) == []
    assert listed(check_figures("Vodafone trades at 84.9 pence.", facts)) == []
    assert [text for text, _ in listed(check_figures("Vodafone trades at 0.849p.", facts))] == ["0.849p"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Apple has more cash ($54 billion) than many, and its debt is $54 billion.", "$54 billion"),
        ("Apple's price ranged from $250.50 to $250.50.", "$250.50"),
    ],
)
def test_one_figure_is_not_two_things_of_a_sentence(text: str, wrong: str) -> None:
    assert [number for number, _ in listed(check_figures(text, FACTS))] == [wrong]


def test_prose_of_facts_is_compared_by_its_words() -> None:
    report = "Contoso sold 4,812 tractors in 2026. Its dealers ordered 912 more."
    facts = [Fact(1, "document", "", report, {}, "report", None, False)]
    assert listed(check_figures("In 2026, 4,812 tractors were sold by Contoso.", facts)) == []
    assert listed(check_figures("The dealers of Contoso ordered 912 tractors.", facts)) == []
    assert listed(check_figures("The dealers of Contoso ordered 913 tractors.", facts)) == [
        ("913", "unsupported")
    ]


def test_facts_may_be_plain_data() -> None:
    check = check_figures(
        "The price is 12.5, up 25% from the open.", [{"symbol": "X", "price": 12.5, "open": 10}]
    )
    assert (check.stated, check.supported) == (2, 2)


def test_number_that_was_only_asked_about_is_not_supported() -> None:
    assert check_figures("Yes, it is at $999.", FACTS, "Is it at $999?").unsupported[0].text == "$999"


def test_prose_beyond_the_bound_is_not_looked_at() -> None:
    assert check_figures("a" * MAX_CHARS + " It is at $999.", FACTS).stated == 0


HOSTILE_CHARS = 20_000
HOSTILE = (
    "1 ",
    "12/26/",
    "$1 ",
    "RSI 50 ",
    "up 5% from ",
    "[1]",
    "(1)",
    "|1",
    "1:",
    "Q1 ",
)


async def turns_of_others(work: Coroutine[Any, Any, object]) -> int:
    """How often another task of the event loop runs during some work."""
    turns = itertools.count()

    async def others() -> None:
        while True:
            next(turns)
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await work
    task.cancel()
    return next(turns)


@pytest.mark.parametrize("piece", HOSTILE)
async def test_hostile_text_leaves_the_event_loop_free(piece: str) -> None:
    text = (piece * HOSTILE_CHARS)[:HOSTILE_CHARS]
    # How long each slice takes is measured by the benchmark.
    assert await turns_of_others(check_politely(text, FACTS)) > 1


@pytest.mark.parametrize("piece", [*HOSTILE, "Apple ", "2**", "トヨタ自動車"])
async def test_hostile_question_leaves_the_event_loop_free(piece: str) -> None:
    assert await turns_of_others(open_checker(FACTS, (piece * 4_000)[:4_000])) > 1


def test_result_of_the_calculator_supports_a_number() -> None:
    data = {
        "operation": "cagr_percent",
        "operands": [
            {"fact": 1, "figure": "periods.0.revenue", "value": 281.7e9},
            {"fact": 1, "figure": "periods.4.revenue", "value": 168.1e9},
        ],
        "value": 13.78,
    }
    facts = [
        *FACTS,
        Fact(5, "calculation", "AAPL", "cagr of … = 13.78 percent", data, "calculation", None, False),
    ]
    check = check_figures("Apple's revenue grew 13.8% a year on average [5].", facts)
    assert [(mark.verdict.value, mark.figure and mark.figure.fact_id) for mark in check.marks] == [
        ("supported", 5)
    ]


def test_close_of_a_day_belongs_to_that_day() -> None:
    data = {"date": "2026-11-12", "close": 268.17, "currency": "USD"}
    facts = [*FACTS, Fact(5, "price_on", "AAPL", "close …", data, "yahoo", "2026-11-12T21:00:00Z", False)]
    assert listed(check_figures("On 12 November 2026 Apple closed at $268.17 [5].", facts)) == []
    assert listed(check_figures("On 13 November 2026 Apple closed at $268.17.", facts)) == [
        ("$268.17", "misattributed")
    ]


@pytest.mark.parametrize(
    "said",
    [
        "The latest headlines of the last days: “{}” [4].",
        "Die neuesten Schlagzeilen der letzten Tage: „{}“ [4].",
        "Les derniers titres de ces jours\u00a0: «\u00a0{}\u00a0» [4].",
        "Los últimos titulares de estos días: «{}» [4].",
        "この数日の最新の見出しは次のとおりで、詳細は出典にあります：「{}」です[4]。",
        "最近几天的最新标题如下，详情请见所列来源，供读者参考：“{}”[4]。",
    ],
)
def test_quoted_headline_supports_its_own_figures_and_no_others(said: str) -> None:
    articles = tuple(NEWS.articles[0].model_copy(update={"title": title}) for title in HEADLINES)
    facts = [*FACTS[:3], fact_of(4, "news", "AAPL", NEWS.model_copy(update={"articles": articles}))]
    for title in HEADLINES:
        shown = title.replace("\u202e", "")
        assert listed(check_figures(said.format(shown), facts, "AAPL")) == []
    changed = HEADLINES[1].replace("45", "54")
    assert listed(check_figures(said.format(changed), facts, "AAPL"))


def test_defect_of_the_check_costs_one_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    judged = Judge.judge

    def failing(self: Judge, sentence: Sentence, *others: Any) -> list[Judgement]:
        if "boom" in sentence.text:
            raise ZeroDivisionError
        return judged(self, sentence, *others)

    monkeypatch.setattr(Judge, "judge", failing)
    checker = FiguresChecker(FACTS, "How is Apple?")
    checker.feed("Apple trades at $250.50. A boom to $260.10. Its RSI is 99.1.")
    checker.close()
    assert [mark.text for mark in checker.result.marks] == ["$250.50", "99.1"]
    assert checker.failures == 1
    assert "figures check failed in a sentence; companies AAPL" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("function", "read"), [("FiguresChecker._read_question", "the question"), ("FactBase._add", "a fact")]
)
def test_defect_in_a_question_or_a_fact_leaves_the_rest(
    function: str, read: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner, name = function.split(".")
    target = {"FiguresChecker": FiguresChecker, "FactBase": FactBase}[owner]
    whole, calls = getattr(target, name), []

    def failing(self: object, *given: object) -> None:
        calls.append(given)
        if len(calls) == 1:
            raise ValueError
        whole(self, *given)

    monkeypatch.setattr(target, name, failing)
    check = check_figures("Apple's RSI is 61.2.", FACTS, "How is Apple?")
    assert check.supported == 1
    assert f"figures check failed in {read}" in caplog.text
