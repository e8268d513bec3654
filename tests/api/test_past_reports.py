"""Reports and histories of a past day over HTTP, for symbols of all kinds: no date in them is later."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.host import running_host

DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
TODAY = datetime.now(UTC).date()
SYMBOLS = ("AAPL", "VOD.L", "7203.T", "^GSPC", "SPY", "BTC-USD", "EURUSD=X", "GC=F")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running_host(tmp_path_factory.mktemp("past-reports")) as base_url,
        httpx.Client(base_url=f"{base_url}/api", timeout=60) as http,
    ):
        yield http


def later_dates(answer: dict[str, Any], day: str, *of_today: str) -> list[str]:
    """The dates in an answer that are later than a day, without those of named fields."""
    known = {key: value for key, value in answer.items() if key not in of_today}
    return [found for found in DATE.findall(json.dumps(known)) if found > day]


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("days", [4, 91, 403])
def test_no_date_is_later(client: httpx.Client, symbol: str, days: int) -> None:
    day = str(TODAY - timedelta(days=days))
    made = client.post("/reports", json={"symbol": symbol, "known_on": day})
    assert made.status_code == 201, made.text
    assert later_dates(made.json(), day, "timestamp", "report_id") == []
    history = client.get(f"/quotes/{symbol}/history", params={"known_on": day})
    assert later_dates(history.json(), day, "fetched_at") == []


@pytest.mark.parametrize("symbol", ["AAPL", "7203.T"])
def test_day_to_come_is_refused(client: httpx.Client, symbol: str) -> None:
    made = client.post("/reports", json={"symbol": symbol, "known_on": str(TODAY + timedelta(days=2))})
    assert made.status_code == 400
    assert made.json()["errors"] == [{"field": "known_on", "message": "must not be in the future"}]


@pytest.mark.parametrize("wanted", ["text/markdown", "text/html"])
def test_reader_sees_the_day(client: httpx.Client, wanted: str) -> None:
    day = TODAY - timedelta(days=91)
    made = client.post("/reports", json={"symbol": "AAPL", "known_on": str(day)})
    read = client.get(f"/reports/{made.json()['report_id']}", headers={"Accept": wanted})
    text = read.text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
    assert f"Uses only what was known on {day.day} {day:%B %Y}" in text
