"""Turns that change the companies of a conversation."""

import pytest

from shared.chat.follow_ups import changed_companies


@pytest.mark.parametrize(
    "text",
    [
        "add walmart to that",
        "ok, please include walmart",
        "throw walmart in there too",
        "pack walmart noch rein",
        "mets aussi walmart",
        "metti anche walmart",
        "throw walmart in the mix",
        "füge noch walmart hinzu",
        "ajoute walmart",
        "añade walmart",
        "adiciona walmart",
        "aggiungi walmart",
        "ウォルマートも追加して",
        "加上沃尔玛",
        "월마트도 추가해줘",
    ],
)
def test_company_is_added(text: str) -> None:
    assert changed_companies(text, ["WMT"], [["KO", "PEP"]]) == ["KO", "PEP", "WMT"]


@pytest.mark.parametrize(
    "text",
    [
        "now without pepsi",
        "drop pepsi",
        "not pepsi",
        "ohne pepsi",
        "sans pepsi",
        "ペプシを除いて",
        "펩시 빼고",
    ],
)
def test_company_is_dropped(text: str) -> None:
    assert changed_companies(text, ["PEP"], [["KO", "PEP"]]) == ["KO"]


def test_company_is_replaced() -> None:
    for text in ("replace pepsi with walmart", "instead of pepsi use walmart"):
        assert changed_companies(text, ["PEP", "WMT"], [["KO", "PEP"]]) == ["KO", "WMT"]


@pytest.mark.parametrize(
    "text",
    ["and walmart?", "what about walmart", "does walmart add stores", "should i put walmart in my ira"],
)
def test_turn_of_its_own(text: str) -> None:
    assert changed_companies(text, ["WMT"], [["KO", "PEP"]]) is None


def test_nothing_named() -> None:
    assert changed_companies("add it", [], [["KO"]]) is None


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([["KO"], ["PEP"]], ["KO", "PEP", "WMT"]),
        ([["MCD", "SBUX"], ["KO"], ["PEP"]], ["KO", "PEP", "WMT"]),
        ([["KO"], ["MCD", "SBUX"]], ["MCD", "SBUX", "WMT"]),
        ([], None),
    ],
)
def test_company_is_added_to_those_asked_about_one_by_one(
    earlier: list[list[str]], expected: list[str] | None
) -> None:
    assert changed_companies("now add walmart", ["WMT"], earlier) == expected


def test_one_of_several_turns_is_dropped() -> None:
    assert changed_companies("without coke", ["KO"], [["KO"], ["PEP"]]) == ["PEP"]
