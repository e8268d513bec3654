"""Parts of a stored report, and the name of its file."""

import json

import pytest

from shared.reports.selection import file_name, select
from tests.support.report_store import make_report

STORED = make_report(1).model_dump_json().encode()


def test_fields_keep_the_response_small() -> None:
    chosen = json.loads(select(STORED, ["summary", "charts"], charts=False))
    assert chosen == {
        "report_id": f"{1:032x}",
        "summary": "Fine.",
        "disclaimer": json.loads(STORED)["disclaimer"],
    }


def test_without_charts_everything_else_is_there() -> None:
    chosen = json.loads(select(STORED, [], charts=False))
    assert {**chosen, "charts": []} == json.loads(STORED)


@pytest.mark.parametrize(
    ("symbol", "report_type", "name"),
    [
        ("AAPL", "comprehensive_analysis", "AAPL-2026-11-20-comprehensive.pdf"),
        ("^GSPC", "quick_overview", "_GSPC-2026-11-20-quick-overview.pdf"),
        ("BRK-B", "market_sentiment", "BRK-B-2026-11-20-market-sentiment.pdf"),
        ("EURUSD=X", "technical_analysis", "EURUSD_X-2026-11-20-technical.pdf"),
    ],
)
def test_file_name_has_symbol_date_and_type(symbol: str, report_type: str, name: str) -> None:
    report = make_report(1).model_copy(update={"symbol": symbol, "report_type": report_type})
    assert file_name(report.model_dump_json().encode(), "pdf") == name
