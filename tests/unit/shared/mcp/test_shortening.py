"""Answers of tools within their length: omitted entries are counted and named."""

from typing import Any

import pytest

from shared.mcp.shortening import ANSWER_TOKENS, DETAILED_TOKENS, clipped_text, shortened
from shared.mcp.tokens import estimated_tokens, text_tokens
from shared.mcp.tools.tool import ToolAnswer

REMARK = {"code": "missing_sessions", "detail": "Days are missing. " * 40}
LONG_NAME = "株式会社 Ünïcödé 🚀 " * 60


def quotes(count: int, name: str = "Apple Inc.", remarks: int = 0) -> list[dict[str, Any]]:
    return [
        {"symbol": f"S{number}", "name": name, "price": 1.5, "quality": [REMARK] * remarks}
        for number in range(count)
    ]


@pytest.mark.parametrize("detail", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        {"entries": [{"title": "A title", "url": f"https://example.com/{number}"} for number in range(900)]},
        {"entries": ["é" * 500] * 60},
        {"text": "many words " * 5000, "entries": []},
        {"entries": quotes(20, LONG_NAME, remarks=50)},
        {"text": LONG_NAME * 50, "entries": quotes(3)},
        {"entries": [], "quality": [{"code": "missing_sessions", "detail": "Days are missing."}] * 900},
    ],
)
def test_answers_are_cut_and_say_how_much_is_missing(data: dict[str, Any], detail: bool) -> None:
    total = {name: len(value) for name, value in data.items() if isinstance(value, list)}
    cut = shortened(ToolAnswer("Summary.", data, ("entries",)), detail=detail)
    assert estimated_tokens(cut) <= (DETAILED_TOKENS if detail else ANSWER_TOKENS)
    for name in total.keys() & cut.get("omitted", {}).keys():
        missing = cut["omitted"][name]
        assert len(cut[name]) + missing == total[name]
        assert f"{missing} of {name} left out" in cut["omitted_note"]


def test_the_end_of_a_history_is_kept() -> None:
    rows = [[f"2026-01-{day:02}", 1.5, 1.5, 1.5, 1.5, 100] for day in range(1, 900)]
    cut = shortened(ToolAnswer("Summary.", {"rows": rows}, ("rows",), keeps_last=True), detail=False)
    assert cut["rows"][-1] == rows[-1]


def test_short_answers_are_left_alone() -> None:
    data: dict[str, Any] = {
        "price": 1.5,
        "missing": None,
        "quality": [],
        "nested": {"missing": None, "present": 0},
    }
    kept = {"price": 1.5, "quality": [], "nested": {"present": 0}}
    assert shortened(ToolAnswer("Summary.", data), detail=False) == kept


def test_omitted_entries_are_named_with_how_to_get_them() -> None:
    answer = ToolAnswer(
        "Summary.", {"quotes": quotes(20, LONG_NAME)}, ("quotes",), how_to_get="Ask for these symbols only."
    )
    cut = shortened(answer, detail=False)
    kept = len(cut["quotes"])
    names = ", ".join(f"S{number}" for number in range(kept, 20))
    assert cut["omitted"] == {"quotes": 20 - kept}
    assert cut["omitted_note"] == (f"{20 - kept} of quotes left out: {names}. Ask for these symbols only.")


def test_detail_is_offered_where_the_tool_has_it_and_it_was_not_asked_for() -> None:
    answer = ToolAnswer("Summary.", {"rows": [[number] * 9 for number in range(2000)]}, ("rows",))
    notes = [
        shortened(answer, detail=detail, may_detail=may_detail)["omitted_note"]
        for detail, may_detail in ((False, True), (True, True), (False, False))
    ]
    assert ["detail=true" in note for note in notes] == [True, False, False]


def test_remarks_do_not_displace_the_data() -> None:
    rows = [[number, 1.5] for number in range(40)]
    cut = shortened(
        ToolAnswer("Summary.", {"rows": rows, "quality": [REMARK] * 500}, ("rows",)), detail=False
    )
    assert cut["rows"] == rows
    assert len(cut["quality"]) + cut["omitted"]["quality"] == 500
    assert all(len(remark["detail"]) <= 201 for remark in cut["quality"])


def test_lists_within_a_part_are_cut_too() -> None:
    part = {"price": 1.5, "people": [{"name": LONG_NAME} for _ in range(30)]}
    cut = shortened(ToolAnswer("Summary.", {"symbol": "AAPL", "holders": part}), detail=False)
    assert estimated_tokens(cut) <= ANSWER_TOKENS
    assert cut["holders"]["price"] == 1.5
    assert len(cut["holders"]["people"]) + cut["omitted"]["holders.people"] == 30


@pytest.mark.parametrize("script", ["many words ", "市值超过三万亿美元，", "🚀 ", "Сбербанк "])
def test_answer_to_a_question_is_cut_by_its_tokens(script: str) -> None:
    data = {"response": script * 2000, "sources": [{"id": number} for number in range(400)]}
    cut = shortened(ToolAnswer("Summary.", data, ("sources",)), detail=False)
    assert estimated_tokens(cut) <= ANSWER_TOKENS
    assert text_tokens(cut["response"]) >= 400


def test_texts_that_nothing_else_helps_are_cut_further() -> None:
    data = {f"field_{number}": LONG_NAME for number in range(20)}
    cut = shortened(ToolAnswer("Summary.", data), detail=False)
    assert estimated_tokens(cut) <= ANSWER_TOKENS
    assert cut.keys() == data.keys()


def test_text_is_cut_at_its_tokens() -> None:
    assert clipped_text("short", 10) == "short"
    assert text_tokens(clipped_text("市值" * 500, 100)) <= 103
