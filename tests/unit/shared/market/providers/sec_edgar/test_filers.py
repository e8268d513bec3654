"""Symbols, numbers, kinds of securities and predecessors."""

import json

import pytest

from shared.domain.company import SecurityKind
from shared.market.providers.sec_edgar.filers import (
    cik_in,
    cik_of,
    may_be_listed,
    possible_predecessors,
    same_company,
    security_kind,
    succession,
    symbol_infos,
)
from shared.market.providers.sec_edgar.filing_documents import Submissions, parse_submissions, parse_tickers
from shared.market.providers.sec_edgar.filings import filings_of
from tests.support.edgar_documents import filing_columns, submissions_document, tickers_document


@pytest.mark.parametrize(
    ("symbol", "cik"),
    [
        ("AAPL", "0000320193"),
        ("BRK-B", "0001067983"),
        ("CIK320193", "0000320193"),
        ("CIK0001418091", "0001418091"),
        ("TWTR", None),
    ],
)
def test_number_behind_a_symbol(symbol: str, cik: str | None) -> None:
    tickers = parse_tickers(tickers_document((320193, "AAPL", "Apple Inc."), (1067983, "BRK-B", "Berkshire")))
    assert cik_of(symbol, tickers) == cik


@pytest.mark.parametrize("symbol", ["VOD.L", "^GSPC", "EURUSD=X", "7203.T", "BTC-USD", "0700.HK"])
def test_foreign_symbols_are_not_looked_up(symbol: str) -> None:
    assert not may_be_listed(symbol)


@pytest.mark.parametrize(
    ("query", "cik"),
    [
        ("0000320193", "0000320193"),
        ("CIK 320193", "0000320193"),
        ("cik0000320193", "0000320193"),
        ("CIK#320193", "0000320193"),
        ("apple", None),
        ("3M", None),
        ("1418091", "0001418091"),
        ("320193", "0000320193"),
        ("600519", None),
        ("7203", None),
        ("12345678901", None),
    ],
)
def test_search_by_number(query: str, cik: str | None) -> None:
    tickers = parse_tickers(tickers_document((320193, "AAPL", "Apple Inc.")))
    assert cik_in(query, tickers) == cik


FNMA = ["FNMA", "FNMAS", "FNMAJ", "FNMAH", "FNMAM", "FNMAN", "FNMAL"]


@pytest.mark.parametrize(
    ("symbol", "tickers", "kind"),
    [
        ("JPM", ["JPM", "JPM-PC"], "common_stock"),
        ("JPM-PC", ["JPM", "JPM-PC"], "preferred_stock"),
        ("OXY-WT", ["OXY", "OXY-WT"], "warrant"),
        ("GRP-UN", ["GRP-UN"], "unit"),
        ("CELG-RI", ["BMY", "CELG-RI"], "right"),
        ("BRK-A", ["BRK-B", "BRK-A"], "common_stock"),
        ("GOOG", ["GOOGL", "GOOG"], "common_stock"),
        ("FNMAS", FNMA, "preferred_stock"),
        ("FNMAL", FNMA, "preferred_stock"),
        ("FNMFN", FNMA, "preferred_stock"),
        ("TBB", ["T", "TBB", "T-PA"], "other"),
        ("SOJC", ["SO", "SOJC"], "other"),
        ("TSMWF", ["TSM", "TSMWF"], "common_stock"),
        ("HBCYF", ["HSBC", "HBCYF"], "common_stock"),
    ],
)
def test_other_lines_of_an_issuer_are_named(symbol: str, tickers: list[str], kind: SecurityKind) -> None:
    assert security_kind(symbol, tickers) == kind


def submissions(**options: object) -> Submissions:
    return parse_submissions(submissions_document(**options))  # type: ignore[arg-type]


def test_a_company_without_tickers_is_found_by_its_number() -> None:
    (info,) = symbol_infos(submissions(cik=1418091, name="TWITTER, INC.", tickers=()))
    assert (info.symbol, info.name) == ("CIK0001418091", "TWITTER, INC.")


def test_a_hit_carries_exchange_and_currency() -> None:
    (info,) = symbol_infos(submissions())
    assert (info.symbol, info.exchange, info.currency) == ("EXMP", "Nasdaq", "USD")


def test_hits_name_the_other_lines_of_an_issuer() -> None:
    common, preferred = symbol_infos(submissions(tickers=("EXMP", "EXMP-PA")))
    assert (common.name, preferred.name) == ("Example Corp", "Example Corp (preferred stock)")


def test_predecessors_are_those_whose_account_files_and_whose_name_it_was() -> None:
    filings = [
        ("0000034088-26-000010", "10-Q", "2026-08-01"),
        ("0000034088-26-000009", "8-K12B", "2026-07-01"),
        ("0001193125-26-000001", "8-K", "2026-06-01"),
    ]
    successor = submissions(cik=2100000, name="Example Energy Holdings", filings=filings)
    assert succession(successor) == "2026-07-01"
    accessions = successor.filings.recent.accession_number
    assert possible_predecessors("0002100000", accessions) == ("0000034088", "0001193125")
    renamed = submissions(cik=34088, name="EXAMPLE ENERGY HOLDINGS INC")
    assert same_company(successor, renamed)
    assert not same_company(successor, submissions(cik=1193125, name="Printing Agent LLC"))
    before = submissions(name="New", formerNames=[{"name": "EXAMPLE ENERGY HOLDINGS"}])
    assert same_company(successor, before)


def test_filings_of_a_form_include_its_amendments() -> None:
    rows = [
        ("0000000001-26-000003", "10-K/A", "2026-03-01"),
        ("0000000001-26-000002", "10-KT", "2026-02-15"),
        ("0000000001-26-000001", "10-K", "2026-02-01"),
    ]
    columns = submissions(filings=rows).filings.recent
    assert [one.form for one in filings_of("0000000001", columns, "10-k")] == ["10-K/A", "10-K"]
    assert len(list(filings_of("0000000001", columns, None))) == 3


def test_a_malformed_row_costs_that_row() -> None:
    document = json.loads(submissions_document())
    document["filings"]["recent"] = {
        **filing_columns(
            [("a-1", "10-K", "2026-02-01"), ("a-2", "10-K", "soon"), ("", "10-K", "2026-02-01")]
        ),
        "reportDate": ["2025-12-31"],
    }
    columns = parse_submissions(json.dumps(document).encode()).filings.recent
    (filing,) = filings_of("0000000001", columns, None)
    assert filing.accession == "a-1"
    assert str(filing.period_end) == "2025-12-31"


def test_titles_name_the_form_in_words() -> None:
    columns = submissions(
        filings=[("a-1", "10-K/A", "2026-02-01"), ("a-2", "ABC", "2026-02-01")]
    ).filings.recent
    assert [one.title for one in filings_of("0000000001", columns, None)] == [
        "Annual report, amended",
        "Form ABC",
    ]
