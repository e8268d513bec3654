"""Error responses of many servers become the error of the reaction they need."""

import json

import httpx2
import openai
import pytest

from shared import errors
from shared.errors import ProviderError
from shared.llm.chat_completions.failure_mapping import provider_error, stream_error
from tests.support.dialects import REFUSALS, Refusal

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


def mapped(refusal: Refusal) -> ProviderError:
    """The error that the client raises for a response."""
    body = refusal.body if isinstance(refusal.body, str) else json.dumps(refusal.body)
    request = httpx2.Request("POST", "http://model.example/v1/chat/completions")
    response = httpx2.Response(refusal.status, text=body, headers=dict(refusal.headers), request=request)
    error = provider_error("openai", openai.APIStatusError("refused", response=response, body=None), SENT)
    assert error is not None
    return error


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.name} {refusal.status}")
def test_an_error_response_is_recognised(refusal: Refusal) -> None:
    error = mapped(refusal)
    assert type(error) is getattr(errors, refusal.error)
    assert error.parameter == refusal.parameter
    assert error.retry_after == refusal.retry_after
    assert "sk-1" not in str(error)


def test_only_parameters_that_were_sent_are_dropped() -> None:
    refusal = Refusal("tools", 400, {"error": {"message": "tools are not supported", "param": "tools"}}, "")
    request = httpx2.Request("POST", "http://model.example")
    response = httpx2.Response(400, json=refusal.body, request=request)
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
    ],
)
def test_only_plain_sentences_of_a_server_are_shown(message: str, shown: str) -> None:
    error = stream_error("openai", {"error": {"message": message, "code": "server_error"}})
    assert error.reason == f"reported an error in the stream ({shown})"
