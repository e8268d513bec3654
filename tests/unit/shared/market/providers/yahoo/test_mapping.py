"""What is peculiar about Yahoo's figures."""

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from shared.market.providers.yahoo.fundamentals import fundamentals_from_summary, peg_ratio_from_series
from shared.market.providers.yahoo.mapping import (
    article_from_stream,
    quote_from_batch,
    symbol_from_search,
)

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


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


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"content": {"title": "t"}},
        {"content": {"title": "t", "canonicalUrl": {"url": "javascript:alert(1)"}}},
        {"content": {"title": "", "canonicalUrl": {"url": "https://example.com"}}},
    ],
)
def test_article_without_title_or_link_is_malformed(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="without title or link"):
        article_from_stream(entry, NOW)


def test_advertisement_is_no_article() -> None:
    entry = {"ad": ["x"], "content": {"title": "t", "canonicalUrl": {"url": "https://example.com"}}}
    assert article_from_stream(entry, NOW) is None


def test_a_hit_with_a_symbol_that_cannot_be_asked_for_is_left_out() -> None:
    assert symbol_from_search({"symbol": "A/../B", "quoteType": "EQUITY"}) is None


def row(**fields: object) -> dict[str, object]:
    usual = {"symbol": "AAPL", "currency": "USD", "quoteType": "EQUITY", "regularMarketPrice": 100.0}
    return {**usual, "regularMarketPreviousClose": 99.0, "regularMarketTime": 1_763_600_000, **fields}


def test_small_prices_keep_their_digits() -> None:
    fields = {"symbol": "SHIB-USD", "regularMarketPrice": 5.6e-7, "regularMarketPreviousClose": 4.32e-7}
    quote = quote_from_batch(row(**fields, priceHint=2, quoteType="CRYPTOCURRENCY"), NOW)
    assert quote is not None
    assert (quote.change, quote.change_percent) == (1.28e-7, 29.6296296296)
    assert (quote.price_decimals, quote.asset_type) == (10, "cryptocurrency")


@pytest.mark.parametrize(
    ("fields", "decimals"),
    [
        ({"priceHint": 2}, 2),
        ({"priceHint": 4, "regularMarketPrice": 1.0489}, 4),
        # 0.7150, 2.655 and 26.46 pounds; 4,012.50 rand, 65.43 shekels, 0.8450 dinars.
        ({"priceHint": 2, "currency": "GBp", "regularMarketPrice": 71.5}, 4),
        ({"priceHint": 2, "currency": "GBp", "regularMarketPrice": 265.5}, 3),
        ({"priceHint": 2, "currency": "GBp", "regularMarketPrice": 2645.5}, 2),
        ({"priceHint": 0, "currency": "GBp", "regularMarketPrice": 265.0}, 2),
        ({"priceHint": 2, "currency": "GBp", "regularMarketPrice": 1.25}, 4),
        ({"priceHint": 2, "currency": "ZAc", "regularMarketPrice": 401250.0}, 2),
        ({"priceHint": 2, "currency": "ILA", "regularMarketPrice": 6543.0}, 2),
        ({"priceHint": 2, "currency": "KWF", "regularMarketPrice": 845.0}, 4),
        ({"priceHint": 2, "currency": "KWF", "regularMarketPrice": 8450.0}, 3),
        ({"priceHint": None, "currency": "JPY", "regularMarketPrice": 2850.0}, 0),
        ({"priceHint": "x", "regularMarketPrice": 0.0512}, 5),
        ({"priceHint": 2, "regularMarketPrice": 0.0512}, 5),
        ({"priceHint": 2, "regularMarketPrice": 0.512}, 2),
        ({"priceHint": 99}, 2),
    ],
)
def test_price_decimals(fields: dict[str, object], decimals: int) -> None:
    quote = quote_from_batch(row(**fields), NOW)
    assert quote is not None
    assert quote.price_decimals == decimals


@pytest.mark.parametrize("stated", [17_530_000_000, 1_753_000_000_000])
def test_market_value_is_in_pounds_like_price_times_shares(stated: int) -> None:
    pence = {"currency": "GBp", "regularMarketPrice": 70.12, "sharesOutstanding": 25_000_000_000}
    quote = quote_from_batch(row(**pence, marketCap=stated), NOW)
    assert quote is not None
    assert (quote.market_cap, quote.quality) == (17_530_000_000, ())


