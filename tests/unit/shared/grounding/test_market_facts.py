"""Market data as the numbered facts that a model reads."""

import pytest

from shared.domain.market_data import Remark
from shared.grounding.market_facts import fact_of
from shared.llm.composed_answer import compose_answer
from tests.support.stock_data import HISTORY, QUOTE, TECHNICALS


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
