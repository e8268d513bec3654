"""Reads the answers of the evaluation and counts what the check finds in them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures.application_worlds import PREFIX, application_worlds
from tests.evaluation.figures.blind_worlds import blind_worlds
from tests.evaluation.figures.worlds import worlds

ANSWERS: Final = Path(__file__).parent / "answers"
_LABEL: Final = re.compile(r"\{(?:!(?P<kind>[a-z]):)?(?P<text>[^{}]*)\}")


@dataclass(frozen=True)
class Label:
    """A labelled figure of an answer; ``kind`` is empty for a right one."""

    text: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Answer:
    """An answer with its labels, and the facts it was written from."""

    world: str
    question: str
    text: str
    labels: tuple[Label, ...]

    @property
    def facts(self) -> Sequence[Fact]:
        """What it was written from."""
        if self.world.startswith(PREFIX):
            return application_worlds()[self.world]
        return (worlds() | blind_worlds())[self.world]


@dataclass
class Score:
    """What the check found.

    Attributes:
        right: Labelled figures that are right.
        wrong: Labelled figures that are wrong, by kind.
        found: Those of them that the check lists.
        false_alarms: What it lists and should not.
        missed: The wrong figures that it does not list.
    """

    answers: int = 0
    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false_alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def recall(self, *kinds: str) -> float:
        """Share of the wrong figures of some kinds that are found; of all without kinds."""
        chosen = kinds or tuple(self.wrong)
        wrong = sum(self.wrong[kind] for kind in chosen)
        return sum(self.found[kind] for kind in chosen) / wrong if wrong else 1.0

    @property
    def precision(self) -> float:
        """Share of what the check lists that is wrong."""
        found = sum(self.found.values())
        return found / (found + len(self.false_alarms)) if found else 1.0


def read_answers(path: Path) -> Iterator[Answer]:
    """Yields the answers of a file."""
    world = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            world = line[2:].strip()
        elif line and not line.startswith("# "):
            question, _, text = line.rpartition(" >> ") if line.startswith("? ") else ("", "", line)
            yield _answer(world, question.removeprefix("? "), text.replace("\\n", "\n"))


def _answer(world: str, question: str, marked: str) -> Answer:
    labels: list[Label] = []
    pieces: list[str] = []
    place = length = 0
    for match in _LABEL.finditer(marked):
        before = marked[place : match.start()]
        length += len(before)
        pieces += [before, match["text"]]
        labels.append(Label(match["text"], length, length + len(match["text"]), match["kind"] or ""))
        length += len(match["text"])
        place = match.end()
    return Answer(world, question, "".join([*pieces, marked[place:]]), tuple(labels))


def evaluate(answers: Sequence[Answer]) -> Score:
    """Checks answers and counts."""
    score = Score()
    for answer in answers:
        score.answers += 1
        check = check_figures(answer.text, answer.facts, answer.question)
        listed = [mark for mark in check.marks if mark.verdict is not Verdict.SUPPORTED]
        for label in answer.labels:
            hit = any(mark.start < label.end and label.start < mark.end for mark in listed)
            if not label.kind:
                score.right += 1
                continue
            score.wrong[label.kind] += 1
            score.found[label.kind] += hit
            if not hit:
                score.missed.append(f"{label.kind} {label.text!r} in {answer.text!r}")
        wrong = [label for label in answer.labels if label.kind]
        for mark in listed:
            if not any(mark.start < label.end and label.start < mark.end for label in wrong):
                score.false_alarms.append(
                    f"{mark.verdict} {mark.text!r} in {answer.text!r} ({mark.figure and mark.figure[1:6]})"
                )
    return score
