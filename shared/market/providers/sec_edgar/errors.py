"""The SEC's error statuses as our error classes."""

from typing import Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderNotCoveredError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NAME: Final = "sec_edgar"

BLOCK_SECONDS: Final = 600.0
"""Above ten requests a second the SEC answers 403 to an address until it was quiet for ten minutes."""


def status_error(status: int) -> ProviderError | None:
    """Returns what a status means; None for 200 and 304."""
    if status in (200, 304):
        return None
    if status in (403, 429):
        return ProviderRateLimitedError(
            NAME, "blocks this address for ten minutes", retry_after=BLOCK_SECONDS
        )
    if status == 404:
        return ProviderNotCoveredError(NAME, "has no document of the company")
    if status >= 500 or status < 400:
        return ProviderUnavailableError(NAME, f"answered status {status}")
    return ProviderRequestError(NAME, f"refused the request with status {status}")
