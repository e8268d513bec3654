"""Market data as the numbered facts that a model reads."""

from shared.domain.market_data import Remark
from shared.grounding.market_facts import fact_of
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
