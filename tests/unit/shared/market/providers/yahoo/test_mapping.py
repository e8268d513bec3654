"""What is peculiar about Yahoo's figures."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.market.providers.yahoo.mapping import (
    article_from_stream,
    candles_from_frame,
    currency_and_factor,
    fundamentals_from_summary,
    quote_from_batch,
    symbol_from_search,
)

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
ROW = {"Open": 1.0, "High": 3.0, "Low": 0.5, "Close": 2.0, "Adj Close": 1.9, "Volume": 10.0}


@pytest.mark.parametrize(
    ("raw", "currency", "factor"),
    [
        ("USD", "USD", 1),
        ("GBp", "GBP", 0.01),
        ("ZAc", "ZAR", 0.01),
        ("ILA", "ILS", 0.01),
        (None, None, 1),
        ("?", None, 1),
    ],
)
def test_currencies(raw: str | None, currency: str | None, factor: float) -> None:
    assert currency_and_factor(raw) == (currency, factor)


def test_a_market_capitalisation_is_not_in_pence() -> None:
    row = {"symbol": "VOD.L", "currency": "GBp", "regularMarketPrice": 71.5, "marketCap": 18_000_000_000}
    quote = quote_from_batch(row, NOW)
    assert quote is not None
    assert (quote.price, quote.market_cap, quote.change_percent) == (0.715, 18_000_000_000, None)


@pytest.mark.parametrize("price", [None, float("nan"), "Infinity", {}, True])
def test_without_a_price_there_is_no_quote(price: object) -> None:
    assert quote_from_batch({"symbol": "AAPL", "currency": "USD", "regularMarketPrice": price}, NOW) is None


def test_figures_in_another_currency_than_the_price_are_left_out() -> None:
    financial = {"financialCurrency": "TWD", "totalRevenue": 10**12, "grossMargins": 0.5}
    summary = {"price": {"currency": "USD"}, "financialData": financial}
    record = fundamentals_from_summary("TSM", summary, NOW)
    assert (record.currency, record.revenue, record.gross_margin) == ("USD", None, 0.5)


def test_candles_keep_the_exchanges_date_are_sorted_and_have_no_gaps() -> None:
    days = [datetime(2026, 11, day, tzinfo=TOKYO) for day in (20, 18, 19)]
    rows = [(days[0], ROW), (days[1], ROW), (days[2], {**ROW, "Low": float("nan")})]
    candles = candles_from_frame(rows, 1.0, intraday=False)
    assert [candle.timestamp for candle in candles] == [datetime(2026, 11, d, tzinfo=UTC) for d in (18, 20)]
    (minute,) = candles_from_frame([(days[0], ROW)], 1.0, intraday=True)
    assert minute.timestamp == datetime(2026, 11, 19, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"content": {"title": "t"}},
        {"content": {"title": "t", "canonicalUrl": {"url": "javascript:alert(1)"}}},
        {"ad": ["x"], "content": {"title": "t", "canonicalUrl": {"url": "https://example.com"}}},
    ],
)
def test_what_is_no_article(entry: dict[str, object]) -> None:
    assert article_from_stream(entry) is None


def test_a_hit_with_a_symbol_that_cannot_be_asked_for_is_left_out() -> None:
    assert symbol_from_search({"symbol": "A/../B", "quoteType": "EQUITY"}) is None
