"""Alpha Vantage's errors, nearly all of which come as HTTP 200.

The order of the checks counts: what it says of rates may mention premium plans (and echoes the key, so its
words are never passed on), and beside its refusal of a premium endpoint it puts made-up rows.
"""

from collections.abc import Mapping
from typing import Final

from shared.errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NAME: Final = "alpha_vantage"

_DAY: Final = ("per day", "requests/day", "daily")
_RATE: Final = ("rate limit", "per minute", "per second", "burst", "call frequency", "spreading out", *_DAY)
_PREMIUM: Final = ("premium endpoint", "premium feature", "premium plan", "subscribe to any of the premium")
_SECONDS_AFTER_DAY: Final = 3600.0
_SECONDS_AFTER_BURST: Final = 2.0


def status_error(status: int) -> ProviderError | None:
    """What a status other than 200 means."""
    if status == 200:
        return None
    if status == 429:
        return ProviderRateLimitedError(NAME, "too many requests", retry_after=_SECONDS_AFTER_BURST)
    if status in (401, 403):
        return ProviderAuthError(NAME, "refused the key")
    if status >= 500 or status < 400:
        return ProviderUnavailableError(NAME, f"answered status {status}")
    return ProviderRequestError(NAME, f"refused the request with status {status}")


def answer_error(answer: Mapping[str, object]) -> ProviderError | None:
    """What an answer with status 200 says went wrong; None when it carries data."""
    said = " ".join(str(answer[key]) for key in ("Information", "Note", "message") if key in answer).lower()
    if any(sign in said for sign in _RATE):
        daily = any(sign in said for sign in _DAY)
        reason = "the day's requests are used up" if daily else "too many requests"
        pause = _SECONDS_AFTER_DAY if daily else _SECONDS_AFTER_BURST
        return ProviderRateLimitedError(NAME, reason, retry_after=pause)
    if any(sign in said for sign in _PREMIUM):
        return ProviderNotEntitledError(NAME, "the plan does not include this")
    refused = f"{said} {answer.get('Error Message', '')}".lower()
    if "apikey" in refused or "api key" in refused:
        return ProviderAuthError(NAME, "refused the key")
    if "Error Message" in answer:
        # Calls are well-formed: what is invalid about one is its symbol.
        return ProviderNotFoundError(NAME, "does not cover the symbol")
    if said and "no articles" not in said:
        return ProviderBadPayloadError(NAME, "answered with a remark in place of data")
    return None
