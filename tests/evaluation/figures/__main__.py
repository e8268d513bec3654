"""Prints the measured rates of the check: ``python -m tests.evaluation.figures [name of answers ...]``."""

import sys
from collections.abc import Sequence

from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures import tatqa
from tests.evaluation.figures.evaluate import ANSWERS, evaluate, read_answers
from tests.evaluation.figures.false_acceptance import COMPANIES, KINDS, NAMINGS, acceptance


def main(names: Sequence[str]) -> None:
    """Prints the rates; of some answers alone, also what is missed and what is listed wrongly."""
    for path in sorted(ANSWERS.glob("*.txt")):
        if not names or path.stem in names:
            score = evaluate(list(read_answers(path)))
            wrong = sum(score.wrong.values())
            print(f"{path.stem}: {score.answers} answers, {score.right} right and {wrong} wrong figures")
            print(
                f"  recall {score.recall('n'):.3f} nowhere in the facts, "
                f"{score.recall('c', 'm', 'p', 's', 'u'):.3f} of something else, "
                f"{score.recall('d', 'x'):.3f} dates and citations; precision {score.precision:.3f}"
            )
            for line in [*score.missed, *score.false_alarms] if names else ():
                print(f"  {line}")
    if not names:
        _print_false_acceptance()
        if tatqa.FILE.exists():
            _print_tatqa()


def _print_false_acceptance() -> None:
    for naming in NAMINGS:
        for kind in KINDS:
            rates = ", ".join(f"{count}: {acceptance(count, kind, naming):.2%}" for count in COMPANIES)
            print(f"random {kind}, naming {naming}, accepted by number of companies: {rates}")


def _print_tatqa() -> None:
    prose = [verdict for _, verdict, _ in tatqa.prose_marks()]
    changed = [accepted for accepted, *_ in tatqa.changed_digits(seed=1)]
    rows = [verdict for verdict, _ in tatqa.swapped_rows(seed=1)]
    answers = [verdict for verdict, *_ in tatqa.arithmetic()]
    print(
        f"TAT-QA: {len(prose)} figures of prose, {prose.count(Verdict.SUPPORTED) / len(prose):.2%} supported"
    )
    print(f"TAT-QA: {len(changed)} changed digits, {sum(changed) / len(changed):.2%} accepted")
    print(
        f"TAT-QA: {len(rows)} other rows, {rows.count(Verdict.MISATTRIBUTED) / len(rows):.2%} misattributed"
    )
    print(f"TAT-QA: {len(answers)} answers, {answers.count(Verdict.SUPPORTED) / len(answers):.2%} supported")


if __name__ == "__main__":
    main(sys.argv[1:])
