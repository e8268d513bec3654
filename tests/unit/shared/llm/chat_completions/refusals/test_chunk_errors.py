"""Errors that a chunk reports, and fields that are none."""

from typing import Any

import pytest

from shared.llm.chat_completions.refusals.chunk_errors import reported_error


@pytest.mark.parametrize(
    "chunk",
    [
        {"error": {"message": "lost"}},
        {"error": "lost", "choices": [{"delta": {"content": "Yes"}}]},
        {"object": "error", "message": "lost"},
        {"type": "error", "error": None},
        {"choices": [{"delta": {}}], "x_groq": {"error": "lost"}},
        {"error_code": "INTERNAL_ERROR", "message": "lost"},
        {"message": "lost", "code": "queue_exceeded"},
        {"message": "lost", "type": "ThrottlingException"},
        {"statusCode": 500, "message": "lost"},
        {"base_resp": {"status_code": 1004, "status_msg": "lost"}},
        {"detail": "lost"},
        {"message": "lost"},
        {"id": "1", "message": "lost"},
        {"__type": "ServiceException", "message": "lost"},
        {"title": "Lost", "status": 503},
        {"fault": {"faultstring": "lost"}},
    ],
)
def test_an_error_is_found(chunk: dict[str, Any]) -> None:
    error = reported_error(chunk)
    assert error is not None
    assert "choices" not in error


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"error": None, "choices": []},
        {"error": {}, "choices": [{"delta": {}}]},
        {"type": "ping", "message": "keep-alive"},
        {"message": {"content": "Yes"}, "code": 1},
        {"base_resp": {"status_code": 0}},
        {"choices": [{"delta": {}}], "message": "Yes", "code": 1},
        {"choices": [{"delta": {}}], "x_groq": {"id": "req_1"}},
    ],
)
def test_other_fields_are_no_error(chunk: dict[str, Any]) -> None:
    assert reported_error(chunk) is None


def test_the_text_of_an_answer_is_no_part_of_its_error() -> None:
    chunk = {"error": "lost", "choices": [{"delta": {"content": "flagged"}}], "model": "m", "provider": "p"}
    assert reported_error(chunk) == {"error": "lost"}
