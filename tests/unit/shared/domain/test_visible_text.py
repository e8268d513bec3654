"""Text that shows something, and text that does not."""

import pytest

from shared.domain.visible_text import is_visible, visible_text


@pytest.mark.parametrize("text", ["a", " a ", "😀", "株", "\0a", "?", "1", "\u200b\u0301"])
def test_text_with_one_visible_character_is_visible(text: str) -> None:
    assert is_visible(text)
    assert visible_text(text) == text


@pytest.mark.parametrize("text", ["", " \n\t\u00a0", "\0\x07", "\u200b\u200d\ufeff", "\u202e", "\ufffe"])
def test_blanks_controls_and_marks_of_direction_are_not_visible(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(ValueError, match="must have a visible character"):
        visible_text(text)
