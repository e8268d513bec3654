"""Statements and filings while the SEC's data service is broken, over HTTP; that it recovers."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.contract import check_response
from tests.support.edgar_documents import (
    facts_document,
    submissions_document,
    tickers_document,
    to_date,
    year,
)
from tests.support.edgar_stub import EdgarStub
from tests.support.host import running_host

COOLDOWN_SECONDS = 1.0
DEADLINE_SECONDS = 8.0
HEAL_SECONDS = 60.0


@pytest.fixture(scope="module")
def edgar() -> Iterator[EdgarStub]:
    with EdgarStub() as stub:
        stub.documents["/files/company_tickers.json"] = tickers_document((1, "EXMP", "Example Corp"))
        for cik in range(1, 10):
            rows = [year("Revenues", 100 + cik, 2025), *to_date("NetIncomeLoss", [1, 3, 6, 10], 2025)]
            filings = [(f"{cik:010d}-26-000001", "10-K", "2026-02-09")]
            submissions = submissions_document(cik=cik, filings=filings)
            stub.add_company(cik, submissions=submissions, facts=facts_document(rows, cik=cik))
        yield stub


@pytest.fixture(scope="module")
def client(edgar: EdgarStub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    environ = {
        "MARKET_DATA_SOURCES": "sec_edgar",
        "MARKET_DATA_DEADLINE": str(DEADLINE_SECONDS),
        "MARKET_DATA_MAX_COOLDOWN": str(COOLDOWN_SECONDS),
        "SEC_EDGAR_CONTACT": "Example Research ops@example.com",
        "SEC_EDGAR_DATA_URL": edgar.url,
        "SEC_EDGAR_FILES_URL": edgar.url,
        "CACHE_TTL_FUNDAMENTAL_DATA": "1",
    }
    with (
        running_host(tmp_path_factory.mktemp("company-faults"), environ) as base_url,
        httpx.Client(base_url=f"{base_url}/api", timeout=60) as http,
    ):
        yield http


@pytest.fixture(autouse=True)
def healed(edgar: EdgarStub) -> Iterator[None]:
    yield
    edgar.status, edgar.seconds = None, 0.0


def statement(client: httpx.Client, symbol: str, **query: str) -> httpx.Response:
    response = client.get(f"/quotes/{symbol}/statements", params=query)
    check_response(response)
    return response


def eventually(client: httpx.Client, symbol: str) -> httpx.Response:
    """Returns the first response that is not a failure; the source is in cooldown at first."""
    ends = time.monotonic() + HEAL_SECONDS
    while (response := statement(client, symbol)).status_code >= 500 and time.monotonic() < ends:
        time.sleep(0.2)
    return response


def test_statements_and_filings_come_from_the_sec(client: httpx.Client) -> None:
    answer = statement(client, "EXMP").json()
    assert (answer["source"], answer["fallback_reason"]) == ("sec_edgar", None)
    assert answer["periods"][0]["lines"]["revenue"]["value"] == 101
    assert answer["periods"][0]["url"].startswith("https://www.sec.gov/Archives/edgar/data/1/")
    filings = client.get("/quotes/EXMP/filings").json()
    assert [filing["form"] for filing in filings["filings"]] == ["10-K"]


def test_a_company_is_found_by_its_number(client: httpx.Client) -> None:
    (hit,) = client.get("/symbols", params={"query": "CIK 3"}).json()["symbols"]
    assert hit["symbol"] == "EXMP"


@pytest.mark.parametrize(
    ("symbol", "status", "seconds", "expected", "code"),
    [
        ("CIK0000000002", 500, 0.0, 503, "upstream_unavailable"),
        ("CIK0000000003", 403, 0.0, 503, "upstream_unavailable"),
        ("CIK0000000004", None, DEADLINE_SECONDS + 1, 504, "upstream_timeout"),
        ("CIK0000000005", 418, 0.0, 502, "upstream_error"),
    ],
    ids=["down", "blocks the address", "hangs", "refuses"],
)
def test_a_fault_is_told_and_passes(
    client: httpx.Client,
    edgar: EdgarStub,
    symbol: str,
    status: int | None,
    seconds: float,
    expected: int,
    code: str,
) -> None:
    edgar.status, edgar.seconds = status, seconds
    response = statement(client, symbol)
    assert (response.status_code, response.json()["code"]) == (expected, code)
    assert ("retry-after" in response.headers) == (expected == 503)
    edgar.status, edgar.seconds = None, 0.0
    assert eventually(client, symbol).status_code == 200


def test_a_changed_document_is_told_and_read_again(client: httpx.Client, edgar: EdgarStub) -> None:
    path = "/api/xbrl/companyfacts/CIK0000000006.json"
    good, edgar.documents[path] = edgar.documents[path], b"<html>Undergoing maintenance</html>"
    response = statement(client, "CIK0000000006")
    assert (response.status_code, response.json()["code"]) == (502, "upstream_error")
    edgar.documents[path] = good
    assert eventually(client, "CIK0000000006").status_code == 200


@pytest.mark.parametrize("symbol", ["VOD.L", "NOPE", "CIK0000000099", "SPY"])
def test_what_the_sec_does_not_have_is_not_found(client: httpx.Client, symbol: str) -> None:
    response = statement(client, symbol)
    assert (response.status_code, response.json()["code"]) == (404, "symbol_not_found")


def test_a_period_that_is_not_filed_is_not_found(client: httpx.Client, edgar: EdgarStub) -> None:
    rows = [year("Revenues", 1, 2025, form="20-F"), year("NetIncomeLoss", 1, 2025, form="20-F")]
    edgar.documents["/api/xbrl/companyfacts/CIK0000000007.json"] = facts_document(rows, cik=7)
    assert statement(client, "CIK0000000007").status_code == 200
    response = statement(client, "CIK0000000007", period="quarterly")
    assert response.status_code == 404
    assert "quarterly" in response.json()["detail"]


def test_a_stored_statement_outlives_the_source(client: httpx.Client, edgar: EdgarStub) -> None:
    fresh = statement(client, "CIK0000000008").json()
    edgar.status = 500
    time.sleep(1.1)
    kept = statement(client, "CIK0000000008").json()
    assert kept["periods"] == fresh["periods"]


def test_an_older_page_that_is_missing_is_told(client: httpx.Client, edgar: EdgarStub) -> None:
    page = "CIK0000000009-submissions-001.json"
    edgar.documents["/submissions/CIK0000000009.json"] = submissions_document(cik=9, pages=[page])
    edgar.documents[f"/submissions/{page}"] = b"<html>"
    response = client.get("/quotes/CIK0000000009/filings")
    assert (response.status_code, response.json()["code"]) == (502, "upstream_error")


def kind_of(client: httpx.Client, symbol: str, kind: str) -> httpx.Response:
    response = client.get(f"/quotes/{symbol}/{kind}")
    check_response(response)
    return response


@pytest.fixture(scope="module")
def industry(edgar: EdgarStub) -> EdgarStub:
    for form, cik in (("10-K", 1), ("20-F", 2), ("40-F", 3)):
        query = f"action=getcompany&SIC=3571&type={form}&owner=exclude&count=100&start=0&output=atom"
        edgar.documents[f"/cgi-bin/browse-edgar?{query}"] = f"<feed><cik>{cik}</cik></feed>".encode()
    return edgar


@pytest.mark.usefixtures("industry")
def test_profile_and_peers_come_from_the_sec(client: httpx.Client) -> None:
    profile = kind_of(client, "EXMP", "profile").json()
    assert (profile["source"], profile["sic"], profile["fiscal_year_end"]) == ("sec_edgar", "3571", "12-31")
    peers = kind_of(client, "CIK0000000002", "peers").json()
    (peer,) = peers["peers"]
    assert (peer["symbol"], peer["market_cap"], peer["revenue"]) == ("EXMP", None, None)
    assert (peers["industry"], peers["reason"]) == ("Electronic Computers", None)


def test_code_without_industry_tells_why_there_are_no_peers(client: httpx.Client, edgar: EdgarStub) -> None:
    edgar.add_company(44, submissions=submissions_document(cik=44, sic="6770"))
    answer = kind_of(client, "CIK0000000044", "peers").json()
    assert (answer["peers"], answer["reason"]) == ([], "the SEC's code 6770 (blank checks) names no industry")


@pytest.mark.parametrize("kind", ["profile", "peers"])
def test_source_that_is_down_is_told_for_company_data(
    client: httpx.Client, edgar: EdgarStub, kind: str
) -> None:
    edgar.status = 500
    response = kind_of(client, "CIK0000000055", kind)
    assert (response.status_code, response.json()["code"]) == (503, "upstream_unavailable")
    assert "retry-after" in response.headers


@pytest.mark.parametrize("kind", ["earnings", "holders"])
def test_kind_that_no_source_has_is_told(client: httpx.Client, kind: str) -> None:
    response = kind_of(client, "EXMP", kind)
    assert (response.status_code, response.json()["code"]) == (422, "not_entitled")
