"""Failures of requests to Yahoo, and their conversion to ``ProviderError``."""

from typing import Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

NAME: Final = "yahoo"

_NO_DATA_IN_SPAN: Final = "data doesn't exist for startdate"


class YahooResponseError(Exception):
    """Yahoo responded with an error status.

    Attributes:
        status: HTTP status.
        code: Yahoo's code (``Not Found``), or None when the body is not Yahoo's JSON.
        description: Yahoo's explanation, or an empty text.
        retry_after: Seconds of ``Retry-After``, or None.
        crumb_limited: Whether the request had no crumb because the crumb was rate limited.
    """

    def __init__(
        self,
        status: int,
        code: str | None = None,
        description: str = "",
        retry_after: float | None = None,
        *,
        crumb_limited: bool = False,
    ) -> None:
        super().__init__(f"status {status}, {code or 'no code'}")
        self.status = status
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.crumb_limited = crumb_limited

    @property
    def is_unknown_symbol(self) -> bool:
        """Returns whether Yahoo itself reports an unknown symbol; the 404 of a proxy is none."""
        return self.status == 404 and self.code == "Not Found"

    @property
    def is_empty_span(self) -> bool:
        """Returns whether the symbol exists but has no prices in the requested span (status 400)."""
        return self.status == 400 and self.description.lower().startswith(_NO_DATA_IN_SPAN)


class YahooDownError(Exception):
    """Yahoo responded with status 200 and its page for outages."""


def failures() -> tuple[type[Exception], ...]:
    """Returns the exceptions that Yahoo or the network cause in the library; any other is a defect.

    The library reads responses without checking their shape: hence the built-in classes.
    """
    from yfinance.exceptions import YFException

    shapes = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
    return (ProviderError, YahooResponseError, YahooDownError, YFException, OSError, *shapes)


def provider_error(error: Exception) -> ProviderError:
    """Returns the ``ProviderError`` for one of ``failures``."""
    from curl_cffi.requests.exceptions import InvalidJSONError, RequestException, Timeout
    from yfinance.exceptions import YFRateLimitError

    if isinstance(error, ProviderError):
        return error
    if isinstance(error, YahooResponseError):
        return _from_response(error)
    if isinstance(error, YFRateLimitError):
        return ProviderRateLimitedError(NAME, "too many requests")
    # A JSONDecodeError is a RequestException too: the order matters.
    if isinstance(error, InvalidJSONError):
        return ProviderBadPayloadError(NAME, "the response is not JSON")
    if isinstance(error, (Timeout, TimeoutError)):
        return ProviderTimeoutError(NAME, "did not answer in time")
    if isinstance(error, (RequestException, OSError)):
        return ProviderUnavailableError(NAME, "cannot be reached")
    if isinstance(error, YahooDownError) or "CURRENTLY DOWN" in str(error):
        return ProviderUnavailableError(NAME, "reports an outage")
    return ProviderBadPayloadError(NAME, "the response does not have the expected shape")


def _from_response(error: YahooResponseError) -> ProviderError:
    refused = error.status in (401, 403)
    if error.status == 429 or (refused and error.crumb_limited):
        return ProviderRateLimitedError(NAME, "too many requests", retry_after=error.retry_after)
    if error.is_unknown_symbol:
        return ProviderNotFoundError(NAME, "does not know the symbol")
    if refused:
        return ProviderUnavailableError(NAME, "rejected the session", retry_after=error.retry_after)
    if error.status in (400, 422):
        return ProviderRequestError(NAME, "rejected the request")
    return ProviderUnavailableError(NAME, f"status {error.status}", retry_after=error.retry_after)
