"""How a text is set changes no verdict: bold, code, HTML, formulas, currencies, scales, spaces, line ends."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import pytest

from shared.figures.checker import check_figures
from shared.figures.verdicts.verdicts import Verdict
from tests.evaluation.figures.evaluate import ANSWERS, Answer, Label, read_answers

_EACH: Final = 20
"""One of so many answers is taken."""
_MOST_CHANGED: Final = 0.004
"""Share of the labelled numbers whose verdict may change; 0 to 0.2 % did when it was measured."""
_DOLLARS: Final = re.compile(r"(?<![A-Za-z$])\$(?=\d)")
_SENTENCE_END: Final = re.compile(r"(?<=[a-z\])])\. (?=[A-Z])")


@dataclass(frozen=True)
class _Piece:
    """A part of an answer: a labelled number, or what stands between two of them."""

    text: str
    label: Label | None


def _around(mark: str) -> Callable[[_Piece], str]:
    return lambda piece: f"{mark}{piece.text}{mark}" if piece.label and mark not in piece.text else piece.text


def _replaced(*pairs: tuple[str, str]) -> Callable[[_Piece], str]:
    def restyled(piece: _Piece) -> str:
        text = piece.text
        for old, new in pairs:
            text = re.sub(old, new, text)
        return text

    return restyled


_STYLES: Final[Mapping[str, Callable[[_Piece], str]]] = {
    "bold": _around("**"),
    "code": _around("`"),
    "italics": _around("*"),
    "US$": lambda piece: _DOLLARS.sub("US$", piece.text),
    "escaped $": lambda piece: _DOLLARS.sub(r"\\$", piece.text),
    "short scales": _replaced((r"(?<=\d) trillion\b", "T"), (r"(?<=\d) billion\b", "B")),
    "scales of the press": _replaced((r"(?<=\d) trillion\b", "tn"), (r"(?<=\d) billion\b", "bn")),
    "space before %": _replaced((r"(?<=\d)%", " %")),
    "no-break spaces": lambda piece: piece.text.replace(" ", "\u00a0") if piece.label else piece.text,
    "spaces of HTML": lambda piece: piece.text.replace(" ", "&nbsp;") if piece.label else piece.text,
    "bold of HTML": lambda piece: f"<b>{piece.text}</b>" if piece.label else piece.text,
    "formulas": lambda piece: (
        rf"\( {piece.text.replace('%', chr(92) + '%')} \)"
        if piece.label and "%" in piece.text
        else piece.text
    ),
    "thin spaces": _replaced((r"(?<=\d)%", "\u2009%")),
    "typographic quotes": _replaced(("'", "’")),
    "a line for each sentence": lambda piece: _SENTENCE_END.sub(".\n", piece.text),
}


@pytest.mark.parametrize("style", _STYLES)
def test_style_changes_no_verdict(style: str) -> None:
    numbers = 0
    changed: list[str] = []
    for answer, before in _judged():
        restyled = _restyled(answer, _STYLES[style])
        if restyled.text == answer.text:
            continue
        numbers += len(before)
        changed += [
            f"{label.text!r} in {restyled.text!r}"
            for label, old, new in zip(restyled.labels, before, _marked(restyled), strict=True)
            if old != new
        ]
    assert numbers > 50
    assert len(changed) <= _MOST_CHANGED * numbers, "\n".join(changed)


@cache
def _judged() -> Sequence[tuple[Answer, tuple[bool, ...]]]:
    """Returns answers in prose, and which of their labelled numbers are marked."""
    answers = [
        one
        for path in sorted(ANSWERS.glob("application*.txt"))
        for one in read_answers(path)
        if "|" not in one.text and "**" not in one.text
    ]
    return [(one, _marked(one)) for one in answers[::_EACH]]


def _marked(answer: Answer) -> tuple[bool, ...]:
    marks = [
        mark
        for mark in check_figures(answer.text, answer.facts, answer.question).marks
        if mark.verdict is not Verdict.SUPPORTED
    ]
    return tuple(
        any(mark.start < label.end and label.start < mark.end for mark in marks) for label in answer.labels
    )


def _restyled(answer: Answer, style: Callable[[_Piece], str]) -> Answer:
    text, labels = "", []
    for piece in _pieces(answer):
        written = style(piece)
        if piece.label is not None:
            labels.append(Label(written, len(text), len(text) + len(written), piece.label.kind))
        text += written
    return Answer(answer.world, answer.question, text, tuple(labels))


def _pieces(answer: Answer) -> Sequence[_Piece]:
    pieces, place = [], 0
    for label in answer.labels:
        pieces += [
            _Piece(answer.text[place : label.start], None),
            _Piece(answer.text[label.start : label.end], label),
        ]
        place = label.end
    return [*pieces, _Piece(answer.text[place:], None)]
