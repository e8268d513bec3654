"""The wordings in which models tell each metric: the right figure passes, another one is marked."""

from collections.abc import Iterator

import pytest

from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import Verdict
from tests.unit.shared.figures.phrasing_world import world
from tests.unit.shared.figures.phrasings import Case, cases, languages, table


def _sections() -> Iterator[object]:
    for language in languages():
        for metric in table(language):
            if metric != "before":
                yield pytest.param(language, metric, id=f"{language}-{metric}")


def failure(case: Case) -> str:
    """Returns what the check finds in an answer and should not, or does not and should; "" for neither."""
    facts, _, _ = world()
    marks = check_figures(case.text, facts, case.question).marks
    listed = [mark for mark in marks if mark.verdict is not Verdict.SUPPORTED]
    if case.wrong is None:
        return f"{case.text!r}: {[mark[:2] for mark in listed]}" if listed else ""
    start, end = case.wrong
    is_found = any(mark.start < end and start < mark.end for mark in listed)
    return "" if is_found else f"{case.text!r}: {case.text[start:end]!r} is wrong"


@pytest.mark.parametrize(("language", "metric"), list(_sections()))
def test_figures_are_told_in_many_wordings(language: str, metric: str) -> None:
    assert not [found for case in cases(language, metric) if (found := failure(case))]
