"""The visible text of an answer: no reasoning, no halves of characters, nothing before the first word."""

import time
from itertools import pairwise

import pytest

from shared.llm.chat_completions.answer_text import AnswerText
from shared.llm.chat_completions.content_parts import mend_surrogates, reasoning_length, spoken_text
from shared.llm.chat_completions.unmarked_reasoning import Unmarked


def read(*pieces: object, unmarked: Unmarked | None = None, truncated: bool = False) -> str:
    text = AnswerText(unmarked=unmarked)
    return "".join([text.add(piece) for piece in pieces]) + text.close(truncated=truncated)


@pytest.mark.parametrize("tag", ["think", "Thinking", "THOUGHT", "reasoning"])
def test_reasoning_block_is_hidden_however_it_is_cut(tag: str) -> None:
    answer = f"<{tag}>Let me see < 3.</{tag}>\n\nApple is at $250 & a < b."
    for cuts in ([], [3], [1, 2, 9, 20], list(range(1, len(answer)))):
        pieces = [answer[start:end] for start, end in pairwise([0, *cuts, len(answer)])]
        assert read(*pieces) == "Apple is at $250 & a < b."


def test_block_that_the_prompt_opened_ends_with_its_tag() -> None:
    assert read("Let me ", "see.</thi", "nk>Apple", unmarked="tag") == "Apple"
    assert read("No reasoning at all.", unmarked="tag") == "No reasoning at all."
    assert read("Cut off while reas", unmarked="tag", truncated=True) == ""


def test_block_without_an_end_hides_the_rest() -> None:
    text = AnswerText()
    assert text.add("Fine. <think>But") + text.close() == "Fine. "
    assert text.reasoning == 3


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("Use <think> first. Yes.", "Use <think> first. Yes."),
        ("Use (<tool_call>) first.", "Use (<tool_call>) first."),
        ("Use <tool_call>, then </tool_call>.", "Use <tool_call>, then </tool_call>."),
        ("Yes.\n<think> Let me see", "Yes.\n"),
        ("Yes. <think>\nLet me see", "Yes. "),
        ("Yes. <think> Let me see.</think> No.", "Yes.  No."),
        ('Yes. <tool_call> {"name": "f"', "Yes. "),
        ("<think> Let me see", ""),
    ],
)
def test_a_tag_that_a_sentence_speaks_of_is_shown(answer: str, shown: str) -> None:
    assert read(answer) == read(*answer) == shown


def test_a_tag_before_the_token_limit_begins_reasoning() -> None:
    assert read("Yes. <think> Let me", truncated=True) == "Yes. "


def test_text_that_only_begins_like_a_tag_is_shown() -> None:
    assert read("a <", "thin") == "a <thin"
    assert read("1 < 2 and <b>bold</b>") == "1 < 2 and <b>bold</b>"


def test_answer_without_a_word_is_empty() -> None:
    text = AnswerText()
    assert text.add(" \n\u200b") + text.add("\ufeff") + text.close() == ""
    assert text.empty


def test_white_space_before_the_first_word_comes_with_it() -> None:
    text = AnswerText()
    assert text.add("  ") == ""
    assert text.add("Hi") == "  Hi"
    assert not text.empty


def test_many_blanks_behind_a_bracket_are_shown_at_once() -> None:
    text = AnswerText()
    written = "a <" + " " * 200_000
    # What no tag can begin with is not withheld, and costs no more than it is long.
    assert text.add(written) == written
    assert text.add("9") == "9"


def test_a_refusal_and_spoken_words_are_text() -> None:
    assert spoken_text({"refusal": "No."}) == "No."
    assert spoken_text({"refusal": None, "audio": {"id": "a", "transcript": "Up"}}) == "Up"
    assert spoken_text({"audio": {"data": "UklG"}}) is None
    assert spoken_text({"audio": "x"}) is None


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
    text = AnswerText()
    assert text.add(parts) + text.close() == "Apple is fine.7"
    assert text.reasoning == 3


def test_reasoning_in_fields_of_its_own_is_counted() -> None:
    delta = {"reasoning_content": "abc", "reasoning_details": [{"type": "x", "text": "de"}], "content": "f"}
    assert reasoning_length(delta) == 5
    assert reasoning_length({"content": "f", "reasoning": None}) == 0
    text = AnswerText(unmarked="tag")
    text.reasons_elsewhere()
    assert text.add("Apple") == "Apple"


@pytest.mark.parametrize("text", ["a <d", "x < y", "a [b", "[1", "</d", "<|>", "up 5 % <- now", "{", "`x"])
def test_ordinary_text_is_shown_without_delay(text: str) -> None:
    shown = AnswerText(bare_tools=("get_quote",))
    assert shown.add("So ") + shown.add(text) == f"So {text}"


def test_a_mark_is_withheld_only_while_it_may_be_one() -> None:
    text = AnswerText()
    assert text.add("Yes") == "Yes"
    assert text.add("<") == ""
    assert text.add("/") == ""
    assert text.add("b>") == "</b>"
    assert text.add(" x</s") == " x"
    assert text.add(">") == ""
    assert text.add(" more") == "</s> more"
    assert text.add("</s>\n") + text.close() == ""


def test_calls_are_taken_once() -> None:
    text = AnswerText()
    assert text.add("<tool_call>a</tool_call><tool_call>b") + text.close() == ""
    assert text.take_calls() == ["a", "b"]
    assert text.take_calls() == []
    assert (text.call_size, text.reasoning, text.empty) == (2, 0, True)


def test_json_that_is_no_call_comes_whole_at_the_end() -> None:
    text = AnswerText(bare_tools=("get_quote",))
    assert text.add('{"name": "App') + text.add('le"}') == ""
    assert text.pending
    assert text.close() == '{"name": "Apple"}'
    assert not text.empty


def test_tags_within_reasoning_do_not_end_it() -> None:
    assert read("<think>a <tool_call>b</tool_call> c</think>Yes") == "Yes"


@pytest.mark.parametrize(
    "piece",
    ["</s>", "<think></think>", "<tool_call>a</tool_call>", "<|im_end|>", "`<think>", "<|start|>", "[", "{"],
)
def test_a_text_of_marks_costs_little(piece: str) -> None:
    started = time.process_time()
    read(piece * (500_000 // len(piece)))
    assert time.process_time() - started < 3


@pytest.mark.parametrize("size", [1, 3, 500])
@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("analysisWe need it.assistantfinalYes, a final.", "Yes, a final."),
        ("analysisWe need it.", ""),
        ("analysis of Apple", "analysis of Apple"),
        ("analysis", "analysis"),
        ("ana", "ana"),
        ("Yes, assistantfinal", "Yes, assistantfinal"),
        ("<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>Yes", "Yes"),
        ('analysisWe call.assistantcommentary to=functions.get_quote json{"symbol": "AAPL"}', ""),
    ],
)
def test_channels_without_their_marks(answer: str, shown: str, size: int) -> None:
    pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
    assert read(*pieces, unmarked="channel") == shown


def test_a_call_in_a_channel_without_marks_is_taken() -> None:
    text = AnswerText(unmarked="channel")
    text.add("analysisWe call.assistantcommentary to=functions.get_quote json{}")
    assert text.close() == ""
    assert text.take_calls() == ["functions.get_quote\n{}"]
