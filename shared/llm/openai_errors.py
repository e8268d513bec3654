"""What the openai library and the HTTP library below it raise, as errors of ours.

The servers' own words are not passed on: some echo the key.
"""

import re
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from shared.errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.runtime.clock import utc_now

if TYPE_CHECKING:
    from openai import APIStatusError

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REFUSALS: Final = frozenset({"unsupported_parameter", "unsupported_value"})


def provider_error(provider: str, error: Exception) -> ProviderError | None:
    """What an exception means before an answer has begun; None when it is a defect of ours.

    Args:
        provider: Whose client raised it.
        error: What was raised while asking or reading.
    """
    import aiohttp
    import httpx2
    import openai

    match error:
        case ProviderError():
            return error
        case openai.APIStatusError():
            return _of_status(provider, error)
        case openai.APITimeoutError() | httpx2.TimeoutException() if _is_timeout(error):
            return ProviderTimeoutError(provider, "did not answer in time")
        case openai.APIConnectionError():
            return ProviderUnavailableError(provider, "could not be reached")
        case httpx2.RequestError() | aiohttp.ClientError() | ssl.SSLError():
            return ProviderUnavailableError(provider, "broke the connection")
        case openai.OpenAIError():
            return ProviderBadPayloadError(provider, "answered something unexpected")
        case UnicodeEncodeError():
            # Headers are ASCII.
            return ProviderAuthError(provider, "has a key with characters that no key has")
    return None


def _is_timeout(error: BaseException) -> bool:
    """Whether it really is one: the transport calls refused and broken connections time-outs, too."""
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, TimeoutError)


def _of_status(provider: str, error: "APIStatusError") -> ProviderError:
    status = error.status_code
    if status in (401, 403):
        return ProviderAuthError(provider, f"refused the credentials ({status})")
    retry_after = _seconds(error.response.headers.get("retry-after"))
    if status == 429:
        spent = error.code == "insufficient_quota"
        reason = "the quota is used up" if spent else "too many requests"
        return ProviderRateLimitedError(provider, reason, retry_after=retry_after)
    if status >= 500 or status in (408, 409):
        return ProviderUnavailableError(provider, f"answered {status}", retry_after=retry_after)
    code = error.code if error.code and _CODE.fullmatch(error.code) else ""
    reason = f"refused the request ({f'{status} {code}'.strip()})"
    return ProviderRequestError(provider, reason, parameter=_refused_parameter(error))


def _refused_parameter(error: "APIStatusError") -> str | None:
    if error.code not in _REFUSALS or not isinstance(error.param, str):
        return None
    # Also ``response_format.type`` is refused as a whole.
    return re.split(r"[.\[]", error.param)[0]


def _seconds(header: str | None) -> float | None:
    """``Retry-After``: seconds or a date (RFC 9110, 10.2.3); None when it says neither."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - utc_now()).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if seconds < float("inf") else None
