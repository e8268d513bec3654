"""The check against TAT-QA: annual reports of others."""

import pytest

from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures import tatqa

if not tatqa.FILE.exists():
    pytest.skip("RECORDED_DATA names no folder with the questions of TAT-QA", allow_module_level=True)


def test_all_figures_of_the_prose_are_supported() -> None:
    assert [mark for mark in tatqa.prose_marks() if mark[1] is not Verdict.SUPPORTED] == []


def test_changed_digits_are_found() -> None:
    outcomes = [accepted for accepted, *_ in tatqa.changed_digits(seed=1)]
    assert sum(outcomes) / len(outcomes) <= 0.03


def test_figures_of_other_rows_are_misattributed() -> None:
    verdicts = [verdict for verdict, _ in tatqa.swapped_rows(seed=1)]
    assert verdicts.count(Verdict.MISATTRIBUTED) / len(verdicts) >= 0.9


def test_arithmetic_answers_with_their_derivation_are_supported() -> None:
    verdicts = [verdict for verdict, *_ in tatqa.arithmetic()]
    assert verdicts.count(Verdict.SUPPORTED) / len(verdicts) >= 0.9
