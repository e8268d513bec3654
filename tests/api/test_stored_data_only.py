"""With an empty cache and every source down, each route answers for a tracked symbol, over HTTP."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.support.api_client import running_service
from tests.support.edgar_stub import EdgarStub
from tests.support.faults.stage import edgar_of_two_companies
from tests.support.mongo import mongo_server
from tests.support.yahoo_stub import Fault, YahooStub

COMPANY = ("profile", "earnings", "peers", "holders")
PATHS = (
    "",
    "/history?period=1mo",
    "/history?period=1y&interval=1wk",
    "/technicals",
    "/actions",
    "/fundamentals",
    "/statements?statement=income&period=annual",
    "/statements?statement=cash_flow&period=quarterly",
    "/news?limit=5",
    *(f"/{kind}" for kind in COMPANY),
)
YAHOO = ("quote", "chart", "summary", "news", "search", "screener", "timeseries")
REFRESH_SECONDS = 300.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a new worker whose sources are down, on the database that an earlier worker has filled."""
    folder = tmp_path_factory.mktemp("stored")
    with ExitStack() as stack:
        yahoo = stack.enter_context(YahooStub(folder))
        edgar = stack.enter_context(edgar_of_two_companies())
        environ = _environment(yahoo, edgar, stack.enter_context(mongo_server()))
        with running_service(folder / "first", **environ) as first:
            _fill(first)
        yahoo.faults.update(dict.fromkeys(YAHOO, Fault.SERVER_ERROR))
        edgar.documents.clear()
        yield stack.enter_context(running_service(folder / "second", **environ))


@pytest.mark.parametrize("path", PATHS)
def test_tracked_symbol_is_answered_stale_with_the_reason(client: httpx.Client, path: str) -> None:
    response = client.get(f"/quotes/AAPL{path}")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["stale"]
    assert "yahoo: " in answer["fallback_reason"]
    assert answer["source"] in {"yahoo", "sec_edgar"}


@pytest.mark.parametrize("path", ["", "/history?period=1mo", "/fundamentals", "/news", "/profile"])
def test_symbol_that_is_not_stored_is_unavailable(client: httpx.Client, path: str) -> None:
    response = client.get(f"/quotes/MSFT{path}")
    assert (response.status_code, response.json()["code"]) == (503, "upstream_unavailable")


def _environment(yahoo: YahooStub, edgar: EdgarStub, mongodb_uri: str) -> dict[str, str]:
    ttls = ("PRICE", "HISTORICAL", "FUNDAMENTAL", "NEWS")
    return {
        **yahoo.environment,
        **{f"CACHE_TTL_{name}_DATA": "1" for name in ttls},
        "MONGODB_URI": mongodb_uri,
        "YAHOO_FINANCE_ENABLED": "true",
        "MARKET_DATA_SOURCES": "yahoo,sec_edgar",
        "SEC_EDGAR_CONTACT": "Example Research ops@example.com",
        "SEC_EDGAR_DATA_URL": edgar.url,
        "SEC_EDGAR_FILES_URL": edgar.url,
        "CACHE_REFRESH_SYMBOLS": "AAPL",
    }


def _fill(client: httpx.Client) -> None:
    """Stores what a refresh stores, and the data on a company, which are stored when they are fetched."""
    assert client.put("/symbols/AAPL/tracking", json={"tracked": True}).status_code == 200
    for kind in COMPANY:
        assert client.get(f"/quotes/AAPL/{kind}").status_code == 200
    httpx.post(str(client.base_url.join("/admin/functions/cache_refresh")), json={}).raise_for_status()
    ends = time.monotonic() + REFRESH_SECONDS
    while "last success" not in str(client.get("/health/ready").json()["checks"]["cache_refresh"]["detail"]):
        assert time.monotonic() < ends, "the refresh does not succeed"
        time.sleep(0.2)