def test_sessions_before_and_after_the_regular_one() -> None:
    quote = quote_from_batch(row(preMarketPrice=101.0, postMarketPrice=99.5), NOW)
    assert quote is not None
    assert (quote.pre_market_price, quote.pre_market_change, quote.pre_market_change_percent) == (
        101.0,
        1.0,
        1.0,
    )
    assert (quote.post_market_price, quote.post_market_change, quote.post_market_change_percent) == (
        99.5,
        -0.5,
        -0.5,
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"regularMarketVolume": -1},
        {"regularMarketVolume": "many"},
        {"marketCap": 1e40},
        {"marketCap": {}},
        {"longName": 7, "shortName": None},
        {"regularMarketTime": 1e300},
        {"regularMarketTime": "yesterday"},
        {"currency": 5},
        {"quoteType": ["EQUITY"]},
        {"regularMarketOpen": float("nan")},
        {"regularMarketPreviousClose": "Infinity"},
    ],
)
def test_absurd_field_costs_that_field(fields: dict[str, object]) -> None:
    quote = quote_from_batch(row(**fields), NOW)
    assert quote is not None
    assert quote.price == 100.0


def test_time_in_the_future_is_the_present() -> None:
    quote = quote_from_batch(row(regularMarketTime=NOW.timestamp() + 3600), NOW)
    assert quote is not None
    assert quote.as_of == NOW


def summary(currency: str, reported: str, **statistics: object) -> dict[str, object]:
    return {
        "price": {"currency": currency, "symbol": "X", "regularMarketPrice": 100.0, "marketCap": 10_000},
        "financialData": {"financialCurrency": reported, "totalRevenue": 5_000},
        "summaryDetail": {"priceToSalesTrailing12Months": 2.0, "trailingPE": 20.0},
        "defaultKeyStatistics": {
            "priceToBook": 1.07,
            "enterpriseValue": 3_450,
            "sharesOutstanding": 100,
            **statistics,
        },
    }


def test_figures_across_two_currencies_are_withheld_with_a_reason() -> None:
    record = fundamentals_from_summary("TSM", summary("USD", "TWD"), NOW)
    assert (record.price_to_book, record.enterprise_value, record.price_to_sales, record.revenue) == (
        None,
    ) * 4
    assert record.trailing_pe == 20.0
    (remark,) = record.quality
    assert remark.code == "mixed_currency_withheld"
    assert "TWD" in remark.detail


def test_price_to_book_of_a_price_in_pence_is_not_a_hundred_times_too_large() -> None:
    record = fundamentals_from_summary("VOD.L", summary("GBp", "GBP", priceToBook=64.0), NOW)
    assert record.price_to_book == 0.64
    assert record.quality == () or {remark.code for remark in record.quality} == {"market_value_mismatch"}


def test_shares_that_fit_the_market_value_are_chosen() -> None:
    record = fundamentals_from_summary(
        "X", summary("USD", "USD", sharesOutstanding=60, impliedSharesOutstanding=100), NOW
    )
    assert (record.shares_outstanding, record.quality) == (100, ())
    record = fundamentals_from_summary("X", summary("USD", "USD", sharesOutstanding=60), NOW)
    assert [remark.code for remark in record.quality] == ["market_value_mismatch"]


def test_fund_has_its_yield_and_peg_comes_from_the_series() -> None:
    fund = {"price": {"currency": "USD"}, "summaryDetail": {"yield": 0.0123}}
    record = fundamentals_from_summary("QQQ", fund, NOW, 1.9)
    assert (record.dividend_yield, record.peg_ratio) == (0.0123, 1.9)


def test_peg_ratio_of_a_series_is_the_newest() -> None:
    entries = [
        {"asOfDate": day, "reportedValue": {"raw": value}}
        for day, value in (("2026-09-30", 2.1), ("2026-11-20", 2.4))
    ]
    assert peg_ratio_from_series({"timeseries": {"result": [{"trailingPegRatio": [*entries, None]}]}}) == 2.4
    assert peg_ratio_from_series({}) is None


def test_article_has_no_date_in_the_future_and_no_entities() -> None:
    content = {
        "title": "AT&amp;T",
        "canonicalUrl": {"url": "https://example.com/1"},
        "pubDate": "2026-12-01T00:00:00Z",
    }
    article = article_from_stream({"content": content}, NOW)
    assert article is not None
    assert (article.title, article.published_at) == ("AT&T", None)


