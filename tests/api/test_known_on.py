"""Point in time over HTTP: nothing in a response became known after the day."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

TODAY = datetime.now(ZoneInfo("America/New_York")).date()
"""At the exchange of the symbol, where a day begins hours after it has begun in UTC."""
DAY = TODAY - timedelta(days=90)
"""Before the last quarter and after the start of the sample data."""


def get(client: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_history_ends_with_the_day(client: httpx.Client) -> None:
    history = get(client, "/quotes/AAPL/history", period="1mo", known_on=str(DAY))
    days = [date.fromisoformat(candle["timestamp"][:10]) for candle in history["candles"]]
    assert DAY - timedelta(days=4) <= days[-1] <= DAY
    assert days[0] >= DAY - timedelta(days=35)
    assert history["as_of"][:10] <= str(DAY)
    assert history["period"] == "1mo"
    csv = client.get("/quotes/AAPL/history", params={"known_on": str(DAY), "format": "csv"})
    assert csv.text.strip().splitlines()[-1].startswith(str(days[-1]))


def test_unadjusted_prices_are_as_traded(client: httpx.Client) -> None:
    traded = get(client, "/quotes/AAPL/history", period="6mo", unadjusted="true")
    assert traded["adjustment"] == "none"


def test_range_after_the_day_is_a_400(client: httpx.Client) -> None:
    params = {"start": str(DAY + timedelta(days=1)), "known_on": str(DAY)}
    refused = client.get("/quotes/AAPL/history", params=params)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "start")


def test_fundamentals_without_a_snapshot_by_then_are_a_404(client: httpx.Client) -> None:
    refused = client.get("/quotes/AAPL/fundamentals", params={"known_on": str(DAY)})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    present = get(client, "/quotes/AAPL/fundamentals", known_on=str(TODAY))
    assert present["symbol"] == "AAPL"


def test_statements_were_filed_by_then(client: httpx.Client) -> None:
    statements = get(client, "/quotes/AAPL/statements", period="quarterly", known_on=str(DAY))
    assert statements["known_on"] == str(DAY)
    assert all(period["filed"] <= str(DAY) for period in statements["periods"])


@pytest.mark.parametrize("wrong", ["yesterday", "2026-13-01", "20260101", "0001-01-01", "1899-12-31"])
def test_malformed_day_is_a_400(client: httpx.Client, wrong: str) -> None:
    for path in ("/quotes/AAPL/history", "/quotes/AAPL/fundamentals", "/quotes/AAPL/statements"):
        refused = client.get(path, params={"known_on": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "known_on")
    refused = client.post("/reports", json={"symbol": "AAPL", "known_on": wrong})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "known_on")


@pytest.mark.parametrize("day", [str(TODAY + timedelta(days=2)), "9999-12-31"])
def test_nobody_knows_what_will_be_known(client: httpx.Client, day: str) -> None:
    refused = [
        client.get(path, params={"known_on": day})
        for path in ("/quotes/AAPL/history", "/quotes/AAPL/fundamentals", "/quotes/AAPL/statements")
    ]
    refused.append(client.get("/quotes/history", params={"symbols": "AAPL,MSFT", "known_on": day}))
    for response in refused:
        assert (response.status_code, response.json()["detail"]) == (
            400,
            "known_on must not be in the future.",
        )
        assert response.json()["errors"] == [{"field": "known_on", "message": "must not be in the future"}]


@pytest.mark.parametrize("day", ["1900-01-01", "1900-01-20", str(TODAY - timedelta(days=1))])
def test_first_and_last_possible_day_are_answered(client: httpx.Client, day: str) -> None:
    history = get(client, "/quotes/AAPL/history", known_on=day)
    assert (history["candles"] == []) == (day < "1950")
    get(client, "/quotes/AAPL/statements", known_on=day)


def test_last_session_before_a_sunday_is_friday_or_before(client: httpx.Client) -> None:
    sunday = DAY - timedelta(days=DAY.weekday() + 1)
    [candle] = get(client, "/quotes/AAPL/history", period="1d", known_on=str(sunday))["candles"]
    assert sunday - timedelta(days=4) <= date.fromisoformat(candle["timestamp"][:10]) < sunday


def test_report_uses_what_was_known(client: httpx.Client) -> None:
    body = {"symbol": "AAPL", "report_type": "fundamental_analysis", "known_on": str(DAY)}
    made = client.post("/reports", json=body)
    assert made.status_code == 201
    report = made.json()
    assert report["metadata"]["known_on"] == str(DAY)
    later = [source for source in report["sources"] if source["as_of"] and source["as_of"][:10] > str(DAY)]
    assert later == []
    assert any(missing.startswith("fundamentals") for missing in report["metadata"]["missing"])
    again = client.post("/reports", json=body)
    assert (again.status_code, again.json()["report_id"]) == (200, report["report_id"])
    present = client.post("/reports", json={**body, "known_on": None})
    assert present.json()["report_id"] != report["report_id"]
    assert present.json()["metadata"]["known_on"] is None
