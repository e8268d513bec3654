"""The visible text of an answer: no reasoning, no halves of characters, nothing before the first word."""

from itertools import pairwise

import pytest

from shared.llm.chat_completions.visible_text import VisibleText, mend_surrogates, reasoning_length


def read(*pieces: object, opens_in_prompt: bool = False, truncated: bool = False) -> str:
    text = VisibleText(opens_in_prompt=opens_in_prompt)
    return "".join([text.add(piece) for piece in pieces]) + text.close(truncated=truncated)


@pytest.mark.parametrize("tag", ["think", "Thinking", "THOUGHT", "reasoning"])
def test_reasoning_block_is_hidden_however_it_is_cut(tag: str) -> None:
    answer = f"<{tag}>Let me see < 3.</{tag}>\n\nApple is at $250 & a < b."
    for cuts in ([], [3], [1, 2, 9, 20], list(range(1, len(answer)))):
        pieces = [answer[start:end] for start, end in pairwise([0, *cuts, len(answer)])]
        assert read(*pieces) == "Apple is at $250 & a < b."


def test_block_that_the_prompt_opened_ends_with_its_tag() -> None:
    assert read("Let me ", "see.</thi", "nk>Apple", opens_in_prompt=True) == "Apple"
    assert read("No reasoning at all.", opens_in_prompt=True) == "No reasoning at all."
    assert read("Cut off while reas", opens_in_prompt=True, truncated=True) == ""


def test_block_without_an_end_hides_the_rest() -> None:
    text = VisibleText()
    assert text.add("Fine. <think>But") + text.close() == "Fine. "
    assert text.hidden == 3


def test_text_that_only_begins_like_a_tag_is_shown() -> None:
    assert read("a <", "thin") == "a <thin"
    assert read("1 < 2 and <b>bold</b>") == "1 < 2 and <b>bold</b>"


def test_answer_without_a_word_is_empty() -> None:
    text = VisibleText()
    assert text.add(" \n\u200b") + text.add("\ufeff") + text.close() == ""
    assert text.empty


def test_white_space_before_the_first_word_comes_with_it() -> None:
    text = VisibleText()
    assert text.add("  ") == ""
    assert text.add("Hi") == "  Hi"
    assert not text.empty


def test_many_blanks_behind_a_bracket_are_shown_at_once() -> None:
    text = VisibleText()
    written = "a <" + " " * 200_000
    # What no tag can begin with is not withheld, and costs no more than it is long.
    assert text.add(written) == written
    assert text.add("9") == "9"


def test_halves_of_a_character_are_joined() -> None:
    assert read("up \ud83d", "\ude80!") == "up \U0001f680!"
    assert read("up \ud83d") == "up \ufffd"
    assert mend_surrogates("\ude80") == "\ufffd"


def test_typed_parts_show_their_text_only() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Apple "},
        {"type": "output_text", "text": {"value": "is fine"}},
        {"type": "reference", "reference_ids": [1]},
        ".",
        7,
        True,
        None,
    ]
    text = VisibleText()
    assert text.add(parts) + text.close() == "Apple is fine.7"
    assert text.hidden == 3


def test_reasoning_in_fields_of_its_own_is_counted() -> None:
    delta = {"reasoning_content": "abc", "reasoning_details": [{"type": "x", "text": "de"}], "content": "f"}
    assert reasoning_length(delta) == 5
    assert reasoning_length({"content": "f", "reasoning": None}) == 0
    text = VisibleText(opens_in_prompt=True)
    text.reasons_elsewhere()
    assert text.add("Apple") == "Apple"
