"""TAT-QA (CC BY 4.0, NExT++ Lab): tables of annual reports and the prose beside them, as facts."""

import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from shared.figures.lookup.fact_base import FactBase
from shared.figures.verdicts.verdicts import Verdict

FILE: Final = Path(os.environ.get("RECORDED_DATA", "missing")) / "tatqa" / "tatqa_dataset_dev.json"
_VALUE: Final = re.compile(r"^\$?\s?\(?\$?\s?\d[\d,]*(?:\.\d+)?\)?%?$")
_YEAR: Final = re.compile(r"\b(?:19|20)\d{2}\b")


@cache
def documents() -> Sequence[dict[str, Any]]:
    """Returns the documents of the data set."""
    loaded: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def paragraphs(document: dict[str, Any]) -> list[str]:
    """Returns the prose of a document."""
    return [str(paragraph["text"]) for paragraph in document["paragraphs"]]


def facts(document: dict[str, Any]) -> tuple[Fact, ...]:
    """Returns a document as facts: its prose as text, its table as rows of cells."""
    text = "\n".join(paragraphs(document))
    rows = document["table"]["table"]
    return (
        Fact(1, "document", "", text, {}, "report", None, False),
        Fact(2, "table", "", "", {"table": rows}, "report", None, False),
    )


def prose_marks() -> Iterator[tuple[str, Verdict, str]]:
    """Yields each figure of the prose with the verdict on it."""
    for document in documents():
        known = FactBase(facts(document))
        for paragraph in paragraphs(document):
            for mark in check_figures(paragraph, known).marks:
                yield mark.text, mark.verdict, mark.sentence


def changed_digits(seed: int) -> Iterator[tuple[bool, str, str]]:
    """Yields for each figure of the prose whether it is accepted after one digit was changed."""
    generator = random.Random(seed)
    for document in documents():
        known = FactBase(facts(document))
        for paragraph in paragraphs(document):
            for mark in check_figures(paragraph, known).marks:
                places = [place for place in range(mark.start, mark.end) if paragraph[place].isdigit()]
                if not places:
                    continue
                place = generator.choice(places)
                digit = generator.choice([one for one in "0123456789" if one != paragraph[place]])
                changed = f"{paragraph[:place]}{digit}{paragraph[place + 1 :]}"
                marks = check_figures(changed, known).marks
                accepted = not any(
                    one.start <= place < one.end and one.verdict is not Verdict.SUPPORTED for one in marks
                )
                yield (
                    accepted,
                    f"{paragraph[mark.start : mark.end]} -> {changed[mark.start : mark.end]}",
                    mark.sentence,
                )


def swapped_rows(seed: int) -> Iterator[tuple[Verdict | None, str]]:
    """Yields the verdict on the figure of another row under a row's label."""
    generator = random.Random(seed)
    for document in documents():
        known = FactBase(facts(document))
        rows = [row for row in document["table"]["table"] if row and re.search(r"[A-Za-z]{3}", row[0])]
        years = _years(document["table"]["table"])
        for column, year in years.items():
            cells = [
                (row[0], row[column].strip())
                for row in rows
                if column < len(row) and _VALUE.match(row[column].strip())
            ]
            for label, own in cells:
                others = [(name, value) for name, value in cells if name != label and value != own]
                same = {value for name, value in cells if name.strip().lower() == label.strip().lower()}
                others = [pair for pair in others if pair[1] not in same]
                if not others:
                    continue
                _, value = generator.choice(others)
                text = f"{label} in {year} was {value}."
                marks = check_figures(text, known).marks
                start = text.rindex(value)
                verdict = next((mark.verdict for mark in marks if mark.end > start), None)
                yield verdict, text


def _years(table: Sequence[Sequence[str]]) -> dict[int, str]:
    years: dict[int, str] = {}
    for row in table[:3]:
        for column, cell in enumerate(row[1:], start=1):
            found = _YEAR.findall(cell)
            if len(found) == 1 and column not in years:
                years[column] = found[0]
    return years


def arithmetic() -> Iterator[tuple[Verdict | None, str, str]]:
    """Yields the verdict on each arithmetic answer in a sentence that states its derivation."""
    for document in documents():
        known = FactBase(facts(document))
        for question in document["questions"]:
            if question["answer_type"] != "arithmetic":
                continue
            scale = question["scale"]
            unit = "%" if scale == "percent" else f" {scale}" if scale else ""
            answer = f"{question['answer']}{unit}"
            text = f"The answer is {answer}, computed as {question['derivation'].strip()}."
            marks = check_figures(text, known, question["question"]).marks
            start = len("The answer is ")
            verdict = next(
                (mark.verdict for mark in marks if mark.start <= start + 1 and mark.end > start), None
            )
            yield verdict, text, question["question"]
