"""Reads how long a server asks its client to wait."""

import re
from collections.abc import Mapping
from typing import Final

from shared.runtime.clock import utc_now
from shared.runtime.retry_after import finite_seconds, retry_after_seconds

_SENTENCE: Final = re.compile(
    r"\b(?:retry|try again) (?:in|after) (?:(?P<minutes>\d{1,4})m)?(?P<number>\d{1,6}(?:\.\d{1,12})?) ?"
    r"(?P<unit>ms|s|milliseconds?|seconds?)\b",
    re.IGNORECASE,
)


def requested_pause(headers: Mapping[str, str], message: str) -> float | None:
    """Returns the seconds to wait, or None.

    Args:
        headers: Headers of the response; ``retry-after-ms`` (Azure, OpenAI) is the most exact.
        message: Sentences of the error: Gemini and several gateways name the time only there.
    """
    milliseconds = finite_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    seconds = retry_after_seconds(headers.get("retry-after"), utc_now())
    if seconds is not None or not (found := _SENTENCE.search(message)):
        return seconds
    number = float(found["number"])
    seconds = number / 1000 if found["unit"].lower().startswith("m") else number
    return 60.0 * int(found["minutes"] or 0) + seconds
