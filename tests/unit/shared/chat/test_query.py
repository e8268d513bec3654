"""The text of a question."""

import pytest

from shared.chat.query import MAX_QUESTION, question_text
from shared.errors.request_errors import InvalidRequestError


def test_white_space_around_a_question_is_removed() -> None:
    assert question_text(" How is AAPL?\n") == "How is AAPL?"
    assert len(question_text("x" * MAX_QUESTION)) == MAX_QUESTION


@pytest.mark.parametrize("written", ["", " \n\t", "\u200b\0", "x" * (MAX_QUESTION + 1)])
def test_question_has_text_within_the_bound(written: str) -> None:
    with pytest.raises(InvalidRequestError, match="1 to 4000 characters") as refused:
        question_text(written)
    assert [error.field for error in refused.value.errors] == ["question"]
