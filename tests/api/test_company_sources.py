"""Data on companies from Yahoo over HTTP: complete, cached, stale while Yahoo is broken, with its errors."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.contract import check_response
from tests.support.host import running_host
from tests.support.yahoo_stub import Fault, YahooStub

COOLDOWN_SECONDS = 1.0
HEAL_SECONDS = 60.0
KINDS = ("profile", "earnings", "peers", "holders")


@pytest.fixture(scope="module")
def yahoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YahooStub]:
    with YahooStub(tmp_path_factory.mktemp("yahoo")) as stub:
        yield stub


@pytest.fixture(scope="module")
def client(yahoo: YahooStub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    environ = {
        **yahoo.environment,
        "YAHOO_FINANCE_ENABLED": "true",
        "MARKET_DATA_SOURCES": "yahoo",
        "MARKET_DATA_MAX_COOLDOWN": str(COOLDOWN_SECONDS),
        "CACHE_TTL_FUNDAMENTAL_DATA": "1",
        "CACHE_TTL_PRICE_DATA": "1",
    }
    with (
        running_host(tmp_path_factory.mktemp("company-sources"), environ) as base_url,
        httpx.Client(base_url=f"{base_url}/api", timeout=60) as http,
    ):
        yield http


@pytest.fixture(autouse=True)
def healed(yahoo: YahooStub) -> Iterator[None]:
    yield
    yahoo.faults.clear()


def get(client: httpx.Client, symbol: str, kind: str) -> httpx.Response:
    response = client.get(f"/quotes/{symbol}/{kind}")
    check_response(response)
    return response


def eventually(client: httpx.Client, symbol: str, kind: str) -> httpx.Response:
    """Returns the first response that is not a failure; the source is in cooldown at first."""
    ends = time.monotonic() + HEAL_SECONDS
    while (response := get(client, symbol, kind)).status_code >= 500 and time.monotonic() < ends:
        time.sleep(0.2)
    return response


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_from_yahoo(client: httpx.Client, kind: str) -> None:
    answer = get(client, "MSFT", kind).json()
    assert (answer["source"], answer["symbol"], answer["fallback_reason"]) == ("yahoo", "MSFT", None)


def test_peers_have_comparable_figures(client: httpx.Client) -> None:
    peers = get(client, "AAPL", "peers").json()["peers"]
    microsoft = next(peer for peer in peers if peer["symbol"] == "MSFT")
    assert (microsoft["currency"], microsoft["revenue"]) == ("USD", 391_035_000_000)
    assert (microsoft["revenue_growth"], microsoft["operating_margin"]) == (6.1, 31.17)
    sizes = [peer["market_cap"] for peer in peers if peer["market_cap"] is not None]
    assert sizes == sorted(sizes, reverse=True)


def test_amounts_without_a_rate_are_withheld(client: httpx.Client) -> None:
    peers = get(client, "AAPL", "peers").json()["peers"]
    toyota = next(peer for peer in peers if peer["symbol"] == "7203.T")
    assert (toyota["currency"], toyota["market_cap"], toyota["converted_from"]) == ("JPY", None, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbol", ["NOPE", "SPY", "EURUSD=X"])
def test_what_is_no_company_is_not_found(client: httpx.Client, symbol: str, kind: str) -> None:
    response = get(client, symbol, kind)
    assert (response.status_code, response.json()["code"]) == (404, "symbol_not_found")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("symbol", "fault", "status", "code"),
    [
        ("GOOGL", Fault.SERVER_ERROR, 503, "upstream_unavailable"),
        ("NVDA", Fault.EMPTY, 502, "upstream_error"),
        ("BRK-B", Fault.RATE_LIMIT, 503, "upstream_unavailable"),
    ],
)
def test_fault_is_told_and_passes(
    client: httpx.Client, yahoo: YahooStub, kind: str, symbol: str, fault: Fault, status: int, code: str
) -> None:
    yahoo.faults["summary"] = fault
    response = get(client, symbol, kind)
    assert (response.status_code, response.json()["code"]) in {(status, code), (503, "upstream_unavailable")}
    yahoo.faults.clear()
    assert eventually(client, symbol, kind).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_stored_answer_outlives_the_source(client: httpx.Client, yahoo: YahooStub, kind: str) -> None:
    fresh = eventually(client, "VOD.L", kind).json()
    yahoo.faults.update(dict.fromkeys(("summary", "screener"), Fault.SERVER_ERROR))
    time.sleep(1.1)
    kept = get(client, "VOD.L", kind).json()
    assert kept["stale"]
    assert kept["fetched_at"] == fresh["fetched_at"]


@pytest.mark.parametrize("kind", KINDS)
def test_head_has_the_headers_of_get(client: httpx.Client, kind: str) -> None:
    assert eventually(client, "MSFT", kind).status_code == 200
    head = client.head(f"/quotes/MSFT/{kind}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"]
    assert head.headers["cache-control"].startswith("private, max-age=")
