"""The ECB's statuses as our error classes."""

from typing import Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NAME: Final = "ecb"
_RETRY_SECONDS: Final = 60.0


def status_error(status: int) -> ProviderError | None:
    """Returns what a status means; None for 200, and for 404: no rates in the period."""
    if status in (200, 404):
        return None
    if status == 429:
        return ProviderRateLimitedError(NAME, "limits the requests", retry_after=_RETRY_SECONDS)
    if status >= 500 or status < 400:
        return ProviderUnavailableError(NAME, f"answered status {status}")
    return ProviderRequestError(NAME, f"refused the request with status {status}")
