"""No text and no facts make the check fail: answers and facts with other numbers, zeros and gaps in them."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from tests.evaluation.figures.evaluate import ANSWERS, Answer, read_answers

ROUNDS: Final = 60
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_NUMBERS: Final = (
    "0",
    "0.00",
    "1",
    "-5",
    "1e9",
    "999999999999999999",
    "0.0000123",
    "100",
    "2026",
    "½",
    "1,2",
)
_QUESTIONS: Final = (
    "I bought 10 shares at $0",
    "if i put 1000 € in",
    "I own 0 shares of apple and 3 of microsoft, yield?",
    "was wäre mein gewinn mit 12 Aktien zu 80",
    "",
)


def mutated_text(text: str, chance: random.Random) -> str:
    return _NUMBER.sub(lambda match: chance.choice(_NUMBERS) if chance.random() < 0.3 else match[0], text)


def mutated_data(value: object, chance: random.Random) -> object:
    if isinstance(value, dict):
        return {key: mutated_data(item, chance) for key, item in value.items()}
    if isinstance(value, list):
        kept = value[: chance.randint(0, len(value))] if chance.random() < 0.1 else value
        return [mutated_data(item, chance) for item in kept]
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.1:
        return chance.choice([0, 0.0, -value, value * 1e-9, None, value * 1e9])
    return value


def mutated_facts(facts: Sequence[Fact], chance: random.Random) -> list[Fact]:
    return [
        replace(fact, data={name: mutated_data(value, chance) for name, value in fact.data.items()})
        for fact in facts
    ]


@pytest.mark.parametrize("seed", range(8))
def test_numbers_of_any_kind_are_judged(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(seed)
    answers: list[Answer] = [one for path in sorted(ANSWERS.glob("*.txt")) for one in read_answers(path)]
    for answer in chance.sample(answers, ROUNDS):
        text = mutated_text(answer.text, chance)
        question = chance.choice([answer.question, chance.choice(_QUESTIONS)])
        check = check_figures(text, mutated_facts(answer.facts, chance), question)
        listed = len(check.unsupported) + len(check.misattributed)
        assert check.stated == check.supported + listed
    # A defect costs one sentence and is logged; here none may show.
    assert caplog.messages == []
