"""The pause that a server asks for, in headers or in a sentence."""

import pytest

from shared.llm.chat_completions.refusals.requested_pause import requested_pause


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
