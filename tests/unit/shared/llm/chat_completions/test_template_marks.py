"""Marks of prompt templates never reach a reader, however the text is cut."""

import pytest

from shared.llm.chat_completions.template_marks import TemplateMarks

CHANNELS = (
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>"
)


def read(text: str, size: int) -> tuple[str, int]:
    marks = TemplateMarks()
    visible = "".join(marks.remove(text[start : start + size]) for start in range(0, len(text), size))
    return visible + marks.close(), marks.hidden


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "visible", "hidden"),
    [
        (CHANNELS, "Yes.", 3),
        ("Yes.<|im_end|>", "Yes.", 0),
        ("a < b, a <| b, c <d> <|", "a < b, a <| b, c <d> <|", 0),
        ("<|channel|>commentary<|message|>Wait.<|end|>", "Wait.", 0),
        ("<|channel|>commentary to=functions.get_quote<|message|>{}<|call|>Yes", "Yes", 2),
    ],
)
def test_only_the_answer_is_left(size: int, text: str, visible: str, hidden: int) -> None:
    assert read(text, size) == (visible, hidden)


def test_a_mark_without_its_header_hides_nothing() -> None:
    assert read("<|start|>" + "x" * 300, 50)[0].strip() == "x" * 300
