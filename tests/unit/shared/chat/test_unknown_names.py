"""Words that may name an instrument which the catalogue does not have."""

import pytest

from shared.chat.mentions import QuestionReader
from shared.chat.unknown_names import unknown_names
from shared.symbols.catalogue import symbol_catalogue


def candidates(message: str) -> dict[str, tuple[bool, bool]]:
    """Whether each candidate looks like a ticker, and whether its place is clear, by its text."""
    found = unknown_names(QuestionReader(message, symbol_catalogue()))
    return {candidate.text: (candidate.is_ticker, candidate.is_clear) for candidate in found}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Is QQZZ a buy?", {"QQZZ": (True, True)}),
        ("What about Zorblatt Industries?", {"Zorblatt Industries": (False, True)}),
        ("Compare Apple and Zorblatt", {"Zorblatt": (False, True)}),
        ("is zorblatt stock cheap?", {"zorblatt": (False, True)}),
        ("How is Apple doing today?", {}),
        ("Is Merck KGaA cheap?", {"Merck KGaA": (False, True)}),
        ("American Airlines debt", {"American Airlines": (False, True)}),
        (
            "How is German Zorblatt doing?",
            {"German Zorblatt": (False, True), "Zorblatt": (False, False)},
        ),
        ("Is the Zorblatt owner Apple cheap?", {}),
        ("gucci owner debt", {"gucci": (False, True)}),
        ("Zorblatt-Mutter Apple", {}),
        ("Did Peter Zorblatt buy Apple?", {"Peter Zorblatt": (False, False)}),
        (
            "When is Christmas Zorblatt?",
            {"Zorblatt": (False, False), "Christmas Zorblatt": (False, False)},
        ),
        ("What is in Chapter 11?", {}),
        # authors, places, buildings and ideas are looked up, and not reported
        ("what did Zorblatt say about risk", {"Zorblatt": (False, False)}),
        ("I live in Zorblatt, Quuxia", {"Zorblatt": (False, False), "Quuxia": (False, False)}),
        ("How high is the Zorblatt tower?", {"Zorblatt": (False, False)}),
        ("Who likes the Zorblatts?", {"Zorblatts": (False, False)}),
        ("Is it in Zorblattland. Any news?", {"Zorblattland": (False, True)}),
        ("Convert 100 miles", {"Convert 100": (False, False)}),
        ("I made $2K last month", {}),
        ("Analyse Zorblatt", {"Analyse Zorblatt": (False, False), "Zorblatt": (False, True)}),
        ("Wie läuft Zorblatt?", {"Zorblatt": (False, True)}),
        ("Wie läuft eine Insolvenz ab?", {}),
        ("is there vitamin B12 in it", {"B12": (True, False)}),
        ("Is my MBA worth it?", {}),
        ("Does my son Tim invest?", {}),
        ("Vale la pena esperar?", {}),
        ("Die drei QQZ-Schwergewichte", {}),
        ("Nvidia GB200 ramp", {"Nvidia GB200": (False, False)}),
        ("Is Zorblatt Energy profitable?", {"Zorblatt": (False, True), "Zorblatt Energy": (False, False)}),
        ("microsoft vs zorblatt", {"zorblatt": (False, True)}),
        ("Is there an QQZ tax?", {"QQZ": (True, False)}),
        ("Is the Bank of Nova Scotia safe?", {"Bank of Nova Scotia": (False, True)}),
        ("is zorblatt overvalued", {"zorblatt": (False, True)}),
        ("is loyalty overvalued", {"loyalty": (False, False)}),
        ("netflix or spotify", {"spotify": (False, True)}),
        ("netflix or zorblatt", {"zorblatt": (False, True)}),
        ("netflix and chill", {}),
        ("Is the Bank of Montreal safe?", {"Bank of Montreal": (False, True)}),
        ("A.O. Smith debt", {"A.O. Smith": (False, True), "Smith": (False, False)}),
        ("siemens energy stock", {"siemens energy": (False, True)}),
        ("dell stock", {"dell": (False, True)}),
        ("Was heißt Kurs-Gewinn-Verhältnis?", {}),
        ("What is inflation?", {}),
    ],
)
def test_candidates_of_a_question(message: str, expected: dict[str, tuple[bool, bool]]) -> None:
    assert candidates(message) == expected


def test_clear_candidates_come_first() -> None:
    assert next(iter(candidates("xyzzy vs Zorblatt Industries stock"))) == "Zorblatt Industries"


def test_candidates_are_bounded() -> None:
    assert len(candidates(" ".join(f"Zq{chr(65 + n % 26)}x{'y' * (n // 26)}, " for n in range(500)))) <= 120


@pytest.mark.parametrize("message", ["x" * 300, "X" + "y" * 300, f"thoughts on {'z' * 300} stock"])
def test_what_is_longer_than_any_name_is_not_searched(message: str) -> None:
    assert candidates(message) == {}
