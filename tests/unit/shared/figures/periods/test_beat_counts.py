"""Counts of quarters that beat or missed the estimates."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("Intel has beaten the consensus in {} of the past eight quarters.", "five", "six"),
        ("Intel beat estimates in {} of 8 quarters.", "7", "6"),
        ("Intel: {} beats in the last eight quarters.", "seven", "six"),
        ("Intel missed in {} of the last eight quarters.", "three", "two"),
        ("Intel hat die Schätzungen in {} der letzten acht Quartale übertroffen.", "fünf", "sechs"),
        ("Intel a dépassé les attentes au cours de {} des huit derniers trimestres.", "sept", "six"),
        ("Intel ha superado las previsiones, superó {} de los últimos ocho trimestres.", "siete", "seis"),
        ("Intel beat estimates in {} of the last 12 quarters.", "11", "10"),
        ("In the eight quarters on record, Intel beat the consensus {} times.", "seven", "six"),
    ],
)  # fmt: skip
def test_count_is_compared_with_the_surprises(text: str, wrong: str, right: str) -> None:
    facts = application_worlds()["app/a_networks"]
    check = check_figures(text.format(wrong), facts)
    assert [mark.text.split()[0] for mark in check.unsupported] == [wrong]
    assert not check.misattributed
    check = check_figures(text.format(right), facts)
    assert check.supported == check.stated == 1


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("Intel beat in all of the last five quarters.", ["all of the last five quarters"]),
        ("Intel beat in 10 of the last 16 quarters.", ["10 of the last 16 quarters"]),
        ("Cisco beat in seven of the last eight quarters.", []),
        ("Intel's revenue grew in seven of the last eight quarters.", []),
    ],
)
def test_span_that_the_facts_do_not_reach_is_wrong(text: str, unsupported: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/a_networks"])
    assert [mark.text for mark in check.unsupported] == unsupported


def test_multiple_behind_a_count_of_quarters_is_no_count() -> None:
    text = "After eight quarters of beating estimates, Cisco trades at 12 times {}."
    facts = application_worlds()["app/a_networks"]
    multiple = (
        check_figures("Cisco trades at 12 times {}.".format("forward earnings"), facts).marks[0].verdict
    )
    for said in ("forward earnings", "what it earned"):
        mark = check_figures(text.format(said), facts).marks[-1]
        assert (mark.text, mark.verdict) == ("12 times", multiple)


def test_how_often_is_counted_in_the_quarters_named_before() -> None:
    text = "In the eight quarters on record, Airbus beat the consensus {} times and missed it only {}."
    facts = application_worlds()["app/f_aero"]
    assert not check_figures(text.format("seven", "once"), facts).unsupported
    check = check_figures(text.format("six", "twice"), facts)
    assert [mark.text for mark in check.unsupported] == ["six times", "twice"]


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_wallets", "Of its last eight reports, American Express topped estimates in 5.", []),
        (
            "e_wallets",
            "Of its last eight reports, American Express topped estimates in 7.",
            ["Of its last eight reports, American Express topped estimates in 7"],
        ),
    ],
)
def test_count_behind_the_quarters(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
