"""Error responses of many servers become the error of the reaction they need."""

import json

import httpx2
import openai
import pytest

from shared.errors import ProviderError, provider_errors
from shared.llm.chat_completions.refusals.failure_mapping import provider_error, stream_error
from tests.support.dialects import ERROR_RESPONSES, ErrorResponse

SENT = (
    "messages",
    "model",
    "stream",
    "temperature",
    "max_tokens",
    "reasoning_effort",
    "response_format",
    "stream_options",
    "tools",
)


def mapped(row: ErrorResponse) -> ProviderError:
    """The error that the client raises for a response."""
    body = row.body if isinstance(row.body, str) else json.dumps(row.body)
    request = httpx2.Request("POST", "http://model.example/v1/chat/completions")
    response = httpx2.Response(row.status, text=body, headers=dict(row.headers), request=request)
    error = provider_error("openai", openai.APIStatusError("refused", response=response, body=None), SENT)
    assert error is not None
    return error


@pytest.mark.parametrize("row", ERROR_RESPONSES, ids=lambda row: f"{row.name} {row.status}")
def test_an_error_response_is_recognised(row: ErrorResponse) -> None:
    error = mapped(row)
    assert type(error) is getattr(provider_errors, row.error)
    assert error.parameter == row.parameter
    assert error.retry_after == row.retry_after
    assert "sk-1" not in str(error)


def test_only_parameters_that_were_sent_are_dropped() -> None:
    row = ErrorResponse("tools", 400, {"error": {"message": "tools are not supported", "param": "tools"}}, "")
    request = httpx2.Request("POST", "http://model.example")
    response = httpx2.Response(400, json=row.body, request=request)
    error = provider_error(
        "openai", openai.APIStatusError("refused", response=response, body=None), ("model",)
    )
    assert error is not None
    assert error.parameter is None


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("The server is overloaded", "server_error: The server is overloaded"),
        ("Incorrect key sk-abc123", "server_error"),
        ("dial tcp 10.0.0.5:8000: connection refused", "server_error"),
        ("see https://example.com", "server_error"),
        ("averyveryverylongsinglewordwithoutspaces", "server_error"),
        ("The model has crashed. (Exit code: 18)", "server_error: The model has crashed."),
        ("It failed. Ask again. See /var/log.", "server_error: It failed. Ask again."),
        ("Try v1.5 instead.", "server_error"),
    ],
)
def test_only_plain_sentences_of_a_server_are_shown(message: str, shown: str) -> None:
    error = stream_error("openai", {"error": {"message": message, "code": "server_error"}})
    assert error.reason == f"reported an error in the stream ({shown})"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": "model 'x' not found, try pulling it first"}, "ProviderRequestError"),
        ({"error": {"message": "no", "code": "model_not_found"}}, "ProviderRequestError"),
        (
            {"error": {"message": "text blocks must be non-empty", "type": "invalid_request_error"}},
            "ProviderRequestError",
        ),
        ({"error": {"code": "tool_use_failed", "type": "invalid_request_error"}}, "ProviderUnavailableError"),
        ({"id": "x", "message": "invalid api token"}, "ProviderAuthError"),
        (
            {"__type": "ThrottlingException", "message": "Too many tokens, please wait."},
            "ProviderRateLimitedError",
        ),
        (
            {"__type": "ValidationException", "message": "Input is too long for requested model."},
            "ProviderContextTooLongError",
        ),
        (
            {"code": 20015, "message": "length of prompt_tokens (40000) must be less than max_seq_len"},
            "ProviderContextTooLongError",
        ),
        (
            {"base_resp": {"status_code": 1027, "status_msg": "output new_sensitive"}},
            "ProviderContentFilteredError",
        ),
        ({"title": "Too Many Requests", "status": 429}, "ProviderRateLimitedError"),
        ({"fault": {"faultstring": "Rate limit quota violation"}}, "ProviderRateLimitedError"),
    ],
)
def test_an_error_in_a_stream_is_recognised_by_its_words(body: object, error: str) -> None:
    assert type(stream_error("openai", body, SENT)) is getattr(provider_errors, error)


def test_an_error_in_a_stream_names_its_pause() -> None:
    error = stream_error("openai", {"error": {"message": "Rate limit reached. Please try again in 6s."}})
    assert error.retry_after == 6.0


@pytest.mark.parametrize(
    ("message", "parameter"),
    [
        ("Streaming is not supported for this model.", "stream"),
        ("This model does not support streaming", "stream"),
        ("stream_options is not supported", "stream_options"),
        ("invalid: an error in the stream", None),
    ],
)
def test_only_a_server_that_cannot_stream_rejects_the_stream(message: str, parameter: str | None) -> None:
    assert mapped(ErrorResponse("", 400, {"error": {"message": message}}, "")).parameter == parameter
    error = stream_error("openai", {"error": {"message": message}}, SENT)
    assert error.parameter != "stream"
