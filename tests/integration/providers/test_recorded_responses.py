"""Recorded responses of Yahoo and Alpha Vantage pass through the mappings.

``RECORDED_DATA`` names the folder with the recordings, which are not part of the repository.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.domain.market_data import Fundamentals, HistoryRequest, Quote
from shared.market.providers.alpha_vantage import mapping as alpha_vantage
from shared.market.providers.fields import convert_each, part
from shared.market.providers.yahoo import mapping as yahoo
from shared.market.providers.yahoo.chart import history_from_charts

FOLDER = Path(os.environ.get("RECORDED_DATA", "missing"))
if not FOLDER.is_dir():
    pytest.skip("RECORDED_DATA names no folder with recorded responses", allow_module_level=True)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
YAHOO = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "yahoo").glob("*.json"))}


def results(kind: str, envelope: str) -> dict[str, Any]:
    """The results of the recordings of one kind, by name of the file."""
    found = {}
    for name, recording in YAHOO.items():
        if name.startswith(f"{kind}-") and recording["status"] == 200:
            found[name] = part(recording["body"], envelope).get("result")
    return found


def quotes() -> list[Quote]:
    rows = [row for rows in results("quote", "quoteResponse").values() for row in rows or ()]
    return list(convert_each("yahoo", "quotes", rows, lambda row: yahoo.quote_from_batch(row, NOW)).records)


def summaries() -> dict[str, Fundamentals]:
    return {
        name: yahoo.fundamentals_from_summary(name.split("-")[-1], rows[0], NOW)
        for name, rows in results("quoteSummary", "quoteSummary").items()
        if rows
    }


def test_every_quote_is_read() -> None:
    found = {quote.symbol: quote for quote in quotes()}
    assert len(found) == 10
    assert {quote.asset_type for quote in found.values()} >= {
        "equity",
        "etf",
        "currency",
        "future",
        "cryptocurrency",
    }
    assert (found["AAPL"].price, found["AAPL"].market_cap) == (244.6, 3674405863424)
    assert (found["EURUSD=X"].price_decimals, found["EURUSD=X"].market_cap) == (4, None)
    assert found["AAPL"].post_market_price == 244.64
    assert [remark.code for remark in found["BABA"].quality] == ["market_value_mismatch"]


def test_every_summary_is_read_and_mixed_currencies_are_withheld() -> None:
    found = summaries()
    remarks = Counter(remark.code for record in found.values() for remark in record.quality)
    baba = found["quoteSummary-all-BABA"]
    assert (baba.price_to_book, baba.enterprise_value, baba.revenue) == (None, None, None)
    assert (baba.trailing_pe, baba.earnings_per_share) == (20.924309, 6.87)
    apple = found["quoteSummary-all-AAPL"]
    assert (apple.price_to_book, apple.enterprise_value) == (55.328976, 3731694026752)
    assert str(apple.period_end) == "2024-12-28"
    assert (len(found), remarks) == (46, {"mixed_currency_withheld": 1})


def test_every_chart_is_read() -> None:
    charts = results("chart", "chart")
    remarks: Counter[str] = Counter()
    for name, (chart,) in charts.items():
        symbol = chart["meta"]["symbol"]
        request = HistoryRequest(symbol=symbol, period="max", interval="1d")
        history = history_from_charts(request, [chart], NOW)
        remarks.update(remark.code for remark in history.quality)
        assert len(history.candles) == len(chart.get("timestamp", ())), name
        for one in history.candles:
            assert one.low <= min(one.open, one.close), name
            assert one.high >= max(one.open, one.close), name
        quote = yahoo.quote_from_chart(chart, NOW)
        assert quote is not None, name
        assert (quote.symbol, quote.currency) == (symbol, history.currency)
    assert (len(charts), remarks) == (13, {})


def test_every_search_is_read() -> None:
    searches = {
        name: one for name, one in YAHOO.items() if name.startswith("search-") and one["status"] == 200
    }
    for name, recording in searches.items():
        hits = recording["body"].get("quotes", [])
        infos = convert_each("yahoo", "search hits", hits, yahoo.symbol_from_search)
        assert infos.dropped == 0, name


def load(name: str) -> Any:
    return json.loads((FOLDER / "alpha_vantage" / name).read_text("utf-8"))


def test_alpha_vantage_is_read() -> None:
    overview = alpha_vantage.fundamentals("IBM", load("OVERVIEW-IBM.json"), NOW)
    assert overview.name == "International Business Machines"
    assert overview.period_end is not None
    hits = convert_each(
        "alpha_vantage", "hits", load("SYMBOL_SEARCH.json")["bestMatches"], alpha_vantage.symbol_info
    )
    assert hits.dropped == 0
    actions = alpha_vantage.actions(
        "IBM", load("DIVIDENDS-IBM.json")["data"], load("SPLITS-IBM.json")["data"], NOW
    )
    assert actions.dividends
    assert all(dividend.amount > 0 for dividend in actions.dividends)
    quote = load("global_quote")["Global Quote"]
    assert alpha_vantage.quote(quote["01. symbol"], quote, NOW, NOW).price > 0
