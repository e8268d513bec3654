"""Numbers that contradict the words and numbers beside them."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds
from tests.evaluation.figures.blind_worlds import blind_worlds


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("walmart", "Net income fell from $19.4 billion to $21.9 billion, or 12.6%.", ["12.6%"]),
        ("walmart", "Net income rose from $19.4 billion to $21.9 billion, or 12.6%.", []),
        ("walmart", "Inventories fell to $58.9 billion from $56.4 billion.", ["$56.4 billion"]),
        ("walmart", "Inventories rose to $58.9 billion from $56.4 billion.", []),
        ("walmart", "Der Umsatz sank von 680,99 Mrd. USD auf 713,16 Mrd. USD.", ["713,16 Mrd. USD"]),
        ("walmart", "Cash stood at $10.7 billion, down from $9.0 billion a year earlier.", ["$9.0 billion"]),
        ("walmart", "Cash stood at $10.7 billion, up from $9.0 billion a year earlier.", []),
        ("filing", "Net debt rose by €57 million, from €412 million to €355 million.", ["€57 million"]),
        ("filing", "Net debt fell by €57 million, from €412 million to €355 million.", []),
        ("cars", "GM's forward P/E of 7.1 is higher than Ford's 9.4.", ["9.4"]),
        ("cars", "GM's forward P/E of 7.1 is lower than Ford's 9.4.", []),
        ("cars", "Tesla's gross margin of 17.0% trails Ford's 7.8%.", ["7.8%"]),
        ("tesla", "In the June quarter Tesla earned $0.40, in line with the $0.40 expected.", []),
        ("tesla", "In the September quarter Tesla's EPS of $0.50 missed the consensus of $0.54.", []),
        ("tesla", "In the September quarter Tesla's EPS of $0.50 beat the consensus of $0.54.", ["$0.54"]),
        ("tesla", "Tesla narrowly beat in the September quarter, earning $0.50, not $0.54.", ["$0.54"]),
        ("tesla", "Tesla narrowly missed in the September quarter, earning $0.50, not $0.54.", []),
        ("tesla", "Tesla earned $0.50 a share, above the expected $0.54.", ["$0.54"]),
        ("tesla", "Tesla missed in the September quarter ($0.50 vs. $0.54) but beat a year before.", []),
        ("sony", "200日移動平均線(3,985円)を下回っています。", ["3,985円"]),
        ("sony", "200日移動平均線(3,985円)を上回っています。", []),
    ],
)
def test_direction_that_the_sentence_itself_contradicts_is_marked(
    world: str, text: str, wrong: list[str]
) -> None:
    check = check_figures(text, blind_worlds()[world])
    assert [mark.text for mark in check.misattributed] == wrong
    assert not check.unsupported


def test_losses_are_not_compared_by_their_size() -> None:
    data = {
        "symbol": "BA",
        "periods": [
            {"fiscal_year": 2025, "fiscal_period": "FY", "end": "2025-12-31", "net_income": -10_200_000_000},
            {"fiscal_year": 2024, "fiscal_period": "FY", "end": "2024-12-31", "net_income": -11_800_000_000},
        ],
    }
    check = check_figures("The net loss fell from 11.8 billion to 10.2 billion.", [data])
    assert check.stated == check.supported == 2


def test_move_from_zero_has_no_percentage() -> None:
    facts = [{"symbol": "AAPL", "text": "The operating margin was 0.04% in 2024 and 0.40% in 2025."}]
    check = check_figures("Its operating margin rose from 0.0% to 0.4%, up 500%.", facts)
    assert [mark.text for mark in check.unsupported] == ["500%"]


def test_level_of_another_name_is_no_start_of_a_move() -> None:
    text = "Exxon Mobil stieg um 1,23 Prozent auf 178,14 Dollar, fast auf das Jahreshoch von 178,84 Dollar."
    check = check_figures(text, application_worlds()["app/oil"])
    assert check.stated == check.supported == 3, check.marks
