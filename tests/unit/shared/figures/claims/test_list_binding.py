"""Numbers in the order of companies or metrics named before."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

RIGHT = [
    ("oil", "Exxon earned $31.7bn on $126.7bn of sales, Chevron $9.3bn on $55.1bn, Shell £6.9bn on £72.9bn."),
    (
        "tesla",
        "Tesla trades 9.7% below its 50-day and 21.5% below its 200-day average ($297.83 and $342.47).",
    ),
    (
        "oil",
        (
            "Chevron trades at 30.7, Exxon at 24.9 and Shell at 21.2 times earnings."
            "\n\nThe forward multiples (29.7, 23.8, 20.7) agree."
        ),
    ),
    (
        "coins",
        (
            "Bitcoin is 14.5% above its 50-day and 17.2% above its 200-day average."
            " Ether is 0.4% below the former and 2.7% above the latter."
        ),
    ),
    # two companies that the sentences before name
    (
        "f_indices",
        (
            "IWM closed at $216.26. The Nasdaq Composite stands at 21,503.06."
            " From their 52-week highs they are off 13.5% and 9.4% respectively."
        ),
    ),
    # the ends of a range, whatever was named before
    ("f_indices", "IWM trades at $216.26, and moved between $214.73 and $221.75 today."),
]


@pytest.mark.parametrize(("world", "text"), RIGHT)
def test_numbers_go_with_the_names_at_their_places(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert check.stated == check.supported > 1


def test_enumeration_in_another_order_is_marked() -> None:
    text = (
        "Chevron trades at 30.7, Exxon at 24.9 and Shell at 21.2 times earnings."
        " The forward multiples are 29.7, 20.7 and 23.8."
    )
    check = check_figures(text, application_worlds()["app/oil"])
    assert [mark.text for mark in check.misattributed] == ["20.7", "23.8"]


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("a_networks", "For Intel and Cisco, on free cash flow, the yields are 3.8% and 3.5%.", []),
        (
            "a_networks",
            "For Intel and Cisco, on free cash flow, the yields are 4.8% and 4.5%.",
            ["4.5%", "4.8%"],
        ),
    ],
)
def test_name_of_another_unit_is_none_of_a_list(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
