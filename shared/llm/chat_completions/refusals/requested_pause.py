"""Reads how long a server asks its client to wait."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.runtime.clock import utc_now
from shared.runtime.retry_after import finite_seconds, retry_after_seconds

_SENTENCE: Final = re.compile(
    r"\b(?:retry|try again) (?:in|after) (?:(?P<minutes>\d{1,4})m)?(?P<number>\d{1,6}(?:\.\d{1,12})?) ?"
    r"(?P<unit>ms|s|milliseconds?|seconds?)\b",
    re.IGNORECASE,
)
_DURATION: Final = re.compile(
    r"(?:(?P<hours>\d{1,4})h)?(?:(?P<minutes>\d{1,4})m(?!s))?(?:(?P<seconds>\d{1,6}(?:\.\d{1,12})?)(?:s|\Z))?"
    r"(?:(?P<milliseconds>\d{1,6})ms)?"
)
_RESET: Final = re.compile(r"(?P<limit>(?:x-)?ratelimit-?)reset(?P<kind>-\w[\w-]*)?", re.IGNORECASE)
_DELAYS: Final = frozenset({"retrydelay", "retry_after", "retry-after", "retry_after_seconds"})
_MILLISECONDS_SINCE_1970: Final = 1e11
_SECONDS_SINCE_1970: Final = 1e9
_MAX_DEPTH: Final = 6


def requested_pause(headers: Mapping[str, str], message: str, body: object = None) -> float | None:
    """Returns the seconds to wait, or None.

    Args:
        headers: Headers of the response; ``retry-after-ms`` (Azure, OpenAI) is the most exact.
        message: Sentences of the error: several gateways name the time only there.
        body: The error as it was read: Gemini has a field ``retryDelay``, OpenRouter the headers of the
            server behind it.
    """
    milliseconds = finite_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    seconds = retry_after_seconds(headers.get("retry-after"), utc_now())
    if seconds is not None:
        return seconds
    fields = dict(_fields(body))
    delays = (_duration(value) for name, value in fields.items() if name in _DELAYS)
    if (delay := next((delay for delay in delays if delay is not None), None)) is not None:
        return delay
    if found := _SENTENCE.search(message):
        number = float(found["number"])
        seconds = number / 1000 if found["unit"].lower().startswith("m") else number
        return 60.0 * int(found["minutes"] or 0) + seconds
    return _until_reset(headers) or _until_reset(fields)


def _until_reset(headers: Mapping[str, str]) -> float | None:
    """Returns the longest time until a limit that is used up is reset; the remaining ones do not count."""
    named = {name.lower(): value for name, value in headers.items()}
    resets = ((found, value) for name, value in named.items() if (found := _RESET.fullmatch(name)))
    pauses = [
        _duration(value)
        for found, value in resets
        if named.get(f"{found['limit']}remaining{found['kind'] or ''}", "").strip() == "0"
    ]
    return max((pause for pause in pauses if pause is not None), default=None)


def _duration(text: str) -> float | None:
    """Returns the seconds of ``7.66s``, ``2m59s``, ``120ms`` or ``20``, or until a time since 1970."""
    number = finite_seconds(text)
    if number is not None and number >= _SECONDS_SINCE_1970:
        moment = number / 1000 if number >= _MILLISECONDS_SINCE_1970 else number
        return max(0.0, moment - utc_now().timestamp())
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    parts = {name: float(value or 0) for name, value in found.groupdict().items()}
    minutes = 60.0 * parts["hours"] + parts["minutes"]
    return 60.0 * minutes + parts["seconds"] + parts["milliseconds"] / 1000


def _fields(value: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yields the names, in small letters, and the values of all fields of an error."""
    if depth > _MAX_DEPTH:
        return
    for item in value[:20] if isinstance(value, list) else ():
        yield from _fields(item, depth + 1)
    for name, item in value.items() if isinstance(value, Mapping) else ():
        if isinstance(item, str | int | float) and not isinstance(item, bool):
            yield str(name).lower(), str(item)
        else:
            yield from _fields(item, depth + 1)
