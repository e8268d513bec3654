"""Kinds of securities by symbol and name, and names of issuers."""

import pytest

from shared.domain.company import SecurityKind
from shared.market.providers.issuers import issuer_key, name_with_security, security_of


@pytest.mark.parametrize(
    ("symbol", "name", "expected"),
    [
        ("BRK-B", "Berkshire Hathaway Inc. New", None),
        ("BAC-PL", "Bank of America Corporation", "preferred_stock"),
        ("SPCE-WT", None, "warrant"),
        ("EXMP-UN", None, "unit"),
        ("EXMP-RI", None, "right"),
        ("FNMAS", "Federal National Mortgage Association 8.25% Pfd Series S", "preferred_stock"),
        ("EXMPW", "Example Corp Warrant", "warrant"),
        ("EXMPU", "Example Acquisition Corp Units", "unit"),
        ("EXMPR", "Example Acquisition Corp Right", "right"),
        ("TBB", "AT&T Inc. 5.350% Global Notes due 2066", "note"),
        ("BABAF", "Alibaba Group Holding Limited", None),
        ("NSRGY", "Nestle S.A. Sponsored ADR", "depositary_receipt"),
        ("UNIT", "Uniti Group Inc.", None),
        ("WRD", "Bright Minds Rights Management Inc", None),
        ("BTC-USD", "Bitcoin USD", None),
    ],
)
def test_security_of_a_listing(symbol: str, name: str | None, expected: str | None) -> None:
    assert security_of(symbol, name) == expected


@pytest.mark.parametrize(
    ("name", "security", "expected"),
    [
        ("Example Corp", "preferred_stock", "Example Corp (preferred stock)"),
        ("Example Corp Warrant", "warrant", "Example Corp Warrant"),
        ("Example Corp", "common_stock", "Example Corp"),
        ("Example Corp", None, "Example Corp"),
        (None, "note", None),
    ],
)
def test_other_lines_are_named(name: str | None, security: SecurityKind | None, expected: str | None) -> None:
    assert name_with_security(name, security) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alphabet Inc. Class C", "ALPHABET INC"),
        ("JPMorgan Chase & Co.", "JPMORGAN CHASE & CO"),
        ("Nestlé S.A.", "Nestlé SA"),
        ("The Coca-Cola Company", "Coca-Cola Co"),
    ],
)
def test_listings_of_one_issuer_have_one_key(one: str, other: str) -> None:
    assert issuer_key(one) == issuer_key(other)


def test_other_issuers_have_other_keys() -> None:
    assert issuer_key("Delta Air Lines, Inc.") != issuer_key("Delta Apparel, Inc.")
    assert issuer_key("Limited") != issuer_key("Inc.")
