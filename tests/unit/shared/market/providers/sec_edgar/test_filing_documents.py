"""The kept part of the SEC's documents, and the cost of a malformed one."""

import json

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.sec_edgar.concepts.line_concepts import NAMES
from shared.market.providers.sec_edgar.filing_documents import (
    parse_company_facts,
    parse_filings_page,
    parse_submissions,
    parse_tickers,
)
from tests.support.edgar_documents import Row, company_facts, facts_document, submissions_document, year

REVENUE = "Revenues"


def test_only_needed_concepts_are_kept() -> None:
    facts = company_facts([year(REVENUE, 100, 2025), year("AdvertisingExpense", 5, 2025)])
    assert set(facts.concepts) == {REVENUE}


def test_repeated_values_are_one_version() -> None:
    facts = company_facts(
        [year(REVENUE, 100, 2024, filed=day) for day in ("2025-02-01", "2026-02-01")]
        + [year(REVENUE, 90, 2024, filed="2027-02-01")]
    )
    (series,) = facts.concepts[REVENUE]["USD"].values()
    assert [(one.value, one.first.filed.year, one.last_filed.year) for one in series.versions] == [
        (100, 2025, 2026),
        (90, 2027, 2027),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"end": "2025-12-31"},
        {"end": "31.12.2025", "val": 1, "accn": "a", "filed": "2026-02-01"},
        {"end": "2025-12-31", "val": None, "accn": "a", "filed": "2026-02-01"},
        {"end": "2025-12-31", "val": "100", "accn": "a", "filed": "2026-02-01"},
        "text",
        None,
    ],
)
def test_a_malformed_fact_costs_that_fact(broken: object) -> None:
    document = json.loads(facts_document([year(REVENUE, 100, 2025), year("ProfitLoss", 5, 2025)]))
    document["facts"]["us-gaap"][REVENUE]["units"]["USD"].append(broken)
    facts = parse_company_facts(json.dumps(document).encode(), NAMES)
    assert len(facts.concepts[REVENUE]["USD"]) == 1
    assert len(facts.concepts["ProfitLoss"]["USD"]) == 1


def test_a_malformed_concept_costs_that_concept() -> None:
    document = json.loads(facts_document([year(REVENUE, 100, 2025), year("ProfitLoss", 5, 2025)]))
    document["facts"]["us-gaap"][REVENUE] = {"units": [1, 2]}
    facts = parse_company_facts(json.dumps(document).encode(), NAMES)
    assert facts.concepts[REVENUE] == {}
    assert len(facts.concepts["ProfitLoss"]["USD"]) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"cik":1}', b'{"cik":1,"facts":[]}', b"\xff"]
)
def test_another_shape_is_a_bad_payload(body: bytes) -> None:
    for parse in (lambda body: parse_company_facts(body, NAMES), parse_submissions, parse_filings_page):
        with pytest.raises(ProviderBadPayloadError):
            parse(body)


def test_a_document_of_another_version_with_new_fields_is_read() -> None:
    document = json.loads(submissions_document(filings=[("0000320193-26-000001", "10-K", "2026-02-01")]))
    document["newField"] = {"a": [1]}
    document["filings"]["recent"]["newColumn"] = [1]
    assert parse_submissions(json.dumps(document).encode()).filings.recent.form == ["10-K"]


def test_rows_of_the_list_of_tickers_that_are_malformed_are_left_out() -> None:
    rows = {
        "0": {"cik_str": 1, "ticker": "AAA", "title": "A"},
        "1": {"cik_str": "x", "ticker": "BBB", "title": "B"},
        "2": {"ticker": "CCC"},
        "3": {"cik_str": 1, "ticker": "AAA-PB", "title": "A"},
    }
    tickers = parse_tickers(json.dumps(rows).encode())
    assert set(tickers.by_ticker) == {"AAA", "AAA-PB"}
    assert [row.ticker for row in tickers.by_cik["0000000001"]] == ["AAA", "AAA-PB"]
    with pytest.raises(ProviderBadPayloadError):
        parse_tickers(b"{}")


def test_facts_join_with_those_of_a_predecessor() -> None:
    older = company_facts([year(REVENUE, 80, 2022), year(REVENUE, 90, 2023)], cik=1)
    newer = company_facts([year(REVENUE, 91, 2023, filed="2025-02-01"), year(REVENUE, 100, 2024)], cik=2)
    joined = newer.joined(older)
    assert joined.cik == "0000000002"
    values = {
        span[1].year: [one.value for one in series.versions]
        for span, series in joined.concepts[REVENUE]["USD"].items()
    }
    assert values == {2022: [80], 2023: [90, 91], 2024: [100]}


def test_a_balance_has_no_first_day() -> None:
    facts = company_facts([Row("Assets", 5, "2025-12-31")])
    ((start, end),) = facts.concepts["Assets"]["USD"]
    assert (start, end.isoformat()) == (None, "2025-12-31")
