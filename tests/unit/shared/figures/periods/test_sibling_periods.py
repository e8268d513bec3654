"""Periods that the other numbers of a sentence tell."""

import json
from dataclasses import replace

import pytest

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("tesla", "Tesla's Q3 2026 EPS was $4.49 vs. $4.37 expected.", []),
        ("tesla", "Tesla's Q3 2026 EPS was $4.49 vs. $4.11 expected.", ["$4.11"]),
        ("tesla", "In Q3 Tesla earned $4.49 a share, compared with $4.09 a year earlier.", []),
        ("tesla", "In Q3 Tesla earned $4.49 a share, compared with $3.88 a year earlier.", ["$3.88"]),
        ("tesla", "Tesla's Q3 EPS was $4.49. A year ago it earned $4.57.", ["$4.57"]),
        ("tesla", "テスラの7~9月期の1株利益は4.49ドルで、前年同期は3.88ドルだった。", ["3.88ドル"]),
        ("tesla", "For the current quarter, analysts expect EPS of $5.01 from Tesla.", []),
        ("tesla", "For the current quarter, analysts expect EPS of $4.39 from Tesla.", ["$4.39"]),
        ("insurer", "Total assets were $160.63 billion at the end of 2025, equity $125.26 billion.", []),
        (
            "insurer",
            "Total assets were $160.63 billion at the end of 2025, equity $119.99 billion.",
            ["$119.99 billion"],
        ),
        ("germany", "SAP beat in Q3 2026 (€1.92 vs. €1.91) but missed in Q2 2026 (€1.81 vs. €1.83).", []),
        ("lvmh", "LVMH's EPS was 6.15 in Q3 (est. 6.11) and 5.85 in Q2 (est. 5.77).", []),
        ("tesla", "In Q3 Tesla earned $4.49, compared with $4.09 a year earlier and $4.25 in Q2.", []),
        ("tesla", "In Q3 Tesla earned $4.49, compared with $3.88 a year earlier and $4.25 in Q2.", ["$3.88"]),
        ("tesla", "Analysts expect EPS of $5.01 for the current quarter and $17.76 for the full year.", []),
        ("banks", "JPMorgan pays $0.0575 per quarter.", []),
        ("banks", "Bank of America pays $0.86 per quarter.", ["$0.86"]),
        ("banks", "Bank of America pays a quarterly dividend of $0.86.", ["$0.86"]),
    ],
)  # fmt: skip
def test_number_of_another_period_is_marked(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert [mark.text for mark in check.misattributed] == wrong
    assert not check.unsupported


THE_QUARTER = "In the quarter to September 2026, Microsoft earned $3.00. In the same quarter of 2025: {}."
IN_ONE = "In the quarter to September 2026 Microsoft earned $3.00, against {} in the same quarter of 2025."
TAX = "R&D was $4.24 billion, up from {} in the same quarter of 2025, tax $3.87 billion."
NET_CASH = "Net cash grew from $52.60 billion at the end of 2024 to {} a year later."


@pytest.mark.parametrize(
    ("world", "text", "right", "wrong"),
    [
        ("msft", THE_QUARTER, None, "$2.59"),
        ("msft", IN_ONE, None, "$2.59"),
        ("tesla", "In Q3 2026 Tesla earned $4.49. In the same quarter of 2025: {}.", "$4.09", "$3.88"),
        ("tesla", TAX, "$3.87 billion", None),
        ("insurer", NET_CASH, "$57.15 billion", None),
    ],
)
def test_same_quarter_of_a_year(world: str, text: str, right: str | None, wrong: str | None) -> None:
    facts = application_worlds()[f"app/{world}"]
    if right is not None:
        check = check_figures(text.format(right), facts)
        assert check.supported == check.stated
    if wrong is not None:
        check = check_figures(text.format(wrong), facts)
        assert [mark.text for mark in check.misattributed] == [wrong]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("In Q3 2026 Tesla earned $4.49. Consensus for the current quarter: $5.01.", []),
        ("In Q3 2026 Tesla earned $4.49. Consensus for the next quarter: $4.39.", []),
        ("In Q3 2026 Tesla earned $4.49. Consensus for the current quarter: $4.39.", ["$4.39"]),
        ("Tesla is expected to earn $5.01 in the current quarter, on revenue of $103.65 billion.", []),
    ],
)
def test_current_quarter_is_the_one_that_was_not_reported_yet(text: str, wrong: list[str]) -> None:
    facts = application_worlds()["app/tesla"]
    check = check_figures(text, [_as_of_january(fact) for fact in facts])
    assert [mark.text for mark in check.misattributed] == wrong
    assert not check.unsupported


def _as_of_january(fact: Fact) -> Fact:
    """Returns a fact as it is found after the end of December, before that quarter is reported."""
    data = json.loads(json.dumps(fact.data).replace("2026-11-20", "2027-01-20"))
    return replace(fact, data=data)


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        # of a number that is wrong itself, only what it claims to be of
        (
            "a_europe",
            "SAP's FCF rose to €5.44 billion in 2025; €1.30 billion went out as dividends.",
            "€5.44 billion",
        ),
        ("b_giants", "Amazon's FCF was $52.4 billion in 2025, up 9.6% on 2024's $47.8 billion.", None),
        # what results were worse by is no result
        ("b_giants", "Alphabet's EPS of $1.51 was two cents below the $1.53 that had been expected.", None),
        ("b_giants", "Alphabet's EPS of $1.51 was two cents below the expected $1.40.", "$1.40"),
        ("c_chips", "Broadcom should come in at $1.72 per share for the March quarter.", "$1.72"),
        ("c_chips", "Broadcom should come in at $1.61 per share for the March quarter.", None),
        # this year
        ("b_industrie", "Siemens is expected to earn €8.15 per share this year.", None),
        ("b_industrie", "Siemens is expected to earn €8.88 per share this year.", "€8.88"),
        # the quarter of the sentence before, which names no year
        ("a_finance", "Goldman's first-quarter revenue was $14.93 billion. Diluted EPS was $7.88.", "$7.88"),
        ("a_finance", "Goldman's first-quarter revenue was $14.93 billion. Diluted EPS was $6.77.", None),
    ],
)
def test_period_of_the_numbers_before(world: str, text: str, wrong: str | None) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in check.misattributed] == [wrong] * (wrong is not None), check.marks
    assert not check.unsupported


def test_reported_quarter_without_a_day_of_publication_is_not_the_current_one() -> None:
    """Yahoo gives the estimate and the result of a quarter, and not when it was published."""
    facts = [
        replace(fact, data=json.loads(json.dumps(fact.data), object_hook=_without_publication))
        for fact in application_worlds()["app/tesla"]
    ]
    check = check_figures("For the current quarter, analysts expect EPS of $5.01 from Tesla.", facts)
    assert not check.misattributed
    wrong = check_figures("For the current quarter, analysts expect EPS of $4.39 from Tesla.", facts)
    assert [mark.text for mark in wrong.misattributed] == ["$4.39"]


def _without_publication(record: dict[str, object]) -> dict[str, object]:
    return {name: None if name == "reported_on" else value for name, value in record.items()}


def test_estimate_beside_another_is_of_its_quarter() -> None:
    text = "For the December quarter, Lockheed is expected to earn $7.01 per share, on revenue of {}."
    facts = application_worlds()["app/f_aero"]
    assert not check_figures(text.format("$7.30 billion"), facts).misattributed
    wrong = check_figures(text.format("$6.40 billion"), facts).misattributed
    assert [mark.text for mark in wrong] == ["$6.40 billion"]
