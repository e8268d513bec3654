"""The openai library's exceptions as ours."""

import json
from typing import Any

from shared.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.llm.azure_token import AzureTokenError


def provider_error(provider: str, error: Exception, *, started: bool) -> ProviderError | None:
    """What an exception means.

    Args:
        provider: Whose.
        error: What the library raised.
        started: Whether the answer had begun: then every failure is an interruption.

    Returns:
        None when it is none of the library's, and so a defect of ours.
    """
    import openai

    if isinstance(error, AzureTokenError):
        return ProviderAuthError(provider, "the identity got no token")
    if not isinstance(error, openai.OpenAIError | json.JSONDecodeError):
        return None
    if started:
        return ProviderInterruptedError(provider, "stopped in the middle of its answer")
    if isinstance(error, openai.APITimeoutError):
        return ProviderTimeoutError(provider, "did not answer in time")
    if isinstance(error, openai.APIStatusError):
        return _of_status(provider, error)
    return ProviderUnavailableError(provider, "could not be reached")


def _of_status(provider: str, error: Any) -> ProviderError:  # noqa: ANN401 - openai.APIStatusError, imported late
    status: int = error.status_code
    if status in (401, 403):
        return ProviderAuthError(provider, "refused the credentials")
    if status == 429:
        return ProviderRateLimitedError(
            provider, "rate limited", retry_after=_seconds(error.response.headers.get("retry-after"))
        )
    if status >= 500 or status in (408, 409):
        return ProviderUnavailableError(provider, f"answered {status}")
    return ProviderRequestError(provider, f"refused the request ({status})", parameter=_refused(error))


def _refused(error: Any) -> str | None:  # noqa: ANN401
    if error.code not in ("unsupported_parameter", "unsupported_value"):
        return None
    return error.param if isinstance(error.param, str) else None


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        # An HTTP date is allowed, and not sent by these providers.
        return None
