"""Market data as the numbered facts that a model reads."""

import re

import pytest

from shared.domain.market_data import Actions, Dividend, Fund, FundHolding, Remark, SectorWeight
from shared.figures.checker import check_figures
from shared.grounding.market_facts import fact_of, price_fact
from shared.llm.composed_answer import compose_answer
from tests.support.stock_data import FUNDAMENTALS, HISTORY, NOW, QUOTE, TECHNICALS


def test_fact_ends_with_the_remarks_on_its_data() -> None:
    remark = Remark(code="missing_sessions", detail="2 sessions without a candle.")
    marked = TECHNICALS.model_copy(update={"quality": (remark,)})
    fact = fact_of(1, "technicals", "AAPL", marked)
    assert fact.text.endswith("data quality: 2 sessions without a candle.")
    assert fact.data["quality"] == [{"code": "missing_sessions", "detail": remark.detail}]
    assert "data quality" not in fact_of(1, "quote", "AAPL", QUOTE).text


def test_change_over_a_price_of_zero_or_below_is_unknown() -> None:
    for close in (0.0, -37.63):
        first = HISTORY.candles[0].model_copy(update={"close": close})
        history = HISTORY.model_copy(update={"candles": (first, *HISTORY.candles[1:])})
        fact = fact_of(1, "history", "CL=F", history)
        assert fact.data["change_percent"] is None
        assert "%" not in fact.text


def test_a_special_dividend_is_part_of_the_return() -> None:
    # 20 of 100 are paid out: the price falls, the holder loses nothing.
    closes = ((100.0, 80.0), (80.0, 80.0))
    candles = tuple(
        candle.model_copy(update={"close": close, "adjusted_close": adjusted})
        for candle, (close, adjusted) in zip(HISTORY.candles[-2:], closes, strict=True)
    )
    fact = fact_of(1, "history", "AAPL", HISTORY.model_copy(update={"candles": candles}))
    assert (fact.data["change_percent"], fact.data["total_return_percent"]) == (-20.0, 0.0)
    assert "change -20.00% (+0.00% with dividends)," in fact.text
    checked = check_figures("AAPL returned 0.00% over the period [1], while the price fell 20%.", [fact])
    assert (checked.unsupported, checked.misattributed) == ((), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"adjustment": "none"},
        {"quality": (Remark(code="unexplained_jump", detail="The price moves by the factor 1/4."),)},
    ],
    ids=["as traded", "across a jump"],
)
def test_no_change_is_told_that_may_be_a_split(changes: dict[str, object]) -> None:
    fact = fact_of(1, "history", "AAPL", HISTORY.model_copy(update=changes))
    assert (fact.data["change"], fact.data["change_percent"]) == (None, None)
    assert "change" not in fact.text
    assert "%" not in compose_answer([fact])


@pytest.mark.parametrize(
    ("symbol", "currency", "scale", "last"),
    [
        ("EURUSD=X", "USD", 1.1598, "1.1598"),
        ("JPY=X", "JPY", 145.41, "145.41"),
        ("7203.T", "JPY", 2712.0, "2,712"),
        ("SHIB-USD", "USD", 5.6e-7, "0.0000005600"),
    ],
)
def test_prices_have_the_customary_decimals(symbol: str, currency: str, scale: float, last: str) -> None:
    candle = HISTORY.candles[-1]
    prices = dict.fromkeys(("open", "high", "low", "close"), scale)
    history = HISTORY.model_copy(
        update={
            "symbol": symbol,
            "currency": currency,
            "candles": (candle.model_copy(update=prices),),
        }
    )
    fact = fact_of(1, "history", symbol, history)
    assert f"last close {last}, change +0.00%, lowest {last}, highest {last} {currency}; closes:" in fact.text
    assert f"from {last} {currency} to {last} {currency}" in compose_answer([fact])
    quote = QUOTE.model_copy(
        update={"symbol": symbol, "currency": currency, "price": scale, "previous_close": scale}
    )
    assert f"last traded at {last} {currency}" in compose_answer([fact_of(1, "quote", symbol, quote)])


def test_decimals_are_those_of_the_quote() -> None:
    quote = QUOTE.model_copy(update={"price": 1.15984, "price_decimals": 4, "change": -0.00001})
    fact = fact_of(1, "quote", "AAPL", quote)
    assert "Price 1.1598 USD; Change 0.0000 USD" in fact.text
    assert "last traded at 1.1598 USD" in compose_answer([fact])


