"""SEC EDGAR's source over real HTTP, against a stand-in."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.local.embedded_redis import embedded_redis
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import StatementFrequency, StatementKind
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderRateLimitedError,
    ProviderUnavailableError,
)
from shared.limits.request_budget import RequestBudget
from shared.market.providers.sec_edgar.client import EdgarClient
from shared.market.providers.sec_edgar.provider import EdgarProvider
from tests.support.edgar_documents import (
    facts_document,
    filing_columns,
    submissions_document,
    tickers_document,
    to_date,
    year,
)
from tests.support.edgar_stub import EdgarStub
from tests.support.redis_parts import make_budgets, make_rates

CONTACT = "Example Research ops@example.com"
CIK = 320193
FACTS = f"/api/xbrl/companyfacts/CIK{CIK:010d}.json"
SUBMISSIONS = f"/submissions/CIK{CIK:010d}.json"
TICKERS = "/files/company_tickers.json"
ROWS = [year("Revenues", 100, 2025), *to_date("NetIncomeLoss", [1, 3, 6, 10], 2025)]


class Clock:
    now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Unlimited:
    """A budget without end."""

    async def take(self) -> None:
        """Always there."""


@pytest.fixture
def stub() -> Iterator[EdgarStub]:
    with EdgarStub() as running:
        running.documents[TICKERS] = tickers_document(
            (CIK, "EXMP", "Example Corp"), (CIK, "EXMP-PA", "Example Corp"), (884394, "SPY", "SPDR S&P 500")
        )
        filings = [
            ("0000320193-26-000002", "10-Q", "2026-05-10"),
            ("0000320193-26-000001", "10-K", "2026-02-09"),
        ]
        running.add_company(
            CIK, submissions=submissions_document(filings=filings), facts=facts_document(ROWS)
        )
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def source(stub: EdgarStub, clock: Clock) -> AsyncIterator[EdgarProvider]:
    client = EdgarClient(CONTACT, Unlimited(), clock, data_url=stub.url, files_url=stub.url)
    provider = EdgarProvider(client, clock)
    yield provider
    await provider.aclose()


async def statements(
    source: EdgarProvider,
    symbol: str = "EXMP",
    statement: StatementKind = "income",
    period: StatementFrequency = "annual",
    known_on: date | None = None,
) -> Statements:
    return await source.statements(
        StatementsRequest(symbol=symbol, statement=statement, period=period, known_on=known_on)
    )


# Requests


async def test_contact_is_sent_with_every_request(source: EdgarProvider, stub: EdgarStub) -> None:
    await statements(source)
    assert stub.headers["user-agent"] == CONTACT
    assert "gzip" in stub.headers["accept-encoding"]
    assert sorted(stub.requests) == sorted([TICKERS, SUBMISSIONS, FACTS])


async def test_documents_are_kept_for_a_day(source: EdgarProvider, stub: EdgarStub, clock: Clock) -> None:
    await statements(source)
    clock.now += timedelta(minutes=10)
    await statements(source)
    assert len(stub.requests) == 3
    clock.now += timedelta(days=1)
    await statements(source)
    assert sorted(stub.requests[3:]) == sorted([TICKERS, SUBMISSIONS, FACTS])
    assert stub.not_modified == 3


async def test_a_changed_document_is_read_again(source: EdgarProvider, stub: EdgarStub, clock: Clock) -> None:
    await statements(source)
    stub.documents[FACTS] = facts_document([*ROWS, year("Revenues", 90, 2025, filed="2026-11-01")])
    clock.now += timedelta(days=1, seconds=1)
    line = (await statements(source)).periods[0].lines["revenue"]
    assert (line.value, line.restated) == (90, True)


async def test_requests_for_one_document_at_the_same_time_are_one(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    await asyncio.gather(*(statements(source) for _ in range(20)))
    assert sorted(stub.requests) == sorted([TICKERS, SUBMISSIONS, FACTS])


async def test_no_more_than_ten_requests_a_second_over_all_instances(stub: EdgarStub, clock: Clock) -> None:
    redis = embedded_redis()
    clients = [
        EdgarClient(
            CONTACT,
            RequestBudget(make_rates(redis), make_budgets(redis), "sec_edgar", per_second=10, per_day=None),
            clock,
            data_url=stub.url,
            files_url=stub.url,
        )
        for _ in range(2)
    ]
    begins = asyncio.get_running_loop().time()
    pages = [client.filings_page(f"page-{number}.json") for client in clients for number in range(8)]
    outcomes = await asyncio.gather(*pages, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {ProviderNotCoveredError}
    assert len(stub.requests) == 16
    assert asyncio.get_running_loop().time() - begins > 0.5
    for client in clients:
        await client.aclose()


async def test_the_event_loop_goes_on_while_a_large_document_is_parsed(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    padding = "x" * 1000
    rows = [year(f"Unneeded{number}", 1, 2025, form=padding) for number in range(30_000)]
    stub.documents[FACTS] = facts_document([*ROWS, *rows])
    assert len(stub.documents[FACTS]) > 30_000_000
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    task = asyncio.create_task(tick())
    assert (await statements(source)).periods[0].lines["revenue"].value == 100
    task.cancel()
    assert ticks > 20


# Statements


async def test_statement_names_its_issuer_and_its_source(source: EdgarProvider, clock: Clock) -> None:
    answer = await statements(source)
    assert (answer.source, answer.fetched_at) == ("sec_edgar", clock.now)
    assert answer.as_of == datetime(2026, 2, 9, tzinfo=UTC)
    assert answer.issuer is not None
    assert (answer.issuer.name, answer.issuer.cik) == ("Example Corp", "0000320193")
    assert answer.periods[0].url is not None


async def test_a_preferred_share_has_the_statements_of_its_issuer(source: EdgarProvider) -> None:
    answer = await statements(source, "EXMP-PA")
    assert answer.issuer is not None
    assert answer.issuer.security == "preferred_stock"
    assert answer.periods[0].lines["revenue"].value == 100


async def test_a_delisted_company_is_found_by_its_number(source: EdgarProvider, stub: EdgarStub) -> None:
    stub.add_company(
        1418091,
        submissions=submissions_document(cik=1418091, name="TWITTER, INC.", tickers=()),
        facts=facts_document([year("Revenues", 5, 2021), year("NetIncomeLoss", 1, 2021)], cik=1418091),
    )
    answer = await statements(source, "CIK1418091")
    assert answer.periods[0].end == date(2021, 12, 31)
    assert TICKERS not in stub.requests
    (hit,) = await source.search("CIK 1418091", 10)
    assert (hit.symbol, hit.name) == ("CIK0001418091", "TWITTER, INC.")
    assert (await source.filings(hit.symbol, None, 5)).reason == "no filings"


async def test_known_on_leaves_out_later_filings(source: EdgarProvider) -> None:
    answer = await statements(source, period="quarterly", known_on=date(2025, 11, 30))
    assert [row.fiscal_period for row in answer.periods] == ["Q3", "Q2", "Q1"]
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, known_on=date(2025, 11, 30))


async def test_a_filing_accepted_after_the_close_counts_from_the_next_session(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    # The annual report of Monday 9 February 2026, as Row names it, was accepted at 17 h in New York.
    filing = ("0000320193-26-020904", "10-K", "2026-02-09")
    body = json.loads(submissions_document())
    body["filings"]["recent"] = filing_columns([filing], ["2026-02-09T22:00:00.000Z"])
    stub.documents[SUBMISSIONS] = json.dumps(body).encode()
    answer = await statements(source)
    assert (answer.periods[0].filed, answer.periods[0].known_from) == (date(2026, 2, 9), date(2026, 2, 10))
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, known_on=date(2026, 2, 9))
    assert (await statements(source, known_on=date(2026, 2, 10))).periods == answer.periods


async def test_the_older_page_with_the_day_tells_when_its_filings_were_accepted(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    page = "CIK0000320193-submissions-001.json"
    body = json.loads(submissions_document(pages=[page]))
    body["filings"]["files"][0] |= {"filingFrom": "2020-01-01", "filingTo": "2026-03-01"}
    stub.documents[SUBMISSIONS] = json.dumps(body).encode()
    filing = ("0000320193-26-020904", "10-K", "2026-02-09")
    columns = filing_columns([filing], ["2026-02-09T22:00:00.000Z"])
    stub.documents[f"/submissions/{page}"] = json.dumps(columns).encode()
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, known_on=date(2026, 2, 9))
    assert (await statements(source, known_on=date(2026, 2, 10))).periods


@pytest.mark.parametrize("symbol", ["VOD.L", "^GSPC", "BTC-USD", "EURUSD=X"])
async def test_foreign_symbols_cost_no_request(source: EdgarProvider, stub: EdgarStub, symbol: str) -> None:
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, symbol)
    assert stub.requests == []


async def test_a_fund_has_no_statements(source: EdgarProvider, stub: EdgarStub) -> None:
    stub.add_company(884394, submissions=submissions_document(cik=884394, name="SPDR S&P 500"))
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, "SPY")


async def test_an_unlisted_symbol_is_not_covered(source: EdgarProvider) -> None:
    with pytest.raises(ProviderNotCoveredError):
        await statements(source, "NOPE")


# Predecessors


def successor() -> bytes:
    """Returns the submissions of a company that took over from another one and files with its account."""
    filings = [("0000034088-26-000009", "8-K12B", "2026-07-01")]
    return submissions_document(cik=2100000, name="Example Energy Corp", filings=filings)


async def test_a_predecessor_is_joined(source: EdgarProvider, stub: EdgarStub) -> None:
    new = [year("Revenues", 120, 2026, filed="2027-02-01"), year("NetIncomeLoss", 1, 2026)]
    old = [year("Revenues", 110, 2025), year("NetIncomeLoss", 1, 2025)]
    stub.add_company(2100000, submissions=successor(), facts=facts_document(new, cik=2100000))
    stub.add_company(
        34088,
        submissions=submissions_document(cik=34088, name="EXAMPLE ENERGY CORP"),
        facts=facts_document(old, cik=34088),
    )
    answer = await statements(source, "CIK2100000")
    assert [row.lines["revenue"].value for row in answer.periods] == [120, 110]
    assert answer.issuer is not None
    (predecessor,) = answer.issuer.predecessors
    assert (predecessor.cik, predecessor.joined) == ("0000034088", True)
    assert answer.periods[1].url is not None
    assert "/data/34088/" in answer.periods[1].url


async def test_an_unknown_predecessor_is_named_as_such(source: EdgarProvider, stub: EdgarStub) -> None:
    new = [year("Revenues", 120, 2026, filed="2027-02-01"), year("NetIncomeLoss", 1, 2026)]
    stub.add_company(2100000, submissions=successor(), facts=facts_document(new, cik=2100000))
    answer = await statements(source, "CIK2100000")
    assert answer.issuer is not None
    (predecessor,) = answer.issuer.predecessors
    assert (predecessor.cik, predecessor.joined) == (None, False)
    assert "2026-07-01" in predecessor.name


async def test_a_known_predecessor_that_has_no_documents_costs_nothing(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    facts = facts_document([year("Revenues", 5, 2025), year("NetIncomeLoss", 1, 2025)], cik=1652044)
    stub.add_company(1652044, submissions=submissions_document(cik=1652044), facts=facts)
    answer = await statements(source, "CIK1652044")
    assert answer.periods[0].lines["revenue"].value == 5
    assert answer.issuer is not None
    (predecessor,) = answer.issuer.predecessors
    assert (predecessor.cik, predecessor.joined) == ("0001288776", False)


async def test_a_successor_without_facts_has_those_of_its_predecessor(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    old = facts_document([year("Revenues", 110, 2025), year("NetIncomeLoss", 1, 2025)], cik=34088)
    stub.add_company(2100000, submissions=successor())
    stub.add_company(
        34088, submissions=submissions_document(cik=34088, name="Example Energy Corp"), facts=old
    )
    assert (await statements(source, "CIK2100000")).periods[0].lines["revenue"].value == 110


async def test_statements_do_not_need_the_submissions(source: EdgarProvider, stub: EdgarStub) -> None:
    del stub.documents[SUBMISSIONS]
    answer = await statements(source)
    assert answer.issuer is not None
    assert (answer.issuer.name, len(answer.periods)) == ("Example Corp", 1)


# Filings, profile and search


async def test_filings_are_newest_first_with_links(source: EdgarProvider) -> None:
    answer = await source.filings("EXMP", None, 10)
    assert [(one.form, str(one.filed)) for one in answer.filings] == [
        ("10-Q", "2026-05-10"),
        ("10-K", "2026-02-09"),
    ]
    assert answer.filings[0].url.endswith("/000032019326000002/0000320193-26-000002-index.htm")
    assert [one.form for one in (await source.filings("EXMP", "10-K", 10)).filings] == ["10-K"]
    none = await source.filings("EXMP", "20-F", 10)
    assert (none.filings, none.reason) == ((), "the company has filed no form 20-F")


async def test_older_pages_are_read_until_there_are_enough(source: EdgarProvider, stub: EdgarStub) -> None:
    pages = [f"CIK{CIK:010d}-submissions-00{number}.json" for number in (1, 2)]
    newest = [("0000320193-26-000001", "10-K", "2026-02-09")]
    stub.documents[SUBMISSIONS] = submissions_document(filings=newest, pages=pages)
    for page, of in zip(pages, (2015, 2005), strict=True):
        rows = [(f"0000320193-{of % 100:02d}-000001", "10-K", f"{of}-02-09")]
        stub.documents[f"/submissions/{page}"] = json.dumps(filing_columns(rows)).encode()
    assert len((await source.filings("EXMP", "10-K", 1)).filings) == 1
    assert stub.requests[-1] == SUBMISSIONS
    assert [one.filed.year for one in (await source.filings("EXMP", "10-K", 2)).filings] == [2026, 2015]
    assert [one.filed.year for one in (await source.filings("EXMP", "10-K", 9)).filings] == [2026, 2015, 2005]


async def test_older_pages_are_read_from_the_newest_whatever_their_order(
    source: EdgarProvider, stub: EdgarStub
) -> None:
    years = {"001": 2005, "002": 2015}
    document = json.loads(submissions_document(filings=[("0000320193-26-000001", "10-K", "2026-02-09")]))
    document["filings"]["files"] = [
        {"name": f"page-{number}.json", "filingFrom": f"{of}-01-01", "filingTo": f"{of}-12-31"}
        for number, of in years.items()
    ]
    stub.documents[SUBMISSIONS] = json.dumps(document).encode()
    for number, of in years.items():
        rows = [(f"0000320193-{of % 100:02d}-000001", "10-K", f"{of}-02-09")]
        stub.documents[f"/submissions/page-{number}.json"] = json.dumps(filing_columns(rows)).encode()
    assert [one.filed.year for one in (await source.filings("EXMP", "10-K", 2)).filings] == [2026, 2015]


async def test_profile_has_the_industry_code(source: EdgarProvider) -> None:
    profile = await source.profile("EXMP")
    assert (profile.sic, profile.industry) == ("3571", "Electronic Computers")
    assert (profile.exchange, profile.fiscal_year_end) == ("Nasdaq", "12-31")


async def test_search_by_number_only(source: EdgarProvider) -> None:
    (hit,) = await source.search("0000320193", 10)
    assert (hit.symbol, hit.exchange, hit.currency) == ("EXMP", "Nasdaq", "USD")
    for query in ("example", "0000000009"):
        with pytest.raises(ProviderNotCoveredError):
            await source.search(query, 10)


# Faults


async def test_a_block_lasts_ten_minutes(source: EdgarProvider, stub: EdgarStub) -> None:
    stub.status = 403
    with pytest.raises(ProviderRateLimitedError) as raised:
        await statements(source)
    assert raised.value.retry_after == 600


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, ProviderUnavailableError), (503, ProviderUnavailableError), (302, ProviderUnavailableError)],
)
async def test_status_of_a_service_that_is_down(
    source: EdgarProvider, stub: EdgarStub, status: int, error: type[ProviderError]
) -> None:
    stub.status = status
    with pytest.raises(error):
        await statements(source)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"cik": 1}', b'{"facts": {"us-gaap": []}, "cik": 1}'])
async def test_a_changed_shape_is_a_bad_payload(source: EdgarProvider, stub: EdgarStub, body: bytes) -> None:
    stub.documents[FACTS] = body
    with pytest.raises(ProviderBadPayloadError):
        await statements(source)


async def test_a_document_that_failed_is_not_kept(source: EdgarProvider, stub: EdgarStub) -> None:
    good, stub.documents[FACTS] = stub.documents[FACTS], b"<html>"
    with pytest.raises(ProviderBadPayloadError):
        await statements(source)
    stub.documents[FACTS] = good
    assert (await statements(source)).periods


async def test_a_service_that_cannot_be_reached(clock: Clock) -> None:
    client = EdgarClient(
        CONTACT, Unlimited(), clock, data_url="http://127.0.0.1:9", files_url="http://127.0.0.1:9"
    )
    with pytest.raises(ProviderUnavailableError):
        await statements(EdgarProvider(client, clock))
    await client.aclose()


def industry_path(form: str, start: int = 0, sic: str = "3571") -> str:
    query = f"action=getcompany&SIC={sic}&type={form}&owner=exclude&count=100&start={start}&output=atom"
    return f"/cgi-bin/browse-edgar?{query}"


def industry_feed(*numbers: int) -> bytes:
    """A page of the companies with one industry code; their names are garbled there."""
    entries = "".join(
        f"<entry><content><company-info><cik>{number:010d}</cik><name>HASH(0x1)</name></company-info></content>"
        "</entry>"
        for number in numbers
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode()


@pytest.fixture
def industry(stub: EdgarStub) -> EdgarStub:
    """An industry with three other listed companies, and one that has only preferred shares listed."""
    stub.documents[TICKERS] = tickers_document(
        (20, "FRGN", "Foreign plc"),
        (10, "LARG", "Larger Corp"),
        (10, "LARG-PA", "Larger Corp"),
        (CIK, "EXMP", "Example Corp"),
        (11, "SMLL", "Smaller Corp"),
        (12, "PREF-PA", "Preferred Only Corp"),
        (99, "ELSE", "Another Industry Corp"),
    )
    stub.documents[industry_path("10-K")] = industry_feed(CIK, 10, 11, 12, 13)
    stub.documents[industry_path("20-F")] = industry_feed(20)
    stub.documents[industry_path("40-F")] = b"<html>No matching companies.</html>"
    return stub


@pytest.mark.usefixtures("industry")
async def test_peers_have_the_same_industry_code(source: EdgarProvider) -> None:
    peers = await source.peers("EXMP")
    assert [(peer.symbol, peer.name) for peer in peers.peers] == [
        ("FRGN", "Foreign plc"),
        ("LARG", "Larger Corp"),
        ("SMLL", "Smaller Corp"),
    ]
    assert (peers.sic, peers.industry, peers.reason) == ("3571", "Electronic Computers", None)


async def test_large_industry_is_read_to_its_last_page(source: EdgarProvider, industry: EdgarStub) -> None:
    industry.documents[industry_path("10-K")] = industry_feed(*range(1000, 1100))
    for start in (100, 200, 300, 400):
        industry.documents[industry_path("10-K", start)] = industry_feed(*([11] if start == 100 else []))
    assert [peer.symbol for peer in (await source.peers("EXMP")).peers] == ["FRGN", "SMLL"]


@pytest.mark.parametrize(
    ("sic", "expected"),
    [
        ("", "no industry code"),
        (None, "no industry code"),
        ("8880", "8880 (American depositary receipts) names no industry"),
        ("6770", "6770 (blank checks) names no industry"),
    ],
)
async def test_code_without_industry_makes_no_peers(
    source: EdgarProvider, industry: EdgarStub, sic: str | None, expected: str
) -> None:
    industry.documents[SUBMISSIONS] = submissions_document(sic=sic)
    peers = await source.peers("EXMP")
    assert peers.peers == ()
    assert expected in str(peers.reason)
    assert not [path for path in industry.requests if path.startswith("/cgi-bin")]


async def test_only_company_of_a_code_has_a_reason(source: EdgarProvider, industry: EdgarStub) -> None:
    for form in ("10-K", "20-F", "40-F"):
        industry.documents[industry_path(form)] = industry_feed(CIK)
    peers = await source.peers("EXMP")
    assert (peers.peers, peers.reason) == ((), "no other listed company has the SEC's industry code 3571")


async def test_changed_list_of_companies_is_a_bad_payload(source: EdgarProvider, industry: EdgarStub) -> None:
    industry.documents[industry_path("20-F")] = b"<html>Undergoing maintenance</html>"
    with pytest.raises(ProviderBadPayloadError):
        await source.peers("EXMP")


async def test_profile_names_the_kind_of_security(source: EdgarProvider) -> None:
    common, preferred = await source.profile("EXMP"), await source.profile("EXMP-PA")
    assert (common.security, common.sic, common.fiscal_year_end) == ("common_stock", "3571", "12-31")
    assert (preferred.security, preferred.name) == ("preferred_stock", "Example Corp")
