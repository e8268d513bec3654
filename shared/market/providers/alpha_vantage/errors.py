"""Alpha Vantage's errors, nearly all of which come as HTTP 200.

The order of the checks counts: messages on rate limits may mention premium plans, and a rejected premium
endpoint comes with made-up rows. Messages echo the key, so they are never repeated.
"""

from collections.abc import Mapping
from typing import Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NAME: Final = "alpha_vantage"

_MESSAGES: Final = ("Information", "Note", "message")
_DAY: Final = ("per day", "requests/day", "daily")
_RATE: Final = ("rate limit", "per minute", "per second", "burst", "call frequency", "spreading out", *_DAY)
_PREMIUM: Final = ("premium endpoint", "premium feature", "premium plan", "subscribe to any of the premium")
_SECONDS_AFTER_DAY: Final = 3600.0
_SECONDS_AFTER_BURST: Final = 2.0


def status_error(status: int) -> ProviderError | None:
    """Returns the error of a status; None for 200."""
    if status == 200:
        return None
    if status == 429:
        return ProviderRateLimitedError(NAME, "too many requests", retry_after=_SECONDS_AFTER_BURST)
    if status in (401, 403):
        return ProviderAuthError(NAME, "rejected the key")
    if status >= 500 or status < 400:
        return ProviderUnavailableError(NAME, f"status {status}")
    return ProviderRequestError(NAME, f"rejected the request with status {status}")


def response_error(response: Mapping[str, object]) -> ProviderError | None:
    """Returns the error that a response with status 200 reports; None when it has data."""
    message = " ".join(str(response[key]) for key in _MESSAGES if key in response).lower()
    if any(phrase in message for phrase in _RATE):
        daily = any(phrase in message for phrase in _DAY)
        reason = "the day's requests are used up" if daily else "too many requests"
        pause = _SECONDS_AFTER_DAY if daily else _SECONDS_AFTER_BURST
        return ProviderRateLimitedError(NAME, reason, retry_after=pause)
    if any(phrase in message for phrase in _PREMIUM):
        return ProviderNotEntitledError(NAME, "the plan does not include this")
    rejected = f"{message} {response.get('Error Message', '')}".lower()
    if "apikey" in rejected or "api key" in rejected:
        return ProviderAuthError(NAME, "rejected the key")
    if "Error Message" in response:
        # Requests are well-formed, so the symbol is the invalid part.
        return ProviderNotFoundError(NAME, "does not cover the symbol")
    if message and "no articles" not in message:
        return ProviderBadPayloadError(NAME, "the response has a message in place of data")
    return None