def test_every_text_of_an_instrument_has_the_decimals_of_its_quote() -> None:
    """A share of 155.3 yen: its source recommends two decimals, its currency has none."""
    yen = {"symbol": "9432.T", "currency": "JPY", "price_decimals": 2}
    last = HISTORY.candles[-1].model_copy(update=dict.fromkeys(("open", "high", "low", "close"), 155.3))
    history = HISTORY.model_copy(update={**yen, "candles": (last,)})
    technicals = TECHNICALS.model_copy(update={**yen, "close": 155.3, "sma_50": 154.7, "macd": 0.4567})
    facts = [fact_of(1, "history", "9432.T", history), fact_of(2, "technicals", "9432.T", technicals)]
    assert "last close 155.30" in facts[0].text
    assert "SMA 50 154.70 JPY" in facts[1].text
    assert "MACD 0.457" in facts[1].text
    answer = compose_answer(facts)
    assert "to 155.30 JPY" in answer
    assert "50-day average of 154.70 JPY" in answer
    day = price_fact(3, history, last, last.timestamp.date())
    assert "155.30 JPY" in day.text


def test_price_of_long_ago_keeps_its_digits() -> None:
    old = HISTORY.candles[0].model_copy(update={"close": 0.098943})
    history = HISTORY.model_copy(update={"price_decimals": 2})
    assert "0.09894 USD" in price_fact(1, history, old, old.timestamp.date()).text


def test_small_dividends_keep_their_digits() -> None:
    paid = tuple(
        Dividend(ex_date=NOW.date(), amount=amount, currency="IDR") for amount in (1234567.89, 0.00012345678)
    )
    actions = Actions(
        source="yahoo", as_of=NOW, fetched_at=NOW, symbol="X.JK", adjustment="split", dividends=paid
    )
    text = fact_of(1, "actions", "X.JK", actions).text
    assert "1234567.89 IDR" in text
    assert "0.00012345678 IDR" in text


@pytest.mark.parametrize(
    "detail",
    [
        "12 sessions of the exchange without a candle: 2026-11-11, 2026-11-12 and 10 more.",
        "The price moves by the factor 1/9.98 on 2025-10-17 without a known corporate action.",
        "Adjusted closes imply a factor of 1.0000 since 2023-01-03, the listed dividends 0.9700.",
        "EMA and RSI may not have settled: the history has 0 of the 250 candles.",
        "Implausible or missing prices of 2 candles were repaired: 2026-04-20, 2026-04-21.",
        "1 of 50 records were malformed.",
        "Market value 40,000,000,000 is not price times shares (30,000,000,000).",
        "Statements are in TWD; converted at 0.0309 USD for 1 TWD (ecb, 2026-11-20): revenue.",
    ],
)
def test_answer_without_a_model_ends_with_the_remarks(detail: str) -> None:
    remark = Remark(code="missing_sessions", detail=detail)
    marked = {"quality": (remark,)}
    facts = [
        fact_of(1, "quote", "AAPL", QUOTE),
        fact_of(2, "technicals", "AAPL", TECHNICALS.model_copy(update=marked)),
        fact_of(3, "history", "AAPL", HISTORY.model_copy(update=marked)),
    ]
    answer = compose_answer(facts)
    assert f"Remarks on the quality of the data: {detail.rstrip('.')} [2] [3]." in answer
    assert "Remarks" not in compose_answer(facts[:1])
    check = check_figures(answer, facts)
    assert [(mark.text, mark.sentence) for mark in (*check.unsupported, *check.misattributed)] == []


def test_remarks_on_a_fact_that_is_told_as_it_is_come_once() -> None:
    remark = Remark(code="dropped_records", detail="1 of 3 records were malformed.")
    actions = Actions(
        source="yahoo", as_of=NOW, fetched_at=NOW, symbol="AAPL", adjustment="split", quality=(remark,)
    )
    assert compose_answer([fact_of(1, "actions", "AAPL", actions)]).count("1 of 3 records") == 1


def test_chat_reads_costs_and_holdings_of_a_fund() -> None:
    fund = Fund(
        expense_ratio=0.002,
        holdings=(FundHolding(symbol="AAPL", name="Apple Inc", weight=0.0901),),
        sectors=(SectorWeight(sector="Technology", weight=0.508),),
    )
    fact = fact_of(1, "fundamentals", "QQQ", FUNDAMENTALS.model_copy(update={"fund": fund}))
    assert "Expense ratio 0.20%" in fact.text
    assert re.search(r"Weight of \W*Apple Inc\W* 9\.01%", fact.text)
    assert re.search(r"Weight of \W*Technology\W* 50\.80%", fact.text)
