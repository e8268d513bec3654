"""Tiingo's statuses and messages as our error classes."""

from typing import Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NAME: Final = "tiingo"

_SECONDS_AFTER_HOUR: Final = 900.0
"""The allocation is per hour; when it began is not told."""
_ALLOCATION: Final = ("allocation", "run over", "too many requests")
_NO_PERMISSION: Final = ("permission", "subscribe", "upgrade")


def response_error(status: int, message: str) -> ProviderError | None:
    """Returns what a response means; None when it has data.

    Args:
        status: Status code.
        message: The text of an error, empty for a response with data. It is never repeated.
    """
    written = message.lower()
    if status == 429 or any(phrase in written for phrase in _ALLOCATION):
        return ProviderRateLimitedError(
            NAME, "the hour's requests are used up", retry_after=_SECONDS_AFTER_HOUR
        )
    if status == 401 or "token" in written:
        return ProviderAuthError(NAME, "rejected the key")
    if status == 403:
        if any(phrase in written for phrase in _NO_PERMISSION):
            return ProviderNotEntitledError(NAME, "the plan does not include this")
        return ProviderAuthError(NAME, "rejected the key")
    if status == 404 or "not found" in written:
        return ProviderNotFoundError(NAME, "does not know the symbol")
    if status >= 500 or status < 200 or 300 <= status < 400:
        return ProviderUnavailableError(NAME, f"answered status {status}")
    if status != 200 or message:
        return ProviderRequestError(NAME, f"refused the request with status {status}")
    return None
