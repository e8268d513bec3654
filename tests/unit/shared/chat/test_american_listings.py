"""Companies whose American listing is asked about."""

import pytest

from shared.chat.american_listings import american_candidates
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("toyota adr dividend", ["TM"]),
        ("Sony ADRs vs Nintendo", ["SONY"]),
        ("the ADR of Nestlé", ["NSRGY"]),
        ("novo nordisk shares on the nyse", ["NVO"]),
        ("NYSE-listed Shell", ["SHEL"]),
        ("トヨタのADR", ["TM"]),
        ("what is an adr, and has toyota one", []),
        ("toyota dividend", []),
        ("apple adr", []),
        ("ITX adr", []),
    ],
)
def test_american_listing(text: str, expected: list[str]) -> None:
    question = QuestionReader(text, symbol_catalogue())
    assert [one.name for one in american_candidates(question)] == expected
