"""The pause that a server asks for: in headers, in fields of the error, or in a sentence."""

from datetime import timedelta

import pytest

from shared.llm.chat_completions.refusals.requested_pause import requested_pause
from shared.runtime.clock import utc_now


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "250", "retry-after": "1"}, "", 0.25),
        ({"retry-after": "7"}, "Please retry in 9s.", 7.0),
        ({}, "Please retry in 34.5s.", 34.5),
        ({}, "Please try again in 7m12.5s.", 432.5),
        ({}, "Please try again in 120ms.", 0.12),
        ({}, "Try again in 54 seconds.", 54.0),
        ({}, "Quota is exceeded. Try again in 3 days.", None),
        ({}, "Please retry in a moment.", None),
        ({"retry-after": "soon"}, "", None),
    ],
)
def test_the_pause_is_read(headers: dict[str, str], message: str, seconds: float | None) -> None:
    assert requested_pause(headers, message) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-tokens": "7.66s", "x-ratelimit-remaining-tokens": "0"}, 7.66),
        ({"x-ratelimit-reset-tokens": "7.66s", "x-ratelimit-remaining-tokens": "20"}, None),
        ({"x-ratelimit-reset-tokens": "7.66s"}, None),
        ({"x-ratelimit-reset-requests": "2m59.56s", "x-ratelimit-remaining-requests": "0"}, 179.56),
        ({"x-ratelimit-reset-requests": "1h0m1s", "x-ratelimit-remaining-requests": "0"}, 3601.0),
        ({"x-ratelimit-reset-requests": "120ms", "x-ratelimit-remaining-requests": "0"}, 0.12),
        ({"RateLimit-Reset": "12", "RateLimit-Remaining": "0"}, 12.0),
        ({"x-ratelimit-reset": "soon", "x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-reset": "", "x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-reset": "1000000000", "x-ratelimit-remaining": "0"}, None),
    ],
)
def test_the_reset_of_a_used_up_limit_is_a_pause(headers: dict[str, str], seconds: float | None) -> None:
    assert requested_pause(headers, "") == seconds


@pytest.mark.parametrize(
    ("details", "seconds"),
    [
        ([{"@type": "x/QuotaFailure"}, {"@type": "x/RetryInfo", "retryDelay": "36s"}], 36.0),
        ({"retry_after_seconds": 4}, 4.0),
        ({"retry_after": True}, None),
        ({"retryDelay": "soon"}, None),
    ],
)
def test_a_field_of_the_error_names_the_pause(details: object, seconds: float | None) -> None:
    assert requested_pause({}, "", [{"error": {"code": 429, "details": details}}]) == seconds


@pytest.mark.parametrize("factor", [1, 1000])
def test_headers_within_an_error_name_the_moment_of_the_reset(factor: int) -> None:
    moment = int((utc_now() + timedelta(seconds=30)).timestamp() * factor)
    limits = {"X-RateLimit-Reset": str(moment), "X-RateLimit-Remaining": "0"}
    pause = requested_pause({}, "", {"error": {"metadata": {"headers": limits}}})
    assert pause is not None
    assert 25 < pause <= 30