@pytest.mark.parametrize("previous", [0, 0.0, -5.0, "0"])
def test_close_before_that_is_a_placeholder_gives_no_change(previous: object) -> None:
    quote = quote_from_batch(row(regularMarketPreviousClose=previous), NOW)
    assert quote is not None
    assert (quote.previous_close, quote.change, quote.change_percent) == (None, None, None)


def test_price_after_the_session_before_is_not_compared_with_that_of_today() -> None:
    regular = int(NOW.timestamp())
    fields = {"regularMarketTime": regular, "postMarketPrice": 101.0, "postMarketTime": regular - 60_000}
    quote = quote_from_batch(row(**fields, preMarketPrice=99.0, preMarketTime=regular + 60), NOW)
    assert quote is not None
    assert (quote.post_market_price, quote.post_market_change, quote.post_market_change_percent) == (
        None,
    ) * 3
    assert (quote.pre_market_price, quote.pre_market_change) == (99.0, -1.0)


def test_range_of_the_day_is_plausible_or_unknown() -> None:
    quote = quote_from_batch(row(regularMarketDayHigh=90.0, regularMarketDayLow=110.0), NOW)
    assert quote is not None
    assert (quote.day_high, quote.day_low) == (None, None)


@pytest.mark.parametrize(("symbol", "kind", "price"), [("CL=F", "FUTURE", -37.63), ("^IRX", "INDEX", -0.046)])
def test_prices_below_zero_that_were_real(symbol: str, kind: str, price: float) -> None:
    fields = {"symbol": symbol, "quoteType": kind, "regularMarketPrice": price}
    quote = quote_from_batch(row(**fields, regularMarketPreviousClose=-0.01), NOW)
    assert quote is not None
    assert (quote.price, quote.change_percent) == (price, None)


@pytest.mark.parametrize(
    ("symbol", "kind"), [("AAPL", "EQUITY"), ("^GSPC", "INDEX"), ("BTC-USD", "CRYPTOCURRENCY")]
)
def test_price_below_zero_that_cannot_be_is_malformed(symbol: str, kind: str) -> None:
    with pytest.raises(ValueError, match="below zero"):
        quote_from_batch(row(symbol=symbol, quoteType=kind, regularMarketPrice=-1.0), NOW)


def test_yield_of_the_last_year_in_pence_is_not_a_hundredth() -> None:
    # 0.9 pounds of 3,000 pence: Yahoo divides pounds by pence.
    record = summary("GBp", "GBP")
    record["summaryDetail"] = {"currency": "GBp", "trailingAnnualDividendYield": 0.0003}
    assert fundamentals_from_summary("AZN.L", record, NOW).dividend_yield == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("listed", "start"),
    [
        # Long ago; two months ago; unknown; absurd; in the future.
        (345_479_400, date(2025, 11, 21)),
        (datetime(2026, 9, 15, 13, 30, tzinfo=UTC).timestamp(), date(2026, 9, 15)),
        (None, None),
        ("soon", None),
        (datetime(2027, 1, 1, tzinfo=UTC).timestamp(), None),
    ],
)
def test_year_range_states_the_day_of_the_listing(listed: object, start: date | None) -> None:
    record = summary("USD", "USD")
    record["quoteType"] = {"firstTradeDateEpochUtc": listed}
    record["price"] = {**cast(Any, record["price"]), "regularMarketTime": int(NOW.timestamp())}
    assert fundamentals_from_summary("AAPL", record, NOW).range_start is None
    record["summaryDetail"] = {"fiftyTwoWeekHigh": 120.0, "fiftyTwoWeekLow": 80.0}
    assert fundamentals_from_summary("AAPL", record, NOW).range_start == start


def test_day_of_a_listing_is_the_exchanges() -> None:
    record = summary("JPY", "JPY")
    record["quoteType"] = {"firstTradeDateEpochUtc": datetime(2026, 9, 14, 23, tzinfo=UTC).timestamp()}
    record["price"] = {**cast(Any, record["price"]), "regularMarketTime": int(NOW.timestamp())}
    record["summaryDetail"] = {"fiftyTwoWeekHigh": 120.0}
    assert fundamentals_from_summary("9999.T", record, NOW).range_start == date(2026, 9, 15)
