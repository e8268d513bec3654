"""Arithmetic in a text: its value by the rules of precedence, and what follows from it."""

import pytest

from shared.figures.checker import check_figures
from shared.figures.derivations.expressions import expressions
from tests.evaluation.figures.blind_worlds import blind_worlds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 × 3 + 4", 10),
        ("2 + 3 × 4", 14),
        ("(1 + 2) * 3", 9),
        ("10 − 4 − 3", 3),
        ("100 ÷ 4 ÷ 5", 5),
        ("5 - -2", 7),
        ("1,234 + 1", 1235),
        ("$112.0 billion - $54.0 billion", 58e9),
        ("(44.1 - 56.7) / 56.7", -0.2222),
    ],
)
def test_value_follows_precedence(text: str, value: float) -> None:
    (found,) = expressions(f"That is {text} overall.")
    assert found.value == pytest.approx(value, rel=1e-3)
    assert f"That is {text} overall."[found.start : found.end].strip() == text


@pytest.mark.parametrize("text", ["10 / 0", "no numbers", "5", "a-b", "S&P 500"])
def test_text_without_a_value_has_no_expression(text: str) -> None:
    assert list(expressions(text)) == []


def test_operands_with_a_scale_are_rounded_and_others_exact() -> None:
    (found,) = expressions("$112.0 billion - 54")
    rounded, exact = found.operands
    assert rounded.tolerance == 0.05e9
    assert exact.tolerance < 1e-6


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("Net income grew ($21.9 billion - $19.4 billion) / $19.4 billion = 12.9%.", True),
        ("Net income grew ($21.9 billion - $19.4 billion) / $19.4 billion = 19.2%.", False),
    ],
)
def test_result_is_supported_only_if_it_follows(text: str, supported: bool) -> None:
    check = check_figures(text, blind_worlds()["walmart"])
    (mark,) = (mark for mark in check.marks if mark.text.endswith("%"))
    assert (mark.verdict == "supported") is supported


@pytest.mark.parametrize(
    "text", ["(" * 900 + "1 + 1", "(" * 900 + "1" + " + 1)" * 900, "1 + 1" + " + 1" * 900]
)
def test_endless_calculation_is_none(text: str) -> None:
    assert list(expressions(text)) == []
