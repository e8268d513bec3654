"""The hit of a search that is the company a question names."""

import pytest

from shared.chat.caseless_names import Candidate
from shared.chat.search_hits import matching_hit
from tests.support.mongo import symbol_info

HITS = (
    symbol_info("ALL", "The Allstate Corporation"),
    symbol_info("LHA.DE", "Deutsche Lufthansa AG"),
    symbol_info("EOAN.DE", "E.ON SE"),
    symbol_info("BBVA.MC", "Banco Bilbao Vizcaya Argentaria, S.A."),
    symbol_info("MUV2.DE", "Münchener Rückversicherungs-Gesellschaft AG"),
    symbol_info("AMAT", "Applied Materials, Inc."),
)


@pytest.mark.parametrize(
    ("text", "is_ticker", "is_clear", "expected"),
    [
        ("ALL", True, False, "ALL"),
        ("All", False, False, None),
        ("All", False, True, "ALL"),
        ("EON", True, True, "EOAN.DE"),
        ("BBVA", True, True, "BBVA.MC"),
        ("Münchener Rück", False, True, "MUV2.DE"),
        ("Materials", False, True, None),
    ],
)
def test_hit(text: str, is_ticker: bool, is_clear: bool, expected: str | None) -> None:
    assert matching_hit(Candidate(text, 0, is_ticker, is_clear), HITS) == expected


def test_name_behind_a_legal_form_is_that_of_the_first_hit() -> None:
    candidate = Candidate("Lufthansa", 0, is_ticker=False, is_clear=True)
    assert matching_hit(candidate, HITS[1:]) == "LHA.DE"
    assert matching_hit(candidate, HITS) is None


def test_name_of_the_sources_is_compared() -> None:
    candidate = Candidate("Allianz Kasse", 0, is_ticker=False, is_clear=True, name="E.ON")
    assert matching_hit(candidate, HITS) == "EOAN.DE"


def test_ticker_of_a_known_name_is_found_on_another_exchange() -> None:
    assert matching_hit(Candidate("bbva", 0, is_ticker=False, is_clear=True, name="BBVA"), HITS) == "BBVA.MC"


@pytest.mark.parametrize(
    ("text", "is_ticker", "expected"),
    [
        ("allstate", False, "ALL"),
        ("applied", False, None),
        ("applied materials", False, "AMAT"),
        ("ALL", True, "ALL"),
        ("LHA", True, None),
    ],
)
def test_exact_hit(text: str, is_ticker: bool, expected: str | None) -> None:
    candidate = Candidate(text, 0, is_ticker=is_ticker, is_clear=False, is_exact=True)
    assert matching_hit(candidate, HITS) == expected
